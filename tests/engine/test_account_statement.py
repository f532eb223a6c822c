"""The monthly statement: every krone that went, by account, and a word about every record that did not."""

import csv
import io
import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pypdf
import pytest
from parts.installation import WHERE, Books, Installation

STATEMENT = ("statement", *WHERE)
MARCH = ("--month", "2026-03")


@pytest.fixture
def month(installation: Installation, books: Books) -> Iterator[Installation]:
    """March with its refusals, what is withheld, a document that is held, and a comparison that found a difference."""
    assert installation.sync() == 6
    first = "(select min(number) from reconciler.exports where state = 'sent' and category = 'expense_claims')"
    installation.sql(f"update reconciler.exports set amount = amount + 1 where number = {first}")
    installation.sql(
        "update reconciler.exports set state = 'held', code = 'blind'"
        " where number = (select max(number) from reconciler.exports where state = 'sent')"
    )
    assert (
        installation.run("exports", "reconcile", *WHERE, "--from", "2026-03-01", "--to", "2026-03-31", minutes=9) == 5
    )
    return installation


def stated(here: Installation, capsys: pytest.CaptureFixture[str], *more: str) -> dict:
    capsys.readouterr()
    assert here.run(*STATEMENT, *(more or MARCH), "--format", "json") == 0
    [found] = json.loads(capsys.readouterr().out)["targets"]
    return found


def test_the_accounts_of_a_month_are_those_of_the_books_there(
    month: Installation, books: Books, capsys: pytest.CaptureFixture[str]
) -> None:
    month.sql("update reconciler.exports set state = 'sent' where state = 'held'")
    there: dict[str, Decimal] = {}
    for voucher in books.read()["vouchers"]:
        for line in voucher["lines"]:
            there[line["account"]] = there.get(line["account"], Decimal(0)) + Decimal(line["amount"])
    found = stated(month, capsys)
    ours: dict[str, Decimal] = {}
    for each in found["accounts"]:
        ours[each["account"]] = ours.get(each["account"], Decimal(0)) + Decimal(each["sum"])
    assert ours == there
    assert found["debit"] == found["credit"]
    assert len(there) > 3


def test_every_record_that_needs_a_word_is_listed_with_one(
    month: Installation, books: Books, capsys: pytest.CaptureFixture[str]
) -> None:
    found = stated(month, capsys)
    groups = [each["group"] for each in found["records"]]
    assert groups == sorted(groups, key=["rejected", "question", "difference", "withheld"].index)
    by_group = {name: [each for each in found["records"] if each["group"] == name] for name in set(groups)}
    states = month.states()
    assert len(by_group["rejected"]) == states["rejected"]
    assert all(each["words"] for each in by_group["rejected"])
    assert [each["state"] for each in by_group["question"]] == ["held"]
    assert sorted(each["state"] for each in by_group["difference"]) == ["amount", "unknown_here"]
    [(withheld,)] = month.sql("select count(*) from reconciler.withheld where until is null")
    assert len(by_group["withheld"]) == withheld
    assert (found["compared"]["from"], found["compared"]["way"]) == ("2026-03-01", "listed")


def test_another_month_is_empty_and_says_so_and_one_to_come_is_refused(
    month: Installation, books: Books, capsys: pytest.CaptureFixture[str]
) -> None:
    found = stated(month, capsys, "--month", "2026-02")
    assert (found["documents"], found["accounts"], found["compared"]) == (0, [], None)
    assert month.run(*STATEMENT, "--month", "2026-02") == 0
    assert "sent nothing" in capsys.readouterr().out
    assert month.run(*STATEMENT, "--month", "2026-04") == 2
    assert "2026-04 has not begun yet" in capsys.readouterr().err


def test_documents_whose_content_is_gone_are_counted_and_their_accounts_said_to_be_unknown(
    month: Installation, books: Books, capsys: pytest.CaptureFixture[str]
) -> None:
    before = stated(month, capsys)
    month.sql(
        "update reconciler.export_payloads set payload = null where export_id ="
        " (select min(id) from reconciler.exports where state = 'sent' and category = 'mileage_claims')"
    )
    after = stated(month, capsys)
    assert after["without_content"]["documents"] == 1
    assert after["amount"] == before["amount"]
    lost = Decimal(before["debit"]) - Decimal(after["debit"])
    assert lost == Decimal(after["without_content"]["amount"]) > 0
    assert month.run(*STATEMENT, *MARCH) == 0
    assert "have no content here: accounts unknown" in capsys.readouterr().out


def test_the_csv_file_opens_in_a_norwegian_spreadsheet_and_is_never_overwritten(
    month: Installation, books: Books, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    month.sql("update reconciler.export_payloads set message = '=cmd(1)' where message <> ''")
    path = tmp_path / "mars.csv"
    assert month.run(*STATEMENT, *MARCH, "--format", "csv", "--to", str(path)) == 0
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"), newline=""), delimiter=";"))
    accounts = [row for row in rows if row["Del"] == "Sendt, etter konto"]
    total = sum(Decimal(row["Saldo"].replace(",", ".")) for row in accounts)
    assert total == 0
    assert {row["Del"] for row in rows} == {
        "Sendt, etter konto", "Avvist", "Må avklares", "Avvik mot mottakeren", "Holdt tilbake ved månedens slutt",
    }  # fmt: skip
    assert all(row["Forklaring"].startswith("'=cmd") for row in rows if row["Del"] == "Avvist")
    content = path.read_bytes()
    assert month.run(*STATEMENT, *MARCH, "--format", "csv", "--to", str(path)) == 2
    assert "is there already" in capsys.readouterr().err
    assert path.read_bytes() == content


def test_the_pdf_says_all_of_it_in_the_organisations_language_and_the_same_month_makes_the_same_bytes(
    month: Installation, books: Books, tmp_path: Path
) -> None:
    month.sql("update reconciler.export_payloads set message = '<b>Æ & co</b>' where message <> ''")
    paths = [tmp_path / name for name in ("one.pdf", "two.pdf")]
    for path in paths:
        assert month.run(*STATEMENT, *MARCH, "--format", "pdf", "--to", str(path)) == 0
    assert paths[0].read_bytes() == paths[1].read_bytes()
    pages = pypdf.PdfReader(paths[0]).pages
    said = " ".join(" ".join(page.extract_text() for page in pages).split())
    for words in (
        "Kontoutskrift for overføringer mars 2026", "Norges Blindeforbund, org.nr. 971272643", "Sum alle kontoer",
        "7140", "2910", "Avvist", "<b>Æ & co</b>", "Ble det mottatt? Noen må svare.", "Har et annet beløp hos",
        "Sammenlignet med mottakeren", f"Side 1 av {len(pages)}",
    ):  # fmt: skip
        assert words in said, words
