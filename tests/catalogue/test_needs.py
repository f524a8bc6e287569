"""What a traveller needs and has, and which plans that leaves."""

import itertools

import pandas as pd
import pytest

from prepaid import Refusal, i18n, load_catalog
from prepaid.catalogue.plans import HAVES, select, unsaid

WORDS = [i18n.words(language) for language in i18n.LANGUAGES]


def plan(plan_id, **given):
    return {"plan_id": plan_id, "provider": "P"} | given


PLANS = pd.DataFrame([
    plan("any", esim="yes", sim_card="yes", local_us_number="yes", hotspot_allowed="yes",
         needs_us_address="no", needs_us_card="no", needs_in_us="no", needs_port_in="no"),
    plan("esim", esim="yes", sim_card="no", local_us_number="no", hotspot_allowed="addon",
         needs_us_address="yes", foreign_card="no"),
    plan("card", esim="no", sim_card="yes", hotspot_allowed="no", needs_us_card="yes",
         foreign_card="partly", needs_in_us="yes"),
    plan("vague", foreign_card="partly", status="doubtful"),
    plan("gone", esim="yes", status="gone"),
    plan("port", needs_port_in="yes", needs_new_customer="yes", foreign_card="yes",
         status="current"),
    plan("on-esim", kind="addon", addon_for="esim", esim="yes"),
    plan("on-both", kind="addon", addon_for="esim; any"),
    plan("on-none", kind="addon", addon_for="elsewhere", esim="yes"),
    plan("on-vague", kind="addon", addon_for="vague"),
    plan("old-on-any", kind="addon", addon_for="any", status="gone"),
]).fillna("")
NOT_SOLD = {"vague": "doubtful", "gone": "gone", "on-vague": "base", "old-on-any": "gone"}


def why(need: str, **needs) -> dict[str, str]:
    kept, excluded = select(PLANS, **needs)
    assert sorted([*kept["plan_id"], *excluded["plan_id"]]) == sorted(PLANS["plan_id"])
    assert excluded[need].equals(excluded[f"{need}_why"].ne(""))
    told = excluded[excluded[need]]
    return dict(zip(told["plan_id"], told[f"{need}_why"], strict=True))


@pytest.mark.parametrize(("need", "value", "out"), [
    ("sim", "either", {}),
    ("sim", "esim", {"card": "no", "vague": "unknown", "port": "unknown", "on-vague": "base"}),
    ("sim", "physical", {
        "esim": "no", "vague": "unknown", "gone": "unknown", "port": "unknown", "on-esim": "base",
        "on-none": "unknown", "on-vague": "base",
    }),
    ("us_number", True, {
        "esim": "no", "card": "unknown", "vague": "unknown", "gone": "unknown", "port": "unknown",
        "on-esim": "base", "on-none": "unknown", "on-vague": "base",
    }),
    ("hotspot", True, {
        "esim": "addon", "card": "no", "vague": "unknown", "gone": "unknown", "port": "unknown",
        "on-esim": "base", "on-none": "unknown", "on-vague": "base",
    }),
    ("us_address", False, {"esim": "needed", "on-esim": "base"}),
    ("us_card", False, {"esim": "needed", "card": "needed", "on-esim": "base"}),
    ("in_us", False, {"card": "needed"}),
    ("port_in", False, {"port": "needed"}),
    ("new_customer", False, {"port": "needed"}),
])
def test_one_need_at_a_time(need, value, out):
    assert why(need, **{need: value}) == out
    assert why("status", **{need: value}) == NOT_SOLD


def test_plans_that_may_not_be_sold_have_to_be_asked_for_and_gone_ones_never_come():
    assert why("status") == NOT_SOLD
    assert why("status", doubtful=True) == {"gone": "gone", "old-on-any": "gone"}


def test_a_plan_may_fail_several_needs():
    _, excluded = select(PLANS, sim="physical", hotspot=True, us_card=False)
    row = excluded.set_index("plan_id").loc["esim"]
    needs = ["sim", "us_number", "hotspot", "us_card"]
    assert row[needs].tolist() == [True, False, True, True]
    assert row[[f"{need}_why" for need in needs]].tolist() == ["no", "", "addon", "needed"]


def test_what_is_not_said_is_kept_and_told_of():
    kept, _ = select(PLANS, us_card=False, in_us=False, doubtful=True)
    silent = dict(zip(kept["plan_id"], unsaid(kept, us_card=False, in_us=False), strict=True))
    assert silent["any"] == ()
    assert silent["vague"] == ("us_card", "in_us")
    assert silent["port"] == ("in_us",)
    assert unsaid(kept).map(len).eq(0).all()


def test_a_file_without_such_columns_is_kept_whole():
    plans = pd.DataFrame([plan("a"), plan("b")])
    kept, excluded = select(plans, **dict.fromkeys(HAVES, False))
    assert len(kept) == 2
    assert excluded.empty
    assert set(unsaid(kept, **dict.fromkeys(HAVES, False))) == {HAVES}


@pytest.mark.parametrize("sim", ["either", "esim", "physical"])
@pytest.mark.parametrize("have", [False, True])
def test_needs_part_our_plans_in_two(sim, have):
    plans = load_catalog()
    for us_number, hotspot in itertools.product([False, True], repeat=2):
        needs = {"sim": sim, "us_number": us_number, "hotspot": hotspot}
        kept, excluded = select(plans, **needs, **dict.fromkeys(HAVES, have))
        assert sorted([*kept["plan_id"], *excluded["plan_id"]]) == sorted(plans["plan_id"])
        assert excluded[[*needs, *HAVES, "status"]].any(axis=1).all()
        assert set(kept["status"]) <= {"", "current"}
        pd.testing.assert_frame_equal(kept, plans[plans["plan_id"].isin(kept["plan_id"])])
        bases = kept[kept["kind"] != "addon"]
        assert not us_number or set(bases["local_us_number"]) == {"yes"}
        assert not hotspot or set(bases["hotspot_allowed"]) == {"yes"}
        for name in () if have else HAVES:
            assert "yes" not in set(bases[f"needs_{name}"])


def test_every_reason_has_a_sentence():
    reasons = {
        "sim": "no unknown base", "us_number": "no unknown base",
        "hotspot": "no unknown addon base", "status": "doubtful gone base",
    } | dict.fromkeys([*HAVES, "new_customer"], "needed base")
    for words in WORDS:
        for need, codes in reasons.items():
            for code in codes.split():
                assert "2" in words(f"aside.{need}_{code}", n=2)


def test_another_kind_of_sim_is_refused():
    with pytest.raises(Refusal) as caught:
        select(PLANS, sim="nano")
    assert all("nano" in caught.value.tell(words) for words in WORDS)
