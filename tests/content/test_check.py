"""The check of the content files bites: a copy of them is broken in one place, and one message
names the file and the place."""

import datetime as dt
import re
import shutil
import sys
import tomllib
from collections.abc import Callable
from functools import cache
from types import SimpleNamespace

import pytest

import build
import check
import fresh
from checks import exercises, files, gates, lessons, shapes, voice
from checks.files import Fault, Files
from prepaid.catalogue.plans import OLD_PRICE_DAYS
from prepaid.catalogue.tables import read_table

CONTENT = check.CONTENT
NEVER = "https://github.com/owner/name/blob/HEAD/prices.csv"


@pytest.fixture(scope="module")
def copied(tmp_path_factory):
    """A copy of the content files, of which each test mends what it has broken."""
    copy = tmp_path_factory.mktemp("copied") / "content"
    shutil.copytree(CONTENT, copy, ignore=shutil.ignore_patterns("*.py", "__pycache__", "*.png"))
    return copy, _stamps(copy)


@pytest.fixture
def folder(copied, monkeypatch):
    """A copy of the content files to break."""
    copy, stamps = copied
    monkeypatch.setattr(sys.modules[read_table.__module__], "CONTENT", copy)
    monkeypatch.setattr(fresh, "CONTENT", copy)
    monkeypatch.setattr(files, "tomllib", SimpleNamespace(loads=_loads))
    yield copy
    for path, _ in {*_stamps(copy).items()} ^ {*stamps.items()}:
        if path in stamps:
            shutil.copy2(CONTENT / path, copy / path)
        else:
            (copy / path).unlink(missing_ok=True)
    assert _stamps(copy) == stamps


def _stamps(folder):
    """When each file was written, and how large it is."""
    found = {}
    for path in folder.rglob("*"):
        if path.is_file():
            stat = path.stat()
            found[path.relative_to(folder)] = stat.st_mtime_ns, stat.st_size
    return found


@cache
def _loads(text: str) -> dict:
    """What a TOML file holds: all but one are as they were for the check before."""
    return tomllib.loads(text)


# --------------------------------------------------------------------------- ways to break things


def cell(name: str, where: Callable[[dict], bool], **values) -> Callable:
    """Set cells of the first row for which `where` holds."""

    def change(folder):
        table = fresh.read_rows(name)
        place = next(place for place, row in enumerate(table) if where(row))
        table[place] |= values
        fresh.write_rows(name, table)
        return f"Row {place + 2}, column "

    return change


def added(name: str, **values) -> Callable:
    """Add a row: the first one with other cells."""

    def change(folder):
        table = fresh.read_rows(name)
        fresh.write_rows(name, [*table, table[0] | values])
        return f"Row {len(table) + 2}, column "

    return change


def text(name: str, pattern: str, new: str, times: int = 1) -> Callable:
    """Replace the first match in a file."""

    def change(folder):
        path = folder / name
        before = path.read_text("utf-8")
        after, found = re.subn(pattern, new, before, count=times, flags=re.MULTILINE | re.DOTALL)
        assert found, pattern
        path.write_text(after, "utf-8", newline="\n")
        return ""

    return change


def a_row_of_a_source_is_lost(folder):
    fresh.write_rows("left_out", fresh.read_rows("left_out")[1:])
    return ""


def a_plan_named_in_the_history(folder):
    table = fresh.read_rows("price_history")
    fresh.write_rows("price_history", [*table, table[0] | {
        "column": "plan_id", "old_value": fresh.read_rows("plans")[0]["plan_id"]}])
    return "Row 2, column "


def has(column: str) -> Callable[[dict], bool]:
    return lambda row: row[column] != ""


def of_another(name: str) -> Callable[[dict], bool]:
    """Of another provider than the first row."""
    return lambda row: row["provider"] != fresh.read_rows(name)[0]["provider"]


def figure(row: dict) -> bool:
    return row["value"].isdigit() and row["value"] != "0"


def plain(row: dict) -> bool:
    return row["status"] == "" and row["addon_for"] == ""


