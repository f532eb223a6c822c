"""The sheets of a report: what the rules declare, filled with what was counted. Rows are made anew at every reading."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any, assert_never

from reconciler.reports.checks import counties
from reconciler.reports.counting import Asked, Counted, Data, judged
from reconciler.reports.document import Cell, Column, Figure, Finding, Kind, Sheet
from reconciler.reports.judging import Judge
from reconciler.reports.sentences import AGELESS, CELL, HIDDEN, NOWHERE, SEVERITIES
from reconciler.reports.tally import hidden
from reconciler.specs.models.report_rules import ReportSheet

KINDS: Mapping[str, Kind] = {
    "day": "date", "participants": "whole", "new_participants": "whole", "minutes": "whole",
    "days": "whole", "counts": "boolean",
}  # fmt: skip
"""How values are written that are no text."""
GROUPS = {"counties": "county", "age_bands": "age_band", "branches": "branch"}
Keyed = tuple[str, Mapping[str, Any]]
"""What a row is known by within its sheet, and its values."""
Row = tuple[str, str, Sequence[Cell]]
"""The name of a sheet, what a row is known by within it, and its cells."""
MOST_PEERS = 10_000
"""Pseudonyms that are not made anew for each row."""


@dataclass(frozen=True, slots=True)
class Sheets:
    """Makes the sheets of one report."""

    asked: Asked
    found: Counted
    data: Data

    def figures(self) -> tuple[Figure, ...]:
        """The key figures in the order of the rules. A small number of people is not shown."""
        below, language = self.asked.report.suppress_below, self.asked.language
        made = []
        for tally in self.found.tallies.values():
            declared = tally.figure
            small = below is not None and declared.of == "members" and declared.value is None
            if small and 0 < tally.number() < (below or 0):
                value, note = None, HIDDEN[language].format(below=below)
            else:
                value, note = tally.value(), declared.note or ""
            made.append(Figure(declared.key, declared.label, value, declared.unit or "", note))
        return tuple(made)

    def suppressed(self) -> int:
        """How many numbers of groups are not shown."""
        rows = {"counties": self._counties, "age_bands": self._bands, "branches": self._branches}
        wanted = [each for each in self.asked.rules.sheets if each.rows in rows]
        return sum(self._hidden(each, [row for _, row in rows[each.rows]()]).count for each in wanted)

    def all(self, findings: Sequence[Finding]) -> tuple[Sheet, ...]:
        """The sheets in the order of the rules; `findings` are for the sheet of findings."""
        return tuple(self._sheet(each, findings) for each in self.asked.rules.sheets)

    def keyed(self) -> Iterator[Row]:
        """Every row of the sheets whose rows are held against each other one by one. Activities are read once."""
        held = [each for each in self.asked.rules.sheets if each.rows in (*GROUPS, "activities")]
        activities = []
        for declared in held:
            rows = self._rows(declared, ())
            cells = _Cells(self._head(), declared, self._not_shown(declared, rows))
            if declared.rows == "activities":
                activities.append((self._wanted(declared), cells))
            else:
                yield from ((declared.name, key, made) for key, made in cells.of(rows()))
        for kind, key, row in self._judged() if activities else ():
            for wanted, cells in activities:
                if kind in wanted:
                    yield cells.declared.name, key, cells.one(0, row)

    def _sheet(self, declared: ReportSheet, findings: Sequence[Finding]) -> Sheet:
        rows = self._rows(declared, findings)
        held = self._not_shown(declared, rows)
        columns = [
            Column(
                each.heading,
                self._kind(declared, each.value),
                each.summed and each.value not in held.columns,
                each.tallied,
            )
            for each in declared.columns
        ]
        return Sheet(declared.name, columns, partial(_unkeyed, _Cells(self._head(), declared, held), rows))

    def _not_shown(self, declared: ReportSheet, rows: Callable[[], Iterator[Keyed]]) -> "Hidden":
        return self._hidden(declared, [row for _, row in rows()]) if declared.rows in GROUPS else NOTHING

    def _rows(self, declared: ReportSheet, findings: Sequence[Finding]) -> Callable[[], Iterator[Keyed]]:
        match declared.rows:
            case "figures":
                return self._figures
            case "counties":
                return self._counties
            case "age_bands":
                return self._bands
            case "branches":
                return self._branches
            case "activities":
                return partial(self._activities, self._wanted(declared))
            case "findings":
                return partial(self._findings, findings)
            case _:
                assert_never(declared.rows)

    def _figures(self) -> Iterator[Keyed]:
        for each in self.figures():
            yield each.key, {"label": each.label, "value": each.value, "unit": each.unit, "note": each.note}

    def _counties(self) -> Iterator[Keyed]:
        """Each county that there was, with nobody in it too; and those whose county nobody knows, if there are any."""
        asked = self.asked
        for code in counties(asked):
            name = asked.county(code, asked.period.counted_on)
            yield code, {"county": code, "county_name": name, **self._numbers("county", code)}
        numbers = self._numbers("county", None)
        if any(numbers.values()):
            yield "-", {"county": None, "county_name": NOWHERE[asked.language], **numbers}

    def _bands(self) -> Iterator[Keyed]:
        for band in self.asked.rules.age_bands:
            yield band.key, {"age_band": band.label, **self._numbers("age_band", band.key)}
        numbers = self._numbers("age_band", None)
        if any(numbers.values()):
            yield "-", {"age_band": AGELESS[self.asked.language], **numbers}

    def _branches(self) -> Iterator[Keyed]:
        day = self.asked.period.counted_on
        for each in self.found.branches:
            own = {"branch_number": each["organization_number"], "county_name": self.asked.county(each["county"], day)}
            yield each["id"], {**each, **own, **self._numbers("branch", each["number"])}

    def _numbers(self, by: str, key: object) -> dict[str, Any]:
        return {each.figure.key: each.value((by, key)) for each in self.found.of("members")}

    def _wanted(self, declared: ReportSheet) -> frozenset[str | None]:
        """The kinds of a sheet. Activities of no known kind stand on the first one, so that somebody sees them."""
        every = {kind for version in self.asked.rules.versions for kind in version.kinds}
        first = next(each for each in self.asked.rules.sheets if each.rows == "activities")
        return frozenset([*(declared.kinds or every), *([None] if declared is first else [])])

    def _activities(self, kinds: frozenset[str | None]) -> Iterator[Keyed]:
        for kind, key, row in self._judged():
            if kind in kinds:
                yield key, row

    def _judged(self) -> Iterator[tuple[str | None, str, Mapping[str, Any]]]:
        """Read again, and judged again by a judge of its own: what was counted is never held."""
        asked, rules = self.asked, self.asked.rules
        judge = Judge(rules, asked.report.activity_types, asked.language)
        pseudonym = lru_cache(MOST_PEERS)(asked.pseudonym)
        for row in judged(asked, self.data, judge, Counter()):
            kind, day = row["kind"], row["day"]
            version = rules.version(day) if day else None
            label = version.kinds[kind].label if version and kind else row.get("type")
            name = asked.county(row["county"], day) if day else None
            peer = pseudonym(str(row["peer"])) if row["peer"] else None
            yield kind, row["id"], {**row, "kind": label, "peer": peer, "county_name": name}

    def _findings(self, findings: Sequence[Finding]) -> Iterator[Keyed]:
        for number, each in enumerate(findings):
            severity = SEVERITIES[each.severity][self.asked.language]
            yield str(number), {
                "severity": severity, "code": each.code, "message": each.message, "hint": each.hint,
            }  # fmt: skip

    def _head(self) -> Mapping[str, Cell]:
        asked = self.asked
        return {
            "organization_number": asked.organization_number,
            "organization": asked.organization,
            "year": str(asked.period.year),
        }

    def _kind(self, declared: ReportSheet, value: str) -> Kind:
        if declared.rows == "figures" and value == "value":
            return "decimal" if any(each.figure.divided_by for each in self.found.tallies.values()) else "whole"
        tally = self.found.tallies.get(value) if declared.rows in GROUPS else None
        if tally is not None:
            return "decimal" if tally.figure.divided_by else "whole"
        return KINDS.get(value, "text")

    def _hidden(self, declared: ReportSheet, rows: Sequence[Mapping[str, Any]]) -> "Hidden":
        """Which numbers of people are not shown, by column."""
        below = self.asked.report.suppress_below
        figures = [each.value for each in declared.columns if each.value in self.found.tallies]
        found = {each: hidden(dict(enumerate(row[each] for row in rows)), below) for each in figures}
        return Hidden({name: numbers for name, numbers in found.items() if numbers}, CELL[self.asked.language])


@dataclass(frozen=True, slots=True)
class Hidden:
    """By column: the positions of the rows whose number is not shown, and what stands there instead."""

    columns: Mapping[str, frozenset[int]]
    word: str = ""

    @property
    def count(self) -> int:
        """How many numbers are not shown."""
        return sum(map(len, self.columns.values()))


NOTHING = Hidden({})


@dataclass(frozen=True, slots=True)
class _Cells:
    """Makes the cells of a sheet's rows."""

    head: Mapping[str, Cell]
    declared: ReportSheet
    held: Hidden

    def one(self, position: int, row: Mapping[str, Any]) -> list[Cell]:
        """The cells of the row at `position`, counted from 0."""
        held, head = self.held, self.head
        if not held.columns:
            return [row[name] if (name := each.value) in row else head.get(name) for each in self.declared.columns]
        names = [each.value for each in self.declared.columns]
        return [
            held.word if position in held.columns.get(name, ()) else row.get(name, head.get(name)) for name in names
        ]

    def of(self, rows: Iterator[Keyed]) -> Iterator[tuple[str, list[Cell]]]:
        """Every row's key and cells."""
        for position, (key, row) in enumerate(rows):
            yield key, self.one(position, row)


def _unkeyed(cells: _Cells, rows: Callable[[], Iterator[Keyed]]) -> Iterator[Sequence[Cell]]:
    for _, made in cells.of(rows()):
        yield made
