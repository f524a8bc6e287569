"""Frames of any kind: the bounds of their numbers, and the words that would go unnoticed."""

import datetime as dt
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from prepaid import CatalogError, cheapest_schedule, i18n
from prepaid.catalogue.frames import BOUND, MOST_CYCLES, checked
from prepaid.catalogue.tables import columns

WORDS = [i18n.words(language) for language in i18n.LANGUAGES]
PLAN = {"plan_id": "a", "provider": "A", "price_usd": 10.0, "validity_days": 30.0, "data_gb": 5.0}
NUMBERS = [name for name, column in columns().items() if column["type"] in ("number", "integer")]
YES_NO = [name for name, column in columns().items()
          if "yes" in column["constraints"].get("enum", ())]


def frame(**cells) -> pd.DataFrame:
    plans = pd.DataFrame([PLAN])
    return plans.assign(**{
        name: pd.Series([cell], dtype=None if np.isscalar(cell) else object)
        for name, cell in cells.items()})


def faults(plans: pd.DataFrame) -> list[tuple[int, str, str]]:
    with pytest.raises(CatalogError) as caught:
        checked(plans)
    for words in WORDS:
        assert all("{" not in sentence for sentence in caught.value.tell_all(words))
    return [(fault.row, fault.column, fault.code) for fault in caught.value.problems]


@pytest.mark.parametrize("column", NUMBERS)
@pytest.mark.parametrize("number", [
    1e308, -1e308, np.inf, -np.inf, -0.5, "1e308", 10**400, "abc", "nan", "inf", b"x", [1], True,
    1 + 2j, Decimal("1e999"), dt.date(2026, 1, 1), pd.Timestamp("2026-01-01")], ids=str)
def test_a_number_that_nothing_can_cost_is_refused_in_a_sentence(column, number):
    assert faults(frame(**{column: number})) == [(2, column, "number")]


@pytest.mark.parametrize(("column", "least", "most"), [
    ("price_usd", 0, BOUND), ("intro_price_usd", 0, BOUND), ("activation_fee_usd", 0, BOUND),
    ("fee_per_payment_usd", 0, BOUND), ("fee_per_cycle_usd", 0, BOUND), ("data_gb", 0, BOUND),
    ("validity_days", 1, BOUND), ("min_commitment_cycles", 1, 1000), ("intro_cycles", 1, 1000),
    ("fee_percent", 0, 100), ("number_grace_days", 0, 3650), ("speed_limit_kbps", 0, BOUND),
])
def test_the_least_and_the_most(column, least, most):
    for number in (least, most):
        assert checked(frame(**{column: number}))[column].tolist() == [number]
    for number in (least - 0.5, most + 1):
        assert faults(frame(**{column: number})) == [(2, column, "number")]
    assert MOST_CYCLES == 1000


def test_the_most_of_everything_can_be_reckoned_with():
    plans = frame(price_usd=BOUND, min_commitment_cycles=MOST_CYCLES, fee_per_cycle_usd=BOUND,
                  activation_fee_usd=BOUND, fee_per_payment_usd=BOUND, fee_percent=100)
    cents = BOUND * 100
    assert cheapest_schedule(plans, [1]).total_cents == cents * (1000 + 1000 + 1 + 1 + 1000)


@pytest.mark.parametrize("column", YES_NO)
@pytest.mark.parametrize("kind", [bool, object, "boolean"])
def test_true_and_false_are_yes_and_no(column, kind):
    plans = pd.DataFrame([PLAN, PLAN | {"plan_id": "b"}])
    plans[column] = pd.Series([True, False], dtype=kind)
    assert checked(plans)[column].tolist() == ["yes", "no"]


@pytest.mark.parametrize("column", ["provider", "plan_name", "kind", "addon_for", "cycle_unit"])
@pytest.mark.parametrize("cell", [True, 5, 1.5, b"x", [1], (1,), np.array([1, 2])], ids=str)
def test_what_is_no_text_is_no_name(column, cell):
    assert [fault[:2] for fault in faults(frame(**{column: cell}))] == [(2, column)]


@pytest.mark.parametrize(("column", "word"), [
    ("cycle_unit", "weeks"), ("cycle_unit", "Month"), ("data_cap_per", "month"),
    ("status", "sold out"), ("renew_early", "never"), ("fee_unknown", "maybe"),
    ("foreign_card", "some"), ("esim", "both"), ("needs_us_card", "N"),
    ("needs_new_customer", "N"),
])
def test_a_word_that_would_go_unnoticed_is_refused(column, word):
    assert faults(frame(**{column: word})) == [(2, column, "enum")]


def test_what_is_not_known_is_not_at_fault():
    for missing in (None, np.nan, pd.NA, ""):
        plans = frame(cycle_unit=missing, esim=missing, status=missing, renew_early=missing)
        assert checked(plans)[["cycle_unit", "esim", "status", "renew_early"]
                              ].to_numpy().tolist() == [[""] * 4]
    for missing in (None, np.nan, pd.NA, ""):
        assert checked(frame(intro_cycles=missing, fee_percent=missing))[
            ["intro_cycles", "fee_percent"]].isna().all(axis=None)
