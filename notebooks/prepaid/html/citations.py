"""Texts of the content files in a language, each with where it was read and for what date."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import urlsplit

import htpy as h

from prepaid.catalogue.providers import is_old
from prepaid.html import page
from prepaid.i18n import Words


def source(claim: Mapping, words: Words, on: dt.date | None = None) -> page.Cell:
    """Where a sentence of the content files was read and for what date, and what weakens it; of
    what is not known, when it was looked for. What was old on a day says so, where one is given."""
    if not claim.get("known", True):
        return words("ready.gap", as_of=words.as_of(claim["as_of"]))
    weak = {"inferred": claim.get("basis") == "inferred", "weak": claim["confidence"] == "low"}
    remarks = [words(f"ready.{name}") for name, true in weak.items() if true]
    if on and is_old(claim["as_of"], on):
        remarks.append(words("outdated.mark"))
    return links_to(
        claim["source"], claim["as_of"], claim.get("estimated", False), words, remarks)


def links_to(
    pages: Sequence[str], as_of: str, estimated: bool, words: Words, remarks: Iterable[str] = ()
) -> page.Cell:
    """Links to pages, named by their sites, and the date they speak for."""
    date = words.as_of(as_of)
    date = words("ready.estimated", as_of=date) if estimated else date
    sites = [urlsplit(url).netloc.removeprefix("www.") for url in pages]
    links = [
        page.link(url, f"{site} {before + 1}" if (before := sites[:place].count(site)) else site)
        for place, (url, site) in enumerate(zip(pages, sites, strict=True))
    ]
    comma = words("text.comma")
    return [part for one in [*links, date, *remarks] for part in (comma, one)][1:]


def cite(entry: Mapping, words: Words, on: dt.date | None = None) -> page.Cell:
    """A sentence of the content files, with where it was read and for what date."""
    return words.text(entry), in_brackets(source(entry, words, on), words)


def in_brackets(cell: page.Cell, words: Words) -> page.Cell:
    """Where something was read, behind it in smaller type."""
    return h.small[words("text.open"), cell, words("text.close")]
