"""The headings of a file: which column each is, and what to say of those that are not there."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence

from prepaid.catalogue.faults import CatalogError
from prepaid.i18n import sendable

_SHOWN = 20  # headings that a message names
_TRIED = 1000  # headings that are compared with the columns that are missing


def plain(heading: str) -> str:
    """A heading's letters and digits, all small: ``Price USD``, ``price_usd`` and ``PriceUSD`` are
    one heading."""
    return "".join(filter(str.isalnum, heading.casefold()))


def column_places(headings: Sequence[str], columns: Mapping[str, str]) -> dict[str, int]:
    """Where the known columns stand; ``columns`` has their names by what a heading is in
    :func:`plain` form. Two headings that name one column are refused."""
    names = [columns.get(plain(heading), "") for heading in headings]
    twice = [name for name in dict.fromkeys(names) if name and names.count(name) > 1]
    if twice:
        raise CatalogError("catalog_columns_twice", columns=twice)
    return {name: place for place, name in enumerate(names) if name}


def missing_columns(
    missing: Sequence[str], headings: Sequence[str], used: Collection[str], example_line: str = ""
) -> CatalogError:
    """The refusal of a file that lacks columns: it names its headings and the nearest of them.

    In ``missing``, of names with ``" / "`` between one will do. ``used`` are the headings that are
    understood, ``example_line`` some that would do.
    """
    free = [heading for heading in dict.fromkeys(headings) if heading and heading not in used]
    shown = [_cut(heading) for heading in dict.fromkeys(headings) if heading][:_SHOWN]
    return CatalogError("catalog_columns_missing", columns=list(missing), found=shown,
                        nearest=nearest(missing, free[:_TRIED]), example_line=example_line)


# by column: words in a heading that may mean it, and its unit with others that are not it
_MEANT = {
    "plan_id": ("id sku code plan 编号 代码", "", ""),
    "provider": ("provider carrier operator company brand seller 服务商 运营商 商家 品牌", "", ""),
    "price_usd": ("price cost usd amount 价格 售价 费用", "USD", "eur gbp cny rmb yuan cents"),
    "validity_days": ("validity valid duration days period expiry 有效期 天数", "days",
                      "hours weeks month months years"),
    "data_gb": ("data gb mb allowance volume traffic 流量", "GB", "kb mb tb"),
    "unique_plan_id": ("id identifier plan upi", "", ""),
    "monthly_price": ("price monthly cost", "USD", "eur gbp"),
}


def nearest(missing: Iterable[str], headings: Iterable[str]) -> list[tuple[str, str, str]]:
    """For columns that a file lacks, the heading that may mean each, and the unit to change to.

    >>> nearest(["provider", "data_gb"], ["provider_name", "data_mb"])
    [('provider_name', 'provider', ''), ('data_mb', 'data_gb', 'GB')]
    """
    free, found = list(headings), []
    for column in missing:
        column = column.split(" / ")[0]
        hints, unit, other_units = _MEANT.get(column, (column.replace("_", " "), "", ""))
        wanted = {*hints.split(), *column.split("_")}
        scores = [len(wanted & {*_parts(heading)}) for heading in free]
        if any(scores):
            heading = free.pop(scores.index(max(scores)))
            odd = {*other_units.split()} & {*_parts(heading)}
            found.append((_cut(heading), column, unit if odd else ""))
    return found


def _parts(heading: str) -> list[str]:
    """A heading's words: ``providerName`` and ``provider name`` have the same."""
    parts = re.findall(r"[A-Z]?[a-z]+|[A-Z]+|[0-9]+|[\u4e00-\u9fff]+", heading[:200])
    return [part.lower() for part in parts]


def _cut(heading: str) -> str:
    return sendable(heading if len(heading) <= 40 else heading[:40] + "…")
