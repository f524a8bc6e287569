"""The check of a schedule: right ones pass, whatever is forged is found.

Schedules made by hand come first, point by point of the rule, with the working beside each; then
answers of the search on random markets, as they are and forged. CHECK_CASES says how many answers
are drawn: ``CHECK_CASES=10000`` asks for ten thousand, and as many forgeries.
"""

import os
import random
from datetime import date, time
from fractions import Fraction
from types import SimpleNamespace
from typing import NamedTuple

import pandas as pd
import pytest

import prepaid
from by_hand import addon, plan, unlimited
from prepaid.analysis.check_schedule import check_schedule
from prepaid.i18n import Refusal

COLUMNS = [
    "day", "at_mb", "plan_id", "price_cents", "fee_cents", "tax_cents", "serves_days", "mb_used",
    "mb_unused",
]
CASES = int(os.environ.get("CHECK_CASES", "200"))


class Case(NamedTuple):
    name: str
    plans: list
    need_mb: list
    rows: list  # of the schedule, by COLUMNS
    options: dict
    words: str = ""  # what a sentence has to say


def right(name, plans, need_mb, *rows, **options):
    return Case(name, plans, need_mb, list(rows), options)


def wrong(name, plans, need_mb, words, *rows, **options):
    return Case(name, plans, need_mb, list(rows), options, words)


def table(rows):
    return pd.DataFrame(rows, columns=COLUMNS)


def check(case, rows):
    return check_schedule(pd.DataFrame(case.plans), case.need_mb, table(rows), **case.options)


def named(cases):
    return [pytest.param(case, id=case.name) for case in cases]


A = plan("a", 1, 7, 1)
B = plan("b", 2, 2, 5, "B")
CARRIER = plan("c", 1, 5, 0.5, "C", kind="carrier_prepaid")  # one cycle at a time
BASE = plan("base", 3, 3, 0.5)
TOP_UP = addon("x", 1, 30, 0.2, "base")
TWICE = plan("twice", 3, 2, 0.5, min_commitment_cycles=2)
BY_USE = plan("u", 5, 30, None, "U", per_gb_usd=10)
INTRO = plan("i", 3, 1, 1, intro_price_usd=1, intro_cycles=2)
HOURS = plan("h", 1, 1, 5, cycle_unit="hours")
MONTH = plan("m", 1, 30, 100, cycle_unit="month")