ANY = "renewal/tello.toml"
# what is broken: how, by which check it is found, in which file, at which place, what it says
BREAKS = {
    "price": (cell("plans", plain, price_usd="3O.99"), shapes.tables,
              "plans.csv", "price_usd", "“3O.99” — allowed: a number"),
    "empty source": (cell("plans", plain, source_title=""), shapes.tables,
                     "plans.csv", "source_title", "the cell is empty"),
    "fee of no plan": (cell("fees", has("plan_ids"), plan_ids="no-such-plan"), shapes.tables,
                       "fees.csv", "plan_ids", "“no-such-plan”"),
    "fee of no provider": (cell("fees", has("provider"), provider="Nobody"), shapes.tables,
                           "fees.csv", "provider", "“Nobody”"),
    "fee too high": (cell("fees", figure, value="1e99"), shapes.tables,
                     "fees.csv", "value", "“1e99” — allowed: a number from 0"),
    "condition": (cell("conditions", lambda row: row["value"] == "yes", value="maybe"),
                  shapes.tables, "conditions.csv", "value", "“maybe” — allowed: one of"),
    "fact twice": (added("conditions"), shapes.tables, "conditions.csv", "column", "no other row"),
    "date of a change": (cell("price_history", has("plan_id"), changed_on="soon"), shapes.tables,
                         "price_history.csv", "changed_on", "“soon”"),
    "device": (cell("devices", has("device_id"), regions="XX"), shapes.schemas_of_files,
               "devices.csv", "regions", "“XX”"),
    "a required key": (text(ANY, r"^\[\[unknown_channel\]\].*?(?=^\[\[?(?!unk)|\Z)", "", 0),
                       shapes.schemas_of_files, ANY, "unknown_channel", "nothing is there"),
    "a step without date": (text(ANY, r"(\[\[walk\.step\]\].*?)^as_of = [^\n]*\n", r"\1"),
                            shapes.schemas_of_files, ANY, "walk 1, step 1, as_of",
                            "nothing is there — needed: The day"),
    "a step with a dollar sign": (text(ANY, r'(\[\[walk\.step\]\]\nen = ")', r"\1Pay $. "),
                                  shapes.schemas_of_files, ANY, "walk 1, step 1, en", "dollar"),
    "a meaning": (text(ANY, '^meaning = "[^"]*"', 'meaning = "magic"'), shapes.schemas_of_files,
                  ANY, "top_up, meaning", "“magic” — allowed: one of wallet"),
    "a mistake that is right": (
        text("exercises/05-group.toml", r"\.max\(\)", ".min()"), exercises.mistakes,
        "exercises/05-group.toml", "mistake 2, code", "another answer than the solution"),
    "a mistake twice": (
        text("exercises/05-group.toml", r"\.max\(\)", ".mean()"), exercises.mistakes,
        "exercises/05-group.toml", "mistake 2, code", "another answer than mistake 1"),
    "code that fails": (
        text("exercises/05-group.toml", r"\.min\(\)", ".minimum()"), exercises.mistakes,
        "exercises/05-group.toml", "code", "AttributeError"),
    "no schema named": (text("quiz.toml", r"\A#:schema[^\n]*", ""), shapes.schemas_of_files,
                        "quiz.toml", "line 1", "#:schema"),
    "a term without Chinese": (text("glossary.toml", '^zh-CN = "[^"]*"', ""), shapes.languages,
                               "glossary.toml", "term 1, zh-CN", "nothing is there"),
    "a text without Chinese": (text("faq/data.toml", '^zh-CN = "[^\n]*', ""), shapes.languages,
                               "faq/data.toml", "zh-CN", "nothing is there"),
    "a figure of a text": (text("payment.toml", r'^zh-CN = "', 'zh-CN = "77 '), shapes.languages,
                           "payment.toml", "zh-CN", "figures"),
    "a note without Chinese": (cell("plans", has("note"), note_zh=""), shapes.pairs_of_cells,
                               "plans.csv", "note_zh", "the same as in column note"),
    "a note without English": (cell("plans", has("note"), note=""), shapes.pairs_of_cells,
                               "plans.csv", "note", "the same as in column note_zh"),
    "a figure of a note": (cell("usage_rates", has("note"), note_zh="99 种"),
                           shapes.pairs_of_cells, "usage_rates.csv", "note_zh", "figures"),
    "a string": (text("strings/zh-CN.toml", r"^plan_unknown = [^\n]*\n", ""), shapes.strings,
                 "strings/zh-CN.toml", "refusal.plan_unknown", "nothing is there"),
    "a string too many": (text("strings/zh-CN.toml", r"^(catalog_empty = [^\n]*\n)",
                               r'\1another = "多"\n'), shapes.strings,
                          "strings/en.toml", "refusal.another", "nothing is there"),
    "a placeholder": (text("strings/zh-CN.toml", r"^(catalog_no_file = .*?)\{name\}", r"\1{nam}"),
                      shapes.strings, "strings/zh-CN.toml", "refusal.catalog_no_file", "{name}"),
    "a brace": (text("strings/zh-CN.toml", r"^(catalog_empty = \")", r"\1{"), shapes.strings,
                "strings/zh-CN.toml", "refusal.catalog_empty", "braces"),
    "a figure of a string": (text("strings/zh-CN.toml", r"^(catalog_columns_twice = \")", r"\1 7 "),
                             shapes.strings, "strings/zh-CN.toml", "refusal.catalog_columns_twice",
                             "figures"),
    "public address": (text("project.toml", "^public_address = .*$", 'public_address = "gopher"\n'),
                       shapes.setting, "project.toml", "public_address", "https://github.com/"),
    "a block": (text("lessons/01-ready.md",
                     r"^\+\+\+ \{\"lang\": \"zh-CN\"[^\n]*\n.*?(?=^\+\+\+|^```\{)", ""),
                lessons.pairs, "lessons/01-ready.md", "block ", "this block in zh-CN"),
    "a heading": (text("lessons/02-pick.md", "^# (?=[^\n]*[一-鿿])", "## "), lessons.pairs,
                  "lessons/02-pick.md", "headings", "“h2"),
    "a link": (text("lessons/03-compare.md", r"\]\(0\d-\w+\.zh-CN\.ipynb", "](09-no.zh-CN.ipynb"),
               lessons.pairs, "lessons/03-compare.md", "links", "09-no"),
    "a figure of a lesson": (text("lessons/04-renew.md", "^(?=[^\n#+>|-]*[一-鿿])", "7788 "),
                             lessons.pairs, "lessons/04-renew.md", "figures", "7788"),
    "code": (text("lessons/00-start.md", r'tutorial\("zh-CN"\)', 'tutorial("en")'), lessons.pairs,
             "lessons/00-start.md", "code prices-zh-CN", "tutorial(\"zh-CN\")"),
    "an address at HEAD": (cell("plans", plain, cross_check_url=NEVER), gates.addresses,
                           "plans.csv", "cross_check_url", "one commit"),
    "an address at a branch": (cell("conditions", has("value"), source_url=NEVER.replace(
        "HEAD", "main")), gates.addresses, "conditions.csv", "source_url", "one commit"),
    "an empty page": (cell("plans", of_another("plans"), upstream_url="https://a.com/about:blank"),
                      gates.addresses, "plans.csv", "upstream_url", "the address of a page"),
    "a source at HEAD": (text(
        "renewal/visible.toml", r'^source = \["[^"]*"', f'source = ["{NEVER}"'),
                         gates.addresses, "renewal/visible.toml", "source", "one commit"),
    "money in a note": (cell("plans", lambda row: row["note"] and row["kind"] == "mvno",
                             note="Costs USD 5 more.", note_zh="另付 5 块。"), gates.plans,
                        "plans.csv", "note", "no amount of money"),
    "a size without a row": (cell("plans", plain, note="There is a 777 GB plan, too.",
                                  note_zh="也有 777 GB 的套餐。"), gates.plans,
                             "plans.csv", "note", "“777 GB plan”"),
    "no date": (cell("plans", lambda row: plain(row) and row["kind"] == "travel_esim", as_of=""),
                gates.plans, "plans.csv", "status", "doubtful"),
    "a date of reading": (cell("conditions", lambda row: row["as_of"] == "", as_of="2026-11"),
                          gates.facts, "conditions.csv", "as_of", "the date that the page carries"),
    "low confidence": (cell("plans", lambda row: plain(row) and not row["status"],
                            confidence="low"), gates.plans, "plans.csv", "status",
                       "doubtful or gone, since its confidence"),
    "no reason": (cell("plans", has("status_reason"), status_reason="", status_reason_zh=""),
                  gates.plans, "plans.csv", "status_reason", "nothing is there"),
    "another price than read": (cell("plans", lambda row: plain(row) and row["price_usd"] == "25",
                                     evidence="Price read: 26 at a.com."), gates.plans,
                                "plans.csv", "price_usd", "26"),
    "a size for a price": (cell("plans", lambda row: plain(row) and row["price_usd"] == "25",
                                evidence="Read on 2026-11-25: 25 GB, 25 days, for 20."),
                           gates.plans, "plans.csv", "evidence", "the price 25 and where"),
    "an add-on for nothing": (cell("plans", has("addon_for"), addon_for="nothing"), gates.plans,
                              "plans.csv", "addon_for", "“nothing”"),
    "evidence": (cell("fees", lambda row: figure(row) and of_another("fees")(row),
                      evidence="In the table."), gates.facts, "fees.csv", "evidence", "the figure"),
    "a name used again": (a_plan_named_in_the_history, gates.names,
                          "plans.csv", "plan_id", "never used"),
    "a plan that is gone": (cell("price_history", has("plan_id"), plan_id="no-such-plan"),
                            gates.names, "price_history.csv", "plan_id", "no-such-plan"),
    "another plan under a name": (added("price_history", column="provider"), gates.names,
                                  "price_history.csv", "column", "“provider”"),
    "a row of a source": (a_row_of_a_source_is_lost, gates.all_rows_counted,
                          "left_out.csv", "rows of", "with the reason"),
    "a new provider": (added("plans", plan_id="new-1", provider="New Mobile"), gates.providers,
                       "plans.csv", "provider", "“New Mobile”"),
    "a copied source": (text("renewal/metro.toml", r"\Z", (
        '\n[[payment]]\nway = "card"\nen = "Cards."\nzh-CN = "卡。"\nas_of = "2026-11-26"\n'
        'confidence = "medium"\nsource = ["https://www.simplemobile.com/cell-phone-plans"]\n')),
                        gates.copied_sources, "renewal/metro.toml", "payment ",
                        "about Metro by T-Mobile: this one is about Simple Mobile"),
    "kept days": (text("renewal/visible.toml", r'(?<="number_lost"\n)days_after_cycle_end = \d+',
                       "days_after_cycle_end = 59"),
                  gates.kept_days, "renewal/visible.toml", "days_after_cycle_end", ": 60"),
    "kept for less": (text("renewal/visible.toml", "(?<=^en = \")60 days after the line",
                           "30 to 45 days after the line"),
                      gates.kept_days, "renewal/visible.toml", "days_after_cycle_end",
                      "“30, 45, 60”"),
    "a channel": (text("renewal/ubigi.toml", r'^channels = \["(\w+)", ', "channels = ["),
                  gates.providers, "renewal/ubigi.toml", "channel ", "a walk for it"),
    "how to pay": (text(
        "renewal/nomad.toml", r"^\[\[payment\]\].*?(?=^\[\[?(?!payment)|\Z)", "", 0),
                   gates.providers, "renewal/nomad.toml", "payment", "could not find out"),
    "a way to pay": (text("renewal/saily.toml", '^way = "[^"]*"', 'way = "barter"'),
                     gates.providers, "renewal/saily.toml", "payment 1, way", "“barter”"),
    "the name of a file": (text("renewal/metro.toml", '^id = "[^"]*"', 'id = "subway"'),
                           gates.providers, "renewal/metro.toml", "id", "“subway”"),
    "a provider of an answer": (text(
        "faq/money.toml", '^provider = "[^"]*"', 'provider = "Nix"'),
                                gates.providers, "faq/money.toml", "provider", "“Nix”"),
    "a question never asked": (text("asked.toml", r"^\[refunds\]$.*?(?=^\[)", ""),
                               gates.ways_to_ask, "asked.toml", "[refunds]", "of faq/money.toml"),
    "ways to ask nothing": (text("asked.toml", r"\Z", "\n[returns]\nen = []\n"),
                            gates.ways_to_ask, "asked.toml", "id", "“returns”"),
    "a way of the rescue": (text("rescue.toml", r'^to = "account"$', 'to = "nowhere"'),
                            gates.rescue, "rescue.toml", "sims, to", "“nowhere”"),
    "a phone of the rescue": (text("rescue.toml", r'^platform = "pixel"$', 'platform = "nokia"'),
                              gates.rescue, "rescue.toml", "menu sims, platform", "nokia"),
    "a menu of the rescue": (text("rescue.toml", r'^menu = "vpn"$', 'menu = "wifi"', 0),
                             gates.rescue, "rescue.toml", "vpn-off, menu", "“wifi”"),
    "a lost question": (text("rescue.toml", r'^to = "lock"$', 'to = "place"'),
                        gates.rescue, "rescue.toml", "id", "“lock”"),
    "a circle of the rescue": (text("rescue.toml", r'^to = "apn"$', 'to = "signal"'),
                               gates.rescue, "rescue.toml", "question, to", "no circle"),
    "an id": (text(
        "seller_check.toml", r'^id = "([^"]*)"(.*?)^id = "[^"]*"', r'id = "\1"\2id = "\1"'),
              gates.identifiers, "seller_check.toml", "id", "already"),
    "a refused phrase": (text("payment.toml", '^en = "', 'en = "It is not established. '),
                         voice.voice, "payment.toml", ", en", "“not established” — allowed: we"),
    "a refused phrase in Chinese": (text("quiz.toml", '^zh-CN = "', 'zh-CN = "尚不清楚。'),
                                    voice.voice, "quiz.toml", "ask, zh-CN", "没查到"),
    "a long sentence": (text("faq/esim.toml", '^en = "(?=Turn)', 'en = "' + "So " * 25),
                        voice.voice, "faq/esim.toml", "answer 1, en", "up to 25 words; it has"),
    "a long sentence in Chinese": (text(
        "strings/zh-CN.toml", '^(catalog_empty = ")', r"\1" + "很" * 40), voice.voice,
        "strings/zh-CN.toml", "catalog_empty", "up to 40 characters; it has"),
    "a second word for one thing": (text("quiz.toml", '^zh-CN = "', 'zh-CN = "自动续订。'),
                                    voice.voice, "quiz.toml", "ask, zh-CN", "allowed: 续费"),
    "English left over in Chinese": (text("quiz.toml", '^zh-CN = "', 'zh-CN = "先看 cell phone。'),
                                     voice.voice, "quiz.toml", "ask, zh-CN", "cell phone"),
    "a button without its Chinese": (text("quiz.toml", '^zh-CN = "', 'zh-CN = "点“Pay Now”。'),
                                     voice.voice, "quiz.toml", "ask, zh-CN", "“Pay Now”"),
    "a column in view": (text("strings/en.toml", '^(catalog_empty = ")', r"\1Empty data_gb. "),
                         voice.voice, "strings/en.toml", "catalog_empty", "“data_gb”"),
}


