"""From frozen documents to recorded outcomes: packed into requests, sent once each, every answer written down at once.

A definitive refusal of a whole request is blamed on the documents that hold the refused value, or found by halving,
within a budget of requests. An unclear answer makes all its documents unknown, and is never halved.
"""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from reconciler.engine.blame import origin_of
from reconciler.engine.budget import SPENT, RetryBudget
from reconciler.engine.held import Line
from reconciler.engine.outcomes import TOO_LATE, again_at, as_sent, nothing_applied, said, state_of
from reconciler.engine.pinned import PinnedExport
from reconciler.engine.world import World
from reconciler.runs.allowance import OURS
from reconciler.runs.export import Frozen, Recorded, batch_of
from reconciler.runs.idempotency import of_first_try, of_repeat
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
PATIENCE_S = 90
"""A run waits so long at the most when it is told to; a longer pause is left to a run after it."""
IDLE = 5
"""After so many requests in a row of which nothing was applied the run stops: it would only be in the way."""
DEADLINE = timedelta(seconds=150)
UNCLEAR = 2
"""After so many unclear answers in a row the run stops sending: something is wrong over there."""


@dataclass(slots=True)
class Delivery:
    """One export's sending within one run. `stopped` says why nothing more is sent, in words for the operator, and
    `barred` that it was ourselves who would not: asking may still be allowed.

    `repeating`: the documents went before, and what became of them then is unknown; see `runs.idempotency`.
    """

    world: World
    export: PinnedExport
    line: Line
    lease: Lease
    report: StreamReport
    stopped: str = ""
    hint: str = ""
    again_later: bool = False
    barred: bool = False
    repeating: bool = False
    _until: datetime | None = None
    _idle: int = 0
    _halvings: int = HALVINGS
    _waits: int = 0
    _unclear: int = 0
    _budget: RetryBudget = field(default_factory=RetryBudget)
    _queue: deque[list[Frozen]] = field(default_factory=deque)

    def may_begin(self) -> bool:
        """Whether anything may be claimed and sent; else `stopped` says what stands in the way."""
        if isinstance(barred := self.line.adapter.ready(), Stop):
            self._stop(barred.message, f"nothing is sent until {barred.until}")
            self.again_later = self.barred = True
        return not self.stopped

    def deliver(self, frozen: Sequence[Frozen]) -> None:
        """Send all, or as many as go before something stops the run; the others are recorded as not applied."""
        self._queue.extend(pack(frozen, self.export.create.batch))
        self._empty()

    def deliver_as_one(self, frozen: Sequence[Frozen]) -> None:
        """Send these in one request, as they are and in this order."""
        self._queue.append(list(frozen))
        self._empty()

    def _empty(self) -> None:
        while self._queue:
            batch = self._queue.popleft()
            now = self.world.clock.now()
            if self.stopped:
                self._record(batch, NotApplied(self.stopped, "stopped"), self._until or now)
            elif min(each.claim.until for each in batch) - now < DEADLINE:
                # Whoever sweeps after the lease relies on it: no request begins in the lease's last half.
                self._record(batch, NotApplied("the claim is too old to begin a request", TOO_LATE), None)
            elif not self._budget.allows(batch):
                self._record(batch, NotApplied("too much was tried again in vain in this run", SPENT), None)
            else:
                self._answer(batch, self._send(batch))

    def _send(self, batch: Sequence[Frozen]) -> Answer:
        with self.world.points.around("send"):
            answer = self.line.adapter.send([as_sent(each) for each in batch])
        self.report.requests += getattr(answer, "code", "") not in OURS  # then nobody was asked
        return answer

    def _answer(self, batch: list[Frozen], answer: Answer) -> None:
        self._unclear = self._unclear + 1 if isinstance(answer, Unclear) else 0
        self._waits = self._waits + 1 if isinstance(answer, Wait) else 0
        self._idle = self._idle + 1 if nothing_applied(answer) else 0
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
                self._record(batch, NotApplied(message, code), None)
                self._stop(f"the outside system cannot be reached: {message}", "nothing was sent; try again later")
                self.again_later = True

    def _settled(self, batch: Sequence[Frozen], answer: Settled) -> None:
        missing = Unknown("the answer does not name this document", "incomplete-answer")
        told = [(each, answer.outcomes.get(each.claim.reference, missing)) for each in batch]
        left = [each for each, outcome in told if isinstance(outcome, NotApplied)]
        self._budget.count(len(batch) - len(left), left)
        self._record_each(told, told_of_each=self.export.create.batch.documents > 1)
        if self._idle >= IDLE:
            self._stop(f"{IDLE} requests in a row of which nothing was taken", "the next sync goes on")
            self.again_later = True
        elif answer.pause_s > PATIENCE_S:
            self._later("it asks for a pause", answer.pause_s)
        elif answer.pause_s:
            self.world.clock.wait(answer.pause_s)

    def _refused(self, batch: list[Frozen], rejection: Rejected, named: Mapping[str, Rejected]) -> None:
        """Nothing of the request happened. Who is named or holds the refused value is rejected; the rest goes again."""
        whole = len(batch) == 1 or self.repeating
        blamed = {each.claim.reference: rejection for each in batch if whole or _holds(each, rejection)}
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
        if self._waits > WAITS or pause_s > PATIENCE_S:
            self._later(message, pause_s, ours=code in OURS)
            self._record(batch, NotApplied(message, code), self._until)
            return
        self.world.clock.wait(pause_s)
        self._queue.appendleft(batch)

    def _later(self, message: str, pause_s: float, *, ours: bool = False) -> None:
        """Leave the rest to a run after the pause; where it was `ours` to wait, nobody over there is to blame."""
        self._until = self.world.clock.now() + timedelta(seconds=pause_s)
        at = self._until.astimezone(self.export.mapping.scope.zone)
        words = message if ours else f"the outside system is busy: {message}"
        self._stop(words, f"the first sync after {at:%d.%m. %H:%M} goes on")
        self.again_later = True

    def _stop(self, message: str, hint: str) -> None:
        self.stopped, self.hint = message, hint

    def _not_applied(self, batch: Sequence[Frozen], message: str, code: str) -> None:
        self._record(batch, NotApplied(message, code), self.world.clock.now())

    def _record(self, batch: Sequence[Frozen], outcome: Outcome, retry_at: datetime | None) -> None:
        self._record_each([(each, outcome) for each in batch], retry_at)

    def _record_each(
        self, told: Sequence[tuple[Frozen, Outcome]], retry_at: datetime | None = None, *, told_of_each: bool = False
    ) -> None:
        now = self.world.clock.now()
        meant = [(each, self._meant(outcome, told_of_each=told_of_each)) for each, outcome in told]
        recorded = [
            Recorded(each.claim, outcome, self._origin(each, outcome), retry_at or again_at(each.claim, outcome, now))
            for each, outcome in meant
        ]
        with self.world.points.around("record"):
            # A forgotten outcome is asked for again, but of a blind type each would be a question to a person.
            durable = self.export.create.idempotency == "D"
            self.world.ledger.record(self.lease, self.export.stream, recorded, now, durable=durable)
        for each, outcome in meant:
            self._count(each, outcome)

    def _meant(self, outcome: Outcome, *, told_of_each: bool) -> Outcome:
        create = self.export.create
        return (
            of_repeat(create, outcome, told_of_each=told_of_each) if self.repeating else of_first_try(create, outcome)
        )

    def _count(self, frozen: Frozen, outcome: Outcome) -> None:
        if isinstance(outcome, NotApplied) and outcome.code == TOO_LATE:
            return  # this same run claims it again
        if self.repeating and isinstance(outcome, Sent | Unknown):
            self.report.counts["confirmed"] += isinstance(outcome, Sent)
            return  # of what stays unknown the run tells in one place
        state = state_of(outcome)
        self.report.counts[state] += 1
        if isinstance(outcome, Sent):
            if frozen.amount is not None:
                self.report.amount = (self.report.amount or Decimal(0)) + frozen.amount
            return
        found = outcome if isinstance(outcome, Rejected) else Rejected(said(outcome))
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
        return origin_of(self.export, frozen.payload, outcome.field, outcome.value)


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
    if all(each.batch == name for each in batch):
        return list(batch)  # it was packed before it was frozen
    # Written out: `replace` takes as long as all else that is done to a document here.
    return [
        Frozen(each.claim, each.payload, each.amount, each.subject, each.record_digest, name, each.sealed)
        for each in batch
    ]


def _holds(frozen: Frozen, rejection: Rejected) -> bool:
    if not rejection.field:
        return False
    return any(str(line["fields"].get(rejection.field)) == rejection.value for line in frozen.payload["lines"])
