"""The seller check: what to look for at a kind of seller, and whether it is safe to pay there."""

from collections.abc import Mapping

import ipywidgets as w

from prepaid import tables
from prepaid.i18n import Words
from prepaid.models.questions import (
    ANSWERS,
    SELLERS,
    WEIGHTS,
    SellerModel,
    Verdict,
    content,
    signs,
)
from prepaid.views.base import AUTO, StepView, row
from prepaid.views.questions import claim, gap, said


class SellerView(StepView):
    """The check, see :class:`prepaid.models.questions.SellerModel`.

    A sign stands beside its answer by number, since the label of a widget does not wrap.
    """

    model: SellerModel

    def controls(self) -> list[w.Widget]:
        words = self.words
        kinds = [(name, seller) for seller, name in seller_names(words).items()]
        seller = self.linked("seller", w.Dropdown(options=kinds, layout=w.Layout(**AUTO)))
        every = content("seller_check.toml")["sign"]
        self._signs = {sign["id"]: self._sign(sign) for sign in every}
        self._box = w.VBox(layout=w.Layout(width="100%", max_width="56em"))
        self._offer()
        self.model.observe(self._offer, names="seller")
        self.model.observe(self._follow, names="answers")
        reset = w.Button(description=words("questions.seller.reset"), icon="undo",
                         layout=w.Layout(**AUTO))
        reset.on_click(lambda _: self.model.update(answers={}))
        return [row(seller), self.heading("questions.seller.signs"), self._box, row(reset)]

    def _sign(self, sign: Mapping) -> w.Dropdown:
        options = [(self.words("questions.seller.open"), "")]
        box = w.Dropdown(
            options=[*options, *((self.words(f"view.{one}"), one) for one in ANSWERS)],
            value=self.model.answers.get(sign["id"], ""),
            style={"description_width": "initial"}, layout=w.Layout(**AUTO))

        def to_model(change):
            rest = {name: one for name, one in self.model.answers.items() if name != sign["id"]}
            self.model.answers = rest | ({sign["id"]: change["new"]} if change["new"] else {})

        box.observe(to_model, names="value")
        self.inputs.append(box)
        return box

    def _offer(self, _change=None) -> None:
        offered = signs(self.model.seller) if self.model.seller in SELLERS else ()
        self._box.children = [
            self._asked(number, sign, self._signs[sign["id"]])
            for number, sign in enumerate(offered, 1)
        ]

    def _asked(self, number: int, sign: Mapping, box: w.Dropdown) -> w.Box:
        ask = self.words(
            "questions.seller.numbered", n=number, ask=said(sign, self.words, "ask"))
        box.description = self.words("questions.seller.answer_to", n=number)
        text = w.HTML(self._page(tables.paragraph(ask)), layout=w.Layout(flex="1 1 22em"))
        return row(text, box)

    def _follow(self, change) -> None:
        for name, box in self._signs.items():
            answer = change["new"].get(name, "")
            box.value = answer if answer in ANSWERS else ""

    def parts(self):
        return [lambda _today: verdict(self.model.answer, self.words)]

    def preview(self) -> str:
        return self._page(tables.note(self.words("questions.seller.static")),
                          check_list(self.words), rules(self.words))

    def summary(self) -> str:
        return self.words("questions.seller.summary")


def seller_names(words: Words) -> dict[str, str]:
    """The kinds of seller by id."""
    return {kind["id"]: said(kind, words) for kind in content("seller_check.toml")["kind"]}


def headline(answer: Verdict, words: Words) -> str:
    """The verdict and what it means, in one line."""
    return _told(answer.rule, words)


def _told(rule: Mapping, words: Words) -> str:
    return words(f"questions.seller.verdict.{rule['verdict']}", told=said(rule, words))


def verdict(answer: Verdict, words: Words) -> tables.Cell:
    """The verdict with its reasons, the gravest first."""
    of_weight = {
        weight: [reason for reason in answer.reasons if reason[1]["weight"] == weight]
        for weight in WEIGHTS
    }
    answered = len(answer.signs) - len(answer.unanswered)
    return (
        tables.status(headline(answer, words)),
        tables.note(words("questions.seller.answered", n=answered, total=len(answer.signs))),
        [
            (
                tables.heading(words(f"questions.seller.weight.{weight}")),
                tables.bullets(
                    (_asked(sign, outcome, words), gap(words), claim(outcome, words))
                    for sign, outcome in reasons),
            )
            for weight, reasons in of_weight.items() if reasons
        ],
    )


def _asked(sign: Mapping, outcome: Mapping, words: Words) -> str:
    answer = words(f"view.{outcome['on']}")
    return words("questions.seller.asked", ask=said(sign, words, "ask"), answer=answer)


def check_list(words: Words) -> tables.Cell:
    """All signs to read, by kind of seller."""
    return [
        tables.details(
            name,
            tables.bullets(
                (
                    said(sign, words, "ask"),
                    tables.bullets(
                        (words(f"questions.seller.if_{outcome['on']}",
                               weight=words(f"questions.seller.weight.{outcome['weight']}")),
                         gap(words), claim(outcome, words))
                        for outcome in sign["outcome"]),
                )
                for sign in signs(seller)),
        )
        for seller, name in seller_names(words).items()
    ]


def rules(words: Words) -> tables.Cell:
    """How answers make a verdict: the first rule that fits decides."""
    return tables.table(
        words("questions.seller.rules"),
        [words("questions.seller.when"), words("questions.seller.then")],
        ([_condition(rule["when"], words), _told(rule, words)]
         for rule in content("seller_check.toml")["rule"]))


def _condition(when: Mapping[str, int], words: Words) -> str:
    return words.list(words(f"questions.seller.count.{what}", n=least)
                      for what, least in when.items()) or words("questions.seller.otherwise")
