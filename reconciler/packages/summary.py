"""What the rows of a sheet add up to, gathered while they pass by: all that the PDF says of a large sheet."""

from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal

from reconciler.packages.cells import cleaned, norwegian
from reconciler.reports.document import Cell, Sheet

MOST_VALUES = 40
"""So many values of a tallied column are told apart; what comes later is counted as OTHERS."""
OTHERS = "andre"
SMALL = 30
"""Rows of a sheet that is printed as it is."""


class Summary:
    """Rows, totals of the summed columns, and how often each value stands in the tallied ones."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.rows = 0
        self.first: list[Sequence[Cell]] = []
        """The first rows, one more than SMALL at most."""
        self._sums: dict[int, int | Decimal] = {n: 0 for n, each in enumerate(sheet.columns) if each.summed}
        self._tallies: dict[int, Counter[str]] = {n: Counter() for n, each in enumerate(sheet.columns) if each.tallied}

    def row(self, cells: Sequence[Cell]) -> None:
        """Count one row. A word in the place of a number, and nothing, add nothing."""
        self.rows += 1
        if self.rows <= SMALL + 1:
            self.first.append(cells)
        for place, total in self._sums.items():
            cell = cells[place]
            if isinstance(cell, int | Decimal):
                self._sums[place] = total + cell
        for place, tally in self._tallies.items():
            value = norwegian(cells[place])
            if value:
                tally[value if value in tally or len(tally) < MOST_VALUES else OTHERS] += 1

    @property
    def places(self) -> Mapping[int, int | Decimal]:
        """The total of each summed column by its place."""
        return self._sums

    @property
    def totals(self) -> Mapping[str, int | Decimal]:
        """The total of each summed column by its heading."""
        return {cleaned(self.sheet.columns[place].heading): total for place, total in self._sums.items()}

    @property
    def tallies(self) -> Mapping[str, Sequence[tuple[str, int]]]:
        """How often each value stands in a tallied column, by its heading: the most frequent first."""
        return {
            cleaned(self.sheet.columns[place].heading): sorted(tally.items(), key=lambda each: (-each[1], each[0]))
            for place, tally in self._tallies.items()
            if tally
        }
