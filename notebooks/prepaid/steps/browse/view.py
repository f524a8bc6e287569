"""One plan as a card in the rows of the FCC's Broadband Facts label, and all plans as a table."""

import datetime as dt

import ipywidgets as w
import pandas as pd

from prepaid import tables
from prepaid.catalog import SIZES
from prepaid.i18n import Words
from prepaid.models.catalogue import KINDS, ORDERS, BrowseModel, CardModel
from prepaid.views.base import AUTO, StepView, row
from prepaid.views.pick import aged, note_column, plan_names

LISTED = 1000  # more would make the page slow


class CardView(StepView):
    """Any plan as a card, see :class:`prepaid.models.catalogue.CardModel`."""

    model: CardModel

    def controls(self) -> list[w.Widget]:
        choice = w.Dropdown(options=self._options(), layout=w.Layout(**AUTO))

        def offer(_change):
            chosen, choice.options = self.model.plan_id, self._options()  # chooses the first
            if chosen in self.model.plans["plan_id"].array:
                choice.value = chosen

        self.model.market.observe(offer, names="version")
        return [row(self.linked("plan_id", choice))]

    def _options(self) -> list[tuple[str, str]]:
        return [(name, plan_id) for plan_id, name in plan_names(self.model.plans).items()]

    def parts(self):
        return [lambda today: card(self.model.answer, self.words, today)]

    def summary(self) -> str:
        return self.words("card.summary", name=_name(self.model.answer))


def card(plan: pd.Series, words: Words, today: dt.date | None) -> tables.Cell:
    """One plan in the rows of the Broadband Facts label, then what the label has no row for."""
    return (
        tables.table(words("card.caption", name=_name(plan)), _head(words),
                     _told(words, label_rows(plan, words)), announced=True),
        tables.table(words("card.beyond"), _head(words),
                     _told(words, beyond_label_rows(plan, words))),
        tables.paragraph(plan[note_column(plan.index, words)]),
        tables.facts((words("view.input", name=name), value) for name, value in [
            (words("source.as_of"), aged(plan["as_of"], words, today)),
            (words("card.confidence"), _coded(plan, "confidence", words)),
            (words("source.read"), tables.link(plan["source_url"], plan["source_title"])),
            (words("source.check"),
             tables.link(plan["upstream_url"], words("source.provider_page"))),
        ]),
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
        "intro": _coded(plan, "intro_new_customer_only", words),
        "contract": words("card.contract", n=cycles) if cents is None
        else words("card.contract_total", n=cycles, total=cents * cycles),
        "monthly_fees": unknown,
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
        "sim": _coded(plan, "sim_type", words),
        "network": plan["host_network"] or words("view.unknown"),
    }


class BrowseView(StepView):
    """All plans to filter and sort, see :class:`prepaid.models.catalogue.BrowseModel`."""

    model: BrowseModel

    def controls(self) -> list[w.Widget]:
        return [row(
            self.choice("kind", ["all", *KINDS]), self.choice("size", ["all", *SIZES]),
            self.choice("sim", ["either", "esim", "physical"]), self.choice("sort", ORDERS),
        )]

    def parts(self):
        return [lambda today: listing(self.model.answer, self.words, today, announced=True)]

    def summary(self) -> str:
        return self.words("browse.caption", n=len(self.model.answer))


def listing(
    plans: pd.DataFrame, words: Words, today: dt.date | None, caption: str | None = None,
    *, announced: bool = False,
) -> tables.Cell:
    """Plans as a table, one row each; of a great many the first ``LISTED``."""
    more = len(plans) - LISTED
    head = ["plan", "price", "cycle", "data", "per_gb", "sim", "hotspot", "number", "as_of"]
    table = tables.table(
        caption or words("browse.caption", n=len(plans)),
        [words(f"browse.{key}") for key in head],
        (
            [
                tables.link(plan["upstream_url"], _name(plan)),
                _money(plan["price_usd"], words), _cycle(plan, words),
                words("size.unlimited") if plan["unlimited"] == "yes"
                else _gb(plan["data_gb"], words),
                _money(plan["price_per_gb"], words), _coded(plan, "sim_type", words),
                _coded(plan, "hotspot_allowed", words), _coded(plan, "local_us_number", words),
                aged(plan["as_of"], words, today),
            ]
            for _, plan in plans.head(LISTED).iterrows()
        ),
        numbers=[1, 3, 4], announced=announced,
    )
    return (table, tables.note(words("browse.more", n=more)) if more > 0 else None)


def _head(words: Words) -> list[str]:
    return [words("card.head"), words("card.value")]


def _told(words: Words, rows: dict[str, str]):
    return ([words(f"card.row.{key}"), value] for key, value in rows.items())


def _name(plan: pd.Series) -> str:
    return f"{plan['provider']} · {plan['plan_name']}"


def _coded(plan: pd.Series, column: str, words: Words) -> str:
    names = {"hotspot_allowed": "hotspot", "local_us_number": "us_number", "after_cap": "at_cap"}
    return words(f"value.{names.get(column, column)}.{plan[column] or 'unknown'}")


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


def _discount(plan: pd.Series, words: Words) -> str:
    usd = plan["autopay_discount_usd"]
    if pd.isna(usd):
        return words("view.unknown")
    return words("card.autopay", cents=_cents(usd)) if usd else words("card.no_discount")
