"""Keeping choices in a file: what goes in comes out, nothing odd comes in, nothing gets lost."""

import base64
import datetime as dt
import errno
import io
import json
import math
import os
import re
from functools import cache

import ipywidgets as w
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import prepaid
from prepaid import Refusal, i18n, load_catalog
from prepaid.steps.compare.model import CompareModel
from prepaid.steps.keep import file as choices
from prepaid.steps.keep.view import KeepRow
from prepaid.steps.pick.model import PickModel, example
from prepaid.steps.pick.view import PickView
from prepaid.steps.ready.model import ChecklistModel, check_ids
from prepaid.steps.storage import unfinished_name
from view_helpers import in_one_language, market, within

LANGUAGES = i18n.LANGUAGES
PLAN_ID = load_catalog()["plan_id"].iloc[0]
HOURS = dict(example()["hours"])
ALL = {
    "purpose": "renew", "done": ("eid", "pin"),
    "start": dt.date(2027, 1, 10), "days": 33, "arrive": "15:00", "leave": "",
    "special_days": "2027-01-15: 3 GB", "network": "any",
    "mode": "gb", "hours": HOURS, "level": "typical", "gb": 14, "gb_per": "stay",
    "sim": "esim", "us_number": True, "hotspot": False, "known_customer": False,
    "us_address": True, "us_card": False, "in_us": True, "port_in": False, "doubtful": False,
    "slow_ok_kbps": 128, "tax_percent": 8.5, "purchase_bother_usd": 2.5, "move_bother_usd": 0,
    "plan_id": PLAN_ID,
}
FEW = settings(deadline=None, max_examples=40, suppress_health_check=list(HealthCheck))


@pytest.fixture
def file(tmp_path, monkeypatch):
    """Where choices are kept."""
    path = tmp_path / "my-choices.json"
    monkeypatch.setattr(choices, "FILE", path)
    return path


def as_text(**changes) -> str:
    """A good file with other values in some sections."""
    good = {"format": choices.FORMAT, "version": 1, "stay": {"days": 7}}
    return json.dumps(good | changes)


@cache
def untouched() -> PickModel:
    """A model that nothing which is refused changes."""
    return PickModel()


def refused(file, text: str | bytes) -> Refusal:
    """How a file is refused; it is the same afterwards, whatever is tried but forgetting."""
    data = text if isinstance(text, bytes) else text.encode()
    file.write_bytes(data)
    with pytest.raises(Refusal) as caught:
        choices.load()
    model = untouched()
    before = {name: getattr(model, name) for name in model.inputs()}
    for attempt in (lambda: choices.pick_up(model, model.inputs()),
                    lambda: choices.save({"days": 9})):
        with pytest.raises(Refusal) as again:
            attempt()
        assert again.value.code == caught.value.code
    assert {name: getattr(model, name) for name in model.inputs()} == before
    assert file.read_bytes() == data
    assert os.listdir(file.parent) == [file.name]
    for language in LANGUAGES:
        told = caught.value.tell(i18n.words(language))
        assert file.name in told
        assert len(told) < 250
    return caught.value


def test_what_is_kept_comes_back(file):
    choices.save(ALL)
    assert choices.load() == ALL
    assert [type(choices.load()[name]) for name in ALL] == [type(value) for value in ALL.values()]


def test_the_file_is_plain_and_holds_nothing_else(file):
    choices.save(ALL)
    kept = json.loads(file.read_text("utf-8"))
    assert list(kept) == ["format", "version", "ready", "stay", "use", "needs", "plan"]
    assert kept["stay"] == {
        "start": "2027-01-10", "days": 33, "arrive": "15:00", "leave": "",
        "special_days": "2027-01-15: 3 GB", "network": "any"}
    assert {name for section in list(kept)[2:] for name in kept[section]} == set(ALL)
    assert os.listdir(file.parent) == [file.name]
    assert file.stat().st_size < choices.MAX_BYTES / 5


def test_what_a_step_does_not_ask_stays(file):
    choices.save({"done": ("eid",), "days": 5})
    choices.save({"days": 6, "plan_id": PLAN_ID})
    assert choices.load() == {"done": ("eid",), "days": 6, "plan_id": PLAN_ID}


def test_every_input_of_the_picker_can_be_kept():
    assert {*PickModel.inputs(), *ChecklistModel.inputs(), "plan_id"} == set(ALL)


def test_the_next_lesson_picks_it_up_and_answers_once(file):
    choices.save(ALL)
    model = PickModel()
    version = model.version
    choices.pick_up(model, model.inputs())
    assert {name: getattr(model, name) for name in model.inputs()} == {
        name: value for name, value in ALL.items() if name in model.inputs()}
    assert model.version == version + 1
    assert model.answer.days == 33


