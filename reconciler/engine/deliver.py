"""From frozen documents to recorded outcomes: packed into requests, sent once each, every answer written down at once.

A definitive refusal of a whole request is blamed on the documents that hold the refused value, or found by halving,
within a budget of requests. An unclear answer makes all its documents unknown, and is never halved.
"""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal

from reconciler.engine.held import Line
from reconciler.engine.pinned import PinnedExport
from reconciler.engine.world import World
from reconciler.ports import Outgoing
from reconciler.runs.export import Frozen, Recorded, batch_of
from reconciler.runs.outcome import (
    Answer,
    CredentialRefused,
    Lease,
    NotApplied,
    Outcome,
    Rejected,
    RequestRefused,
    Sent,
    Settled,
    Stop,
    Unclear,
    Unknown,
    Unreachable,
    Wait,
)
from reconciler.runs.report import Failure, StreamReport
from reconciler.specs.models.operations import Batch

HALVINGS = 40
"""Extra requests that one run may spend on finding refused documents: two poison records in five hundred cost 36."""
HALVE_LATER = timedelta(minutes=10)
"""When documents that were refused together go again. Not in this run: it would send them over and over."""
WAITS = 5
"""So often in a row a run is told to wait before it leaves the rest to the next one."""
TOO_LATE = "too-late"
DEADLINE = timedelta(seconds=150)
UNCLEAR = 2
"""After so many unclear answers in a row the run stops sending: something is wrong over there."""


