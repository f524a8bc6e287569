"""One plan as a card in the rows of the FCC's Broadband Facts label, and all plans as a table."""

import datetime as dt

import ipywidgets as w
import pandas as pd

from prepaid.html import page
from prepaid.html.plans import (
    aged,
    cents_of,
    coded,
    cycle,
    full_name,
    gigabytes,
    kind_of_sim,
    listing,
    money,
    plan_names,
)
from prepaid.i18n import Words
from prepaid.steps.browse.model import BrowseModel, CardModel
from prepaid.steps.view import AUTO, StepView, row


class CardView(StepView):
    """Any plan as a card, see :class:`prepaid.steps.browse.model.CardModel`."""

    model: CardModel

    def controls(self) -> list[w.Widget]:
        choice = w.Dropdown(options=self._options(), layout=w.Layout(**AUTO))

        def offer(_change):
            chosen, choice.options = self.model.plan_id, self._options()  # chooses the first
            if chosen in self.model.plans["plan_id"].array:
                choice.value = chosen

        self.model.shelf.observe(offer, names="version")
        return [row(self.linked("plan_id", choice))]

    def _options(self) -> list[tuple[str, str]]:
        names = plan_names(self.model.plans, self.words)
        return [(name, plan_id) for plan_id, name in names.items()]

    def parts(self):
        return [lambda today: card(self.model.answer, self.words, today)]

    def summary(self) -> str:
        return self.words("card.summary", name=full_name(self.model.answer, self.words))


def card(plan: pd.Series, words: Words, today: dt.date | None) -> page.Cell:
    """One plan in the rows of the Broadband Facts label, then what the label has no row for."""
    return (
        page.table(words("card.caption", name=full_name(plan, words)), _head(words),
                   _told(words, label_rows(plan, words)), announced=True),
        page.table(words("card.beyond"), _head(words),
                   _told(words, beyond_label_rows(plan, words))),
        page.paragraph(words.cell(plan, "note")),
        page.facts((words("view.input", name=name), value) for name, value in [
            (words("source.as_of"), aged(plan["as_of"], words, today)),
            (words("card.confidence"), coded(plan, "confidence", words)),
            (words("source.read"), page.link(plan["source_url"], words.cell(plan, "source_title"))),
            (words("source.check"),
             page.link(plan["upstream_url"], words("source.provider_page"))),
        ]),
    )


def label_rows(plan: pd.Series, words: Words) -> dict[str, str]:
    """The rows of the label in its order; what the catalogue does not hold is not known."""
    unknown = words("view.unknown")
    cents = cents_of(plan["price_usd"])
    cycles = int(plan["min_commitment_cycles"]) if plan["min_commitment_cycles"] > 0 else 1
    if plan["per_gb_usd"] >= 0:
        data = words("card.by_use")
    elif plan["unlimited"] == "yes":
        data = words("card.unlimited")
    else:
        data = gigabytes(plan["data_gb"], words)
    return {
        "price": unknown if cents is None else words("card.price", cents=cents, cycle=cycle(
            plan, words)),
        "intro": coded(plan, "intro_new_customer_only", words),
        "contract": words("card.contract", n=cycles) if cents is None
        else words("card.contract_total", n=cycles, total=cents * cycles),
        "monthly_fees": unknown,
        "one_time_fees": money(plan["activation_fee_usd"], words),
        "termination_fee": unknown,
        "taxes": coded(plan, "tax_included", words),
        "discounts": _discount(plan, words),
        "speeds": unknown,
        "data": data,
        "more_data": words("card.per_gb", cents=cents_of(plan["per_gb_usd"]))
        if plan["per_gb_usd"] >= 0 else coded(plan, "after_cap", words),
        "identifier": unknown,
    }


def beyond_label_rows(plan: pd.Series, words: Words) -> dict[str, str]:
    """What a traveller needs to know and the label has no row for."""
    fast = plan["premium_data_gb"]
    period = "day" if plan["premium_data_period"] == "day" else "cycle"
    kbps = plan["after_cap_kbps"]
    return {
        "validity": cycle(plan, words),
        "fast_data": words("view.unknown") if pd.isna(fast)
        else words(f"card.fast_{period}", mb=round(fast * 1000)),
        "after_cap": coded(plan, "after_cap", words) if pd.isna(kbps)
        else words("card.slowed_to", kbps=int(kbps)),
        "hotspot": coded(plan, "hotspot_allowed", words) if not plan["hotspot_gb"] > 0
        else words("card.hotspot_gb", mb=round(plan["hotspot_gb"] * 1000)),
        "us_number": coded(plan, "local_us_number", words),
        "sim": kind_of_sim(plan, words),
        "network": words.cell(plan, "host_network") or words("view.unknown"),
    }


class BrowseView(StepView):
    """All plans to filter and sort, see :class:`prepaid.steps.browse.model.BrowseModel`."""

    model: BrowseModel

    def controls(self) -> list[w.Widget]:
        return [self.row("kind", "size", "sim", "sort")]

    def parts(self):
        return [lambda today: listing(self.model.answer, self.words, today, announced=True)]

    def summary(self) -> str:
        return self.words("browse.caption", n=len(self.model.answer))


def _head(words: Words) -> list[str]:
    return [words("card.head"), words("card.value")]


def _told(words: Words, rows: dict[str, str]):
    return ([words(f"card.row.{key}"), value] for key, value in rows.items())


def _discount(plan: pd.Series, words: Words) -> str:
    usd = plan["autopay_discount_usd"]
    if pd.isna(usd):
        return words("view.unknown")
    return words("card.autopay", cents=cents_of(usd)) if usd else words("card.no_discount")
