"""Tables that need no kernel once built: any frame of ours, and what unlimited plans are."""

import pandas as pd

from prepaid.catalogue.plans import select
from prepaid.catalogue.usage import activities
from prepaid.html import page
from prepaid.html.plans import activity_name
from prepaid.i18n import Words


def frame(data: pd.DataFrame, caption: str, words: Words) -> page.Cell:
    """A frame of ours: headings by column name, values by the unit that the name ends in."""
    named = data.index.name is not None or not isinstance(data.index, pd.RangeIndex)
    flat = data.reset_index(names=data.index.name or "row") if named else data
    head = headings(flat, words)
    rows = (
        [_value(str(column), value, words) for column, value in zip(flat.columns, row, strict=True)]
        for row in flat.itertuples(index=False)
    )
    numbers = [place for place, column in enumerate(flat.columns)
               if pd.api.types.is_numeric_dtype(flat[column]) and place]
    return page.table(caption, head, rows, numbers=numbers)


def headings(data: pd.DataFrame, words: Words) -> list[str]:
    """What the columns of a frame of ours are called."""
    return [words(f"column.{column}") if f"column.{column}" in words else str(column)
            for column in data.columns]


def _value(column: str, value, words: Words) -> str:
    if isinstance(value, tuple | list):
        return words.list(dict.fromkeys(_value(column, part, words) for part in value))
    if value is None or value is pd.NA or value != value or value == "":
        return words("view.none")
    if column.endswith("_cents"):
        return words.money(value)
    if column.endswith("_mb") or column in ("mb_used", "mb_unused", "mb_per_day"):
        return words.data(int(value))
    if column == "as_of":
        return words.as_of(value)
    if f"value.{column}.{value}" in words:
        return words(f"value.{column}.{value}")
    if f"size.{value}" in words:
        return words(f"size.{value}")
    return words.number(value) if isinstance(value, int | float) else str(value)


def unlimited(plans: pd.DataFrame, words: Words) -> page.Cell:
    """What plans called unlimited slow down to, after how much, and what that is good for."""
    called = plans[(plans["unlimited"] == "yes")]
    slowed = called[called["after_cap"] == "throttled"]
    fair = called[called["after_cap"] == "none"]
    rows = (
        [
            f"{plan.provider} · {words.cell(plan, 'plan_name')}",
            words("view.unknown") if pd.isna(plan.premium_data_gb)
            else words(f"card.fast_{plan.premium_data_period or 'cycle'}",
                       mb=round(plan.premium_data_gb * 1000)),
            words("view.unknown") if pd.isna(plan.after_cap_kbps)
            else words("card.slowed_to", kbps=int(plan.after_cap_kbps)),
            words.as_of(plan.as_of) if plan.as_of else words("source.undated"),
        ]
        for plan in slowed.sort_values(["after_cap_kbps", "plan_id"]).itertuples()
    )
    speeds = plans.loc[plans["after_cap"] == "throttled", "after_cap_kbps"].dropna()
    return (
        page.paragraph(words(
            "unlimited.counts", n=len(called), slowed=len(slowed), fair=len(fair),
            unknown=len(called) - len(slowed) - len(fair))),
        page.details(words("unlimited.caption"), page.table(words("unlimited.caption"),
                   words.each("unlimited", "plan fast then as_of"),
                   rows)),
        page.details(words("unlimited.works_caption"), page.table(words("unlimited.works_caption"),
                   words.each("unlimited", "speed most works fails"),
                   (_what_works(kbps, words) for kbps in sorted(set(speeds.astype("int64")))))),
    )


def _what_works(kbps: int, words: Words) -> list[page.Cell]:
    hourly = {activity_name(rate, words): rate.mb["typical"] for rate in activities().values()
              if rate.per == "hour" and f"activity.{rate.activity_id}" in words}
    most = kbps * 3600 / 8 / 1000
    return [
        words("unlimited.kbps", kbps=kbps), words.data(round(most)),
        words.list(name for name, mb in hourly.items() if mb <= most),
        words.list(name for name, mb in hourly.items() if mb > most) or words("view.none"),
    ]


def ages_caption(plans: pd.DataFrame, words: Words) -> str:
    """How many prices there are, and how many of them of packages that are still sold."""
    return words("dates.caption", n=len(plans), sold=len(select(plans)[0]))


def price_ages(plans: pd.DataFrame, words: Words) -> page.Cell:
    """Which source gave how many prices, as of when."""
    titles = words.column(plans, "source_title")
    groups = plans.groupby(["as_of", titles], sort=True)
    rows = [
        [words.as_of(as_of) if as_of else words("source.undated"), words.number(len(group)),
         words.list(group["provider"].drop_duplicates().sort_values()),
         page.link(group["source_url"].iloc[0], title)]
        for (as_of, title), group in reversed(list(groups))
    ]
    return page.table(ages_caption(plans, words),
                      words.each("dates", "as_of plans providers source"), rows, numbers=[1])
