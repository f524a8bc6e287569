"""The self-check quiz: what is asked, what was tried, and the score.

What it says stands in ``content/quiz.toml``; entries are handed on as the file has them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import traitlets as tl

from prepaid.catalogue.content import load
from prepaid.i18n import Refusal
from prepaid.steps.model import Model


@dataclass(frozen=True)
class QuizScore:
    """Where a reader is in the quiz."""

    place: int  # of the question that is asked, from 0
    question: Mapping  # its entry
    chosen: Mapping | None  # the choice tried last, if any
    hint: bool  # whether the hint was asked for
    answered: int  # how many questions have been answered
    right: int  # how many of them at the first go
    total: int  # how many questions there are


class QuizModel(Model):
    """The question that is asked, and what was tried; ``answer`` is a :class:`QuizScore`."""

    question = tl.Int(0).tag(input=True)  # place of the question, from 0
    # number of the lesson whose own questions are asked, such as "01"; "" for the self-check
    lesson = tl.Unicode("")
    # choices tried by question id, from 0, in the order in which they were tried
    tries = tl.Dict().tag(input=True)
    hints = tl.Tuple().tag(input=True)  # ids of the questions whose hint was asked for

    @property
    def asked(self) -> Sequence[Mapping]:
        return [one for one in load("quiz")["question"] if one.get("lesson", "") == self.lesson]

    def choose(self, question: Mapping, choice: int) -> None:
        """Try a choice of a question."""
        name = question["id"]
        self.tries = self.tries | {name: (*self.tries.get(name, ()), choice)}

    def ask_hint(self) -> None:
        """Show the hint of the question that is asked."""
        self.hints = tuple(dict.fromkeys([*self.hints, self.asked[self.question]["id"]]))

    def solve(self) -> QuizScore:
        asked = {question["id"]: question for question in self.asked}
        if not asked:
            raise Refusal("quiz_lesson", value=self.lesson)
        if not 0 <= self.question < len(asked):
            raise Refusal("quiz_question", value=self.question + 1, total=len(asked))
        for name, tried in self.tries.items():
            choices = asked[name]["choice"] if name in asked else ()
            if not tried or not all(0 <= choice < len(choices) for choice in tried):
                raise Refusal("quiz_choice", question=name, value=list(tried))
        question = self.asked[self.question]
        tried = self.tries.get(question["id"])
        return QuizScore(
            self.question, question, question["choice"][tried[-1]] if tried else None,
            question["id"] in self.hints, len(self.tries),
            sum(asked[name]["choice"][tried[0]]["right"] for name, tried in self.tries.items()),
            len(asked),
        )
