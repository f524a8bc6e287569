"""The cheapest sequence of purchases: the best way first, by what it costs and must still cost.

States (see :mod:`prepaid.schedule.buying`) are taken up in the order of cost so far plus the bound
from :mod:`prepaid.schedule.outlook`, so the first that reaches the end is the cheapest; ties are
settled by the rest of the order.
"""

from collections.abc import Iterator
from heapq import heappop, heappush
from math import inf

from prepaid.schedule.buying import Bought, Shop, State
from prepaid.schedule.market import Market
from prepaid.schedule.outlook import Outlook
from prepaid.schedule.weights import cents_of


class Search:
    """One stay, the plans that may be bought, and what is known of the cost to come."""

    def __init__(self, shop: Shop, outlook: Outlook):
        self.shop, self.stay, self.outlook = shop, shop.stay, outlook
        self._bits = [(shop.market.bit.get(provider, 0), 1 << place)
                      for place, provider in enumerate(outlook.rare)]

    def cheapest(
        self, most: float = inf, first: int | None = None, patience: float = inf, haste: int = 0
    ) -> list[Bought] | None:
        """The purchases of the best schedule; ``None`` where there is none.

        Args:
            most: a weight that it must not exceed.
            first: the number of the plan that has to be bought first.
            patience: how many states may be taken up.
            haste: by how many per cent what is still due counts more, so that a schedule is found
                sooner, but perhaps not the best.

        Raises:
            TimeoutError: more states would have to be taken up.
        """
        begin = self.shop.begin()
        least = self.least(begin)
        if least == inf:
            return None
        came: dict[State, tuple[State, Bought] | None] = {begin: None}
        best = {begin: (0, (), ())}
        heap, order, beaten = [(least, (), (), 0, begin)], 0, TakenUp(self.shop.market)
        while heap:
            _, ids, ends, _, state = heappop(heap)
            spent, *known = best[state]
            if known != [ids, ends]:
                continue
            if state.point >= self.stay.end:
                return _path(came, state)
            if beaten.is_no_better(state, spent):
                continue
            patience -= 1
            if patience < 0:
                raise TimeoutError
            if first is not None and state is begin:
                able = self.shop.purchases(begin, {first} & self.shop.market.main.keys())
            else:
                able = self._purchases(state, spent, most)
            found = [(spent + one.weight, one, after) for one, after in able]
            for due, one, after in beaten.worth_it(found):
                if after in best and best[after][0] < due:
                    continue
                least = self.least(after)
                if due + least > most or least == inf:
                    continue
                rank = due, (*ids, one.plan.number), (*ends, -one.end)
                if after in best and best[after] <= rank:
                    continue
                best[after], came[after] = rank, (state, one)
                order += 1
                promised = due + least + least * haste // 100
                heappush(heap, (promised, *rank[1:], order, after))
        return None

    def firsts(self) -> Iterator[tuple[int, int]]:
        """The plans that can be bought first, and the weight below which no schedule is that does.
        """
        for one, after in self.shop.purchases(self.shop.begin()):
            least = self.least(after)
            if least < inf:
                yield one.plan.number, one.weight + least

    def _purchases(self, state: State, spent: int, most: float) -> Iterator[tuple[Bought, State]]:
        """The purchases that can be part of a schedule of at most so much weight."""
        rows, main = None, self.shop.market.main
        if most < inf and not state.paid:
            rows = self.outlook.fitting(
                state.point, state.provider, self._gone(state), cents_of(most - spent))
            rows = {*rows.tolist(), *state.row[:1]} if state.row else rows.tolist()
            rows = [row for row in rows if row in main]
        return self.shop.purchases(state, rows)

    def _gone(self, state: State) -> int:
        """The bits of the outlook of the providers where the traveller is not new any more."""
        return sum(bit for mine, bit in self._bits if state.gone & mine)

    def least(self, state: State) -> float:
        """The weight below which the end is not reached from a state."""
        if state.point >= self.stay.end:
            return 0
        point, gone, found = self.shop.counted_from(state), self._gone(state), inf
        lines = {state.provider, self.shop.line.provider} if state.paid else {state.provider}
        until = 0 if state.paid else dict(state.blocked).get(state.provider, 0)
        for due, end in ((0, point), *self.shop.topped_up(state)):
            end = max(end, point)
            for line in lines:
                found = min(found, due + self.outlook.least(end, line, gone, end < until))
        if state.row is not None and until <= point:
            number, paid = state.row
            times = self.shop.plan(number).intro_uses - paid
            found = min(found, self.outlook.in_a_row(point, number, times, gone))
        return found


class TakenUp:
    """The states from which the search has gone on."""

    def __init__(self, market: Market):
        self._known: dict[tuple, list[tuple[int, State]]] = {}
        self._worst_move, self._dearer_new = market.worst_move, market.dearer_new

    def worth_it(
        self, found: list[tuple[int, Bought, State]]
    ) -> Iterator[tuple[int, Bought, State]]:
        """Weights, purchases and the states after them, without what is dearer, even with a move,
        than another that leaves the same behind but for the provider."""
        cheapest: dict[tuple, int] = {}
        keys = [(after.point, *after[2:]) for _, _, after in found]
        for key, (due, _, _) in zip(keys, found, strict=True):
            if key not in cheapest or due < cheapest[key]:
                cheapest[key] = due
        for key, one in zip(keys, found, strict=True):
            if one[0] <= cheapest[key] + self._worst_move.get(one[2].provider, 0):
                yield one

    def is_no_better(self, state: State, spent: int) -> bool:
        """Whether a state is one of a known one, at the same point, that has cost less, even with a
        move to the same provider, and from which all can be bought that can be from this one. Else
        it is known from now on.
        """
        known = self._known.setdefault((state.point, state.row, state.base, state.paid), [])
        until, move = dict(state.blocked), self._worst_move.get(state.provider, 0)
        for cost, other in known:
            if cost + (move if other.provider != state.provider else 0) < spent and (
                    not other.gone & ~state.gone) and (
                    not (other.gone ^ state.gone) & self._dearer_new) and all(
                    until.get(provider, 0) >= point for provider, point in other.blocked):
                return True
        known.append((spent, state))
        return False


def _path(came: dict[State, tuple[State, Bought] | None], state: State) -> list[Bought]:
    path = []
    while came[state] is not None:
        state, one = came[state]
        path.append(one)
    return path[::-1]
