"""Cases reckoned by hand, point by point of the rule; the working stands beside each.

Every case is asked twice: of the brute force and of the package.
"""

from datetime import date, time
from typing import NamedTuple

import pandas as pd
import pytest

import prepaid
from brute_force import Uncovered, brute_force, brute_next_step, brute_number_line
from by_hand import addon, no_expiry, plan, unlimited
from package import by_package, next_step_by_package, number_line_by_package


class Case(NamedTuple):
    name: str
    plans: list
    need_mb: list
    expected: object  # total in cents, or Uncovered(day)
    purchases: str | None = None  # "plan@at_mb=cents with fees and tax", one after another
    options: dict = {}  # noqa: RUF012


def case(name, plans, need_mb, expected, purchases=None, **options):
    return Case(name, plans, need_mb, expected, purchases, options)


def in_short(rows):
    cents = ("price_cents", "fee_cents", "tax_cents")
    return " ".join(
        f"{row['plan_id']}@{row['at_mb']}={sum(row[name] for name in cents)}" for row in rows
    )


def agrees(answer, one):
    if isinstance(one.expected, Uncovered):
        assert answer == one.expected
        return
    assert not isinstance(answer, Uncovered)
    total, rows = answer
    assert total == one.expected
    if one.purchases is not None:
        assert in_short(rows) == one.purchases


def named(cases):
    return [pytest.param(one, id=one.name) for one in cases]


