"""Records reach a folder by SFTP exactly once, and the acknowledgement of their file settles them."""

import signal
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import psycopg
import pytest
from parts.dropbox import PASSWORD, USER, Dropbox
from parts.installation import ROOT, START, Installation, committed, copied
from parts.models import Models

from reconciler.demo.filling import fill
from reconciler.engine.credentials import set_credential
from reconciler.settings import Settings
from reconciler.vaults.secret import Secret

WHERE = ("nhf", "cornerstone")
MORE = """
    insert into app.activity_logs select (jsonb_populate_record(a, jsonb_build_object('id', gen_random_uuid()))).*
    from app.activity_logs a, generate_series(1, 5) where organization_id = '9c1d2f60-1f4b-4a7e-8f0d-7a2b6c1e4b11'"""
DUE = 12
"""NHF's activities that are due then, as three files; two of them are the demo's."""
SECRET = Secret({"secret": PASSWORD})


@pytest.fixture(scope="session")
def _dropbox() -> Iterator[Dropbox]:
    simulator = Dropbox(name="cornerstone-files")
    yield simulator
    assert simulator.stop() == (0, "")


@pytest.fixture
def dropbox(_dropbox: Dropbox) -> Dropbox:
    _dropbox.control("/_reset")
    return _dropbox


@pytest.fixture
def here(models: Models, url_for: Callable[[str], str], dropbox: Dropbox, tmp_path: Path) -> Iterator[Installation]:
    """NHF's activities, sent as files of five, with a tested login, and an empty folder."""
    with models.own("nhf files", partial(installed, dropbox.url), tmp_path, url_for) as found:
        dropbox.control("/_reset")
        yield found


def installed(address: str, database_url: str, root: Path) -> Installation:
    config = root / "config"
    for folder in ("orgs/nhf", "specs"):
        copied(ROOT / folder, config / folder)
    _replaced(config / "orgs/nhf/integrations/cornerstone.yaml", "type: cornerstone", "type: cornerstone-files")
    _replaced(config / "orgs/nhf/integrations/cornerstone.yaml", "room: aktivitet}", f"room: aktivitet, user: {USER}}}")
    _replaced(config / "specs/integration-types/cornerstone-files.yaml", "documents: 500", "documents: 5")
    named = "metadata: {name: cornerstone-files"
    declared = f"{named}, annotations: {{overrides: builtin}}"
    _replaced(config / "specs/integration-types/cornerstone-files.yaml", named, declared)
    committed(config)
    with psycopg.connect(database_url) as connection:
        fill(connection)
        connection.execute(MORE)
    settings = Settings(database_url=database_url, home=root / "home", actor="kari", clock_start=START)
    made = Installation(replace(settings, simulators={"cornerstone-files": address}), config)
    assert made.run("apply", "--root", str(config)) == 0
    assert set_credential(made.world(), *WHERE, SECRET).verdict.ok
    return made


def _replaced(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def sync(here: Installation, minutes: int = 40) -> int:
    return here.run("sync", *WHERE, minutes=minutes)


def settled(here: Installation, dropbox: Dropbox) -> None:
    """Every record was booked by exactly one batch, and every batch came with one content."""
    assert set(dropbox.booked().values()) == {1}
    assert all(len(each["digests"]) == 1 for each in dropbox.books()["batches"])
    assert here.states() == {"posted": len(dropbox.booked())}
    assert sum(here.states().values()) == DUE


def test_records_are_dropped_once_and_the_acknowledgement_settles_them(here: Installation, dropbox: Dropbox) -> None:
    assert sync(here) == 0
    assert set(here.states()) == {"sent"}
    files = dropbox.files()
    assert sync(here) == 0
    assert dropbox.files() == files
    dropbox.take()
    assert sync(here) == 0
    settled(here, dropbox)
    assert dropbox.files() == []


@pytest.mark.parametrize(
    ("fault", "times"),
    [
        ("drop_before_rename", 4),
        ("drop_after_rename", 1),
        ("drop_after_rename", 4),
        ("drop_on_write", 1),
        ("disk_full", 2),
        ("refuse_rename", 1),
        ("reject_credential", 1),
    ],
)
def test_whatever_becomes_of_an_answer_each_record_is_in_one_accepted_file_in_the_end(
    here: Installation, dropbox: Dropbox, fault: str, times: int
) -> None:
    dropbox.arm(fault, times=times)
    assert sync(here) in {0, 5, 75}
    dropbox.take()
    dropbox.control("/_faults", {"clear": True})
    for _ in range(4):
        sync(here)
        dropbox.take()
    assert sync(here) == 0
    settled(here, dropbox)


@pytest.mark.parametrize(
    ("place", "taken"),
    [("before:send:2", False), ("before:send:2", True), ("after:send", False), ("after:send:2", True)],
)
def test_a_killed_sync_is_finished_by_the_next_ones(
    here: Installation, dropbox: Dropbox, forking: str, place: str, taken: bool
) -> None:
    code, output = here.fork(forking, "sync", *WHERE, crash_at=place)
    assert code == -signal.SIGKILL, output
    if taken:
        dropbox.take()
    for _ in range(3):
        sync(here)
    dropbox.take()
    assert sync(here) == 0
    settled(here, dropbox)


def test_what_is_refused_by_the_acknowledgement_is_told_with_its_field(
    here: Installation, dropbox: Dropbox, capsys: pytest.CaptureFixture[str]
) -> None:
    assert sync(here) == 0
    ((reference,),) = here.sql("select reference from reconciler.exports order by number limit 1")
    dropbox.take(refuse=[reference], field="department", message="no such department")
    sync(here)
    assert here.states() == {"posted": len(dropbox.booked()), "rejected_late": 1}
    assert "department: no such department" in capsys.readouterr().out
    assert sync(here) in {0, 6}
    assert reference not in dropbox.booked()


def test_an_acknowledgement_of_garbage_settles_nothing_is_told_and_holds_up_no_other_batch(
    here: Installation, dropbox: Dropbox, capsys: pytest.CaptureFixture[str]
) -> None:
    assert sync(here) == 0
    dropbox.take()
    answer = min((dropbox.folder / "ack").glob("*.json"))
    whole = answer.read_bytes()
    answer.write_bytes(b'{"results": [{"ref": "\xff')
    files = dropbox.files()
    assert sync(here) == 5
    assert "cannot be understood" in capsys.readouterr().out
    states = here.states()
    assert states.keys() == {"sent", "posted"}
    assert states["sent"] < DUE == sum(states.values())
    assert dropbox.files() == files
    answer.write_bytes(whole)
    assert sync(here) == 0
    settled(here, dropbox)


def test_files_that_are_taken_away_without_a_word_are_not_dropped_again(here: Installation, dropbox: Dropbox) -> None:
    assert sync(here) == 0
    dropbox.take(answer="none")
    for _ in range(3):
        assert sync(here) == 0
    assert dropbox.files() == []
    assert set(here.states()) == {"sent"}


def test_two_syncs_at_once_drop_each_record_once(here: Installation, dropbox: Dropbox, forking: str) -> None:
    codes = sorted(code for code, _ in here.forks(forking, ["sync", *WHERE], ["sync", *WHERE]))
    assert codes in ([0, 0], [0, 75]), codes
    dropbox.take()
    assert sync(here) == 0
    settled(here, dropbox)
