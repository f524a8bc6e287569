"""What habits of comparison sites cost, held against brute force and plain arithmetic."""

import random
import re
from fractions import Fraction
from itertools import product
from math import nan

import pandas as pd
import pytest

import prepaid
from brute_force import Uncovered, brute_force, read_plan
from prepaid import i18n
from prepaid.analysis import habits
from prepaid.html.page import render
from prepaid.html.plans import plan_names
from prepaid.steps.read_only import evidence
from prepaid.steps.shelf import Shelf
from random_markets import frame, random_market

HABITS = ("single", "repeated", "per_gb", "per_gb_cycle")


def told(found: pd.DataFrame, days: int, mb: int) -> dict[str, int | None]:
    """Cents by habit for one stay and use, ``None`` where a habit has no answer."""
    case = found[(found["days"] == days) & (found["mb_per_day"] == mb)]
    assert tuple(case["habit"]) == HABITS
    return {row.habit: None if row.cents is pd.NA else row.cents for row in case.itertuples()}


# --------------------------------------------------------------------------------------- by hand

SHOP = pd.DataFrame([
    {"plan_id": "week", "provider": "A", "price_usd": 4, "validity_days": 7, "data_gb": 1},
    {"plan_id": "month", "provider": "B", "price_usd": 12, "validity_days": 30, "data_gb": 5},
    {"plan_id": "year", "provider": "C", "price_usd": 20, "validity_days": 30, "data_gb": 20,
     "min_commitment_cycles": 12},
])


def test_by_hand():
    found = habits.habits(SHOP, (5, 35), (100, 500))
    # 35 days of 100 MB: 5 weeks, or 2 months, or a year; a month and a week are best.
    assert told(found, 35, 100) == {
        "single": 24000, "repeated": 5 * 400, "per_gb": 24000, "per_gb_cycle": 2 * 1200}
    # 35 days of 500 MB: 2 days a week's data, 10 days a month's; a year holds 15 of 20 GB a cycle.
    assert told(found, 35, 500) == {
        "single": 24000, "repeated": 4 * 1200, "per_gb": 24000, "per_gb_cycle": 4 * 1200}
    # 5 days: one week at 100 MB; at 500 MB three weeks cost what a month costs.
    assert told(found, 5, 100) == {
        "single": 400, "repeated": 400, "per_gb": 24000, "per_gb_cycle": 1200}
    assert told(found, 5, 500) == {
        "single": 1200, "repeated": 1200, "per_gb": 24000, "per_gb_cycle": 1200}
    best = found.drop_duplicates(["days", "mb_per_day"])["optimum_cents"]
    assert best.tolist() == [400, 1200, 1600, 1200 * 3 + 400 * 3]


def test_summed_up_by_hand():
    by_habit = habits.summary(habits.habits(SHOP, (5, 35), (100,)))
    assert list(by_habit.index) == list(HABITS)
    assert by_habit["cases"].tolist() == by_habit["answered"].tolist() == [2] * 4
    assert by_habit["optimal"].tolist() == [1, 1, 0, 0]
    assert by_habit["mean_excess"].tolist() == pytest.approx(
        [(0 + 14) / 2, (0 + 0.25) / 2, (59 + 14) / 2, (2 + 0.5) / 2])
    worst = by_habit.loc["per_gb"]
    assert (worst["worst_days"], worst["worst_mb_per_day"], worst["worst_plan_id"]) == (
        5, 100, "year")
    assert (worst["worst_cents"], worst["worst_optimum_cents"]) == (24000, 400)
    assert worst["worst_excess"] == pytest.approx(59)


def test_a_habit_misses_where_it_costs_more():
    found = habits.habits(SHOP, (5, 35), (100,))
    cases = habits.missed(found)[["habit", "days"]].values.tolist()
    assert cases == [
        ["per_gb", 5], ["per_gb_cycle", 5], ["single", 35], ["repeated", 35], ["per_gb", 35],
        ["per_gb_cycle", 35]]
    assert habits.missed(habits.habits(SHOP.assign(price_usd=nan), (5,), (100,))).empty


