"""Keep the prices fresh: which to look at first, and a new figure written without a slip.

    python content/fresh.py                                  goes through the rows that can win,
                                                             most urgent first, and asks
    python content/fresh.py --list                           only lists them
    python content/fresh.py PLAN_ID PRICE DATE [SOURCE_URL]  writes a price that you read that day;
                                                             with --intro the price at which a new
                                                             customer begins

Urgent is what decides many answers and is old: the share of a grid of stays and needs in whose
cheapest answer a row stands, times its age. PRICE is in US dollars, before tax where the column
tax_included says no; of a plan that is paid for 12 cycles at once write 275/12. Without SOURCE_URL
the provider's own page counts as read. The old figure goes to content/price_history.csv. A figure
that looks like a slip is refused with a sentence; --sure writes it all the same where it is only
unlikely. Run content/build.py afterwards.
"""

import argparse
import csv
import datetime as dt
import difflib
import io
import re
import sys
import webbrowser
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "notebooks"))

from checks import gates  # noqa: E402

CONTENT = ROOT / "content"
GRID = ((3, 7, 14, 30, 45, 60, 90), (50, 100, 300, 500, 1000, 2000, 4000))
QUICK = ((7, 14, 30, 90), (100, 500, 2000))
UNLIKELY = Decimal("1.5")  # times the old price, or that part of it: asked again
UNDATED_DAYS = 1000


class Slip(Exception):
    """A figure that is not written; says why. ``unlikely``: it may be right all the same."""

    def __init__(self, message: str, *, unlikely: bool = False):
        super().__init__(message)
        self.unlikely = unlikely


# ------------------------------------------------------------------------------- who can win


@dataclass(frozen=True)
class Winner:
    """A row that stands in cheapest answers."""

    row: Mapping[str, str]  # its cells
    share: float  # of the answers of the grid, 0 to 1
    age: int | None  # days since `as_of`; `None` where there is no date

    @property
    def influence(self) -> float:
        """What a wrong price could do: share times age."""
        return self.share * (UNDATED_DAYS if self.age is None else self.age)


def winners(grid: tuple[Iterable[int], Iterable[int]] = GRID, catalogue=None) -> dict[str, float]:
    """The plans in the cheapest answers over a grid, and the share of answers of each.

    ``grid`` has days of stays, and MB a day; ``catalogue`` is ours by default. Doubtful plans never
    win.

    Example:
        >>> winners(((7, 30), (500,)))
    """
    import prepaid
    from prepaid.analysis.break_points import NEEDS
    from prepaid.catalogue.plans import select
    from prepaid.schedule import Offers

    catalogue = prepaid.load_catalog() if catalogue is None else catalogue
    shelves = [Offers(select(catalogue, **needs)[0]) for needs in NEEDS.values()]
    found, answers = Counter(), 0
    for shelf in shelves:
        for days in grid[0]:
            for mb in grid[1]:
                try:
                    schedule = shelf.cheapest([mb] * days)
                except prepaid.Refusal:
                    continue
                answers += 1
                found.update(set(schedule.purchases["plan_id"]))
    return {plan_id: times / answers for plan_id, times in found.most_common()}


def by_influence(today: dt.date, grid=GRID) -> list[Winner]:
    """The rows that can win, those first whose wrong price could do most."""
    from prepaid.catalogue.plans import price_age_days

    rows = {row["plan_id"]: row for row in read_rows("plans")}
    found = [Winner(rows[plan_id], share, price_age_days(rows[plan_id]["as_of"], today))
             for plan_id, share in winners(grid).items()]
    return sorted(found, key=lambda one: (-one.influence, one.row["plan_id"]))


def listed(found: Iterable[Winner], first: int = 1) -> Iterator[str]:
    """A few lines for each row: how much depends on it, what we say, and where to look."""
    for place, one in enumerate(found, first):
        row = one.row
        age = "undated" if one.age is None else f"{one.age} days old"
        yield (f"{place:2}. {row['plan_id']}: USD {row['price_usd']}{intro(row)}, {age}, "
               f"in {one.share:.0%} of the answers")
        yield f"    {row['provider']}, {row['plan_name']}: {size(row)}"
        yield f"    page:   {row['upstream_url'] or 'not known'}"
        yield f"    source: {row['source_url']} ({row['as_of'] or 'no date'})"


