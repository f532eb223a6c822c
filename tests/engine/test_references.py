"""Codes that do not exist are found out before anything is sent, at few requests, and never on what was not read."""

import json
import signal

import pytest
from parts.checker import verdict
from parts.claims import only_claims, spoil
from parts.fixtures import Fork
from parts.installation import WHERE, Books, Installation

ABSENT = "dimension 9999 does not exist in entity 31007"
REFUSED = (
    "select e.field, e.origin, p.message from reconciler.exports e join reconciler.export_payloads p"
    " on p.export_id = e.id and p.attempt = e.attempt where e.state = 'rejected'"
)


def reads(books: Books) -> int:
    return books.control("/_reference")["reads"]


def refused(books: Books) -> int:
    return books.read()["requests"]["refused"]


def judged(installation: Installation, books: Books) -> list[str]:
    return verdict(installation.settings.database_url, books.url)


def test_a_code_that_does_not_exist_is_refused_by_us_in_the_systems_terms_with_field_and_mapping_line(
    installation: Installation, books: Books
) -> None:
    only_claims(installation, 500)
    spoil(installation, "9999", "1, 250, 500")
    assert installation.run("sync", *WHERE, "--confirm", "500") == 6
    assert installation.states() == {"sent": 497, "rejected": 3}
    assert (refused(books), books.read()["requests"]["mutations"]) == (0, 2)  # no batch was poisoned
    [(field, origin, message)] = set(installation.sql(REFUSED))
    assert (field, message) == ("glObject1.code", ABSENT)
    assert origin.startswith("orgs/blindeforbundet/mappings/expense-claims.yaml:21:")
    assert judged(installation, books) == []


def test_a_constant_of_the_mapping_is_held_against_the_list_too(installation: Installation, books: Books) -> None:
    only_claims(installation, 3)
    books.control("/_reference", kind="account", code="2910", gone=True)
    assert installation.sync() == 6
    assert installation.states() == {"rejected": 3}
    assert {row[2] for row in installation.sql(REFUSED)} == {"account 2910 does not exist in entity 31007"}
    assert books.read()["requests"]["mutations"] == 0


def test_lists_are_read_once_a_day_however_often_is_synced(installation: Installation, books: Books) -> None:
    before = reads(books)
    for number in range(1, 13):
        only_claims(installation, number)
        assert installation.sync(minutes=60) == 0
    assert reads(books) - before == 5
    only_claims(installation, 13)
    assert installation.sync(minutes=14 * 60) == 0
    assert reads(books) - before == 10  # the day is over
    assert installation.states().keys() <= {"sent", "posted"}


def test_nothing_is_asked_for_where_nothing_waits(installation: Installation, books: Books) -> None:
    only_claims(installation, 0)
    before = reads(books)
    assert installation.sync() == 0
    assert reads(books) == before


def test_a_code_that_was_made_after_the_list_was_read_is_asked_for_by_itself_and_then_known(
    installation: Installation, books: Books
) -> None:
    only_claims(installation, 3)
    assert installation.sync() == 0
    books.control("/_reference", kind="glObject1", code="360")
    only_claims(installation, 5)
    spoil(installation, "360", "4, 5")
    before = reads(books)
    assert installation.sync(minutes=5) == 0
    assert reads(books) - before == 1
    only_claims(installation, 6)
    spoil(installation, "360", "4, 5, 6")
    assert installation.sync(minutes=5) == 0
    assert reads(books) - before == 1
    assert installation.states() == {"sent": 6}
    assert judged(installation, books) == []


def test_on_an_unread_list_nothing_is_refused_and_it_is_not_asked_for_again_at_once(
    installation: Installation, books: Books, capsys: pytest.CaptureFixture[str]
) -> None:
    books.control("/_reference", hidden=True)
    only_claims(installation, 4)
    spoil(installation, "9999", "2")
    before = reads(books)
    assert installation.sync() == 6
    assert "the list for 'dimension' cannot be read" in capsys.readouterr().out
    assert installation.states() == {"sent": 3, "rejected": 1}
    assert {row[2] for row in installation.sql(REFUSED)} == {
        "glObject1.code: No value matching owner 31007, code '9999'."
    }
    assert reads(books) - before == 5
    spoil(installation, "9998", "2")
    assert installation.sync(minutes=60) == 6
    assert reads(books) - before == 5  # each try is billed


def test_on_a_list_that_is_too_old_nothing_is_refused(installation: Installation, books: Books) -> None:
    only_claims(installation, 2)
    assert installation.sync() == 0
    books.control("/_reference", hidden=True)
    only_claims(installation, 4)
    spoil(installation, "9999", "3")
    assert installation.sync(minutes=25 * 60) == 6
    assert {row[2] for row in installation.sql(REFUSED)} == {
        "glObject1.code: No value matching owner 31007, code '9999'."
    }


