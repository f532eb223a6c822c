"""What the metrics tell from the database: of every run, whichever process it was, and of every organisation."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import psycopg
import pytest
from prometheus_client.parser import text_string_to_metric_families

from reconciler.controller.metrics import FRESH_S, IntegrationState, Metrics
from reconciler.controller.probing import census, probe
from reconciler.database.census import Census, count
from reconciler.database.conditions import ConditionTable
from reconciler.database.connection import Database
from reconciler.errors import DatabaseDown
from reconciler.runs.condition import Condition
from reconciler.settings import Settings

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
NOWHERE = "postgresql://x@127.0.0.1:1/none"


def value(metrics: Metrics, name: str, **labels: str) -> float | None:
    return metrics.registry.get_sample_value(f"reconciler_{name}", {"installation": "tests", **labels})


@pytest.fixture
def filled(database_url: str) -> str:
    """One integration with runs of today and of last week, questions in the ledger, and a request."""
    organization = uuid4()
    with psycopg.connect(database_url) as connection:
        connection.execute("select set_config('session_replication_role', 'replica', true)")
        empty = dict.fromkeys(("settings", "identity", "credentials", "exports", "health", "definitions"), "{}")
        _insert(
            connection, "public.organization_integrations", organization_id=organization, name="accounts",
            integration_type="rest", environment="simulator", mode="send", revision="r", updated_at=NOW, **empty,
        )  # fmt: skip
        counts = '{"claims": {"sent": 5, "rejected": 2, "amount": "12.50", "requests": 3, "withheld": 1}, "x": null}'
        for minutes, state, late_s in ((30, "succeeded", 90), (120, "failed", 7200), (60 * 24 * 7, "failed", 0)):
            at = NOW - timedelta(minutes=minutes)
            _insert(
                connection, "reconciler.runs", id=uuid4(), organization_id=organization, integration="accounts",
                trigger="schedule", occurrence=at - timedelta(seconds=late_s), fence=1, revision="r", state=state,
                counts=counts, started_at=at, ended_at=at,
            )  # fmt: skip
        for number, state in enumerate(("unknown", "held", "held", "sent", "sending")):
            _insert(
                connection, "reconciler.exports", organization_id=organization, target="t", category="claims",
                record_id=str(number), integration="accounts", reference=str(number), number=number, state=state,
                revision="r", claimed_at=NOW, changed_at=NOW - timedelta(hours=number + 1),
            )  # fmt: skip
        _insert(
            connection, "reconciler.run_requests", id=uuid4(), organization_id=organization, integration="accounts",
            requested_by="kari", requested_at=NOW - timedelta(minutes=5),
        )  # fmt: skip
    table = ConditionTable(Database(database_url))
    for name, reason in (("", "Applied"), ("hlf", "Applied"), ("nbf", "SpecsInvalid")):
        seen = NOW - timedelta(minutes=10)
        table.keep_condition(Condition(name, reason, "a sentence", NOW, verified_at=seen), None, NOW)
    return database_url


def _insert(connection: psycopg.Connection, table: str, **values: object) -> None:
    names, places = ", ".join(values), ", ".join(["%s"] * len(values))
    connection.execute(f"insert into {table} ({names}) values ({places})", list(values.values()))


@pytest.fixture
def metrics(filled: str) -> Metrics:
    found = Metrics("tests")
    found.ask(census(Settings(database_url=filled, clock_start=NOW)))
    return found


def test_runs_and_documents_of_a_day_are_counted_by_what_became_of_them(metrics):
    assert value(metrics, "runs_last_day", state="succeeded") == 1
    assert value(metrics, "runs_last_day", state="failed") == 1
    assert value(metrics, "runs_last_day", state="lost") == 0
    assert value(metrics, "exports_last_day", outcome="sent") == 10
    assert value(metrics, "exports_last_day", outcome="rejected") == 4
    assert value(metrics, "exports_last_day", outcome="requests") is None


def test_open_documents_lateness_and_requests_have_their_age(metrics):
    assert value(metrics, "exports_open", state="held") == 2
    assert value(metrics, "exports_open", state="unknown") == 1
    assert value(metrics, "exports_open", state="sending") is None
    assert value(metrics, "exports_open", state="rejected") == 0
    assert value(metrics, "exports_open_oldest_age_seconds") == pytest.approx(3 * 3600, abs=60)
    assert value(metrics, "schedule_lateness_last_hour_seconds") == 90
    assert value(metrics, "run_requests_open") == 1
    assert value(metrics, "run_requests_oldest_age_seconds") == pytest.approx(300, abs=60)


def test_conditions_are_told_one_by_one_and_counted_without_the_repositorys_own(metrics):
    assert value(metrics, "condition", organization="nbf", condition="Stalled", reason="SpecsInvalid") == 1
    assert value(metrics, "condition", organization="hlf", condition="Ready", reason="Applied") == 1
    assert value(metrics, "condition", organization="", condition="Ready", reason="Applied") == 1
    assert value(metrics, "conditions", condition="Ready", reason="Applied") == 1
    assert value(metrics, "conditions", condition="Stalled", reason="Fighting") == 0
    assert value(metrics, "oldest_verified_age_seconds") == pytest.approx(600, abs=60)


def test_only_so_many_are_told_one_by_one_and_those_that_wait_for_somebody_first(filled, monkeypatch):
    monkeypatch.setattr("reconciler.database.census.MOST", 1)
    found = count(Database(filled), NOW)
    assert [each.organization for each in found.standings] == ["nbf"]
    assert found.reasons == {"Applied": 1, "SpecsInvalid": 1}


def test_a_reason_of_a_newer_program_waits_for_a_person(filled):
    with psycopg.connect(filled) as connection:
        connection.execute("update reconciler.conditions set reason = 'FromTomorrow' where organization = 'hlf'")
    metrics = Metrics("tests")
    metrics.ask(census(Settings(database_url=filled, clock_start=NOW)))
    assert value(metrics, "condition", organization="hlf", condition="Stalled", reason="FromTomorrow") == 1


def test_the_database_is_asked_once_for_many_looks_and_an_old_answer_shows_its_age():
    now, asked = [0.0], []
    metrics = Metrics("tests", lambda: now[0])

    def answer() -> Census:
        asked.append(now[0])
        if len(asked) > 1:
            raise DatabaseDown("the database cannot be reached")
        return Census(requests=7)

    metrics.ask(answer)
    for _ in range(5):
        assert value(metrics, "run_requests_open") == 7
    assert len(asked) == 1
    now[0] += FRESH_S + 1
    assert value(metrics, "run_requests_open") == 7
    assert value(metrics, "census_age_seconds") == FRESH_S + 1
    assert len(asked) == 2, "a database that is away is not asked at every look"


def test_an_integration_that_is_gone_is_not_shown_any_more():
    metrics = Metrics("tests")
    metrics.integrations(
        [IntegrationState("hlf", "accounts", "red", 12, 0.05), IntegrationState("nbf", "x", "green", 0)]
    )
    assert value(metrics, "integration_health", organization="hlf", integration="accounts", colour="red") == 1
    assert value(metrics, "integration_backlog", organization="hlf", integration="accounts") == 12
    assert value(metrics, "integration_quota_left_ratio", organization="hlf", integration="accounts") == 0.05
    assert value(metrics, "integration_quota_left_ratio", organization="nbf", integration="x") is None
    metrics.integrations([IntegrationState("nbf", "x", "green", 0)])
    assert value(metrics, "integration_backlog", organization="hlf", integration="accounts") is None


def test_the_last_fetch_grows_older_until_one_succeeds():
    now = [100.0]
    metrics = Metrics("tests", lambda: now[0])
    now[0] += 900
    metrics.fetched(ok=False)
    assert value(metrics, "last_fetch_age_seconds") == 900
    metrics.fetched(ok=True)
    assert value(metrics, "last_fetch_age_seconds") == 0
    assert value(metrics, "fetches_total", outcome="failed") == 1


def test_the_probe_tells_a_database_that_is_away_from_one_of_another_version(database_url):
    look = probe(Settings(database_url=database_url))
    assert look() == ""
    with psycopg.connect(database_url) as connection:
        connection.execute("update reconciler.alembic_version set version_num = '0001_foundation'")
    assert look() == "the schema of this version: reconciler migrate"
    assert probe(Settings(database_url=NOWHERE))() == "the database"


def test_names_of_folders_that_somebody_chose_with_malice_stay_labels(database_url):
    name = 'a"} 1\nreconciler_shards{x="\\'
    ConditionTable(Database(database_url)).keep_condition(Condition(name, "Applied", "x", NOW), None, NOW)
    metrics = Metrics("tests")
    metrics.ask(census(Settings(database_url=database_url, clock_start=NOW)))
    text = metrics.exposed()[0].decode()
    found = [each for family in text_string_to_metric_families(text) for each in family.samples]
    assert [each.labels["organization"] for each in found if each.name == "reconciler_condition"] == [name]
    assert not [each for each in found if "x" in each.labels]
