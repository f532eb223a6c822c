"""Two controllers, a repository, a database and an accounting system as processes, and everything that befalls them."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psycopg

from parts.followed import texts
from parts.installation import START, TOKEN, WHERE, Books, asked_before, settings_for, trim
from parts.relay import Relay, relaying
from parts.remote import Remote
from reconciler.cli.main import run
from reconciler.database.embedded import EmbeddedPostgres
from reconciler.database.migrate import migrate
from reconciler.demo.filling import fill
from reconciler.engine.credentials import set_credential
from reconciler.settings import Settings
from reconciler.vaults.secret import Secret
from reconciler.wiring import world

ROOT = Path(__file__).parents[2]
TARGET = ("5f0c7b52-8d0e-4d5c-9a51-31b4f1d0a007", "simulator:xledger:31007:voucher")
CONFIG = ("alfa", "beta")


@dataclass
class Turmoil:
    """`began` is the moment from which everybody's clock counts: the same for all processes, whenever they start."""

    folder: Path
    cluster: EmbeddedPostgres
    relay: Relay
    books: Books
    settings: Settings
    work: Remote
    began: float
    controllers: list[subprocess.Popen] = field(default_factory=list)
    more: Mapping[str, str] = field(default_factory=dict)
    """What the controllers are told beside."""
    bad: list[tuple[str, str, str]] = field(default_factory=list)
    """Organisation, commit and file of each commit that nobody could apply."""

    def now(self, minutes: int = 0) -> Settings:
        """The installation at this moment, or so many minutes later."""
        at = START + timedelta(seconds=time.monotonic() - self.began, minutes=minutes)
        return replace(self.settings, clock_start=at)

    def verb(self, *arguments: str, actor: str = "kari", minutes: int = 0) -> int:
        """A verb of a person's, in this process."""
        return run(arguments, replace(self.now(minutes), actor=actor))

    def push(self, files: dict[str, str]) -> str:
        """One commit of a person's, and its push; whatever is wrong with the way there, it is tried until it goes."""
        for path, text in files.items():
            (self.work.folder / path).write_text(text)
        self.work.git("add", "--all")
        self.work.git("commit", "--quiet", "--allow-empty", "--message", "a change")
        self.work.git("push", "--quiet", "origin", "HEAD:main")
        return self.work.git("rev-parse", "HEAD")

    def text(self, path: str) -> str:
        return (self.work.folder / path).read_text()

    def approve(self, organization: str, commit: str = "") -> None:
        """Its reviewer says yes to a commit, or to all that waits; in vain where the database is away."""
        named = ("--revision", commit) if commit else ()
        said = ("--yes", "--reason", "looked at it twice", "--root", str(self.work.folder))
        self.verb("approve", organization, *named, *said, actor=f"lise-{organization}")

    # What befalls them ----------------------------------------------------------------------------------------------

    def start(self, at: int) -> None:
        """A controller, which comes back whenever it was killed."""
        now = self.now()
        environment = {
            "PATH": os.defpath,
            "PYTHONPATH": os.environ.get("PYTHONPATH", ""),
            "RECONCILER_DATABASE_URL": now.database_url,
            "RECONCILER_HOME": str(self.folder / f"home-{at}"),
            "RECONCILER_ACTOR": "controller",
            "RECONCILER_CLOCK_START": now.clock_start.isoformat(),
            "RECONCILER_SIMULATORS": f"xledger={self.books.url}",
            "RECONCILER_REPOSITORY": str(self.folder / "remote.git"),
            "RECONCILER_POLL_S": "1",
            "RECONCILER_VERIFY_S": "2",
            "RECONCILER_SHARDS": "2",
            "RECONCILER_APPROVALS": "required",
            "RECONCILER_STOP_GRACE": "20s",
            **self.more,
        }
        command = [str(Path(sys.executable).with_name("reconciler")), "controller"]
        with (self.folder / f"log-{at}").open("ab") as log:
            self.controllers[at : at + 1] = [subprocess.Popen(command, env=environment, stderr=log, stdout=log)]

    def kill(self, at: int) -> None:
        """As `kill -9`, and a new one."""
        self.controllers[at].kill()
        self.controllers[at].wait()
        self.start(at)

    def crash(self) -> None:
        """The database server dies in the middle of whatever it does, and recovers."""
        postmaster = int((self.cluster.folder / "data" / "postmaster.pid").read_text().split()[0])
        self.relay.cut()
        os.kill(postmaster, signal.SIGQUIT)
        self.cluster.stop()
        self.cluster.start()
        self.relay.target = socket_of(self.cluster)

    @contextmanager
    def away(self, what: str) -> Iterator[None]:
        """The database or the repository cannot be reached while the body runs."""
        remote = self.folder / "remote.git"
        if what == "database":
            self.relay.cut()
        else:
            remote.rename(self.folder / "lost.git")
        yield
        if what == "database":
            self.relay.target = socket_of(self.cluster)
        else:
            (self.folder / "lost.git").rename(remote)

    def rows(self, query: str, *values: object) -> list[tuple]:
        with psycopg.connect(self.settings.database_url) as connection:
            return connection.execute(query, values).fetchall()

    def stop(self) -> list[int]:
        """Tell all controllers to stop; their exit codes."""
        for each in self.controllers:
            each.terminate()
        return [each.wait(timeout=120) for each in self.controllers]


def socket_of(cluster: EmbeddedPostgres) -> str:
    """The path of its socket."""
    return f"{parse_qs(urlsplit(cluster.url()).query)['host'][0]}/.s.PGSQL.5432"


@contextmanager
def turmoil(folder: Path, books: Books, more: Mapping[str, str] | None = None) -> Iterator[Turmoil]:
    """Everything applied once by hand, a credential stored, and two controllers that take over; `more` is told them."""
    with EmbeddedPostgres(folder / "pg", durable=False) as cluster, relaying() as relay:
        relay.target = socket_of(cluster)
        login = urlsplit(cluster.url()).netloc.partition("@")[0]
        url = f"postgresql://{login}@127.0.0.1:{relay.port}/reconciler?sslmode=disable"
        migrate(url)
        work = _repository(folder)
        settings = replace(settings_for(url, folder / "home-0", books.url), approvals="required")
        found = Turmoil(folder, cluster, relay, books, settings, work, time.monotonic(), more=more or {})
        with psycopg.connect(url) as connection:
            fill(connection)
            trim(connection)
            asked_before(connection, TARGET)
        assert found.verb("apply", "--root", str(work.folder)) == 0
        assert set_credential(world(found.now()), *WHERE, Secret({"token": TOKEN})).verdict.ok
        (folder / "home-1").mkdir()
        shutil.copy(settings.key_file, folder / "home-1")
        try:
            found.start(0)
            found.start(1)
            yield found
        finally:
            for each in found.controllers:
                each.kill()
                each.wait()


def _repository(folder: Path) -> Remote:
    work = Remote(folder / "work")
    shutil.copytree(ROOT / "orgs" / WHERE[0], work.folder / "orgs" / WHERE[0])
    for name in CONFIG:
        for path, text in texts(name).items():
            place = work.folder / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text)
    work.git("add", "--all")
    work.git("commit", "--quiet", "--message", "the first commit")
    subprocess.run(
        ["git", "init", "--quiet", "--bare", "--initial-branch=main", str(folder / "remote.git")], check=True
    )
    work.git("remote", "add", "origin", str(folder / "remote.git"))
    work.git("push", "--quiet", "origin", "HEAD:main")
    return work


def dice(seed: int) -> random.Random:
    """The same story for the same seed, as far as what is done goes; what comes of it is up to the machine."""
    return random.Random(seed)
