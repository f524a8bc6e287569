"""The tables for learners say what the files say, in plain names and real types."""

import csv
import datetime as dt
from decimal import Decimal

import pandas as pd
import pytest

import build
import prepaid
from prepaid import i18n, lesson_frame, load_catalog

CONTENT = build.ROOT / "content"
TRUTH = {"yes": True, "no": False, "": None}


def known(value):
    """A cell, or nothing where it is not known."""
    return None if pd.isna(value) else value


@pytest.fixture(scope="module")
def plans() -> pd.DataFrame:
    return lesson_frame()


def test_ten_plain_columns_of_real_types(plans):
    assert {name: str(kind) for name, kind in plans.dtypes.items()} == {
        "plan_id": "str", "provider": "str", "kind": "str", "price_usd": "float64",
        "fee_usd": "float64", "days": "Int64", "data_gb": "float64", "unlimited": "bool",
        "esim": "boolean", "as_of": "datetime64[us]"}


def test_every_row_says_what_the_catalogue_says(plans):
    raw = load_catalog()
    assert len(plans) == len(raw)
    for mine, row in zip(plans.itertuples(), raw.itertuples(), strict=True):
        assert (mine.plan_id, mine.provider, mine.kind) == (row.plan_id, row.provider, row.kind)
        assert known(mine.esim) == TRUTH[row.esim]
        assert mine.unlimited == (row.unlimited == "yes")
        assert known(mine.days) == known(row.validity_days)
        day = f"{row.as_of}-01"[:10] if row.as_of else None
        assert known(mine.as_of) == (day and dt.datetime.fromisoformat(day))
        times = row.validity_days if row.data_cap_per == "day" else 1
        assert known(mine.data_gb) == known(row.data_gb * times)


def test_fees_are_those_of_one_cycle_and_unknown_where_one_is(plans):
    for mine, row in zip(plans.itertuples(), load_catalog().itertuples(), strict=True):
        parts = (row.activation_fee_usd, row.fee_per_payment_usd, row.fee_per_cycle_usd)
        percent = Decimal(str(known(row.fee_percent) or 0)) / 100 * Decimal(str(row.price_usd))
        fee = sum(Decimal(str(known(part) or 0)) for part in parts) + percent
        assert known(mine.fee_usd) == (
            None if row.fee_unknown == "yes" else pytest.approx(float(fee), abs=0.0051))


def test_usage_and_devices_are_those_of_the_files():
    with (CONTENT / "usage_rates.csv").open(encoding="utf-8") as file:
        rates = [row for row in csv.DictReader(file)
                 if row["per"] != "ceiling" and row["mb_per_hour_typical"]]
    mine = lesson_frame("usage")
    assert mine["activity_id"].tolist() == [row["activity_id"] for row in rates]
    assert mine["mb_typical"].tolist() == [float(row["mb_per_hour_typical"]) for row in rates]
    with (CONTENT / "devices.csv").open(encoding="utf-8") as file:
        devices = list(csv.DictReader(file))
    mine = lesson_frame("devices")
    assert [known(value) for value in mine["sim_card"]] == [
        TRUTH.get(row["sim_card"]) for row in devices]


@pytest.mark.parametrize("table", ["prices", None, 3, [], object()])
def test_another_table_is_refused(table):
    with pytest.raises(prepaid.Refusal) as refused:
        lesson_frame(table)
    for language in i18n.LANGUAGES:
        assert "usage" in refused.value.tell(i18n.words(language))


def test_a_learner_may_change_what_was_given(plans):
    mine = lesson_frame()
    mine["price_usd"] = 0
    assert lesson_frame().equals(plans)
