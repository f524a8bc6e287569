"""What the models of all steps share: a change is answered, a bad one keeps the last answer."""

import datetime as dt
import threading
from collections.abc import Mapping
from contextlib import contextmanager
from typing import ClassVar

import pandas as pd
import traitlets as tl

from prepaid.catalogue.content import load
from prepaid.i18n import Refusal
from prepaid.steps.inputs import declared
from prepaid.steps.shelf import Shelf

# JupyterLab has the messages of some inputs handled in another thread than those of others.
one_at_a_time = threading.RLock()


class Model(tl.HasTraits):
    """Inputs as traits, and the answer to them.

    A subclass declares its inputs, see :mod:`prepaid.steps.inputs`, or tags other traits with
    ``input=True``, and answers them in :meth:`solve`.

    Attributes:
        answer: what follows from the inputs; while they make no sense, from the last that did.
        problem: why the inputs now can not be answered, or ``None``.
        version: counts the answers given, good or bad; views watch this one.
        takes: kept inputs of other steps that :meth:`update` understands as well.
    """

    takes: ClassVar[tuple[str, ...]] = ()

    _held = True  # no answer before all inputs are set

    answer = tl.Any(allow_none=True)
    problem = tl.Instance(Refusal, allow_none=True)
    version = tl.Int(0)

    BEGINS = "start"  # the input that is today where a lesson runs

    def __init__(self, **inputs):
        super().__init__(**inputs)
        self._example = {name: getattr(self, name) for name in self.inputs()}
        self._held = False
        self._solve_quietly()

    def notify_change(self, change) -> None:
        """An input that changes is answered once, together with those that follow it."""
        if not self.trait_metadata(change["name"], "input"):
            return super().notify_change(change)
        with self.one_answer():
            super().notify_change(change)

    @classmethod
    def inputs(cls) -> list[str]:
        """Names of the input traits."""
        return list(cls.class_trait_names(input=True))

    @classmethod
    def kept(cls) -> list[str]:
        """Names of the inputs that are kept, and travel, see :mod:`prepaid.steps.travel`."""
        return [name for fields in declared(cls).values() for name in fields]

    def carried(self) -> Mapping[str, object]:
        """What this step says about kept inputs, its own or those of other steps, by name."""
        return {name: getattr(self, name) for name in self.kept()}

    def checked(self, name: str):
        """What the input of that name holds, as it is used.

        Raises:
            Refusal: it does not fit.
        """
        return self.traits()[name].checked(getattr(self, name))

    def reset(self) -> None:
        """Back to the inputs it was made with."""
        self.update(**self._example)

    def begin(self, today: dt.date) -> None:
        """Begin today instead of on the example's date."""
        name = self.BEGINS
        if getattr(self, name) == self._example[name] == load("example")["start"]:
            self.rebase(**{name: today})

    def rebase(self, **inputs) -> None:
        """Set several inputs; :meth:`reset` comes back to them from now on."""
        if any(getattr(self, name) != value for name, value in inputs.items()):
            self._example |= inputs
            self.update(**inputs)

    def update(self, **inputs) -> None:
        """Set several inputs and answer once."""
        with self.one_answer():
            for name, value in inputs.items():
                setattr(self, name, value)

    def solve(self):
        """The answer to the inputs.

        Raises:
            Refusal: they make no sense, or nothing fits them.
        """
        raise NotImplementedError

    def _solve_quietly(self) -> None:
        try:
            self.answer, self.problem = self.solve(), None
        except Refusal as refusal:
            self.problem = refusal
        self.version += 1

    @contextmanager
    def one_answer(self):
        """Answer once what is set in here, also where it is set within another one."""
        with one_at_a_time:
            held, self._held = self._held, True
            try:
                yield
            finally:
                self._held = held
            if not held:
                self._solve_quietly()


class ShelfModel(Model):
    """A model of plans, which answers anew when the reader adds plans or removes them.

    Args:
        plans: a :class:`Shelf` to follow, or plans that stay as they are; ours by default.
        inputs: of the model.
    """

    def __init__(self, plans: Shelf | pd.DataFrame | None = None, **inputs):
        self.shelf = plans if isinstance(plans, Shelf) else Shelf(plans)
        super().__init__(**inputs)
        self.shelf.observe(self._on_shelf, names="version")

    def _on_shelf(self, _change) -> None:
        self.update()

    @property
    def plans(self) -> pd.DataFrame:
        """The plans on the shelf now."""
        return self.shelf.plans