RIGHT = [
    right("nothing is needed", [A], [0, 0]),
    # 1000 MB of 700 a day end on day 1, in the middle of it
    right(
        "used up in the middle of a day", [A], [700] * 3,
        (0, 0, "a", 100, 0, 0, 2, 1000, 0),
        (1, 1000, "a", 100, 0, 0, 2, 1000, 0),
        (2, 2000, "a", 100, 0, 0, 1, 100, 900),
    ),
    # late on day 0 is the first of two days all the same
    right(
        "the day of purchase is the first", [plan("s", 1, 9, 0.5), B], [600] * 3,
        (0, 0, "s", 100, 0, 0, 1, 500, 0),
        (0, 500, "b", 200, 0, 0, 2, 700, 4300),
        (2, 1200, "b", 200, 0, 0, 1, 600, 4400),
    ),
    right(
        "days without need are passed over", [plan("a", 1, 1, 1)], [100, 0, 100],
        (0, 0, "a", 100, 0, 0, 1, 100, 900),
        (2, 100, "a", 100, 0, 0, 1, 100, 900),
    ),
    # noon to noon: half of day 1
    right(
        "hours", [HOURS], [300, 300],
        (0, 0, "h", 100, 0, 0, 2, 450, 4550),
        (1, 450, "h", 100, 0, 0, 1, 150, 4850),
        arrive=time(12),
    ),
    # day 1 is used from 00:00 to 18:00: 12 of 18 hours are 66.67 MB
    right(
        "hours on the day of leaving", [HOURS], [100, 100],
        (0, 0, "h", 100, 0, 0, 2, 166, 4834),
        (1, 166, "h", 100, 0, 0, 1, 34, 4966),
        arrive=time(12), leave=time(18),
    ),
    # until 9:07, 37.99 MB of a day; the second cycle too, though the first ended at 137 MB
    right(
        "hours of several cycles", [HOURS | {"data_gb": 0.2, "min_commitment_cycles": 2}],
        [100] * 3,
        (0, 0, "h", 200, 0, 0, 3, 237, 163),
        (2, 237, "h", 200, 0, 0, 1, 63, 337),
        arrive=time(9, 7),
    ),
    # 31 January, 28 February (day 28), 28 March (day 56)
    right(
        "months", [MONTH], [1] * 60,
        (0, 0, "m", 100, 0, 0, 28, 28, 99972),
        (28, 28, "m", 100, 0, 0, 28, 28, 99972),
        (56, 56, "m", 100, 0, 0, 4, 4, 99996),
        start=date(2027, 1, 31),
    ),
    # two months after 31 January is 31 March (day 59)
    right(
        "months from the date of purchase", [MONTH | {"min_commitment_cycles": 2}], [1] * 60,
        (0, 0, "m", 200, 0, 0, 59, 59, 199941),
        (59, 59, "m", 200, 0, 0, 1, 1, 199999),
        start=date(2027, 1, 31),
    ),
    right(
        "months of 30 days without a date", [MONTH], [1] * 60,
        (0, 0, "m", 100, 0, 0, 30, 30, 99970),
        (30, 30, "m", 100, 0, 0, 30, 30, 99970),
    ),
    right(
        "a month at least", [MONTH | {"validity_days": 7}], [1] * 31,
        (0, 0, "m", 100, 0, 0, 31, 31, 99969), start=date(2027, 1, 1),
    ),
    right(
        "no expiry", [plan("n", 1, None, 1, cycle_unit="no_expiry")], [5] * 150,
        (0, 0, "n", 100, 0, 0, 150, 750, 250),
    ),
    # 200 of the 300 MB of day 1
    right(
        "data per day", [plan("d", 1, 5, 0.2, data_cap_per="day"), A], [150, 300, 100],
        (0, 0, "d", 100, 0, 0, 2, 350, 650),
        (1, 350, "a", 100, 0, 0, 2, 200, 800),
    ),
    right(
        "data per day at full speed",
        [unlimited("d", 1, 2, premium_data_gb=0.2, premium_data_period="day"), A], [200, 300],
        (0, 0, "d", 100, 0, 0, 2, 400, 0),
        (1, 400, "a", 100, 0, 0, 1, 100, 900),
    ),
    # noon to noon lies on two days, of 200 MB each
    right(
        "data per day, in hours", [HOURS | {"data_gb": 0.2, "data_cap_per": "day"}], [100, 300],
        (0, 0, "h", 100, 0, 0, 2, 250, 150),
        (1, 250, "h", 100, 0, 0, 1, 150, 250),
        arrive=time(12),
    ),
    right(
        "nothing runs out", [unlimited("e", 1, 9, after_cap="none", premium_data_gb=0.1)],
        [900] * 9, (0, 0, "e", 100, 0, 0, 9, 8100, None),
    ),
    right(
        "the amount at full speed", [unlimited("e", 1, 9, after_cap="throttled", data_gb=0.4), A],
        [300, 300],
        (0, 0, "e", 100, 0, 0, 2, 400, 0),
        (1, 400, "a", 100, 0, 0, 1, 200, 800),
    ),
    right(
        "slow data that is fast enough", [A | {"after_cap": "throttled", "after_cap_kbps": 512}],
        [700] * 3, (0, 0, "a", 100, 0, 0, 3, 2100, None), slow_ok_kbps=512,
    ),
    right(
        "unlimited that is trusted", [unlimited("e", 1, 9)], [700] * 3,
        (0, 0, "e", 100, 0, 0, 3, 2100, None), trust_unlimited=True,
    ),
    # 200 MB at a cent per MB
    right(
        "charged by use and left with a day", [BY_USE, A], [100] * 3,
        (0, 0, "u", 700, 0, 0, 2, 200, None),
        (2, 200, "a", 100, 0, 0, 1, 100, 900),
    ),
    right(
        "charges end at their cap", [BY_USE | {"usage_charge_cap_usd": 1.5}], [100] * 3,
        (0, 0, "u", 650, 0, 0, 3, 300, None),
    ),
    right(
        "charged by use until its data runs out",
        [BY_USE | {"premium_data_gb": 0.2},
         BY_USE | {"plan_id": "v", "data_gb": 0.2, "unlimited": "yes", "after_cap": "none"}, A],
        [500],
        (0, 0, "u", 700, 0, 0, 1, 200, None),
        (0, 200, "v", 700, 0, 0, 1, 200, None),
        (0, 400, "a", 100, 0, 0, 1, 100, 900),
    ),
    # 99.9 cents
    right(
        "charges are rounded up", [BY_USE | {"per_gb_usd": 3.33}], [100] * 3,
        (0, 0, "u", 600, 0, 0, 3, 300, None),
    ),
    # 12 × 22.9167 is 275.0004
    right(
        "several cycles at once are rounded once", [A | {"price_usd": 22.9167,
                                                         "min_commitment_cycles": 12}],
        [100] * 30, (0, 0, "a", 27500, 0, 0, 30, 3000, 9000),
    ),
    # an old customer by then, for the second in a row too
    right(
        "no new customer's price after another plan, twice", [INTRO, plan("k", 1, 1, 1)],
        [100] * 3, (0, 0, "k", 100, 0, 0, 1, 100, 900), (1, 100, "i", 300, 0, 0, 1, 100, 900),
        (2, 200, "i", 300, 0, 0, 1, 100, 900)),
    right(
        "a new customer's price, twice in a row", [INTRO], [100] * 3,
        (0, 0, "i", 100, 0, 0, 1, 100, 900),
        (1, 100, "i", 100, 0, 0, 1, 100, 900),
        (2, 200, "i", 300, 0, 0, 1, 100, 900),
    ),
    right(
        "another plan ends the row", [INTRO, plan("j", 2, 1, 1, "J")], [100] * 3,
        (0, 0, "i", 100, 0, 0, 1, 100, 900),
        (1, 100, "j", 200, 0, 0, 1, 100, 900),
        (2, 200, "i", 300, 0, 0, 1, 100, 900),
    ),
    right(
        "an add-on ends the row", [INTRO | {"data_gb": 0.1}, addon("x", 1, 9, 1, "i", "X")],
        [200] * 2,
        (0, 0, "i", 100, 0, 0, 1, 100, 0),
        (0, 100, "x", 100, 0, 0, 1, 100, 900),
        (1, 200, "i", 300, 0, 0, 1, 100, 0),
        (1, 300, "x", 100, 0, 0, 1, 100, 900),
    ),
    right(
        "an add-on is no first purchase at its provider",
        [plan("b", 1, 1, 0.1, "B"), addon("x", 1, 9, 1, "b", "A"), INTRO], [200, 100],
        (0, 0, "b", 100, 0, 0, 1, 100, 0),
        (0, 100, "x", 100, 0, 0, 1, 100, 900),
        (1, 200, "i", 100, 0, 0, 1, 100, 900),
    ),
    right(
        "no new customer", [INTRO], [100], (0, 0, "i", 300, 0, 0, 1, 100, 900), new_customer=False,
    ),
    right(
        "for new customers only, at their price",
        [INTRO | {"intro_new_customer_only": "yes"}, plan("k", 2, 1, 1)], [100] * 2,
        (0, 0, "i", 100, 0, 0, 1, 100, 900),
        (1, 100, "k", 200, 0, 0, 1, 100, 900),
    ),
    right(
        "a free plan whose cycles follow one another", [plan("f", 0, 1, 1, renew_early="no")],
        [100] * 2,
        (0, 0, "f", 0, 0, 0, 1, 100, 900),
        (1, 100, "f", 0, 0, 0, 1, 100, 900),
    ),
    # activation at each move, 0.25 a payment, 0.10 a cycle; 2.5 % of 1.10 are 2.75 cents
    right(
        "fees",
        [
            plan("a", 1.1, 1, 1, "A", activation_fee_usd=2, fee_per_payment_usd=0.25),
            plan("b", 1.1, 1, 1, "B", activation_fee_usd=3, fee_percent=2.5),
            plan("c", 1.1, 1, 1, "B", fee_per_cycle_usd=0.1, min_commitment_cycles=2),
        ],
        [100] * 6,
        (0, 0, "a", 110, 225, 0, 1, 100, 900),
        (1, 100, "a", 110, 25, 0, 1, 100, 900),
        (2, 200, "b", 110, 303, 0, 1, 100, 900),
        (3, 300, "c", 220, 20, 0, 2, 200, 1800),
        (5, 500, "a", 110, 225, 0, 1, 100, 900),
    ),
    # an add-on pays no activation, is no move and has no new customer's price
    right(
        "fees of an add-on",
        [BASE | {"activation_fee_usd": 2},
         TOP_UP | {"provider": "X", "activation_fee_usd": 5, "fee_per_payment_usd": 0.5,
                   "intro_price_usd": 0.5},
         plan("k", 1, 1, 1, activation_fee_usd=7)],
        [300] * 3,
        (0, 0, "base", 300, 200, 0, 2, 500, 0),
        (1, 500, "x", 100, 50, 0, 2, 200, 0),
        (2, 700, "k", 100, 0, 0, 1, 200, 800),
    ),
    # 5 % of 1.10 are 5.5 cents; the fee is not taxed
    right(
        "tax",
        [plan("a", 1.1, 1, 1, tax_included="no", fee_per_payment_usd=1),
         plan("b", 1.1, 1, 1, tax_included="unknown"), plan("c", 1.1, 1, 1)],
        [100] * 3,
        (0, 0, "a", 110, 100, 6, 1, 100, 900),
        (1, 100, "b", 110, 0, 6, 1, 100, 900),
        (2, 200, "c", 110, 0, 0, 1, 100, 900),
        tax_rate=0.05,
    ),
    # tax of 5.00 and of 2.00 charged by use
    right(
        "tax on charges by use", [BY_USE | {"tax_included": "no"}], [200],
        (0, 0, "u", 700, 0, 70, 1, 200, None), tax_rate=Fraction(1, 10),
    ),
    right(
        "bother changes nothing", [A], [100], (0, 0, "a", 100, 0, 0, 1, 100, 900),
        per_purchase_usd=3, per_move_usd=5,
    ),
    # day 5 begins at 1500 MB
    right(
        "one cycle at a time", [CARRIER, A], [300] * 6,
        (0, 0, "c", 100, 0, 0, 2, 500, 0),
        (1, 500, "a", 100, 0, 0, 4, 1000, 0),
        (5, 1500, "c", 100, 0, 0, 1, 300, 200),
    ),
    right(
        "one that may be renewed early", [CARRIER | {"renew_early": "yes"}], [300] * 3,
        (0, 0, "c", 100, 0, 0, 2, 500, 0),
        (1, 500, "c", 100, 0, 0, 2, 400, 100),
    ),
    right(
        "several cycles", [TWICE], [200] * 4, (0, 0, "twice", 600, 0, 0, 4, 800, 200),
    ),
    right(
        "the rest of several cycles is given up", [TWICE, A], [300] * 4,
        (0, 0, "twice", 600, 0, 0, 2, 500, 500),
        (1, 500, "a", 100, 0, 0, 3, 700, 300),
    ),
    right(
        "add-ons one after another", [BASE, TOP_UP], [300] * 3,
        (0, 0, "base", 300, 0, 0, 2, 500, 0),
        (1, 500, "x", 100, 0, 0, 2, 200, 0),
        (2, 700, "x", 100, 0, 0, 1, 200, 0),
    ),
    right(
        "an add-on at a provider of one cycle at a time",
        [CARRIER, addon("x", 1, 30, 1, "other; c", "C")], [300] * 3,
        (0, 0, "c", 100, 0, 0, 2, 500, 0),
        (1, 500, "x", 100, 0, 0, 2, 400, 600),
    ),
    # the add-on ends with the base's days
    right(
        "an add-on ends with its base", [BASE, TOP_UP | {"data_gb": 5}], [300] * 4,
        (0, 0, "base", 300, 0, 0, 2, 500, 0),
        (1, 500, "x", 100, 0, 0, 2, 400, 4600),
        (3, 900, "base", 300, 0, 0, 1, 300, 200),
    ),
    # 500 of the 600 MB of the first cycle; the second begins on day 2, at 600 MB
    right(
        "add-ons reach the next cycle", [TWICE, addon("x", 1, 30, 1, "twice")], [300] * 4,
        (0, 0, "twice", 600, 0, 0, 4, 1000, 0),
        (1, 500, "x", 100, 0, 0, 1, 100, 900),
        (3, 1100, "x", 100, 0, 0, 1, 100, 900),
    ),
    right(
        "an add-on charged by use, and another", [BASE | {"data_gb": 0.1}, TOP_UP,
                                                  TOP_UP | {"plan_id": "y", "per_gb_usd": 10}],
        [200, 200],
        (0, 0, "base", 300, 0, 0, 1, 100, 0),
        (0, 100, "y", 200, 0, 0, 1, 100, None),
        (1, 200, "x", 100, 0, 0, 1, 200, 0),
    ),
]

