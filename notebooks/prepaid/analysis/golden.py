"""The golden set: cases answered outside of this project, and what the package answers to them.

The cases stand in ``content/golden.toml``, each with its source or its working by hand; what the
fields mean is said in ``golden.schema.json`` beside it.
"""

import datetime as dt
from functools import cache

import pandas as pd

from prepaid.analysis.attempt import attempt
from prepaid.analysis.number_line import number_line
from prepaid.analysis.sizes import break_even
from prepaid.catalogue.content import load
from prepaid.catalogue.usage import daily_need_mb, rates
from prepaid.schedule import NoSchedule, Schedule, cheapest_schedule

_OPTIONS = ("slow_ok_kbps", "trust_unlimited", "new_customer", "tax_rate", "per_purchase_usd",
            "per_move_usd")
_TIMES = {"start": dt.date.fromisoformat, "arrive": dt.time.fromisoformat,
          "leave": dt.time.fromisoformat}


@cache
def cases() -> tuple[dict, ...]:
    """The cases as they stand in the file, in its order."""
    return tuple(load("golden")["case"])


def run() -> pd.DataFrame:
    """Every case, what is expected and what the package answers.

    Returns:
        indexed by the case's ``id``: ``part`` of the rule, ``measure`` (``total_cents``,
        ``unserved_day``, ``from_mb``, ``mb`` or ``mb_per_hour``), ``expected`` and ``got`` in it
        (missing where there is no such answer), ``buy`` and ``bought`` as tuples of (day from 1,
        ``plan_id``) where the case says what to buy, ``passed``, and ``known``: whether the file
        says that the case fails.
    """
    return pd.DataFrame.from_dict(
        {case["id"]: _outcome(case) for case in cases()}, orient="index"
    ).astype({"expected": object, "got": object, "passed": bool, "known": bool})


def plans_of(case: dict) -> pd.DataFrame:
    """The packages that a case holds, in columns of the catalogue."""
    return pd.DataFrame(case["plan"])


def need_of(case: dict) -> list[int]:
    """MB on each day of the stay of a case."""
    return [mb for days, mb in case["need"] for _ in range(days)]


def options_of(case: dict) -> dict:
    """What the case asks of :func:`prepaid.cheapest_schedule` besides."""
    options = {name: case[name] for name in _OPTIONS if name in case}
    return options | {name: read(case[name]) for name, read in _TIMES.items() if name in case}


def _outcome(case: dict) -> dict:
    expect = dict(case["expect"])
    buy = tuple(map(tuple, expect.pop("buy", ())))
    (measure, expected), = expect.items()
    if measure == "from_mb":
        expected = tuple(map(tuple, expected))
    found = _schedule(case) if measure in ("total_cents", "unserved_day") else None
    got = _measured(measure, case, found)
    bought = tuple((one.day + 1, one.plan_id) for one in found.bought) \
        if buy and isinstance(found, Schedule) else ()
    return {
        "part": case["part"], "measure": measure, "expected": expected, "got": got,
        "buy": buy, "bought": bought, "passed": got == expected and bought == buy,
        "known": "expected_to_fail" in case,
    }


def _schedule(case: dict) -> Schedule | NoSchedule:
    plans, options = plans_of(case), options_of(case)
    if "number_days" in case:
        return attempt(number_line, plans, case["number_days"], **options)
    return attempt(cheapest_schedule, plans, need_of(case), **options)


def _measured(measure: str, case: dict, found: Schedule | NoSchedule | None):
    """What the package answers to a case, see :func:`run`."""
    level = case.get("level", "typical")
    match measure:
        case "total_cents":
            return found.total_cents if isinstance(found, Schedule) else None
        case "unserved_day":
            return found.day + 1 if isinstance(found, NoSchedule) else None
        case "from_mb":
            sized = break_even(plans_of(case), case["days"], **options_of(case))
            sized = sized.dropna(subset="size")
            return tuple(zip(sized["from_mb"].tolist(), sized["size"], strict=True))
        case "mb":
            return daily_need_mb(case["hours"], 1, level)[0]
    (rate,) = (one for one in rates() if one.activity_id == case["rate"])
    return float(rate.mb[level])
