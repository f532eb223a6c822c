"""A step of the ledger changes many rows in one statement: each keeps what is its own, and only those that are ours."""

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
from reconciler.runs.export import Claim, Frozen, Recorded, Stream, Turned, Wanted
from reconciler.runs.outcome import Lease, NotApplied, Rejected, Sent, Unknown

ORG = "aaaaaaaa-0000-4000-8000-000000000001"
NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
CLAIMS = Stream(ORG, "books", "simulator:t:1:voucher", "expense_claims")
FENCED = (
    "select detail ->> 'export', detail ->> 'attempt' from reconciler.audit where action = 'fenced-out' order by id"
)


@dataclass(slots=True)
class Run:
    """A run that holds its lease."""

    database: Database
    connection: psycopg.Connection
    lease: Lease
    run: UUID

    @property
    def ledger(self) -> LedgerTable:
        return LedgerTable(self.database)

    def claim(self, *wanted: Wanted) -> list[Claim]:
        return self.ledger.claim(self.lease, CLAIMS, self.run, wanted, "rev", NOW, 2026)

    def rows(self, query: str) -> list[tuple]:
        return self.connection.execute(query).fetchall()

    def take_away(self, claim: Claim) -> None:
        """Another run has the row by now."""
        self.connection.execute("update reconciler.exports set attempt = attempt + 1 where id = %s", [claim.id])


@pytest.fixture
def run(database_url: str) -> Iterator[Run]:
    database = Database(database_url)
    with psycopg.connect(database_url, autocommit=True) as connection:
        yield Run(database, connection, LeaseTable(database).take("a/b", "one", NOW, 86_400), uuid4())
    database.close()


def frozen(claim: Claim, amount: str | None = None) -> Frozen:
    payload = {"lines": [{"fields": {"text": f'"{claim.record_id}", \\ {{}}'}}]}
    return Frozen(claim, payload, Decimal(amount) if amount else None, f"subject {claim.record_id}", "d")


def test_new_and_known_records_are_claimed_together_in_the_order_in_which_they_were_wanted(run: Run) -> None:
    [old] = run.claim(Wanted("old", known=False))
    run.ledger.record(run.lease, CLAIMS, [Recorded(old, NotApplied("nobody there"), "", NOW)], NOW)
    wanted = [Wanted("b", known=False), Wanted("old", known=True), Wanted("a", known=False), Wanted("no", known=True)]
    claims = run.claim(*wanted)
    assert [(each.record_id, each.number - 2026000000, each.attempt) for each in claims] == [
        ("b", 2, 1),
        ("old", 1, 2),
        ("a", 3, 1),
    ]
    assert run.claim() == []


def test_each_document_is_frozen_with_its_own_payload_subject_and_amount(run: Run) -> None:
    claims = run.claim(*(Wanted(record, known=False) for record in "abcd"))
    turned = Turned(claims[3], "no cost centre", "account", "file:1", "subject d", "d")
    ours = run.ledger.freeze(
        run.lease, CLAIMS, [frozen(claims[0], "5.00"), frozen(claims[1]), frozen(claims[2], "7.25")], [turned], "m", NOW
    )
    assert ours == {each.id for each in claims}
    assert run.rows(
        "select record_id, state, e.amount, subject, payload #>> '{lines,0,fields,text}', message"
        " from reconciler.exports e join reconciler.export_payloads p on p.export_id = e.id order by record_id"
    ) == [
        ("a", "sending", Decimal("5.00"), "subject a", '"a", \\ {}', ""),
        ("b", "sending", None, "subject b", '"b", \\ {}', ""),
        ("c", "sending", Decimal("7.25"), "subject c", '"c", \\ {}', ""),
        ("d", "rejected", None, "subject d", None, "no cost centre"),
    ]


def test_a_row_that_is_another_runs_by_now_is_neither_frozen_nor_turned_and_the_others_are(run: Run) -> None:
    claims = run.claim(*(Wanted(record, known=False) for record in "abcd"))
    run.take_away(claims[0])
    run.take_away(claims[3])
    turned = [Turned(each, "no", "", "", "s", "d") for each in claims[2:]]
    ours = run.ledger.freeze(run.lease, CLAIMS, [frozen(each) for each in claims[:2]], turned, "m", NOW)
    assert ours == {claims[1].id, claims[2].id}
    assert run.rows("select export_id from reconciler.export_payloads order by 1") == [(each,) for each in sorted(ours)]
    assert run.rows("select state, frozen from reconciler.exports order by record_id") == [
        ("sending", False),
        ("sending", True),
        ("rejected", False),
        ("sending", False),
    ]
    assert run.rows(FENCED) == [(str(each.id), "1") for each in (claims[0], claims[3])]


def test_outcomes_are_recorded_each_with_its_own_and_only_where_the_row_is_ours(run: Run) -> None:
    claims = run.claim(*(Wanted(record, known=False) for record in "abcde"))
    run.ledger.freeze(run.lease, CLAIMS, [frozen(each) for each in claims], [], "m", NOW)
    run.take_away(claims[4])
    outcomes = [Sent(("1", "2")), Rejected("no such account", "E1", "account", "1"), NotApplied("busy", "wait"),
                Unknown("?", "no-answer"), Sent(("3",))]  # fmt: skip
    later = NOW + timedelta(minutes=10)
    recorded = [
        Recorded(claim, outcome, "file:1" if isinstance(outcome, Rejected) else "", later if index == 2 else None)
        for index, (claim, outcome) in enumerate(zip(claims, outcomes, strict=True))
    ]
    run.ledger.record(run.lease, CLAIMS, recorded, NOW)
    assert run.rows(
        "select state, target_ids::text, code, field, e.origin, next_attempt_at, message"
        " from reconciler.exports e join reconciler.export_payloads p on p.export_id = e.id order by record_id"
    ) == [
        ("sent", '["1", "2"]', "", "", "", None, ""),
        ("rejected", "[]", "E1", "account", "file:1", None, "no such account"),
        ("not_applied", "[]", "wait", "", "", later, "busy"),
        ("unknown", "[]", "no-answer", "", "", None, "?"),
        ("sending", "[]", "", "", "", None, ""),
    ]
    assert run.rows(FENCED) == [(str(claims[4].id), "1")]
