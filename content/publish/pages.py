"""The pages to read: every lesson in every language, with contents, search and links between them.

nbconvert makes the body of a page from the notebook; the frame around it is page.html. Words are
found by Pagefind, which knows Chinese words, reads what outputs show, and loads a few kilobytes of
its index for a search. A page asks for nothing from another host, and says so to the browser.
"""

import datetime as dt
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape, unescape
from pathlib import Path

import nbformat
from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup
from nbconvert import HTMLExporter

from prepaid import i18n
from prepaid.i18n import LANGUAGES, Words

HERE = Path(__file__).parent
NAMES = {language: i18n.words(language)("site.language") for language in LANGUAGES}
HEADING = re.compile(r'<h2\b(?: id="(?P<id>[^"]*)")?[^>]*>(?P<text>.*?)</h2>', re.DOTALL)
TABLE = re.compile(
    r'<div [^>]*role="group"[^>]*>(?:(?!<table).)*<table.*?</table>\s*</div>'
    r'|<table [^>]*class="pp pp0".*?</table>', re.DOTALL)
SHORT = re.compile(r'<table(?= [^>]*class="pp pp0")')  # holds short names: no words
CODE = re.compile(
    r'(?<=<div class="input_area">)\s*(?P<box><div class="highlight.*?</pre></div>)', re.DOTALL)
OF_A_FORM = re.compile(  # code that only opens forms or shows what stands below
    r"(?:import prepaid\s*|(?:tutorial = )?(?:prepaid\.)?tutorial\b[.\w]*\([^()]*\)"
    r"(?:\.\w+\([^()]*\))?\s*)+")
EXERCISES = "06-pandas"  # whose code is what a reader learns
GLOSSARY = tomllib.loads((HERE.parent / "glossary.toml").read_text("utf-8"))["short"]
# Where a word is not explained, since it names something else or would be read in one breath.
NOT_WITHIN = re.compile(r"<(/?)(?:a|abbr|code|h[1-6]|pre|script|style|summary|svg)\b[^>]*>")
LONG_TABLE = 20  # rows; from so many on a link leads past it


@dataclass(frozen=True)
class Lesson:
    """A lesson in one language: its notebook and the page that shows it."""

    notebook: Path
    language: str

    @property
    def page(self) -> str:
        """The file name of the page, the same in every language."""
        return self.notebook.name.split(".")[0] + ".html"

    def cells(self) -> nbformat.NotebookNode:
        """The notebook; of one in several languages what is in this one."""
        read = nbformat.read(self.notebook, as_version=4)
        others = tuple(f"-{one}" for one in LANGUAGES if one != self.language)
        read.cells = [cell for cell in read.cells if not cell.id.endswith(others)]
        return read


def lessons(notebooks: Path, language: str) -> list[Lesson]:
    """The lessons that there are in a language, in order."""
    found = sorted(notebooks.glob("*.ipynb"))
    return [Lesson(path, language) for path in found
            if path.name.endswith(f".{language}.ipynb") or path.name.count(".") == 1]


def build(notebooks: Path, folder: Path, updated: dt.date, live: bool) -> None:
    """Write the pages of all lessons.

    Args:
        notebooks: where they are.
        folder: where the site goes; it is there and empty.
        updated: the day of the last change.
        live: whether lessons that run in the browser lie in ``lite/`` beside the pages.
    """
    for name in ("style.css", "search.js"):
        shutil.copy(HERE / name, folder)
    frame = Environment(loader=FileSystemLoader(HERE), autoescape=True).get_template("page.html")
    for language in LANGUAGES:
        words = i18n.words(language)
        (folder / language).mkdir()
        there = lessons(notebooks, language)
        bodies = [body(one) for one in there]
        titles = [title(one) for one in bodies]
        steps = [None, *((one.page, text) for one, text in zip(there, titles, strict=True)), None]
        shared = {"lang": language, "words": words, "names": NAMES,
                  "updated": words.date(updated)}
        for place, (lesson, html) in enumerate(zip(there, bodies, strict=True)):
            shutil.copy(lesson.notebook, folder / language)
            html, contents = with_contents(html)
            html, short = with_short_words(html, language)
            path = folder / language / lesson.page
            path.write_text(frame.render(
                shared, title=titles[place], contents=contents, short=short, found=True,
                others=elsewhere(language, lesson.page), source=lesson.notebook.name,
                live=f"../lite/lab/index.html?path=notebooks/{lesson.notebook.name}"
                if live else "",
                before=steps[place], after=steps[place + 2],
                body=Markup(with_jumps(with_pages(html, language), words))), "utf-8")
        path = folder / language / "search.html"
        path.write_text(frame.render(
            shared, title=words("site.search"), others=elsewhere(language, "search.html"),
            script=True, body=search_form(words)), "utf-8")
    (folder / "index.html").write_text(front(), "utf-8")


