"""What a lesson calls: the views in its language, and pandas frames made readable."""

import os
from collections.abc import Callable, Mapping
from functools import cached_property

import pandas as pd
from IPython.display import display

from prepaid import i18n
from prepaid.analysis import golden, habits
from prepaid.analysis.break_points import HAS
from prepaid.analysis.stored import stored
from prepaid.catalogue.plans import load_catalog, select
from prepaid.html import page
from prepaid.html.page import Shown
from prepaid.html.plans import plan_names
from prepaid.i18n import Refusal, Words
from prepaid.steps.browse.model import BrowseModel, CardModel
from prepaid.steps.browse.view import BrowseView, CardView
from prepaid.steps.compare.model import CompareModel
from prepaid.steps.compare.view import CompareView
from prepaid.steps.exercises import output
from prepaid.steps.exercises import view as exercises
from prepaid.steps.exercises.model import Practice, named
from prepaid.steps.first_hour.view import first_hour
from prepaid.steps.first_purchase.model import FirstPurchaseModel
from prepaid.steps.first_purchase.view import FirstPurchaseView
from prepaid.steps.help.model import FaqModel, chosen_questions
from prepaid.steps.help.view import FaqView, some
from prepaid.steps.line import Line
from prepaid.steps.model import Model
from prepaid.steps.next_step.model import NextStepModel, TopUpModel
from prepaid.steps.next_step.view import NextStepView, TopUpView
from prepaid.steps.own_plans.model import OwnModel
from prepaid.steps.own_plans.view import OwnView
from prepaid.steps.pick.model import PickModel
from prepaid.steps.pick.view import PickView
from prepaid.steps.quiz.model import QuizModel
from prepaid.steps.quiz.view import QuizView
from prepaid.steps.read_only import answers, evidence
from prepaid.steps.read_only import tables as statics
from prepaid.steps.ready import view as ready
from prepaid.steps.ready.model import ChecklistModel, DeviceModel, ImeiModel
from prepaid.steps.ready.view import ChecklistView, DeviceView, ImeiView
from prepaid.steps.rescue.model import RescueModel
from prepaid.steps.rescue.view import RescueView
from prepaid.steps.seller_check.model import SellerModel
from prepaid.steps.seller_check.view import SellerView
from prepaid.steps.shelf import Shelf
from prepaid.steps.travel import CARRY_ON
from prepaid.steps.two_lines.model import KeepNumberModel
from prepaid.steps.two_lines.view import KeepNumberView, two_lines
from prepaid.steps.view import StepView, is_app
from prepaid.steps.walk import view as renew_walk
from prepaid.steps.walk.model import LateModel, WalkModel
from prepaid.steps.walk.view import LateView, WalkView


def tutorial(language: str) -> "Tutorial":
    """The tutorial in ``"en"`` or ``"zh-CN"``; an app says first what is different there."""
    words = i18n.words(language)
    if is_app():
        exercises_here = "/06-" in os.environ.get("SCRIPT_NAME", "")  # as Voilà tells its kernels
        note = words("app.code" if exercises_here else "app.note")
        display(Shown(page.render(page.note(note), lang=language) + CARRY_ON, note))
    output.install(words)
    return Tutorial(words)


