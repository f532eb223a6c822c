"""The database role of a run: a whole sync goes, and configuration, credentials and approvals cannot be changed."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import psycopg
import pytest
from parts.checker import verdict
from parts.installation import START, TOKEN, WHERE, Books, Installation

from reconciler.database.migrate import migrate
from reconciler.schedules.jobs import job_name

FORBIDDEN = (
    "update public.organization_integrations set mode = 'observe'",
    "insert into public.feature_flags select * from public.feature_flags",
    "delete from reconciler.schedules",
    "update reconciler.schedules set cron = '* * * * *'",
    "update reconciler.organizations set body = '{}'",
    "delete from reconciler.exclusions",
    "insert into reconciler.definitions values ('d', 'k', 'n', '{}', now())",
    "insert into reconciler.applied_revisions default values",
    "update reconciler.credentials set state = 'current'",
    "insert into reconciler.credentials default values",
    "update reconciler.secret_values set ciphertext = ''",
    "update reconciler.installation_keys set wrapped_key = ''",
    "insert into reconciler.voices default values",
    "select * from reconciler.voices",
    "insert into reconciler.switches default values",
    "update reconciler.switches set ended_at = now()",
    "insert into reconciler.run_requests default values",
    "insert into reconciler.resend_requests default values",
    "insert into reconciler.record_holds default values",
    "delete from reconciler.exports",
    "truncate reconciler.exports",
    "delete from reconciler.runs",
    "delete from reconciler.export_numbers",
    "update reconciler.export_history set state = 'sent'",
    "delete from reconciler.audit",
    "update reconciler.installation set name = 'mine'",
    "update reconciler.conditions set reason = 'Applied'",
    "insert into reconciler.reports_frozen default values",
    "update reconciler.reports set body = '{}'",
    "alter table reconciler.schedules disable row level security",
    "create table reconciler.mine (n int)",
)


@pytest.fixture
def pod(installation: Installation) -> Iterator[Installation]:
    """The installation as a pod has it: with a login that is a member of the role, and no more."""
    name = f"pod_{uuid4().hex}"
    installation.sql(f"create role {name} login password 'a-password-of-a-test' in role reconciler_runner")
    url = urlsplit(installation.settings.database_url)
    host = url.netloc.rpartition("@")[2]
    mine = urlunsplit(url._replace(netloc=f"{name}:a-password-of-a-test@{host}"))
    yield replace(installation, settings=replace(installation.settings, database_url=mine))
    installation.sql(f"drop role {name}")


def test_a_scheduled_run_a_request_and_the_chores_of_a_night_go_with_the_rights_of_a_run(
    pod: Installation, installation: Installation, books: Books
) -> None:
    installation.sql("update reconciler.schedules set applied_at = '2026-01-01 00:00+01'")
    due = START - timedelta(minutes=5)
    assert pod.run("sync", *WHERE, "--job", job_name("rec-a", due), "--run", str(uuid4()), minutes=1) == 0
    assert installation.sql("select state, occurrence from reconciler.runs") == [("partial", due)]
    assert installation.run("sync", *WHERE, "--now", "--wait", "0", minutes=2) == 75
    assert pod.run("requests", "run", *WHERE, "--once", "--run", str(uuid4()), minutes=40) == 0
    assert installation.sql("select state from reconciler.run_requests") == [("done",)]
    assert pod.run("chores", "run", WHERE[0], minutes=20 * 60) == 0
    assert {state for (state,) in installation.sql("select state from reconciler.chores")} == {"done"}
    assert verdict(installation.settings.database_url, books.url) == []


def test_a_credential_that_is_refused_suspends_its_integration_with_the_rights_of_a_run(
    pod: Installation, installation: Installation, books: Books
) -> None:
    books.control("/_tokens", revoke=TOKEN)
    pod.sync()
    [(cause,)] = installation.sql("select cause from reconciler.suspensions")
    assert cause != "person"


def test_what_is_not_a_runs_to_do_is_refused(pod: Installation) -> None:
    for statement in FORBIDDEN:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            pod.sql(statement)
    assert pod.sql("select count(*) > 0 from reconciler.exports") == [(False,)], "reading goes"


def test_the_step_that_makes_the_role_may_meet_one_that_another_database_of_the_server_made(
    database_url: str,
) -> None:
    assert migrate(database_url) == []
    with psycopg.connect(database_url) as connection:
        query = "select count(*) from pg_policies where policyname = 'runner'"
        assert connection.execute(query).fetchone() == (
            connection.execute(
                "select count(*) from pg_class where relrowsecurity and relnamespace = 'reconciler'::regnamespace"
                " and relname not like 'portal%'"
                " or oid in ('public.organization_integrations'::regclass, 'public.feature_flags'::regclass)"
            ).fetchone()
        )
