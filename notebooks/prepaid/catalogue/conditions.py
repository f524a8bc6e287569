"""Fees and conditions of plans: facts that each have a source and a date of their own.

``content/fees.csv`` and ``content/conditions.csv`` hold one fact a row: what one column of the
catalogue says, for the plans that the row names, or for every plan of its provider where it names
none. A row that names a plan wins over one for the whole provider. What no row says is not known.
"""

from collections.abc import Iterable, Iterator, Mapping

import pandas as pd

from prepaid.catalogue import tables
from prepaid.catalogue.faults import Problem

TABLES = ("fees", "conditions")


def load_facts(
    *names: str, plans: pd.DataFrame | None = None, recheck: bool = False
) -> pd.DataFrame:
    """Each fee and condition that holds for one of our plans, with its source.

    Args:
        names: of ``TABLES``, both by default.
        plans: ``plan_id`` and ``provider`` of each plan; those of our file by default.
        recheck: whether to check files that are as the description has them, too.

    Returns:
        see :func:`held`.

    Raises:
        CatalogError: a row names what is not there, says again what another says, or holds a
            value that its column cannot hold.

    Example:
        >>> facts = load_facts()
        >>> facts.loc[facts["plan_id"] == "textnow-free", ["column", "value", "source_url"]]
    """
    plans = tables.read_table("plans") if plans is None else plans
    found = []
    for name in names or TABLES:
        facts = tables.read_table(name, recheck=recheck)
        if recheck or tables.is_changed(name):
            fields = {one["name"]: one for one in tables.resource(name)["joinedFields"]}
            tables.refuse([*misplaced(plans, facts), *_unfit(facts, fields)], tables.columns(name))
        found.append(held(plans, facts))
    return pd.concat(found, ignore_index=True)


def held(plans: pd.DataFrame, facts: pd.DataFrame) -> pd.DataFrame:
    """The fact that holds for each plan and column: ``plan_id`` and the columns of ``facts``.

    A row that names the plan wins over one for its provider. Plans are in their order, then the
    facts of each in theirs.
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
    """Plans with a column for each described fact, of what :func:`held` returns; numbers are
    float64, ``NaN`` where not known, all else is text, ``""`` where not known."""
    described = {column["name"]: column for column in fields}
    said = found.pivot(index="plan_id", columns="column", values="value")
    cells = said.reindex(index=plans["plan_id"], columns=list(described)).fillna("")
    added = tables.typed(cells.to_dict("list"), len(plans), described)
    return plans.assign(**added.set_axis(plans.index))


def misplaced(plans: pd.DataFrame, facts: pd.DataFrame) -> Iterator[Problem]:
    """Facts that belong to nothing, or say again what an earlier one says."""
    known = set(zip(plans["provider"], plans["plan_id"], strict=True))
    providers = set(plans["provider"])
    said: dict[tuple[str, str, str], int] = {}
    rows = facts[["provider", "plan_ids", "column"]].itertuples(index=False)
    for row, (provider, plan_ids, column) in enumerate(rows, 2):
        names = {name.strip() for name in plan_ids.split(";")}
        if provider not in providers:
            yield Problem(row, "provider", provider, "known_provider")
        elif names != {""} and any((provider, name) not in known for name in names):
            yield Problem(row, "plan_ids", plan_ids, "known_plans")
        earlier = [said[key] for name in names if (key := (provider, name, column)) in said]
        if earlier:
            yield Problem(row, "column", column, "unique", {"other": min(earlier)})
        for name in names:
            said.setdefault((provider, name, column), row)


def _unfit(facts: pd.DataFrame, fields: Mapping[str, dict]) -> Iterator[Problem]:
    """Values that their columns cannot hold."""
    for row, (column, value) in enumerate(zip(facts["column"], facts["value"], strict=True), 2):
        if not tables.fits(fields[column], True)(value):
            yield Problem(row, "value", value, *tables.allowed(fields[column]))
