"""Rows whose fate is open: those left unknown are asked for before anything is sent, those sent until they are posted.

Class C (design.md 5): not before the request's life is over, everywhere the document can live, and absent only when
it was absent twice, a visibility window apart.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from reconciler.engine.held import Line
from reconciler.engine.pinned import PinnedExport
from reconciler.engine.world import World
from reconciler.runs.export import Open
from reconciler.runs.outcome import (
    Answer,
    CredentialRefused,
    Findings,
    Lease,
    LookupFailed,
    RequestRefused,
    Stop,
    Wait,
)
from reconciler.runs.report import Failure, StreamReport
from reconciler.specs.scalars import seconds

AT_ONCE = 500
WAITS = 5
PATIENCE_S = 90
"""A run waits for a visibility window of at most this; a longer one is left to the next run."""


@dataclass(slots=True)
class Resolution:
    """One export's open rows within one run."""

    world: World
    export: PinnedExport
    line: Line
    lease: Lease
    report: StreamReport
    stopped: str = ""
    hint: str = ""
    again_later: bool = False

    def resolve(self) -> None:
        """Settle what can be settled. `stopped` says why where the outside system could not be asked."""
        with self.world.points.around("sweep"):
            self.world.ledger.sweep(self.lease, self.export.stream, self.world.clock.now())
        self._unknown()
        if not self.stopped:
            self._sent()
            self._say_open()

    def _unknown(self) -> None:
        due = self._due()
        if not due or not self.export.create.can_be_asked:
            return
        self._ask(due)
        window = seconds(self.export.create.visibility_delay)
        if not self.stopped and (absent := self._due()) and window <= PATIENCE_S:
            self.world.clock.wait(window)
            self._ask(absent)

    @property
    def _life(self) -> timedelta:
        return timedelta(seconds=seconds(self.export.create.request_life))

    def _due(self) -> list[Open]:
        """Unknown rows whose request cannot arrive any more."""
        oldest = self.world.clock.now() - self._life
        found = self.world.ledger.open(self.export.stream, ["unknown"], AT_ONCE)
        # The request ended when the row became unknown at the latest, but the sweep may have been late: both count.
        return [each for each in found if each.sent_before <= oldest]

    def _sent(self) -> None:
        """What became of documents that were accepted and are not final yet."""
        waiting = self.world.ledger.open(self.export.stream, ["sent", "accepted"], AT_ONCE)
        if waiting and (self.export.create.lookups or self.export.create.drop):
            self._ask(waiting)

    def _say_open(self) -> None:
        """Documents whose fate stays open: a run that leaves them is no success, and says when they are asked for."""
        for each in self.world.ledger.open(self.export.stream, ["unknown"], AT_ONCE):
            due = (each.sent_before + self._life).astimezone(self.export.mapping.scope.zone)
            message = f"nobody knows yet whether it arrived; it is asked for by the first sync after {due:%d.%m. %H:%M}"
            self._fail(each, "unknown", message)
            self.report.counts["unknown"] += 1

    def _ask(self, asked: Sequence[Open]) -> None:
        findings = self._look_up(asked)
        if isinstance(findings, LookupFailed):
            self._stop(findings.answer, len(asked))
            return
        window = seconds(self.export.create.visibility_delay)
        now = self.world.clock.now()
        with self.world.points.around("settle"):
            counts = self.world.ledger.settle(self.lease, self.export.stream, asked, findings.found, now, window)
        for state, count in counts.items():
            self.report.counts[f"{state}_found" if state in {"sent", "absent", "not_applied"} else state] += count
        for each in asked:
            found = findings.found.get(each.reference)
            if found is not None and found.proves == "rejected_late":
                self._fail(each, "rejected_late", found.message)

    def _look_up(self, asked: Sequence[Open]) -> Findings | LookupFailed:
        """A question may be repeated, unlike a send: after a pause that is asked for, or with another credential."""
        findings = self.line.adapter.look_up(asked)
        for _ in range(WAITS):
            if not isinstance(findings, LookupFailed):
                break
            if isinstance(findings.answer, Wait):
                self.world.clock.wait(findings.answer.pause_s)
            elif not (isinstance(findings.answer, CredentialRefused) and self.line.switch()):
                break
            findings = self.line.adapter.look_up(asked)
        return findings

    def _stop(self, answer: Answer, count: int) -> None:
        if isinstance(answer, CredentialRefused):
            self.stopped = f"the credential is refused: {answer.message}"
            self.hint = "reconciler credentials set, then sync again"
            return
        message = answer.rejection.message if isinstance(answer, RequestRefused) else getattr(answer, "message", "")
        self.stopped = f"the outside system could not be asked what became of {count} documents: {message}"
        until = f" until {answer.until}" if isinstance(answer, Stop) and answer.until else ""
        self.hint = f"nothing is sent{until}, before it can be asked; try again later"
        self.again_later = True

    def _fail(self, row: Open, state: str, message: str) -> None:
        self.report.failures.append(Failure(row.category, row.record_id, row.number, state, message))
