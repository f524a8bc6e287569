"""Files of tables in the forms that programs write, and what is said of those that are no tables.

The smallest file of each kind was written by hand, with the values that it should give.
"""

import csv
import io
import time
import tracemalloc

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from prepaid import CatalogError, i18n, load_catalog, read_broadband_labels
from prepaid.catalogue import labels, tables
from prepaid.catalogue.headings import nearest
from prepaid.catalogue.labels import read_plans
from prepaid.catalogue.plans import template
from prepaid.catalogue.table_file import name_of, open_table, read_bytes
from prepaid.catalogue.tables import columns

WORDS = [i18n.words(language) for language in i18n.LANGUAGES]
FEW = settings(deadline=None, max_examples=30, suppress_health_check=list(HealthCheck))
MINIMAL = "plan_id,provider,price_usd,validity_days,data_gb\n"


def file_of(text: str | bytes, encoding: str = "utf-8") -> io.BytesIO:
    return io.BytesIO(text if isinstance(text, bytes) else text.encode(encoding))


def one(text: str | bytes, encoding: str = "utf-8"):
    (plan,) = load_catalog(file_of(text, encoding)).iloc
    return plan


def refused(text: str | bytes, read=load_catalog) -> CatalogError:
    with pytest.raises(CatalogError) as caught:
        read(file_of(text))
    for words in WORDS:
        told = [caught.value.tell(words), *caught.value.tell_all(words)]
        assert all(told)
        assert all("{" not in sentence for sentence in told)
    return caught.value


# --------------------------------------------------------------------------------- forms of a file


def test_what_excel_writes_in_germany():
    plan = one("plan_id;provider;price_usd;validity_days;data_gb\na1;Laden;15,5;30;1,5\n")
    assert (plan["price_usd"], plan["data_gb"], plan["provider"]) == (15.5, 1.5, "Laden")


def test_what_excel_writes_in_china():
    text = MINIMAL + "a1,中国移动香港,15.5,30 天,500 MB\n"
    plans = load_catalog(file_of(text, "gb18030"))
    assert plans.attrs["encoding"] == "gb18030"
    assert plans[["provider", "price_usd", "validity_days", "data_gb"]].to_numpy().tolist() == [
        ["中国移动香港", 15.5, 30, 0.5]]


def test_what_excel_calls_unicode_text():
    plan = one("plan_id\tprovider\tprice_usd\tvalidity_days\tdata_gb\r\na\t商店\t15,5\t30\t1\r\n",
               "utf-16")
    assert (plan["price_usd"], plan["provider"]) == (15.5, "商店")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be",
                                      "gb18030", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_encodings_and_delimiters(encoding, delimiter, end):
    name = "Größe & Café" if encoding == "cp1252" else "流量套餐"
    text = (MINIMAL + f"a-1,{name},15.50,30,5\n").replace(",", delimiter).replace("\n", end)
    plan = one(text, encoding)
    assert (plan["provider"], plan["price_usd"], plan["data_gb"]) == (name, 15.5, 5)


def utf8(data: bytes) -> bool:
    try:
        return bool(data.decode())
    except UnicodeDecodeError:
        return False


@FEW
@given(st.text("的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面"
               "而方后多定行学法所民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本",
               min_size=2, max_size=40).filter(lambda name: not utf8(name.encode("gb18030"))))
def test_common_chinese_is_recognized(name):
    plans = load_catalog(file_of(MINIMAL + f"a,{name},1,30,1\n", "gb18030"))
    assert plans["provider"].tolist() == [name]


@FEW
@given(st.lists(st.sampled_from(["Zoë", "Müller", "Telefónica", "Größe", "señal", "déjà", "façade",
                                 "Åland", "naïve", "Österreich", "Straße", "München", "Café"]),
                min_size=1, max_size=6))
def test_western_text_is_not_taken_for_chinese(names):
    name = " ".join(names)
    plans = load_catalog(file_of(MINIMAL + f"a,{name},1,30,1\n", "cp1252"))
    assert (plans["provider"].tolist(), plans.attrs["encoding"]) == ([name], "cp1252")


