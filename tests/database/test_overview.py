"""The overview reads what is there: states, questions, stories; one organisation's never another's."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import psycopg
import pytest

from reconciler.database.connection import Database
from reconciler.database.overview import Overview

NOW = datetime(2026, 3, 2, 7, tzinfo=UTC)
ONE, TWO = "00000000-0000-4000-8000-000000000001", "00000000-0000-4000-8000-000000000002"


@pytest.fixture
def staged(database_url: str) -> Iterator[psycopg.Connection]:
    """Two organisations with an integration each."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        for organization, name in ((ONE, "one"), (TWO, "two")):
            connection.execute(
                "insert into reconciler.organizations (id, name, body, revision, applied_at)"
                """ values (%s, %s, '{"zone": "Europe/Oslo"}', 'abc', %s)""",
                [organization, name, NOW],
            )
            connection.execute(
                "insert into public.organization_integrations (organization_id, name, integration_type, environment,"
                " mode, settings, identity, credentials, exports, health, definitions, revision, updated_at)"
                """ values (%s, 'books', 'ledgerish', 'simulator', 'send', '{}', '[]', '{"name": "key"}', '[]',"""
                """ '{"stale_after": "48h"}', '{}', 'abc', %s)""",
                [organization, NOW],
            )
        yield connection


@pytest.fixture
def overview(database_url: str) -> Iterator[Overview]:
    database = Database(database_url)
    yield Overview(database)
    database.close()


def run_row(connection, state: str, at: datetime, fence: int = 1, organization: str = ONE) -> None:
    connection.execute(
        "insert into reconciler.runs (id, organization_id, integration, trigger, fence, revision, state, counts,"
        " started_at, ended_at) values (gen_random_uuid(), %s, 'books', 'manual', %s, 'abc', %s,"
        """ '{"claims": {"sent": 2, "rejected": 1, "amount": "9.00"}}', %s, %s)""",
        [organization, fence, state, at, at + timedelta(minutes=1)],
    )


def export_row(connection, record: str, state: str, number: int, at: datetime = NOW, organization: str = ONE) -> int:
    row = connection.execute(
        "insert into reconciler.exports (organization_id, target, category, record_id, integration, reference, number,"
        " state, revision, amount, claimed_at, changed_at)"
        " values (%s, 'books:1', 'claims', %s, 'books', %s, %s, %s, 'abc', 10.50, %s, %s) returning id",
        [organization, record, f"RCN-{number}", number, state, at, at],
    ).fetchone()
    connection.execute(
        "insert into reconciler.export_payloads (export_id, attempt, organization_id, subject, payload, message,"
        " created_at) values (%s, 1, %s, 'subject', '{}', %s, %s)",
        [row[0], organization, f"words about {record}", at],
    )
    return row[0]


def test_an_integration_without_a_past_has_nothing_but_its_configuration(staged, overview):
    first, second = overview.integrations()
    assert (first.organization, second.organization) == ("one", "two")
    assert (first.type, first.environment, first.mode, first.stale_after) == ("ledgerish", "simulator", "send", "48h")
    assert (first.last_run, first.last_success, first.credential, first.schedule) == (None, None, None, None)
    assert (first.ledger, first.withheld, first.needing, first.troubled) == ((), 0, 0, ())


def test_documents_are_counted_and_summed_by_category_and_state(staged, overview):
    for number, state in enumerate(["sent", "sent", "posted", "rejected", "unknown", "held"], 1):
        export_row(staged, f"r{number}", state, number, NOW - timedelta(hours=number))
    export_row(staged, "r1", "held", 1, organization=TWO)
    (view,) = overview.integrations("one")
    assert view.counts == {"sent": 2, "posted": 1, "rejected": 1, "unknown": 1, "held": 1}
    assert {each.amount for each in view.ledger if each.state == "sent"} == {Decimal("21.00")}
    assert view.oldest_unsettled == view.oldest_question == NOW - timedelta(hours=6)


