"""No data: one question after another, until it works or until it is clear whom to ask.

What it says stands in ``content/rescue.toml``; entries are handed on as the file has them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import traitlets as tl

from prepaid.catalogue import providers
from prepaid.catalogue.content import load
from prepaid.i18n import Refusal, checked_choice
from prepaid.steps.model import Model

WORKS, STILL = "works", "still"  # the answers after a repair


@cache
def places() -> Mapping[str, tuple[str, Mapping]]:
    """Every place of the tree by id: its kind and its entry. The first is asked first."""
    tree = load("rescue")
    return {one["id"]: (kind, one)
            for kind in ("question", "repair", "handover") for one in tree[kind]}


@dataclass(frozen=True)
class RescueAnswer:
    """Where a reader is in the tree."""

    kind: str  # "question", "repair", "handover", or "works" at the good end
    # the entry of the question, repair or hand-over; at the good end of the last repair
    place: Mapping
    # the places before it, in order, each with its entry and the answer given there: a choice of
    # the question, or "still" after a repair
    way: tuple[tuple[Mapping, Mapping | str], ...]
    platform: str  # id of the family of phones whose menus are shown
    provider_id: str  # whose line it is; empty where the reader has not said

    @property
    def asked(self) -> int:
        """How many questions have been asked, "Does it work now?" among them."""
        return len(self.way) + (self.kind in ("question", "repair", "works"))


class RescueModel(Model):
    """The phone, the provider and the answers so far; ``answer`` is a :class:`RescueAnswer`."""

    platform = tl.Unicode("iphone").tag(input=True)  # id of a family of phones
    provider_id = tl.Unicode("").tag(input=True)  # a file of `content/renewal`; empty for any
    # ids of choices, and after a repair "works" or "still", in order
    answers = tl.Tuple().tag(input=True)

    def choose(self, answer: str) -> None:
        """Answer what is asked."""
        self.answers = (*self.answers, answer)

    def back(self) -> None:
        """Take the last answer back."""
        self.answers = self.answers[:-1]

    def restart(self) -> None:
        """Begin again with the first question."""
        self.answers = ()

    def solve(self) -> RescueAnswer:
        phones = [one["id"] for one in load("rescue")["platform"]]
        checked_choice(self.platform, "rescue_phone", phones)
        if self.provider_id:
            providers.provider(self.provider_id)
        place, way = next(iter(places())), []
        for number, answer in enumerate(self.answers, 1):
            kind, entry = places()[place]
            if kind == "handover":
                raise Refusal("rescue_over")
            options = {choice["id"]: choice for choice in entry.get("choice", ())}
            if kind == "repair" and answer == WORKS and number == len(self.answers):
                return RescueAnswer(WORKS, entry, tuple(way), self.platform, self.provider_id)
            if kind == "repair" and answer == STILL:
                way.append((entry, STILL))
                place = entry["to"]
            elif answer in options:
                way.append((entry, options[answer]))
                place = options[answer]["to"]
            else:
                allowed = [WORKS, STILL] if kind == "repair" else [*options]
                raise Refusal("rescue_answer", value=answer, choices=allowed)
        return RescueAnswer(*places()[place], tuple(way), self.platform, self.provider_id)
