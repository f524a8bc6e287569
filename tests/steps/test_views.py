"""The views of lessons 00, 02 and 03 without a browser: set an input, read what is shown."""

import asyncio
import datetime as dt
import re
import threading
import time
from html import unescape
from types import SimpleNamespace

import ipywidgets as w
import pandas as pd
import pytest

import prepaid
from prepaid import i18n
from prepaid.analysis.sizes import FAR
from prepaid.catalogue.plans import OLD_PRICE_DAYS
from prepaid.html import charts
from prepaid.html.page import render
from prepaid.html.plans import cards, full_name, plan_names, sources
from prepaid.schedule import Schedule
from prepaid.steps.compare.model import CompareModel
from prepaid.steps.compare.view import sizes, what_if
from prepaid.steps.inputs import Needs, Number
from prepaid.steps.model import one_at_a_time
from prepaid.steps.pick import view as pick_view
from view_helpers import (
    DIMMED,
    from_browser,
    in_one_language,
    market,
    of_few,
    shown,
    widget,
    wrong,
)

LANGUAGES = i18n.LANGUAGES


@in_one_language
def test_a_change_of_days_changes_the_table(tutorial):
    view = tutorial.pick()
    before = shown(view)
    from_browser(widget(view, "days"), value="7")
    words = tutorial.words
    answer = view.model.answer
    expected = prepaid.cheapest_schedule(
        answer.plans, view.model.need_mb(), **answer.options).total_cents
    assert view.model.answer.days == 7
    assert words.money(expected) in shown(view)
    assert shown(view) != before
    assert tutorial.words.days(7) in shown(view)


@in_one_language
def test_dates_and_days_follow_each_other(tutorial):
    view = of_few(tutorial).pick()
    last = next(box for box in _all(view, w.DatePicker)
                if box.description == view.words("input.last_day"))
    from_browser(widget(view, "days"), value="10")
    assert last.value == dt.date(2027, 1, 19)
    from_browser(last, value={"year": 2027, "month": 0, "date": 31})
    assert view.model.days == 31 - 10 + 1
    from_browser(widget(view, "start"), value={"year": 2027, "month": 0, "date": 1})
    assert (view.model.days, last.value) == (31, dt.date(2027, 1, 31))
    from_browser(widget(view, "days"), value="5")  # from now on the days stay
    from_browser(widget(view, "start"), value={"year": 2027, "month": 0, "date": 2})
    assert (view.model.days, last.value) == (5, dt.date(2027, 1, 6))


def _all(view, kind) -> list[w.Widget]:
    found = []
    for child in getattr(view, "children", ()):
        found += [child] if isinstance(child, kind) else _all(child, kind)
    return found


@in_one_language
def test_gb_instead_of_hours(tutorial):
    view = of_few(tutorial).pick()
    boxes = view._boxes
    from_browser(widget(view, "mode"), index=4)
    assert (boxes["activities"].layout.display, boxes["gb"].layout.display) == ("none", "flex")
    view.model.update(gb=30.0, gb_per="month")
    assert set(view.model.need_mb()) == {1000}
    view.model.update(gb=1.0, gb_per="stay", days=3)
    assert view.model.need_mb() == [333, 333, 334]


@in_one_language
def test_reset_brings_the_example_back(tutorial):
    view = of_few(tutorial).pick()
    before = shown(view)
    hours = view.model.hours | {"email": 1}
    view.model.update(days=5, us_number=True, slow_ok_kbps=128, hours=hours)
    assert shown(view) != before
    next(iter(_all(view, w.Button))).click()
    assert shown(view) == before
    assert widget(view, "days").value == "33"


