"""How the tutorial speaks: no refused phrase, one word for one thing, no long sentence, no name of
a column in view, and no English in Chinese without the Chinese beside it."""

import re
from collections.abc import Iterator
from functools import cache

import prose
from checks.files import Fault, Files, fault, next_place, tables_of
from prepaid.i18n import LANGUAGES

UNSPOKEN = ("asked.toml", "glossary.toml", "synonyms.toml", "voice.toml", "project.toml")
SPOKEN = ("plan_name", "note", "status_reason", "source_title", "activity")  # columns of tables
VALUE = re.compile(r"\{[^}]*\}")
ISO = r"\b20\d\d-\d\d-\d\d\b"
DATE = {"en": (re.compile(rf"\b[A-Z][a-z]{{2,8}} \d{{1,2}}, 20\d\d\b|{ISO}"), "10 January 2027"),
        "zh-CN": (re.compile(ISO), "2027 年 1 月 10 日")}
TYPED = ("refusal",)  # what to type
ITALICS = re.compile(rf"(?<!\*)\*(?![* ])[^*\n]*[{prose.HAN}][^*\n]*\*(?!\*)|<(?:em|i)>")
ENDS = {"en": re.compile(r"(?<![.\s]\w)[.!?…]+[”)]*(?=\s|$)|\n"),
        "zh-CN": re.compile(r"[。！？…\n]")}
HAN = re.compile(f"[{prose.HAN}]")
BUTTON = r"“(?!(?:yes|no)”)[A-Za-z /&-]*[a-z][A-Za-z /&-]*”(?!（)"
ENGLISH = re.compile(rf"{BUTTON}|(?<![\w“（.-])(?<![A-Za-z] )[a-z]{{2,}}(?: [a-z]{{2,}})+")


def voice(files: Files) -> Iterator[Fault]:
    """Every text that readers see, against ``voice.toml``."""
    rules, names = files.tomls.get("voice.toml", {}), columns(files)
    terms = files.tomls.get("glossary.toml", {}).get("term", ())
    avoided = {wrong: term.get("zh-CN") for term in terms for wrong in term.get("avoid", ())}
    instead = rules.get("refused", {})
    rules = rules | {"refused": instead | {"zh-CN": avoided | instead.get("zh-CN", {})}}
    for file, place, language, text in texts(files):
        shown = prose.without_markup(text)
        wrong = (*refused(shown, language, rules), *named(shown, names),
                 *dated(f"{file} {place}", shown, language), *too_long(shown, language, rules),
                 *english(shown, language))
        for value, allowed in wrong:
            yield fault(file, f"{place}, {language}", value, allowed)


def italics(files: Files) -> Iterator[Fault]:
    """Chinese characters are never slanted."""
    for lesson in files.lessons:
        for block in lesson.blocks:
            if block.lang == "zh-CN":
                for found in ITALICS.finditer(block.source):
                    yield fault(f"lessons/{lesson.name}.md", f"block {block.slug}", found[0],
                                "“…” or bold: Chinese has no italics")


def texts(files: Files) -> Iterator[tuple[str, str, str, str]]:
    """Everything that readers see: file, place, language, text."""
    for file, data in files.tomls.items():
        if file.startswith("strings/"):
            language = file.removeprefix("strings/").removesuffix(".toml")
            for place, table in tables_of(data):
                for key, text in table.items():
                    if isinstance(text, str):
                        yield file, next_place(place, key), language, VALUE.sub("NN", text)
        elif file not in UNSPOKEN:
            for place, table in tables_of(data):
                for language in LANGUAGES:
                    if isinstance(table.get(language), str):
                        yield file, place, language, table[language]
    for lesson in files.lessons:
        for block in lesson.blocks:
            if block.lang in LANGUAGES:
                for text in prose.taken_apart(block.source).texts:
                    yield f"lessons/{lesson.name}.md", f"block {block.slug}", block.lang, text
    for entry in files.package["resources"]:
        for row, cells in files.tables[entry["name"]]:
            for column in SPOKEN:
                for language, name in (("en", column), ("zh-CN", f"{column}_zh")):
                    if cells.get(name):
                        yield entry["path"], f"Row {row}, column {name}", language, cells[name]


def columns(files: Files) -> re.Pattern:
    """The names of columns that are no word of any language."""
    names = {column["name"] for entry in files.package["resources"]
             for column in entry["schema"]["fields"] if "_" in column["name"]}
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, sorted(names)))})(?!\w)")


def named(text: str, names: re.Pattern) -> Iterator[tuple[str, str]]:
    """Each name of a column in a text."""
    for found in names.finditer(text):
        yield found[0], "words instead of the name of a column"


def dated(place: str, text: str, language: str) -> Iterator[tuple[str, str]]:
    """Each date in another style than the one, but for what is quoted or typed."""
    if any(part in place for part in TYPED):
        return
    style, right = DATE.get(language, (re.compile("(?!)"), ""))
    for found in style.finditer(text):
        yield found[0], f"a date such as {right}"


def english(text: str, language: str) -> Iterator[tuple[str, str]]:
    """English in a Chinese text: a button without its Chinese, or words that were left over."""
    for found in ENGLISH.finditer(text if language.startswith("zh") else ""):
        yield found[0], "Chinese; behind the name of a button, such as “Payment”（付款）"


def refused(text: str, language: str, rules: dict) -> Iterator[tuple[str, str]]:
    """Each refused phrase in a text, with what to write instead."""
    for phrase in rules.get("unless", {}).get(language, ()):
        text = text.replace(phrase, prose.CODE)
    instead = rules.get("refused", {}).get(language, {})
    for found in _pattern(language, tuple(instead)).finditer(text):
        yield found[0], instead.get(found[0]) or instead.get(found[0].lower(), "another phrase")


@cache
def _pattern(language: str, phrases: tuple[str, ...]) -> re.Pattern:
    edge = "" if language.startswith("zh") else r"\b"
    either = "|".join(map(re.escape, sorted(phrases, key=len, reverse=True))) or "(?!)"
    return re.compile(f"{edge}(?:{either}){edge}", re.IGNORECASE)


def too_long(text: str, language: str, rules: dict) -> Iterator[tuple[str, str]]:
    """Each sentence that is longer than the language allows."""
    limit = rules.get("longest", {}).get(language, 1000)
    unit = "characters" if language.startswith("zh") else "words"
    for sentence in ENDS.get(language, ENDS["en"]).split(text):
        if (found := length(sentence, language)) > limit:
            yield sentence.strip(), f"a sentence of up to {limit} {unit}; it has {found}"


def length(sentence: str, language: str) -> int:
    """Its words; in Chinese its characters, where a word or a number counts as one."""
    if not language.startswith("zh"):
        return len(sentence.split())
    return len(HAN.findall(sentence)) + len(re.findall(r"[A-Za-z0-9][\w.&'-]*", sentence))
