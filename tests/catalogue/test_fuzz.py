"""Bad input of every kind: always a right answer or a clear refusal, never anything else."""

import csv
import datetime as dt
import io
import tracemalloc
import warnings
from decimal import Decimal

import ipywidgets as w
import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from playwright.sync_api import expect

import prepaid
from prepaid import (
    CatalogError,
    Refusal,
    cheapest_schedule,
    compare_sizes,
    i18n,
    load_catalog,
    read_broadband_labels,
)
from prepaid.catalogue.frames import BOUND, checked
from prepaid.catalogue.labels import COLUMNS, read_plans
from prepaid.catalogue.plans import to_csv
from prepaid.catalogue.tables import columns
from prepaid.steps.own_plans import model as own_model
from prepaid.steps.shelf import OWN
from static_pages import Parsed

pytestmark = pytest.mark.slow

WORDS = [i18n.words(language) for language in i18n.LANGUAGES]
FIELDS = columns()
NUMBERS = [name for name, field in FIELDS.items() if field["type"] in ("number", "integer")]
TEXTS = [name for name in FIELDS if name not in NUMBERS]
FEW = settings(deadline=None, max_examples=40, suppress_health_check=list(HealthCheck))
MINIMAL = "plan_id,provider,price_usd,validity_days,data_gb\n"
LABELS = ",".join(COLUMNS) + "\n"
FORMULAS = [
    '=HYPERLINK("http://evil.example","pay here")', "=1+1", "+1", "-1", "@SUM(A1)", "\t=1+1",
    "＝1+1", "＋1", "－1", "＠SUM(A1)", "=cmd|' /C calc'!A0",
]
HOSTILE = [
    "<script>window.hit=1</script>", "<img src=x onerror=window.hit=1>",
    "\"><svg onload=window.hit=1>", "</textarea><script>window.hit=1</script>",
    "javascript:window.hit=1", "<style>*{display:none}</style>", "<iframe srcdoc='<script>'>",
    "$\\href{javascript:window.hit=1}{x}$", "{price:money}", "{", "&lt;script&gt;", "‮gb",
    *FORMULAS,
]


def runs(page: Parsed) -> list[tuple[str, str]]:
    """What would run as script; a description that reads like an address is none."""
    return [(tag, name) for tag, name in page.scripts if name not in ("aria-label", "alt")]


