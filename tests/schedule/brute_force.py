"""The rule of all costs, tried in every order: the slow answer that the search is compared with.

`brute_force` tries every purchase at every point of a stay, `brute_next_step` does the same for a
line that runs already, `brute_number_line` for a number that is to be kept alive. Nothing here is
shared with the package. Times are exact: minutes since 00:00 of day 0, as integers or fractions.

Plans are dicts, one per row of a plan file; a cell is missing where its key is absent or its
value is None, NaN, NA or "".

Where the rule leaves a choice, this is what is done here:

* What is paid for several cycles at once is rounded once, price and fee each.
* Add-ons are reckoned with their base. The provider that an add-on is listed at plays no part:
  the rule of one cycle at a time neither hinders an add-on nor begins with one.
* An add-on that is charged by use and left early may be followed by another add-on, since it is
  the base whose data has to have run out.
* A plan that is left at the end of a day although it could go on (charged by use) is no base.
* Slow data that is good enough has no allowance, also where the allowance is not known.
* A plan of data per day gives one allowance for each calendar day that one of its cycles lies on.
  `mb_unused` counts those; without an expiry it is None.
* The rule of one cycle at a time looks at the plan's own days, also where a bridge is cut short.
* After a bridge, the running plan is the plan that add-ons can be bought for.
* The paid cycles of a running plan of whole months are counted from the day after the running
  cycle.
* Plans whose data is not known can keep a number alive; those charged by use and paid for
  several cycles cannot.
* Schedules that agree in all that decides a tie, down to the order of names: the one whose
  purchases serve more comes first, compared one purchase after another.
"""

from bisect import bisect_right
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import accumulate
from math import ceil, floor
from typing import NamedTuple

DAY = 24 * 60  # minutes
FOREVER = 10**9 * DAY


class Uncovered(NamedTuple):
    """Nothing covers the stay: `day` is the furthest first day that cannot be served."""

    day: int


# ------------------------------------------------------------------------------- what a plan says


def text(row, column):
    value = str(row.get(column, ""))
    return "" if value in ("nan", "None", "<NA>", "NaT") else value


def number(row, column):
    return Decimal(text(row, column)) if text(row, column) else None


def half_up(value):
    return floor(value + Fraction(1, 2))


def cents(row, column, times=1):
    """Half up to the cent; a price of 1.6667 paid three times at once is 5.00."""
    return half_up(Fraction(number(row, column) or 0) * 100 * times)


def megabytes(row, column):
    value = number(row, column)
    return None if value is None else round(value * 1000)


@dataclass(frozen=True)
class Plan:
    plan_id: str
    provider: str
    cycles: int
    unit: str
    validity: int
    allowance: int | None  # MB of a cycle or of a day; None: nothing can run out
    known: bool  # whether the allowance is
    daily: bool
    addon: bool
    addon_for: tuple
    one_at_a_time: bool
    price: int  # cents of all its cycles
    intro_price: int | None
    intro_cycles: int
    new_only: bool
    per_gb: Fraction | None  # cents
    charge_cap: int | None
    activation: int
    other_fees: int
    fee_percent: Fraction
    tax_included: bool
    local_number: bool
    buyable: bool  # but for its data

    @property
    def depends_on_newness(self):
        return self.new_only or self.intro_price is not None


def allowance_of(row, slow_ok_kbps, trust_unlimited):
    """(MB or None for endless, whether it is known)."""
    by_use = number(row, "per_gb_usd") is not None
    unlimited, after_cap = text(row, "unlimited") == "yes", text(row, "after_cap")
    data, premium = megabytes(row, "data_gb"), megabytes(row, "premium_data_gb")
    slow = number(row, "after_cap_kbps")
    if (
        slow_ok_kbps is not None
        and slow is not None
        and slow >= slow_ok_kbps
        and (after_cap == "throttled" or by_use)
    ):
        return None, True
    first_of_both = data if premium is None else premium
    if by_use:
        return first_of_both, True
    if not unlimited:
        return data, data is not None
    if after_cap == "none":
        return None, True
    return first_of_both, first_of_both is not None or trust_unlimited


