"""The picker: three answers by hand, reasons that tell them apart, and what people type."""

import datetime as dt
import itertools
import os
import random
import re
from collections.abc import Callable
from html import unescape

import ipywidgets as w
import numpy as np
import pandas as pd
import pytest

import prepaid
from prepaid import i18n
from prepaid.analysis.sizes import runner_ups
from prepaid.catalogue.usage import activities, daily_need_mb
from prepaid.html.charts import bought_bars
from prepaid.html.plans import purchases_told
from prepaid.i18n import LANGUAGES, Refusal
from prepaid.schedule import NoSchedule, Offers, Purchase, Schedule
from prepaid.schedule.finding import Finder
from prepaid.steps.inputs import Number
from prepaid.steps.pick import cards
from prepaid.steps.pick.answers import ANSWERS
from prepaid.steps.pick.cards import advice, difference, money
from prepaid.steps.pick.model import NETWORKS, PRESETS, PickModel, presets
from prepaid.steps.pick.special_days import special_days
from prepaid.steps.pick.view import PickView
from prepaid.steps.typed import read_clock, read_number
from view_helpers import (
    DIMMED,
    from_browser,
    in_one_language,
    market,
    of_few,
    out_of_date,
    shown,
    widget,
    within,
    wrong,
)

JANUARY = dt.date(2027, 1, 10)


def row(plan_id: str, provider: str, price: float, days: int, gb: float, **more) -> dict:
    said = {"unlimited": "no", "as_of": "2026-10-01", "confidence": "high", "foreign_card": "yes",
            "kind": "travel_esim", "esim": "yes", "sim_card": "no", "tax_included": "yes"}
    return said | {"plan_id": plan_id, "provider": provider, "price_usd": price,
                   "validity_days": days, "data_gb": gb} | more


def answered(*rows: dict, **inputs) -> PickModel:
    usual = {"mode": "gb", "gb": 5.0, "gb_per": "stay", "days": 30}
    return PickModel(market(*rows), **usual | inputs)


def bought(model: PickModel) -> dict[str, tuple[str, ...]]:
    return {kind: advice(model.answer, kind).schedule.plan_ids for kind in ANSWERS}


# -------------------------------------------------------------------------------- three answers

def test_three_answers_by_hand():
    # 30 days, 5 GB: with bother a, a 4 + 2 + 3 = 9.00; once 7 + 1 + 3 = 11.00; big, for 6.5 GB
    model = answered(row("a", "A", 2.0, 15, 5.0), row("once", "B", 7.0, 30, 5.0),
                     row("big", "C", 9.0, 30, 8.0))
    assert bought(model) == {"cheapest": ("a", "a"), "least": ("once",), "safest": ("a", "a")}
    assert model.answer.safest.same_as == "cheapest"
    least = model.answer.least
    assert (least.moves, least.extra_cents, least.more_purchases) == (1, 300, 0)
    assert model.answer.cheapest_so_far.more_purchases == 1
    model.gb = 9.0  # for 11.7 GB, a three times
    assert bought(model) == {"cheapest": ("a", "a"), "least": ("a", "a"),
                             "safest": ("a", "a", "a")}


@pytest.mark.parametrize("lack", [
    {"foreign_card": ""}, {"confidence": "low"}, {"as_of": "2026-07-01"}, {"fee_unknown": "yes"},
    {"intro_price_usd": 1.0, "intro_cycles": 1, "price_usd": 30.0}])
def test_what_is_not_safe_is_not_called_safest(lack):
    model = answered(row("a", "A", 2.0, 30, 50.0, **lack), row("sure", "B", 20.0, 30, 50.0))
    assert bought(model) == {"cheapest": ("a",), "least": ("a",), "safest": ("sure",)}
    assert model.answer.least.same_as == "cheapest"


def test_cash_in_a_shop_pays_where_a_card_may_not():
    model = answered(row("a", "A", 2.0, 30, 50.0, foreign_card="", sold_shop="yes"),
                     row("sure", "B", 20.0, 30, 50.0))
    assert bought(model)["safest"] == ("a",)


def test_the_safest_of_what_there_is():
    model = answered(row("a", "A", 2.0, 30, 50.0, foreign_card=""))
    assert bought(model)["safest"] == ("a",)
    assert model.answer.safest.unknown == ("us_card",)
    model.us_card = True
    assert model.answer.safest.unknown == ()


def test_a_total_with_something_open_is_from(tutorial):
    words = tutorial.words
    model = answered(row("a", "A", 2.0, 30, 50.0, tax_included="no"))
    assert model.answer.cheapest.unknown == ("tax_extra",)
    view = PickView(model, words)
    assert view.summary() == words("pick.headline_from", days=30, total=200)
    model.tax_percent = 10.0
    assert view.summary() == words("pick.headline", days=30, total=220)


