"""Plans for cases that are reckoned by hand: travel eSIMs, unless the columns say otherwise."""


def plan(plan_id, price, days, gb, provider="A", **columns):
    """A travel eSIM, which may be renewed at any time unless the columns say otherwise."""
    return {
        "plan_id": plan_id, "provider": provider, "kind": "travel_esim", "price_usd": price,
        "validity_days": days, "data_gb": gb, "unlimited": "no", "tax_included": "yes", **columns,
    }  # fmt: skip


def addon(plan_id, price, days, gb, base, provider="A", **columns):
    return plan(plan_id, price, days, gb, provider, kind="addon", addon_for=base, **columns)


def no_expiry(plan_id, price, gb, provider="A", **columns):
    return plan(plan_id, price, None, gb, provider, cycle_unit="no_expiry", **columns)


def unlimited(plan_id, price, days, provider="A", **columns):
    return plan(plan_id, price, days, None, provider, **{"unlimited": "yes", **columns})
