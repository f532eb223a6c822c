"""Key figures: a count, a count of different values, or a sum, of all rows and of each group."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from reconciler.specs.models.report_rules import KeyFigure

Group = tuple[str, Any]
ALL: Group = ("", "")
_HALF = Decimal("0.1")


class Tally:
    """One figure over rows that are taken one by one; `by` are the values that groups are made of."""

    def __init__(self, figure: KeyFigure, by: Sequence[str] = ()) -> None:
        self.figure = figure
        self._by = by
        self._where = [(name, frozenset(_meant(words))) for name, words in figure.where.items()]
        self._numbers: dict[Group, int] = {}
        self._different: dict[Group, set[object]] = {}

    def take(self, row: Mapping[str, Any]) -> None:
        """Count a row, if it meets the figure's conditions."""
        for name, words in self._where:
            if row.get(name) not in words:
                return
        self._add(ALL, row)
        for name in self._by:
            self._add((name, row.get(name)), row)

    def _add(self, group: Group, row: Mapping[str, Any]) -> None:
        match self.figure.aggregate:
            case "count":
                self._numbers[group] = self._numbers.get(group, 0) + 1
            case "sum":
                self._numbers[group] = self._numbers.get(group, 0) + (row.get(self.figure.value or "") or 0)
            case "distinct":
                given = row.get(self.figure.value or "")
                several = given if isinstance(given, Collection) and not isinstance(given, str) else [given]
                self._different.setdefault(group, set()).update(each for each in several if each is not None)

    def number(self, group: Group = ALL) -> int:
        """The figure of a group, undivided."""
        if self.figure.aggregate == "distinct":
            return len(self._different.get(group, ()))
        return self._numbers.get(group, 0)

    def value(self, group: Group = ALL) -> int | Decimal:
        """The figure of a group, as it is shown: to one decimal, half up, where it is divided."""
        number = self.number(group)
        if self.figure.divided_by is None:
            return number
        return (Decimal(number) / self.figure.divided_by).quantize(_HALF, ROUND_HALF_UP)


def hidden(numbers: Mapping[Any, int], below: int | None) -> frozenset[Any]:
    """The groups whose numbers are not shown: those from 1 to below `below`.

    One alone would be known from the total, so that the next smallest is hidden with it.
    """
    if below is None:
        return frozenset()
    small = {group for group, number in numbers.items() if 0 < number < below}
    rest = sorted((number, str(group), group) for group, number in numbers.items() if number >= below)
    return frozenset(small | ({rest[0][2]} if len(small) == 1 and rest else set()))


def _meant(words: Sequence[str]) -> Iterator[str | bool]:
    """What words of a spec mean among a row's values: texts, and yes and no."""
    yield from words
    yield from (word == "true" for word in words if word in ("true", "false"))
