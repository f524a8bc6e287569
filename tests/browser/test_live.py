"""Every lesson live in JupyterLab: before and after Run, narrow and wide, light and dark, reopened.

A screenshot of each is kept in `.artefacts/live`.
"""

import re
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from conftest import ARTEFACTS, ROOT, Lesson
from prepaid import i18n
from static_pages import previews

LIVE = {
    "00-start": [],
    "01-ready": ["preparations", "device", "imei", "check"],
    "02-pick": ["pick"],
    "03-compare": ["compare", "card", "catalogue", "check"],
    "04-renew": ["now", "top-up", "late", "walk", "check"],
    "05-help": ["faq", "seller", "quiz"],
    "06-pandas": [],
}
STATUS = "[role=status]"
ANSWERS = {"01-ready": ("preparations", "input[type=checkbox]"), "02-pick": ("pick", STATUS),
           "03-compare": ("compare", STATUS), "04-renew": ("now", STATUS),
           "05-help": ("rescue", STATUS), "06-pandas": ("progress", STATUS)}
NAMES = [path.name for path in sorted((ROOT / "notebooks").glob("*.ipynb"))]
ZOOM_200 = [720, 400]  # of windows 1440 and 800 px wide: as many CSS pixels as half of it
WIDTHS = [1440, 800, 480, *ZOOM_200]
VIEW = ".jp-OutputArea-output > .jupyter-widgets"
WORST = re.compile("Error displaying widget|Loading widget|Javascript Error|Traceback")
UNREADABLE = (ROOT / "tests/browser/unreadable.js").read_text("utf-8")
UNFOLD = "() => document.querySelectorAll('.jp-OutputArea details').forEach(one => one.open = true)"
TRUSTED = "() => [...jupyterapp.shell.currentWidget.content.model.cells].map(cell => cell.trusted)"
WHOLE = "() => document.querySelector('.jp-WindowedPanel-inner').scrollHeight + 160"


def shows_previews(lesson: Lesson, name: str) -> None:
    assert not all(lesson.page.evaluate(TRUSTED)), "a fresh clone is untrusted"
    assert lesson.page.locator(".jupyter-widgets").count() == 0
    for slug, text in previews(name).items():
        shown = lesson.cell(slug).locator(".jp-OutputArea-output")
        assert "".join(shown.text_content().split()) == text, slug


def is_live(lesson: Lesson, slugs: list[str]) -> None:
    for slug in slugs:
        expect(lesson.cell(slug).locator(VIEW)).to_be_visible()
    expect(lesson.page.locator(".jp-OutputArea").get_by_text(WORST)).to_have_count(0)
    assert lesson.page.locator("[data-mime-type='application/vnd.jupyter.error']").count() == 0


def fits(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    assert page.evaluate(UNREADABLE) == [], f"{width} px wide"


def keep_picture(page: Page, name: str) -> None:
    page.set_viewport_size({"width": 1000, "height": page.evaluate(WHOLE)})
    page.screenshot(path=ARTEFACTS / "live" / name, type="jpeg", quality=60)


@pytest.mark.parametrize("name", NAMES)
def test_a_lesson_from_fresh_clone_to_reopening(open_lesson, name):
    views, lesson = LIVE[name.split(".")[0]], open_lesson(name, alone=True)
    shows_previews(lesson, name)
    for width in WIDTHS:
        fits(lesson.page, width)

    lesson.run_all()
    is_live(lesson, views)
    keep_picture(lesson.page, name.replace(".ipynb", ".jpeg"))
    lesson.page.evaluate(UNFOLD)
    for width in WIDTHS:
        fits(lesson.page, width)
    lesson.choose_theme(dark=True)
    fits(lesson.page, 480)

    if ".en." not in name:  # which does not depend on the language
        lesson.save_close_and_reopen()
        lesson.run_all()
        is_live(lesson, views)


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_on_a_phone_the_first_question_is_in_view_with_what_may_be_said(open_lesson, language):
    lesson = open_lesson(f"05-help.{language}.ipynb", size=(360, 740), alone=True)
    lesson.run_all()
    cell = lesson.cell("rescue")
    expect(cell.locator(":focus")).to_have_count(1)
    expect(cell.get_by_role("status")).to_be_in_viewport(ratio=1)
    expect(cell.get_by_role("button", name="A", exact=True)).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize("name", NAMES[1:])
def test_run_all_ends_at_the_answer(open_lesson, name):
    lesson, (answer, told) = open_lesson(name, size=(1280, 800)), ANSWERS[name.split(".")[0]]
    lesson.run_all()
    cell = lesson.page.locator(".jp-Notebook .jp-Cell").nth(lesson.slugs.index(answer))
    expect(cell.locator(told).locator('visible=true').first).to_be_in_viewport(ratio=1)
    if answer != lesson.slugs[-1] and LIVE[name.split(".")[0]]:
        expect(cell.locator(":focus")).to_have_count(1)
        lesson.page.keyboard.press("Tab")  # and goes on in the form
        expect(cell.locator(":focus")).to_have_count(1)


@pytest.mark.parametrize(
    ("fault", "html"),
    [
        ("cut off: p", "<p style='overflow:hidden;white-space:nowrap;width:60px'>far too long</p>"),
        ("choice cut off", "<select style='width:40px'><option>far too long</select>"),
        ("beyond the edge", "<p style='margin-left:-30px'>left</p>"),
        ("scrolls as a whole", "<p style='width:900px'>wide</p>"),
        ("overlaps: input", "<input><p style='margin-top:-15px'>over</p>"),
        (None, "<div style='overflow-x:auto'><p style='width:900px'>wide</p></div><input><p>under"),
    ],
)
def test_what_can_not_be_read_is_found(open_page, fault, html):
    box = "<div class='jp-OutputArea-output' style='overflow:auto;width:300px;margin:40px'>"
    page = open_page(f"data:text/html,{quote(box + html)}")
    faults = page.evaluate(UNREADABLE)
    assert any(one.startswith(fault) for one in faults) if fault else faults == [], faults