STAYS = [
    # ------------------------------------------------------------------------------ 1 use it up
    # 700 MB a day, 7000 in all, 1000 a package: bought at 0, 1000 (day 1), 2000 (day 2), ...
    # None lives longer than two of its seven days.
    case(
        "1 seven packages for ten days", [plan("a", 1, 7, 1)], [700] * 10, 700,
        "a@0=100 a@1000=100 a@2000=100 a@3000=100 a@4000=100 a@5000=100 a@6000=100",
    ),
    # 300 + 200 MB of one day; b alone would be 2.50
    case(
        "1 a change within a day", [plan("a", 1, 7, 0.3), plan("b", 2.5, 7, 0.5)], [500], 200,
        "a@0=100 a@300=100",
    ),
    # the amount at full speed is 0 MB: nothing is served, so it cannot be bought
    case(
        "1 at least one MB is served",
        [unlimited("a", 0.01, 7, premium_data_gb=0), plan("b", 3, 7, 1)], [100], 300, "b@0=300",
    ),
    case("1 nothing is wanted", [plan("a", 1, 7, 1)], [0, 0, 0], 0, ""),
    # day 0 wants nothing: the first purchase is on day 1, and its two days are days 1 and 2
    case(
        "1 days of no need are passed over", [plan("a", 1, 2, 1)], [0, 100, 100, 0], 100, "a@0=100"
    ),

    # ------------------------------------------------------------------------------ 2 its days
    # bought at 23:00, the first day is over at midnight
    case(
        "2 the day of purchase is the first", [plan("a", 1, 1, 1)], [100, 100], 200,
        "a@0=100 a@100=100", arrive=time(23),
    ),
    # 15:00 on day 0 + 168 h = 15:00 on day 7, after 14:00
    case(
        "2 eight dates in 168 hours", [plan("a", 9, 7, 50, cycle_unit="hours")], [100] * 8, 900,
        "a@0=900", arrive=time(15), leave=time(14),
    ),
    # On day 7 the 100 MB are used from 0:00 to 16:00, so 15/16 of them, 93.75, by 15:00: 93
    case(
        "2 whole MB, rounded down", [plan("a", 9, 7, 50, cycle_unit="hours")], [100] * 8, 1800,
        "a@0=900 a@793=900", arrive=time(15), leave=time(16),
    ),
    # From 12:00 to 12:00: 100 MB in the half day 0, 50 in the first half of day 1. From there
    # 12:00 on day 2, which ends at 12:00.
    case(
        "2 a day of 24 hours", [plan("a", 2, 1, 50, cycle_unit="hours")], [100, 100, 100], 400,
        "a@0=200 a@150=200", arrive=time(12), leave=time(12),
    ),
    # Bought at 8:00, two cycles of a day. Day 1 uses 3 MB, one by 8:00: cycle 1 ends at point
    # 10 + 1 = 11 (2 MB of its 12 are left). Cycle 2 ends at 8:00 on day 2, counted from 8:00, not
    # from the time of point 11: 10 + 3 + 1 = 14. The third purchase is at 14, its days end with
    # the stay (8:00 + 2 days is day 4).
    case(
        "2 cycles of hours follow each other exactly",
        [plan("a", 1, 1, 0.012, cycle_unit="hours", min_commitment_cycles=2)], [10, 3, 3], 400,
        "a@0=200 a@14=200", arrive=time(8),
    ),
    case(
        "2 March is one month", [plan("a", 10, 30, 50, cycle_unit="month")], [10] * 31, 1000,
        "a@0=1000", start=date(2027, 3, 1),
    ),
    # 1 February to 1 March is 28 days; 280 MB
    case(
        "2 February is one month", [plan("a", 10, 30, 50, cycle_unit="month")], [10] * 30, 2000,
        "a@0=1000 a@280=1000", start=date(2027, 2, 1),
    ),
    case(
        "2 without a date a month is 30 days", [plan("a", 10, 30, 50, cycle_unit="month")],
        [10] * 31, 2000, "a@0=1000 a@300=1000",
    ),
    # 31 January + 3 months = 30 April: 28 + 31 + 30 = 89 days
    case(
        "2 months are counted from the date of purchase",
        [plan("a", 10, 30, 50, cycle_unit="month", min_commitment_cycles=3)], [1] * 89, 3000,
        "a@0=3000", start=date(2027, 1, 31),
    ),
    # 0.03 GB a cycle, 1 MB a day: 28 MB by 28 February, then 31 MB in the 31 days to 31 March,
    # one more than 30. a twice is 40.00
    case(
        "2 the cycle of 31 days is a MB short",
        [
            plan("a", 10, 30, 0.03, cycle_unit="month", min_commitment_cycles=2),
            plan("b", 35, 90, 1, "B"),
        ],
        [1] * 59, 3500, "b@0=3500", start=date(2027, 1, 31),
    ),
    # bought anew on 28 February, the month ends on 28 March: 28 + 28 days
    case(
        "2 a new purchase has a date of its own", [plan("a", 10, 30, 50, cycle_unit="month")],
        [1] * 57, 3000, "a@0=1000 a@28=1000 a@56=1000", start=date(2027, 1, 31),
    ),
    # 30 November + 3 months = 28 February (30 is not there): 90 days
    case(
        "2 three months", [plan("a", 10, 90, 50, cycle_unit="month")], [1] * 91, 2000,
        "a@0=1000 a@90=1000", start=date(2026, 11, 30),
    ),
    case(
        "2 a month at least", [plan("a", 10, 28, 50, cycle_unit="month")], [1] * 31, 1000,
        "a@0=1000", start=date(2027, 3, 1),
    ),
    case("2 no expiry", [no_expiry("a", 5, 1)], [10] * 150, 1000, "a@0=500 a@1000=500"),

    # ------------------------------------------------------------------------------ 3 its data
    case(
        "3 data per day", [plan("a", 3, 3, 0.5, data_cap_per="day")], [500, 500, 500], 300,
        "a@0=300",
    ),
    # on day 1 the 501st MB is not served: the plan ends at 1000. A new one serves that MB with 499
    # left for the day, and the 500 of day 2.
    case(
        "3 a day's data runs out", [plan("a", 3, 3, 0.5, premium_data_period="day")],
        [500, 501, 500], 600, "a@0=300 a@1000=300",
    ),
    # 24 hours from 12:00: 100 MB on day 0 and, counted anew at midnight, 100 by 12:00 on day 1
    case(
        "3 a day begins at midnight",
        [plan("a", 3, 1, 0.1, cycle_unit="hours", data_cap_per="day")], [100, 200], 600,
        "a@0=300 a@200=300", arrive=time(12),
    ),
    case(
        "3 nothing runs out", [unlimited("a", 5, 30, premium_data_gb=5, after_cap="none")],
        [2000] * 30, 500, "a@0=500",
    ),
    # 60 GB with 5 GB at full speed: twelve times 5.00, so 25.00 is cheaper
    case(
        "3 unlimited with an amount at full speed",
        [unlimited("a", 5, 30, premium_data_gb=5), plan("b", 25, 30, 60, "B")], [2000] * 30, 2500,
        "b@0=2500",
    ),
    case(
        "3 unlimited with the amount in the other column", [unlimited("a", 5, 30) | {"data_gb": 5}],
        [1000] * 10, 1000, "a@0=500 a@5000=500",
    ),
    case("3 unlimited without a promise", [unlimited("a", 5, 30)], [0, 100], Uncovered(1)),
    case(
        "3 unlimited, trusted", [unlimited("a", 5, 30)], [9000] * 30, 500, "a@0=500",
        trust_unlimited=True,
    ),

    # c on day 0, then a's 100 MB of each day and t's 50 on the last; d alone is 4.60
    case(
        "3 an add-on on top of data per day",
        [plan("a", 3, 5, 0.1, data_cap_per="day"), addon("t", 0.5, 5, 0.05, "a"),
         plan("b", 4, 5, 9, "B"), plan("c", 1, 1, 9, "C", intro_new_customer_only="yes"),
         plan("d", 4.6, 6, 9, "D")],
        [5000, 100, 100, 100, 100, 150], 450, "c@0=100 a@5000=300 t@5500=50",
    ),

    # c for the five days, then a's 100 MB, then t; d alone is 4.20
    case(
        "3 an add-on of a month",
        [plan("a", 2, 30, 0.1, cycle_unit="month"), addon("t", 1, 30, 2.5, "a", cycle_unit="month"),
         plan("b", 3.5, 30, 5, "B"), plan("c", 1, 5, 9, "C", intro_new_customer_only="yes"),
         plan("d", 4.2, 30, 9, "D")],
        [1000] * 5 + [100] * 20, 400, "c@0=100 a@5000=200 t@5100=100", start=date(2027, 1, 1),
    ),

    # ------------------------------------------------------------------------------ 4 slow data
    case(
        "4 slow, but fast enough",
        [unlimited("a", 5, 30, premium_data_gb=1, after_cap="throttled", after_cap_kbps=128)],
        [1000] * 3, 500, "a@0=500", slow_ok_kbps=128,
    ),
    case(
        "4 too slow",
        [unlimited("a", 5, 30, premium_data_gb=1, after_cap="throttled", after_cap_kbps=128)],
        [1000] * 3, 1500, slow_ok_kbps=129,
    ),
    # fast enough, but the data is cut off: 3 x 5.00
    case(
        "4 not slowed at all",
        [plan("a", 5, 30, 1, after_cap="cut_off", after_cap_kbps=128)], [1000] * 3, 1500,
        slow_ok_kbps=128,
    ),
    # 10.00 + 2.00 a GB, at most 3.00; without slow data its 1.5 GB would have to be bought twice
    case(
        "4 charged by use, then slow",
        [
            plan("a", 10, 30, 1.5, per_gb_usd=2, usage_charge_cap_usd=3, after_cap_kbps=256),
        ],
        [1000] * 3, 1300, "a@0=1300", slow_ok_kbps=256,
    ),
    # 1.5 GB make 3.00, then 1.5 GB again: 2 x 13.00
    case(
        "4 charged by use, slow data not wanted",
        [
            plan("a", 10, 30, 1.5, per_gb_usd=2, usage_charge_cap_usd=3, after_cap_kbps=256),
        ],
        [1000] * 3, 2600, "a@0=1300 a@1500=1300",
    ),

    # ------------------------------------------------------------------------------ 5 charges
    # 101 MB at 3.33 a GB = 33.633 cents: 34
    case("5 up to the cent", [plan("a", 1, 30, None, per_gb_usd=3.33)], [101], 134, "a@0=134"),
    # Day 0: 10 MB = 1 cent. Day 1: 1000 MB would be 100 cents more, b is 30. b alone would be
    # 30 for day 0 and 30 for day 1.
    case(
        "5 left at the end of a day",
        [plan("a", 0.1, 30, None, per_gb_usd=1), plan("b", 0.3, 1, 1, "B")], [10, 1000], 41,
        "a@0=11 b@10=30",
    ),
    # 10 + min(101, 20) cents are less than 11 + 30
    case(
        "5 the cap",
        [
            plan("a", 0.1, 30, None, per_gb_usd=1, usage_charge_cap_usd=0.2),
            plan("b", 0.3, 1, 1, "B"),
        ],
        [10, 1000], 30, "a@0=30",
    ),
    case(
        "5 several cycles cannot be scheduled",
        [plan("a", 1, 30, None, per_gb_usd=1, min_commitment_cycles=2)], [100], Uncovered(0),
    ),

    # ------------------------------------------------------------------------------ 6 prices
    case(
        "6 several cycles at once", [plan("a", 4, 5, 1, min_commitment_cycles=3)], [100] * 15, 1200,
        "a@0=1200",
    ),
    # 3 x 1.6667 = 5.0001, 3 x 0.0167 = 0.0501
    case(
        "6 rounded once",
        [plan("a", 1.6667, 5, 1, min_commitment_cycles=3, fee_per_cycle_usd=0.0167)], [100] * 15,
        505,
    ),
    case(
        "6 a new customer's price, twice",
        [plan("a", 10, 30, 1, intro_price_usd=4, intro_cycles=2)], [1000] * 4, 2800,
        "a@0=400 a@1000=400 a@2000=1000 a@3000=1000",
    ),
    case(
        "6 the number of purchases is not known: one", [plan("a", 10, 30, 1, intro_price_usd=4)],
        [1000] * 2, 1400, "a@0=400 a@1000=1000",
    ),
    case(
        "6 no new customer", [plan("a", 10, 30, 1, intro_price_usd=4, intro_cycles=2)],
        [1000] * 2, 2000, new_customer=False,
    ),
    # a serves day 0 and blocks the provider on day 1, where t is the cheapest: t is another plan,
    # so the second a is 5.00. Alone, a and t: 1 + 1 + 5 + 1.
    case(
        "6 an add-on in between ends the row",
        [
            plan("a", 5, 2, 0.1, intro_price_usd=1, intro_cycles=3, renew_early="no"),
            addon("t", 1, 1, 0.1, "a"),
        ],
        [100] * 4, 800, "a@0=100 t@100=100 a@200=500 t@300=100",
    ),
    # two cycles at 4.00 at once, twice a new customer's price; then two at 10.00
    case(
        "6 a new customer's price of several cycles",
        [plan("a", 10, 1, 1, intro_price_usd=4, intro_cycles=2, min_commitment_cycles=2)],
        [10] * 6, 800 + 800 + 2000,
    ),
    # only one of the two can be the first at A: n first (1.00), then a without its price
    # three times 5.00, then 40.00 once
    case(
        "6 a new customer's price for the rest of a row",
        [plan("a", 100, 24, 9), plan("b", 101, 24, 9, "B"), plan("c", 102, 24, 9, "C"),
         plan("z", 40, 6, 9, "Z", intro_price_usd=5, intro_cycles=3)],
        [10] * 24, 5500, "z@0=500 z@60=500 z@120=500 z@180=4000",
    ),
    # two cycles of three days hold 300 MB for 60 MB a day: none runs out, so the price of 5.00 a
    # cycle can be had three times in 18 days, once every six; b is 50.00, a's next one 40.00
    case(
        "6 a new customer's price of several cycles, at a provider that sells one at a time",
        [
            plan("a", 20, 3, 0.3, min_commitment_cycles=2, intro_price_usd=5, intro_cycles=3,
                 renew_early="no"),
            plan("b", 50, 18, 9, "B"), plan("c", 25, 6, 9, "C"),
        ],
        [60] * 18, 3000, "a@0=1000 a@360=1000 a@720=1000",
    ),
    case(
        "6 the first purchase at a provider",
        [
            plan("a", 5, 1, 1, intro_price_usd=3),
            plan("n", 1, 1, 1, intro_new_customer_only="yes"),
        ],
        [100, 100], 600, "n@0=100 a@100=500",
    ),
    case(
        "6 for new customers only, at their price",
        [plan("n", 8, 1, 1, intro_new_customer_only="yes", intro_price_usd=3, intro_cycles=3)],
        [100], 300, "n@0=300",
    ),
    case(
        "6 once", [plan("n", 1, 1, 1, intro_new_customer_only="yes")], [100, 100], Uncovered(1)
    ),
    case(
        "6 a price of 0 once", [plan("f", 0, 1, 1), plan("a", 1, 1, 1)], [100] * 3, 200,
        "f@0=0 a@100=100 a@200=100",
    ),
    case(
        "6 free cycles that follow one another", [plan("f", 0, 1, 1, renew_early="no")], [100] * 3,
        0, "f@0=0 f@100=0 f@200=0",
    ),

    # ------------------------------------------------------------------------------ 7 fees
    case(
        "7 activation at a move, not at a renewal", [plan("a", 1, 1, 1, activation_fee_usd=2)],
        [100] * 3, 500, "a@0=300 a@100=100 a@200=100",
    ),
    # a lasts two days, its data one, and A is blocked meanwhile. a, then b for days 1 and 2
    # (2.00 + 0.50 and 2.00), then back to A: 1.25 once more. a b a b would be 7.50, b alone 8.50.
    case(
        "7 activation at each move",
        [
            plan("a", 1, 2, 0.1, activation_fee_usd=0.25, renew_early="no"),
            plan("b", 2, 1, 0.1, "B", activation_fee_usd=0.5),
        ],
        [100] * 4, 700, "a@0=125 b@100=250 b@200=200 a@300=125",
    ),
    # 2 x 1.00, 0.30 once, 2 x 0.05; 10 % of 2.00
    case(
        "7 per payment, per cycle, per cent",
        [
            plan(
                "a", 1, 1, 1, min_commitment_cycles=2, fee_per_payment_usd=0.3,
                fee_per_cycle_usd=0.05, fee_percent=10,
            )
        ],
        [10, 10], 200 + 30 + 10 + 20,
    ),
    # 10 % of 4.95 = 49.5 cents: 50
    case("7 half a cent up", [plan("a", 4.95, 1, 1, fee_percent=10)], [10], 545),
    # 5 % of 1.00 + 0.30 = 6.5 cents: 7
    case(
        "7 per cent of charges, too", [plan("a", 1, 1, None, per_gb_usd=3, fee_percent=5)], [100],
        137,
    ),
    # 1.00 + 0.40 + 0.10 (10 %), tax 10 % of 1.00: no activation for an add-on
    case(
        "7 an add-on's fees",
        [
            plan("a", 2, 5, 0.1),
            addon(
                "t", 1, 5, 0.1, "a", "B", activation_fee_usd=9, fee_per_payment_usd=0.4,
                fee_percent=10, tax_included="no",
            ),
        ],
        [200], 200 + 160, "a@0=200 t@100=160", tax_rate=0.1,
    ),

    # a alone is 1.00 less for the first week, but b for the second is 6.00 there and 11.00 after a
    case(
        "7 the dearer first saves a move",
        [plan("a", 10, 7, 9), plan("b", 6, 7, 9, "B", activation_fee_usd=5)], [100] * 14, 1700,
        "b@0=1100 b@700=600",
    ),

    # ------------------------------------------------------------------------------ 8 tax
    # 5 % of 0.50 = 2.5 cents: 3
    case("8 half a cent up", [plan("a", 0.5, 1, 1, tax_included="no")], [1], 53, tax_rate=0.05),
    case(
        "8 unknown is extra, fees are not taxed",
        [plan("a", 1, 1, 1, tax_included="unknown", activation_fee_usd=5)], [1], 100 + 500 + 20,
        tax_rate=0.2,
    ),
    # 20 % of 1.00 + 0.34 = 26.8 cents: 27
    case(
        "8 charges are taxed", [plan("a", 1, 1, None, per_gb_usd=3.4, tax_included="no")], [100],
        161, tax_rate=0.2,
    ),
    # 1.00 + 0.20 against 1.10 with tax
    case(
        "8 tax decides", [plan("a", 1, 1, 1, tax_included="no"), plan("b", 1.1, 1, 1, "B")], [1],
        110, "b@0=110", tax_rate=0.2,
    ),

    # ------------------------------------------------------------------------------ 9 bother
    # a twice: 2.00 + 2 x 1.00; b once: 2.50 + 1.00
    case(
        "9 per purchase", [plan("a", 1, 1, 1), plan("b", 2.5, 2, 1)], [10, 10], 250, "b@0=250",
        per_purchase_usd=1,
    ),
    # n (0.50), then b at B: 1.50 with two moves at 1.00 is 3.50; b twice is 2.00 + 1.00
    case(
        "9 per move",
        [
            plan("n", 0.5, 1, 1, intro_new_customer_only="yes"),
            plan("b", 1, 1, 1, "B"),
        ],
        [10, 10], 200, "b@0=100 b@10=100", per_move_usd=1,
    ),
    # the add-on is a purchase: 1 + 1 + 2 x 0.60 against 3.00 + 0.60
    case(
        "9 an add-on is a purchase",
        [plan("a", 1, 5, 0.1), addon("t", 1, 5, 0.1, "a"), plan("b", 2.55, 5, 0.2)], [200], 255,
        "b@0=255", per_purchase_usd=0.6,
    ),

    # ------------------------------------------------------------------------------ 10 one line
    # 5 GB are gone after 25 days, and nothing else can be bought for the other five
    case(
        "10 5 GB a month are no 6 GB", [plan("a", 5, 30, 5, renew_early="no")], [200] * 30,
        Uncovered(25),
    ),
    case("10 renewed early", [plan("a", 5, 30, 5, renew_early="yes")], [200] * 30, 1000),
    case(
        "10 not known, a small brand", [plan("a", 5, 30, 5) | {"kind": "mvno"}], [200] * 30,
        Uncovered(25),
    ),
    # c, of another provider, serves days 1 and 2, 100 MB each
    case(
        "10 nothing else at that provider",
        [plan("a", 1, 3, 0.1, renew_early="no"), plan("b", 0.5, 3, 0.2), plan("c", 4, 2, 1, "B")],
        [100] * 3, 100,  # b is 200 MB for 0.50, twice
        "b@0=50 b@200=50",
    ),
    case(
        "10 nothing else at that provider, all of them so",
        [
            plan("a", 1, 3, 0.1, renew_early="no"),
            plan("b", 0.5, 3, 0.2, renew_early="no"),
            plan("c", 4, 2, 1, "B"),
        ],
        [100] * 3, 450, "b@0=50 c@200=400",
    ),
    # Two cycles of two days, 150 MB each. a serves day 0 and blocks its provider until day 4, not
    # only until day 2: otherwise a could serve day 2 again, a c a c for 12.00. c is 4.00 a day.
    # a c c c has fewer moves than c c a c and c a c c, which are 14.00, too.
    case(
        "10 until the last cycle has ended",
        [
            plan("a", 1, 2, 0.15, renew_early="no", min_commitment_cycles=2),
            plan("c", 4, 1, 1, "B"),
        ],
        [150, 100, 150, 0, 200], 1400, "a@0=200 c@150=400 c@250=400 c@400=400",
    ),
    # a ends by its data at point 100 on day 0, by its days before day 3. Days 1 and 2 want
    # nothing: the points are the same.
    case(
        "10 the end is a point", [plan("a", 1, 3, 0.1, renew_early="no")], [100, 0, 0, 100], 200,
        "a@0=100 a@100=100",
    ),

    # ------------------------------------------------------------------------------ 11 cycles
    case(
        "11 each cycle has its full allowance",
        [plan("a", 1, 2, 0.1, min_commitment_cycles=2)], [50] * 4, 200, "a@0=200",
    ),
    # 100 of 150 MB; the cycle that is left on days 2 and 3 does not come back
    case(
        "11 the rest is given up",
        [plan("a", 1, 2, 0.1, min_commitment_cycles=2, renew_early="no")], [150, 0, 100],
        Uncovered(0),
    ),
    # t fills the gap to the end of the cycle (day 1 wants nothing), then the second cycle begins
    case(
        "11 an add-on reaches the next cycle",
        [
            plan("a", 1, 2, 0.1, min_commitment_cycles=2, renew_early="no"),
            addon("t", 0.5, 9, 0.05, "a"),
        ],
        [150, 0, 100], 250, "a@0=200 t@100=50",
    ),
    # a b (100 MB and 50) would cost the same and come first by name, but the 100 MB of day 2 would
    # be missing: a's second cycle does not come back, and a third purchase would be needed
    case(
        "11 other packages are no bridge",
        [
            plan("a", 0.1, 2, 0.1, min_commitment_cycles=2, renew_early="no"),
            plan("b", 1.2, 1, 0.15, "B"),
        ],
        [150, 0, 100], 140, "b@0=120 a@150=20",
    ),

    # ------------------------------------------------------------------------------ 12 add-ons
    # 300 MB of p0 last to 200 on day 1, the add-on of another provider serves the rest
    case(
        "12 an add-on of another provider",
        [
            plan("p0", 7, 10, 0.3), plan("p1", 6, 10, 0.3, "B"),
            addon("top", 2, 10, 2, "p0", "B"),
        ],
        [100, 300], 900, "p0@0=700 top@300=200",
    ),
    # 300 of 1300 MB are p0's
    case(
        "12 an add-on of another provider, nothing else",
        [plan("base", 15, 10, 0.3, "Acme"), addon("more", 5, 10, 2, "base", "Acme Mobile")],
        [300, 1000], 2000, "base@0=1500 more@300=500",
    ),
    # day 2 lies behind the base's days, so the add-on ends although it has data and days
    case(
        "12 with the base's cycle it ends",
        [plan("a", 7, 2, 0.1, renew_early="no"), addon("t", 2, 30, 1, "a")], [100] * 3, 1600,
        "a@0=700 t@100=200 a@200=700",
    ),
    # an add-on is not the first purchase at B; neither does it move the line
    case(
        "12 no first purchase at its provider",
        [
            plan("a", 3, 1, 0.1, activation_fee_usd=1), addon("t", 1, 1, 0.1, "a", "B"),
            plan("n", 1, 9, 0.2, "B", intro_new_customer_only="yes"),
        ],
        # 400 MB on one day; n (1.00) serves 200 of them, a and t the others: 3 + 1 + 1
        [400], 600, "a@0=400 t@100=100 n@200=100",
    ),
    # the rule of one cycle at a time does not hinder another add-on
    case(
        "12 one after another",
        [plan("a", 3, 5, 0.1, renew_early="no"), addon("t", 1, 1, 0.1, "a", renew_early="no")],
        [300], 500, "a@0=300 t@100=100 t@200=100",
    ),
    # Left at the end of day 0, a's data has not run out: t is no way on. a all through is 2.00 +
    # 2.00; a and t would be 2.00 + 0.20 + 0.10.
    case(
        "12 not on a plan that is left",
        [plan("a", 2, 9, 5, per_gb_usd=2), addon("t", 0.1, 9, 5, "a")], [100, 900], 400, "a@0=400",
    ),
    # the day's 100 MB end on day 0, the add-on serves until the base's two days are over
    case(
        "12 on a plan of data per day",
        [plan("a", 2, 2, 0.1, data_cap_per="day"), addon("t", 1, 9, 5, "a")], [200, 100, 50], 500,
        "a@0=200 t@100=100 a@300=200",
    ),
    case(
        "12 not for a price of 0", [plan("a", 2, 9, 0.1), addon("t", 0, 9, 5, "a")], [200], 400,
        "a@0=200 a@100=200",
    ),
    # a's data has run out, whatever becomes of t: 0.10 + 0.05 for the rest of day 0, then u
    case(
        "12 after an add-on that is left",
        [
            plan("a", 2, 9, 0.1), addon("t", 0.1, 9, None, "a", per_gb_usd=1),
            addon("u", 0.3, 1, 1, "a"),
        ],
        [150, 1000], 245, "a@0=200 t@100=15 u@150=30",
    ),
    # t names an add-on only, which is no base
    case(
        "12 an add-on is no base",
        [plan("a", 9, 9, 0.1), addon("s", 3, 9, 0.1, "a"), addon("t", 1, 9, 0.1, "s")], [300], 1500,
    ),

    # ------------------------------------------------------------------------------ 13 ties
    case(
        "13 fewer purchases", [plan("a", 1, 1, 1), plan("b", 2, 2, 1)], [10, 10], 200, "b@0=200"
    ),
    # a new customers' plan each at A and B, both 1.00; b may be bought once more, at 1.00
    case(
        "13 fewer moves",
        [plan("a", 1, 1, 1, intro_new_customer_only="yes"), plan("b", 1, 1, 1, "B")], [10, 10], 200,
        "b@0=100 b@10=100",
    ),
    case(
        "13 more of the price with tax",
        [plan("a", 1, 1, 1, tax_included="no"), plan("b", 1, 1, 1, "B")], [10], 100, "b@0=100",
    ),
    case(
        "13 the order of names", [plan("b", 1, 1, 1, "B"), plan("a", 1, 1, 1)], [10, 10], 200,
        "a@0=100 a@10=100",
    ),
    # a is had at its new customer's price first or last
    case(
        "13 the order of names, whichever is known first",
        [plan("a", 4, 3, 0.3, "B", intro_price_usd=2), plan("b", 3, 2, 0.3)], [300, 300, 100], 800,
        "a@0=200 b@300=300 b@600=300",
    ),

    # ------------------------------------------------------------------------------ 14 no cover
    # p0 (100 MB of day 0) and p1 (300 MB) get to day 1 at most: 300 of p1, then p2's 100 are not
    # to be had after p1; p2 (100) first, then p1 (300): 400. p0 as often as one likes: 100 MB a
    # purchase, all through. It has no new customers' price, so the stay is covered by p0 alone:
    # 13 x (2.00 + 0.10) is dearer than p1: 7.00 x 5; p2 first 8.00.
    case(
        "14 there is a way after all",
        [
            plan("p0", 2, 2, 0.1, per_gb_usd=1), plan("p1", 7, 30, 0.3, "B"),
            plan("p2", 8, 2, 0.1, "B", intro_new_customer_only="yes"),
        ],
        # thirteen times 100 MB at 2.10, the 300 of p1 at 7.00 being more than 6.30
        [300, 1000], 13 * 210,
    ),
    # the same where p0 and p1 may not be bought again before their days are over. Day 0: 300 MB.
    # p2 and p1 are both B's: p2 blocks nothing, p1 does. p2 + p1 + p0: 500 MB, day 1.
    case(
        "14 the first day for which nothing is left",
        [
            plan("p0", 2, 2, 0.1, per_gb_usd=1, renew_early="no"),
            plan("p1", 7, 30, 0.3, "B", renew_early="no"),
            plan("p2", 8, 2, 0.1, "B", intro_new_customer_only="yes"),
        ],
        [300, 1000], Uncovered(1),
    ),
    case("14 nothing at all", [plan("a", 1, None, 1)], [0, 0, 10], Uncovered(2)),
    # a serves days 0 and 1 (150 MB each), 100 of day 2
    case(
        "14 within a day", [plan("a", 1, 30, 0.4, renew_early="no")], [150] * 4, Uncovered(2)
    ),
]  # fmt: skip


