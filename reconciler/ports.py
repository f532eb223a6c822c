"""What the loops need of the world, as small protocols. `wiring` chooses who answers; contract suites keep them equal.

A method whose name is in `COMMITS` ends in a commit or a send: in the engine it stands inside a crash point, and a test
finds any that does not.
"""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol, runtime_checkable
from uuid import UUID
from zoneinfo import ZoneInfo

from reconciler.mappings.values import Value
from reconciler.plans.plan import Plan
from reconciler.plans.resource import Actual, Definition, Resource
from reconciler.runs.export import Claim, Frozen, Open, Page, Recorded, Span, Stream, Turned, Wanted
from reconciler.runs.inventory import Rationed
from reconciler.runs.operations import RecordHold
from reconciler.runs.outcome import Answer, Findings, Found, Lease, LookupFailed, Verdict
from reconciler.runs.report import Earlier
from reconciler.runs.request import AppliedSchedule, Began, Noted
from reconciler.selections.criteria import Selection
from reconciler.specs.models.category import DataCategory

COMMITS = frozenset(
    {"apply", "take", "give_back", "begin", "end", "sweep", "claim", "freeze", "record", "settle", "withhold"}
    | {"mark", "repeat", "hold", "post", "start_reading", "keep_list", "keep_codes", "look_again", "keep_columns"}
    | {"keep_problem", "erase", "purge", "note", "reopen", "request", "take_request", "answer_request", "suspend"}
    | {"resume", "forget_shadows", "keep_shadows", "keep_comparison", "keep_findings", "keep_asked", "adopt"}
    | {"keep_report", "hand_over", "note_comparison", "decide", "open_epochs", "hold_records", "release_records"}
    | {"ask_second", "approve", "refuse", "send", "reserve", "write", "stored", "promote", "discard", "revoke"}
    | {"used", "tested", "destroy", "proved", "set_status", "branch", "propose", "keep_condition", "verified"}
    | {"forget_condition", "note_commit", "ask_reconcile", "handle_asked", "take_control", "let_go", "speak"}
    | {"accept_rules", "set_switch", "end_switch", "notice", "take_notice", "tell", "told", "keep_chore"}
    | {"open_reversals", "repost", "withdraw", "write_down", "comment", "merge", "take_back"}
)
"""Ports' methods that change the world."""


class CrashPoints(Protocol):
    """Named places around every commit and send, where a test may kill the process. In production nothing happens."""

    def around(self, name: str) -> AbstractContextManager[None]:
        """`name` is reached before the body as `before:name` and after it as `after:name`."""


class ConfigStore(Protocol):
    """The configuration tables."""

    def organizations(self) -> Mapping[str, str]:
        """Name to id in the app, of every organisation that was ever applied."""

    def observe(self, organization_id: str) -> Actual:
        """What the database holds for one organisation, read whole or not at all."""

    def apply(self, plan: Plan, actor: str, now: datetime, lease: Lease | None = None, reason: str = "") -> None:
        """Carry out a plan in one transaction. Raises PlanRefused where its base moved, Busy without the lease."""


@dataclass(frozen=True, slots=True)
class Applied:
    """What a run reads, once, at its start: applied rows and pinned definitions, never git (design.md 4.9)."""

    organization_id: str
    organization: Resource
    integration: Resource
    mappings: Mapping[str, Resource]
    exclusions: Sequence[Resource]
    definitions: Mapping[str, Definition]
    revision: str
    record_holds: Sequence[RecordHold] = ()


class AppliedStore(Protocol):
    """Applied configuration, as a run reads it."""

    def organization_id(self, name: str) -> str:
        """The id in the app. Raises UsageError where there is no applied organisation of that name."""

    def applied(self, organization: str, integration: str) -> Applied:
        """Raises UsageError where there is no such applied integration."""


