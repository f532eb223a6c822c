"""The table of what people may do: the page and the program agree, and PostgreSQL does what both say."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from reconciler.database.connection import Database
from reconciler.database.operations import DecisionTable
from reconciler.errors import OperationRefused
from reconciler.runs.operations import (
    MEANING,
    MOVES,
    OPERATIONS,
    Choice,
    LedgerRow,
    Moved,
    Note,
    Operation,
    move_of,
    standing_of,
    ways_in_words,
    ways_out,
)

PAGE = Path(__file__).parents[2] / "docs/reference/exports.md"
ORG, OTHER = "aaaaaaaa-0000-4000-8000-000000000001", "bbbbbbbb-0000-4000-8000-000000000002"
NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
RAW = {
    "never_posted": ("sent", "never-posted"),
    "given_up": ("voided", "given-up"),
    "given_up_question": ("voided", "given-up:blind"),
    "voided": ("voided", "withdrawn"),
    "held": ("held", "blind"),
}
"""State and code of a standing, where they are not the standing and nothing."""
NOTE = Note(ORG, "kari", "retry", "It was looked at together")


def page() -> dict[str, dict[str, str]]:
    """The table of the page: by standing, and then by operation."""
    lines = [line.strip("|").split("|") for line in PAGE.read_text().splitlines() if line.startswith("| ")]
    head = next([cell.strip() for cell in line] for line in lines if line[0].strip() == "stands")
    rows = [[cell.strip() for cell in line] for line in lines if len(line) == len(head)]
    found = {row[0].strip("`"): dict(zip(head[1:], row[1:], strict=True)) for row in rows}
    del found["stands"]
    return found


class Ledger:
    """Rows of two organisations, written by hand."""

    def __init__(self, connection: psycopg.Connection, tables: DecisionTable) -> None:
        self.connection, self.tables = connection, tables

    def add(self, standing: str, record: str = "r1", organization: str = ORG) -> None:
        state, code = RAW.get(standing, (standing, ""))
        number = self.connection.execute("select count(*) + 1 from reconciler.exports").fetchone()[0]
        self.connection.execute(
            "insert into reconciler.exports (organization_id, target, category, record_id, integration, reference,"
            " number, state, code, amount, attempt, revision, claimed_at, changed_at) values"
            " (%s, 't', 'claims', %s, 'books', %s, %s, %s, %s, 10.50, 3, 'rev', %s, %s)",
            [organization, record, f"RCN-{number}", number, state, code, NOW, NOW],
        )

    def only(self, record: str = "r1") -> LedgerRow:
        [row] = self.tables.rows(Choice(ORG, (record,)))
        return row

    def rows(self, query: str) -> list[tuple]:
        return self.connection.execute(query).fetchall()


@pytest.fixture
def ledger(database_url: str) -> Iterator[Ledger]:
    database = Database(database_url)
    with psycopg.connect(database_url, autocommit=True) as connection:
        yield Ledger(connection, DecisionTable(database))
    database.close()


def carried_out(ledger: Ledger, row: LedgerRow, operation: Operation) -> None:
    """As the engine does it, once the table has allowed it."""
    move = move_of(operation, row.standing)
    assert move is not None
    moved = Moved(row, move.state, move.code_of(row))
    if operation in ("withdraw", "resend"):
        kept = Moved(row, row.state, row.code) if operation == "resend" else moved
        ledger.tables.open_epochs(NOTE, [kept], 2026, NOW)
    elif operation != "hold":
        ledger.tables.decide(NOTE, [moved], NOW)


def test_the_page_has_every_standing_and_every_operation_and_says_what_the_program_does() -> None:
    assert set(page()) == set(MEANING)
    for standing, cells in page().items():
        assert tuple(cells) == OPERATIONS
        for operation, cell in cells.items():
            move = move_of(operation, standing)
            words = {"resend": "new epoch", "hold": "held back"}.get(operation)
            if operation == "withdraw":
                words = "`voided`, new epoch"
            assert cell == ("-" if move is None else words or f"`{move.state}`"), (standing, operation)


@pytest.mark.parametrize("standing", MEANING)
def test_every_allowed_operation_leads_where_the_page_says_and_the_others_are_refused_in_words(
    ledger: Ledger, standing: str
) -> None:
    for number, operation in enumerate(OPERATIONS):
        ledger.add(standing, record := f"r{number}")
        row = ledger.only(record)
        assert row.standing == standing
        move = move_of(operation, standing)
        if move is None:
            assert MEANING[standing]
            assert ways_in_words(standing)
            continue
        carried_out(ledger, row, operation)
        after = ledger.tables.rows(Choice(ORG, (record,), newest=False))
        cell = page()[standing][operation]
        assert after[0].state == (re.match(r"`(\w+)`", cell) or [0, row.state])[1]
        assert len(after) == (2 if "new epoch" in cell else 1)
        assert [each.superseded for each in after] == [False] * 1 if len(after) == 1 else [True, False]


def test_no_way_leads_from_where_it_may_be_there_to_where_the_same_epoch_goes_again_but_a_persons_no() -> None:
    may_be_there = set(MEANING) - {"rejected", "not_applied", "given_up"}
    free = {"not_applied", "rejected"}
    found = {
        (operation, standing)
        for operation in OPERATIONS
        for standing, move in MOVES[operation].items()
        if standing in may_be_there and move.state in free and operation != "hold"
    }
    assert found == {("not-received", "held")}


def test_a_question_that_was_given_up_comes_back_as_the_same_question(ledger: Ledger) -> None:
    ledger.add("held")
    carried_out(ledger, ledger.only(), "give-up")
    assert (ledger.only().standing, ledger.only().code) == ("given_up_question", "given-up:blind")
    carried_out(ledger, ledger.only(), "retry")
    assert (ledger.only().state, ledger.only().code) == ("held", "blind")


@pytest.mark.parametrize("standing", MEANING)
def test_the_database_names_a_standing_as_the_program_does(ledger: Ledger, standing: str) -> None:
    ledger.add(standing)
    [(found, documents, _)] = ledger.tables.tally(Choice(ORG))
    assert (found, documents) == (standing, 1)
    assert standing_of(*RAW.get(standing, (standing, ""))) == standing
    assert [row.standing for row in ledger.tables.rows(Choice(ORG, states=(standing,)))] == [standing]


@pytest.mark.parametrize(
    "meanwhile",
    ["state = 'sending', attempt = attempt + 1", "attempt = attempt + 1", "state = 'voided'", "code = 'given-up'"],
)
@pytest.mark.parametrize("operation", ["retry", "withdraw"])
def test_a_row_that_moved_since_it_was_read_is_left_alone_and_so_is_the_rest(
    ledger: Ledger, meanwhile: str, operation: str
) -> None:
    standing = "rejected_late" if operation == "withdraw" else "rejected"
    for record in ("r1", "r2"):
        ledger.add(standing, record)
    moved = [Moved(ledger.only(each), "voided", "withdrawn") for each in ("r1", "r2")]
    ledger.connection.execute(f"update reconciler.exports set {meanwhile} where record_id = 'r2'")
    before = ledger.rows("select * from reconciler.exports order by id")
    carry_out = {
        "withdraw": lambda: ledger.tables.open_epochs(NOTE, moved, 2026, NOW),
        "retry": lambda: ledger.tables.decide(NOTE, moved, NOW),
    }
    with pytest.raises(OperationRefused, match="was changed meanwhile"):
        carry_out[operation]()
    assert ledger.rows("select * from reconciler.exports order by id") == before
    assert ledger.rows("select * from reconciler.audit") == []


def test_an_epoch_is_opened_once_whoever_comes_second(ledger: Ledger) -> None:
    ledger.add("posted")
    row = ledger.only()
    same = [Moved(row, row.state, row.code)]
    [made] = ledger.tables.open_epochs(NOTE, same, 2026, NOW)
    assert (made.epoch, made.state, made.record_id) == (2, "not_applied", "r1")
    assert made.reference not in ("", row.reference)
    with pytest.raises(OperationRefused):
        ledger.tables.open_epochs(NOTE, same, 2026, NOW)
    assert ledger.rows("select epoch, superseded_by is null from reconciler.exports order by epoch") == [
        (1, False), (2, True),
    ]  # fmt: skip


def test_a_document_of_another_organisation_is_never_seen_nor_moved(ledger: Ledger) -> None:
    ledger.add("rejected", "theirs", OTHER)
    assert ledger.tables.rows(Choice(ORG, ("theirs",))) == []
    [theirs] = ledger.tables.rows(Choice(OTHER, ("theirs",)))
    with pytest.raises(OperationRefused):
        ledger.tables.decide(NOTE, [Moved(theirs, "voided", "given-up")], NOW)
    assert ledger.rows("select state from reconciler.exports") == [("rejected",)]


def test_who_decided_what_is_kept_by_reference_and_cannot_be_changed(ledger: Ledger) -> None:
    ledger.add("rejected")
    carried_out(ledger, row := ledger.only(), "retry")
    [found] = ledger.tables.decided(ORG, [row.reference])
    assert (found.actor, found.action, found.reason) == ("kari", "export-retry", NOTE.reason)
    assert (found.detail["from"], found.detail["to"], found.detail["attempt"]) == ("rejected", "not_applied", 3)
    assert ledger.tables.decided(OTHER, [row.reference]) == []
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        ledger.connection.execute("delete from reconciler.audit")


def test_rows_are_found_by_record_reference_number_days_and_category(ledger: Ledger) -> None:
    for record in ("r1", "r2"):
        ledger.add("sent", record)
    for wanted in ("r2", "RCN-2", "2"):
        assert [row.record_id for row in ledger.tables.rows(Choice(ORG, (wanted,)))] == ["r2"]
    for wanted in ("9" * 40, "r2'", "%", "\x00" * 0 + "x"):
        assert ledger.tables.rows(Choice(ORG, (wanted,))) == []
    assert len(ledger.tables.rows(Choice(ORG, since=NOW, until=NOW + timedelta(seconds=1)))) == 2
    assert ledger.tables.rows(Choice(ORG, until=NOW)) == ledger.tables.rows(Choice(ORG, category="x")) == []
    assert [row.record_id for row in ledger.tables.rows(Choice(ORG), limit=1)] == ["r1"]


def test_every_way_out_has_a_command() -> None:
    from reconciler.runs.operations import COMMANDS

    assert set(COMMANDS) == set(OPERATIONS)
    assert ways_out("held") == ["give-up", "received", "not-received"]
    assert ways_out("sending") == []
