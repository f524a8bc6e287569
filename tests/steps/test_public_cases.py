"""What newcomers and public cases have shown: whole sums of data, dates in any order, lines that
have to live, what is told of a running package and of prices."""

import datetime as dt
from html import unescape

import ipywidgets as w
import pandas as pd
import pytest

import prepaid
from prepaid.html import charts
from prepaid.html.plans import when
from prepaid.steps import inputs
from prepaid.steps.next_step.model import NextStepModel
from prepaid.steps.next_step.view import NextStepView
from prepaid.steps.own_plans.model import quote
from prepaid.steps.pick.model import PickModel, example, spread_gb
from prepaid.steps.pick.view import PickView
from view_helpers import from_browser, in_one_language, market, of_few, shown, widget, wrong


def row(plan_id: str, provider: str, price: float, days: int, gb: float, **more) -> dict:
    return {"plan_id": plan_id, "provider": provider, "price_usd": price, "validity_days": days,
            "data_gb": gb, "unlimited": "no", **more}


# D1

@pytest.mark.parametrize(("gb", "per", "days", "total"), [
    (10, 30, 30, 10_000), (10, 30, 15, 5000), (14, None, 33, 14_000), (0.1, 1, 7, 700),
    (1, None, 3, 1000), (1, 30, 7, 234),  # 233.3 MB, up to whole MB
])
def test_gb_are_spread_to_exactly_what_was_said(gb, per, days, total):
    need = spread_gb(gb, per, days)
    assert (len(need), sum(need)) == (days, total)
    assert max(need) - min(need) <= 1


def test_ten_gb_for_thirty_days_fit_ten_gb():
    plans = market(row("ten", "A", 5.0, 30, 10.0))
    model = PickModel(plans, mode="gb", gb=10.0, gb_per="month", days=30)
    assert model.answer.schedule.plan_ids == ("ten",)


# D7

def lines(**more) -> pd.DataFrame:
    return market(
        row("small", "A", 3.0, 30, 0.1, local_us_number="yes", kind="mvno", **more),
        row("data", "B", 1.0, 30, 50.0, local_us_number="no", kind="travel_esim"))


def test_a_number_that_is_needed_lives_without_any_data():
    model = NextStepModel(lines(), plan_id="small", days_left=5, gb_left=0.1, gb_per_day=0,
                          stay_left=90)
    step = model.answer.step
    # by hand: days 5 to 89 are 85 days, three times 30
    assert (step.last_safe_day, step.total_cents, len(step.schedule.bought)) == (4, 900, 3)
    assert model.answer.staying.total_cents == 900
    model.us_number = False
    assert model.answer.step.nothing_to_buy


def test_the_picker_keeps_a_number_alive_where_no_data_is_wanted(tutorial):
    model = PickModel(lines(), mode="gb", gb=0, us_number=True, days=90)
    assert model.answer.schedule.total_cents == 900
    assert tutorial.words("pick.number_only") in shown(PickView(model, tutorial.words))
    model.us_number = False
    assert model.problem.code == "no_use"


@pytest.mark.parametrize("gb", [0, 5])
def test_days_after_the_last_purchase_are_told_too(tutorial, gb):
    plans = pd.concat([lines(number_grace_days=60.0),
                       market(row("both", "C", 90.0, 90, 500.0, local_us_number="yes"))])
    model = PickModel(plans, mode="gb", gb=gb, us_number=True, days=85)
    line = model.answer.two_lines[0] if gb else model.answer.schedule
    assert len(line.bought) == 1
    start = model.answer.start
    gap = tutorial.words("purchase.pause", first=start + dt.timedelta(30),
                         last=start + dt.timedelta(84))
    assert gap in unescape(shown(PickView(model, tutorial.words)))


def test_who_needs_no_number_is_not_told_how_long_it_is_kept(tutorial):
    model = NextStepModel(lines(), plan_id="small", days_left=5, gb_per_day=0, stay_left=90)
    model.us_number = False
    gap = tutorial.words("purchase.pause", first=model.answer.start + dt.timedelta(5),
                         last=model.answer.start + dt.timedelta(89))
    assert gap not in unescape(shown(NextStepView(model, tutorial.words)))


def test_days_on_which_a_number_is_only_kept_are_told(tutorial):
    model = NextStepModel(lines(number_grace_days=10.0), plan_id="small", days_left=5,
                          gb_per_day=0, stay_left=30)
    assert model.answer.step.schedule.bought[0].day == 5 + 10
    start = model.answer.start
    gap = tutorial.words("purchase.pause", first=start + dt.timedelta(5),
                         last=start + dt.timedelta(14))
    assert gap in unescape(shown(NextStepView(model, tutorial.words)))


# D12