class Records(Protocol):
    """The app's records, read as a role that can only read."""

    def waiting(
        self, stream: Stream, selection: Selection, category: DataCategory, now: datetime, limit: int
    ) -> list[tuple[Wanted, Mapping[str, Value | None]]]:
        """The next records that the ledger has not settled, oldest first."""

    def waiting_after(
        self, stream: Stream, selection: Selection, category: DataCategory, now: datetime, page: Page
    ) -> tuple[list[tuple[Wanted, Mapping[str, Value | None]]], Page | None]:
        """The same, of those after a record: what a long run has settled already is not looked at again.

        And where the next page begins; None after the last one.
        """

    def rejected(
        self, stream: Stream, selection: Selection, category: DataCategory
    ) -> list[tuple[Wanted, Mapping[str, Value | None], tuple[str, str, str]]]:
        """Records refused before, as they are now; digests of the record and the mapping refused, and the code."""

    def withheld(self, stream: Stream, selection: Selection, category: DataCategory) -> dict[str, str]:
        """Record id to the reason, for records that belong to the export and are held back."""

    def total(self, stream: Stream, selection: Selection, category: DataCategory, now: datetime) -> tuple[int, str]:
        """How many records wait, and the sum of their amounts."""

    def explain(
        self, stream: Stream, selection: Selection, category: DataCategory, record_id: str
    ) -> tuple[Mapping[str, Value | None], list[str]] | None:
        """A record and the reasons of the criteria that it misses; None where the organisation has no such record."""

    def of_ids(
        self, stream: Stream, category: DataCategory, ids: Sequence[str]
    ) -> Mapping[str, Mapping[str, Value | None]]:
        """The organisation's records with these ids, by id; what the app does not have is missing."""

    def of_subject(self, stream: Stream, category: DataCategory, subject: str, span: Span, zone: ZoneInfo) -> list[str]:
        """Ids of the records of one subject that are dated in `span`."""


class Documents(Protocol):
    """What is at the target."""

    def sent(self, stream: Stream, records: Sequence[str], zone: ZoneInfo) -> list[Earlier]:
        """The documents of these records that went and were not refused, oldest first."""


class Leases(Protocol):
    """The right to sync an integration."""

    def take(self, name: str, holder: str, now: datetime, seconds: int) -> Lease:
        """Raises Busy where somebody else holds it."""

    def give_back(self, lease: Lease) -> None:
        """Let it go; nothing happens where it is no longer ours."""


class Ledger(Documents, Protocol):
    """The export ledger. Every change is one transaction that checks and renews the run's lease."""

    def sweep(self, lease: Lease, stream: Stream, now: datetime) -> int:
        """Rows left in `sending` by a run that is gone: frozen ones become unknown, the others were never sent."""

    def claim(
        self, lease: Lease, stream: Stream, run: UUID, wanted: Sequence[Wanted], revision: str, now: datetime, year: int
    ) -> list[Claim]:
        """Reserve reference and number for each, and mark it `sending`. Records that others took are left out."""

    def freeze(
        self,
        lease: Lease,
        stream: Stream,
        frozen: Sequence[Frozen],
        turned: Sequence[Turned],
        mapping: str,
        now: datetime,
    ) -> frozenset[int]:
        """Write down the payloads, before the first byte leaves; and what our mapping refuses, as rejected.

        The ids of the claims that were still ours: nothing else may be sent.
        """

    def record(
        self, lease: Lease, stream: Stream, outcomes: Sequence[Recorded], now: datetime, *, durable: bool = True
    ) -> None:
        """Write down what became of claimed documents, where the attempt is still ours.

        Where it need not be `durable`, a server that crashes may forget it, until the next change of the ledger: the
        documents are then unknown (docs/decisions/0020-what-a-document-costs.md).
        """

    def open(self, stream: Stream, states: Sequence[str], limit: int) -> list[Open]:
        """Rows in these states, oldest first."""

    def to_look_for(self, stream: Stream, now: datetime, first: timedelta, limit: int) -> list[Open]:
        """Sent documents that are due to be looked for: `first` after they went, then as `look_again` said."""

    def look_again(self, lease: Lease, stream: Stream, due: Mapping[int, datetime | None], now: datetime) -> list[Open]:
        """Say by row when it is looked for again; None gives it up. The rows that were given up now."""

    def settle(
        self,
        lease: Lease,
        stream: Stream,
        asked: Sequence[Open],
        found: Mapping[str, Found],
        now: datetime,
        window_s: int,
    ) -> dict[str, int]:
        """Write down what a lookup proved: found, absent for the first time, or absent twice far enough apart."""

    def repeat(self, lease: Lease, stream: Stream, run: UUID, rows: Sequence[Open], now: datetime) -> list[Frozen]:
        """Take unknown rows to be sent once more, just as they are frozen; by number. Nothing where one has moved on.

        Each is `sending` again, with an attempt of its own, so that a run that dies here leaves it unknown.
        """

    def hold(self, lease: Lease, stream: Stream, rows: Mapping[str, Sequence[Open]], now: datetime) -> None:
        """Leave unknown rows to a person, by the code that says why. They never go again by themselves."""

    def withhold(self, lease: Lease, stream: Stream, reasons: Mapping[str, str], now: datetime) -> None:
        """Make the open withheld rows of a category equal to `reasons`."""

    def highest(self, stream: Stream) -> int:
        """The greatest number that the ledger ever reserved for the target; 0 where nothing was ever claimed."""


