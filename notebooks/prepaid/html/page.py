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

# The style sheet of the tables on a page. GitHub drops it, and so does JupyterLab for a notebook
# that it does not trust: there tables are plain and scroll. In a narrow place each row becomes
# a card. Its cells stand below each other, behind the headings of their columns (--h2, --h3 ...).
_PAIR = 2  # columns of names and values: two fit anywhere
_LEFT = "text-align:left"  # else JupyterLab sets cells flush right
_SHORT = 16  # letters that are not worth a line break
_LEAST_PX = {3: 400, 5: 640, 8: 780}  # narrower than this, so many columns and more become cards
_STYLE = (
    ".pp.pp.pp{border-collapse:collapse;margin:0}"
    ".pp.pp.pp tr{border-bottom:1px solid rgba(128,128,128,.45)}"
    ".pp.pp.pp :is(td,th){vertical-align:top;text-align:left;padding:5px}"
    ".pp.pp.pp tbody th{font-weight:normal}"
    ".pp.pp.pp [align]{text-align:right}"
    ".pp.pp.pp :is([align],.s){white-space:nowrap}"
)
# One class more than above: the sheets of other outputs of a page come after this one.
_CARDS = (
    "@container(max-width:{px}px){{"
    ".pp{n}.pp.pp.pp :is(td,th,tr,tbody,[align]){{"
    "display:flow-root;text-align:left;white-space:normal}}"
    ".pp{n}.pp.pp.pp{{display:block}}"
    ".pp{n}.pp.pp.pp thead{{position:absolute;clip-path:inset(50%);width:1px;overflow:hidden}}"
    ".pp{n}.pp.pp.pp th{{font-weight:bold}}"
    ".pp{n}.pp.pp.pp td{{padding:2px 5px 2px 42%}}"
    ".pp{n}.pp.pp.pp td::before{{float:left;width:66%;margin-left:-71%;opacity:.75}}{labels}}}"
)
_LABEL = ".pp{n}.pp.pp.pp td:nth-child({place})::before{{content:var(--h{place})}}"

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
    html = phrase.sub(lambda found: Markup(f'<span lang="{other}">{found[0]}</span>'), html)
    return _style_of(html) + html


def document(title: str, *parts: Cell, lang: str) -> str:
    """Parts as one page of HTML to save or print, which needs no network."""
    return str(h.html(lang=lang)[
        h.head[
            h.meta(charset="utf-8"),
            h.meta(name="viewport", content="width=device-width"),
            h.title[title],
        ],
        h.body(style="font-family:sans-serif;max-width:50em;margin:2em auto;padding:0 1em;"
               "overflow-wrap:anywhere")[Markup(render(*parts, lang=lang))],
    ])


def _style_of(html: str) -> str:
    """The style sheet that the tables of a page need."""
    tiers = sorted({int(tier) for tier in re.findall(r'class="pp pp(\d+)"', html)})
    if not tiers:
        return ""
    most = max(map(int, re.findall(r"--h(\d+):", html)), default=0)
    cards = (
        _CARDS.format(px=_LEAST_PX[tier], n=tier, labels="".join(
            _LABEL.format(n=tier, place=place) for place in range(2, most + 1)))
        for tier in tiers if tier
    )
    return f"<style>{_STYLE}{''.join(cards)}</style>"


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

    def short(cell: Cell) -> bool:
        return isinstance(cell, str) and letters(cell) <= _SHORT

    def how(place: int, cell: Cell) -> dict[str, str]:
        if place in numbers:
            return {"align": "right"}
        return {"style": _LEFT} | ({"class": "s"} if short(cell) else {})

    def heading(place: int) -> dict[str, str]:
        wide = not (place in numbers or all(short(row[place]) for row in rows))
        return how(place, "") | ({"style": f"{_LEFT};min-width:9em"} if wide else {})

    def cell(place: int, content: Cell) -> h.Element:
        tag, told = (h.td, {}) if place else (h.th, {"scope": "row"})
        return tag(told | how(place, content))[content]

    labels = ";".join(f"--h{place}:{_css_text(text)}" for place, text in enumerate(head, 1)
                      if place > 1) if len(head) > _PAIR else None
    # What scrolls can be reached, and so scrolled, by keyboard.
    return h.div(role="group", aria_label=caption, tabindex="0",
                 style="overflow-x:auto;margin:.6em 0;container-type:inline-size")[
        h.p(role="status" if announced else None, style="margin:.2em 0;font-weight:bold")[caption],
        h.table(class_=f"pp pp{_tier(len(head))}", aria_label=caption, cellpadding="5",
                style=labels)[
            h.thead[h.tr[(h.th(heading(place), scope="col")[text]
                          for place, text in enumerate(head))]],
            h.tbody[(h.tr[map(cell, range(len(row)), row)] for row in rows)],
        ],
    ]