def test_use_by_activity_becomes_gb_where_only_gb_are_asked(file):
    hours = HOURS | {"youtube-480p": 2}
    picked = PickModel(days=20, mode="activities", hours=hours, level="high")
    choices.save({name: getattr(picked, name) for name in picked.inputs()})
    model = CompareModel()
    choices.pick_up(model, ["days", "gb", "gb_per"])
    assert model.mode == "gb"
    assert model.need_mb() == picked.need_mb()


def test_a_part_of_a_file_is_enough(file):
    file.write_text(as_text(stay={"days": 12}), "utf-8")
    model = PickModel()
    assert choices.pick_up(model, model.inputs()) == {"days": 12}
    file.write_text(as_text(use={"mode": "activities"}), "utf-8")
    assert choices.pick_up(CompareModel(), ["gb", "gb_per"]) == {}
    file.write_bytes(b"\xef\xbb\xbf" + as_text().encode())
    assert choices.load() == {"days": 7}


@pytest.mark.parametrize(("name", "code"), [
    ("my-choices.json", "choices_none"), ("a\0b", "choices_unreadable")])
def test_no_file_and_no_name_of_one_are_said(file, name, code):
    with pytest.raises(Refusal) as caught:
        choices.load(file.with_name(name))
    assert caught.value.code == code
    assert choices.forget() is False


ODD = [math.nan, math.inf, -1, 1e308, "", "x", None, [], {}, [1], {"a": 1}, "1" * 300, 10**30]


@pytest.mark.parametrize(
    ("section", "name", "values"),
    [
        ("stay", "days", [0, 366, 7.5, "7", True, *ODD]),
        ("stay", "start", ["1999-12-31", "2101-01-01", "9999-12-31", "2027-02-30", "tomorrow", 7,
                           True, *ODD]),
        ("use", "mode", ["hours", 0, True, *ODD]),
        ("use", "level", ["huge", 1, *ODD]),
        ("use", "gb", [10_001, "14", True, *ODD]),
        ("use", "gb_per", ["year", 1, *ODD]),
        ("use", "hours", [{}, HOURS | {"email": -1}, HOURS | {"email": "10"},
                          HOURS | {"email": True}, HOURS | {"sleep": 8},
                          HOURS | {"web-browsing": 24.5}, HOURS | {"email": 1e9},
                          dict(list(HOURS.items())[1:]), *ODD]),
        ("needs", "sim", ["nano", False, *ODD]),
        ("needs", "us_number", [0, 1, "true", *ODD]),
        ("needs", "hotspot", ["yes", *ODD]),
        ("needs", "known_customer", [1, *ODD]),
        ("needs", "slow_ok_kbps", [False, 127, 128.0, "128", *ODD]),
        ("needs", "tax_percent", [100.5, "8", True, *ODD]),
        ("plan", "plan_id", ["no-such-plan", 1, True, *ODD]),
        ("ready", "done", [["tooth"], ["eid", "eid"], "eid", [["eid"]], [{}], 1,
                           *(odd for odd in ODD if odd != [])]),
    ],
)
def test_odd_values_are_refused_by_name_and_kept(file, section, name, values):
    for value in values:
        refusal = refused(file, as_text(**{section: {name: value}}))
        if refusal.code != "choices_damaged":  # not a number is no JSON
            assert (refusal.code, refusal.values["field"]) == ("choices_field", name), value


DAMAGED = [
    "", "{", "[]", "3", "null", '"x"', "{}", '{"format": "other", "version": 1}', "\x00",
    as_text()[:-1], as_text().encode("utf-16"), b"\xff\xfe", "[" * 19_000,
    as_text() + " " * choices.MAX_BYTES, as_text().replace("7", "7, \"days\": 8"),
    as_text().replace("7", "NaN"), as_text().replace("7", "Infinity"),
    as_text().replace("7", "1" * 5000), as_text(format=None), as_text(format=["x"]),
]
OTHER_VERSIONS = [0, 2, "1", None, True, 1.0, -1, [], {"1": 1}]
UNKNOWN_PARTS = [
    {"stay": []}, {"stay": None}, {"stay": {"nights": 3}}, {"imei": {"value": 1}}, {"use": "x"},
    {"stay": {"gb": 3}}, {"<script>alert(1)</script>" * 20: {"a": 1}},
]


@pytest.mark.parametrize(("text", "code"), [
    *((text, "choices_damaged") for text in DAMAGED),
    *((as_text(version=version), "choices_version") for version in OTHER_VERSIONS),
    *((as_text(**changes), "choices_field") for changes in UNKNOWN_PARTS),
])
def test_what_no_lesson_writes_is_refused_and_kept(file, text, code):
    assert refused(file, text).code == code


@FEW
@given(st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner,
                                                                max_size=3), max_leaves=8),
    st.sampled_from(list(ALL)))
