"""The committed notebooks where no kernel runs: everything that the live ones open with is there,
nothing is asked for, nothing looks as if it could be used, and Chinese is set as Chinese."""

import ast
import base64
import datetime as dt
import html
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd
import pytest
from matplotlib.axes import Axes
from nbconvert import HTMLExporter
from nbformat.v4 import new_notebook
from playwright.sync_api import Page

import build
import prepaid
import prose
import static_pages
from prepaid import i18n
from prepaid.html import drawing
from prepaid.html.page import Shown
from prepaid.steps.browse.view import STORED
from prepaid.steps.exercises import output
from prepaid.steps.view import StepView

PLACES = {"nbviewer": static_pages.on_nbviewer, "github": static_pages.on_github}
LESSONS = [name for name in static_pages.NAMES if not name.startswith("00")]
CHINESE = [name for name in static_pages.NAMES if "zh-CN" in name]
MENU = {"en": "Run ▸ Run All Cells", "zh-CN": "运行 ▸ 运行所有单元格"}
LONG_AGO = dt.date(2020, 1, 1)  # a reader's day on which no price is marked as old
# What the live views say about what was done with their controls, and the files that they make.
OF_CONTROLS = (
    "renew.take", "renew.file_calendar", "renew.file_csv", "renew.file_page", "ready.part.progress",
    "ready.imei.waiting", "questions.quiz.open", "questions.quiz.score",
    "questions.faq.count", "questions.seller.answered", "advice.calendar", "advice.page",
    "advice.copy", "advice.text_head", "two_lines.file",
)
OPENS_EMPTY = "own"  # and shows an example where no kernel runs, see test_own_plans
LONG_LIST = "catalogue"  # of which a page has the first rows
NOT_AT_A_LINE_START = "，。；：？！、）》”’％"
CONTROLS = "input, button, select, textarea, progress, [contenteditable], [role=button]"

each_notebook = pytest.mark.parametrize("name", static_pages.NAMES)
each_place = pytest.mark.parametrize("place", PLACES)

# The visible text of elements, as lines; of pictures their text. What is folded is unfolded.
LINES = """roots => roots.flatMap(root => {
    root.querySelectorAll("details").forEach(one => one.open = true);
    const pictures = [...root.querySelectorAll("img")].map(one => one.alt);
    return [...root.innerText.split(/[\\n\\t]+/), ...pictures];
})"""
# Where the lines of a text begin that a browser broke, as pairs: the character before and after.
LINE_STARTS = """marks => {
    const found = [], range = document.createRange();
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const box = (node, place) => {
        range.setStart(node, place);
        range.setEnd(node, place + 1);
        return range.getBoundingClientRect();
    };
    const block = node => node.parentElement.closest("p, li, td, th, summary, div, h1, h2, h3");
    let last = null;
    for (let node; node = walker.nextNode();) {
        for (let place = 0; place < node.length; place++) {
            if (!marks.includes(node.data[place])) continue;
            const before = place ? [node, place - 1]
                : last && block(last) === block(node) ? [last, last.length - 1] : null;
            if (!before) continue;
            const [one, other] = [box(...before), box(node, place)];
            if (one.height && other.height && other.top >= one.bottom - 1)
                found.push(node.data.slice(Math.max(place - 9, 0), place + 9));
        }
        if (node.data.trim()) last = node;
    }
    return found;
}"""
# Which of some characters are drawn as the sign for a missing one, in a font.
BOXES = """([characters, font]) => {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = 24;
    const pen = canvas.getContext("2d", {willReadFrequently: true});
    pen.font = `18px ${font}`;
    const drawn = character => {
        pen.clearRect(0, 0, 24, 24);
        pen.fillText(character, 2, 19);
        return pen.getImageData(0, 0, 24, 24).data.join();
    };
    const box = drawn("\\u{10ffff}");
    return characters.filter(one => drawn(one) === box);
}"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("pages")


@pytest.fixture
def open_static(open_page, folder):
    """`open_static(place, name)`: the page that a place shows of a notebook."""

    def open_it(place: str, name: str, **options) -> Page:
        path = folder / f"{place}-{name}.html"
        path.write_text(PLACES[place](name), encoding="utf-8")
        return open_page(path.as_uri(), **options)

    return open_it


def packed(text: str) -> str:
    """Text without its spaces, which differ with the layout."""
    return re.sub(r"\s+", "", text)


def shown(page: Page, cell: str) -> str:
    """What a page shows of a cell, packed."""
    return packed("".join(page.locator(f'[id="cell-id={cell}"]').evaluate_all(LINES)))


@cache
def live(name: str) -> dict[str, object]:
    """What the code cells of a notebook show when they are run here: an object by cell."""
    namespace, found = {}, {}
    for cell in static_pages.cells(name):
        if cell["cell_type"] == "code":
            *statements, last = ast.parse("".join(cell["source"])).body
            exec(compile(ast.Module(statements, []), name, "exec"), namespace)
            if isinstance(last, ast.Expr):
                found[cell["id"]] = eval(
                    compile(ast.Expression(last.value), name, "eval"), namespace)
            else:
                exec(compile(ast.Module([last], []), name, "exec"), namespace)
            plt.close("all")  # as a kernel does after each cell, or the next one draws on it
    return found


def results(view: StepView) -> str:
    """What a view shows below its inputs when it opens."""
    return "".join(view._page(part) for part in view.result(LONG_AGO))


def as_html(what: object, words: i18n.Words) -> str:
    """What a cell shows: a view, a text of ours, or a learner's table, picture or value."""
    match what:
        case Shown():
            return what.html
        case StepView():
            return results(what)
        case pd.DataFrame():
            return output.table(what, words)
        case Axes():
            return output.picture(what, words)
    return f"<pre>{html.escape(repr(what))}</pre>"


