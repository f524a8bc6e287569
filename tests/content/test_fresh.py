"""Keeping prices fresh: what is looked at first, what is written, which slips are caught."""

import datetime as dt
import sys
from types import SimpleNamespace

import pandas as pd
import pytest

import check
import fresh
from checks.files import Files

TODAY = dt.date(2026, 11, 26)
CONTENT = check.CONTENT


def some_plan(folder) -> dict[str, str]:
    """A plan with a price, a full date and a page of its provider."""
    return next(row for row in fresh.read_rows("plans") if float(row["price_usd"]) > 10
                and "2026-01-01" <= row["as_of"] < "2026-11" and row["upstream_url"]
                and row["upstream_url"] != row["source_url"]
                and not row["intro_price_usd"])


def a_little_more(row: dict[str, str]) -> str:
    return f"{float(row['price_usd']) + 1:.2f}"


# ------------------------------------------------------------------------------------ who can win


def market(*plans: tuple) -> pd.DataFrame:
    names = ["plan_id", "price_usd", "esim", "sim_card", "local_us_number", "hotspot_allowed"]
    frame = pd.DataFrame([dict(zip(names, plan, strict=True)) for plan in plans])
    return frame.assign(provider=frame["plan_id"], validity_days=30.0, data_gb=100.0,
                        price_usd=frame["price_usd"].astype(float))


def test_the_share_of_answers_by_hand():
    plans = market(
        ("travel", 10, "yes", "no", "no", "no"),
        ("card", 20, "no", "yes", "yes", "no"),
        ("full", 30, "yes", "yes", "yes", "yes"),
        ("dear", 40, "yes", "yes", "yes", "yes"),
    )
    # One stay for each of the four needs: eSIM travel, card card, number card, hotspot full.
    assert fresh.winners(((7,), (100,)), plans) == {"card": 0.5, "travel": 0.25, "full": 0.25}
    doubtful = plans.assign(status=["", "doubtful", "", ""])
    assert fresh.winners(((7,), (100,)), doubtful) == {"full": 0.75, "travel": 0.25}
    # 200 GB are too much for anything but several: stays without an answer do not count.
    assert fresh.winners(((), (100,)), plans) == {}


def test_old_and_influential_rows_come_first(folder, monkeypatch):
    table = fresh.read_rows("plans")
    dates = {"old-rare": "2026-01-01", "new-often": "2026-11-20", "old-often": "2026-01-01"}
    names = dict(zip((row["plan_id"] for row in table), dates, strict=False))
    for row in table:
        row["as_of"] = dates.get(names.get(row["plan_id"]), row["as_of"])
    fresh.write_rows("plans", table)
    ids = {name: plan_id for plan_id, name in names.items()}
    share = {ids["old-rare"]: 0.1, ids["new-often"]: 0.5, ids["old-often"]: 0.4}
    monkeypatch.setattr(fresh, "winners", lambda grid: share)
    found = fresh.by_influence(TODAY)
    assert [names[one.row["plan_id"]] for one in found] == ["old-often", "old-rare", "new-often"]
    assert found[0].age == (TODAY - dt.date(2026, 1, 1)).days
    told = "\n".join(fresh.listed(found))
    for one in found:
        assert one.row["upstream_url"] in told
        assert one.row["source_url"] in told


def test_our_own_winners_are_plans_on_sale():
    share = fresh.winners(fresh.QUICK)
    status = {row["plan_id"]: row["status"] for row in Files(CONTENT).rows("plans")}
    assert share
    assert {status[plan_id] for plan_id in share} == {""}
    assert all(0 < one <= 1 for one in share.values())


# --------------------------------------------------------------------------------- what is written


def test_a_new_price_is_written_and_the_old_one_kept(folder):
    old, before = some_plan(folder), fresh.read_rows("plans")
    history = fresh.read_rows("price_history")
    lines = (folder / "plans.csv").read_text("utf-8").splitlines()
    price = a_little_more(old)
    told = fresh.update(old["plan_id"], f"USD {price}", "2026-11-25", today=TODAY)
    after = fresh.read_rows("plans")
    changed = [(was, now) for was, now in zip(before, after, strict=True) if was != now]
    ((was, now),) = changed
    assert was == old
    new_lines = (folder / "plans.csv").read_text("utf-8").splitlines()
    assert sum(was != now for was, now in zip(lines, new_lines, strict=True)) == 1
    assert float(now["price_usd"]) == float(price)
    assert (now["as_of"], now["source_url"]) == ("2026-11-25", old["upstream_url"])
    assert old["source_title"] != now["source_title"]
    *kept, new = fresh.read_rows("price_history")
    assert kept == history
    assert new == {
        "plan_id": old["plan_id"], "column": "price_usd", "old_value": old["price_usd"],
        "old_as_of": old["as_of"], "old_source_url": old["source_url"],
        "new_value": now["price_usd"], "new_as_of": "2026-11-25", "changed_on": "2026-11-26",
    }
    for part in (old["plan_id"], old["price_usd"], now["price_usd"], "2026-11-25"):
        assert part in told
    assert not [one for one in check.faults(folder, (
        *check.CHECKS[:1], check.gates.plans, check.gates.names, check.gates.addresses,
        check.gates.all_rows_counted, check.shapes.pairs_of_cells)) if not one.warning]


