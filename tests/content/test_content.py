"""The content files hold what their schemas say, with a source and a date on everything, the same
in both languages, and nothing that is not established."""

import csv
import datetime as dt
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from itertools import product

import pytest
from jsonschema import Draft202012Validator

import build
import prose
from checks.files import tables_of
from checks.gates import GENERAL
from prepaid.catalogue.providers import is_old
from prepaid.steps.seller_check.model import judge
from schemas import SCHEMAS, faults

CONTENT = build.ROOT / "content"
NAMED_SCHEMAS = ("quiz", "seller_check", "payment", "prepare", "golden", "rescue", "two_lines")
SCHEMA_OF = {CONTENT / f"{name}.toml": CONTENT / f"{name}.schema.json" for name in NAMED_SCHEMAS}
for _folder in (CONTENT / "renewal", CONTENT / "faq", CONTENT / "exercises"):
    SCHEMA_OF |= dict.fromkeys(sorted(_folder.glob("*.toml")), _folder / "schema.json")

DATA = {path: tomllib.loads(path.read_text("utf-8")) for path in SCHEMA_OF}
PROVIDERS = {path.stem: data for path, data in DATA.items() if path.parent.name == "renewal"}
THEMES = {path.stem: data for path, data in DATA.items() if path.parent.name == "faq"}
QUIZ, SELLER_CHECK, _, PREPARE, *_ = (
    DATA[CONTENT / f"{name}.toml"] for name in NAMED_SCHEMAS
)
QUESTIONS = [question for theme in THEMES.values() for question in theme["question"]]
WALKS = [walk for data in PROVIDERS.values() for walk in data.get("walk", ())]

CHECKED = max(data["checked"] for data in PROVIDERS.values())
CURRENT_SINCE = 2024
# May be cited for what they claim, as one weak source, and for nothing else; those that speak of
# another country's Lycamobile not even so.
LOW_GRADE = (
    "eatsip365", "winenfood", "visualfoodie", "pixelation.org", "hows.tech", "imba.missouri.edu",
    "issuu", "10100.com", "yunzhuji", "rlut", "rjut", "querysprout", "internet-access-guide",
    "instarztech", "grokipedia", "lycamobile.co.uk", "prepaidpoint.nl",
)  # fmt: skip
NEVER_TAUGHT = {
    "*FLEX": r"\*FLEX",
    "a refill by text to 7777": r"7777",
    "an address or ZIP of any kind": (
        r"any (?:valid |US |random )?(?:ZIP|post(?:al)? ?code)|random ZIP"
        r"|\b00000\b|任意邮编|随便.{0,6}邮编|任何.{0,4}邮编|邮编.{0,8}00"
    ),
    "digits of a bank card in a dial code": (
        r"last (?:4|four)[^.]*(?:bank|credit|debit) card|银行卡.{0,4}后 ?(?:4|四)"
    ),
    "a grace period with service": r"grace period|宽限期",
    "an unlock after 60 days": r"unlocks? after 60 days|60 天后.{0,4}解锁",
}
# Said of these only that they are not established, or that they can be tried.
NOT_ESTABLISHED = r"UnionPay|WeChat Pay|银联|微信支付"
OLD_CODES = r"\*233|#999#|\*777#"
UNSURE = r"could not find|not known|unknown|weak source|尚|未|没查到|可信度低"


def tables(value: object) -> Iterator[dict]:
    """Every table of a file, itself included."""
    return (table for _, table in tables_of(value))


def rows(name: str) -> list[dict[str, str]]:
    """The rows of a data table."""
    with (CONTENT / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


DEVICES = rows("devices.csv")


def pairs() -> Iterator[tuple[str, str, str]]:
    """Where it stands, English, Chinese: for every text of every file."""
    for path, data in DATA.items():
        for table in tables(data):
            if isinstance(table.get("en"), str):
                yield path.name, table["en"], table["zh-CN"]
    for row in DEVICES:
        yield row["device_id"], row["note"], row["note_zh"]
        yield row["device_id"], row["model_family"], row["model_family_zh"]


PAIRS = list(pairs())


@pytest.mark.parametrize("uri", SCHEMAS, ids=lambda uri: "/".join(uri.split("/")[-2:]))
def test_a_schema_is_a_schema(uri):
    Draft202012Validator.check_schema(SCHEMAS[uri].contents)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (lambda step: step.pop("source"), "source"),
        (lambda step: step.pop("as_of"), "as_of"),
        (lambda step: step.pop("zh-CN"), "zh-CN"),
        (lambda step: step.update(en=""), "non-empty"),
        (lambda step: step.update(en="Pay $15."), "does not match"),
        (lambda step: step.update(as_of="last year"), "does not match"),
        (lambda step: step.update(sources=["https://example.org"]), "sources"),
    ],
)
def test_the_schema_sees_a_bad_step(change, complaint):
    path = CONTENT / "renewal" / "att-prepaid.toml"
    data = tomllib.loads(path.read_text("utf-8"))
    change(data["walk"][0]["step"][0])
    assert any(complaint in fault for fault in faults(data, SCHEMA_OF[path]))
    data["walk"][0]["step"] = []
    assert any("[]" in fault for fault in faults(data, SCHEMA_OF[path]))


