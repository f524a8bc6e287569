"""One language's words, numbers, money and dates.

Every word a reader sees stands in ``content/strings/<language>.toml``; this module looks it up
and lets Babel (Unicode CLDR) write the numbers. Placeholders name the kind of value they show, so
that a translator decides where it stands: ``"{total:money} for {stay:days}"``.
"""

import datetime as dt
import re
import string
import tomllib
from collections.abc import Collection, Iterable, Mapping
from copy import copy
from decimal import Decimal, localcontext
from functools import cache, cached_property, partial
from numbers import Real
from pathlib import Path

from babel import Locale, localedata
from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import format_decimal, format_percent

_HERE = Path(__file__).resolve().parent
# Within the package where both are one file for the browser, else beside the notebooks.
CONTENT = next(filter(Path.is_dir, (_HERE / "content", _HERE.parents[1] / "content")))
LANGUAGES = ("en", "zh-CN")  # the only list of them
# What of a language is written here; names of units, currencies and zones are ten times as much.
_WRITTEN = {"default_numbering_system", "list_patterns", "months", "number_symbols", "plural_form",
            "territories"}


@cache
def words(language: str) -> "Words":
    """The words of one language, ``"en"`` or ``"zh-CN"``."""
    if language not in LANGUAGES:
        raise Refusal("language_unknown", language=language, languages=LANGUAGES)
    strings = tomllib.loads((CONTENT / "strings" / f"{language}.toml").read_text("utf-8"))
    return Words(language, dict(_flatten(strings)))


def _written(name: str) -> dict:
    """What Babel keeps of a language, cut down to what is written here. Not with what it inherits:
    to find that this is the root alone, Babel would read a table of all the world."""
    data = localedata.load(name, merge_inherited=False)
    for part in data.keys() - _WRITTEN:
        del data[part]
    return data


def _flatten(table: Mapping, prefix: str = "") -> Iterable[tuple[str, str | dict[str, str]]]:
    for key, value in table.items():
        if isinstance(value, dict) and "other" not in value:
            yield from _flatten(value, f"{prefix}{key}.")
        else:
            yield prefix + key, value


class Words(string.Formatter):
    """Texts by key, and values as this language writes them.

    ``words("pick.total", total=1500)`` fills ``{total:money}``; a text with the plural forms of
    CLDR (``one``, ``other``) is chosen by the value named ``n``.

    Attributes:
        language: one of :data:`LANGUAGES`.
        today: the reader's date; none for what is stored in a notebook.
    """

    today: dt.date | None = None

    def __init__(self, language: str, texts: Mapping[str, str | dict[str, str]]):
        self.language = language
        self._texts = texts
        self._specs = {
            "money": self.money, "data": self.data, "days": self.days, "date": self.date,
            "day_month": self.day_month,
            "number": self.number, "percent": self.percent, "part": self.part, "list": self.list,
            "input": lambda name: self(f"input.{name}"),
        }

    @cached_property
    def _locale(self) -> Locale:
        """How CLDR writes things in this language: read when something is written."""
        name = self.language.partition("-")[0]
        root, own = _written("root"), _written(name)
        data = root.copy()
        localedata.merge(data, own)
        own.update(data)
        return Locale(name)

    def __call__(self, key: str, /, **values) -> str:
        text = self._texts[key]
        if not isinstance(text, str):
            text = text.get(self._locale.plural_form(values["n"]), text["other"])
        return self.format(text, **values)

    def each(self, prefix: str, names: str) -> list[str]:
        """The texts of several keys below one, whose names are given in one line."""
        return [self(f"{prefix}.{name}") for name in names.split()]

    def on(self, today: dt.date | None) -> "Words":
        """The same words on a reader's date."""
        dated = copy(self)
        dated.today = today
        return dated

    def __contains__(self, key: str) -> bool:
        return key in self._texts

    def keys(self, prefix: str) -> list[str]:
        """Keys directly or deeper under ``prefix.``, in the file's order, without the prefix."""
        return [key[len(prefix) + 1:] for key in self._texts if key.startswith(prefix + ".")]

    def format_field(self, value, format_spec: str) -> str:
        spec = self._specs.get(format_spec)
        return spec(value) if spec else super().format_field(value, format_spec)

    def money(self, cents: int) -> str:
        """Integer cents as ``USD 12.50`` or ``12.50 美元``; whole dollars without decimals."""
        pattern = self("text.money", amount=_amount(cents))
        return format_decimal(Decimal(int(cents)) / 100, pattern, self._locale)

    def dollars(self, cents: int) -> str:
        """As :meth:`money`, without the unit, for a column that names it."""
        return format_decimal(Decimal(int(cents)) / 100, _amount(cents), self._locale)

    def data(self, mb: int) -> str:
        """Whole megabytes as ``300 MB``, from 1000 MB on as ``1.5 GB``."""
        if abs(mb) < 1000:
            return f"{self.number(mb)} MB"
        return f"{self.number(Decimal(int(mb)) / 1000, 2)} GB"

    def number(self, value: float, digits: int = 2) -> str:
        """A number with at most ``digits`` decimals."""
        pattern = _digits(value, "." + "#" * digits if digits else "")
        with localcontext(prec=400):  # digits; the largest float has 309 in front of the point
            return format_decimal(value, pattern, self._locale)

    def percent(self, fraction: float) -> str:
        """``0.0825`` as ``8.25%``."""
        return format_percent(fraction, "#,##0.##%", self._locale)

    def part(self, fraction: float) -> str:
        """``0.4251`` as ``43%``: a share in whole per cent."""
        return format_percent(fraction, "#,##0%", self._locale)

    def days(self, n: int) -> str:
        """A number of days, ``1 day``, ``30 days`` or ``30 天``."""
        return self("unit.days", n=int(n))

    def date(self, date: dt.date) -> str:
        """A calendar date, ``10 January 2027`` or ``2027 年 1 月 10 日``."""
        return format_date(date, self("text.date.day"), self._locale)

    def day_month(self, date: dt.date) -> str:
        """A date without its year, ``10 Jan`` or ``1 月 10 日``."""
        return format_date(date, self("text.date.short"), self._locale)

    def as_of(self, as_of: str) -> str:
        """The date of a source, or from when to when, as ``June 2026`` or ``2021 to 2023``.

        Args:
            as_of: as content files have it, ``2026-06`` or ``2021/2023``.
        """
        parts = []
        for part in as_of.split("/"):
            year, month, day = (*map(int, part.split("-")), 0, 0)[:3]
            form = "day" if day else "month" if month else "year"
            date = dt.date(year, month or 1, day or 1)
            parts.append(format_date(date, self(f"text.date.{form}"), self._locale))
        return self("text.to").join(parts)

    def place(self, code: str) -> str:
        """A country or region by its two letters, as ``HK``."""
        return self._locale.territories[code]

    def list(self, items: Iterable) -> str:
        """``a, b, and c`` or ``a、b、c``."""
        texts = [str(item) for item in items]
        comma = self("text.list")
        return comma.join(texts) if comma else format_list(texts, locale=self._locale)

    def text(self, entry: Mapping, part: str = "") -> str:
        """A text of a content file, or of a part of it; in English where this language has none."""
        texts = entry[part] if part else entry
        return texts.get(self.language) or texts["en"]

    def cell(self, row, column: str) -> str:
        """What a row of a table says; in English where it says nothing in this language.

        Args:
            row: a mapping, a Series or a tuple with names.
            column: of the English text; ``note`` has its Chinese in ``note_zh``.
        """
        cell = row.get if hasattr(row, "get") else partial(getattr, row)
        return cell(self._own(column), "") or cell(column, "")

    def column(self, table, column: str):
        """The same for every row of a frame."""
        own = table.get(self._own(column))
        return table[column] if own is None else own.where(own != "", table[column])

    def _own(self, column: str) -> str:
        return f"{column}_{self.language.partition('-')[0]}"