def elsewhere(language: str, page: str) -> dict[str, str]:
    """Where a page is in the other languages."""
    return {other: f"../{other}/{page}" for other in LANGUAGES if other != language}


def body(lesson: Lesson) -> str:
    """What nbconvert shows of a lesson, in the language of the page."""
    exporter = HTMLExporter(
        template_name="basic", exclude_input_prompt=True, exclude_output_prompt=True,
        exclude_anchor_links=True, mathjax_url="", require_js_url="", jquery_url="")
    html, _ = exporter.from_notebook_node(lesson.cells())
    if lesson.notebook.name.count(".") == 1:
        html = one_language(html, lesson.language)
    if "<h2" not in html:  # a lesson that is all answer: its parts are the parts of the page
        html = one_level_up(html)
    html = said_once(html, i18n.words(lesson.language))
    if not lesson.page.startswith(EXERCISES):
        html = without_code_of_forms(html)
    # The page says its language already.
    return html.replace(f'<div lang="{lesson.language}">', "<div>")


def said_once(html: str, words: Words) -> str:
    """The page with the remark that all of it is an example at the first example only."""
    remark = re.compile(rf"<p\b[^>]*>{re.escape(escape(words('view.run_to_change')))}</p>")
    first = remark.search(html)
    return html if not first else html[:first.end()] + remark.sub("", html[first.end():])


def without_code_of_forms(html: str) -> str:
    """The page without such code that only opens forms, which work elsewhere."""
    return CODE.sub(lambda found: "" if OF_A_FORM.fullmatch(text(found["box"])) else found[0], html)


def one_language(html: str, language: str) -> str:
    """The page of a lesson for all languages, cut down to one.

    Its title is in all of them, and the part of each begins with the name of the language.
    """
    first = i18n.words(language)("site.start")
    html = re.sub(r"<h1\b[^>]*>.*?</h1>\s*(<p>.*?</p>)?", f"<h1>{escape(first)}</h1>", html,
                  count=1, flags=re.DOTALL)
    names = "|".join(map(re.escape, NAMES.values()))
    html = re.sub(rf"<h2\b[^>]*>[^<]*(?:{names})[^<]*</h2>\s*", "", html)
    return one_level_up(html)


def one_level_up(html: str) -> str:
    """The page with the headings of lower levels raised by one."""
    return re.sub(r"(</?)h([3-6])\b", lambda found: f"{found[1]}h{int(found[2]) - 1}", html)


def title(html: str) -> str:
    """The text of the first heading."""
    found = re.search(r"<h1\b[^>]*>(.*?)</h1>", html, re.DOTALL)
    return text(found[1])


def text(html: str) -> str:
    """What some HTML says."""
    return unescape(re.sub(r"<[^>]+>", "", html)).strip()


def with_contents(html: str) -> tuple[str, list[tuple[str, str]]]:
    """The page with an anchor at each part, and the list of its parts: anchor and heading."""
    contents = []

    def put(found: re.Match) -> str:
        anchor = found["id"] or f"part-{len(contents) + 1}"
        contents.append((anchor, text(found["text"])))
        return f'<h2 id="{anchor}">{found["text"]}</h2>'

    return HEADING.sub(put, html), contents


