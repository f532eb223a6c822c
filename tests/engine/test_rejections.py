"""What the outside system refuses is rejected alone, in its own words; everything else goes, in few requests."""

from pathlib import Path

import pytest
from parts.checker import verdict
from parts.claims import only_claims, spoil
from parts.installation import WHERE, Books, Installation, committed, copied

REFUSED = "select field, origin, code from reconciler.exports where state = 'rejected'"
WORDS = (
    "select p.message from reconciler.exports e join reconciler.export_payloads p"
    " on p.export_id = e.id and p.attempt = e.attempt where e.state = 'rejected'"
)


def judged(installation: Installation, books: Books) -> list[str]:
    return verdict(installation.settings.database_url, books.url)


def rewritten(installation: Installation, folder: Path, name: str, before: str, after: str) -> Path:
    """The config repository with one text of a mapping replaced, and committed."""
    copied(installation.repository, folder)
    path = folder / f"orgs/blindeforbundet/mappings/{name}.yaml"
    assert before in path.read_text()
    path.write_text(path.read_text().replace(before, after))
    committed(folder)
    return folder


def hide_lists(books: Books) -> None:
    """From now on nobody can say beforehand which codes exist: refusals come from the outside system itself."""
    books.control("/_reference", hidden=True)


@pytest.mark.parametrize(("value", "most", "words"), [
    ("9999", 4, "glObject1.code: No value matching owner 31007, code '9999'."),
    # A pattern that stops at the first quote would blame everybody in 310.
    ("310'9", 52, "glObject1.code: No value matching owner 31007, code '310'9'."),
], ids=["named", "not-named"])  # fmt: skip
def test_three_refused_among_five_hundred_are_rejected_and_the_others_booked_once(
    installation: Installation, books: Books, value: str, most: int, words: str
) -> None:
    hide_lists(books)
    only_claims(installation, 500)
    spoil(installation, value, "1, 250, 500")
    assert installation.run("sync", *WHERE, "--confirm", "500") == 6
    assert installation.states() == {"sent": 497, "rejected": 3}
    assert len(books.read()["vouchers"]) == 497
    requests = books.read()["requests"]
    assert requests["mutations"] + requests["refused"] <= most
    assert set(installation.sql(WORDS)) == {(words,)}
    if value == "9999":
        [(field, origin, code)] = set(installation.sql(REFUSED))
        assert (field, code) == ("glObject1.code", "UNHANDLED_ERROR")
        assert origin.startswith("orgs/blindeforbundet/mappings/expense-claims.yaml:")
    spoil(installation, "310", "1, 250, 500")
    assert installation.sync(minutes=1) == 0
    assert judged(installation, books) == []


@pytest.mark.parametrize("form", ["", "inputs[0].node."], ids=["without-a-path", "with-a-path"])
@pytest.mark.parametrize("status", ["200", "400"])
def test_the_outside_systems_own_words_stand_in_status_and_why_with_field_and_mapping_line(
    installation: Installation, books: Books, form: str, status: str, capsys: pytest.CaptureFixture[str]
) -> None:
    hide_lists(books)
    books.control("/_faults", status_on_refusal=status)
    books.control("/_faults", array_paths=bool(form))
    only_claims(installation, 1)
    spoil(installation, "9999", "1")
    assert installation.sync() == 6
    capsys.readouterr()
    words = f"{form}glObject1.code: No value matching owner 31007, code '9999'."
    line = "orgs/blindeforbundet/mappings/expense-claims.yaml:21:11"
    assert installation.run("status", WHERE[0]) == 0
    said = capsys.readouterr().out
    assert words in said
    assert f"field glObject1.code, {line}" in said
    assert installation.run("why", WHERE[0], "00000000-0000-4000-8000-000000000001") == 0
    assert f"was refused: '{words}' (field glObject1.code, {line})" in capsys.readouterr().out


