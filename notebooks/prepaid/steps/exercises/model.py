"""Exercises in pandas: what is asked, what was tried, and what was mistaken.

They stand in ``content/exercises``, with code for the solution and for each typical mistake. All
answers come from running that code on today's catalogue, so that a new price changes them, too.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from types import CodeType

import pandas as pd

from prepaid.catalogue.content import load, names
from prepaid.catalogue.lesson_frame import lesson_frame
from prepaid.i18n import Refusal
from prepaid.steps.exercises.reading import Reader, equal, sort_of

NOT_TRIED = (None, ..., "", NotImplemented)


@dataclass(frozen=True)
class Exercise:
    """One exercise: its entry in the content, and its answers."""

    entry: Mapping  # what the file says
    reader: Reader  # how its answers are read
    right: object  # the answer
    wrong: tuple  # the answers of the typical mistakes, in the file's order


@dataclass(frozen=True)
class Verdict:
    """What an answer is worth."""

    entry: Mapping  # the exercise's
    # "open" (nothing tried yet), "right", "mistake" (a typical one), "near" (of the kind
    # that was asked for) or "other" (of another kind)
    code: str
    mistake: Mapping | None = None  # the entry of the typical mistake
    sort: str = "strange"  # the sort of thing that the answer is, see reading.sort_of
    size: Mapping = field(default_factory=dict)  # of it
    # of an answer that is near: `wrong`, `missing` and `extra`
    counts: Mapping = field(default_factory=dict)


@cache
def exercises() -> Mapping[str, Mapping]:
    """The entries by name, in the order in which they are asked."""
    return {entry["id"]: entry for entry in map(load, names("exercises"))}


def entry_of(task) -> Mapping:
    """The exercise of a name or a number from 1; refuses any other."""
    known, kind = exercises(), type(task)  # an odd object may not even tell its class
    if kind is int and 1 <= task <= len(known):
        return list(known.values())[task - 1]
    if kind is str and task in known:
        return known[task]
    raise Refusal("task_unknown", task=task_name(task), tasks=list(known))


def task_name(task) -> str:
    """What a learner called an exercise, or of which type that was."""
    if type(task) is str:
        return task[:80]
    return str(task) if type(task) is int and abs(task) < 1e9 else type(task).__name__


@cache
def exercise(name: str) -> Exercise:
    """An exercise with its answers on today's catalogue, see :func:`worked_out`."""
    return worked_out(exercises()[name])


def worked_out(entry: Mapping) -> Exercise:
    """Run the code of an exercise; refuses one that draws where matplotlib is not installed."""
    import prepaid

    given = {"pd": pd, "prepaid": prepaid}
    exec(_compiled(entry, entry["given"]), given)
    space, right = _answer(entry, given, entry["solution"])
    plans = space.get("plans")
    reader = Reader(entry["takes"], lesson_frame() if plans is None else plans,
                    entry.get("value", ""), entry.get("by", "plan_id"))
    wrong = (_answer(entry, given, one["code"])[1] for one in entry["mistake"])
    return Exercise(entry, reader, right, tuple(wrong))


def _compiled(entry: Mapping, code: str) -> CodeType:
    return compile(code, f"content/exercises, {entry['id']}", "exec")


def _answer(entry: Mapping, given: Mapping, code: str) -> tuple[dict, object]:
    """What a code of ours defines, and its answer, on tables of its own.

    A picture gets a figure of its own, which is out of sight afterwards: else pandas would draw
    into the learner's.
    """
    space = {name: value.copy() if isinstance(value, pd.DataFrame) else value
             for name, value in given.items()}
    if entry["takes"] != "bars":
        exec(_compiled(entry, code), space)
        return space, space["answer"]
    try:
        import matplotlib.pyplot as plt
    except ImportError:
        raise Refusal("task_library") from None
    figure = plt.figure()
    try:
        exec(_compiled(entry, code), space)
    finally:
        plt.close(figure)
    return space, space["answer"]


class Practice:
    """What a learner has tried, been told and solved.

    Attributes:
        tried: names of exercises with an answer that was checked.
        solved: those with a right one.
        hinted: how many hints were asked for, by name.
    """

    def __init__(self):
        self.tried: set[str] = set()
        self.solved: set[str] = set()
        self.hinted: dict[str, int] = {}

    def check(self, task, answer) -> Verdict:
        """What the answer is worth; refuses as :func:`entry_of` and :func:`worked_out`."""
        entry = entry_of(task)
        if any(answer is one for one in NOT_TRIED):
            return Verdict(entry, "open")
        name, ours = entry["id"], exercise(entry["id"])
        self.tried.add(name)
        sort, size = sort_of(answer)
        if ours.reader.same(answer, ours.right):
            self.solved.add(name)
            return Verdict(entry, "right", sort=sort, size=size)
        for mistake, wrong in zip(entry["mistake"], ours.wrong, strict=True):
            if ours.reader.same(answer, wrong):
                return Verdict(entry, "mistake", mistake, sort, size)
        said = ours.reader.read(answer)
        if said is None:
            return Verdict(entry, "other", sort=sort, size=size)
        return Verdict(entry, "near", None, sort, size, _apart(said, ours.reader.read(ours.right)))

    def hint(self, task) -> Mapping:
        """The next hint: first a nudge, then nearly the code; after the last it stays."""
        entry = entry_of(task)
        place = self.hinted.get(entry["id"], 0)
        self.hinted[entry["id"]] = place + 1
        return entry["hint"][min(place, len(entry["hint"]) - 1)]

    def solution(self, task) -> str | None:
        """The code of the solution, once something has been tried; ``None`` before."""
        entry = entry_of(task)
        return entry["solution"].strip() if entry["id"] in self.tried else None


def _apart(said, right) -> dict[str, int]:
    """How far an answer is from the right one: how many of its parts are wrong, missing, extra."""
    if isinstance(right, dict):
        shared = said.keys() & right.keys()
        wrong = sum(not equal(said[key], right[key]) for key in shared)
        return {"wrong": wrong, "missing": len(right.keys() - shared),
                "extra": len(said.keys() - shared)}
    if isinstance(right, frozenset | tuple):
        here, there = set(said), set(right)
        return {"wrong": 0, "missing": len(there - here), "extra": len(here - there)}
    if isinstance(right, float):
        return {"low": 1} if said < right else {"high": 1}
    return {}

