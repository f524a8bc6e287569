"""A number that is on a plan already, kept alive: held against every order of purchases tried."""

import random
from functools import cache
from itertools import pairwise
from math import inf

import pandas as pd
import pytest

import prepaid
from brute_force import DAY, Options, cycle_end_times, minute, read_plan
from markets import plan
from random_markets import frame, random_market

NUMBER = {"local_us_number": "yes"}


def least_cents(rows, days, plan_id, days_left, *, start=None, arrive=None, leave=None, **options):
    """Cents, bother included, that keep the number alive; infinite where nothing does."""
    del arrive
    for name in ("slow_ok_kbps", "trust_unlimited"):
        options.pop(name, None)
    options = Options.read(**options)
    grace = {row["plan_id"]: int(row.get("number_grace_days") or 0) * DAY for row in rows}
    plans = [one for one in map(read_plan, rows)
             if one.buyable and one.local_number and not one.addon]
    mine = next(row for row in rows if row["plan_id"] == plan_id)["provider"]
    end = (days - 1) * DAY + minute(leave, DAY)

    @cache
    def go_on(ended, alive, line, known, row):
        if alive >= end:
            return 0
        best = inf
        for one in plans:
            offer = options.price(one, known, row)
            if offer is not None:
                price, now_row = offer
                move = one.provider != line
                at = ended if move else alive
                over = cycle_end_times(one, at, start, one.cycles)[-1]
                cost = price + sum(options.fee_and_tax(one, price, move))
                cost += options.per_purchase + (options.per_move if move else 0)
                best = min(best, cost + go_on(
                    over, over + grace[one.plan_id], one.provider, known | {one.provider}, now_row))
        return best

    return go_on(days_left * DAY, days_left * DAY + grace[plan_id], mine, frozenset({mine}), None)


@pytest.mark.parametrize("seeds", [range(at, at + 50) for at in range(0, 150, 50)])
def test_a_number_that_is_on_a_plan(seeds):
    for seed in seeds:
        rng = random.Random(f"number {seed}")
        days = rng.choice([2, 5, 9, 30])
        rows, _, options = random_market(rng, days=days, months=rng.random() < 0.2)
        bases = [row["plan_id"] for row in rows if row["kind"] != "addon"]
        if not bases:
            continue
        running = rng.choice(bases), rng.randint(0, days + 1)
        asked = {name: options[name] for name in options if name not in ("arrive", "leave")}
        expected = least_cents(rows, days, *running, **asked)
        try:
            found = prepaid.number_line(frame(rows), days, running=running, **asked)
        except prepaid.NoSchedule:
            assert expected == inf, (seed, running)
            continue
        provider = {row["plan_id"]: row["provider"] for row in rows}
        lines = [provider[name] for name in (running[0], *found.plan_ids)]
        moves = sum(one != other for one, other in pairwise(lines))
        bother = [round(100 * asked.get(f"per_{name}_usd", 0)) for name in ("purchase", "move")]
        cost = found.total_cents + bother[0] * len(found.bought) + bother[1] * moves
        assert cost == expected, (seed, running)


@pytest.mark.parametrize(("days", "days_left", "grace", "bought"), [
    (10, 10, 0, []), (10, 9, 0, [9]), (10, 8, 2, []), (10, 7, 2, [9]), (40, 3, 0, [3, 33]),
])
def test_what_runs_is_bought_again_as_late_as_can_be(days, days_left, grace, bought):
    rows = pd.DataFrame([plan("A1", 3, 30, 1, number_grace_days=grace, **NUMBER)])
    found = prepaid.number_line(rows, days, running=("A1", days_left))
    assert [one.day for one in found.bought] == bought
    assert found.total_cents == 300 * len(bought)
    assert [one.serves_days for one in found.bought] == [min(30, days - day) for day in bought]
    assert {(one.at_mb, one.mb_used) for one in found.bought} <= {(0, 0)}
    assert (found.need_mb, found.left_mb) == ((0,) * days, (None,) * days)


def test_the_first_line_of_all_is_a_move():
    rows = pd.DataFrame([
        plan("A1", 3, 30, 1, activation_fee_usd=2, **NUMBER), plan("B1", 4, 30, 1, **NUMBER)])
    found = prepaid.number_line(rows[:1], 60)
    assert [one.fee_cents for one in found.bought] == [200, 0]
    assert prepaid.number_line(rows, 30).plan_ids == ("B1",)


def test_staying_is_no_move_and_no_price_is_new():
    rows = pd.DataFrame([
        plan("A1", 3, 30, 1, activation_fee_usd=2, intro_price_usd=1, **NUMBER),
        plan("B1", 2.5, 30, 1, activation_fee_usd=1, **NUMBER)])
    found = prepaid.number_line(rows, 20, running=("A1", 5))
    assert (found.plan_ids, found.total_cents) == (("A1",), 300)


def test_the_day_on_which_a_number_would_be_lost():
    rows = pd.DataFrame([
        plan("A1", 3, 30, 1, number_grace_days=4, intro_new_customer_only="yes", **NUMBER)])
    with pytest.raises(prepaid.NoSchedule) as raised:
        prepaid.number_line(rows, 20, running=("A1", 5))
    assert (raised.value.code, raised.value.day) == ("number_lost", 9)
    with pytest.raises(prepaid.NoSchedule) as raised:
        prepaid.number_line(rows.assign(local_us_number="no"), 20)
    assert (raised.value.code, raised.value.day) == ("no_plans", 0)
