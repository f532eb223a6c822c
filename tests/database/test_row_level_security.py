"""What each role may see and do: the app's user sees its own organisation, the reader reads, and history stays."""

import json
from collections.abc import Iterator

import psycopg
import pytest

A, B = "aaaaaaaa-0000-4000-8000-000000000001", "bbbbbbbb-0000-4000-8000-000000000002"
FILL = """
    insert into reconciler.organizations (id, name, body, revision, applied_at)
        values (%(id)s, %(id)s, '{}', 'r', now());
    insert into public.organization_integrations values (%(id)s, 'books', 't', 'simulator', 'send', '{}', '[]', '{}',
        '[]', '{}', '{}', '{}', '{}', 'r', now());
    insert into public.feature_flags values (%(id)s, 'chat', true, null, 'reconciler', '{}', 'r', now());
    insert into reconciler.exports (organization_id, target, category, record_id, integration, reference, number, state,
        revision, claimed_at, changed_at) values (%(id)s, 't', 'c', 'r1', 'books', 'ref', 1, 'sent', 'r', now(), now());
    insert into reconciler.export_payloads select id, 1, organization_id, 's', '{}', '', now() from reconciler.exports
        where organization_id = %(id)s;
    insert into reconciler.suspensions values (%(id)s, 'books', 'person', 'a reason', 'kari', now());
    insert into reconciler.voices (organization_id, organization, intent, account, voice, reason, source, revision, at)
        values (%(id)s, %(id)s, repeat('a', 64), 'kari', 'approve', 'a reason', 'cli', 'r', now());
    insert into reconciler.runs (id, organization_id, integration, trigger, fence, revision, state, started_at)
        values (%(id)s, %(id)s, 'books', 'manual', 1, 'r', 'succeeded', now());
    insert into reconciler.shadow_documents (run_id, organization_id, integration, target, category, record_id, verdict,
        record_digest, mapping_digest, payload_digest, created_at)
        values (%(id)s, %(id)s, 'books', 't', 'c', 'r1', 'would_send', '', '', '', now());
    insert into reconciler.shadow_payloads values (%(id)s, 'c', 'r1', %(id)s, 's', '{}', '', now());
    insert into reconciler.reconciliations (organization_id, integration, target, first_day, last_day, way, complete,
        sent, amount, unread, others, requests, actor, at)
        values (%(id)s, 'books', 't', now(), now(), 'listed', true, 1, 1, 0, 0, 1, 'k', now());
    insert into reconciler.reconciliation_lines (reconciliation_id, organization_id, kind, reference, first_day,
        last_day, category, record_id) select id, organization_id, 'missing', 'ref', now(), now(), 'c', 'r1'
        from reconciler.reconciliations where organization_id = %(id)s;
    insert into reconciler.audit (at, actor, organization_id, action, object) values (now(), 'k', %(id)s, 'a', 'o');
"""
SEEN = ("public.organization_integrations", "public.feature_flags", "public.record_exports")


@pytest.fixture
def connection(database_url: str) -> Iterator[psycopg.Connection]:
    """As the owner, with rows of two organisations."""
    with psycopg.connect(database_url, autocommit=True) as found:
        for organization in (A, B):
            with psycopg.ClientCursor(found) as cursor:
                cursor.execute(FILL, {"id": organization})
        found.execute("insert into reconciler.definitions values ('d', 'k', 'n', '{}', now())")
        yield found


def become(connection: psycopg.Connection, role: str, claims: object = None) -> None:
    connection.execute(f"set role {role}")
    text = "" if claims is None else json.dumps(claims)
    connection.execute("select set_config('request.jwt.claims', %s, false)", [text])


def claims(organization: str) -> dict:
    return {"role": "authenticated", "app_metadata": {"organization_id": organization}}


def tables(connection: psycopg.Connection) -> list[str]:
    query = "select format('%I.%I', schemaname, tablename) from pg_tables where schemaname in ('public', 'reconciler')"
    return sorted(name for (name,) in connection.execute(query))


def test_a_user_of_the_app_sees_what_is_its_organisations_and_nothing_of_another(
    connection: psycopg.Connection,
) -> None:
    become(connection, "authenticated", claims(A))
    for relation in SEEN:
        found = connection.execute(f"select organization_id::text from {relation}").fetchall()
        assert found == [(A,)], relation
        assert connection.execute(f"select * from {relation} where organization_id = %s", [B]).fetchall() == []


@pytest.mark.parametrize("found", [None, {}, {"app_metadata": {}}, {"app_metadata": None}, {"organization_id": A}])
def test_without_a_claim_of_an_organisation_nothing_is_seen(connection: psycopg.Connection, found: object) -> None:
    become(connection, "authenticated", found)
    for relation in SEEN:
        assert connection.execute(f"select * from {relation}").fetchall() == [], relation


def test_a_user_of_the_app_sees_no_other_table_of_ours_and_writes_none(connection: psycopg.Connection) -> None:
    everything = tables(connection)
    assert len(everything) > 15
    become(connection, "authenticated", claims(A))
    for table in everything:
        for statement in (f"delete from {table}", f"insert into {table} default values", f"truncate {table}"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement)
        if table not in SEEN:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(f"select * from {table}")
    for relation in SEEN:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(f"update {relation} set organization_id = organization_id")


def test_the_view_holds_no_column_that_could_name_a_person(connection: psycopg.Connection) -> None:
    columns = {each.name for each in connection.execute("select * from public.record_exports").description or []}
    assert columns == {
        "organization_id", "category", "record_id", "integration", "state", "number", "epoch", "sent_at", "changed_at",
    }  # fmt: skip


def test_the_reader_reads_what_the_anti_join_needs_and_writes_nothing(connection: psycopg.Connection) -> None:
    connection.execute("create schema app; create table app.claims (id int); insert into app.claims values (1)")
    connection.execute(
        "grant usage on schema app to reconciler_reader; grant select on app.claims to reconciler_reader"
    )
    everything = [*tables(connection), "app.claims"]
    become(connection, "reconciler_reader")
    assert connection.execute("select id from app.claims").fetchall() == [(1,)]
    assert len(connection.execute("select state from reconciler.exports").fetchall()) == 2
    for table in everything:
        for statement in (f"delete from {table}", f"insert into {table} default values", f"truncate {table}"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement)
    for hidden in ("credentials", "export_payloads", "audit", "organizations"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(f"select * from reconciler.{hidden}")


@pytest.mark.parametrize(
    "table", ["audit", "definitions", "export_history", "reconciliations", "reconciliation_lines", "voices"]
)
def test_what_is_append_only_is_so_for_its_owner_too(connection: psycopg.Connection, table: str) -> None:
    before = connection.execute(f"select count(*) from reconciler.{table}").fetchone()
    assert before != (0,)
    columns = {
        "audit": "actor",
        "definitions": "name",
        "export_history": "code",
        "reconciliations": "problem",
        "voices": "reason",
    }
    column = columns.get(table, "detail")
    for statement in (f"update reconciler.{table} set {column} = 'x'", f"delete from reconciler.{table}",
                      f"truncate reconciler.{table} cascade"):  # fmt: skip
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="append-only"):
            connection.execute(statement)
    assert connection.execute(f"select count(*) from reconciler.{table}").fetchone() == before
