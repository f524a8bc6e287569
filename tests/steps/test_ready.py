"""Lesson 01 without a browser: phones, checklist, tables of what is documented, the IMEI check."""

import csv
import gc
import re
import tomllib
from pathlib import Path

import ipywidgets as w
import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn

from prepaid import i18n
from prepaid.catalogue import devices
from prepaid.steps.ready.model import (
    ChecklistModel,
    DeviceModel,
    ImeiModel,
    TypedNumber,
    check_ids,
    checks_for,
    look_at,
)
from view_helpers import from_browser, in_one_language, within

CONTENT = Path(__file__).resolve().parents[2] / "content"
LANGUAGES = i18n.LANGUAGES
IMEI = "490154203237518"
with (CONTENT / "devices.csv").open(encoding="utf-8", newline="") as _file:
    ROWS = list(csv.DictReader(_file))


def widgets(view: w.Widget, kind: type) -> list[w.Widget]:
    """The widgets of a kind in a view, in order."""
    return [one for one in within(view) if isinstance(one, kind)]


def shown(view) -> str:
    """What stands on the page."""
    return "".join(box.value for box in widgets(view, w.HTML))


def texts(html: str) -> str:
    """HTML without its tags."""
    return re.sub(r"<[^>]+>", " ", html).replace("&#39;", "'").replace("&amp;", "&")


# -------------------------------------------------------------------------------------- the phone


def expected_row(family: str, place: str) -> dict[str, str]:
    """The row of the table that holds for a place of sale, by the words of its schema."""
    own = [row for row in ROWS if row["model_family"] == family]
    for region in (place, "other", "any"):
        for row in own:
            if region in row["regions"].split(";"):
                return row
    raise AssertionError((family, place))


PLACES = sorted({region for row in ROWS for region in row["regions"].split(";")} - {"any"})
FAMILIES = list(dict.fromkeys(row["model_family"] for row in ROWS))


@pytest.mark.parametrize("family", FAMILIES)
def test_every_phone_is_found_in_every_place(family):
    for place in PLACES:
        assert devices.find(family, place).device_id == expected_row(family, place)["device_id"]


def test_the_verdict_says_no_more_than_the_row():
    wanted = {
        ("yes", "yes"): "both", ("yes", "no"): "esim", ("yes", "unknown"): "esim_tray",
        ("no", "yes"): "physical",
    }
    for row, device in zip(ROWS, devices.devices(), strict=True):
        has = row["esim"], row["sim_card"]
        assert device.verdict == wanted.get(has, "eid"), row["device_id"]
        assert ("esim" in device.sims) == (row["esim"] == "yes")
        assert ("physical" in device.sims) == (row["sim_card"] == "yes")


@pytest.mark.parametrize(
    ("family", "place", "verdict", "sim"),
    [
        ("iPhone 14 / 15 / 16 series", "US", "esim", "esim"),
        ("iPhone 14 / 15 / 16 series", "CN", "physical", "physical"),
        ("iPhone 14 / 15 / 16 series", "JP", "both", "either"),
        ("iPhone 14 / 15 / 16 series", "HK", "eid", "physical"),
        ("iPhone 14 / 15 / 16 series", "GU", "esim_tray", "esim"),
        ("iPhone 17 / 17 Pro / 17 Pro Max", "JP", "esim", "esim"),
        ("iPhone Air", "CN", "esim", "esim"),
        ("Galaxy S22 and later / Fold4 and Flip4 and later", "CN", "eid", "physical"),
        ("another phone", "other", "eid", None),
    ],
)
def test_what_a_phone_leaves_of_the_catalogue(family, place, verdict, sim):
    fit = DeviceModel(family=family, place=place).answer
    assert (fit.device.verdict, fit.sim) == (verdict, sim)
    kinds = {
        "either": ["esim", "sim_card"], "esim": ["esim"], "physical": ["sim_card"], None: [],
    }[sim]
    expected = fit.plans.loc[fit.plans[kinds].eq("yes").any(axis=1), "plan_id"]
    assert set(fit.fitting["plan_id"]) == set(expected)
    assert len(fit.by_sim["esim"]) + len(fit.by_sim["physical"]) > 0


@pytest.mark.parametrize(
    ("inputs", "code"),
    [({"family": "Nokia 3310"}, "device_unknown"), ({"place": "Atlantis"}, "place_unknown"),
     ({"place": ""}, "place_unknown"), ({"place": "any"}, "place_unknown")],
)
def test_an_unknown_phone_or_place_is_refused(inputs, code):
    model = DeviceModel(**inputs)
    assert model.answer is None
    assert model.problem.code == code
    assert all(model.problem.tell(i18n.words(language)) for language in LANGUAGES)
    model.reset()
    model.update(family="iPhone Air", place="US")
    assert model.problem is None