def of_controls(lines: Iterable[str], words: i18n.Words) -> list[str]:
    """Those of some lines that speak of controls."""
    texts = [words._texts[key] for key in OF_CONTROLS]
    forms = [form for text in texts
             for form in ([text] if isinstance(text, str) else text.values())]
    pattern = "|".join(re.sub(r"\\{.*?\\}", ".*", re.escape(form)) for form in forms)
    return [line for line in lines
            if all(re.fullmatch(pattern, part.strip()) for part in line.split(" · "))
            or re.fullmatch(pattern, line.strip())]


def words_of(name: str) -> i18n.Words:
    return i18n.words(static_pages.language(name))


# ------------------------------------------------------------------------- what the live ones show


@each_place
@pytest.mark.parametrize("name", LESSONS)
def test_a_page_shows_what_the_live_lesson_opens_with(open_static, place, name):
    page = open_static(place, name)
    there = {cell: shown(page, cell) for cell in live(name).keys() - {OPENS_EMPTY}}
    missing = []
    for cell in there:
        what = live(name)[cell]
        page.set_content(as_html(what, words_of(name)))
        if cell == LONG_LIST:
            page.locator(f"tbody tr:nth-child(n + {STORED + 1}), [role=group] + p").evaluate_all(
                "rows => rows.forEach(row => row.remove())")
        lines = page.locator("body").evaluate_all(LINES)
        apart = of_controls(lines, words_of(name))
        missing += [(cell, line) for line in lines
                    if packed(line) not in there[cell] and line not in apart]
    assert there
    assert not missing


@each_place
@pytest.mark.parametrize("name", LESSONS)
def test_a_page_says_how_to_make_it_live_and_has_no_dead_controls(open_static, place, name):
    page, menu = open_static(place, name), packed(MENU[static_pages.language(name)])
    for cell, what in live(name).items():
        if isinstance(what, StepView):
            assert menu in shown(page, cell), cell
    assert page.locator(CONTROLS).count() == 0
    assert page.locator("script, iframe, object").count() == 0 or place == "nbviewer"


@pytest.mark.parametrize("name", LESSONS)
def test_what_is_folded_or_not_printed_is_never_the_answer(open_static, name):
    page = open_static("nbviewer", name)
    on_screen = page.locator("body").inner_text()
    assert page.locator("details [role=status], details img").count() == 0
    page.emulate_media(media="print")
    assert packed(page.locator("body").inner_text()) == packed(on_screen)


def asked(page: str) -> set[str]:
    """The addresses that a page loads something from."""
    tags = re.findall(r"<(?:script|link|img|iframe|source)\b[^>]*>", page)
    found = re.findall(r"""(?:src|href)=["']([^"']+)""", "".join(tags))
    return {address for address in found if not address.startswith("data:")}