NEW_ONLY = plan("a", 1, 1, 1, intro_new_customer_only="yes")
LASTS = (0, 0, "a", 100, 0, 0, 1, 100, 900)
NEXT = (1, 100, "a", 100, 0, 0, 1, 100, 900)
NEW = "is for new customers only"
LEFT_OUT = "cannot be counted on"
NO_BASE = "is an add-on: it needs a plan whose data runs out before its days"

WRONG = [
    wrong("a plan that is not there", [A], [100], LEFT_OUT, (0, 0, "z", 100, 0, 0, 1, 100, 900)),
    wrong("no price", [A | {"price_usd": None}], [100], LEFT_OUT, LASTS),
    wrong("no number of days", [A | {"validity_days": None}], [100], LEFT_OUT, LASTS),
    wrong("no amount of data", [A | {"data_gb": None}], [100], LEFT_OUT, LASTS),
    wrong("no data at full speed", [unlimited("a", 1, 9, premium_data_gb=0)], [100], LEFT_OUT,
          LASTS),
    wrong("unlimited that nobody promises", [unlimited("a", 1, 9)], [100], LEFT_OUT,
          (0, 0, "a", 100, 0, 0, 1, 100, None)),
    wrong("charged by use for several cycles", [BY_USE | {"min_commitment_cycles": 2}], [100],
          LEFT_OUT, (0, 0, "u", 1100, 0, 0, 1, 100, None)),
    wrong("slow data that is too slow",
          [A | {"after_cap": "throttled", "after_cap_kbps": 256}], [700] * 2, "mb_used",
          (0, 0, "a", 100, 0, 0, 2, 1400, None), slow_ok_kbps=512),
    wrong("slow data that is cut off", [A | {"after_cap": "cut_off", "after_cap_kbps": 512}],
          [700] * 2, "mb_used", (0, 0, "a", 100, 0, 0, 2, 1400, None), slow_ok_kbps=512),
    wrong("for new customers, twice", [NEW_ONLY], [100] * 2, f"Purchase 2: a {NEW}", LASTS, NEXT),
    wrong("for new customers, after another plan", [NEW_ONLY, plan("k", 1, 1, 1)], [100] * 2,
          f"Purchase 2: a {NEW}", (0, 0, "k", 100, 0, 0, 1, 100, 900), NEXT),
    wrong("for new customers, by an old one", [NEW_ONLY], [100], f"Purchase 1: a {NEW}", LASTS,
          new_customer=False),
    wrong("free, twice", [plan("a", 0, 1, 1, kind="mvno")], [100] * 2, f"Purchase 2: a {NEW}",
          (0, 0, "a", 0, 0, 0, 1, 100, 900), (1, 100, "a", 0, 0, 0, 1, 100, 900)),
    wrong("a new customer's price a time too often", [INTRO], [100] * 3,
          "Purchase 3: price_cents is 100, but should be 300",
          (0, 0, "i", 100, 0, 0, 1, 100, 900), (1, 100, "i", 100, 0, 0, 1, 100, 900),
          (2, 200, "i", 100, 0, 0, 1, 100, 900)),
    wrong("a new customer's price after another plan", [INTRO, plan("k", 1, 1, 1)], [100] * 2,
          "Purchase 2: price_cents is 100, but should be 300",
          (0, 0, "k", 100, 0, 0, 1, 100, 900), (1, 100, "i", 100, 0, 0, 1, 100, 900)),
    wrong("a new customer's price, by an old one", [INTRO], [100], "price_cents",
          (0, 0, "i", 100, 0, 0, 1, 100, 900), new_customer=False),
    wrong("a list price where a new customer's is due", [INTRO], [100],
          "price_cents is 300, but should be 100", (0, 0, "i", 300, 0, 0, 1, 100, 900)),
    wrong("a second cycle before the first ends", [CARRIER], [300] * 3,
          "Purchase 2: c cannot be bought before 900 MB", (0, 0, "c", 100, 0, 0, 2, 500, 0),
          (1, 500, "c", 100, 0, 0, 2, 400, 100)),
    wrong("another plan before the first ends", [CARRIER, plan("k", 1, 9, 1, "C")], [300] * 6,
          "Purchase 2: k cannot be bought before 1500 MB", (0, 0, "c", 100, 0, 0, 2, 500, 0),
          (1, 500, "k", 100, 0, 0, 4, 1000, 0), (5, 1500, "c", 100, 0, 0, 1, 300, 200)),
    wrong("back before the first ends", [CARRIER, plan("b", 1, 1, 1, "B")], [300] * 3,
          "Purchase 3: c cannot be bought before 900 MB", (0, 0, "c", 100, 0, 0, 2, 500, 0),
          (1, 500, "b", 100, 0, 0, 1, 100, 900), (2, 600, "c", 100, 0, 0, 1, 300, 200)),
    wrong("back before the last of several cycles ends", [TWICE | {"renew_early": "no",
                                                                   "data_gb": 0.2}, B], [300] * 4,
          "Purchase 3: twice cannot be bought before 1200 MB",
          (0, 0, "twice", 600, 0, 0, 1, 200, 200),
          (0, 200, "b", 200, 0, 0, 2, 400, 4600), (2, 600, "twice", 600, 0, 0, 1, 200, 200),
          (2, 800, "b", 200, 0, 0, 2, 400, 4600)),
    wrong("left early, and back before its days end",
          [BY_USE | {"renew_early": "no"}, plan("b", 1, 1, 1, "B")], [100] * 3,
          "Purchase 3: u cannot be bought before 300 MB", (0, 0, "u", 600, 0, 0, 1, 100, None),
          (1, 100, "b", 100, 0, 0, 1, 100, 900), (2, 200, "u", 600, 0, 0, 1, 100, None)),
    wrong("an add-on alone", [TOP_UP], [100], NO_BASE, (0, 0, "x", 100, 0, 0, 1, 100, 100)),
    wrong("an add-on without a base named", [BASE, TOP_UP | {"addon_for": None}], [600], NO_BASE,
          (0, 0, "base", 300, 0, 0, 1, 500, 0), (0, 500, "x", 100, 0, 0, 1, 100, 100)),
    wrong("an add-on for another base", [BASE, TOP_UP | {"addon_for": "bas;ebase"}], [600],
          NO_BASE, (0, 0, "base", 300, 0, 0, 1, 500, 0), (0, 500, "x", 100, 0, 0, 1, 100, 100)),
    wrong("an add-on before its base has run out", [BASE, TOP_UP], [300, 300],
          "Purchase 2: at_mb is 300, but should be 500", (0, 0, "base", 300, 0, 0, 1, 300, 200),
          (1, 300, "x", 100, 0, 0, 1, 200, 0), (1, 500, "x", 100, 0, 0, 1, 100, 100)),
    wrong("an add-on after its base's days", [BASE, TOP_UP], [100] * 4, f"Purchase 2: x {NO_BASE}",
          (0, 0, "base", 300, 0, 0, 3, 300, 200), (3, 300, "x", 100, 0, 0, 1, 100, 100)),
    wrong("an add-on on top of what was left with a day",
          [BY_USE, TOP_UP | {"addon_for": "u"}], [100] * 2, f"Purchase 2: x {NO_BASE}",
          (0, 0, "u", 600, 0, 0, 1, 100, None), (1, 100, "x", 100, 0, 0, 1, 100, 100)),
    wrong("an add-on when its base is not the plan bought last", [BASE, TOP_UP, B], [600] * 3,
          f"Purchase 3: x {NO_BASE}", (0, 0, "base", 300, 0, 0, 1, 500, 0),
          (0, 500, "b", 200, 0, 0, 2, 700, 4300), (2, 1200, "x", 100, 0, 0, 1, 200, 0),
          (2, 1400, "b", 200, 0, 0, 1, 400, 4600)),
    wrong("a free add-on", [BASE, TOP_UP | {"price_usd": 0, "renew_early": "no"}], [600], LEFT_OUT,
          (0, 0, "base", 300, 0, 0, 1, 500, 0), (0, 500, "x", 0, 0, 0, 1, 100, 100)),
    wrong("an add-on for several cycles", [BASE, TOP_UP | {"min_commitment_cycles": 2}], [600],
          LEFT_OUT, (0, 0, "base", 300, 0, 0, 1, 500, 0), (0, 500, "x", 200, 0, 0, 1, 100, 300)),
    wrong("an add-on beyond its base's days", [BASE, TOP_UP | {"data_gb": 5}], [300] * 4,
          "Purchase 2: mb_used is 700, but should be 400", (0, 0, "base", 300, 0, 0, 2, 500, 0),
          (1, 500, "x", 100, 0, 0, 3, 700, 4300)),
    wrong("a next cycle that is not paid for", [BASE | {"validity_days": 2},
                                                TOP_UP | {"data_gb": 1}], [300] * 4,
          "Purchase 1: mb_used is 1000, but should be 500",
          (0, 0, "base", 300, 0, 0, 4, 1000, 0), (1, 500, "x", 100, 0, 0, 1, 100, 900),
          (3, 1100, "x", 100, 0, 0, 1, 100, 900)),
    wrong("a next cycle before the first has ended", [TWICE], [300] * 4,
          "Day 1 has no data from 500 MB on", (0, 0, "twice", 600, 0, 0, 4, 1200, 0)),
    wrong("left with a day though it could go on", [A, B], [100] * 2,
          "Purchase 1: mb_used is 100, but should be 200",
          LASTS, (1, 100, "b", 200, 0, 0, 1, 100, 4900)),
    wrong("charged by use and left in the middle of a day", [BY_USE, A], [100] * 2,
          "Purchase 1: mb_used is 150, but should be 200", (0, 0, "u", 650, 0, 0, 2, 150, None),
          (1, 150, "a", 100, 0, 0, 1, 50, 950)),
    wrong("nothing bought", [A], [0, 100], "Day 1 has no data from 0 MB on"),
    wrong("the last day is not served", [plan("a", 1, 1, 1)], [100] * 3,
          "Day 2 has no data from 200 MB on", LASTS, NEXT),
    wrong("bought when all is served", [A], [100] * 2, "Purchase 2: a is not needed",
          (0, 0, "a", 100, 0, 0, 2, 200, 800), (1, 200, "a", 100, 0, 0, 1, 100, 900)),
    wrong("the first purchase dropped", [plan("a", 1, 1, 1)], [100] * 2,
          "Purchase 1: at_mb is 100, but should be 0", NEXT),
    wrong("two purchases swapped", [plan("a", 1, 1, 1)], [100] * 2,
          "Purchase 1: at_mb is 100, but should be 0", NEXT, LASTS),
]


