"""What happens to a document after it was sent is shown, and never answered by sending it again."""

import pytest
from parts.checker import verdict
from parts.installation import TOKEN, Books, Installation

CHANGE = "mutation($in:[UpdateGLImportItemsInput!]!){updateGLImportItems(inputs:$in){edges{clientId}}}"
REMOVE = "mutation($ids:[Int64String!]!){removeGLImportItems(dbIds:$ids){numAffected}}"


def asked(books: Books, query: str, **variables: object) -> dict:
    """What a person does in the outside system."""
    body = {"query": query, "variables": variables}
    answer = books.client.post(books.url, json=body, headers={"Authorization": f"token {TOKEN}"}).json()
    assert "errors" not in answer, answer
    return answer["data"]


def sent(installation: Installation, books: Books) -> dict:
    """All is sent; one of the vouchers."""
    assert installation.sync() == 6
    return books.read()["vouchers"][0]


def mutations(books: Books) -> int:
    return books.read()["requests"]["mutations"]


def state(installation: Installation, voucher: dict) -> list[tuple]:
    reference = voucher["lines"][0]["extIdentifier"]
    return installation.sql("select state, code from reconciler.exports where reference = %s", reference)


def test_a_posted_document_is_found_posted_and_asked_for_no_more(installation: Installation, books: Books) -> None:
    sent(installation, books)
    books.control("/_import")
    assert installation.sync(minutes=10) == 0
    assert set(installation.states()) == {"posted", "rejected"}
    queries = books.read()["requests"]["queries"]
    assert installation.sync(minutes=10) == 0
    assert books.read()["requests"]["queries"] == queries
    assert verdict(installation.settings.database_url, books.url) == []


def test_a_late_rejection_is_said_once_in_the_systems_own_words_and_not_sent_again(
    installation: Installation, books: Books, capsys: pytest.CaptureFixture[str]
) -> None:
    voucher = sent(installation, books)
    reference = voucher["lines"][0]["extIdentifier"]
    books.control("/_fail_late", extIdentifier=reference, message="The period is closed for posting.")
    books.control("/_import")
    before = mutations(books)
    capsys.readouterr()
    assert installation.sync(minutes=10) == 6
    assert "The period is closed for posting." in capsys.readouterr().out
    assert state(installation, voucher)[0][0] == "rejected_late"
    assert installation.sync(minutes=10) == 0
    assert mutations(books) == before


def test_an_amount_that_somebody_changed_there_is_shown_as_drifted_and_left_alone(
    installation: Installation, books: Books, capsys: pytest.CaptureFixture[str]
) -> None:
    voucher = sent(installation, books)
    line = next(line for line in voucher["lines"] if not line["amount"].startswith("-"))
    asked(books, CHANGE, **{"in": [{"node": {"dbId": str(line["dbId"]), "amount": "1.00"}}]})
    before = mutations(books)
    capsys.readouterr()
    assert installation.sync(minutes=10) == 0
    assert "1 drifted" in capsys.readouterr().out
    assert state(installation, voucher) == [("drifted", "amount-differs")]
    assert installation.sync(minutes=10) == 0
    assert mutations(books) == before


def test_a_document_that_somebody_removed_there_is_shown_after_two_looks_and_not_sent_again(
    installation: Installation, books: Books
) -> None:
    voucher = sent(installation, books)
    asked(books, REMOVE, ids=[str(line["dbId"]) for line in voucher["lines"]])
    before = mutations(books)
    assert installation.sync(minutes=10) == 0
    assert state(installation, voucher) == [("sent", "")]  # once is no proof
    assert installation.sync(minutes=10) == 0
    assert state(installation, voucher) == [("drifted", "gone")]
    assert installation.sync(minutes=10) == 0
    assert mutations(books) == before


def test_a_document_out_of_sight_for_one_look_is_not_taken_for_removed(
    installation: Installation, books: Books
) -> None:
    books.control("/_faults", fault="hide_from_queries")
    assert installation.sync() == 6
    books.control("/_faults", fault="hide_from_queries", seconds=0.01)
    for _ in range(3):
        installation.sync(minutes=10)
    assert set(installation.states()) == {"sent", "rejected"}
    assert verdict(installation.settings.database_url, books.url) == []


def test_a_record_that_changes_after_it_was_sent_is_not_sent_again(installation: Installation, books: Books) -> None:
    sent(installation, books)
    before = mutations(books)
    good = "cost_center <> '9999' and cost_center is not null"
    installation.sql(f"update app.expense_claims set cost_center = '100' where {good}")
    assert installation.sync(minutes=10) == 0
    assert mutations(books) == before
    assert verdict(installation.settings.database_url, books.url) == []


def test_a_record_that_is_deleted_after_it_was_sent_stays_in_the_ledger(
    installation: Installation, books: Books
) -> None:
    sent(installation, books)
    count = installation.states()["sent"]
    installation.sql("delete from app.expense_claims")
    books.control("/_import")
    assert installation.sync(minutes=10) == 0
    assert installation.states()["posted"] == count