def test_documents_that_are_named_by_their_place_are_refused_one_request_each_and_no_other_is(
    installation: Installation, books: Books
) -> None:
    hide_lists(books)
    books.control("/_faults", array_paths=True)
    only_claims(installation, 100)
    # The value cannot be read from the words, so that only the place says who it is.
    spoil(installation, "310'9", "1, 50, 100")
    assert installation.sync() == 6
    assert installation.states() == {"sent": 97, "rejected": 3}
    requests = books.read()["requests"]
    assert (requests["refused"], requests["mutations"]) == (3, 1)


def test_more_refused_than_the_budget_for_halving_finds_lose_no_record_and_the_next_syncs_finish(
    installation: Installation, books: Books
) -> None:
    hide_lists(books)
    only_claims(installation, 64)
    spoil(installation, "310'9", "select n from generate_series(1, 64) n where mod(n, 16) > 0")
    assert installation.sync() == 5
    requests = books.read()["requests"]
    assert requests["mutations"] + requests["refused"] <= 82  # two for each of the forty halvings, and no more
    assert sum(installation.states().values()) == 64
    assert installation.states()["not_applied"] > 0
    for _ in range(3):
        installation.sync(minutes=11)
    assert installation.states() == {"sent": 4, "rejected": 60}
    assert len(books.read()["vouchers"]) == 4
    spoil(installation, "310", "select n from generate_series(1, 64) n")
    assert installation.sync(minutes=11) == 0
    assert judged(installation, books) == []


def test_a_rejected_record_goes_again_when_it_changes_and_not_otherwise(
    installation: Installation, books: Books
) -> None:
    hide_lists(books)
    only_claims(installation, 3)
    spoil(installation, "9999", "2")
    assert installation.sync() == 6
    asked = books.read()["requests"]["refused"]
    assert installation.sync(minutes=1) == 0
    installation.sql("update app.expense_claims set description = 'said otherwise', updated_at = '2026-03-02 08:00+01'")
    assert installation.sync(minutes=1) == 0  # no field that the mapping reads
    assert books.read()["requests"]["refused"] == asked
    spoil(installation, "9998", "2")
    assert installation.sync(minutes=1) == 6
    assert books.read()["requests"]["refused"] == asked + 1
    spoil(installation, "320", "2")
    assert installation.sync(minutes=1) == 0
    assert judged(installation, books) == []


def test_a_rejected_record_goes_again_when_its_mapping_changes(
    installation: Installation, books: Books, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert installation.sync() == 6
    said = capsys.readouterr().out
    assert "orgs/blindeforbundet/mappings/mileage-claims.yaml:" in said  # Hamar has no cost centre: our own refusal
    booked = len(books.read()["vouchers"])
    root = rewritten(installation, tmp_path / "new", "mileage-claims", "{Oslo: ", '{Hamar: "100", Oslo: ')
    assert installation.run("apply", "--root", str(root)) == 0
    assert installation.sync(minutes=1) == 0
    assert len(books.read()["vouchers"]) == booked + 1
    assert not installation.sql(f"{REFUSED} and category = 'mileage_claims'")
    installation.sql("delete from app.mileage_claims where department = 'Hamar'")
    assert installation.sync(minutes=1) == 0
    assert len(books.read()["vouchers"]) == booked + 1


def test_one_unreadable_record_is_rejected_and_holds_up_no_other(installation: Installation, books: Books) -> None:
    only_claims(installation, 4)
    installation.sql("update app.expense_claims set amount = 'NaN' where right(id::text, 12)::int = 1")
    installation.sql(
        "update app.expense_claims set approved_at = 'infinity', updated_at = 'infinity'"
        " where right(id::text, 12)::int = 2"
    )
    assert installation.sync() == 6
    assert installation.states() == {"sent": 2, "rejected": 2}
    installation.sql("update app.expense_claims set amount = 12, approved_at = '2026-01-10 09:00+01'")
    installation.sql("update app.expense_claims set amount = 101 where right(id::text, 12)::int > 2")
    assert installation.sync(minutes=1) == 0
    assert installation.states() == {"sent": 4}
    assert len(books.read()["vouchers"]) == 4
