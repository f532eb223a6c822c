"""What the ledger holds of one person is taken out whole, once, and of nobody else; nothing goes twice after it."""

import csv
import io
import json
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from uuid import uuid4

import psycopg
import pytest
from parts.checker import verdict
from parts.claims import only_claims
from parts.installation import WHERE, Books, Installation

from reconciler.engine.beforehand import Order
from reconciler.engine.export import sync

ORG = WHERE[0]
KARI = "0a0a0a0a-1111-4222-8333-444444444444"
OTHER = "0b0b0b0b-1111-4222-8333-444444444444"
NAME, NUMBER, ACCOUNT = "Kari Froeydis Seeland", "V10007", "86011117947"
SECOND = "00000000-0000-4000-8000-000000000002"


def whose(installation: Installation, subject: str, claim: int, number: str = NUMBER) -> None:
    installation.sql(
        "update app.expense_claims set volunteer_id = %s, volunteer_number = %s, description = %s"
        " where right(id::text, 12)::int = %s",
        subject,
        number,
        NAME,
        claim,
    )


def everything(installation: Installation) -> str:
    """All rows of ours, as text."""
    tables = installation.sql(
        "select quote_ident(schemaname) || '.' || quote_ident(tablename) from pg_tables"
        " where schemaname in ('public', 'reconciler')"
    )
    assert len(tables) > 20
    return "\n".join(row for (table,) in tables for (row,) in installation.sql(f"select t::text from {table} t"))


@pytest.fixture
def booked(installation: Installation, books: Books) -> Installation:
    """Three claims at the target, the first two Kari's; what the ledger says of her is seeded with what is hers."""
    only_claims(installation, 3)
    whose(installation, KARI, 1)
    whose(installation, KARI, 2)
    whose(installation, OTHER, 3, "V10001")
    books.control("/_reset")
    assert installation.sync() in {0, 6}
    installation.sql(
        "update reconciler.export_payloads set message = %s, payload = payload || %s::jsonb where subject ="
        " (select p.subject from reconciler.export_payloads p join reconciler.exports e on e.id = p.export_id"
        " where e.record_id = %s)",
        f"{NAME} has no account {ACCOUNT}",
        json.dumps({"name": NAME, "account": ACCOUNT, "number": NUMBER}),
        SECOND,
    )
    installation.sql("update reconciler.runs set problem = %s", f"{NAME} is not known")
    installation.sql(
        "insert into reconciler.reference_lists values"
        " ('5f0c7b52-8d0e-4d5c-9a51-31b4f1d0a007', 'p', 'people', %s, 1, now(), now())",
        json.dumps({NUMBER: NAME}),
    )
    return installation


def asked(installation: Installation, capsys: pytest.CaptureFixture[str], *more: str) -> tuple[int, str]:
    capsys.readouterr()
    code = installation.run("erase", ORG, *more)
    said = capsys.readouterr()
    return code, said.out + said.err


def facts(installation: Installation) -> list[tuple]:
    """What has to stay."""
    return installation.sql(
        "select record_id, target, reference, number, state, target_ids, payload_digest, record_digest, amount"
        " from reconciler.exports order by id"
    )


def test_nothing_of_a_person_is_left_and_what_keeps_documents_from_going_twice_stays(
    booked: Installation, capsys: pytest.CaptureFixture[str]
) -> None:
    before, history = facts(booked), booked.sql("select * from reconciler.export_history order by id")
    assert all(word in everything(booked) for word in (NAME, NUMBER, ACCOUNT))
    code, said = asked(booked, capsys, "--subject", KARI)
    assert (code, "2 documents of this person" in said, "--confirm 2" in said) == (0, True, True)
    assert NAME in everything(booked)  # a list changes nothing
    code, said = asked(booked, capsys, "--subject", KARI.upper(), "--confirm", "2")
    assert (code, "erased: 2 documents" in said, "audit entry" in said) == (0, True, True)
    assert [word for word in (NAME, NUMBER, ACCOUNT, KARI) if word in everything(booked)] == []
    assert facts(booked) == before
    assert booked.sql("select * from reconciler.export_history order by id") == history
    held = booked.sql("select count(*) from reconciler.export_payloads where payload is not null")
    assert held == [(1,)]  # the other person's
    [(actor, action, subject, detail)] = booked.sql(
        "select actor, action, object, detail from reconciler.audit where action = 'erase'"
    )
    assert (actor, action, subject, detail) == ("kari", "erase", "a subject", {"copies": 2, "documents": 2})
    assert booked.sync(minutes=60) in {0, 6}
    assert verdict(booked.settings.database_url, booked.settings.simulators["xledger"]) == []


