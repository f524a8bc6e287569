"""Broadband-label files as plans: what is taken over, what stays unknown, what is refused."""

import csv
import io
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from prepaid import CatalogError, cheapest_schedule, i18n, load_catalog, read_broadband_labels
from prepaid.analysis.kinds import left_out
from prepaid.catalogue.labels import read_plans

EXAMPLES = sorted((Path(__file__).resolve().parents[2] / "content").glob("example-labels.*.csv"))
WORDS = [i18n.words(language) for language in i18n.LANGUAGES]
FEW = settings(deadline=None, max_examples=30, suppress_health_check=list(HealthCheck))
GOOD = {
    "unique_plan_id": "M0005937974ABC456EMC78901", "provider_name": "Acme",
    "service_plan_name": "Basic", "connection_type": "Mobile", "monthly_price": "15.00",
    "monthly_data_allow": "5",
}


def file_of(*labels: dict, delimiter=",", encoding="utf-8", head=None) -> io.BytesIO:
    names = head or list(dict.fromkeys(name for label in labels for name in label))
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([label.get(name.strip().lower(), "") for name in names] for label in labels)
    return io.BytesIO(text.getvalue().encode(encoding))


def read(*labels: dict, **form) -> pd.DataFrame:
    return read_broadband_labels(file_of(*labels, **form))


def label(**cells: str) -> dict[str, str]:
    return GOOD | cells


def one(**cells: str) -> pd.Series:
    (plan,) = read(label(**cells)).iloc
    return plan


def faults(*labels: dict) -> list[tuple[int, str, str]]:
    with pytest.raises(CatalogError) as caught:
        read(*labels)
    for words in WORDS:
        told = [caught.value.tell(words), *caught.value.tell_all(words)]
        assert all("{" not in sentence for sentence in told)
    return [(fault.row, fault.column, fault.value) for fault in caught.value.problems]


# ------------------------------------------------------------------------------- what is taken over


def test_a_label_becomes_a_row_of_the_catalogue():
    plan = one(monthly_provider_fee="1.25;2", monthly_provider_fee_descr="Recovery; Admin",
               single_purchase_fees="5.00; 10", single_purchase_fee_descr="SIM; Activation")
    assert list(plan.index) == list(load_catalog())
    assert plan["plan_id"] == GOOD["unique_plan_id"]
    assert (plan["provider"], plan["plan_name"]) == ("Acme", "Basic")
    assert plan["price_usd"] == 18.25
    assert plan["activation_fee_usd"] == 15
    assert (plan["data_gb"], plan["unlimited"]) == (5, "no")
    for note in (plan["note"], plan["note_zh"]):
        assert "3.25" in note
        assert "Recovery; Admin" in note
        assert "SIM; Activation" in note


def test_types_are_those_of_the_catalogue():
    assert read(GOOD).dtypes.equals(load_catalog().dtypes)


def test_what_a_label_does_not_say_is_not_known():
    plan = one()
    for column in ("validity_days", "premium_data_gb", "after_cap_kbps", "hotspot_gb"):
        assert pd.isna(plan[column]), column
    for column in ("cycle_unit", "after_cap", "hotspot_allowed", "local_us_number", "esim",
                   "sim_card", "kind", "host_network", "rollover", "as_of", "confidence"):
        assert plan[column] == "", column
    assert plan["tax_included"] == "unknown"


def test_nothing_is_scheduled_before_the_days_are_known():
    plans = read(GOOD)
    assert left_out(plans)["reason"].tolist() == ["unknown_validity"]
    asked = plans.assign(validity_days=30.0)
    assert cheapest_schedule(asked, [100] * 31).total_cents == 2 * 1500


def test_where_it_was_read_is_told(tmp_path):
    path = tmp_path / "2026-09-01-0005937974-USA.csv"
    path.write_bytes(file_of(GOOD).getvalue())
    plan = read_broadband_labels(path).iloc[0]
    assert (plan["source_title"], plan["as_of"]) == (path.name, "2026-09-01")
    for name in ("2026-19-01.csv", "labels.csv", "2026-09-011.csv"):
        path = path.rename(tmp_path / name)
        assert read_broadband_labels(path).iloc[0]["as_of"] == ""