def refusal_of(do, *allowed) -> Refusal | None:
    """The refusal, if it refuses; a sentence in both languages, without traceback or warning."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            do(*allowed)
        except Refusal as refusal:
            told = [refusal.tell(words) for words in WORDS]
            if isinstance(refusal, CatalogError):
                told += [text for words in WORDS for text in refusal.tell_all(words)]
            assert all(told)
            assert "Traceback" not in "".join(told)
            return refusal
    return None


# -------------------------------------------------------------------------------------- any bytes

STARTS = [b"", MINIMAL.encode(), LABELS.encode(), b"\xef\xbb\xbf" + LABELS.encode(),
          LABELS.encode("utf-16"), b"\xff\xfe", b"\xfe\xff", LABELS.replace(",", ";").encode(),
          b"PK\x03\x04"]
READERS = [load_catalog, read_broadband_labels, read_plans]


@FEW
@given(st.sampled_from(STARTS), st.binary(max_size=300))
@example(b"\xff\xfe", b"\x00")
@example(b"", b"unique_plan_id,monthly_price\n\x81,1\n")
def test_any_bytes_are_read_or_refused(start, data):
    for read in READERS:
        if not refusal_of(read, io.BytesIO(start + data)):
            assert len(read(io.BytesIO(start + data)))


CELLS = st.one_of(
    st.sampled_from([*HOSTILE, "", "nan", "inf", "-inf", "1e999", "0", "-1", "1000000", "9" * 400,
                     "1;2", "475 - 622", "Yes", "M0005937974A", "F0005937974B", "5 GB",
                     "x" * 6000]),
    st.text(max_size=20), st.integers().map(str), st.floats().map(str),
)


@FEW
@given(st.sampled_from([MINIMAL, LABELS, ",".join(FIELDS) + "\n"]), st.data())
def test_any_cells_are_read_or_refused(head, data):
    names = head.strip().split(",")
    row = st.lists(CELLS, min_size=len(names), max_size=len(names))
    text = io.StringIO()
    csv.writer(text).writerows(data.draw(st.lists(row, min_size=1, max_size=4)))
    content = (head + text.getvalue()).encode("utf-8", "replace")
    for read in READERS:
        refusal_of(read, io.BytesIO(content))


LONG = [
    b"x" * 10_000_000, MINIMAL.encode() + b"a," * 5_000_000, LABELS.encode() + b'"' * 10_000_000,
    LABELS.encode() + b"M0005937974A," + b"9" * 10_000_000, b";" * 10_000_000,
    ("x" * 5_000_000).encode("utf-16"),
]


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize("number", range(len(LONG)))
def test_lines_of_ten_megabytes_are_refused(read, number):
    refusal = refusal_of(read, io.BytesIO(LONG[number]))
    assert refusal is not None
    assert all(len(refusal.tell(words)) < 1000 for words in WORDS)


@pytest.fixture(scope="module", params=i18n.LANGUAGES)
def view(request):
    return prepaid.tutorial(request.param).own_plans()


@FEW
@given(name=st.sampled_from(["a.csv", "<img src=x onerror=1>", "../../x.csv", "", "\0", "=1"]),
       start=st.sampled_from(STARTS), data=st.binary(max_size=200), cells=st.lists(CELLS))
def test_any_upload_is_taken_or_told_of(view, name, start, data, cells):
    shelf = view.model.shelf
    shelf.remove()
    text = ",".join(cells).encode("utf-8", "replace")
    for content in (start + data, start + text):
        before = shelf.own
        view.upload(name, content)
        told = Parsed(view._told.value)
        assert told.text.strip()
        assert not runs(told)
        assert not told.tags & {"script", "img", "svg", "iframe", "style"}
        if "alert" in view._told.value:
            assert shelf.own is before


@FEW
@given(st.fixed_dictionaries(dict.fromkeys(own_model.QUOTE, CELLS)))
def test_any_quote_is_taken_or_told_of(view, said):
    refusal_of(view.model.add_quote, said, "typed in")
    view.model.shelf.remove()


# ---------------------------------------------------------------------------------- any DataFrame

SOUND = {
    "plan_id": "a", "provider": "A", "plan_name": "", "kind": "mvno", "esim": "",
    "price_usd": 10.0, "tax_included": "no", "validity_days": 30.0, "data_gb": 5.0,
    "unlimited": "no", "premium_data_gb": np.nan, "premium_data_period": "", "after_cap": "",
    "after_cap_kbps": np.nan, "hotspot_allowed": "", "local_us_number": "",
    "activation_fee_usd": np.nan, "addon_for": "", "per_gb_usd": np.nan,
    "usage_charge_cap_usd": np.nan, "intro_new_customer_only": "", "min_commitment_cycles": np.nan,
    "as_of": "2026-10", "intro_price_usd": np.nan, "intro_cycles": np.nan, "cycle_unit": "",
    "data_cap_per": "", "fee_percent": np.nan, "fee_unknown": "", "renew_early": "", "status": "",
    "number_grace_days": np.nan,
}
ODD = [
    "abc", "", None, pd.NA, pd.NaT, np.inf, -np.inf, np.nan, -1, -0.01, 0, 0.4, 1e6, BOUND,
    1e12, 1e16, 1e300, 10**30, 10**400, True, np.True_, b"x", dt.date(2026, 1, 1), [1], {"a": 1},
    (1,), {1}, object, 1 + 2j, Decimal("5"), Decimal("NaN"), Decimal("sNaN"), Decimal("1e999"),
    "1e5", "nan", "inf", "-inf", " 5 ", np.array([1, 2]), pd.Timestamp("2026-01-01"), 1.5, 1e-9,
    pd.Interval(0, 1), "ａ", *HOSTILE,
]


def frame(*rows: dict) -> pd.DataFrame:
    return pd.DataFrame([SOUND | row for row in rows])


def with_cell(column: str, cell: object) -> pd.DataFrame:
    plans = frame({}, {"plan_id": "b", "price_usd": 12.0})
    plans[column] = pd.Series([cell, plans[column].iloc[1]], dtype=object)
    return plans


QUESTIONS = {
    "cheapest": lambda plans: cheapest_schedule(plans, [100] * 40),
    "sizes": lambda plans: compare_sizes(plans, [100] * 40),
}


@pytest.mark.parametrize("column", SOUND)
@pytest.mark.parametrize("ask", QUESTIONS)
def test_any_cell_of_a_frame_is_reckoned_with_or_refused(ask, column):
    for cell in ODD:
        refusal_of(QUESTIONS[ask], with_cell(column, cell))


@FEW
@given(st.dictionaries(st.sampled_from(list(SOUND)), st.sampled_from(range(len(ODD))), max_size=4))
def test_several_odd_cells(cells):
    plans = frame({}, {"plan_id": "b"})
    for column, odd in cells.items():
        plans[column] = pd.Series([ODD[odd], plans[column].iloc[1]], dtype=object)
    for ask in QUESTIONS.values():
        refusal_of(ask, plans)


FRAMES = {
    "empty": pd.DataFrame(), "no rows": frame({}).iloc[:0],
    "no plan_id": frame({}).drop(columns="plan_id"),
    "no provider": frame({}).drop(columns="provider"),
    "the same plan_id": frame({}, {}),
    "a column twice": pd.concat([frame({}), frame({})[["price_usd"]]], axis=1),
    "columns in levels": pd.DataFrame([[1]], columns=pd.MultiIndex.from_tuples([("a", "b")])),
    "None": None, "a dict": SOUND, "a list": [SOUND], "text": "plans", "a Series": pd.Series(SOUND),
}


@pytest.mark.parametrize("ask", QUESTIONS)
@pytest.mark.parametrize("name", [name for name in FRAMES if name != "no rows"])
def test_frames_that_make_no_sense_are_refused(ask, name):
    assert refusal_of(QUESTIONS[ask], FRAMES[name]) is not None


def test_all_faults_of_a_frame_are_named_at_once():
    plans = frame({}, {"plan_id": "b", "validity_days": 0}, {}, {"plan_id": None, "price_usd": -1})
    with pytest.raises(CatalogError) as caught:
        checked(plans)
    assert [(fault.row, fault.column, fault.code) for fault in caught.value.problems] == [
        (3, "validity_days", "number"), (4, "plan_id", "unique"), (5, "plan_id", "plain_text"),
        (5, "price_usd", "number"),
    ]


def test_a_sound_frame_is_the_same_whatever_its_types():
    plans = frame({"validity_days": 30, "activation_fee_usd": 5})
    for changed in (
        plans, plans.astype({"validity_days": "Int64"}), plans.astype(object),
        plans.assign(price_usd="10", data_gb=Decimal(5)), plans.set_axis([7]),
        plans.astype({"provider": "category", "unlimited": "category"}),
        plans.assign(unlimited=False), plans.assign(esim=None, after_cap=pd.NA),
        plans.convert_dtypes(), plans.assign(esim=pd.Series([np.nan], dtype="str")),
        plans.assign(esim=np.nan, after_cap=pd.Series([None], dtype=object)),
    ):
        sound = checked(changed)
        assert sound[["price_usd", "validity_days", "data_gb", "activation_fee_usd"]
                     ].to_numpy(float).tolist() == [[10, 30, 5, 5]]
        assert sound[["esim", "after_cap"]].to_numpy().tolist() == [["", ""]]
        assert len(sound) == len(changed)


def test_our_own_plans_are_sound():
    plans = load_catalog()
    assert checked(plans) is plans


# ------------------------------------------------------------------ nothing runs, nothing starts


def hostile_file() -> bytes:
    """Plans that are bought, with something hostile in every cell of text that takes any text."""
    free = [name for name in TEXTS if "maxLength" in FIELDS[name]["constraints"]]
    text = io.StringIO()
    writer = csv.DictWriter(text, list(FIELDS))
    writer.writeheader()
    for number, cell in enumerate(HOSTILE):
        writer.writerow(dict.fromkeys(free, cell) | {
            "plan_id": f"p-{number}", "price_usd": f"0.{number + 1:02}", "validity_days": "30",
            "data_gb": "50", "kind": "mvno", "unlimited": "no", "tax_included": "no",
        })
    return text.getvalue().encode()


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_hostile_text_stays_text_in_every_view(language):
    tutorial = prepaid.tutorial(language)
    own = tutorial.own_plans()
    own.upload("<b>.csv", hostile_file())
    assert len(tutorial.shelf.own) == len(HOSTILE)
    cards = [tutorial.card(f"{OWN}p-{number}") for number in range(len(HOSTILE))]
    for shown in (own, tutorial.compare(), tutorial.catalogue(), tutorial.pick(), *cards):
        for html in (shown.preview(), *(part.value for part in shown._results)):
            page = Parsed(html)
            assert not runs(page)
            assert not page.tags & {"script", "svg", "iframe", "textarea"}
            assert "$" not in html
    for shown in (tutorial.unlimited(), tutorial.price_ages()):
        assert not runs(Parsed(shown.html))


def saved_cells(plans: pd.DataFrame) -> list[str]:
    return [cell for row in csv.reader(io.StringIO(to_csv(plans).decode("utf-8-sig")))
            for cell in row]


@FEW
@given(st.lists(st.one_of(st.sampled_from(FORMULAS), st.text("=+-@＝＋－＠\t\r\n ax,;\"'")),
                min_size=1))
def test_no_saved_cell_starts_a_formula(texts):
    plans = pd.DataFrame(dict.fromkeys(("provider", "plan_name", "note"), texts))
    for cell in saved_cells(plans):
        assert not cell.startswith(tuple("=+-@＝＋－＠\t\r\n"))


def test_a_hostile_file_is_saved_harmless():
    plans = load_catalog(io.BytesIO(hostile_file()))
    again = load_catalog(io.BytesIO(to_csv(plans)))
    assert again["price_usd"].tolist() == plans["price_usd"].tolist()
    assert not again["provider"].str.startswith(tuple("=+-@＝＋－＠\t")).any()


def test_nothing_in_an_uploaded_file_runs_in_the_page(open_lesson, tmp_path):
    (tmp_path / "good.csv").write_bytes(hostile_file())
    bad = hostile_file().replace(b",30,", b",<img src=x onerror=window.hit=1>,")
    (tmp_path / "bad.csv").write_bytes(bad)
    words, lesson = i18n.words("en"), open_lesson("03-compare.en.ipynb")
    lesson.run_all()
    own = lesson.cell("own")
    for name, role in (("bad.csv", "alert"), ("good.csv", "status")):
        with lesson.page.expect_file_chooser() as chooser:
            own.get_by_role("button", name=words("own.upload")).click()
        chooser.value.set_files(tmp_path / name)
        expect(own.get_by_role(role).filter(has_text=(
            words("own.faults", n=len(HOSTILE)) if role == "alert"
            else words("own.taken", n=len(HOSTILE))))).to_be_visible()
    for slug in ("own", "compare", "catalogue"):
        expect(lesson.cell(slug)).to_contain_text("<script>window.hit=1</script> (yours)")
    card = lesson.cell("card")
    for number in range(3):
        card.get_by_label(words("input.plan_id")).select_option(
            label=f"{HOSTILE[number]} · {words('own.marked', name=HOSTILE[number])}")
        expect(card).to_contain_text(words("own.marked", name=HOSTILE[number]))
    own.get_by_role("button", name=words("own.remove")).click()
    expect(lesson.cell("catalogue")).not_to_contain_text("window.hit")
    assert lesson.page.evaluate("() => window.hit") is None


# ----------------------------------------------------------------------------------------- memory


def test_reading_takes_no_more_memory_than_the_frame(tmp_path):
    rows = [f"p-{n},Provider {n},{n % 90},30,{n % 50 + 1},note of plan {n}: {'x' * 200}\n"
            for n in range(5000)]
    data = (MINIMAL.strip() + ",note\n" + "".join(rows)).encode()
    bad = data.replace(b",30,", b",x,", 50)
    size = load_catalog(io.BytesIO(data)).memory_usage(deep=True).sum()
    for content in (data, bad):
        path = tmp_path / "plans.csv"
        path.write_bytes(content)
        for source in (io.BytesIO, lambda _, path=path: path):
            refusal_of(load_catalog, source(content))  # what is imported is not counted
            tracemalloc.start()
            refusal_of(load_catalog, source(content))
            peak = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
            assert peak <= size


def test_the_upload_box_is_named_in_the_readers_language(view):
    (box,) = [one for row in view.children if isinstance(row, w.Box) for one in row.children
              if isinstance(one, w.FileUpload)]
    assert box.description == view.words("own.upload")
