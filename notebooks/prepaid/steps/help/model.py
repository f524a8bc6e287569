"""The FAQ and its search.

What it says stands in ``content/faq``; entries are handed on as the files have them, checked
against their schema by the tests.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

import traitlets as tl

from prepaid.catalogue.content import load, names
from prepaid.catalogue.providers import Provider, providers
from prepaid.i18n import LANGUAGES, checked_choice, shortened
from prepaid.steps.help.search import ELSEWHERE, Index, search
from prepaid.steps.model import Model


@cache
def themes() -> Mapping[str, Mapping]:
    """The themes of the FAQ by id."""
    return {theme["id"]: theme for theme in map(load, names("faq"))}


@cache
def questions() -> Mapping[str, "Question"]:
    """The questions of the FAQ by id, theme after theme."""
    return {
        entry["id"]: Question(theme_id, entry, (*entry["answer"], *_from_providers(entry)))
        for theme_id, theme in themes().items() for entry in theme["question"]
    }


def _from_providers(entry: Mapping) -> list[Mapping]:
    """What ``content/renewal`` says of each provider, for a question that asks for it."""
    part, _, way = entry.get("from_providers", "").partition(".")
    named = [one for one in providers().values() if part and one.provider != "any"]
    return [{**told, "provider": one.provider} for one in named for told in _each(one, part)
            if told.get("known", True) and way in ("", told.get("way"))]


def _each(provider: Provider, part: str) -> Iterable[Mapping]:
    """The sentences of one part of a provider's file."""
    found = getattr(provider, part) or ()
    return (found,) if isinstance(found, Mapping) else found


@cache
def _index() -> Index:
    ways = {name: question.ways() for name, question in questions().items()}
    return Index({**ways, ELSEWHERE: _asked(ELSEWHERE)})


def _asked(name: str) -> list[str]:
    """What ``content/asked.toml`` says of a question, or of what is not here."""
    return [way for ways in load("asked")[name].values() for way in ways]


@cache
def answering() -> Sequence[str]:
    """The providers that have an answer of their own somewhere, by name."""
    found = {answer.get("provider") for question in questions().values()
             for answer in question.answers()}
    return sorted(found - {None}, key=str.casefold)


@dataclass(frozen=True)
class Question:
    """A question of the FAQ.

    Attributes:
        theme: the id of the theme under which it stands.
        entry: the question as its file has it.
        told: its answers, with those that come from the files of the providers.
        shortened: whether these are left out, which lesson 4 has.
    """

    theme: str
    entry: Mapping
    told: tuple[Mapping, ...]
    shortened: bool = False

    def in_short(self) -> "Question":
        """Without what comes from the files of the providers."""
        own = tuple(self.entry["answer"])
        return replace(self, told=own, shortened=len(own) < len(self.told))

    def answers(self, provider: str = "") -> list[Mapping]:
        """Its answers, or only those that hold for everybody and for one provider."""
        return [answer for answer in self.told
                if not provider or answer.get("provider") in (None, provider)]

    def names(self, provider: str) -> bool:
        """Whether the provider has an answer of its own."""
        return any(answer.get("provider") == provider for answer in self.told)

    def ways(self) -> list[str]:
        """How readers ask it, in all languages; see :class:`Index`."""
        asks = filter(None, map(self.entry["ask"].get, LANGUAGES))
        return [*asks, *_asked(self.entry["id"])]


@dataclass(frozen=True)
class FaqAnswer:
    """What a search of the FAQ gave.

    Attributes:
        query: what was typed, as it can be repeated.
        provider: whose answers are wanted; empty for all.
        theme: the only theme to look in; empty for all.
        questions: what fits, the best first.
        nearest: where nothing fits, two questions that come nearest.
    """

    query: str
    provider: str
    theme: str
    questions: tuple[Question, ...]
    nearest: tuple[Question, ...] = ()


class FaqModel(Model):
    """What to look for and where; ``answer`` is a :class:`FaqAnswer`."""

    query = tl.Unicode("").tag(input=True)
    provider = tl.Unicode("").tag(input=True)
    theme = tl.Unicode("").tag(input=True)

    def solve(self) -> FaqAnswer:
        if self.provider:
            checked_choice(self.provider, "faq_provider_unknown", answering())
        if self.theme:
            checked_choice(self.theme, "faq_theme_unknown", themes())
        among = {name: question for name, question in questions().items()
                 if self.theme in ("", question.theme) and question.answers(self.provider)}
        order = sorted(among, key=lambda name: bool(self.provider)
                       and not among[name].names(self.provider))
        found, nearest = search(self.query, _index, order)
        return FaqAnswer(shortened(self.query), self.provider, self.theme,
                         tuple(map(among.get, found)), tuple(map(among.get, nearest)))


def chosen_questions(ids: Iterable[str]) -> list[Question]:
    """Questions of the FAQ by id.

    Raises:
        Refusal: there is no such question.
    """
    known = questions()
    return [known[checked_choice(wanted, "question_unknown", known)] for wanted in ids]
