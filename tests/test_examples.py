"""The examples in the package's docstrings are right."""

import datetime as dt
import doctest
from importlib import import_module
from pkgutil import walk_packages

import pandas as pd
import pytest

import prepaid

MODULES = sorted(one.name for one in walk_packages(prepaid.__path__, "prepaid."))
FLAGS = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS


@pytest.mark.parametrize("name", ["prepaid", *MODULES])
def test_examples(name):
    module = import_module(name)
    known = {"prepaid": prepaid, "pd": pd, "dt": dt}
    assert not doctest.testmod(module, extraglobs=known, optionflags=FLAGS).failed


@pytest.mark.parametrize("name", [
    name for name, home in prepaid._HOMES.items() if home.startswith(("schedule", "analysis"))])
def test_every_public_function_has_an_example(name):
    value = getattr(prepaid, name)
    if callable(value) and not isinstance(value, type):
        assert ">>>" in (value.__doc__ or ""), name
