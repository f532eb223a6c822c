"""Rows whose fate is open: those left unknown are asked for before anything is sent, those sent until they are posted.

What may be done about an unknown row is its class's to say (`runs.idempotency`): asked for at once, repeated, asked for
until two absences prove that it is not there, or left to a person. Absence counts only when the request's life is over,
everywhere the document can live, twice, a visibility window apart.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from reconciler.engine.deliver import Delivery
from reconciler.engine.following import Following
from reconciler.engine.held import Line
from reconciler.engine.pinned import PinnedExport
from reconciler.engine.repeat import Repetition
from reconciler.engine.reversing import repost
from reconciler.engine.world import World
from reconciler.runs.export import Open
from reconciler.runs.idempotency import HELD_FOR, Licence, whole_requests
from reconciler.runs.outcome import (
    Answer,
    CredentialRefused,
    Findings,
    Found,
    Lease,
    LookupFailed,
    RequestRefused,
    Stop,
    Wait,
)
from reconciler.runs.report import Failure, StreamReport
from reconciler.specs.scalars import seconds

AT_ONCE = 500
MANY = 10_000
"""More unknown rows than a run can leave: it stops after two unclear answers."""
WAITS = 5
PATIENCE_S = 90
"""A run waits so long at most for a visibility window, and in all so long when it is told to wait: it holds a lease.
What takes longer is left to the next run."""


@dataclass(slots=True)
class Resolution:
    """One export's open rows within one run."""

    world: World
    export: PinnedExport
    line: Line
    lease: Lease
    run: UUID
    report: StreamReport
    stopped: str = ""
    hint: str = ""
    again_later: bool = False

    def resolve(self) -> None:
        """Settle what can be settled. `stopped` says why where the outside system could not be asked."""
        with self.world.points.around("sweep"):
            self.world.ledger.sweep(self.lease, self.export.stream, self.world.clock.now())
        if self._unknown():
            self._hold()
            for step in (self._ask_early, self._repeat, self._conclude, self._hold):
                if not self.stopped:
                    step()
        if not self.stopped:
            self._sent()
        if not self.stopped and (count := repost(self.world, self.export, self.lease)):
            self.report.counts["reposted"] = count
        self._say_open()

    def _hold(self) -> None:
        """What only a person can say is left to one, before anything is sent, and again after it was repeated."""
        rows = self._unknown()
        licence, held = self._licence(rows), dict[str, list[Open]]()
        for each in rows if len(rows) < MANY else ():  # of so many the last request may be cut in two
            if code := licence.holds(each):
                held.setdefault(code, []).append(each)
        if not held:
            return
        with self.world.points.around("hold"):
            self.world.ledger.hold(self.lease, self.export.stream, held, self.world.clock.now())
        for code, some in held.items():
            self.report.counts["held"] += len(some)
            for each in some:
                self._fail(each, "held", f"was it received there? The answer was lost, and {HELD_FOR[code]}")

    def _ask_early(self) -> None:
        """Where finding it settles it, and not finding it proves nothing yet."""
        rows = self._unknown()
        licence = self._licence(rows)
        if early := [each for each in rows if licence.asks_at_once(each)][:AT_ONCE]:
            self._ask(early, absence=False)

    def _repeat(self) -> None:
        delivery = Delivery(self.world, self.export, self.line, self.lease, self.report, repeating=True)
        Repetition(self.world, delivery, self.run).carry_out(self._unknown())
        if not delivery.barred:  # else what is open may be asked for all the same, and the sending says what is barred
            self.stopped, self.hint, self.again_later = delivery.stopped, delivery.hint, delivery.again_later

    def _conclude(self) -> None:
        if not (due := self._due()):
            return
        self._ask(due)
        window = seconds(self.export.create.visibility_delay)
        if not self.stopped and (absent := self._due()) and window <= PATIENCE_S:
            self.world.clock.wait(window)
            self._ask(absent)

    def _unknown(self) -> list[Open]:
        return self.world.ledger.open(self.export.stream, ["unknown"], MANY)

    def _licence(self, rows: Sequence[Open]) -> Licence:
        whole = frozenset(each.id for group in whole_requests(rows).values() for each in group)
        return Licence(self.export.create, self.export.mapping_digest, self.world.clock.now(), whole)

    def _due(self) -> list[Open]:
        """Unknown rows whose request cannot arrive any more, the oldest first; each with when it may go again."""
        rows = self._unknown()
        licence = self._licence(rows)
        due = [replace(each, again_at=licence.again_at(each)) for each in rows if licence.concludes(each)]
        return due[:AT_ONCE]

    def _sent(self) -> None:
        """What became of documents that were accepted and are not final yet."""
        following = Following(self.world, self.export, self.lease, self.report)
        if self.export.create.can_be_asked and (due := following.due()):
            found = self._ask(due)
            if found is not None:
                following.later(due, found)

    def _say_open(self) -> None:
        """Documents whose fate stays open: a run that leaves them is no success, and says what is done about them."""
        rows = self._unknown()
        licence = self._licence(rows)
        for each in rows:
            due = licence.next_step_at(each).astimezone(self.export.mapping.scope.zone)
            message = f"nobody knows yet whether it arrived; it is {licence.next_step(each)} by the first sync after"
            self._fail(each, "unknown", f"{message} {due:%d.%m. %H:%M}")
            self.report.counts["unknown"] += 1

    def _ask(self, asked: Sequence[Open], *, absence: bool = True) -> Mapping[str, Found] | None:
        """Ask, and write down what it proves; what is not found counts as absent only where `absence` says so.

        What was found, by reference; None where the outside system could not be asked.
        """
        findings = self._look_up(asked)
        if isinstance(findings, LookupFailed):
            self._stop(findings.answer, len(asked))
            return None
        self._say_unread([each for each in asked if each.reference in findings.unread], findings)
        proved = [each for each in asked if each.reference not in findings.unread]
        settled = [each for each in proved if absence or each.reference in findings.found]
        if not settled:
            return findings.found
        window = seconds(self.export.create.visibility_delay)
        now = self.world.clock.now()
        with self.world.points.around("settle"):
            counts = self.world.ledger.settle(self.lease, self.export.stream, settled, findings.found, now, window)
        for state, count in counts.items():
            self.report.counts[f"{state}_found" if state in {"sent", "absent", "not_applied"} else state] += count
        for each in asked:
            found = findings.found.get(each.reference)
            if found is not None and found.proves == "rejected_late":
                self._fail(each, "rejected_late", found.message)
        return findings.found

    def _say_unread(self, rows: Sequence[Open], findings: Findings) -> None:
        """What is said of these documents is there, and somebody has to mend it: until then they stay as they are."""
        self.report.counts["unread"] += len(rows)
        for each in rows:
            self._fail(each, each.state, findings.unread[each.reference])

    def _look_up(self, asked: Sequence[Open]) -> Findings | LookupFailed:
        """A question may be repeated, unlike a send: after a pause that is asked for, or with another credential."""
        findings, left_s = self.line.adapter.look_up(asked), float(PATIENCE_S)
        for _ in range(WAITS):
            if not isinstance(findings, LookupFailed):
                break
            if isinstance(findings.answer, Wait):
                if (left_s := left_s - findings.answer.pause_s) < 0:
                    break
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
        what = "1 document" if count == 1 else f"{count} documents"
        self.stopped = f"the outside system could not be asked what became of {what}: {message}"
        self.hint = f"nothing is sent before it can be asked; {self._again(answer)}"
        self.again_later = True

    def _again(self, answer: Answer) -> str:
        """When to ask again, in words."""
        if isinstance(answer, Stop) and answer.until:
            return f"not until {answer.until}"
        if not isinstance(answer, Wait):
            return "try again later"
        at = self.world.clock.now() + timedelta(seconds=answer.pause_s)
        return f"the first sync after {at.astimezone(self.export.mapping.scope.zone):%d.%m. %H:%M} goes on"

    def _fail(self, row: Open, state: str, message: str) -> None:
        self.report.failures.append(Failure(row.category, row.record_id, row.number, state, message))