def test_lists_follow_each_other(tutorial):
    view = tutorial.device()
    brand, family, place = widgets(view, w.Dropdown)
    assert [brand.value, family.value, place.value] == [
        "Apple", "iPhone 13 / 13 Pro / 13 Pro Max", "CN"]
    from_browser(brand, index=devices.brands().index("Samsung"))
    assert view.model.family == family.value == devices.families("Samsung")[0].model_family
    assert view.model.place == place.value == "CN"
    from_browser(brand, index=devices.brands().index("Google"))
    assert view.model.place == place.value == "other"
    assert {value for _, value in place.options} == {"US", "other"}
    from_browser(brand, index=devices.brands().index("any"))
    assert view.model.answer.device.device_id == "any-handset"
    assert "*#06#" in texts(shown(view))
    view.model.reset()
    assert [brand.value, family.value, place.value] == [
        "Apple", "iPhone 13 / 13 Pro / 13 Pro Max", "CN"]
    assert tutorial.words("ready.verdict.physical") in shown(view)


@in_one_language
def test_every_choice_of_the_lists_has_an_answer_with_its_source(tutorial):
    view = tutorial.device()
    for device in devices.devices():
        place = "other" if device.regions[0] == "any" else device.regions[0]
        view.model.update(family=device.model_family, place=place)
        page = shown(view)
        assert tutorial.words(f"ready.verdict.{device.verdict}") in page
        assert all(f'href="{page_read}"' in page for page_read in device.sources)
        assert tutorial.words.as_of(device.as_of) in page


def test_places_have_names(tutorial):
    from prepaid.steps.ready.view import place_name

    names = [place_name(code, tutorial.words) for code in [*PLACES, "any"]]
    assert len(set(names)) == len(names)
    assert all(len(name) > 1 and name not in PLACES for name in names)


# ---------------------------------------------------------------------------------- the checklist


def test_the_checklist_counts_and_starts_empty(tutorial):
    view = tutorial.preparations()
    boxes = widgets(view, w.Checkbox)
    assert len(boxes) == len(check_ids())
    assert not any(box.value for box in boxes)
    asked = checks_for("new")
    from_browser(boxes[0], value=True)
    from_browser(boxes[-1], value=True)
    assert view.model.done == (check_ids()[0], check_ids()[-1])
    told = tutorial.words("ready.part.progress", done=1, total=len(asked))
    assert check_ids()[-1] not in asked
    assert told in texts(shown(view))
    from_browser(boxes[0], value=False)
    assert view.model.done == (check_ids()[-1],)
    view.model.reset()
    assert not any(box.value for box in boxes)


def test_a_purpose_shows_just_its_steps(tutorial):
    view = tutorial.preparations()

    def seen():
        return [name for _, boxes in view._parts.values() for name, box in boxes.items()
                if box.layout.display != "none"]

    assert seen() == checks_for("new")
    view.model.purpose = "renew"
    assert seen() == checks_for("renew")
    assert {*checks_for("new")} | {*checks_for("renew")} == {*check_ids()}
    assert {*checks_for("new")} != {*checks_for("renew")}
    preview = view.preview()
    part = preview[:preview.index("<details")]
    assert part.count("☐") == len(checks_for("new"))


def test_an_unknown_check_is_refused():
    model = ChecklistModel(done=("eid",))
    model.done = ("eid", "tooth")
    assert model.problem.code == "check_unknown"
    assert sum(done for done, _ in model.answer.values()) == 1


# ------------------------------------------------------------------- what needs no kernel to read


def test_tables_are_complete_and_sourced(tutorial):
    html = tutorial.devices().html
    assert "$" not in html
    rows = re.findall(r"<tbody>.*?</tbody>", html, re.DOTALL)
    for row in re.findall(r"<tr\b.*?</tr>", "".join(rows), re.DOTALL):
        assert re.search(r"\b20[12]\d", row), row
        gap = re.escape(tutorial.words("ready.gap", as_of="ON")).replace("ON", ".*20.*")
        assert 'href="http' in row or re.search(gap, row), row


def test_every_device_stands_in_the_tables(tutorial):
    page = tutorial.devices().html
    assert page.count("<tr") == len(ROWS) + len(devices.brands())
    note = "note_zh" if tutorial.words.language == "zh-CN" else "note"
    assert all(row[note] in texts(page) for row in ROWS)


def html_of(url: str) -> str:
    return url.replace("&", "&amp;")


@pytest.mark.parametrize(("name", "file", "parts"), [
    ("card_refused", "payment", ["next_try", "never", "reason", "unknown"]),
    ("notes", "prepare", ["note"]), ("numbers", "prepare", ["number"])])
def test_every_sentence_and_its_source_are_there(tutorial, name, file, parts):
    html = getattr(tutorial, name)().html
    claims = tomllib.loads((CONTENT / f"{file}.toml").read_text("utf-8"))
    for claim in (claim for part in parts for claim in claims[part]):
        assert claim[tutorial.words.language] in texts(html)
        assert all(f'href="{html_of(url)}"' in html for url in claim.get("source", ()))


def test_what_to_try_next_is_in_order(tutorial):
    tries = tomllib.loads((CONTENT / "payment.toml").read_text("utf-8"))["next_try"]
    page = texts(tutorial.card_refused().html)
    places = [page.index(claim[tutorial.words.language]) for claim in tries]
    assert places == sorted(places)