def test_a_new_customers_price_is_told_with_the_regular_one(tutorial):
    model = answered(row("a", "A", 33.0, 30, 50.0, intro_price_usd=7.5, intro_cycles=6),
                     row("b", "B", 12.0, 30, 50.0))
    text = unescape(shown(PickView(model, tutorial.words)))
    assert tutorial.words(
        "advice.promo", as_of=tutorial.words.date(dt.date(2026, 10, 1)), regular=3300) in text
    assert tutorial.words("advice.ended", plans="B · b", total=1200) in text


@pytest.mark.parametrize(("price", "asked"), [(12.0, "a"), (10.01, "a"), (10.0, "b"), (9.0, "b")])
def test_a_new_customers_price_that_saves_nothing_is_not_recommended(price, asked):
    model = answered(row("a", "A", 30.0, 30, 50.0, intro_price_usd=10.0, intro_cycles=1),
                     row("b", "B", price, 30, 50.0))
    found = bought(model)
    assert (found["cheapest"], found["least"]) == ((asked,), (asked,))
    assert (model.answer.cheapest.promo is None) == (asked == "b")


def test_an_offer_is_taken_only_where_it_saves():
    """Random markets of few prices: the rule's cost, and no more new customers' prices than in the
    schedule that the rule takes; none where it costs the same without."""
    four = Offers(market(*(row(name, name[0], 9.0, 30, 9.0) for name in ("a1", "a2", "b1", "c1"))))
    chance, replaced = random.Random(0), 0
    for _ in range(400):
        terms = {"price": (500, 1000, 1500), "intro_price": (400, 500), "intro_uses": (0, 0, 1, 2),
                 "length": (10, 15, 30), "allowance": (2000, 50_000), "new_only": (False, True)}
        plain = four.with_bother(100, chance.choice([0, 100, 500])).with_terms(**{
            name: np.array(chance.choices(values, k=4)) for name, values in terms.items()})
        sold = ~plain.terms.new_only
        without = plain.where(sold).with_terms(intro_uses=np.zeros(sum(sold), np.int64))
        need = [100] * chance.randint(1, 45)
        costs, saved = zip(*(_cost(offers, need) for offers in (
            plain, plain.rather_regular(), without)), strict=True)
        assert costs[0] == costs[1] <= costs[2]
        assert saved[1] <= saved[0]
        if costs[2] == costs[0]:
            assert saved[1] == 0
            replaced += saved[0] > 0
    assert replaced > 10


def _cost(offers: Offers, need: list[int]) -> tuple[float, int]:
    """Of the cheapest schedule, bother included; and how many new customers' prices are in it."""
    try:
        found = offers.cheapest(need)
    except NoSchedule:
        return float("inf"), 0
    terms = offers.terms
    regular = dict(zip(terms.plan_id, zip(terms.price, terms.new_only, strict=True), strict=True))
    saved = [new_only or one.price_cents < price for one in found.bought
             for price, new_only in [regular[one.plan_id]]]
    return found.total_cents + offers.bother(found), sum(saved)


def test_what_the_search_keeps_is_made_once_for_all_stays_of_a_market(monkeypatch):
    model = PickModel(start=JANUARY, days=9)
    assert model.answer.safest.schedule
    monkeypatch.setattr(Finder, "__init__", None)
    for change in ({"days": 10}, {"start": dt.date(2027, 2, 1)}, {"mode": "heavy"}):
        model.update(**change)
        assert model.answer.safest.schedule


def test_bother_counts_against_a_price_that_is_not_for_new_customers_only():
    # a once 10 + 1 + 3 = 14.00; b twice: 9 + 2 + 3 = 14.00, with a cent more 14.02
    model = answered(row("a", "A", 30.0, 30, 50.0, intro_price_usd=10.0, intro_cycles=1),
                     row("b", "B", 4.5, 15, 50.0))
    assert bought(model)["cheapest"] == ("b", "b")
    assert bought(model)["least"] == ("a",)
    model = answered(row("a", "A", 30.0, 30, 50.0, intro_price_usd=10.0, intro_cycles=1),
                     row("b", "B", 4.51, 15, 50.0))
    assert bought(model)["cheapest"] == ("a",)


def test_a_number_may_have_a_line_of_its_own(tutorial):
    model = answered(
        row("both", "A", 30.0, 30, 50.0, local_us_number="yes"),
        row("small", "B", 3.0, 30, 0.1, local_us_number="yes"),
        row("data", "C", 9.0, 30, 50.0, local_us_number="no"), us_number=True)
    assert model.answer.cheapest.number == "with_number"
    line, data, _ = model.answer.two_lines
    assert (line.total_cents, data.total_cents) == (300, 900)
    told = tutorial.words("advice.two_lines", one=3000, line="B · small", number=300,
                          data="C · data", other=900, both=1200)
    assert told in unescape(shown(PickView(model, tutorial.words)))
    model.us_number = False
    assert model.answer.two_lines is None