def intro(row: Mapping[str, str]) -> str:
    """The price at which a new customer begins, where there is one."""
    if not row["intro_price_usd"]:
        return ""
    return f" (new customers: USD {row['intro_price_usd']}, {row['intro_cycles'] or 1} times)"


def size(row: Mapping[str, str]) -> str:
    """Data and time of a plan in a few words."""
    data = "unlimited" if row["unlimited"] == "yes" else f"{row['data_gb'] or '?'} GB"
    tax = {"yes": ", tax included", "no": ", before tax"}.get(row["tax_included"], "")
    cycles = cycles_of(row)
    paid = f", paid for {cycles} cycles at once: write SUM/{cycles}" if cycles > 1 else ""
    days = row["validity_days"] or "?"
    return f"{data}, {days} {'day' if days == '1' else 'days'}{tax}{paid}"


# --------------------------------------------------------------------------- writing a figure


def read_rows(name: str) -> list[dict[str, str]]:
    """The rows of a table of ours."""
    with (CONTENT / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write_rows(name: str, rows: list[dict[str, str]]) -> None:
    """Write a table; cells that did not change stay byte for byte."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    (CONTENT / f"{name}.csv").write_text(text.getvalue(), encoding="utf-8", newline="\n")


def checked_price(text: str, cycles: int = 1) -> Decimal:
    """A price in US dollars for one cycle; Slip for another currency or form.

    ``text`` is as it was read; of a plan of which several ``cycles`` are paid at once also
    ``275/12``, the whole sum and their number.
    """
    number = re.sub(r"^(USD|US\$|\$)\s*|\s*(USD|dollars?)$", "", text.strip(), flags=re.I)
    whole = re.fullmatch(r"(\d{1,5}(?:\.\d{1,2})?)\s*/\s*(\d{1,3})", number)
    if whole:
        if int(whole[2]) != cycles or cycles == 1:
            raise Slip(f"“{text}” divides by {whole[2]}, but the plan is paid for {cycles} cycles "
                       "at once")
        return (Decimal(whole[1]) / cycles).quantize(Decimal("0.0001"))
    if re.fullmatch(r"\d{1,5}(\.\d{1,2})?", number):
        return Decimal(number)
    if re.search(r"[^\d.,\s\-+/]", number):
        raise Slip(f"“{text}” is not in US dollars: write the price in US dollars such as 15 or "
                   "12.50, and do not convert one yourself")
    raise Slip(f"“{text}” is not a price: write US dollars such as 15 or 12.50, with a point")


def cycles_of(row: Mapping[str, str]) -> int:
    """How many cycles of a plan are paid at once."""
    return int(float(row["min_commitment_cycles"] or 1))


def checked_date(text: str, today: dt.date) -> str:
    """A day or month that is not in the future; Slip otherwise."""
    if not re.fullmatch(r"20\d\d-\d\d(-\d\d)?", text):
        raise Slip(f"“{text}” is not a date: write the day that the price was read such as "
                   f"{today.isoformat()}")
    try:
        day = dt.date.fromisoformat(text if len(text) > 7 else f"{text}-01")
    except ValueError:
        raise Slip(f"“{text}” is not a day of the calendar") from None
    if day > today:
        raise Slip(f"{text} is in the future: today is {today.isoformat()}")
    return text


def found_row(rows: list[dict[str, str]], plan_id: str) -> dict[str, str]:
    """The row of a plan; Slip with the nearest names for one that is not there."""
    for row in rows:
        if row["plan_id"] == plan_id:
            return row
    near = difflib.get_close_matches(plan_id, [row["plan_id"] for row in rows], 3, 0.4)
    raise Slip(f"There is no plan “{plan_id}” in plans.csv"
               + (f"; near to it are {', '.join(near)}" if near else ""))


def update(plan_id: str, price: str, date: str, source_url: str = "", *, sure: bool = False,
           column: str = "price_usd", today: dt.date | None = None) -> str:
    """Write a price that was read on a day, and keep the old figure; a sentence that says what
    changed.

    Args:
        price: in US dollars, as it was read.
        date: the day or month of the reading.
        source_url: the page that was read; the provider's own page where it is left out.
        sure: write it also where it is only unlikely.
        column: ``price_usd``, or ``intro_price_usd`` of a plan that has one.

    Raises:
        Slip: nothing is written; one sentence says why.

    Example:
        >>> update("tello-2gb", "11", "2026-11-26")
    """
    today = today or dt.date.today()
    rows = read_rows("plans")
    row = found_row(rows, plan_id)
    if column != "price_usd" and not row[column]:
        raise Slip(f"{plan_id} has no price of its own for new customers: add intro_price_usd, "
                   "intro_cycles and intro_new_customer_only with content/row.py")
    holds = price.strip() == row[column]  # also with four decimals
    amount = Decimal(row[column]) if holds else checked_price(price, cycles_of(row))
    date = checked_date(date, today)
    address = source_url or row["upstream_url"]
    if not address:
        raise Slip(f"No page of the provider is known for {plan_id}: add the address that you read")
    for wrong in gates.address_faults("SOURCE_URL", "address", address):
        raise Slip(wrong.says)
    if not sure:
        _unlikely(row, column, amount, date)
    old = dict(row)
    row[column] = f"{amount.normalize():f}"
    row["as_of"] = date
    if address != old["source_url"]:
        row["source_url"] = address
        row["source_title"], row["source_title_zh"] = _titles(rows, row, address)
        own = _host(address) == _host(row["upstream_url"])
        row["source_type"] = "official_page" if own else "secondary"
        row["confidence"] = "high" if own else "medium"
    row["dated_by"] = "day on which the page was read"
    row["evidence"] = _evidence(row, old, column, address)
    changed = [name for name in (column, "as_of") if row[name] != old[name]]
    write_rows("price_history", read_rows("price_history") + [{
        "plan_id": plan_id, "column": name, "old_value": old[name], "old_as_of": old["as_of"],
        "old_source_url": old["source_url"], "new_value": row[name], "new_as_of": date,
        "changed_on": today.isoformat()} for name in changed[:1]])
    write_rows("plans", rows)
    return _told(row, old, column)


def _unlikely(row: Mapping[str, str], column: str, amount: Decimal, date: str) -> None:
    """Slip for a figure that is far from the old one, or older than it."""
    old = Decimal(row[column] or 0)
    if old and (not amount or not 1 / UNLIKELY <= amount / old <= UNLIKELY):
        raise Slip(f"USD {amount} is far from the USD {old} of {row['plan_id']} ({size(row)}, "
                   f"{row['as_of'] or 'no date'}): look again whether it is the same plan",
                   unlikely=True)
    if date < row["as_of"]:
        raise Slip(f"{date} is before {row['as_of']}, the date of the price that we have: the "
                   "newer one stays", unlikely=True)


def _host(address: str) -> str:
    return (urlsplit(address).hostname or "").removeprefix("www.")


def _titles(rows: list[dict[str, str]], row: Mapping[str, str], address: str) -> tuple[str, str]:
    """What an address is called in both languages: as in another row, else by its site."""
    for other in rows:
        if other is not row and other["source_url"] == address and other["source_title"]:
            return other["source_title"], other["source_title_zh"]
    provider, host = row["provider"], _host(address)
    if host == _host(row["upstream_url"]):
        return f"{provider}: own page ({host})", f"{provider} 官网（{host}）"
    return f"A page of {host}", f"{host} 的网页"


def _evidence(row: Mapping[str, str], old: Mapping[str, str], column: str, address: str) -> str:
    what = "Price read" if column == "price_usd" else "Price for new customers read"
    rest = re.sub(rf"(?:^|(?<=; )){what}: [^;]*; ", "", old["evidence"])
    return f"{what}: {row[column]} at {_host(address)}, {row['as_of']}; {rest}"[:1000]


def _told(row: Mapping[str, str], old: Mapping[str, str], column: str) -> str:
    name = f"{row['plan_id']} ({row['provider']}, {size(row)})"
    before, now = old["as_of"] or "no date", row["as_of"]
    kind = "" if column == "price_usd" else "for new customers "
    if row[column] == old[column]:
        says = f"{name}: {kind}USD {row[column]} holds, date {before} → {now}."
    else:
        says = f"{name}: {kind}USD {old[column]} ({before}) → USD {row[column]} ({now})."
    if row["status"] in ("doubtful", "gone"):
        says += f" It still has the status {row['status']}: empty that cell if it is on sale."
    return f"{says} The old figure is in price_history.csv."


# ------------------------------------------------------------------------------------ asking


def ask_through(found: list[Winner], ask: Callable[[str], str] = input,
                tell: Callable[[str], None] = print,
                show: Callable[[str], object] = webbrowser.open) -> int:
    """Go through the rows, ask for each what its page says, and write it; how many were written."""
    tell("For each row open the page and type the price that it shows. Enter skips the row, o "
         "opens the page in a browser, = says that the price holds, q ends.")
    written = 0
    for place, one in enumerate(found, 1):
        for line in listed([one], place):
            tell(line)
        price = ask("Price in USD: ").strip()
        if price == "o":
            show(one.row["upstream_url"])
            price = ask("Price in USD: ").strip()
        if price == "q":
            break
        if not price:
            continue
        price = one.row["price_usd"] if price == "=" else price
        today = dt.date.today().isoformat()
        date = ask(f"Read on (Enter: {today}): ").strip() or today
        source = ask("Address that you read (Enter: the page above): ").strip()
        if not _write_or_tell(one.row["plan_id"], "price_usd", price, date, source, ask, tell):
            continue
        written += 1
        old = one.row["intro_price_usd"]
        if old:
            price = ask("Price for new customers (Enter: as before): ").strip() or old
            _write_or_tell(one.row["plan_id"], "intro_price_usd", price, date, source, ask, tell)
    tell(f"{written} rows written." + (" Now run: python content/build.py" if written else ""))
    return written


def _write_or_tell(
    plan_id: str, column: str, price: str, date: str, source: str, ask, tell
) -> bool:
    try:
        tell(update(plan_id, price, date, source, column=column))
        return True
    except Slip as slip:
        tell(f"Not written. {slip}.")
        if not slip.unlikely or ask("Type the price once more if it is right: ").strip() != price:
            return False
    tell(update(plan_id, price, date, source, column=column, sure=True))
    return True


def main(arguments: list[str] | None = None) -> int | str:
    """The command line; 0, or what went wrong."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("figure", nargs="*", help="PLAN_ID PRICE DATE [SOURCE_URL]")
    parser.add_argument("--list", action="store_true", help="list the rows and ask nothing")
    parser.add_argument("--intro", action="store_true",
                        help="the figure is the price at which a new customer begins")
    parser.add_argument("--sure", action="store_true", help="write a figure that looks unlikely")
    options = parser.parse_args(arguments)
    if options.figure:
        if not 3 <= len(options.figure) <= 4:
            return "write PLAN_ID PRICE DATE [SOURCE_URL], such as: tello-2gb 11 2026-11-26"
        try:
            column = "intro_price_usd" if options.intro else "price_usd"
            print(update(*options.figure, sure=options.sure, column=column))
            intro = found_row(read_rows("plans"), options.figure[0])["intro_price_usd"]
            if intro and not options.intro:
                print(f"Its price for new customers, USD {intro}, has that date now, too: look at "
                      "it, and write it with --intro.")
        except Slip as slip:
            more = "; add --sure if it is right" if slip.unlikely else ""
            return f"Not written. {slip}{more}."
        print("Now run: python content/build.py")
        return 0
    found = by_influence(dt.date.today())
    if options.list or not sys.stdin.isatty():
        print("\n".join(listed(found)))
    else:
        ask_through(found)
    return 0


if __name__ == "__main__":
    sys.exit(main())
