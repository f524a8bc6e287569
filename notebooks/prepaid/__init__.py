"""Choosing and renewing a prepaid US data package: the tutorial's helper package.

The names below are what a reader's notebook calls. Each is imported when it is first used, so that
``import prepaid`` costs next to nothing.
"""

from importlib import import_module

_HOMES = {
    "CatalogError": "catalogue.faults",
    "load_catalog": "catalogue.plans",
    "lesson_frame": "catalogue.lesson_frame",
    "read_broadband_labels": "catalogue.labels",
    "daily_need_mb": "catalogue.usage",
    "spread_mb": "catalogue.usage",
    "NoSchedule": "schedule",
    "Schedule": "schedule",
    "cheapest_schedule": "schedule",
    "break_even": "analysis.sizes",
    "compare_sizes": "analysis.sizes",
    "first_purchases": "analysis.first_purchase",
    "NextStep": "analysis.next_step",
    "next_step": "analysis.next_step",
    "number_line": "analysis.number_line",
    "firmness": "analysis.firmness",
    "check_schedule": "analysis.check_schedule",
    "renewal_calendar": "analysis.calendar_file",
    "Refusal": "i18n",
    "tutorial": "lesson",
}
__all__ = sorted(_HOMES)


def __getattr__(name: str):
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