def test_who_has_a_price_per_gb():
    rows = pd.DataFrame([
        {"plan_id": "daily", "price_usd": 8, "validity_days": 4, "data_gb": 1,
         "premium_data_period": "day", "renew_early": "no"},  # 4 GB: 2 a GB
        {"plan_id": "plain", "price_usd": 9, "validity_days": 4, "data_gb": 3},  # 3 a GB
        {"plan_id": "endless", "price_usd": 1, "validity_days": 4, "unlimited": "yes",
         "after_cap": "none"},
        {"plan_id": "by-use", "price_usd": 1, "validity_days": 4, "data_gb": 5, "per_gb_usd": 1},
    ]).assign(provider="A")
    found = habits.habits(rows, (4,), (500, 2000))
    assert told(found, 4, 500)["per_gb"] == 800
    assert told(found, 4, 2000)["per_gb"] == 3 * 900  # the daily one cannot serve it
    found = habits.habits(rows.assign(renew_early="no"), (4,), (500, 6000))
    assert told(found, 4, 500)["per_gb"] == 800
    assert told(found, 4, 6000) == {
        "single": 100, "repeated": 100, "per_gb": None, "per_gb_cycle": None}
    by_habit = habits.summary(found)
    assert by_habit["cases"].tolist() == [2] * 4
    assert by_habit["answered"].tolist() == [2, 2, 1, 1]


def test_a_new_customers_price_is_not_repeated():
    offer = {"plan_id": "offer", "provider": "A", "price_usd": 1, "validity_days": 7,
             "data_gb": 9, "intro_new_customer_only": "yes"}
    plans = pd.concat([SHOP, pd.DataFrame([offer])], ignore_index=True)
    found = habits.habits(plans, (7, 14), (100,))
    assert told(found, 7, 100)["single"] == told(found, 7, 100)["per_gb"] == 100
    assert told(found, 14, 100)["single"] == told(found, 14, 100)["per_gb_cycle"] == 1200
    assert told(found, 14, 100)["repeated"] == 800
    assert told(habits.habits(plans, (7,), (100,), new_customer=False), 7, 100)["single"] == 400


def test_what_nothing_covers_is_no_case():
    found = habits.habits(SHOP.assign(data_gb=0.5, renew_early="no"), (3,), (100, 600))
    assert found["optimum_cents"].isna().tolist() == [False] * 4 + [True] * 4
    assert found["cents"].isna().tolist() == [False] * 4 + [True] * 4
    assert habits.summary(found)["cases"].tolist() == [1] * 4
    empty = habits.summary(habits.habits(SHOP.assign(renew_early="no"), (3,), (10**6,)))
    assert empty["cases"].tolist() == empty["answered"].tolist() == [0] * 4


# ----------------------------------------------------------------------------------------- random