def with_pages(html: str, language: str) -> str:
    """The page with links between notebooks turned into links between pages."""

    def put(found: re.Match) -> str:
        stem, other, rest = found["stem"], found["language"] or language, found["rest"]
        folder = "" if other == language else f"../{other}/"
        return f'href="{folder}{stem}.html{rest}"'

    return re.sub(r'href="(?P<stem>\d\d-[a-z-]+)(?:\.(?P<language>[\w-]+))?\.ipynb(?P<rest>[^"]*)"',
                  put, html)


def with_short_words(html: str, language: str) -> tuple[str, list[tuple[str, str]]]:
    """The page with each short form marked at its first use, and what they mean, in that order."""
    meant = {one["word"]: one[language] for one in GLOSSARY}
    words = re.compile(rf"(?<![\w-])(?:{'|'.join(meant)})(?![\w-])", re.ASCII)
    found, parts, within = [], re.split(r"(<[^>]*>)", html), 0

    def put(one: re.Match) -> str:
        if any(one[0] == word for word, _ in found):
            return one[0]
        found.append((one[0], meant[one[0]]))
        return f'<abbr title="{escape(meant[one[0]])}">{one[0]}</abbr>'

    for place, part in enumerate(parts):
        if (tag := NOT_WITHIN.fullmatch(part)):
            within += -1 if tag[1] else 1
        elif not within and not part.startswith("<"):
            parts[place] = words.sub(put, part)
    return "".join(parts), found


def with_jumps(html: str, words: Words) -> str:
    """The page with a link past each long table; no search finds short names in one."""

    def put(found: re.Match) -> str:
        nonlocal places
        rows = found[0].count("<tr")
        if rows < LONG_TABLE:
            return found[0]
        places += 1
        jump = words("site.jump", n=rows - 1)
        return (f'<a class="jump" href="#past-{places}">{escape(jump)}</a>{found[0]}'
                f'<span id="past-{places}" tabindex="-1"></span>')

    places = 0
    return SHORT.sub(r"\g<0> data-pagefind-ignore", TABLE.sub(put, html))


def search_form(words: Words) -> Markup:
    """The body of the page that searches."""
    return Markup(
        '<h1>{search}</h1><p><label for="words">{label}</label></p>'
        '<p><input type="search" id="words" autocomplete="off"></p>'
        '<p id="told" role="status" data-some="{some}" data-none="{none}"></p><ol id="found"></ol>'
    ).format(search=words("site.search"), label=words("site.words"),
             some=words("site.some", n=0), none=words("site.none"))


def front() -> str:
    """The page that asks for the language."""
    links = "".join(
        f'<li><a lang="{language}" hreflang="{language}" href="{language}/00-start.html">'
        f"{NAMES[language]} · {escape(i18n.words(language)('site.name'))}</a></li>"
        for language in LANGUAGES)
    name = " · ".join(i18n.words(language)("site.name") for language in LANGUAGES)
    return ('<!doctype html><html lang="en"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
            "img-src data:; style-src 'self'\">"
            f'<title>{escape(name)}</title><link rel="icon" href="data:,">'
            '<link rel="stylesheet" href="style.css"></head><body><main>'
            f"<h1>{escape(i18n.words('en')('site.name'))}</h1><ul>{links}</ul></main></body></html>")


def make_searchable(folder: Path) -> None:
    """Write the index of the pages, by their languages, without what this site does not use."""
    subprocess.run([sys.executable, "-m", "pagefind", "--site", str(folder)],
                   check=True, capture_output=True)
    for unused in _unused(folder / "pagefind"):
        unused.unlink()


def _unused(index: Path) -> Iterator[Path]:
    return (path for path in index.iterdir() if "ui" in path.name or "highlight" in path.name
            or "component" in path.name)
