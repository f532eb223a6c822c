"""Forced re-export: a role, a reason, a yes to so many, a second person; and then exactly one document more."""

import json
import signal
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from parts.classes import WHERE as MEMBERS
from parts.classes import Make, lost
from parts.decisions import audited, only, states
from parts.installation import WHERE, Books, Installation

ORG = WHERE[0]
WHY = "The voucher was deleted there by mistake"
KARI, OLA = "kari-blindeforbundet", "ola-blindeforbundet"


def as_(installation: Installation, actor: str, **more: object) -> Installation:
    """The same, with somebody else before it."""
    return replace(installation, settings=replace(installation.settings, actor=actor, **more))


def resend(installation: Installation, *words: str, actor: str = OLA, alone: int = 20) -> int:
    before = as_(installation, actor, second_person=alone)
    return before.run("exports", "resend", ORG, *words, "--reason", WHY)


def booked(books: Books, reference: str) -> int:
    """How many vouchers carry the reference."""
    found = {
        (each["number"] if "number" in each else each["trRegNumber"])
        for each in books.read()["vouchers"]
        if any(line["extIdentifier"] == reference for line in each["lines"])
    }
    return len(found)


def epochs(installation: Installation, reference: str) -> list[tuple]:
    """Epoch, state and reference of all epochs of a document's record."""
    return installation.sql(
        "select epoch, state, reference from reconciler.exports where record_id ="
        " (select record_id from reconciler.exports where reference = %s) order by epoch",
        reference,
    )


@pytest.fixture
def sent(installation: Installation) -> Installation:
    assert installation.sync() == 6
    return installation


def test_a_document_goes_once_more_under_a_reference_of_its_own_and_the_old_one_stays(
    sent: Installation, books: Books
) -> None:
    reference = only(sent, "sent")
    assert resend(sent, reference, "--confirm", "1") == 0
    for _ in range(3):
        assert sent.sync(minutes=1) == 0
    [(first, state, old), (second, again, new)] = epochs(sent, reference)
    assert (first, state, second, again) == (1, "sent", 2, "sent")
    assert old != new
    assert (booked(books, old), booked(books, new)) == (1, 1)
    assert len({row[0] for row in sent.sql("select number from reconciler.exports")}) == len(
        sent.sql("select id from reconciler.exports")
    )
    assert audited(sent) == [(OLA, "export-resend", "sent", "sent")] * 2  # under the old reference, and the new one


def test_without_a_yes_to_exactly_so_many_it_shows_them_with_their_sum_and_changes_nothing(
    sent: Installation, capsys
) -> None:
    capsys.readouterr()
    many = ("--all", "--integration", WHERE[1], "--category", "expense_claims")
    assert resend(sent, *many) == 4
    shown = capsys.readouterr()
    claims = "select count(*) from reconciler.exports where state = 'sent' and category = 'expense_claims'"
    [(count,)] = sent.sql(claims)
    assert shown.out.count("expense_claims") == count
    assert f"{count} documents, NOK 3 506.00" in shown.out
    assert f"add --confirm {count}" in shown.err
    assert resend(sent, *many, "--confirm", str(count - 1)) == 4
    assert sent.sql("select count(*) from reconciler.exports where epoch > 1") == [(0,)]
    assert resend(sent, *many, "--confirm", str(count)) == 0
    assert sent.sql("select count(*) from reconciler.exports where epoch = 2") == [(count,)]


@pytest.mark.parametrize("actor", ["kari", "anders-hlf", ""])
def test_whoever_has_no_role_for_it_is_told_whom_to_ask(sent: Installation, capsys, actor: str) -> None:
    assert resend(sent, only(sent, "sent"), "--confirm", "1", actor=actor) == 5
    assert "ask one of them: kari-blindeforbundet, ola-blindeforbundet" in capsys.readouterr().err
    assert sent.sql("select count(*) from reconciler.exports where epoch > 1") == [(0,)]