def test_the_first_line_by_which_excel_is_told_of_the_delimiter():
    plans = load_catalog(file_of("sep=;\r\n" + MINIMAL.replace(",", ";") + "a;A;2;30;1\r\n"))
    assert plans["price_usd"].tolist() == [2]
    error = refused("sep=;\r\n" + MINIMAL.replace(",", ";") + "a;A;x;30;1\r\n")
    assert [(fault.row, fault.value) for fault in error.problems] == [(3, "x")]


def test_empty_columns_at_the_end_do_not_matter():
    assert one(MINIMAL.strip() + ",,\na,A,1,30,1\n")["price_usd"] == 1
    assert one(MINIMAL.strip() + ",,\na,A,1,30,1,,\n")["price_usd"] == 1
    assert one(MINIMAL + "a,A,1,30,1,, ,\n")["price_usd"] == 1
    assert refused(MINIMAL + "a,A,1,30,1,2\n").problems[0].code == "width"
    assert refused(MINIMAL + "a,A,1,30\n").problems[0].code == "width"


@pytest.mark.parametrize("head", [
    "Plan ID,Provider,Price USD,Validity Days,Data GB", "PLAN_ID,PROVIDER,PRICE_USD,VALIDITY_DAYS,"
    "DATA_GB", "planId,provider,priceUsd,validityDays,dataGb", " plan-id , provider ,price (USD),"
    "validity/days,data gb",
])
def test_headings_are_known_by_their_letters(head):
    plan = one(head + "\na,A,15.5,30,5\n")
    assert (plan["plan_id"], plan["price_usd"], plan["data_gb"]) == ("a", 15.5, 5)


def test_half_a_character_pair_is_cleaned():
    data = (MINIMAL + "a,A\ud800B,1,30,1\n").encode("utf-16", "surrogatepass")
    assert one(data)["provider"] == "A?B"
    assert one((MINIMAL + "a,A\ud800B,1,30,1\n").encode("utf-8", "surrogatepass"))[
        "provider"] == "A?B"
    named = file_of(MINIMAL)
    named.name = "a\udcff\u202e.csv"
    assert name_of(named).encode()


# ------------------------------------------------------------------------------- cells with units


@pytest.mark.parametrize(("cells", "expected"), [
    ({"price_usd": "$15.00"}, {"price_usd": 15}), ({"price_usd": "15 USD"}, {"price_usd": 15}),
    ({"data_gb": "500 MB"}, {"data_gb": 0.5}), ({"data_gb": "1.5GB"}, {"data_gb": 1.5}),
    ({"unlimited": "Yes"}, {"unlimited": "yes"}), ({"esim": "TRUE"}, {"esim": "yes"}),
    ({"hotspot_gb": "N/A"}, {"hotspot_gb": None}), ({"after_cap": "NULL"}, {"after_cap": ""}),
    ({"activation_fee_usd": "-"}, {"activation_fee_usd": None}),
    ({"validity_days": "30 Days"}, {"validity_days": 30}),
    ({"as_of": "14-Sep-26"}, {"as_of": "2026-09-14"}), ({"kind": "Travel eSIM"},
                                                       {"kind": "travel_esim"}),
    ({"data_gb": "Unlimited"}, {"data_gb": None, "unlimited": "yes"}),
    ({"data_gb": "Unlimited", "unlimited": ""}, {"data_gb": None, "unlimited": "yes"}),
    ({"data_gb": "unlimited", "unlimited": "TRUE"}, {"data_gb": None, "unlimited": "yes"}),
    ({"fee_percent": "8.5 %", "number_grace_days": "60 days"},
     {"fee_percent": 8.5, "number_grace_days": 60}),
])
def test_cells_as_people_write_them(cells, expected):
    row = {"plan_id": "a", "provider": "A", "price_usd": "1", "validity_days": "30",
           "data_gb": "1"} | cells
    text = io.StringIO()
    writer = csv.DictWriter(text, list(row))
    writer.writeheader()
    writer.writerow(row)
    plan = one(text.getvalue())
    for column, value in expected.items():
        assert (plan[column] != plan[column]) if value is None else plan[column] == value


