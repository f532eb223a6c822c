"""One installation of a test's own: its database, home and config repository, and the simulator seen from outside."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import psycopg
from git import Actor, Repo

from parts import forks, lending
from reconciler.cli.main import run
from reconciler.engine.pinned import pin
from reconciler.engine.world import World
from reconciler.settings import Settings
from reconciler.wiring import world

ROOT = Path(__file__).parents[2]
WHERE = ("blindeforbundet", "xledger")
TOKEN = "T0ken-for-the-engine-tests"
START = datetime.fromisoformat("2026-03-02T08:00:00+01:00")
KEPT = 6
"""Ordinary records of each category in a test's database; the special ones stay all."""


@dataclass(slots=True)
class Books:
    """The simulator as seen from outside: its books and its fault switches."""

    url: str
    client: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=20, trust_env=False, verify=False))

    def control(self, path: str, **order: object) -> dict:
        return self.client.post(self.url.removesuffix("/graphql") + path, json=order).raise_for_status().json()

    def arm(self, fault: str, **more: object) -> None:
        self.control("/_faults", fault=fault, **more)

    def read(self) -> dict:
        return self.client.get(self.url.removesuffix("/graphql") + "/_books").raise_for_status().json()


@dataclass(slots=True)
class Installation:
    """One test's database, home and config repository; `at` is its clock, in minutes after START."""

    settings: Settings
    repository: Path
    at: int = 0

    def run(self, *arguments: str, minutes: int = 0) -> int:
        """A verb, in this process."""
        self.at += minutes
        return run(arguments, self._now())

    def world(self) -> World:
        """The parts of this installation, put together as the verbs do."""
        return world(self._now())

    def sync(self, *, minutes: int = 0) -> int:
        return self.run("sync", *WHERE, minutes=minutes)

    def process(self, *arguments: str, crash_at: str = "", answer: str = "") -> subprocess.Popen[str]:
        """A verb, as a real process of the console script; give it to `ended`, or kill it."""
        command = [str(Path(sys.executable).with_name("reconciler")), *arguments]
        return self._started(command, crash_at, answer)

    def fork(self, forking: str, *arguments: str, crash_at: str = "", answer: str = "") -> tuple[int, str]:
        """Exit code and output of a verb in a real process that had nothing to load; `forking` is who forks it."""
        command = [sys.executable, "-I", "-S", forks.__file__, "run", forking, *arguments]
        return ended(self._started(command, crash_at, answer))

    def forks(self, forking: str, *verbs: Sequence[str]) -> list[tuple[int, str]]:
        """Exit code and output of each of several verbs at once, as `fork`."""
        command = [sys.executable, "-I", "-S", forks.__file__, "run", forking]
        return [ended(each) for each in [self._started([*command, *verb], "", "") for verb in verbs]]

    def environment(self, now: datetime | None = None, crash_at: str = "") -> dict[str, str]:
        """What a process of this installation is given; at `now` where that is another time than the installation's."""
        settings = self._now()
        return {
            **{key: value for key, value in os.environ.items() if not key.startswith("RECONCILER_")},
            "RECONCILER_DATABASE_URL": settings.database_url,
            "RECONCILER_HOME": str(settings.home),
            "RECONCILER_SIMULATORS": ",".join(f"{name}={url}" for name, url in settings.simulators.items()),
            "RECONCILER_CLOCK_START": (now or settings.clock_start).isoformat(),
            "RECONCILER_CRASH_AT": crash_at,
            "RECONCILER_ACTOR": "kari",
            "RECONCILER_SECOND_PERSON": str(settings.second_person),
        }

    def _started(self, command: list[str], crash_at: str, answer: str) -> subprocess.Popen[str]:
        environment = self.environment(crash_at=crash_at)
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
        process = subprocess.Popen(command, env=environment, text=True, **pipes)
        if answer:
            process.stdin.write(answer)
            process.stdin.flush()
        return process

    @contextmanager
    def elsewhere(self, address: str) -> "Iterator[Installation]":
        """The same with a simulator at `address`, as if the credential had been tested there."""
        origin = "update reconciler.credentials set origin = %s where state = 'current'"
        was = self.sql("select origin from reconciler.credentials where state = 'current'")[0][0]
        url = urlsplit(address)
        self.sql(origin, f"{url.scheme}://{url.netloc}")
        yield replace(self, settings=replace(self.settings, simulators={"xledger": address}))
        self.sql(origin, was)

    def sql(self, query: str, *values: object) -> list[tuple]:
        return lending.ask(self.settings.database_url, query, *values)

    def states(self) -> dict[str, int]:
        return dict(self.sql("select state, count(*) from reconciler.exports group by state"))

    def _now(self) -> Settings:
        return replace(self.settings, clock_start=START + timedelta(minutes=self.at))


