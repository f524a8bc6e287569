"""The reader's own plans: taken in, marked, compared with and without, saved, removed."""

import base64
import csv
import datetime as dt
import io
import re

import pandas as pd
import pytest

import prepaid
from prepaid import (
    CatalogError,
    cheapest_schedule,
    i18n,
    load_catalog,
    read_broadband_labels,
)
from prepaid.catalogue.plans import select, template
from prepaid.steps import shelf
from prepaid.steps.exercises.model import exercise
from prepaid.steps.own_plans import model as own_model
from prepaid.steps.own_plans.model import EXAMPLES, OwnModel, quote
from prepaid.steps.shelf import OWN, Shelf
from view_helpers import from_browser, in_one_language, market, shown, widget, wrong

TODAY = dt.date(2026, 11, 24)
BARGAIN = {"plan_id": "bargain", "provider": "Corner shop", "price_usd": "1",
           "validity_days": "40", "data_gb": "50"}
CAPPED = {"plan_id": "capped", "provider": "A", "kind": "mvno", "price_usd": 9.0,
          "validity_days": 30, "data_gb": 5.0}  # nothing more before it has ended
LABEL = {"unique_plan_id": "M0005937974A", "provider_name": "Acme", "monthly_price": "5",
         "monthly_data_allow": "50"}


@pytest.fixture(params=i18n.LANGUAGES)
def tutorial(request):
    return prepaid.tutorial(request.param)


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(own_model, "FOLDER", tmp_path)
    return tmp_path


def as_csv(*rows: dict[str, str]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(dict.fromkeys(name for row in rows for name in row)))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def told(view) -> str:
    return view._told.value


# -------------------------------------------------------------------------------------- the shelf


def test_own_plans_never_take_the_place_of_ours():
    shelf = Shelf(marked=lambda name: f"<{name}>")
    ours = shelf.ours.copy()
    mine = ours.head(2).assign(addon_for=["", f"{ours.plan_id[0]}; elsewhere"])
    shelf.add(mine)
    assert len(shelf.plans) == len(ours) + 2
    assert shelf.plans["plan_id"].is_unique
    pd.testing.assert_frame_equal(shelf.ours, ours)
    offered = shelf.plans.tail(2)
    assert offered["plan_id"].tolist() == [OWN + plan_id for plan_id in mine["plan_id"]]
    assert offered["plan_name"].tolist() == [f"<{name}>" for name in mine["plan_name"]]
    assert offered["addon_for"].tolist() == ["", f"{OWN}{ours.plan_id[0]};elsewhere"]
    pd.testing.assert_frame_equal(shelf.own, mine.reset_index(drop=True))


def test_the_same_plan_again_replaces_itself_and_all_can_go():
    shelf = Shelf()
    shelf.add(load_catalog(io.BytesIO(as_csv(BARGAIN, BARGAIN | {"plan_id": "b"}))))
    shelf.add(load_catalog(io.BytesIO(as_csv(BARGAIN | {"price_usd": "2"}))))
    assert dict(zip(shelf.own["plan_id"], shelf.own["price_usd"], strict=True)) == {
        "bargain": 2, "b": 1}
    assert shelf.plans.dtypes.equals(shelf.ours.dtypes)
    shelf.set_validity(["b"], 7)
    assert shelf.own.set_index("plan_id")["validity_days"].to_dict() == {"bargain": 40, "b": 7}
    shelf.remove("b")
    assert shelf.own["plan_id"].tolist() == ["bargain"]
    shelf.remove()
    assert shelf.own.empty
    assert shelf.plans is shelf.ours


# ------------------------------------------------------------------------------- views that follow


@in_one_language
def test_every_view_follows(tutorial):
    compare, card = tutorial.compare(days=5), tutorial.card("tello-10gb")
    catalogue, pick, view = tutorial.catalogue(), tutorial.pick(days=5), tutorial.own_plans()
    before = [shown(one) for one in (compare, card, catalogue, pick)]
    view.upload("mine.csv", as_csv(BARGAIN))
    name = tutorial.words("own.marked", name="bargain")
    assert all(name in shown(one) for one in (compare, catalogue, pick, view))
    widget(card, "plan_id").value = OWN + "bargain"
    assert name in shown(card)
    view.remove()
    widget(card, "plan_id").value = "tello-10gb"
    assert [shown(one) for one in (compare, card, catalogue, pick)] == before


@in_one_language
def test_a_card_of_a_plan_that_is_removed_shows_another(tutorial):
    card, view = tutorial.card("tello-10gb"), tutorial.own_plans()
    view.upload("mine.csv", as_csv(BARGAIN))
    widget(card, "plan_id").value = OWN + "bargain"
    view.remove()
    assert card.model.problem is None
    assert card.model.answer["plan_id"].iloc[0] in tutorial.shelf.ours["plan_id"].array