class Runs(Protocol):
    """The history of runs."""

    def begin(self, lease: Lease, began: Began, integration: Applied, now: datetime) -> None:
        """Write down that a run began; runs of this integration left open by a dead process are marked lost."""

    def end(self, lease: Lease, run: UUID, state: str, counts: Mapping[str, Any], problem: str, now: datetime) -> None:
        """Write down how it ended."""

    def note(self, noted: Noted, now: datetime) -> None:
        """Write down a run that never began."""

    def reopen(self, run: UUID) -> None:
        """Say of a run that has ended that nothing was sent, and that its occurrence may be tried again."""

    def settled(self, organization_id: str, integration: str, occurrence: datetime) -> UUID | None:
        """The run that was carried out for a scheduled time, unless that may be tried again."""

    def only_ranges(self, organization_id: str, integration: str) -> bool:
        """Whether it sent by ranges of days so far, and never everything that is due."""

    def schedules(self, organization_id: str, integration: str) -> list[AppliedSchedule]:
        """Its applied schedules."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A frozen document on its way: our reference, its payload, and when it was claimed for that."""

    reference: str
    payload: Mapping[str, Any]
    claimed_at: datetime | None = None


class Adapter(Protocol):
    """One outside system, through its protocol, with the credential that the run began with."""

    def test(self) -> Verdict:
        """Prove the credential with one real read."""

    def send(self, documents: Sequence[Outgoing]) -> Answer:
        """Send one request; never retries."""

    def look_up(self, asked: Sequence[Open]) -> Findings | LookupFailed:
        """Ask for references everywhere they can live."""

    def close(self) -> None:
        """Let go of connections."""


class Guarded(Adapter, Rationed, Protocol):
    """An adapter behind what its outside system allows us (docs/decisions/0014-allowances.md)."""

    def ready(self) -> Answer | None:
        """What stands in the way of sending, before anything is claimed; None where nothing does."""

    def columns(self) -> Verdict:
        """What the outside system asks of the document's fields, found on the way of a connection test."""


@runtime_checkable
class Poster(Protocol):
    """An adapter of a type that declares `create.post`."""

    def post(self) -> Answer:
        """Make final what was sent before, in one request; never retries. Harmless where nothing waits for it."""


class HighWater(Protocol):
    """The mark outside the database that says how much was sent, so that a restored database is found out."""

    def read(self, organization_id: str, target: str) -> int:
        """The greatest number that was ever reserved; 0 where there is none."""

    def mark(self, organization_id: str, target: str, number: int) -> None:
        """Raise the mark."""


class SpecSource(Protocol):
    """A place that holds a config repository at one revision."""

    def files(self) -> Mapping[str, bytes]:
        """Every spec by its path, read whole."""

    @property
    def revision(self) -> str:
        """The commit, or `working tree`."""
