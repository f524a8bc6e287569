"""What the package answers, in the form in which `brute_force` answers, and whether both agree."""

import prepaid
from brute_force import Uncovered
from random_markets import frame

FIELDS = (
    "day",
    "at_mb",
    "plan_id",
    "price_cents",
    "fee_cents",
    "tax_cents",
    "serves_days",
    "mb_used",
    "mb_unused",
)


def _answer(ask):
    """(total_cents, rows) of what ``ask()`` returns, or `Uncovered`."""
    try:
        found = ask()
    except prepaid.NoSchedule as error:
        return Uncovered(error.day)
    schedule = getattr(found, "schedule", found)
    assert found.total_cents == schedule.total_cents
    assert all(one._fields == FIELDS for one in schedule.bought)
    return found.total_cents, [one._asdict() for one in schedule.bought]


def by_package(plans, need_mb, **options):
    return _answer(lambda: prepaid.cheapest_schedule(frame(plans), need_mb, **options))


def next_step_by_package(
    plans, plan_id, days_left, mb_left, paid_cycles_left, need_mb, **options
):
    state = {
        "days_left": days_left,
        "mb_left": mb_left,
        "paid_cycles_left": paid_cycles_left,
        "need_mb": need_mb,
    }
    return _answer(lambda: prepaid.next_step(frame(plans), plan_id, **state, **options))


def number_line_by_package(plans, days, **options):
    return _answer(lambda: prepaid.number_line(frame(plans), days, **options))


def agrees(answer, search, *asked, **options):
    """The answer of the package is the one of the rule, or one of several that tie under it."""
    expected = search(*asked, **options)
    if answer == expected.answer():
        return
    assert not isinstance(answer, Uncovered), (expected.answer(), asked, options)
    path = [(row["plan_id"], row["at_mb"]) for row in answer[1]]
    same_way = search(*asked, path=path, **options)
    tie = answer[1] in same_way.winners and same_way.best[:2] == expected.best[:2]
    assert tie, (answer, expected.answer(), asked, options)