@pytest.mark.parametrize(("cells", "fault", "code"), [
    ("a,A,€15,30,1", "price_usd", "number"), ("a,A,15 yuan,30,1", "price_usd", "number"),
    ("a,A,10-15,30,1", "price_usd", "number"), ("a,A,15,1 month,1", "validity_days", "integer"),
    ('a,A,"15,5",30,1', "price_usd", "number"), ("a,A,1e308,30,1", "price_usd", "number"),
])
def test_what_could_be_something_else_is_refused(cells, fault, code):
    (problem,) = refused(MINIMAL + cells + "\n").problems
    assert (problem.column, problem.code) == (fault, code)


def test_a_number_with_two_readings_and_a_date_with_two_are_refused_in_a_sentence_of_their_own():
    error = refused("plan_id;provider;price_usd;validity_days;data_gb;as_of\n"
                    "a;A;1,500;30;1,5;9/8/2026\nb;B;1.500;30;1;9/14/2026\n")
    assert [(one.row, one.column, one.code) for one in error.problems] == [
        (2, "price_usd", "number_mark"), (2, "as_of", "date_order"),
        (3, "price_usd", "number_mark")]
    assert one("plan_id;provider;price_usd;validity_days;data_gb\na;A;1.500;30;1\n"
               )["price_usd"] == 1.5  # no comma anywhere: a point is a point


def test_unlimited_data_of_a_plan_that_is_not_unlimited_is_refused():
    (problem,) = refused(MINIMAL.strip() + ",unlimited\na,A,1,30,Unlimited,no\n").problems
    assert problem.column == "data_gb"


@pytest.mark.parametrize(("kind", "esim", "card"), [
    ("esim", "yes", "no"), ("physical", "no", "yes"), ("both", "yes", "yes"), ("", "", ""),
    ("Both", "yes", "yes"), ("N/A", "", ""),
])
def test_the_old_column_for_the_kind_of_sim(kind, esim, card):
    plan = one(MINIMAL.strip() + f",sim_type\na,A,1,30,1,{kind}\n")
    assert (plan["esim"], plan["sim_card"]) == (esim, card)
    assert load_catalog(file_of(MINIMAL.strip() + f",sim_type\na,A,1,30,1,{kind}\n")
                        ).attrs["ignored_columns"] == []


def test_the_new_columns_win_over_the_old_one_and_nonsense_is_named():
    plan = one(MINIMAL.strip() + ",sim_type,esim\na,A,1,30,1,both,no\n")
    assert (plan["esim"], plan["sim_card"]) == ("no", "yes")
    (problem,) = refused(MINIMAL.strip() + ",sim_type\na,A,1,30,1,nano\n").problems
    assert (problem.column, problem.value) == ("sim_type", "nano")


# ---------------------------------------------------------------------------------------- messages


def test_headings_that_are_nearly_right_are_named():
    error = refused("plan_id,provider_name,usd_price,days,data_mb\na,A,1,30,5\n")
    for words in WORDS:
        told = error.tell(words)
        for part in ("provider_name → provider", "usd_price → price_usd", "days → validity_days",
                     "plan_id,provider,price_usd,validity_days,data_gb"):
            assert part in told
        assert "data_mb" in told
        assert "GB" in told
    assert "data_mb: data_gb in GB" in error.tell(i18n.words("en"))


@pytest.mark.parametrize(("head", "pairs"), [
    ("id,company,cost,duration,allowance", {
        "id": "plan_id", "company": "provider", "cost": "price_usd", "duration": "validity_days",
        "allowance": "data_gb"}),
    ("编号,服务商,价格,有效期,流量", {
        "编号": "plan_id", "服务商": "provider", "价格": "price_usd", "有效期": "validity_days",
        "流量": "data_gb"}),
    ("planCode,carrierName,priceEur,validityMonths,dataGb", {
        "planCode": "plan_id", "carrierName": "provider", "priceEur": "price_usd",
        "validityMonths": "validity_days"}),
])
def test_the_nearest_headings(head, pairs):
    found = {heading: column for heading, column, _ in refused(head + "\n1,2,3,4,5\n")
             .values["nearest"]}
    assert found == pairs


