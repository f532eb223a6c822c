"""A run that observes is compared with what somebody else has booked there: read to its end, or not at all."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from parts.between import Between, between
from parts.classes import KEY, Make
from parts.classes import WHERE as MEMBERS
from parts.installation import ROOT, TOKEN, WHERE, Books, Installation, committed
from parts.observing import booked, flat, in_mode, would_go

SUMS = ("77777.00", "-77777.00")
COULD_NOT = "could not be compared with what is there: "


@pytest.fixture
def observing(installation: Installation, books: Books, tmp_path: Path) -> Installation:
    assert in_mode(installation, tmp_path / "specs", "observe") == 0
    assert installation.sync() == 0
    return installation


def told(here: Installation, capsys: pytest.CaptureFixture[str], *more: str, code: int = 0) -> dict[str, Any]:
    """One run's report, by category."""
    capsys.readouterr()
    assert here.run("sync", *WHERE, *more, "--format", "json", minutes=1) == code
    return {each["category"]: each for each in json.loads(capsys.readouterr().out)["categories"]}


def bookable(here: Installation) -> list[list[dict[str, Any]]]:
    """What would go and would not be refused there."""
    return [lines for lines in would_go(here) if "V99999" not in str(lines) and "9999'" not in str(lines)]


def test_what_a_stranger_has_booked_is_there_and_here_whichever_category_it_is_of(
    observing: Installation, books: Books, capsys: pytest.CaptureFixture[str]
) -> None:
    documents = bookable(observing)
    half = documents[::2]
    for number, lines in enumerate(half):
        booked(books, 7000 + number, lines)
    booked(books, 7900, documents[1], postedDate="2026-02-28")
    odd = [{**line, "amount": sum_, "invoiceAmount": sum_} for line, sum_ in zip(documents[3], SUMS, strict=True)]
    booked(books, 7901, odd)
    found = told(observing, capsys)
    comparisons = [each["comparison"] for each in found.values()]
    assert sum(each["both"] for each in comparisons) == len(half)
    here = sum(each["counts"]["would_send"] for each in found.values())
    assert sum(len(each["only_ours"]) for each in comparisons) == here - len(half)
    for each in comparisons:
        [only] = each["only_there"]
        assert (only["amount"], only["day"]) == ("77777.00", odd[0]["postedDate"]), "the day beyond is not compared"
        assert only["account"] == odd[0]["account"]["code"], "the account that is charged"
    assert observing.run("sync", *WHERE, minutes=1) == 0
    said = capsys.readouterr().out
    assert said.count("NOK 77 777.00") == 1
    assert "1  only there\n" in said


