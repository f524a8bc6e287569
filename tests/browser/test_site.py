"""The site in a browser: every page asks this machine only, finds words, and reads well."""

import re
from collections.abc import Iterator
from html import escape
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

import publish_site
from prepaid import i18n
from prepaid.analysis.break_points import answer_for, offers_for
from prepaid.analysis.stored import stored
from prepaid.catalogue.plans import load_catalog
from prepaid.html.page import render
from prepaid.i18n import LANGUAGES
from prepaid.steps.read_only import answers
from publish import pages, pocket

PHONE = (360, 740)
# Words that stand in outputs alone, and the page that has to be among those found.
IN_OUTPUTS = {"en": ("Lycamobile", "04-renew"), "zh-CN": ("携号转网", "05-help")}
MOST_LETTERS = 2500  # of an output between two headings, tables, lists and folded parts
each_language = pytest.mark.parametrize("language", LANGUAGES)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, without what runs in the browser."""
    path = tmp_path_factory.mktemp("site") / "built"
    assert publish_site.command().build(path, browser=False) == []
    return path


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    """Where a server shows it."""
    with publish_site.shown(site) as at:
        yield at


def html_of(site: Path) -> dict[Path, str]:
    """Every page of the site."""
    return {path: path.read_text("utf-8") for path in site.rglob("*.html")}


def anchors(html: str) -> set[str]:
    return set(re.findall(r' id="([^"]+)"', html))


# ----------------------------------------------------------------------------------- as files


def test_every_link_within_the_site_leads_somewhere(site):
    html, broken = html_of(site), []
    for path, page in html.items():
        for link in re.findall(r' (?:href|src)="([^"]*)"', page):
            to = urlsplit(link)
            if to.scheme or link.startswith("data:"):
                continue
            target = (path.parent / unquote(to.path)).resolve() if to.path else path
            there = html.get(target) or (target.exists() and "")
            if there is False or (to.fragment and unquote(to.fragment) not in anchors(there)):
                broken.append((path.name, link))
    assert len(html) > 2 * len(LANGUAGES)
    assert broken == []


def test_no_page_loads_anything_from_another_host(site):
    for path, page in html_of(site).items():
        tags = re.findall(r"<(?:script|img|iframe|source|link)\b[^>]*>", page)
        loaded = [one for tag in tags for one in re.findall(r'(?:src|href)="([^"]*)"', tag)]
        assert not [one for one in loaded if one.startswith(("http", "//"))], path
        assert "Content-Security-Policy" in page, path
        assert "connect-src 'self'" in page or "default-src 'none'" in page, path


@each_language
def test_a_page_says_what_it_is(site, language):
    words = i18n.words(language)
    lessons = pages.lessons(publish_site.command().NOTEBOOKS, language)
    assert len(lessons) >= 6
    titles = []
    for number, lesson in enumerate(lessons):
        html = (site / language / lesson.page).read_text("utf-8")
        assert f'<html lang="{language}">' in html
        assert html.count("<h1") == 1
        titles.append(re.search("<title>(.*?)</title>", html)[1])
        assert titles[-1] == f"{pages.title(html)} · {words('site.name')}"
        about = re.search(r'<p class="about".*?</p>', html, re.DOTALL)[0]
        assert lesson.notebook.name in about
        assert re.search(r"20\d\d", about)
        headings = [pages.text(one) for one in re.findall(r"<h2\b.*?</h2>", html, re.DOTALL)]
        listed = "".join(re.findall(r'<nav class="contents".*?</nav>', html, re.DOTALL))
        assert [pages.text(one) for one in re.findall("<a .*?</a>", listed)] == (
            headings if len(headings) > 1 else [])
        assert html.count(escape(words("view.run_to_change"))) <= 1
        shown = re.findall(r'<div class="input_area">\s*<div.*?</pre>', html, re.DOTALL)
        assert not any(pages.text(code).startswith(("import prepaid", "tutorial."))
                       for code in shown) or lesson.page.startswith(pages.EXERCISES)
        for place, rel in ((number - 1, "prev"), (number + 1, "next")):
            there = re.findall(f'rel="{rel}" href="([^"]*)"', html)
            assert there == ([lessons[place].page] if 0 <= place < len(lessons) else [])
        levels = [int(one) for one in re.findall(r"<h([1-6])\b", html)]
        assert all(after <= before + 1 for before, after in pairwise(levels))
        past = len(re.findall('class="jump"', html))
        rows = [table.count("<tr") for table in re.findall(r"<table.*?</table>", html, re.DOTALL)]
        assert past >= sum(one > pages.LONG_TABLE for one in rows if one)
    assert len({*titles}) == len(titles)


@each_language
def test_a_short_form_is_explained_where_a_page_uses_it_first(site, language):
    for lesson in pages.lessons(publish_site.command().NOTEBOOKS, language):
        html = (site / language / lesson.page).read_text("utf-8")
        body = html.partition("<h1")[2].partition("</main>")[0]
        told = dict(re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", html))
        marked = re.findall(r'<abbr title="([^"]*)">(.*?)</abbr>', body)
        assert [*told.items()] == [(word, means) for means, word in marked]
        for word in (one["word"] for one in pages.GLOSSARY):
            before = readable(body.partition(f">{word}</abbr>")[0])
            assert not re.search(rf"(?<![\w-]){word}(?![\w-])", before, re.ASCII), (lesson, word)


def readable(html: str) -> str:
    """What some HTML says outside links and headings; it may break off within an element."""
    within = r"<(a|abbr|code|h\d|pre|style|summary)\b[^>]*>.*?(</\1>|$)"
    return re.sub(r"<[^>]*>", " ", re.sub(within, " ", html, flags=re.DOTALL))


@each_language
def test_a_link_says_where_it_leads(site, language):
    vague = re.compile(r"(?i)\W*((click )?here|link|more|this|page|这里|此处|链接|点击|更多)\W*")
    host = re.compile(r"((?:[\w-]+\.)+[a-z]{2,})(?: \d+)?")
    for lesson in pages.lessons(publish_site.command().NOTEBOOKS, language):
        html = (site / language / lesson.page).read_text("utf-8")
        links = re.findall(r'<a [^>]*?href="([^"]*)"[^>]*>(.*?)</a>', html, re.DOTALL)
        for address, inner in links:
            text = pages.text(inner)
            assert text, (lesson.page, address)
            assert not vague.fullmatch(text), (lesson.page, text)
            if found := host.fullmatch(text):  # a source, after what was read there
                assert urlsplit(address).hostname.endswith(found[1]), (lesson.page, text, address)


@each_language
def test_long_outputs_have_headings(site, language):
    for lesson in pages.lessons(publish_site.command().NOTEBOOKS, language):
        for cell in lesson.cells().cells:
            for output in cell.get("outputs", ()):
                html = output.get("data", {}).get("text/html", "")
                blocks = re.split(
                    r"<h[2-6]\b|<(?:table|ul|ol)\b.*?</(?:table|ul|ol)>|<summary\b", html,
                    flags=re.DOTALL)
                longest = max(len(pages.text(one)) for one in blocks)
                assert longest <= MOST_LETTERS, (lesson.notebook.name, cell.id, longest)


@each_language
def test_the_pocket_guide_gives_the_answers_of_python_up_to_each_rounded_use(site, language):
    words, plans = i18n.words(language), load_catalog()
    html = pages.text((site / language / "pocket.html").read_text("utf-8"))
    points = stored("break_points")
    shown = pocket.rounded(points[points["days"].isin(pocket.STAYS)])
    assert (shown["to_mb"] % 10 ** (shown["to_mb"].astype(str).str.len() - 2).clip(0)).eq(0).all()
    assert len(shown) > 200
    there = render(answers.break_points(shown, plans, words, "pocket.points"), lang=language)
    for part in re.findall(r"<li>.*?</li>|<tr>.*?</tr>", there):
        assert pages.text(part) in html
    if language == "en":
        offers = {need: offers_for(plans, need) for need in shown["need"].unique()}
        for row in shown[shown["days"].isin(pocket.STAYS[2::6])].itertuples():
            found = answer_for(offers[row.need], row.days, row.to_mb)
            assert found.plan_ids == tuple(row.plan_ids)
            assert not row.plan_ids or row.from_cents <= found.cents <= row.to_cents


def test_no_blank_follows_a_chinese_stop(site):
    """Stops and brackets of Chinese bring their own room."""
    for page in sorted((site / "zh-CN").glob("*.html")):
        told = re.sub(r"</?(a|b|strong|span|small|abbr|code)\b[^>]*>", "",
                      page.read_text("utf-8"))
        assert not re.findall(r"[^\n<>]*[，。；：！？、（）“”] [^\n<>]*", told), page.name


@each_language
def test_the_pocket_guide_is_one_small_file_without_script(site, language):
    data = (site / language / "pocket.html").read_bytes()
    assert len(data) <= pocket.MOST_BYTES
    html = data.decode()
    assert "<script" not in html
    assert re.findall(r'<h2 id="(\w+)"', html)[0] == "stuck"  # who is without data reads no further
    assert not re.findall(r' (?:src|href)="(?!#|data:)[^"]*"', html.partition("<body")[0])


# ---------------------------------------------------------------------------------- in a browser


def axe(page: Page) -> list[str]:
    return [f"{one['id']}: {one['nodes'][0]['html'][:200]}"
            for one in Axe().run(page).response["violations"]]


@each_language
def test_the_pocket_guide_on_a_phone(open_page, site, language):
    dark = language == "zh-CN"
    page = open_page((site / language / "pocket.html").as_uri(), dark=dark, size=PHONE)
    page.locator("details").evaluate_all("all => all.forEach(one => one.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    assert axe(page) == []


@each_language
def test_a_lesson_on_a_phone(open_page, address, language):
    page = open_page(f"{address}{language}/04-renew.html", size=PHONE, dark=language == "en")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    assert axe(page) == []


@each_language
def test_a_lesson_is_as_wide_as_the_window_lets_it(open_page, site, address, language):
    page = open_page("about:blank", size=(1280, 800))
    for path in sorted((site / language).glob("0*.html")):
        page.goto(f"{address}{language}/{path.name}")
        assert page.evaluate("document.querySelector('main').offsetWidth") > 800, path.name


@each_language
def test_words_in_outputs_are_found(open_page, address, language):
    words = i18n.words(language)
    page = open_page(f"{address}{language}/search.html")
    asked, lesson = IN_OUTPUTS[language]
    page.get_by_label(words("site.words")).fill(asked)
    expect(page.locator("#found a").first).to_be_visible(timeout=20_000)
    found = page.locator("#found a").evaluate_all("all => all.map(one => one.href)")
    assert any(lesson in one for one in found)
    assert all(f"/{language}/" in one for one in found)
    assert page.locator("#found mark").all_inner_texts()[0].strip() in asked
    assert axe(page) == []
    page.get_by_label(words("site.words")).fill("qqxzzq")
    expect(page.get_by_role("status")).to_have_text(words("site.none"), timeout=20_000)


@each_language
def test_the_first_tab_skips_to_the_lesson(open_page, address, language):
    page = open_page(f"{address}{language}/00-start.html")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name=i18n.words(language)("site.skip"))).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