def test_texts_are_well_written():
    wrong = []
    for place, english, chinese in PAIRS:
        wrong += [(place, fault) for fault in prose.misprints(chinese, "zh-CN")]
        if re.search(f"[{prose.HAN}]", english):
            wrong.append((place, "Chinese in English", english))
        if not re.search(f"[{prose.HAN}]", chinese) and chinese != english:
            wrong.append((place, "no Chinese", chinese))
    assert wrong == []


CLAIMS = [(path.name, table) for path, data in DATA.items() for table in tables(data)
          if isinstance(table.get("source"), list)]


def test_low_grade_sources_are_named_as_weak_or_not_at_all():
    devices = (CONTENT / "devices.csv").read_text("utf-8")
    assert [site for site in LOW_GRADE if site in devices] == []
    for place, claim in CLAIMS:
        if any(site in url for site in LOW_GRADE for url in claim["source"]):
            assert claim["confidence"] == "low", (place, claim["en"])
            assert "weak source" in claim["en"], (place, claim["en"])


def test_dates_are_not_later_than_the_day_of_the_last_check():
    dated = [table["as_of"] for data in DATA.values() for table in tables(data) if "as_of" in table]
    for as_of in [*dated, *(row["as_of"] for row in DEVICES)]:
        first, last = as_of.split("/")[0], as_of.split("/")[-1]
        assert first <= last <= CHECKED, as_of


SPOKEN = [(path.name, table["en"], table["zh-CN"]) for path, data in DATA.items()
          if path.parent.name in ("renewal", "faq", "exercises")
          or path.stem in ("payment", "prepare", "rescue", "two_lines")
          for table in tables(data) if isinstance(table.get("en"), str)]
REPORTING = r"not established|\banew\b|afresh|\bdearer\b|\bmostly\b|by a report|no source"
REPORTING_ZH = (
    "尚不清楚|不明|停用|未查到|未能|无从|予以|大多|换卡诈骗|转移 PIN|转移码|降速|充值 PIN"
)


def test_sentences_speak_to_the_reader():
    wrong = [(place, english, chinese) for place, english, chinese in SPOKEN
             if re.search(REPORTING, english) or re.search(REPORTING_ZH, chinese)
             or re.search(r"\d{4}-\d\d-\d\d", english + chinese)]
    assert wrong == []


@pytest.mark.parametrize("what", NEVER_TAUGHT)
def test_what_must_not_be_taught_is_not(what):
    # Wrong choices of the quiz and search words are not taught; nothing else may name these.
    taught = [
        (place, text)
        for place, *texts in PAIRS
        for text in texts
        if place != "quiz.toml" and re.search(NEVER_TAUGHT[what], text, re.IGNORECASE)
    ]
    assert taught == []


def test_what_is_not_established_is_not_asserted():
    for place, english, chinese in PAIRS:
        if re.search(NOT_ESTABLISHED, english + chinese):
            asked = english.endswith("?")
            assert asked or re.search(UNSURE, english, re.IGNORECASE), (place, english)
            assert asked or re.search(UNSURE, chinese), (place, chinese)
    for data in PROVIDERS.values():
        for table in tables(data):
            if re.search(OLD_CODES, table.get("en", "")):
                assert table["status"] == "try", table["en"]


@pytest.mark.parametrize(("kind", "name"), [
    ("carrier", "any-carrier"), ("mvno", "any-carrier"), ("travel_esim", "any-travel-esim")])
def test_the_generic_files_have_the_steps_that_others_take(kind, name):
    assert GENERAL[kind] == {walk["channel"] for walk in PROVIDERS[name]["walk"]}


@pytest.mark.parametrize("name", PROVIDERS)
def test_a_provider_file_is_in_order(name):
    data = PROVIDERS[name]
    days = [event.get("days_after_cycle_end") for event in data.get("timeline", [])]
    known = [day for day in days if day is not None]
    assert known == sorted(known)
    known_top_up = data["top_up"].get("known", True)
    assert known_top_up or data["top_up"]["meaning"] == "unknown"
    for used_up in data.get("data_used_up", []):
        if "kbps" in used_up:
            assert used_up["outcome"] == "slowed"
            assert str(used_up["kbps"]) in used_up["en"]


