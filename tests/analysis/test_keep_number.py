"""Until when a plan lives that is bought on a day, and its number after it, by hand."""

import datetime as dt

import pytest

from prepaid.analysis.keep_number import last_day_to_pay, plan_end


@pytest.mark.parametrize(("row", "bought", "end"), [
    ({"validity_days": 30}, "2027-01-15", "2027-02-14"),
    ({"validity_days": 30, "min_commitment_cycles": 2}, "2027-01-15", "2027-03-16"),
    ({"validity_days": 30, "cycle_unit": "month"}, "2027-01-15", "2027-02-15"),
    ({"validity_days": 28, "cycle_unit": "month"}, "2027-01-15", "2027-02-15"),  # one at least
    ({"validity_days": 60, "cycle_unit": "month"}, "2027-01-15", "2027-03-15"),
    ({"validity_days": 90, "cycle_unit": "month", "min_commitment_cycles": 2},
     "2027-01-15", "2027-07-15"),
    ({"validity_days": 30, "cycle_unit": "month"}, "2027-01-31", "2027-02-28"),
    ({"validity_days": float("nan"), "cycle_unit": "no_expiry"}, "2027-01-15", None),
])
def test_the_first_day_without_the_plan(row, bought, end):
    found = plan_end(row, dt.date.fromisoformat(bought))
    assert found == (end and dt.date.fromisoformat(end))


@pytest.mark.parametrize(("number", "grace", "last"), [
    ("yes", 30, "2027-03-30"), ("yes", 1, "2027-03-01"), ("yes", 0, "2027-02-28"),
    ("yes", None, None), ("yes", "", None), ("no", 30, None), ("", 30, None),
])
def test_the_last_day_to_pay_for_a_number(number, grace, last):
    row = {"local_us_number": number, "number_grace_days": grace}
    assert last_day_to_pay(row, dt.date(2027, 3, 1)) == (last and dt.date.fromisoformat(last))
