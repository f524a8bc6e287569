"""The seller check: signs to look for at a kind of seller, and the rule that makes a verdict.

What it says stands in ``content/seller_check.toml``; entries are handed on as the file has them.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import traitlets as tl

from prepaid.catalogue.content import load
from prepaid.i18n import checked_choice
from prepaid.steps.model import Model

SELLERS = ("official", "marketplace", "refill_pin", "chat_seller")
WEIGHTS = ("stop", "caution", "good")
ANSWERS = ("yes", "no")


@dataclass(frozen=True)
class Safety:
    """Whether it is safe to pay at a kind of seller."""

    seller: str  # one of SELLERS
    signs: tuple[Mapping, ...]  # what to look for there
    rule: Mapping  # the rule that decides, with its verdict and sentence
    # sign and outcome of the answers that count, the most serious first
    reasons: tuple[tuple[Mapping, Mapping], ...]
    unanswered: tuple[Mapping, ...]  # signs without an answer


def signs(seller: str) -> list[Mapping]:
    """What to look for at a kind of seller."""
    return [sign for sign in load("seller_check")["sign"] if seller in sign["kinds"]]


def judge(seller: str, answers: Mapping[str, str]) -> Safety:
    """The verdict on answers (sign id: ``"yes"`` or ``"no"``); answers to the signs of other kinds
    of seller do not count."""
    asked = signs(seller)
    reasons = [(sign, outcome) for sign in asked for outcome in sign["outcome"]
               if answers.get(sign["id"]) == outcome["on"]]
    unanswered = [sign for sign in asked if sign["id"] not in answers]
    counts = Counter(outcome["weight"] for _, outcome in reasons)
    counts["unanswered"] = len(unanswered)
    rule = next(rule for rule in load("seller_check")["rule"]
                if all(counts[what] >= least for what, least in rule["when"].items()))
    reasons.sort(key=lambda reason: WEIGHTS.index(reason[1]["weight"]))
    return Safety(seller, tuple(asked), rule, tuple(reasons), tuple(unanswered))


class SellerModel(Model):
    """Who would get the money, and what there is to see; ``answer`` is a :class:`Safety`."""

    seller = tl.Unicode(SELLERS[0]).tag(input=True)
    answers = tl.Dict().tag(input=True)

    def solve(self) -> Safety:
        checked_choice(self.seller, "seller_unknown", SELLERS)
        known = sorted(sign["id"] for sign in load("seller_check")["sign"])
        for sign, answer in self.answers.items():
            checked_choice(sign, "sign_unknown", known)
            checked_choice(answer, "sign_answer", ANSWERS, sign=sign)
        return judge(self.seller, self.answers)
