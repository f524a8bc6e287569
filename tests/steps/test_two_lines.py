"""Two lines in one phone, and the first hour: what the tables say is what is told."""

import datetime as dt
import html
import re

import htpy as h
import pandas as pd
import pytest

import prepaid
from prepaid.catalogue.conditions import load_facts
from prepaid.catalogue.content import load
from prepaid.catalogue.providers import is_old, of_catalogue
from prepaid.html.citations import read_at
from prepaid.i18n import LANGUAGES, Refusal, words
from prepaid.steps import inputs
from prepaid.steps.first_hour.view import card_taken, conditions, said
from prepaid.steps.two_lines.model import KeepNumberModel, a_year, every_provider, number_plans
from prepaid.steps.two_lines.view import KeepNumberView, _year, headline, standing
from prepaid.steps.walk import folds
from view_helpers import market

END = dt.date(2027, 1, 10)
PLANS = prepaid.load_catalog()


def plain(cell) -> str:
    return html.unescape(re.sub("<[^>]+>", "", str(cell)))


@pytest.mark.parametrize("plan_id", number_plans(PLANS).drop_duplicates(
    ["provider", "number_grace_days"])["plan_id"])
def test_the_last_day_follows_from_the_table(plan_id):
    row = PLANS.set_index("plan_id").loc[plan_id]
    answer = KeepNumberModel(plan_id=plan_id, cycle_end=END).answer
    if pd.isna(row["number_grace_days"]):
        assert answer.last is None
    else:
        # End and grace days on, counted day by day, the last one is the day before.
        first_lost = pd.date_range(END, periods=int(row["number_grace_days"]) + 1)[-1]
        assert answer.last == first_lost.date() - dt.timedelta(1)
    for language in LANGUAGES:
        told = headline(answer, words(language))
        assert words(language).date(answer.last or END) in told
        assert row["provider"] in told


def test_a_year_is_paid_without_a_gap_and_without_prices_for_new_customers():
    frame = market(
        {"plan_id": "month", "provider": "A", "price_usd": 3.0, "validity_days": 30,
         "data_gb": 0.1, "local_us_number": "yes", "number_grace_days": 60},
        {"plan_id": "new", "provider": "A", "price_usd": 1.0, "validity_days": 365,
         "data_gb": 0.1, "local_us_number": "yes", "intro_new_customer_only": "yes"},
        {"plan_id": "data", "provider": "A", "price_usd": 1.0, "validity_days": 365,
         "data_gb": 9, "local_us_number": "no"},
    )
    year = a_year(frame, "A", END)
    assert year.total_cents == 13 * 300  # 365 days are 13 cycles of 30
    assert set(year.plan_ids) == {"month"}


def test_a_year_of_months_is_twelve_of_them():
    plan = {"plan_id": "month", "provider": "A", "price_usd": 3.0, "validity_days": 30,
            "cycle_unit": "month", "data_gb": 0.1, "local_us_number": "yes"}
    assert a_year(market(plan), "A", END).total_cents == 12 * 300
    yearly = market(plan | {"validity_days": 360})
    assert a_year(yearly, "A", END).total_cents == 300


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_day_that_has_passed_is_no_advice_to_pay_by_it(language):
    said = words(language)
    answer = KeepNumberModel(plan_id="tmobile-connect-5gb", cycle_end=END).answer
    last, provider = answer.last, answer.plan["provider"]
    assert last > END
    assert headline(answer, said.on(END - dt.timedelta(1))) == headline(answer, said) == said(
        "two_lines.pay_by", end=END, date=last, provider=provider)
    for today in (END, last):
        assert headline(answer, said.on(today)) == said(
            "two_lines.pay_today", date=last, provider=provider)
    late = headline(answer, said.on(last + dt.timedelta(1)))
    assert late == said("two_lines.pay_passed", date=last, provider=answer.plan["provider"])


def test_every_provider_of_a_number_is_told_with_its_sources():
    kept, usual = every_provider(), folds.usual("us", words("en"))["late"]
    assert [one.provider for one in kept] == sorted(
        number_plans(PLANS)["provider"].unique(), key=str.casefold)
    shown = html.unescape(prepaid.tutorial("en").two_lines().html)
    for one in kept:
        assert one.deadlines
        own = of_catalogue(one.provider)
        for claim in one.deadlines[:1]:
            told = claim["en"] in shown
            assert told or folds.unnamed(claim["en"], own, words("en")) in usual
            assert bool(one.known) == ("known" not in claim)
            assert all(url in shown for url in claim.get("source", ()))
            if is_old(claim["as_of"], dt.date.fromisoformat(load("two_lines")["checked"])):
                assert words("en")("outdated.mark") in shown


@pytest.mark.parametrize("plan_id", number_plans(PLANS)["plan_id"])
def test_nobody_is_told_a_later_day_than_the_earliest_that_a_source_names(plan_id):
    answer = KeepNumberModel(plan_id=plan_id, cycle_end=END).answer
    for claim in answer.deadlines:
        assert (answer.last is None) == ("known" in claim)
        first_lost = END + dt.timedelta(claim.get("days_after_cycle_end", 0))
        assert answer.last is None or answer.last < first_lost
    shown = plain(h.div[standing(answer, words("en"))])
    assert all(claim["en"] in shown for claim in answer.deadlines)


