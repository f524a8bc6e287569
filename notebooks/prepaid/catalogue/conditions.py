"""Fees and conditions of plans: facts that each have a source and a date of their own.

``content/fees.csv`` and ``content/conditions.csv`` hold one fact a row: what one column of the
catalogue says, for the plans that the row names, or for every plan of its provider where it names
none. A row that names a plan wins over one for the whole provider. What no row says is not known.
"""

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import pandas as pd

from prepaid.catalogue.faults import Problem
from prepaid.catalogue.tables import (
    allowed,
    columns,
    fits,
    hash_of,
    joined_fields,
    own_bytes,
    read_table,
    refuse,
    resource,
    stamps,
    typed,
)

TABLES = ("fees", "conditions")


def load_facts(*names: str, recheck: bool = False) -> pd.DataFrame:
    """Each fee and condition that holds for one of our plans, with its source.

    Args:
        names: of ``TABLES``, both by default.
        recheck: whether to check files that are as the description has them, too.

    Returns:
        ``plan_id`` and the columns of ``fees.csv`` and ``conditions.csv``; for each plan and
        ``column`` at most one row. A row that names the plan wins over one for the provider.

    Raises:
        CatalogError: a row names what is not there, says again what another says, or holds a
            value that its column cannot hold.

    Example:
        >>> facts = load_facts()
        >>> facts.loc[facts["plan_id"] == "textnow-free", ["column", "value", "source_url"]]
    """
    return _all_facts(read_table("plans"), names or TABLES, recheck)


def conditions_by_provider(plans: pd.DataFrame, columns: Iterable[str]) -> dict[str, pd.DataFrame]:
    """What is known of some conditions of our plans: rows of :func:`load_facts`, by provider in
    the order of their names."""
    files = (resource(name)["path"] for name in ("plans", "conditions"))
    facts = _conditions(*stamps("datapackage.json", *files))
    facts = facts[facts["column"].isin(columns) & facts["plan_id"].isin(plans["plan_id"])]
    return {provider: facts[facts["provider"] == provider]
            for provider in sorted(plans["provider"].unique(), key=str.casefold)}


@lru_cache(1)
def _conditions(*_stamps: tuple[Path, int, int]) -> pd.DataFrame:
    return load_facts("conditions")


def join_facts(plans: pd.DataFrame) -> pd.DataFrame:
    """Our plans with all their fees and conditions, see :func:`join`."""
    return join(plans, _all_facts(plans, TABLES, False), joined_fields("plans"))


def _all_facts(plans: pd.DataFrame, names: Iterable[str], recheck: bool) -> pd.DataFrame:
    return pd.concat([facts_for(plans, name, recheck) for name in names], ignore_index=True)


def facts_for(plans: pd.DataFrame, name: str, recheck: bool) -> pd.DataFrame:
    """The facts of one table that hold for some plans of ours, see :func:`load_facts`."""
    described = resource(name)
    facts = read_table(name, recheck=recheck)
    if recheck or described["hash"] != hash_of(own_bytes(described)):
        problems = misplaced(plans, facts)
        joined = {column["name"]: column for column in described["joinedFields"]}
        problems += [
            (row, "value", *allowed(joined[column]))
            for row, (column, value) in enumerate(zip(facts["column"], facts["value"], strict=True))
            if not fits(joined[column], True)(value)
        ]
        refuse([Problem(row + 2, column, facts.at[row, column], code, values)
                for row, column, code, values in problems], columns(name))
    return held(plans, facts)


def held(plans: pd.DataFrame, facts: pd.DataFrame) -> pd.DataFrame:
    """The fact that holds for each plan and column.

    Args:
        plans: ``plan_id`` and ``provider`` of each plan.
        facts: rows of the two tables; ``plan_ids`` has semicolons between the names.

    Returns:
        ``plan_id`` and the columns of ``facts``, a row for each plan and column of which something
        is known; plans in their order, then the facts in theirs.
    """
    each = facts.assign(place=range(len(facts)), plan_id=facts["plan_ids"].str.split(";"))
    each = each.explode("plan_id")
    each["plan_id"] = each["plan_id"].str.strip()
    of_all = each["plan_id"].eq("")
    order = plans[["plan_id", "provider"]].assign(plan=range(len(plans)))
    named = each[~of_all].merge(order, on=["plan_id", "provider"])
    general = each[of_all].drop(columns="plan_id").merge(order, on="provider")
    found = pd.concat([named, general]).drop_duplicates(["plan", "column"])
    found = found.sort_values(["plan", "place"], ignore_index=True)
    return found[["plan_id", *facts.columns]]


def join(plans: pd.DataFrame, found: pd.DataFrame, fields: Iterable[dict]) -> pd.DataFrame:
    """Plans with a column for each described fact.

    Args:
        plans: the catalogue; ``plan_id`` is unique.
        found: what :func:`held` returns.
        fields: the descriptions of the columns to add (``name`` and ``type``).

    Returns:
        the same rows; numbers are float64, ``NaN`` where not known, all else is text, ``""``
        where not known.
    """
    described = {column["name"]: column for column in fields}
    said = found.pivot(index="plan_id", columns="column", values="value")
    cells = said.reindex(index=plans["plan_id"], columns=list(described)).fillna("")
    added = typed(cells.to_dict("list"), len(plans), described)
    return plans.assign(**added.set_axis(plans.index))


def misplaced(plans: pd.DataFrame, facts: pd.DataFrame) -> list[tuple[int, str, str, dict]]:
    """Facts that belong to nothing, or say again what an earlier one says.

    Returns:
        for each the place of its row (from 0), the column at fault, and code and values of the
        sentence that says what is allowed there (``refusal.allowed_<code>``).
    """
    known = set(zip(plans["provider"], plans["plan_id"], strict=True))
    providers = set(plans["provider"])
    faults = []
    said: dict[tuple[str, str, str], int] = {}
    rows = facts[["provider", "plan_ids", "column"]].itertuples(index=False)
    for place, (provider, plan_ids, column) in enumerate(rows):
        names = {name.strip() for name in plan_ids.split(";")}
        if provider not in providers:
            faults.append((place, "provider", "known_provider", {}))
        elif names != {""} and any((provider, name) not in known for name in names):
            faults.append((place, "plan_ids", "known_plans", {}))
        earlier = [said[key] for name in names if (key := (provider, name, column)) in said]
        if earlier:
            faults.append((place, "column", "unique", {"other": min(earlier) + 2}))
        for name in names:
            said.setdefault((provider, name, column), place)
    return faults
