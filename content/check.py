"""Check every content file, in seconds and before anything is written.

    python content/check.py
    python content/check.py --sources   also tells how many rows of each cited file were taken

Tables against content/datapackage.json, TOML files against their schemas, both languages of every
text, string and lesson, the code of the exercises, and what a catalogue needs: sources that stay,
dates, no amount of money in a note, every provider covered, no row of a cited file lost. All
faults are told at once, each with its file, its place, what stands there and what is allowed.
Warnings stop nothing.
`content/build.py` does the same first and stops at a fault.
"""

import argparse
import datetime as dt
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "notebooks"))
if __name__ == "__main__":  # jsonschema would load a grammar of addresses, which takes a second
    sys.modules["rfc3987_syntax"] = None

import fresh  # noqa: E402
from checks import exercises, gates, lessons, shapes, voice  # noqa: E402
from checks.files import Fault, Files  # noqa: E402

CONTENT = ROOT / "content"
CHECKS = (
    shapes.tables, shapes.schemas_of_files, shapes.languages, shapes.pairs_of_cells,
    shapes.strings, shapes.setting, lessons.pairs, gates.addresses, gates.plans, gates.facts,
    gates.names, gates.all_rows_counted, gates.providers, gates.copied_sources, gates.kept_days,
    gates.ways_to_ask, gates.rescue, gates.identifiers, exercises.mistakes, voice.voice,
    voice.italics,
)


def faults(folder: Path = CONTENT, checks=CHECKS) -> list[Fault]:
    """What is wrong in the content files of a folder, faults before warnings."""
    files = Files(folder)
    found, stopped = [], []
    for check in checks:
        told = {(one.file, one.place) for one in found}
        try:
            found += [one for one in check(files) if (one.file, one.place) not in told]
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            # A file lacks what this check looks at; the check of its form says so.
            says = f"the check {check.__name__} could not go on: {type(error).__name__}: {error}."
            stopped.append(Fault("check.py", says))
    found = [*files.faults, *found]
    if not any(not one.warning for one in found):
        found += stopped
    return sorted(dict.fromkeys(found), key=lambda one: one.warning)


def warnings_of_age(folder: Path = CONTENT) -> list[Fault]:
    """How old the prices are that can win an answer."""
    files = Files(folder)
    return list(gates.ages(files, fresh.winners(fresh.QUICK), dt.date.today()))


def sources(folder: Path = CONTENT) -> list[str]:
    """For each cited file of prices: rows taken, rows there, rows left out with a reason."""
    return [f"{there['taken']} taken of {sum(there.values())}, {there['left_out']} left out: {url}"
            for url, there in gates.counted(Files(folder)).items()]


def main(arguments: list[str] | None = None) -> int:
    """The command line; 1 where there is a fault."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--sources", action="store_true",
                        help="tell how many rows of each cited file were taken")
    if parser.parse_args(arguments).sources:
        print("\n".join(sources()))
    found = faults()
    stopping = [one for one in found if not one.warning]
    if not stopping:
        found += warnings_of_age()
    for one in found:
        print(one, file=sys.stderr if one in stopping else sys.stdout)
    print(f"{len(stopping)} faults, {len(found) - len(stopping)} warnings")
    return 1 if stopping else 0


if __name__ == "__main__":
    sys.exit(main())