def test_days_are_told_of_the_plans_that_they_hold_for():
    facts = load_facts("conditions")
    days = facts[facts["column"] == "number_grace_days"].set_index("plan_id")["value"]
    for one in every_provider():
        for plan_id in one.year.plan_ids if one.year else ():
            assert (int(days[plan_id]) if plan_id in days else None) in one.days
        for kept, n in one.others.items():
            assert kept not in one.days
            assert n == list(one.known.values()).count(kept)
        own = number_plans(PLANS).query("provider == @one.provider")["plan_id"]
        told = {*one.days, *one.others}
        assert {int(value) for value in days[days.index.isin(own)]} <= told


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_line_that_costs_nothing_has_no_payments(language):
    year = a_year(market({"plan_id": "free", "provider": "A", "price_usd": 0.0,
                          "validity_days": 30, "data_gb": 0.1, "local_us_number": "yes",
                          "renew_early": "no"}), "A", END)
    assert _year(year, {"free": "Free line"}, words(language)) == words(language)(
        "two_lines.free_year", names=["Free line"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_line_is_told_for_each_time(language):
    text = plain(prepaid.tutorial(language).two_lines().html)
    told = load("two_lines")
    assert [one["id"] for one in told["phase"]] == ["before", "arrival", "here", "after"]
    for claim in [one[line] for one in told["phase"] for line in ("home", "us")]:
        assert words(language).text(claim) in text
    for part in told["part"]:
        for claim in part["say"]:
            assert words(language).text(claim) in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_cheapest_years_are_told_first(language):
    text = plain(prepaid.tutorial(language).two_lines().html)
    cheap = text.partition(words(language)("two_lines.cheapest_title"))[2]
    cheap = cheap.partition(words(language)("two_lines.every"))[0]
    cents = {one.provider: one.year.total_cents for one in every_provider() if one.year}
    known = [one.provider for one in every_provider() if one.year and None not in one.days]
    first, _, also = cheap.partition(words(language)("two_lines.cheaper", kept=["|"]).partition(
        "|")[0])
    told = [provider for provider in cents if provider in first]
    assert len(told) == 3
    assert set(told) <= set(known), "nobody says how long the others keep a number"
    dearest = max(cents[one] for one in told)
    assert dearest <= min(cents[one] for one in known if one not in told)
    assert [one for one in cents if one in also] == [
        one for one in cents if one not in known and cents[one] < dearest]


def test_the_form_begins_today_where_the_lesson_runs():
    view = prepaid.tutorial("en").keep_number()
    stored = view._repr_mimebundle_()["text/html"]
    assert words("en").date(view.model._example["cycle_end"]) not in stored
    assert view.model.cycle_end == inputs.today()
    assert prepaid.tutorial("en").keep_number()._repr_mimebundle_()["text/html"] == stored


def test_the_view_offers_the_file_only_live():
    view = KeepNumberView(KeepNumberModel(), words("en"))
    live = "".join(part.value for part in view._results)
    assert "data:text/calendar" in live
    assert "data:text/calendar" not in view.preview()


@pytest.mark.parametrize("inputs", [{"plan_id": "none"}, {"cycle_end": None}])
def test_bad_inputs_are_told(inputs):
    problem = KeepNumberModel(**inputs).problem
    assert isinstance(problem, Refusal)
    assert all(problem.tell(words(language)) for language in LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_hour_repeats_the_table(language):
    known = conditions()
    text = plain(prepaid.tutorial(language).first_hour().html)
    sold = {one for one, facts in known.items() if "yes" in said(facts, "sold_airport")}
    line = words(language)("first_hour.sold_airport_yes", providers=sorted(sold, key=str.casefold))
    assert sold
    assert line in text
    facts = load_facts("conditions")
    current = PLANS[PLANS["status"] != "gone"]
    for column in ("needs_in_us", "needs_us_card", "foreign_card"):
        rows = facts[(facts["column"] == column) & facts["plan_id"].isin(current["plan_id"])]
        providers = current.set_index("plan_id")["provider"].loc[rows["plan_id"]]
        for provider, value in set(zip(providers, rows["value"], strict=True)):
            assert value in said(known[provider], column)
    cards_of = facts[facts["column"] == "foreign_card"].groupby("provider")["value"].agg(set)
    for provider, values in cards_of[cards_of.index.isin(known)].items():
        # each provider in one list, also where its plans differ
        one = values.pop() if len(values) == 1 else "partly"
        assert card_taken(known[provider]) == one
    for value in ("yes", "partly", "no"):
        named = sorted((one for one, rows in known.items() if card_taken(rows) == value),
                       key=str.casefold)
        if named:
            assert words(language)(f"first_hour.foreign_card_{value}", providers=named) in text
    payment = {one["id"]: one for part in ("unknown", "next_try") for one in load("payment")[part]}
    for claim in ("unionpay-wechat", "big-shop", "store"):
        assert words(language).text(payment[claim]) in text


def test_a_package_without_a_number_is_refused_in_one_sentence():
    plans = prepaid.load_catalog()
    without = plans.loc[plans["local_us_number"] == "no", "plan_id"].iloc[0]
    problem = KeepNumberModel(plan_id=without).problem
    assert problem.code == "plan_without_number"
    assert all(without in problem.tell(words(language)) for language in LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_without_a_date_is_said_to_have_none(language):
    facts = load_facts("conditions")
    undated = facts[facts["as_of"] == ""].iloc[0]
    assert words(language)("source.undated") in plain(read_at(undated, words(language)))