@in_one_language
def test_exercises_keep_to_our_catalogue(tutorial):
    right = exercise("group").right
    tutorial.own_plans().upload("mine.csv", as_csv(BARGAIN))
    assert "✔" in tutorial.check("group", right).html


def test_with_and_without(tutorial):
    view, words = tutorial.own_plans(), tutorial.words
    model = view.model
    kept, _ = select(load_catalog(), **model.needs())
    asked = model.options() | model.dates()
    ours = cheapest_schedule(kept, model.need_mb(), **asked).total_cents
    assert words.money(ours) in view.summary()
    view.upload("mine.csv", as_csv(BARGAIN))
    assert view.model.answer.saved_cents == ours - 100
    for cents in (100, ours, ours - 100):
        assert words.money(cents) in shown(view)
    view.upload("mine.csv", as_csv(BARGAIN | {"price_usd": "900"}))
    assert view.model.answer.saved_cents == 0
    assert words.money(ours) in shown(view)


def test_only_own_plans_may_cover_a_stay(tutorial):
    words = tutorial.words
    view = type(tutorial.own_plans())(
        OwnModel(Shelf(market(CAPPED)), gb=900, gb_per="day"), words)
    assert 'role="alert"' in shown(view)
    view.upload("a.csv", as_csv(BARGAIN | {"data_gb": "90000"}))
    assert view.model.answer.saved_cents is None
    assert words.money(100) in view.summary()
    assert "role=\"alert\"" not in shown(view)


@in_one_language
def test_the_stay_can_be_changed(tutorial):
    view = tutorial.own_plans()
    view.upload("mine.csv", as_csv(BARGAIN))
    from_browser(widget(view, "days"), value="60")
    assert tutorial.words.days(60) in view.summary()
    assert tutorial.words.money(200) in view.summary()
    from_browser(widget(view, "days"), value="0")
    assert 'role="alert"' in wrong(view)


# ----------------------------------------------------------------------------------- labels, days


@in_one_language
def test_days_are_asked_for_and_never_assumed(tutorial):
    view = tutorial.own_plans()
    assert view._have.layout.display == "none"
    view.upload("labels.csv", as_csv(LABEL, LABEL | {"unique_plan_id": "M0005937974B"}))
    assert view._have.layout.display == view._ask_days.layout.display == "flex"
    assert view._days.value == ""
    assert view.model.answer.saved_cents == 0
    assert tutorial.words("aside.unknown_validity", n=2) in shown(view)
    for bad in ("", "0", "1101", "30.5", "monthly", "-3", "9" * 9999, "一个月"):
        view._days.value = bad
        view.set_days()
        assert 'role="alert"' in told(view), bad
        assert view.model.shelf.own["validity_days"].isna().all()
    view._days_of.value, view._days.value = "M0005937974B", "４ 周"
    view.set_days()
    assert view.model.shelf.own["validity_days"].tolist()[1] == 28
    assert [value for _, value in view._days_of.options] == ["", "M0005937974A"]
    view._days.value = " 30 "
    view.set_days()
    assert view.model.shelf.own["validity_days"].tolist() == [30, 28]
    assert view._ask_days.layout.display == "none"
    assert view.model.answer.saved_cents > 0


def test_what_was_left_out_or_put_aside_is_told(tutorial):
    view, words = tutorial.own_plans(), tutorial.words
    view.try_example()
    assert words("own.taken", n=len(tutorial.shelf.own)) in told(view)
    assert words("own.left_out_fixed", n=1) in told(view)
    text = as_csv(LABEL | {"provider_name": "Acmé", "color": "red"}).decode()
    view.upload("labels.csv", text.encode("cp1252"))
    assert words("own.western") in told(view)
    assert "color" in told(view)


@in_one_language
def test_files_can_be_named_in_the_cell(tutorial, tmp_path):
    (tmp_path / "mine.csv").write_bytes(as_csv(BARGAIN))
    view = tutorial.own_plans(tmp_path / "mine.csv", tmp_path / "none.csv", EXAMPLES["en"])
    assert len(tutorial.shelf.own) == 1 + len(read_broadband_labels(EXAMPLES["en"]))
    assert tutorial.own_plans(tmp_path / "none.csv")._told.value.count('role="alert"') == 1
    assert view.model.problem is None


# -------------------------------------------------------------------------------------- a quote