@pytest.mark.parametrize("answer", [brute_force, by_package])
@pytest.mark.parametrize("one", named(STAYS))
def test_a_stay(one, answer):
    agrees(answer(one.plans, one.need_mb, **one.options), one)


@pytest.mark.parametrize("answer", [brute_force, by_package])
def test_all_that_is_said_of_a_purchase(answer):
    # Day 0 wants nothing. a: cycle 1 is days 1 to 3, 100 of its 200 MB a cycle used on day 1, all
    # of them on day 2; t serves 50 MB, the rest of day 2 and 40 MB of day 3; then cycle 2, days 4
    # to 6, of which two are within the stay: 20 MB. a: 2 x 3.00, 0.50 at the move, 5 % of 6.00,
    # tax 10 %; serves day 1 to 5. t, taxed too: 1.00, 0.05, 0.10.
    plans = [
        plan(
            "a", 3, 3, 0.2, min_commitment_cycles=2, activation_fee_usd=0.5, fee_percent=5,
            tax_included="no", renew_early="no",
        ),
        addon("t", 1, 30, 0.05, "a", fee_percent=5, tax_included="no"),
    ]  # fmt: skip
    assert answer(plans, [0, 100, 110, 40, 10, 10], tax_rate=0.1) == (
        600 + 80 + 60 + 100 + 5 + 10,
        [
            {
                "day": 1, "at_mb": 0, "plan_id": "a", "price_cents": 600, "fee_cents": 80,
                "tax_cents": 60, "serves_days": 5, "mb_used": 220, "mb_unused": 180,
            },
            {
                "day": 2, "at_mb": 200, "plan_id": "t", "price_cents": 100, "fee_cents": 5,
                "tax_cents": 10, "serves_days": 2, "mb_used": 50, "mb_unused": 0,
            },
        ],
    )  # fmt: skip


