"""Two slow answers to "which purchases cover the stay for the least money?".

`brute_force` is the nine rules of a schedule written down one after another and tried in every
order. `milp` gives the same least cost as a mixed-integer program, for stays too long to try
everything. Neither shares code with the package.

Plans are dicts, one per row of a plan file; a cell is missing where its key is absent or its
value is None, NaN, NA or "".
"""

from bisect import bisect_right
from collections import defaultdict
from decimal import Decimal
from fractions import Fraction
from itertools import accumulate
from math import ceil, floor
from typing import NamedTuple

import numpy as np
from scipy import optimize, sparse


class Uncovered(NamedTuple):
    """No sequence covers the stay: `day` is the furthest first day left unserved."""

    day: int


def text(row, column):
    value = str(row.get(column, ""))
    return "" if value in ("nan", "None", "<NA>", "NaT") else value


def number(row, column):
    return Decimal(text(row, column)) if text(row, column) else None


def cents(row, column):
    value = number(row, column)
    return None if value is None else round(value * 100)


def megabytes(row, column):
    value = number(row, column)
    return None if value is None else round(value * 1000)


def read_plan(row, slow_ok_kbps):
    """The plan as the rules see it, or None where it is not known well enough to be bought."""
    by_use = cents(row, "per_gb_usd") is not None
    slow_kbps = number(row, "after_cap_kbps")
    throttled = text(row, "after_cap") == "throttled"
    slow_is_fine = (
        throttled
        and slow_ok_kbps is not None
        and slow_kbps is not None
        and slow_kbps >= slow_ok_kbps
    )
    included, premium = megabytes(row, "data_gb"), megabytes(row, "premium_data_gb")

    # Rules 1 to 3: what can run out. None stands for nothing.
    if slow_is_fine:
        allowance, known = None, True
    elif by_use:
        allowance, known = (included if premium is None else premium), True
    elif text(row, "unlimited") == "yes" and throttled:
        allowance, known = premium, premium is not None
    elif text(row, "unlimited") == "yes":
        allowance, known = None, True
    else:
        allowance, known = included, included is not None

    addon = text(row, "kind") == "addon"
    addon_for = [name for name in text(row, "addon_for").split(";") if name]
    price, validity = cents(row, "price_usd"), number(row, "validity_days")
    if price is None or validity is None or not known or (addon and not addon_for):
        return None
    cycles = int(number(row, "min_commitment_cycles") or 1)
    return {
        "plan_id": text(row, "plan_id"),
        "provider": text(row, "provider"),
        "price": price * cycles,
        "validity": int(validity),
        "cycles": cycles,
        "allowance": allowance,
        "daily": text(row, "premium_data_period") == "day",
        "by_use": by_use,
        "per_gb": cents(row, "per_gb_usd"),
        "charge_cap": cents(row, "usage_charge_cap_usd"),
        "fee": cents(row, "activation_fee_usd") or 0,
        "taxed": text(row, "tax_included") != "yes",
        "intro": text(row, "intro_new_customer_only") == "yes",
        "addon": addon,
        "addon_for": addon_for,
    }


def read_plans(rows, slow_ok_kbps):
    return [plan for plan in (read_plan(row, slow_ok_kbps) for row in rows) if plan]


def charge_by_use(plan, mb):
    charge = ceil(Fraction(mb * plan["per_gb"], 1000))
    return charge if plan["charge_cap"] is None else min(charge, plan["charge_cap"])


def tax_on(plan, price, rate):
    return floor(price * rate + Fraction(1, 2)) if plan["taxed"] else 0


# ------------------------------------------------------------------------------ everything tried


def end_of_service(plan, need_mb, day, last_day):
    """The first day after `day` that the plan bought then no longer serves."""
    used = 0
    today = day
    while today < min(last_day, len(need_mb)):
        if (today - day) % plan["validity"] == 0 or plan["daily"]:
            used = 0
        used += need_mb[today]
        if plan["allowance"] is not None and used > plan["allowance"]:
            break
        today += 1
    return today