def test_what_is_not_there_or_nobody_knows_of_is_not_sent_once_more(sent: Installation, books: Books, capsys) -> None:
    refused = only(sent, "rejected")
    assert resend(sent, only(sent, "sent"), refused, "--confirm", "2") == 4
    assert "was refused, and is not there" in capsys.readouterr().err
    reference = only(sent, "sent")
    sent.sql("update reconciler.exports set state = 'unknown' where reference = %s", reference)
    assert resend(sent, reference, "--confirm", "1") == 4
    assert "is unknown" in capsys.readouterr().err
    assert sent.sql("select count(*) from reconciler.exports where epoch > 1") == [(0,)]


def test_a_record_that_would_not_go_any_more_is_not_sent_once_more(sent: Installation, capsys) -> None:
    reference = only(sent, "sent")
    sent.sql("update app.expense_claims set receipt = null where id::text = %s", only(sent, "sent", "record_id"))
    assert resend(sent, reference, "--confirm", "1") == 4
    assert "would not go: receipt is missing" in capsys.readouterr().err


def test_many_wait_for_a_second_person_who_is_somebody_else_with_the_role(
    sent: Installation, books: Books, capsys
) -> None:
    many = [row[0] for row in sent.sql("select reference from reconciler.exports where state = 'sent' limit 3")]
    assert resend(sent, *many, "--confirm", "3", alone=2) == 0
    assert sent.sql("select count(*) from reconciler.exports where epoch > 1") == [(0,)]
    assert sent.sync(minutes=1) == 0
    capsys.readouterr()
    assert sent.run("exports", "approve", ORG, "--format", "json") == 0
    [asked] = json.loads(capsys.readouterr().out)["requests"]
    assert (asked["documents"], asked["asked_by"], asked["reason"]) == (3, OLA, WHY)
    number = str(asked["request"])
    assert sent.run("why", ORG, only(sent, "sent", "record_id")) == 0
    assert "sending it once more waits for approval: ola-blindeforbundet asked" in capsys.readouterr().out
    assert as_(sent, OLA.upper()).run("exports", "approve", ORG, number) == 4
    assert "cannot be the second person too" in capsys.readouterr().err
    assert as_(sent, "kari").run("exports", "approve", ORG, number) == 5
    assert as_(sent, KARI).run("exports", "approve", ORG, number) == 0
    assert as_(sent, KARI).run("exports", "approve", ORG, number) == 2  # it waits no longer
    assert sent.sync(minutes=1) == 0
    for reference in many:
        [(_, _, old), (_, _, new)] = epochs(sent, reference)
        assert (booked(books, old), booked(books, new)) == (1, 1)
    told = [row[:2] for row in audited(sent)]
    assert told == [(OLA, "export-resend")] * 3 + [(KARI, "export-approve")] * 6


def test_a_request_whose_documents_have_moved_is_refused_and_can_be_put_away(sent: Installation, capsys) -> None:
    reference = only(sent, "sent")
    assert resend(sent, reference, "--confirm", "1", alone=0) == 0
    assert resend(sent, reference, "--confirm", "1") == 0
    second = as_(sent, KARI)
    assert second.run("exports", "approve", ORG, "1") == 4
    assert "have moved since" in capsys.readouterr().err
    assert second.run("exports", "approve", ORG, "1", "--refuse") == 0
    assert second.run("exports", "approve", ORG, "1") == 2
    assert len(epochs(sent, reference)) == 2


def test_of_two_who_want_the_same_at_once_one_opens_the_epoch(sent: Installation) -> None:
    reference = only(sent, "sent")
    with ThreadPoolExecutor(2) as pool:
        codes = list(pool.map(lambda actor: resend(sent, reference, "--confirm", "1", actor=actor), [OLA, KARI]))
    # Whoever reads after the other's commit finds a document that has not gone yet: refused too.
    assert sorted(codes) == [0, 4]
    assert len(epochs(sent, reference)) == 2


