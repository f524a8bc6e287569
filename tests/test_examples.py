"""The examples in the package's docstrings are right."""

import dataclasses
import datetime as dt
import doctest
from importlib import import_module
from pkgutil import walk_packages

import pandas as pd
import pytest

import prepaid


class Checker(doctest.OutputChecker):
    """Where an example tells no result, as of our own catalogue, it only has to run."""

    def check_output(self, want, got, optionflags):
        return not want or super().check_output(want, got, optionflags)


MODULES = sorted(one.name for one in walk_packages(prepaid.__path__, "prepaid."))
FLAGS = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS


@pytest.mark.parametrize("name", ["prepaid", *MODULES])
def test_examples(name):
    module = import_module(name)
    known = {"prepaid": prepaid, "pd": pd, "dt": dt}
    runner = doctest.DocTestRunner(Checker(), optionflags=FLAGS)
    for test in doctest.DocTestFinder().find(module, extraglobs=known):
        runner.run(test)
    assert not runner.failures


@pytest.mark.parametrize("name", [
    name for name in MODULES if name.startswith(("prepaid.schedule", "prepaid.analysis"))])
def test_no_answer_can_be_changed(name):
    for called, value in vars(import_module(name)).items():
        if (dataclasses.is_dataclass(value) and value.__module__ == name
                and not called.startswith("_")):
            assert value.__dataclass_params__.frozen, value


@pytest.mark.parametrize("name", [
    name for name, home in prepaid._HOMES.items() if home.startswith(("schedule", "analysis"))])
def test_every_public_function_has_an_example(name):
    value = getattr(prepaid, name)
    if callable(value) and not isinstance(value, type):
        assert ">>>" in (value.__doc__ or ""), name
