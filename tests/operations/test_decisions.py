"""What people say about documents, on a real ledger and a real outside system: nothing is ever there twice."""

import signal
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from parts.checker import verdict
from parts.classes import CLAIMS, Make, lost
from parts.classes import WHERE as MEMBERS
from parts.decisions import audited, only, stalled, states
from parts.installation import WHERE, Books, Installation

from reconciler.cli.office import office
from reconciler.engine.operations import Desk, Wish, decide
from reconciler.errors import OperationRefused
from reconciler.runs.operations import Choice

ORG = WHERE[0]
WHY = "It was looked at together"


def test_a_refused_document_that_is_retried_goes_again_though_nothing_has_changed(
    installation: Installation, books: Books
) -> None:
    assert installation.sync() == 6
    reference = only(installation, "rejected")
    assert installation.sync(minutes=1) == 0
    assert states(installation, reference)[1] == 1
    assert installation.run("exports", "retry", ORG, reference) == 0
    assert states(installation, reference) == ("not_applied", 1, "retried")
    assert installation.sync(minutes=1) == 6
    assert states(installation, reference)[:2] == ("rejected", 2)
    assert audited(installation) == [("kari", "export-retry", "rejected", "not_applied")]
    assert verdict(installation.settings.database_url, books.url) == []


def test_all_refused_documents_of_an_integration_are_retried_at_once(installation: Installation) -> None:
    assert installation.sync() == 6
    refused = installation.states()["rejected"]
    assert refused > 2
    assert installation.run("exports", "retry", ORG, "--all", "--integration", WHERE[1]) == 0
    assert installation.states()["not_applied"] == refused
    assert installation.sync() == 6
    assert installation.sql("select distinct attempt from reconciler.exports where state = 'rejected'") == [(2,)]


def test_what_was_given_up_does_not_go_whatever_changes_until_somebody_retries(
    installation: Installation, books: Books
) -> None:
    assert installation.sync() == 6
    reference = only(installation, "rejected")
    record = only(installation, "rejected", "record_id")
    assert installation.run("exports", "give-up", ORG, record, "--reason", WHY) == 0
    installation.sql("update app.expense_claims set cost_center = '310' where id::text = %s", record)
    assert installation.sync(minutes=1) == 0
    assert states(installation, reference) == ("voided", 1, "given-up")
    assert installation.run("exports", "retry", ORG, record) == 0
    assert installation.sync(minutes=1) == 0
    assert states(installation, reference)[:2] == ("sent", 2)
    assert verdict(installation.settings.database_url, books.url) == []


def test_giving_up_many_needs_a_yes_to_exactly_so_many(installation: Installation, capsys) -> None:
    assert installation.sync() == 6
    refused = installation.states()["rejected"]
    many = ("exports", "give-up", ORG, "--all", "--integration", WHERE[1], "--reason", WHY)
    assert installation.run(*many) == 4
    assert f"add --confirm {refused}" in capsys.readouterr().err
    assert installation.run(*many, "--confirm", str(refused + 1)) == 4
    assert installation.states()["rejected"] == refused
    assert installation.run(*many, "--confirm", str(refused)) == 0
    assert installation.states()["voided"] == refused


def test_what_was_not_received_goes_again_under_the_same_reference_but_not_while_it_may_still_arrive(
    make: Make, register: Books, capsys
) -> None:
    here = lost(make, register, "D", "lose_response_before_commit")
    reference = only(here, "held")
    answer = ("exports", "answer", MEMBERS[0], reference, "--not-received")
    assert here.run(*answer, minutes=10) == 4
    assert "may still arrive until 2026-03-02 08:15 CET" in capsys.readouterr().err
    assert here.run(*answer, "--reason", "It is not in their list", minutes=6) == 0
    assert states(here, reference) == ("not_applied", 1, "answered")
    assert here.sync() == 0
    assert states(here, reference)[:2] == ("sent", 2)
    assert here.judged() == []
    assert here.sql("select count(*) from reconciler.exports where epoch > 1") == [(0,)]


def test_what_was_received_counts_as_sent_under_the_id_that_it_has_there(make: Make, register: Books) -> None:
    here = lost(make, register, "D")
    reference = only(here, "held")
    assert here.run("exports", "answer", MEMBERS[0], reference, "--received", "--id", "A-17") == 0
    assert here.sql("select state, target_ids from reconciler.exports where reference = %s", reference) == [
        ("sent", ["A-17"])
    ]
    assert here.sync(minutes=60) == 0
    assert here.judged() == []