def read_plan(row, slow_ok_kbps=None, trust_unlimited=False):
    allowance, known = allowance_of(row, slow_ok_kbps, trust_unlimited)
    unit = text(row, "cycle_unit") or "days"
    addon = text(row, "kind") == "addon"
    addon_for = tuple(name.strip() for name in text(row, "addon_for").split(";") if name.strip())
    cycles = int(number(row, "min_commitment_cycles") or 1)
    price, validity = number(row, "price_usd"), number(row, "validity_days")
    intro_price = None if addon else number(row, "intro_price_usd")
    per_gb = number(row, "per_gb_usd")
    early, kind = text(row, "renew_early"), text(row, "kind")
    free = price == 0
    new_only = text(row, "intro_new_customer_only") == "yes" or (
        free and (addon or early != "no")
    )
    left_out = (
        price is None
        or (validity is None and unit != "no_expiry")
        or (addon and (cycles > 1 or not addon_for or new_only))
        or (per_gb is not None and cycles > 1)
    )
    return Plan(
        plan_id=text(row, "plan_id"),
        provider=text(row, "provider"),
        cycles=cycles,
        unit=unit,
        validity=int(validity or 0),
        allowance=allowance,
        known=known,
        daily="day" in (text(row, "data_cap_per"), text(row, "premium_data_period")),
        addon=addon,
        addon_for=addon_for,
        one_at_a_time=not addon
        and (early == "no" or (not early and kind in ("carrier_prepaid", "mvno"))),
        price=cents(row, "price_usd", cycles),
        intro_price=None if intro_price is None else cents(row, "intro_price_usd", cycles),
        intro_cycles=int(number(row, "intro_cycles") or 1),
        new_only=new_only,
        per_gb=None if per_gb is None else Fraction(per_gb) * 100,
        charge_cap=None
        if number(row, "usage_charge_cap_usd") is None
        else cents(row, "usage_charge_cap_usd"),
        activation=cents(row, "activation_fee_usd"),
        other_fees=cents(row, "fee_per_payment_usd") + cents(row, "fee_per_cycle_usd", cycles),
        fee_percent=Fraction(number(row, "fee_percent") or 0),
        tax_included=text(row, "tax_included") == "yes",
        local_number=text(row, "local_us_number") == "yes",
        buyable=not left_out,
    )


# ------------------------------------------------------------------------------------- days, times


