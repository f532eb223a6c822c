"""The parts of the demo, started and stopped: an embedded database, a simulator process, a config repository in git."""

import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psycopg

from reconciler.database.embedded import EmbeddedPostgres
from reconciler.database.migrate import migrate
from reconciler.demo.records import NOW, fill
from reconciler.errors import Blocked
from reconciler.settings import Settings

AUTHOR = "Kari Nordmann"


@dataclass(frozen=True, slots=True)
class Stage:
    """Where everything is. `token` is the credential that the simulator accepts."""

    repository: Path
    settings: Settings
    token: str
    simulator: str
    filled: dict[str, int]

    def commit(self, message: str) -> None:
        """Record the working tree as a commit of the admin."""
        commit(self.repository, message)

    def post_staged(self) -> dict[str, int]:
        """Let the simulator run its import job, as the real one does by itself."""
        answer: dict[str, int] = httpx.post(self._control("_import")).raise_for_status().json()
        return answer

    def books(self) -> list[dict[str, object]]:
        """The vouchers that the simulator holds."""
        found: list[dict[str, object]] = httpx.get(self._control("_books")).raise_for_status().json()["vouchers"]
        return found

    def ledger(self) -> list[tuple[str, str]]:
        """(reference, state) of every ledger row."""
        with psycopg.connect(self.settings.database_url) as connection:
            return connection.execute("select reference, state from reconciler.exports").fetchall()

    def _control(self, path: str) -> str:
        return self.simulator.replace("/graphql", f"/{path}")


@contextmanager
def stage() -> Iterator[Stage]:
    """Start everything in a folder of its own, and take everything down again, whatever happens in between."""
    folder = Path(tempfile.mkdtemp(prefix="reconciler-demo-"))
    token = secrets.token_urlsafe(24)
    try:
        with EmbeddedPostgres(folder / "postgres", durable=False) as postgres, _simulator(token) as simulator:
            migrate(postgres.url())
            with psycopg.connect(postgres.url()) as connection:
                filled = fill(connection)
            settings = Settings(
                database_url=postgres.url(),
                installation="demo",
                simulators={"xledger": simulator},
                home=folder / "home",
                actor="kari",
                clock_start=NOW,
            )
            repository = _repository(folder / "config")
            yield Stage(repository, settings, token, simulator, filled)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _simulator(token: str) -> Iterator[str]:
    """The simulator as a process; it ends with its standard input, so that even our own death leaves no orphan."""
    command = [sys.executable, "-m", "reconciler.simulators", "xledger", f"--token={token}", "--die-with-parent"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        assert process.stdin
        assert process.stdout
        try:
            word, _, address = process.stdout.readline().strip().partition(" ")
            if word != "ready":
                raise Blocked("the simulator did not start", "python -m reconciler.simulators xledger says why")
            yield address
        finally:
            process.stdin.close()
            process.wait(timeout=10)


def _repository(folder: Path) -> Path:
    """A config repository with the worked example, committed."""
    source = Path(__file__).parent.parent.parent
    folder.mkdir()
    for name in ("orgs", "specs"):
        shutil.copytree(source / name, folder / name)
    _git(folder, "init", "--quiet", "--initial-branch=main")
    commit(folder, "Norges Blindeforbund sends its claims to Xledger")
    return folder


def commit(folder: Path, message: str) -> None:
    """Add and commit everything."""
    _git(folder, "add", "--all")
    _git(folder, "commit", "--quiet", "--message", message)


def _git(folder: Path, *arguments: str) -> None:
    """git, untouched by the user's own configuration and hooks."""
    identity = ["-c", f"user.name={AUTHOR}", "-c", "user.email=kari@example.org", "-c", "commit.gpgsign=false"]
    environment = {"PATH": os.defpath, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "HOME": str(folder)}
    command = ["git", "-C", str(folder), *identity, *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode != 0:
        raise Blocked(f"git {arguments[0]} failed: {done.stderr.strip()}", "is git installed?")
