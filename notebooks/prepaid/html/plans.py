"""Plans in words: their names, prices, dates and sources, and what is bought of them."""

import datetime as dt

import pandas as pd

from prepaid.catalogue.plans import OLD_PRICE_DAYS, price_age_days
from prepaid.catalogue.usage import Rate
from prepaid.html import page
from prepaid.i18n import Words
from prepaid.schedule import Schedule

LISTED = 1000  # more would make the page slow


def plan_names(plans: pd.DataFrame, words: Words) -> dict[str, str]:
    """What to call each plan: provider and the provider's own name for it."""
    names = plans["provider"] + " · " + words.column(plans, "plan_name")
    return dict(zip(plans["plan_id"], names, strict=True))


def purchases(
    schedule: Schedule, start: dt.date, names: dict[str, str], words: Words
) -> page.Cell:
    """The purchases of a schedule, with dates."""
    bought = schedule.bought
    costs = [
        cost for cost in ("fee", "tax") if any(getattr(one, f"{cost}_cents") for one in bought)
    ]
    head = [
        "purchase.day", "purchase.plan", "purchase.price",
        *(f"purchase.{name}" for name in costs),
        "purchase.covers", "purchase.used", "purchase.unused",
    ]
    rows = (
        [
            words.date(start + dt.timedelta(purchase.day)), names[purchase.plan_id],
            words.money(purchase.price_cents),
            *(words.money(getattr(purchase, f"{name}_cents")) for name in costs),
            covers(start, purchase, words), words.data(purchase.mb_used),
            words("purchase.no_limit") if purchase.mb_unused is None
            else words.data(purchase.mb_unused),
        ]
        for purchase in bought
    )
    return page.table(
        words("purchase.caption"), [words(key) for key in head], rows,
        numbers=[2, *range(3, 3 + len(costs)), len(head) - 2, len(head) - 1],
    )


def covers(start: dt.date, purchase, words: Words) -> str:
    """The days a purchase serves."""
    first = start + dt.timedelta(purchase.day)
    last = first + dt.timedelta(purchase.serves_days - 1)
    return words(
        "purchase.period", first=first, last=last, days=purchase.serves_days)


def purchase_told(start: dt.date, purchase, names: dict[str, str], words: Words) -> str:
    """A purchase in one sentence."""
    return words(
        "purchase.told", day=start + dt.timedelta(purchase.day),
        name=names[purchase.plan_id], cents=purchase.price_cents,
        period=covers(start, purchase, words), used=purchase.mb_used,
    )


def sources(
    plans: pd.DataFrame, plan_ids, words: Words, today: dt.date | None
) -> page.Cell:
    """Where the prices of some plans come from, with what is worth knowing about each."""
    rows = plans.set_index("plan_id").loc[list(plan_ids)]
    names = plan_names(plans, words)
    return page.table(
        words("source.caption"),
        [words(f"source.{key}") for key in ("plan", "as_of", "read", "check", "note")],
        (
            [
                names[plan.Index], aged(plan.as_of, words, today),
                page.link(plan.source_url, words.cell(plan, "source_title")),
                page.link(plan.upstream_url, words("source.provider_page")),
                words.cell(plan, "note"),
            ]
            for plan in rows.itertuples()
        ),
    )


def aged(as_of: str, words: Words, today: dt.date | None) -> str:
    """The date of a price, marked by the reader's date if it is old."""
    if not as_of:
        return words("source.undated")
    age = price_age_days(as_of, today) if today else 0
    return words("source.old", as_of=as_of, age=age) if age > OLD_PRICE_DAYS else as_of


def listing(
    plans: pd.DataFrame, words: Words, today: dt.date | None, caption: str | None = None,
    *, announced: bool = False,
) -> page.Cell:
    """Plans as a table, one row each; of a great many the first ``LISTED``."""
    more = len(plans) - LISTED
    head = ["plan", "price", "cycle", "data", "per_gb", "sim", "hotspot", "number", "as_of"]
    table = page.table(
        caption or words("browse.caption", n=len(plans)),
        [words(f"browse.{key}") for key in head],
        (
            [
                page.link(plan["upstream_url"], full_name(plan, words)),
                money(plan["price_usd"], words), cycle(plan, words),
                words("size.unlimited") if plan["unlimited"] == "yes"
                else gigabytes(plan["data_gb"], words),
                money(plan["price_per_gb"], words), kind_of_sim(plan, words),
                coded(plan, "hotspot_allowed", words), coded(plan, "local_us_number", words),
                aged(plan["as_of"], words, today),
            ]
            for _, plan in plans.head(LISTED).iterrows()
        ),
        numbers=[1, 3, 4], announced=announced,
    )
    return (table, page.note(words("browse.more", n=more)) if more > 0 else None)


def full_name(plan: pd.Series, words: Words) -> str:
    """What to call a plan."""
    return f"{plan['provider']} · {words.cell(plan, 'plan_name')}"


def coded(plan: pd.Series, column: str, words: Words) -> str:
    names = {"hotspot_allowed": "hotspot", "local_us_number": "us_number", "after_cap": "at_cap"}
    return words(f"value.{names.get(column, column)}.{plan[column] or 'unknown'}")


def kind_of_sim(plan: pd.Series, words: Words) -> str:
    kinds = (plan["esim"] == "yes", plan["sim_card"] == "yes")
    known = {(True, True): "both", (True, False): "esim", (False, True): "physical"}
    return words(f"value.sim.{known.get(kinds, 'unknown')}")


def cycle(plan: pd.Series, words: Words) -> str:
    days = plan["validity_days"]
    if pd.isna(days):
        return words("view.unknown")
    unit = "month" if plan["cycle_unit"] == "month" else "days"
    return words(f"card.cycle_{unit}", days=int(days))


def cents_of(usd: float) -> int | None:
    return None if pd.isna(usd) else round(usd * 100)


def money(usd: float, words: Words) -> str:
    return words("view.unknown") if pd.isna(usd) else words.money(cents_of(usd))


def gigabytes(gb: float, words: Words) -> str:
    return words("view.unknown") if pd.isna(gb) else words.data(round(gb * 1000))


def activity_name(rate: Rate, words: Words) -> str:
    """What an activity is called in this language, in short where the table is long-winded."""
    short = f"activity.{rate.activity_id}"
    if short in words:
        return words(short)
    return words.cell(rate, "activity")
