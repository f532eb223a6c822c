"""National identity numbers reach the outside system, and stand in the database sealed at most, in the end hashed."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from uuid import uuid4

import pytest
from parts.claims import only_claims
from parts.installation import WHERE, Books, Installation

from reconciler.database.connection import Database
from reconciler.database.leases import LeaseTable
from reconciler.database.sealing import SealedLedger
from reconciler.engine import erasure
from reconciler.engine.concealed import concealed
from reconciler.engine.outcomes import as_sent
from reconciler.engine.pinned import pin, record_digest
from reconciler.errors import Blocked
from reconciler.runs.comparison import Ours, changed
from reconciler.runs.export import Frozen, Open, Recorded, Stream, Wanted
from reconciler.runs.inventory import Item
from reconciler.runs.outcome import Unknown
from reconciler.vaults.sealing import ValueSeal

ORG = "aaaaaaaa-0000-4000-8000-000000000001"
NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
STREAM = Stream(ORG, "books", "simulator:t:1:voucher", "expense_claims")
NUMBER = "17054026641"
PAYLOAD = {"document": "voucher", "lines": [{"name": "a", "fields": {"z": NUMBER, "n": 7, "a": "1"}}]}


@pytest.fixture
def ledger(database_url: str) -> Iterator[SealedLedger]:
    database = Database(database_url)
    yield SealedLedger(database, ValueSeal(bytes(32), lambda organization, value: f"hash of {len(value)}"))
    database.close()


def lost(ledger: SealedLedger, *records: str) -> tuple[list[Frozen], object]:
    """Documents whose answer was lost, and the lease of their run."""
    lease = LeaseTable(ledger._database).take("a/b", "one", NOW, 300)
    wanted = [Wanted(each, known=False) for each in records]
    claims = ledger.claim(lease, STREAM, uuid4(), wanted, "rev", NOW, 2026)
    frozen = [Frozen(each, PAYLOAD, Decimal(7), "s", "d", "B1", frozenset({"z", "n"})) for each in claims]
    ledger.freeze(lease, STREAM, frozen, [], "m", NOW)
    ledger.record(lease, STREAM, [Recorded(each, Unknown("?")) for each in claims], NOW)
    return frozen, lease


def stored(ledger: SealedLedger) -> str:
    with ledger._database.reading() as connection:
        return "\n".join(str(row) for row in connection.execute("select payload from reconciler.export_payloads"))


def test_a_repeat_is_the_same_to_the_byte_though_the_database_never_held_the_number(ledger: SealedLedger) -> None:
    first, lease = lost(ledger, "r1")
    assert NUMBER not in stored(ledger)
    assert "sealed" in stored(ledger)
    again = ledger.repeat(lease, STREAM, uuid4(), ledger.open(STREAM, ["unknown"], 5), NOW)
    sent = [json.dumps(as_sent(each[0]).payload["lines"]) for each in (first, again)]
    assert sent[0] == sent[1]
    assert NUMBER in sent[1]


def test_a_sealed_value_opens_at_its_own_place_only(ledger: SealedLedger) -> None:
    seal = ValueSeal(bytes(32), lambda organization, value: "h")
    sealed = seal.seal(NUMBER, ORG, "RCN-A/0/z")
    assert seal.open(sealed, ORG, "RCN-A/0/z") == NUMBER
    broken = {**sealed, "sealed": sealed["sealed"][:-4] + "AAAA"}
    for value, organization, place in (
        (sealed, ORG, "RCN-B/0/z"),
        (sealed, "another", "RCN-A/0/z"),
        (broken, ORG, "RCN-A/0/z"),
        ({**sealed, "sealed": "no base64"}, ORG, "RCN-A/0/z"),
    ):
        with pytest.raises(Blocked, match="does not open") as refused:
            seal.open(value, organization, place)
        assert NUMBER not in repr(refused.value.__context__)
    assert seal.seal(NUMBER, ORG, "p")["sealed"] != seal.seal(NUMBER, ORG, "p")["sealed"]


@pytest.fixture
def marked(installation: Installation) -> Installation:
    """Claims whose volunteer number is said to be a national identity number, and leaves with a reason."""
    only_claims(installation, 2)
    installation.sql(
        "insert into reconciler.definitions select 'marked', kind, name,"
        " jsonb_set(body, '{fields,volunteer_number,personal}', '\"national_id\"'), created_at"
        " from reconciler.definitions where kind = 'DataCategory' and name = 'expense_claims'"
    )
    [(mappings,)] = installation.sql("select field_mappings from public.organization_integrations")
    rules = [
        rule
        for each in mappings.values()
        for line in each["spec"]["lines"]
        for rule in line["fields"]
        if rule.get("from") == "volunteer_number"
    ]
    assert rules
    for rule in rules:
        rule["reason"] = "the outside system knows its creditors by it"
    installation.sql(
        "update public.organization_integrations set field_mappings = %s,"
        " definitions = jsonb_set(definitions, '{DataCategory/expense_claims}', '\"marked\"')",
        json.dumps(mappings),
    )
    return installation


def ours(installation: Installation) -> str:
    """The ledger and what belongs to it, as text; the category's invented samples name the same number."""
    tables = ["exports", "export_payloads", "export_history", "runs", "audit", "withheld"]
    rows = [row for each in tables for (row,) in installation.sql(f"select t::text from reconciler.{each} t")]
    assert len(rows) > 5
    return "\n".join(rows)


