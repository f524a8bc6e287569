"""Plans: the catalogue's and another person's, as files; and which of them suit whom."""

import datetime as dt
import os
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pandas as pd

from prepaid.catalogue import conditions
from prepaid.catalogue.tables import joined_fields, read_table, resource, stamps
from prepaid.i18n import checked_choice

SIMS = ("either", "esim", "physical")
HAVES = ("us_address", "us_card", "in_us", "port_in")
NUMBER_BOTHER = 10  # USD that keeping a US number is worth, beside a move without it: our choice
OLD_PRICE_DAYS = 60


def load_catalog(path: str | os.PathLike | BinaryIO | None = None) -> pd.DataFrame:
    """The plans of a catalogue file, ours by default: every row, and always the same columns.

    The fees and conditions of our plans come from tables of their own, see
    :func:`prepaid.catalogue.conditions.load_facts`. Numbers are float64, ``NaN`` where not known;
    all else is text, ``""`` where not known. Another person's file needs only the columns that the
    description (``content/datapackage.json``) marks ``anyFile``; those that it lacks are not known.
    Columns that the description does not name are left out and listed in
    ``frame.attrs["ignored_columns"]``. Spaces around a cell do not count. A file with ``sim_type``,
    as the catalogue had it before, is read, too. Units are US dollars, GB, days, kbit/s.

    Args:
        path: a CSV file, or one opened in binary mode: in UTF-8, UTF-16, GB18030 or Windows-1252,
            with commas, semicolons or tabs, its cells as people write them: ``$15.00``, ``500 MB``,
            ``30 Days``, ``Yes``, ``N/A``, ``14-Sep-26``; with semicolons or tabs also ``15,5``.

    Raises:
        CatalogError: the file is refused; ``problems`` holds every bad cell.

    Example:
        >>> import io
        >>> load_catalog(io.BytesIO(template()))["price_usd"].tolist()
        [15.0]
    """
    if path is not None:
        return read_table("plans", path)
    files = [entry["path"] for entry in map(resource, ("plans", *conditions.TABLES))]
    return _ours(*stamps("datapackage.json", *files)).copy(deep=False)


@lru_cache(1)
def _ours(*_stamps: tuple[Path, int, int]) -> pd.DataFrame:
    """Our plans, joined once; who changes the copy of a frame leaves this one alone."""
    plans = read_table("plans")
    return conditions.join(plans, conditions.load_facts(plans=plans), joined_fields("plans"))


def template() -> bytes:
    """A small CSV file to fill in: the columns that matter most, and one made-up plan.

    Example:
        >>> template().decode("utf-8-sig").splitlines()[1].startswith("my-plan-1,")
        True
    """
    example = {
        "plan_id": "my-plan-1", "provider": "Example Mobile (made up)", "plan_name": "5 GB",
        "kind": "travel_esim", "esim": "yes", "sim_card": "no", "price_usd": 15,
        "tax_included": "no", "validity_days": 30, "cycle_unit": "days", "data_gb": 5,
        "unlimited": "no", "after_cap": "cut_off", "hotspot_allowed": "yes",
        "local_us_number": "no", "activation_fee_usd": 0, "as_of": "2026-11-24", "note": "",
    }
    return to_csv(pd.DataFrame([example]))


def harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula; some take full-width signs for one, too.

    >>> harmless("=1+1")
    "'=1+1"
    """
    return f"'{text}" if text.startswith(tuple("=+-@\t\r\n＝＋－＠")) else text


def to_csv(plans: pd.DataFrame) -> bytes:
    """Plans as a CSV file that :func:`load_catalog` reads and that starts no formula."""
    texts = plans.select_dtypes(exclude="number").columns
    safe = plans.assign(**{name: plans[name].map(harmless) for name in texts})
    return safe.to_csv(index=False, lineterminator="\r\n").encode("utf-8-sig")


# -------------------------------------------------------------------------------- whom they suit


def _text(plans: pd.DataFrame, column: str) -> pd.Series:
    if column not in plans:
        return pd.Series("", plans.index, dtype="str")
    return plans[column].fillna("")


def select(
    plans: pd.DataFrame, *, sim: str = "either", us_number: bool = False, hotspot: bool = False,
    us_address: bool = True, us_card: bool = True, in_us: bool = True, port_in: bool = True,
    new_customer: bool = True, doubtful: bool = False,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The plans that meet a traveller's needs and ask for nothing that the traveller lacks.

    What a plan does not say never counts as meeting a need. What it does not say that it asks for
    does not rule it out: :func:`unsaid` tells of that. An add-on goes with the plans that it tops
    up and stays while one of them does; where none is listed it is judged by itself.

    Args:
        sim: ``"esim"``, ``"physical"`` or ``"either"``, which takes any plan.
        us_number: a US telephone number is needed.
        hotspot: sharing by hotspot is needed, at no extra charge.
        us_address: the traveller has a home address in the US.
        us_card: the traveller has a means of payment that was issued in the US.
        in_us: the traveller is in the US when the plan is bought and activated.
        port_in: the traveller brings a US number along from another provider.
        new_customer: the traveller has not been a customer of these providers before.
        doubtful: plans that may no longer be sold are wanted, too. Those that are known to be gone
            never are.

    Returns:
        the rows kept; and of the rows excluded ``plan_id``, a boolean for each argument but
        ``doubtful`` (not met), one for ``status``, and why (``sim_why`` …): ``no``, ``unknown``,
        ``addon`` (for an extra charge), ``needed`` (it asks for what the traveller lacks),
        ``doubtful``, ``gone`` or ``base`` (the plans it tops up are excluded for this).

    Raises:
        Refusal: another ``sim``.

    Example:
        >>> kept, excluded = select(load_catalog(), sim="esim", us_card=False)
        >>> excluded.loc[excluded["us_card"], "plan_id"]
    """
    checked_choice(sim, "sim_unknown", SIMS)
    wanted = {
        "sim": ({"physical": "sim_card"}.get(sim, "esim"), sim != "either"),
        "us_number": ("local_us_number", us_number),
        "hotspot": ("hotspot_allowed", hotspot),
    }
    haves = dict(zip(HAVES, (us_address, us_card, in_us, port_in), strict=True))
    haves["new_customer"] = new_customer
    why = pd.DataFrame("", plans.index, [*wanted, *haves, "status"], dtype=object)
    for need, (column, asked) in wanted.items():
        if asked:
            says = _text(plans, column)
            why[need] = np.select(
                [says.eq("yes"), says.eq(""), says.eq("addon")], ["", "unknown", "addon"], "no")
    for name in (name for name, has in haves.items() if not has):
        why[name] = np.where(_asks_for(plans, name).eq("yes"), "needed", "")
    status = _text(plans, "status")
    why["status"] = status.where(status.isin(["gone", *["doubtful"] * (not doubtful)]), "")
    reasons = why.to_numpy(object)
    _judge_addons_by_base(plans, reasons)
    reasons[:, -1] = np.where(why["status"].ne(""), why["status"], reasons[:, -1])
    reasons = pd.DataFrame(reasons, plans.index, list(why), dtype="str")
    unmet = reasons.ne("")
    out = unmet.any(axis=1)
    excluded = pd.concat([plans[["plan_id"]], unmet, reasons.add_suffix("_why")], axis=1)
    return plans[~out], excluded[out].reset_index(drop=True)


def unsaid(
    plans: pd.DataFrame, *, us_address: bool = True, us_card: bool = True, in_us: bool = True,
    port_in: bool = True,
) -> pd.Series:
    """What the traveller lacks of which a plan does not say whether it asks for it: for each row of
    ``plans`` a tuple of these arguments' names. They are those of :func:`select`.

    Example:
        >>> kept, _ = select(load_catalog(), us_card=False)
        >>> unsaid(kept, us_card=False).map(len).gt(0)
    """
    haves = dict(zip(HAVES, (us_address, us_card, in_us, port_in), strict=True))
    lacks = [name for name, has in haves.items() if not has]
    silent = {name: _asks_for(plans, name).eq("") for name in lacks}
    return pd.Series(
        [tuple(name for name in lacks if silent[name].iat[row]) for row in range(len(plans))],
        plans.index, dtype=object)


def _asks_for(plans: pd.DataFrame, name: str) -> pd.Series:
    """Whether plans ask for what a traveller may lack: ``yes``, ``no`` or ``""`` (not known)."""
    says = _text(plans, f"needs_{name}")
    if name == "us_card":  # where no card from abroad is taken, one from the US is asked for
        abroad = _text(plans, "foreign_card").map({"yes": "no", "no": "yes"}).fillna("")
        says = says.where(says.ne(""), abroad)
    return says


def _judge_addons_by_base(plans: pd.DataFrame, why: np.ndarray) -> None:
    """Replace the reasons of add-ons, a row each, where the plans they top up are listed."""
    addon_for = _text(plans, "addon_for").to_numpy(object)
    unmet = why != ""
    place = {plan_id: row for row, plan_id in enumerate(plans["plan_id"])}
    for addon in np.flatnonzero(_text(plans, "kind").eq("addon") & (addon_for != "")):
        names = (name.strip() for name in addon_for[addon].split(";"))
        of_bases = unmet[[place[name] for name in names if name in place]]
        if len(of_bases):
            lost = of_bases.any(axis=1).all()
            why[addon] = np.where(of_bases.any(axis=0) & lost, "base", "")


def price_age_days(as_of: str, today: dt.date) -> int | None:
    """Days from ``as_of`` to ``today``; of a month, from its first day, so never too young.

    ``None`` where the date is not known.
    """
    if not as_of:
        return None
    return (today - dt.date.fromisoformat(as_of if len(as_of) > 7 else f"{as_of}-01")).days
