"""Reverse and repost: what is in the books is taken back first, by a document of its own; only then it goes again."""

import json
import signal
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal

import pytest
from parts.checker import doubled, verdict
from parts.classes import WHERE as MEMBERS
from parts.classes import Make
from parts.decisions import audited, only
from parts.installation import WHERE, Books, Installation

ORG = WHERE[0]
WHY = "The wrong cost centre was booked"
KARI, OLA = "kari-blindeforbundet", "ola-blindeforbundet"


def reverse(installation: Installation, *words: str, actor: str = OLA, alone: int = 20) -> int:
    settings = replace(installation.settings, actor=actor, second_person=alone)
    before = replace(installation, settings=settings)
    return before.run("exports", "resend", ORG, *words, "--reverse", "--reason", WHY)


def chain(installation: Installation, reference: str) -> list[tuple]:
    """Epoch, purpose, state and reference of all documents of a record, as they came about."""
    return installation.sql(
        "select epoch, purpose, state, reference from reconciler.exports where record_id ="
        " (select record_id from reconciler.exports where reference = %s) order by id",
        reference,
    )


def shape(installation: Installation, reference: str) -> list[tuple]:
    return [row[:3] for row in chain(installation, reference)]


def lines(books: Books, reference: str) -> list[dict]:
    return [
        line for voucher in books.read()["vouchers"] for line in voucher["lines"] if line["extIdentifier"] == reference
    ]


def right(installation: Installation, books: Books) -> list[str]:
    return verdict(installation.settings.database_url, books.url)


def twice(installation: Installation, books: Books) -> list[str]:
    return doubled(installation.settings.database_url, books.url)


def posted(installation: Installation, books: Books) -> None:
    """Their import job runs, and a sync hears of it."""
    books.control("/_import")
    installation.sync(minutes=40)


@pytest.fixture
def settled(installation: Installation, books: Books) -> Installation:
    """All vouchers are posted, and known to be."""
    assert installation.sync() == 6
    posted(installation, books)
    assert set(installation.states()) == {"posted", "rejected"}
    return installation


def test_a_voucher_is_taken_back_and_goes_once_more_only_when_that_is_posted(
    settled: Installation, books: Books, capsys
) -> None:
    reference = only(settled, "posted")
    assert reverse(settled, reference, "--confirm", "1") == 0
    assert shape(settled, reference) == [(1, "document", "posted"), (1, "reversal", "not_applied")]
    capsys.readouterr()
    assert settled.run("exports", "list", ORG, "--format", "json") == 0
    shown = json.loads(capsys.readouterr().out)["exports"]
    assert {row["purpose"] for row in shown if row["reference"] in {each[3] for each in chain(settled, reference)}} == {
        "document", "reversal",
    }  # fmt: skip
    for _ in range(2):  # staged is not posted: until the import job has run it may still be refused
        assert settled.sync(minutes=10) == 0
        assert shape(settled, reference)[1:] == [(1, "reversal", "sent")]
    posted(settled, books)
    states = [(1, "document", "posted"), (1, "reversal", "posted"), (2, "document", "sent")]
    assert shape(settled, reference) == states
    posted(settled, books)
    assert settled.sync(minutes=40) == 0
    assert right(settled, books) == []
    assert len(shape(settled, reference)) == 3
    first, back, again = (lines(books, each[3]) for each in chain(settled, reference))
    assert [Decimal(each["amount"]) for each in back] == [-Decimal(each["amount"]) for each in first]
    frozen = "select payload -> 'lines' -> 0 -> 'fields' ->> 'yourReference' from reconciler.export_payloads p join"
    frozen += " reconciler.exports e on e.id = p.export_id and e.purpose = 'reversal'"
    assert settled.sql(frozen) == [(reference,)]
    same = ("account", "postedDate", "text", "glObject1", "project")
    assert [[each.get(name) for name in same] for each in back] == [[each.get(name) for name in same] for each in first]
    assert [each["amount"] for each in again] == [each["amount"] for each in first]
    days = ("--from", "2026-03-01", "--to", "2026-03-31")
    assert settled.run("exports", "reconcile", *WHERE, *days) == 0
    capsys.readouterr()
    assert settled.run("statement", *WHERE, "--month", "2026-03", "--format", "json") == 0
    [part] = json.loads(capsys.readouterr().out)["targets"]
    once = "select sum(amount) from reconciler.exports where superseded_by is null and state = 'posted'"
    assert [(Decimal(part["amount"]),)] == settled.sql(once)
    numbers = settled.sql("select number from reconciler.exports")
    assert len(set(numbers)) == len(numbers)
    assert audited(settled) == [(OLA, "export-resend", "posted", "posted")] * 2


