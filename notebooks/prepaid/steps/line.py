"""The line that a lesson is about: what one step of it was told, the steps below it follow."""

from collections.abc import Mapping

import traitlets as tl

from prepaid.steps.model import Model


class Line(tl.HasTraits):
    """A running line: whose it is, when its cycle ends, what one purchase gives, what is used."""

    # what a step has told, `model.line()`, by the inputs of the steps that follow
    known = tl.Dict()

    def hear(self, model: Model) -> None:
        """Take what a model says of its line, now and whenever it answers."""
        def take(_change=None) -> None:
            self.known = self.known | model.line()

        take()
        model.observe(take, names="version")

    def lead(self, model: Model) -> None:
        """Let the inputs of a model that are called so follow from now on, in one answer."""
        def put(known: Mapping, before: Mapping) -> None:
            model.rebase(**{name: value for name, value in known.items()
                            if model.has_trait(name) and value != before.get(name)})

        put(self.known, {})
        self.observe(lambda change: put(change["new"], change["old"]), names="known")
