"""Break points, held against the engine at each one and a MB to either side, and by hand."""

import random
import re
from collections import Counter
from dataclasses import replace
from html import unescape

import pandas as pd
import pytest

import prepaid
from prepaid import i18n, load_catalog
from prepaid.analysis import break_points as points
from prepaid.analysis import golden, habits
from prepaid.analysis import stored as store
from prepaid.html.page import render
from prepaid.html.plans import plan_names, short_names
from prepaid.steps.compare import model as compare
from prepaid.steps.compare.model import CompareModel
from prepaid.steps.pick.model import PickModel
from prepaid.steps.read_only.answers import break_points as shown
from prepaid.steps.shelf import Shelf

SAMPLE = 40

SHOP = pd.DataFrame({
    "plan_id": ["s", "l"], "provider": ["A", "A"], "esim": ["yes", "yes"],
    "price_usd": [3.0, 8.0], "validity_days": [7, 7], "data_gb": [1.0, 5.0],
})


@pytest.fixture(scope="module")
def found():
    return store.stored("break_points")


@pytest.fixture(scope="module")
def offers():
    return {need: points.offers_for(prepaid.load_catalog(), need) for need in points.NEEDS}


def test_by_hand():
    # One more GB costs 3 and a purchase 1, so that a third small one (12) costs what a large one
    # and a small one (13) do not; 5 GB last for 714 MB a day.
    table = points.break_points(SHOP, 7, "esim", most_mb=900)
    assert table[["from_mb", "to_mb", "plan_ids"]].values.tolist() == [
        [1, 142, ("s",)], [143, 285, ("s", "s")], [286, 714, ("l",)], [715, 857, ("l", "s")],
        [858, 900, ("l", "s", "s")]]
    assert table["from_cents"].tolist() == table["to_cents"].tolist() == [300, 600, 800, 1100, 1400]


def test_what_is_not_served_is_a_range_of_its_own():
    capped = SHOP.assign(data_gb=.01, renew_early="no")
    table = points.break_points(capped, 7, "esim", most_mb=50)
    assert table["plan_ids"].iloc[-1] == ()
    assert pd.isna(table["from_cents"].iloc[-1])
    assert points.break_points(SHOP, 7, "card", most_mb=50).values.tolist() == [
        [1, 50, (), pd.NA, pd.NA, False]]


def test_a_change_is_found_to_the_mb_wherever_it_is():
    for first in (1, 2, 63, 64, 65, 127, 191, 192, 193, 499, 500):
        got = list(points.ranges(lambda mb, first=first: mb > first, 500))
        assert got == ([(1, first), (first + 1, 500)] if first < 500 else [(1, 500)])


def test_the_usual_reader_is_the_one_of_the_forms():
    model = PickModel()
    needs, options = model.needs(), model.options()
    asked = {"sim": "either", "us_number": False, "hotspot": False}
    assert needs == asked | points.HAS | {"new_customer": True}
    said = {name: value for name, value in options.items() if name in points.USUAL}
    assert said == points.USUAL
    alike = prepaid.cheapest_schedule(prepaid.load_catalog(), [300] * 30, **options)
    assert alike == prepaid.cheapest_schedule(prepaid.load_catalog(), [300] * 30, **points.USUAL)


def test_the_ranges_leave_no_gap(found):
    assert set(found["need"]) == set(points.NEEDS)
    for _, stay in found.groupby(["need", "days"]):
        assert stay["from_mb"].iloc[0] == 1
        assert stay["to_mb"].iloc[-1] == points.MOST_MB
        assert (stay["from_mb"].iloc[1:].to_numpy() == stay["to_mb"].iloc[:-1].to_numpy() + 1).all()
        assert (stay["plan_ids"].iloc[1:].to_numpy() != stay["plan_ids"].iloc[:-1]).all()
    assert found.groupby("need")["days"].nunique().eq(len(points.STAYS)).all()


def _holds(found, offers, row) -> None:
    """The engine answers as stored at the end of a range and a MB to either side."""
    stay = found[(found["need"] == row.need) & (found["days"] == row.days)]
    for mb in (row.to_mb - 1, row.to_mb, row.to_mb + 1):
        if not 1 <= mb <= points.MOST_MB:
            continue
        kept = stay[(stay["from_mb"] <= mb) & (mb <= stay["to_mb"])].iloc[0]
        got = points.answer_for(offers[row.need], row.days, mb)
        assert got.plan_ids == kept.plan_ids, (row.need, row.days, mb)
        assert got.unknown_fees == kept.unknown_fees
        if mb in (kept.from_mb, kept.to_mb):
            end = kept.from_cents if mb == kept.from_mb else kept.to_cents
            assert got.cents == (None if pd.isna(end) else end)


def test_stored_break_points_are_those_of_the_engine(found, offers):
    rows = list(found.itertuples())
    for row in random.Random(11).sample(rows, SAMPLE):
        _holds(found, offers, row)


@pytest.mark.slow
def test_every_stored_break_point_is_that_of_the_engine(found, offers):
    for row in found.itertuples():
        _holds(found, offers, row)


# ---------------------------------------------------------------------------------- what is stored


@pytest.fixture(scope="module")
def compared():
    """The example of lesson 3."""
    return CompareModel().answer


def test_what_is_stored_fits_the_content(compared):
    parts = store.PARTS | compared.parts()
    assert [name for name, part in parts.items() if store._kept(name, part) is None] == [], (
        "run content/build.py, which writes content/stored anew")
    assert {path.stem for path in store.FOLDER.iterdir()} == parts.keys()


