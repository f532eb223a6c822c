"""An adapter behind its allowance: what an answer means for all others who ask, and when nobody should ask at all.

Only failures of the network and unclear answers count for the breaker. A refused record is the outside system at work,
a refused credential is the credential's own affair, and being told to wait is no failure (research/exports.md 2.10).
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace

from reconciler.adapters.pace import STOPPED, Gate, barrier, said
from reconciler.adapters.proof import failed
from reconciler.errors import DatabaseDown
from reconciler.ports import Adapter, Outgoing, Poster
from reconciler.runs.allowance import OURS, Asking
from reconciler.runs.breaker import Operation
from reconciler.runs.export import Open
from reconciler.runs.impersonal import answer_without, findings_without, verdict_without
from reconciler.runs.inventory import BUDGET, Budget, Inventory, Lister, Window
from reconciler.runs.listed import UNUSABLE, Listed, ReadsLists
from reconciler.runs.outcome import (
    EXISTS,
    Answer,
    CredentialRefused,
    Findings,
    LookupFailed,
    Settled,
    Stop,
    Unclear,
    Unreachable,
    Verdict,
    Wait,
)
from reconciler.runs.shadow import Holder, Holding
from reconciler.runs.withdrawal import Withdrawer

LONGEST_WAIT_S = 120.0
"""A run does not wait longer for one answer: its claims and its lease would end meanwhile. It stops instead."""
CLOSED_S = 20 * 60
"""How long a spent allowance stops all where the outside system does not say until when: so long the sample of one
vendor waits (research/external-systems.md 1.5)."""

DOWN = frozenset({"network", "endpoint"})
"""Faults of a probe that keep a breaker open. Whatever else it says, the outside system answers."""
ALLOWANCE = "allowance"
"""The fault of a test that was not made, see `proof.failed`."""


@dataclass(slots=True)
class GuardedAdapter:
    """An adapter whose requests pass `gate`."""

    adapter: Adapter
    gate: Gate
    _fine: dict[Operation, int] = field(default_factory=dict)
    _trial: set[Operation] = field(default_factory=set)

    def ready(self) -> Answer | None:
        """What stands in the way of sending, before anything is claimed. May ask one question to find out."""
        return self._barred("write")

    def send(self, documents: Sequence[Outgoing]) -> Answer:
        """See `Adapter`. A refusal of ours says that nothing left this machine."""
        if self.gate.stopping():
            return STOPPED
        with self._asking("write"):
            answer = answer_without(self.adapter.send(documents))
        return self._told("write", answer)

    def post(self) -> Answer:
        """See `Poster`."""
        assert isinstance(self.adapter, Poster), "only types that declare `create.post` are asked: their model says so"
        if (barred := self._barred("write")) is not None:
            return barred
        with self._asking("write"):
            answer = answer_without(self.adapter.post())
        return self._told("write", answer)

    def withdraw(self, row: Open) -> Answer:
        """See `Withdrawer`."""
        assert isinstance(self.adapter, Withdrawer), "only types that declare `create.withdraw` are asked"
        if (barred := self._barred("write")) is not None:
            return barred
        with self._asking("write"):
            answer = answer_without(self.adapter.withdraw(row))
        return self._told("write", answer)

    def look_up(self, asked: Sequence[Open]) -> Findings | LookupFailed:
        """See `Adapter`."""
        if (barred := self._barred("read")) is not None:
            return LookupFailed(barred)
        with self._asking("read"):
            findings = findings_without(self.adapter.look_up(asked))
        if isinstance(findings, LookupFailed):
            return LookupFailed(self._told("read", findings.answer))
        self._went_well("read")
        return findings

    def listed(self, name: str, codes: Sequence[str] = ()) -> Listed | LookupFailed:
        """See `ReadsLists`."""
        assert isinstance(self.adapter, ReadsLists), "only types of such a protocol have lists: their model says so"
        if (barred := self._barred("read")) is not None:
            return LookupFailed(barred)
        with self._asking("read"):
            listed = self.adapter.listed(name, codes)
        if isinstance(listed, LookupFailed):
            return LookupFailed(self._told("read", answer_without(listed.answer)))
        self._went_well("read")
        return listed

    def list_window(self, window: Window) -> Inventory | LookupFailed:
        """See `Lister`."""
        assert isinstance(self.adapter, Lister), "only types of such a protocol declare places: their model says so"
        if (barred := self._barred("read")) is not None:
            return LookupFailed(barred)
        with self._asking("read"):
            found = self.adapter.list_window(window)
        if isinstance(found, LookupFailed):
            return LookupFailed(self._told("read", answer_without(found.answer)))
        self._went_well("read")
        return found

    def holdings(self, window: Window) -> Sequence[Holding] | LookupFailed:
        """See `Holder`."""
        assert isinstance(self.adapter, Holder), "only types of such a protocol declare holdings: their model says so"
        if (barred := self._barred("read")) is not None:
            return LookupFailed(barred)
        with self._asking("read"):
            found = self.adapter.holdings(window)
        if isinstance(found, LookupFailed):
            return LookupFailed(self._told("read", found.answer))
        self._went_well("read")
        return found

    @contextmanager
    def within(self, budget: Budget) -> Iterator[None]:
        """See `Rationed`."""
        kept, self.gate.budget = self.gate.budget, budget
        try:
            yield
        finally:
            self.gate.budget = kept

    def test(self) -> Verdict:
        """See `Adapter`. Whoever asked for it learns more than we know: a pass opens what was closed."""
        with self._asking("test"):
            verdict = verdict_without(self.adapter.test())
        if verdict.ok:
            self.gate.allowance.lift()
        return verdict

    def columns(self) -> Verdict:
        """See `Guarded`. Unlike a test that somebody asked for, it opens nothing that is closed."""
        if (barred := self._barred("read")) is not None:
            return failed(barred)
        with self._asking("read"):
            verdict = verdict_without(self.adapter.test())
        if verdict.ok:
            self._went_well("read")
        return verdict

    def close(self) -> None:
        """Hang up; what went well is counted for the others."""
        self.adapter.close()
        for operation, fine in self._fine.items():
            with suppress(DatabaseDown):  # a count is worth less than the run that ends here
                self.gate.allowance.count(operation, fine, None)
        self._fine.clear()

    def _barred(self, operation: Operation) -> Answer | None:
        if self.gate.stopping():
            return STOPPED
        turn = self.gate.allowance.look(operation)
        if turn.standing == "busy":
            return None  # it waits for its turn
        if turn.due and turn.standing == "granted" and operation not in self._trial:
            return self._probe(operation)
        return barrier(turn, self.gate.allowance)

    def _probe(self, operation: Operation) -> Answer | None:
        """One read says whether a breaker may close."""
        if not self.gate.allowance.begin_probe(operation):
            return barrier(self.gate.allowance.look(operation), self.gate.allowance)
        with self._asking("test"):
            verdict = verdict_without(self.adapter.test())
        if verdict.fault == ALLOWANCE:  # nobody was asked: the probe ends by itself, and the next one says
            return barrier(self.gate.allowance.look(operation), self.gate.allowance)
        down = not verdict.ok and verdict.fault in DOWN
        turn = self.gate.allowance.end_probe(operation, f"its test failed: {verdict.message}" if down else None)
        if not down:
            self._trial.add(operation)
        return barrier(turn, self.gate.allowance)

    def _told(self, operation: Operation, answer: Answer) -> Answer:
        """The answer, after it was noted for the others; a long wait has become a stop."""
        if getattr(answer, "code", "") in {*OURS, UNUSABLE, BUDGET}:
            return answer
        match answer:
            case Unreachable(message) | Unclear(message) if answer.code != EXISTS:
                self._failed(operation, message)
            case Wait(message, code, pause_s) if pause_s > LONGEST_WAIT_S:
                return self._closed(Stop(message, code), pause_s)
            case Wait(_, _, pause_s):
                with suppress(DatabaseDown):  # here and below: the answer is worth more than our note of it
                    self.gate.allowance.pause(pause_s)
            case Stop(spent=True):
                return self._closed(answer, CLOSED_S)
            case Stop() | CredentialRefused():
                pass
            case Settled(pause_s=pause_s) if pause_s > 0:  # some of its documents were told to wait
                self._went_well(operation)
                if pause_s > LONGEST_WAIT_S:
                    self._closed(Stop("it asks for a pause", "pause"), pause_s)
                else:
                    with suppress(DatabaseDown):
                        self.gate.allowance.pause(pause_s)
            case _:
                self._went_well(operation)
        return answer

    def _closed(self, stop: Stop, seconds: float) -> Stop:
        """The stop, with the moment at which the next run may ask again."""
        allowance = self.gate.allowance
        with suppress(DatabaseDown):
            until = allowance.close(stop.at, seconds, stop.message)
            return replace(stop, until=said(until, allowance.allowed.zone), at=until)
        return stop

    def _failed(self, operation: Operation, message: str) -> None:
        self._trial.discard(operation)
        with suppress(DatabaseDown):
            self.gate.allowance.count(operation, self._fine.pop(operation, 0), message)

    def _went_well(self, operation: Operation) -> None:
        self._fine[operation] = self._fine.get(operation, 0) + 1
        if operation in self._trial:
            self._trial.discard(operation)
            with suppress(DatabaseDown):
                self.gate.allowance.passed(operation)

    @contextmanager
    def _asking(self, asking: Asking) -> Iterator[None]:
        kept, self.gate.asking = self.gate.asking, asking
        try:
            yield
        finally:
            self.gate.asking = kept
