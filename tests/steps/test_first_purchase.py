"""The range of stays: its sentences, its table, its picture."""

import re
from html import unescape

import ipywidgets as w
import pandas as pd
import pytest
from playwright.sync_api import expect

import prepaid
import prose
from markets import FOUR_STARTS, plan, unlimited
from prepaid import i18n
from prepaid.catalogue.plans import select
from prepaid.html import charts
from prepaid.html.page import render
from prepaid.schedule import NoSchedule
from prepaid.steps.first_purchase import view as unsure_view
from prepaid.steps.first_purchase.model import FirstPurchaseModel
from prepaid.steps.first_purchase.view import FirstPurchaseView
from view_helpers import (
    from_browser,
    in_one_language,
    market,
    out_of_date,
    shown,
    widget,
    within,
    wrong,
)

LEVELS = ("low", "typical", "high")


def view_of(plans, words, **inputs) -> FirstPurchaseView:
    """The view with a catalogue of these rows."""
    frame = market(*pd.DataFrame(plans).to_dict("records"))
    frame["unlimited"] = frame["unlimited"].astype(object).fillna("")
    endless = frame["unlimited"].eq("yes") & frame["premium_data_gb"].isna()
    frame["after_cap"] = frame["after_cap"].where(~endless, "none")
    return FirstPurchaseView(FirstPurchaseModel(frame, **inputs), words)


@in_one_language
def test_the_typical_case_is_the_pickers_stay(tutorial):
    model = tutorial.unsure().model
    gb = model.answer.mb["typical"] / 1000
    pick = tutorial.pick(days=model.likely, mode="gb", gb=gb, gb_per="day",
                         purchase_bother_usd=0, move_bother_usd=0).model.answer
    assert model.answer.starts.known[model.likely, "typical"] == pick.schedule.total_cents


def test_the_sentences_say_what_the_reckoning_found(tutorial):
    words = tutorial.words
    view = view_of(FOUR_STARTS, words, **STAY | {"likely": 6})
    answer = view.model.answer
    safest, best = answer.starts.safest, answer.starts.cheapest_typical
    assert words.money(safest.most_overpaid) in view.summary()
    said = unsure_view.if_typical(answer, words)
    saved = safest.cents[answer.starts.typical] - best.cents[answer.starts.typical]
    assert saved > 0
    for part in (words.days(answer.likely), words.money(saved), words.money(best.most_overpaid)):
        assert part in said
    habit = answer.unlimited
    assert habit.most_overpaid == max(
        habit.cents[case] - answer.starts.known[case] for case in habit.cents)
    said = unsure_view.never_thinking(answer, words)
    for cents in (*habit.range, habit.most_overpaid):
        assert words.money(cents) in said


@in_one_language
def test_unlimited_only_is_the_cheapest_of_unlimited_plans(tutorial):
    model = tutorial.unsure(us_number=True).model
    plans = select(tutorial.plans, **model.needs())[0].query("unlimited == 'yes'")
    asked = model.options() | model.dates()
    for (days, level), cents in model.answer.unlimited.cents.items():
        need = [model.answer.mb[level]] * days
        assert cents == prepaid.cheapest_schedule(plans, need, **asked).total_cents


STAY = {"shortest": 2, "likely": 2, "longest": 6, "mb_low": 500, "mb_typical": 500, "mb_high": 500}
SENTENCES = {
    "safest, and another if sure": (
        FOUR_STARTS, STAY | {"likely": 6}, ("safest", "typical", "unlimited")),
    "the same if sure": (FOUR_STARTS, STAY, ("safest", "typical_same", "unlimited")),
    "nothing was ever cheaper": (
        FOUR_STARTS.head(1), STAY, ("never_wrong", "typical_same", "unlimited_none")),
    "unlimited is best": (
        FOUR_STARTS.tail(1), STAY, ("never_wrong", "typical_same", "unlimited_best")),
    "cheapest, but not in every case": (
        [plan("A1", 1, 9, 1, premium_data_period="day", renew_early="no"), unlimited("A2", 5, 9)],
        STAY | {"mb_high": 1500}, ("safest", "typical_only", "unlimited")),
}


@pytest.mark.parametrize("case", SENTENCES)
def test_every_sentence_has_its_case(tutorial, case):
    plans, inputs, keys = SENTENCES[case]
    words = tutorial.words
    answer = view_of(plans, words, **inputs).model.answer
    said = [unsure_view.headline(answer, words), unsure_view.if_typical(answer, words),
            unsure_view.never_thinking(answer, words)]
    for text, key in zip(said, keys, strict=True):
        fixed = re.split(r"\{[^}]*\}", words._texts[f"unsure.{key}"])
        assert re.fullmatch(".+".join(map(re.escape, fixed)), text), (key, text)


