"""Fees and conditions: what each row has to say, and which row holds for which plan.

The rules are read off the data package and off the tables as they stand; no figure of ours is
repeated here.
"""

import csv
import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

from checks import gates
from prepaid import CatalogError, i18n, load_catalog
from prepaid.catalogue import conditions, tables

CONTENT = Path(__file__).resolve().parents[2] / "content"
WORDS = [i18n.words(language) for language in i18n.LANGUAGES]
TABLES = {resource["name"]: resource for resource in json.loads(
    (CONTENT / "datapackage.json").read_text("utf-8"))["resources"]}
FACTS = [(name, place, row) for name in ("fees", "conditions") for place, row in enumerate(
    csv.DictReader((CONTENT / f"{name}.csv").open(encoding="utf-8", newline="")), 2)]
PLANS = list(csv.DictReader((CONTENT / "plans.csv").open(encoding="utf-8", newline="")))


@pytest.mark.parametrize("text", [
    "USD 5", "$5", "5 dollars", "a fee of 25 dollars", "75 cents", "1 dollar", "25 美元", "75 美分",
    "usd 2.50", "€3",
])
def test_what_counts_as_money(text):
    assert gates.MONEY.search(text)


@pytest.mark.parametrize("text", [
    "5 GB", "128 kbps", "1.5 Mbps", "100 minutes", "30 天", "5 GB 高速流量", "5G", "to 15 numbers",
])
def test_what_does_not(text):
    assert not gates.MONEY.search(text)


# -------------------------------------------------------------------------------- which row holds

MARKET = pd.DataFrame({
    "plan_id": ["a1", "a2", "b1", "a3"], "provider": ["A", "A", "B", "A"],
})


def facts(*rows: tuple[str, str, str, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["provider", "plan_ids", "column", "value"])


def values(found: pd.DataFrame) -> dict[tuple[str, str], str]:
    return {(row.plan_id, row.column): row.value for row in found.itertuples()}


def test_a_row_that_names_a_plan_wins_wherever_it_stands():
    rows = [("A", "", "fee", "1"), ("A", "a1; a3", "fee", "2"), ("A", "", "card", "no")]
    expected = {
        ("a1", "fee"): "2", ("a2", "fee"): "1", ("a3", "fee"): "2",
        ("a1", "card"): "no", ("a2", "card"): "no", ("a3", "card"): "no",
    }
    for order in (rows, rows[::-1]):
        found = conditions.held(MARKET, facts(*order))
        assert values(found) == expected
        assert found["plan_id"].drop_duplicates().tolist() == ["a1", "a2", "a3"]


def test_a_row_holds_for_no_other_provider():
    found = conditions.held(MARKET, facts(("B", "a1", "fee", "1"), ("C", "", "fee", "2")))
    assert found.empty


def test_what_no_row_says_is_not_known():
    fields = [{"name": "fee", "type": "number"}, {"name": "card", "type": "string"}]
    found = conditions.held(MARKET, facts(("A", "a1", "fee", "0"), ("A", "", "card", "yes")))
    plans = conditions.join(MARKET, found, fields)
    assert plans["fee"].dtype == float
    assert plans["fee"].isna().tolist() == [False, True, True, True]
    assert plans.at[0, "fee"] == 0
    assert plans["card"].tolist() == ["yes", "yes", "", "yes"]
    assert list(MARKET) == ["plan_id", "provider"]


def test_our_catalogue_has_every_fact_and_no_other():
    plans = load_catalog().set_index("plan_id")
    named = {(plan_id, fact["column"]): fact["value"] for _, _, fact in FACTS
             for plan_id in fact["plan_ids"].split(";") if plan_id}
    general = {(fact["provider"], fact["column"]): fact["value"] for _, _, fact in FACTS
               if not fact["plan_ids"]}
    for table in ("fees", "conditions"):
        for column in TABLES[table]["joinedFields"]:
            name = column["name"]
            for plan_id, plan in plans.iterrows():
                said = named.get((plan_id, name), general.get((plan["provider"], name), ""))
                if column["type"] == "string":
                    assert plan[name] == said
                elif said:
                    assert plan[name] == float(said)
                else:
                    assert pd.isna(plan[name])


def test_each_joined_value_can_be_cited():
    plans, known = load_catalog(), conditions.load_facts()
    joined = [column["name"] for table in conditions.TABLES
              for column in TABLES[table]["joinedFields"]]
    for plan in plans.to_dict("records"):
        rows = known[known["plan_id"] == plan["plan_id"]]
        told = [name for name in joined if plan[name] != "" and plan[name] == plan[name]]
        assert sorted(rows["column"]) == sorted(told)
        assert rows[["source_url", "source_title", "source_title_zh", "dated_by"]
                    ].ne("").all(axis=None)


def test_another_persons_file_may_have_the_columns_itself(tmp_path):
    path = tmp_path / "own.csv"
    path.write_text(
        "plan_id,provider,price_usd,validity_days,data_gb,fee_percent,renew_early\n"
        f"a,{PLANS[0]['provider']},10,30,5,2.5,no\n", "utf-8")
    plans = load_catalog(path)
    assert plans[["fee_percent", "renew_early"]].to_numpy().tolist() == [[2.5, "no"]]
    assert plans["needs_in_us"].tolist() == [""]  # our own facts are about our own plans
    assert plans.dtypes.equals(load_catalog().dtypes)
    path.write_text(path.read_text("utf-8").replace("2.5,no", "250,perhaps"), "utf-8")
    with pytest.raises(CatalogError) as caught:
        load_catalog(path)
    assert [fault.column for fault in caught.value.problems] == ["fee_percent", "renew_early"]


# ------------------------------------------------------------------------------- rows with faults


@pytest.fixture
def own_copy(tmp_path, monkeypatch):
    copy = shutil.copytree(CONTENT, tmp_path / "content")
    monkeypatch.setattr(tables, "CONTENT", copy)
    return copy


@pytest.mark.parametrize(("change", "column"), [
    ({"provider": "Nobody"}, "provider"), ({"plan_ids": "no-such-plan"}, "plan_ids"),
    ({"value": "soon"}, "value"), ({"value": "-1"}, "value"), ({"column": "price_usd"}, "column"),
    ({"source_url": ""}, "source_url"), ({"as_of": "2026"}, "as_of"),
    ({"dated_by": ""}, "dated_by"),
])
def test_a_faulty_row_is_named(own_copy, change, column):
    rows = [fact for name, _, fact in FACTS if name == "fees"]
    place = next(place for place, row in enumerate(rows) if row["column"] == "fee_per_cycle_usd")
    rows[place] = rows[place] | change
    write(own_copy / "fees.csv", rows)
    with pytest.raises(CatalogError) as caught:
        load_catalog()
    assert (place + 2, column) in [(fault.row, fault.column) for fault in caught.value.problems]
    with pytest.raises(CatalogError):
        conditions.load_facts("fees", recheck=True)
    for words in WORDS:
        assert "{" not in caught.value.tell(words)


def test_a_row_that_says_the_same_again_is_named(own_copy):
    rows = [fact for name, _, fact in FACTS if name == "conditions"]
    write(own_copy / "conditions.csv", [*rows, rows[0]])
    with pytest.raises(CatalogError) as caught:
        load_catalog()
    (fault,) = caught.value.problems
    assert (fault.row, fault.column) == (len(rows) + 2, "column")
    assert all("2" in fault.tell(words) for words in WORDS)


def write(path: Path, rows: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
