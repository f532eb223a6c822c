"""What must never happen: another's records, too early ones, a stale ledger, a leaked token, a borrowed database."""

import io
import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from parts.checker import verdict
from parts.installation import TOKEN, WHERE, Books, Installation, committed

OTHER = "c0ffee00-0000-4000-8000-000000000001"
AUDITED = "select action from reconciler.audit order by id"


def judged(installation: Installation, books: Books) -> list[str]:
    return verdict(installation.settings.database_url, books.url)


def requests(books: Books) -> int:
    return sum(books.read()["requests"].values())


def rewritten(installation: Installation, folder: Path, name: str, *texts: tuple[str, str]) -> Path:
    """The config repository with texts of one document replaced, and committed."""
    shutil.copytree(installation.repository, folder)
    path = folder / "orgs/blindeforbundet" / name
    for before, after in texts:
        assert before in path.read_text()
        path.write_text(path.read_text().replace(before, after))
    committed(folder)
    return folder


def apply(installation: Installation, root: Path, *more: str) -> int:
    return installation.run("apply", "--root", str(root), *more)


def plan_digest(installation: Installation, root: Path, capsys: pytest.CaptureFixture[str]) -> str:
    capsys.readouterr()
    installation.run("plan", "--root", str(root), "--format", "json")
    return json.loads(capsys.readouterr().out)["plans"][0]["digest"]


def test_another_organisations_records_and_those_before_the_cut_over_day_never_leave(
    installation: Installation, books: Books
) -> None:
    copy = "insert into app.expense_claims select (jsonb_populate_record(c, %s::jsonb)).* from app.expense_claims c"
    one = (
        " where approved_at >= '2026-01-02' and receipt is not null and cost_center = '310'"
        f" and organization_id <> '{OTHER}' and id::text not like '00000000%%' order by id limit 1"
    )
    for number, change in enumerate([
        {"organization_id": OTHER},
        {"approved_at": "2025-12-31T23:40:00+01:00"},
        {"approved_at": "2026-01-01T00:20:00+01:00"},
    ]):  # fmt: skip
        installation.sql(
            "update app.expense_claims set cost_center = '310' where receipt is not null and cost_center <> '9999'"
        )
        installation.sql(copy + one, json.dumps(change | {"id": f"00000000-0000-4000-8000-00000000000{number}"}))
    assert installation.sync() == 6
    found = "select right(record_id, 1) from reconciler.exports where left(record_id, 13) = '00000000-0000'"
    assert installation.sql(found) == [("2",)]
    assert installation.sql("select distinct organization_id::text from reconciler.exports") == [
        ("5f0c7b52-8d0e-4d5c-9a51-31b4f1d0a007",)
    ]
    assert judged(installation, books) == []


def test_withheld_records_say_why_and_go_when_the_reason_ends(installation: Installation, books: Books) -> None:
    installation.sql("update app.expense_claims set cost_center = e' \t\u00a0' where cost_center is null")
    assert installation.sync() == 6
    reasons = "select reason, count(*) from reconciler.withheld where until is null group by 1 order by 1"
    held = dict(installation.sql(reasons))
    assert {"receipt is missing", "cost_center is missing"} < set(held)
    assert [reason for reason in held if reason.startswith("excluded: Course costs are invoiced")]
    installation.sql("update app.expense_claims set receipt = coalesce(receipt, 'receipts/2026/late')")
    installation.sql("update app.expense_claims set cost_center = '100' where btrim(cost_center, e' \t\u00a0') = ''")
    assert installation.sync(minutes=1) == 0
    assert judged(installation, books) == []
    assert installation.sync(minutes=4 * 366 * 24 * 60) in {0, 6}  # past the last day of the exclusion
    assert installation.sql(reasons) == []
    sent = "select count(*) from reconciler.exports e join app.expense_claims c on c.id::text = e.record_id"
    assert installation.sql(f"{sent} where c.expense_type = 'course' and e.state = 'sent'")[0][0] > 0


