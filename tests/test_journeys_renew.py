"""A traveller who is running out, in a real browser: the next step, and a calendar to take."""

import datetime as dt

import pytest
from icalendar import Calendar
from playwright.sync_api import expect

from prepaid import i18n


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_three_days_and_little_data_left(open_lesson, language):
    words, lesson = i18n.words(language), open_lesson(f"04-renew.{language}.ipynb")
    lesson.run_all()
    view = lesson.cell("now")
    link = view.get_by_role("link", name="renewal.ics")
    example = link.get_attribute("href")
    view.get_by_label(words("input.gb_left")).fill("5")
    expect(view).to_contain_text(words("renew.first_days"))
    expect(link).not_to_have_attribute("href", example)  # the files follow in a pause
    view.get_by_label(words("input.gb_left")).fill("0.4")
    expect(view).to_contain_text(words("renew.first_data"))
    view.get_by_label(words("input.days_left")).fill("-1")
    expect(view.get_by_role("alert")).to_contain_text("-1")
    view.get_by_label(words("input.days_left")).fill("3")
    expect(view.get_by_role("alert")).to_have_count(0)
    expect(view.get_by_role("status")).to_contain_text(words.date(dt.date(2027, 1, 11)))
    expect(link).to_have_attribute("href", example)
    with lesson.page.expect_download() as download:
        link.click()
    calendar = Calendar.from_ical(download.value.path().read_bytes())
    [event, *_] = calendar.walk("VEVENT")
    assert event.start.date() == dt.date(2027, 1, 12)
    assert {alarm["TRIGGER"].dt.days for alarm in event.walk("VALARM")} == {0, -2, -10}


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_a_walk_is_ticked_off(open_lesson, language):
    words, lesson = i18n.words(language), open_lesson(f"04-renew.{language}.ipynb")
    lesson.run_all()
    view = lesson.cell("walk")
    view.get_by_label(words("input.provider_id")).select_option(label="AT&T Prepaid")
    view.get_by_label(words("input.channel")).select_option(label=words("walk.channel.phone"))
    boxes = view.get_by_role("checkbox")
    expect(boxes).to_have_count(5)
    for number in (1, 2, 3):
        view.get_by_label(words("walk.step", n=number)).check()
    expect(view).to_contain_text(words("walk.progress", done=3, total=5))
    assert view.locator("a[href^='https://www.att.com/']").count() >= 5
    view.get_by_label(words("input.channel")).select_option(label=words("walk.channel.third_party"))
    seller = view.get_by_role("link", name=words("walk.seller_lesson"))
    assert seller.get_attribute("href") == f"05-questions-and-safety.{language}.ipynb"