def test_an_input_from_the_browser_changes_everything(tutorial):
    view = tutorial.unsure()
    before = [part.value for part in view._results]
    from_browser(widget(view, "longest"), value="60")
    answer, after = view.model.answer, [part.value for part in view._results]
    assert all(old != new for old, new in zip(before, after, strict=True))
    assert answer.days == (14, 30, 60)
    assert tutorial.words.money(answer.starts.safest.range[1]) in after[0]
    from_browser(widget(view, "longest"), value="42")
    assert [part.value for part in view._results] == before


def test_one_length_and_one_use_are_one_case_each(tutorial):
    words, view = tutorial.words, tutorial.unsure()
    view.model.update(shortest=30, likely=30, longest=30, mb_low=425, mb_high=425)
    answer = view.model.answer
    assert answer.days == (30,)
    assert answer.starts.safest.most_overpaid == 0
    assert shown(view).count(f">{words('unsure.if_days', days=30)}</p>") == 1
    assert words("unsure.if_days", days=42) not in shown(view)


def test_the_table_shows_the_safest_and_the_cheapest_if_typical(tutorial):
    words, view = tutorial.words, tutorial.unsure(shortest=21, likely=30, longest=60)
    answer = view.model.answer
    for most in (1, 2, 6):
        starts = answer.shown(most)
        assert len(starts) == min(max(most, 1), len(answer.starts.worth))
        assert answer.starts.cheapest_typical in starts
        assert most == 1 or answer.starts.safest in starts
    table = re.search("<tbody>(.*?)</tbody>", view._results[0].value)[1].split("</tr>")[:-1]
    assert len(table) == len(answer.shown()) + 1
    for row, start in zip(table, [*answer.shown(), answer.unlimited], strict=True):
        cells = [unescape(re.sub("<[^>]*>", "", cell)) for cell in row.split("</td>")]
        cases = [(answer.likely, level) for level in LEVELS]
        costs = [start.cents[case] for case in cases]
        assert cells[0].endswith(words.money(costs[0]))
        assert cells[1:3] == [words.money(cents) for cents in costs[1:]]
        assert cells[4] == words.money(start.most_overpaid)
        assert not start.most_overpaid or words.days(start.worst[0]) in cells[5]


def test_the_picture_says_in_words_what_it_shows(tutorial):
    words, view = tutorial.words, tutorial.unsure()
    answer = view.model.answer
    drawn = [start for start in (*answer.shown(), answer.unlimited) if start.possible]
    told = unescape(re.search(r'alt="([^"]*)"', view._results[1].value)[1])
    known = answer.starts.known.values()
    ranges = [charts.CostRange(*start.range, "X", "Y") for start in drawn]
    measure = charts.CostRange(min(known), max(known), "X", "Y")
    svg = str(charts.cost_ranges([measure, *ranges], words, 480))
    assert svg.count('height="10"') == len(drawn) + 1
    for start in drawn:
        for cents in (*start.range, start.most_overpaid):
            assert words.money(cents) in told
    assert words.money(min(known)) in told


def test_all_cases_are_listed(tutorial):
    words, view = tutorial.words, tutorial.unsure()
    starts, text = view.model.answer.starts, unescape(view._results[2].value)
    for start in starts.worth:
        for case, cents in start.cents.items():
            assert words.money(cents) in text
            assert not start.overpaid[case] or f"+{words.money(start.overpaid[case])}" in text
    assert all(words.money(cents) in text for cents in starts.known.values())
    assert text.count("<table") == len(view.model.answer.days) + 1  # and the sources


def test_both_languages_show_the_same_figures():
    pages = []
    for language in i18n.LANGUAGES:
        view = prepaid.tutorial(language).unsure(shortest=21, likely=30, longest=60)
        answer, words = view.model.answer, view.words
        page = render(unsure_view.answer(answer, words), unsure_view.picture(answer, words),
                      unsure_view.every_case(answer, words), lang=language)
        page = re.sub(r'src="[^"]*"', "", page)
        alt = re.search(r'alt="([^"]*)"', page)[1]
        pages.append(prose.numbers(unescape(re.sub("<[^>]*>", " ", page) + alt)))
    assert pages[0] == pages[1]
    assert len(pages[0]) > 20


@in_one_language
def test_nothing_in_a_plan_is_run_or_set_as_a_formula(tutorial):
    plans = tutorial.plans.copy()
    plans["plan_name"] = plans["plan_name_zh"] = "<script>alert(1)</script> $5 or $6"
    plans["provider"] = "<img src=x onerror=alert(2)>" + plans["provider"]
    plans["note"] = plans["note_zh"] = "<b>bold</b>"
    plans["source_url"] = "javascript:alert(3)"
    model = FirstPurchaseModel(plans, shortest=2, likely=3, longest=4)
    view = FirstPurchaseView(model, tutorial.words)
    for page in (shown(view), view.preview()):
        assert "&lt;script&gt;" in page
        assert "<script" not in page
        assert "<img src=x" not in page
        assert "<b>bold" not in page
        assert 'href="javascript' not in page
        assert "$" not in page
    svg = str(charts.cost_ranges(
        [charts.CostRange(1, 2, "<script>", "</svg>")] * 2, view.words, 480))
    assert "<script" not in svg
    assert svg.count("</svg>") == 1