@pytest.mark.parametrize("case", named(RIGHT))
def test_right_schedules_pass(case):
    assert check(case, case.rows) == []


def one_cell_changed(rows):
    """All tables with one number changed by one, or taken away."""
    for place, row in enumerate(rows):
        for column, cell in enumerate(row):
            others = ["other"] if isinstance(cell, str) else [0, 1]
            if isinstance(cell, int):
                others = [cell - 1, cell + 1, None]
            for other in others:
                changed = (*row[:column], other, *row[column + 1:])
                yield place, COLUMNS[column], [*rows[:place], changed, *rows[place + 1:]]


@pytest.mark.parametrize("case", named(RIGHT))
def test_every_cell_counts(case):
    """Each cell but the plan follows from the plans bought and from where they begin."""
    plans = pd.DataFrame(case.plans)
    for place, column, forged in one_cell_changed(case.rows):
        sentences = check_schedule(plans, case.need_mb, table(forged), **case.options)
        assert any(f"Purchase {place + 1}: " in sentence for sentence in sentences), column


@pytest.mark.parametrize("case", named(RIGHT))
def test_every_purchase_counts(case):
    """The MB used add up to the need: no purchase can be missing, none can be there twice."""
    for place in range(len(case.rows)):
        assert check(case, case.rows[:place] + case.rows[place + 1:])
        assert check(case, case.rows[:place] + case.rows[place:place + 1] + case.rows[place:])


