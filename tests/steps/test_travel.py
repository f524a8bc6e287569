"""Choices that travel: what is chosen in one lesson is there in the next, and nowhere else."""

import datetime as dt
import json
import os
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

import build
import prepaid
from prepaid import i18n
from prepaid.steps import travel
from prepaid.steps.keep.file import INPUTS
from prepaid.steps.ready.model import ChecklistModel
from prepaid.steps.travel import InAddress, InFile, of_server
from view_helpers import in_one_language, of_few


@pytest.fixture(params=i18n.LANGUAGES)
def tutorial(request):
    return prepaid.tutorial(request.param)


@pytest.fixture
def folder(tmp_path):
    """The runtime folder of a server with process 77 that runs."""
    (tmp_path / "jpserver-77.json").write_text("{}")
    return tmp_path


def carries(monkeypatch, bag):
    """What a kernel of this luggage does, until the next one."""
    monkeypatch.setattr(travel, "luggage", lambda: bag)


def opened(view):
    """A view as a lesson shows it, and its stored output."""
    return view, view._repr_mimebundle_()["text/html"]


def line(view) -> str:
    return view._traveller.children[0].value


@in_one_language
def test_a_phone_decides_what_lesson_2_asks_for(tutorial, monkeypatch, folder):
    words = tutorial.words
    carries(monkeypatch, of_server(folder, "77"))
    view, _ = opened(tutorial.device())
    assert not [*folder.glob("us-*")]  # the example is no choice
    view.model.update(family="Pixel 10 / 10 Pro / 10 Pro XL", place="US")
    sim = view.model.answer.sim
    assert sim == "esim"
    carries(monkeypatch, of_server(folder, "77"))  # another kernel of the same server
    stored = opened(prepaid.tutorial(words.language).pick(days=33))[1]
    view, example = opened(tutorial.pick())
    assert view.model.sim == sim
    assert words(f"choice.sim.{sim}") in line(view)
    assert words("travel.lesson", n=1) in line(view)
    assert "01-ready" in line(view)
    assert example == stored  # what a notebook stores is not the reader's
    view._traveller.forget()
    assert view.model.sim == "either"
    assert line(view) == ""
    assert not [*folder.glob("us-*")]


def test_a_kind_of_use_is_told_in_one_word(monkeypatch, folder):
    carries(monkeypatch, of_server(folder, "77"))
    tutorial = of_few(prepaid.tutorial("en"))
    opened(tutorial.pick())[0].model.mode = "light"
    view, _ = opened(of_few(prepaid.tutorial("en")).compare())
    told = re.sub("<[^>]+>", "", line(view)).partition(" · ")[0]
    assert told == f"{tutorial.words('travel.from', lesson='lesson 2')} Light"


def test_only_what_was_changed_travels_and_the_example_is_no_choice(monkeypatch, folder):
    bag = of_server(folder, "77")
    carries(monkeypatch, bag)
    view, _ = opened(prepaid.tutorial("en").pick())
    view.model.days = 12
    assert bag.choices["days"] == 12
    assert {"sim", "start"}.isdisjoint(bag.choices)  # today is no choice: tomorrow it has passed
    assert {*bag.origin.values()} == {2}
    view.model.days = -1  # what is refused does not travel
    assert bag.choices["days"] == 12
    view.model.reset()
    assert bag.choices == {}


def test_a_first_day_that_was_chosen_stays_with_the_stay(monkeypatch, folder):
    bag = of_server(folder, "77")
    carries(monkeypatch, bag)
    first, _ = opened(of_few(prepaid.tutorial("en")).pick())
    first.model.start += dt.timedelta(5)
    view, _ = opened(of_few(prepaid.tutorial("en")).compare())
    assert view.model.start == first.model.start
    view.model.days = 12
    assert (bag.choices["start"], bag.choices["days"]) == (first.model.start, 12)


def test_a_stay_and_its_use_reach_the_renewal(monkeypatch, folder):
    carries(monkeypatch, of_server(folder, "77"))
    view, _ = opened(of_few(prepaid.tutorial("en")).pick())
    view.model.update(mode="gb", gb=60, gb_per="month", hotspot=True)
    carries(monkeypatch, of_server(folder, "77"))
    now, _ = opened(prepaid.tutorial("en").now())
    assert now.model.gb_per_day == 2
    assert now.model.hotspot is True
    assert prepaid.tutorial("en").pick(days=7).model.mode == "normal"