def test_what_is_read_is_what_a_lesson_could_have_written(tmp_path_factory, value, name):
    path = tmp_path_factory.mktemp("kept") / "my-choices.json"
    section = next(one for one, fields in choices.FIELDS.items() if name in fields)
    path.write_text(as_text(**{section: {name: value}}), "utf-8")
    try:
        kept = choices.load(path)
    except Refusal:
        return
    model = PickModel()
    choices.pick_up(model, model.inputs(), path)
    again = path.with_name("again.json")
    choices.save(kept, again)
    assert choices.load(again) == kept


# ------------------------------------------------------------------------------- writing safely


@pytest.mark.parametrize(
    ("inputs", "code"),
    [({"days": 0}, "whole_number_range"), ({"start": None}, "date_missing"),
     ({"start": dt.date(9999, 1, 1)}, "date_far"), ({"gb": -1}, "number_range"),
     ({"hours": HOURS | {"email": -1}}, "activity_times")],
)
def test_what_makes_no_sense_is_not_kept(file, inputs, code):
    choices.save({"days": 5})
    before = file.read_bytes()
    with pytest.raises(Refusal) as caught:
        choices.save({"us_number": True, **inputs})
    assert caught.value.code == code
    assert file.read_bytes() == before


def failing(*_args, **_kwargs):
    raise OSError(30, "Read-only file system")


@pytest.mark.parametrize("broken", ["open", "replace", "fsync"])
def test_a_folder_that_cannot_be_written_leaves_the_old_file(file, monkeypatch, broken):
    choices.save({"days": 5})
    before = file.read_bytes()
    monkeypatch.setattr(os, broken, failing)
    with pytest.raises(Refusal) as caught:
        choices.save({"days": 6})
    assert caught.value.code == "choices_not_saved"
    assert file.read_bytes() == before
    assert os.listdir(file.parent) == [file.name]


def test_a_full_disk_is_told_apart(file, monkeypatch):
    choices.save({"days": 5})

    def full(*_args):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(Refusal) as caught:
        choices.save({"days": 6})
    assert caught.value.code == "disk_full"
    assert file.name in caught.value.tell(i18n.words("zh-CN"))
    assert choices.load() == {"days": 5}
    assert os.listdir(file.parent) == [file.name]


def test_what_a_killed_session_left_is_written_over_and_forgotten(file):
    left = file.with_name(".my-choices.tmp")
    left.write_text("half of it", "utf-8")
    choices.save({"days": 5})
    assert os.listdir(file.parent) == [file.name]
    left.write_text("half of it", "utf-8")
    file.write_bytes(b"\xff")
    assert choices.forget() is True
    assert os.listdir(file.parent) == []


def test_a_file_that_cannot_be_deleted_is_said(file, monkeypatch):
    choices.save({"days": 5})
    with monkeypatch.context() as read_only:  # as a folder is to all but root
        read_only.setattr(os, "unlink", failing)
        with pytest.raises(Refusal) as caught:
            choices.forget()
    assert caught.value.code == "choices_not_forgotten"
    assert choices.load() == {"days": 5}


def test_a_folder_in_its_place_is_said_and_kept(file):
    file.mkdir()
    for attempt, code in ((choices.load, "choices_unreadable"),
                          (lambda: choices.save({"days": 6}), "choices_unreadable"),
                          (choices.forget, "choices_not_forgotten")):
        with pytest.raises(Refusal) as caught:
            attempt()
        assert caught.value.code == code
    assert file.is_dir()


def test_the_file_is_not_committed():
    root = choices.FILE.parents[1]
    ignored = (root / ".gitignore").read_text("utf-8").splitlines()
    for path in (choices.FILE, unfinished_name(choices.FILE)):
        assert path.relative_to(root).as_posix() in ignored


# ------------------------------------------------------------------------------------ the buttons


@pytest.fixture(params=LANGUAGES)
def tutorial(request):
    return prepaid.tutorial(request.param)


def keep_row(view) -> KeepRow:
    """The buttons of a view."""
    return next(child for child in view.children if isinstance(child, KeepRow))


def told(row: KeepRow) -> str:
    """What the buttons last said."""
    return row.children[-1].value


@in_one_language
def test_nothing_is_written_or_read_unless_asked(file, tutorial):
    choices.save({"days": 5})
    before = file.read_bytes()
    view = tutorial.pick()
    view.model.days = 9
    assert file.read_bytes() == before
    assert tutorial.pick().model.days == 33
    assert told(keep_row(view)) == ""


