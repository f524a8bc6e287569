"""What the tables hold, in numbers: written into datapackage.json, where a diff shows a change."""

from collections import Counter

from checks import gates
from checks.files import Files


def taken(files: Files) -> dict:
    """Rows of each table, plans and providers by kind, dates, and the rows of each cited file."""
    plans = files.rows("plans")
    dates = sorted(plan["as_of"] for plan in plans if plan["as_of"])
    kinds = Counter(plan["kind"] for plan in plans)
    providers = {kind: len({plan["provider"] for plan in plans if plan["kind"] == kind})
                 for kind in sorted(kinds)}
    return {
        "rows": {name: len(rows) for name, rows in files.tables.items()},
        "plans_by_kind": dict(sorted(kinds.items())),
        "providers_by_kind": providers,
        "plans_by_status": dict(sorted(Counter(
            plan["status"] or "current" for plan in plans).items())),
        "oldest_plan": dates[0] if dates else "",
        "newest_plan": dates[-1] if dates else "",
        "undated_plans": len(plans) - len(dates),
        "source_rows": gates.counted(files),
    }