@each_notebook
def test_a_page_asks_for_nothing_from_elsewhere(name):
    assert not asked(static_pages.on_nbviewer(name))


def test_a_page_asks_for_no_more_than_an_empty_notebook_does():
    empty, _ = HTMLExporter().from_notebook_node(new_notebook(metadata=build.METADATA))
    page, _ = HTMLExporter().from_filename(str(build.NOTEBOOKS / "02-pick.en.ipynb"))
    assert asked(page) == asked(empty) != set()


# --------------------------------------------------------------------------- tables and pictures


@each_place
@each_notebook
def test_tables_have_headings_with_scopes_and_a_caption_as_text(open_static, place, name):
    page = open_static(place, name)
    outputs = page.locator("section, .jp-OutputArea-output")
    tables = outputs.locator("table:has(tbody th)").evaluate_all("""tables => tables.map(one => ({
        caption: one.previousElementSibling?.textContent ?? "",
        head: [...one.querySelectorAll("thead th")].map(cell => cell.scope),
        rows: [...one.querySelectorAll("tbody tr")].map(row => [...row.cells].map(
            cell => cell.tagName === "TH" ? cell.scope : cell.tagName)),
    }))""")
    stored = "".join(html for _, html in static_pages.outputs(name))
    assert len(tables) == stored.count("<table") > 0
    for table in tables:
        assert table["caption"]
        width = len(table["head"])
        assert table["head"] == ["col"] * width
        assert table["rows"]
        assert all(row == ["row", *["TD"] * (width - 1)] for row in table["rows"])


def test_there_are_pictures():
    assert len([one for name in LESSONS for one in static_pages.pictures(name)]) >= 6
    assert all(output.count("<img") == output.count("<img src=\"data:image/svg+xml;base64,")
               for name in static_pages.NAMES for _, output in static_pages.outputs(name))


@pytest.mark.parametrize("name", LESSONS)
def test_the_text_of_a_picture_gives_its_figures(name):
    for cell, svg, alt in static_pages.pictures(name):
        labels = [html.unescape(text) for text in
                  re.findall(rf'fill="{drawing.INK}">([^<]+)</text>', svg)]
        figures = {figure for label in labels for figure in prose.numbers(label)}
        assert labels, cell
        assert figures <= prose.numbers(alt).keys(), cell
        if figures:
            assert len(prose.numbers(alt)) >= 3, cell
        else:  # a picture of a thing: what is written on it is told
            assert all(label in alt for label in labels), cell


KINDS = re.compile(r"^[^.:：。]*(?:chart|picture|sketch|time line|图|时间线)", re.IGNORECASE)


@pytest.mark.parametrize("name", LESSONS)
def test_a_picture_says_what_kind_it_is_and_has_a_title_and_names_of_axes(name):
    for cell, svg, alt in static_pages.pictures(name):
        assert KINDS.match(alt), (cell, alt)
        texts = [html.unescape(text) for text in re.findall(r"<text[^>]*>([^<]+)", svg)]
        if "<title>" not in svg:  # a chart: its title comes first, then axes with names
            named = [text for text in texts if not prose.numbers(text)]
            assert texts[0] == named[0], cell
            assert len(named) > 1, cell


@each_place
@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_the_picture_of_a_stay_tells_every_purchase(open_static, place, language):
    name, words = f"02-pick.{language}.ipynb", i18n.words(language)
    page = open_static(place, name)
    output = page.locator('[id="cell-id=pick"]')
    told = packed(output.locator("img").first.get_attribute("alt"))
    rows = output.locator("table").first.locator("tbody tr").all()
    assert rows
    for row in rows:
        when, plan, days, _how, _all_in = row.locator("th, td").all_inner_texts()
        assert all(packed(cell) in told for cell in (when, plan, days))
    for price in live(name)["pick"].model.answer.schedule.purchases["price_cents"]:
        assert packed(words.money(price)) in told


# ------------------------------------------------------------------------------ Chinese as Chinese


