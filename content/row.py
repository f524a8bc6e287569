"""Add a row to a table, or change cells of a plan, without counting commas.

    python content/row.py fees provider=Tello column=fee_per_payment_usd value=1 ...
    python content/row.py plans like=tello-2gb plan_id=tello-3gb data_gb=3 price_usd=12 ...
    python content/row.py plans at=tello-2gb status=gone "status_reason=Tello sells it no more." ...

`like` copies a row, but not what speaks of that one plan alone (notes, evidence, status). `at`
changes a row; the old cells go to content/price_history.csv. Nothing is written where the table
would have a fault; every fault is told.
"""

import datetime as dt
import difflib
import sys
from collections.abc import Mapping

import check
import fresh
from checks import gates, shapes
from checks.files import Files
from fresh import Slip

OWN = ("note", "note_zh", "evidence", "status", "status_reason", "status_reason_zh",
       "cross_check_url")
CHECKS = (shapes.tables, shapes.pairs_of_cells, gates.addresses, gates.plans, gates.facts,
          gates.names)


def write(table: str, cells: Mapping[str, str]) -> str:
    """Add a row to a table, or change one, and check it; a sentence that says what was done.

    ``cells`` are texts by column; also ``like`` or ``at``, a ``plan_id``. Slip says why nothing is
    written, a line for each fault.
    """
    files = Files(fresh.CONTENT)
    if table not in files.tables:
        raise Slip(f"There is no table “{table}”; there are {', '.join(files.tables)}")
    cells = {name: cell.strip() for name, cell in cells.items()}
    like, at = cells.pop("like", ""), cells.pop("at", "")
    if (like or at) and table != "plans":
        raise Slip("like and at name a plan, so they go with plans alone")
    before = fresh.read_rows(table)
    for name in cells:
        _known(name, list(before[0]))
    rows = [dict(row) for row in before]
    history = fresh.read_rows("price_history")
    if at:
        row = fresh.found_row(rows, at)
        new_history = history + _changes(row, cells)
        row |= cells
        says = f"{at}: {', '.join(cells)} changed; what stood there is in price_history.csv."
    else:
        copied = fresh.found_row(rows, like) if like else {}
        kept = {name: cell for name, cell in copied.items() if name not in OWN}
        rows.append({name: cells.get(name, kept.get(name, "")) for name in before[0]})
        new_history = history
        same = [f"{name}={cell}" for name, cell in kept.items() if cell and name not in cells]
        says = f"{table}.csv has a new row, {len(rows) + 1}." + (
            f" As in {like}, so check that it is true: {', '.join(same)}." if same else "")
    was = set(map(str, check.faults(fresh.CONTENT, CHECKS)))
    fresh.write_rows(table, rows)
    fresh.write_rows("price_history", new_history)
    faults = [one for one in check.faults(fresh.CONTENT, CHECKS)
              if not one.warning and str(one) not in was]
    if faults:
        fresh.write_rows(table, before)
        fresh.write_rows("price_history", history)
        raise Slip("\n".join(map(str, faults)))
    return f"{says} Now run: python content/check.py"


def _known(name: str, columns: list[str]) -> None:
    if name not in columns:
        near = difflib.get_close_matches(name, columns, 3, 0.4)
        raise Slip(f"There is no column “{name}”"
                   + (f"; near to it are {', '.join(near)}" if near else ""))


def _changes(row: Mapping[str, str], cells: Mapping[str, str]) -> list[dict[str, str]]:
    return [
        {"plan_id": row["plan_id"], "column": name, "old_value": row[name],
         "old_as_of": row["as_of"], "old_source_url": row["source_url"], "new_value": cell,
         "new_as_of": cells.get("as_of", row["as_of"]), "changed_on": dt.date.today().isoformat()}
        for name, cell in cells.items()
        if row[name] != cell and name not in ("evidence", "source_title", "source_title_zh")
    ]


def main(arguments: list[str] | None = None) -> int | str:
    """The command line; 0, or what went wrong."""
    given = sys.argv[1:] if arguments is None else arguments
    if len(given) < 2 or not all("=" in one for one in given[1:]):
        return __doc__
    try:
        print(write(given[0], dict(one.split("=", 1) for one in given[1:])))
    except Slip as slip:
        return f"Nothing is written.\n{slip}"
    return 0


if __name__ == "__main__":
    sys.exit(main())