@in_one_language
def test_the_date_set_last_stays_and_the_days_follow(tutorial):
    view = of_few(tutorial).pick()
    last = next(box for box in _all(view, w.DatePicker)
                if box.description == view.words("input.last_day"))
    from_browser(last, value={"year": 2026, "month": 11, "date": 30})
    assert (view.model.start, view.model.days) == (dt.date(2026, 11, 28), 33)
    from_browser(widget(view, "start"), value={"year": 2026, "month": 11, "date": 1})
    assert (view.model.days, last.value) == (30, dt.date(2026, 12, 30))
    assert wrong(view) == ""


@in_one_language
def test_no_date_that_a_reader_sets_leads_into_the_past(tutorial, monkeypatch):
    today = dt.date(2026, 12, 20)
    monkeypatch.setattr(inputs, "today", lambda: today)
    view, past = tutorial.pick(), {"year": 2020, "month": 0, "date": 1}
    last = next(box for box in _all(view, w.DatePicker)
                if box.description == view.words("input.last_day"))
    good = view.model.answer
    for box, name in ((widget(view, "start"), "start"), (last, "last_day")):
        from_browser(box, value=past)
        told = unescape(view.fields[name].told.value)
        assert view.words("refusal.date_past", date=dt.date(2020, 1, 1)) in told
        assert view.model.answer is good
        assert view._problem.value == ""
        view.model.reset()
        assert view.fields[name].told.value == ""
        good = view.model.answer
    from_browser(last, value={"year": 2026, "month": 11, "date": 29})  # ten days, not 33
    assert (view.model.start, view.model.days) == (today, 10)
    assert wrong(view) == ""


def _all(view, kind) -> list[w.Widget]:
    found = []
    for child in getattr(view, "children", ()):
        found += [child] if isinstance(child, kind) else _all(child, kind)
    return found


# D13

def test_an_unlimited_quote_with_gb_holds_so_many():
    said = {"provider": "S", "price_usd": "5", "validity_days": "30", "unlimited": "yes",
            "data_gb": "5"}
    plans = quote(said, "quote-1", dt.date(2026, 11, 26), "shop")
    other = row("big", "B", 25.0, 30, 100.0)
    both = pd.concat([plans, market(other)[plans.columns]])
    assert prepaid.cheapest_schedule(both, [2000] * 30).total_cents == 2500


# times of day

@pytest.mark.parametrize(("typed", "kept"), [("15:30", "15:30"), (" 7:05 ", "07:05"), ("", ""),
                                             ("9：00", "09:00"), (None, "")])
def test_a_time_of_day_is_read(typed, kept):
    model = PickModel(arrive=typed)
    assert model.problem is None
    assert model.checked("arrive") == kept


def test_leaving_before_arriving_is_told_where_one_leaves(tutorial):
    plans = market(row("week", "A", 9.0, 7, 10.0))
    view = PickView(PickModel(plans, days=1, arrive="15:00", leave="14:00"), tutorial.words)
    assert wrong(view) == view.fields["leave"].told.value != ""


@in_one_language
@pytest.mark.parametrize("typed", ["25:00", "dawn", "7-8", "12:60", "-1:00", "15.3"])
def test_what_is_no_time_of_day_is_told(tutorial, typed):
    view = tutorial.pick(arrive=typed)
    assert view.model.problem.code == "clock"
    assert typed in unescape(view.preview())


def test_eight_dates_fit_a_week_of_hours():
    plans = market(row("week", "A", 9.0, 7, 10.0, cycle_unit="hours"))
    model = PickModel(plans, mode="gb", gb=7.0, gb_per="stay", days=8)
    whole = model.answer.schedule
    model.update(arrive="15:00", leave="14:00")
    assert (len(whole.bought), len(model.answer.schedule.bought)) == (2, 1)
    model.update(days=1, arrive="15:00", leave="14:00")
    assert model.problem.code == "arrive_after_leave"


# what the reader has, and the price of bother

def test_what_the_reader_lacks_rules_packages_out():
    plans = market(row("cheap", "A", 1.0, 30, 50.0, needs_us_address="yes"),
                   row("open", "B", 2.0, 30, 50.0))
    model = PickModel(plans, mode="gb", gb=5.0, days=30)
    assert model.answer.schedule.plan_ids == ("open",)
    model.us_address = True
    assert model.answer.schedule.plan_ids == ("cheap",)