@pytest.mark.parametrize("name", CHINESE)
def test_chinese_outputs_are_well_set(open_static, name):
    page, block = open_static("nbviewer", name), "p, li, td, th, summary, div"
    texts = page.locator(".jp-OutputArea-output").evaluate_all("""(roots, block) => roots.flatMap(
        root => [...root.querySelectorAll(block)].filter(one => !one.querySelector(block))
            .map(one => {
                one.querySelectorAll("code").forEach(code => code.replaceWith("\ufffc"));
                return one.textContent;
            }).concat([...root.querySelectorAll("img")].map(one => one.alt)))""", block)
    assert len(texts) > 50
    wrong = [misprint for text in texts for misprint in prose.misprints(settled(text), "zh-CN")]
    raw = re.compile(r"(?<![0-9/_-])20[0-9]{2}-[0-9]{2}(?![0-9])")  # a date as tables have it
    wrong += [text for text in texts if raw.search(prose.URL.sub("", text))]
    assert not wrong


def settled(text: str) -> str:
    """Text without addresses and names of plans, and with a stand-in for dates, which Chinese
    writes without spaces and which are set like a figure in front and a character behind."""
    date = r"[0-9]+年(?:[0-9]+月[0-9]+日)?|[0-9]+月[0-9]+日"
    return re.sub(date, "1—日", plan_names().sub("x", prose.URL.sub("x", text)))


@cache
def plan_names() -> re.Pattern:
    return re.compile("|".join(map(re.escape, prepaid.load_catalog()["plan_name"])))


@pytest.mark.parametrize("width", [360, 800])
@pytest.mark.parametrize("name", CHINESE)
def test_no_line_starts_with_a_mark_that_closes(open_static, name, width):
    page = open_static("nbviewer", name, size=(width, 800))
    page.locator("details").evaluate_all("all => all.forEach(one => one.open = true)")
    assert page.evaluate(LINE_STARTS, NOT_AT_A_LINE_START) == []


def test_a_mark_at_the_start_of_a_line_is_seen(open_page):
    page = open_page("about:blank")
    page.set_content('<p style="width:70px;font:16px sans-serif;line-break:anywhere">'
                     "一二三四，五<span>六七</span>，八</p>")
    assert page.evaluate(LINE_STARTS, "，") == ["一二三四，五", "，八"]


@pytest.mark.parametrize("name", CHINESE)
def test_text_in_pictures_stays_text_in_fonts_for_chinese(name):
    for _, svg, _ in static_pages.pictures(name):
        assert re.findall(r"<text[^>]*>[^<]*[\u4e00-\u9fff]", svg)
        assert 'lang="zh-CN"' in svg
        assert not re.search(r'<use|<path[^>]* d="[^"]*[CQScqs]', svg)  # letters have curves
        for font in ("Microsoft YaHei", "PingFang SC", "Noto Sans CJK SC", "Noto Sans SC"):
            assert font in svg


def test_every_character_has_a_glyph(open_static):
    page = open_static("nbviewer", CHINESE[0])
    used = {one for name in CHINESE for _, output in static_pages.outputs(name)
            for one in html.unescape(output) if "\u3000" <= one <= "\uffef"}
    used |= {one for name in CHINESE for _, svg, _ in static_pages.pictures(name) for one in svg
             if one > "\u2e80"}
    assert len(used) > 500
    table_font = page.locator("td").first.evaluate("cell => getComputedStyle(cell).fontFamily")
    for font in (drawing.FONTS, table_font):
        assert page.evaluate(BOXES, [sorted(used), font]) == []
        assert page.evaluate(BOXES, [["\U0010fffe", "好"], font]) == ["\U0010fffe"]


def test_a_picture_draws_its_chinese(open_page):
    svg = static_pages.pictures("02-pick.zh-CN.ipynb")[0][1]
    label = re.search(r">([\u4e00-\u9fff]+)</text>", svg)[1]
    page = open_page("about:blank")

    def drawn(text: str) -> bytes:
        source = base64.b64encode(svg.replace(f">{label}</text>", f">{text}</text>").encode())
        page.set_content(f'<img src="data:image/svg+xml;base64,{source.decode()}">')
        return page.locator("img").screenshot()

    seen = {drawn(text) for text in (label, "\U0010ffff" * len(label), "门" * len(label))}
    assert len(seen) == 3
