"""The golden set is run, its answers are confirmed by the oracles, and its pass rate is told."""

import copy
import csv
import html
import json
from decimal import Decimal
from fractions import Fraction
from math import ceil

import pytest

import build
import prepaid
from brute_force import Uncovered, brute_force, brute_number_line
from prepaid import i18n
from prepaid.analysis import golden
from prepaid.steps.read_only import evidence
from schemas import faults

CASES = {case["id"]: case for case in golden.cases()}
STAYS = [name for name, case in CASES.items() if {"need", "number_days"} & case.keys()]
CONTENT = build.ROOT / "content"
OTHERS, SCHEMA = [*CASES.values()][1:26], CONTENT / "golden.schema.json"


@pytest.fixture(scope="module")
def outcomes():
    return golden.run()


@pytest.mark.parametrize("name", CASES)
def test_a_case_passes_or_is_known_to_fail(outcomes, name):
    outcome = outcomes.loc[name]
    told = f"expected {outcome['expected']} {outcome['buy']}, got {outcome['got']} "
    told += f"{outcome['bought']}"
    if "expected_to_fail" in CASES[name]:
        assert not outcome["passed"], f"passes now: take out expected_to_fail ({told})"
    else:
        assert outcome["passed"], told


@pytest.mark.parametrize("name", STAYS)
def test_brute_force_confirms_a_stay(name):
    case = CASES[name]
    rows, options, expect = case["plan"], golden.options_of(case), case["expect"]
    if "need" in case:
        found = brute_force(rows, golden.need_of(case), **options)
    else:
        found = brute_number_line(rows, case["number_days"], **options)
    if "unserved_day" in expect:
        assert found == Uncovered(expect["unserved_day"] - 1)
    else:
        total, purchases = found
        assert total == expect["total_cents"]
        bought = [[one["day"] + 1, one["plan_id"]] for one in purchases]
        assert bought == expect.get("buy", bought)


def test_brute_force_confirms_the_break_even():
    case = CASES["three-sizes"]
    size_of = {"one": "1 GB", "five": "5 GB", "unlimited": "unlimited"}
    cheapest = []
    for mb in range(1, 201):
        costs = [(brute_force([row], [mb] * case["days"])[0], size_of[row["plan_id"]])
                 for row in case["plan"]]
        if not cheapest or cheapest[-1][1] != min(costs)[1]:
            cheapest.append([mb, min(costs)[1]])
    assert cheapest == case["expect"]["from_mb"]


def rates() -> dict[str, dict[str, str]]:
    with (CONTENT / "usage_rates.csv").open(encoding="utf-8", newline="") as file:
        return {row["activity_id"]: row for row in csv.DictReader(file)}


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if "hours" in case])
def test_a_use_is_hours_times_rates(outcomes, name):
    case, by_id = CASES[name], rates()
    column = f"mb_per_hour_{case.get('level', 'typical')}"
    total = sum(Fraction(str(hours)) * Fraction(by_id[activity][column])
                for activity, hours in case["hours"].items())
    assert outcomes.at[name, "got"] == ceil(total)


@pytest.mark.parametrize(("name", "kbps"), [("128-kbps-hour", 128), ("1500-kbps-hour", 1500)])
def test_a_speed_is_bits_times_seconds(outcomes, name, kbps):
    assert Decimal(str(outcomes.at[name, "got"])) == Decimal(kbps) * 3600 / 8 / 1000


@pytest.mark.parametrize(
    "change",
    [
        lambda case: case.pop("source"),
        lambda case: case.update(by_hand=True),
        lambda case: case.pop("working"),
        lambda case: case.update(plan=[{"plan_id": "a"}]),
        lambda case: case.update(part="other"),
        lambda case: case["expect"].update(mb=1),
        lambda case: case["expect"].clear(),
        lambda case: case.pop("need"),
        lambda case: case.update(plans=["google-fi-flexible"]),
        lambda case: case.update(arrive="25:00"),
        lambda case: case["plan"][0].pop("validity_days"),
        lambda case: case["plan"][0].update(cycle_unit="no_expiry"),
    ],
)
def test_the_schema_sees_a_bad_case(change):
    case = copy.deepcopy(CASES["fi-1400-mb"])
    change(case)
    assert faults({"case": [case, *OTHERS]}, SCHEMA)


def test_the_schema_takes_the_case_as_it_is():
    assert faults({"case": [CASES["fi-1400-mb"], *OTHERS]}, SCHEMA) == []


def test_every_part_is_put_to_the_test_mostly_by_others():
    case = json.loads(SCHEMA.read_text("utf-8"))["properties"]["case"]["items"]["properties"]
    assert {one["part"] for one in CASES.values()} == {*case["part"]["enum"]}
    assert sum("source" in case for case in CASES.values()) > len(CASES) / 2


@pytest.mark.parametrize(
    ("change", "passes"),
    [
        ({}, True),
        ({"total_cents": 2499}, False),
        ({"buy": [[2, "b-fortnight"]]}, False),
        ({"buy": [[1, "a-week"], [8, "a-week"]]}, False),
    ],
)
def test_a_wrong_answer_does_not_pass(monkeypatch, change, passes):
    case = CASES["fewer-purchases"]
    changed = case | {"expect": case["expect"] | change}
    monkeypatch.setattr(golden, "cases", lambda: (changed,))
    assert golden.run()["passed"].tolist() == [passes]


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_the_lesson_tells_the_rate_of_this_run(outcomes, language):
    told = evidence.pass_rate(outcomes, i18n.words(language))
    assert str(len(CASES)) in told
    assert str(int(outcomes["passed"].sum())) in told
    shown = prepaid.tutorial(language).golden()
    assert told in shown.html
    assert repr(shown) == told
    for name, case in CASES.items():
        failed = not outcomes.at[name, "passed"]
        assert (case[language] in html.unescape(shown.html)) is failed
        if failed:
            assert case["expected_to_fail"][language] in shown.html
            for page in case.get("source", ()):
                assert f'href="{page}"' in shown.html
