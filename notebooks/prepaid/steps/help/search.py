"""The search of the FAQ: from what was typed, in either language, to the questions that fit.

Each question is weighed by BM25 (Robertson and Zaragoza 2009) over its keywords, its wording and
its answers: a term counts for more the fewer questions hold it, and for more in the keywords.
A share of what the best conceivable question would get decides whether a question fits at all.
Which words mean the same, and which mean nothing, stands in ``content/synonyms.toml``.
"""

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from difflib import SequenceMatcher
from functools import cache

from prepaid.catalogue.content import load
from prepaid.i18n import LANGUAGES

_HAN = "\u3400-\u4dbf\u4e00-\u9fff"
_RUN = re.compile(rf"[{_HAN}]+|[^\W_{_HAN}]+")
_AMOUNT = re.compile(r"(?<=\d)(?=(?:gb|mb|kbps|gigs?|days?)\b)")  # 10gb
_HYPHEN = re.compile(r"(?<=\b\w)[-\u2010\u2011]|(?<=\b\w\w)[-\u2010\u2011]")  # e-sim, wi-fi
_ENDINGS = ("ations", "ation", "ings", "ing", "ies", "ied", "ed", "es", "s", "e", "y")
_FIELDS = {"keywords": 3.0, "ask": 3.0, "answers": 1.0}  # what a hit there counts
_ENOUGH = 2.0  # BM25's k: the weight at which a term has half of its effect
_STRANGE = {True: 0.2, False: 1.5}  # what a word that no question holds counts, beside the rarest
#                                     that one holds: less if a word of our subject stands beside it
_KNOWN = 1.5  # what a word counts of which we know what means the same, beside any other
_FITS = {True: 0.15, False: 0.3}  # of what the best conceivable question would get, likewise
_CLOSE = 0.5  # of the best question's score, to be listed with it


class Index:
    """Questions by their terms.

    Args:
        texts: of each question by its id, the text of each of the fields ``keywords``, ``ask``
            and ``answers``, in all languages.
    """

    def __init__(self, texts: Mapping[str, Mapping[str, str]]):
        self.asks = {name: fields["ask"].splitlines() for name, fields in texts.items()}
        spoken = [*_phrases(), *(text for fields in texts.values() for text in fields.values())]
        self.words = {word: _stem(word) for text in spoken for word in _RUN.findall(_folded(text))}
        self.weights, self.phrases = {}, {}
        for name, fields in texts.items():
            weight = self.weights[name] = Counter()
            self.phrases[name] = {" ".join(_stems(line)) for field in ("keywords", "ask")
                                  for line in fields[field].splitlines()}
            for field, text in fields.items():
                stems = _stems(text)
                for term in _terms(stems) | _grouped(stems)[0]:
                    weight[term] += _FIELDS[field]
        held = Counter(term for weight in self.weights.values() for term in weight)
        n = len(texts)
        self.rarity = {term: math.log(1 + (n - f + .5) / (f + .5))
                       * (_KNOWN if term.startswith("#") else 1) for term, f in held.items()}
        self.unknown = math.log(1 + (n + .5) / .5)  # as rare as a word can be

    def scores(self, query: str) -> dict[str, float]:
        """Of each question, what it gets of what the best conceivable one would: 0 to 1."""
        stems = self._corrected(query)
        terms = self._asked(stems)
        if "#elsewhere" in terms:
            return dict.fromkeys(self.weights, 0.0)
        strange = self.unknown * _STRANGE[self.on_subject(query)]
        whole = sum(self.rarity.get(term, strange) for term in terms)
        return {
            name: 1.0 if " ".join(stems) in self.phrases[name] else
            sum(self.rarity[term] * weight[term] / (weight[term] + _ENOUGH)
                for term in terms if term in weight) / whole if whole else 0.0
            for name, weight in self.weights.items()
        }

    def on_subject(self, query: str) -> bool:
        """Whether a word of our subject is among what was typed, such as phone, plan or text."""
        text = f" {' '.join(self._corrected(query))} "
        return any(f" {word} " in text if word.isascii() else word in text for word in _subject())

    def _corrected(self, query: str) -> list[str]:
        """The stems of what was typed; what the last word begins is completed."""
        typed = _RUN.findall(_folded(query))
        return [self._known(word, last=place == len(typed)) for place, word in enumerate(typed, 1)]

    def _known(self, word: str, *, last: bool) -> str:
        """The stem of a word, of the word that it begins, or of one that is a letter away."""
        if _stem(word) in self.words.values() or len(word) < 4 or not word.isascii():
            return _stem(word)
        near = [one for one in self.words if last and one.startswith(word)] or [
            one for one in self.words
            if min(len(word), len(one)) > 4 and _a_letter_apart(word, one)]
        return _stem(min(near, key=lambda one: (len(one), one), default=word))

    def _asked(self, stems: Sequence[str]) -> set[str]:
        """The terms of what was typed: groups instead of their words, and what is left over."""
        groups, rest = _grouped(stems)
        left = {stem for stem in _telling(rest).split()
                if stem not in _ignored() and not stem.isdecimal()}
        terms = groups.union(*map(self._parts, left))
        return {term for term in terms if len(term) > 1} or terms

    def _parts(self, run: str) -> set[str]:
        """A word, or the pairs of Chinese characters; of a long run only those that are known."""
        parts = _terms([run])
        known = parts & self.rarity.keys()
        return known if known and not run.isascii() and len(run) > 3 else parts


