"""No data: who follows the tree gets online again, or learns whom to ask and what to say."""

import html
import re
import statistics
from itertools import combinations

import ipywidgets as w
import pytest

import prepaid
from prepaid.catalogue import providers
from prepaid.catalogue.content import load
from prepaid.html import page
from prepaid.i18n import LANGUAGES, Refusal, words
from prepaid.steps.rescue.model import STILL, WORKS, RescueModel, places
from prepaid.steps.rescue.view import RescueView, whole
from simulated_phone import ALONE, BEYOND, CAUSES, Phone, broken

TREE = load("rescue")
# What the owner of a phone sees, choice by choice: the first that is true is chosen.
SEES = {
    "sims-plane": lambda phone: phone.airplane,
    "sims-missing": lambda phone: not phone.profile,
    "sims-off": lambda phone: not phone.line_on,
    "sims-other": lambda phone: phone.data_line != "us",
    "sims-data": lambda phone: not phone.mobile_data,
    "sims-roaming": lambda phone: not phone.roaming,
    "account-used": lambda phone: phone.plan == "used",
    "account-over": lambda phone: phone.plan == "over",
    "account-suspended": lambda phone: phone.plan == "suspended",
    "account-moving": lambda phone: phone.plan == "moving",
    "signal-bars": lambda phone: phone.screen == "bars",
    "signal-part": lambda phone: phone.screen == "some apps",
    "signal-none": lambda phone: phone.screen == "no service",
    "filter-vpn": lambda phone: phone.vpn,
    "filter-saver": lambda phone: phone.saver,
    "apn-differs": lambda phone: not phone.apn,
    "network-yes": lambda phone: not phone.automatic,
    "lock-yes": lambda phone: phone.locked,
    "place-others": lambda phone: phone.covered,
}
# What is left when nothing of the kind is to be seen.
ELSE = {"sims-fine", "account-fine", "filter-neither", "apn-same", "network-no", "lock-no",
        "place-nobody"}
# What a person does who reads a repair.
DOES = {
    "airplane": {"airplane": False}, "line-on": {"line_on": True}, "data-line": {"data_line": "us"},
    "data-on": {"mobile_data": True}, "roaming-on": {"roaming": True},
    "more-data": {"plan": "fine"}, "renew": {"plan": "fine"}, "pay": {"plan": "fine"},
    "vpn-off": {"vpn": False}, "saver-off": {"saver": False}, "apn-set": {"apn": True},
    "automatic": {"automatic": True},
}
ENDS = {"no coverage": "no-coverage", "locked": "locked", "deleted": "deleted", "moving": "moving"}


def follow(phone: Phone) -> RescueModel:
    """Answer from the state of the phone, do each repair, look again, until the tree ends."""
    model = RescueModel()
    for _ in range(40):
        answer = model.answer
        if answer.kind == "repair":
            for name, value in DOES[answer.place["id"]].items():
                setattr(phone, name, value)
            model.choose(WORKS if phone.online else STILL)
        elif answer.kind == "question":
            choices = [one["id"] for one in answer.place["choice"]]
            seen = [one for one in choices if one in SEES and SEES[one](phone)]
            model.choose((seen or [one for one in choices if one in ELSE])[0])
        else:
            return model
    raise AssertionError(f"no end: {model.answers}")


COMBINATIONS = [
    causes for n in (1, 2, 3) for causes in combinations(CAUSES, n)
    if all(len(alone & set(causes)) < 2 for alone in ALONE)
]


def test_the_tree_ends_well_for_one_two_or_three_causes():
    wrong, asked = [], []
    for causes in COMBINATIONS:
        phone = broken(causes)
        assert not phone.online, causes
        end = follow(phone).answer
        asked.append(end.asked)
        beyond = {ENDS[cause] for cause in causes if cause in BEYOND}
        fine = end.place["id"] in beyond if beyond else end.kind == WORKS and phone.online
        if not fine:
            wrong.append((causes, end.kind, end.place["id"]))
    assert wrong == []
    assert len(COMBINATIONS) >= 200
    print(f"\n{len(COMBINATIONS)} phones, mean {statistics.mean(asked):.2f} questions, "
          f"at most {max(asked)}")
    assert statistics.mean(asked) <= 8
    alone = [n for n, causes in zip(asked, COMBINATIONS, strict=True) if len(causes) == 1]
    assert (max(alone), max(asked)) == (6, 11), "lesson 5 says so"


def test_a_phone_without_a_fault_ends_with_the_provider():
    assert follow(Phone()).answer.place["id"] == "ask"


def test_what_the_test_knows_is_all_there_is():
    choices = {one["id"] for question in TREE["question"] for one in question["choice"]}
    assert set(SEES) | ELSE == choices - {"account-blind"}
    assert set(DOES) == {one["id"] for one in TREE["repair"]}


