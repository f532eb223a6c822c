"""PostgreSQL goes away in the middle of a run, has no room left, or takes nobody more: said in words, and made good.

In a cluster of these tests' own, because they break it.
"""

import os
import resource
import secrets
import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from parts.classes import KEY, Classed, classed
from parts.counterpart import Counterpart, listening
from parts.hands import Hands
from parts.installation import START, Books
from parts.witness import Witness

from reconciler.database.embedded import EmbeddedPostgres
from reconciler.database.migrate import migrate

KINDS = ["A", "B", "C", "D"]
CONNECTIONS = 12


class Breakable:
    """A cluster, an installation of a class in it, and the system over there, which can break the cluster meanwhile."""

    def __init__(self, cluster: EmbeddedPostgres, there: Counterpart, here: Classed, name: str) -> None:
        self.cluster, self.there, self.here, self.name = cluster, there, here, name

    def sync(self, minutes: int = 0) -> int:
        return self.here.sync(minutes=minutes)

    def crash(self) -> None:
        """What `pg_ctl stop -m immediate` does."""
        os.kill(self.postmaster, signal.SIGQUIT)

    def restart(self) -> None:
        """Up again, recovered; on another socket."""
        self.cluster.stop()
        self.cluster.start()
        self.here.settings = replace(self.here.settings, database_url=self.cluster.url(self.name))

    @property
    def postmaster(self) -> int:
        return int((self.cluster.folder / "data" / "postmaster.pid").read_text().split()[0])

    def room(self, size: int) -> None:
        """Start it anew, so that no file of it may grow beyond `size`: it inherits our limit."""
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
        try:
            self.restart()
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    def judged(self, kind: str) -> list[str]:
        """What the witness says, when everything has been made good."""
        with psycopg.connect(self.here.settings.database_url, autocommit=True) as connection:
            witness = Witness(connection, self.there, asks=kind in ("A", "C"), doubted=True)
            return [*witness.always(), *witness.quiet("2026-01-01")]


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    with EmbeddedPostgres(tmp_path_factory.mktemp("cluster") / "database", durable=False) as found:
        with psycopg.connect(found.url(), autocommit=True) as connection:
            connection.execute(f"alter system set max_connections = {CONNECTIONS}")
            connection.execute("alter system set autovacuum = off")
        found.stop()
        found.start()
        migrate(found.url())
        yield found


@pytest.fixture
def breakable(cluster: EmbeddedPostgres, tmp_path: Path) -> Iterator[Callable[[str], Breakable]]:
    """Makes one, of a class."""
    name = f"test_{secrets.token_hex(4)}"
    there = Counterpart(Hands(START), tokens={KEY})
    with ExitStack() as stack, listening(there) as server:
        with psycopg.connect(cluster.url("postgres"), autocommit=True) as connection:
            connection.execute(f"create database {name} template reconciler")
            # The tests' clusters do not wait for their disks; this one has to keep what it has promised.
            connection.execute(f"alter database {name} set synchronous_commit = on")
        books = Books(f"http://127.0.0.1:{server.server_address[1]}/graphql")
        stack.callback(books.client.close)
        yield lambda kind: Breakable(cluster, there, classed(books, kind, cluster.url(name), tmp_path), name)


def said(capsys: pytest.CaptureFixture[str]) -> str:
    """Everything that was written; never a traceback."""
    out, error = capsys.readouterr()
    assert "Traceback" not in out + error
    return " ".join((out + error).split())


@pytest.mark.parametrize("kind", KINDS)
def test_a_server_that_stops_between_a_send_and_its_record_is_told_and_made_good_when_it_is_back(
    breakable: Callable[[str], Breakable], capsys: pytest.CaptureFixture[str], kind: str
) -> None:
    here = breakable(kind)
    here.there.meanwhile = here.crash
    assert here.sync() == 75
    assert "the database cannot be reached" in said(capsys)
    assert len(here.there.booked) == 1
    assert here.sync(minutes=1) == 75  # it is still away
    assert "the database cannot be reached" in said(capsys)
    here.restart()
    here.sync(minutes=40)
    here.sync(minutes=40)
    assert here.judged(kind) == []
    assert len(here.there.booked) == 7


