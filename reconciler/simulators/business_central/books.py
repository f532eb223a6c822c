"""What the company holds: lines of its journals, and entries of its ledger. Copied whole, to lag or to roll back."""

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

STEP = 10_000
"""From one line's number to the next."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a journal. `by` is `app`, or `person` once somebody has corrected it."""

    id: str
    journal: str
    values: Mapping[str, Any] = field(repr=False)
    version: int
    by: str = "app"
    written: int = 1

    @property
    def tag(self) -> str:
        """Its etag, as OData writes it."""
        return f'W/"{self.version}"'

    def shown(self) -> dict[str, Any]:
        """The line as readers see it: what stands below it is shown to those who expand it, which nobody here does."""
        own = {name: value for name, value in self.values.items() if name != "dimensionSetLines"}
        return {"@odata.etag": self.tag, "id": self.id, "journalId": self.journal, **own}


@dataclass
class Books:
    """`lines` by id, in the order of arrival; `entries` as they were posted, never changed; and `posted`, the lines
    that they were: an entry itself keeps no reference of another party.
    """

    lines: dict[str, Line] = field(default_factory=dict)
    entries: list[dict[str, Any]] = field(default_factory=list)
    posted: list[Line] = field(default_factory=list)
    version: int = 100

    def copy(self) -> "Books":
        """Books that can be changed without changing these; lines never change."""
        return Books(dict(self.lines), list(self.entries), list(self.posted), self.version)

    def add(self, journal: str, values: Mapping[str, Any], line_id: str) -> Line:
        """A new line, behind all others where it has no number of its own."""
        last = max((each.values["lineNumber"] for each in self.of(journal)), default=0)
        self.version += 1
        numbered = {"lineNumber": last + STEP, **values}
        line = Line(line_id or str(uuid.uuid4()), journal, numbered, self.version)
        self.lines[line.id] = line
        return line

    def change(self, line: Line, values: Mapping[str, Any], by: str = "app") -> Line:
        """Other values in some fields."""
        self.version += 1
        changed = replace(line, values={**line.values, **values}, version=self.version, by=by, written=line.written + 1)
        self.lines[line.id] = changed
        return changed

    def of(self, journal: str) -> Iterator[Line]:
        """The lines of a journal, oldest first."""
        return (each for each in self.lines.values() if each.journal == journal)

    def post(self, journal: str) -> int:
        """Move all lines of a journal to the ledger; how many."""
        lines = list(self.of(journal))
        for line in lines:
            self.entries.append(_entry(line, len(self.entries) + 1))
            self.posted.append(line)
            del self.lines[line.id]
        return len(lines)


def _entry(line: Line, number: int) -> dict[str, Any]:
    """An entry has no document number of another party: that is why ours must be in `documentNumber`."""
    amount = line.values.get("amount", 0)
    kept = {
        name: line.values.get(name, "") for name in ("postingDate", "documentNumber", "accountNumber", "description")
    }
    return {
        "id": str(uuid.uuid4()),
        "entryNumber": number,
        **kept,
        "debitAmount": max(amount, 0),
        "creditAmount": max(-amount, 0),
    }
