"""The line that a lesson is about: what one step of it was told, the steps below it follow."""

import traitlets as tl

from prepaid.steps.model import Model

_NAMES = ("provider_id", "cycle_end", "validity_days", "allowance_gb", "gb_per_day")


class Line(tl.HasTraits):
    """A running line: whose it is, when its cycle ends, what one purchase gives, what is used.

    A trait is ``None`` until a step has told it.
    """

    provider_id, cycle_end, validity_days, allowance_gb, gb_per_day = (
        tl.Any(None, allow_none=True) for _ in _NAMES)

    def hear(self, model: Model) -> None:
        """Take what a model says of its line, ``model.line()``, now and whenever it answers."""
        def take(_change=None) -> None:
            with self.hold_trait_notifications():
                for name, value in model.line().items():
                    setattr(self, name, value)

        take()
        model.observe(take, names="version")

    def lead(self, model: Model) -> None:
        """Let the inputs of a model that are called as here follow from now on."""
        names = [name for name in _NAMES if model.has_trait(name)]

        def put(known: dict) -> None:
            model.rebase(**{name: value for name, value in known.items() if value is not None})

        put({name: getattr(self, name) for name in names})
        self.observe(lambda change: put({change["name"]: change["new"]}), names=names)