@pytest.mark.parametrize(("first", "then", "told"), [
    ("yes", "yes", "number_changes"), ("yes", "no", "number_in_part"),
    ("no", "yes", "number_in_part"), ("no", "no", "data_only")])
def test_a_number_for_part_of_the_stay_is_told_as_that(tutorial, first, then, told):
    once = {"intro_new_customer_only": "yes", "local_us_number": first}
    model = answered(row("once", "A", 1.0, 15, 50.0, **once),
                     row("rest", "B", 20.0, 15, 50.0, local_us_number=then))
    assert bought(model)["cheapest"] == ("once", "rest")
    text = PickView(model, tutorial.words)._results[1].value
    said = [name for name in ("with_number", "number_changes", "number_in_part", "data_only")
            if tutorial.words("text.dot") + tutorial.words(f"advice.{name}") in text]
    assert said == [told]


def test_an_add_on_has_the_number_of_its_line():
    model = answered(row("base", "A", 3.0, 30, 1.0, local_us_number="yes"),
                     row("more", "A", 2.0, 30, 5.0, kind="addon", addon_for="base"))
    assert bought(model)["cheapest"] == ("base", "more")
    assert model.answer.cheapest.number == "with_number"


@in_one_language
def test_a_chosen_card_is_shown_at_length(tutorial):
    model = answered(row("a", "A", 2.0, 15, 5.0), row("once", "B", 7.0, 30, 5.0))
    view = PickView(model, tutorial.words)
    assert "B · once" not in view._results[4].value
    view._buttons["least"].click()
    assert "B · once" in view._results[4].value
    assert view._first_plan() == {"plan_id": "once"}
    assert "text/calendar" in view._results[4].value


def test_a_network_is_asked_for():
    model = answered(row("a", "A", 2.0, 30, 50.0), row("v", "B", 9.0, 30, 50.0,
                                                      host_network="AT&T or Verizon"))
    for network, plan_id in zip(NETWORKS, ("a", "v", None, "v"), strict=True):
        model.network = network
        assert model.problem if plan_id is None else bought(model)["cheapest"] == (plan_id,)


# ------------------------------------------------------------------------------- why not others

@pytest.mark.parametrize("seeds", [range(at, at + 10) for at in range(0, 20, 10)])
def test_what_is_said_against_another_never_holds_for_the_winner(tutorial, seeds):
    words, checked, ours = tutorial.words, 0, prepaid.load_catalog()
    for seed in seeds:
        chance, plans = random.Random(seed), ours.sample(60, random_state=seed)
        need = [chance.choice([0, 50, 300, 700, 2000])] * chance.randrange(2, 40) + [500]
        offers = Offers(plans, tax_rate=chance.choice([0, 0.08]), per_move_usd=3,
                        per_purchase_usd=chance.choice([0, 1]))
        try:
            best = offers.cheapest(need)
        except NoSchedule:
            continue
        for other in runner_ups(offers, best).itertuples():
            if pd.isna(other.total_cents):
                continue
            told, theirs = difference(other, words), offers.where(
                offers.provider == other.provider).cheapest(need)
            extra = 0
            for part in ("price", "fee", "tax"):
                cents = sum(getattr(one, f"{part}_cents") for one in theirs.bought) - sum(
                    getattr(one, f"{part}_cents") for one in best.bought)
                extra += cents
                for sign, key in ((cents > 0, "more"), (cents < 0, "less")):
                    said = words(f"why.{part}_{key}", cents=abs(cents))
                    assert (said in told) == sign or not cents
            assert extra == other.extra_cents
            waste = [sum(one.mb_unused or 0 for one in schedule.bought)
                     for schedule in (theirs, best)]
            unused = words("why.waste", mb=1).partition("1 MB")[2]
            assert (unused in told) == (waste[0] > waste[1])
            checked += 1
    assert checked > 20


# ------------------------------------------------------------------------- purchases as sentences

@pytest.mark.parametrize("seed", range(40))
def test_what_is_told_of_purchases_adds_up_to_the_total(tutorial, seed):
    chance, words = random.Random(seed), tutorial.words
    schedule = Schedule(tuple(
        Purchase(day, 100 * day, "a", chance.randrange(99_900), chance.choice([0, 76, 350]),
                 chance.choice([0, 83, 1250]), 1, 100, 0)
        for day in range(chance.randrange(1, 9))), (100 * chance.randrange(2),) * 9)
    names = {"a": "A"}
    told = purchases_told(schedule, JANUARY, names, words)
    bars = [bar.label for bar in bought_bars(schedule, names, words)]
    for lines in (told, bars):
        first = [next(re.finditer(r"[0-9,.]*[0-9](?= 美元)|(?<=USD )[0-9,.]*[0-9]", re.sub(
            r"\s", " ", line))) for line in lines]
        paid = sum(round(100 * float(one[0].replace(",", ""))) for one in first)
        assert paid == schedule.total_cents
    for one, line in zip(schedule.bought, told, strict=True):
        for cents in (one.fee_cents, one.tax_cents):
            assert not cents or words.money(cents) in line


