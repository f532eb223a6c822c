"""`reconciler why`: one sentence for every fate that a record can have."""

import json
from pathlib import Path

import psycopg
import pytest
from git import Actor, Repo

from reconciler.cli.main import run

ORIGIN = "orgs/blindeforbundet/mappings/expense-claims.yaml:21:11"


@pytest.fixture
def pick(settings):
    """The first value that a query gives, as text."""

    def one(query: str) -> str:
        with psycopg.connect(settings.database_url) as connection:
            row = connection.execute(query).fetchone()
        assert row is not None, query
        return str(row[0])

    return one


def why(settings, capsys, record: str, *more: str) -> str:
    capsys.readouterr()
    assert run(["why", "blindeforbundet", record, *more], settings) == 0
    return capsys.readouterr().out


def exported(state: str, category: str = "expense_claims") -> str:
    return f"select record_id from reconciler.exports where state = '{state}' and category = '{category}' order by id"


def test_a_sent_record_names_target_number_and_time(connected, send, pick, capsys):
    send()
    record, number = pick(exported("sent")), pick(exported("sent").replace("record_id", "number"))
    out = why(connected, capsys, record)
    sentence, *history = out.splitlines()
    assert sentence == (
        f"expense_claims {record} was sent to simulator:xledger:31007:voucher as number {number}"
        " on 2026-03-02 08:00 CET (not posted there yet)"
    )
    assert [line.split("CET  ")[1] for line in history if "CET" in line] == ["sending, attempt 1", "sent, attempt 1"]


def test_a_posted_record_says_so(connected, simulator, send, pick, capsys):
    send()
    simulator.control("/_import")
    send(minutes=10)
    assert why(connected, capsys, pick(exported("posted"))).splitlines()[0].endswith("CET (posted)")


def test_a_refused_record_names_message_field_and_mapping_line(connected, send, pick, capsys):
    send()
    sentence = why(connected, capsys, pick(exported("rejected"))).splitlines()[0]
    assert "was refused: 'dimension 9999 does not exist in entity 31007'" in sentence
    assert sentence.endswith(
        f"(field glObject1.code, {ORIGIN}); it is sent again when the code exists there,"
        " or when the record or the mapping changes"
    )


def test_a_refused_record_that_was_changed_goes_again(connected, send, pick, capsys):
    send()
    record = pick(exported("rejected"))
    with psycopg.connect(connected.database_url) as connection:
        connection.execute("update app.expense_claims set cost_center = '320' where id = %s", [record])
    out = why(connected, capsys, record)
    assert "the record has changed since, and goes again with the next sync (Tue 2026-03-03 03:30 CET)" in out
    with psycopg.connect(connected.database_url) as connection:
        connection.execute("update app.expense_claims set receipt = null where id = %s", [record])
    assert "; now it is withheld: receipt is missing" in why(connected, capsys, record)


def test_a_refused_record_whose_mapping_changed_goes_again(connected, repository: Path, send, pick, capsys):
    send()
    mapping = repository / "orgs/blindeforbundet/mappings/mileage-claims.yaml"
    text = mapping.read_text(encoding="utf-8").replace('Oslo: "310"', 'Hamar: "310", Oslo: "310"')
    text = text.replace("given: {department: Hamar}", "given: {department: Elverum}")
    text = text.replace("has no entry for 'Hamar'", "has no entry for 'Elverum'")
    mapping.write_text(text, encoding="utf-8")
    author = Actor("Kari", "kari@example.org")
    with Repo(repository) as git:
        git.git.add("--all")
        git.index.commit("Hamar has a department", author=author, committer=author)
    assert run(["apply", "--root", str(repository)], connected) == 0
    out = why(connected, capsys, pick(exported("rejected", "mileage_claims")))
    assert "the mapping has changed since, and it goes again with the next sync (Tue 2026-03-03 03:30 CET)" in out


def test_a_withheld_record_names_what_is_missing(applied, pick, capsys):
    record = pick("select id from app.expense_claims where receipt is null and status = 'approved'"
                  " and expense_type <> 'course'")  # fmt: skip
    assert why(applied, capsys, record) == f"expense_claims {record} is withheld: receipt is missing\n"


def test_a_withheld_record_has_a_history_once_a_sync_saw_it(connected, send, pick, capsys):
    send()
    out = why(connected, capsys, pick("select record_id from reconciler.withheld where reason = 'receipt is missing'"))
    assert "    2026-03-02 08:00 CET  withheld: receipt is missing" in out


def test_a_record_outside_the_conditions_is_not_part_of_the_export(applied, pick, capsys):
    out = why(applied, capsys, pick("select id from app.mileage_claims where status = 'submitted'"))
    assert "is not part of this export: " in out
    assert "is not part of this export: status is not approved" in out


def test_a_waiting_record_says_when_it_goes(applied, pick, capsys):
    record = pick("select id from app.driver_honorariums where status = 'approved' and approved_at > '2026-01-10'"
                  " and organization_id = '5f0c7b52-8d0e-4d5c-9a51-31b4f1d0a007'")  # fmt: skip
    sentence = f"driver_honorariums {record} waits for the next sync (Tue 2026-03-03 03:30 CET)\n"
    assert why(applied, capsys, record) == sentence


def test_a_lost_answer_is_said_to_be_asked_for_first(connected, simulator, send, pick, capsys):
    simulator.arm("lose_response_after_commit")
    send()
    sentence = why(connected, capsys, pick(exported("unknown"))).splitlines()[0]
    asked = "the answer was lost; it is asked for before anything is sent again"
    assert sentence.endswith(f"is in question since 2026-03-02 08:00 CET: {asked}")


def test_what_was_sent_stays_known_when_the_app_drops_the_record(connected, send, pick, capsys):
    send()
    record = pick(exported("sent"))
    with psycopg.connect(connected.database_url) as connection:
        connection.execute("delete from app.expense_claims where id = %s", [record])
    assert "was sent to simulator:xledger:31007:voucher" in why(connected, capsys, record)


def test_the_json_twin_carries_state_sentence_and_history(connected, send, pick, capsys):
    send()
    record = pick(exported("rejected"))
    found = json.loads(why(connected, capsys, record, "--format", "json", "--integration", "xledger"))
    answer = found["answers"][0]
    assert (found["organization"], found["record"]) == ("blindeforbundet", record)
    assert set(answer) == {"integration", "category", "state", "sentence", "exports", "withheld"}
    assert [step["state"] for step in answer["exports"][0]["history"]] == ["sending", "rejected"]
    assert answer["exports"][0]["origin"] == ORIGIN


@pytest.mark.parametrize(
    "query",
    [
        "select id from app.expense_claims where organization_id <> '5f0c7b52-8d0e-4d5c-9a51-31b4f1d0a007'",
        "select '00000000-0000-4000-8000-000000000000'",
        "select 'not an id at all'",
    ],
)
def test_a_record_of_somebody_else_or_nobody_is_a_usage_error(applied, pick, capsys, query: str):
    record = pick(query)
    assert run(["why", "blindeforbundet", record], applied) == 2
    assert f"there is no record {record} of blindeforbundet" in capsys.readouterr().err


def test_an_integration_that_is_not_there_is_a_usage_error(applied, pick, capsys):
    record = pick("select id from app.expense_claims")
    assert run(["why", "blindeforbundet", record, "--integration", "portal"], applied) == 2
    assert "it has xledger" in capsys.readouterr().err
