"""What all pictures are drawn with, as SVG: one palette, light and dark, one size of letters.

Text stays text, so Chinese is drawn with the reader's own fonts. Each picture has its own ground,
light or dark as the page that it is on (by ``prefers-color-scheme`` within the picture), and says
nothing by colour alone. It is drawn for the width at which it is shown, so that letters keep their
size on a phone.
"""

from collections.abc import Iterator, Sequence
from unicodedata import east_asian_width

import htpy as h
from markupsafe import Markup

FONTS = (
    "system-ui,-apple-system,'Segoe UI',Roboto,'PingFang SC','Microsoft YaHei','Noto Sans CJK SC',"
    "'Noto Sans SC',sans-serif"
)
GROUND, INK, QUIET, GRID = "#ffffff", "#222222", "#595959", "#cccccc"
COLOURS = ("#0072b2", "#b34700", "#00704f")  # 4.5 : 1 and more on white
DARK = {GROUND: "#1c1c1c", INK: "#f0f0f0", QUIET: "#bdbdbd", GRID: "#5a5a5a"} | dict(
    zip(COLOURS, ("#62b6ea", "#f0a26c", "#54c49b"), strict=True))
PHONE, WIDE = 270, 480  # pixels that every window has beside the prompt; those of a wide one
SIZE = 13  # of letters, in pixels


def svg(width: int, height: float, *parts: h.Node, lang: str, title: str = "") -> h.Element:
    """A picture of that size in pixels; ``title`` names it where pictures are read out."""
    drawn = str(h.g[h.rect(width="100%", height="100%", rx=6, fill=GROUND), parts])
    dark = "".join(
        f'[{what}="{light}"]{{{what}:{colour}}}' for light, colour in DARK.items()
        for what in ("fill", "stroke") if f'{what}="{light}"' in drawn)
    return h.svg(
        {"viewBox": f"0 0 {width} {height}", "font-family": FONTS, "lang": lang},
        xmlns="http://www.w3.org/2000/svg", width=width, height=height, font_size=SIZE,
    )[
        h.title[title] if title else None,
        Markup(drawn.removeprefix("<g>").removesuffix("</g>")),
        h.style[Markup(f"@media (prefers-color-scheme:dark){{{dark}}}")],
    ]


def number(value: float) -> str:
    """A place or a length of a picture, to a tenth."""
    return f"{value:.1f}".removesuffix(".0")


def text(
    x: float, y: float, said: str, anchor: str = "start", fill: str = INK, **more
) -> h.Element:
    """Letters that start, have their middle or end at ``x``."""
    anchored = None if anchor == "start" else anchor  # as it is unless something is said
    return h.text(x=number(x), y=number(y), text_anchor=anchored, fill=fill, **more)[said]


def line(
    x1: float, y1: float, x2: float, y2: float, colour: str = GRID, **more
) -> h.Element:
    """A straight line."""
    return h.line(x1=number(x1), y1=number(y1), x2=number(x2), y2=number(y2), stroke=colour,
                  **more)


def bar(x1: float, x2: float, y: float, colour: str, height: int = 8, **more) -> h.Element:
    """A bar from one place to another; one too short to be seen is a little longer."""
    return h.rect(x=number(x1), y=y, width=number(max(x2 - x1, 2)), height=height, rx=2,
                  fill=colour, **more)


def ticks(top: float, wanted: int = 4) -> list[float]:
    """Round values from 0 up to ``top``, about ``wanted`` of them."""
    step = next(
        (m * 10**e for e in range(-3, 9) for m in (1, 2, 5) if m * 10**e * wanted >= top), top)
    return [i * step for i in range(int(top / step) + 1)]


def text_width(said: str) -> float:
    """About how many pixels wide letters are drawn."""
    return sum(SIZE if east_asian_width(letter) in "WF" else 7.2 for letter in said)


def apart(
    places: Sequence[tuple[float, str]], width: float, shift: float = 0
) -> Iterator[tuple[float, str]]:
    """Labels around their places from the left, moved to the right by no more than ``shift``,
    without those that would run into another one or over the edge of a picture of that width."""
    free = 0.0
    for x, label in places:
        half = text_width(label) / 2
        middle = min(max(x, min(free + half, x + shift)), width - 4 - half)
        if middle - half >= free:
            free = middle + half + 8
            yield middle, label