@pytest.mark.parametrize(("stay", "leave"), [(5.0, 4.98), (11.0, 8.0)])
def test_no_answer_leaves_a_provider_to_save_less_than_the_bother(tutorial, stay, leave):
    # by hand: once + a 9.90 or 15.90, once + b 9.88 or 12.90, two of b 9.96 or 16.00; with USD 1
    # a purchase and USD 5 a move 16.90 or 22.90, 21.88 or 24.90, 16.96 or 23.00
    plans = market(row("a", "A", stay, 15, 50.0), row("b", "B", leave, 15, 50.0),
                   row("once", "A", 4.9, 15, 50.0, intro_new_customer_only="yes"))
    model = PickModel(plans, mode="gb", gb=5.0, days=30, move_bother_usd=5)
    assert model.answer.schedule.plan_ids == ("once", "a")
    words, cents, less = tutorial.words, round(100 * leave) + 490, round(100 * (stay - leave))
    saved = words("pick.saved_by_bother", n=2, saved=less, total=words.money(cents),
                  plans=words.list(["B · b", "A · once"]))
    told = saved in unescape(shown(PickView(model, words)))
    assert told == (less >= 300)  # a few cents are not worth a line
    model.update(purchase_bother_usd=0, move_bother_usd=0)
    assert model.answer.schedule.total_cents == cents
    assert saved not in unescape(shown(PickView(model, words)))


def test_an_unknown_fee_makes_the_total_a_from(tutorial):
    words = tutorial.words
    plans = market(row("a", "A", 5.0, 30, 50.0, fee_unknown="yes"))
    view = PickView(PickModel(plans, mode="gb", gb=5.0, days=30), words)
    assert words("purchase.from", total=words.money(500)) in view.summary()
    assert words("purchase.fee_unknown", names=["A · a"]) in unescape(shown(view))


def test_up_to_which_price_an_answer_holds_is_told(tutorial):
    words = tutorial.words
    plans = market(row("a", "A", 3.0, 30, 50.0, as_of="2026-10-01"), row("b", "B", 4.0, 30, 50.0))
    text = unescape(shown(PickView(PickModel(plans, mode="gb", gb=5.0, days=30), words)))
    assert words("firm.up_to", name="A · a", now=300, most=400, instead=["B · b"],
                 total=400) in text
    assert words.as_of("2026-10-01") in text


# purchases in the middle of a day

def test_a_purchase_in_the_middle_of_a_day_is_told_and_drawn(tutorial):
    words, names = tutorial.words, {"gig": "gig"}
    plans = market(row("gig", "A", 1.0, 7, 1.0))
    schedule = prepaid.cheapest_schedule(plans, [700] * 10)  # by hand: 7 GB in 10 days
    assert schedule.total_cents == 700
    start = dt.date(2027, 1, 10)
    assert when(schedule, 0, start, words) == words.date(start)
    assert when(schedule, 1, start, words) == words(
        "purchase.used_up", date=start + dt.timedelta(1))
    bars = charts.bought_bars(schedule, names, words)
    ends = [round(bar.end, 3) for bar in bars]
    assert ends == [round(1000 * n / 700, 3) for n in range(1, 8)]
    assert [bar.begin for bar in bars[1:]] == [bar.end for bar in bars[:-1]]


# A8

def test_data_that_is_short_today_is_told_the_same_everywhere(tutorial):
    view = tutorial.now(gb_left=0.3, gb_per_day=1.0)
    assert view.summary().startswith(tutorial.words("renew.now"))
    assert tutorial.words("renew.passed") in unescape(shown(view))


def test_a_need_that_rules_out_the_running_package_is_named(tutorial):
    plans = lines()
    view = NextStepView(NextStepModel(plans, plan_id="data", days_left=3, gb_left=1.0,
                                      gb_per_day=0.001), tutorial.words)
    told = tutorial.words("renew.unmet.us_number", name="B · data", provider="B")
    assert told in unescape(shown(view))
    view.model.us_number = False
    assert told not in unescape(shown(view))


def test_data_that_plays_no_part_is_not_read(tutorial):
    plans = market(row("endless", "A", 9.0, 30, None, unlimited="yes", after_cap="none"))
    view = NextStepView(NextStepModel(plans, plan_id="endless", us_number=False), tutorial.words)
    assert tutorial.words("renew.gb_not_read") in unescape(shown(view))


def test_on_screen_the_example_begins_today_and_what_is_stored_does_not(tutorial):
    view = tutorial.now()
    bundle = view._repr_mimebundle_()
    assert tutorial.words.date(example()["start"]) in bundle["text/html"]
    assert view.model.start == dt.date.today()


def test_cycles_that_are_paid_for_come_back():
    plans = market(row("year", "A", 120.0, 30, 1.0, min_commitment_cycles=3.0, kind="mvno"),
                   row("esim", "B", 50.0, 30, 1.0))
    model = NextStepModel(plans, plan_id="year", days_left=1, gb_left=0.1, gb_per_day=0.02,
                          stay_left=21, us_number=False, paid_cycles_left=2)
    assert model.answer.step.nothing_to_buy
    model.paid_cycles_left = 0
    assert not model.answer.step.nothing_to_buy