@pytest.mark.parametrize(("cells", "expected"), [
    ({"monthly_data_allow": "15"}, {"unlimited": "no", "data_gb": 15}),
    ({"monthly_data_allow": "15 GB"}, {"unlimited": "no", "data_gb": 15}),
    ({"monthly_data_allow": "500 MB"}, {"unlimited": "no", "data_gb": 0.5}),
    ({"monthly_data_allow": ""}, {"unlimited": "yes", "data_gb": None}),
    ({"monthly_data_allow": "null"}, {"unlimited": "yes", "data_gb": None}),
    ({"monthly_data_allow": "Unlimited"}, {"unlimited": "yes", "data_gb": None}),
    ({"monthly_data_allow": "", "over_usage_data_price": "10"},
     {"unlimited": "", "data_gb": None}),
    ({"monthly_data_allow": "475 - 622"}, {"unlimited": "", "data_gb": None}),
    ({"monthly_data_allow": "ask us"}, {"unlimited": "", "data_gb": None}),
    ({"monthly_data_allow": "1,000"}, {"unlimited": "", "data_gb": None}),
    ({"monthly_data_allow": "5", "over_usage_data_price": "10", "additional_data_increment": "1"},
     {"unlimited": "no", "data_gb": 5, "after_cap": "pay_per_mb", "per_gb_usd": None}),
    ({"monthly_data_allow": "0", "over_usage_data_price": "10", "additional_data_increment": "1"},
     {"unlimited": "no", "data_gb": None, "per_gb_usd": 10}),
    ({"monthly_data_allow": "0", "over_usage_data_price": "10", "additional_data_increment": "3"},
     {"per_gb_usd": 3.34}),  # 10 / 3, never too low
    ({"monthly_data_allow": "0"}, {"unlimited": "no", "data_gb": None, "per_gb_usd": None}),
    ({"monthly_data_allow": "0", "over_usage_data_price": "ten",
      "additional_data_increment": "1"}, {"per_gb_usd": None}),
])
def test_data(cells, expected):
    plan = one(**cells)
    for column, value in expected.items():
        assert pd.isna(plan[column]) if value is None else plan[column] == value, column


def test_without_a_column_for_data_none_is_known_and_nothing_is_unlimited():
    bare = {name: GOOD[name] for name in ("unique_plan_id", "monthly_price")}
    plan = read(bare).iloc[0]
    assert (plan["unlimited"], pd.isna(plan["data_gb"])) == ("", True)
    assert plan["provider"] == "FRN 0005937974"


def test_what_cannot_be_read_as_data_stands_in_the_notes():
    plan = one(monthly_data_allow="475 - 622", typical_download_speed="25 - 90")
    assert "475 - 622" in plan["note"]
    assert "25 - 90" in plan["note_zh"]


@pytest.mark.parametrize(("said", "included"), [
    ("Included", "yes"), ("included", "yes"), ("Varies", "no"), ("Varies by Location", "no"),
    ("3.10", "no"), ("", "unknown"), ("0", "unknown"), ("see bill", "unknown"),
])
def test_taxes(said, included):
    assert one(tax=said)["tax_included"] == included


@pytest.mark.parametrize("price", ["15", " 15.00 ", "$15.00", "USD 15", "15 USD", "$15/mo",
                                   "15 per month"])
def test_prices_as_people_write_them(price):
    assert one(monthly_price=price)["price_usd"] == 15


def test_an_introductory_price_is_for_as_many_months_as_the_label_says():
    plans = read(label(intro_rate="Yes", intro_rate_price="10", intro_rate_time="3 months",
                       monthly_provider_fee="2"))
    assert plans[["price_usd", "intro_price_usd", "intro_cycles"]].to_numpy().tolist() == [
        [17, 12, 3]]
    asked = plans.assign(validity_days=30.0)
    assert cheapest_schedule(asked, [100] * 120).total_cents == 3 * 1200 + 1700
    assert cheapest_schedule(asked, [100] * 60, new_customer=False).total_cents == 2 * 1700