def _digits(value: Real | Decimal, decimals: str) -> str:
    """A pattern that groups the digits from 10,000 on; four stand together."""
    return ("0" if abs(value) < 10_000 else "#,##0") + decimals


def _amount(cents: int) -> str:
    """A pattern for an amount: whole dollars stand without decimals."""
    return _digits(int(cents) / 100, ".00" if int(cents) % 100 else "")


class Refusal(ValueError):
    """What was asked cannot be done, and one sentence says why in the reader's language.

    Args:
        code: names the sentence ``refusal.<code>`` of the strings.
        values: what its placeholders show.
    """

    def __init__(self, code: str, **values):
        super().__init__(code)
        self.code = code
        self.values = values

    def tell(self, words: Words) -> str:
        """The sentence in the language of ``words``; of what was typed it repeats the start."""
        values = self.values
        if isinstance(said := values.get("value"), str):
            values = values | {"value": shortened(said)}
        return words(f"refusal.{self.code}", **values)

    def __str__(self) -> str:
        return self.tell(words("en"))

    spoken = "en"  # the language of the notebook

    def _render_traceback_(self) -> list[str]:
        """What IPython shows where nobody catches it: the sentence, and no traceback of ours."""
        return [self.tell(words(Refusal.spoken))]


_SHOWN = 60  # characters of what was typed that a message repeats
_UNSEEN = re.compile(
    "[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]")


def seen(text: str) -> str:
    """Text without what cannot be seen, such as signs that turn the order of the text around."""
    return _UNSEEN.sub("", text)


def shortened(text: str) -> str:
    """What was typed, as a message repeats it: its start, without what cannot be seen.

    >>> shortened(" a\\n b "), len(shortened("a" * 99))
    ('a b', 61)
    """
    text = " ".join(seen(text[:1000]).split())
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"


def sendable(text: str) -> str:
    """Text without what cannot be UTF-8, as half of a character pair in a file's name: a browser
    could not be told of it."""
    return text.encode("utf-8", "replace").decode()


def checked_choice(value, code: str, choices: Collection, **values):
    """``value`` if it is one of ``choices``; else the refusal ``code``."""
    if value not in choices:
        raise Refusal(code, value=value, choices=list(choices), **values)
    return value


def checked_whole(value, code: str, least: int = 0) -> int:
    """``value`` if it is a whole number of at least ``least``; else the refusal ``code``."""
    fits = isinstance(value, Real) and not isinstance(value, bool)
    if not fits or not value >= least or value != value // 1:
        raise Refusal(code, value=value)
    return int(value)
