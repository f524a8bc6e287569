"""What a reader does, in a real browser."""

import pytest
from playwright.sync_api import expect

from prepaid import i18n


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_start_here_runs(open_lesson, dark):
    lesson = open_lesson("00-start-here.ipynb", dark=dark, size=(700, 900), alone=True)
    lesson.run_all()
    for slug in ("prices-en", "prices-zh-CN"):
        assert lesson.cell(slug).locator("table").is_visible()


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_a_stay_is_changed_by_keyboard_and_the_table_follows(open_lesson, language):
    words, lesson = i18n.words(language), open_lesson(f"02-pick-a-package.{language}.ipynb")
    lesson.run_all()
    view = lesson.cell("pick")
    table = view.get_by_role("table", name=words("purchase.caption"))
    before = table.inner_text()
    days = view.get_by_label(words("input.days"))
    days.focus()
    lesson.page.keyboard.press("Control+A")
    lesson.page.keyboard.type("7")
    expect(view.get_by_role("status")).to_contain_text(words.days(7))
    assert table.inner_text() != before
    days.fill("400")
    expect(view.get_by_role("alert")).to_contain_text("400")
    expect(view.get_by_role("status")).to_contain_text(words.days(7))
    days.fill("33")
    expect(view.get_by_role("alert")).to_have_count(0)
    assert table.inner_text() == before


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_the_sizes_follow_the_stay(open_lesson, language):
    words, lesson = i18n.words(language), open_lesson(f"03-compare-packages.{language}.ipynb")
    lesson.run_all()
    view = lesson.cell("compare")
    view.get_by_label(words("input.us_number")).press("Space")
    expect(view.get_by_role("table", name=words("compare.caption", days=33))).to_contain_text(
        words("value.us_number.yes"))
    card = lesson.cell("card")
    name = "Tello · 2GB + unlimited talk/text"
    card.get_by_label(words("input.plan_id")).select_option(label=name)
    expect(card.get_by_role("table").first).to_contain_text(words.money(1000))
