"""Documents land in the entity that the integration names, or nowhere: proved before the first one, pinned in each."""

import json

import pytest
from parts.checker import verdict
from parts.claims import only_claims
from parts.installation import TOKEN, WHERE, Books, Installation

from reconciler.engine.credentials import set_credential
from reconciler.vaults.secret import Secret

HERE = "entity 31007 Norges Blindeforbund"
UNPROVED = "update reconciler.credentials set proof = '', reaches = ''"


def queries(books: Books) -> int:
    return books.read()["requests"]["queries"]


def made_at(books: Books, entity: int) -> None:
    """From now on our token is one of that entity."""
    books.control("/_tokens", revoke=TOKEN)
    books.control("/_tokens", add=f"{TOKEN}@{entity}")


def entities(books: Books) -> set[int]:
    return {voucher["entity"] for voucher in books.read()["vouchers"]}


def test_the_run_says_which_entity_it_posts_to(
    installation: Installation, books: Books, capsys: pytest.CaptureFixture[str]
) -> None:
    only_claims(installation, 1)
    assert installation.sync() == 0
    assert f"blindeforbundet/xledger to simulator:xledger:31007 ({HERE})" in capsys.readouterr().out
    only_claims(installation, 2)
    assert installation.run("sync", *WHERE, "--format", "json", minutes=1) == 0
    assert json.loads(capsys.readouterr().out)["reaches"] == HERE
    assert entities(books) == {31007}


def test_a_version_that_nobody_has_proved_is_asked_once_and_not_by_every_run(
    installation: Installation, books: Books
) -> None:
    only_claims(installation, 1)
    assert installation.sync() == 0
    installation.sql(UNPROVED)
    before = queries(books)
    for _ in range(3):
        assert installation.sync(minutes=1) == 0
    assert queries(books) - before == 1
    assert installation.sql("select reaches from reconciler.credentials where state = 'current'") == [(HERE,)]


@pytest.mark.parametrize("entity", [31008])
def test_a_token_of_another_entity_that_nobody_has_proved_posts_nothing(
    installation: Installation, books: Books, entity: int, capsys: pytest.CaptureFixture[str]
) -> None:
    only_claims(installation, 2)
    installation.sql(UNPROVED)
    made_at(books, entity)
    assert installation.sync() == 5
    assert "is not proved to reach entity 31007: the credential reaches 31008" in capsys.readouterr().out
    assert (books.read()["vouchers"], installation.states()) == ([], {})


def test_a_token_that_becomes_one_of_another_entity_after_it_was_proved_posts_nothing_and_blames_no_record(
    installation: Installation, books: Books, capsys: pytest.CaptureFixture[str]
) -> None:
    only_claims(installation, 1)
    assert installation.sync() == 0
    made_at(books, 31008)
    only_claims(installation, 3)
    assert installation.sync(minutes=1) == 5
    assert "the credential is refused: owner.code: No value matching owner 31008, code '31007'." in (
        capsys.readouterr().out
    )
    assert (len(books.read()["vouchers"]), installation.states()) == (1, {"sent": 1, "not_applied": 2})
    made_at(books, 31007)
    assert installation.sync(minutes=30) == 0
    assert verdict(installation.settings.database_url, books.url) == []


def test_a_token_of_the_parent_posts_to_the_entity_that_is_named_and_not_to_its_own(
    installation: Installation, books: Books
) -> None:
    only_claims(installation, 2)
    books.control("/_tokens", add="T0ken-of-the-parent@31000")
    assert set_credential(installation.world(), *WHERE, Secret({"token": "T0ken-of-the-parent"})).verdict.ok
    assert installation.sync() == 0
    assert entities(books) == {31007}
    assert verdict(installation.settings.database_url, books.url) == []


@pytest.mark.parametrize(("fault", "code"), [("maintenance", 5), ("garbage", 5), ("burst", 5)])
def test_where_nobody_can_be_asked_nothing_is_sent_and_the_next_sync_asks_again(
    installation: Installation, books: Books, fault: str, code: int
) -> None:
    only_claims(installation, 2)
    installation.sql(UNPROVED)
    books.arm(fault, on="query")
    assert installation.sync() == code
    assert (books.read()["vouchers"], installation.states()) == ([], {})
    assert installation.sync(minutes=5) == 0
    assert len(books.read()["vouchers"]) == 2


def test_a_token_that_may_only_read_passes_the_test_and_charges_no_record(
    installation: Installation, books: Books, capsys: pytest.CaptureFixture[str]
) -> None:
    only_claims(installation, 2)
    books.control("/_tokens", add="T0ken-that-reads", read_only=True)
    assert set_credential(installation.world(), *WHERE, Secret({"token": "T0ken-that-reads"})).verdict.ok
    books.control("/_tokens", revoke=TOKEN)
    assert installation.sync() == 5
    assert "the credential is refused" in capsys.readouterr().out
    assert (books.read()["vouchers"], installation.states()) == ([], {"not_applied": 2})
