"""Ask the engine at every MB a day whether the stored break points leave out a change.

    python tests/scan_break_points.py esim 30 45    these stays; all of them take half an hour

Outside of the suite. The search for break points looks every 64 MB, which proves its ranges only
where no plan must end before its provider sells another one; this looks everywhere.
"""

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "notebooks"))

import prepaid
from prepaid.analysis import break_points as points


def main(arguments: list[str]) -> int:
    """Print what was left out; 1 where anything was."""
    needs = [one for one in arguments if one in points.NEEDS] or list(points.NEEDS)
    stays = [int(one) for one in arguments if one.isdigit()] or points.STAYS
    plans, wrong = prepaid.load_catalog(), 0
    for need in needs:
        offers, begun = points.offers_for(plans, need), time.monotonic()
        for days in stays:
            for row in points.break_points(plans, days, need).itertuples():
                for mb in range(row.from_mb, row.to_mb + 1):
                    found = points.answer_for(offers, days, mb)
                    if found.plan_ids != row.plan_ids:
                        wrong += 1
                        print(need, days, mb, found.plan_ids, "and not", row.plan_ids, flush=True)
        print(f"{need}: {len(stays)} stays, {time.monotonic() - begun:.0f} s", flush=True)
    print(f"{wrong} of {len(needs) * len(stays) * points.MOST_MB} answers differ")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
