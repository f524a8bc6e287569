"""The FAQ: to search and filter where a kernel runs, to unfold and read everywhere else."""

from collections.abc import Iterable, Mapping

import htpy as h
import ipywidgets as w

from prepaid import tables
from prepaid.i18n import Words
from prepaid.models.questions import FaqModel, Found, Question, answering, themes
from prepaid.views.base import AUTO, StepView, row
from prepaid.views.ready import source

LONGEST_ECHO = 60  # characters of what was typed that are repeated


class FaqView(StepView):
    """The questions, see :class:`prepaid.models.questions.FaqModel`."""

    model: FaqModel

    def controls(self) -> list[w.Widget]:
        words = self.words
        themes_offered = [(said(theme, words, "title"), name) for name, theme in themes().items()]
        return [
            self.linked("query", w.Text(
                placeholder=words("questions.faq.placeholder"), continuous_update=True,
                layout=w.Layout(width="36em", max_width="calc(100% - 4px)"))),
            row(
                self.linked("theme", w.Dropdown(
                    options=[(words("questions.faq.all_themes"), ""), *themes_offered],
                    layout=w.Layout(**AUTO))),
                self.linked("provider", w.Dropdown(
                    options=[(words("questions.faq.all_providers"), ""),
                             *((name, name) for name in answering())],
                    layout=w.Layout(**AUTO))),
            ),
        ]

    def parts(self):
        return [lambda _today: found(self.model.answer, self.words)]

    def preview(self) -> str:
        return self._page(tables.note(self.words("questions.faq.static")),
                          by_theme(self.model.answer, self.words))

    def summary(self) -> str:
        return self.words("questions.faq.count", n=len(self.model.answer.questions))


def found(answer: Found, words: Words) -> tables.Cell:
    """What a search gave: the best question with its answers, the others to unfold."""
    if not answer.questions:
        return nothing(answer, words)
    count = words("questions.faq.count", n=len(answer.questions))
    scope = tables.note(words("questions.faq.scope", provider=answer.provider)) \
        if answer.provider else None
    if not answer.query:
        return tables.status(count), scope, by_theme(answer, words)
    best, *rest = answer.questions
    return (
        tables.status(words("questions.faq.best", count=count, ask=said(best.entry, words, "ask"))),
        scope, answers(best, words, answer.provider),
        [folded(question, words, answer.provider) for question in rest],
    )


def nothing(answer: Found, words: Words) -> tables.Cell:
    """That nothing was found, and what to try."""
    query = answer.query
    echo = query if len(query) <= LONGEST_ECHO else query[:LONGEST_ECHO] + "…"
    tips = ["shorter", "other_language", *(["widen"] if answer.provider or answer.theme else []),
            "clear"]
    return (
        tables.status(words("questions.faq.nothing", query=echo)),
        tables.bullets(words(f"questions.faq.tip.{tip}") for tip in tips),
    )


def by_theme(answer: Found, words: Words) -> tables.Cell:
    """Questions to unfold, theme by theme."""
    return [
        (
            tables.heading(said(theme, words, "title")),
            [folded(question, words, answer.provider) for question in answer.questions
             if question.theme == name],
        )
        for name, theme in themes().items()
        if any(question.theme == name for question in answer.questions)
    ]


def folded(question: Question, words: Words, provider: str = "") -> tables.Cell:
    """A question that opens on its answers."""
    return tables.details(said(question.entry, words, "ask"), answers(question, words, provider))


def opened(chosen: Iterable[Question], words: Words) -> tables.Cell:
    """Questions with their answers below them."""
    return [(tables.heading(said(question.entry, words, "ask")), answers(question, words))
            for question in chosen]


def answers(question: Question, words: Words, provider: str = "") -> tables.Cell:
    """What holds for everybody, and each provider's own answer; each with source and date."""
    first, own, last = [], {}, []
    for answer in question.answers(provider):
        if "provider" in answer:
            own.setdefault(answer["provider"], []).append(answer)
        else:
            (last if own else first).append(answer)
    return (
        [tables.paragraph(claim(answer, words)) for answer in first],
        tables.bullets(
            (h.strong[words("view.input", name=name)],
             [(gap(words), claim(answer, words)) for answer in mine])
            for name, mine in own.items()
        ) if own else None,
        [tables.paragraph(claim(answer, words)) for answer in last],
    )


def claim(entry: Mapping, words: Words) -> tables.Cell:
    """A sentence of the content files, with where it was read and for what date."""
    return (entry[words.language], sourced(entry, words))


def sourced(entry: Mapping, words: Words) -> tables.Cell:
    """Where something was read and for what date, in brackets and smaller type."""
    opening, closing = ("（", "）") if words.language == "zh-CN" else (" (", ")")
    return h.small[opening, source(entry, words), closing]


def gap(words: Words) -> str:
    """What stands between two sentences."""
    return "" if words.language == "zh-CN" else " "


def said(entry: Mapping, words: Words, part: str = "") -> str:
    """A text of a content file in this language: the entry's own, or that of one of its parts."""
    return (entry[part] if part else entry)[words.language]