def ended(process: subprocess.Popen[str], timeout: float = 60) -> tuple[int, str]:
    """Exit code and output; a process that does not end is killed, and the test fails."""
    try:
        output, _ = process.communicate(timeout=timeout)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        raise
    return process.returncode, output


def copied(folder: Path, to: Path) -> None:
    """A copy of what stands in a folder. The files' times and rights would cost twice as much as that."""
    shutil.copytree(folder, to, copy_function=shutil.copyfile)


def committed(root: Path, message: str = "a change") -> None:
    """Commit everything under `root`, in a repository that is made when there is none."""
    author = Actor("Kari", "kari@example.org")
    with Repo.init(root) as repository:
        repository.git.add("--all")
        repository.index.commit(message, author=author, committer=author)


def example(root: Path, organization: str = WHERE[0]) -> Path:
    """A config repository with one commit: an organisation's folder in this checkout, and what all share."""
    for folder in (f"orgs/{organization}", "specs"):
        copied(ROOT / folder, root / folder)
    committed(root)
    return root


def batches_of(documents: int, lines: int, root: Path, kind: str) -> None:
    """The type sends its batches of fifty as smaller ones: a second batch then needs no fifty-first record."""
    path = root / f"specs/integration-types/{kind}.yaml"
    text = path.read_text(encoding="utf-8")
    named, batch = f"{{name: {kind}}}", f"batch: {{documents: 50, nodes: {50 * lines}}}"
    assert (named in text, batch in text) == (True, True), path
    text = text.replace(named, f"{{name: {kind}, annotations: {{overrides: builtin}}}}")
    path.write_text(
        text.replace(batch, f"batch: {{documents: {documents}, nodes: {documents * lines}}}"), encoding="utf-8"
    )
    committed(root, "smaller batches")


def settings_for(url: str, home: Path, simulator: str) -> Settings:
    return Settings(database_url=url, home=home, actor="kari", clock_start=START, simulators={"xledger": simulator})


def trim(connection: psycopg.Connection) -> None:
    """Keep few ordinary records, and every special one: what is withheld, refused here, and refused there."""
    special = {
        "expense_claims": "receipt is null or cost_center is null or cost_center = '9999'",
        "mileage_claims": "department = 'Hamar'",
        "driver_honorariums": "driver_number = 'V99999'",
    }
    for table, condition in special.items():
        connection.execute(
            f"delete from app.{table} r where not coalesce({condition}, false) and id not in ("
            f" select id from app.{table} where status = 'approved' and approved_at >= '2026-01-01 00:00+01'"
            f" and not coalesce({condition}, false) order by approved_at limit {KEPT})"
        )


def known_empty(here: Installation, organization: str, integration: str) -> None:
    """All targets of an integration were found to be empty, see `asked_before`."""
    parts = here.world()
    pinned = pin(parts.applied.applied(organization, integration), parts.clock.now())
    with psycopg.connect(here.settings.database_url) as connection:
        for export in pinned.exports:
            asked_before(connection, (export.stream.organization_id, export.stream.target))


def asked_before(connection: psycopg.Connection, target: tuple[str, str]) -> None:
    """(organisation, target) was found to be empty: a first sync asks nothing that a test has not asked for."""
    connection.execute("insert into reconciler.targets_asked values (%s, %s, now()) on conflict do nothing", target)
