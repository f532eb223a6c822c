"""Another protocol, the same promise: records reach a register by REST exactly once, whatever becomes of an answer."""

import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from parts.installation import ROOT, START, Books, Installation, committed, ended

from reconciler.demo.filling import fill
from reconciler.engine.credentials import set_credential
from reconciler.settings import Settings
from reconciler.vaults.secret import Secret

WHERE = ("demoforeningen", "members")
KEY = "K3y-of-the-register-in-tests"
DUE = {"expenses": 2, "activities": 2}
"""What of the demo's records is due: three claims, one of them excluded, and two activities."""


@pytest.fixture(scope="module")
def register_process() -> Iterator[str]:
    command = [sys.executable, "-m", "reconciler.simulators", "rest", "--die-with-parent", "--key-header=Authorization"]
    command += [f"--token=Bearer {KEY}", "--rate=1000/1"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        yield process.stdout.readline().split()[1]
        process.terminate()
        process.wait(timeout=20)


@pytest.fixture
def register(register_process: str) -> Iterator[Books]:
    """An empty register, no faults armed; addresses that a test controls end in /graphql for no other reason."""
    found = Books(f"{register_process}/graphql")
    found.control("/_reset")
    yield found
    found.client.close()


@pytest.fixture
def here(database_url: str, register: Books, tmp_path: Path) -> Installation:
    """The example on plain REST, applied, with a tested key."""
    for folder in ("orgs/demoforeningen", "specs"):
        shutil.copytree(ROOT / folder, tmp_path / "config" / folder)
    committed(tmp_path / "config")
    with psycopg.connect(database_url) as connection:
        fill(connection)
    address = register.url.removesuffix("/graphql")
    home = tmp_path / "home"
    settings = Settings(database_url=database_url, home=home, actor="kari", clock_start=START)
    made = Installation(replace(settings, simulators={"rest": address}), tmp_path / "config")
    assert made.run("apply", "--root", str(made.repository)) == 0
    assert set_credential(made.world(), *WHERE, Secret({"key": KEY})).verdict.ok
    return made


def sync(here: Installation, minutes: int = 40) -> int:
    return here.run("sync", *WHERE, minutes=minutes)


def arrived(register: Books) -> Counter[str]:
    """Records by collection. Two of one reference would count twice."""
    return Counter(row["collection"] for row in register.read()["records"])


@pytest.mark.parametrize("place", ["before:send", "after:send", "before:record:2", "after:send:2"])
def test_a_killed_sync_is_finished_by_the_next_ones(here: Installation, register: Books, place: str) -> None:
    environment = f"rest={here.settings.simulators['rest']}"
    assert environment.startswith("rest=http://127.0.0.1")
    code, output = ended(here.process("sync", *WHERE, crash_at=place))
    assert code == -signal.SIGKILL, output
    for _ in range(3):
        last = sync(here)
    assert last == 0
    assert arrived(register) == DUE
    assert here.states() == {"posted": 4}
