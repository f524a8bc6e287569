"""Small tasks in pandas for those who came to learn, with a check that says how to go on."""

from collections.abc import Callable

import pandas as pd

from prepaid.html import page
from prepaid.i18n import Refusal, Words


def check(plans: pd.DataFrame, task: str, answer, words: Words) -> page.Cell:
    """Whether ``answer`` solves a task: ``esim_plans`` or ``cheapest_per_gb``.

    ``None`` and an untouched ``...`` ask for the hint.

    Raises:
        Refusal: there is no such task.
    """
    if task not in _SOLUTIONS:
        raise Refusal("task_unknown", task=task, tasks=list(_SOLUTIONS))
    hint = page.with_code(words(f"task.{task}.hint"))
    if answer is None or answer is ...:
        return page.paragraph(hint)
    right = _SOLUTIONS[task](plans)
    if _same(answer, right):
        return page.paragraph("✔ " + words(f"task.{task}.right", answer=right))
    return page.paragraph(["✘ ", words("task.wrong", answer=str(answer)[:80]), " ", hint])


def _same(answer, right) -> bool:
    try:
        return bool(answer == right)
    except ValueError:  # a frame or column instead of one value
        return False


def _esim_plans(plans: pd.DataFrame) -> int:
    return int((plans["esim"] == "yes").sum())


def _cheapest_per_gb(plans: pd.DataFrame) -> str:
    limited = plans[(plans["unlimited"] == "no") & (plans["kind"] != "addon")]
    limited = limited.dropna(subset=["data_gb"])
    per_gb = limited["price_usd"] / limited["data_gb"]
    return limited.loc[per_gb.idxmin(), "plan_id"]


_SOLUTIONS: dict[str, Callable[[pd.DataFrame], object]] = {
    "esim_plans": _esim_plans,
    "cheapest_per_gb": _cheapest_per_gb,
}