# --------------------------------------------------------------------------------- what is typed

@pytest.mark.parametrize(("text", "number"), [
    ("12", 12), (" 12 ", 12), ("１２", 12), ("12,5", 12.5), ("12。5", 12.5), ("１２．５", 12.5),
    ("1,000", 1000), ("1.000,5", 1000.5), ("1 000", 1000), ("5.125", 5.125), ("-3", -3),
    ("1万", 10000), ("两千", 2000), ("十四", 14), ("二十一", 21), ("一百二十", 120),
    ("二百零五", 205), ("ten", 10), ("twenty-one", 21), (".5", 0.5), ("1½", 1.5), ("−3", -3),
    ("\u202b12\u202c", 12), ("\ufeff12\u200b", 12), ("about 12", 12), ("12 左右", 12), ("'12", 12),
    ("12。", 12), ("", None), ("1e5", None), ("1,2,3", None), ("12.5.3", None), ("--3", None),
    ("9" * 400, None), ("十十", None), ("一百五", None), ("3 GB", None), ("12¹", None), ("a", None),
    ("10-14", None), ("半个月", None), ("NaN", None), ("1e309", None), ("12 " * 30, None),
])
def test_a_number_is_read_as_people_write_it(text, number):
    assert read_number(text) == number


@pytest.mark.parametrize(("unit", "number", "texts"), [
    ("GB", 0.5, ["500MB", "500 兆", "0.5 GB", "５００ｍｂ", "半个G"]),
    ("GB", 3, ["3", "3 G", "3个G", "三个G", "3000M"]), ("GB", 2.5, ["两个半G", "2,5 gb"]),
    ("MB", 1500, ["1.5GB", "1500 MB", "1500"]), ("MB", 10000, ["1万", "1万兆", "10个G"]),
    ("GB", None, ["3 days", "USD 3", "3 元", "3 GB a day", "3 小时"]),
    ("stay", 14, ["14天", "2 weeks", "2周", "两周", "两个星期", "14 days", "two weeks",
                   "1 week 7 d"]),
    ("stay", 15, ["14晚", "14 nights"]), ("days", 14, ["2周"]), ("days", None, ["14晚", "14 GB"]),
    ("stay", 10, ["1周3天", "1 week and 3 days"]),
    ("stay", None, ["500MB", "2 months", "3 days 1 week", "14天13晚", "1 week 3", "none"]),
    ("hours", 0.5, ["30分钟", "30 min", "半小时", "半个小时", "0:30", "half an hour"]),
    ("hours", 1.5, ["1:30", "1h 30m", "1小时30分", "1h30"]), ("hours", None, ["3 days"]),
    ("USD", 15, ["USD 15", "$15.00", "15 美元", "15 bucks"]), ("USD", 0.5, ["50 cents", "50¢"]),
    ("USD", 0, ["free", "免费", "无"]), ("USD", None, ["15 元", "15 GB", "€15", "15-20", "$15¹"]),
    ("%", 8.5, ["8,5 %", "8.5 percent"]), ("times", 3, ["3次", "3个"]),
])
def test_a_unit_is_turned_into_that_of_the_box_or_is_no_number(unit, number, texts):
    assert {text: read_number(text, unit) for text in texts} == dict.fromkeys(texts, number)


@pytest.mark.parametrize(("clock", "texts"), [
    ("15:30", ["15:30", "１５:３０", "１５：３０", "1530", "3:30pm", "3:30 p.m.", "下午3点半",
               "下午 3 点 30 分", "15点30分", "下午三点三十分"]),
    ("15:00", ["3pm", "下午3点", "15点", "十五点", "15", "15h", "下午三點", "15:00:20", "约15点"]),
    ("09:05", ["9:05", "905", "9:05 am", "9.05"]), ("03:00", ["03", "3:00"]),
    ("09:00", ["9", "9点", "9点钟", "9 o'clock", "早9点", "\u200e9：00"]),
    ("21:00", ["21", "9pm", "晚上9点", "晚9点", "夜里九点", "9 PM."]),
    ("00:30", ["12:30 am", "0:30", "凌晨12点半"]), ("12:00", ["12点", "中午12点", "12pm", "noon"]),
    (None, ["3点", "3", "3点半", "晚上12点", "晚上2点", "上午12点", "25:00", "15:60", "24:00", "pm",
            "x", "下午上午3点", "am 3 pm", "13am", "9-10", "8.5", "9.75", "9:"]),
])
def test_a_time_of_day_is_read_as_people_write_it_or_not_at_all(clock, texts):
    assert {text: read_clock(text) for text in texts} == dict.fromkeys(texts, clock)