def test_those_that_need_somebody_come_gravest_first_and_capped(staged, overview):
    for number, state in enumerate(["rejected", "rejected", "held", "unknown", "sent"], 1):
        export_row(staged, f"r{number}", state, number)
    (view,) = overview.integrations("one", troubled=3)
    assert [row.record_id for row in view.troubled] == ["r3", "r4", "r1"]
    assert view.troubled[0].message == "words about r3"
    assert view.needing == 4


def test_the_last_run_is_the_newest_that_was_carried_out(staged, overview):
    run_row(staged, "succeeded", NOW - timedelta(days=2), 1)
    run_row(staged, "partial", NOW - timedelta(days=1), 2)
    run_row(staged, "skipped", NOW, 3)
    (view,) = overview.integrations("one")
    assert view.last_run is not None
    assert (view.last_run.state, view.last_run.count("sent", "rejected")) == ("partial", 3)
    assert view.last_success == NOW - timedelta(days=2) + timedelta(minutes=1)


def test_of_two_runs_in_one_hour_the_fence_says_which_is_newer(staged, overview):
    run_row(staged, "failed", NOW + timedelta(seconds=2), 1)
    run_row(staged, "succeeded", NOW, 2)
    (view,) = overview.integrations("one")
    assert view.last_run is not None
    assert view.last_run.state == "succeeded"


def test_the_credential_in_use_is_shown_before_one_that_waits_for_its_test(staged, overview):
    for version, state in ((1, "revoked"), (2, "current"), (3, "pending")):
        staged.execute(
            "insert into reconciler.credentials (organization_id, name, version, state, fingerprint, hint, created_by,"
            " created_at, tested_at) values (%s, 'key', %s, %s, 'f', %s, 'kari', %s, %s)",
            [ONE, version, state, f"hint{version}", NOW, NOW],
        )
    (view,) = overview.integrations("one")
    assert view.credential is not None
    assert (view.credential.state, view.credential.hint) == ("current", "hint2")


def test_schedules_are_found_by_organisation(staged, overview):
    staged.execute(
        "insert into reconciler.schedules (organization_id, name, integration, cron, last_day, zone, revision,"
        " applied_at) values (%s, 'nightly', 'books', '30 3 * * *', false, 'Europe/Oslo', 'abc', %s)",
        [ONE, NOW],
    )
    (view,) = overview.integrations("one")
    assert overview.schedules("one") == [view.schedule]
    assert overview.schedules("two") == []


def test_a_records_story_has_every_epoch_and_every_step(staged, overview):
    first = export_row(staged, "r1", "sending", 1)
    staged.execute("update reconciler.exports set state = 'voided', changed_at = %s where id = %s", [NOW, first])
    staged.execute(
        "insert into reconciler.exports (organization_id, target, category, record_id, epoch, integration, reference,"
        " number, state, revision, claimed_at, changed_at)"
        " values (%s, 'books:1', 'claims', 'r1', 2, 'books', 'RCN-2', 2, 'sent', 'abc', %s, %s)",
        [ONE, NOW, NOW],
    )
    story = overview.exports(ONE, "r1")
    assert [(row.epoch, row.state) for row in story] == [(1, "voided"), (2, "sent")]
    assert [step.state for step in story[0].history] == ["sending", "voided"]
    assert (story[0].message, story[1].message) == ("words about r1", "")
    assert overview.exports(TWO, "r1") == []


def test_withheld_rows_are_counted_while_open_and_told_for_ever(staged, overview):
    for reason, since, until in (("no receipt", 2, 1), ("excluded", 1, None)):
        staged.execute(
            "insert into reconciler.withheld (organization_id, integration, category, record_id, reason, since, until)"
            " values (%s, 'books', 'claims', 'r1', %s, %s, %s)",
            [ONE, reason, NOW - timedelta(days=since), until and NOW - timedelta(days=until)],
        )
    (view,) = overview.integrations("one")
    assert view.withheld == 1
    assert [row.reason for row in overview.withheld(ONE, "r1")] == ["no receipt", "excluded"]


def test_looking_changes_nothing(staged, overview, database_url: str):
    with Database(database_url).reading() as connection, pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
        connection.execute("delete from reconciler.withheld")
    assert overview.organizations() == ["one", "two"]
