"""What is wrong with a table: each bad cell, and the refusal that names them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from prepaid.i18n import Refusal, Words, shortened


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault of a table, placed as a spreadsheet numbers its rows (the header is row 1)."""

    row: int  # the row; blank rows count
    column: str  # the column's name, empty where the whole row is at fault
    value: str  # the cell as it stands in the file
    code: str  # what is allowed there, the key `refusal.allowed_<code>` of the strings
    values: dict = field(default_factory=dict)  # what the placeholders of that sentence show
    or_empty: bool = False  # whether the cell may also be left empty

    def tell(self, words: Words) -> str:
        """Row, column, value and what is allowed, in the language of ``words``."""
        allowed = words(f"refusal.allowed_{self.code}", **self.values)
        if self.or_empty:
            allowed = words("refusal.allowed_or_empty", allowed=allowed)
        shape = "cell" if self.value else "cell_empty"
        if not self.column:
            shape = "row"
        return words(f"refusal.catalog_{shape}", row=self.row, column=self.column,
                     value=shortened(self.value), allowed=allowed)


class CatalogError(Refusal):
    """A table that cannot be used.

    Attributes:
        problems: every :class:`Problem` of its cells, by row, then column; empty where the file
            as a whole is refused.
    """

    def __init__(self, code: str, problems: Sequence[Problem] = (), **values):
        super().__init__(code, **values)
        self.problems = list(problems)

    def tell(self, words: Words) -> str:
        """What is wrong in one sentence, or how many cells are and the first of them; where
        columns are missing, also what the file has and how to rename it."""
        if self.problems:
            return words(f"refusal.{self.code}", first=self.problems[0].tell(words), **self.values)
        told = [super().tell(words)]
        if found := self.values.get("found"):
            told.append(words("refusal.catalog_columns_found", found=found))
        if nearest := self.values.get("nearest"):
            pairs = (words(f"refusal.heading_{'unit' if unit else 'name'}", found=found,
                           column=column, unit=unit) for found, column, unit in nearest)
            told.append(words("refusal.catalog_columns_nearest", pairs=pairs))
        if example := self.values.get("example_line"):
            told.append(words("refusal.catalog_columns_example", line=example))
        return words("text.space").join(told)

    def tell_all(self, words: Words) -> Iterator[str]:
        """Every problem as a sentence."""
        return (problem.tell(words) for problem in self.problems)