@pytest.mark.parametrize("walk", WALKS, ids=lambda walk: walk["id"])
def test_no_step_is_older_than_two_years(walk):
    checked = dt.date.fromisoformat(CHECKED)
    assert [step["en"] for step in walk["step"] if is_old(step["as_of"], checked)] == []


@pytest.mark.parametrize("walk", WALKS, ids=lambda walk: walk["id"])
def test_a_walk_says_how_old_it_is(walk):
    for step in walk["step"]:
        year = int(step["as_of"].split("/")[-1][:4])
        assert step["status"] != "current" or year >= CURRENT_SINCE, step["en"]
        assert step["status"] != "legacy" or year < CURRENT_SINCE, step["en"]
    statuses = {step["status"] for step in walk["step"]}
    assert ("note" in walk) == (statuses != {"current"})
    if "note" in walk:
        assert "menus may have changed since" in walk["note"]["en"]
    if "try" in statuses:
        assert "not known whether" in walk["note"]["en"]


def test_the_right_choice_is_not_always_in_the_same_place():
    places = Counter(
        [choice["right"] for choice in question["choice"]].index(True)
        for question in QUIZ["question"]
    )
    assert sum("lesson" not in question for question in QUIZ["question"]) >= 10
    assert set(places) >= {0, 1, 2}


@pytest.mark.parametrize("kind", [kind["id"] for kind in SELLER_CHECK["kind"]])
def test_the_seller_check_decides_for_every_kind(kind):
    signs = [sign for sign in SELLER_CHECK["sign"] if kind in sign["kinds"]]
    assert len(signs) >= 5
    weights = {outcome["weight"] for sign in signs for outcome in sign["outcome"]}
    assert weights == {"stop", "caution", "good"}
    for sign in signs:
        answers = [outcome["on"] for outcome in sign["outcome"]]
        assert len(answers) == len(set(answers))

    def verdict(answers: dict[str, str]) -> str:
        return judge(kind, answers).rule["verdict"]

    assert verdict({}) == "unfinished"
    harmless = {sign["id"]: best(sign) for sign in signs}
    expected = "careful" if kind == "chat_seller" else "fine"
    assert verdict(harmless) == expected
    for sign, answer in product(signs, ("yes", "no")):
        weight = {outcome["on"]: outcome["weight"] for outcome in sign["outcome"]}.get(answer)
        changed = verdict(harmless | {sign["id"]: answer})
        if weight == "stop":
            assert changed == "stop"
        if weight == "caution":
            assert changed != "fine"


def best(sign: dict) -> str:
    """The answer that speaks most for the seller."""
    worth = {"good": 3, None: 2, "caution": 1, "stop": 0}
    weights = {outcome["on"]: outcome["weight"] for outcome in sign["outcome"]}
    return max(("yes", "no"), key=lambda answer: worth[weights.get(answer)])


def test_the_last_rule_always_fits():
    assert SELLER_CHECK["rule"][-1]["when"] == {}


def test_preparations_and_notes():
    assert [part["id"] for part in PREPARE["preparation"]] == [
        "device", "balance", "payment", "notes",
    ]  # fmt: skip
    keep = {note["id"]: note["keep"] for note in PREPARE["note"]}
    never = ("password", "transfer-pin", "otp", "card-number", "esim-code", "refill-pin")
    assert {keep[note] for note in never} == {"never"}
    assert keep["device-numbers"] == "carrier_only"
    assert set(keep.values()) == {"yes", "never", "carrier_only"}


def regions(row: dict[str, str]) -> set[str]:
    """The places of sale that a row names."""
    return set(row["regions"].split(";"))


def test_every_place_of_sale_has_one_row_per_family():
    families = {(row["brand"], row["model_family"]) for row in DEVICES}
    for family in families:
        own = [row for row in DEVICES if (row["brand"], row["model_family"]) == family]
        named = Counter(region for row in own for region in regions(row))
        assert set(named.values()) == {1}, family
        assert ("any" in named) != ("other" in named), family
        assert "any" not in named or len(own) == 1, family
        assert len({row["model_family_zh"] for row in own}) == 1, family


def test_a_device_row_without_source_claims_nothing():
    for row in DEVICES:
        claims = {row["esim"], row["sim_card"]} - {"unknown"}
        assert row["source_url"] or not claims, row["device_id"]
