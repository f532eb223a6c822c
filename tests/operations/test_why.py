"""`why` after people have decided: one sentence for each fate, with who, when and why."""

from dataclasses import replace

import pytest
from parts.claims import only_claims
from parts.classes import WHERE as MEMBERS
from parts.classes import Make, lost
from parts.decisions import only
from parts.installation import WHERE, Books, Installation

ORG = WHERE[0]
WHY = "It was looked at together"
AT = f"2026-03-02 08:00 CET because {WHY}"
NEXT = "the next sync (Tue 2026-03-03 03:30 CET)"


@pytest.fixture
def sentence(capsys):
    """What `why` says of a record, without the record."""

    def say(installation: Installation, record: str, organization: str = ORG) -> str:
        capsys.readouterr()
        assert installation.run("why", organization, record) == 0
        first = capsys.readouterr().out.splitlines()[0]
        return first.split(f"{record} ", 1)[1]

    return say


def test_what_people_decided_about_refused_documents_is_told(installation: Installation, sentence) -> None:
    assert installation.sync() == 6
    record = only(installation, "rejected", "record_id")
    assert installation.run("exports", "give-up", ORG, record, "--reason", WHY) == 0
    assert sentence(installation, record) == f"is not sent: it was given up by kari on {AT}"
    assert installation.run("exports", "retry", ORG, record, "--reason", WHY) == 0
    wanted = f"is due again, as kari wanted on {AT}"
    assert sentence(installation, record) == f"{wanted}; it goes with {NEXT}"
    assert installation.run("exports", "hold", ORG, record, "--reason", WHY, "--until", "2026-03-05") == 0
    held = f"is held by kari because {WHY} (until 2026-03-05); before that it {wanted}"
    assert sentence(installation, record).startswith(held)


def test_an_exclusion_is_named_with_its_end_and_its_reason(installation: Installation, sentence) -> None:
    [(record,)] = installation.sql(
        "select id::text from app.expense_claims where expense_type = 'course' and status = 'approved'"
        " and approved_at >= '2026-01-01 00:00+01' and receipt is not null and cost_center is not null"
        " and organization_id = '5f0c7b52-8d0e-4d5c-9a51-31b4f1d0a007' order by id limit 1"
    )
    assert sentence(installation, record) == (
        "is withheld until 2029-12-31 by the exclusion 'courses' because Course costs are invoiced to the course"
        " grant until its accounts are closed"
    )


def test_a_record_from_before_the_cut_over_day_says_so(installation: Installation, sentence) -> None:
    [(record,)] = installation.sql(
        "update app.expense_claims set approved_at = '2025-12-31 12:00+01' where id = ("
        " select id from app.expense_claims where status = 'approved'"
        " and organization_id = '5f0c7b52-8d0e-4d5c-9a51-31b4f1d0a007' limit 1) returning id::text"
    )
    assert "is before the cut-over day 2026-01-01" in sentence(installation, record)


def test_a_first_sync_that_needs_a_yes_is_what_its_records_wait_for(installation: Installation, sentence) -> None:
    only_claims(installation, 120)
    record = "00000000-0000-4000-8000-000000000001"
    assert sentence(installation, record) == (
        "waits for approval: the first sync to simulator:xledger:31007:voucher needs a yes"
        " (reconciler sync blindeforbundet xledger --confirm 120)"
    )


def test_what_was_resent_and_what_was_fixed_there_are_told(installation: Installation, books: Books, sentence) -> None:
    assert installation.sync() == 6
    ola = replace(installation, settings=replace(installation.settings, actor="ola-blindeforbundet"))
    two = "select record_id from reconciler.exports where state = 'sent' limit 2"
    resent, late = [row[0] for row in installation.sql(two)]
    assert ola.run("exports", "resend", ORG, resent, "--reason", WHY, "--confirm", "1") == 0
    assert sentence(installation, resent) == (
        "was sent, and is to be sent once more as number 2026000020,"
        f" as ola-blindeforbundet wanted on {AT}; it goes with {NEXT}"
    )
    [(reference,)] = installation.sql("select reference from reconciler.exports where record_id = %s", late)
    books.control("/_fail_late", extIdentifier=reference)
    books.control("/_import")
    installation.sync(minutes=10)
    assert "was refused there later" in sentence(installation, late)
    assert installation.run("exports", "answer", ORG, reference, "--fixed-there") == 0
    assert sentence(installation, late).startswith("was refused there late, and corrected there, as kari said on ")


def test_a_question_and_its_answers_are_told(make: Make, register: Books, sentence) -> None:
    here = lost(make, register, "D", "lose_response_before_commit")
    here.at += 20
    record, number = only(here, "held", "record_id"), only(here, "held", "number")
    said = sentence(here, record, MEMBERS[0])
    assert said.startswith(f"is held since 2026-03-02 08:00 CET: was number {number}, NOK ")
    assert f"reconciler exports answer demoforeningen {number} --received, or --not-received" in said
    assert here.run("exports", "give-up", MEMBERS[0], record, "--reason", WHY) == 0
    assert "and nobody knows whether number" in sentence(here, record, MEMBERS[0])
    assert here.run("exports", "retry", MEMBERS[0], record) == 0
    assert "is held since 2026-03-02 08:20 CET" in sentence(here, record, MEMBERS[0])
    assert here.run("exports", "answer", MEMBERS[0], record, "--received", "--reason", WHY) == 0
    said = sentence(here, record, MEMBERS[0])
    assert said.endswith(f"as number {number}, as kari said on 2026-03-02 08:20 CET because {WHY}")