@pytest.mark.parametrize("name", ["preparations", "device", "imei"])
def test_previews_depend_on_nothing_that_was_chosen(tutorial, name):
    view = getattr(tutorial, name)()
    bundle = view._repr_mimebundle_()
    assert bundle["text/html"] == getattr(tutorial, name)().preview()
    assert "\n" not in bundle["text/plain"]
    assert "$" not in bundle["text/html"]


# ---------------------------------------------------------------------------------- the IMEI check


@pytest.mark.parametrize(
    ("typed", "verdict", "length"),
    [
        (IMEI, "fits", 15),
        ("49-015420-323751-8", "fits", 15),
        (" 49 015420 323751 8 ", "fits", 15),
        ("49/015420/323751/8", "fits", 15),
        ("４９０１５４２０３２３７５１８", "fits", 15),
        ("IMEI: 490154203237518", "fits", 15),
        ("\u202a490154203237518\u202c\u200b", "fits", 15),
        ("490154203237519", "slip", 15),
        ("940154203237518", "slip", 15),
        ("4901542032375101", "imeisv", 16),
        (IMEI[:-1], "no_check_digit", 14),
        (IMEI + " / 01", "length", 17),
        ("8" * 19, "iccid", 19),
        ("8" * 20, "iccid", 20),
        ("8" * 32, "eid", 32),
        ("123", "length", 3),
        ("1" * 5000, "length", 5000),
        ("49O154203237518", "not_digits", 0),
        ("一二三", "not_digits", 0),
        ("<b>1</b>", "not_digits", 0),
        ("²", "length", 1),
        ("१२३", "not_digits", 0),
        ("-", "not_digits", 0),
    ],
)
def test_what_a_typed_number_is(typed, verdict, length):
    assert look_at(typed) == TypedNumber(verdict, length)


@given(st.text(alphabet="0123456789", min_size=14, max_size=14), st.data())
def test_a_wrong_digit_and_most_swaps_are_noticed(first, data):
    right = first + luhn.calc_check_digit(first)
    assert look_at(right).verdict == "fits"
    place = data.draw(st.integers(0, 14))
    wrong = data.draw(st.sampled_from([one for one in "0123456789" if one != right[place]]))
    assert look_at(right[:place] + wrong + right[place + 1:]).verdict == "slip"
    place = data.draw(st.integers(0, 13))
    pair = right[place:place + 2]
    if pair[0] != pair[1] and {*pair} != {"0", "9"}:
        assert look_at(right[:place] + pair[::-1] + right[place + 2:]).verdict == "slip"


@given(st.text())
def test_any_text_gets_an_answer_that_repeats_none_of_it(typed):
    answer = look_at(typed)
    assert all(f"ready.imei.{answer.verdict}" in i18n.words(language) for language in LANGUAGES)


@pytest.mark.parametrize("typed", [IMEI, IMEI[:-1] + "9", IMEI + "1", IMEI + "x", IMEI[:-1]])
def test_the_view_answers_and_keeps_no_digit(tutorial, typed):
    view = tutorial.imei()
    (field,) = widgets(view, w.Password)
    assert tutorial.words("ready.imei.waiting") in shown(view)
    sent = []
    field.comm.send = lambda **message: sent.append(message)
    from_browser(field, value=typed)
    answer = look_at(typed)
    assert tutorial.words(f"ready.imei.{answer.verdict}", length=answer.length) in shown(view)
    assert field.value == ""
    assert [message["data"]["state"] for message in sent] == [{"value": ""}]
    assert IMEI[:-1] not in str(view._repr_mimebundle_())
    assert not [text for text in reachable(view) if IMEI[:8] in text]
    from_browser(field, value="   ")
    assert view.model.answer == answer


def reachable(root: object) -> list[str]:
    """Every text that can be reached from an object without passing through a module."""
    found, seen, todo = [], set(), [root]
    while todo:
        one = todo.pop()
        if id(one) in seen or isinstance(one, type | type(re)) or hasattr(one, "__globals__"):
            continue
        seen.add(id(one))
        if isinstance(one, str):
            found.append(one)
        todo += gc.get_referents(one)
    return found


def test_a_right_number_is_said_to_prove_little(tutorial):
    view = tutorial.imei()
    view.model.look_at(IMEI)
    proves = next(claim for claim in tomllib.loads(
        (CONTENT / "prepare.toml").read_text("utf-8"))["number"] if claim["id"] == "what-it-proves")
    assert proves[tutorial.words.language] in shown(view)
    view.model.look_at(IMEI + "1")
    assert proves[tutorial.words.language] not in shown(view)


def test_the_model_is_asked_only_when_something_was_typed():
    model = ImeiModel()
    version = model.version
    model.look_at("")
    assert model.version == version
    model.look_at(IMEI)
    assert (model.answer.verdict, model.version) == ("fits", version + 1)
    assert model.problem is None
