"""`reconciler status`: the colour, what happened, what comes, and who has to do something."""

import json
from dataclasses import replace
from datetime import timedelta

import psycopg
import pytest
from parts.installation import committed

from reconciler.cli.main import run


def show(settings, capsys, *more: str) -> str:
    capsys.readouterr()
    assert run(["status", *more], settings) == 0
    return capsys.readouterr().out


def data(settings, capsys) -> dict:
    return json.loads(show(settings, capsys, "--format", "json"))["integrations"][0]


def change(settings, statement: str) -> None:
    with psycopg.connect(settings.database_url) as connection:
        connection.execute(statement)


def test_an_empty_database_teaches_what_to_run_next(settings, capsys):
    out = show(settings, capsys)
    assert "Nothing is applied to this database yet." in out
    assert "reconciler plan" in out
    assert "reconciler apply" in out


def test_an_integration_without_a_credential_is_grey_and_says_what_to_do(applied, capsys):
    out = show(applied, capsys)
    assert "grey" in out
    assert "no credential" in out
    assert "186 to send" in out
    assert "NOK 119 420.37" in out
    assert "next: reconciler credentials set blindeforbundet xledger" in out


def test_a_connected_integration_that_never_ran_says_how_to_begin(connected, capsys):
    found = data(connected, capsys)
    assert found["health"] == {"colour": "grey", "reason": "never run"}
    assert found["credential"]["hint"] == "••••••••ests"
    assert "next: reconciler preview blindeforbundet xledger" in show(connected, capsys)


def test_after_a_sync_the_run_the_next_one_and_the_refused_records_are_shown(connected, send, capsys):
    send()
    out = show(connected, capsys)
    assert "2026-03-02 08:00" in out
    assert "183 sent" in out
    assert "3 refused" in out
    assert "2026-03-03 03:30" in out
    assert "CET, in 19 h" in out
    assert "31 withheld" in out
    assert "3 records of blindeforbundet xledger need somebody:" in out
    assert "dimension 9999 does not exist in entity 31007" in out
    assert "field glObject1.code, orgs/blindeforbundet/mappings/expense-claims.yaml:21:11" in out
    assert max(len(line) for line in out.splitlines()) <= 120


def test_the_json_twin_keeps_its_keys(connected, send, capsys):
    send()
    found = data(connected, capsys)
    assert set(found) == {
        "organization", "integration", "type", "environment", "mode", "revision", "health", "problem", "last_run",
        "last_success", "next_run", "backlog", "ledger", "credential", "allowance", "suspended", "needing_somebody",
        "records", "differing", "differences",
    }  # fmt: skip
    assert set(found["allowance"]) == {
        "reads", "writes", "quota", "reserve", "renews", "closed_until", "closed_reason", "breakers",
    }  # fmt: skip
    assert found["health"] == {"colour": "yellow", "reason": "3 refused"}
    assert found["next_run"] == "2026-03-03T03:30:00+01:00"
    assert found["backlog"] == {"documents": 0, "amount": "0.00", "withheld": 31}
    assert {each["field"] for each in found["records"]} == {"glObject1.code", "subledger.code"}


def test_the_newest_run_is_shown_though_its_machine_has_another_clock(connected, send, capsys):
    send()
    send()
    found = data(connected, capsys)
    assert found["last_run"]["state"] == "succeeded"
    assert found["last_success"]


def test_a_lost_answer_is_a_question_and_turns_red_after_a_day(connected, simulator, send, capsys):
    simulator.arm("lose_response_after_commit")
    send()
    found = data(connected, capsys)
    assert found["health"]["colour"] == "yellow"
    assert "with an unknown fate" in found["health"]["reason"]
    assert "  unknown  expense_claims" in show(connected, capsys)
    assert connected.clock_start
    later = replace(connected, clock_start=connected.clock_start + timedelta(hours=25))
    assert data(later, capsys)["health"] == {"colour": "red", "reason": "a question has been open for more than a day"}


def test_only_the_first_twenty_records_are_listed(connected, send, capsys):
    send()
    change(
        connected,
        "update reconciler.exports set state = 'held'"
        " where id in (select id from reconciler.exports where state = 'sent' order by id limit 25)",
    )
    out = show(connected, capsys)
    assert "28 records of blindeforbundet xledger need somebody:" in out
    assert out.count("  held  ") == 20
    assert "  and 8 more" in out


def test_an_integration_that_cannot_be_read_is_shown_and_hides_nothing(applied, capsys):
    change(
        applied,
        "update public.organization_integrations"
        """ set definitions = definitions || '{"IntegrationType/xledger": "nowhere"}'""",
    )
    found = data(applied, capsys)
    assert found["health"] == {"colour": "red", "reason": "it cannot be read"}
    assert "IntegrationType/xledger" in found["problem"]


@pytest.mark.parametrize(
    "spoil",
    [
        "update reconciler.schedules set cron = 'whenever'",
        "update reconciler.schedules set zone = 'Mars/Base'",
        """update public.organization_integrations set settings = '["entity"]'""",
    ],
)
def test_what_another_hand_spoilt_is_shown_as_drift(applied, capsys, spoil: str):
    change(applied, spoil)
    found = data(applied, capsys)
    assert found["health"] == {"colour": "red", "reason": "it cannot be read"}
    assert "reconciler plan shows what is not as it was applied" in found["problem"]


def test_colours_are_only_for_terminals(applied, capsys, monkeypatch):
    assert "\x1b[" not in show(applied, capsys)
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[2mgrey\x1b[0m" in show(applied, capsys).replace(" ", "")


def test_an_organisation_that_is_not_applied_is_a_usage_error(applied, capsys):
    assert run(["status", "nobody"], applied) == 2
    assert "one of blindeforbundet" in capsys.readouterr().err


def test_an_exclusion_that_is_over_is_named_with_its_place(applied, repository, capsys):
    courses = repository / "orgs/blindeforbundet/exclusions/course-signup.yaml"
    courses.write_text(courses.read_text(encoding="utf-8") + "  until: 2026-03-04\n", encoding="utf-8")
    committed(repository, "course signup ends")
    assert run(["apply", "--root", str(repository)], applied) == 0
    assert "held until" not in show(applied, capsys)
    later = replace(applied, clock_start=applied.clock_start + timedelta(days=3))
    said = (
        "blindeforbundet: the exclusion 'course-signup' held until 2026-03-04; its features are on after the next apply"
    )
    assert f"{said} (orgs/blindeforbundet/exclusions/course-signup.yaml:8:10)\n" in show(later, capsys)
    (ended,) = json.loads(show(later, capsys, "--format", "json"))["ended_exclusions"]
    assert (ended["name"], ended["until"], ended["features"]) == ("course-signup", "2026-03-04", True)
    assert run(["plan", "--root", str(repository)], later) == 0
    out = capsys.readouterr().out
    assert "1 to update" in out
    assert "course-signup.yaml:8:10: warning: the exclusion held until 2026-03-04; the features are back" in out
