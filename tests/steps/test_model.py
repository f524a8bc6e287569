"""What the models of all steps share."""

import threading

import pytest
import traitlets as tl

from prepaid.steps.model import Model


class Slow(Model):
    """Answers the first change only once the second one is there, if that one gets through."""

    first, second = tl.Int(0).tag(input=True), tl.Int(0).tag(input=True)

    def __init__(self):
        self.begun, self.passed = threading.Event(), threading.Event()
        super().__init__()

    def solve(self):
        seen = self.first, self.second
        if seen == (1, 0):
            self.begun.set()
            self.passed.wait(0.5)
        return seen


@pytest.mark.parametrize("changes", [{"second": 2}, {"second": 2, "first": 3}])
def test_the_answer_to_the_last_change_stays_with_threads(changes):
    model = Slow()
    other = threading.Thread(target=lambda: setattr(model, "first", 1))
    other.start()
    assert model.begun.wait(5)
    model.update(**changes)
    model.passed.set()
    other.join()
    assert model.answer == (model.first, model.second)