@dataclass(slots=True)
class Delivery:
    """One export's sending within one run. `stopped` says why nothing more is sent, in words for the operator."""

    world: World
    export: PinnedExport
    line: Line
    lease: Lease
    report: StreamReport
    stopped: str = ""
    hint: str = ""
    again_later: bool = False
    _halvings: int = HALVINGS
    _waits: int = 0
    _unclear: int = 0
    _queue: deque[list[Frozen]] = field(default_factory=deque)

    def deliver(self, frozen: Sequence[Frozen]) -> None:
        """Send all, or as many as go before something stops the run; the others are recorded as not applied."""
        self._queue.extend(pack(frozen, self.export.create.batch))
        while self._queue:
            batch = self._queue.popleft()
            now = self.world.clock.now()
            if self.stopped:
                self._record(batch, NotApplied(self.stopped, "stopped"), now)
            elif min(each.claim.until for each in batch) - now < DEADLINE:
                # Whoever sweeps after the lease relies on it: no request begins in the lease's last half.
                self._record(batch, NotApplied("the claim is too old to begin a request", TOO_LATE), now)
            else:
                self._answer(batch, self._send(batch))

    def _send(self, batch: Sequence[Frozen]) -> Answer:
        self.report.requests += 1
        with self.world.points.around("send"):
            return self.line.adapter.send([Outgoing(each.claim.reference, each.payload) for each in batch])

    def _answer(self, batch: list[Frozen], answer: Answer) -> None:
        self._unclear = self._unclear + 1 if isinstance(answer, Unclear) else 0
        self._waits = self._waits + 1 if isinstance(answer, Wait) else 0
        match answer:
            case Settled():
                self._settled(batch, answer)
            case RequestRefused(rejection, named):
                self._refused(batch, rejection, named)
            case Wait(message, code, pause_s):
                self._wait(batch, message, code, pause_s)
            case Unclear(message, code):
                self._record(batch, Unknown(message, code), None)
                if self._unclear >= UNCLEAR:
                    self._stop(f"two requests in a row had no clear answer: {message}", "the next sync asks first")
            case Stop(message, code, until):
                self._not_applied(batch, message, code)
                self._stop(message, f"nothing is sent until {until}" if until else "ask the outside system why")
                self.again_later = True
            case CredentialRefused() if self.line.switch():
                self._queue.appendleft(batch)  # nothing happened, and there is another valid version
            case CredentialRefused(message, code):
                self._not_applied(batch, message, code)
                self._stop(f"the credential is refused: {message}", "reconciler credentials set, then sync again")
            case Unreachable(message, code):
                self._not_applied(batch, message, code)
                self._stop(f"the outside system cannot be reached: {message}", "nothing was sent; try again later")
                self.again_later = True

    def _settled(self, batch: Sequence[Frozen], answer: Settled) -> None:
        missing = Unknown("the answer does not name this document", "incomplete-answer")
        self._record_each([(each, answer.outcomes.get(each.claim.reference, missing)) for each in batch])
        if answer.pause_s:
            self.world.clock.wait(answer.pause_s)

    def _refused(self, batch: list[Frozen], rejection: Rejected, named: Mapping[str, Rejected]) -> None:
        """Nothing of the request happened. Who is named or holds the refused value is rejected; the rest goes again."""
        blamed = {each.claim.reference: rejection for each in batch if len(batch) == 1 or _holds(each, rejection)}
        blamed |= {each.claim.reference: named[each.claim.reference] for each in batch if each.claim.reference in named}
        if blamed:
            guilty = [each for each in batch if each.claim.reference in blamed]
            self._record_each([(each, blamed[each.claim.reference]) for each in guilty])
            if rest := [each for each in batch if each.claim.reference not in blamed]:
                self._queue.appendleft(rest)
        elif self._halvings > 0:
            self._halvings -= 1
            middle = len(batch) // 2
            self._queue.extendleft([batch[middle:], batch[:middle]])
        else:
            message = f"refused together, and the budget for halving is spent: {rejection.message}"
            self._record(batch, NotApplied(message, "halving"), self.world.clock.now() + HALVE_LATER)

    def _wait(self, batch: list[Frozen], message: str, code: str, pause_s: float) -> None:
        if self._waits > WAITS:
            self._record(batch, NotApplied(message, code), self.world.clock.now() + timedelta(seconds=pause_s))
            self._stop(f"the outside system is busy: {message}", "the next sync goes on")
            self.again_later = True
            return
        self.world.clock.wait(pause_s)
        self._queue.appendleft(batch)

    def _stop(self, message: str, hint: str) -> None:
        self.stopped, self.hint = message, hint

    def _not_applied(self, batch: Sequence[Frozen], message: str, code: str) -> None:
        self._record(batch, NotApplied(message, code), self.world.clock.now())

    def _record(self, batch: Sequence[Frozen], outcome: Outcome, retry_at: datetime | None) -> None:
        self._record_each([(each, outcome) for each in batch], retry_at)

    def _record_each(self, outcomes: Sequence[tuple[Frozen, Outcome]], retry_at: datetime | None = None) -> None:
        recorded = [Recorded(each.claim, outcome, self._origin(each, outcome), retry_at) for each, outcome in outcomes]
        with self.world.points.around("record"):
            self.world.ledger.record(self.lease, self.export.stream, recorded, self.world.clock.now())
        for each, outcome in outcomes:
            self._count(each, outcome)

    def _count(self, frozen: Frozen, outcome: Outcome) -> None:
        if isinstance(outcome, NotApplied) and outcome.code == TOO_LATE:
            return  # this same run claims it again
        state = state_of(outcome)
        self.report.counts[state] += 1
        if isinstance(outcome, Sent):
            if frozen.amount is not None:
                self.report.amount = (self.report.amount or Decimal(0)) + frozen.amount
            return
        found = outcome if isinstance(outcome, Rejected) else Rejected(outcome.message)
        self.report.failures.append(
            Failure(
                category=self.export.stream.category,
                record_id=frozen.claim.record_id,
                number=frozen.claim.number,
                state=state,
                message=found.message,
                field=found.field,
                value=found.value,
                origin=self._origin(frozen, outcome),
            )
        )

    def _origin(self, frozen: Frozen, outcome: Outcome) -> str:
        """The mapping line that wrote the refused value."""
        if not isinstance(outcome, Rejected) or not outcome.field:
            return ""
        names = [line["name"] for line in frozen.payload["lines"] if line["fields"].get(outcome.field) == outcome.value]
        mapping = self.export.mapping.scope.mapping
        wrote = {line.name: ("lines", position) for position, line in enumerate(mapping.lines)}
        rules = self.export.mapping.rules_for(outcome.field)
        exact = [rule for rule in rules for name in names if rule[:2] == wrote[name] or rule[0] == "shared"]
        return self.export.origin((exact or rules)[0]) if rules else ""


def state_of(outcome: Outcome) -> str:
    """The ledger's word for an outcome."""
    match outcome:
        case Sent():
            return "sent"
        case Rejected():
            return "rejected"
        case NotApplied():
            return "not_applied"
        case Unknown():
            return "unknown"


def pack(frozen: Sequence[Frozen], most: Batch) -> Iterator[list[Frozen]]:
    """Requests in the order of numbers, of at most so many documents and lines, each document with its batch.

    The lines of one document never span two requests. The same documents make the same requests.
    """
    batch: list[Frozen] = []
    lines = 0
    for each in sorted(frozen, key=lambda each: each.claim.number):
        size = len(each.payload["lines"])
        if batch and (len(batch) == most.documents or lines + size > most.nodes):
            yield _named(batch)
            batch, lines = [], 0
        batch.append(each)
        lines += size
    if batch:
        yield _named(batch)


def _named(batch: Sequence[Frozen]) -> list[Frozen]:
    name = batch_of([each.claim.reference for each in batch])
    return [replace(each, batch=name) for each in batch]


def _holds(frozen: Frozen, rejection: Rejected) -> bool:
    if not rejection.field:
        return False
    return any(str(line["fields"].get(rejection.field)) == rejection.value for line in frozen.payload["lines"])