def test_the_answer_to_a_reversal_is_lost_and_it_is_asked_for_and_never_sent_twice(
    settled: Installation, books: Books
) -> None:
    reference = only(settled, "posted")
    assert reverse(settled, reference, "--confirm", "1") == 0
    books.arm("lose_response_after_commit")
    settled.sync(minutes=1)
    assert shape(settled, reference)[1:] == [(1, "reversal", "unknown")]
    settled.sync(minutes=5)  # its request could still arrive: nothing follows from not finding it
    assert shape(settled, reference)[1:] == [(1, "reversal", "unknown")]
    posted(settled, books)
    assert shape(settled, reference)[1:] == [(1, "reversal", "posted"), (2, "document", "sent")]
    posted(settled, books)
    assert right(settled, books) == []


def test_a_reversal_that_is_refused_late_keeps_the_document_from_going(settled: Installation, books: Books) -> None:
    reference = only(settled, "posted")
    assert reverse(settled, reference, "--confirm", "1") == 0
    assert settled.sync(minutes=1) == 0
    back = chain(settled, reference)[1][3]
    books.control("/_fail_late", extIdentifier=back, message="The period is closed for posting.")
    posted(settled, books)
    settled.sync(minutes=60)
    assert shape(settled, reference)[1:] == [(1, "reversal", "rejected_late")]
    assert settled.run("exports", "answer", ORG, back, "--withdraw", "--reason", "It was removed there") == 4
    books.control("/_fail_late", clear=True)
    assert settled.run("exports", "answer", ORG, back, "--fixed-there", "--reason", "The period was opened") == 0
    assert settled.sync(minutes=1) == 0
    assert shape(settled, reference)[1:] == [(1, "reversal", "sent")]
    posted(settled, books)
    assert shape(settled, reference)[1:] == [(1, "reversal", "posted"), (2, "document", "sent")]
    assert right(settled, books) == []


def test_a_reversal_that_is_refused_at_once_goes_when_a_person_has_seen_to_it_and_its_document_after_it(
    settled: Installation, books: Books, capsys
) -> None:
    reference = only(settled, "posted")
    account = lines(books, reference)[0]["account"]
    assert reverse(settled, reference, "--confirm", "1") == 0
    books.control("/_reference", kind="account", code=account, gone=True)
    for _ in range(2):
        settled.sync(minutes=1)
    assert shape(settled, reference)[1:] == [(1, "reversal", "rejected")]
    capsys.readouterr()
    [(record,)] = settled.sql("select record_id from reconciler.exports where reference = %s", reference)
    assert settled.run("why", ORG, record) == 0
    assert "is being reversed before it goes once more: its reversal was refused" in capsys.readouterr().out
    books.control("/_reference", kind="account", code=account, entity=31007)
    assert settled.run("exports", "retry", ORG, reference) == 2  # the first document is not what waits
    assert settled.run("exports", "retry", ORG, chain(settled, reference)[1][3]) == 0
    settled.sync(minutes=1)
    posted(settled, books)
    posted(settled, books)
    assert shape(settled, reference)[1:] == [(1, "reversal", "posted"), (2, "document", "posted")]
    assert right(settled, books) == []


def test_no_document_gets_a_second_reversal(settled: Installation, books: Books, capsys) -> None:
    reference = only(settled, "posted")
    with ThreadPoolExecutor(2) as pool:
        codes = sorted(pool.map(lambda who: reverse(settled, reference, "--confirm", "1", actor=who), [OLA, KARI]))
    assert codes[0] == 0 < codes[1]
    [_, (_, _, _, back)] = chain(settled, reference)
    seen = "select v.state from public.record_exports v join reconciler.exports e using (record_id)"
    assert settled.sql(f"{seen} where e.reference = %s", reference) == [("posted",)]  # the app sees documents alone
    assert reverse(settled, reference, "--confirm", "1") == 2  # its reversal stands in its place
    assert reverse(settled, back, "--confirm", "1") == 4
    settled.sync(minutes=1)
    assert reverse(settled, back, "--confirm", "1") == 4
    assert "takes a document back" in capsys.readouterr().err
    posted(settled, books)
    posted(settled, books)
    again = chain(settled, reference)[2][3]
    assert reverse(settled, again, "--confirm", "1") == 0  # the new document is another one, and may be wrong as well
    for _ in range(3):
        posted(settled, books)
    assert [row[:2] for row in chain(settled, reference)] == [
        (1, "document"), (1, "reversal"), (2, "document"), (2, "reversal"), (3, "document"),
    ]  # fmt: skip
    assert right(settled, books) == []


