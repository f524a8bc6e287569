"""The plan files: what ours holds, what is said of any other, and how plans are sorted.

Facts in here were read off the sources by hand; nothing is computed by the code under test.
"""

import csv
import datetime as dt
import hashlib
import io
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from prepaid import CatalogError, i18n, load_catalog
from prepaid.catalogue import plans as plans_module
from prepaid.catalogue import table_file, tables
from prepaid.catalogue.plans import price_age_days

CONTENT = Path(__file__).resolve().parents[2] / "content"
PACKAGE = json.loads((CONTENT / "datapackage.json").read_text("utf-8"))
TABLES = {resource["name"]: resource for resource in PACKAGE["resources"]}
FIELDS = {field["name"]: field for field in TABLES["plans"]["schema"]["fields"]}
JOINED = {field["name"]: field for table in TABLES.values() for field in
          table.get("joinedFields", []) if table["joinedTo"] == "plans"}
COLUMNS = FIELDS | JOINED  # of the catalogue, and of another person's file
WORDS = [i18n.words(language) for language in i18n.LANGUAGES]
FEW = settings(deadline=None, max_examples=25, suppress_health_check=list(HealthCheck))
MINIMAL = "plan_id,provider,price_usd,validity_days,data_gb\n"


def cells_of(name: str) -> list[dict[str, str]]:
    with (CONTENT / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


PLANS = cells_of("plans")


def as_file(rows: list[dict[str, str]], encoding: str = "utf-8") -> io.BytesIO:
    text = io.StringIO()
    writer = csv.DictWriter(text, rows[0], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return io.BytesIO(text.getvalue().encode(encoding))


def plain(text: str | bytes) -> io.BytesIO:
    return io.BytesIO(text if isinstance(text, bytes) else text.encode())


def refused(source) -> CatalogError:
    with pytest.raises(CatalogError) as caught:
        load_catalog(source)
    return caught.value


def faults(source) -> list[tuple[int, str, str]]:
    return [(fault.row, fault.column, fault.value) for fault in refused(source).problems]


# ------------------------------------------------------------------------------- our own tables


def test_our_plans_are_all_there():
    plans = load_catalog()
    assert plans["plan_id"].tolist() == [row["plan_id"] for row in PLANS]
    assert list(plans) == list(COLUMNS)
    for column, rules in FIELDS.items():
        cells = [row[column] for row in PLANS]
        if rules["type"] == "string":
            assert plans[column].tolist() == cells
        else:
            known = [(place, float(cell)) for place, cell in enumerate(cells) if cell]
            assert list(plans[column].reset_index(drop=True).dropna().items()) == known


def test_no_dollar_sign():
    for name in TABLES:
        assert "$" not in (CONTENT / f"{name}.csv").read_text("utf-8")


# -------------------------------------------------------------------------------- the description


@pytest.mark.parametrize("name", TABLES)
def test_our_tables_fit_their_description(name):
    table = TABLES[name]
    header = (CONTENT / table["path"]).read_text("utf-8").splitlines()[0]
    assert header.split(",") == [field["name"] for field in table["schema"]["fields"]]
    tables.read_table(name, recheck=True)


@pytest.mark.parametrize("name", TABLES)
def test_hash_is_fresh(name):
    table = TABLES[name]
    data = (CONTENT / table["path"]).read_bytes()
    told = "run: python content/build.py"
    assert table["bytes"] == len(data), told
    assert table["hash"] == "sha256:" + hashlib.sha256(data).hexdigest(), told


@pytest.mark.parametrize("name", TABLES)
def test_every_column_is_described(name):
    schema = TABLES[name]["schema"]
    assert schema["missingValues"] == [""]
    for field in [*schema["fields"], *TABLES[name].get("joinedFields", [])]:
        assert re.search("[a-z]", field["description"]), field
        assert re.search("[\u4e00-\u9fff]", field["description_zh"]), field
        rules = field["constraints"]
        if field["type"] in ("number", "integer"):
            assert rules["minimum"] < rules["maximum"], field
            assert field["unit"], field
        else:
            assert field["type"] == "string"
            assert {"enum", "pattern", "maxLength"} & set(rules), field
        code, values = tables.allowed(field)
        for words in WORDS:
            assert words(f"refusal.allowed_{code}", **values)


def test_dates_are_days_and_months_of_the_calendar():
    pattern = re.compile(FIELDS["as_of"]["constraints"]["pattern"])
    for year in (2000, 2023, 2024, 2026, 2099):
        for month in range(15):
            day_one = f"{year}-{month:02}"
            assert bool(pattern.fullmatch(day_one)) == (1 <= month <= 12)
            for day in range(33):
                text = f"{day_one}-{day:02}"
                try:
                    real = dt.date.fromisoformat(text)
                except ValueError:
                    real = None
                assert bool(pattern.fullmatch(text)) == bool(real), text


# --------------------------------------------------------------------------------- faulty cells

NOTHING = {"n/a", "#n/a", "null", "-", "–", "—", "na", "nan", "none", "unknown", "not known",
           "未知", "不清楚"}
NOT_A_NUMBER = st.one_of(
    st.sampled_from([
        "abc", "inf", "-inf", "Infinity", "1e999", "1_000", "1,000", "15 EUR", "€15", "¥15",
        "15 yuan", "10-20", "0x10", "15¹", "٣", "15 PB", "1 month", "--1", "1.2.3", "=1+1", "-1",
        "100000001", "9" * 400, "C$15", "5 GB/day", "1,5",
    ]),
    # what cannot be seen is nothing, and full-width signs are read as others
    st.text(st.characters(codec="utf-8", exclude_categories=["C"]), min_size=1, max_size=8)
    .map(str.strip).filter(lambda text: text and not re.search("[0-9\uff01-\uff5e]", text)
                           and text.lower() not in NOTHING),
)
BAD_LINK = st.sampled_from([
    "javascript:alert(1)", "www.att.com", "ftp://a.b", "https://a b", 'https://a"onclick="x',
    "https://<b>", "=HYPERLINK(1)", "data:text/html,x",
])
BAD_DATE = st.sampled_from(["2026-13", "2026-02-30", "2026", "10/03/2026", "Sep-26", "soon"])


def garbage(column: str) -> st.SearchStrategy[str]:
    """Cells that the column cannot hold, whatever the rest of the file."""
    field = FIELDS[column]
    if field["type"] in ("number", "integer"):
        whole = st.sampled_from(["1.5", "0"]) if field["type"] == "integer" else st.nothing()
        return NOT_A_NUMBER | whole
    if "enum" in field["constraints"]:
        return st.sampled_from(["maybe", "2", "yes and no", "<b>", "yes;no", "x" * 300])
    form = {"link": BAD_LINK, "day_or_month": BAD_DATE, "id": st.sampled_from(["a b", "=A", "é"]),
            "ids": st.sampled_from(["a,b", "a;;b", ";a"])}
    return form.get(field.get("form"), st.just("x" * 5001))


PLACES = st.tuples(st.integers(0, 9), st.sampled_from(list(FIELDS)))


@FEW
@given(st.data())
def test_every_faulty_cell_is_named_and_no_other(data):
    rows = [dict(row) for row in PLANS[:10]]
    wanted = {}
    for place in data.draw(st.sets(PLACES, min_size=1, max_size=6)):
        wanted[place] = data.draw(garbage(place[1]))
    for (row, column), cell in wanted.items():
        rows[row][column] = cell
    error = refused(as_file(rows))
    order = list(FIELDS)
    assert [(fault.row, fault.column, fault.value) for fault in error.problems] == [
        (row + 2, column, wanted[row, column])
        for row, column in sorted(wanted, key=lambda place: (place[0], order.index(place[1])))
    ]
    for words in WORDS:
        assert len(list(error.tell_all(words))) == len(wanted)
        assert "{" not in error.tell(words).replace(error.problems[0].value[:60], "")


def test_a_fault_reads_as_row_column_value_and_what_is_allowed():
    rows = [dict(row) for row in PLANS[:20]]
    rows[10]["price_usd"] = "abc"
    rows[10]["validity_days"] = "0"
    rows[12]["provider"] = ""
    rows[15]["plan_id"] = rows[3]["plan_id"]
    error = refused(as_file(rows))
    expected = [
        ["12", "price_usd", "abc", "0", "10000"], ["12", "validity_days", "0", "1", "1100"],
        ["14", "provider", "100"], ["17", "plan_id", "tmobile-prepaid-unlimited", "5"],
    ]
    for words in WORDS:
        told = list(error.tell_all(words))
        assert len(told) == 4
        for sentence, parts in zip(told, expected, strict=True):
            assert all(part in sentence for part in parts), sentence
        assert "4" in error.tell(words)
        assert told[0] in error.tell(words)


def test_a_long_cell_is_cut_short_in_the_message():
    error = refused(plain(MINIMAL + "a,A," + "9" * 50_000 + "x,30,1\n"))
    assert all(len(error.tell(words)) < 400 for words in WORDS)


def test_rows_are_counted_as_a_spreadsheet_does():
    text = MINIMAL + 'a,A,1,30,1\n\n,,,,\nb,"B\nB",x,30,1\nc,C,1,30\nd,D,1,30,1,,1\ne,E,1,y,1\n'
    assert faults(plain(text)) == [
        (5, "price_usd", "x"), (6, "", ""), (7, "", ""), (8, "validity_days", "y"),
    ]


def test_every_row_may_be_of_the_wrong_width():
    assert faults(plain(MINIMAL + "a\nb\n")) == [(2, "", ""), (3, "", "")]


# ------------------------------------------------------------------------------ files as a whole

BROKEN = {
    "nothing": (b"", "catalog_empty"),
    "blank lines": (b"\n\n , \n", "catalog_empty"),
    "no rows": (MINIMAL.encode(), "catalog_empty"),
    "missing columns": (b"plan_id,price_usd\na,1\n", "catalog_columns_missing"),
    "no allowance": (b"plan_id,provider,price_usd,validity_days\na,A,1,30\n",
                     "catalog_columns_missing"),
    "a column twice": (b"price_usd," + MINIMAL.encode() + b"1,a,A,1,30,1\n",
                       "catalog_columns_twice"),
    "a column in two spellings": (b"Price USD," + MINIMAL.encode() + b"1,a,A,1,30,1\n",
                                  "catalog_columns_twice"),
    "an old workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "catalog_workbook"),
    "XML": (b"<?xml version='1.0'?><a/>", "catalog_html"),
    "NUL": ((MINIMAL + "a,A,1,30,1\nb,B\0,1,30,1\n").encode(), "catalog_encoding"),
    "no text": (MINIMAL.encode() + b"a,\x81A,1,30,1\n", "catalog_encoding"),
    "an open quote": ((MINIMAL + 'a,"A,1,30,1\n').encode(), "catalog_not_csv"),
    "a stray quote": ((MINIMAL + 'a,"A"A,1,30,1\n').encode(), "catalog_not_csv"),
    "a long line": (MINIMAL.encode() + b"a" * 10_000_000, "catalog_long_line"),
    "a long header": (b"," * 10_000_000, "catalog_long_line"),
    "a long cell of lines": (MINIMAL.encode() + b'a,"' + b"A\n" * 200_000 + b'",1,30,1\n',
                             "catalog_not_csv"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_file_that_cannot_be_read_says_so(case):
    data, code = BROKEN[case]
    error = refused(io.BytesIO(data))
    assert error.code == code
    assert error.problems == []
    for words in WORDS:
        assert "{" not in error.tell(words)


def test_missing_columns_are_named():
    error = refused(plain("plan_id,provider\na,A\n"))
    for words in WORDS:
        for column in ("price_usd", "validity_days", "data_gb", "unlimited"):
            assert column in error.tell(words)


def test_the_row_that_is_no_text_is_named():
    data = (MINIMAL + "a,A,1,30,1\n" * 5000).encode() + b"\x81"
    assert refused(io.BytesIO(data)).values["row"] == 5002


def test_files_that_cannot_be_opened(tmp_path, monkeypatch):
    assert refused(tmp_path / "none.csv").code == "catalog_no_file"
    assert refused(tmp_path).code == "catalog_no_file"
    monkeypatch.setattr(table_file, "MAX_FILE_MB", 1)
    assert refused(plain("x" * 1_000_001)).code == "catalog_too_large"


# ----------------------------------------------------------------------- other people's good files


def test_few_columns_suffice():
    for allowance in ("data_gb", "unlimited"):
        value = {"data_gb": "5", "unlimited": "yes"}[allowance]
        text = f"plan_id,provider,price_usd,validity_days,{allowance}\na,A,15,30,{value}\n"
        plans = load_catalog(plain(text))
        assert list(plans) == list(COLUMNS)
        assert plans["price_usd"].tolist() == [15]
        assert plans[["esim", "renew_early"]].to_numpy().tolist() == [["", ""]]
        assert plans["after_cap_kbps"].isna().all()
        assert plans.dtypes.equals(load_catalog().dtypes)


def test_what_we_ask_of_our_own_file_is_not_asked_of_others():
    rows = [dict(row) | {"source_url": "", "confidence": ""} for row in PLANS[:3]]
    assert len(load_catalog(as_file(rows))) == 3


def test_order_marks_line_ends_spaces_and_further_columns_do_not_matter():
    text = "Remark, data_gb ,validity_days,price_usd,provider,plan_id,\r\n" \
        "hi,5, 30 ,15.50,A,a-1,\r\n"
    plans = load_catalog(plain(text.encode("utf-8-sig")))
    assert plans.loc[0, ["plan_id", "provider", "price_usd", "data_gb"]].tolist() == [
        "a-1", "A", 15.5, 5,
    ]
    assert plans.attrs["ignored_columns"] == ["Remark"]


def test_text_is_taken_as_it_is():
    name = '=HYPERLINK("x") <b>$5</b> nan, NA'
    rows = [dict(PLANS[0]) | {"plan_name": name}]
    assert load_catalog(as_file(rows)).loc[0, "plan_name"] == name


@FEW
@given(st.lists(st.tuples(st.decimals(0, 10_000, places=2), st.integers(1, 1100)), min_size=1))
def test_good_numbers_arrive_exactly(cells):
    rows = [f"p{i},A,{price},{days},1\n" for i, (price, days) in enumerate(cells)]
    plans = load_catalog(plain(MINIMAL + "".join(rows)))
    assert plans["price_usd"].tolist() == [float(price) for price, _ in cells]
    assert plans["validity_days"].tolist() == [days for _, days in cells]


def test_a_saved_catalogue_reads_back_the_same(tmp_path):
    plans = load_catalog()
    plans.to_csv(tmp_path / "saved.csv", index=False)
    pd.testing.assert_frame_equal(load_catalog(tmp_path / "saved.csv"), plans)


# ------------------------------------------------------------------------- trusting our own file


@pytest.fixture
def own_copy(tmp_path, monkeypatch):
    """Our content, copied; change a file of it as a contributor would."""
    for name in ("datapackage.json", *(table["path"] for table in TABLES.values())):
        shutil.copy(CONTENT / name, tmp_path)
    monkeypatch.setattr(tables, "CONTENT", tmp_path)
    return tmp_path


def test_a_contributors_slip_is_found(own_copy):
    path = own_copy / "plans.csv"
    rows = [dict(row) for row in PLANS]
    rows[92]["source_url"] = ""
    rows[93]["price_usd"] = "3O.99"
    path.write_bytes(as_file(rows).getvalue())
    assert faults(None) == [(94, "source_url", ""), (95, "price_usd", "3O.99")]
    path.write_bytes(as_file([{k: v for k, v in row.items() if k != "note"} for row in PLANS])
                     .getvalue())
    assert refused(None).values["columns"] == ["note"]


def test_our_files_are_read_anew_when_they_have_changed_and_only_then(own_copy, monkeypatch):
    first = load_catalog()
    as_it_was = first.copy()
    first.loc[:, "price_usd"] = 0.0
    first.attrs["encoding"] = "none"
    with monkeypatch.context() as closed:
        closed.setattr(plans_module, "read_table", None)
        again = load_catalog()
    pd.testing.assert_frame_equal(again, as_it_was)
    assert again.attrs == as_it_was.attrs
    rows = [dict(row) for row in PLANS]
    rows[92]["price_usd"] = "31.99"
    (own_copy / "plans.csv").write_bytes(as_file(rows).getvalue())
    assert load_catalog()["price_usd"][92] == 31.99


def test_the_build_does_not_trust_the_hash(own_copy):
    path = own_copy / "usage_rates.csv"
    path.write_text(path.read_text("utf-8").replace(",hour,", ",hours,", 1), "utf-8")
    package = json.loads((own_copy / "datapackage.json").read_text("utf-8"))
    entry = next(one for one in package["resources"] if one["name"] == "usage_rates")
    entry["hash"] = "sha256:" + hashlib.sha256(path.read_bytes()).hexdigest()
    (own_copy / "datapackage.json").write_text(json.dumps(package), "utf-8")
    tables.read_table("usage_rates")
    with pytest.raises(CatalogError) as caught:
        tables.read_table("usage_rates", recheck=True)
    assert [(fault.row, fault.column) for fault in caught.value.problems] == [(2, "per")]


def test_reading_any_file_needs_pandas_alone():
    code = ("import io, sys, prepaid; prepaid.load_catalog(); "
            f"prepaid.load_catalog(io.BytesIO({MINIMAL.encode() + b'a,A,1,30,1'!r})); "
            "print({'pandera', 'pydantic'} & sys.modules.keys())")
    done = subprocess.run([sys.executable, "-W", "error::UserWarning", "-c", code],
                          capture_output=True, text=True, cwd=CONTENT.parent / "notebooks")
    assert done.stdout.strip() == "set()", done.stderr


# ---------------------------------------------------------------------------------- age of prices


@pytest.mark.parametrize(("as_of", "days"), [
    ("2026-11-23", 0), ("2026-10-03", 51), ("2026-10", 53), ("2026-06", 175), ("2025-11-23", 365),
    ("", None),
])
def test_age_of_a_price(as_of, days):
    assert price_age_days(as_of, dt.date(2026, 11, 23)) == days
