"""The reader's own plans: from a file or a shop window, and what they change for a stay."""

import datetime as dt
import io
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import count
from pathlib import Path

import pandas as pd

from prepaid.analysis.attempt import attempt
from prepaid.analysis.firmness import firmness
from prepaid.analysis.kinds import left_out
from prepaid.catalogue.cells import says_endless
from prepaid.catalogue.faults import Problem
from prepaid.catalogue.labels import read_plans
from prepaid.catalogue.plans import select, to_csv
from prepaid.catalogue.tables import columns, from_cells
from prepaid.i18n import CONTENT, LANGUAGES, Refusal, seen, sendable
from prepaid.schedule import NoSchedule, Offers, Schedule
from prepaid.steps.inputs import Choice, number
from prepaid.steps.pick.model import MODES, PickModel
from prepaid.steps.shelf import OWN, Shelf
from prepaid.steps.storage import FOLDER, write_whole
from prepaid.steps.typed import plain, read_number, written

EXAMPLES = {language: CONTENT / f"example-labels.{language}.csv" for language in LANGUAGES}
SAVED = "own-plans"
MAX_UPLOAD_MB = 8  # a message of more than 10 MiB closes the line to the kernel
MAX_DAYS = columns()["validity_days"]["constraints"]["maximum"]
QUOTE = ("provider", "plan_name", "price_usd", "validity_days", "data_gb", "unlimited",
         "after_cap", "activation_fee_usd", "local_us_number")
_UNITS = {"price_usd": "USD", "activation_fee_usd": "USD", "validity_days": "days",
          "data_gb": "GB"}


@dataclass(frozen=True)
class OwnAnswer:
    """What the reader's plans change for a stay."""

    shelf: Shelf  # the plans
    start: dt.date  # date of the first day
    need_mb: list[int]  # whole MB wanted on each day
    # the cheapest schedule of our catalogue alone, or why there is none
    ours: Schedule | NoSchedule
    all: Schedule | NoSchedule  # of all plans together
    # the reader's plans that cannot be scheduled, see prepaid.analysis.kinds.left_out
    waiting: pd.DataFrame
    plans: pd.DataFrame  # the catalogue rows, of all plans together, that meet the needs
    options: Mapping  # those of prepaid.cheapest_schedule

    @property
    def days(self) -> int:
        return len(self.need_mb)

    @property
    def saved_cents(self) -> int | None:
        """What the reader's plans save; ``None`` where ours alone or all cannot cover the stay."""
        if isinstance(self.ours, NoSchedule) or isinstance(self.all, NoSchedule):
            return None
        return self.ours.total_cents - self.all.total_cents

    @cached_property
    def firmness(self) -> pd.DataFrame | None:
        """See :func:`prepaid.firmness`; none where nothing covers the stay."""
        if isinstance(self.all, NoSchedule):
            return None
        return firmness(self.plans, self.all, **self.options)

    @property
    def offered(self) -> pd.DataFrame:
        """The reader's plans as they stand on the shelf."""
        plans = self.shelf.plans
        return plans[plans["plan_id"].str.startswith(OWN)]