def test_the_unit_is_told_where_it_is_another():
    units = {heading: unit for heading, _, unit in nearest(
        ["price_usd", "validity_days", "data_gb"], ["price_eur", "validity_months", "data_mb"])}
    assert units == {"price_eur": "USD", "validity_months": "days", "data_mb": "GB"}


def test_labels_that_lack_columns_are_told_of_too():
    error = refused("plan_id_of_fcc,price\n1,2\n", read_broadband_labels)
    assert {column for _, column, _ in error.values["nearest"]} == {
        "unique_plan_id", "monthly_price"}


def test_a_great_many_headings_are_cut_short():
    error = refused(",".join(f"column number {n} {'x' * 90}" for n in range(900)) + "\n")
    assert all(len(error.tell(words)) < 2000 for words in WORDS)
    error = refused(",".join(f"c{n}" for n in range(14_000)) + "\n" + "1," * 13_999 + "1\n")
    assert all(len(error.tell(words)) < 700 for words in WORDS)


@pytest.mark.parametrize("read", [load_catalog, read_broadband_labels, read_plans])
@pytest.mark.parametrize(("data", "code", "named"), [
    (b'{"plans": [1, 2]}', "catalog_json", "JSON"), (b"[\n1]", "catalog_json", "JSON"),
    (b"<html><body>plan_id,provider</body></html>", "catalog_html", "HTML"),
    (b"\xef\xbb\xbf <!doctype html>", "catalog_html", "HTML"),
    (b"PK\x03\x04\x14\0\6\0", "catalog_workbook", "Excel"),
])
def test_other_kinds_of_file_are_called_by_name(read, data, code, named):
    error = refused(data, read)
    assert error.code == code
    assert all(named in error.tell(words) for words in WORDS)


def test_the_template_is_read_and_says_that_it_is_made_up():
    plans = load_catalog(file_of(template()))
    assert plans["provider"].str.contains("made up").all()
    assert plans.attrs["ignored_columns"] == []
    head = template().decode("utf-8-sig").splitlines()[0].split(",")
    assert set(head) <= columns().keys()
    assert {name for name, column in columns().items() if column.get("anyFile")} <= set(head)


# ------------------------------------------------------------------------------- what must not hurt


@pytest.mark.parametrize("read", [load_catalog, read_broadband_labels, read_plans])
@pytest.mark.parametrize("cell", [
    "1" + " " * 8000 + "x", "1" * 90_000, "9" * 40_000 + "." + "9" * 40_000, "$" * 90_000,
    " " * 90_000 + "x", "a-" * 40_000, "(" * 90_000, "https://" + "a" * 90_000 + " ",
    "yes " * 20_000, "14-Sep-" * 9000, "slowed to " * 8000, "after 5 " * 9000,
    "$5 up front " * 7000, "-1 " * 20_000,
])
def test_a_long_cell_is_refused_before_it_is_looked_at(read, cell):
    names = list(columns()) if read is load_catalog else [
        "unique_plan_id", "monthly_price", "monthly_data_allow", "tax", "single_purchase_fees",
        "single_purchase_fee_descr", "dataSpeedDescription", "priceDescription", "contract_req",
        "intro_rate", "intro_rate_time", "connection_type", "over_usage_data_price",
        "customer_support_web"]
    for name in names:
        text = io.StringIO()
        writer = csv.DictWriter(text, names)
        writer.writeheader()
        writer.writerow(dict.fromkeys(names, "") | {name: cell})
        begun = time.process_time()
        refusal = refusal_of(read, file_of(text.getvalue()))
        assert refusal is None or all(len(refusal.tell(words)) < 900 for words in WORDS)
        assert time.process_time() - begun < 1, name


def refusal_of(read, file: io.BytesIO) -> CatalogError | None:
    try:
        assert len(read(file))
    except CatalogError as error:
        return error
    return None