@pytest.mark.parametrize("time", ["", "soon", "0", "99"])
def test_months_that_a_label_does_not_say_are_not_made_up(time):
    plan = one(intro_rate="Yes", intro_rate_price="10", intro_rate_time=time)
    assert (plan["intro_price_usd"], pd.isna(plan["intro_cycles"])) == (10, True)


def test_fixed_lines_and_contracts_are_left_out_and_counted():
    plans = read(
        GOOD,
        label(unique_plan_id="F0005937974A", connection_type="Fixed", monthly_price="free!"),
        label(unique_plan_id="F0005937974B", connection_type=""),
        label(unique_plan_id="M0005937974C", contract_req="Yes"),
        label(unique_plan_id="M0005937974D", service_plan_name="3-Month Plan"),
    )
    assert plans["plan_id"].tolist() == [GOOD["unique_plan_id"]]
    assert plans.attrs["left_out"] == {"fixed": 2, "contract": 1, "upfront": 1}
    with pytest.raises(CatalogError) as caught:
        read(label(unique_plan_id="F0005937974A", connection_type="Fixed"))
    assert caught.value.code == "label_no_rows"
    assert all("1" in caught.value.tell(words) for words in WORDS)


# ------------------------------------------------------------------------------------- its form


def test_the_encoding_is_told():
    plans = read(label(provider_name="Acmé®"), delimiter=";", encoding="cp1252")
    assert plans["provider"].tolist() == ["Acmé®"]
    assert plans.attrs["encoding"] == "cp1252"


@FEW
@given(st.permutations([*GOOD, "monthly_provider_fees", "remark"]), st.randoms())
def test_headers_are_matched_by_name(order, random):
    head = [f"{' ' * random.randrange(3)}{random.choice([str.upper, str.title, str])(name)} "
            for name in order]
    plans = read(label(monthly_provider_fees="1;2", remark="x"), head=head)
    assert plans["price_usd"].tolist() == [18]
    assert plans["data_gb"].tolist() == [5]
    assert [name.lower() for name in plans.attrs["ignored_columns"]] == ["remark"]


def test_both_spellings_of_the_monthly_fees_at_once_are_refused():
    with pytest.raises(CatalogError) as caught:
        read(label(monthly_provider_fee="1", monthly_provider_fees="2"))
    assert caught.value.code == "catalog_columns_twice"


@pytest.mark.parametrize("missing", ["unique_plan_id", "monthly_price"])
def test_two_columns_have_to_be_there(missing):
    with pytest.raises(CatalogError) as caught:
        read({name: cell for name, cell in GOOD.items() if name != missing})
    assert caught.value.values["columns"] == [missing]


# ------------------------------------------------------------------------------------- its faults

UNREADABLE = st.sampled_from([
    "", "n/a", "fifteen", "15,00", "1,500", "15 - 20", "-5", "nan", "inf", "1e9", "9" * 400, "5;x",
    ";5", "15 EUR", "=1+1", "<b>15</b>", "15¹", "from 15",
])


@FEW
@given(UNREADABLE)
def test_a_price_that_cannot_be_read_is_named(price):
    assert faults(GOOD, label(unique_plan_id="M0005937974B", monthly_price=price)) == [
        (3, "monthly_price", price)]


@pytest.mark.parametrize("column", ["single_purchase_fees", "monthly_provider_fee"])
@pytest.mark.parametrize("fees", [
    "15,00", "1,500", "15 - 20", "-5", "1e9", "9" * 400, "15 EUR", "=1+1", "<b>15</b>", "15¹",
    "from 15", "5;15 EUR", "5;2x",
])
def test_a_fee_that_cannot_be_read_is_named(column, fees):
    assert faults(label(**{column: fees})) == [(2, column, fees)]


@pytest.mark.parametrize(("what", "fee"), [
    ("Activation", ""), ("Activation", "Varies by location"), ("", "ask in the shop"),
    ("SIM; Activation", "5; up to 35"), ("", "5;x"), ("", ";5"),
])
def test_a_fee_without_an_amount_is_known_to_exist(what, fee):
    plan = one(single_purchase_fee_descr=what, single_purchase_fees=fee)
    assert plan["fee_unknown"] == "yes"
    assert plan["price_usd"] == 15
    assert one(single_purchase_fee_descr="None", single_purchase_fees="")["fee_unknown"] == ""


