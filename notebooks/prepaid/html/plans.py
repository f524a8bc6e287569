"""Plans in words: what they are called, what they offer, and what is bought of them."""

import datetime as dt
import math
import re
from collections.abc import Iterable, Mapping, Sequence

import htpy as h
import pandas as pd

from prepaid.catalogue.plans import OLD_PRICE_DAYS, price_age_days
from prepaid.catalogue.report import report_link, report_text
from prepaid.catalogue.usage import Rate
from prepaid.html import page
from prepaid.i18n import Words
from prepaid.schedule import Purchase, Schedule

LISTED = 100  # more would make the page slow, and a notebook too large to read on GitHub


def plan_names(plans: pd.DataFrame, words: Words) -> dict[str, str]:
    """What to call each plan: provider and the provider's own name for it."""
    names = plans["provider"] + " · " + words.column(plans, "plan_name")
    return dict(zip(plans["plan_id"], names, strict=True))


def short_names(plans: pd.DataFrame) -> dict[str, str]:
    """What to call each plan where there is little room: ``Nomad 3/30`` holds 3 GB at full speed
    for 30 days, ``Mint 17/30 ×3`` is paid three times at once; ``∞`` has no such limit. The second
    plan of a name has a number."""
    marks = [_short(row) for row in plans.to_dict("records")]
    return {plan_id: f"{mark} ({before + 1})" if (before := marks[:place].count(mark)) else mark
            for place, (plan_id, mark) in enumerate(zip(plans["plan_id"], marks, strict=True))}


def _short(plan: Mapping) -> str:
    brand = re.sub(r"(?<=\w{3}) (Mobile|Wireless)$", "", plan["provider"])
    days, times = plan["validity_days"], plan["min_commitment_cycles"]
    gb, per = plan["data_gb"], plan["data_cap_per"]
    if plan["unlimited"] == "yes":
        gb = plan["premium_data_gb"] if plan["after_cap"] != "none" else math.nan
        per = plan["premium_data_period"]
    gb *= days if per == "day" else 1
    held = "∞" if math.isnan(gb) else f"{gb:g}"
    lasts = "∞" if math.isnan(days) else f"{days:g}"
    return f"{brand} {held}/{lasts}" + (f" ×{times:g}" if times > 1 else "")


def bought_names(plan_ids: Sequence[str], names: Mapping[str, str], words: Words) -> str:
    """What is bought, each package once, with how many times."""
    return words.list(
        words("compare.times", n=n, name=names[plan_id]) if (n := plan_ids.count(plan_id)) > 1
        else names[plan_id] for plan_id in dict.fromkeys(plan_ids))


def purchases(
    schedule: Schedule, start: dt.date, names: dict[str, str], words: Words
) -> page.Cell:
    """The purchases of a schedule, with dates."""
    bought = schedule.bought
    costs = [
        cost for cost in ("fee", "tax") if any(getattr(one, f"{cost}_cents") for one in bought)
    ]
    data = ["used", "unused"] if any(schedule.need_mb) else []
    head = ["day", "plan", "price", *costs, "covers", *data]
    rows = (
        [
            when(schedule, place, start, words), names[purchase.plan_id],
            words.money(purchase.price_cents),
            *(words.money(getattr(purchase, f"{name}_cents")) for name in costs),
            covers(start, purchase, words),
            *([words.data(purchase.mb_used),
               words("purchase.no_limit") if purchase.mb_unused is None
               else words.data(purchase.mb_unused)] if data else []),
        ]
        for place, purchase in enumerate(bought)
    )
    return page.table(
        words("purchase.caption"), [words(f"purchase.{key}") for key in head], rows,
        numbers=[2, *range(3, 3 + len(costs)), *range(4 + len(costs), len(head))],
    )


def when(schedule: Schedule, place: int, start: dt.date, words: Words) -> str:
    """When to buy the purchase at a place: a day, or the moment at which the one before it ends."""
    one, date = schedule.bought[place], start + dt.timedelta(schedule.bought[place].day)
    if one.at_mb <= sum(schedule.need_mb[:one.day]):
        return words.date(date)
    used_up = not place or not schedule.bought[place - 1].mb_unused
    return words("purchase.used_up" if used_up else "purchase.ended", date=date)


def covers(start: dt.date, purchase, words: Words) -> str:
    """The days on which a purchase is used."""
    first = start + dt.timedelta(purchase.day)
    last = first + dt.timedelta(purchase.serves_days - 1)
    return words(
        "purchase.period", first=first, last=last, days=purchase.serves_days)


