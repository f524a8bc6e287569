"""Adding and changing rows of tables."""


import pytest

import fresh
import row

NEW_FEE = {
    "provider": "Tello", "column": "fee_percent", "value": "3",
    "source_url": "https://tello.com/fees", "source_title": "Tello: fees",
    "source_title_zh": "Tello：费用", "as_of": "2026-11-25", "dated_by": "day of the reading",
    "confidence": "high", "evidence": "3 per cent, at the foot of the page.",
}
NEW_PLAN = {
    "like": "tello-2gb", "plan_id": "tello-77gb", "plan_name": "77 GB", "plan_name_zh": "77 GB",
    "data_gb": "77", "price_usd": "70", "evidence": "Price read: 70 at tello.com.",
}


def test_a_fee_is_added(folder):
    before = fresh.read_rows("fees")
    assert "fees.csv has a new row" in row.write("fees", NEW_FEE)
    *kept, new = fresh.read_rows("fees")
    assert kept == before
    assert new == NEW_FEE | {"plan_ids": ""}


def test_a_plan_is_added_like_another(folder):
    told = row.write("plans", NEW_PLAN)
    *kept, new = fresh.read_rows("plans")
    like = next(one for one in kept if one["plan_id"] == "tello-2gb")
    for name in new:
        taken_over = bool(new[name]) and name not in NEW_PLAN
        assert (f" {name}={like[name]}" in told) == taken_over
    changed = {name for name in new if new[name] != like[name]}
    assert changed <= NEW_PLAN.keys() | set(row.OWN)
    assert new["note"] == ""
    assert {name: new[name] for name in NEW_PLAN if name != "like"} == {
        name: cell for name, cell in NEW_PLAN.items() if name != "like"}


def test_a_plan_is_changed_and_its_old_cells_are_kept(folder):
    before, history = fresh.read_rows("plans"), fresh.read_rows("price_history")
    row.write("plans", {"at": "tello-2gb", "status": "gone", "status_reason": "It is sold no more.",
                        "status_reason_zh": "已下架。"})
    changed = [now for now, was in zip(fresh.read_rows("plans"), before, strict=True) if now != was]
    assert [one["plan_id"] for one in changed] == ["tello-2gb"]
    assert changed[0]["status"] == "gone"
    new = fresh.read_rows("price_history")[len(history):]
    assert ("status", "", "gone") in {
        (one["column"], one["old_value"], one["new_value"]) for one in new}


@pytest.mark.parametrize(("table", "cells", "told"), [
    ("fee", NEW_FEE, "There is no table “fee”"),
    ("fees", NEW_FEE | {"valeu": "3"}, "near to it are value"),
    ("fees", NEW_FEE | {"value": "lots"}, "column value: “lots” — allowed: a number"),
    ("fees", NEW_FEE | {"provider": "Nobody"}, "column provider: “Nobody”"),
    ("fees", NEW_FEE | {"evidence": "on the page"}, "the figure 3"),
    ("fees", {"provider": "Tello"}, "column as_of: nothing is there"),
    ("fees", NEW_FEE | {"like": "tello-2gb"}, "plans alone"),
    ("plans", NEW_PLAN | {"plan_id": "tello-2gb"}, "a value that no other row has"),
    ("plans", NEW_PLAN | {"like": "tello-2gbb"}, "near to it are tello-2gb"),
    ("plans", NEW_PLAN | {"price_usd": "71"}, "the column evidence says"),
    ("plans", NEW_PLAN | {"note": "Only here."}, "column note_zh"),
    ("plans", {"at": "tello-2gb", "as_of": ""}, "doubtful"),
])
def test_a_slip_is_told_and_nothing_is_written(folder, table, cells, told):
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(fresh.Slip) as caught:
        row.write(table, cells)
    assert told in str(caught.value)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_the_command_line(folder, capsys):
    assert row.main(["fees", *(f"{name}={cell}" for name, cell in NEW_FEE.items())]) == 0
    assert "content/check.py" in capsys.readouterr().out
    assert "Nothing is written." in row.main(["fees", "provider=Nobody"])
    assert row.main(["fees"]) == row.main(["fees", "x"]) == row.__doc__
