"""Renew: all that is known, a fold for each provider, to read where nothing runs.

What holds for most of a group is said once above its folds, with "the provider" for the name; a
fold says what is different there.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from prepaid.catalogue.providers import CHANNELS, Provider, all_providers, provider
from prepaid.html import page
from prepaid.html.citations import remark, sources_of, told
from prepaid.i18n import Words
from prepaid.steps.walk.view import (
    ENDS,
    channel_name,
    seller_first,
    steps_told,
    walk_claims,
    walk_head,
)

GROUPS = {"us": ("carrier", "mvno"), "travel": ("travel_esim",), "any": ("generic",)}
_ELSEWHERE = {"us": "any-carrier", "travel": "any-travel-esim"}  # whose steps help all of a group
_USUAL = 3  # providers that say the same
# Of these only gaps are usual: what one provider takes or does is never said of all.
_OWN = ("payment", "foreign_card", "by_hand", "late")


def by_provider(words: Words) -> page.Cell:
    """All that is known of renewing, group by group: what is usual, then the folds."""
    looked = dict.fromkeys(words.as_of(gap["as_of"]) for one in all_providers()
                           for gap in one.unknown_channel)
    return [
        (
            page.heading(words(f"fold.group.{group}")),
            _usual_told(group, words),
            [page.details(words.text(one.name), all_of(one, words, usual(group, words)))
             for one in members(group)],
        )
        for group in GROUPS
    ], page.note(words("fold.looked", looked=[*looked]))


def members(group: str) -> list[Provider]:
    """The providers of a group, in the order of the lists."""
    return [one for one in all_providers() if one.kind in GROUPS[group]]


def sentences(one: Provider) -> Iterator[tuple[str, Mapping]]:
    """What is said of a provider that others may say in the same words, each with its topic."""
    yield "by_hand", one.top_up
    for entry in one.balance:
        yield "balance", entry
    for entry in one.payment:
        yield "foreign_card" if entry["way"] == "foreign_card" else "payment", entry
    for each in one.walk:
        if len(each["step"]) == 1:
            yield "steps", each["step"][0]
        for end in ENDS:
            yield end, each[end]
    for event in one.timeline:
        yield "late", event
    for gap in one.unknown_channel:
        yield "other_ways", gap


def unnamed(text: str, one: Provider, words: Words) -> str:
    """A sentence with "the provider" for its name, long or short.

    >>> from prepaid.catalogue.providers import provider
    >>> from prepaid.i18n import words
    >>> unnamed("Log in on Boost's own page.", provider("boost-mobile"), words("en"))
    "Log in on the provider's own page."
    """
    parts = one.provider.split()
    blank = "" if words("text.space") else " ?"  # Chinese has one around a name in letters
    for name in (words.text(one.name), *(" ".join(parts[:n]) for n in range(len(parts), 0, -1))):
        text = re.sub(blank + re.escape(name) + blank, words("fold.the_provider"), text)
    return text


def usual(group: str, words: Words) -> Mapping[str, list[str]]:
    """What at least :data:`_USUAL` providers of a group say in the same words, by topic; of each
    end of a walk, what most of them say."""
    said = Counter(
        saying for one in members(group) for saying in dict.fromkeys(
            (topic, unnamed(words.text(claim), one, words)) for topic, claim in sentences(one)
            if _may_be_usual(topic, claim, words)))
    found = {}
    for (topic, text), times in said.most_common():
        if times >= _USUAL and not (topic in ENDS and topic in found):
            found.setdefault(topic, []).append(text)
    return found


def _may_be_usual(topic: str, claim: Mapping, words: Words) -> bool:
    gap = topic == "other_ways" or not claim.get("known", True)
    return gap or (topic not in _OWN and not remark(claim, words))


def _usual_told(group: str, words: Words) -> page.Cell:
    said = usual(group, words)
    if not said:
        return None
    lines = said | {"success": [text for end in ENDS for text in said.get(end, ())]}
    order = ("balance", "by_hand", "payment", "foreign_card", "steps", "success", "other_ways",
             "late")
    lines["other_ways"] = [*lines["other_ways"], words(
        f"fold.see.{group}", provider=words.text(provider(_ELSEWHERE[group]).name))]
    return page.note(words("fold.usual")), page.facts(
        (words("view.input", name=words(f"fold.{topic}")), words("text.space").join(lines[topic]))
        for topic in order if lines.get(topic))


def all_of(
    one: Provider, words: Words, usual: Mapping[str, Sequence[str]] | None = None
) -> page.Cell:
    """What a reader needs to renew at one provider: what is left, what topping up does, how to
    pay, the steps, what happens to who is late; last, where all of it was read.

    Args:
        usual: what needs no words here, see :func:`usual`.
    """
    known = usual or {}

    def new(topic: str, claim: Mapping) -> bool:
        """Whether a sentence is not what is usual, nor what topping up was said to do."""
        text = words.text(claim)
        if usual is not None and any(text in words.text(each) for each in said[topic]):
            return False
        return not _may_be_usual(topic, claim, words) or unnamed(
            text, one, words) not in known.get(topic, ())

    topping_up = [each for each in (one.top_up, one.auto_renewal) if each]
    said = defaultdict(list, delay=topping_up,
                       late=[*topping_up, *(walk["delay"] for walk in one.walk)])
    generic = one.kind == "generic"  # what is missing there, the provider's own fold has
    claims = [claim for claim in (
        *one.balance, one.top_up, one.auto_renewal, *one.payment, *one.timeline, *one.money_life,
        *one.data_used_up, *(claim for each in one.walk for claim in walk_claims(each))) if claim]
    return (
        page.bullets(_first(one, words, new)),
        _walks_of(one, words, new),
        None if generic else _bullets("fold.other_ways", (
            (_label(gap["channels"], words), words.text(gap))
            for gap in one.unknown_channel if new("other_ways", gap)), words),
        _bullets("fold.late", [
            *((page.named(words("view.input", name=words(f"late.state.{event['state']}")))
               if event["state"].startswith("number") else None, told(event, words))
              for event in one.timeline if new("late", event)),
            *(told(life, words) for life in one.money_life)], words),
        sources_of(claims, words),
    )


def _first(one: Provider, words: Words, new) -> Iterator[page.Cell]:
    """What is left, what topping up does, and how to pay, in lines."""
    def line(key: str, *cells: page.Cell) -> page.Cell:
        return page.named(words("view.input", name=words(f"fold.{key}"))), cells

    space = words("text.space")
    for entry in one.balance:
        if new("balance", entry):
            yield line("balance", told(entry, words))
    if new("by_hand", one.top_up):
        yield line("by_hand", told(one.top_up, words))
    if one.auto_renewal:
        yield line("automatic", told(one.auto_renewal, words))
    for claim in one.data_used_up:
        yield told(claim, words)
    paying = [told(entry, words) for entry in one.payment
              if entry["way"] != "foreign_card" and new("payment", entry)]
    if paying:
        yield line("payment", [(space if place else "", cell)
                               for place, cell in enumerate(paying)])
    for entry in one.payment:
        if entry["way"] == "foreign_card" and new("foreign_card", entry):
            yield line("foreign_card", told(entry, words))


def _walks_of(one: Provider, words: Words, new) -> page.Cell:
    """The walks of a provider that are not usual, each with how it ends."""
    found = []
    for each in (each for channel in CHANNELS for each in one.walk if each["channel"] == channel):
        own = len(each["step"]) > 1 or new("steps", each["step"][0])
        ends = {end: each[end] for end in ENDS if new(end, each[end])}
        if own or ends:
            found.append((
                walk_head(each, words, _channels((each["channel"], *each.get("also", ())), words)),
                seller_first(words) if each["channel"] == "third_party" else None,
                steps_told(each, words), _ends(ends, words),
            ))
        else:
            found.append(page.paragraph(words("fold.as_above")))
    return found


def _ends(ends: Mapping[str, Mapping], words: Words) -> page.Cell:
    """How to see that it worked, what to do if not, and how long it takes."""
    space = words("text.space")
    check = page.named(words("view.input", name=words("fold.success")))
    return page.paragraph([
        (space if place else "", check if end == "success" else None, told(claim, words))
        for place, (end, claim) in enumerate(ends.items())]) if ends else None


def _bullets(key: str, lines: Iterable[page.Cell], words: Words) -> page.Cell:
    lines = [*lines]
    return (page.heading(words(key), 4), page.bullets(lines)) if lines else None


def _channels(channels: Iterable[str], words: Words) -> str:
    return words.list(channel_name(channel, words) for channel in channels)


def _label(channels: Iterable[str], words: Words) -> page.Cell:
    return page.named(words("view.input", name=_channels(channels, words)))