@pytest.mark.parametrize("answer", [brute_force, by_package])
@pytest.mark.parametrize(
    ("row", "mb_unused"),
    [
        (plan("a", 1, 3, 1), 1000 - 150),
        # three days of 0.1 GB
        (plan("a", 1, 3, 0.1, data_cap_per="day"), 300 - 150),
        # 15:00 to 15:00 on the third day after: parts of four days
        (plan("a", 1, 3, 0.1, data_cap_per="day", cycle_unit="hours"), 400 - 150),
        # 10 January to 10 February: 31 days
        (plan("a", 1, 30, 0.1, data_cap_per="day", cycle_unit="month"), 3100 - 150),
        (plan("a", 1, 3, 1, per_gb_usd=1), None),
        (unlimited("a", 1, 3, after_cap="none"), None),
        (no_expiry("a", 1, 0.1, data_cap_per="day"), None),
    ],
)
def test_what_is_left(row, mb_unused, answer):
    options = {"start": date(2027, 1, 10), "arrive": time(15)}
    _, (bought,) = answer([row], [70, 80], **options)
    assert (bought["mb_used"], bought["mb_unused"]) == (150, mb_unused)


def test_the_reason_why_a_day_is_not_covered():
    # what is missing on day 1 is data: the new customers' plan is not all that is left
    plans = [
        plan("p0", 2, 2, 0.1, renew_early="no"),
        plan("p1", 7, 30, 0.3, "B", renew_early="no"),
        plan("p2", 8, 2, 0.1, "B", intro_new_customer_only="yes"),
    ]
    with pytest.raises(prepaid.NoSchedule) as caught:
        prepaid.cheapest_schedule(pd.DataFrame(plans), [300, 1000])
    assert caught.value.day == 1
    assert caught.value.code != "only_new_customers"


