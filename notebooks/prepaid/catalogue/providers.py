"""How each provider renews: the files of ``content/renewal``, read once and not to be changed."""

import datetime as dt
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from prepaid.catalogue.content import load, names
from prepaid.i18n import LANGUAGES, checked_choice, words

OLD_MONTHS = 24  # older sources are no ground for a step
KINDS = ("carrier", "mvno", "travel_esim", "generic")
CHANNELS = ("web", "app", "phone", "dial", "shop", "autopay", "third_party")


@dataclass(frozen=True)
class Provider:
    """One file of ``content/renewal``; ``schema.json`` there says what each entry holds.

    Everything below the first level is a read-only mapping or a tuple, as in the file: a sentence
    has ``entry["en"]`` and ``entry["zh-CN"]``, a claim also ``source`` (addresses), ``as_of`` and
    ``confidence``, a gap ``known = False`` instead.
    """

    id: str  # the name of the file
    provider: str  # the name in the catalogue; `any` for files that are not about one provider
    kind: str  # `carrier`, `mvno`, `travel_esim` or `generic`
    checked: dt.date  # the day the facts were gathered
    name: Mapping[str, str]  # by language
    # what buying by hand before the end does; its `meaning` is one of
    # prepaid.analysis.top_up.MEANINGS, `none` or `unknown`
    top_up: Mapping
    unknown_channel: tuple[Mapping, ...]  # channels without a walk, and why
    auto_renewal: Mapping | None = None  # the same for automatic renewal, if anything is said of it
    walk: tuple[Mapping, ...] = ()  # numbered steps, each for one channel and those in its `also`
    # what happens after the last paid day, in order: each with `state` and `days_after_cycle_end`,
    # `months_after_purchase` or `known = False`
    timeline: tuple[Mapping, ...] = ()
    money_life: tuple[Mapping, ...] = ()  # how long a payment lives as balance
    balance: tuple[Mapping, ...] = ()  # how to see what is left, by channel
    payment: tuple[Mapping, ...] = ()  # documented ways to pay
    data_used_up: tuple[Mapping, ...] = ()  # what happens at the end of the data

    def deadlines(self, known: bool) -> list[Mapping]:
        """When the number is lost, or that it is not known: entries of the time line."""
        return [event for event in self.timeline
                if event["state"].startswith("number") and event.get("known", True) == known]


@cache
def providers() -> Mapping[str, Provider]:
    """Every provider by id, in the order of the ids; read when first asked for."""
    found = map(_provider, map(load, names("renewal")))
    return MappingProxyType({one.id: one for one in found})


def all_providers() -> list[Provider]:
    """Carriers, smaller brands, travel eSIMs, then the files that are not about one provider."""
    return sorted(providers().values(), key=lambda one: (KINDS.index(one.kind), one.id))


def named_providers() -> list[Provider]:
    """The same without the files that are not about one provider."""
    return [one for one in all_providers() if one.kind != "generic"]


def of_catalogue(name: str) -> Provider | None:
    """The provider that the catalogue calls so, if there is a file about it."""
    return next((one for one in providers().values() if one.provider == name), None)


def _provider(table: Mapping) -> Provider:
    checked = dt.date.fromisoformat(table["checked"])
    walks = [_not_outdated(walk, checked) for walk in table.get("walk", ())]
    entries = {name: _read_only(value) for name, value in (table | {"walk": walks}).items()}
    return Provider(**entries | {"checked": checked})


def is_old(as_of: str, on: dt.date) -> bool:
    """Whether a source spoke more than :data:`OLD_MONTHS` months before a day.

    ``as_of`` is a day, month or year as the content files have it, or a span of them, of which the
    end counts; of a month or a year its last day.

    Example:
        >>> is_old("2021/2023", dt.date(2026, 11, 26)), is_old("2024", dt.date(2026, 11, 26))
        (True, False)
    """
    return last_day(as_of) < on.replace(year=on.year - OLD_MONTHS // 12, day=min(on.day, 28))


def last_day(as_of: str) -> dt.date:
    """The last day that a date, a month or a year can mean; of a span, its end."""
    year, month, day = (*map(int, as_of.split("/")[-1].split("-")), None, None)[:3]
    month = month or 12
    return dt.date(year, month, day or monthrange(year, month)[1])


def first_day(as_of: str) -> dt.date:
    """The first day that a date, a month or a year can mean; of a span, its beginning."""
    year, month, day = (*map(int, as_of.split("/")[0].split("-")), 1, 1)[:3]
    return dt.date(year, month, day)


def _not_outdated(walk: Mapping, checked: dt.date) -> Mapping:
    """A walk whose every source is old shrinks to one line: log in on the provider's own page."""
    if not all(is_old(step["as_of"], checked) for step in walk["step"]):
        return walk
    pages = dict.fromkeys(url for step in walk["step"] for url in step["source"])
    line = {language: words(language)("outdated.step") for language in LANGUAGES}
    last = max(walk["step"], key=lambda step: last_day(step["as_of"]))
    return {**walk, "step": [{**last, **line, "source": [*pages], "basis": "inferred"}]}


def _read_only(value):
    if isinstance(value, dict):
        return MappingProxyType({key: _read_only(inner) for key, inner in value.items()})
    if isinstance(value, list):
        return tuple(map(_read_only, value))
    return value


def provider(provider_id: str) -> Provider:
    """One provider; refuses one that is not there."""
    return providers()[checked_choice(provider_id, "provider_unknown", providers())]


def walk(provider_id: str, channel: str) -> tuple[Mapping, ...]:
    """The walks of one provider on one of :data:`CHANNELS`: none, one or several.

    For a channel of which a provider's file says nothing, not even a gap, those of the generic
    files hold. Where there is none, :func:`gap` says why.
    """
    own = _walks(provider(provider_id), checked_choice(channel, "channel_unknown", CHANNELS))
    if own or gap(provider_id, channel):
        return own
    generic = (one for one in providers().values() if one.kind == "generic")
    return next(filter(None, (_walks(one, channel) for one in generic)), ())


def _walks(one: Provider, channel: str) -> tuple[Mapping, ...]:
    return tuple(
        walk for walk in one.walk if channel in (walk["channel"], *walk.get("also", ())))


def gap(provider_id: str, channel: str) -> Mapping | None:
    """Why there is no walk of one provider on one channel; ``None`` where there is one."""
    gaps = provider(provider_id).unknown_channel
    checked_choice(channel, "channel_unknown", CHANNELS)
    return next((gap for gap in gaps if channel in gap["channels"]), None)
