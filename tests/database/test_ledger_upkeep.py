"""What the ledger costs and keeps: no index is touched on a document's ordinary way, and no row is ever deleted."""

from datetime import UTC, datetime
from uuid import uuid4

import psycopg
import pytest

from reconciler.database.connection import Database
from reconciler.database.leases import LeaseTable
from reconciler.database.ledger import LedgerTable
from reconciler.database.ledger_rows import literal
from reconciler.database.ledger_statements import UNDECIDED, UNDERWAY, narrowed
from reconciler.runs.export import Frozen, Recorded, Stream, Wanted
from reconciler.runs.outcome import Sent

ORG = "aaaaaaaa-0000-4000-8000-000000000001"
NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
CLAIMS = Stream(ORG, "books", "simulator:t:1:voucher", "expense_claims")
COUNT = 60
MEANT = """
    select pg_get_expr(d.adbin, d.adrelid) from pg_attrdef d
    join pg_attribute a on a.attrelid = d.adrelid and a.attnum = d.adnum
    where d.adrelid = 'reconciler.exports'::regclass and a.attname = %s"""


def sent(database_url: str) -> None:
    """Documents that were claimed, frozen and sent, in one run."""
    database = Database(database_url)
    lease = LeaseTable(database).take("demo/books", "me", NOW)
    ledger, wanted = LedgerTable(database), [Wanted(f"record-{n}", known=False) for n in range(COUNT)]
    claims = ledger.claim(lease, CLAIMS, uuid4(), wanted, "f" * 40, NOW, 2026)
    frozen = [Frozen(each, {"lines": []}, None, "", "d" * 64, "B" + "0" * 20) for each in claims]
    assert len(ledger.freeze(lease, CLAIMS, frozen, [], "m" * 64, NOW)) == COUNT
    outcomes = [Recorded(each, Sent((f"T-{each.number}",))) for each in claims]
    ledger.record(lease, CLAIMS, outcomes, NOW, durable=False)
    database.close()


def test_no_index_holds_what_freezing_and_recording_a_document_change(database_url: str) -> None:
    sent(database_url)
    with psycopg.connect(database_url) as connection:
        indexed = connection.execute(
            "select distinct a.attname from pg_index i join pg_attribute a on a.attrelid = i.indrelid"
            " and (a.attnum = any(i.indkey) or pg_get_expr(i.indpred, i.indrelid) ~ ('\\m' || a.attname || '\\M'))"
            " where i.indrelid = 'reconciler.exports'::regclass"
        ).fetchall()
    assert {name for (name,) in indexed} >= {"reference", "number", "underway", "undecided"}
    assert {name for (name,) in indexed}.isdisjoint(
        {"state", "attempt", "frozen", "batch", "payload_digest", "record_digest", "mapping_digest", "amount"}
        | {"target_ids", "sent_at", "changed_at", "lease_until", "next_attempt_at"}
    )


def test_no_row_of_the_ledger_is_ever_deleted(database_url: str) -> None:
    sent(database_url)
    with (
        psycopg.connect(database_url) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege, match="exports is append-only: delete is refused"),
    ):
        connection.execute("delete from reconciler.exports where number = 2026000001")


def test_states_are_found_by_the_columns_that_stand_for_them(database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        for column, states in (("underway", UNDERWAY), ("undecided", UNDECIDED)):
            (meant,) = connection.execute(MEANT, [column]).fetchone()
            row = connection.execute(
                f"select array_agg(state) from unnest(%s::text[]) as every (state) where {meant}",
                [[*UNDERWAY, *UNDECIDED, "posted", "rejected_late", "drifted", "voided"]],
            ).fetchone()
            assert row == (list(states),)
            assert narrowed(states) == f"and e.{column}"
    assert narrowed(["sent", "held"]) == narrowed(["posted"]) == ""


@pytest.mark.parametrize(
    "text", ['"', "\\", '\\"', "{}", ",", "", " ", "NULL", "null", "'", "æ\n\t", '{"a": ["b\\""]}']
)
def test_a_column_of_any_text_arrives_as_it_is(database_url: str, text: str) -> None:
    values = [text, None, text]
    with psycopg.connect(database_url) as connection:
        assert connection.execute("select %s::text[]", [literal(values)]).fetchone() == (values,)