def test_a_question_that_the_outside_system_can_answer_is_not_asked_of_a_person(
    installation: Installation, books: Books, capsys
) -> None:
    books.arm("lose_response_after_commit")
    installation.sync()
    reference = only(installation, "unknown")
    assert installation.run("exports", "answer", ORG, reference, "--not-received", minutes=60) == 4
    assert "the next sync asks" in capsys.readouterr().err
    assert states(installation, reference)[0] == "unknown"
    assert installation.run("exports", "answer", ORG, reference, "--received") == 0
    assert installation.sync(minutes=30) in {0, 6}
    assert verdict(installation.settings.database_url, books.url) == []


def test_of_two_opposite_answers_at_once_exactly_one_counts(make: Make, register: Books) -> None:
    here = lost(make, register, "D", "lose_response_before_commit")
    here.at += 20
    rows = Desk(office(here._now()), MEMBERS[0]).chosen(Choice(_organization(here), (only(here, "held"),)))

    def say(operation: str) -> str:
        try:
            decide(Desk(office(here._now()), MEMBERS[0]), rows, Wish(operation))
        except OperationRefused as error:
            return error.message
        return "done"

    with ThreadPoolExecutor(2) as pool:
        said = list(pool.map(say, ["received", "not-received"]))
    assert sorted(each == "done" for each in said) == [False, True]
    assert "was changed meanwhile" in next(each for each in said if each != "done")
    assert len(audited(here)) == 1


def _organization(installation: Installation) -> str:
    return installation.sql("select organization_id::text from reconciler.exports limit 1")[0][0]


def test_nothing_is_decided_about_what_is_on_its_way(installation: Installation, books: Books, capsys) -> None:
    with stalled(installation, books) as running:
        reference = only(installation, "sending")
        for verb in (["retry"], ["give-up", "--reason", WHY], ["answer", "--not-received"], ["answer", "--received"]):
            assert installation.run("exports", verb[0], ORG, reference, *verb[1:]) == 4
            assert "is on its way" in capsys.readouterr().err
        record = only(installation, "sending", "record_id")
        assert installation.run("exports", "hold", ORG, record, "--reason", WHY) == 4
        assert "is on its way: it cannot be held back any more" in capsys.readouterr().err
        assert running.result(30) == 6
    assert verdict(installation.settings.database_url, books.url) == []


def test_a_late_refusal_that_was_corrected_there_is_asked_for_until_it_is_posted(
    installation: Installation, books: Books
) -> None:
    assert installation.sync() == 6
    reference = only(installation, "sent")
    books.control("/_fail_late", extIdentifier=reference)
    books.control("/_import")
    installation.sync(minutes=10)
    assert states(installation, reference)[0] == "rejected_late"
    assert installation.run("exports", "answer", ORG, reference, "--fixed-there") == 0
    installation.sync(minutes=10)
    assert states(installation, reference)[0] == "rejected_late"  # it was not: the error is still there
    assert installation.run("exports", "answer", ORG, reference, "--fixed-there") == 0
    books.control("/_fail_late", clear=True)
    books.control("/_import")
    installation.sync(minutes=10)
    assert states(installation, reference)[0] == "posted"
    assert verdict(installation.settings.database_url, books.url) == []


def test_a_late_refusal_is_withdrawn_only_once_it_is_proved_gone_and_then_goes_as_a_new_epoch(
    installation: Installation, books: Books, capsys
) -> None:
    assert installation.sync() == 6
    reference = only(installation, "sent")
    books.control("/_fail_late", extIdentifier=reference)
    books.control("/_import")
    installation.sync(minutes=10)
    withdraw = ("exports", "answer", ORG, reference, "--withdraw", "--reason", "It was removed by hand")
    assert installation.run(*withdraw) == 4
    assert "is still there as " in capsys.readouterr().err
    assert states(installation, reference)[0] == "rejected_late"
    assert books.control("/_remove", extIdentifier=reference)["removed"] > 0
    assert installation.run(*withdraw) == 0
    rows = installation.sql(
        "select e.epoch, e.state, e.code, n.reference from reconciler.exports e left join reconciler.exports n"
        " on n.id = e.superseded_by where e.record_id ="
        " (select record_id from reconciler.exports where reference = %s) order by e.epoch",
        reference,
    )
    assert [row[:3] for row in rows] == [(1, "voided", "withdrawn"), (2, "not_applied", "withdrawn")]
    books.control("/_fail_late", clear=True)
    assert installation.sync(minutes=2) == 0
    assert states(installation, rows[0][3])[0] == "sent"
    booked = [line["extIdentifier"] for each in books.read()["vouchers"] for line in each["lines"]]
    assert reference not in booked
    assert rows[0][3] in booked


