"""How a reader says that a price of ours is wrong: a text to copy, and a link to a form."""

from math import isnan
from urllib.parse import urlencode

from prepaid.catalogue.content import load
from prepaid.i18n import Words


def report_text(plan, words: Words) -> str:
    """A text to copy and send: the plan, what we say of it, and lines for the reader to fill in.

    ``plan`` is a row of the catalogue: a mapping, a Series or a tuple with names.

    Example:
        >>> print(report_text(prepaid.load_catalog().iloc[0], prepaid.i18n.words("en")))
    """
    as_of = words.cell(plan, "as_of")
    says = {
        "plan": words.cell(plan, "plan_name"),
        "provider": words.cell(plan, "provider"),
        "plan_id": words.cell(plan, "plan_id"),
        "price": _prices(plan, words),
        "as_of": words.as_of(as_of) if as_of else words("source.undated"),
        "source": words.cell(plan, "source_url"),
    }
    return "\n".join(words(f"report.line.{line}", **says) for line in words.keys("report.line"))


def _prices(plan, words: Words) -> str:
    """What is paid at once, as answers show it: for several cycles together, and the price at
    which a new customer begins before the one that follows."""
    cycles = _number(plan, "min_commitment_cycles", words) or 1
    price, intro = (
        None if found is None else words.money(round(found * cycles * 100))
        for found in (_number(plan, name, words) for name in ("price_usd", "intro_price_usd")))
    if price is None:
        return words("report.no_price")
    told = price if intro is None else words("report.intro", intro=intro, price=price)
    return told if cycles == 1 else words("report.at_once", price=told, n=int(cycles))


def _number(plan, name: str, words: Words) -> float | None:
    found = words.cell(plan, name)
    return None if found == "" or isnan(float(found)) else float(found)


def report_link(plan, words: Words) -> str:
    """The address of a form with that text in it; ``""`` while there is no public address.

    Example:
        >>> report_link(prepaid.load_catalog().iloc[0], prepaid.i18n.words("en"))
        ''
    """
    address = load("project").get("public_address", "")
    if not address:
        return ""
    form = {"title": words("report.title", plan_id=words.cell(plan, "plan_id")),
            "body": report_text(plan, words)}
    return f"{address}/issues/new?{urlencode(form)}"
