"""The self-check: a question at a time, a hint on request, an explanation of every choice."""

from collections.abc import Mapping
from string import ascii_uppercase

import ipywidgets as w

from prepaid.html import page
from prepaid.html.citations import in_brackets, source
from prepaid.i18n import Words
from prepaid.steps.quiz.model import QuizModel, QuizScore
from prepaid.steps.view import StepView, button, row

MOST_OPEN = 6  # questions to read without unfolding them


class QuizView(StepView):
    """The quiz, see :class:`prepaid.steps.quiz.model.QuizModel`.

    Choices are picked by letter, since the text beside a radio button does not wrap.
    """

    model: QuizModel

    def controls(self) -> list[w.Widget]:
        words, model = self.words, self.model
        total = len(model.asked)
        places = [(words("questions.quiz.place", n=place + 1, total=total), place)
                  for place in range(total)]
        question = self.select("question", places)
        self._ask = w.HTML()
        self._choices = [self._radio(place, entry) for place, entry in enumerate(model.asked)]
        self._chosen = w.Box(layout=w.Layout(width="100%"))
        hint = self._button("hint", "lightbulb-o", model.ask_hint)
        previous = self._button("previous", "arrow-left", lambda: self._go(-1))
        following = self._button("next", "arrow-right", lambda: self._go(1))
        again = self._button("again", "undo", lambda: model.update(question=0, tries={}, hints=()))
        self._put_question()
        model.observe(self._put_question, names="version")
        return [
            row(question), self._ask, self._chosen,
            row(hint, previous, following, again),
        ]

    def _radio(self, place: int, entry: Mapping) -> w.RadioButtons:
        letters = [(letter, choice) for choice, letter in enumerate(_letters(entry))]
        radio = w.RadioButtons(
            options=letters, value=None, orientation="horizontal",
            description=self.words("questions.quiz.answer_to", n=place + 1),
            tooltip=self.words.text(entry, "ask"))

        def read() -> int | None:
            tried = self.model.tries.get(entry["id"], ())
            return tried[-1] if tried and tried[-1] in range(len(letters)) else None

        def write(choice: int | None) -> None:
            if choice not in (None, *self.model.tries.get(entry["id"], ())[-1:]):
                self.model.choose(entry, choice)

        return self.tied(radio, "tries", read, write)

    def _button(self, name: str, icon: str, do) -> w.Button:
        return button(self.words(f"questions.quiz.{name}"), icon, do)

    def _go(self, step: int) -> None:
        self.model.question = (self.model.question + step) % len(self.model.asked)

    def _put_question(self, _change=None) -> None:
        answer = self.model.answer
        self._ask.value = self._page(ask(answer.question, self.words))
        if self._chosen.children != (self._choices[answer.place],):
            self._chosen.children = [self._choices[answer.place]]

    def parts(self):
        return (feedback,)

    def preview(self) -> str:
        asked = self.model.asked
        many = len(asked) > MOST_OPEN
        told = [_to_read(place, entry, len(asked), self.words)
                for place, entry in enumerate(asked)]
        return self._page(
            page.note(self.words(f"questions.quiz.static{'_many' if many else ''}")),
            page.details(self.words("questions.quiz.all", n=len(asked)), told) if many else told)

    def summary(self) -> str:
        return self.words("questions.quiz.summary", n=len(self.model.asked))


def _letters(entry: Mapping) -> str:
    return ascii_uppercase[:len(entry["choice"])]


def ask(entry: Mapping, words: Words, number: int | None = None) -> page.Cell:
    """A question, with its number if one is given, and its choices by letter."""
    told = words.text(entry, "ask")
    return (
        page.heading(told if number is None else words(
            "questions.seller.numbered", n=number, ask=told)),
        [page.paragraph(words("questions.quiz.choice", letter=letter, text=words.text(choice)))
         for letter, choice in zip(_letters(entry), entry["choice"], strict=True)],
    )


def feedback(standing: QuizScore, words: Words) -> page.Cell:
    """What the choice was worth and why, or the hint, and the score."""
    entry, chosen = standing.question, standing.chosen
    hint = words("questions.quiz.hinted", hint=words.text(entry, "hint"))
    if chosen:
        line = _judged(chosen, words)
    else:
        line = hint if standing.hint else words(
            "questions.quiz.open", n=standing.place + 1, total=standing.total)
    return (
        page.status(line),
        page.paragraph(hint) if chosen and standing.hint else None,
        _sources(entry, words) if chosen else None,
        page.note(words("questions.quiz.score", right=standing.right,
                        answered=standing.answered, total=standing.total)),
    )


def _judged(choice: Mapping, words: Words) -> str:
    key = "right" if choice["right"] else "wrong"
    return words(f"questions.quiz.{key}", why=words.text(choice, "why"))


def _sources(entry: Mapping, words: Words) -> page.Cell:
    """Where it was read; nothing for what follows from the lesson."""
    return page.paragraph(in_brackets(source(entry, words), words)) if "source" in entry else None


def _to_read(place: int, entry: Mapping, total: int, words: Words) -> page.Cell:
    """A question with its choices; hint and answers to unfold, of many the right answer alone."""
    many = total > MOST_OPEN
    judged = (
        words("questions.quiz.choice", letter=letter,
              text=words.text(choice, "why") if many else _judged(choice, words))
        for letter, choice in zip(_letters(entry), entry["choice"], strict=True)
        if choice["right"] or not many
    )
    return (
        None if many else page.note(words("questions.quiz.place", n=place + 1, total=total)),
        ask(entry, words, place + 1 if many else None),
        None if many else page.details(
            words("questions.quiz.hint"), page.paragraph(words.text(entry, "hint"))),
        page.details(words(f"questions.quiz.answer{'' if many else 's'}"), page.bullets(judged),
                     _sources(entry, words)),
    )