BAD = {
    "pick": {
        "no days": {"days": 0},
        "negative days": {"days": -3},
        "400 days": {"days": 400},
        "no date": {"start": None},
        "negative hours": {"hours": {"web-browsing": -1}},
        "too many hours": {"hours": {"web-browsing": 25}},
        "unknown activity": {"hours": {"sleeping": 8}},
        "no activity": {"hours": {"web-browsing": 0}},
        "no GB": {"mode": "gb", "gb": 0},
        "negative GB": {"mode": "gb", "gb": -1},
        "not a number": {"mode": "gb", "gb": float("nan")},
        "tax over 100 %": {"tax_percent": 101},
    },
    "unsure": {
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
        "words": {"shortest": "some weeks"},
        "no use": {"mb_low": 0},
        "negative use": {"mb_low": -1},
        "use is not a number": {"mb_typical": float("nan")},
        "boundless use": {"mb_high": 1e300},
        "low above typical": {"mb_low": 426},
        "typical above high": {"mb_typical": 608},
        "tax over 100 %": {"tax_percent": 101},
    },
    "now": {
        "negative days": {"days_left": -1},
        "negative data": {"gb_left": -0.1},
        "a date in the past": {"start": dt.date(2020, 1, 1)},
        "no date": {"start": None},
        "more days than the package lasts": {"days_left": 31},
        "unknown package": {"plan_id": "no-such"},
        "no days of stay": {"stay_left": 0},
        "too long a stay": {"stay_left": 400},
        "a use of less than nothing": {"gb_per_day": -1},
    },
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_told_and_the_last_answer_stays(tutorial, name):
    view = getattr(tutorial, name)()
    good, results = view.model.answer, [part.value for part in view._results]
    right, wrong_before = {key: getattr(view.model, key) for key in view.model.inputs()}, ()
    for case, bad in BAD[name].items():
        view.model.update(**{key: right[key] for key in wrong_before} | bad)
        wrong_before = bad
        assert view.model.problem is not None, case
        assert view.model.answer is good, case
        for part, before in zip(view._results, results, strict=True):  # seen as out of date
            assert part.value.startswith('<div style="opacity') or not before, case
            assert before.replace(' role="status" aria-live="polite"', "") in part.value, case
        told = wrong(view)
        assert told.count('role="alert"') == 1, case
        said = view.model.problem.tell(tutorial.words)
        if view.model.problem.code == "activity_hours":  # told at the field as it is called there
            said = said.replace("web-browsing", tutorial.words("activity.web-browsing"))
        assert said in unescape(told), case
        other = i18n.words(next(code for code in LANGUAGES if code != tutorial.words.language))
        assert view.model.problem.tell(other) not in told, case
    view.model.reset()
    assert [part.value for part in view._results] == results
    assert not wrong(view)
    assert not any(one.told.value for one in view.fields.values())


@pytest.mark.parametrize("name", ["pick", "compare", "unsure", "own_plans", "now", "top_up"])
def test_a_wrong_number_is_told_at_its_own_field_alone(tutorial, name):
    view = getattr(tutorial, name)()
    typed = {key: field for key, field in view.fields.items()
             if isinstance(view.model.traits().get(key), Number) and view.asked(field.box)}
    assert typed
    if isinstance(view.model, Needs) and name != "own_plans":  # which asks for no needs
        assert {"tax_percent", "purchase_bother_usd", "move_bother_usd"} <= typed.keys()
    right = {key: field.box.value for key, field in typed.items()}
    for place, (key, field) in enumerate(typed.items()):  # one more at each
        from_browser(field.box, value="some")
        told = {one for one, other in view.fields.items() if 'role="alert"' in other.told.value}
        assert (told, view._problem.value) == ({*list(typed)[:place + 1]}, ""), key
    for key, field in typed.items():
        from_browser(field.box, value=right[key])
        assert field.told.value == "", key
    assert view.model.problem is None


@pytest.mark.parametrize("name", ["pick", "compare", "unsure", "own_plans", "now"])
def test_what_an_example_asks_for_names_no_empty_input(tutorial, name):
    view = getattr(tutorial, name)()
    said = re.findall(r"</strong>(.*?)</li>", render(view.chosen(), lang=tutorial.words.language))
    assert said
    assert all(one.strip() for one in said)


def test_what_waits_gives_way_to_a_change_in_another_thread(tutorial):
    view, shows, began = tutorial.late(), [], threading.Event()

    def change() -> None:
        with one_at_a_time:
            began.set()
            time.sleep(0.1)  # until what waits is due
            view.model.cycle_end += dt.timedelta(1)

    async def wait() -> None:
        other = threading.Thread(target=change)
        other.start()
        began.wait()
        view._in_a_pause(lambda: shows.append("of the answer before"), 0)
        await asyncio.sleep(0.01)
        other.join()

    asyncio.run(wait())
    assert shows == []


def test_the_first_part_is_sent_alone_and_the_rest_is_dimmed_until_it_is_made(tutorial):
    """A kernel that goes on working keeps waiting what it has sent."""
    view = tutorial.pick(days=20)
    before, states = [part.value for part in view._results], []

    def note() -> None:
        states.append([
            "old" if part.value == was else "dim" if part.value.startswith(DIMMED) else "new"
            for part, was in zip(view._results, before, strict=True)])

    async def change() -> None:
        view._results[2].observe(lambda _: note(), names="value")
        view.model.days = 100
        note()
        give_up = time.monotonic() + 60
        while len(states) < 3 or ("dim" in states[-1] and time.monotonic() < give_up):
            await asyncio.sleep(0.1)
            note()

    asyncio.run(change())
    first, dimmed, *_, last = states
    assert first == ["new", *["old"] * (len(before) - 1)]
    assert dimmed[:3] == ["new", "new", "dim"]
    assert "dim" not in last
    assert last[:5] == ["new"] * 5


def test_an_uncovered_stay_says_which_need_to_relax(tutorial):
    capped = {"plan_id": "capped", "provider": "A", "kind": "mvno", "price_usd": 10.0,
              "validity_days": 30, "unlimited": "yes", "premium_data_gb": 5.0,
              "after_cap": "throttled", "after_cap_kbps": 128.0, "hotspot_allowed": "yes"}
    endless = {"plan_id": "endless", "provider": "B", "price_usd": 30.0, "validity_days": 30,
               "unlimited": "yes", "after_cap": "none", "hotspot_allowed": "no"}
    view = tutorial.pick()
    model = type(view.model)(market(capped, endless), hotspot=True, mode="gb", gb=50.0, days=10)
    assert model.problem.code == "one_at_a_time"
    helps = model.relaxations()
    assert helps == {"hotspot": 3000, "slow_ok_kbps": 1000}
    told = wrong(type(view)(model, tutorial.words))
    assert all(tutorial.words.money(cents) in told for cents in helps.values())


@in_one_language
def test_a_hostile_plan_name_stays_text(tutorial):
    plans = tutorial.plans.copy()
    hostile = "<script>alert(1)</script><img src=x onerror=alert(2)> $5 $6"
    plans.loc[:, "plan_name"] = hostile
    plans.loc[:, "provider"] = "<b>Shop</b>"
    plans.loc[:, "note"] = plans["note_zh"] = hostile
    plans.loc[:, "source_url"] = plans["upstream_url"] = "javascript:alert(3)"
    model = type(tutorial.pick().model)(plans)
    view = pick_view.PickView(model, tutorial.words)
    for page in (shown(view), view.preview()):
        assert "<script" not in page
        assert "<img src=x" not in page
        assert "<b>Shop" not in page
        assert "href=\"javascript" not in page
        assert "$" not in page


@pytest.mark.parametrize("gb", [1, 5, 14])
def test_the_headline_names_the_size_that_is_best_at_the_readers_use(tutorial, gb):
    view = tutorial.compare(gb=float(gb))
    totals = view.model.answer.sizes["total_cents"]
    able = totals.drop("any").dropna()
    best = next(size for size in able.index if able[size] == able.min())
    told, words = view.summary(), tutorial.words
    assert words(f"size.{best}") in told
    assert words.money(int(totals["any"])) in told
    assert words.money(int(able.min())) in told
    assert words.data(-(-gb * 1000 // view.model.days)) in told


@in_one_language
def test_two_purchases_of_which_one_is_short_have_no_rhythm(tutorial):
    """Four days by packages of three: the second is bought after three days, not after two."""
    columns = {"validity_days": 3, "data_gb": 1.0}
    plans = market({"plan_id": "a", "provider": "A", "price_usd": 5.0} | columns)
    comparison, words = CompareModel(plans, days=4, gb=0.5).answer, tutorial.words
    assert comparison.sizes.loc["1 GB", "purchases"] == 2
    told = render(sizes(comparison, words), lang=words.language)
    assert words("compare.twice") in told
    assert words("compare.renewed", n=2, days="2") not in told


@in_one_language
def test_stored_previews_do_not_know_what_day_it_is(tutorial, monkeypatch):
    class Later(dt.date):
        @classmethod
        def today(cls):
            return cls(2031, 5, 5)

    def previews() -> list[str]:
        views = [tutorial.pick(), tutorial.compare(), tutorial.card("tello-10gb"),
                 tutorial.catalogue()]
        return [view._repr_mimebundle_()["text/html"] for view in views]

    before = previews()
    monkeypatch.setattr("prepaid.steps.view.dt", SimpleNamespace(date=Later))
    assert previews() == before


@pytest.mark.parametrize("view", ["pick", "compare", "now", "late", "keep_number"])
def test_a_stored_preview_writes_dates_as_its_language_does(tutorial, view):
    chosen = str(getattr(tutorial, view)().chosen())
    assert tutorial.words.date(dt.date(2027, 1, 10 if view != "late" else 13)) in chosen
    assert "2027-01-1" not in chosen


def test_old_prices_are_marked_by_the_readers_own_date(tutorial):
    answer = tutorial.pick().model.answer
    words = tutorial.words

    plan = answer.plans[answer.plans["as_of"].str.len() == len("2026-08-17")].iloc[0]
    old_from = dt.date.fromisoformat(plan["as_of"]) + dt.timedelta(days=OLD_PRICE_DAYS + 1)

    def marks(today) -> int:
        cell = sources(answer.plans, [plan["plan_id"]], words.on(today))
        page = render(cell, lang=words.language)
        return page.count(words(
            "source.old", as_of=words.as_of(plan["as_of"]), age=OLD_PRICE_DAYS + 1))

    assert marks(old_from) == 1
    assert marks(old_from - dt.timedelta(days=1)) == 0
    assert marks(None) == 0


def test_every_view_previews_as_one_line_and_as_html(tutorial):
    for view in (tutorial.pick(), tutorial.compare(), tutorial.card("tello-10gb"),
                 tutorial.catalogue()):
        bundle = view._repr_mimebundle_()
        assert "application/vnd.jupyter.widget-view+json" in bundle
        assert "\n" not in bundle["text/plain"]
        assert f'lang="{tutorial.words.language}"' in bundle["text/html"]
        assert "<th scope=" in bundle["text/html"]


def test_taxes_are_named_at_each_purchase(tutorial):
    view = tutorial.pick(tax_percent=10.0)
    answer = view.model.answer
    tax = int(answer.schedule.purchases["tax_cents"].sum())
    assert tax == round(answer.schedule.purchases["price_cents"].sum() * 0.1)
    for one in answer.schedule.bought:
        assert tutorial.words("purchase.of_it_tax", cents=one.tax_cents) in shown(view)


@in_one_language
def test_set_aside_plans_are_all_accounted_for(tutorial):
    view = tutorial.pick(sim="esim", us_number=True, hotspot=True)
    answer = view.model.answer
    counted = len(answer.offers.plan_id) + len(answer.excluded) + len(answer.left_out)
    intro = tutorial.plans["intro_new_customer_only"] == "yes"
    assert counted == len(tutorial.plans)
    known = tutorial.pick(sim="esim", us_number=True, hotspot=True, known_customer=True)
    kept = known.model.answer.plans["plan_id"]
    assert set(known.model.answer.offers.plan_id).isdisjoint(tutorial.plans.loc[intro, "plan_id"])
    assert set(kept) == set(answer.plans["plan_id"])


@in_one_language
def test_the_comparison_follows_the_stay(tutorial):
    view = tutorial.compare(gb=4.0)
    before = [part.value for part in view._results]
    from_browser(widget(view, "days"), value="12")
    after = [part.value for part in view._results]
    del before[3:], after[3:]  # what a month costs stays, and where prices come from may
    assert all(old != new for old, new in zip(before, after, strict=True))
    assert tutorial.words.days(12) in after[0]
    asked = view.model.answer.options
    frame = prepaid.compare_sizes(view.model.answer.plans, view.model.need_mb(), **asked)
    totals = frame["total_cents"].dropna()
    for cents in totals[totals <= FAR * totals["any"]]:
        assert tutorial.words.money(cents) in after[0]


@in_one_language
def test_of_a_size_that_is_far_too_dear_a_bound_is_told(tutorial):
    columns = {"provider": "A", "validity_days": 3}
    plans = market({"plan_id": "a", "price_usd": 5.0, "data_gb": 1.0} | columns,
                   {"plan_id": "b", "price_usd": 7.0, "data_gb": 50.0} | columns)
    comparison, words = CompareModel(plans, days=3, gb=9).answer, tutorial.words
    for part in (sizes, what_if):
        told = render(part(comparison, words), lang=words.language)
        assert words("compare.far", cents=3 * 700) in told
        assert words.money(9 * 500) not in told


@in_one_language
def test_unlimited_data_is_told_to_cost_more_only_where_it_does(tutorial):
    words, columns = tutorial.words, {"provider": "A", "validity_days": 3}
    small = {"plan_id": "a", "price_usd": 5.0, "data_gb": 1.0} | columns
    endless = {"plan_id": "u", "unlimited": "yes", "after_cap": "none"} | columns
    for usd, gap in ((6.0, 100), (4.0, 0)):
        comparison = CompareModel(market(small, endless | {"price_usd": usd}), days=3, gb=1).answer
        told = words("what_if.peace", gap=gap) in render(
            what_if(comparison, words), lang=words.language)
        assert told == (gap > 0)


@in_one_language
def test_any_package_becomes_a_card(tutorial):
    view = tutorial.card("tello-10gb")
    for plan_id in tutorial.plans["plan_id"]:
        widget(view, "plan_id").value = plan_id
        assert view.model.problem is None
        assert view.model.answer["plan_id"].tolist() == [plan_id]
        assert tutorial.words("view.unknown") in shown(view)  # no source gives typical speeds


def test_a_card_tells_the_first_price_the_fees_and_that_there_is_no_contract(tutorial):
    words, plans = tutorial.words, tutorial.plans
    one = plans[plans["intro_price_usd"].notna() & plans["min_commitment_cycles"].eq(1)].iloc[0]
    told = unescape(shown(tutorial.card(one["plan_id"])))
    assert words("card.intro", n=int(one["intro_cycles"]),
                 cents=round(one["intro_price_usd"] * 100)) in told
    assert words("card.no_contract") in told
    charged = plans[plans["fee_per_cycle_usd"].gt(0)].iloc[0]
    assert words.money(round(charged["fee_per_cycle_usd"] * 100)) in unescape(
        shown(tutorial.card(charged["plan_id"])))


@pytest.mark.parametrize("status", ["doubtful", "gone", ""])
def test_a_card_says_first_what_may_not_be_sold_any_more(tutorial, status):
    words, plans = tutorial.words, tutorial.plans
    one = plans[plans["status"] == "doubtful"].iloc[0].copy()
    one["status"] = status
    told = unescape(render(cards(one.to_frame().T, words), lang=words.language))
    warnings = [words(f"card.status.{key}", name=full_name(one, words))
                for key in words.keys("card.status")]
    assert [warning in told for warning in warnings] == [status == "doubtful", status == "gone"]
    reason = told.find(words.cell(one, "status_reason"))
    assert 0 <= reason < told.index("<table") if status else reason < 0


def test_a_frame_is_named_by_its_columns(tutorial):
    frame = tutorial.plans[["price_usd", "as_of"]].head(1)
    named = [tutorial.show(frame[columns]).html.partition('aria-label="')[2].partition('"')[0]
             for columns in (["price_usd"], ["price_usd", "as_of"])]
    assert len(set(named)) == 2
    assert all(named)


def test_two_packages_stand_side_by_side(tutorial):
    view = tutorial.card("tello-10gb", "visible-base")
    names = plan_names(tutorial.plans, tutorial.words)
    assert all(shown(view).count(f">{names[plan_id]}</th>") == 2  # the label, and what is beyond
               for plan_id in ("tello-10gb", "visible-base"))
    assert view.model.answer["plan_id"].tolist() == ["tello-10gb", "visible-base"]
    both = shown(view)
    widget(view, "beside").value = ""
    assert names["visible-base"] not in shown(view)
    assert tutorial.words("card.value") in shown(view)
    widget(view, "beside").value = "visible-base"
    assert shown(view) == both
    model = type(view.model)(tutorial.plans, plan_id="tello-10gb", beside="no-such")
    assert "no-such" in model.problem.tell(tutorial.words)


def test_the_first_line_says_where_each_size_wins(tutorial):
    view = tutorial.compare(days=6)
    answer = view.model.answer
    rows = list(answer.break_even.itertuples())
    assert len(rows) > 1
    for row in rows[:-1]:
        assert tutorial.words.data(row.to_mb) in view.summary()
    assert tutorial.words.money(int(answer.sizes.at["any", "total_cents"])) in view.summary()


def test_a_notebook_holds_the_first_rows_of_the_catalogue(tutorial):
    view = tutorial.catalogue()
    assert view.preview().count("<tr") == 1 + 5
    assert shown(view).count("<tr") == 1 + 100


def test_an_unknown_package_is_refused(tutorial):
    model = type(tutorial.card("tello-10gb").model)(tutorial.plans, plan_id="no-such")
    assert "no-such" in model.problem.tell(tutorial.words)


def test_a_view_that_begins_with_a_problem_says_so(tutorial):
    view = tutorial.card("no-such")
    assert "no-such" in view._repr_mimebundle_()["text/html"]
    assert "no-such" in shown(view)
    widget(view, "plan_id").value = "tello-10gb"
    assert "role=\"alert\"" not in shown(view)


def test_the_catalogue_filters_and_sorts(tutorial):
    view = tutorial.catalogue()
    view.model.update(kind="travel_esim", size="1 GB", sort="price")
    rows = view.model.answer
    assert set(rows["kind"]) == {"travel_esim"}
    assert rows["data_gb"].max() <= 2
    assert rows["price_usd"].is_monotonic_increasing
    assert shown(view).count("<tr") == len(rows) + 1
    view.model.update(kind="all", size="all", sim="physical")
    assert set(view.model.answer["sim_card"]) == {"yes"}


def test_the_picture_has_a_bar_for_each_purchase_and_says_so_in_words(tutorial):
    view = tutorial.pick()
    schedule: Schedule = view.model.answer.schedule
    bars = charts.bought_bars(schedule, dict.fromkeys(schedule.plan_ids, "X"), tutorial.words)
    svg = str(charts.stay(bars, schedule.need_mb, schedule.left_mb, dt.date(2027, 1, 10),
                          tutorial.words, charts.WIDTHS[0]))
    assert svg.count('height="8"') == len(schedule.bought)
    description = re.search(r'<img src="[^"]*" alt="([^"]*)"', view.preview())[1]
    for purchase in schedule.bought:
        assert tutorial.words.money(purchase.price_cents) in description
        assert tutorial.words.data(purchase.mb_used) in description


def test_data_left_runs_down_to_what_is_unused():
    schedule = prepaid.cheapest_schedule(
        pd.DataFrame([{"plan_id": "a", "provider": "A", "price_usd": 1, "validity_days": 3,
                       "data_gb": 1, "min_commitment_cycles": 2}]), [300, 200, 0, 900])
    assert schedule.left_mb == (700, 500, 500, 100)
    assert schedule.bought[0].mb_unused == 2000 - 1400


@pytest.mark.parametrize(("language", "money", "data", "date"), [
    ("en", "USD 1234.50", "1.5 GB", "10 January 2027"),
    ("zh-CN", "1234.50 美元", "1.5 GB", "2027 年 1 月 10 日"),
])
def test_values_are_written_as_the_language_does(language, money, data, date):
    words = i18n.words(language)
    assert words.money(123450) == money
    assert words.money(1500) == ("USD 15" if language == "en" else "15 美元")
    assert words.data(1500) == data
    assert words.data(999) == "999 MB"
    assert words.date(dt.date(2027, 1, 10)) == date
    assert words.as_of("2027-01-10") == date
    assert words.money(1234500).startswith("USD 12,345" if language == "en" else "12,345 ")


@pytest.mark.parametrize(("language", "as_of", "told"), [
    ("en", "2026", "2026"), ("en", "2026-06", "June 2026"),
    ("en", "2021/2026-10-03", "2021 to 3 October 2026"),
    ("zh-CN", "2026-06", "2026 年 6 月"), ("zh-CN", "2021/2023", "2021 年至 2023 年"),
])
def test_what_a_source_speaks_for_is_written_as_a_date(language, as_of, told):
    assert i18n.words(language).as_of(as_of) == told


def test_an_unknown_language_is_refused():
    with pytest.raises(prepaid.Refusal, match="fr"):
        prepaid.tutorial("fr")