def test_a_price_that_holds_gets_a_new_date(folder):
    old = some_plan(folder)
    told = fresh.update(old["plan_id"], old["price_usd"], "2026-11-25", today=TODAY)
    assert "holds" in told
    new = fresh.read_rows("price_history")[-1]
    assert (new["column"], new["old_value"], new["new_value"]) == (
        "as_of", old["as_of"], "2026-11-25")


def test_reading_twice_keeps_one_note_of_what_was_read(folder):
    old = some_plan(folder)
    fresh.update(old["plan_id"], old["price_usd"], "2026-11-24", today=TODAY)
    fresh.update(old["plan_id"], a_little_more(old), "2026-11-25", today=TODAY)
    now = next(row for row in fresh.read_rows("plans") if row["plan_id"] == old["plan_id"])
    assert now["evidence"].count("Price read:") == 1
    assert now["evidence"].endswith(old["evidence"][-40:])


def test_a_plan_paid_for_several_cycles_at_once(folder):
    old = next(row for row in fresh.read_rows("plans") if row["min_commitment_cycles"] == "12"
               and row["as_of"] < "2026-11" and row["upstream_url"])
    total = round(float(old["price_usd"]) * 12) + 1
    told = fresh.update(old["plan_id"], f"USD {total}/12", "2026-11-25", today=TODAY)
    now = next(row for row in fresh.read_rows("plans") if row["plan_id"] == old["plan_id"])
    assert round(float(now["price_usd"]) * 12 * 100) == total * 100
    assert "12 cycles" in told
    for wrong in (f"{total}", f"{total}/6"):  # the sum as one cycle; 6 cycles
        with pytest.raises(fresh.Slip):
            fresh.update(old["plan_id"], wrong, "2026-11-25", today=TODAY)
    with pytest.raises(fresh.Slip, match="paid for 1 cycles"):
        fresh.checked_price("24/2")


def test_the_price_for_new_customers(folder):
    old = next(row for row in fresh.read_rows("plans") if row["intro_price_usd"]
               and row["upstream_url"] and row["as_of"] < "2026-11"
               and row["min_commitment_cycles"] == "1")
    price = f"{float(old['intro_price_usd']) + 1:.2f}"
    told = fresh.update(old["plan_id"], price, "2026-11-25", column="intro_price_usd", today=TODAY)
    assert "for new customers" in told
    now = next(row for row in fresh.read_rows("plans") if row["plan_id"] == old["plan_id"])
    assert float(now["intro_price_usd"]) == float(price)
    assert now["price_usd"] == old["price_usd"]
    assert fresh.read_rows("price_history")[-1]["column"] == "intro_price_usd"
    assert not list(check.gates.plans(Files(folder)))
    fresh.update(old["plan_id"], old["price_usd"], "2026-11-26", today=TODAY)
    now = next(row for row in fresh.read_rows("plans") if row["plan_id"] == old["plan_id"])
    assert now["evidence"].count("Price for new customers read:") == 1
    assert now["evidence"].count("Price read:") == 1
    with pytest.raises(fresh.Slip, match="no price of its own for new customers"):
        fresh.update(some_plan(folder)["plan_id"], "5", "2026-11-25", column="intro_price_usd")


def test_the_command_line_recalls_the_price_for_new_customers(folder, capsys):
    old = next(row for row in fresh.read_rows("plans") if row["intro_price_usd"]
               and row["upstream_url"] and row["as_of"] < "2026-11"
               and row["min_commitment_cycles"] == "1")
    figure = [old["plan_id"], old["price_usd"], "2026-11-25"]
    assert fresh.main(figure) == 0
    assert f"new customers, USD {old['intro_price_usd']}, has that date now" in (
        capsys.readouterr().out)
    assert fresh.main([figure[0], old["intro_price_usd"], figure[2], "--intro"]) == 0
    assert "has that date now" not in capsys.readouterr().out


def test_new_customers_are_asked_about_too(folder):
    row = next(row for row in fresh.read_rows("plans") if row["intro_price_usd"] and row["as_of"]
               and row["min_commitment_cycles"] == "12" and row["upstream_url"])
    assert "new customers" in next(fresh.listed([fresh.Winner(row, 0.5, 9)]))
    _, _, written = talk([fresh.Winner(row, 0.5, 9)], "=", "", "", "")
    assert written == 1
    now = next(one for one in fresh.read_rows("plans") if one["plan_id"] == row["plan_id"])
    assert (now["price_usd"], now["intro_price_usd"]) == (row["price_usd"], row["intro_price_usd"])
    assert now["as_of"] == dt.date.today().isoformat()