def purchases_told(
    schedule: Schedule, start: dt.date, names: dict[str, str], words: Words
) -> list[str]:
    """Each purchase in one sentence."""
    told = "purchase.told" if any(schedule.need_mb) else "purchase.told_number"
    return [
        words(told, day=when(schedule, place, start, words), name=names[one.plan_id],
              paid=all_in(one, words), period=covers(start, one, words), used=one.mb_used)
        for place, one in enumerate(schedule.bought)
    ]


def all_in(one: Purchase, words: Words) -> str:
    """What is paid in a purchase, and what of it are fees and tax."""
    extra = [words(f"purchase.of_it_{part}", cents=cents)
             for part, cents in (("fee", one.fee_cents), ("tax", one.tax_cents)) if cents]
    paid = words.money(one.paid_cents)
    return paid + (words("text.open") + words.list(extra) + words("text.close") if extra else "")


def total(cents: int, unknown_fees, words: Words) -> str:
    """A total; "from" so much where a fee belongs to it that nobody knows."""
    money = words.money(cents)
    return words("purchase.from", total=money) if len(unknown_fees) else money


def fees_unknown(plans: pd.DataFrame, plan_ids) -> list[str]:
    """Those of some plans that have a fee of which nobody knows how high it is, each once."""
    if "fee_unknown" not in plans:
        return []
    unknown = set(plans.loc[plans["fee_unknown"] == "yes", "plan_id"])
    return [plan_id for plan_id in dict.fromkeys(plan_ids) if plan_id in unknown]


def caveats(schedule: Schedule, names: dict[str, str], words: Words) -> page.Cell:
    """What a total does not hold, or takes for simpler than it is."""
    fees = [names[plan_id] for plan_id in schedule.unknown_fees]
    return (
        page.note(words("purchase.fee_unknown", names=fees)) if fees else None,
        page.note(words("purchase.months")) if schedule.months_are_30_days else None,
    )


def pauses(schedule: Schedule, start: dt.date, words: Words, until: int = 0) -> page.Cell:
    """When a number is only kept, from the end of a package to the next purchase, or to the end.

    Args:
        until: the first day on which what runs now has ended.
    """
    ends = [until, *(one.day + one.serves_days for one in schedule.bought)]
    begins = [*(one.day for one in schedule.bought), len(schedule.need_mb)]
    gaps = [words("purchase.pause", first=start + dt.timedelta(end),
                  last=start + dt.timedelta(begin - 1))
            for end, begin in zip(ends, begins, strict=True) if begin > end]
    return page.note(words("purchase.paused", gaps=gaps)) if gaps else None


def firm(
    firmness: pd.DataFrame | None, plans: pd.DataFrame, schedule: Schedule, words: Words
) -> page.Cell:
    """How old the prices of an answer are, and up to which price it holds.

    Args:
        firmness: see :func:`prepaid.firmness`; none where that is not told.
        plans: catalogue rows, those bought among them.
    """
    names, rows = plan_names(plans, words), plans.set_index("plan_id")
    dates = {plan_id: rows.at[plan_id, "as_of"] for plan_id in schedule.plan_ids}
    if not dates:
        return None
    oldest = min(dates, key=dates.__getitem__)
    if not dates[oldest]:
        age = words("firm.undated", name=names[oldest])
    else:
        days = price_age_days(dates[oldest], words.today) if words.today else None
        dated = "firm.oldest" if days is None or days < 0 else "firm.oldest_age"
        age = words(dated, name=names[oldest],
                    as_of=words.as_of(dates[oldest]), age=days)
    lines = [] if firmness is None else [
        words("firm.always", name=names[one.plan_id]) if pd.isna(one.up_to_cents)
        else words("firm.up_to", name=names[one.plan_id], now=one.cycle_cents,
                   most=one.up_to_cents, total=one.instead_cents, instead=[
                       names[plan_id] for plan_id in dict.fromkeys(one.instead)])
        for one in firmness.drop_duplicates(["plan_id", "cycle_cents"]).itertuples()
    ]
    return page.paragraph(age), page.bullets(lines) if lines else None


def sources(plans: pd.DataFrame, plan_ids, words: Words) -> page.Cell:
    """Where the prices of some plans come from, with what is worth knowing about each, and how to
    tell us of a wrong one."""
    plan_ids = list(plan_ids)
    rows = plans.set_index("plan_id").loc[plan_ids]
    names = plan_names(plans, words)
    table = page.table(
        words("source.caption"),
        words.each("source", "plan as_of read check note"),
        (
            [
                names[plan.Index], aged(plan.as_of, words),
                page.link(plan.source_url, words.cell(plan, "source_title")),
                page.link(plan.upstream_url, words("source.provider_page")),
                words.cell(plan, "note"),
            ]
            for plan in rows.itertuples()
        ),
    )
    return table, reports(plans[plans["plan_id"].isin(plan_ids)].to_dict("records"), words)