def search(
    query: str, indexed: Callable[[], Index], among: Iterable[str]
) -> tuple[list[str], list[str]]:
    """The questions that fit, the best first; and where none does, the two nearest.

    Args:
        indexed: gives all questions, once something is looked for.
        among: the ids of the questions to choose from. An empty query fits them all.
    """
    among = list(among)
    if not _RUN.search(_folded(query)):
        return among, []
    index = indexed()
    scores = index.scores(query)
    ranked = sorted(among, key=lambda name: -scores[name])
    best = scores[ranked[0]] if ranked else 0
    fits = _FITS[index.on_subject(query)]
    if best >= fits:
        return [name for name in ranked if scores[name] >= max(_CLOSE * best, fits / 2)], []
    like = {name: max(SequenceMatcher(None, _folded(query), _folded(ask)).ratio()
                      for ask in index.asks[name]) for name in among}
    return [], sorted(among, key=lambda name: (-scores[name], -like[name]))[:2]


@cache
def _simplified() -> Mapping[int, str]:
    pairs = " ".join(load("synonyms")["traditional"]["pairs"]).split()
    return str.maketrans(dict(map(tuple, pairs)))


def _folded(text: str) -> str:
    """Small letters without accents, simplified characters, no apostrophes."""
    plain = unicodedata.normalize("NFKD", text).casefold().translate(_simplified())
    return _AMOUNT.sub(" ", _HYPHEN.sub("", re.sub("[&'’\u0300-\u036f]", "", plain)))


@cache
def _stem(word: str) -> str:
    """A word without its English ending, so that "refunds" and "moving" find refund and move."""
    return next((word.removesuffix(end) for end in _ENDINGS
                 if word.endswith(end) and len(word) - len(end) >= 3), word)


def _stems(text: str) -> list[str]:
    return [_stem(run) for run in _RUN.findall(_folded(text))]


@cache
def _ignored() -> frozenset[str]:
    return frozenset(_stem(_folded(word)) for word in load("synonyms")["ignored"]["en"])


def _telling(text: str) -> str:
    """A text without the Chinese words that say nothing."""
    words = sorted(load("synonyms")["ignored"]["zh-CN"], key=len, reverse=True)
    return re.sub("|".join(words), " ", text)


def _terms(stems: Sequence[str]) -> set[str]:
    """English words as they are; Chinese as its pairs of characters, or as the only one."""
    terms = set()
    for stem in stems:
        pairs = [] if stem.isascii() else [stem[at:at + 2] for at in range(len(stem) - 1)]
        terms.update(pairs or [stem])
    return terms


@cache
def _phrases() -> Mapping[str, str]:
    """To each phrase of a group the name of the group, long phrases first."""
    groups = {"#elsewhere": load("synonyms")["elsewhere"],
              **{f"#{at}": group for at, group in enumerate(load("synonyms")["group"])}}
    found = {phrase: name for name, group in groups.items()
             for language in LANGUAGES for phrase in group.get(language, ())}
    return dict(sorted(found.items(), key=lambda one: -len(one[0])))


@cache
def _patterns() -> Sequence[tuple[str, str]]:
    return [(" ".join(_stems(phrase)), group) for phrase, group in _phrases().items()]


def _grouped(stems: Sequence[str]) -> tuple[set[str], str]:
    """The groups of which a phrase stands in a text, and what is left of it."""
    text, found = f" {' '.join(stems)} ", set()
    for phrase, group in _patterns():
        sought = f" {phrase} " if phrase.isascii() else phrase
        if sought in text:
            found.add(group)
            text = text.replace(sought, "  ")
    return found, text


@cache
def _subject() -> frozenset[str]:
    said = load("synonyms")["subject"]
    return frozenset(" ".join(_stems(word)) for language in LANGUAGES for word in said[language])


def _a_letter_apart(one: str, other: str) -> bool:
    """Whether one letter more, less or other, or two that changed places, make one the other."""
    if abs(len(one) - len(other)) > 1 or one[0] != other[0]:
        return False
    at = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), len(one))
    return (one[at + 1:] == other[at:] or one[at:] == other[at + 1:]
            or one[at + 1:] == other[at + 1:]
            or one[at:at + 2][::-1] + one[at + 2:] == other[at:])
