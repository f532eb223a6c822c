"""Sent documents are looked for until they are posted: seldom when they are old, and in the end not at all."""

import signal

import pytest
from parts.checker import verdict
from parts.claims import only_claims
from parts.fixtures import Fork
from parts.installation import WHERE, Books, Installation

DAY = 24 * 60


def queries(books: Books) -> int:
    return books.read()["requests"]["queries"]


def declare_follow(installation: Installation, follow: str) -> None:
    """How sent documents are looked for, as if the type had said so when it was applied."""
    installation.sql(
        "insert into reconciler.definitions select 'other', kind, name,"
        " jsonb_set(body, '{documents,voucher,create,follow}', %s::jsonb), created_at"
        " from reconciler.definitions where kind = 'IntegrationType' and name = 'xledger'",
        follow,
    )
    installation.sql(
        "update public.organization_integrations set definitions ="
        " jsonb_set(definitions, '{IntegrationType/xledger}', '\"other\"')"
    )


def test_a_document_that_stays_staged_costs_few_questions_and_is_given_up_with_a_finding(
    installation: Installation, books: Books, capsys: pytest.CaptureFixture[str]
) -> None:
    declare_follow(installation, '{"until": "6d"}')
    only_claims(installation, 3)
    assert installation.sync() == 0
    before = queries(books)
    for _ in range(8 * 2):
        assert installation.sync(minutes=DAY // 2) == 0
    asked = queries(books) - before
    assert asked <= 3 * 8  # three places, once a day for six days, however often is synced
    said = capsys.readouterr().out
    assert said.count("3 documents were sent and never posted since 02.03.2026 (number 2026000001)") == 1
    assert installation.states() == {"sent": 3}
    before = queries(books)
    books.control("/_import")
    assert installation.sync(minutes=DAY) == 0
    assert queries(books) == before


def test_what_was_never_posted_is_shown_by_status_and_why(
    installation: Installation, books: Books, capsys: pytest.CaptureFixture[str]
) -> None:
    only_claims(installation, 1)
    assert installation.sync() == 0
    assert installation.sync(minutes=31 * DAY) == 0
    capsys.readouterr()
    assert installation.run("status", WHERE[0]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "1 record of blindeforbundet xledger needs somebody: never posted expense_claims" in said
    assert installation.run("why", WHERE[0], "00000000-0000-4000-8000-000000000001") == 0
    assert "and was never posted there; it is not asked for any more" in capsys.readouterr().out


def test_new_documents_are_found_posted_though_many_old_ones_are_due(installation: Installation, books: Books) -> None:
    only_claims(installation, 24)
    assert installation.sync() == 0
    # A run asks for few here, so that the old ones would fill it.
    declare_follow(installation, '{"documents": "10"}')
    for _ in range(4):
        installation.sync(minutes=DAY)
    only_claims(installation, 29)
    assert installation.sync(minutes=2 * DAY) == 0
    books.control("/_import")
    assert installation.sync(minutes=DAY) == 0
    fresh = "select state from reconciler.exports where right(record_id, 3)::int > 24"
    assert {state for (state,) in installation.sql(fresh)} == {"posted"}
    for _ in range(3):
        installation.sync(minutes=DAY)
    assert installation.states() == {"posted": 29}  # and none of the old ones is forgotten
    assert verdict(installation.settings.database_url, books.url) == []


def test_a_document_caught_on_its_way_from_one_table_to_the_other_is_looked_for_again_and_then_posted(
    installation: Installation, books: Books
) -> None:
    only_claims(installation, 2)
    assert installation.sync() == 0
    books.control("/_import", take=True)
    assert installation.sync(minutes=10) == 0
    assert installation.states() == {"sent": 2}
    books.control("/_import")
    assert installation.sync(minutes=10) == 0
    assert installation.states() == {"posted": 2}
    assert verdict(installation.settings.database_url, books.url) == []


@pytest.mark.parametrize("side", ["before", "after"])
def test_a_sync_killed_while_it_says_when_to_look_again_is_finished_by_the_next_one(
    installation: Installation, books: Books, fork: Fork, side: str
) -> None:
    only_claims(installation, 2)
    assert installation.sync() == 0
    installation.at += 10
    code, output = fork("sync", *WHERE, crash_at=f"{side}:look_again")
    assert code == -signal.SIGKILL, output
    books.control("/_import")
    assert installation.sync(minutes=40) == 0
    assert installation.states() == {"posted": 2}
    assert verdict(installation.settings.database_url, books.url) == []
