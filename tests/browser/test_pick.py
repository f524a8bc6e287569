"""Lesson 02 on one screen: questions, headline and cards in view after Run All, wide and narrow;
and the range of stays, typed."""

import pytest
from playwright.sync_api import expect

import prepaid
from conftest import READY_SECONDS, kernels_today
from prepaid import i18n

LAPTOP, PHONE = (1280, 800), (360, 740)
LEAST_TYPE = 12  # px
BOXES = """view => {
    const of = one => one.getBoundingClientRect().toJSON();
    const panel = document.querySelector('.jp-WindowedPanel-outer');
    return {
        panel: of(panel),
        headline: of(view.querySelector('[role=status]')),
        questions: [...view.querySelectorAll('strong')].filter(
            one => /^[123]\\. /.test(one.innerText)).map(of),
        ticks: [...view.querySelectorAll('input[type=checkbox]')].filter(
            one => one.checkVisibility()).map(of),
        cards: [...view.querySelectorAll('button')].filter(
            one => /check|angle-down/.test(one.innerHTML) && one.closest('.widget-vbox')
                .querySelector('.widget-html') && one.matches('.widget-button')).map(
            one => of(one.closest('.widget-vbox'))),
        picture: [...view.querySelectorAll('img')].map(
            one => [one.naturalWidth, one.getBoundingClientRect().width]),
        sideways: [...document.querySelectorAll('.jp-OutputArea-output')].filter(
            one => one.scrollWidth > one.clientWidth + 1).length,
    };
}"""


def inside(box: dict, panel: dict) -> bool:
    return (box["top"] >= panel["top"] and box["bottom"] <= panel["bottom"] + 1
            and box["left"] >= panel["left"] and box["right"] <= panel["right"] + 1)


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_questions_headline_and_cards_are_in_view_after_run_all(open_lesson, language):
    lesson = open_lesson(f"02-pick.{language}.ipynb", size=LAPTOP)
    lesson.run_all()
    view = lesson.page.locator(".jp-OutputArea-output > .jupyter-widgets").first
    expect(view.get_by_role("status")).to_have_text(
        prepaid.tutorial(language).pick(start=kernels_today()).summary())
    lesson.page.wait_for_timeout(500)
    found = view.evaluate(BOXES)
    assert [len(found[name]) for name in ("questions", "cards")] == [3, 3]
    for name in ("questions", "cards", "ticks"):
        assert all(inside(box, found["panel"]) for box in found[name]), name
    assert inside(found["headline"], found["panel"])


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_on_a_phone_nothing_is_cut_and_the_headline_is_near(open_lesson, language):
    lesson = open_lesson(f"02-pick.{language}.ipynb", size=PHONE, alone=True)
    lesson.run_all()
    view = lesson.cell("pick").locator(".jp-OutputArea-output > .jupyter-widgets").first
    expect(view.locator("img")).to_be_visible()
    found = view.evaluate(BOXES)
    assert found["sideways"] == 0
    assert len(found["questions"]) == 3
    for box in found["questions"]:
        assert abs(found["headline"]["top"] - box["top"]) + found["headline"]["height"] <= PHONE[1]
    for natural, shown in found["picture"]:
        assert 13 * shown / natural >= LEAST_TYPE


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_what_is_typed_wrong_is_told_right_below_it(open_lesson, language):
    words = i18n.words(language)
    lesson = open_lesson(f"02-pick.{language}.ipynb", alone=True)
    lesson.run_all()
    view = lesson.cell("pick")
    days = view.get_by_label(words("input.days"), exact=True)
    days.fill("12.5")
    told = view.get_by_role("alert")
    expect(told).to_contain_text("12.5")
    gap = told.bounding_box()["y"] - days.bounding_box()["y"]
    assert 0 < gap < 60
    days.fill("１２")
    expect(told).to_have_count(0)
    expect(view.get_by_role("status")).to_have_text(
        prepaid.tutorial(language).pick(start=kernels_today(), days=12).summary())


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_a_longer_stay_is_typed_and_the_sentence_follows(open_lesson, language):
    words, lesson = i18n.words(language), open_lesson(f"02-pick.{language}.ipynb")
    lesson.run_all()
    view = lesson.cell("pick")
    view.get_by_role("button", name=words("pick.unsure")).click()
    page = lesson.page
    view = view.locator(".widget-vbox", has=page.get_by_label(words("input.longest"))).filter(
        has=page.get_by_role("table")).last
    table = view.get_by_role("table", name=words("unsure.caption_before_tax"))
    lesson.settle()
    before = view.get_by_role("status").inner_text(), table.inner_text()
    longest = view.get_by_label(words("input.longest"))
    longest.focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("90")
    longer = prepaid.tutorial(language).unsure(longest=90, start=kernels_today())
    model = longer.model
    lesson.settle()
    expect(view.get_by_role("status")).to_have_text(longer.summary())
    expect(table).to_contain_text(words.money(model.answer.starts.safest.range[1]))
    longest.fill("9")
    expect(view.get_by_role("alert")).to_contain_text("“9”", timeout=READY_SECONDS * 1000)
    longest.fill("42")
    lesson.settle()
    expect(view.get_by_role("alert")).to_have_count(0)
    expect(view.get_by_role("status")).to_have_text(before[0])
    assert table.inner_text() == before[1]