@in_one_language
def test_the_buttons_of_the_picker_and_the_comparison(file, tutorial):
    words, view = tutorial.words, tutorial.pick()
    row = keep_row(view)
    row.pick_up()
    assert words("refusal.choices_none", name=file.name) in told(row)
    view.model.update(days=4, us_number=True)
    row.keep()
    assert words("choices.section.stay") in told(row)
    assert choices.load()["plan_id"] == view.model.answer.schedule.plan_ids[0]

    other = tutorial.compare()
    other_row = keep_row(other)
    other_row.pick_up()
    assert (other.model.days, other.model.us_number) == (4, True)
    assert other.model.need_mb() == view.model.need_mb()
    other.model.update(days=5, gb=3.0, gb_per="day")
    other_row.keep()
    row.pick_up()
    assert (view.model.days, view.model.mode, view.model.gb) == (5, "gb", 3.0)
    assert view.model.need_mb() == [3000] * 5
    [box] = [box for box in view.inputs if box.description == words("input.days")]
    assert str(box.value) == "5"

    row.forget()
    assert not file.exists()
    assert words("choices.forgotten", name=file.name) in told(row)
    row.forget()
    assert words("choices.was_none", name=file.name) in told(row)


@in_one_language
def test_a_stay_that_cannot_be_covered_is_kept_without_a_package(file, tutorial):
    few = market({"plan_id": "a", "provider": "A", "kind": "mvno", "price_usd": 9.0,
                  "validity_days": 30, "data_gb": 5.0})  # nothing more before it has ended
    view = PickView(PickModel(few, mode="gb", gb=9000.0, gb_per="day"), tutorial.words)
    assert isinstance(view.model.problem, prepaid.NoSchedule)
    keep_row(view).keep()
    assert choices.load()["gb"] == 9000.0
    assert "plan_id" not in choices.load()


@in_one_language
def test_what_makes_no_sense_is_told_at_the_buttons(file, tutorial):
    view = tutorial.pick()
    view.model.days = -3
    keep_row(view).keep()
    assert 'role="alert"' in told(keep_row(view))
    assert not file.exists()


@in_one_language
def test_ticks_are_kept_and_come_back(file, tutorial):
    view = tutorial.preparations()
    view.model.done = ("eid", "pin")
    keep_row(view).keep()
    other = tutorial.preparations()
    assert other.model.done == ()
    keep_row(other).pick_up()
    assert other.model.done == ("eid", "pin")
    boxes = [one for one in within(other) if isinstance(one, w.Checkbox)]
    assert [box.value for box in boxes] == [name in ("eid", "pin") for name in check_ids()]
    keep_row(tutorial.pick()).pick_up()
    row = keep_row(tutorial.pick())
    row.pick_up()
    assert tutorial.words("choices.nothing", name=file.name) in told(row)


def test_buttons_do_what_they_say(file, tutorial):
    row = keep_row(tutorial.pick())
    buttons = [button for box in row.children if isinstance(box, w.Box) for button in box.children]
    assert [button.description for button in buttons] == [
        tutorial.words(f"choices.{name}") for name in ("keep", "pick_up", "forget")]
    buttons[0].click()
    assert file.exists()
    buttons[2].click()
    assert not file.exists()


@in_one_language
def test_odd_text_in_a_file_is_shown_as_text(file, tutorial):
    file.write_text(as_text(**{"<img src=x onerror=alert(1)>": {"a": 1}}), "utf-8")
    row = keep_row(tutorial.pick())
    row.pick_up()
    assert "<img" not in told(row)
    assert "&lt;img" in told(row)


@in_one_language
def test_a_plan_of_the_readers_own_is_not_kept_and_all_else_is(file, tutorial):
    row = "plan_id,provider,price_usd,validity_days,unlimited,after_cap\nmine,Me,1,365,yes,none\n"
    tutorial.shelf.add(load_catalog(io.BytesIO(row.encode())))
    view = tutorial.pick()
    assert view.model.answer.schedule.plan_ids == ("own:mine",)
    keep_row(view).keep()
    assert choices.load()["days"] == view.model.days
    assert "plan_id" not in choices.load()
    assert tutorial.words("choices.section.plan") not in told(keep_row(view))


@in_one_language
def test_text_that_cannot_be_sent_is_told_in_text_that_can(file, tutorial):
    file.write_text(as_text()[:-1] + ', "\\ud800": {}}', "utf-8")
    row = keep_row(tutorial.pick())
    row.pick_up()
    assert 'role="alert"' in told(row)
    assert told(row).encode()
    row.take("a\udcff.json", b"")
    assert told(row).encode()


@in_one_language
def test_the_next_step_hands_over_its_use_and_plan(file, tutorial, monkeypatch):
    monkeypatch.setenv("VOILA_KERNEL_ID", "1")
    view = tutorial.now(gb_per_day=0.5)
    keep_row(view).hand_over()
    data = base64.b64decode(re.search(r"base64,([^\"]+)", told(keep_row(view)))[1])
    kept = choices.read(data, file.name)
    assert (kept["plan_id"], kept["gb"], kept["gb_per"]) == (view.model.plan_id, 0.5, "day")
