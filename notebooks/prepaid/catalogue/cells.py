"""What a cell says: amounts, sizes, days, yes and no, and dates, read the same way everywhere.

A cell that can be read in one way only is read so, however it is written: ``$15.00``, ``500 MB``,
``30 Days``, ``TRUE``, ``14-Sep-26``. One that could mean two things, or a thing that is not asked
for (another currency, a range, months for days), is left as it stands, to be refused.
"""

import datetime as dt
import re
from collections.abc import Callable
from decimal import Decimal

from prepaid.i18n import seen, sendable

LONGEST = 200  # characters of a cell that is a number, a date or a choice; longer ones are not read

_NOTHING = {"", "n/a", "#n/a", "null", "-", "–", "—"}
_NOT_SAID = _NOTHING | {"na", "nan", "none", "unknown", "not known", "未知", "不清楚"}
_YES, _NO = {"yes", "y", "true", "1", "是"}, {"no", "n", "false", "0", "否"}
_FULL_WIDTH = {sign: sign - 0xFEE0 for sign in range(0xFF01, 0xFF5F)}
_ENDLESS = re.compile(r"unlimited(?: gb| data)?|no limit|∞|不限量?|无限量?|无限流量")

NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:e[+-]?[0-9]{1,3})?", re.IGNORECASE)
_DIGITS = r"([0-9]{1,12}(?:\.[0-9]{0,15})?|\.[0-9]{1,15})"
_USD = re.compile(rf"(?:usd|us ?\$|\$)? ?{_DIGITS} ?(?:usd|us ?\$|\$|(?:us )?dollars?)?\*{{0,3}}")
_PER_GB = re.compile(r" ?(?:/|per) ?(?:1 ?)?gb$")
_BARE = re.compile(_DIGITS)
_SCALES = {
    "GB": (re.compile(rf"{_DIGITS} ?(mb|gb|tb)"), {"mb": "0.001", "gb": "1", "tb": "1000"}),
    "days": (re.compile(rf"{_DIGITS} ?(days?|d|天|日)"), {}),
    "kbit/s": (re.compile(rf"{_DIGITS} ?([km])(?:bps|bit/s)"), {"m": "1000"}),
    "percent": (re.compile(rf"{_DIGITS} ?(%)"), {}),
}
_THOUSANDS = re.compile(r"(?<![0-9.])[1-9][0-9]{0,2}\.[0-9]{3}(?![0-9])")

_MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september",
           "october", "november", "december")
_MIDNIGHT = re.compile(r"[ t]00?:00(?::00(?:\.0{1,9})?)?$")
_YEAR_FIRST = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})(?:[-/.月]([0-9]{1,2})日?|月)?")
_DAY_NAME = re.compile(r"([0-9]{1,2})[-/. ]?([a-z]{3,9})[-/., ]{0,2}([0-9]{4}|[0-9]{2})")
_NAME_DAY = re.compile(r"([a-z]{3,9})[. ]{1,2}([0-9]{1,2})(?:st|nd|rd|th)?,? ([0-9]{4})")
_NAME_YEAR = re.compile(r"([a-z]{3,9})[-/., ]{1,2}([0-9]{4})")
_NAME_SHORT = re.compile(r"[a-z]{3,9}[-/., ]{1,2}[0-9]{2}")
_NUMBERS = re.compile(r"([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{4}|[0-9]{2})")


def tidy(cell: str) -> str:
    """A cell in small letters, with single blanks and nothing full-width, and out of the ``="…"``
    that some programs put around what a spreadsheet should not change.

    >>> tidy(' ="15\\xa0 USD"')
    '15 usd'
    """
    if not cell.isascii():
        cell = seen(cell).translate(_FULL_WIDTH)
    return " ".join(_unwrapped(cell).split()).casefold()


def _unwrapped(cell: str) -> str:
    cell = cell.strip()
    return cell[2:-1] if cell.startswith('="') and cell.endswith('"') and len(cell) > 2 else cell


def says_nothing(cell: str) -> bool:
    """Whether a cell is empty or says that there is nothing to say, as ``N/A`` does."""
    return len(cell) <= LONGEST and tidy(cell) in _NOT_SAID


def says_endless(cell: str) -> bool:
    """Whether a cell that should hold an amount of data calls it unlimited."""
    return len(cell) <= LONGEST and _ENDLESS.fullmatch(tidy(cell)) is not None


def usd(cell: str) -> Decimal | None:
    """US dollars, or ``None``.

    >>> usd("$15.00"), usd("15 USD"), usd("25.00*"), usd("15 EUR"), usd("10 - 15")
    (Decimal('15.00'), Decimal('15'), Decimal('25.00'), None, None)
    """
    found = _USD.fullmatch(tidy(cell)) if len(cell) <= LONGEST else None
    return Decimal(found[1]) if found else None


def gb(cell: str) -> Decimal | None:
    """Gigabytes, or ``None``; 1 GB is 1000 MB, 1 TB is 1000 GB.

    >>> gb("500 MB"), gb("1.5GB"), gb("1 TB"), gb("3")
    (Decimal('0.500'), Decimal('1.5'), Decimal('1000'), Decimal('3'))
    """
    return _scaled(cell, "GB")


def yes_or_no(cell: str) -> str | None:
    """``yes``, ``no``, ``""`` where it says nothing, or ``None``.

    >>> yes_or_no("TRUE"), yes_or_no("No"), yes_or_no("N/A"), yes_or_no("perhaps")
    ('yes', 'no', '', None)
    """
    said = tidy(cell) if len(cell) <= LONGEST else "?"
    if said in _YES | _NO:
        return "yes" if said in _YES else "no"
    return "" if said in _NOT_SAID else None