def test_a_server_that_lost_what_it_had_committed_is_found_out_and_nothing_more_is_sent(
    breakable: Callable[[str], Breakable], capsys: pytest.CaptureFixture[str]
) -> None:
    here = breakable("D")
    here.here.sql(f"alter database {here.name} set synchronous_commit = off")
    here.there.meanwhile = here.crash
    assert here.sync() == 75
    here.restart()
    here.sync(minutes=40)
    assert len(here.there.booked) in {1, 7}  # nothing again, whether or not the disk had got it
    if not here.here.states():
        assert "the database is older than what was sent" in said(capsys)


@pytest.mark.parametrize("kind", ["B", "C", "D"])
def test_a_server_whose_room_is_used_up_while_an_answer_is_on_its_way_is_told_and_made_good(
    breakable: Callable[[str], Breakable], capsys: pytest.CaptureFixture[str], kind: str
) -> None:
    here = breakable(kind)
    here.room(filled(here) + (64 << 10))
    here.there.meanwhile = lambda: used_up(here)
    assert here.sync() == 75
    words = said(capsys)
    assert "the database has no room left" in words
    assert "free some there" in words
    assert len(here.there.booked) == 1
    assert here.sync(minutes=7) == 75
    assert "the database has no room left" in said(capsys)
    here.restart()
    here.sync(minutes=40)
    here.sync(minutes=40)
    assert here.judged(kind) == []
    assert len(here.there.booked) == 7


ELSEWHERE = """
    insert into reconciler.export_history (export_id, organization_id, state, attempt, code, at)
    select 0, gen_random_uuid(), 'sent', 1, repeat('x', {length}), now() from generate_series(1, {rows}) as n"""
"""The history of exports is written with each step, and only ever grows."""


def filled(here: Breakable) -> int:
    """The size of the history's file, made larger than a segment of the write-ahead log, which has to have room."""
    here.here.sql(f"set session_replication_role = replica; {ELSEWHERE.format(length=1900, rows=9000)}")
    [(size,)] = here.here.sql("select pg_relation_size('reconciler.export_history')")
    assert size > 16 << 20
    return int(size)


def used_up(here: Breakable) -> None:
    """Fill every page of the history's file, until it may not grow."""
    with psycopg.connect(here.here.settings.database_url, autocommit=True) as connection:
        connection.execute("set session_replication_role = replica")
        for length in (1900, 100, 1):
            with suppress(psycopg.errors.InternalError_):
                for _ in range(10_000):
                    connection.execute(ELSEWHERE.format(length=length, rows=20 if length > 1 else 1))


def test_a_server_that_takes_nobody_more_is_told_and_nothing_is_lost(
    breakable: Callable[[str], Breakable], capsys: pytest.CaptureFixture[str]
) -> None:
    here = breakable("C")
    with ExitStack() as crowd:
        crowded(here, crowd)
        assert here.sync() == 75
        words = said(capsys)
        assert "the database takes no more connections" in words
        assert here.there.booked == []
    assert here.sync(minutes=1) == 0
    assert here.judged("C") == []


def test_a_run_that_loses_its_connection_to_a_full_server_is_made_good_by_the_next(
    breakable: Callable[[str], Breakable], capsys: pytest.CaptureFixture[str]
) -> None:
    here = breakable("C")
    with ExitStack() as crowd:
        here.there.meanwhile = lambda: crowded(here, crowd, instead_of_ours=True)
        assert here.sync() == 75
        said(capsys)
        assert len(here.there.booked) == 1
    here.sync(minutes=40)
    assert here.sync(minutes=40) == 0
    assert here.judged("C") == []


def crowded(here: Breakable, crowd: ExitStack, *, instead_of_ours: bool = False) -> None:
    """Every place is taken; ours too, where `instead_of_ours`."""
    url = here.cluster.url("postgres")
    first = crowd.enter_context(psycopg.connect(url, autocommit=True))
    if instead_of_ours:
        first.execute(
            "select pg_terminate_backend(pid, 2000) from pg_stat_activity where application_name = 'reconciler'"
        )
    for _ in range(CONNECTIONS + 5):
        try:
            crowd.enter_context(psycopg.connect(url, autocommit=True))
        except psycopg.OperationalError:
            return
    raise AssertionError("there is always room for one more")