@pytest.mark.parametrize(
    ("gb", "days"), [(10, 30), (1, 7), (5, 30), (1, 30), (3, 15), (20, 90), (2, 13)]
)
def test_a_stay_fits_the_package_of_its_size(gb, days):
    need_mb = prepaid.spread_mb(gb * 1000, days)
    assert sum(need_mb) == gb * 1000
    assert max(need_mb) - min(need_mb) <= 1
    plans = [plan("of-that-size", 5, days, gb), plan("larger", 6, days, gb + 1)]
    agrees(by_package(plans, need_mb), case("", plans, need_mb, 500, "of-that-size@0=500"))


# -------------------------------------------------------------------------------- a running line


class Running(NamedTuple):
    name: str
    plans: list
    state: dict  # of plan "r"
    need_mb: list
    expected: object
    purchases: str | None = None
    options: dict = {}  # noqa: RUF012


def running(name, plans, days_left, mb_left, need_mb, expected, purchases=None, paid=0, **options):
    state = {"days_left": days_left, "mb_left": mb_left, "paid_cycles_left": paid}
    return Running(name, plans, state, need_mb, expected, purchases, options)


# one cycle at a time, five days, 100 MB, 10.00
R = plan("r", 10, 5, 0.1, renew_early="no")

NEXT_STEPS = [
    running("nothing to buy", [R], 3, 100, [30, 30, 30], 0, ""),
    # 2 days, then r anew at no activation fee
    running(
        "staying is no move", [R | {"activation_fee_usd": 3}], 2, 100, [30] * 4, 1000, "r@60=1000"
    ),
    # its provider is not new: 10.00, not 1.00; f is not to be had at all. r's 100 MB are not enough
    # for days 1 and 2. b first, then r, would be two moves
    running(
        "not a new customer there",
        [R | {"intro_price_usd": 1}, plan("f", 0, 9, 9), plan("b", 0, 1, 1, "B")],
        1, 100, [10, 10, 95], 1000, "r@10=1000 b@110=0",
    ),
    # 50 MB on day 0, then nothing at A until day 2
    running("blocked until its days are over", [R], 2, 50, [100, 50, 50], Uncovered(0)),
    # b's 100 MB get through day 1; for day 2 another b is less than r
    running(
        "another package until then", [R, plan("b", 7, 9, 0.1, "B")], 2, 50, [100, 50, 70],
        1400, "b@50=700 b@150=700",
    ),
    running(
        "an add-on", [R, addon("t", 2, 30, 5, "r", "C")], 2, 50, [100, 50, 50], 1200,
        "t@50=200 r@150=1000",
    ),
    running(
        "the days have ended", [R, addon("t", 2, 30, 5, "r")], 0, 50, [10, 10], 1000, "r@0=1000"
    ),
    # days 0 and 1 of the running cycle, then two paid ones of five days: to day 11
    running(
        "paid cycles follow", [R], 2, 100, [10] * 13, 1000, "r@120=1000", paid=2
    ),
    # day 0: 50 + 100 MB missing until the end of day 1; b bridges, the paid cycle has days 2 to 6
    running(
        "a bridge", [R, plan("b", 7, 9, 1, "B")], 2, 50, [100, 100, 50, 50, 0, 0, 0], 700,
        "b@50=700", paid=1,
    ),
    # On day 2 the paid cycle's 100 MB are gone, and b, which would have had them, is gone, too.
    # Going back: b, r's 100 MB of day 2, then b again for 700 MB: 14.00. Giving the rest up: b
    # once for 950 MB: 7.00.
    running(
        "the rest is given up", [R, plan("b", 7, 9, 1, "B")], 2, 50, [100, 100, 800], 700,
        "b@50=700", paid=1,
    ),
    # b and t get through day 1, where the running cycle ends. Given up there, b's cycle goes on,
    # and t is enough on each day: 10.00 + 3 x 1.00. Back at r, 10 MB of day 2 are served, then b
    # has to be bought anew.
    running(
        "the rest is given up where an add-on ends with the cycle",
        [plan("r", 50, 5, 0.01), plan("b", 10, 10, 0.1, "B"), addon("t", 1, 1, 0.1, "b", "B")],
        2, 50, [100, 100, 100, 100], 1300, "b@50=1000 t@150=100 t@200=100 t@300=100", paid=1,
    ),
    # The bridge ends with day 1: b is charged 150 MB (0.15), the paid cycle serves day 2. Given up:
    # one b for 250 MB, 2.00 + 1.00 + 0.25.
    running(
        "a bridge that is charged by use",
        [R, plan("b", 2, 9, None, "B", per_gb_usd=1, activation_fee_usd=1)], 2, 50,
        [100, 100, 100], 315, "b@50=315", paid=1,
    ),
    # After the bridge the line is at A again: a is no move there, 4.00. b would be 7.00 + 6.00.
    # Cycle 2 ends with day 2.
    running(
        "after a bridge the line is back",
        [
            plan("r", 10, 1, 0.1, renew_early="yes", activation_fee_usd=9),
            plan("a", 4, 1, 1, activation_fee_usd=9),
            plan("b", 1, 1, 0.2, "B", activation_fee_usd=1),
        ],
        # day 0: 50 of 100 are missing. b 2.00; a (no move) 4.00. Day 1: paid cycle. Day 2: a 4.00
        # or b 2.00 (moved to again)
        1, 50, [100, 100, 1000], 600, "b@50=200 a@200=400", paid=1,
    ),
    # after the bridge, r's cycle is the one that add-ons can be bought for
    running(
        "add-ons after a bridge",
        [R, plan("b", 3, 2, 0.05, "B"), addon("t", 2, 30, 5, "r")], 1, 50, [100, 100, 100], 400,
        # t on day 0 (2.00), paid cycle on day 1, t on day 2
        "t@50=200 t@200=200", paid=1,
    ),
    # b bridges (1.00), then r's 100 MB of day 1, t for day 2: 2.00. b b b would be 5 x 1.00.
    running(
        "add-ons after a bridge of another provider",
        [R, plan("b", 1, 1, 0.05, "B"), addon("t", 2, 30, 5, "r")], 1, 50, [100, 100, 200], 300,
        "b@50=100 t@200=200", paid=1,
    ),
    # Day 0: 50 MB, 100 of b, 20 of u. Day 1: b's second cycle. Then the paid cycle begins, not b's
    # third. Given up, b would last to the end of day 2, and a second b would be needed.
    running(
        "a bridge of several cycles",
        [R, plan("b", 1, 1, 0.1, "B", min_commitment_cycles=3), addon("u", 1, 1, 1, "b")], 2, 50,
        [170, 100, 40, 40], 400, "b@50=300 u@150=100", paid=1,
    ),
    # r's provider is blocked until the paid cycle is over (days 1 to 5)
    running(
        "blocked until the last paid cycle is over",
        [R, plan("b", 20, 2, 1, "B")], 1, 10, [10, 110, 0, 0, 0, 0, 50], 3000,
        "b@110=2000 r@120=1000", paid=1,
    ),
    # 100 MB today, 100 on each of the two days after: three days of data per day
    running(
        "data per day", [R | {"data_cap_per": "day"}], 3, 30, [30, 100, 100], 0, "",
    ),
    running(
        "data per day, spent", [R | {"data_cap_per": "day", "renew_early": "yes"}], 3, 30,
        [31, 100, 100], 1000, "r@30=1000",
    ),
    # the running cycle ends with 14 February, the paid month with 14 March: 15 + 28 days
    running(
        "a paid month", [plan("r", 10, 30, 5, cycle_unit="month")], 15, 5000, [1] * 44, 1000,
        "r@43=1000", paid=1, start=date(2027, 1, 31),
    ),
]  # fmt: skip


