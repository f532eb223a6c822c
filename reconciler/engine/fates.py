"""What became of a record that the ledger knows: the clauses of its newest document, and what may come of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reconciler.engine.decided import Decisions
from reconciler.engine.pinned import Pinned, PinnedExport, record_digest
from reconciler.runs.listed import UNKNOWN_CODE
from reconciler.runs.story import Clause, Due, Named, NextSync, Reasons, Told, question
from reconciler.runs.views import ExportRow, IntegrationView, WithheldRow
from reconciler.specs.languages import LANGUAGES

THERE = ("sent", "accepted", "posted", "never_posted", "drifted")
SETTLED = (
    *("sending", "sent", "accepted", "posted", "never_posted", "rejected", "rejected_late", "not_applied"),
    *("unknown", "held", "drifted", "voided"),
)
"""States that have a clause of their own."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The question, and what is known of the record without the app."""

    view: IntegrationView
    pinned: Pinned
    record_id: str
    rows: Sequence[ExportRow]
    withheld: Sequence[WithheldRow]
    next: NextSync
    decisions: Decisions

    def category(self, name: str) -> Named:
        """A category as people call it."""
        found = next((each.category for each in self.pinned.exports if each.stream.category == name), None)
        return Named(name, {each: found.label.said(each) for each in LANGUAGES} if found is not None else {})

    def target(self, name: str) -> Named:
        """What a target is called: `Accounts (entity 31007)`; one of another time has its name only."""
        if name not in {each.stream.target for each in self.pinned.exports}:
            return Named(name)
        where, label = self.pinned.whereabouts, self.pinned.kind.label
        return Named(name, {each: f"{label.said(each)} ({where})" for each in LANGUAGES})


@dataclass(frozen=True, slots=True)
class Found:
    """What the app says: the record, the criteria that it misses, and what of that keeps it from going."""

    export: PinnedExport
    record: Mapping[str, Any]
    missed: Reasons
    there: bool
    reasons: Reasons

    def changed(self, row: ExportRow) -> bool:
        """Whether what of the record matters to its document is another than when it was made.

        Without the installation's keys a digest with keyed hashes in it cannot be made again: then nothing is said.
        """
        known = bool(row.record_digest) and not self.export.hidden
        return known and row.record_digest != record_digest(self.record, self.export.used)


def ledgered(asked: Asked, found: Found, rows: Sequence[ExportRow]) -> Iterator[Clause]:
    """A record of which the ledger knows documents: the newest one's fate, and what may come of it."""
    latest = rows[-1]
    if latest.state == "not_applied" and found.reasons:
        yield Clause("withheld-before", {"reasons": found.reasons})
    if latest.state == "unknown" and found.export.create.idempotency in ("A", "B"):
        yield Clause("unknown-under-key", {"since": latest.changed_at, "next": asked.next})
    else:
        yield from told_of(asked, latest)
    if latest.state == "rejected":
        yield _again(latest, found, asked.next)
    if found.there and latest.state in THERE and found.changed(latest):
        yield Clause("changed-since")
    yield from asked.decisions.waits([row.id for row in rows])


def told_of(asked: Asked, row: ExportRow) -> Iterator[Clause]:
    """What the ledger says, or what a person said."""
    said = asked.decisions.clause(row, asked.next, asked.target(row.target))
    clauses = [said] if said is not None else list(_settled(asked, row))
    if row.purpose == "document":
        yield from clauses
    elif row.state == "voided":
        yield from (Clause("reversal-voided"), *clauses)
    else:
        yield from (Clause("reversing"), *clauses)
        if row.state in THERE:
            yield Clause("after-reversal", {"next": asked.next})


def _settled(asked: Asked, row: ExportRow) -> Iterator[Clause]:
    """What the ledger says. `rejected` is completed by what could make it go."""
    target, later = asked.target(row.target), row.next_attempt_at
    told = Told(row.message, row.code, row.field, row.origin)
    due = Due(asked.next, later if later is not None and later > row.changed_at else None)
    values = {"target": target, "number": row.number, "at": row.sent_at or row.changed_at, "since": row.changed_at}
    key = row.state if row.state in SETTLED else "other"
    yield Clause(key, values | {"told": told, "due": due, "state": row.state})
    if row.state == "held":
        yield question(row, asked.view.organization, target)


def _again(row: ExportRow, found: Found, sync: NextSync) -> Clause:
    """When a refused record goes again."""
    if found.reasons:
        return Clause("now-withheld", {"reasons": found.reasons})
    if found.changed(row):
        return Clause("again-record", {"next": sync})
    if row.mapping_digest != found.export.mapping_digest:
        return Clause("again-mapping", {"next": sync})
    return Clause("again-code" if row.code == UNKNOWN_CODE else "again-change")
