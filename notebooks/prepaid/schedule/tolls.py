"""Tolls that make the bound high: what limited steps pay because they are rare."""

from collections.abc import Callable, Iterator
from math import inf

from prepaid.schedule.bound import Bound, Limit, Step
from prepaid.schedule.weights import cents_of, purchases_of, weight

_TRIES = 2  # of setting the tolls
_GRAINS = 60  # in which a stay with one purchase less is reckoned


def set_tolls(bound: Bound, point: int, times: Callable[[Limit], int]) -> float:
    """Set the tolls so that the bound at a point is high.

    First what is taken too often is left out, which tells about what the rest costs and what
    each of those steps is worth: that is their toll. A second try raises the tolls of what is
    still taken too often. In these climbs all steps cost a multiple of the same coarse
    ``grain``, rounded down, and tolls one rounded up: the fewer different costs, the fewer
    stairs.

    Args:
        times: how often what a limit stands for can be had from there.

    Returns:
        the weight without what is taken too often; ``inf`` where nothing serves then.
    """
    bound.steps = [
        step._replace(limits=tuple(sorted(step.limits, key=times)[:1])) for step in bound.steps]
    guess, tolls = _leave_out(bound, point, times)
    bound.rare = tolls
    if not tolls:
        return guess
    best, cents = bound.free.least(point), cents_of(guess)
    grain = max(cents // (_GRAINS * (1 + purchases_of(guess))), 1)
    for _ in range(_TRIES):
        tolls = {limit: -(-toll // grain) * grain for limit, toll in tolls.items()}
        stairs = bound.climb(_with_tolls(bound, tolls, grain))
        taken = bound.taken(stairs, point)
        now = stairs.least(point) - weight(sum(
            toll * times(limit) for limit, toll in tolls.items()))
        if now > best:
            best, bound.tolls, bound.tolled = now, tolls, stairs
        over = {limit: n - times(limit) for limit, n in taken.items() if n > times(limit)}
        if not over:
            break
        share = (cents - cents_of(now)) // sum(over.values())
        tolls = tolls | {limit: tolls.get(limit, 0) + share for limit in over}
    return guess


def _with_tolls(bound: Bound, tolls: dict[Limit, int], grain: int) -> Iterator[Step]:
    """The steps with their tolls, in cents that are multiples of ``grain``."""
    for step in bound.steps:
        more = sum(tolls.get(limit, 0) for limit in step.limits) - cents_of(step.weight) % grain
        yield step._replace(weight=step.weight + weight(more))


def _leave_out(
    bound: Bound, point: int, times: Callable[[Limit], int]
) -> tuple[float, dict[Limit, int]]:
    """What steps cost of which none is taken too often, and what each of the others is worth.
    """
    without: set[Limit] = set()
    found: list[tuple[int, dict[Limit, int]]] = []
    stairs = bound.free
    while (least := stairs.least(point)) < inf:
        taken = bound.taken(stairs, point)
        over = {limit: n for limit, n in taken.items() if n > times(limit)}
        if not over:  # a little more than they are worth, or they would still be taken
            return least, {
                limit: cents_of(least - before) * 5 // (4 * n)
                for before, over in found for limit, n in over.items()}
        found.append((least, over))
        without |= over.keys()
        stairs = bound.climb(
            step for step in bound.steps if without.isdisjoint(step.limits))
    return inf, {}