@pytest.mark.parametrize("answer", [brute_next_step, next_step_by_package])
@pytest.mark.parametrize("one", named(NEXT_STEPS))
def test_a_next_step(one, answer):
    agrees(answer(one.plans, "r", need_mb=one.need_mb, **one.state, **one.options), one)


@pytest.mark.parametrize("answer", [brute_next_step, next_step_by_package])
def test_what_cycles_serve_until_a_bridge_ends(answer):
    """100 MB of b on day 0, 20 of u, 100 of b's second cycle on day 1, then the line's own."""
    one = next(one for one in NEXT_STEPS if one.name == "a bridge of several cycles")
    _, (b, u) = answer(one.plans, "r", need_mb=one.need_mb, **one.state)
    assert [(row["mb_used"], row["mb_unused"], row["serves_days"]) for row in (b, u)] == [
        (200, 100, 2), (20, 980, 1)]


# ---------------------------------------------------------------------------------- a number's line


def number(plan_id, price, days, provider="A", **columns):
    return plan(plan_id, price, days, 1, provider, **{"local_us_number": "yes", **columns})


NUMBER_LINES = [
    case("15 three cycles", [number("a", 3, 30)], 85, 900, "a a a"),
    case("15 grace at the end", [number("a", 3, 30, number_grace_days=60)], 90, 300, "a"),
    # alive until day 89, bought again by day 90
    case("15 grace in between", [number("a", 3, 30, number_grace_days=60)], 91, 600, "a a"),
    case("15 no number", [plan("a", 3, 30, 1), plan("b", 3, 30, 1, local_us_number="no")], 9,
         Uncovered(0)),
    # a once (1.00 for ten days), then b (4.00 + 0.50 for 20 days) from day 10; b twice is 8.50
    case(
        "15 moved by port",
        [
            number("a", 1, 10, intro_new_customer_only="yes"),
            number("b", 4, 20, "B", activation_fee_usd=0.5),
        ],
        30, 550, "a b",
    ),
    # a's grace does not help who moves, so a b would be 30 days. b a: 20 + 10 + 5 of grace
    case(
        "15 a port while it lasts",
        [
            number("a", 1, 10, number_grace_days=5, intro_new_customer_only="yes"),
            number("b", 4, 20, "B", activation_fee_usd=0.5),
        ],
        35, 550, "b a",
    ),
    case(
        "15 a port while it lasts, a day more",
        [
            number("a", 1, 10, number_grace_days=5, intro_new_customer_only="yes"),
            number("b", 4, 20, "B", activation_fee_usd=0.5),
        ],
        36, 850, "b b",
    ),
    # n first: 5.50 and two moves at 4.00; b twice: 8.50 and one
    case(
        "15 a port is bother",
        [
            number("n", 1, 10, intro_new_customer_only="yes"),
            number("b", 4, 20, "B", activation_fee_usd=0.5),
        ],
        30, 850, "b b", per_move_usd=4,
    ),
    case(
        "15 months", [number("a", 3, 30, cycle_unit="month")], 59, 600, "a a",
        start=date(2027, 1, 1),
    ),
    # from day 0, 15:00, to day 7, 14:00
    case(
        "15 hours", [number("a", 3, 7, cycle_unit="hours")], 8, 300, "a", arrive=time(15),
        leave=time(14),
    ),
    # five days of cycle, then two of grace: day 7 is the first without a number
    case(
        "15 the number is lost",
        [number("n", 1, 5, number_grace_days=2, intro_new_customer_only="yes")], 9, Uncovered(7),
    ),
    # data is not asked for, so it does not matter that nothing is known of it
    case(
        "15 unknown data",
        [number("a", 2, 30, min_commitment_cycles=3) | {"data_gb": None}], 90, 600, "a",
    ),
    case(
        "15 tax and fees", [number("a", 3, 30, fee_percent=10, tax_included="no")], 60,
        2 * (300 + 30 + 60), "a a", tax_rate=0.2,
    ),
    case("15 no expiry", [number("a", 3, None, cycle_unit="no_expiry")], 900, 300, "a"),
]  # fmt: skip


@pytest.mark.parametrize("answer", [brute_number_line, number_line_by_package])
@pytest.mark.parametrize("one", named(NUMBER_LINES))
def test_a_number_line(one, answer):
    found = answer(one.plans, one.need_mb, **one.options)
    if isinstance(one.expected, Uncovered):
        assert found == one.expected
    else:
        assert found[0] == one.expected
        assert " ".join(row["plan_id"] for row in found[1]) == one.purchases
        assert all(row.get("at_mb", 0) == row.get("mb_used", 0) == 0 for row in found[1])