def slowly(rows: list[dict], need_mb: list[int], options: dict) -> dict[str, int | None]:
    """Cents by habit, each package tried alone by brute force."""
    alone = {
        row["plan_id"]: answer
        for row in rows
        if not isinstance(answer := brute_force([row], need_mb, **options), Uncovered)
    }
    per_gb = {}
    for row in rows:
        terms = read_plan(row, options.get("slow_ok_kbps"), options.get("trust_unlimited", False))
        months = max(1, terms.validity // 30) * 30
        days = {"month": months, "no_expiry": 10**7}.get(terms.unit, terms.validity)
        mb = (terms.allowance or 0) * (days if terms.daily else 1)
        if mb and row.get("unlimited") != "yes" and terms.per_gb is None:
            per_gb[row["plan_id"]] = Fraction(terms.price, mb * terms.cycles), terms.price, row[
                "plan_id"]
    cycles = {row["plan_id"]: row.get("min_commitment_cycles", 1) for row in rows}
    ranked = [name for *_, name in sorted(per_gb.values()) if name in alone]
    monthly = [name for name in ranked if cycles[name] == 1]
    return {
        "single": min((cost for cost, bought in alone.values() if len(bought) == 1), default=None),
        "repeated": min((cost for cost, _ in alone.values()), default=None),
        "per_gb": alone[ranked[0]][0] if ranked else None,
        "per_gb_cycle": alone[monthly[0]][0] if monthly else None,
    }


@pytest.mark.parametrize("seeds", [range(at, at + 40) for at in range(0, 120, 40)])
def test_habits_are_what_brute_force_says(seeds):
    for seed in seeds:
        rng = random.Random(f"habits {seed}")
        rows, _, options = random_market(rng, days=2)
        days, mb = rng.randint(2, 6), rng.choice([100, 250, 400, 1000])
        found = habits.habits(frame(rows), (days,), (mb,), **options)
        assert told(found, days, mb) == slowly(rows, [mb] * days, options), seed
        best = brute_force(rows, [mb] * days, **options)
        optimum = found["optimum_cents"]
        if isinstance(best, Uncovered):
            assert optimum.isna().all()
            assert found["cents"].isna().all()
        else:
            assert (optimum == best[0]).all()


# --------------------------------------------------------------------------------- the catalogue


@pytest.fixture(scope="module")
def plans() -> pd.DataFrame:
    return prepaid.load_catalog()


@pytest.fixture(scope="module")
def found(plans) -> pd.DataFrame:
    return habits.habits(plans)


@pytest.mark.slow
def test_our_catalogue_package_by_package(plans, found):
    """Each package alone, by a schedule of its own; the price per GB by the columns."""
    assert len(found) == len(HABITS) * len(habits.DAYS) * len(habits.MB_PER_DAY)
    for days, mb in product(habits.DAYS[::4], habits.MB_PER_DAY[::3]):
        alone = {}
        for plan_id in plans.loc[plans["kind"] != "addon", "plan_id"]:
            try:
                alone[plan_id] = prepaid.cheapest_schedule(
                    plans[plans["plan_id"] == plan_id], [mb] * days)
            except prepaid.NoSchedule:
                continue
        answers, costs = told(found, days, mb), {
            plan_id: schedule.total_cents for plan_id, schedule in alone.items()}
        assert answers["repeated"] == min(costs.values()), (days, mb)
        assert answers["single"] == min(
            (costs[one] for one, schedule in alone.items() if len(schedule.bought) == 1),
            default=None)
    assert (found["cents"].dropna() >= found["optimum_cents"]).all()


@pytest.mark.slow
@pytest.mark.parametrize(("language", "counted"), [
    ("en", "{n} of {total}"), ("zh-CN", "{total} 种中 {n} 种")])
def test_the_lesson_shows_what_was_counted(plans, found, language, counted):
    words = i18n.words(language)
    html = render(evidence.habits(found, plan_names(plans, words), words), lang=language)
    by_habit = habits.summary(found)
    for row in by_habit.itertuples():
        assert f">{counted.format(n=row.optimal, total=row.cases)}<" in html
        assert words.money(row.worst_cents) in html
    for row in habits.missed(found[found["habit"] == "repeated"]).itertuples():
        prices = words.money(row.cents), words.money(row.optimum_cents)
        assert re.search(rf"{prices[0]} ?[(（]{prices[1]}[)）]", html)


@pytest.mark.slow
def test_a_habit_without_any_answer_is_told(plans):
    tutorial = prepaid.tutorial("en")
    visible = plans[plans["plan_id"] == "visible-base"]
    tutorial.shelf = Shelf(visible.assign(needs_us_card="no", needs_us_address="no"))
    none = tutorial.words("view.none")
    assert tutorial.habits().html.count(f">{none}<") == 2 * 2


def test_nothing_on_offer_is_no_case():
    found = habits.habits(SHOP.assign(price_usd=nan), (3,), (100,))
    assert found["cents"].isna().all()
    assert habits.summary(found)["cases"].tolist() == [0] * 4


def test_a_stay_without_need_is_as_cheap_as_can_be():
    found = pd.DataFrame({
        "habit": "single", "days": [3, 3], "mb_per_day": [0, 9], "plan_id": [pd.NA, "a"],
        "purchases": [0, 1], "cents": [0, 150], "optimum_cents": [0, 100]})
    said = habits.summary(found).loc["single", ["optimal", "mean_excess", "worst_days"]]
    assert said.tolist() == [1, 0.25, 3]