@pytest.mark.parametrize(("text", "words"), [
    ("{torn", "cannot be read"),
    ('["a list"]', "does not hold numbers by target"),
    ('{"a": "1"}', "does not hold numbers by target"),
    (None, "the ledger knows numbers up to 0"),
], ids=["torn", "a-list", "words", "ledger-behind"])  # fmt: skip
def test_a_ledger_behind_or_a_mark_that_cannot_be_read_stops_before_anything_is_sent(
    installation: Installation, books: Books, capsys: pytest.CaptureFixture[str], text: str | None, words: str
) -> None:
    path = installation.settings.high_water_file
    target = "5f0c7b52-8d0e-4d5c-9a51-31b4f1d0a007 simulator:xledger:31007:voucher"
    before = requests(books)
    path.write_text(json.dumps({target: 2026000001}) if text is None else text)
    assert installation.sync() == 5
    assert words in capsys.readouterr().err
    assert requests(books) == before
    assert installation.states() == {}
    path.unlink()
    assert installation.sync(minutes=1) == 6
    assert judged(installation, books) == []


def test_a_database_restored_to_before_a_second_attempt_is_found_out(installation: Installation, books: Books) -> None:
    for table in ("mileage_claims", "driver_honorariums"):
        installation.sql(f"delete from app.{table}")
    with installation.elsewhere("http://127.0.0.1:9") as here:
        assert here.sync() == 75
    installation.sql("create schema backup")
    for table in ("exports", "export_numbers"):
        installation.sql(f"create table backup.{table} as table reconciler.{table}")
    assert installation.sync(minutes=1) == 6  # a second attempt of every record: no new number
    installation.sql("update reconciler.exports e set state = b.state from backup.exports b where b.id = e.id")
    installation.sql("update reconciler.export_numbers n set last = b.last from backup.export_numbers b")
    before = requests(books)
    assert installation.sync(minutes=1) == 5
    assert requests(books) == before


def test_a_mark_that_cannot_be_written_stops_the_run_before_anything_is_sent(
    installation: Installation, books: Books, capsys: pytest.CaptureFixture[str]
) -> None:
    path = installation.settings.high_water_file.with_suffix(".lock")
    path.unlink(missing_ok=True)
    path.mkdir()
    assert installation.sync() == 5
    assert "cannot be written" in capsys.readouterr().out
    assert books.read()["requests"]["mutations"] == 0
    path.rmdir()
    assert installation.sync(minutes=1) == 6  # at once: that run's end is written down
    assert judged(installation, books) == []


def test_an_integration_that_observes_sends_nothing_and_writes_down_only_the_run(
    installation: Installation, books: Books, tmp_path: Path
) -> None:
    root = rewritten(installation, tmp_path / "new", "integrations/xledger.yaml", ("mode: send", "mode: observe"))
    assert apply(installation, root) == 0
    tables = ("exports", "withheld", "export_numbers")
    counts = [installation.sql(f"select count(*) from reconciler.{table}") for table in tables]
    audit = "select action from reconciler.audit order by id"
    known, before = installation.sql(audit), books.read()["requests"]
    assert installation.sync(minutes=1) == 0
    assert counts == [installation.sql(f"select count(*) from reconciler.{table}") for table in tables]
    asked = books.read()["requests"]
    assert (asked["mutations"], asked["queries"]) == (before["mutations"], before["queries"] + 1)
    assert installation.sql(audit) == [*known, ("credential-used",)], "it reads what is there, once"
    assert installation.sql("select state, trigger from reconciler.runs") == [("succeeded", "manual")]