class OwnModel(PickModel):
    """The comparison's stay, and what changes the shelf; ``answer`` is an :class:`OwnAnswer`."""

    mode = Choice(MODES, "gb", keep="use")

    def solve(self) -> OwnAnswer:
        return self.with_plans_of(self.shelf)

    def with_plans_of(self, shelf: Shelf) -> OwnAnswer:
        """What the reader's plans on a shelf change for the stay."""
        need, options, dates = self.need_mb(), self.options(), self.dates()
        asked = self.needs() | options
        if asked != self._asked:
            self._asked, self._found = asked, {}

        def sold(plans: pd.DataFrame) -> tuple[Offers, pd.DataFrame]:
            kept = select(plans, **self.needs())[0]
            return Offers(kept, **options), kept

        mine = shelf is self.shelf
        ours = self._found.get("ours") or sold(shelf.ours)
        every = (mine and self._found.get(shelf.version)) or (
            ours if shelf.own.empty else sold(shelf.plans))
        if mine:
            self._found = {"ours": ours, shelf.version: every}
        first, last = (attempt(offers.at(**dates).cheapest, need) for offers, _ in (ours, every))
        waiting = left_out(shelf.own, **options)
        return OwnAnswer(shelf, dates["start"], need, first, last, waiting, every[1],
                         options | dates)

    def add_file(self, path: str | os.PathLike) -> pd.DataFrame:
        """Take in the plans of a file; those plans. One that
        :func:`prepaid.catalogue.labels.read_plans` refuses changes nothing."""
        plans = read_plans(path)
        self.shelf.add(plans)
        return plans

    def add_upload(self, name: str, content: bytes) -> pd.DataFrame:
        """The same for what a browser sends, up to ``MAX_UPLOAD_MB``."""
        if len(content) > MAX_UPLOAD_MB * 10**6:
            raise Refusal("own_too_large", limit=MAX_UPLOAD_MB,
                          example='tutorial.own_plans("my-plans.csv")')
        file = io.BytesIO(content)
        file.name = sendable(name)
        return self.add_file(file)

    def add_quote(self, said: Mapping[str, str], source: str) -> pd.DataFrame:
        """Take in today's quote; see :func:`quote`."""
        taken = set(self.shelf.own["plan_id"])
        plan_id = next(name for n in count(1) if (name := f"quote-{n}") not in taken)
        plans = quote(said, plan_id, dt.date.today(), source)
        self.shelf.add(plans)
        return plans

    def set_validity(self, plan_id: str | None, days: str) -> None:
        """Say how many days a cycle lasts of one of the reader's plans, or of all of which it is
        not known."""
        value = read_number(days, "days")
        value = number(days if value is None else value, "own_validity_days", 1, MAX_DAYS,
                       whole=True)
        own = self.shelf.own
        asked = own["validity_days"].isna() if plan_id is None else own["plan_id"] == plan_id
        self.shelf.set_validity(own.loc[asked, "plan_id"].tolist(), value)

    def save(self, folder: Path | None = None) -> str:
        """Write the reader's plans to a new file beside the notebooks; its name. A file that is
        there is never written over; the last one is named again if it holds the same."""
        data = to_csv(self.shelf.own)
        for n in count(1):
            path = (folder or FOLDER) / (f"{SAVED}-{n}.csv" if n > 1 else f"{SAVED}.csv")
            try:
                kept = path.read_bytes() if path.exists() else None
            except OSError as error:
                raise Refusal("own_not_saved", name=path.name) from error
            if kept is None:
                write_whole(path, data, "own_not_saved")
            if kept in (None, data):
                return path.name


def quote(said: Mapping[str, str], plan_id: str, as_of: dt.date, source: str) -> pd.DataFrame:
    """A quote typed in, as one row of the catalogue's columns; refused by the columns of ``QUOTE``.

    ``said`` has text by column of ``QUOTE``, ``source`` who said so. ``data_gb`` is what comes at
    full speed: it has to be there unless ``unlimited`` is ``yes``, and then counts as
    ``premium_data_gb``. "Unlimited" in place of GB says the same as ``unlimited``. Numbers may be
    written as in any other box, but a comma before three figures is refused.
    """
    cells = {name: seen(sendable(said.get(name, ""))).strip() for name in QUOTE}
    if says_endless(cells["data_gb"]):
        cells |= {"unlimited": "yes", "data_gb": ""}
    for name, unit in _UNITS.items():
        cells[name] = plain(cells[name])
        value = None if "," in cells[name] else read_number(cells[name], unit)
        cells[name] = cells[name] if value is None else written(value)
    needed, data = ["price_usd"], "data_gb"
    if cells["unlimited"] == "yes":
        data = "premium_data_gb"
        cells[data] = cells.pop("data_gb")
    else:
        needed.append(data)
    cells |= {"plan_id": plan_id, "as_of": as_of.isoformat(), "source_title": source}

    def told_of(problem: Problem) -> Problem:
        column = "data_gb" if problem.column == data else problem.column
        return Problem(1, column, problem.value, problem.code, problem.values, problem.or_empty)

    return from_cells({name: [cell] for name, cell in cells.items()}, [1], (), told_of, needed,
                      comma=True)