@pytest.mark.parametrize(("side", "state"), [("before", "rejected"), ("after", "not_applied")])
def test_a_decision_killed_at_its_commit_is_all_or_nothing(
    installation: Installation, fork, side: str, state: str
) -> None:
    assert installation.sync() == 6
    reference = only(installation, "rejected")
    code, output = fork("exports", "retry", ORG, reference, crash_at=f"{side}:decide")
    assert code == -signal.SIGKILL, output
    assert states(installation, reference)[0] == state
    assert len(audited(installation)) == (side == "after")
    assert installation.run("exports", "retry", ORG, reference) == 0


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("short", "10 to 500 characters"),
        ("x" * 501, "10 to 500 characters"),
        ("two lines\nof a reason", "on one line"),
        ("Ola Nordmann 17057812345 asked for it", "names a person"),
        ("Write to kari.nordmann@example.org", "names a person"),
    ],
)
def test_a_reason_that_says_nothing_or_names_a_person_is_refused(
    installation: Installation, capsys, reason: str, said: str
) -> None:
    assert installation.sync() == 6
    assert installation.run("exports", "give-up", ORG, only(installation, "rejected"), "--reason", reason) == 2
    assert said in capsys.readouterr().err
    assert "voided" not in installation.states()


@pytest.mark.parametrize(
    "words",
    [
        ["retry", ORG],
        ["retry", ORG, "--all"],
        ["retry", ORG, "x", "--all", "--integration", "xledger"],
        ["retry", ORG, "--all", "--integration", "nowhere"],
        ["retry", ORG, "no-such-record"],
        ["retry", "nobody", "x"],
        ["answer", ORG, "x"],
        ["answer", ORG, "x", "--not-received", "--id", "1"],
        ["list", ORG, "--since", "yesterday"],
        ["show", ORG, "no-such-record"],
        ["hold", ORG, "no-such-record", "--reason", WHY],
        ["approve", ORG, "99"],
    ],
)
def test_what_cannot_mean_anything_is_a_usage_error_with_the_next_step(
    installation: Installation, capsys, words: list[str]
) -> None:
    if words[0] == "approve":
        installation.settings = replace(installation.settings, actor="ola-blindeforbundet")
    assert installation.run("exports", *words) == 2
    assert "next: " in capsys.readouterr().err


def test_a_staged_document_is_removed_by_its_reference_where_the_type_says_how_and_goes_as_a_new_epoch(
    make: Make, register: Books, capsys
) -> None:
    here = make("C staged")
    assert here.sync() == 0
    reference = only(here, "sent")
    words = ("exports", "answer", MEMBERS[0], reference, "--withdraw", "--reason", "It went with the wrong kind")
    register.arm("refuse", status=422, on="write")
    assert here.run(*words) == 4
    assert "could not be removed there" in capsys.readouterr().err
    register.arm("lose_response_after_commit", on="write")
    assert here.run(*words, minutes=1) == 5
    assert "nobody knows whether" in capsys.readouterr().err
    assert states(here, reference)[0] == "sent"
    assert here.run(*words, minutes=1) == 0
    assert states(here, reference) == ("voided", 1, "withdrawn")
    assert here.sync(minutes=1) == 0
    there = [row["reference"] for row in register.read()["records"]]
    assert reference not in there
    assert len(there) == len(set(there)) == CLAIMS


def test_what_is_there_is_not_withdrawn_where_its_type_does_not_say_how(
    installation: Installation, books: Books, capsys
) -> None:
    assert installation.sync() == 6
    reference = only(installation, "sent")
    words = ("exports", "answer", ORG, reference, "--withdraw", "--reason", "It was removed by hand")
    assert installation.run(*words) == 4
    assert "its type does not say how what is staged is removed" in capsys.readouterr().err
    assert states(installation, reference)[0] == "sent"
