"""Our tables as a learner of pandas wants them: few columns, plain names, real types."""

import pandas as pd

from prepaid.catalogue.devices import devices
from prepaid.catalogue.plans import load_catalog
from prepaid.catalogue.usage import LEVELS, activities
from prepaid.i18n import Refusal

_TRUTH = {"yes": True, "no": False}


def lesson_frame(table: str = "plans") -> pd.DataFrame:
    """One of our tables for practice: the plans, the usage rates or the devices.

    Where something is not known there is no value: ``NaN``, ``NaT`` or ``<NA>``. The rows are in
    the order of the table that they come from.

    Args:
        table: ``"plans"``, ``"usage"`` or ``"devices"``.

    Returns:
        of the plans ten columns: ``plan_id``, ``provider`` and ``kind`` (text), ``price_usd`` (US
        dollars a cycle, before tax), ``fee_usd`` (all fees of a first purchase of one cycle, 0
        where we know of none, not known where there is one of unknown height), ``days`` (a
        cycle), ``data_gb`` (GB a cycle; none where unlimited), ``unlimited`` (bool), ``esim``
        (True, False or not known), ``as_of`` (the day the price is from; of a month its first
        day). Of the usage rates ``activity_id``, ``activity``, ``per`` (``"hour"``, ``"trip"``,
        ``"message"`` or ``"item"``), ``mb_low``, ``mb_typical`` and ``mb_high`` (MB for each). Of
        the devices ``device_id``, ``brand``, ``model``, ``sold_in``, ``esim`` and ``sim_card``.

    Raises:
        Refusal: there is no such table.

    Example:
        >>> plans = lesson_frame()
        >>> plans.shape[1], plans["unlimited"].dtype.name, plans["esim"].dtype.name
        (10, 'bool', 'boolean')
    """
    made = {"plans": _plans, "usage": _usage, "devices": _devices}
    if not isinstance(table, str) or table not in made:
        raise Refusal("lesson_table_unknown", value=str(table)[:80], choices=list(made))
    return made[table]()


def _plans() -> pd.DataFrame:
    raw = load_catalog()
    per_day = raw["data_cap_per"].eq("day")
    return pd.DataFrame({
        "plan_id": raw["plan_id"],
        "provider": raw["provider"],
        "kind": raw["kind"],
        "price_usd": raw["price_usd"],
        "fee_usd": _fees(raw),
        "days": raw["validity_days"].astype("Int64"),
        "data_gb": raw["data_gb"].where(~per_day, raw["data_gb"] * raw["validity_days"]),
        "unlimited": raw["unlimited"].eq("yes"),
        "esim": raw["esim"].map(_TRUTH).astype("boolean"),
        "as_of": pd.to_datetime(raw["as_of"].replace("", None), format="ISO8601"),
    })


def _fees(raw: pd.DataFrame) -> pd.Series:
    amounts = raw[["activation_fee_usd", "fee_per_payment_usd", "fee_per_cycle_usd"]].sum(axis=1)
    percent = (raw["price_usd"] * raw["fee_percent"].fillna(0) / 100).round(2)
    return (amounts + percent).where(raw["fee_unknown"].ne("yes"))


def _usage() -> pd.DataFrame:
    return pd.DataFrame([
        {"activity_id": name, "activity": rate.activity, "per": rate.per}
        | {f"mb_{level}": float(rate.mb[level]) for level in LEVELS if level in rate.mb}
        for name, rate in activities().items()
    ])


def _devices() -> pd.DataFrame:
    found = pd.DataFrame([
        {"device_id": one.device_id, "brand": one.brand, "model": one.model_family,
         "sold_in": ", ".join(one.regions), "esim": _TRUTH.get(one.esim),
         "sim_card": _TRUTH.get(one.sim_card)}
        for one in devices()
    ])
    return found.astype({"esim": "boolean", "sim_card": "boolean"})