def plain_table(caption: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> h.Element:
    """A long table of a few short cells, which fit anywhere: as :func:`table`, at half the size;
    its caption is for who cannot see what stands above it."""
    return h.table(class_="pp pp0", aria_label=caption, cellpadding="5")[
        h.thead[h.tr[(h.th(scope="col")[text] for text in head)]],
        h.tbody[(h.tr[h.th(scope="row")[first], (h.td[cell] for cell in rest)]
                 for first, *rest in rows)],
    ]


def letters(text: str) -> int:
    """How many letters wide a text is; a Chinese one counts for two."""
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)


def _tier(columns: int) -> int:
    """Of ``_LEAST_PX`` the key for so many columns; 0 where they fit anywhere."""
    return max((least for least in _LEAST_PX if least <= columns), default=0)


def _css_text(text: str) -> str:
    """A text as a style sheet quotes it."""
    return '"' + re.sub(r'[\\"\n\r<]', lambda one: f"\\{ord(one[0]):x} ", text) + '"'


def facts(pairs: Mapping[str, Cell] | Iterable[tuple[str, Cell]]) -> h.Element:
    """Names and values, one line each."""
    pairs = pairs.items() if isinstance(pairs, Mapping) else pairs
    return bullets((named(name), value) for name, value in pairs)


def named(name: str) -> Cell:
    """A name in front of what it names; a full-width colon brings its own space."""
    return h.strong[name], "" if name.endswith("：") else " "


def details(summary: str, *parts: Cell, level: int = 0) -> h.Element:
    """Parts that open on request; a viewer that knows no such element shows them.

    Args:
        level: of the heading that the summary is; 0 for none.
    """
    plain = "display:inline;font-size:1em;font-weight:normal"
    told = h.Element(f"h{level}")(style=plain)[summary] if level else summary
    return h.details(style="margin:.6em 0")[h.summary[told], parts]


def status(text: str) -> h.Element:
    """The answer in one line, read out when it changes."""
    return h.p(role="status", aria_live="polite", style="font-size:1.15em;margin:.6em 0")[
        h.strong[text]
    ]


def alert(text: str, *more: Cell) -> h.Element:
    """What went wrong, read out at once."""
    box = "border:2px solid #c62828;border-radius:4px;padding:.5em .8em;margin:.6em 0"
    return h.div(role="alert", style=box)[h.strong["⚠ ", text], more]


def field_alert(text: str) -> h.Element:
    """What is wrong with an input, right below it, read out at once."""
    style = "margin:0 0 .4em;border-left:3px solid #c62828;padding-left:.5em"
    return h.p(role="alert", style=style)[h.strong["⚠ ", text]]


def link(url: str, text: str) -> Cell:
    """A link to a web address; anything else is shown as plain text."""
    if urlsplit(url).scheme not in ("http", "https"):
        return text
    return h.a(
        href=url.replace("$", "%24"), target="_blank",
        style="text-decoration:underline",  # else widgets show it like any other text
    )[text]


def lesson(name: str, text: str, language: str, query: str = "") -> Cell:
    """A link to another lesson, by the name of its file without language and ending; ``query`` is
    what its address carries on."""
    return h.a(href=f"{name}.{language}.ipynb{query}", style="text-decoration:underline")[text]


def download(text: str, name: str, kind: str, data: bytes) -> h.Element:
    """A link that saves a file."""
    href = f"data:{kind};base64,{base64.b64encode(data).decode()}"
    return h.a(download=name, href=href, style="text-decoration:underline")[text]


def picture(svg: h.Element, description: str, narrow: h.Element | None = None) -> h.Element:
    """An SVG as an image, so that viewers which allow none show its description instead.

    Args:
        narrow: the same drawn for a narrow window, where a viewer can choose.
    """
    image = h.img(
        src=_svg_source(svg),
        alt=description.replace("。 ", "。"),  # Chinese has no space between sentences
        style="max-width:100%;height:auto",
    )
    if narrow is None:
        return image
    return h.picture[h.source(media="(max-width:600px)", srcset=_svg_source(narrow)), image]


def _svg_source(svg: h.Element) -> str:
    short = re.sub(r"></(?:circle|line|rect|polyline|path)>", "/>", str(svg))
    return f"data:image/svg+xml;base64,{base64.b64encode(short.encode()).decode()}"


def heading(text: str, level: int = 3) -> h.Element:
    """The heading of a part of a view: a real one, a level below that of the lesson's part."""
    return h.Element(f"h{level}")(
        style="margin:.8em 0 .2em;font-size:1.1em;font-weight:bold")[text]


def question(text: str) -> h.Element:
    """The heading of a question in a form, with little room around it."""
    return h.p(style="margin:.25em 0 0")[h.strong[text]]


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
