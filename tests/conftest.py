"""What all tests share: one PostgreSQL for the whole run, a fresh database per test, and no traffic to elsewhere."""

import contextlib
import fcntl
import ipaddress
import os
import shutil
import socket
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import psycopg
import pytest
from hypothesis import HealthCheck, settings
from parts import lending
from parts.databases import database, url_of
from parts.heavy import HEAVY
from parts.pooler import POOLED, pooler, spread
from xdist.scheduler import LoadScopeScheduling
from xdist.workermanage import WorkerController

from reconciler.database import connection
from reconciler.database.embedded import EmbeddedPostgres
from reconciler.database.migrate import migrate

# `make soak` looks for what a few seconds do not find; a busy machine is no reason to fail.
# The same examples on every machine: a change is judged by itself. `make soak` looks for new ones.
settings.register_profile("default", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("soak", settings.get_profile("default"), derandomize=False, max_examples=20_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))

OVERRIDE = "RECONCILER_TEST_DATABASE_URL"
ROOM = 4 << 30
PREFIX = "reconciler-tests-"
OLD_S = 3600
"""A server that is just starting may not hold its lock yet."""
TOGETHER = ("contracts/systems/",)
SERVER = pytest.StashKey[EmbeddedPostgres]()


def server_of(config: pytest.Config) -> str:
    """The URL of the run's server. Under xdist the controller has started it; else it starts when first asked for."""
    if handed := getattr(config, "workerinput", {}).get("server_url") or os.environ.get(OVERRIDE):
        return handed
    if SERVER not in config.stash:
        config.stash[SERVER] = EmbeddedPostgres(_folder(), durable=False)
        config.stash[SERVER].start()
        _left_alone(config.stash[SERVER].url())
    return config.stash[SERVER].url()


def _left_alone(url: str) -> None:
    """Nobody counts rows behind a test's back: how its statements were planned hung on when that was done."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("alter system set autovacuum = off")
        connection.execute("select pg_reload_conf()")


def _folder() -> Path:
    """In memory where there is room: the run makes and drops a thousand small databases."""
    memory = Path("/dev/shm")
    _sweep(memory)
    roomy = memory.is_dir() and shutil.disk_usage(memory).free > ROOM
    return Path(tempfile.mkdtemp(prefix=PREFIX, dir=memory if roomy else None))


def _sweep(memory: Path) -> None:
    """Runs that were killed leave a fifth of a gigabyte each; whose lock nobody holds is over."""
    for left in memory.glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError), (left / "lock").open("r+b") as lock:  # or another run sweeps too
            if time.time() - left.stat().st_mtime > OLD_S:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(left)


class ByFile(LoadScopeScheduling):
    """What is made once for a file, or for a folder of TOGETHER, is made by one worker: it gets all the tests of it.

    HEAVY first, then the files of many tests: both workers end at about the same time.
    """

    def _assign_work_unit(self, node: WorkerController) -> None:
        if heavy := next((each for each in HEAVY if f"tests/{each}" in self.workqueue), None):
            self.workqueue.move_to_end(f"tests/{heavy}", last=False)
        super()._assign_work_unit(node)

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return next((each for each in TOGETHER if each in file), file)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> ByFile:
    return ByFile(config, log)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node) -> None:
    node.workerinput["server_url"] = server_of(node.config)


def pytest_unconfigure(config: pytest.Config) -> None:
    if server := config.stash.get(SERVER, None):
        server.stop()
        shutil.rmtree(server.folder)


@pytest.fixture(scope="session", autouse=True)
def _lines() -> Iterator[None]:
    """What verbs in this process ask the database through is used again by the next one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(connection, "CONNECT", partial(lending.lend, **connection.CONNECT.keywords))
        yield
    lending.end()


@pytest.fixture(scope="session")
def server_url(pytestconfig: pytest.Config) -> str:
    """The server's URL, with a role that may make databases and roles."""
    return server_of(pytestconfig)


@pytest.fixture(scope="session")
def administration(server_url: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(server_url, autocommit=True) as connection:
        yield connection


@pytest.fixture(scope="session")
def template(server_url: str, administration: psycopg.Connection) -> Iterator[str]:
    """The name of a migrated database that nobody uses but as a model, one per worker."""
    with database(administration, "template", "template0") as name:
        migrate(url_of(server_url, name))
        yield name


@pytest.fixture(scope="session")
def pooled_url(server_url: str) -> Iterator[str]:
    """The same server, through a transaction-mode pooler."""
    with pooler(server_url) as url:
        yield url


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """What `POOLED` names runs a second time through the pooler."""
    names = {metafunc.module.__name__.rsplit(".")[-1], metafunc.function.__name__}
    if "url_for" in metafunc.fixturenames and not names.isdisjoint(POOLED):
        metafunc.parametrize("url_for", ["direct", "pooled"], indirect=True)


@pytest.fixture
def url_for(request: pytest.FixtureRequest, server_url: str) -> Callable[[str], str]:
    """The URL of a database of the run's server, by its name: straight, or through the pooler."""
    if getattr(request, "param", "direct") == "direct":
        return partial(url_of, server_url)

    def pooled(name: str) -> str:
        url = url_of(request.getfixturevalue("pooled_url"), name)
        spread(url)
        return url

    return pooled


@pytest.fixture
def database_url(url_for: Callable[[str], str], administration: psycopg.Connection, template: str) -> Iterator[str]:
    """A database of this test's own, migrated and empty."""
    with database(administration, "test", template) as name:
        yield url_for(name)


class Outside(AssertionError):
    """A test, or what it tests, turned to another machine."""


_attempts: list[str] = []


def _guard(event: str, arguments: tuple) -> None:
    """Refuse what leaves this machine. Bound to Python's own sockets: children and libpq are not seen."""
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        if arguments[0].family in (socket.AF_INET, socket.AF_INET6) and arguments[1] is not None:
            _refuse_outside(arguments[1][0])
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        _refuse_outside(arguments[0])


def _refuse_outside(host: str | bytes | None) -> None:
    name = host.decode() if isinstance(host, bytes) else host
    if name is None or name in ("", "localhost") or _is_loopback(name):
        return
    _attempts.append(name)
    raise Outside(f"a test turned to {name}; only loopback is open")


def _is_loopback(name: str) -> bool:
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


sys.addaudithook(_guard)


@pytest.fixture(autouse=True)
def outside_attempts() -> Iterator[list[str]]:
    """Hosts elsewhere that the test turned to. Fails the test afterwards: its code may have caught the refusal."""
    _attempts.clear()
    yield _attempts
    assert not _attempts, f"the test turned to {', '.join(_attempts)}; only loopback is open"
