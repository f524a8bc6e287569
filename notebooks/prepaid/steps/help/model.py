"""The FAQ and its search.

What it says stands in ``content/faq``; entries are handed on as the files have them, checked
against their schema by the tests.
"""

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

import traitlets as tl

from prepaid.catalogue.content import load, names
from prepaid.i18n import LANGUAGES, Refusal
from prepaid.steps.model import Model

_HAN = "\u3400-\u4dbf\u4e00-\u9fff"
_TERM = re.compile(rf"[{_HAN}]+|[^\W_{_HAN}]+")
_HYPHENS = re.compile(r"(?<=\w)[-\u2010\u2011](?=\w)")
_FIELDS = {"keywords": 3, "ask": 2, "answers": 1}  # what a hit there counts
_ENDINGS = ("ing", "ed", "es", "s", "e")
_CLOSE = 0.35  # of the best question's score, to be listed with it


@cache
def themes() -> Mapping[str, Mapping]:
    """The themes of the FAQ by id."""
    return {theme["id"]: theme for theme in map(load, names("faq"))}


@cache
def questions() -> Mapping[str, "Question"]:
    """The questions of the FAQ by id, theme after theme."""
    return {
        entry["id"]: Question(theme_id, entry)
        for theme_id, theme in themes().items() for entry in theme["question"]
    }


@cache
def answering() -> Sequence[str]:
    """The providers that have an answer of their own somewhere, by name."""
    found = {answer.get("provider") for question in questions().values()
             for answer in question.entry["answer"]}
    return sorted(found - {None}, key=str.casefold)


@dataclass(frozen=True)
class Question:
    """A question of the FAQ, the theme it stands under, and its words for the search."""

    theme: str
    entry: Mapping

    def answers(self, provider: str = "") -> list[Mapping]:
        """Its answers, or only those that hold for everybody and for one provider."""
        return [answer for answer in self.entry["answer"]
                if not provider or answer.get("provider") in (None, provider)]

    def names(self, provider: str) -> bool:
        """Whether the provider has an answer of its own."""
        return any(answer.get("provider") == provider for answer in self.entry["answer"])

    @cached_property
    def fields(self) -> Mapping[str, "_Text"]:
        entry = self.entry
        told = (text for answer in entry["answer"]
                for text in (answer.get("provider", ""), *map(answer.get, LANGUAGES)))
        return {
            "keywords": _Text(form for one in LANGUAGES for word in entry["keywords"][one]
                              for form in (word, word.replace(" ", ""))),
            "ask": _Text(map(entry["ask"].get, LANGUAGES)),
            "answers": _Text(told),
        }


class _Text:
    """A text to look for terms in: words by their beginning, Chinese anywhere."""

    def __init__(self, texts: Iterable[str]):
        self.text = _folded(" ".join(texts))
        self.words = {*_TERM.findall(self.text), *_TERM.findall(_HYPHENS.sub("", self.text))}

    def holds(self, term: str) -> bool:
        if re.match(f"[{_HAN}]", term):
            return term in self.text
        stem = _stem(term)
        return any(word.startswith(stem) or (stem[:-1] == word and len(word) > 3)
                   for word in self.words)


def _folded(text: str) -> str:
    return re.sub("[&'’]", "", unicodedata.normalize("NFKC", text).casefold())


def _stem(word: str) -> str:
    """An English word without its ending, so that "refunds" and "moving" find refund and move."""
    return next((word.removesuffix(end) for end in _ENDINGS
                 if word.endswith(end) and len(word) - len(end) >= 3), word)


def search(query: str, among: Sequence[Question]) -> list[Question]:
    """The questions that fit what was typed, the best first, in either language.

    A term counts for more in the keywords and the question than in the answers, and for more the
    fewer questions hold it. Chinese that stands nowhere as typed is looked for by its pairs of
    characters, so that a whole sentence finds something. Empty queries fit everything.
    """
    terms = _terms(query, among)
    if not terms:
        return list(among)
    score = Counter()
    for term in terms:
        hits = {}
        for place, question in enumerate(among):
            worth = sum(weight for name, weight in _FIELDS.items()
                        if question.fields[name].holds(term))
            if worth:
                hits[place] = worth
        for place, worth in hits.items():
            score[place] += worth * math.log1p(len(among) / len(hits))
    best = max(score.values(), default=0)
    ranked = sorted(score, key=lambda place: (-score[place], place))
    return [among[place] for place in ranked if score[place] >= _CLOSE * best]


def _terms(query: str, among: Sequence[Question]) -> list[str]:
    terms = []
    for term in _TERM.findall(_folded(query)):
        pairs = [term[at:at + 2] for at in range(len(term) - 1)]
        whole = not re.match(f"[{_HAN}]", term) or len(term) < 3 or any(
            field.holds(term) for question in among for field in question.fields.values())
        terms += [term] if whole else pairs
    telling = [term for term in terms if len(term) > 1 or not term.isascii()]
    return list(dict.fromkeys(telling or terms))


@dataclass(frozen=True)
class FaqAnswer:
    """What a search of the FAQ gave.

    Attributes:
        query: what was typed, without blanks at its ends.
        provider: whose answers are wanted; empty for all.
        theme: the only theme to look in; empty for all.
        questions: what fits, the best first.
    """

    query: str
    provider: str
    theme: str
    questions: tuple[Question, ...]


class FaqModel(Model):
    """What to look for and where; ``answer`` is a :class:`FaqAnswer`."""

    query = tl.Unicode("").tag(input=True)
    provider = tl.Unicode("").tag(input=True)
    theme = tl.Unicode("").tag(input=True)

    def solve(self) -> FaqAnswer:
        if self.provider and self.provider not in answering():
            raise Refusal("faq_provider_unknown", value=self.provider, choices=answering())
        if self.theme and self.theme not in themes():
            raise Refusal("faq_theme_unknown", value=self.theme, choices=list(themes()))
        among = [question for question in questions().values()
                 if self.theme in ("", question.theme) and question.answers(self.provider)]
        if self.provider:
            among.sort(key=lambda question: not question.names(self.provider))
        return FaqAnswer(self.query.strip(), self.provider, self.theme,
                         tuple(search(self.query, among)))


def chosen_questions(ids: Iterable[str]) -> list[Question]:
    """Questions of the FAQ by id.

    Raises:
        Refusal: there is no such question.
    """
    known = questions()
    for wanted in ids:
        if wanted not in known:
            raise Refusal("question_unknown", value=wanted, choices=list(known))
    return [known[wanted] for wanted in ids]