def reports(plans: Iterable, words: Words) -> page.Cell:
    """For each of some rows a text that says that its price is wrong, to copy or to send."""
    return page.details(
        words("report.heading"),
        page.paragraph(words("report.copy")),
        [
            (h.pre(style="white-space:pre-wrap;overflow-wrap:anywhere")[report_text(plan, words)],
             page.paragraph(page.link(address, words("report.link")))
             if (address := report_link(plan, words)) else None)
            for plan in plans
        ],
    )


def aged(as_of: str, words: Words) -> str:
    """The date of a price, marked by the reader's date if it is old."""
    if not as_of:
        return words("source.undated")
    age = price_age_days(as_of, words.today) if words.today else 0
    date = words.as_of(as_of)
    return words("source.old", as_of=date, age=age) if age > OLD_PRICE_DAYS else date


def listing(
    plans: pd.DataFrame, words: Words, caption: str | None = None,
    *, announced: bool = False, most: int = LISTED,
) -> page.Cell:
    """Plans as a table, one row each; of a great many the first ``most``."""
    more = len(plans) - most
    head = ["plan", "price", "cycle", "data", "per_gb", "sim", "hotspot", "number", "as_of"]
    table = page.table(
        caption or words("browse.caption", n=len(plans)),
        [words(f"browse.{key}") for key in head],
        (
            [
                page.link(plan["upstream_url"], full_name(plan, words)),
                _money(plan["price_usd"], words), _cycle(plan, words),
                words("size.unlimited") if plan["unlimited"] == "yes"
                else _gb(plan["data_gb"], words),
                _money(plan["price_per_gb"], words), kind_of_sim(plan, words),
                _coded(plan, "hotspot_allowed", words), _coded(plan, "local_us_number", words),
                aged(plan["as_of"], words),
            ]
            for _, plan in plans.head(most).iterrows()
        ),
        numbers=[1, 3, 4], announced=announced,
    )
    return (table, page.note(words("browse.more", n=more)) if more > 0 else None)


def cards(plans: pd.DataFrame, words: Words) -> page.Cell:
    """Plans side by side in the rows of the Broadband Facts label, then what the label has no row
    for, and folded where it was read."""
    rows = [plan for _, plan in plans.iterrows()]
    names = [full_name(plan, words) for plan in rows]
    head = [words("card.head"), *(names if len(rows) > 1 else [words("card.value")])]

    def told(parts: list[dict[str, str]]):
        return ([words(f"card.row.{key}"), *(part[key] for part in parts)] for key in parts[0])

    return (
        [page.paragraph([h.strong[words(f"card.status.{plan['status']}", name=name)],
                         words("text.space"), words.cell(plan, "status_reason")])
         for plan, name in zip(rows, names, strict=True)
         if plan.get("status") in ("doubtful", "gone")],
        page.table(words("card.caption", names=names), head,
                   told([label_rows(plan, words) for plan in rows]), announced=True),
        page.details(words("card.beyond"), page.table(
            words("card.beyond"), head,
            told([beyond_label_rows(plan, words) for plan in rows]))),
        page.bullets(words("card.note", name=name, note=note)
                     for plan, name in zip(rows, names, strict=True)
                     if (note := words.cell(plan, "note"))),
        page.details(words("card.sources"), (
            (page.paragraph(h.strong[name]), page.facts(
                (words("view.input", name=label), value) for label, value in [
                    (words("source.as_of"), aged(plan["as_of"], words)),
                    (words("card.confidence"), _coded(plan, "confidence", words)),
                    (words("source.read"),
                     page.link(plan["source_url"], words.cell(plan, "source_title"))),
                    (words("source.check"),
                     page.link(plan["upstream_url"], words("source.provider_page"))),
                ]))
            for plan, name in zip(rows, names, strict=True)
        )),
        reports(rows, words),
    )


