"""What add-ons on top of one plan cost at least: held against every way to buy a few."""

import random
from itertools import combinations_with_replacement

import pytest

from prepaid.schedule.topping import TopUp, top_ups

MOST = 5  # add-ons in a way to top up


@pytest.mark.parametrize("seed", range(30))
def test_no_way_to_top_up_is_cheaper_than_a_row_that_holds_as_much(seed):
    rng = random.Random(f"topping {seed}")
    addons = [TopUp(rng.randint(1, 9), 1, 0, rng.choice([100, 300, 500, 1000, 2000]),
                    rng.choice([1, 2, 7, 30])) for _ in range(rng.randint(1, 4))]
    rows = top_ups(addons)
    assert rows[0].cents == min(one.cents for one in addons)
    for n in range(1, MOST + 1):
        for way in combinations_with_replacement(addons, n):
            cents, mb, days = (sum(one[place] for one in way) for place in (0, 3, 4))
            assert any(row.cents <= cents and row.mb >= mb and row.days >= days
                       for row in rows), (addons, way)
