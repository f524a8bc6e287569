"""The committed notebooks as pages without a kernel: as nbviewer shows them, and as GitHub does."""

import base64
import html
import json
import re
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser

import nh3
from nbconvert import HTMLExporter

import build
import prose

NAMES = sorted(path.name for path in build.NOTEBOOKS.glob("*.ipynb"))
NOTHING_FROM_ELSEWHERE = {"mathjax_url": "", "require_js_url": "", "jquery_url": ""}
# What GitHub leaves of an output or of Markdown; of what it is known to drop or not known to keep,
# nothing: styles, scripts, captions, folds, roles, labels, and pictures that are not web addresses.
# The labels of cards are in elements that browsers hide where no style shows them.
TAGS = {
    *("a", "b", "br", "code", "em", "i", "img", "pre", "small", "span", "strong", "sub", "sup"),
    *("blockquote", "dd", "div", "dl", "dt", "h1", "h2", "h3", "h4", "hr", "li", "ol", "p", "ul"),
    *("table", "tbody", "td", "tfoot", "th", "thead", "tr"),
}
ATTRIBUTES = {"*": {"lang"}, "a": {"href"}, "img": {"src", "alt"}, "th": {"scope"}}


def language(name: str) -> str:
    """The language of a notebook's prose; of lesson 00, which has both, that of its title."""
    return "zh-CN" if "zh-CN" in name else "en"


def cells(name: str) -> list[dict]:
    """The cells of a committed notebook."""
    return json.loads((build.NOTEBOOKS / name).read_text("utf-8"))["cells"]


def outputs(name: str) -> Iterator[tuple[str, str]]:
    """Each stored HTML output of a notebook, with the id of its cell."""
    for cell in cells(name):
        for output in cell.get("outputs", ()):
            if "text/html" in output["data"]:
                yield cell["id"], "".join(output["data"]["text/html"])


def pictures(name: str) -> list[tuple[str, str, str]]:
    """Our own pictures in the outputs of a notebook: cell, SVG, and the text instead of it.

    Those that a lesson draws with matplotlib are no part of it.
    """
    return [
        (cell, drawn, html.unescape(alt))
        for cell, output in outputs(name)
        for svg, alt in re.findall(r'<img src="data:image/svg\+xml;base64,([^"]+)" alt="([^"]*)"',
                                   output)
        if 'id="figure_1"' not in (drawn := base64.b64decode(svg).decode())
    ]


@cache
def on_nbviewer(name: str, theme: str = "light") -> str:
    """The page that nbconvert makes, as nbviewer does, without MathJax and scripts of widgets."""
    exporter = HTMLExporter(theme=theme, **NOTHING_FROM_ELSEWHERE)
    return exporter.from_filename(str(build.NOTEBOOKS / name))[0]


@cache
def on_github(name: str) -> str:
    """The page that is left when everything is dropped that GitHub may drop."""
    parts = (f'<section id="cell-id={cell["id"]}">{_on_github(cell)}</section>'
             for cell in cells(name))
    return f'<!doctype html><html lang="en"><meta charset="utf-8"><body>{"".join(parts)}</body>'


def _on_github(cell: dict) -> str:
    source = "".join(cell["source"])
    if cell["cell_type"] == "markdown":
        return _cleaned(prose.MARKDOWN.render(source))
    shown = [f"<pre>{nh3.clean_text(source)}</pre>"]
    for output in cell["outputs"]:
        data = output["data"]
        shown.append(_cleaned("".join(data["text/html"])) if "text/html" in data
                     else f"<pre>{nh3.clean_text(''.join(data['text/plain']))}</pre>")
    return "".join(shown)


def _cleaned(html: str) -> str:
    return nh3.clean(
        html, tags=TAGS, attributes=ATTRIBUTES, link_rel=None, url_schemes={"http", "https"},
        clean_content_tags={"script", "style", "caption", "select", "button", "rp"})


class Parsed(HTMLParser):
    """An HTML output: its text, its tags, its ids, and what would run as script."""

    def __init__(self, html: str):
        """Read the HTML."""
        super().__init__()
        self.text, self.tags, self.ids, self.scripts = "", set(), [], []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        """Note the tag, its id, and any handler or script address."""
        self.tags.add(tag)
        for name, value in attrs:
            if name == "id":
                self.ids.append(value)
            if name.startswith("on") or (value or "").strip().lower().startswith("javascript:"):
                self.scripts.append((tag, name))

    def handle_data(self, data):
        """Note the text."""
        self.text += data


class Text(HTMLParser):
    """The text of some HTML, without its white space and its style sheet."""

    def __init__(self, html: str):
        super().__init__()
        self.text = ""
        self.feed(html)
        self.close()

    def handle_data(self, data):
        if self.cdata_elem != "style":  # JupyterLab drops it from what it does not trust
            self.text += "".join(data.split())


def previews(name: str) -> dict[str, str]:
    """What each cell of a committed notebook shows where no kernel runs, without white space."""
    return {cell: Text(shown).text for cell, shown in outputs(name)}
