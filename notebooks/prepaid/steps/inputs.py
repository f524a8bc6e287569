"""Inputs that several steps share."""

import ipywidgets as w

from prepaid.steps.pick.model import SLOW_KBPS
from prepaid.steps.view import StepView, row


def need_inputs(view: StepView) -> list[w.Widget]:
    """The inputs for what a plan has to offer, and the button that resets all."""
    return [
        row(view.choice("sim", ["either", "esim", "physical"]), view.tick("us_number"),
            view.tick("hotspot"), view.tick("known_customer")),
        row(view.choice("slow_ok_kbps", SLOW_KBPS), view.number("tax_percent", step=0.25),
            view.reset_button()),
    ]