def test_what_a_server_left_that_has_stopped_is_ignored_and_deleted(monkeypatch, folder):
    bag = of_server(folder, "77")
    bag.put({"days": 12}, (), 2)
    assert of_server(folder, "77").choices == {"days": 12}
    assert os.stat(bag.path).st_mode & 0o077 == 0
    os.utime(folder / "jpserver-77.json", (1, 1))  # another server with the same number
    assert of_server(folder, "77").choices == {}
    (folder / "jpserver-77.json").rename(folder / "jpserver-78.json")
    assert of_server(folder, "78").choices == {}
    assert not bag.path.exists()
    (folder / "jpserver-78.json").unlink()
    assert of_server(folder, "78") is None


def test_nothing_travels_where_no_reader_sits(monkeypatch):
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    assert travel.luggage.__wrapped__() is None
    carries(monkeypatch, None)
    view, _ = opened(prepaid.tutorial("en").pick())
    view.model.days = 12
    assert line(view) == ""


def test_the_build_takes_the_name_of_its_session_from_no_kernel(monkeypatch, tmp_path):
    monkeypatch.setenv("JPY_SESSION_NAME", "a.ipynb")
    assert "JPY_SESSION_NAME" not in build.kernel_environment(str(tmp_path))


def test_an_address_carries_choices_and_their_lesson(monkeypatch):
    monkeypatch.setenv("VOILA_KERNEL_ID", "1")
    bag = InAddress()
    carries(monkeypatch, bag)
    view, _ = opened(prepaid.tutorial("zh-CN").pick())
    view.model.update(days=12, sim="physical", arrive="15:00", hotspot=True)
    assert f"03-compare.zh-CN.ipynb{bag.query()}".replace("&", "&amp;") in line(view)
    again = InAddress(bag.query().removeprefix("?"))
    assert again.choices == bag.choices
    assert again.origin == bag.origin
    carries(monkeypatch, again)
    view, _ = opened(prepaid.tutorial("zh-CN").now())
    assert (view.model.sim, view.model.hotspot) == ("physical", True)


@pytest.mark.parametrize("query", [
    "days=-3", "days=12.5", "days=" + "9" * 3000, "sim=<script>", "us_number=maybe", "hours={}",
    "plan_id=own%3Amine", "nobody=1", "from=7.days&days=x", "start=1999-01-01", "%00=%FF", "days",
    "done=[[1]]", "tax_percent=NaN", "days=[" + "[" * 3000,
])
def test_an_address_that_no_lesson_writes_changes_nothing(query):
    assert InAddress(query).choices == {}


@given(st.text())
def test_no_address_stops_a_lesson(query):
    for name in InAddress(query).choices:
        assert name in INPUTS


@pytest.mark.parametrize("text", [
    "", "[]", "{}", "{", '{"server": "1"}', "\0", "[" * 5000,
    json.dumps({"server": "1", "from": [], "choices": {"format": "x"}}),
])
def test_a_damaged_file_changes_nothing(tmp_path, text):
    path = tmp_path / "file.json"
    path.write_text(text)
    assert InFile(path, "1").choices == {}


def test_a_folder_that_cannot_be_written_to_stops_no_lesson(tmp_path):
    bag = InFile(tmp_path / "none" / "file.json", "1")
    bag.put({"days": 12}, (), 2)
    assert bag.choices == {"days": 12}


def test_ticks_come_back_with_the_lesson(monkeypatch, folder):
    carries(monkeypatch, of_server(folder, "77"))
    view, _ = opened(prepaid.tutorial("en").preparations())
    view.model.tick("eid", True)
    carries(monkeypatch, of_server(folder, "77"))
    view, _ = opened(prepaid.tutorial("en").preparations())
    assert view.model.done == ("eid",)
    assert isinstance(view.model, ChecklistModel)


def test_the_lessons_are_those_that_there_are():
    assert {*travel.LESSONS.values()} <= {path.stem for path in build.lesson_paths()}
