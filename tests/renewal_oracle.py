"""Slow answers to "where does my plan stand?", "how do I go on?" and "what does a top-up do?".

Written from the words of the rule and of the five meanings, day by day, package by package. Plans
are dicts as in `oracle`, whose reading of one plan and one purchase is used here; what stands
between the purchases, and the state a line starts from, is written anew.
"""

from fractions import Fraction

from oracle import Uncovered, cost, end_of_service, purchase, read_plan, read_plans

PLENTY = 10**12  # megabytes that nobody uses up


def by_id(plans, plan_id):
    return next(row for row in plans if row["plan_id"] == plan_id)


def can_run_out(row, slow_ok_kbps=None):
    """True or False; None where what the plan holds is not known."""
    plan = read_plan(row | {"price_usd": 1}, slow_ok_kbps)
    return None if plan is None else plan["allowance"] is not None


def stands(row, *, days_left, mb_left, need_mb, slow_ok_kbps=None):
    """Data left after each day if the days did not end, up to the day whose need it misses."""
    plan = read_plan(row | {"price_usd": 1}, slow_ok_kbps)
    if plan is None:  # what a later cycle holds is not known, so nothing is counted on
        allowance, daily = (None, False) if mb_left is None else (0, False)
    else:
        allowance, daily = plan["allowance"], plan["daily"]
    if allowance is None:
        return [None] * len(need_mb)
    length = row["validity_days"]
    new_cycles = {days_left - length * n for n in range(1, days_left)}
    purse, left = mb_left, []
    for day, need in enumerate(need_mb):
        if day > 0 and (daily or day in new_cycles):
            purse = allowance
        if need > purse:
            return left
        purse -= need
        left.append(purse)
    return left


def going_on(
    plans, plan_id, *, days_left, mb_left, need_mb,
    slow_ok_kbps=None, new_customer=True, tax_rate=0,
):  # fmt: skip
    """(total_cents, purchases as dicts) of the cheapest continuation, or `Uncovered(day)`."""
    running = by_id(plans, plan_id)
    left = stands(
        running, days_left=days_left, mb_left=mb_left, need_mb=need_mb, slow_ok_kbps=slow_ok_kbps
    )
    rate = Fraction(str(tax_rate))
    rows = read_plans(plans, slow_ok_kbps)
    mine = running["provider"]
    best, furthest = None, 0

    def go_on(day, bought, line, known_to, base, base_last_day):
        nonlocal best, furthest
        while day < len(need_mb) and need_mb[day] == 0:
            day += 1
        if best is not None and cost(bought) > best[0][0]:
            return
        if day == len(need_mb):
            ids = tuple(one["plan_id"] for one in bought)
            rank = (cost(bought), len(bought), len(known_to), ids)
            if best is None or rank < best[0]:
                best = rank, bought
            return
        furthest = max(furthest, day)
        for plan in rows:
            fee, last_day = 0, day + plan["validity"] * plan["cycles"]
            if plan["intro"] and (not new_customer or plan["provider"] in known_to):
                continue
            if plan["addon"]:
                if base not in plan["addon_for"] or day >= base_last_day:
                    continue
                last_day = min(last_day, base_last_day)
            elif plan["provider"] != line:
                fee = plan["fee"]
            end = end_of_service(plan, need_mb, day, last_day)
            if end == day:
                continue
            more = [*bought, purchase(plan, need_mb, day, end, fee, rate)]
            if plan["addon"]:
                go_on(end, more, line, known_to, base, base_last_day)
            else:
                known = known_to | {plan["provider"]}
                go_on(end, more, plan["provider"], known, plan["plan_id"], last_day)

    go_on(min(len(left), days_left), [], mine, {mine}, plan_id, days_left)
    return Uncovered(furthest) if best is None else (best[0][0], best[1])


def top_up(meaning, *, validity_days, allowance_mb, need_mb, renew_day, money_days=None):
    """What each day of the stay sees; packages are purses that open and close.

    Returns a dict: left, served (a value per day), data_from, lost, days_lost, end.
    """
    holds = PLENTY if allowance_mb is None else allowance_mb
    first = {"mb": holds, "opens": 0, "closes": validity_days}
    purses, second = [first], None
    seen = {"left": [], "served": [], "lost": 0, "days_lost": 0}
    stay = len(need_mb)
    waiting = False

    def open_second(day, closes):
        nonlocal second, waiting
        waiting = False
        second = {"mb": holds, "opens": day, "closes": closes}
        purses.append(second)

    for day in range(stay + validity_days + renew_day + 1):
        need = need_mb[day] if day < stay else 0
        first_ended = day >= validity_days

        # Packages whose days are over.
        for purse in list(purses):
            if purse["closes"] == day:
                purses.remove(purse)
                if day < stay and (purse is first or meaning == "data_only"):
                    seen["lost"] += purse["mb"]

        # The button is pressed.
        if day == renew_day:
            if meaning in ("queue", "wallet") and not first_ended:
                waiting = True
            elif first_ended:
                if meaning != "data_only":
                    open_second(day, day + validity_days)
            elif meaning == "data_only":
                open_second(day, validity_days)
            else:
                if day < stay and first["mb"] > 0:
                    seen["days_lost"] = validity_days - day
                purses.remove(first)
                open_second(day, day + validity_days)
                if meaning == "reset_keep":
                    second["mb"] += first["mb"]
                elif day < stay:
                    seen["lost"] += first["mb"]

        # Whatever waited may begin.
        at_hand = sum(purse["mb"] for purse in purses)
        if waiting and meaning == "queue" and (first_ended or need > at_hand):
            open_second(day, day + validity_days)  # the rest of the first goes today as well
        if waiting and meaning == "wallet" and first_ended:
            if money_days is None or day < renew_day + money_days:
                open_second(day, day + validity_days)
            waiting = False

        # The day is lived.
        at_hand = sum(purse["mb"] for purse in purses)
        seen["served"].append(need <= at_hand)
        for purse in purses:
            used = min(purse["mb"], need)
            purse["mb"] -= used
            need -= used
        rest = sum(purse["mb"] for purse in purses)
        seen["left"].append(rest if purses and allowance_mb is not None else None)

    last = second or first
    return {
        "left": tuple(seen["left"][:stay]),
        "served": tuple(seen["served"][:stay]),
        "data_from": second and second["opens"],
        "lost": 0 if allowance_mb is None else seen["lost"],
        "days_lost": seen["days_lost"],
        "end": last["closes"],
    }
