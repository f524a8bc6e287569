"""The FAQ: to search and filter where a kernel runs, to unfold and read everywhere else."""

from collections.abc import Callable, Iterable, Mapping

import htpy as h
import ipywidgets as w

from prepaid.html import page
from prepaid.html.citations import Notes
from prepaid.i18n import Words
from prepaid.steps.help.model import FaqAnswer, FaqModel, Question, answering, themes
from prepaid.steps.view import StepView, row


class FaqView(StepView):
    """The questions, see :class:`prepaid.steps.help.model.FaqModel`."""

    model: FaqModel

    def controls(self) -> list[w.Widget]:
        words = self.words
        themes_offered = [
            (words.text(theme, "title"), name) for name, theme in themes().items()]
        return [
            self.linked("query", w.Text(
                placeholder=words("questions.faq.placeholder"), continuous_update=True,
                layout=w.Layout(width="36em", max_width="calc(100% - 4px)"))),
            row(
                self.select("theme", [(words("questions.faq.all_themes"), ""), *themes_offered]),
                self.select("provider", [(words("questions.faq.all_providers"), ""),
                                         *((name, name) for name in answering())]),
            ),
        ]

    def parts(self):
        return (found,)

    def preview(self) -> str:
        return self._page(page.note(self.words("questions.faq.static")),
                          by_theme(self.model.answer, self.words))

    def summary(self) -> str:
        return self.words("questions.faq.count", n=len(self.model.answer.questions))


def found(answer: FaqAnswer, words: Words) -> page.Cell:
    """What a search gave: the best question with its answers, the others to unfold."""
    if not answer.questions:
        return nothing(answer, words)
    count = words("questions.faq.count", n=len(answer.questions))
    scope = page.note(words("questions.faq.scope", provider=answer.provider)) \
        if answer.provider else None
    if not answer.query:
        return page.status(count), scope, by_theme(answer, words)
    best, *rest = answer.questions
    notes = Notes(words)
    return (
        page.status(words(
            "questions.faq.best", count=count, ask=words.text(best.entry, "ask"))),
        scope, answers(best, words, answer.provider, notes.cite),
        [folded(question, words, answer.provider, notes.cite) for question in rest],
        notes.listed(),
    )


def nothing(answer: FaqAnswer, words: Words) -> page.Cell:
    """That there is nothing on it here, the nearest questions, and what to try."""
    notes = Notes(words)
    tips = ["shorter", *(["widen"] if answer.provider or answer.theme else []), "clear"]
    return (
        page.status(words("questions.faq.nothing", query=answer.query)),
        page.note(words("questions.faq.nearest")) if answer.nearest else None,
        [folded(question, words, answer.provider, notes.cite) for question in answer.nearest],
        page.bullets(words(f"questions.faq.tip.{tip}") for tip in tips),
        notes.listed() if answer.nearest else None,
    )


def by_theme(answer: FaqAnswer, words: Words) -> page.Cell:
    """Questions to unfold, theme by theme, and where their answers were read. What lesson 4 says
    provider by provider is said here of a chosen one only."""
    notes = Notes(words)
    return [
        page.details(
            words.text(theme, "title"),
            [folded(question if answer.provider else question.in_short(), words, answer.provider,
                    notes.cite) for question in answer.questions if question.theme == name],
            level=3,
        )
        for name, theme in themes().items()
        if any(question.theme == name for question in answer.questions)
    ], notes.listed()


def some(chosen: Iterable[Question], words: Words) -> page.Cell:
    """A few questions to unfold, and where their answers were read."""
    notes = Notes(words)
    return [folded(question, words, "", notes.cite) for question in chosen], notes.listed()


def folded(
    question: Question, words: Words, provider: str, told: Callable[[Mapping], page.Cell],
) -> page.Cell:
    """A question that opens on its answers."""
    return page.details(
        words.text(question.entry, "ask"), answers(question, words, provider, told), level=4)


def answers(
    question: Question, words: Words, provider: str, told: Callable[[Mapping], page.Cell],
) -> page.Cell:
    """What holds for everybody, and each provider's own answer; ``told`` shows one with its
    source."""
    before, after = words("questions.faq.by_provider").split("|")
    each = page.lesson("04-renew", words("questions.faq.lesson"), words.language)
    first, own, last = [], {}, []
    for answer in question.answers(provider):
        if "provider" in answer:
            own.setdefault(answer["provider"], []).append(answer)
        else:
            (last if own else first).append(answer)
    return (
        [page.paragraph(told(answer)) for answer in first],
        page.bullets(
            (h.strong[words("view.input", name=name)],
             [(words("text.space"), told(answer)) for answer in mine])
            for name, mine in own.items()
        ) if own else None,
        [page.paragraph(told(answer)) for answer in last],
        page.paragraph([before, each, after]) if question.shortened else None,
    )
