"""Rows whose fate is open: those left unknown are asked for before anything is sent, those sent until they are posted.

Class C (design.md 5): not before the request's life is over, everywhere the document can live, and absent only when
it was absent twice, a visibility window apart.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from reconciler.engine.pinned import PinnedExport
from reconciler.engine.world import World
from reconciler.ports import Adapter
from reconciler.runs.export import Open
from reconciler.runs.outcome import Lease, LookupFailed
from reconciler.runs.report import Failure, StreamReport
from reconciler.specs.scalars import seconds

AT_ONCE = 500
PATIENCE_S = 90
"""A run waits for a visibility window of at most this; a longer one is left to the next run."""


@dataclass(slots=True)
class Resolution:
    """One export's open rows within one run."""

    world: World
    export: PinnedExport
    adapter: Adapter
    lease: Lease
    report: StreamReport

    def resolve(self) -> str:
        """Settle what can be settled; the reason in words where the outside system could not be asked."""
        with self.world.points.around("sweep"):
            self.world.ledger.sweep(self.lease, self.export.stream, self.world.clock.now())
        return self._unknown() or self._sent()

    def _unknown(self) -> str:
        due = self._due()
        if not due or self.export.create.idempotency != "C":
            return ""
        if problem := self._ask(due):
            return problem
        window = seconds(self.export.create.visibility_delay)
        if (absent := self._due()) and window <= PATIENCE_S:
            self.world.clock.wait(window)
            return self._ask(absent)
        return ""

    def _due(self) -> list[Open]:
        """Unknown rows whose request cannot arrive any more."""
        life = timedelta(seconds=seconds(self.export.create.request_life))
        oldest = self.world.clock.now() - life
        found = self.world.ledger.open(self.export.stream, ["unknown"], AT_ONCE)
        # The request ended when the row became unknown at the latest, but the sweep may have been late: both count.
        return [each for each in found if each.sent_before <= oldest]

    def _sent(self) -> str:
        """What became of documents that were accepted and are not final yet."""
        waiting = self.world.ledger.open(self.export.stream, ["sent", "accepted"], AT_ONCE)
        return self._ask(waiting) if waiting and self.export.create.lookups else ""

    def _ask(self, asked: Sequence[Open]) -> str:
        findings = self.adapter.look_up(asked)
        if isinstance(findings, LookupFailed):
            return f"the outside system could not be asked what became of {len(asked)} documents"
        window = seconds(self.export.create.visibility_delay)
        now = self.world.clock.now()
        with self.world.points.around("settle"):
            counts = self.world.ledger.settle(self.lease, self.export.stream, asked, findings.found, now, window)
        for state, count in counts.items():
            self.report.counts[f"{state}_found" if state in {"sent", "absent", "not_applied"} else state] += count
        for each in asked:
            found = findings.found.get(each.reference)
            if found is not None and found.proves == "rejected_late":
                self._late(each, found.message)
        return ""

    def _late(self, row: Open, message: str) -> None:
        failure = Failure(row.category, row.record_id, row.number, "rejected_late", message)
        self.report.failures.append(failure)