@pytest.mark.parametrize("view", ["pick", "now", "unsure", "top_up"])
def test_another_unit_is_told_at_its_field_and_an_empty_box_is_called_empty(tutorial, view):
    view = getattr(tutorial, view)()
    numbers = {name: one for name, one in view.model.traits().items()
               if isinstance(one, Number) and name in view.fields and view.asked(
                   view.fields[name].box)}
    assert numbers
    right = {name: view.fields[name].box.value for name in numbers}
    for name in numbers:
        field = view.fields[name]
        for text in ("", " ", "3 kg"):
            from_browser(field.box, value=text)
            assert 'role="alert"' in field.told.value
            assert ("3 kg" in field.told.value) == bool(text.strip())
            assert not {"“”", "“ ”"} & {*re.findall("“.?”", field.told.value)}
    for name, one in numbers.items():
        field = view.fields[name]
        if one.unit == "GB":
            from_browser(field.box, value="500MB")
            assert getattr(view.model, name) == 0.5
        from_browser(field.box, value=right[name])
        assert field.told.value == "", name


@in_one_language
def test_what_is_typed_stays_as_it_was_typed(tutorial):
    view = of_few(tutorial).pick(mode="gb")
    for text, gb in (("12,5", 12.5), ("１３", 13), ("13.", 13)):
        from_browser(widget(view, "gb"), value=text)
        assert (view.model.gb, widget(view, "gb").value) == (gb, text)
    view.model.gb = 4
    assert widget(view, "gb").value == "4"


@pytest.fixture(scope="module")
def small(tutorial):
    """The picker with two plans, as each test that uses it has to leave it."""
    return PickView(answered(row("a", "A", 2.0, 15, 5.0), row("b", "B", 7.0, 30, 5.0)),
                    tutorial.words)


@in_one_language
@pytest.mark.parametrize("text", ["12.5", "", "0", "366", "dozen", "1e1"])
def test_what_is_no_number_of_days_is_told_at_the_field(small, text):
    view = small
    from_browser(widget(view, "days"), value=text)
    assert 'role="alert"' in view.fields["days"].told.value
    assert view._problem.value == ""
    from_browser(widget(view, "days"), value="12 天")
    assert view.fields["days"].told.value == ""
    assert view.model.answer.days == 12
    view.model.reset()


@in_one_language
def test_hours_are_told_at_their_own_field(tutorial):
    view = tutorial.pick(mode="activities")
    field = view.fields["hours.web-browsing"]
    for text in ("25", "3 GB", ""):
        from_browser(field.box, value=text)
        assert 'role="alert"' in field.told.value
        assert "“”" not in field.told.value
    from_browser(field.box, value="1,5")
    assert view.model.hours["web-browsing"] == 1.5
    assert not any(one.told.value for one in view.fields.values())


@pytest.mark.parametrize(("text", "found"), [
    ("15 Jan: 3 GB; 20 Jan to 22 Jan: 200 MB", {5: 3000, 10: 200, 11: 200, 12: 200}),
    ("1 月 15 日：3 GB；1月20日至22日：200 MB", {5: 3000, 10: 200, 11: 200, 12: 200}),
    ("2027-01-15..2027-01-17: 2,5", {5: 2500, 6: 2500, 7: 2500}),
    ("1月15号：3个G；1月20号到22号：每天200兆", {5: 3000, 10: 200, 11: 200, 12: 200}),
    ("1月15日用两个半G", {5: 2500}),
    ("1/15-1/16 2g, Jan 20, 2027 = 0", {5: 2000, 6: 2000, 10: 0}),
    ("15/1: 3", {5: 3000}), ("Jan 15 - 16: 1", {5: 1000, 6: 1000}),
    ("the 15th of January: 1 GB/day", {5: 1000}), ("Jan 15th (1 GB)", {5: 1000}),
    ("15-17 Jan: 1", {5: 1000, 6: 1000, 7: 1000}), ("15.1. – 16.1.2027: 1", {5: 1000, 6: 1000}),
    ("1/15/27: 1; 20270116 2", {5: 1000, 6: 2000}), ("15 Jan and 17 Jan: 1", {5: 1000, 7: 1000}),
    ("1月15、17日：各1GB。1月18日：不用", {5: 1000, 7: 1000, 8: 0}),
    ("从一月十五日到十六日，每天 1 GB", {5: 1000, 6: 1000}),
    ("\u202a15 Jan: about 1\u202c", {5: 1000}),
    ("30 Jan to 2 Feb: 1", {20: 1000, 21: 1000, 22: 1000, 23: 1000}),
    ("15 January: 1; 15 January: 2", {5: 2000}), ("", {}), (" ; ", {}),
])
def test_days_that_differ_are_read(text, found):
    assert special_days(text, "special_days", JANUARY, 33) == found


@in_one_language
@pytest.mark.parametrize("text", [
    "x", "15: 2", "15 Jan", "15 Jan: ", "15 Jan: -1", "15 Jan: unlimited", "tomorrow: 1", "Jan: 2",
    "15 Janitor: 1", "1 Feb to 1"])