def test_break_points_are_stored_of_each_need_and_stay(monkeypatch):
    monkeypatch.setattr(points, "break_points", lambda plans, days, need: pd.DataFrame(
        [dict.fromkeys(points.COLUMNS, f"{need} for {days}")] * 2))
    made = store.PARTS["break_points"].make()
    assert made.values.tolist() == [
        [need, days, *[f"{need} for {days}"] * len(points.COLUMNS)]
        for need in points.NEEDS for days in points.STAYS for _ in range(2)]


def test_the_stored_golden_outcomes_are_todays():
    kept = store.stored("golden").set_index("id").rename_axis(None)
    pd.testing.assert_frame_equal(kept, golden.run())


@pytest.mark.slow
def test_the_stored_habits_are_todays():
    pd.testing.assert_frame_equal(store.stored("habits"), store.PARTS["habits"].make())
    assert len(store.stored("habits")) == len(habits.DAYS) * len(habits.MB_PER_DAY) * 4


@pytest.mark.slow
def test_the_stored_comparison_is_that_of_the_engine(compared):
    reckoned = replace(compared, ours=False)
    for name in ("what_if", "break_even", "curve"):
        pd.testing.assert_frame_equal(getattr(compared, name), getattr(reckoned, name))


def test_only_the_example_of_our_own_plans_is_read(monkeypatch):
    """Another stay, another need or another price is reckoned."""
    def made(name, part):
        return part if store._kept(name, part) is None else "kept"

    monkeypatch.setattr(compare, "read", made)
    shelf = Shelf()
    model = CompareModel(shelf)
    assert model.answer.break_even == "kept"
    model.days += 1
    assert model.answer.break_even != "kept"
    model.days -= 1
    assert model.answer.break_even == "kept"
    model.us_number = True
    assert model.answer.break_even != "kept"
    model.us_number = False
    shelf.add(shelf.ours.head(1))
    assert not model.answer.ours
    shelf.remove()
    assert model.answer.ours
    assert not CompareModel(shelf.ours.assign(price_usd=1.0)).answer.ours


def test_what_content_has_changed_is_made_anew(monkeypatch, tmp_path):
    made = pd.DataFrame({"n": [1]})
    part = store.Part(("golden.toml",), [], lambda: made, {})
    monkeypatch.setattr(store, "FOLDER", tmp_path)
    assert store.refresh({"some": part}) == ["some"]
    assert store.refresh({"some": part}) == []
    other = part._replace(settings=["new"], make=lambda: made + 1)
    assert store.read("some", other)["n"].tolist() == [2]
    assert store.refresh({"some": other}) == ["some"]
    assert store.read("some", other._replace(make=None))["n"].tolist() == [2]


def test_a_part_is_written_where_nothing_was_stored_before(monkeypatch, tmp_path):
    monkeypatch.setattr(store, "FOLDER", tmp_path / "stored")
    part = store.Part(("golden.toml",), [], lambda: pd.DataFrame({"n": [1]}), {})
    assert store.refresh({"some": part}) == ["some"]
    assert store.refresh({"some": part}) == []


def test_stored_habits_are_those_of_what_any_visitor_can_buy(monkeypatch):
    monkeypatch.setattr(store.habits, "habits", lambda plans: plans)
    plans = store.PARTS["habits"].make()
    assert len(plans) > 9
    assert not plans["status"].isin(["doubtful", "gone"]).any()
    for name in ("needs_us_address", "needs_us_card", "needs_port_in"):
        assert not plans[name].eq("yes").any(), name


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_every_break_point_is_shown(found, language):
    """Read back from the page: each row's stay, use and purchases, by the list of short names."""
    words, plans = i18n.words(language), load_catalog()
    ids = {name: plan_id for plan_id, name in plan_names(plans, words).items()}
    html = re.sub("</?span[^>]*>", "", str(render(shown(found, plans, words), lang=language)))
    folds = re.split(r"(?=<details)", unescape(html))
    marks = {mark: ids[name] for mark, name in re.findall(
        r"<strong>([^<]+)[:：]</strong> ?([^<]+)<", folds.pop())}
    told, need, inside, needs = [], None, None, iter(points.NEEDS)
    for fold in folds[1:]:
        if "<table" not in fold:
            need = next(needs)
            assert words(f"points.need.{need}") in fold
            continue
        inside = [*map(int, re.findall(r"\d+", fold.partition("</summary>")[0])[-2:])]
        for days, mb, bought, total in re.findall(
                r'<tr><th scope="row">(\d+)</th><td>(\d+)</td><td>([^<]*)</td><td>([^<]*)<', fold):
            assert inside[0] <= int(days) <= inside[1]
            plan_ids = [(marks[one.rpartition(" × ")[2]], int(one.rpartition(" × ")[0] or 1))
                        for one in bought.split(" + ") if one != words("view.none")]
            told.append((need, int(days), int(mb), sorted(plan_ids), total))
    rows = [*found.itertuples()]
    assert [one[:4] for one in told] == [
        (row.need, row.days, row.to_mb, sorted(Counter(row.plan_ids).items())) for row in rows]
    for (*_, total), row in zip(told, rows, strict=True):
        amounts = re.findall(r"[\d.]+", total)
        assert [round(100 * float(one)) for one in amounts] == (
            [] if not row.plan_ids else [*dict.fromkeys((row.from_cents, row.to_cents))])
        assert (total != words.dollars(row.from_cents)) is row.unknown_fees


def test_no_two_packages_have_one_short_name():
    """Nor where they differ in their price alone."""
    plans = load_catalog()
    again = plans.assign(plan_id=plans["plan_id"] + "-dearer", price_usd=plans["price_usd"] + 1)
    names = short_names(pd.concat([plans, again]))
    assert len(names) == len({*names.values()}) == 2 * len(plans)
