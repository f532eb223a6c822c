"""What was sent is held against what stands there: every difference is told, and nothing is changed by it."""

import json
import re
import signal
from collections.abc import Callable
from typing import Any

import pytest
from parts.claims import only_claims
from parts.installation import TOKEN, WHERE, Books, Installation

from reconciler.engine.nightly import nightly_window, reconcile_due
from reconciler.runs.comparison import Comparison

RECONCILE = ("exports", "reconcile", *WHERE)
STAGED = "query { glImportItems { edges { node { dbId extIdentifier account { code } } } } }"
REMOVE = "mutation ($ids: [Int64String!]!) { removeGLImportItems(dbIds: $ids) { numAffected } }"
CHANGE = "mutation ($in: [UpdateGLImportItemsInput!]!) { updateGLImportItems(inputs: $in) { edges { node { dbId } } } }"
ADD = "mutation ($in: [AddGLImportItemsInput!]!) { addGLImportItems(inputs: $in) { edges { node { dbId } } } }"
LEDGER = "select reference, state, amount, target_ids, attempt, changed_at from reconciler.exports order by id"
Ask = Callable[..., dict[str, Any]]


@pytest.fixture
def there(books: Books) -> Ask:
    """A person with a token, who works in the books by hand."""

    def ask(query: str, **variables: Any) -> dict[str, Any]:
        body = {"query": query, "variables": variables}
        answer = books.client.post(books.url, json=body, headers={"Authorization": f"token {TOKEN}"}).json()
        assert not answer.get("errors"), answer
        return answer["data"]

    return ask


@pytest.fixture
def sent(installation: Installation, books: Books) -> Installation:
    """Five claims that were sent, as numbers 1 to 5, each of two lines."""
    only_claims(installation, 5)
    assert installation.sync() == 0
    return installation


def staged(there: Ask) -> dict[str, list[dict[str, Any]]]:
    """The staged lines by reference, the voucher of the first claim first."""
    found: dict[str, list[dict[str, Any]]] = {}
    for edge in there(STAGED)["glImportItems"]["edges"]:
        found.setdefault(edge["node"]["extIdentifier"], []).append(edge["node"])
    return found


def line(reference: str, amount: str, number: int = 7, account: str = "7140") -> dict[str, Any]:
    """A line as anybody may write it."""
    node = {"extIdentifier": reference, "amount": amount, "trRegNumber": number, "account": {"code": account}}
    return {"clientId": "0", "node": node}


def compared(
    here: Installation, capsys: pytest.CaptureFixture[str], *more: str, code: int = 5, minutes: int = 10
) -> dict[str, Any]:
    """The comparison, as JSON; the ledger is the same afterwards."""
    before = here.sql(LEDGER)
    capsys.readouterr()
    assert here.run(*RECONCILE, *more, "--format", "json", minutes=minutes) == code
    assert here.sql(LEDGER) == before
    [found] = json.loads(capsys.readouterr().out)["comparisons"]
    return found


def told(found: dict[str, Any]) -> list[tuple[str, str]]:
    return [(each["kind"], each["reference"]) for each in found["differences"]]


def test_what_was_sent_and_stands_there_agrees_in_both_places(
    installation: Installation, books: Books, capsys: pytest.CaptureFixture[str]
) -> None:
    assert installation.sync() == 6
    assert installation.run(*RECONCILE, minutes=10) == 0
    assert "everything agrees" in capsys.readouterr().out
    books.control("/_import", vouchers=4)
    found = compared(installation, capsys, code=0)
    assert (found["way"], found["complete"], found["differences"], found["requests"]) == ("listed", True, [], 2)
    assert found["sent"] == found["compared"] == installation.states()["sent"]


def test_a_document_that_was_deleted_there_is_a_question_and_never_goes_again(
    sent: Installation, books: Books, there: Ask, capsys: pytest.CaptureFixture[str]
) -> None:
    reference, lines = next(iter(staged(there).items()))
    there(REMOVE, ids=[each["dbId"] for each in lines])
    found = compared(sent, capsys)
    assert told(found) == [("missing", reference)]
    [row] = found["differences"]
    assert (row["number"], row["ours"], row["day"], row["category"]) == (
        2026000001, "101.00", "2026-03-02", "expense_claims",
    )  # fmt: skip
    sent.run("status", WHERE[0])
    said = capsys.readouterr().out
    assert "number 2026000001, NOK 101.00, sent on 2026-03-02, is not there: was it deleted there?" in said
    assert re.search(r"yellow", said)
    assert sent.sync(minutes=1) == 0
    assert reference not in staged(there)