def test_a_sync_sends_the_number_and_the_ledger_seals_it_until_the_document_is_settled(
    marked: Installation, books: Books, capsys: pytest.CaptureFixture[str]
) -> None:
    assert marked.sync() == 0
    assert "V10001" in json.dumps(books.read())
    assert "V10001" not in ours(marked)
    digests = marked.sql("select distinct record_digest from reconciler.exports")
    world = marked.world()
    marked.sql("update reconciler.exports set state = 'unknown' where right(record_id, 1) = '2'")
    erasure.purge(world, WHERE[0], world.clock.now())
    paths = "select count(*) from reconciler.export_payloads where payload @? '$.lines[*].fields.*.sealed'"
    assert marked.sql(paths) == [(1,)]
    marked.sql("update reconciler.exports set state = 'posted'")
    erasure.purge(world, WHERE[0], world.clock.now())
    assert marked.sql(paths) == [(0,)]
    hashes = "select jsonb_path_query_array(payload, '$.lines[*].fields.*.hash') from reconciler.export_payloads"
    [(one,), (two,)] = marked.sql(hashes)
    assert one == two  # one person's, in both
    assert len(one[0]) == 32
    [(lines,)] = marked.sql("select payload -> 'lines' -> 0 ->> 'name' from reconciler.export_payloads limit 1")
    assert lines != ""
    assert len(digests) == 2
    capsys.readouterr()
    assert marked.run("why", WHERE[0], "00000000-0000-4000-8000-000000000001") == 0
    assert "V10001" not in capsys.readouterr().out


def test_the_digest_of_a_record_does_not_give_the_number_away(marked: Installation) -> None:
    assert marked.sync() == 0
    world = marked.world()
    pinned = pin(world.applied.applied(*WHERE), world.clock.now())
    export = next(each for each in pinned.exports if each.stream.category == "expense_claims")
    assert (export.hidden, export.sealed) == ({"volunteer_number"}, {"subledger.code"})
    claim = "00000000-0000-4000-8000-000000000001"
    explained = world.records.explain(export.stream, export.selection, export.category, claim)
    assert explained is not None
    record = explained[0]
    [(stored,)] = marked.sql("select record_digest from reconciler.exports where record_id = %s", claim)
    assert stored != record_digest(record, export.used)
    assert stored == record_digest(concealed(world, export, record), export.used)


def test_a_refused_record_goes_again_when_its_number_is_mended(marked: Installation) -> None:
    marked.sql("update app.expense_claims set volunteer_number = 'V77777' where right(id::text, 1) = '1'")
    assert marked.sync() == 6
    assert marked.states() == {"rejected": 1, "sent": 1}
    assert marked.sync(minutes=60) == 0  # nothing of it has changed, so it is left alone
    assert marked.sql("select max(attempt) from reconciler.exports") == [(1,)]
    marked.sql("update app.expense_claims set volunteer_number = 'V10001' where right(id::text, 1) = '1'")
    assert marked.sync(minutes=60) == 0
    assert marked.states() == {"sent": 2}


def test_a_run_that_only_observes_keeps_the_hash_of_the_number_and_never_the_number(marked: Installation) -> None:
    marked.sql("update public.organization_integrations set mode = 'observe'")
    assert marked.sync() == 0
    tables = ["shadow_documents", "shadow_payloads"]
    rows = [row for each in tables for (row,) in marked.sql(f"select t::text from reconciler.{each} t")]
    assert len(rows) == 4
    assert "V10001" not in "\n".join(rows)
    paths = "select count(*) from reconciler.shadow_payloads where payload @? '$.lines[*].fields.*.hash'"
    assert marked.sql(paths) == [(2,)]
    kept = marked.sql("select record_id, record_digest from reconciler.shadow_documents order by 1")
    marked.sql("update public.organization_integrations set mode = 'send'")
    assert marked.sync(minutes=60) == 0
    assert marked.sql("select record_id, record_digest from reconciler.exports order by 1") == kept


def test_no_command_says_of_a_document_with_such_a_number_that_something_has_changed(
    marked: Installation, capsys: pytest.CaptureFixture[str]
) -> None:
    assert marked.sync() == 0
    capsys.readouterr()
    assert marked.run("exports", "list", WHERE[0], "--changed") == 0
    assert "00000000-0000-4000-8000-000000000001" not in capsys.readouterr().out
    assert marked.run("exports", "reconcile", *WHERE, minutes=60) == 0
    assert "content" not in capsys.readouterr().out


def test_a_field_that_is_kept_sealed_is_not_compared_with_what_stands_there() -> None:
    opened = Open(1, "c", "r", 1, "R", 1, "sent", None, (), NOW, None, 1)
    ours = Ours(opened, NOW.date(), ({"z": {"sealed": "s", "hash": "h"}, "a": "1"},))
    assert changed(ours, [Item("R", "7", fields={"z": NUMBER, "a": "1"})]) == []
    assert changed(ours, [Item("R", "7", fields={"z": NUMBER, "a": "2"})]) == ["a"]
