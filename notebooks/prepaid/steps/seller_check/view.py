"""The seller check: what to look for at a kind of seller, and whether it is safe to pay there."""

from collections.abc import Iterable, Mapping

import ipywidgets as w

from prepaid.catalogue.content import load
from prepaid.html import page
from prepaid.html.citations import Notes
from prepaid.i18n import Words
from prepaid.steps.seller_check.model import ANSWERS, SELLERS, WEIGHTS, Safety, SellerModel, signs
from prepaid.steps.view import StepView, button, row


class SellerView(StepView):
    """The check, see :class:`prepaid.steps.seller_check.model.SellerModel`.

    A sign stands beside its answer by number, since the label of a widget does not wrap.
    """

    model: SellerModel

    def controls(self) -> list[w.Widget]:
        words = self.words
        kinds = [(name, seller) for seller, name in seller_names(words).items()]
        seller = self.select("seller", kinds)
        every = load("seller_check")["sign"]
        self._signs = {sign["id"]: self._sign(sign) for sign in every}
        self._box = w.VBox(layout=w.Layout(width="100%", max_width="56em"))
        self._offer()
        self.model.observe(self._offer, names="seller")
        reset = button(words("questions.seller.reset"), "undo",
                       lambda: self.model.update(answers={}))
        return [row(seller), self.heading("questions.seller.signs"), self._box, row(reset)]

    def _sign(self, sign: Mapping) -> w.Dropdown:
        def read() -> str:
            answer = self.model.answers.get(sign["id"], "")
            return answer if answer in ANSWERS else ""

        def write(answer: str) -> None:
            rest = {name: one for name, one in self.model.answers.items() if name != sign["id"]}
            self.model.answers = rest | ({sign["id"]: answer} if answer else {})

        options = [(self.words("questions.seller.open"), ""),
                   *((self.words(f"view.{one}"), one) for one in ANSWERS)]
        return self.tied(w.Dropdown(options=options), "answers", read, write)

    def _offer(self, _change=None) -> None:
        offered = signs(self.model.seller) if self.model.seller in SELLERS else ()
        self._box.children = [
            self._asked(number, sign, self._signs[sign["id"]])
            for number, sign in enumerate(offered, 1)
        ]

    def _asked(self, number: int, sign: Mapping, box: w.Dropdown) -> w.Box:
        ask = self.words(
            "questions.seller.numbered", n=number, ask=self.words.text(sign, "ask"))
        box.description = self.words("questions.seller.answer_to", n=number)
        text = w.HTML(self._page(page.paragraph(ask)), layout=w.Layout(flex="1 1 22em"))
        return row(text, box)

    def parts(self):
        return (verdict,)

    def preview(self) -> str:
        return self._page(page.note(self.words("questions.seller.static")),
                          check_list(self.words), rules(self.words))

    def summary(self) -> str:
        return self.words("questions.seller.summary")


def seller_names(words: Words) -> dict[str, str]:
    """The kinds of seller by id."""
    return {kind["id"]: words.text(kind) for kind in load("seller_check")["kind"]}


def _told(rule: Mapping, words: Words) -> str:
    """The verdict of a rule and what it means, in one line."""
    return words(f"questions.seller.verdict.{rule['verdict']}", told=words.text(rule))


def verdict(answer: Safety, words: Words) -> page.Cell:
    """The verdict with its reasons, the most serious first."""
    of_weight = {
        weight: [reason for reason in answer.reasons if reason[1]["weight"] == weight]
        for weight in WEIGHTS
    }
    answered, notes = len(answer.signs) - len(answer.unanswered), Notes(words)
    return (
        page.status(_told(answer.rule, words)),
        page.note(words("questions.seller.answered", n=answered, total=len(answer.signs))),
        [
            (
                page.heading(words(f"questions.seller.weight.{weight}")),
                page.bullets(
                    (_asked(sign, outcome, words), words("text.space"), notes.cite(outcome))
                    for sign, outcome in reasons),
            )
            for weight, reasons in of_weight.items() if reasons
        ],
        notes.listed() if answer.reasons else None,
    )


def _asked(sign: Mapping, outcome: Mapping, words: Words) -> str:
    answer = words(f"view.{outcome['on']}")
    return words("questions.seller.asked", ask=words.text(sign, "ask"), answer=answer)


def check_list(words: Words) -> page.Cell:
    """All signs to read, those of every seller and then by kind, and where each was read."""
    notes = Notes(words)
    everywhere = [sign for sign in signs(SELLERS[0])
                  if all(sign in signs(seller) for seller in SELLERS)]
    return (
        page.heading(words("questions.seller.everywhere")), _to_read(everywhere, words, notes),
        [page.details(name, _to_read([sign for sign in signs(seller) if sign not in everywhere],
                                     words, notes), level=3)
         for seller, name in seller_names(words).items()],
        notes.listed(),
    )


def _to_read(asked: Iterable[Mapping], words: Words, notes: Notes) -> page.Cell:
    """Signs with what each answer means."""
    return page.bullets(
        (words.text(sign, "ask"), page.bullets(
            (words(f"questions.seller.if_{outcome['on']}",
                   weight=words(f"questions.seller.weight.{outcome['weight']}")),
             words("text.space"), notes.cite(outcome)) for outcome in sign["outcome"]))
        for sign in asked)


def rules(words: Words) -> page.Cell:
    """How answers make a verdict: the first rule that fits decides."""
    return page.table(
        words("questions.seller.rules"),
        [words("questions.seller.when"), words("questions.seller.then")],
        ([_condition(rule["when"], words), _told(rule, words)]
         for rule in load("seller_check")["rule"]))


def _condition(when: Mapping[str, int], words: Words) -> str:
    return words.list(words(f"questions.seller.count.{what}", n=least)
                      for what, least in when.items()) or words("questions.seller.otherwise")
