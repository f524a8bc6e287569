"""HTML that reads the same in every viewer: tables, facts, links and pictures, all escaped.

Styles stand inline, since untrusted JupyterLab and GitHub drop style sheets; nothing is said by
colour alone. A dollar sign never reaches the page, because two of them would become a formula.
"""

import base64
import re
from collections.abc import Iterable, Mapping, Sequence
from unicodedata import east_asian_width
from urllib.parse import urlsplit

import htpy as h
from markupsafe import Markup

from prepaid.i18n import sendable

Cell = h.Node

# On each cell only what JupyterLab's own style sheet would else decide.
_ROW = "border-bottom:1px solid rgba(128,128,128,.45)"
_TEXT = "vertical-align:top;text-align:left"
_NUMBER = "vertical-align:top;text-align:right;white-space:nowrap"
_PAIR = 2  # columns of names and values
_LATIN_EMS, _PADDING = .53, .8  # widths in the size of the type
_EM_PX = 14  # the size of type in most viewers
_SHORT_EMS = 9  # what is not worth a line break
_LEAST_EMS, _MOST_EMS = 6.5, 22  # how wide a column of longer text is

# What is in the other language than its page, and the tag that says so: Chinese characters; a text
# between two tags without any, of two words or more. In escaped HTML only tags have brackets.
_FOREIGN = {
    "en": ("zh-CN", re.compile(r"[\u4e00-\u9fff](?:[^<>]*[\u4e00-\u9fff])?(?=[^<>]*<)")),
    "zh-CN": ("en", re.compile(r"(?<=>)(?=[^<>\u2e80-\uffff]+<)(?=[^<>]*[A-Za-z]{2}[^<>]*[ /]"
                               r"[^<>]*[a-z]{2})[^<>]+")),
}


class Shown:
    """Something to look at: HTML for viewers, one line of text for the rest."""

    def __init__(self, html: str, text: str):
        self.html, self.text = html, text

    def _repr_html_(self) -> str:
        return self.html

    def __repr__(self) -> str:
        return self.text


def render(*parts: Cell, lang: str) -> str:
    """Parts of a view as one string of HTML, no wider than where it is put.

    It says its language, and that of phrases in the other one, for voices and for fonts.
    """
    narrow = "line-height:1.5;width:0;min-width:100%"  # else wide tables widen a widget
    html = sendable(str(h.div(lang=lang, style=narrow)[parts])).replace("$", "＄")
    other, phrase = _FOREIGN.get(lang, _FOREIGN["en"])
    return phrase.sub(lambda found: Markup(f'<span lang="{other}">{found[0]}</span>'), html)


def table(
    caption: str,
    head: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    *,
    numbers: Sequence[int] = (),
    announced: bool = False,
) -> h.Element:
    """A table whose first column names its rows; in a narrow place, a card per row.

    Args:
        caption: what the table shows; stands above it as text.
        head: column headings.
        rows: cells, as many as headings.
        numbers: columns to be set flush right.
        announced: whether the caption is read out when it changes, where no answer in words is.
    """
    rows = [list(row) for row in rows]
    columns = [_Column(text, [row[place] for row in rows], place in numbers)
               for place, text in enumerate(head)]
    lay_out = _Cards(columns) if len(columns) > _PAIR else _Plain(columns)

    def cell(place: int, content: Cell) -> h.Element:
        tag, told = (h.td, {}) if place else (h.th, {"scope": "row"})
        return tag(style=lay_out.cell(place, content), **told)[
            lay_out.label(place) if place else None, content]

    # What scrolls can be reached, and so scrolled, by keyboard.
    return h.div(role="group", aria_label=caption, tabindex="0",
                 style="overflow-x:auto;margin:.6em 0" + lay_out.around)[
        h.p(role="status" if announced else None, style="margin:.2em 0;font-weight:bold")[caption],
        h.table(aria_label=caption, cellpadding="5",
                style="border-collapse:collapse;margin:0" + lay_out.table)[
            h.thead(style=lay_out.head)[h.tr(style=_ROW + lay_out.row)[(
                h.th(scope="col", style=lay_out.heading(place))[text]
                for place, text in enumerate(head)
            )]],
            h.tbody(style=lay_out.body)[(
                h.tr(style=_ROW + lay_out.row)[map(cell, range(len(row)), row)] for row in rows
            )],
        ],
    ]


class _Column:
    """What the cells of a column have in common."""

    def __init__(self, head: str, cells: Sequence[Cell], number: bool):
        self.head, self.number = head, number
        self.style = _NUMBER if number else _TEXT
        widest = max(map(_ems, cells), default=0)
        self.short = number or widest <= _SHORT_EMS
        word = 1.1 * max(map(_ems, head.split()), default=0)
        self.needs = round(_PADDING + max(word, widest if self.short else _LEAST_EMS), 1)
        self.wishes = max(self.needs, _PADDING + min(max(widest, 1.1 * _ems(head)), _MOST_EMS))


class _Plain:
    """Names and values: two columns fit anywhere."""

    around = table = row = ""
    head = body = None

    def __init__(self, columns: Sequence[_Column]):
        self.columns = columns

    def heading(self, place: int) -> str:
        return self.columns[place].style

    def cell(self, place: int, content: Cell) -> str:
        short = isinstance(content, str) and _ems(content) <= _SHORT_EMS
        return self.columns[place].style + (";white-space:nowrap" if short else "") + (
            "" if place else ";font-weight:normal")

    def label(self, place: int) -> None:
        return None