def test_days_that_make_no_sense_are_told_at_the_field(small, text):
    field = small.fields["special_days"]
    from_browser(widget(small, "special_days"), value=text)
    assert 'role="alert"' in field.told.value
    with pytest.raises(Refusal):
        small.model.special()
    from_browser(widget(small, "special_days"), value="")
    assert field.told.value == ""


@pytest.mark.parametrize(("code", "texts"), [
    ("order", ["17 Jan to 15 Jan: 1", "1月17日至15日：1", "20 Dec to 10 Dec: 3", "28-2 Feb: 1"]),
    ("no_date", ["13 月 40 日：3", "32/32: 1", "31 Apr: 1", "30 Feb: 1", "2027-02-29: 1",
                 "0/1: 1"]),
    ("outside", ["3 Mar: 1", "2026-01-15: 1", "28 Dec to 12 Jan: 1", "11月1日：1",
                 "2027-11-01: 1"]),
    ("either", ["2/1: 1"]), ("much", ["15 Jan: 1001", "15 Jan: 2 TB"]), ("long", ["1" * 501]),
])
def test_what_is_wrong_with_a_day_that_differs_is_told(code, texts):
    """Of a month in words, of Chinese and of ISO dates the day is never taken for the month."""
    for text in texts:
        model = PickModel(start=JANUARY - dt.timedelta(9), days=40)
        model.special_days = text
        assert getattr(model.problem, "code", "") == f"special_days_{code}", text
        for language in LANGUAGES:
            assert "{" not in model.problem.tell(i18n.words(language))


def test_how_a_number_or_a_time_was_read_is_told_where_it_was_typed_otherwise(tutorial):
    view = tutorial.pick(mode="gb")
    for name, text, said in (
            ("days", "two weeks", "14"), ("days", "14 天", ""), ("days", "１４", ""),
            ("gb", "500MB", "0.5"), ("gb", "2,5", ""), ("gb", "1,000", "1000"),
            ("gb", "1.000", "1"), ("gb", "2.50 GB", ""),
            ("leave", "9", "09:00"), ("leave", "9pm", "21:00"), ("leave", "9:30", ""),
            ("leave", "", ""), ("tax_percent", "8 %", "")):
        from_browser(widget(view, name), value=text)
        told = view.fields[name].told.value
        assert (tutorial.words("view.read_as", said=said) in told) if said else told == "", text
    from_browser(widget(view, "leave"), value="3点")
    assert "03:00" in view.fields["leave"].told.value
    assert "15:00" in view.fields["leave"].told.value
    from_browser(widget(view, "tax_percent"), value="0.0825")
    assert "8.25%" in view.fields["tax_percent"].told.value


@in_one_language
def test_a_long_text_is_not_repeated_and_nothing_unseen_turns_the_message(small):
    for name, field in small.fields.items():
        if isinstance(field.box, w.Text) and small.asked(field.box):
            before = field.box.value
            for text in ("x" * 100_000, "12\u202e34 x", "x" + "\u2067" * 90):
                from_browser(field.box, value=text)
                assert 'role="alert"' in field.told.value, name
                assert len(field.told.value) < 500
                assert not {*"\u202e\u2067"} & {*field.told.value}
            from_browser(field.box, value=before)


def test_days_that_differ_change_the_need_and_nothing_else():
    model = PickModel(special_days="15 Jan to 17 Jan: 2 GB")
    plain = PickModel().use_mb()
    assert model.use_mb() == [*plain[:5], 2000, 2000, 2000, *plain[8:]]
    assert model.use().special == [(5, 7, 2000)]


# ---------------------------------------------------------------------------------------- presets

def test_kinds_of_use_are_hours_of_the_same_activities():
    needs = [sum(daily_need_mb(presets()[name], 1)) for name in PRESETS]
    assert needs == sorted(set(needs))
    assert {frozenset(hours) for hours in presets().values()} == {
        frozenset(presets()["normal"])}
    assert presets()["light"].keys() <= activities().keys()


def test_own_hours_begin_with_those_of_the_kind_chosen():
    model = PickModel()
    model.mode = "heavy"
    heavy = model.need_mb()
    model.mode = "activities"
    assert model.need_mb() == heavy
    model.mode = "light"
    model.hours = model.hours | {"youtube-480p": 1}
    assert model.mode == "activities"


def test_a_few_gb_a_month_is_a_kind_of_use(tutorial):
    view = tutorial.pick()
    mode = widget(view, "mode")
    light = [*view.model.traits()["mode"].values].index("light")
    month = sum(daily_need_mb(presets()["light"], 30))
    assert tutorial.words("pick.mode_tip.light", mb=month) == mode.tooltips[light]
    from_browser(mode, index=light)
    from_browser(widget(view, "days"), value="30")
    assert tutorial.words.data(month) in shown(view)