def day_or_month(cell: str) -> str | None:
    """A date as ``2026-09-14``, or a month as ``2026-09``; ``None`` where it is neither or either
    of two days.

    >>> day_or_month("2026/9/14"), day_or_month("14-Sep-26"), day_or_month("9/14/2026")
    ('2026-09-14', '2026-09-14', '2026-09-14')
    >>> day_or_month("9/8/2026"), day_or_month("Sep 2026")
    (None, '2026-09')
    """
    found = _dates(cell)
    return found.pop() if len(found) == 1 else None


def reading(column: dict, comma: bool = False) -> Callable[[str], str]:
    """How the cells of a described column are read: to text in the form that the description asks
    for, or as they stand where they cannot be read.

    ``comma`` says whether a comma in a number is a decimal sign.

    Example:
        >>> read = reading({"type": "number", "unit": "GB"})
        >>> [read(cell) for cell in ("500 MB", "N/A", "some")]
        ['0.500', '', 'some']
    """
    if column["type"] in ("number", "integer"):
        return lambda cell: _number(cell, column.get("unit", ""), comma)
    rules = column.get("constraints", {})
    if "enum" in rules:
        return lambda cell: _choice(cell, rules["enum"])
    if column.get("form") == "day_or_month":
        return lambda cell: "" if says_nothing(cell) else day_or_month(cell) or cell
    if "form" in column:
        return lambda cell: "" if says_nothing(cell) else _unwrapped(sendable(cell))
    return lambda cell: "" if tidy(cell[:9]) in _NOTHING else _unwrapped(seen(sendable(cell)))


def unclear(column: dict, cell: str, comma: bool = False) -> str:
    """The code of the sentence for a cell that could mean two things; else ``""``."""
    if len(cell) > LONGEST:
        return ""
    if column["type"] in ("number", "integer"):
        return "number_mark" if comma and _with_point(tidy(cell)) is None else ""
    if column.get("form") == "day_or_month":
        either = len(_dates(cell)) > 1 or _NAME_SHORT.fullmatch(tidy(cell))
        return "date_order" if either else ""
    return ""


def _number(cell: str, unit: str, comma: bool) -> str:
    if len(cell) > LONGEST:
        return cell
    text = tidy(cell)
    if text in _NOT_SAID:
        return ""
    if comma:
        text = _with_point(text)
        if text is None:
            return cell
    if NUMBER.fullmatch(text):
        return text
    if unit == "USD per GB":
        text, unit = _PER_GB.sub("", text), "USD"
    found = usd(text) if unit == "USD" else _scaled(text, unit)
    return cell if found is None else format(found, "f")


def _with_point(text: str) -> str | None:
    """A number's decimal comma as a point; ``None`` where it may as well part thousands."""
    if "," in text and ("." in text or text.count(",") > 1):
        return None
    text = text.replace(",", ".")
    return None if _THOUSANDS.search(text) else text


def _scaled(cell: str, unit: str) -> Decimal | None:
    text = tidy(cell) if len(cell) <= LONGEST else ""
    if _BARE.fullmatch(text):
        return Decimal(text)
    if unit not in _SCALES:
        return None
    pattern, factors = _SCALES[unit]
    found = pattern.fullmatch(text)
    return Decimal(found[1]) * Decimal(factors.get(found[2], "1")) if found else None


def _choice(cell: str, choices: list[str]) -> str:
    if cell in choices or len(cell) > LONGEST:
        return cell
    text = tidy(cell)
    same = re.sub("[ _-]", "_", text)
    if same in choices:  # but “None” is also what programs write where there is nothing
        return cell if same == "none" else same
    if "yes" in choices and (said := yes_or_no(text)) is not None:
        return said
    return "" if text in _NOT_SAID else cell


def _dates(cell: str) -> set[str]:
    """Every day or month that a cell may mean."""
    text = _MIDNIGHT.sub("", tidy(cell)) if len(cell) <= LONGEST else ""
    if found := _YEAR_FIRST.fullmatch(text):
        return _valid((found[1], found[2], found[3]))
    if found := _DAY_NAME.fullmatch(text):
        return _valid((found[3], _month(found[2]), found[1]))
    if found := _NAME_DAY.fullmatch(text):
        return _valid((found[3], _month(found[1]), found[2]))
    if found := _NAME_YEAR.fullmatch(text):
        return _valid((found[2], _month(found[1]), None))
    if found := _NUMBERS.fullmatch(text):
        one, two, three = found.groups()
        ways = [(three, one, two), (three, two, one)]
        return _valid(*ways, *([] if len(three) == 4 else [(one, two, three)]))
    return set()


def _month(name: str) -> int:
    """A month's number by its English name, whole or cut; 0 where it is none."""
    name = "sep" if name == "sept" else name
    return next((n for n, month in enumerate(_MONTHS, 1) if month.startswith(name)), 0)


def _valid(*ways: tuple[str, str | int, str | None]) -> set[str]:
    found = set()
    for year, month, day in ways:
        year = int(year) if len(year) == 4 else 2000 + int(year)
        try:
            date = dt.date(year, int(month), int(day or 1))
        except ValueError:
            continue
        found.add(date.isoformat() if day else date.isoformat()[:7])
    return found
