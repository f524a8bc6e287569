"""Asking for what may not be there: a schedule for a need that no sequence of purchases serves."""

from collections.abc import Callable

from prepaid.schedule import NoSchedule


def attempt(ask: Callable, *args, **options):
    """What ``ask`` gives, or the :class:`prepaid.NoSchedule` that it raises."""
    try:
        return ask(*args, **options)
    except NoSchedule as refusal:
        return refusal


def or_none(ask: Callable, *args, **options):
    """What ``ask`` gives; ``None`` where nothing covers the stay."""
    found = attempt(ask, *args, **options)
    return None if isinstance(found, NoSchedule) else found
