"""Every lesson, live and as a page, in both languages and themes: what axe-core finds, contrast,
what is read out after a change, and which language each text says it is in."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Locator, Page

import static_pages
from conftest import READY_SECONDS, SETTLED, TOKEN, Lab
from prepaid import i18n

THEMES = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}
OUTSIDE = re.compile(r"^(?!https?://127\.0\.0\.1[:/]|data:|blob:|file:)")
LEAST_CONTRAST, LEAST_CONTRAST_OF_SHAPES = 4.5, 3
SMALL = ("00", "02")  # lessons small enough for all rules of axe, the slow ones among them
NOT_IN = {"light": set(), "dark": {"color-contrast"}}
GRID = "#cccccc"  # lines that only help the eye
AFTER_THE_REST = 700  # ms: what views show in a pause after their answer is there by then

# What viewers bring themselves, by axe's rule: where, and where it is known upstream.
OF_JUPYTERLAB = {
    "aria-input-field-name": (".cm-content", "https://github.com/jupyter/notebook/issues/6671"),
    "aria-required-children": (
        ".jp-WindowedPanel-viewport", "https://github.com/jupyterlab/jupyterlab/issues/14765"),
    # of the same kind as these; nobody has told of this very button yet
    "button-name": (
        ".jp-collapseHeadingButton", "https://github.com/jupyterlab/jupyterlab/issues/16890"),
}
OF_NBCONVERT = {
    "color-contrast": (
        ".jp-InputPrompt, .jp-OutputPrompt, .jp-CodeMirrorEditor span",
        "https://github.com/Iota-School/notebooks-for-all/issues/57"),
    "link-in-text-block": (
        ".jp-RenderedMarkdown a", "https://github.com/jupyterlab/jupyterlab/issues/9399"),
}

NOTEBOOK = ".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Notebook"
PREVIEWS = f"{NOTEBOOK} .jp-OutputArea-output.jp-RenderedHTML"
OURS = ".jp-OutputArea-output, .jp-RenderedMarkdown"
# Rules that take most of the time and that JupyterLab's page defeats: FAINT, BARE_LINKS instead.
WITHOUT_COLOURS = {"rules": {rule: {"enabled": False}
                             for rule in ("color-contrast", "link-in-text-block")}}

OPEN = """async path => {
    const panel = await jupyterapp.commands.execute("docmanager:open", {path, factory: "Notebook"});
    await panel.revealed;
    await panel.sessionContext.ready;
    await panel.sessionContext.session.kernel.info;
}"""
CLOSE = """async () => {
    const panel = jupyterapp.shell.currentWidget;
    await panel.context.save();
    await panel.sessionContext.shutdown();
    panel.dispose();
}"""
CHOOSE_THEME = """async theme => {
    await jupyterapp.commands.execute("apputils:change-theme", {theme});
    const light = String(!theme.includes("Dark"));
    while (document.body.dataset.jpThemeLight !== light)
        await new Promise(resolve => setTimeout(resolve, 20));
}"""
SAME_TEXT = """(there, html) => {
    const text = root => root.textContent.replace(/\\s+/g, "");
    return there.checkVisibility() &&
        text(there) === text(new DOMParser().parseFromString(html, "text/html").body);
}"""
# Links in running text that only their colour tells from it.
BARE_LINKS = """() => [...document.querySelectorAll(".jp-OutputArea-output a[href]")]
    .filter(one => !getComputedStyle(one).textDecorationLine.includes("underline"))
    .map(one => ["bare link", one.outerHTML.slice(0, 200)])"""
ALL_RUN = """notebook => {
    const prompts = [...document.querySelectorAll(`${notebook} .jp-CodeCell .jp-InputPrompt`)];
    return prompts.length && prompts.every(one => /^\\[\\d+\\]:$/.test(one.textContent)) &&
        !document.querySelector(`${notebook} .jp-OutputArea-output:empty`);
}"""
# Keeps in `window.heard` what a screen reader is told from now on in a cell.
WATCH = """cell => {
    const live = "[role=status], [role=alert], [aria-live]:not([aria-live=off])";
    window.heard = [];
    window.listener?.disconnect();
    window.listener = new MutationObserver(changes => {
        const regions = new Set();
        for (const {target, addedNodes} of changes) {
            const region = (target.closest ? target : target.parentElement).closest(live);
            if (region) regions.add(region);
            for (const one of addedNodes)
                if (one.nodeType === 1)
                    for (const it of [one, ...one.querySelectorAll(live)])
                        if (it.matches(live)) regions.add(it);
        }
        for (const one of regions) if (one.isConnected) window.heard.push(one.innerText);
    });
    window.listener.observe(cell, {childList: true, subtree: true, characterData: true});
}"""
# Texts that do not say their language: Chinese ones, and English phrases in Chinese.
MISTAKEN = """selector => {
    const found = [], phrase = /^[^\\u2e80-\\uffff]*[A-Za-z]{2,}[ ]+[a-z]{2,}[^\\u2e80-\\uffff]*$/;
    for (const root of document.querySelectorAll(selector)) {
        const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
        for (let node; node = walker.nextNode();) {
            const chinese = node.parentElement.closest("[lang]").lang.startsWith("zh");
            if (node.parentElement.closest("pre, code")) continue;
            if (chinese ? phrase.test(node.data) : /[\\u4e00-\\u9fff]/.test(node.data))
                found.push(node.data);
        }
    }
    return found;
}"""
UNFOLD = "() => document.querySelectorAll('details').forEach(one => one.open = true)"
# What axe finds, as rule, HTML and whether the place is among the known ones of that rule.
AXE = """async ([root, options, known]) => {
    const {violations} = await axe.run(root, {...options, resultTypes: ["violations"]});
    return violations.flatMap(({id, nodes}) => nodes.map(({target, html}) => {
        const place = document.querySelector(target[0]);
        return [id, html.slice(0, 200), Boolean(known[id] && place?.matches(known[id]))];
    }));
}"""
# Texts of more than a character that stand out too little from their ground: contrast and HTML.
# axe cannot measure this in JupyterLab, whose page is as tall as nothing and scrolls inside.
FAINT = """([selector, least]) => {
    const pen = Object.assign(document.createElement("canvas"), {width: 1, height: 1})
        .getContext("2d", {willReadFrequently: true});
    const colours = new Map();
    const colour = text => {
        if (!colours.has(text)) {
            pen.clearRect(0, 0, 1, 1);
            pen.fillStyle = text;
            pen.fillRect(0, 0, 1, 1);
            const [red, green, blue, alpha] = pen.getImageData(0, 0, 1, 1).data;
            colours.set(text, [red, green, blue, alpha / 255]);
        }
        return colours.get(text);
    };
    const over = (front, back) =>
        [0, 1, 2].map(i => front[i] * front[3] + back[i] * (1 - front[3])).concat(1);
    const ground = one => {
        const layers = [];
        for (; one; one = one.parentElement)
            layers.push(colour(getComputedStyle(one).backgroundColor));
        return layers.reduceRight((back, front) => over(front, back), [255, 255, 255, 1]);
    };
    const light = rgb => {
        const [red, green, blue] = rgb.map(v => v / 255)
            .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    const found = [];
    for (const one of document.querySelectorAll(`:is(${selector}), :is(${selector}) *`)) {
        const says = [...one.childNodes].some(node => node.nodeType === 3 && node.data.trim()[1]);
        if (!(says || one.matches("input, select")) || !one.checkVisibility()) continue;
        if (one.closest("pre")) continue;  // viewers colour code
        const front = [...colour(getComputedStyle(one).color)], back = ground(one);
        for (let up = one; up; up = up.parentElement) front[3] *= getComputedStyle(up).opacity;
        const [high, low] = [light(over(front, back)), light(back)]
            .sort((a, b) => b - a);
        const contrast = (high + 0.05) / (low + 0.05);
        if (contrast < least)
            found.push([`contrast ${contrast.toFixed(2)}`, one.outerHTML.slice(0, 200)]);
    }
    return found;
}"""


@pytest.fixture(scope="module")
def axe_page(browser: Browser) -> Iterator[Page]:
    """A page that reaches this machine only."""
    context, outside = browser.new_context(viewport={"width": 1280, "height": 900}), []
    context.route(OUTSIDE, lambda route: (outside.append(route.request.url), route.abort()))
    yield context.new_page()
    context.close()
    assert not outside


@pytest.fixture(scope="module")
def lab(axe_page: Page, lab_server: Lab) -> Page:
    """JupyterLab with no notebook open."""
    axe_page.goto(f"{lab_server.url}lab?reset&token={TOKEN}")
    axe_page.wait_for_function("() => window.jupyterapp?.shell.currentWidget",
                               timeout=READY_SECONDS * 1000)
    axe_page.evaluate("() => jupyterapp.restored")
    axe_page.evaluate(AXE_SCRIPT)
    return axe_page


@dataclass(frozen=True)
class Live:
    """A lesson that was opened in JupyterLab and run; the outputs that it did not show before."""

    page: Page
    name: str
    slugs: list[str]
    unseen: list[str]

    def view(self, slug: str) -> Locator:
        return self.page.locator(f"{NOTEBOOK} .jp-Cell").nth(self.slugs.index(slug))


@pytest.fixture(scope="module", params=static_pages.NAMES)
def lesson(request, lab: Page, lab_server: Lab) -> Iterator[Live]:
    """Each lesson in that JupyterLab, which takes longer to start than all that is done in it."""
    name = request.param
    slugs = lab_server.lay_out(name)
    lab.evaluate(OPEN, f"notebooks/{name}")
    previews = lab.locator(PREVIEWS).all()
    unseen = [slug for (slug, html), shown in zip(static_pages.outputs(name), previews, strict=True)
              if not shown.evaluate(SAME_TEXT, html)]
    lab.evaluate("() => jupyterapp.commands.execute('notebook:run-all-cells')")
    lab.wait_for_function(ALL_RUN, arg=NOTEBOOK, timeout=READY_SECONDS * 1000)
    lab.wait_for_timeout(AFTER_THE_REST)
    if lab.locator(f"{NOTEBOOK} .jupyter-widgets").count():
        lab.wait_for_function(SETTLED, timeout=READY_SECONDS * 1000)
    yield Live(lab, name, slugs, unseen)
    lab.evaluate(CLOSE)
    lab_server.forget()  # or the choices come along to the next lesson


# --------------------------------------------------------------------------------- without a kernel


def as_file(folder: Path, page: str) -> str:
    (folder / "page.html").write_text(page, encoding="utf-8")
    return (folder / "page.html").as_uri()


@pytest.mark.parametrize("theme", THEMES)
def test_pages_have_no_faults_but_nbconverts_own(axe_page, tmp_path, theme):
    known, found = {rule: place for rule, (place, _) in OF_NBCONVERT.items()}, []
    for name in static_pages.NAMES:
        options = {} if name[:2] in SMALL else WITHOUT_COLOURS
        axe_page.goto(as_file(tmp_path, static_pages.on_nbviewer(name, theme)))
        axe_page.evaluate(UNFOLD)
        axe_page.evaluate(AXE_SCRIPT)
        found += [(name, *one) for one in axe_page.evaluate(AXE, ["body", options, known])]
        found += [(name, *one, False) for one in faint(axe_page)]
        found += [(name, *one, False) for one in axe_page.evaluate(BARE_LINKS)]
    assert [one for one in found if not one[-1]] == []
    assert {rule for _, rule, _, _ in found} == known.keys() - NOT_IN[theme]


ONLY_CONTRAST = {"runOnly": ["color-contrast"]}


def faint(page: Page, selector: str | None = None) -> list:
    return page.evaluate(FAINT, [selector or OURS, LEAST_CONTRAST])


@pytest.mark.parametrize("theme", THEMES)
def test_contrast_is_measured_as_axe_measures_it(axe_page, tmp_path, theme):
    page = static_pages.on_nbviewer("02-pick.en.ipynb", theme)
    page = page.replace('<td style="', '<td style="color:#777777;', 20)
    axe_page.goto(as_file(tmp_path, page))
    axe_page.evaluate(UNFOLD)
    axe_page.evaluate(AXE_SCRIPT)
    by_axe = axe_page.evaluate(AXE, [{"exclude": ["pre"]}, ONLY_CONTRAST, {}])
    ours = faint(axe_page, "body")
    assert len(by_axe) >= 5
    assert {one[1] for one in by_axe} == {one[1] for one in ours}


@pytest.mark.parametrize("name", static_pages.NAMES)
def test_a_page_says_the_language_of_its_texts(axe_page, tmp_path, name):
    axe_page.goto(as_file(tmp_path, static_pages.on_nbviewer(name)))
    assert axe_page.evaluate(MISTAKEN, OURS) == []


def test_a_text_in_another_language_is_seen(axe_page):
    axe_page.set_content('''<html lang="en"><p>Pay in 美元</p><p lang="zh-CN">看 how to pay</p>
        <p lang="zh-CN">看<b>how to pay</b></p><p lang="zh-CN"><i lang="en">how to pay</i>？</p>''')
    assert axe_page.evaluate(MISTAKEN, "p") == ["Pay in 美元", "how to pay"]


# ----------------------------------------------------------------------------------------- live


def test_previews_show_before_a_lesson_is_run(lesson):
    assert lesson.unseen == []


def test_a_live_lesson_has_no_faults_but_jupyterlabs_own(lesson):
    page, known, found = lesson.page, {rule: at for rule, (at, _) in OF_JUPYTERLAB.items()}, []
    page.evaluate(UNFOLD)
    for theme in THEMES.values():
        page.evaluate(CHOOSE_THEME, theme)
        axe = page.evaluate(AXE, [NOTEBOOK, WITHOUT_COLOURS, known])
        found += [(theme, *one) for one in axe]
        found += [(theme, *one, False) for one in faint(page)]
        found += [(theme, *one, False) for one in page.evaluate(BARE_LINKS)]
    assert [one for one in found if not one[-1]] == []
    # Run All ends at the answer; where that is above, the button of the last heading is away.
    away = set() if lesson.name.startswith("06") else {"button-name"}
    assert known.keys() - {rule for _, rule, _, _ in found} <= away


def test_a_live_lesson_says_the_language_of_its_texts(lesson):
    # What ipywidgets itself writes, as labels, has no language: it lets nobody set one.
    assert lesson.page.evaluate(MISTAKEN, ".widget-html-content, .jp-RenderedMarkdown") == []


def fill(label: str, value) -> Callable[[Locator, i18n.Words], None]:
    return lambda view, words: view.get_by_label(words(label), exact=True).fill(str(value))


def choose(place: int, option: int) -> Callable[[Locator, i18n.Words], None]:
    return lambda view, _words: view.get_by_role("combobox").nth(place).select_option(index=option)


def tick(role: str) -> Callable[[Locator, i18n.Words], None]:
    return lambda view, _words: view.get_by_role(role).first.check()


def press(label: str) -> Callable[[Locator, i18n.Words], None]:
    return lambda view, words: view.get_by_role("button", name=words(label)).click()


# One change after another, by lesson: in which cell, and which.
CHANGES = {
    "00": [],
    "01": [("preparations", tick("checkbox")), ("device", choose(0, 2))],
    "02": [("pick", fill("input.days", 7)), ("pick", fill("input.last_day", "2027-01-19")),
           ("pick", fill("input.days", 0)), ("pick", press("view.reset")),
           ("pick", press("choices.forget"))],
    "03": [("compare", fill("input.days", 7)), ("card", choose(0, 2)), ("catalogue", choose(0, 2))],
    "04": [("now", fill("input.gb_left", 1.5)), ("now", choose(0, 2)),
           ("now", fill("input.days_left", -1)), ("top-up", fill("input.renew_day", 9)),
           ("late", fill("input.cycle_end", "2027-01-19")),
           ("walk", tick("checkbox")), ("walk", choose(0, 2))],
    "05": [("faq", fill("input.query", "eSIM")), ("seller", choose(1, 1)), ("seller", choose(0, 2)),
           ("quiz", choose(0, 2)), ("quiz", tick("radio")),
           ("quiz", press("questions.quiz.hint"))],
    "06": [],
}


def test_a_change_is_read_out_once(lesson):
    words = i18n.words(static_pages.language(lesson.name))
    for slug, change in CHANGES[lesson.name[:2]]:
        view = lesson.view(slug)
        view.evaluate(WATCH)
        change(view, words)
        lesson.page.wait_for_function("() => window.heard.length")
        lesson.page.wait_for_timeout(AFTER_THE_REST)
        heard = lesson.page.evaluate("() => window.heard")
        assert len(heard) == 1, (slug, heard)
        assert view.get_by_text(heard[0], exact=True).count() == 1, slug


# ------------------------------------------------------------------------------------- pictures


def contrast(one: str, other: str) -> float:
    """Of two colours as ``#rrggbb``, by WCAG 2."""
    def light(colour: str) -> float:
        parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in parts]
        return sum(v * weight for v, weight in zip(linear, (0.2126, 0.7152, 0.0722), strict=True))

    low, high = sorted([light(one), light(other)])
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_that_of_wcag():
    assert contrast("#000000", "#ffffff") == 21
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def in_the_dark(svg: ElementTree.Element) -> Callable[[ElementTree.Element, str], str | None]:
    """The colour that a shape of a picture has on a dark page, by property."""
    style = "".join(one.text for one in svg if one.tag.endswith("style"))
    rules = {selector: dict(one.split(":") for one in body.split(";")) for selector, body in
             re.findall(r"([.\[][^{} ]+) *\{([^{}]*)\}", style)}

    def colour(shape: ElementTree.Element, what: str) -> str | None:
        light = shape.get(what)
        selectors = [f'[{what}="{light}"]', *(f".{one}" for one in shape.get("class", "").split())]
        return next((rules[one][what] for one in selectors if what in rules.get(one, {})), light)

    return colour


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("name", static_pages.NAMES)
def test_pictures_have_contrast_on_their_own_ground(name, theme):
    for _, text, _ in static_pages.pictures(name):
        svg = ElementTree.fromstring(text)
        seen = in_the_dark(svg) if theme == "dark" else ElementTree.Element.get
        ground, *shapes = (one for one in svg if not one.tag.endswith(("style", "title")))
        assert (ground.get("width"), ground.get("height")) == ("100%", "100%")
        for shape in shapes:
            least = LEAST_CONTRAST if shape.tag.endswith("text") else LEAST_CONTRAST_OF_SHAPES
            drawn = [what for what in ("stroke", "fill")
                     if not (what == "fill" and shape.get("fill-opacity"))
                     and shape.get(what) not in (None, "none", GRID, ground.get("fill"))]
            shade = shape.get("stroke") == GRID or shape.get("fill-opacity")
            assert drawn or shade, shape.attrib
            for what in drawn:
                found = contrast(seen(shape, what), seen(ground, "fill"))
                assert found >= least, (shape.tag, shape.attrib)


@pytest.mark.parametrize("name", static_pages.NAMES)
def test_nothing_is_said_by_colour_alone(name):
    for slug, output in static_pages.outputs(name):
        for style in re.findall(r' style="([^"]*)"', output):
            named = {rule.split(":")[0].strip() for rule in style.split(";")}
            assert not named & {"color", "background", "background-color"}, slug
    for slug, svg, _ in static_pages.pictures(name):
        lines = re.findall(r"<(?:polyline|path)(?![^>]*linecap)[^>]*>", svg)  # no dots
        dashes = {(re.findall(r'stroke-dasharray="([^"]*)"', line) or [""])[0] for line in lines}
        assert len(dashes) == len(lines), slug