def test_every_fault_is_named_at_once():
    assert faults(
        label(monthly_price="abc", monthly_provider_fee="1;2x", intro_rate="perhaps"),
        label(unique_plan_id="M0005937974B", monthly_price="20000"),
        label(unique_plan_id="M0005937974C", single_purchase_fees="5000"),
        label(unique_plan_id="what", connection_type="pigeon"),
        label(unique_plan_id="M0005937974E", intro_rate="Yes", intro_rate_price="soon"),
    ) == [
        (2, "monthly_price", "abc"), (2, "monthly_provider_fee", "1;2x"),
        (3, "monthly_price", "20000"), (4, "single_purchase_fees", "5000"),
        (5, "connection_type", "pigeon"), (6, "intro_rate_price", "soon"),
    ]


# ------------------------------------------------------- what is odd and does not change the price


@pytest.mark.parametrize(("given", "plan_id"), [
    ("M0000000001aB1", "M0000000001aB1"), ("M123", "M123"), ("M00 / 7", "M00-7"), ("", "row-2"),
    ("=1+1", "1-1"), ("x" * 150, "x" * 90),
])
def test_an_odd_identifier_is_kept_and_noted(given, plan_id):
    plan = one(unique_plan_id=given)
    assert (plan["plan_id"], plan["price_usd"]) == (plan_id, 15)
    assert all(("unique_plan_id" in plan[note]) == (given != "M0000000001aB1")
               for note in ("note", "note_zh"))


def test_identifiers_that_differ_by_case_are_two_and_the_same_again_is_told_apart():
    plans = read(label(unique_plan_id="M0000000001aB1"), label(unique_plan_id="M0000000001AB1"),
                 label(unique_plan_id="M0000000001aB1", monthly_price="16"))
    assert plans["plan_id"].tolist() == ["M0000000001aB1", "M0000000001AB1", "M0000000001aB1:2"]
    assert plans["price_usd"].tolist() == [15, 15, 16]


@pytest.mark.parametrize(("cells", "noted"), [
    ({"connection_type": "Wireless"}, False), ({"connection_type": "mobile broadband"}, False),
    ({"connection_type": "Cellular"}, False), ({"connection_type": ""}, False),
    ({"connection_type": "pigeon"}, True), ({"contract_req": "perhaps"}, True),
    ({"intro_rate": "perhaps"}, True), ({"contract_req": "FALSE"}, False),
])
def test_an_odd_word_is_noted(cells, noted):
    plan = one(**cells)
    assert plan["price_usd"] == 15
    assert (next(iter(cells)) in plan["note"]) == noted


@pytest.mark.parametrize("said", ["Fixed", "Fixed Wireless", "Fiber", "Cable", "DSL"])
def test_a_line_at_home_is_none_for_the_road(said):
    assert read(GOOD, label(unique_plan_id="M0005937974B", connection_type=said)
                ).attrs["left_out"]["fixed"] == 1


# ----------------------------------------------------------------------- as providers publish them

ATT = {"FCCPlanId": "M0000000001A1", "providerName": "AT&T", "planName": "Plan",
       "serviceType": "Mobile", "priceAmount": "25.00*",
       "contractStatus": "does not require a contract.", "introductoryRateValue": "is not",
       "dataMonthly": "20GB"}


def att(**cells: str) -> pd.DataFrame:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(ATT | cells))
    writer.writeheader()
    writer.writerow(ATT | cells)
    return read_plans(io.BytesIO(text.getvalue().encode()))


def test_the_layout_of_att():
    (plan,) = att().iloc
    assert (plan["plan_id"], plan["provider"], plan["plan_name"]) == ("M0000000001A1", "AT&T",
                                                                      "Plan")
    assert (plan["price_usd"], plan["data_gb"], plan["unlimited"]) == (25, 20, "no")
    assert pd.isna(plan["min_commitment_cycles"])
    assert pd.isna(plan["validity_days"])