def test_what_went_from_this_ledger_is_nobody_elses(
    observing: Installation, books: Books, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = bookable(observing)[0]
    booked(books, 7000, lines)
    charged = next(line["account"]["code"] for line in lines if not line["amount"].startswith("-"))
    assert in_mode(observing, tmp_path / "specs", "send") == 0
    assert observing.sync(minutes=1) == 6
    books.control("/_import")
    assert in_mode(observing, tmp_path / "specs", "observe") == 0
    found = told(observing, capsys, "--from", "2026-01-01", "--to", "2026-01-31")
    assert found["mileage_claims"]["counts"].get("would_send", 0) == 0
    for each in found.values():
        assert each["comparison"]["both"] == 0, "all of it was sent"
        assert [one["account"] for one in each["comparison"]["only_there"]] == [charged], "the stranger's"


@pytest.fixture
def plain(make: Make) -> Installation:
    """Claims that would go to a plain REST interface, whose type does not say how to list what it holds."""
    here = make("A")
    path = here.repository / "orgs/demoforeningen/integrations/members.yaml"
    path.write_text(path.read_text().replace("mode: send", "mode: observe"))
    committed(here.repository)
    here.apply()
    return here


def test_a_type_that_does_not_say_how_to_list_says_so(plain: Installation, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert plain.sync(minutes=1) == 0
    assert "expense_claims: cannot be compared: the outside system's type does not say how to list what it holds" in (
        capsys.readouterr().out
    )


def test_records_of_a_plain_interface_are_compared_too(
    plain: Installation, register: Books, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copy(ROOT / "specs/integration-types/rest.yaml", plain.repository / "specs/integration-types/rest.yaml")
    committed(plain.repository)
    plain.apply()
    assert plain.sync(minutes=1) == 0
    documents = flat(plain)
    url, headers = register.url.removesuffix("/graphql"), {"Authorization": f"Bearer {KEY}"}
    for number, fields in enumerate([*documents[:3], {**documents[4], "amount": "77777.00"}]):
        body = {**fields, "reference": f"HAND-{number}"}
        answer = register.client.put(f"{url}/expenses/HAND-{number}", json=body, headers=headers)
        assert answer.status_code == 201, answer.text
    capsys.readouterr()
    assert plain.run("sync", *MEMBERS, "--format", "json", minutes=1) == 0
    [found] = [each["comparison"] for each in json.loads(capsys.readouterr().out)["categories"]]
    assert found["both"] == 3
    assert len(found["only_ours"]) == len(documents) - 3
    assert [each["amount"] for each in found["only_there"]] == ["77777.00"]


def page(*rows: dict[str, Any], more: bool) -> bytes:
    edges = [{"cursor": str(row["dbId"]), "node": row} for row in rows]
    body = json.dumps({"data": {"journalEntries": {"edges": edges, "pageInfo": {"hasNextPage": more}}}}).encode()
    return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)


def entry(number: int) -> dict[str, Any]:
    return {"dbId": number, "transactionNumber": number, "postedDate": "2026-01-05", "amount": "1.00"}


def pages(server: Between, *bodies: bytes) -> None:
    """Answer with these, one per question; after them with pages that never end."""
    left = list(bodies)
    server.says = lambda _header: left.pop(0) if left else page(entry(len(server.asked)), more=True)


@pytest.mark.parametrize("second", [
    b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n", b"", page({"dbId": None}, more=False),
    page({**entry(1), "dbId": 1}, more=True), b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n{",
], ids=["broken", "nothing", "no-id", "again", "half"])  # fmt: skip
def test_a_list_that_ends_half_way_compares_nothing(
    observing: Installation, books: Books, capsys: pytest.CaptureFixture[str], second: bytes
) -> None:
    with between(books.url, TOKEN, TOKEN) as server, observing.elsewhere(server.url) as here:
        pages(server, page(entry(1), more=True), second)
        found = told(here, capsys)
    assert [each["comparison"] for each in found.values()] == [None] * 3
    for each in found.values():
        assert [remark for remark in each["remarks"] if remark.startswith(COULD_NOT)]
        assert each["counts"]["would_send"] > 0, "what would go is told all the same"


def test_no_more_is_asked_than_a_comparison_may_cost(
    observing: Installation, books: Books, capsys: pytest.CaptureFixture[str]
) -> None:
    with between(books.url, TOKEN, TOKEN) as server, observing.elsewhere(server.url) as here:
        pages(server)
        found = told(here, capsys)
        assert len(server.asked) == 20
    [remark] = found["mileage_claims"]["remarks"]
    assert remark.startswith(COULD_NOT)
    assert remark.endswith("are used up (observe fewer days at once: --from, --to)")


def test_without_a_credential_it_is_observed_and_not_compared(
    observing: Installation, capsys: pytest.CaptureFixture[str]
) -> None:
    observing.sql("update reconciler.credentials set origin = 'http://127.0.0.1:9'")
    found = told(observing, capsys)
    [remark] = found["mileage_claims"]["remarks"]
    assert remark.startswith(COULD_NOT)
    assert found["mileage_claims"]["counts"]["would_send"] == 6
    assert observing.sql("select count(*) from reconciler.suspensions") == [(0,)]