@in_one_language
def test_a_quote(tutorial):
    view = tutorial.own_plans()
    for name, value in {"provider": "Shop", "price_usd": "20", "validity_days": "30",
                        "data_gb": "10", "after_cap": "cut_off", "activation_fee_usd": "5",
                        "local_us_number": "yes"}.items():
        view._fields[name].value = value
    view.add_quote()
    row = tutorial.shelf.own.iloc[0]
    assert row[["provider", "price_usd", "validity_days", "data_gb", "activation_fee_usd"]
               ].tolist() == ["Shop", 20, 30, 10, 5]
    assert row[["unlimited", "after_cap", "local_us_number", "hotspot_allowed", "esim"]
               ].tolist() == ["no", "cut_off", "yes", "", ""]
    assert re.fullmatch(r"20\d\d-\d\d-\d\d", row["as_of"])
    assert all(not box.value for box in view._fields.values())
    view._fields["provider"].value = "Other"
    view._fields["price_usd"].value = "7"
    view._fields["unlimited"].value = True
    view.add_quote()
    assert tutorial.shelf.own["plan_id"].tolist() == ["quote-1", "quote-2"]
    assert tutorial.shelf.own["unlimited"].tolist() == ["no", "yes"]


def test_a_quote_that_does_not_fit_names_its_fields_and_keeps_them(tutorial):
    view, words = tutorial.own_plans(), tutorial.words
    view._fields["price_usd"].value = "cheap"
    view._fields["validity_days"].value = "0"
    view.add_quote()
    for name in ("provider", "price_usd", "validity_days", "data_gb"):
        assert words(f"input.own_{name}") in told(view)
    assert "cheap" in told(view)
    assert view._fields["price_usd"].value == "cheap"
    assert tutorial.shelf.own.empty


@pytest.mark.parametrize(("column", "text", "value"), [
    ("price_usd", "１５", 15), ("price_usd", "15 美元", 15),
    ("price_usd", "\u202b$15.50\u202c", 15.5),
    ("price_usd", "15，5", 15.5), ("price_usd", "免费", 0), ("activation_fee_usd", "none", 0),
    ("price_usd", "1,500", None), ("price_usd", "15 元", None), ("price_usd", "15-20", None),
    ("validity_days", "4 weeks", 28), ("validity_days", "一个月", None),
    ("data_gb", "5G", 5), ("data_gb", "500 兆", 0.5), ("data_gb", "5 GB a day", None),
])
def test_a_quote_is_read_as_any_other_box(column, text, value):
    said = {"provider": "S", "price_usd": "1", "data_gb": "1"} | {column: text}
    if value is None:
        with pytest.raises(CatalogError) as caught:
            quote(said, "q", TODAY, "typed")
        assert [problem.column for problem in caught.value.problems] == [column]
    else:
        assert quote(said, "q", TODAY, "typed")[column].tolist() == [value]


@pytest.mark.parametrize("text", ["unlimited", "不限量", "无限", "∞"])
def test_unlimited_in_place_of_gb_is_unlimited(text):
    plans = quote({"provider": "S", "price_usd": "1", "data_gb": text}, "q", TODAY, "typed")
    assert plans["unlimited"].tolist() == ["yes"]


@pytest.mark.parametrize(("said", "columns"), [
    ({"provider": "S", "price_usd": "1", "data_gb": "1"}, []),
    ({"provider": "S", "price_usd": "1", "unlimited": "yes", "data_gb": "7",
      "after_cap": "throttled"}, []),
    ({"provider": "S", "price_usd": "1"}, ["data_gb"]),
    ({"provider": "S", "unlimited": "yes"}, ["price_usd"]),
    ({"provider": "S", "price_usd": "1", "unlimited": "yes", "data_gb": "x"}, ["data_gb"]),
    ({}, ["provider", "price_usd", "data_gb"]),
])
def test_what_a_quote_needs(said, columns):
    if not columns:
        (plan,) = quote(said, "q", TODAY, "typed").iloc
        data = plan[["data_gb", "premium_data_gb"]].fillna(0).tolist()
        assert data == ([0, 7] if "unlimited" in said else [1, 0])
        return
    with pytest.raises(CatalogError) as caught:
        quote(said, "q", TODAY, "typed")
    assert [problem.column for problem in caught.value.problems] == columns


# ------------------------------------------------------------------------------------- refusals


def test_a_refused_file_names_all_and_changes_nothing(tutorial):
    view = tutorial.own_plans()
    view.upload("good.csv", as_csv(BARGAIN))
    own, results = tutorial.shelf.own, [part.value for part in view._results]
    view.upload("bad.csv", as_csv(
        BARGAIN | {"price_usd": "abc"}, BARGAIN | {"plan_id": "b c"},
        BARGAIN | {"plan_id": "d", "validity_days": "0"}))
    for text in ("price_usd", "abc", "plan_id", "b c", "validity_days"):
        assert text in told(view)
    assert told(view).count("<li>") == 3
    assert tutorial.words("own.unchanged") in told(view)
    assert tutorial.shelf.own is own
    assert [part.value for part in view._results] == results