def test_fees_in_the_layout_of_att():
    (plan,) = att(onTimeyFeeType="Activation Fee", oneTimeFee="15.00 (only in AT&T stores) ",
                  monthlyFeeType="Admin; Paper bill", monthlyFee="1.50; 3", latePaymentFees="8.00",
                  tax="Varies by location").iloc
    assert (plan["activation_fee_usd"], plan["price_usd"], plan["tax_included"]) == (15, 26.5, "no")


def test_in_the_layout_of_att_the_price_is_the_introductory_one():
    (plan,) = att(introductoryRateValue="is", priceAfterIntroductory="40.00",
                  introductoryPeriodLength="6").iloc
    assert plan[["price_usd", "intro_price_usd", "intro_cycles"]].tolist() == [40, 25, 6]
    with pytest.raises(CatalogError) as caught:
        att(introductoryRateValue="is", priceAfterIntroductory="")
    assert [fault.column for fault in caught.value.problems] == ["priceAfterIntroductory"]


@pytest.mark.parametrize("said", ["requires a contract.",
                                  "requires a business agreement but does not require a line."])
def test_a_contract_in_the_layout_of_att(said):
    with pytest.raises(CatalogError) as caught:
        att(contractStatus=said)
    assert caught.value.values["contract"] == 1


@pytest.mark.parametrize(("name", "price", "told", "months", "total"), [
    ("Prepaid Unlimited Data for 12 Months", "16.67",
     '($200 up front annual payment = $16.67/month)"', 12, 20000),
    ("$33/mo. 8GB 3-Month Plan", "33.00", "($99 up front payment = $33/month)", 3, 9900),
    ("Data for 24 Months", "15.83", "($380 up front biannual payment = $15.83/month)", 24, 38000),
    ("$300-20GB 12-Mo Tab", "25.00", "($300 up front annual payment = $25/month)", 12, 30000),
])
def test_months_paid_up_front_are_paid_up_front(name, price, told, months, total):
    plans = att(planName=name, priceAmount=price, priceDescription=told)
    assert plans["min_commitment_cycles"].tolist() == [months]
    asked = plans.assign(validity_days=30.0)
    assert cheapest_schedule(asked, [10] * 5).total_cents == total


@pytest.mark.parametrize(("name", "price", "told"), [
    ("Prepaid for 12 Months", "16.67", ""), ("Prepaid", "16.67", "up front annual payment"),
    ("Prepaid for 6 Months", "16.67", "($200 up front)"), ("Prepaid", "16.67", "($90 up front)"),
    ("Annual plan", "10", ""),
])
def test_months_paid_up_front_that_are_not_clear_are_left_out(name, price, told):
    with pytest.raises(CatalogError) as caught:
        att(planName=name, priceAmount=price, priceDescription=told)
    assert caught.value.values["upfront"] == 1


@pytest.mark.parametrize(("cells", "expected"), [
    ({"dataMonthly": "Unlimited"}, {"unlimited": "yes", "after_cap": ""}),
    ({"dataMonthly": "Unlimited", "dataSpeedDescription":
      "AT&T may temporarily slow data speeds if the network is busy."},
     {"unlimited": "yes", "after_cap": "none"}),
    ({"dataMonthly": "Unlimited", "dataSpeedDescription":
      "After 22GB AT&T may temporarily slow data speeds if the network is busy."},
     {"after_cap": "none", "premium_data_gb": 22}),
    ({"dataMonthly": "Unlimited", "dataSpeedDescription":
      "After 16GB, speeds slowed to max 1.5 Mbps"},
     {"after_cap": "throttled", "premium_data_gb": 16, "after_cap_kbps": 1500}),
    ({"dataMonthly": "Unlimited", "dataSpeedDescription":
      "30GB at max. 3 Mbps, then speeds slowed to max. 1.5 Mbps"},
     {"after_cap": "throttled", "premium_data_gb": None, "after_cap_kbps": 1500}),
    ({"dataMonthly": "500MB",
      "dataAadditionalUsageCharge": "After 500MB data speed slowed to 128kbps"},
     {"data_gb": 0.5, "after_cap": "throttled", "after_cap_kbps": 128, "premium_data_gb": None}),
    ({"dataMonthly": "5GB", "dataAadditionalUsageCharge": "$10/1GB  or $20/3GB"},
     {"data_gb": 5, "after_cap": "pay_per_mb"}),
    ({"dataMonthly": "0GB", "dataAadditionalUsageCharge": "$0.00001431/KB"},
     {"data_gb": None, "per_gb_usd": 14.31}),
])
def test_data_in_the_layout_of_att(cells, expected):
    (plan,) = att(**cells).iloc
    for column, value in expected.items():
        assert pd.isna(plan[column]) if value is None else plan[column] == value, column