def test_an_environment_that_the_installation_does_not_allow_is_refused_at_apply_and_at_sync(
    installation: Installation, books: Books, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = ("environment: simulator", "environment: sandbox  ")
    root = rewritten(installation, tmp_path / "new", "integrations/xledger.yaml", text)
    digest = plan_digest(installation, root, capsys)
    assert apply(installation, root, "--approve", digest) == 5
    assert "does not allow it" in capsys.readouterr().out
    narrow = replace(installation, settings=replace(installation.settings, environments=("production",)))
    assert narrow.sync() == 5
    assert "does not allow the environment simulator" in capsys.readouterr().out
    assert installation.sql("select state from reconciler.runs") == [("failed",)]
    assert requests(books) == 0


def test_a_database_of_another_installation_is_refused_at_apply_and_at_sync(
    installation: Installation, books: Books, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = replace(installation, settings=replace(installation.settings, installation="staging"))
    root = rewritten(installation, tmp_path / "new", "integrations/xledger.yaml", ("mode: send", "mode: observe"))
    for verb in (lambda: apply(other, root), other.sync):
        assert verb() == 5
        said = capsys.readouterr()
        assert "belongs to the installation 'local', and this is 'staging'" in said.out + said.err
    assert requests(books) == 0


def test_a_retarget_needs_a_yes_and_then_a_newly_tested_credential(
    installation: Installation, books: Books, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert installation.sync() == 6
    root = rewritten(installation, tmp_path / "new", "integrations/xledger.yaml", ('"31007"', '"31008"'))
    assert apply(installation, root) == 4
    assert apply(installation, root, "--approve", plan_digest(installation, root, capsys)) == 0
    before = requests(books)
    assert installation.sync(minutes=1) == 5
    said = capsys.readouterr().out
    assert "was tested against simulator:xledger:31007 at " in said
    assert "and is wanted for simulator:xledger:31008 at " in said
    assert requests(books) == before


@pytest.mark.parametrize("value", ["T0ken-of-another-Ø", "T0ken-with-a-bell\x07", "T0ken-that-nobody-accepts"])
def test_a_credential_that_fails_is_nowhere_afterwards_and_the_old_one_stays(
    installation: Installation,
    books: Books,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    value: str,
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{value}\n"))
    assert installation.run("credentials", "set", *WHERE) == 5
    said = capfd.readouterr()
    assert "T0ken" not in said.out + said.err
    assert installation.sql("select state from reconciler.credentials where locator is not null") == [("current",)]
    assert installation.sql("select count(*) from reconciler.secret_values") == [(1,)]
    assert installation.sync() == 6
    assert judged(installation, books) == []


def test_the_token_is_in_no_table_and_in_no_output(
    installation: Installation, books: Books, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    installation.sync()
    books.arm("reject_token")
    installation.sync(minutes=1)
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{TOKEN}\n"))
    installation.run("credentials", "set", *WHERE)
    installation.run("credentials", "status", WHERE[0])
    said = capfd.readouterr()
    assert TOKEN not in said.out + said.err
    tables = installation.sql(
        "select table_schema, table_name from information_schema.tables"
        " where table_schema in ('public', 'reconciler', 'app') and table_type = 'BASE TABLE'"
    )
    assert len(tables) > 15
    for forms in (TOKEN, TOKEN.encode().hex()):
        for schema, table in tables:
            held = installation.sql(f"select count(*) from {schema}.{table} t where t::text like %s", f"%{forms}%")
            assert held == [(0,)], table
    files = [path for path in installation.settings.home.rglob("*") if path.is_file()]
    assert files
    assert not [path for path in files if TOKEN.encode() in path.read_bytes()]


@pytest.mark.parametrize(("harm", "words"), [
    ("update reconciler.secret_values set ciphertext = set_byte(ciphertext, 3, get_byte(ciphertext, 3) # 1)",
     "does not open: it was changed, or moved"),
    ("update reconciler.secret_values set wrapped_key = set_byte(wrapped_key, 20, get_byte(wrapped_key, 20) # 1)",
     "a wrapped key does not open"),
    ("update reconciler.secret_values set version = 7; update reconciler.credentials set locator = '7'",
     "does not open: it was changed, or moved"),
    ("update reconciler.secret_values set key_id = 'another'", "under the key another, which is not here"),
    ("delete from reconciler.secret_values", "the store holds no such version"),
    ("delete from reconciler.credentials", "there is no tested credential"),
], ids=["tampered", "tampered-key", "moved", "another-key", "gone", "none"])  # fmt: skip
def test_a_credential_that_cannot_be_used_stops_the_run_with_a_clear_word(
    installation: Installation, books: Books, capsys: pytest.CaptureFixture[str], harm: str, words: str
) -> None:
    installation.sql(harm)
    assert installation.sync() == 5
    said = capsys.readouterr().out
    assert words in said
    assert "next: " in said
    assert installation.sql("select state from reconciler.runs") == [("failed",)]
    assert requests(books) == 0


def test_a_key_file_open_to_others_or_of_another_installation_is_refused(
    installation: Installation, books: Books, capsys: pytest.CaptureFixture[str]
) -> None:
    path = installation.settings.key_file
    path.chmod(0o644)
    assert installation.sync() == 5
    assert "can be read by others (mode 0644)" in capsys.readouterr().err
    path.chmod(0o600)
    path.write_text("00" * 32)
    assert installation.sync() == 5
    assert "which is not here" in capsys.readouterr().err
    path.write_text("not a key")
    assert installation.sync() == 5
    assert "does not hold 32 bytes" in capsys.readouterr().err
    assert requests(books) == 0
