"""The search of the FAQ: from what was typed, in either language, to the questions that fit.

Naive Bayes (Manning, Raghavan and Schütze 2008, chapter 13): ``content/asked.toml`` has many ways
in which readers ask each question, and some in which they ask for what is not here. A term that
stands in many ways of one question and in few of the others speaks for that question. Terms are
words, Chinese characters and pairs of them, and the groups of words that mean the same in
``content/synonyms.toml``.
"""

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from difflib import get_close_matches
from functools import cache
from itertools import pairwise

from prepaid.catalogue.content import load
from prepaid.i18n import LANGUAGES

ELSEWHERE = "elsewhere"  # in content/asked.toml: what the FAQ does not answer
MOST = 4  # questions that a search shows
_HAN = "\u3400-\u4dbf\u4e00-\u9fff"
_RUN = re.compile(rf"[{_HAN}]+|[^\W_{_HAN}]+")
_AMOUNT = re.compile(r"(?<=\d)(?=(?:gb|mb|kbps|gigs?|days?)\b)")  # 10gb
_HYPHEN = re.compile(r"(?<=\b\w)[-\u2010\u2011]|(?<=\b\w\w)[-\u2010\u2011]")  # e-sim, wi-fi
_MARKS = re.compile("[&'’\u0300-\u036f]")
_ENDINGS = ("ations", "ation", "ings", "ing", "ies", "ied", "ed", "es", "s", "e", "y")
_UNSEEN = 1.0  # ways added to each question, in which terms are as frequent as anywhere
_HERE = 0.2  # the same for all questions together, and for what is elsewhere
_STRANGE = 1.0  # what a term that we do not know takes from the odds that there is an answer
_SURE = 2.0  # the odds, as a logarithm, that are enough: a false hit costs more than a miss
_LONGEST_QUERY = 300  # characters of what was typed that are looked at
_LONGEST = 8  # words or Chinese characters of a phrase in a group
_CLOSE = 0.8  # how alike a slip and a word have to be


class Index:
    """What speaks for each question.

    Args:
        asked: of each question by its id, and of :data:`ELSEWHERE`, the ways to ask it in all
            languages.
    """

    def __init__(self, asked: Mapping[str, Iterable[str]]):
        typed = {name: [_words(way) for way in said] for name, said in asked.items()}
        ways = {name: [list(map(_stem, words)) for words in said] for name, said in typed.items()}
        self.ways = {name: set(map(" ".join, said)) for name, said in ways.items()}
        self.counts = {name: Counter(term for stems in said for term in _terms(stems))
                       for name, said in ways.items()}
        self.sizes = {name: len(said) for name, said in ways.items()}
        self.words = sorted({word for said in typed.values() for words in said
                             for word in words if word.isascii()})
        self.stems = {_stem(word) for word in self.words}
        everywhere = Counter()
        for name, counts in self.counts.items():
            for term, count in counts.items():
                everywhere[term] += count / self.sizes[name] / len(asked)
        self.everywhere = everywhere

    def stemmed(self, query: str) -> list[str]:
        """The stems of what was typed, slips mended; what the last word begins is completed."""
        words = _words(query)
        return [self._known(word, last=place == len(words)) for place, word in enumerate(words, 1)]

    def scores(self, stems: Sequence[str]) -> dict[str, float]:
        """How much more each question would make somebody type this than others would."""
        terms = self.everywhere.keys() & _terms(stems)
        return {
            name: math.inf if " ".join(stems) in self.ways[name] else sum(
                math.log((counts[term] / self.everywhere[term] + _UNSEEN)
                         / (self.sizes[name] + _UNSEEN)) for term in terms)
            for name, counts in self.counts.items()
            if terms & counts.keys()
        }

    def is_here(self, stems: Sequence[str]) -> bool:
        """Whether it is more like what is asked of the FAQ than like what is elsewhere."""
        other, others = self.counts[ELSEWHERE], self.sizes[ELSEWHERE]
        ours = sum(self.sizes.values()) - others
        odds = 0.0
        for term in _terms(stems):
            if term not in self.everywhere:
                odds -= _STRANGE
                continue
            here = sum(counts[term] for counts in self.counts.values()) - other[term]
            odds += math.log((here + _HERE) / (ours + 2 * _HERE)
                             * (others + 2 * _HERE) / (other[term] + _HERE))
        return odds > _SURE

    def _known(self, word: str, *, last: bool) -> str:
        """The stem of a word, of the word that it begins, or of one that is much like it."""
        if _stem(word) in self.stems or len(word) < 4 or not word.isascii():
            return _stem(word)
        near = [one for one in self.words if last and one.startswith(word)] or \
            get_close_matches(word, self.words, 1, _CLOSE)
        return _stem(min(near, key=len, default=word))


def search(
    query: str, indexed: Callable[[], Index], among: Iterable[str]
) -> tuple[list[str], list[str]]:
    """The questions that fit, the best first; and where none does, the two nearest.

    Args:
        indexed: gives all questions, once something is looked for.
        among: the ids of the questions to choose from. An empty query fits them all.
    """
    among, query = list(among), query[:_LONGEST_QUERY]
    if not _words(query):
        return among, []
    index = indexed()
    stems = index.stemmed(query)
    scores = index.scores(stems)
    ranked = sorted(among, key=lambda name: -scores.get(name, -math.inf))
    found = [name for name in ranked[:MOST] if name in scores]
    known = any(scores[name] == math.inf for name in found)
    return (found, []) if found and (known or index.is_here(stems)) else ([], ranked[:2])


@cache
def _simplified() -> Mapping[int, str]:
    pairs = " ".join(load("synonyms")["traditional"]["pairs"]).split()
    return str.maketrans(dict(map(tuple, pairs)))


def _words(text: str) -> list[str]:
    """Words and runs of Chinese: small letters, no accents or apostrophes, simplified."""
    plain = unicodedata.normalize("NFKD", text).casefold().translate(_simplified())
    return _RUN.findall(_AMOUNT.sub(" ", _HYPHEN.sub("", _MARKS.sub("", plain))))


@cache
def _stem(word: str) -> str:
    """A word without its English ending, so that "refunds" and "moving" find refund and move."""
    return next((word.removesuffix(end) for end in _ENDINGS
                 if word.endswith(end) and len(word) - len(end) >= 3), word)


def _terms(stems: Sequence[str]) -> set[str]:
    """Words, Chinese characters and pairs of them, and groups of the same meaning."""
    terms = set()
    for stem in stems:
        terms.update([stem] if stem.isascii() else [*stem, *map("".join, pairwise(stem))])
    phrases = {" ".join(part) for part in _parts(stems)}.union(
        *(_parts(stem) for stem in stems if not stem.isascii()))
    return terms.union(*map(_groups().get, phrases & _groups().keys()))


def _parts(whole: Sequence) -> Iterable[Sequence]:
    """Every part of a sequence that may be a phrase of a group."""
    return (whole[start:end] for start in range(len(whole))
            for end in range(start + 1, min(start + _LONGEST, len(whole)) + 1))


@cache
def _groups() -> Mapping[str, set[str]]:
    """To each phrase of a group, as it stands in a text of stems, the names of its groups."""
    groups = {}
    for at, group in enumerate(load("synonyms")["group"]):
        for phrase in (phrase for language in LANGUAGES for phrase in group.get(language, ())):
            groups.setdefault(" ".join(map(_stem, _words(phrase))), set()).add(f"#{at}")
    return groups
