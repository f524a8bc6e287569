"""What the tests of views share: a search that one of them has made is not made again.

Views are opened a thousand times here, mostly with the example or little else, and nearly all of
that would be the same few searches. What is asked of the search is the key, so a view that asks for
something else gets its own answer. ``tests/schedule`` tries the search itself.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import fields
from math import inf

import pytest

import prepaid
from prepaid import i18n
from prepaid.schedule import finding, points, terms
from prepaid.steps import inputs
from prepaid.steps.pick import form

_found: dict[tuple, list | None] = {}
_numbers: dict[tuple, int] = {}
_search = finding.Finder.path


@pytest.fixture(scope="module", autouse=True)
def searched_once() -> Iterator[None]:
    """Answers of searches made before."""
    with pytest.MonkeyPatch.context() as here:
        here.setattr(finding.Finder, "path", _path)
        yield


@pytest.fixture(scope="module", params=i18n.LANGUAGES)
def tutorial(request: pytest.FixtureRequest):
    """The tutorial in each language."""
    return prepaid.tutorial(request.param)


@pytest.fixture(autouse=True)
def before_the_example(monkeypatch: pytest.MonkeyPatch) -> None:
    """Dates that tests put in are in the future, on whatever day they run."""
    monkeypatch.setattr(inputs, "today", lambda: dt.date(2026, 11, 26))
    monkeypatch.setattr(form, "today", lambda: inputs.today())


@pytest.fixture(autouse=True)
def searched_anew(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Long random tests do without: what one action leaves behind for the next is their point."""
    if request.node.get_closest_marker("slow"):
        monkeypatch.setattr(finding.Finder, "path", _search)


def _path(
    finder: finding.Finder, stay: points.Stay, line=None, first: int | None = None,
    up_to: float = inf,
) -> list | None:
    key = (_asked(finder), stay.start, stay.window(0), stay.window(stay.days - 1),
           tuple(stay.need), line, first, up_to)
    if key not in _found:
        _found[key] = _search(finder, stay, line, first, up_to)
    found = _found[key]
    return found if found is None else list(found)


def _asked(finder: finding.Finder) -> int:
    """A number for what a finder was made of."""
    if not hasattr(finder, "asked"):
        columns = (getattr(finder.terms, one.name) for one in fields(terms.Terms))
        made_of = (finder.prices, *finder._bases.items(), *(
            tuple(one) if one.dtype == object else one.tobytes() for one in columns))
        finder.asked = _numbers.setdefault(made_of, len(_numbers))
    return finder.asked