@pytest.mark.parametrize("case", named(WRONG))
def test_wrong_schedules_are_told(case):
    assert case.words in " ".join(check(case, case.rows))


def test_a_schedule_is_read_by_its_purchases():
    bought = table([(0, 0, "a", 100, 0, 0, 1, 100, 900)])
    schedule = SimpleNamespace(purchases=bought, total_cents=100)
    assert check_schedule(pd.DataFrame([A]), [100], schedule) == []
    assert check_schedule(pd.DataFrame([A]), [200], schedule)


@pytest.mark.parametrize("missing", [None, float("nan"), pd.NA])
def test_nothing_to_be_left_over_may_be_written_in_any_way(missing):
    rows = table([(0, 0, "u", 600, 0, 0, 1, 100, missing)])
    assert check_schedule(pd.DataFrame([BY_USE]), [100], rows) == []


def test_a_sentence_names_the_purchase_what_is_there_and_what_should_be():
    rows = table([(0, 0, "a", 99, 0, 0, 2, 1000, 0), (1, 1000, "a", 100, 0, 7, 1, 400, 600)])
    assert check_schedule(pd.DataFrame([A]), [700] * 2, rows) == [
        "Purchase 1: price_cents is 99, but should be 100.",
        "Purchase 2: tax_cents is 7, but should be 0.",
    ]