def test_a_great_many_faults_are_counted(tutorial):
    view = tutorial.own_plans()
    view.upload("bad.csv", as_csv(*(
        BARGAIN | {"plan_id": f"p{n}", "price_usd": "x"} for n in range(1500))))
    assert told(view).count("<li>") == 1000
    assert tutorial.words("own.faults", n=1500) in told(view)
    assert tutorial.words.number(500) in told(view)


@in_one_language
def test_a_file_too_large_to_upload(tutorial, monkeypatch):
    monkeypatch.setattr(own_model, "MAX_UPLOAD_MB", 1)
    view = tutorial.own_plans()
    view.upload("large.csv", b"x" * 1_000_001)
    assert "tutorial.own_plans(" in told(view)


# ----------------------------------------------------------------------------- saved, taken away


def link(view, name: str = "own-plans.csv") -> bytes:
    (data,) = re.findall(rf'download="{name}" href="data:text/csv;base64,([^"]*)"', shown(view))
    return base64.b64decode(data)


def test_more_plans_than_a_page_can_show(tutorial, monkeypatch):
    monkeypatch.setattr(shelf, "MOST_OWN", 2)
    view = tutorial.own_plans()
    view.upload("two.csv", as_csv(BARGAIN, BARGAIN | {"plan_id": "other"}))
    view.upload("again.csv", as_csv(BARGAIN | {"price_usd": "2"}))
    view.upload("third.csv", as_csv(BARGAIN | {"plan_id": "third"}))
    assert tutorial.words("refusal.own_too_many", limit=2) in told(view)
    assert view.model.shelf.own["price_usd"].tolist() == [1.0, 2.0]


@in_one_language
def test_a_table_to_fill_in_can_be_taken_away(tutorial):
    view = tutorial.own_plans()
    assert link(view, "my-plans.csv") == template()
    view.upload("my-plans.csv", link(view, "my-plans.csv"))
    assert tutorial.shelf.own["provider"].str.contains("made up").all()


@in_one_language
def test_nothing_is_written_before_the_button(tutorial, folder):
    view = tutorial.own_plans()
    view.try_example()
    assert list(folder.iterdir()) == []
    view.save()
    assert [path.name for path in folder.iterdir()] == ["own-plans.csv"]
    view.save()
    assert [path.name for path in folder.iterdir()] == ["own-plans.csv"]
    view.remove()
    view.upload("mine.csv", as_csv(BARGAIN))
    view.save()
    assert sorted(path.name for path in folder.iterdir()) == ["own-plans-2.csv", "own-plans.csv"]
    assert "own-plans-2.csv" in told(view)


@in_one_language
def test_what_is_saved_comes_back_the_same(tutorial, folder):
    view = tutorial.own_plans()
    view.try_example()
    view.upload("mine.csv", as_csv(BARGAIN | {"plan_name": "Größe 5 GB, 流量"}))
    view.save()
    own = tutorial.shelf.own
    assert link(view) == (folder / "own-plans.csv").read_bytes()
    again = prepaid.tutorial("en")
    again.own_plans(folder / "own-plans.csv")
    pd.testing.assert_frame_equal(again.shelf.own, own)


@in_one_language
def test_a_folder_that_cannot_be_written_to(tutorial, tmp_path, monkeypatch):
    view = tutorial.own_plans()
    view.try_example()
    monkeypatch.setattr(own_model, "FOLDER", tmp_path / "none")
    view.save()
    assert 'role="alert"' in told(view)
    assert "own-plans.csv" in told(view)


# ----------------------------------------------------------------------------------- no kernel


def test_the_preview_shows_the_example_and_leaves_the_market_alone(tutorial):
    view = tutorial.own_plans()
    stored = view.preview()
    assert tutorial.shelf.own.empty
    assert tutorial.words("own.preview", days=30) in stored
    names = {"en": ("made up", "Sample 15 GB"), "zh-CN": ("虚构", "示例 15 GB")}
    made_up, plan = names[tutorial.words.language]
    assert made_up in stored
    assert tutorial.words("own.marked", name=plan) in stored
    assert len(stored.encode()) < 20_000
    view.try_example()
    assert view.preview() == stored


def test_models_take_plain_plans_still():
    plans = load_catalog()
    for model in (OwnModel(plans), OwnModel()):
        assert model.problem is None
        assert len(model.plans) == len(plans)


@in_one_language
def test_text_that_cannot_be_sent_is_mended_where_it_enters(tutorial):
    view = tutorial.own_plans()
    view.upload("a\udcff.csv", b"nonsense")
    assert view._told.value.encode()
    view.model.add_quote({"provider": "\ud800", "price_usd": "1", "data_gb": "1"}, "quote")
    view.upload("b\udcff.csv", as_csv(BARGAIN))
    own = view.model.shelf.own
    texts = (*own["provider"], *own["source_title"], *(label for label, _ in view._chosen.options))
    assert not any("\ud800" <= letter <= "\udfff" for text in texts for letter in text)