def test_the_template_without_underscores_and_what_programs_put_around_cells():
    data = ('UniquePlanID,ProviderName ,ConnectionType,MonthlyPrice,MonthlyDataAllow,\n'
            'M0000000001A,Acme,Mobile,="95.00",="Unlimited"\n')
    plan = read_plans(io.BytesIO(data.encode())).iloc[0]
    assert (plan["price_usd"], plan["unlimited"]) == (95, "yes")


@pytest.mark.parametrize(("what", "fees", "counted"), [
    ("Activation Fee; Late Fee", "10;6.5", 10), ("Activation Fee; Late Fee", "10;varies", 10),
    ("Service Activation;Reconnect Fee;Late Fee;Change of Service", "20;5;Up to 8.95;50", 20),
    ("SIM card; Optional insurance", "2; 9", 2), ("Paper Bill; Restart; Set-up", "4;5;6", 6),
    ("Activation or change fee", "30", 30), ("Reactivation fee", "30", None),
    ("Reconnection; SIM", "25; 10", 10), ("Late Fee", "", None), ("", "3;4", 7),
    ("SIM and activation", "3;4", 7),
])
def test_fees_that_are_not_paid_at_the_start_do_not_count(what, fees, counted):
    plan = one(single_purchase_fee_descr=what, single_purchase_fees=fees)
    found = plan["activation_fee_usd"]
    assert pd.isna(found) if counted is None else found == counted
    assert plan["fee_unknown"] == ""


def test_the_same_holds_for_monthly_fees():
    plan = one(monthly_provider_fee_descr="E911; Optional WiFi; Paper Statement Fee",
               monthly_provider_fee="1.25; 30; 4")
    assert plan["price_usd"] == 16.25
    assert all("Optional WiFi" in plan[note] for note in ("note", "note_zh"))


@pytest.mark.parametrize("allowance", ["", "Unlimited", "unlimited GB"])
@pytest.mark.parametrize("overage", ["0", "$0", "0.00", "N/A", ""])
def test_more_data_for_nothing_is_unlimited(allowance, overage):
    assert one(monthly_data_allow=allowance, over_usage_data_price=overage)["unlimited"] == "yes"


def test_a_terabyte_is_a_thousand_gigabytes():
    assert one(monthly_data_allow="1.5 TB")["data_gb"] == 1500


def test_a_row_of_the_wrong_width_is_named():
    data = file_of(GOOD).getvalue() + b"M0005937974B,Acme\n"
    with pytest.raises(CatalogError) as caught:
        read_broadband_labels(io.BytesIO(data))
    assert [(fault.row, fault.code) for fault in caught.value.problems] == [(3, "width")]


# ------------------------------------------------------------------------------- telling them apart


def test_labels_and_catalogues_are_told_apart():
    assert read_plans(file_of(GOOD, delimiter=";"))["price_usd"].tolist() == [15]
    catalogue = b"plan_id,provider,price_usd,validity_days,data_gb\na,A,15,30,1\n"
    assert read_plans(io.BytesIO(catalogue))["validity_days"].tolist() == [30]
    with pytest.raises(CatalogError):
        read_plans(io.BytesIO(b"a,b\n1,2\n"))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_the_example_is_visibly_made_up(path):
    plans = read_broadband_labels(path)
    assert plans["provider"].str.contains("made up|虚构").all()
    assert plans["plan_id"].str.startswith("M0000000000EXAMPLE").all()
    assert any(plans.attrs["left_out"].values())
    assert not set(plans["provider"]) & set(load_catalog()["provider"])