class Tutorial:
    """The views of all lessons in one language.

    Attributes:
        words: the language.
        shelf: our catalogue and the reader's own plans; views that are given it follow it.
        practice: what a learner has tried and solved of the exercises.
    """

    def __init__(self, words: Words):
        self.words = words
        self.practice = Practice()

    @cached_property
    def shelf(self) -> Shelf:
        return Shelf(marked=lambda name: self.words("own.marked", name=name))

    @property
    def plans(self) -> pd.DataFrame:
        """All plans on the shelf now, see :func:`prepaid.load_catalog`."""
        return self.shelf.plans

    def preparations(self) -> ChecklistView:
        """What to do before renewing, to tick off."""
        return ChecklistView(ChecklistModel(), self.words, 1)

    def device(self, **inputs) -> DeviceView:
        """eSIM or card, by phone; inputs are those of :class:`DeviceModel`."""
        return DeviceView(DeviceModel(self.plans, **inputs), self.words, _travels(1, inputs))

    def devices(self) -> Shown:
        """eSIM or card, for every phone that is known."""
        return self._shown(self.words("ready.devices.summary"), ready.device_tables(self.words))

    def eid(self) -> Shown:
        """Where a phone shows its EID."""
        return self._shown(self.words("ready.eid.picture"), ready.eid_picture(self.words))

    def accounts(self) -> Shown:
        """How to see what is left and how to pay, provider by provider."""
        return self._shown(self.words("fold.accounts"), ready.accounts(self.words))

    def card_refused(self) -> Shown:
        """Why a card from abroad is refused, and what to try next."""
        return self._shown(self.words("ready.refused.reasons"), ready.refused(self.words))

    def notes(self) -> Shown:
        """What may be written down and what never."""
        return self._shown(self.words("ready.note.caption"), ready.notes(self.words))

    def numbers(self) -> Shown:
        """What IMEI, EID and ICCID are."""
        return self._shown(self.words("ready.imei.numbers"), ready.numbers(self.words))

    def imei(self) -> ImeiView:
        """A typing check for an IMEI that keeps nothing."""
        return ImeiView(ImeiModel(), self.words)

    def rescue(self, **inputs) -> RescueView:
        """No data: a question at a time; inputs: :class:`prepaid.steps.rescue.model.RescueModel`.
        """
        return RescueView(_sound(RescueModel(**inputs)), self.words)

    def two_lines(self) -> Shown:
        """What the home line and the US line do in one phone, and when."""
        return self._shown(self.words("two_lines.caption"), two_lines(self.words))

    def keep_number(self, **inputs) -> KeepNumberView:
        """The last day for a US number; inputs: those of :class:`KeepNumberModel`."""
        return KeepNumberView(_sound(KeepNumberModel(**inputs)), self.words)

    def first_hour(self) -> Shown:
        """Where a card is sold, what is asked for, and which cards are taken."""
        return self._shown(self.words("first_hour.caption"), first_hour(self.words))

    def faq(self, **inputs) -> FaqView:
        """All questions, to search; inputs: :class:`prepaid.steps.help.model.FaqModel`."""
        return FaqView(_sound(FaqModel(**inputs)), self.words)

    def answers(self, *question_ids: str) -> Shown:
        """A few questions of the FAQ, each to unfold.

        Raises:
            Refusal: there is no such question.
        """
        chosen = chosen_questions(question_ids)
        asks = (self.words.text(question.entry, "ask") for question in chosen)
        return self._shown(" · ".join(asks), some(chosen, self.words))

    def seller_check(self, **inputs) -> SellerView:
        """Safe to pay here? Inputs are those of :class:`SellerModel`."""
        return SellerView(_sound(SellerModel(**inputs)), self.words)

    def quiz(self, lesson: str = "") -> QuizView:
        """The self-check, or the few questions on one lesson, such as ``"01"``.

        Raises:
            Refusal: the lesson has no questions of its own.
        """
        return QuizView(_sound(QuizModel(lesson=str(lesson))), self.words)

    def pick(self, **inputs) -> PickView:
        """The picker; ``inputs`` are those of :class:`PickModel`."""
        model = PickModel(self.shelf, **inputs)
        return PickView(model, self.words, _travels(2, inputs), unsure=self.unsure)

    def unsure(self, **inputs) -> FirstPurchaseView:
        """What to buy first; inputs are those of :class:`FirstPurchaseModel`."""
        return FirstPurchaseView(FirstPurchaseModel(self.shelf, **inputs), self.words)

    def compare(self, **inputs) -> CompareView:
        """The sizes side by side, for any stay."""
        return CompareView(CompareModel(self.shelf, **inputs), self.words, _travels(3, inputs))

    def card(self, plan_id: str, beside: str = "") -> CardView:
        """One plan in the rows of the Broadband Facts label, or two side by side."""
        return CardView(CardModel(self.shelf, plan_id=plan_id, beside=beside), self.words)

    def catalogue(self, **inputs) -> BrowseView:
        """All plans, to filter and sort."""
        return BrowseView(BrowseModel(self.shelf, **inputs), self.words)

    def own_plans(self, *files: str | os.PathLike, **inputs) -> OwnView:
        """The reader's own plans, from a file or typed in, in all views that follow the shelf.

        Args:
            files: plans or labels to take in at once, see
                :func:`prepaid.catalogue.labels.read_plans`.
            inputs: those of :class:`prepaid.steps.own_plans.model.OwnModel`.
        """
        return OwnView(OwnModel(self.shelf, **inputs), self.words, files)

    def now(self, **inputs) -> NextStepView:
        """*When must I renew?* and the cheapest next step; the steps below follow its line."""
        view = NextStepView(NextStepModel(self.plans, **inputs), self.words, _travels(4, inputs))
        if not inputs:
            view.once_stored.append(lambda: self.line.hear(view.model))
        return view

    def top_up(self, **inputs) -> TopUpView:
        """The five meanings of topping up on one stay; without inputs it follows the line."""
        return self._following(TopUpView(_sound(TopUpModel(**inputs)), self.words), inputs)

    def late(self, **inputs) -> LateView:
        """What happens to who is late; inputs: :class:`prepaid.steps.walk.model.LateModel`.
        Without inputs it follows the line."""
        return self._following(LateView(_sound(LateModel(**inputs)), self.words), inputs)

    def walk(self, **inputs) -> WalkView:
        """Steps to tick off; inputs: :class:`prepaid.steps.walk.model.WalkModel`. Without inputs
        it follows the line."""
        return self._following(WalkView(_sound(WalkModel(**inputs)), self.words), inputs)

    def walks(self) -> Shown:
        """All that is known of renewing, provider by provider, to read."""
        return self._shown(self.words("fold.every"), renew_walk.by_provider(self.words))

    @cached_property
    def line(self) -> Line:
        """The running line that lesson 4 is about."""
        return Line()

    def _following(self, view: StepView, inputs: Mapping) -> StepView:
        if not inputs:
            view.once_stored.append(lambda: self.line.lead(view.model))
        return view

    def show(self, frame: pd.DataFrame, caption: str = "") -> Shown:
        """A frame of ours with headings, money, data and codes in the reader's language."""
        caption = caption or self.words("table.frame")
        return self._shown(caption, statics.frame(frame, caption, self.words))

    def break_points(self) -> Shown:
        """What to buy for many stays, at every use, for readers without a kernel."""
        cell = answers.break_points(
            stored("break_points"), plan_names(self.shelf.ours, self.words), self.words)
        return self._shown(self.words("points.caption"), cell)

    def habits(self) -> Shown:
        """What the habits of comparison sites cost, beside the cheapest way."""
        ours = self.plans.equals(load_catalog())
        found = stored("habits") if ours else habits.habits(select(self.plans, **HAS)[0])
        cell = evidence.habits(found, plan_names(self.plans, self.words), self.words)
        return self._shown(evidence.habits_caption(found, self.words), cell)

    def golden(self) -> Shown:
        """How many of the cases answered outside of this project are answered the same here."""
        found = stored("golden").set_index("id")
        cell = evidence.golden(golden.cases(), found, self.words)
        return self._shown(evidence.pass_rate(found, self.words), cell)

    def unlimited(self) -> Shown:
        """What plans called unlimited slow down to, and what still works then."""
        cell = statics.unlimited(self.plans, self.words)
        return self._shown(self.words("unlimited.caption"), cell)

    def price_ages(self) -> Shown:
        """Where the prices come from and as of when."""
        caption = statics.ages_caption(self.plans, self.words)
        return self._shown(caption, page.details(
            caption, statics.price_ages(self.plans, self.words)))

    def check(self, task: str | int, answer=...) -> Shown:
        """Whether ``answer``, in any shape, solves an exercise of lesson 6; else what is mistaken.

        Args:
            task: the exercise's name, or its number from 1.
            answer: ``...`` is none yet.
        """
        return self._exercise(
            task, lambda: exercises.told(self.practice.check(task, answer), self.words))

    def hint(self, task: str | int) -> Shown:
        """Help with an exercise: first a nudge, from the second time on nearly the code."""
        return self._exercise(task, lambda: exercises.hint(self.practice, task, self.words))

    def solution(self, task: str | int) -> Shown:
        """How we solve an exercise, once an answer to it has been checked."""
        return self._exercise(task, lambda: exercises.solution(self.practice, task, self.words))

    def progress(self) -> Shown:
        """How many exercises are solved so far, and which are open."""
        return self._shown(
            exercises.how_far(self.practice, self.words),
            exercises.progress(self.practice, self.words))

    def _exercise(self, task, do: Callable[[], page.Cell]) -> Shown:
        try:
            cell = page.paragraph(self.words("app.task")) if is_app() else do()
        except Refusal as refusal:
            cell = page.alert(refusal.tell(self.words))
        return self._shown(self.words("task.title", task=named(task)), cell)

    def _shown(self, text: str, *cells: page.Cell) -> Shown:
        return Shown(page.render(*cells, lang=self.words.language), text)


def _travels(lesson: int, inputs: Mapping) -> int | None:
    """The lesson whose choices travel; a form that is asked for with inputs stays as it is."""
    return None if inputs else lesson


def _sound(model: Model) -> Model:
    """The model; raises its :class:`Refusal` if what it was made with makes no sense."""
    if model.problem:
        raise model.problem
    return model
