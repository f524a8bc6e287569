"""What a lesson calls: the views in its language, and pandas frames made readable.

Each method imports what it shows, so that a lesson loads its own steps alone.
"""

import os
from collections.abc import Callable, Mapping
from functools import cached_property

import pandas as pd
from IPython.display import display

from prepaid import i18n
from prepaid.html import page
from prepaid.html.page import Shown
from prepaid.i18n import Refusal, Words
from prepaid.steps.exercises import output
from prepaid.steps.line import Line
from prepaid.steps.model import Model
from prepaid.steps.shelf import Shelf
from prepaid.steps.travel import CARRY_ON
from prepaid.steps.view import StepView, is_app


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
    """

    def __init__(self, words: Words):
        self.words = words

    @cached_property
    def shelf(self) -> Shelf:
        return Shelf(marked=lambda name: self.words("own.marked", name=name))

    @property
    def plans(self) -> pd.DataFrame:
        """All plans on the shelf now, see :func:`prepaid.load_catalog`."""
        return self.shelf.plans

    def preparations(self) -> StepView:
        """What to do before renewing, to tick off."""
        from prepaid.steps.ready.model import ChecklistModel
        from prepaid.steps.ready.view import ChecklistView

        return ChecklistView(ChecklistModel(), self.words, 1)

    def device(self, **inputs) -> StepView:
        """eSIM or card, by phone; inputs are those of :class:`DeviceModel`."""
        from prepaid.steps.ready.model import DeviceModel
        from prepaid.steps.ready.view import DeviceView

        return DeviceView(DeviceModel(self.plans, **inputs), self.words, _travels(1, inputs))

    @cached_property
    def _ready(self):
        from prepaid.steps.ready import view

        return view

    def devices(self) -> Shown:
        """eSIM or card, for every phone that is known."""
        return self._shown(
            self.words("ready.devices.summary"), self._ready.device_tables(self.words))

    def eid(self) -> Shown:
        """Where a phone shows its EID."""
        return self._shown(self.words("ready.eid.picture"), self._ready.eid_picture(self.words))

    def card_refused(self) -> Shown:
        """Why a card from abroad is refused, and what to try next."""
        return self._shown(self.words("ready.refused.reasons"), self._ready.refused(self.words))

    def notes(self) -> Shown:
        """What may be written down and what never."""
        return self._shown(self.words("ready.note.caption"), self._ready.notes(self.words))

    def numbers(self) -> Shown:
        """What IMEI, EID and ICCID are."""
        return self._shown(self.words("ready.imei.numbers"), self._ready.numbers(self.words))

    def imei(self) -> StepView:
        """A typing check for an IMEI that keeps nothing."""
        from prepaid.steps.ready.model import ImeiModel
        from prepaid.steps.ready.view import ImeiView

        return ImeiView(ImeiModel(), self.words)

    def rescue(self, **inputs) -> StepView:
        """No data: a question at a time; inputs: :class:`prepaid.steps.rescue.model.RescueModel`.
        """
        from prepaid.steps.rescue.model import RescueModel
        from prepaid.steps.rescue.view import RescueView

        return RescueView(_sound(RescueModel(**inputs)), self.words)

    def two_lines(self) -> Shown:
        """What the home line and the US line do in one phone, and when."""
        from prepaid.steps.two_lines.view import two_lines

        return self._shown(self.words("two_lines.caption"), two_lines(self.words))

    def keep_number(self, **inputs) -> StepView:
        """The last day for a US number; inputs: those of :class:`KeepNumberModel`."""
        from prepaid.steps.two_lines.model import KeepNumberModel
        from prepaid.steps.two_lines.view import KeepNumberView

        return KeepNumberView(_sound(KeepNumberModel(**inputs)), self.words)

    def first_hour(self) -> Shown:
        """Where a card is sold, what is asked for, and which cards are taken."""
        from prepaid.steps.first_hour.view import first_hour

        return self._shown(self.words("first_hour.caption"), first_hour(self.words))

    def faq(self, **inputs) -> StepView:
        """All questions, to search; inputs: :class:`prepaid.steps.help.model.FaqModel`."""
        from prepaid.steps.help.model import FaqModel
        from prepaid.steps.help.view import FaqView

        return FaqView(_sound(FaqModel(**inputs)), self.words)

    def answers(self, *question_ids: str) -> Shown:
        """A few questions of the FAQ, each to unfold.

        Raises:
            Refusal: there is no such question.
        """
        from prepaid.steps.help.model import chosen_questions
        from prepaid.steps.help.view import some

        chosen = chosen_questions(question_ids)
        asks = (self.words.text(question.entry, "ask") for question in chosen)
        return self._shown(" · ".join(asks), some(chosen, self.words))

    def seller_check(self, **inputs) -> StepView:
        """Safe to pay here? Inputs are those of :class:`SellerModel`."""
        from prepaid.steps.seller_check.model import SellerModel
        from prepaid.steps.seller_check.view import SellerView

        return SellerView(_sound(SellerModel(**inputs)), self.words)

    def quiz(self, lesson: str = "") -> StepView:
        """The self-check, or the few questions on one lesson, such as ``"01"``.

        Raises:
            Refusal: the lesson has no questions of its own.
        """
        from prepaid.steps.quiz.model import QuizModel
        from prepaid.steps.quiz.view import QuizView

        return QuizView(_sound(QuizModel(lesson=str(lesson))), self.words)

    def pick(self, **inputs) -> StepView:
        """The picker; ``inputs`` are those of :class:`PickModel`."""
        from prepaid.steps.pick.model import PickModel
        from prepaid.steps.pick.view import PickView

        model = PickModel(self.shelf, **inputs)
        return PickView(model, self.words, _travels(2, inputs), unsure=self.unsure)

    def unsure(self, **inputs) -> StepView:
        """What to buy first; inputs are those of :class:`FirstPurchaseModel`."""
        from prepaid.steps.first_purchase.model import FirstPurchaseModel
        from prepaid.steps.first_purchase.view import FirstPurchaseView

        return FirstPurchaseView(FirstPurchaseModel(self.shelf, **inputs), self.words)

    def compare(self, **inputs) -> StepView:
        """The sizes side by side, for any stay."""
        from prepaid.steps.compare.model import CompareModel
        from prepaid.steps.compare.view import CompareView

        return CompareView(CompareModel(self.shelf, **inputs), self.words, _travels(3, inputs))

    def card(self, plan_id: str, beside: str = "") -> StepView:
        """One plan in the rows of the Broadband Facts label, or two side by side."""
        from prepaid.steps.browse.model import CardModel
        from prepaid.steps.browse.view import CardView

        return CardView(CardModel(self.shelf, plan_id=plan_id, beside=beside), self.words)

    def catalogue(self, **inputs) -> StepView:
        """All plans, to filter and sort."""
        from prepaid.steps.browse.model import BrowseModel
        from prepaid.steps.browse.view import BrowseView

        return BrowseView(BrowseModel(self.shelf, **inputs), self.words)

    def own_plans(self, *files: str | os.PathLike, **inputs) -> StepView:
        """The reader's own plans, from a file or typed in, in all views that follow the shelf.

        Args:
            files: plans or labels to take in at once, see
                :func:`prepaid.catalogue.labels.read_plans`.
            inputs: those of :class:`prepaid.steps.own_plans.model.OwnModel`.
        """
        from prepaid.steps.own_plans.model import OwnModel
        from prepaid.steps.own_plans.view import OwnView

        return OwnView(OwnModel(self.shelf, **inputs), self.words, files)

    def now(self, **inputs) -> StepView:
        """*When must I renew?* and the cheapest next step; the steps below follow its line."""
        from prepaid.steps.next_step.model import NextStepModel
        from prepaid.steps.next_step.view import NextStepView

        view = NextStepView(NextStepModel(self.plans, **inputs), self.words, _travels(4, inputs))
        if not inputs:
            view.once_stored.append(lambda: self.line.hear(view.model))
        return view

    def top_up(self, **inputs) -> StepView:
        """The five meanings of topping up on one stay; without inputs it follows the line."""
        from prepaid.steps.next_step.model import TopUpModel
        from prepaid.steps.next_step.view import TopUpView

        return self._following(TopUpView(_sound(TopUpModel(**inputs)), self.words), inputs)

    def late(self, **inputs) -> StepView:
        """What happens to who is late; inputs: :class:`prepaid.steps.walk.model.LateModel`.
        Without inputs it follows the line."""
        from prepaid.steps.walk.model import LateModel
        from prepaid.steps.walk.view import LateView

        return self._following(LateView(_sound(LateModel(**inputs)), self.words), inputs)

    def walk(self, **inputs) -> StepView:
        """Steps to tick off; inputs: :class:`prepaid.steps.walk.model.WalkModel`. Without inputs
        it follows the line."""
        from prepaid.steps.walk.model import WalkModel
        from prepaid.steps.walk.view import WalkView

        return self._following(WalkView(_sound(WalkModel(**inputs)), self.words), inputs)

    def walks(self) -> Shown:
        """All that is known of renewing, provider by provider, to read."""
        from prepaid.steps.walk.folds import by_provider

        return self._shown(self.words("fold.every"), by_provider(self.words))

    @cached_property
    def line(self) -> Line:
        """The running line that lesson 4 is about."""
        return Line()

    def _following(self, view: StepView, inputs: Mapping) -> StepView:
        if not inputs:
            view.once_stored.append(lambda: self.line.lead(view.model))
        return view

    def show(self, frame: pd.DataFrame) -> Shown:
        """A frame of ours with headings, money, data and codes in the reader's language."""
        from prepaid.steps.read_only import tables

        caption = self.words("table.frame", columns=tables.headings(frame, self.words))
        return self._shown(caption, tables.frame(frame, caption, self.words))

    def break_points(self) -> Shown:
        """What to buy for many stays, at every use, for readers without a kernel."""
        from prepaid.analysis.stored import stored
        from prepaid.steps.read_only.answers import break_points

        cell = break_points(stored("break_points"), self.shelf.ours, self.words)
        return self._shown(self.words("points.caption"), cell)

    def habits(self) -> Shown:
        """What the habits of comparison sites cost, beside the cheapest way."""
        from prepaid.analysis.break_points import HAS
        from prepaid.analysis.habits import habits
        from prepaid.analysis.stored import stored
        from prepaid.catalogue.plans import load_catalog, select
        from prepaid.html.plans import plan_names
        from prepaid.steps.read_only import evidence

        ours = self.plans.equals(load_catalog())
        found = stored("habits") if ours else habits(select(self.plans, **HAS)[0])
        cell = evidence.habits(found, plan_names(self.plans, self.words), self.words)
        return self._shown(evidence.habits_caption(found, self.words), cell)

    def golden(self) -> Shown:
        """How many of the cases answered outside of this project are answered the same here."""
        from prepaid.analysis.golden import cases
        from prepaid.analysis.stored import stored
        from prepaid.steps.read_only import evidence

        found = stored("golden").set_index("id")
        cell = evidence.golden(cases(), found, self.words)
        return self._shown(evidence.pass_rate(found, self.words), cell)

    def unlimited(self) -> Shown:
        """What plans called unlimited slow down to, and what still works then."""
        from prepaid.steps.read_only import tables

        cell = tables.unlimited(self.plans, self.words)
        return self._shown(self.words("unlimited.caption"), cell)

    def price_ages(self) -> Shown:
        """Where the prices come from and as of when."""
        from prepaid.steps.read_only import tables

        caption = tables.ages_caption(self.plans, self.words)
        return self._shown(caption, page.details(
            caption, tables.price_ages(self.plans, self.words)))

    @cached_property
    def practice(self):
        """What a learner has tried and solved, :class:`prepaid.steps.exercises.model.Practice`."""
        from prepaid.steps.exercises.model import Practice

        return Practice()

    def check(self, task: str | int, answer=...) -> Shown:
        """Whether ``answer``, in any shape, solves an exercise of lesson 6; else what is mistaken.

        Args:
            task: the exercise's name, or its number from 1.
            answer: ``...`` is none yet.
        """
        from prepaid.steps.exercises.view import feedback

        return self._exercise(
            task, lambda: feedback(self.practice.check(task, answer), self.words))

    def hint(self, task: str | int) -> Shown:
        """Help with an exercise: first a nudge, from the second time on nearly the code."""
        from prepaid.steps.exercises.view import hint

        return self._exercise(task, lambda: hint(self.practice, task, self.words))

    def solution(self, task: str | int) -> Shown:
        """How we solve an exercise, once an answer to it has been checked."""
        from prepaid.steps.exercises.view import solution

        return self._exercise(task, lambda: solution(self.practice, task, self.words))

    def progress(self) -> Shown:
        """How many exercises are solved so far, and which are open."""
        from prepaid.steps.exercises.view import how_far, progress

        return self._shown(
            how_far(self.practice, self.words), progress(self.practice, self.words))

    def _exercise(self, task, do: Callable[[], page.Cell]) -> Shown:
        from prepaid.steps.exercises.model import task_name

        try:
            cell = page.paragraph(self.words("app.task")) if is_app() else do()
        except Refusal as refusal:
            cell = page.alert(refusal.tell(self.words))
        return self._shown(self.words("task.title", task=task_name(task)), cell)

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