def test_a_large_file_with_many_faults_is_told_of_in_full_and_soon():
    names, rows = list(columns()), 20_000
    good = {"plan_id": "p", "provider": "A", "price_usd": "15", "validity_days": "30",
            "data_gb": "5"}
    line = ",".join(good.get(name, "") for name in names) + "\n"
    bad = ",".join("?" if name in ("price_usd", "esim", "as_of") else good.get(name, "")
                   for name in names) + "\n"
    text = ",".join(names) + "\n" + "".join(
        (bad if n % 10 == 0 else line).replace("p,", f"p{n},", 1) for n in range(rows))
    tracemalloc.start()
    begun = time.process_time()
    with pytest.raises(CatalogError) as caught:
        load_catalog(file_of(text))
    taken = time.process_time() - begun
    tracemalloc.stop()
    assert len(caught.value.problems) == 3 * rows / 10
    assert taken < 10  # with memory traced; a hundredth of it is not


@pytest.mark.parametrize("read", [load_catalog, read_broadband_labels])
@pytest.mark.parametrize("rows", ["a\n", "a,b,c,d,e,f,g,h\n"])
def test_a_file_that_is_all_faults_is_refused_as_a_whole(monkeypatch, read, rows):
    monkeypatch.setattr(tables, "MOST_FAULTS", 50)
    head = MINIMAL if read is load_catalog else "unique_plan_id,monthly_price\n"
    error = refused(head + rows * 500, read)
    assert (error.code, error.problems) == ("catalog_faults_many", [])


def test_cells_at_fault_are_named_in_full_up_to_a_number(monkeypatch):
    monkeypatch.setattr(tables, "MOST_FAULTS", 50)
    text = MINIMAL + "".join(f"a{n},A,x,30,1\n" for n in range(50))
    assert len(refused(text).problems) == 50
    error = refused(text + "b,B,x,30,1\n")
    assert (error.code, error.values["row"], error.values["column"]) == (
        "catalog_faults_many", 2, "price_usd")


def test_more_labels_than_any_provider_has(monkeypatch):
    monkeypatch.setattr(labels, "MOST_LABELS", 5)
    rows = [f"M000000000{n}A,5\n" for n in range(6)]
    head = "unique_plan_id,monthly_price\n"
    assert refused(head + "".join(rows), read_broadband_labels).code == "label_too_many"
    assert len(read_broadband_labels(file_of(head + "".join(rows[:5])))) == 5


@FEW
@given(st.binary(max_size=400), st.sampled_from([b"", b"\xff\xfe", b"\xfe\xff", b"sep=;\r\n",
                                                 MINIMAL.encode(), MINIMAL.encode("utf-16")]))
def test_any_bytes_end_in_a_table_or_a_sentence(data, start):
    for read in (load_catalog, read_broadband_labels, read_plans):
        refusal = refusal_of(read, io.BytesIO(start + data))
        assert refusal is None or all(refusal.tell(words) for words in WORDS)


def test_more_rows_than_any_price_list_has(monkeypatch):
    monkeypatch.setattr(tables, "MOST_ROWS", 500)
    rows = [f"a{n},A,5,30,1\n" for n in range(501)]
    assert len(load_catalog(file_of(MINIMAL + "".join(rows[1:])))) == 500
    assert refused(MINIMAL + "".join(rows)).code == "catalog_rows_many"


def test_signs_without_a_shape_are_left_out():
    plan = one(MINIMAL + "a,A\x07\u202eB\u2066\x1b\x7f\x85C 联通,15,30,1")
    assert plan["provider"] == "ABC 联通"
    assert one(MINIMAL + "a,👩\u200d💻,15,30,1")["provider"] == "👩\u200d💻"  # that one joins


def test_a_document_is_not_called_json():
    error = refusal_of(load_catalog, file_of(rb"{\rtf1\ansi plan_id,provider}"))
    assert error.code == "catalog_columns_missing"


def test_a_table_is_gone_through_row_by_row():
    file = open_table(b"a,b\n1,2\n\n,\n3,4\n", {"a"})
    assert (file.headings, list(file.records)) == (["a", "b"], [(2, ["1", "2"]), (5, ["3", "4"])])
    with pytest.raises(CatalogError) as caught:
        read_bytes("a\0b")
    assert caught.value.code == "catalog_no_file"