def test_the_preview_depends_on_the_content_only(tutorial):
    view = tutorial.unsure()
    bundle = view._repr_mimebundle_()
    assert bundle["text/html"] == tutorial.unsure().preview()
    assert bundle["text/plain"] == view.summary()
    assert "\n" not in bundle["text/plain"]
    assert f'lang="{tutorial.words.language}"' in bundle["text/html"]
    assert '<th scope="row"' in bundle["text/html"]


BAD = {
    "longest below shortest": {"shortest": 50},
    "likeliest above longest": {"likely": 43},
    "likeliest below shortest": {"likely": 13},
    "no days": {"shortest": 0},
    "negative days": {"shortest": -14},
    "half a day": {"likely": 30.5},
    "10000 days": {"longest": 10_000},
    "endless": {"longest": float("inf")},
    "not a number": {"longest": float("nan")},
    "nothing": {"likely": None},
    "words": {"shortest": "two weeks"},
    "no use": {"mb_low": 0},
    "negative use": {"mb_low": -1},
    "use is not a number": {"mb_typical": float("nan")},
    "boundless use": {"mb_high": 1e300},
    "low above typical": {"mb_low": 426},
    "typical above high": {"mb_typical": 608},
    "tax over 100 %": {"tax_percent": 101},
}


@pytest.fixture(scope="module")
def example(tutorial):
    """The view with its example, as each test that uses it has to leave it."""
    return tutorial.unsure()


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_told_and_the_last_answer_stays(tutorial, example, case):
    view = example
    good, results = view.model.answer, [part.value for part in view._results]
    view.model.update(**BAD[case])
    assert type(view.model.problem) is prepaid.Refusal
    assert view.model.answer is good
    assert out_of_date(view)
    assert 'role="alert"' in wrong(view)
    assert view.model.problem.tell(tutorial.words) in unescape(wrong(view))
    for language in i18n.LANGUAGES:
        assert view.model.problem.tell(i18n.words(language))
    view.model.reset()
    assert view.model.problem is None
    assert wrong(view) == ""
    assert [part.value for part in view._results] == results


def test_what_nothing_covers_is_told_with_what_would_help(tutorial):
    words, small = tutorial.words, [
        plan("A1", 4, 9, 9, local_us_number="yes", intro_new_customer_only="yes"),
        unlimited("B1", 15, 9, local_us_number="no")]
    view = view_of(small, words, **STAY | {"us_number": True})
    good = view.model.answer
    view.model.mb_high = 9001
    assert isinstance(view.model.problem, NoSchedule)
    assert view.model.answer is good
    assert words("pick.relaxed.us_number", total=1500) in wrong(view)
    view = view_of(small[:1], words, **STAY | {"mb_high": 9001})
    assert view.model.answer is None
    assert words("pick.relax_nothing") in view.preview()


# --------------------------------------------------------------------------------- in a browser

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
    before = view.get_by_role("status").inner_text(), table.inner_text()
    longest = view.get_by_label(words("input.longest"))
    longest.focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("90")
    longer = prepaid.tutorial(language).unsure(longest=90)
    model = longer.model
    expect(view.get_by_role("status")).to_have_text(longer.summary())
    expect(table).to_contain_text(words.money(model.answer.starts.safest.range[1]))
    longest.fill("9")
    expect(view.get_by_role("alert")).to_contain_text("“9”")
    longest.fill("42")
    expect(view.get_by_role("alert")).to_have_count(0, timeout=20_000)
    expect(view.get_by_role("status")).to_have_text(before[0])
    expect(table).not_to_contain_text(words.days(90))  # the table follows the sentence
    assert table.inner_text() == before[1]


@in_one_language
def test_who_is_unsure_is_asked_nothing_twice_and_told_what_differs(tutorial):
    view = tutorial.pick(sim="physical", us_number=True, known_customer=True)
    more = next(one for one in within(view) if isinstance(one, w.ToggleButton)
                and one.description == tutorial.words("pick.unsure"))
    more.value = True
    inner = next(one for one in within(view) if isinstance(one, FirstPurchaseView))
    assert inner.model.needs() == view.model.needs()
    told = tutorial.words("unsure.differs", n=len(inner.model.answer.starts.known))
    assert told in unescape(shown(inner))