def test_back_and_restart():
    model = RescueModel()
    for answer in ("sims-fine", "account-used", STILL):
        model.choose(answer)
    assert model.answer.place["id"] == "signal"
    assert model.answer.asked == 4
    model.back()
    assert (model.answer.kind, model.answer.place["id"]) == ("repair", "more-data")
    model.choose(WORKS)
    assert (model.answer.kind, model.answer.asked) == (WORKS, 3)
    model.restart()
    assert model.answer.place["id"] == "sims"
    assert model.answer.way == ()
    model.back()
    assert model.answer.place["id"] == "sims"


@pytest.mark.parametrize("inputs", [
    {"answers": ("yes",)}, {"answers": ("sims-missing", "sims-fine")}, {"platform": "nokia"},
    {"answers": ("sims-plane", WORKS, STILL)}, {"answers": ("sims-plane", "sims-fine")},
    {"provider_id": "nobody"},
])
def test_what_makes_no_sense_is_told(inputs):
    model = RescueModel(**inputs)
    assert isinstance(model.problem, Refusal)
    for language in LANGUAGES:
        assert model.problem.tell(words(language))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("phone", [one["id"] for one in TREE["platform"]])
def test_the_view_asks_one_question_and_shows_one_phone(language, phone):
    view = RescueView(RescueModel(platform=phone), words(language))
    names = {one["id"]: words(language).text(one) for one in TREE["platform"]}
    text = view._now.value
    assert names[phone] in html.unescape(text)
    assert not any(name in html.unescape(text) for one, name in names.items() if one != phone)
    buttons = [box.children[0] for box in view._box.children]
    assert len(buttons) == len(places()["sims"][1]["choice"])
    buttons[0].click()
    assert view.model.answer.place["id"] == "airplane"
    assert len(view._box.children) == 2
    view._box.children[0].children[0].click()
    assert view.model.answer.kind == WORKS
    assert view._box.children == ()


def test_a_provider_says_how_to_reach_it():
    english = words("en")
    view = RescueView(RescueModel(provider_id="h2o-wireless", answers=("sims-missing",)), english)
    assert "1-800-643-4926" in view._now.value
    view.model.provider_id = ""
    assert "1-800-643-4926" not in view._now.value
    view.model.update(provider_id="tello", answers=("sims-fine",))
    balance = providers.provider("tello").balance[0]["en"]
    assert balance in html.unescape(view._now.value)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_tree_is_there_to_read_with_real_headings(language):
    preview = prepaid.tutorial(language).rescue().preview()
    assert preview.count("<details") == 2  # the tree, and in it where it was read
    inside = preview[preview.index("<details"):]
    said = html.unescape(re.sub("<[^>]+>", "", inside))
    headings = [html.unescape(re.sub("<[^>]+>", "", one))
                for one in re.findall(r"<h[345][^>]*>(.*?)</h[345]>", inside)]
    for _, entry in places().values():
        title = words(language).text(entry, "ask" if "ask" in entry else "title")
        assert any(title in heading for heading in headings), title
        for one in (*entry.get("choice", ()), *entry.get("step", ()), *entry.get("tell", ())):
            assert words(language).text(one) in said
    for menu in TREE["menu"]:
        for path in menu["path"]:
            text = words(language).text(path)
            searched = re.findall("“.*?”", text)[:1] if not path.get("known", True) else ()
            assert text in said or (searched and searched[0] in said), text


def test_what_is_old_says_so():
    english = words("en")
    old = [path for menu in TREE["menu"] for path in menu["path"]
           if "source" in path and providers.last_day(path["as_of"]).year < 2024]
    assert old
    read = str(RescueView(RescueModel(), english)._page(whole(english)))
    # An old way to a menu may be shown with a question and again with a repair.
    assert read.count(english("outdated.mark")) >= len(old)
    assert not any(providers.is_old(step["as_of"], providers.last_day(TREE["checked"]))
                   for kind in ("repair", "handover") for one in TREE[kind]
                   for step in one["step"] if "source" in step)


def test_the_buttons_stay_so_that_the_keyboard_keeps_its_place():
    view = RescueView(RescueModel(), words("en"))
    first = view._box.children[0]
    view.model.choose("sims-fine")
    assert view._box.children[0] is first
    assert isinstance(first.children[0], w.Button)


def test_a_source_is_named_by_what_it_is_and_not_by_a_host_of_many(tutorial):
    told = page.render(whole(tutorial.words), lang=tutorial.words.language)
    names = re.findall(r'<a href="https://github[^"]*"[^>]*>(.*?)</a>', told)
    assert names
    assert not [name for name in names if "github.com" in name]