def label_rows(plan: pd.Series, words: Words) -> dict[str, str]:
    """The rows of the label in its order; what the catalogue does not hold is not known."""
    unknown = words("view.unknown")
    cents = _cents(plan["price_usd"])
    cycles = int(plan["min_commitment_cycles"]) if plan["min_commitment_cycles"] > 0 else 1
    if plan["per_gb_usd"] >= 0:
        data = words("card.by_use")
    elif plan["unlimited"] == "yes":
        data = words("card.unlimited")
    else:
        data = _gb(plan["data_gb"], words)
    return {
        "price": unknown if cents is None else words("card.price", cents=cents, cycle=_cycle(
            plan, words)),
        "intro": _intro(plan, cycles, words),
        "contract": words("card.no_contract") if cycles == 1
        else words("card.contract", n=cycles) if cents is None
        else words("card.contract_total", n=cycles, total=cents * cycles),
        "monthly_fees": _money(plan[["fee_per_cycle_usd", "fee_per_payment_usd"]].sum(
            min_count=1), words),
        "one_time_fees": _money(plan["activation_fee_usd"], words),
        "termination_fee": unknown,
        "taxes": _coded(plan, "tax_included", words),
        "discounts": _discount(plan, words),
        "speeds": unknown,
        "data": data,
        "more_data": words("card.per_gb", cents=_cents(plan["per_gb_usd"]))
        if plan["per_gb_usd"] >= 0 else _coded(plan, "after_cap", words),
        "identifier": unknown,
    }


def beyond_label_rows(plan: pd.Series, words: Words) -> dict[str, str]:
    """What a traveller needs to know and the label has no row for."""
    fast = plan["premium_data_gb"]
    period = "day" if plan["premium_data_period"] == "day" else "cycle"
    kbps = plan["after_cap_kbps"]
    return {
        "validity": _cycle(plan, words),
        "fast_data": words("view.unknown") if pd.isna(fast)
        else words(f"card.fast_{period}", mb=round(fast * 1000)),
        "after_cap": _coded(plan, "after_cap", words) if pd.isna(kbps)
        else words("card.slowed_to", kbps=int(kbps)),
        "hotspot": _coded(plan, "hotspot_allowed", words) if not plan["hotspot_gb"] > 0
        else words("card.hotspot_gb", mb=round(plan["hotspot_gb"] * 1000)),
        "us_number": _coded(plan, "local_us_number", words),
        "sim": kind_of_sim(plan, words),
        "network": words.cell(plan, "host_network") or words("view.unknown"),
    }


def full_name(plan: pd.Series, words: Words) -> str:
    """What to call a plan."""
    return f"{plan['provider']} · {words.cell(plan, 'plan_name')}"


def _coded(plan: pd.Series, column: str, words: Words) -> str:
    names = {"hotspot_allowed": "hotspot", "local_us_number": "us_number", "after_cap": "at_cap"}
    return words(f"value.{names.get(column, column)}.{plan[column] or 'unknown'}")


def kind_of_sim(plan: pd.Series, words: Words) -> str:
    """In which form a plan is sold."""
    kinds = (plan["esim"] == "yes", plan["sim_card"] == "yes")
    known = {(True, True): "both", (True, False): "esim", (False, True): "physical"}
    return words(f"value.sim.{known.get(kinds, 'unknown')}")


def _cycle(plan: pd.Series, words: Words) -> str:
    days = plan["validity_days"]
    if pd.isna(days):
        return words("view.unknown")
    unit = "month" if plan["cycle_unit"] == "month" else "days"
    return words(f"card.cycle_{unit}", days=int(days))


def _cents(usd: float) -> int | None:
    return None if pd.isna(usd) else round(usd * 100)


def _money(usd: float, words: Words) -> str:
    return words("view.unknown") if pd.isna(usd) else words.money(_cents(usd))


def _gb(gb: float, words: Words) -> str:
    return words("view.unknown") if pd.isna(gb) else words.data(round(gb * 1000))


def activity_name(rate: Rate, words: Words) -> str:
    """What an activity is called in this language, in short where the table is long-winded."""
    short = f"activity.{rate.activity_id}"
    if short in words:
        return words(short)
    return words.cell(rate, "activity")


def _intro(plan: pd.Series, cycles: int, words: Words) -> str:
    """A new customer's price, and for how many payments it holds."""
    usd = plan["intro_price_usd"]
    if pd.isna(usd):
        return _coded(plan, "intro_new_customer_only", words)
    times = plan["intro_cycles"]
    return words("card.intro", n=1 if pd.isna(times) else int(times), cents=_cents(usd * cycles))


def _discount(plan: pd.Series, words: Words) -> str:
    usd = plan["autopay_discount_usd"]
    if pd.isna(usd):
        return words("view.unknown")
    return words("card.autopay", cents=_cents(usd)) if usd else words("card.no_discount")
