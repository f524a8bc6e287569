"""What the two languages of a text must share, and what a well-set text must not hold.

`taken_apart` reads a Markdown block as a viewer would; everything after it looks at plain text.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from babel import Locale
from markdown_it import MarkdownIt
from markdown_it.token import Token

from prepaid.i18n import LANGUAGES

MARKDOWN = MarkdownIt("commonmark").enable("table")
CODE = "\ufffc"
LANGUAGE_OF_LINK = re.compile(rf"\.({'|'.join(LANGUAGES)})(?=\.ipynb)")

HAN = "\u3400-\u4dbf\u4e00-\u9fff"
WIDE = "，。；：？！、（）"
LATIN = "A-Za-z0-9"
MISPRINTS = (
    (rf"[{HAN}] *[,;:?!()\"']|[,;:?!()\"'] *[{HAN}]", "half-width punctuation in Chinese"),
    (rf"[{HAN}]\.|[A-Za-z]\. *[{HAN}]", "half-width full stop in Chinese"),
    (rf"[{HAN}][{LATIN}{CODE}]|[{LATIN}{CODE}%+][{HAN}]", "no space between Chinese and Latin"),
    (rf" [{WIDE}]|[{WIDE}] ", "space beside full-width punctuation"),
    (rf"[{HAN}] +[{HAN}]", "space between Chinese characters"),
    (rf"[{HAN}{WIDE}]\n[{HAN}{WIDE}]", "line break in Chinese, shown as a space"),
    ("[０-９Ａ-Ｚａ-ｚ]", "full-width letter or digit"),
)
MONTHS = tuple(Locale("en").months["format"]["wide"].values())
MONTH = re.compile(rf"\b(?:{'|'.join(MONTHS).replace('May', '(?<=[0-9] )May|May(?= [0-9])')})\b")
NUMBER = re.compile(r"([0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(\.[0-9]+)? ?([万亿]?)")
TIMES = {"": 1, "万": 10_000, "亿": 100_000_000}
URL = re.compile(r"\b(?:https?://|www\.)[^\s<>，。；）]+")


@dataclass(frozen=True)
class Prose:
    """A Markdown block taken apart: its skeleton (headings, list items, table rows, pictures,
    HTML tags in order), its links, and its text, one entry per paragraph, heading or cell, in
    which `CODE` stands for inline code."""

    skeleton: tuple[str, ...]
    links: tuple[str, ...]
    texts: tuple[str, ...]


def taken_apart(markdown: str) -> Prose:
    """Read a Markdown block. The language in a link, before `.ipynb`, is dropped."""
    skeleton, links, texts = [], [], []
    for token in MARKDOWN.parse(markdown):
        if token.type in ("heading_open", "list_item_open", "tr_open", "fence", "hr"):
            skeleton.append(token.tag or token.type)
        elif token.type == "html_block":
            skeleton += re.findall(r"<(\w+)", token.content)
            links += re.findall(r"(?:href|src)=\"([^\"]*)", token.content)
            texts.append(without_markup(token.content).strip())
        elif token.type == "inline":
            texts.append(_inline(token.children or [], skeleton, links))
    plain_links = (LANGUAGE_OF_LINK.sub("", link) for link in links)
    return Prose(tuple(skeleton), tuple(plain_links), tuple(filter(None, texts)))


def _inline(tokens: Iterable[Token], skeleton: list[str], links: list[str]) -> str:
    text = ""
    for token in tokens:
        match token.type:
            case "link_open":
                links.append(str(token.attrs["href"]))
            case "image":
                skeleton.append("img")
                links.append(str(token.attrs["src"]))
                text += token.content
            case "code_inline":
                text += CODE
            case "softbreak" | "hardbreak":
                text += "\n"
            case "text":
                text += token.content
    return text


def without_markup(html: str) -> str:
    """Words without HTML tags; `CODE` stands for what is in `code` tags or back-ticks."""
    return re.sub(r"<[^>]*>", "", re.sub(r"<code>.*?</code>|`[^`]+`", CODE, html))


def numbers(text: str) -> Counter[Decimal]:
    """Every number in the text and how often it stands there, however it is written: 1,500 is
    1500, 10 万 is 100000, January is 1 (May only beside a figure)."""
    text = MONTH.sub(lambda month: str(MONTHS.index(month[0]) + 1), text)
    return Counter(
        Decimal(whole.replace(",", "") + fraction) * TIMES[unit]
        for whole, fraction, unit in NUMBER.findall(text)
    )


def foreign(text: str, language: str, keep: Iterable[str]) -> list[str]:
    """Words in the other language's script: Latin words of two letters or more in Chinese,
    Chinese in English, except addresses and the words and phrases in `keep`."""
    phrases = "|".join(re.escape(phrase) for phrase in sorted(keep, key=len, reverse=True))
    text = re.sub(rf"(?<![A-Za-z])(?:{phrases})(?![A-Za-z])", " ", URL.sub(" ", text))
    return re.findall("[A-Za-z]{2,}" if language == "zh-CN" else f"[{HAN}]+", text)


def misprints(text: str, language: str) -> list[str]:
    """What is badly set, each with the place; emphasis marks still in the text did not render
    (Chinese: no punctuation just inside them)."""
    rules = MISPRINTS if language == "zh-CN" else ()
    return [
        f"{what}: {text[max(found.start() - 8, 0) : found.end() + 8]!r}"
        for pattern, what in (*rules, (r"\*\*|__", "emphasis that does not render"))
        for found in re.finditer(pattern, text)
    ]