def test_the_sentences_are_in_the_language_of_the_notebook(monkeypatch):
    monkeypatch.setattr(Refusal, "spoken", "zh-CN")
    rows = table([(0, 0, "a", 99, 0, 0, 2, 1000, 0)])
    assert check_schedule(pd.DataFrame([A]), [700] * 2, rows) == [
        "第 1 次购买：price_cents 写的是 99，应为 100。",
        "第 1 天（从零数起），用到 1000 MB 之后没有流量可用。",
    ]


# ------------------------------------------------------------------------------- random markets


def forge(rng, plans, rows):
    """(what was done, the rows with something in them that the rule does not allow).

    Nothing is forged that might be right by chance:

    * a number: each follows from the plans and from where the purchases begin; where they begin
      follows from the plans and, after one charged by use, from the MB that it has used
    * a plan: only for one whose price can never be the one that stands there
    * a purchase taken away or written twice: the MB used no longer add up to the need
    * the order of the rows: the points no longer rise
    * all but day and point of two neighbours exchanged: only where no add-on is bought and they
      do not use the same MB, so that the first does not end where the second begins
    """
    place = rng.randrange(len(rows))
    row, at_once = rows[place], {plan["plan_id"]: plan for plan in plans}
    rest = rows[:place], rows[place + 1:]
    ways = ["number"] * 6 + ["gone", "twice"]
    others = [name for name, plan in at_once.items() if never_costs(plan, row["price_cents"])]
    ways += ["plan"] * bool(others) * 3
    if place + 1 < len(rows):
        follower = rows[place + 1]
        ways += ["order"]
        no_addon = all(at_once[row["plan_id"]]["kind"] != "addon" for row in rows)
        ways += ["exchanged"] * (no_addon and row["mb_used"] != follower["mb_used"]) * 3
    way = rng.choice(ways)
    if way == "number":
        way = column = rng.choice([name for name in COLUMNS if name != "plan_id"])
        number = 0 if pd.isna(row[column]) else row[column] + rng.choice([-1, 1, -100, 100])
        changed = [{**row, column: number}]
    elif way == "plan":
        changed = [{**row, "plan_id": rng.choice(others)}]
    elif way == "exchanged":
        kept = [{name: one[name] for name in ("day", "at_mb")} for one in (row, follower)]
        changed = [{**follower, **kept[0]}, {**row, **kept[1]}]
        rest = rest[0], rest[1][1:]
    elif way == "order":
        changed, rest = [follower, row], (rest[0], rest[1][1:])
    else:
        changed = [row] * 2 * (way == "twice")
    return way, [*rest[0], *changed, *rest[1]]


def never_costs(plan, cents):
    """Whether no purchase of it costs so much, charges by use apart."""
    prices = [plan.get("price_usd"), plan.get("intro_price_usd")]
    cycles = plan.get("min_commitment_cycles") or 1
    near = [abs(100 * price * cycles - cents) < 1 for price in prices if price is not None]
    return plan.get("per_gb_usd") is None and not any(near)


def test_answers_pass_and_forged_ones_do_not():
    from random_markets import frame, random_market

    seeds = iter(range(20 * CASES))
    answered = 0
    while answered < CASES:
        seed = next(seeds)
        rng = random.Random(f"check {seed}")
        plans, need_mb, options = random_market(rng, months=rng.random() < 0.25)
        try:
            schedule = prepaid.cheapest_schedule(frame(plans), need_mb, **options)
        except prepaid.NoSchedule:
            continue
        assert check_schedule(frame(plans), need_mb, schedule, **options) == [], seed
        rows = schedule.purchases.to_dict("records")
        if not rows:
            continue
        answered += 1
        way, forged = forge(rng, plans, rows)
        assert check_schedule(frame(plans), need_mb, table(forged), **options), (seed, way, forged)