def purchase(plan, need_mb, day, end, fee, rate):
    price = plan["price"]
    if plan["by_use"]:
        for cycle in range(day, end, plan["validity"]):
            price += charge_by_use(plan, sum(need_mb[cycle : min(cycle + plan["validity"], end)]))
    used = sum(need_mb[day:end])
    unused = None
    if plan["allowance"] is not None and not plan["by_use"]:
        times = plan["cycles"] * (plan["validity"] if plan["daily"] else 1)
        unused = plan["allowance"] * times - used
    return {
        "day": day,
        "plan_id": plan["plan_id"],
        "price_cents": price,
        "fee_cents": fee,
        "tax_cents": tax_on(plan, price, rate),
        "serves_days": end - day,
        "mb_used": used,
        "mb_unused": unused,
    }


def cost(bought):
    return sum(one["price_cents"] + one["fee_cents"] + one["tax_cents"] for one in bought)


def brute_force(
    plans, need_mb, *, slow_ok_kbps=None, new_customer=True, tax_rate=0, first=None
):
    """(total_cents, purchases as dicts) of the schedule that wins, or `Uncovered(day)`.

    With ``first``, only sequences that begin with the plan of that name are tried.

    Sequences that already cost more than the best one found are not continued; nothing else is
    left out.
    """
    rate = Fraction(str(tax_rate))
    rows = read_plans(plans, slow_ok_kbps)
    provider_of = {row["plan_id"]: row["provider"] for row in rows}
    best = None
    furthest = 0

    def go_on(day, bought, line, base, base_last_day):
        nonlocal best, furthest
        if best is not None and cost(bought) > best[0][0]:
            return
        while day < len(need_mb) and need_mb[day] == 0:
            day += 1
        providers = {provider_of[one["plan_id"]] for one in bought}
        if day == len(need_mb):
            ids = tuple(one["plan_id"] for one in bought)
            rank = (cost(bought), len(bought), len(providers), ids)
            if best is None or rank < best[0]:
                best = rank, bought
            return
        furthest = max(furthest, day)

        for plan in rows:
            if not bought and first not in (None, plan["plan_id"]):
                continue
            if plan["intro"] and (not new_customer or plan["provider"] in providers):
                continue
            last_day = day + plan["validity"] * plan["cycles"]
            fee = 0
            if plan["addon"]:
                if base not in plan["addon_for"] or day >= base_last_day:
                    continue
                last_day = min(last_day, base_last_day)
            elif plan["provider"] != line:
                fee = plan["fee"]
            end = end_of_service(plan, need_mb, day, last_day)
            if end == day:
                continue
            now_bought = [*bought, purchase(plan, need_mb, day, end, fee, rate)]
            if plan["addon"]:
                go_on(end, now_bought, line, base, base_last_day)
            else:
                go_on(end, now_bought, plan["provider"], plan["plan_id"], last_day)

    go_on(0, [], None, None, 0)
    return Uncovered(furthest) if best is None else (best[0][0], best[1])


# --------------------------------------------------------------------------- mixed-integer program


TARGET = ("end",)


