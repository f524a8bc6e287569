"""Renew: the walk through a renewal, ticked off step by step, and what happens to who is late."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import traitlets as tl

from prepaid.catalogue import providers
from prepaid.catalogue.providers import Provider
from prepaid.steps.inputs import Day
from prepaid.steps.model import Model
from prepaid.steps.pick.model import example

_DAYS_LEFT = 3  # of the cycle in the example of what runs, see NextStepModel


@dataclass(frozen=True)
class WalkAnswer:
    """One provider's way of renewing on one channel.

    Attributes:
        provider: whose.
        channel: one of :data:`prepaid.catalogue.providers.CHANNELS`.
        walks: none, one or several, see :func:`prepaid.catalogue.providers.walk`.
        gap: why there is none, where there is none.
        done: steps ticked off, from 0, by the walk's id.
    """

    provider: Provider
    channel: str
    walks: tuple[Mapping, ...]
    gap: Mapping | None
    done: Mapping[str, tuple[int, ...]]

    @property
    def general(self) -> bool:
        """Whether the steps are those of no provider in particular."""
        return any(walk not in self.provider.walk for walk in self.walks)

    def n_done(self, walk: Mapping) -> int:
        """How many steps of a walk are ticked off."""
        return len(self.done.get(walk["id"], ()))


class WalkModel(Model):
    """Which walk to go and how far; ``answer`` is a :class:`WalkAnswer`."""

    provider_id = tl.Unicode("tello").tag(input=True)
    channel = tl.Unicode("web").tag(input=True)
    done = tl.Dict().tag(input=True)

    def tick(self, walk_id: str, step: int, done: bool) -> None:
        """Tick a step off, or take the tick back; a walk that several share counts for each."""
        key = self.provider_id, walk_id
        steps = {*self.done.get(key, ())} - {step} | ({step} if done else set())
        self.done = {**self.done, key: tuple(sorted(steps))}

    def solve(self) -> WalkAnswer:
        walks = providers.walk(self.provider_id, self.channel)
        gap = providers.gap(self.provider_id, self.channel)
        done = {walk_id: steps for (provider_id, walk_id), steps in self.done.items()
                if provider_id == self.provider_id}
        return WalkAnswer(providers.provider(self.provider_id), self.channel, walks, gap, done)


@dataclass(frozen=True)
class LateAnswer:
    """What happens at one provider after a cycle ended on a day and nothing was paid.

    Attributes:
        provider: where.
        cycle_end: the day on which the cycle ends.
        events: each entry of the time line in order, with its date where that is known.
    """

    provider: Provider
    cycle_end: dt.date
    events: tuple[tuple[Mapping, dt.date | None], ...]


class LateModel(Model):
    """Where a cycle ends on which day; ``answer`` is a :class:`LateAnswer`."""

    provider_id = tl.Unicode("tello").tag(input=True)
    cycle_end = Day("cycle_end_missing", "cycle_end_missing")

    def __init__(self, **inputs):
        super().__init__(**{"cycle_end": example()["start"] + dt.timedelta(_DAYS_LEFT)} | inputs)

    def solve(self) -> LateAnswer:
        end, provider = self.checked("cycle_end"), providers.provider(self.provider_id)
        return LateAnswer(
            provider, end, tuple((event, _date(end, event)) for event in provider.timeline))


def _date(cycle_end: dt.date, event: Mapping) -> dt.date | None:
    days = event.get("days_after_cycle_end")
    return None if days is None else cycle_end + dt.timedelta(days)