OF_TABLES = (shapes.tables, shapes.pairs_of_cells, gates.addresses, gates.plans, gates.facts,
             gates.names, gates.all_rows_counted)


def stopping(found: list[Fault]) -> list[Fault]:
    return [one for one in found if not one.warning]


def test_our_own_content_is_right():
    found = check.faults() + check.warnings_of_age()
    assert not stopping(found), "\n".join(map(str, found))


@pytest.mark.parametrize("what", BREAKS)
def test_each_check_bites(folder, what):
    change, asked, file, place, says = BREAKS[what]
    row = change(folder)
    if asked in (shapes.schemas_of_files, voice.voice):  # the other files take time
        for path in (*folder.rglob("*.toml"), *folder.glob("lessons/*.md")):
            if path.name not in (file.rpartition("/")[2], "voice.toml", "glossary.toml"):
                path.unlink()
    (found,) = stopping(check.faults(folder, (asked,)))
    assert found.file == file
    assert place in found.place
    assert row in found.place
    assert says in found.says


def test_all_faults_are_told_at_once(folder):
    apart = {}
    for what, (change, _, file, _, _) in BREAKS.items():
        # One fault a file, so that none hides another; exercises run on plans without fault.
        if file not in apart and not file.startswith("exercises"):
            apart[file] = what
            change(folder)
    found = stopping(check.faults(folder))
    assert sorted({one.file for one in found}) == sorted(apart)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "content"), [
    ("quiz.toml", "a = ["), ("quiz.toml", "\ud800".encode("utf-8", "surrogatepass")),
    ("plans.csv", b"\xff\xfe\x00"), ("plans.csv", b""), ("lessons/02-pick.md", "no slug here"),
    ("strings/zh-CN.toml", "x = 1\n"),
])
def test_a_file_that_cannot_be_read_is_named(folder, name, content):
    (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    assert name in {one.file for one in stopping(check.faults(folder))}


def test_a_language_without_its_file_is_told(folder):
    (folder / "strings" / "zh-CN.toml").unlink()
    (found,) = stopping(check.faults(folder, (shapes.strings,)))
    assert (found.file, "missing" in found.says) == ("strings/zh-CN.toml", True)


def test_a_correct_change_of_prices_passes(folder):
    table = fresh.read_rows("plans")
    for row in table[::7]:
        row |= {"price_usd": "17.35", "evidence": "In the table of plans: 17.35 a month."}
    fresh.write_rows("plans", table)
    assert not stopping(check.faults(folder))


def test_another_source_written_by_hand_is_a_warning(folder):
    table = fresh.read_rows("plans")
    table[0] |= {"price_usd": "16", "source_url": "https://example.org/a", "as_of": "2026-11-25",
                 "evidence": "Price read: 16."}
    fresh.write_rows("plans", table)
    found = check.faults(folder, OF_TABLES)
    assert not stopping(found)
    assert "left_out.csv" in {one.file for one in found}


def test_the_build_stops_before_it_writes(monkeypatch):
    before = build.DATA_PACKAGE.read_bytes()
    wrong = Fault("plans.csv", "Row 2, column price_usd: “x” — allowed: a number.")
    monkeypatch.setattr(check, "faults", lambda: [wrong, Fault("a", "b", warning=True)])
    monkeypatch.setattr(build, "build_all", None)
    assert build.main(["02"]) == str(wrong)
    assert build.DATA_PACKAGE.read_bytes() == before


# ------------------------------------------------------------------------------------- the gates


@pytest.mark.parametrize(("address", "good"), [
    (f"https://github.com/a/b/blob/{'0a' * 20}/c.py", True),
    (f"https://raw.githubusercontent.com/a/b/{'0a' * 20}/c.py", True),
    ("https://github.com/a/b/issues/918", True), ("https://tello.com/buy", True),
    ("https://github.com/a/b", False), ("https://github.com/a/b/blob/v1/c.py", False),
    ("https://github.com/a/b/blob/0a0a0a0/c.py", False), ("about:blank", False),
    ("https://www.att.com/x/about:blank", False), ("javascript:alert(1)", False),
    ("https://raw.githubusercontent.com/a/b/HEAD/c.py", False),
])
def test_which_addresses_stay(address, good):
    assert bool(list(gates.address_faults("f", "p", address))) != good


@pytest.mark.parametrize(("figure", "evidence", "stands"), [
    ("4.99", "fee 4.99 a month", True), ("5", "5.00 in the table", True), ("5", "15 GB", False),
    ("1000", "USD 1,000", True), ("2.5", "12.5", False),
])
def test_a_figure_stands_in_the_evidence(figure, evidence, stands):
    assert gates._stands(figure, evidence) == stands


def test_old_prices_that_can_win_are_a_warning():
    files = Files(CONTENT)
    dated = next(row for row in files.rows("plans") if len(row["as_of"]) == 10)
    day = dt.date.fromisoformat(dated["as_of"])
    bound = dt.timedelta(OLD_PRICE_DAYS)
    assert not list(gates.ages(files, {dated["plan_id"]}, day + bound))
    (found,) = gates.ages(files, {dated["plan_id"]}, day + bound + dt.timedelta(1))
    assert found.warning
    assert dated["plan_id"] in found.says
    assert not list(gates.ages(files, set(), day + 2 * bound))


def test_the_rows_of_each_cited_file_are_counted(folder):
    fresh.write_rows("plans", [row | {"source_url": f"https://a.org/{place % 2}"}
                               for place, row in enumerate(fresh.read_rows("plans")[:3])])
    fresh.write_rows("left_out", [
        fresh.read_rows("left_out")[0] | {"source_url": "https://a.org/1"}])
    fresh.write_rows("price_history", [fresh.read_rows("price_history")[0] | {
        "plan_id": fresh.read_rows("plans")[0]["plan_id"], "old_source_url": "https://a.org/1"}])
    assert check.sources(folder) == [
        "2 taken of 2, 0 left out: https://a.org/0", "2 taken of 3, 1 left out: https://a.org/1"]


def test_the_command_line(monkeypatch, capsys):
    wrong = Fault("plans.csv", "Row 2, column price_usd: “x” — allowed: a number.")
    monkeypatch.setattr(check, "faults", lambda: [wrong, Fault("a", "b", warning=True)])
    assert check.main([]) == 1
    told = capsys.readouterr()
    assert told.err == f"{wrong}\n"
    assert told.out == "warning: a: b\n1 faults, 1 warnings\n"
    monkeypatch.setattr(check, "faults", lambda: [])
    monkeypatch.setattr(check, "warnings_of_age", lambda: [])
    assert check.main(["--sources"]) == 0
    assert " taken of " in capsys.readouterr().out


def test_a_price_read_elsewhere_since_still_counts_as_taken(folder):
    plan = next(row for row in fresh.read_rows("plans") if row["upstream_url"])
    source = plan["source_url"]
    before = gates.counted(Files(folder))[source]
    fresh.update(plan["plan_id"], plan["price_usd"], "2026-11-26", "https://example.org/prices")
    assert gates.counted(Files(folder))[source] == before
    assert not stopping(check.faults(folder, OF_TABLES))