def road_map(plans, need_mb, *, slow_ok_kbps=None, new_customer=True, tax_rate=0):
    """Every way through the stay as a graph: the node where it begins, and the arcs.

    One is at the counter of a day, or on a provider's line on a day, or on a plan that has run out
    but may be added to; in the end at `TARGET`. Every purchase is an arc, as
    (from, to, cents, provider bought from or None, whether at a new customer's price). A counter
    serves every provider and takes its fee, a line serves its own provider without.
    """
    rate = Fraction(str(tax_rate))
    rows = read_plans(plans, slow_ok_kbps)
    base_plans = [row for row in rows if not row["addon"]]
    addons = [row for row in rows if row["addon"]]
    total_to = [0, *accumulate(need_mb)]
    stay = len(need_mb)

    def next_need(day):
        return next((later for later in range(day, stay) if need_mb[later]), stay)

    def served_until(plan, day, last_day):
        start, last_day = day, min(last_day, stay)
        while start < last_day and plan["allowance"] is not None:
            if plan["daily"]:
                stop = start + (need_mb[start] <= plan["allowance"])
                full = start + 1
            else:
                stop = bisect_right(total_to, total_to[start] + plan["allowance"]) - 1
                full = start + plan["validity"]
            if stop < min(full, last_day):
                return stop
            start = full
        return last_day

    def price_of(plan, day, end):
        price = plan["price"]
        if plan["by_use"]:
            starts = range(day, end, plan["validity"])
            for start, stop in zip(starts, [*starts[1:], end], strict=True):
                price += charge_by_use(plan, total_to[stop] - total_to[start])
        return price + tax_on(plan, price, rate)

    arcs = []  # (from, to, cents, provider bought from or None, intro)
    source = ("counter", next_need(0)) if any(need_mb) else TARGET
    seen, waiting = {source}, [source]

    def arc(start, stop, price=0, plan=None):
        if stop[0] != "end" and stop[1] == stay:
            stop = TARGET
        provider, intro = (plan["provider"], plan["intro"]) if plan else (None, False)
        arcs.append((start, stop, price, provider, intro))
        if stop not in seen:
            seen.add(stop)
            waiting.append(stop)

    while waiting:
        node = waiting.pop()
        if node == TARGET:
            continue
        place, day, *more = node
        if place == "ran out":
            provider, base, base_last_day = more
            arc(node, ("line", day, provider))
            offers = [plan for plan in addons if base in plan["addon_for"]]
        elif place == "line":
            arc(node, ("counter", day))
            offers = [plan for plan in base_plans if plan["provider"] == more[0]]
        else:
            offers = base_plans
        for plan in offers:
            if plan["intro"] and not new_customer:
                continue
            last_day = day + plan["validity"] * plan["cycles"]
            if plan["addon"]:
                last_day = min(last_day, base_last_day)
            end = served_until(plan, day, last_day)
            if end <= day:
                continue
            fee = plan["fee"] if place == "counter" else 0
            then = next_need(end)
            line = provider if plan["addon"] else plan["provider"]
            if not plan["addon"]:
                base, until = plan["plan_id"], last_day
            else:
                until = base_last_day
            more_to_add = then < min(until, stay) and any(base in a["addon_for"] for a in addons)
            stop = ("ran out", then, line, base, until) if more_to_add else ("line", then, line)
            arc(node, stop, price_of(plan, day, end) + fee, plan)

    return source, arcs


def milp(plans, need_mb, *, seconds=np.inf, **options):
    """The least total in cents, or None where no sequence covers the stay.

    One unit flows through the `road_map`, every arc being taken or not. What a graph cannot say,
    that a new customer's price comes before everything else at that provider, is said by one more
    variable per provider and day: has anything been bought there before?

    Raises:
        TimeoutError: it took the solver more than so many seconds.
    """
    source, arcs = road_map(plans, need_mb, **options)
    if source == TARGET:
        return 0
    if all(stop != TARGET for _, stop, *_ in arcs):
        return None

    entries, low, high = [], [], []  # (row, column, value); bounds of each row

    def constraint(terms, at_least, at_most):
        entries.extend((len(low), column, value) for column, value in terms)
        low.append(at_least)
        high.append(at_most)

    flows = defaultdict(list)
    bought, bought_as_new = defaultdict(list), defaultdict(list)
    for column, (start, stop, _, provider, intro) in enumerate(arcs):
        flows[start].append((column, 1))
        flows[stop].append((column, -1))
        if provider is not None:
            bought[provider, start[1]].append(column)
            if intro:
                bought_as_new[provider, start[1]].append(column)
    for node, terms in flows.items():
        if node != TARGET:
            constraint(terms, node == source, node == source)

    columns = len(arcs)
    for provider in sorted({provider for provider, _ in bought_as_new}):
        before = None
        for day in sorted(day for name, day in bought if name == provider):
            if before is not None:
                as_new = [(column, 1) for column in bought_as_new[provider, day]]
                constraint([*as_new, (before, 1)], 0, 1)
            known, columns = columns, columns + 1
            today = [(column, -1) for column in bought[provider, day]]
            constraint([(known, 1), *today], 0, np.inf)
            if before is not None:
                constraint([(known, 1), (before, -1)], 0, np.inf)
            before = known

    prices = np.zeros(columns)
    prices[: len(arcs)] = [price for _, _, price, _, _ in arcs]
    at, column, value = zip(*entries, strict=True)
    matrix = sparse.csr_array((value, (at, column)), shape=(len(low), columns))
    result = optimize.milp(
        prices,
        constraints=optimize.LinearConstraint(matrix, low, high),
        integrality=np.arange(columns) < len(arcs),
        bounds=optimize.Bounds(0, 1),
        options={"mip_rel_gap": 0, "time_limit": seconds},
    )
    if result.status == 1:
        raise TimeoutError
    if result.status == 2:
        return None
    if result.status != 0:
        raise RuntimeError(result.message)
    return round(result.fun)