class _Cards:
    """A row is a line of cells; where the container is too narrow, each cell is a line of a card.

    No style sheet survives everywhere, so the width itself decides: ``--n`` is 0 in a wide place
    and all of the width in a narrow one, and all else follows from it. ``--s`` is the size of a
    label's type, ``--w`` its width. A viewer that drops custom properties shows a plain table, and
    no labels, since an ``rp`` is hidden unless a style shows it.
    """

    around = ";container-type:inline-size"
    row = ";vertical-align:top;display:var(--f);flex-wrap:wrap"
    body = "display:var(--d)"

    def __init__(self, columns: Sequence[_Column]):
        self.columns = columns
        needs = sum(column.needs for column in columns)
        wishes = sum(column.wishes for column in columns)
        spare = wishes - needs or 1
        bases = ";".join(
            f"--c{place}:max({column.needs:.4g}em + (100% - {needs:.4g}em)*"
            f"{(column.wishes - column.needs) / spare:.3f} - 1px,var(--n))"  # lest rounding wraps
            for place, column in enumerate(columns))
        narrow = f"({needs * _EM_PX:.0f}px - 100cqw)*999"  # in px: labels have an em of their own
        self.table = (
            f";--d:block;--f:flex;--n:clamp(0px,{narrow},100cqw);--s:clamp(0px,{narrow},.92em);"
            f"--w:calc(var(--n)*.4);--m:calc(var(--n)*-.4);--p:max(5px,var(--n)*.4 + 5px);"
            f"--q:max(5px,var(--n)*.3);{bases};overflow-wrap:anywhere;"
            f"display:var(--d);max-width:{wishes + .5:.3g}em")
        self.head = f"display:var(--d);overflow:hidden;max-height:max(0px,-999*({narrow}))"

    def heading(self, place: int) -> str:
        return f"flex:0 0 var(--c{place});box-sizing:border-box;text-align:" + (
            "right" if self.columns[place].number else "left")

    def cell(self, place: int, content: Cell) -> str:
        number = ";padding-right:var(--q);white-space:nowrap" if self.columns[place].number else ""
        return self.heading(place) + (";padding-left:var(--p)" if place else "") + number

    def label(self, place: int) -> Cell:
        return _Label(
            aria_hidden="true",
            style="display:var(--d);float:left;font-size:var(--s);margin-left:var(--m);"
                  "width:var(--w);text-align:left")[self.columns[place].head]


_Label = h.Element("rp")


def _ems(cell: Cell) -> float:
    """About how wide the text of a cell is, in the size of its type; its longest line counts."""
    text = cell if isinstance(cell, str) else re.sub(r"<[^>]*>", "", str(h.fragment[cell]))
    return sum(1 if east_asian_width(letter) in "WF" else _LATIN_EMS for letter in text)


def facts(pairs: Mapping[str, Cell] | Iterable[tuple[str, Cell]]) -> h.Element:
    """Names and values, one line each."""
    pairs = pairs.items() if isinstance(pairs, Mapping) else pairs
    return bullets((named(name), value) for name, value in pairs)


def named(name: str) -> Cell:
    """A name in front of what it names; a full-width colon brings its own space."""
    return h.strong[name], "" if name.endswith("：") else " "


def details(summary: str, *parts: Cell) -> h.Element:
    """Parts that open on request; a viewer that knows no such element shows them."""
    return h.details(style="margin:.6em 0")[h.summary[summary], parts]


def status(text: str) -> h.Element:
    """The answer in one line, read out when it changes."""
    return h.p(role="status", aria_live="polite", style="font-size:1.15em;margin:.6em 0")[
        h.strong[text]
    ]


def alert(text: str, *more: Cell) -> h.Element:
    """What went wrong, read out at once."""
    box = "border:2px solid #c62828;border-radius:4px;padding:.5em .8em;margin:.6em 0"
    return h.div(role="alert", style=box)[h.strong["⚠ ", text], more]


def link(url: str, text: str) -> Cell:
    """A link to a web address; anything else is shown as plain text."""
    if urlsplit(url).scheme not in ("http", "https"):
        return text
    return h.a(
        href=url.replace("$", "%24"), target="_blank", rel="noopener",
        style="text-decoration:underline",  # else widgets show it like any other text
    )[text]


def download(text: str, name: str, kind: str, data: bytes) -> h.Element:
    """A link that saves a file."""
    href = f"data:{kind};base64,{base64.b64encode(data).decode()}"
    return h.a(download=name, href=href, style="text-decoration:underline")[text]


def picture(svg: h.Element, description: str) -> h.Element:
    """An SVG as an image, so that viewers which allow none show its description instead."""
    source = base64.b64encode(str(svg).encode()).decode()
    return h.img(
        src=f"data:image/svg+xml;base64,{source}",
        alt=description.replace("。 ", "。"),  # Chinese has no space between sentences
        style="max-width:100%;height:auto",
    )


def heading(text: str, level: int = 3) -> h.Element:
    """The heading of a part of a view: a real one, a level below that of the lesson's part."""
    return h.Element(f"h{level}")(
        style="margin:.8em 0 .2em;font-size:1.1em;font-weight:bold")[text]


def paragraph(content: Cell) -> h.Element:
    return h.p(style="margin:.4em 0")[content]


def with_code(text: str) -> list[Cell]:
    """Plain text in which what stands between backticks is code."""
    return [h.code[part] if place % 2 else part for place, part in enumerate(text.split("`"))]


def note(text: str) -> h.Element:
    """A remark in smaller type."""
    return h.p(style="margin:.4em 0;font-size:.92em")[text]


def bullets(lines: Iterable[Cell]) -> h.Element:
    return h.ul(style="margin:.4em 0;padding-left:1.4em")[(h.li[line] for line in lines)]