def test_a_document_is_sent_once_more_while_a_sync_is_in_the_middle_and_goes_once(
    installation: Installation, books: Books
) -> None:
    assert installation.sync() == 6
    reference = only(installation, "sent")
    installation.run("exports", "retry", ORG, "--all", "--integration", WHERE[1])
    installation.sql("update app.expense_claims set cost_center = '310' where cost_center = '9999'")
    books.control("/_faults", clear=True)
    before = len(books.read()["vouchers"])
    books.arm("stall_after_commit", seconds=1.0)
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(replace(installation).sync)
        while len(books.read()["vouchers"]) == before:
            pass
        assert resend(installation, reference, "--confirm", "1") == 0
        running.result(30)
    for _ in range(2):
        installation.sync(minutes=1)
    [(_, _, old), (_, state, new)] = epochs(installation, reference)
    assert (state, booked(books, old), booked(books, new)) == ("sent", 1, 1)


@pytest.mark.parametrize("side", ["before", "after"])
@pytest.mark.parametrize("point", ["open_epochs", "approve", "ask_second", "refuse"])
def test_a_resend_killed_at_its_commit_is_all_or_nothing_and_goes_once(
    sent: Installation, books: Books, fork, point: str, side: str
) -> None:
    reference = only(sent, "sent")
    # The process's own actor is `kari`: she has the role here.
    sent.sql(
        "update reconciler.organizations set body = jsonb_set(body, '{people}',"
        """ '[{"account": "kari", "roles": ["admin"]}, {"account": "ola-blindeforbundet", "roles": ["admin"]}]')"""
    )
    words = ("exports", "resend", ORG, reference, "--reason", WHY, "--confirm", "1")
    if point == "ask_second":
        sent.settings = replace(sent.settings, second_person=0)
    if point in ("approve", "refuse"):
        assert resend(sent, reference, "--confirm", "1", alone=0) == 0
        words = ("exports", "approve", ORG, "1", *(["--refuse"] if point == "refuse" else []))
    code, output = fork(*words, crash_at=f"{side}:{point}")
    assert code == -signal.SIGKILL, output
    done = side == "after"
    assert len(epochs(sent, reference)) == (2 if done and point in ("open_epochs", "approve") else 1)
    waiting = sent.sql("select count(*) from reconciler.resend_requests where state = 'waiting'")[0][0]
    assert waiting == {"open_epochs": 0, "ask_second": done}.get(point, not done)
    sent.sync(minutes=1)
    assert all(booked(books, each) == 1 for _, _, each in epochs(sent, reference))


@pytest.mark.parametrize("kind", ["A", "B", "C", "D"])
def test_a_new_epoch_is_a_document_of_its_own_in_every_class_and_never_two(
    make: Make, register: Books, kind: str
) -> None:
    here = make(kind)
    assert here.sync() == 0
    reference = here.sql("select reference from reconciler.exports order by id limit 1")[0][0]
    people = here.sql("select body -> 'people' from reconciler.organizations where name = %s", MEMBERS[0])[0][0]
    accountant = next(each["account"] for each in people if "accountant" in each["roles"])
    words = ("exports", "resend", MEMBERS[0], reference, "--reason", WHY, "--confirm", "1")
    assert as_(here, accountant).run(*words) == 0
    register.arm("lose_response_after_commit")
    for _ in range(4):
        here.sync(minutes=20)
    [(_, _, old), (_, state, new)] = epochs(here, reference)
    assert state == ("held" if kind == "D" else "sent" if kind == "B" else "posted")
    times = {row["reference"]: row["times"] for row in register.read()["records"]}
    assert (times[old], times[new]) == (1, 1)


def test_the_old_document_of_a_lost_answer_is_never_superseded(make: Make, register: Books, capsys) -> None:
    here = lost(make, register, "D")
    reference = only(here, "held")
    words = ("exports", "resend", MEMBERS[0], reference, "--reason", WHY, "--confirm", "1")
    assert as_(here, "tore-demoforeningen").run(*words) == 4
    assert "is held: nobody but a person knows whether it was received" in capsys.readouterr().err
    assert states(here, reference)[0] == "held"
