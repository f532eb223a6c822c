"""Rows of unknown fate that are taken once more, or left to a person: whole or not at all, and only while unknown."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import psycopg
import pytest

from reconciler.database.connection import Database
from reconciler.database.leases import LeaseTable
from reconciler.database.ledger import LedgerTable
from reconciler.errors import Blocked
from reconciler.runs.export import Frozen, Open, Recorded, Stream, Wanted
from reconciler.runs.outcome import Lease, Unknown

ORG = "aaaaaaaa-0000-4000-8000-000000000001"
NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
CLAIMS = Stream(ORG, "books", "simulator:t:1:voucher", "expense_claims")


@dataclass(slots=True)
class Run:
    """A run that holds its lease, and two documents of one request whose answer was lost a minute after it began."""

    database: Database
    connection: psycopg.Connection
    lease: Lease
    run: UUID

    @property
    def ledger(self) -> LedgerTable:
        return LedgerTable(self.database)

    def prepare(self) -> list[Open]:
        wanted = [Wanted(record, known=False) for record in "ab"]
        claims = self.ledger.claim(self.lease, CLAIMS, self.run, wanted, "rev", NOW, 2026)
        frozen = [
            Frozen(each, {"lines": [{"fields": {"z": "1", "a": each.record_id}}]}, Decimal(7), "s", "d", "B1")
            for each in claims
        ]
        self.ledger.freeze(self.lease, CLAIMS, frozen, [], "m", NOW)
        later = NOW + timedelta(minutes=1)
        lost = [Recorded(each, Unknown("?", "http-500")) for each in claims]
        self.ledger.record(self.lease, CLAIMS, lost, later)
        return self.open()

    def open(self) -> list[Open]:
        return self.ledger.open(CLAIMS, ["unknown"], 10)

    def repeat(self, rows: list[Open], minutes: int = 2) -> list[Frozen]:
        return self.ledger.repeat(self.lease, CLAIMS, uuid4(), rows, NOW + timedelta(minutes=minutes))

    def taken_over(self, now: datetime) -> Lease:
        """The lease of whoever comes after."""
        return LeaseTable(self.database).take("a/b", "two", now)

    def states(self) -> list[tuple]:
        return self.connection.execute("select state, attempt from reconciler.exports order by id").fetchall()


@pytest.fixture
def run(database_url: str) -> Iterator[Run]:
    database = Database(database_url)
    with psycopg.connect(database_url, autocommit=True) as connection:
        yield Run(database, connection, LeaseTable(database).take("a/b", "one", NOW, 86_400), uuid4())
    database.close()


def test_a_repeat_has_an_attempt_of_its_own_and_the_frozen_payload(run: Run) -> None:
    rows = run.prepare()
    assert [(each.began_at, each.answered, each.mapping, each.code) for each in rows] == [(NOW, 0, "m", "http-500")] * 2
    frozen = run.repeat(rows)
    assert [(each.claim.attempt, each.claim.reference, each.batch) for each in frozen] == [
        (2, rows[0].reference, "B1"),
        (2, rows[1].reference, "B1"),
    ]
    assert [each.payload["lines"][0]["fields"]["a"] for each in frozen] == ["a", "b"]
    assert run.states() == [("sending", 2)] * 2


def test_the_life_of_a_key_runs_from_the_first_request_and_that_of_a_request_from_the_last(run: Run) -> None:
    claims = [each.claim for each in run.repeat(run.prepare(), minutes=2)]
    ended = NOW + timedelta(minutes=3)
    run.ledger.record(run.lease, CLAIMS, [Recorded(each, Unknown("?", "http-500")) for each in claims], ended)
    assert [(each.began_at, each.sent_before, each.answered) for each in run.open()] == [(NOW, ended, 1)] * 2
    claims = [each.claim for each in run.repeat(run.open(), minutes=4)]
    run.ledger.record(run.lease, CLAIMS, [Recorded(each, Unknown("?", "no-answer")) for each in claims], ended)
    assert [each.answered for each in run.open()] == [1, 1]


def test_a_run_that_dies_while_it_repeats_leaves_the_rows_unknown_from_the_end_of_its_lease_on(run: Run) -> None:
    run.repeat(run.prepare())
    after = NOW + timedelta(minutes=2 + 5)
    assert run.ledger.sweep(run.taken_over(after), CLAIMS, after) == 2
    assert [(each.sent_before, each.began_at) for each in run.open()] == [(after, NOW)] * 2


def test_of_a_request_in_which_one_row_has_moved_on_none_is_taken(run: Run) -> None:
    rows = run.prepare()
    run.connection.execute("update reconciler.exports set state = 'held' where id = %s", [rows[1].id])
    assert run.repeat(rows) == []
    assert run.states() == [("unknown", 1), ("held", 1)]


def test_of_a_request_of_which_a_payload_is_not_kept_any_more_none_is_taken(run: Run) -> None:
    rows = run.prepare()
    run.connection.execute("update reconciler.export_payloads set payload = null where export_id = %s", [rows[0].id])
    assert run.repeat(rows) == []
    assert run.states() == [("unknown", 1)] * 2


def test_a_payload_that_somebody_changed_is_not_sent(run: Run) -> None:
    rows = run.prepare()
    run.connection.execute("""update reconciler.export_payloads set payload = '{"lines": []}'""")
    with pytest.raises(Blocked, match="was changed in the database"):
        run.repeat(rows)
    assert run.states() == [("unknown", 1)] * 2


def test_only_what_is_still_unknown_is_held(run: Run) -> None:
    rows = run.prepare()
    run.repeat(rows[:1])
    run.ledger.hold(run.lease, CLAIMS, {"blind": rows}, NOW + timedelta(minutes=3))
    assert run.states() == [("sending", 2), ("held", 1)]
    fenced = run.connection.execute("select count(*) from reconciler.audit where action = 'fenced-out'").fetchone()
    assert fenced == (1,)
