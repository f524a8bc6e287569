"""An independent reading of the rule: does a schedule say what the plans and the need make of it?

Nothing here or in ``checked_purchase`` comes from the search, and nothing asks for the cheapest.
"""

from fractions import Fraction
from numbers import Real

from prepaid.analysis.checked_purchase import CheckedPurchase, CheckedStay
from prepaid.i18n import Refusal, words


def check_schedule(plans, need_mb, schedule, *, start=None, slow_ok_kbps=None,
                   trust_unlimited=False, new_customer=True, tax_rate=0, per_purchase_usd=0,
                   per_move_usd=0, arrive=None, leave=None) -> list[str]:
    """What is wrong with a schedule, a sentence each; ``[]`` where all of it is right.

    The sentences are in the language of the notebook, English elsewhere.

    Every number of every purchase is worked out again from the plans. Whether another schedule is
    cheaper is not asked, so ``per_purchase_usd`` and ``per_move_usd`` change nothing.

    Args:
        plans: rows of a catalogue, as :func:`prepaid.load_catalog` returns them.
        need_mb: whole MB wanted on each day of the stay, one number per day.
        schedule: a ``Schedule`` of a stay, or a DataFrame with one row per purchase, in order:
            ``day`` (the first is 0), ``at_mb`` (MB of the stay used before), ``plan_id``,
            ``price_cents``, ``fee_cents``, ``tax_cents``, ``serves_days``, ``mb_used``,
            ``mb_unused`` (``None`` where nothing can be left over).
        start, slow_ok_kbps, trust_unlimited, new_customer, tax_rate, arrive, leave: what the
            schedule was made with; see :func:`prepaid.cheapest_schedule`.

    Raises:
        Refusal: one of the three is no such thing.

    Example:
        >>> plans, need_mb = prepaid.load_catalog(), [300] * 7
        >>> mine = prepaid.cheapest_schedule(plans, need_mb).purchases.copy()
        >>> prepaid.check_schedule(plans, need_mb, mine)
        []
        >>> mine.loc[0, "day"] = 1
        >>> prepaid.check_schedule(plans, need_mb, mine)
        ['Purchase 1: day is 1, but should be 0.']
    """
    table = getattr(schedule, "purchases", schedule)
    _check_given(plans, need_mb, table)
    table = table.astype(object)
    table = table.where(table.notna(), None).to_dict("records")
    names = [found.get("plan_id") for found in table]
    rows = plans[plans["plan_id"].isin(names)].to_dict("records")
    rows = {row["plan_id"]: row for row in rows}
    say = words(Refusal.spoken)
    stay, tax_rate = CheckedStay(need_mb, start, arrive, leave), Fraction(str(tax_rate))
    at, base, bought, blocked, wrong = 0, None, [], {}, []
    for number, found in enumerate(table, 1):
        row = rows.get(found.get("plan_id"), {})
        one = CheckedPurchase(row, slow_ok_kbps, trust_unlimited)
        if one.left_out or at == stay.mb:
            why = "not_needed" if at == stay.mb else "not_counted_on"
            wrong.append((number, say(f"checked.{why}", plan=found.get("plan_id"))))
            break
        first = new_customer and all(
            other.addon or other.provider != one.provider for other in bought)
        again = bool(bought) and bought[-1].name == one.name
        one.turn, one.new = (bought[-1].turn + 1, bought[-1].new) if again else (1, first)
        one.moves = not one.addon and (base is None or base.provider != one.provider)
        tops_up = base is not None and base.name in one.bases and base.has_run_out(at)
        until = 0 if one.addon else blocked.get(one.provider, 0)
        wrong += [(number, say(f"checked.{why}", plan=one.name, mb=until)) for why, broken in (
            ("only_new", one.only_new and not first),
            ("no_base", one.addon and not tops_up),
            ("too_early", at < until),
        ) if broken]
        one.begin(stay, at, base.ends[base.cycle] if tops_up else stay.mb)
        at = one.serve(at)
        if number < len(table):
            at = one.leave(at, table[number].get("at_mb"))
        if tops_up and at == base.ends[base.cycle]:
            at = base.serve(at)  # its next cycle, if another is paid for
        if not one.addon:
            base, blocked[one.provider] = one, one.ends[-1] if one.one_at_a_time else 0
        bought.append(one)
    for number, (found, one) in enumerate(zip(table, bought, strict=False), 1):
        wrong += [(number, say("checked.cell", column=column, found=found.get(column), due=value))
                  for column, value in one.due(tax_rate).items() if found.get(column) != value]
    unserved = [say("checked.unserved", day=stay.day(at), mb=at)] * (at < stay.mb)
    return [say("checked.purchase", n=number, what=what)
            for number, what in sorted(wrong)] + unserved


def _check_given(plans, need_mb, table) -> None:
    fits = {
        "plans": hasattr(plans, "columns") and "plan_id" in plans,
        "need_mb": hasattr(need_mb, "__len__") and all(isinstance(mb, Real) for mb in need_mb),
        "schedule": hasattr(table, "columns"),
    }
    for name, fit in fits.items():
        if not fit:
            raise Refusal(f"check_{name}")