def test_a_doubtful_row_stays_doubtful_and_says_so(folder):
    doubtful = next(row for row in fresh.read_rows("plans") if row["status"] == "doubtful"
                    and row["as_of"] < "2026-11" and float(row["price_usd"]))
    told = fresh.update(doubtful["plan_id"], doubtful["price_usd"], "2026-11-25", today=TODAY)
    assert "still has the status doubtful" in told


# --------------------------------------------------------------------------------------- slips

SLIPS = {
    "unknown plan": ({"plan_id": "tello-2gbb"}, "near to it are tello-2gb"),
    "ten times": ({"price": lambda old: f"{float(old) * 10:.2f}"}, "far from"),
    "a tenth": ({"price": lambda old: f"{float(old) / 10:.2f}"}, "far from"),
    "nothing": ({"price": "0"}, "far from"),
    "euros": ({"price": "€12"}, "not in US dollars"),
    "yuan": ({"price": "88 元"}, "not in US dollars"),
    "pounds": ({"price": "GBP 9"}, "not in US dollars"),
    "a comma": ({"price": "12,50"}, "with a point"),
    "three decimals": ({"price": "12.505"}, "not a price"),
    "minus": ({"price": "-5"}, "not a price"),
    "no figure": ({"price": ""}, "not a price"),
    "tomorrow": ({"date": "2026-11-27"}, "in the future"),
    "next month": ({"date": "2026-12"}, "in the future"),
    "a date as in the US": ({"date": "11/25/2026"}, "not a date"),
    "no such day": ({"date": "2026-02-30"}, "not a day"),
    "older than ours": ({"date": "2024-01-01"}, "not a date|the newer one stays"),
    "HEAD": ({"source_url": "https://github.com/a/b/blob/HEAD/c.csv"}, "one commit"),
    "no address": ({"source_url": "tello.com"}, "https://"),
    "an empty page": ({"source_url": "about:blank"}, "address of a page"),
}


@pytest.mark.parametrize("what", SLIPS)
def test_a_slip_is_caught_in_one_sentence_and_nothing_is_written(folder, what):
    change, told = SLIPS[what]
    old = some_plan(folder)
    given = {"plan_id": old["plan_id"], "price": a_little_more(old), "date": "2026-11-25"} | change
    if callable(given["price"]):
        given["price"] = given["price"](old["price_usd"])
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(fresh.Slip, match=told) as caught:
        fresh.update(**given, today=TODAY)
    assert "\n" not in str(caught.value)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_what_is_only_unlikely_can_be_insisted_on(folder, capsys):
    old = some_plan(folder)
    price = f"{float(old['price_usd']) * 3:.2f}"
    told = fresh.main([old["plan_id"], price, "2026-11-25"])
    assert "add --sure" in told
    assert fresh.main([old["plan_id"], price, "2026-11-25", "--sure"]) == 0
    assert "content/build.py" in capsys.readouterr().out
    assert "write PLAN_ID" in fresh.main([old["plan_id"], price])


# -------------------------------------------------------------------------------- step by step


def talk(found, *answers: str) -> tuple[list[str], list[str], int]:
    """What is said, which pages are opened, how many rows are written."""
    said, opened, left = [], [], list(answers)
    written = fresh.ask_through(found, lambda _: left.pop(0), said.append, opened.append)
    assert not left
    return said, opened, written


def test_a_contributor_is_led_through_the_rows(folder):
    first, second, third = [row for row in fresh.read_rows("plans") if row["upstream_url"]
                            and float(row["price_usd"]) and row["as_of"]
                            and not row["intro_price_usd"]][:3]
    found = [fresh.Winner(row, 0.5, 100) for row in (first, second, third)]
    said, opened, written = talk(
        found,
        "o", a_little_more(first), "", "",  # opens the page, then a new price, read today
        "",  # skipped
        "=", "", "",  # holds
    )
    assert opened == [first["upstream_url"]]
    assert written == 2
    now = {row["plan_id"]: row for row in fresh.read_rows("plans")}
    assert float(now[first["plan_id"]]["price_usd"]) == float(a_little_more(first))
    assert now[second["plan_id"]] == second
    assert now[third["plan_id"]]["price_usd"] == third["price_usd"]
    assert now[third["plan_id"]]["as_of"] == dt.date.today().isoformat()
    assert "content/build.py" in said[-1]


def test_an_unlikely_price_has_to_be_typed_twice(folder):
    row = some_plan(folder)
    price = f"{float(row['price_usd']) * 10:.0f}"
    found, before = [fresh.Winner(row, 0.5, 100)], fresh.read_rows("plans")
    assert talk(found, price, "", "", "no")[2] == 0
    assert fresh.read_rows("plans") == before
    assert talk(found, price, "", "", price)[2] == 1
    assert talk(found, "q")[2] == 0
    said, _, written = talk(found, "12 euros", "", "")
    assert written == 0
    assert any(one.startswith("Not written.") for one in said)


def test_without_a_terminal_it_only_lists(monkeypatch, capsys):
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(isatty=lambda: False))
    monkeypatch.setattr(fresh, "by_influence", lambda today: [])
    assert fresh.main([]) == 0
    assert capsys.readouterr().out == "\n"