def test_a_second_time_says_that_nothing_is_left_and_still_lists_the_copies(
    booked: Installation, capsys: pytest.CaptureFixture[str]
) -> None:
    assert asked(booked, capsys, "--subject", KARI, "--confirm", "2")[0] == 0
    code, said = asked(booked, capsys, "--subject", KARI)
    assert (code, "nothing is left of this person here" in said, "copies elsewhere" in said) == (0, True, True)
    assert asked(booked, capsys, "--subject", KARI, "--confirm", "2")[0] == 2
    assert asked(booked, capsys, "--subject", KARI, "--confirm", "0")[0] == 0


def test_the_copies_are_listed_as_json_and_as_csv(booked: Installation, capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(asked(booked, capsys, "--subject", KARI, "--format", "json")[1])
    assert (found["erased"], found["documents"], found["holding"], found["unresolved"]) == (None, 2, 2, [])
    references = [each["reference"] for each in found["copies"]]
    rows = list(csv.DictReader(io.StringIO(asked(booked, capsys, "--subject", KARI, "--format", "csv")[1])))
    assert [each["reference"] for each in rows] == references
    assert len(references) == 2
    assert all(each["target_ids"] and each["sent_at"] and each["target"] for each in rows)


def test_a_number_that_is_not_the_one_listed_changes_nothing(
    booked: Installation, capsys: pytest.CaptureFixture[str]
) -> None:
    code, said = asked(booked, capsys, "--subject", KARI, "--confirm", "1")
    assert (code, "2 documents hold content" in said) == (2, True)
    assert NAME in everything(booked)


@pytest.mark.parametrize("state", ["sending", "unknown", "held"])
def test_what_may_still_be_asked_for_is_listed_and_kept(
    booked: Installation, capsys: pytest.CaptureFixture[str], state: str
) -> None:
    booked.sql("update reconciler.exports set state = %s where record_id = %s", state, SECOND)
    code, said = asked(booked, capsys, "--subject", KARI)
    assert (code, "nothing can be erased yet" in said, state in said) == (0, True, True)
    code, said = asked(booked, capsys, "--subject", KARI, "--confirm", "2")
    assert (code, state in said, "number 2026" in said) == (5, True, True)
    assert NAME in everything(booked)


def test_the_same_id_in_another_organisation_is_somebody_else(
    booked: Installation, capsys: pytest.CaptureFixture[str]
) -> None:
    theirs = "5f0c7b52-8d0e-4d5c-9a51-31b4f1d0a0aa"
    booked.sql(
        "insert into reconciler.organizations (id, name, body, revision, applied_at)"
        " values (%s, 'annen', '{\"zone\": \"Europe/Oslo\"}', 'r', now())",
        theirs,
    )
    keyed = booked.world().pseudonym(theirs, KARI)
    [(export,)] = booked.sql(
        "insert into reconciler.exports (organization_id, target, category, record_id, integration, reference, number,"
        " state, revision, claimed_at, changed_at) values (%s, 't', 'expense_claims', 'r', 'x', 'RCN-A', 1, 'posted',"
        " 'r', now(), now()) returning id",
        theirs,
    )
    booked.sql(
        "insert into reconciler.export_payloads (export_id, attempt, organization_id, subject, payload, message,"
        " created_at) values (%s, 1, %s, %s, '{\"who\": \"hers too\"}', '', now())",
        export,
        theirs,
        keyed,
    )
    assert asked(booked, capsys, "--subject", KARI, "--confirm", "2")[0] == 0
    assert "hers too" in everything(booked)


@pytest.mark.parametrize("place", ["claim", "freeze", "send", "record", "end"])
def test_a_sync_in_mid_flight_is_not_erased_beneath(booked: Installation, place: str) -> None:
    booked.sql(
        'insert into app.expense_claims select (json_populate_record(c, \'{"id":'
        ' "00000000-0000-4000-8000-000000000009"}\')).* from app.expense_claims c where volunteer_id = %s limit 1',
        KARI,
    )
    codes: list[int] = []

    class Meanwhile:
        @contextmanager
        def around(self, name: str) -> Iterator[None]:
            if name == place and not codes:
                codes.append(booked.run("erase", ORG, "--subject", KARI, "--confirm", "2"))
            yield

    world = replace(booked.world(), points=Meanwhile())
    assert sync(world, Order(*WHERE, "manual", uuid4(), confirmed=9)).state == "succeeded"
    assert codes == [75]
    assert NAME in everything(booked)
    assert booked.run("erase", ORG, "--subject", KARI, "--confirm", "3") == 0
    assert [word for word in (NAME, NUMBER, ACCOUNT, KARI) if word in everything(booked)] == []
    assert booked.sync(minutes=60) in {0, 6}  # and no lease was left behind
    assert verdict(booked.settings.database_url, booked.settings.simulators["xledger"]) == []


def test_an_erasure_that_is_refused_leaves_no_lease_behind(booked: Installation) -> None:
    assert booked.run("erase", ORG, "--subject", KARI, "--confirm", "1") == 2
    assert booked.sync() in {0, 6}


def test_an_erasure_waits_for_whoever_holds_a_document_and_judges_it_as_it_is_then(
    booked: Installation, capsys: pytest.CaptureFixture[str]
) -> None:
    codes: list[int] = []
    with psycopg.connect(booked.settings.database_url) as beside:
        beside.execute("update reconciler.exports set state = 'unknown' where record_id = %s", [SECOND])
        thread = threading.Thread(
            target=lambda: codes.append(booked.run("erase", ORG, "--subject", KARI, "--confirm", "2"))
        )
        thread.start()
        waiting = (
            "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()"
        )
        while booked.sql(waiting) == [(0,)]:
            assert thread.is_alive()
        beside.commit()
    thread.join(timeout=30)
    assert codes == [5]
    assert NAME in everything(booked)


@pytest.mark.parametrize("side", ["before", "after"])
@pytest.mark.parametrize("verb", ["erase", "purge"])
def test_who_is_killed_meanwhile_has_done_all_or_nothing(
    booked: Installation, fork: Callable[..., tuple[int, str]], verb: str, side: str
) -> None:
    booked.sql("update reconciler.exports set state = 'posted', changed_at = changed_at - interval '500 days'")
    way = ["--subject", KARI, "--confirm", "2"] if verb == "erase" else ["--expired", "--confirm", "3"]
    code, output = fork("erase", ORG, *way, crash_at=f"{side}:{verb}")
    assert code == -signal.SIGKILL, output
    held = booked.sql("select count(*) from reconciler.export_payloads where payload is not null")
    assert held == [(3 if side == "before" else {"erase": 1, "purge": 0}[verb],)]
    assert len(booked.sql("select id from reconciler.audit where action = %s", verb)) == (side == "after")
    assert booked.run("erase", ORG, "--subject", KARI, minutes=10) == 0


def test_nobody_unknown_is_erased_and_the_command_says_what_an_id_is(
    booked: Installation, capsys: pytest.CaptureFixture[str]
) -> None:
    code, said = asked(booked, capsys, "--subject", str(uuid4()))
    assert (code, "has no document of this person" in said, "volunteer_id" in said) == (0, True, True)
    assert asked(booked, capsys)[0] == 2
    assert asked(booked, capsys, "--subject", KARI, "--expired")[0] == 2
    assert asked(booked, capsys, "--subject", " ")[0] == 2
    assert booked.run("erase", "nobody", "--subject", KARI) == 2