@in_one_language
def test_a_few_gb_a_month_for_a_long_stay(tutorial):
    """Five months, a few GB a month, a US number and a trip: no more than five actions."""
    view = tutorial.pick()
    light = [*view.model.traits()["mode"].values].index("light")
    from_browser(widget(view, "mode"), index=light)
    from_browser(widget(view, "us_number"), value=True)
    from_browser(widget(view, "days"), value="150")
    from_browser(widget(view, "special_days"), value="1 Feb to 3 Feb: 2 GB")
    month = sum(daily_need_mb(presets()["light"], 30))
    typed = PickModel(days=150, mode="gb", gb=month / 1000, gb_per="month", us_number=True,
                      special_days="1 Feb to 3 Feb: 2 GB")
    assert view.model.answer.schedule.plan_ids == typed.answer.schedule.plan_ids
    assert tutorial.words.data(month) in shown(view)


# ------------------------------------------------------------------------------ random actions

TEXTS = ["", "7", "12,5", "１４", "30 天", "USD 3", "500MB", "两周", "-1",
         "0", "400", "ten", "3。5", "1e9", "99999", "0.08", "1.000"]
DAYS_TEXTS = ["", "15 Jan: 3 GB", "1月12日至14日：500 MB", "x", "3 Mar: 1", "1/11: 0; 1/12: 9",
              "15-17 Jan: 1", "17-15 Jan: 1", "2/1: 1"]
