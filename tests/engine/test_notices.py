"""A document that passes a yearly limit goes, and tells which went before it; closed accounts hold records back."""

import json
import shutil
from pathlib import Path

import pytest
from parts.installation import WHERE, Books, Installation, committed

INSERT = """
    insert into app.driver_honorariums (id, organization_id, driver_id, driver_number, driven_on, hours, amount,
        paid_this_year, currency, department, status, approved_at, created_at, updated_at)
    values (('00000000-0000-4000-8000-' || lpad(%s::text, 12, '0'))::uuid, '5f0c7b52-8d0e-4d5c-9a51-31b4f1d0a007',
        ('00000000-0000-4000-8000-' || lpad(%s::text, 12, '9'))::uuid, 'V10032', %s::date, 1, %s, %s, 'NOK', 'Oslo',
        'approved', %s::timestamptz, %s::timestamptz, %s::timestamptz)"""


def honorarium(installation: Installation, number: int, driver: int, at: str, amount: str, before: str) -> None:
    installation.sql(INSERT, number, driver, at[:10], amount, before, at, at, at)


@pytest.fixture
def honorariums(installation: Installation) -> Installation:
    """No other records than honorariums: the first driver passes the limit with the third, the other one never."""
    for table in ("mileage_claims", "driver_honorariums", "expense_claims"):
        installation.sql(f"delete from app.{table}")
    honorarium(installation, 1, 1, "2026-01-05 10:00+01", "4000.00", "0.00")
    honorarium(installation, 2, 1, "2026-01-20 10:00+01", "6000.00", "4000.00")
    honorarium(installation, 4, 2, "2026-01-20 10:00+01", "9000.00", "0.00")
    return installation


def passed(installation: Installation) -> None:
    """The third of the first driver, approved after the first sync."""
    honorarium(installation, 3, 1, "2026-02-20 10:00+01", "0.01", "10000.00")


def accounts(books: Books) -> list[str]:
    return sorted(line["account"] for voucher in books.read()["vouchers"] for line in voucher["lines"])


def run_json(installation: Installation, capsys: pytest.CaptureFixture[str], *arguments: str) -> dict:
    capsys.readouterr()
    assert installation.run(*arguments, "--format", "json", minutes=1) == 0
    return json.loads(capsys.readouterr().out)


def test_the_documents_before_the_limit_are_listed_when_it_is_passed(
    honorariums: Installation, capsys: pytest.CaptureFixture[str]
) -> None:
    assert honorariums.sync(minutes=1) == 0
    assert "worth a look" not in capsys.readouterr().out
    references = honorariums.sql(
        "select reference from reconciler.exports where record_id like '%%1' or record_id like '%%2' order by number"
    )
    passed(honorariums)
    seen = run_json(honorariums, capsys, "preview", *WHERE, "--category", "driver_honorariums")
    (shown,) = [each for part in seen["categories"] for each in part["records"]]
    report = run_json(honorariums, capsys, "sync", *WHERE)
    (warning,) = [each for part in report["categories"] for each in part["warnings"]]
    assert shown["warnings"] == [warning]
    assert warning["message"].startswith("with this NOK 0.01 the total of 2026 passes the limit of NOK 10 000.00")
    assert [(each["reference"],) for each in warning["earlier"]] == references
    assert [(each["day"], each["amount"]) for each in warning["earlier"]] == [
        ("2026-03-02", "4000.00"),
        ("2026-03-02", "6000.00"),
    ]


def test_they_are_listed_too_where_one_run_sends_them_all(
    honorariums: Installation, books: Books, capsys: pytest.CaptureFixture[str]
) -> None:
    passed(honorariums)
    capsys.readouterr()
    assert honorariums.sync(minutes=1) == 0
    out = capsys.readouterr().out
    assert "worth a look" in out
    assert out.count("  sent 2026-03-02  NOK ") == 2
    assert honorariums.states() == {"sent": 4}


def test_closed_accounts_hold_a_record_until_they_open_again(honorariums: Installation, tmp_path: Path) -> None:
    root = tmp_path / "new"
    shutil.copytree(honorariums.repository, root)
    mapping = root / "orgs/blindeforbundet/mappings/driver-honorariums.yaml"
    text = mapping.read_text()
    dated = "{to: postedDate, from: approved_at, date: iso"
    assert dated in text
    mapping.write_text(text.replace(dated + ", when_closed: first_open_day", dated + ", when_closed: hold"))
    organization = root / "orgs/blindeforbundet/organization.yaml"
    before = organization.read_text()
    organization.write_text(before.replace("closed_through: 2025-12-31", "closed_through: 2026-01-05"))
    committed(root)
    assert honorariums.run("apply", "--root", str(root)) == 0
    assert honorariums.sync(minutes=1) == 0
    assert honorariums.states() == {"sent": 2}
    reasons = "select reason from reconciler.withheld where until is null"
    assert honorariums.sql(reasons) == [("approved lies in accounts that are closed through 2026-01-05",)]
    organization.write_text(before)
    committed(root)
    assert honorariums.run("apply", "--root", str(root)) == 0
    assert honorariums.sync(minutes=1) == 0
    assert (honorariums.states(), honorariums.sql(reasons)) == ({"sent": 3}, [])