@pytest.mark.parametrize("fault", ["burst", "insufficient_credits", "garbage", "timeout_before_commit", "maintenance"])
def test_a_failure_while_lists_are_read_or_codes_are_asked_for_refuses_nothing_that_exists(
    installation: Installation, books: Books, fault: str
) -> None:
    only_claims(installation, 4)
    spoil(installation, "9999", "2")
    books.arm(fault, on="query", times=3)
    installation.sync()
    books.control("/_faults", clear=True)
    assert installation.run("credentials", "test", *WHERE, minutes=40) == 0  # opens what spent credits have closed
    installation.sync()
    assert installation.states() == {"sent": 3, "rejected": 1}
    assert judged(installation, books) == []


def test_a_code_that_goes_after_the_list_was_read_is_refused_there_and_blamed_alone(
    installation: Installation, books: Books
) -> None:
    only_claims(installation, 2)
    assert installation.sync() == 0
    books.control("/_reference", kind="glObject1", code="320", gone=True)
    only_claims(installation, 6)
    spoil(installation, "320", "4")
    assert installation.sync(minutes=5) == 6
    assert installation.states() == {"sent": 5, "rejected": 1}
    assert len(books.read()["vouchers"]) == 5


@pytest.mark.parametrize("side", ["before", "after"])
def test_a_sync_killed_while_it_keeps_a_new_code_is_finished_by_the_next_one(
    installation: Installation, books: Books, fork: Fork, side: str
) -> None:
    only_claims(installation, 2)
    assert installation.sync() == 0
    books.control("/_reference", kind="glObject1", code="360")
    only_claims(installation, 4)
    spoil(installation, "360", "3")
    code, output = fork("sync", *WHERE, crash_at=f"{side}:keep_codes")
    assert code == -signal.SIGKILL, output
    assert installation.sync(minutes=40) == 0
    assert installation.states()["sent"] == 4
    assert judged(installation, books) == []


def test_the_preview_shows_how_old_the_lists_are_and_which_codes_they_lack(
    installation: Installation, books: Books, capsys: pytest.CaptureFixture[str]
) -> None:
    only_claims(installation, 2)
    preview = ("preview", *WHERE, "--category", "expense_claims")
    assert installation.run(*preview) == 0
    assert "dimension: never read; the next sync reads it before it sends" in capsys.readouterr().out
    assert installation.sync() == 0
    only_claims(installation, 6)
    spoil(installation, "9999", "3, 5")
    capsys.readouterr()
    assert installation.run(*preview, minutes=121) == 0
    said = capsys.readouterr().out
    assert "dimension: 6 known, read 2 h ago" in said
    assert "   2  dimension 9999 is not among them" in said
    assert installation.run(*preview, "--records", "1", "--format", "json") == 0
    lists = {each["list"]: each for each in json.loads(capsys.readouterr().out)["categories"][0]["lists"]}
    assert lists["dimensions"]["lacking"] == {"9999": 2}
    assert lists["accounts"] == lists["accounts"] | {"known": 9, "lacking": {}}


def test_a_record_that_was_refused_for_a_code_goes_once_the_code_exists_and_costs_no_question_before(
    installation: Installation, books: Books, capsys: pytest.CaptureFixture[str]
) -> None:
    only_claims(installation, 3)
    spoil(installation, "9999", "2")
    assert installation.sync() == 6
    before = reads(books)
    for _ in range(3):
        assert installation.sync(minutes=60) == 0
    assert reads(books) == before
    assert installation.sql("select attempt from reconciler.exports where state = 'rejected'") == [(1,)]
    capsys.readouterr()
    assert installation.run("why", WHERE[0], "00000000-0000-4000-8000-000000000002") == 0
    assert "it is sent again when the code exists there, or when the record" in capsys.readouterr().out
    books.control("/_reference", kind="glObject1", code="9999")
    assert installation.sync(minutes=25 * 60) == 0
    assert installation.states() == {"sent": 3}
    assert len(books.read()["vouchers"]) == 3


def test_a_refused_code_that_another_record_was_found_with_frees_the_first_one_too(
    installation: Installation, books: Books
) -> None:
    only_claims(installation, 2)
    spoil(installation, "9999", "2")
    assert installation.sync() == 6
    books.control("/_reference", kind="glObject1", code="9999")
    only_claims(installation, 3)
    spoil(installation, "9999", "2, 3")
    assert installation.sync(minutes=5) == 0  # the third is asked for, and known from now on
    assert installation.sync(minutes=5) == 0
    assert installation.states() == {"sent": 3}
