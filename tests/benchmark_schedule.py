"""How fast the search is, as ratios to a floor measured in the same run.

    python tests/benchmark_schedule.py [days ...]

Floors are the reading of the same frame, scipy's Dijkstra on an explicit graph, without and with
the building of this graph, and for a week HiGHS on the same graph as a program of integers.
``first`` is the first stay of fresh offers, ``cold`` one after a pause, ``hot`` the median of
several. What takes longer than ``PATIENCE`` seconds is ``late``.
"""

import datetime as dt
import signal
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.optimize import LinearConstraint, milp
from scipy.sparse import csgraph

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "notebooks"), str(HERE), str(HERE / "schedule")]

import prepaid  # noqa: E402
from prepaid.schedule import NoSchedule, Offers  # noqa: E402
from random_markets import big_market  # noqa: E402

PATIENCE, PAUSE, TIMES, HIGHS = 5, 0.4, 5, 60
OPTIONS = {
    "plain": {},
    "dated": {"start": dt.date(2027, 1, 10)},
    "bother": {"start": dt.date(2027, 1, 10), "per_purchase_usd": 1, "per_move_usd": 3},
}


class Late(Exception):
    """It took too long."""


def late(*_):
    raise Late


def milliseconds(work: Callable[..., object], *given, **named) -> float:
    """How long ``work`` takes, ``inf`` where it takes too long."""
    signal.setitimer(signal.ITIMER_REAL, PATIENCE)
    begun = time.perf_counter()
    try:
        work(*given, **named)
    except NoSchedule:
        pass
    except Late:
        return float("inf")
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    return (time.perf_counter() - begun) * 1000


def need(days: int, mb: int) -> list[int]:
    """About so many MB a day, and a day without now and then."""
    wanted = np.random.default_rng(days).integers(mb, mb * 4 // 3, days)
    return np.where(np.arange(days) % 9 == 8, 0, wanted).tolist()


def compare(name: str, plans: pd.DataFrame, days: int, sizes: tuple[int, ...]) -> None:
    """Prints what stays of some days take, beside the reading of the frame."""
    for option, given in OPTIONS.items():
        reading = statistics.median(milliseconds(Offers, plans, **given) for _ in range(3))
        found = []
        for mb in sizes:
            offers, wanted = Offers(plans, **given), need(days, mb)
            first = milliseconds(offers.cheapest, wanted)
            if first == float("inf"):
                found.append(f"{mb} MB late")
                continue
            other = [[more, *wanted[1:]] for more in range(wanted[0] + 1, wanted[0] + TIMES + 2)]
            hot = statistics.median(milliseconds(offers.cheapest, one) for one in other[1:])
            time.sleep(PAUSE)
            cold = milliseconds(offers.cheapest, other[0])
            found.append(f"{mb} MB {first:.1f}/{cold:.1f}/{hot:.1f} ({hot / reading:.2f})")
        print(f"{name}, {days} days, {option} [reading {reading:.1f} ms]: " + ", ".join(found),
              flush=True)


def beside_others(plans: pd.DataFrame, days: int) -> None:
    """The stay as a graph of points; only plans that a graph can know, those without conditions."""
    offers = Offers(plans, new_customer=False)
    terms = offers.terms
    offers = offers.where(~(terms.blocks | terms.addon | terms.by_use | (terms.move_fee > 0)))
    wanted = need(days, 600)
    stay, sold = offers.stay(wanted), offers.plans()
    begun = time.perf_counter()
    number, arcs = explicit(stay, sold)
    at, to = zip(*arcs, strict=True)
    graph = sparse.csr_array((list(arcs.values()), (at, to)), shape=(len(number),) * 2)
    built = (time.perf_counter() - begun) * 1000
    peer = statistics.median(
        milliseconds(csgraph.dijkstra, graph, indices=0) for _ in range(3))
    offers.cheapest(wanted)
    ours = statistics.median(
        milliseconds(offers.cheapest, [mb, *wanted[1:]])
        for mb in range(wanted[0] + 1, wanted[0] + TIMES + 1))
    cents = csgraph.dijkstra(graph, indices=0)[number[stay.end]]
    assert round(cents) == offers.cheapest(wanted).total_cents
    print(f"{len(sold)} plans, {days} days: {ours:.1f} ms; {len(number):,} points and "
          f"{graph.nnz:,} arcs: scipy's Dijkstra {peer:.1f} ms, with the graph's building "
          f"{built + peer:.0f} ms: {peer / ours:.2f} and {(built + peer) / ours:.0f} times ours",
          flush=True)
    if days > 7:
        return
    begun = time.perf_counter()
    flow = sparse.csr_array(
        (np.repeat([1, -1], len(at)), (np.append(at, to), np.tile(np.arange(len(at)), 2))))
    due = np.zeros(len(number))
    due[0], due[number[stay.end]] = 1, -1
    found = milp(list(arcs.values()), integrality=np.ones(len(at)), bounds=(0, 1),
                 constraints=LinearConstraint(flow, due, due), options={"time_limit": HIGHS})
    took = (time.perf_counter() - begun) * 1000
    if found.status == 0:
        assert round(found.fun) == round(cents)
    print(f"    HiGHS {took:,.0f} ms{'' if found.status == 0 else ', not ended'}: "
          f"{took / ours:,.0f} times ours", flush=True)


def explicit(stay, sold) -> tuple[dict[int, int], dict[tuple[int, int], int]]:
    """The points that are reached, by number; and for each pair of them the least cents."""
    number, todo, arcs = {0: 0}, [0], {}
    for point in todo:
        for plan in sold:
            if point >= stay.end or (end := stay.serve(plan, point).end) <= point:
                continue
            if end not in number:
                number[end] = len(number)
                todo.append(end)
            cents = plan.price + plan.fees(plan.price, False)
            ends = number[point], number[end]
            arcs[ends] = min(arcs.get(ends, cents), cents)
    return number, arcs


def main() -> None:
    signal.signal(signal.SIGALRM, late)
    lengths = [int(days) for days in sys.argv[1:]] or [30, 90, 365]
    plans = prepaid.load_catalog()
    for days in lengths:
        compare("our catalogue", plans, days, (100, 300, 600, 1000, 2000))
    for days in sorted({7, min(lengths)}):
        beside_others(plans, days)
    for rows in (10_000, 100_000):
        for days in lengths:
            compare(f"big market of {rows:,}", big_market(rows, 1), days, (600,))


if __name__ == "__main__":
    main()
