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
        return words("ready.gap", as_of=span(claim["as_of"]))
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
    date = words("ready.estimated", as_of=span(as_of)) if estimated else span(as_of)
    sites = [urlsplit(url).netloc.removeprefix("www.") for url in pages]
    links = [
        page.link(url, f"{site} {before + 1}" if (before := sites[:place].count(site)) else site)
        for place, (url, site) in enumerate(zip(pages, sites, strict=True))
    ]
    comma = words("text.comma")
    return [part for one in [*links, date, *remarks] for part in (comma, one)][1:]


def span(as_of: str) -> str:
    """The date or the dates that a source speaks for."""
    return as_of.replace("/", " – ")


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
    return [" ", in_brackets(comma.join(told), words)] if told else None


def told(claim: Mapping, words: Words) -> page.Cell:
    """A sentence of the content files; its source stands with those of its block, see
    :func:`sources_of`."""
    return words.text(claim), remark(claim, words)


def sources_of(claims: Iterable[Mapping], words: Words) -> page.Cell:
    """Where the sentences of a block were read, each page once, in one fold."""
    known = dict.fromkeys(
        (tuple(claim["source"]), claim["as_of"], claim.get("estimated", False))
        for claim in claims if claim.get("known", True) and claim.get("source"))
    if not known:
        return None
    return page.details(words("ready.sources", n=len(known)), page.bullets(
        links_to(pages, as_of, estimated, words) for pages, as_of, estimated in known))


def in_brackets(cell: page.Cell, words: Words) -> page.Cell:
    """Where something was read, behind it in smaller type."""
    return h.small[words("text.open"), cell, words("text.close")]


def sources(claims: Iterable[Mapping], words: Words, on: dt.date | None = None) -> page.Cell:
    """Where some sentences were read and for what date, each page once, in one small line."""
    told = {}
    for one in claims:
        cell = source(one, words, on)
        told.setdefault(str(h.span[cell]), cell)
    comma = words("text.semicolon")
    return h.p(style="margin:.2em 0 .6em;font-size:.85em")[
        words("text.read_at"), [part for one in told.values() for part in (comma, one)][1:]]
