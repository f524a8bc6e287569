"""Random markets: the package and the brute force agree in every number.

RULE_CASES multiplies how many are drawn: ``RULE_CASES=10`` draws ten times as many.
"""

import os
import random

import pytest

from brute_force import (
    Uncovered,
    brute_force,
    brute_next_step,
    brute_number_line,
    cycle_end_times,
    minute,
    read_plan,
    search_next_step,
    search_stay,
)
from package import agrees, by_package, next_step_by_package, number_line_by_package
from random_markets import random_market, random_running

TIMES = int(os.environ.get("RULE_CASES", "1"))
STAYS, NEXT_STEPS, NUMBER_LINES = 2000 * TIMES, 300 * TIMES, 300 * TIMES
AT_ONCE = 100  # cases a test
pytestmark = pytest.mark.slow


def blocks(cases):
    return [pytest.param(range(at, at + AT_ONCE), id=str(at)) for at in range(0, cases, AT_ONCE)]


def drawn(kind, seed):
    rng = random.Random(f"{kind} {seed}")
    return rng, rng.random() < 0.25


@pytest.mark.parametrize("seeds", blocks(STAYS))
def test_stays(seeds):
    for seed in seeds:
        rng, months = drawn("stay", seed)
        plans, need_mb, options = random_market(rng, months=months)
        agrees(by_package(plans, need_mb, **options), search_stay, plans, need_mb, **options)


@pytest.mark.parametrize("seeds", blocks(NEXT_STEPS))
def test_next_steps(seeds):
    for seed in seeds:
        rng, months = drawn("next step", seed)
        plans, need_mb, options, running = random_running(rng, months=months)
        asked = options | running | {"plans": plans, "need_mb": need_mb}
        agrees(next_step_by_package(**asked), search_next_step, **asked)


def test_a_row_of_new_customers_prices_goes_on_over_a_bridge():
    """A paid cycle that begins again is no purchase, and so ends no row."""
    rng, months = drawn("next step", 60134)
    plans, need_mb, options, running = random_running(rng, months=months)
    asked = options | running | {"plans": plans, "need_mb": need_mb}
    agrees(next_step_by_package(**asked), search_next_step, **asked)


@pytest.mark.parametrize("seeds", blocks(NUMBER_LINES))
def test_number_lines(seeds):
    for seed in seeds:
        rng, months = drawn("number line", seed)
        days = rng.choice([1, 5, 9, 30, 70])
        plans, _, options = random_market(rng, days=days, months=months)
        asked = seed, plans, days, options
        answer = number_line_by_package(plans, days, **options)
        expected = brute_number_line(plans, days, **options)
        if isinstance(expected, Uncovered) or isinstance(answer, Uncovered):
            assert answer == expected, asked
            continue
        assert answer[0] == expected[0], asked
        assert in_cents(answer[1]) == in_cents(expected[1]), asked
        assert stays_alive(plans, days, answer[1], **options), asked


def in_cents(rows):
    paid = ("plan_id", "price_cents", "fee_cents", "tax_cents")
    return [[row[name] for name in paid] for row in rows]


def stays_alive(plans, days, rows, *, start=None, arrive=None, leave=None, **_):
    """Whether a number that is bought on these days, as late on each as may be, lives all days.

    Each plan is taken to begin when the one before ended where that is on the day of purchase, and
    at midnight where it is later.
    """
    terms = {plan["plan_id"]: (read_plan(plan), plan) for plan in plans}
    ended, line, grace = minute(arrive, 0), None, 0
    for row in rows:
        plan, cells = terms[row["plan_id"]]
        begins = max(ended, row["day"] * 1440)
        if begins // 1440 != row["day"]:
            return False
        if line is not None and begins > ended + (grace if line == plan.provider else 0):
            return False
        ended = cycle_end_times(plan, begins, start, plan.cycles)[-1]
        line, grace = plan.provider, int(cells.get("number_grace_days") or 0) * 1440
    # a plan of hours may have begun later on its day of purchase than at midnight
    slack = 1440 if any(terms[row["plan_id"]][0].unit == "hours" for row in rows) else 0
    return ended + grace + slack >= (days - 1) * 1440 + minute(leave, 1440)


def test_a_number_stays_alive():
    for seed in range(300):
        rng, months = drawn("number line", seed)
        days = rng.choice([1, 5, 9, 30, 70])
        plans, _, options = random_market(rng, days=days, months=months)
        expected = brute_number_line(plans, days, **options)
        if not isinstance(expected, Uncovered):
            assert stays_alive(plans, days, expected[1], **options), (seed, plans, days, options)
            if len(expected[1]) > 1:
                assert not stays_alive(plans, days, expected[1][:-1], **options) or any(
                    plan.get("cycle_unit") == "hours" for plan in plans
                )


def test_what_is_remembered_changes_nothing():
    """The brute force with and without a memory of the states that it has been in."""
    for seed in range(40):
        rng = random.Random(f"memory {seed}")
        plans, need_mb, options = random_market(rng, plans=3, days=4)
        need_mb = [min(mb, 300) for mb in need_mb]
        with_memory = brute_force(plans, need_mb, **options)
        assert brute_force(plans, need_mb, memo=False, **options) == with_memory


def test_an_answer_can_be_followed():
    """Along the purchases of an answer, nothing but the answer is found."""
    for seed in range(100):
        plans, need_mb, options, running = random_running(random.Random(f"path {seed}"))
        asked = options | running | {"plans": plans, "need_mb": need_mb}
        answer = brute_next_step(**asked)
        if not isinstance(answer, Uncovered):
            agrees(answer, search_next_step, **asked)
            path = [(row["plan_id"], row["at_mb"]) for row in answer[1]]
            assert answer[1] in search_next_step(**asked, path=path).winners