def later_by_months(day, months):
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def cycle_end_times(plan, begins, start, cycles):
    """When each cycle ends, in minutes, of a plan bought at the minute `begins`."""
    today = int(begins // DAY)
    ends = []
    for cycle in range(1, cycles + 1):
        if plan.unit == "no_expiry":
            ends.append(FOREVER)
        elif plan.unit == "hours":
            ends.append(begins + cycle * plan.validity * DAY)
        elif plan.unit == "days":
            ends.append((today + cycle * plan.validity) * DAY)
        else:
            months = cycle * max(1, plan.validity // 30)
            if start is None:
                ends.append((today + 30 * months) * DAY)
            else:
                bought_on = start + timedelta(days=today)
                ends.append((later_by_months(bought_on, months) - start).days * DAY)
    return ends


def minute(clock, otherwise):
    return otherwise if clock is None else clock.hour * 60 + clock.minute


class Stay:
    """The need of each day, and which point lies where in time."""

    def __init__(self, need_mb, start=None, arrive=None, leave=None):
        self.need = [int(mb) for mb in need_mb]
        self.before = [0, *accumulate(self.need)]
        self.end = self.before[-1]
        self.start = start
        self.window = [[0, DAY] for _ in self.need]
        if self.need:
            self.window[0][0] = minute(arrive, 0)
            self.window[-1][1] = minute(leave, DAY)

    def day_of(self, point):
        return bisect_right(self.before, point) - 1

    def time_of(self, point):
        day = self.day_of(point)
        opens, closes = self.window[day]
        share = Fraction(point - self.before[day], self.need[day])
        return day * DAY + opens + share * (closes - opens)

    def point_at(self, moment):
        """The whole MB that have been used by that time."""
        day = int(moment // DAY)
        if day >= len(self.need):
            return self.end
        opens, closes = self.window[day]
        into = moment - day * DAY - opens
        if into >= closes - opens:  # at once where both are midnight
            return self.before[day + 1]
        if into <= 0:
            return self.before[day]
        return self.before[day] + floor(self.need[day] * Fraction(into) / (closes - opens))

    def data_lasts_until(self, plan, point, end, left):
        """Where the data ends that is used from a point on, in a cycle that ends at `end`.

        `left` is what the cycle, or its first day, has to begin with.
        """
        if left is None:
            return end
        if not plan.daily:
            return min(end, point + left)
        while point < end:
            midnight = min(end, self.before[self.day_of(point) + 1])
            if point + left < midnight:
                return point + left
            point, left = midnight, plan.allowance
        return end


# --------------------------------------------------------------------------------------- the search


class Run(NamedTuple):
    """A plan that is in use or could be again: where its cycles end and which one it is in."""

    plan: Plan
    ends: tuple  # points
    cycle: int
    index: int | None  # among the purchases; None: it was running before
    comes_back: bool = False  # its later cycles are paid and can be bridged to

    @property
    def until(self):
        return self.ends[self.cycle]

    @property
    def more_cycles(self):
        return self.cycle + 1 < len(self.ends)

    def key(self):
        return (self.plan.plan_id, self.ends[self.cycle :], self.comes_back)


class State(NamedTuple):
    """All that the future depends on."""

    point: int
    line: str | None  # the provider that the line is at
    known: frozenset  # providers where something has been bought, if that matters to a price
    row: tuple | None  # (plan_id, how often in a row it has been bought at its intro price)
    blocks: tuple  # (provider, point before which nothing can be bought there)
    base: Run | None  # the plan bought last, if its data has run out before its cycle's days
    bridge_to: Run | None  # the running plan whose next cycle ends all that is bought now

    def key(self):
        return (
            *self[:5],
            self.base and self.base.key(),
            self.bridge_to and self.bridge_to.key(),
        )


class Bought(NamedTuple):
    plan: Plan
    point: int
    price: int
    fee: int
    tax: int
    used: int
    last: int  # the point behind the last MB that it served


class Rank(NamedTuple):
    """What decides between schedules, the names of the plans aside."""

    cost: int  # with the bother
    purchases: int
    moves: int
    minus_tax_included: int


NO_PURCHASE = Rank(0, 0, 0, 0)


class Options(NamedTuple):
    new_customer: bool
    tax_rate: Fraction
    per_purchase: int
    per_move: int

    @classmethod
    def read(cls, new_customer=True, tax_rate=0, per_purchase_usd=0, per_move_usd=0):
        usd = [half_up(Fraction(str(value)) * 100) for value in (per_purchase_usd, per_move_usd)]
        return cls(new_customer, Fraction(str(tax_rate)), *usd)

    def price(self, plan, known, row):
        """(cents before charges by use, the row after it), or None if it cannot be bought."""
        new = self.new_customer and plan.provider not in known
        if plan.new_only and not new:
            return None
        if plan.intro_price is None:
            return plan.price, None
        times = 0 if new else row[1] if row and row[0] == plan.plan_id else plan.intro_cycles
        if times < plan.intro_cycles:
            return plan.intro_price, (plan.plan_id, times + 1)
        return plan.price, None

    def fee_and_tax(self, plan, price, move):
        fee = plan.other_fees + half_up(plan.fee_percent * price / 100)
        tax = 0 if plan.tax_included else half_up(self.tax_rate * price)
        return fee + (plan.activation if move else 0), tax

    def add(self, rank, plan, price, fee, tax, move):
        bother = self.per_purchase + (self.per_move if move else 0)
        return Rank(
            rank.cost + price + fee + tax + bother,
            rank.purchases + 1,
            rank.moves + move,
            rank.minus_tax_included - (price if plan.tax_included else 0),
        )


class Search:
    """What is tried; with ``path``, [(plan_id, at_mb), ...], only purchases in that order."""

    def __init__(self, plans, stay, options, first=None, memo=True, path=None):
        usable = [plan for plan in plans if plan.buyable and plan.known and plan.allowance != 0]
        self.bases = [plan for plan in usable if not plan.addon]
        self.addons = [plan for plan in usable if plan.addon]
        self.matters = {plan.provider for plan in self.bases if plan.depends_on_newness}
        self.stay, self.options, self.first, self.path = stay, options, first, path
        self.best = None  # what `order` gives
        self.winners = []  # one, or with a path all that tie
        self.furthest = 0
        self.seen = {} if memo else None

    def answer(self):
        if self.best is None:
            return Uncovered(self.stay.day_of(self.furthest))
        return total(self.winners[0]), self.winners[0]

    def order(self, bought, rank):
        """Less is better: by the rule, and where that says nothing, those that serve more."""
        names = tuple(one.plan.plan_id for one in bought)
        return rank, names, () if self.path else tuple(-one.used for one in bought)

    def serve(self, run, point, left, limit):
        """A plan serves from a point on: (the point it gets to, its run, whether data ran out)."""
        while True:
            end = min(run.until, limit)
            stop = self.stay.data_lasts_until(run.plan, point, end, left)
            if stop < end:
                return stop, run, True
            if end == limit or not run.more_cycles:
                return end, run, False
            point, left = end, run.plan.allowance
            run = run._replace(cycle=run.cycle + 1)

    def run(self, state):
        """Try everything from here, if the end can be reached at all."""
        if self.seen is None or self.reaches_the_end(state):
            self.go_on(state, (), NO_PURCHASE)
        return self

    def reaches_the_end(self, state):
        """Visit every state once, whatever it costs, until the end of the stay is found."""
        visited, waiting = set(), [(state, ())]
        while waiting:
            state, bought = self.settle(*waiting.pop())
            if state.point == self.stay.end:
                return True
            if state.key() not in visited:
                visited.add(state.key())
                self.furthest = max(self.furthest, state.point)
                ways = self.purchases(state, bought, NO_PURCHASE)
                waiting += [(after, now_bought) for after, now_bought, _ in ways]
        return False

    def settle(self, state, bought):
        """Where a paid cycle begins at this point, it serves first."""
        resumed = True
        while resumed and state.point < self.stay.end:
            state, bought, resumed = self.resume(state, bought)
        return state, bought

    def go_on(self, state, bought, rank):
        state, bought = self.settle(state, bought)
        if self.best is not None and rank.cost > self.best[0].cost:
            return
        if state.point == self.stay.end:
            self.finish(bought, rank)
            return
        self.furthest = max(self.furthest, state.point)
        if self.seen is not None:
            # Whatever follows costs and serves the same from the same state, so the way to it that
            # comes first wins with every continuation.
            order, before = self.order(bought, rank), self.seen.get(state.key())
            if before is not None and (order > before or (order == before and not self.path)):
                return
            self.seen[state.key()] = order
        ways = list(self.purchases(state, bought, rank))
        # the cheapest per MB first, so that a good schedule is known early
        ways.sort(key=lambda way: Fraction(way[2].cost - rank.cost, way[0].point - state.point))
        for way in ways:
            self.go_on(*way)

    def finish(self, bought, rank):
        order = self.order(bought, rank)
        if self.best is None or order < self.best:
            self.best, self.winners = order, []
        rows = [self.as_row(one) for one in bought]
        if order == self.best and rows not in self.winners:
            self.winners.append(rows)

    def resume(self, state, bought):
        bridge, base, blocks = state.bridge_to, state.base, state.blocks
        blocks = tuple(block for block in blocks if block[1] > state.point)
        state = state._replace(blocks=blocks)
        if bridge is not None and state.point == bridge.until:
            run, line = bridge, bridge.plan.provider
        elif base is not None and state.point == base.until:
            run, line = base, state.line
            if not run.more_cycles:
                return state._replace(base=None), bought, False
        else:
            return state, bought, False
        limit = self.stay.end if run is bridge or bridge is None else bridge.until
        run = run._replace(cycle=run.cycle + 1)
        stop, run, out = self.serve(run, state.point, run.plan.allowance, limit)
        if run.index is not None and stop > state.point:
            one = bought[run.index]
            one = one._replace(used=one.used + stop - state.point, last=stop)
            bought = (*bought[: run.index], one, *bought[run.index + 1 :])
        state = state._replace(
            point=stop,
            line=line,
            base=run if out else None,
            bridge_to=None if run.comes_back else bridge,
        )
        return state, bought, True

    def purchases(self, state, bought, rank) -> Iterator:
        for after, now_bought, now_rank in self.all_purchases(state, bought, rank):
            one = now_bought[-1]
            at = len(bought)
            if self.path is None or (one.plan.plan_id, one.point) in self.path[at : at + 1]:
                yield after, now_bought, now_rank

    def all_purchases(self, state, bought, rank) -> Iterator:
        for plan in self.addons if state.base else ():
            if state.base.plan.plan_id in plan.addon_for:
                yield from self.buy(plan, state, bought, rank)
        for plan in self.bases:
            if not bought and self.first not in (None, plan.plan_id):
                continue
            if dict(state.blocks).get(plan.provider, 0) > state.point:
                continue
            yield from self.buy(plan, state, bought, rank)
            if state.base and state.base.comes_back and state.base.more_cycles:
                bridging = state._replace(bridge_to=state.base)
                yield from self.buy(plan, bridging, bought, rank)

    def buy(self, plan, state, bought, rank):
        stay, point, addon = self.stay, state.point, plan.addon
        offer = (plan.price, None) if addon else self.options.price(plan, state.known, state.row)
        if offer is None:
            return
        price, row = offer
        move = not addon and plan.provider != state.line
        ends = cycle_end_times(plan, stay.time_of(point), stay.start, plan.cycles)
        ends = tuple(stay.point_at(end) for end in ends)
        limit = state.bridge_to.until if state.bridge_to else stay.end
        if addon:
            limit = min(limit, state.base.until)
        run = Run(plan, ends, 0, len(bought))
        stop, run, out = self.serve(run, point, plan.allowance, limit)
        leaves = [(stop, out)]
        if plan.per_gb is not None:
            midnights = sorted({mb for mb in stay.before if point < mb < stop})
            leaves += [(mb, False) for mb in midnights]
        for leave, ran_out in leaves:
            cost = price
            if plan.per_gb is not None:
                charge = ceil(plan.per_gb * (leave - point) / 1000)
                cost += charge if plan.charge_cap is None else min(charge, plan.charge_cap)
            fee, tax = self.options.fee_and_tax(plan, cost, move)
            after = state._replace(point=leave, row=None)
            if not addon:
                after = after._replace(
                    line=plan.provider,
                    known=state.known | ({plan.provider} & self.matters),
                    row=row,
                    base=run if ran_out else None,
                )
            if plan.one_at_a_time:
                others = [block for block in state.blocks if block[0] != plan.provider]
                after = after._replace(blocks=tuple(sorted([*others, (plan.provider, ends[-1])])))
            one = Bought(plan, point, cost, fee, tax, leave - point, leave)
            yield after, (*bought, one), self.options.add(rank, plan, cost, fee, tax, move)

    def as_row(self, one):
        plan, day = one.plan, self.stay.day_of(one.point)
        return {
            "day": day,
            "at_mb": one.point,
            "plan_id": plan.plan_id,
            "price_cents": one.price,
            "fee_cents": one.fee,
            "tax_cents": one.tax,
            "serves_days": self.stay.day_of(one.last - 1) - day + 1,
            "mb_used": one.used,
            "mb_unused": self.unused(one),
        }

    def unused(self, one):
        plan = one.plan
        if plan.allowance is None or plan.per_gb is not None:
            return None
        if not plan.daily:
            return plan.allowance * plan.cycles - one.used
        if plan.unit == "no_expiry":
            return None
        begins = self.stay.time_of(one.point)
        ends = cycle_end_times(plan, begins, self.stay.start, plan.cycles)
        days = sum(
            ceil(Fraction(end) / DAY) - floor(Fraction(begin) / DAY)
            for begin, end in zip([begins, *ends], ends, strict=False)
        )
        return plan.allowance * days - one.used


def total(rows):
    return sum(row["price_cents"] + row["fee_cents"] + row["tax_cents"] for row in rows)


def search_stay(
    plans,
    need_mb,
    *,
    start: date | None = None,
    slow_ok_kbps=None,
    trust_unlimited=False,
    arrive: time | None = None,
    leave: time | None = None,
    first=None,
    memo=True,
    path=None,
    **options,
):
    rows = [read_plan(row, slow_ok_kbps, trust_unlimited) for row in plans]
    stay = Stay(need_mb, start, arrive, leave)
    search = Search(rows, stay, Options.read(**options), first, memo, path)
    return search.run(State(0, None, frozenset(), None, (), None, None))


def brute_force(plans, need_mb, **options):
    """(total_cents, purchases as dicts) of the schedule that wins, or `Uncovered(day)`.

    Options as for `prepaid.cheapest_schedule`; with ``first``, only schedules that begin with the
    plan of that name are tried; with ``memo=False`` no state is remembered. What already costs more
    than the best schedule found is not continued; nothing else is left out.
    """
    return search_stay(plans, need_mb, **options).answer()


def search_next_step(
    plans,
    plan_id,
    days_left,
    mb_left,
    paid_cycles_left,
    need_mb,
    *,
    start=None,
    slow_ok_kbps=None,
    trust_unlimited=False,
    arrive=None,
    leave=None,
    memo=True,
    path=None,
    **options,
):
    rows = [read_plan(row, slow_ok_kbps, trust_unlimited) for row in plans]
    running = next(row for row in rows if row.plan_id == plan_id)
    stay = Stay(need_mb, start, arrive, leave)
    search = Search(rows, stay, Options.read(**options), None, memo, path)
    running_ends = FOREVER if running.unit == "no_expiry" else days_left * DAY
    times = [running_ends, *cycle_end_times(running, running_ends, start, paid_cycles_left)]
    ends = tuple(stay.point_at(end) for end in times)
    run = Run(running, ends, 0, None, comes_back=True)
    left = None if running.known and running.allowance is None else mb_left
    if running.daily and not need_mb[0] and left is not None:
        left = running.allowance  # today's rest is of no use, and tomorrow has its own
    stop, run, out = search.serve(run, 0, left, stay.end)
    state = State(
        point=stop,
        line=running.provider,
        known=frozenset({running.provider} & search.matters),
        row=None,
        blocks=((running.provider, ends[-1]),) if running.one_at_a_time else (),
        base=run if out else None,
        bridge_to=None,
    )
    return search.run(state)


def brute_next_step(plans, plan_id, days_left, mb_left, paid_cycles_left, need_mb, **options):
    """What is to be bought from now on, on a line where a plan runs: as from `brute_force`.

    The running cycle ends at midnight after ``days_left`` days, today included; ``mb_left`` is what
    it has left (today, where the data is per day; None where nothing runs out);
    ``paid_cycles_left`` more follow each other after it. What the running plan charges is not
    counted.
    """
    state = plan_id, days_left, mb_left, paid_cycles_left
    return search_next_step(plans, *state, need_mb, **options).answer()


# ---------------------------------------------------------------------------------- a number's line


def brute_number_line(
    plans,
    days,
    *,
    start=None,
    arrive=None,
    leave=None,
    slow_ok_kbps=None,
    trust_unlimited=False,
    **options,
):
    """(total_cents, purchases as dicts) that keep one number alive all days, or `Uncovered(day)`.

    Each plan is bought as late as it can be: whoever buys later is covered no shorter. The rows
    have `day`, `plan_id` and the cents.
    """
    options = Options.read(**options)
    grace = {
        text(row, "plan_id"): int(number(row, "number_grace_days") or 0) * DAY for row in plans
    }
    offers = [read_plan(row) for row in plans]
    offers = [plan for plan in offers if plan.buyable and plan.local_number and not plan.addon]
    end_of_stay = (days - 1) * DAY + minute(leave, DAY) if days else 0
    best, furthest, seen = None, 0, {}

    def go_on(ended, alive_until, line, known, row, bought, rank):
        nonlocal best, furthest
        names = tuple(one["plan_id"] for one in bought)
        if best is not None and (rank.cost, rank.purchases) > best[0][0][:2]:
            return
        if bought and alive_until >= end_of_stay:
            if best is None or (rank, names) < best[0]:
                best = (rank, names), bought
            return
        furthest = max(furthest, alive_until)
        before = seen.setdefault((ended, alive_until, line, known, row), (rank, names))
        if (rank, names) > before:
            return
        seen[ended, alive_until, line, known, row] = rank, names
        for plan in offers:
            offer = options.price(plan, known, row)
            if offer is None:
                continue
            price, now_row = offer
            move = plan.provider != line
            at = ended if move else alive_until
            fee, tax = options.fee_and_tax(plan, price, move)
            one = {
                "day": int(at // DAY),
                "plan_id": plan.plan_id,
                "price_cents": price,
                "fee_cents": fee,
                "tax_cents": tax,
            }
            ends = cycle_end_times(plan, at, start, plan.cycles)[-1]
            go_on(
                ends,
                ends + grace[plan.plan_id],
                plan.provider,
                known | {plan.provider},
                now_row,
                (*bought, one),
                options.add(rank, plan, price, fee, tax, move),
            )

    if not days:
        return 0, []
    begins = minute(arrive, 0)
    go_on(begins, begins, None, frozenset(), None, (), NO_PURCHASE)
    if best is None:
        return Uncovered(int(furthest // DAY))
    return total(best[1]), list(best[1])
