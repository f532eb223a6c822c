"""The ledger's own promises: one row per key, numbers that nobody else gets, and steps that only go forward."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest

from reconciler.database.connection import Database
from reconciler.database.leases import LeaseTable
from reconciler.database.ledger import LedgerTable
from reconciler.runs.export import Claim, Frozen, Open, Recorded, Stream, Wanted, reference
from reconciler.runs.outcome import Found, Lease, NotApplied, Outcome, Rejected, Sent, Unknown

ORG = "aaaaaaaa-0000-4000-8000-000000000001"
NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
CLAIMS = Stream(ORG, "books", "simulator:t:1:voucher", "expense_claims")
TRIPS = Stream(ORG, "books", "simulator:t:1:voucher", "mileage_claims")


@dataclass(slots=True)
class Run:
    """A run with its lease, at `now`."""

    database: Database
    lease: Lease
    run: UUID
    now: datetime = NOW

    @property
    def ledger(self) -> LedgerTable:
        return LedgerTable(self.database)

    def claim(self, *records: str, stream: Stream = CLAIMS, known: bool = False, year: int = 2026) -> list[Claim]:
        wanted = [Wanted(record, known) for record in records]
        return self.ledger.claim(self.lease, stream, self.run, wanted, "rev", self.now, year)

    def freeze(self, *claims: Claim) -> None:
        frozen = [Frozen(claim, {"lines": [{}]}, Decimal("5.00"), "s", "d") for claim in claims]
        self.ledger.freeze(self.lease, CLAIMS, frozen, [], "m", self.now)

    def record(self, claim: Claim, outcome: Outcome) -> None:
        self.ledger.record(self.lease, CLAIMS, [Recorded(claim, outcome, "", self.now)], self.now)

    def open(self, state: str) -> list[Open]:
        return self.ledger.open(CLAIMS, [state], 10)

    def settle(self, asked: list[Open], minutes: int, **found: Found) -> dict[str, int]:
        """With a lease of that minute; `found` is the one document that the lookup brought, if any."""
        self.now = NOW + timedelta(minutes=minutes)
        leases = LeaseTable(self.database)
        leases.give_back(self.lease)
        self.lease = leases.take("a/b", "one", self.now, 300)
        by_reference = dict(zip([asked[0].reference], found.values(), strict=False))
        return self.ledger.settle(self.lease, CLAIMS, asked, by_reference, self.now, 60)

    def states(self) -> list[str]:
        with self.database.reading() as connection:
            return [row["state"] for row in connection.execute("select state from reconciler.exports order by id")]


@pytest.fixture
def run(database_url: str) -> Iterator[Run]:
    database = Database(database_url)
    yield Run(database, LeaseTable(database).take("a/b", "one", NOW, 86_400), uuid4())
    database.close()


def test_a_record_is_claimed_once_whoever_asks(run: Run) -> None:
    assert len(run.claim("r1", "r2")) == 2
    assert [claim.record_id for claim in run.claim("r2", "r3")] == ["r3"]
    assert len(run.claim("r1", stream=TRIPS)) == 1


def test_numbers_are_unique_over_all_categories_of_a_target_and_begin_anew_each_year(run: Run) -> None:
    numbers = [each.number for stream in (CLAIMS, TRIPS) for each in run.claim("a", "b", "c", stream=stream)]
    numbers += [each.number for each in run.claim("d", year=2027)]
    assert numbers == [2026000001, 2026000002, 2026000003, 2026000004, 2026000005, 2026000006, 2027000001]
    assert run.ledger.highest(CLAIMS) == 2027000001


def test_runs_that_claim_at_once_never_share_a_number_or_a_record(run: Run, database_url: str) -> None:
    def claim(number: int) -> list[Claim]:
        database = Database(database_url)
        lease = LeaseTable(database).take(f"a/{number}", "x", NOW, 300)
        found = Run(database, lease, uuid4()).claim("shared", f"own{number}")
        database.close()
        return found

    with ThreadPoolExecutor(4) as pool:
        claims = [each for found in pool.map(claim, range(6)) for each in found]
    assert len({each.number for each in claims}) == len(claims) == 7


def test_the_reference_comes_from_the_key_alone_and_fits_every_system() -> None:
    one = reference(CLAIMS, "r1", 1)
    assert one == reference(CLAIMS, "r1", 1)
    assert len({one, reference(CLAIMS, "r1", 2), reference(CLAIMS, "r2", 1), reference(TRIPS, "r1", 1)}) == 4
    assert one.startswith("RCN-")
    assert set(one) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567-")
    assert one == reference(Stream(ORG, "renamed", CLAIMS.target, CLAIMS.category), "r1", 1)


def test_a_second_attempt_keeps_number_and_reference_and_raises_the_high_water_mark(run: Run) -> None:
    [first] = run.claim("r1")
    run.freeze(first)
    run.record(first, NotApplied("nobody there"))
    mark = run.ledger.highest(CLAIMS)
    [second] = run.claim("r1", known=True)
    assert (second.number, second.reference, second.attempt) == (first.number, first.reference, 2)
    assert run.ledger.highest(CLAIMS) > mark


@pytest.mark.parametrize("outcome", [Sent(("1",)), Unknown("?")])
def test_what_was_or_may_have_been_sent_is_never_claimed_again(run: Run, outcome: Outcome) -> None:
    [claim] = run.claim("r1")
    run.freeze(claim)
    run.record(claim, outcome)
    assert run.claim("r1", known=True) == []
    assert run.claim("r1") == []


def test_an_outcome_is_recorded_once_and_the_first_one_stands(run: Run) -> None:
    [claim] = run.claim("r1")
    run.freeze(claim)
    run.record(claim, Rejected("no"))
    run.record(claim, Sent(("1",)))
    assert run.states() == ["rejected"]


def test_rows_of_a_run_that_is_gone_are_asked_for_if_frozen_and_else_free(run: Run) -> None:
    frozen, _, kept = *run.claim("r1", "r2"), run.claim("r3", stream=TRIPS)
    run.freeze(frozen)
    assert run.ledger.sweep(run.lease, CLAIMS, NOW + timedelta(seconds=299)) == 0
    assert run.ledger.sweep(run.lease, CLAIMS, NOW + timedelta(seconds=300)) == 2
    assert run.states() == ["unknown", "not_applied", "sending"]
    assert kept[0].attempt == 1
    assert run.open("unknown")[0].sent_before == NOW + timedelta(seconds=300)


def unknown(run: Run) -> list[Open]:
    [claim] = run.claim("r1")
    run.freeze(claim)
    run.record(claim, Unknown("?"))
    return run.open("unknown")


def test_absent_once_or_twice_too_soon_proves_nothing(run: Run) -> None:
    asked = unknown(run)
    assert run.settle(asked, 20) == {"absent": 1}
    run.now += timedelta(seconds=59)
    counts = run.ledger.settle(run.lease, CLAIMS, run.open("unknown"), {}, run.now, 60)
    assert counts == {"absent": 1}
    assert run.states() == ["unknown"]
    assert run.settle(run.open("unknown"), 21) == {"not_applied": 1}


def test_found_in_between_it_is_sent_and_never_free_again(run: Run) -> None:
    asked = unknown(run)
    run.settle(asked, 20)
    assert run.settle(run.open("unknown"), 22, it=Found("sent", ("1",), "5.00")) == {"sent": 1}
    run.settle(asked, 40)  # the answer to an old question changes nothing
    assert run.states() == ["sent"]


@pytest.mark.parametrize(("amount", "state"), [("5.00", "sent"), ("5", "sent"), ("10.00", "drifted"), ("0", "drifted")])
def test_another_amount_than_ours_is_drifted(run: Run, amount: str, state: str) -> None:
    run.settle(unknown(run), 20, it=Found("sent", ("1",), amount))
    assert run.states() == [state]


def test_every_step_is_in_the_history(run: Run) -> None:
    asked = unknown(run)
    run.settle(asked, 20)
    run.settle(run.open("unknown"), 22)
    run.claim("r1", known=True)
    with run.database.reading() as connection:
        rows = connection.execute("select state, attempt from reconciler.export_history order by id").fetchall()
    assert [tuple(row.values()) for row in rows] == [("sending", 1), ("unknown", 1), ("not_applied", 1), ("sending", 2)]