ACTIONS = int(os.environ.get("PICK_ACTIONS", 2000))  # both languages together
PARTS = max(4, ACTIONS // 4000)  # of each language, every one with a view and a chance of its own
SELDOM = 10 if ACTIONS > 2000 else 1  # how often parts without a total of an answer are looked at
MEND = 0.3  # chance that what makes no sense is mended, or nearly all would be dimmed


def act(view: PickView, chance: random.Random) -> str:
    """One thing that a reader may do; what it was."""
    name = chance.choice([*view.named, "last_day", "card", "reset", "hours"])
    if view.model.problem and chance.random() < MEND:
        name = "reset"
    if name == "card":
        view._buttons[kind := chance.choice(ANSWERS)].click()
        return f"card {kind}"
    if name == "reset":
        view.model.reset()
        return name
    box = view._last if name == "last_day" else view.fields[chance.choice(
        [key for key in view.fields if key.startswith("hours.")])].box if name == "hours" else (
        view.named[name])
    match box:
        case w.DatePicker():
            date = dt.date(2026, 12, 1) + dt.timedelta(chance.randrange(-3, 90))
            state = {"value": chance.choice([None, {
                "year": date.year, "month": date.month - 1, "date": date.day}])}
        case w.Checkbox():
            state = {"value": not box.value}
        case w.Text():
            state = {"value": chance.choice(DAYS_TEXTS if name == "special_days" else [
                *TEXTS, "15:30", "9：00", "下午3点", "9", "3点"])}
        case _:
            state = {"index": chance.randrange(len(box.options))}
    from_browser(box, **state)
    return f"{name} {state}"


def seldom(part: Callable) -> Callable:
    """A part of the answer that is looked at once in a while."""
    turn = itertools.count()
    return lambda *asked: part(*asked) if next(turn) % SELDOM == 0 else None


def holds(view: PickView) -> None:
    """Every answer costs what the rule's does, with bother; what is out of date is dimmed."""
    model, words = view.model, view.words
    parts = [part.value for part in view._results]
    if model.problem:
        assert all(part.startswith(DIMMED) for part in parts if part)
        assert wrong(view)
        return
    answer = model.answer
    assert not any(part.startswith(DIMMED) for part in parts)
    assert list(answer.schedule.need_mb) == model.use_mb()
    if any(model.use_mb()):
        rule = prepaid.cheapest_schedule(answer.plans, model.use_mb(), **answer.options)
        cost, best = (one.total_cents + answer.offers.bother(one)
                      for one in (answer.schedule, rule))
        assert cost == best
        bother = {"per_purchase_usd": 10**6, "per_move_usd": 10**6}
        least = prepaid.cheapest_schedule(
            answer.plans, model.use_mb(), **answer.options | bother)
        assert least.total_cents == answer.least.schedule.total_cents
        known = {name: value for name, value in answer.options.items() if name != "doubtful"}
        errors = prepaid.check_schedule(answer.plans, model.use_mb(), least,
                                        **known | bother)
        assert errors == []
    assert words.money(answer.schedule.total_cents) in unescape(parts[0])
    for kind, part in zip(ANSWERS, parts[1:4], strict=True):
        assert money(advice(answer, kind), words) in unescape(part)
    totals = [one.price_cents + one.fee_cents + one.tax_cents
              for one in advice(answer, view.kind).schedule.bought]
    cells = [unescape(cell) for cell in re.findall(r"<td[^>]*>(.*?)</td>", parts[4])]
    assert all(any(words.money(cents) in cell for cell in cells) for cents in totals)


@pytest.mark.slow
@pytest.mark.parametrize("language", i18n.LANGUAGES)
@pytest.mark.parametrize("part", range(PARTS))
def test_random_actions_leave_no_wrong_total(language, part, monkeypatch):
    for name in ("beside", "why_not", "origins"):
        monkeypatch.setattr(cards, name, seldom(getattr(cards, name)))
    chance, view, done = random.Random(f"{language} {part}"), prepaid.tutorial(language).pick(), []
    for _ in range(ACTIONS // (2 * PARTS)):
        done.append(act(view, chance))
        try:
            holds(view)
        except Exception as error:
            error.add_note(" | ".join(done[-6:]))
            raise


def test_a_side_answer_that_takes_too_long_is_left_out(monkeypatch):
    answer = PickModel(days=30, mode="gb", gb=300, gb_per="day").answer
    monkeypatch.setattr(Offers, "cheapest", refuse_long_searches)
    assert answer.without_offers is None


def refuse_long_searches(*_args, **_options):
    raise Refusal("stay_empty")


def test_a_day_takes_the_same_with_a_kernel_and_without(tutorial):
    view = tutorial.pick(days=33, mode="gb", gb=14.0, gb_per="stay")
    start, words = view.model.start, tutorial.words
    usual = view.model.use().usual_mb
    assert words("pick.use", day=usual, total=view.model.use().total_mb) in shown(view)
    assert words("pick.example", start=start, day=usual, sim=words(
        f"choice.sim.{view.model.sim}")) in unescape(view.preview())


# ------------------------------------------------------------------------------------ last day


@in_one_language
def test_a_last_day_in_the_past_dims_the_answer_until_it_is_mended(small):
    view, field = small, small.fields["last_day"]
    last = view._last.value
    good = {"year": last.year, "month": last.month - 1, "date": last.day}
    for mend in (lambda: from_browser(view._last, value=good), view.model.reset,
                 lambda: from_browser(widget(view, "days"), value="12")):
        from_browser(view._last, value={"year": 2026, "month": 10, "date": 1})
        for hotspot in (True, False):  # what is set elsewhere mends nothing
            assert 'role="alert"' in field.told.value
            assert out_of_date(view)
            assert (view._problem.value, view._last.value) == ("", dt.date(2026, 11, 1))
            from_browser(widget(view, "hotspot"), value=hotspot)
        mend()
        assert (field.told.value, view.model.problem) == ("", None)
        assert not any(part.value.startswith(DIMMED) for part in view._results)
        assert view._last.value == view.model.start + dt.timedelta(view.model.days - 1)
    view.model.reset()


def test_a_first_day_that_moves_is_told_until_the_dates_change_again(tutorial):
    view = PickView(answered(row("a", "A", 2.0, 15, 50.0), start=JANUARY, days=5), tutorial.words)
    told = tutorial.words("pick.first_moved", first=dt.date(2026, 12, 27))
    on = {"year": 2026, "month": 11}
    for change in (lambda: from_browser(view._last, value=on | {"date": 30}), view.model.reset,
                   lambda: from_browser(widget(view, "days"), value="7")):
        view.model.update(start=JANUARY, days=5)
        assert told not in unescape(shown(view))
        from_browser(view._last, value=on | {"date": 31})
        assert (view.model.start, view.model.days) == (dt.date(2026, 12, 27), 5)
        assert told in unescape(shown(view))
        change()
        assert told not in unescape(shown(view))


# ------------------------------------------------------------------------------ from today on


@in_one_language
def test_the_form_begins_today_and_what_is_stored_does_not(tutorial):
    tutorial = of_few(tutorial)
    view = tutorial.pick()
    bundle = view._repr_mimebundle_()
    assert tutorial.words.date(JANUARY) in bundle["text/html"]
    assert view.model.start == dt.date(2026, 11, 26)
    view.model.days = 12
    view.model.reset()
    assert (view.model.start, view.model.days) == (dt.date(2026, 11, 26), 33)
    chosen = tutorial.pick(start=dt.date(2027, 3, 1))
    chosen._repr_mimebundle_()
    assert chosen.model.start == dt.date(2027, 3, 1)


@in_one_language
def test_who_is_unsure_is_asked_with_what_the_form_says_now(tutorial):
    tutorial = of_few(tutorial)
    view = tutorial.pick()
    view.unsure = lambda **said: tutorial.pick(**said)
    more = next(box for box in within(view) if isinstance(box, w.ToggleButton)
                and box.description == tutorial.words("pick.unsure"))
    view.model.us_number = True
    more.value = True
    (asked,) = view._unsure.children
    assert asked.model.us_number
    asked.model.hotspot = True  # said there, and left as it is
    view.model.update(sim="esim", days=40)
    assert (asked.model.sim, asked.model.hotspot, asked.model.days) == ("esim", True, 33)
    more.value = False
    view.model.us_card = True
    assert not asked.model.us_card
    more.value = True
    assert view._unsure.children == (asked,)
    assert asked.model.us_card
