"""The first hour: where a card is sold, what is asked for, which cards are taken; all of it from
the tables of the catalogue."""

from collections.abc import Iterable, Mapping

import pandas as pd

from prepaid.catalogue.conditions import load_facts
from prepaid.catalogue.content import load
from prepaid.catalogue.plans import load_catalog
from prepaid.html import page
from prepaid.html.citations import Notes, cite, read_at
from prepaid.i18n import Words

SOLD = ("sold_airport", "sold_shop", "sold_web", "sold_app")
ASKED = ("needs_us_address", "needs_us_card", "needs_in_us", "needs_port_in")


def conditions() -> Mapping[str, pd.DataFrame]:
    """What is known of the conditions of each provider whose plans are still sold: rows of
    :func:`prepaid.catalogue.conditions.load_facts`, by name."""
    plans, facts = load_catalog(), load_facts("conditions")
    sold = facts["plan_id"].isin(plans.loc[plans["status"] != "gone", "plan_id"])
    facts = facts[sold & facts["column"].isin((*SOLD, *ASKED, "foreign_card"))]
    return dict(sorted(facts.groupby("provider"), key=lambda pair: pair[0].casefold()))


def said(facts: pd.DataFrame, column: str) -> set[str]:
    """What the sources of one provider say of a condition; more than one thing where it differs
    by plan, or where sources disagree."""
    return set(facts.loc[facts["column"] == column, "value"])


def card_taken(facts: pd.DataFrame) -> str:
    """Whether a provider takes cards from abroad: ``yes``, ``no``, or ``partly``, also where that
    differs by plan or source; ``""`` where nobody says."""
    values = said(facts, "foreign_card")
    return "partly" if len(values) > 1 else "".join(values)


def first_hour(words: Words) -> page.Cell:
    """Where to get a card in the first hour, in sentences, and by provider to unfold."""
    known = conditions()
    payment = {one["id"]: one for kind in ("next_try", "unknown") for one in load("payment")[kind]}

    def told(column: str, value: str = "yes") -> list[str]:
        """The sentence that names the providers that say so, if there are any."""
        named = [one for one, facts in known.items() if value in (
            {card_taken(facts)} if column == "foreign_card" else said(facts, column))]
        return [words(f"first_hour.{column}_{value}", providers=named)] if named else []

    return (
        page.heading(words("first_hour.where")),
        page.bullets([*told("sold_airport"), *told("sold_shop"), cite(payment["big-shop"], words),
                      words("first_hour.before", providers=_online(known)),
                      words("first_hour.post")]),
        page.heading(words("first_hour.asked")),
        page.bullets([*told("needs_in_us"), *told("needs_us_address"), *told("needs_us_card"),
                      cite(payment["store"], words)]),
        page.heading(words("first_hour.paid")),
        page.bullets([*told("foreign_card"), *told("foreign_card", "partly"),
                      *told("foreign_card", "no"), cite(payment["unionpay-wechat"], words)]),
        page.details(words("first_hour.every"), by_provider(known, words)),
    )


def _online(known: Mapping[str, pd.DataFrame]) -> list[str]:
    """Travel eSIMs that are sold on the web or in an app."""
    plans = load_catalog()
    travel = set(plans.loc[plans["kind"] == "travel_esim", "provider"])
    return [one for one, facts in known.items() if one in travel
            and "yes" in said(facts, "sold_web") | said(facts, "sold_app")]


def by_provider(known: Mapping[str, pd.DataFrame], words: Words) -> page.Cell:
    """Each provider's conditions with sources and dates."""
    notes = Notes(words)
    return page.facts(
        (words("view.input", name=provider),
         [words("text.semicolon").join(filter(None, [
             _told("sold", "where", (
                 column for column in SOLD if "yes" in said(facts, column)), words),
             _told("asks", "what", (
                 f"{column}.{value}" for column in ASKED
                 for value in sorted(said(facts, column))), words),
             _told("card", "card", (
                 f"card.{one}" for one in {card_taken(facts)} - {""}), words),
         ])), [notes.mark(read_at(one, words)) for one in _pages(facts)]])
        for provider, facts in known.items()), notes.listed()


def _told(key: str, what: str, names: Iterable[str], words: Words) -> str:
    named = [words(f"first_hour.cell.{name}") for name in names]
    return words(f"first_hour.{key}", **{what: named}) if named else ""


def _pages(facts: pd.DataFrame) -> list[Mapping]:
    """A row for each page that was read, the newest."""
    pages = facts.sort_values("as_of").drop_duplicates("source_url", keep="last")
    return pages.to_dict("records")
