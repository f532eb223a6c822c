"""The parts of the demo, started and stopped: an embedded database, a simulator process, a config repository in git."""

import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psycopg

from reconciler.database.embedded import EmbeddedPostgres
from reconciler.database.migrate import migrate
from reconciler.demo.filling import fill
from reconciler.demo.membership import fill_reports
from reconciler.demo.records import NOW
from reconciler.errors import Blocked
from reconciler.settings import Settings

AUTHOR = "Kari Nordmann"
CLIENT = "reconciler-demo"
OWN_ENTITY = 41003
"""Demoforeningen's, in the accounting simulator: nothing sends there until somebody sets it up."""


@dataclass(frozen=True, slots=True)
class Stage:
    """Where everything is. `token` is what the accounting simulator takes for Blindeforbundet, `own_token` for
    Demoforeningen, `secret` what all others take.
    """

    repository: Path
    settings: Settings
    token: str
    own_token: str
    secret: str
    simulators: dict[str, str]
    filled: dict[str, int]

    def commit(self, message: str) -> None:
        """Record the working tree as a commit of the admin."""
        commit(self.repository, message)

    def tell(self, simulator: str, path: str, order: Mapping[str, object]) -> None:
        """Have a simulator do what people do at the outside system."""
        httpx.post(self._control(simulator, path), json=order).raise_for_status()

    def post_staged(self) -> dict[str, int]:
        """Let the simulator run its import job, as the real one does by itself."""
        answer: dict[str, int] = httpx.post(self._control("xledger", "/_import")).raise_for_status().json()
        return answer

    def books(self) -> list[dict[str, object]]:
        """The vouchers that the simulator holds."""
        found: list[dict[str, object]] = (
            httpx.get(self._control("xledger", "/_books")).raise_for_status().json()["vouchers"]
        )
        return found

    def publish(self) -> Path:
        """A bare repository with what is committed, beside the working tree: proposals are pushed to it."""
        bare = self.repository.with_name("config.git")
        _git(self.repository, "clone", "--quiet", "--bare", str(self.repository), str(bare))
        return bare

    @property
    def reports(self) -> Path:
        """The folder that packages of reports are built in."""
        return self.repository.parent / "reports"

    def change_an_activity(self) -> None:
        """Somebody mends an activity in the app: it was ten minutes longer."""
        query = """
            update app.peer_support_activities set minutes = minutes + 10 where id = (
                select id from app.peer_support_activities where activity_type = 'conversation' order by id limit 1)"""
        with psycopg.connect(self.settings.database_url) as connection:
            connection.execute(query)

    def register(self, name: str) -> int:
        """How many records the register of an integration type holds."""
        answer = httpx.get(self._control(name, "/_books")).raise_for_status().json()
        return len(answer["records"])

    def ledger(self, integration: str) -> list[tuple[str, str]]:
        """(reference, state) of every ledger row of an integration type."""
        query = "select reference, state from reconciler.exports where split_part(target, ':', 2) = %s"
        with psycopg.connect(self.settings.database_url) as connection:
            return connection.execute(query, [integration]).fetchall()

    def _control(self, name: str, path: str) -> str:
        return self.simulators[name].removesuffix("/graphql") + path


@contextmanager
def stage() -> Iterator[Stage]:
    """Start everything in a folder of its own, and take everything down again, whatever happens in between."""
    folder = Path(tempfile.mkdtemp(prefix="reconciler-demo-"))
    token, own, secret = (secrets.token_urlsafe(24) for _ in range(3))
    try:
        with ExitStack() as parts:
            # They take their time, and do so beside the database.
            begun = {
                name: parts.enter_context(beginning(name, options)) for name, options in _options(token, own, secret)
            }
            postgres = parts.enter_context(EmbeddedPostgres(folder / "postgres", durable=False))
            migrate(postgres.url())
            with psycopg.connect(postgres.url()) as connection:
                filled = fill(connection) | fill_reports(connection)
            started = {name: _address(name, process) for name, process in begun.items()}
            settings = Settings(
                database_url=postgres.url(),
                installation="demo",
                simulators=started,
                home=folder / "home",
                actor="kari",
                clock_start=NOW,
            )
            repository = _repository(folder / "config")
            try:
                yield Stage(repository, settings, token, own, secret, started, filled)
            finally:
                for process in begun.values():  # all end at once; each is waited for as the stack unwinds
                    assert process.stdin
                    process.stdin.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _options(token: str, own: str, secret: str) -> Iterator[tuple[str, list[str]]]:
    """Each simulator by its integration type, and the login that it takes."""
    # Days of a staged clock go by in seconds: what the real one allows in a while would not do for all of them.
    yield "xledger", [f"--token={token}", f"--token={own}@{OWN_ENTITY}", "--burst=10000/1"]
    yield "cornerstone", [f"--token={secret}"]
    yield "consio", [f"--client={CLIENT}:{secret}"]
    organization = ["--organization=Demoforeningen", "--organization-number=974760673", "--members=412"]
    yield "dynamics", [f"--client={CLIENT}:{secret}"]
    yield "business_central", [f"--client={CLIENT}:{secret}"]
    yield "rest", [f"--token=Bearer {secret}", "--key-header=Authorization", *organization]


@contextmanager
def simulator(name: str, options: list[str]) -> Iterator[str]:
    """The address of one that is there."""
    with beginning(name, options) as process:
        yield _address(name, process)


@contextmanager
def beginning(name: str, options: list[str]) -> Iterator["subprocess.Popen[str]"]:
    """A simulator as a process; it ends with its standard input, so that even our own death leaves no orphan."""
    command = [sys.executable, "-m", "reconciler.simulators", name, *options, "--die-with-parent"]
    with subprocess.Popen(  # noqa: S603 - our own command
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,  # an interrupt at the terminal is for us; we then end them in order
    ) as process:
        assert process.stdin
        try:
            yield process
        finally:
            process.stdin.close()
            process.wait(timeout=10)


def _address(name: str, process: "subprocess.Popen[str]") -> str:
    """Where it is, as soon as it says so."""
    assert process.stdout
    word, _, address = process.stdout.readline().strip().partition(" ")
    if word != "ready":
        raise Blocked("a simulator did not start", f"python -m reconciler.simulators {name} says why")
    return address


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
