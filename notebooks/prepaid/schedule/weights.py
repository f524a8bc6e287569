"""What the choice goes by, as one number, so that sums and comparisons are those of integers."""

LEAST_TAX = 2**44 - 1  # more than the cents whose tax is in them in any schedule


def weight(
    cents: int, purchases: int = 0, moves: int = 0, taxed_in: int = 0, offers: int = 0
) -> int:
    """What the choice goes by, as one number: cents with bother, then offers to be avoided, then
    purchases, then moves, then the cents whose tax is in them, of which more is better. Weights of
    parts add up.

    >>> weight(1200, 2, 1) < weight(1200, 2, 1, -5) < weight(1200, 3) < weight(1200, 1, offers=1)
    True
    >>> weight(1200, 1, offers=1) < weight(1201)
    True
    """
    return ((((cents << 24) + offers << 24) + purchases << 24) + moves << 44) - taxed_in


def cents_of(weight: int) -> int:
    """The cents with bother in a weight of at least one purchase, or of none at all.

    >>> cents_of(weight(1200, 2, 1))
    1200
    """
    return weight >> 116


def purchases_of(weight: int) -> int:
    """The purchases in a weight.

    >>> purchases_of(weight(1200, 2, 1))
    2
    """
    return weight >> 68 & (1 << 24) - 1