def test_a_document_that_a_person_doubled_is_an_alarm(
    sent: Installation, books: Books, there: Ask, capsys: pytest.CaptureFixture[str]
) -> None:
    reference, lines = next(iter(staged(there).items()))
    there(ADD, **{"in": [line(reference, "101.00", account=lines[0]["account"]["code"]), line(reference, "-101.00")]})
    found = compared(sent, capsys)
    assert told(found) == [("twice", reference)]
    assert (found["differences"][0]["detail"], found["differences"][0]["theirs"]) == (
        "4 lines there, 2 were sent", "202.00",
    )  # fmt: skip
    sent.run(*RECONCILE)
    assert "1 document: stands there twice" in capsys.readouterr().out


def test_another_amount_and_another_content_are_told_with_names_of_fields_alone(
    sent: Installation, books: Books, there: Ask, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second, *_ = staged(there).items()
    for node, amount in zip(first[1], ("250.50", "-250.50"), strict=True):
        there(CHANGE, **{"in": [{"node": {"dbId": node["dbId"], "amount": amount}}]})
    there(CHANGE, **{"in": [{"node": {"dbId": second[1][0]["dbId"], "text": "Kari Nordmann, Storgata 1"}}]})
    found = compared(sent, capsys)
    assert told(found) == [("amount", first[0]), ("content", second[0])]
    assert [each["theirs"] for each in found["differences"]] == ["250.50", "102.00"]
    assert found["differences"][1]["detail"] == "text"
    rows = sent.sql("select l::text from reconciler.reconciliation_lines l")
    assert len(rows) == 2
    assert "Nordmann" not in str(rows)


def test_a_reference_like_ours_that_nobody_knows_is_told_and_another_organisations_is_only_counted(
    sent: Installation, books: Books, there: Ask, capsys: pytest.CaptureFixture[str]
) -> None:
    stray, other = "RCN-STRAYSTRAYSTRAYSTRAY", "RCN-OTHEROTHEROTHEROTHER"
    there(ADD, **{"in": [line(name, "5.00") for name in (stray, other, "RCM-NOTOURS", "RCO-NEITHER", "rcn-lower")]})
    sent.sql(
        "insert into reconciler.organizations (id, name, body, revision, applied_at)"
        " values ('aaaaaaaa-0000-4000-8000-000000000001', 'another', '{}', 'r', now())"
    )
    columns = "target, category, integration, state, revision, claimed_at, changed_at, sent_at"
    sent.sql(
        f"insert into reconciler.exports (organization_id, record_id, reference, number, {columns}) select"
        f" 'aaaaaaaa-0000-4000-8000-000000000001', 'secret', %s, 77, {columns} from reconciler.exports limit 1",
        other,
    )
    found = compared(sent, capsys)
    assert told(found) == [("unknown_here", stray)]
    assert (found["differences"][0]["theirs"], found["differences"][0]["number"]) == ("5.00", 7)
    assert found["foreign"] == 1
    assert "secret" not in json.dumps(found)


def test_a_document_that_stands_there_though_the_ledger_says_otherwise_is_told(
    sent: Installation, books: Books, capsys: pytest.CaptureFixture[str]
) -> None:
    sent.sql("update reconciler.exports set state = 'not_applied' where number = 2026000003")
    [row] = compared(sent, capsys)["differences"]
    assert (row["kind"], row["number"], row["detail"]) == ("unknown_here", 2026000003, "not_applied")


def test_a_list_that_cannot_be_read_proves_nothing_and_each_document_is_asked_for(
    sent: Installation, books: Books, there: Ask, capsys: pytest.CaptureFixture[str]
) -> None:
    reference, lines = next(iter(staged(there).items()))
    there(REMOVE, ids=[each["dbId"] for each in lines])
    books.arm("garbage", on="query")
    found = compared(sent, capsys)
    assert (found["way"], told(found), found["unread"]) == ("asked", [("missing", reference)], 0)
    assert "could not be listed" in found["problem"]
    books.arm("garbage", on="query", times=9)
    found = compared(sent, capsys)
    assert (found["differences"], found["unread"], found["complete"]) == ([], 5, False)
    assert "5 of 5 documents could not be compared" in found["problem"]


def test_a_comparison_never_asks_more_than_it_was_given(
    sent: Installation, books: Books, capsys: pytest.CaptureFixture[str]
) -> None:
    before = books.read()["requests"]["queries"]
    found = compared(sent, capsys, "--requests", "1")
    assert books.read()["requests"]["queries"] - before == found["requests"] == 1
    assert (found["unread"], found["differences"]) == (5, [])
    assert "used up" in found["problem"]


def test_documents_of_other_days_are_not_compared(
    sent: Installation, books: Books, capsys: pytest.CaptureFixture[str]
) -> None:
    found = compared(sent, capsys, "--from", "2026-01-01", "--to", "2026-03-01", code=0)
    assert (found["sent"], found["from"], found["to"]) == (0, "2026-01-01", "2026-03-01")
    assert sent.run(*RECONCILE, "--from", "2026-03-02", "--to", "2026-03-01") == 2


def test_a_difference_is_open_until_a_comparison_of_its_day_sees_it_no_more(
    sent: Installation, books: Books, there: Ask, capsys: pytest.CaptureFixture[str]
) -> None:
    stray = "RCN-STRAYSTRAYSTRAYSTRAY"
    there(ADD, **{"in": [line(stray, "5.00")]})
    sent.sql("update reconciler.exports set amount = amount + 1 where number = 2026000001")
    assert len(compared(sent, capsys)["differences"]) == 2
    assert len(compared(sent, capsys)["differences"]) == 2
    assert health(sent, capsys) == (2, ["unknown_here", "amount"])
    there(REMOVE, ids=[staged(there)[stray][0]["dbId"]])
    sent.sql("update reconciler.exports set amount = amount - 1 where number = 2026000001")
    compared(sent, capsys, "--from", "2026-02-20", "--to", "2026-03-01", code=0)
    assert health(sent, capsys) == (2, ["unknown_here", "amount"])
    compared(sent, capsys, "--from", "2026-03-02", "--to", "2026-03-02", code=0)
    assert health(sent, capsys) == (1, ["unknown_here"])
    compared(sent, capsys, code=0)
    assert health(sent, capsys) == (0, [])


def health(here: Installation, capsys: pytest.CaptureFixture[str]) -> tuple[int, list[str]]:
    capsys.readouterr()
    assert here.run("status", WHERE[0], "--format", "json") == 0
    [found] = json.loads(capsys.readouterr().out)["integrations"]
    assert (found["health"]["colour"] == "yellow") == (found["differing"] > 0)
    return found["differing"], [each["kind"] for each in found["differences"]]


def nightly(here: Installation, minutes: int) -> list[Comparison]:
    here.at += minutes
    return reconcile_due(here.world(), *WHERE)


def test_a_night_is_compared_once_whoever_asks_and_a_month_on_its_first_day(sent: Installation, books: Books) -> None:
    assert nightly(sent, 16 * 60 + 30) == []  # half past midnight: not yet
    [found] = nightly(sent, 2 * 60)
    assert (str(found.first), str(found.last), found.sent, found.complete) == ("2026-03-02", "2026-03-02", 5, True)
    before = books.read()["requests"]
    assert nightly(sent, 60) == []
    assert books.read()["requests"] == before
    [found] = nightly(sent, 24 * 60)
    assert (str(found.night), found.sent) == ("2026-03-04", 0)
    assert sent.sql("select count(*) from reconciler.reconciliations where night is not null") == [(2,)]
    assert nightly_window(found.night.replace(day=1)) == (
        found.night.replace(month=2, day=1), found.night.replace(month=2, day=28),
    )  # fmt: skip


def test_what_was_compared_can_neither_be_changed_nor_taken_away(
    sent: Installation, books: Books, capsys: pytest.CaptureFixture[str]
) -> None:
    compared(sent, capsys, code=0)
    for statement in ("update reconciler.reconciliations set sent = 0", "delete from reconciler.reconciliations"):
        with pytest.raises(Exception, match="append-only"):
            sent.sql(statement)
    audited = "select action, detail ->> 'way' from reconciler.audit where action = 'exports-compared'"
    assert sent.sql(audited) == [("exports-compared", "listed")]


@pytest.mark.parametrize("side", ["before", "after"])
def test_a_nightly_comparison_that_is_killed_is_made_again_or_stands(
    sent: Installation, books: Books, forking: str, side: str
) -> None:
    sent.at += 24 * 60
    code, output = sent.fork(forking, *RECONCILE, "--nightly", crash_at=f"{side}:keep_comparison")
    assert code == -signal.SIGKILL, output
    assert len(nightly(sent, 10)) == (side == "before")
    assert sent.sql("select count(*) from reconciler.reconciliations") == [(1,)]


def test_a_list_that_hides_what_is_there_makes_nothing_missing(
    sent: Installation, books: Books, there: Ask, capsys: pytest.CaptureFixture[str]
) -> None:
    sent.sql(
        "insert into reconciler.definitions select 'blinkered', kind, name, replace(body::text, 'RCN', 'RCNX')::jsonb,"
        " created_at from reconciler.definitions where kind = 'IntegrationType' and name = 'xledger'"
    )
    sent.sql(
        "update public.organization_integrations set definitions ="
        " jsonb_set(definitions, '{IntegrationType/xledger}', '\"blinkered\"')"
    )
    reference, lines = next(iter(staged(there).items()))
    there(REMOVE, ids=[each["dbId"] for each in lines])
    found = compared(sent, capsys)
    assert (found["way"], told(found), found["unread"]) == ("listed", [("missing", reference)], 0)
    assert found["problem"] == "the list does not show 4 documents that are there"
