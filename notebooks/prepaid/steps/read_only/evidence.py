"""What stands behind the rule: what other habits would cost, and answers from outside."""

from collections.abc import Iterable, Mapping, Sequence

import htpy as h
import pandas as pd

from prepaid.analysis.habits import missed, summary
from prepaid.html import page
from prepaid.html.citations import in_brackets, source
from prepaid.i18n import Words

_LISTED = ("single", "repeated")  # the others miss on most stays


def habits(found: pd.DataFrame, names: Mapping[str, str], words: Words) -> page.Cell:
    """How often and by how much each habit of :mod:`prepaid.analysis.habits` misses the optimum;
    ``found`` is what it gives."""
    by_habit = summary(found)
    sensible = found[found["habit"].isin(_LISTED)]
    rows = (
        [
            words(f"habit.name.{row.Index}"),
            words("habit.of", n=row.optimal, total=row.cases),
            *_misses(row, names, words),
            words.number(row.cases - row.answered),
        ]
        for row in by_habit.itertuples()
    )
    return (
        page.status(words("habit.headline", total=by_habit["cases"].iloc[0],
                          **by_habit["optimal"].to_dict())),
        page.table(habits_caption(found, words),
                   words.each("habit", "habit optimal extra worst unanswered"), rows,
                   numbers=[2, 4]),
        page.details(words("habit.missed"), page.note(words("habit.missed_note")), (
            (page.heading(words(f"habit.name.{habit}")), page.bullets(_stays(cases, words)))
            for habit, cases in missed(sensible).groupby("habit", sort=False)
        )),
    )


def habits_caption(found: pd.DataFrame, words: Words) -> str:
    """The grid of stays and uses in one line."""
    days, mb = found["days"], found["mb_per_day"]
    return words("habit.caption", cases=len(found[["days", "mb_per_day"]].drop_duplicates()),
                 shortest=days.min(), longest=days.max(), least=mb.min(), most=mb.max())


def _stays(cases: pd.DataFrame, words: Words) -> Iterable[str]:
    """A line for each length of stay: the uses at which the habit costs too much."""
    for days, stay in cases.groupby("days"):
        yield words("habit.stay", days=days, cases=words.list(
            words("habit.case", mb=row.mb_per_day, cents=row.cents, optimum=row.optimum_cents)
            for row in stay.itertuples()))


def _misses(row: tuple, names: Mapping[str, str], words: Words) -> list[str]:
    """The mean excess of a habit and its worst case, or that it has neither."""
    if not row.answered:
        return [words("view.none")] * 2
    extra = round(row.mean_excess, 3 if row.mean_excess < 1 else 2)
    return [words.percent(extra), words(
        "habit.worst_case", days=row.worst_days, mb=row.worst_mb_per_day, cents=row.worst_cents,
        optimum=row.worst_optimum_cents, plan=names[row.worst_plan_id])]


def golden(cases: Sequence[Mapping], found: pd.DataFrame, words: Words) -> page.Cell:
    """How many golden cases pass, which do not and why, and where all of them are to be read;
    ``found`` is what :func:`prepaid.analysis.golden.run` gives."""
    differing = [case for case in cases if not found.at[case["id"], "passed"]]
    return (
        page.status(pass_rate(found, words)),
        page.details(words("golden.differing"), page.bullets(
            _differs(case, found.loc[case["id"]], words) for case in differing
        )) if differing else None,
        page.note(page.with_code(words("golden.all"))),
    )


def pass_rate(found: pd.DataFrame, words: Words) -> str:
    """How many of the cases are answered as expected, in one sentence."""
    return words("golden.rate", n=int(found["passed"].sum()), total=len(found))


def _differs(case: Mapping, outcome: pd.Series, words: Words) -> page.Cell:
    return (
        words.text(case), " → ",
        h.strong[words("golden.expected", expected=_answer(outcome, "expected", words),
                       got=_answer(outcome, "got", words))], words("text.space"),
        words.text(case, "expected_to_fail") if outcome["known"]
        else words("golden.unexplained"),
        in_brackets(source(case, words), words) if "source" in case else None,
    )


def _answer(outcome: pd.Series, which: str, words: Words) -> str:
    """What was expected or what came out, in its unit."""
    value, measure = outcome[which], outcome["measure"]
    if value is None:
        return words("view.none")
    if measure == "from_mb":
        return words.list(
            words("golden.from_mb", size=words(f"size.{size}"), mb=mb) for mb, size in value)
    return words(f"golden.{measure}", value=value)