def test_what_cannot_be_reversed_is_refused_with_the_reason(settled: Installation, books: Books, capsys) -> None:
    def refused(words: str, reference: str = only(settled, "posted")) -> None:
        capsys.readouterr()
        assert reverse(settled, reference, "--confirm", "1") == 4
        assert words in capsys.readouterr().err
        assert settled.sql("select count(*) from reconciler.exports where purpose = 'reversal'") == [(0,)]

    reference = only(settled, "posted")
    book = "update reconciler.organizations set body = jsonb_set(body, '{accounting}', %s::jsonb)"
    settled.sql(book, '{"closed_through": "2026-02-28"}')
    refused("and the books are closed through 2026-02-28")
    settled.sql(book, '{"closed_through": "2025-12-31"}')
    payload = "update reconciler.export_payloads p set payload = {} from reconciler.exports e where e.id = p.export_id"
    settled.sql("create table kept as select * from reconciler.export_payloads")
    settled.sql(payload.format("null"))
    refused("the ledger does not hold any more what was sent")
    sealed = """jsonb_set(k.payload, '{lines,0,fields,subledger.code}', '{"hash": "x"}')"""
    settled.sql(
        f"update reconciler.export_payloads p set payload = {sealed} from kept k where k.export_id = p.export_id"
    )
    refused("a part of what was sent is sealed away")
    sealed = """jsonb_set(k.payload, '{lines,0,fields,amount}', '"1.00"')"""
    settled.sql(
        f"update reconciler.export_payloads p set payload = {sealed} from kept k where k.export_id = p.export_id"
    )
    assert reverse(settled, reference, "--confirm", "1") == 5
    assert "was changed in the database" in capsys.readouterr().err
    settled.sql(
        "update reconciler.export_payloads p set payload = k.payload from kept k where k.export_id = p.export_id"
    )
    settled.sql("update reconciler.exports set state = 'sent' where reference = %s", reference)
    refused("is not settled there: it is sent", reference)


def test_books_that_are_closed_meanwhile_refuse_the_reversal_before_it_goes(
    settled: Installation, books: Books
) -> None:
    reference = only(settled, "posted")
    assert reverse(settled, reference, "--confirm", "1") == 0
    book = "update reconciler.organizations set body = jsonb_set(body, '{accounting}', %s::jsonb)"
    settled.sql(book, '{"closed_through": "2026-02-28"}')
    requests = books.read()["requests"]["mutations"]
    for _ in range(2):
        settled.sync(minutes=1)
    assert shape(settled, reference)[1:] == [(1, "reversal", "rejected")]
    assert books.read()["requests"]["mutations"] == requests
    settled.sql(book, '{"closed_through": "2025-12-31"}')
    assert settled.run("exports", "retry", ORG, chain(settled, reference)[1][3]) == 0
    settled.sync(minutes=1)
    assert shape(settled, reference)[1:] == [(1, "reversal", "sent")]


def test_a_system_that_keeps_no_accounts_takes_nothing_back(make: Make, register: Books, capsys) -> None:
    here = make("C")
    assert here.sync() == 0
    reference = only(here, "sent")
    settings = replace(here.settings, actor="tore-demoforeningen")
    words = ("exports", "resend", MEMBERS[0], reference, "--reverse", "--reason", WHY, "--confirm", "1")
    assert replace(here, settings=settings).run(*words) == 4
    assert "its type does not say how one is reversed" in capsys.readouterr().err


def test_many_wait_for_a_second_person_who_agrees_to_the_reversal_too(
    settled: Installation, books: Books, capsys
) -> None:
    many = [row[0] for row in settled.sql("select reference from reconciler.exports where state = 'posted' limit 3")]
    assert reverse(settled, *many, "--confirm", "3", alone=2) == 0
    assert settled.sql("select count(*) from reconciler.exports where purpose = 'reversal'") == [(0,)]
    capsys.readouterr()
    assert settled.run("exports", "approve", ORG, "--format", "json") == 0
    assert json.loads(capsys.readouterr().out)["requests"][0]["reverse"] is True
    second = replace(settled, settings=replace(settled.settings, actor=KARI))
    assert second.run("exports", "approve", ORG, "1") == 0
    assert settled.sql("select count(*) from reconciler.exports where purpose = 'reversal'") == [(3,)]
    for _ in range(3):
        posted(settled, books)
    assert right(settled, books) == []
    assert all(len(chain(settled, each)) == 3 for each in many)


@pytest.mark.parametrize(("point", "side"), [("open_reversals", "after"), ("repost", "before"), ("repost", "after")])
def test_killed_at_its_commit_a_reversal_is_all_or_nothing_and_each_goes_once(
    settled: Installation, books: Books, fork, point: str, side: str
) -> None:
    reference = only(settled, "posted")
    people = """'[{"account": "kari", "roles": ["admin"]}, {"account": "ola-blindeforbundet", "roles": ["admin"]}]'"""
    settled.sql(f"update reconciler.organizations set body = jsonb_set(body, '{{people}}', {people})")
    words = ("exports", "resend", ORG, reference, "--reverse", "--reason", WHY, "--confirm", "1")
    if point == "repost":
        assert reverse(settled, reference, "--confirm", "1") == 0
        settled.sync(minutes=1)
        books.control("/_import")
        settled.at += 40
        words = ("sync", *WHERE)
    code, output = fork(*words, crash_at=f"{side}:{point}")
    assert code == -signal.SIGKILL, output
    opened = {"open_reversals": 1, "repost": 2}[point]
    assert len(chain(settled, reference)) == opened + (side == "after")
    for _ in range(4):
        assert twice(settled, books) == []
        posted(settled, books)
    assert len(chain(settled, reference)) == 3
    assert right(settled, books) == []
