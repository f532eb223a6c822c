"""A record of the app becomes the values that are counted, by the organisation's own column mapping."""

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from reconciler.specs.models.report import COLUMNS, Report, ReportColumn, Source
from reconciler.specs.scalars import read_value

Raw = Mapping[str, Any]
Values = dict[str, Any]
MOST = 50
"""Different unknown values that are told apart; a column full of rubbish costs no more memory than that."""
LONGEST = 60


class Reader:
    """Reads the records of one source. `unknown` counts, by value and its name, what no lookup knows."""

    def __init__(self, report: Report, source: Source, zone: ZoneInfo) -> None:
        self._zone = zone
        self.unknown: Counter[tuple[str, str]] = Counter()
        columns = {name: report.column(source, name) for name in COLUMNS[source]}
        self._constants = {
            name: read_value(COLUMNS[source][name], each.value) for name, each in columns.items() if each.value
        }
        self._lookups = {name: each for name, each in columns.items() if each.lookup is not None}
        self._kinds = {name: kind for name, kind in COLUMNS[source].items() if columns[name].field is not None}

    def read(self, raw: Raw) -> Values:
        """The values of one record; None where the app has none, or nobody knows what it means."""
        values: Values = dict(self._constants)
        for name, kind in self._kinds.items():
            given = raw[name]
            if (column := self._lookups.get(name)) is not None:
                given = self._meant(name, kind, column, given)
            values[name] = self._typed(kind, given)
        return values

    def _meant(self, name: str, kind: str, column: ReportColumn, given: Any) -> Any:
        assert column.lookup is not None
        written = _word(given)
        text = column.lookup.get(written, column.other)
        if text is None:
            if written:
                self._note(name, written)
            return None
        return read_value(kind, text)

    def _note(self, name: str, written: str) -> None:
        key = (name, written[:LONGEST])
        self.unknown[key if key in self.unknown or len(self.unknown) < MOST else (name, "…")] += 1

    def _typed(self, kind: str, given: Any) -> Any:
        match kind:
            case "text":
                return (given if isinstance(given, str) else _word(given)).strip() or None
            case "date" if isinstance(given, datetime):
                return given.astimezone(self._zone).date()
            case "date":
                return given if isinstance(given, date) else None
            case _:
                return given


def _word(value: Any) -> str:
    """A value as a spec writes it."""
    if value is None:
        return ""
    return ("true" if value else "false") if isinstance(value, bool) else str(value)
