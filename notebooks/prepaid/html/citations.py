"""Texts of the content files in a language, each with where it was read and for what date."""

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import starmap
from urllib.parse import urlsplit

import htpy as h

from prepaid.catalogue.providers import first_day, is_old, last_day
from prepaid.html import page
from prepaid.i18n import Words

_PLAIN = re.compile(r"^(?:www|help|support|info|docs|community|consumer|es)\.")


def source(
    claim: Mapping, words: Words, on: dt.date | None = None, inferred: bool = True
) -> page.Cell:
    """Where a sentence of the content files was read and for what date, and what weakens it; of
    what is not known, when it was looked for. What was old on a day says so, where one is given.

    Args:
        inferred: whether it also says what is our own conclusion.
    """
    if not claim.get("known", True):
        return words("ready.gap", as_of=words.as_of(claim["as_of"]))
    weak = {"inferred": inferred and _inferred(claim), "weak": claim["confidence"] == "low"}
    remarks = [words(f"ready.{name}") for name, true in weak.items() if true]
    if on and is_old(claim["as_of"], on):
        remarks.append(words("outdated.mark"))
    return links_to(
        claim["source"], claim["as_of"], claim.get("estimated", False), words, remarks)


def _inferred(claim: Mapping) -> bool:
    return claim.get("known", True) and claim.get("basis") == "inferred"


def links_to(
    pages: Sequence[str], as_of: str, estimated: bool, words: Words, remarks: Iterable[str] = ()
) -> page.Cell:
    """Links to pages, named by :func:`page_name`, and the date they speak for."""
    return _linked([*zip(pages, _names(pages), strict=True)], as_of, estimated, words, remarks)


def _names(pages: Sequence[str]) -> list[str]:
    """What to call each of some pages; the second one of a site has a number."""
    sites = [page_name(url) for url in pages]
    return [f"{site} {before + 1}" if (before := sites[:place].count(site)) else site
            for place, site in enumerate(sites)]


def _linked(
    links: Iterable[tuple[str, str]], as_of: str, estimated: bool, words: Words,
    remarks: Iterable[str] = (),
) -> page.Cell:
    """Links, each an address and a name; then the date they speak for, and remarks."""
    date = words.as_of(as_of)
    date = words("ready.estimated", as_of=date) if estimated else date
    comma = words("text.comma")
    return [part for one in [*starmap(page.link, links), date, *remarks]
            for part in (comma, one)][1:]


def page_name(url: str) -> str:
    """What to call a page: its site, without a part that only says what it is for; on GitHub,
    where many have theirs, the project.

    >>> page_name("https://github.com/somebody/esim-site/blob/0e7d/faq/Dual-eSIM-12-Fixes.md")
    'esim-site'
    >>> page_name("https://support.google.com/fi")
    'google.com'
    """
    parts = urlsplit(url)
    site, (_, *rest) = _PLAIN.sub("", parts.netloc), parts.path.strip("/").split("/")
    return rest[0] if rest and site in ("github.com", "raw.githubusercontent.com") else site


def read_at(row: Mapping, words: Words) -> page.Cell:
    """Where a row of a table was read and for what date, if any."""
    link = page.link(row["source_url"], page_name(row["source_url"]))
    date = words.as_of(row["as_of"]) if row["as_of"] else words("source.undated")
    return [link, words("text.comma"), date]


def cite(entry: Mapping, words: Words, on: dt.date | None = None) -> page.Cell:
    """A sentence of the content files, with where it was read and for what date."""
    return words.text(entry), in_brackets(source(entry, words, on), words)


def remark(claim: Mapping, words: Words) -> page.Cell:
    """What weakens a claim, in brackets; nothing where nothing does."""
    status = claim.get("status", "current")
    told = [] if status == "current" else [words(f"walk.status.{status}")]
    if claim.get("known", True) and claim["confidence"] == "low":
        told.append(words("ready.weak"))
    comma = words("text.comma")
    return in_brackets(comma.join(told), words) if told else None


def told(claim: Mapping, words: Words) -> page.Cell:
    """A sentence of the content files; its source stands with those of its block, see
    :func:`sources_of`."""
    return words.text(claim), remark(claim, words)


def sources_of(claims: Iterable[Mapping], words: Words) -> page.Cell:
    """Where the sentences of a block were read, in one fold: each page once, with the narrowest
    date that is known of it; pages of one date in one line."""
    dated: dict[str, tuple[str, bool]] = {}
    for claim in claims:
        if claim.get("known", True):
            date = claim["as_of"], claim.get("estimated", False)
            for url in claim.get("source", ()):
                dated[url] = min(dated.get(url, date), date, key=lambda one: _days(one[0]))
    if not dated:
        return None
    named = dict(zip(dated, _names([*dated]), strict=True))
    lines = [
        _linked([(url, named[url]) for url in sorted(dated, key=lambda url: page_name(url))
                 if dated[url] == date], *date, words)
        for date in dict.fromkeys(dated.values())]
    return page.details(words("ready.sources", n=len(dated)), page.bullets(lines))


def _days(as_of: str) -> int:
    """How many days a date can mean; of a span, how long it is."""
    return (last_day(as_of) - first_day(as_of)).days


def in_brackets(cell: page.Cell, words: Words) -> page.Cell:
    """Where something was read, behind it in smaller type."""
    return h.small[words("text.open"), cell, words("text.close")]


class Notes:
    """Sources by number: a mark behind each sentence, and where each was read in a list below.

    Args:
        words: the language.
        on: a day; what was old on it says so.
    """

    def __init__(self, words: Words, on: dt.date | None = None):
        self._words, self._on = words, on
        self._cells: dict[str, page.Cell] = {}
        self._star = False  # whether one has been shown

    def cite(self, claim: Mapping) -> page.Cell:
        """A sentence of the content files with its mark; a star means our own conclusion."""
        star = _inferred(claim)
        self._star = self._star or star
        read = source(claim, self._words, self._on, inferred=False)
        return self._words.text(claim), self.mark(read, "*" if star else "")

    def mark(self, cell: page.Cell, star: str = "") -> page.Cell:
        """The number of a source, which is the same wherever the same is said."""
        name = str(h.span[cell])  # a cell of parts cannot be compared
        self._cells.setdefault(name, cell)
        return h.small[self._words("text.space"), f"[{[*self._cells].index(name) + 1}]{star}"]

    def listed(self) -> page.Cell:
        """Where each was read, by number; to stand last, since it is made when it is shown."""
        return page.details(
            self._words("text.read_at"),
            h.ol(style="margin:.4em 0;padding-left:2em;font-size:.9em")[
                lambda: [h.li[cell] for cell in [*self._cells.values()]]],
            h.fragment[lambda: page.note(self._words("text.star")) if self._star else None])
