"""The database goes away under a real controller, and comes back: what was applied stands, and it goes on by itself."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import httpx
import psycopg
import pytest
from parts.followed import Followed, followed

from reconciler.database.embedded import EmbeddedPostgres
from reconciler.database.migrate import migrate


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[EmbeddedPostgres]:
    with EmbeddedPostgres(tmp_path / "database", durable=False) as found:
        migrate(found.url())
        with psycopg.connect(found.url(), autocommit=True) as connection:
            # The tests' clusters do not wait for their disks; this one has to keep what it has promised.
            connection.execute("alter database reconciler set synchronous_commit = on")
        yield found


def test_a_database_that_is_away_for_a_while_is_said_and_made_good_without_anybody(
    cluster: EmbeddedPostgres, tmp_path: Path
) -> None:
    address = tmp_path / "sockets"
    address.symlink_to(psycopg.conninfo.conninfo_to_dict(cluster.url())["host"])
    (tmp_path / "here").mkdir()
    one = followed(tmp_path / "here", url_at(cluster, address), "alfa")
    with running(one) as (process, lines, get):
        until(lambda: "alfa" in one.words() and bool(one.condition("alfa").mark))
        before = one.condition("alfa").applied
        os.kill(int((cluster.folder / "data" / "postmaster.pid").read_text().split()[0]), signal.SIGQUIT)
        head = one.change("orgs/alfa/organization.yaml", "language: nb", "language: en")
        until(lambda: get("/readyz").status_code == 503)
        assert get("/readyz").json()["waiting"]
        assert get("/healthz").status_code == 200
        assert process.poll() is None
        cluster.stop()
        cluster.start()
        address.unlink()
        address.symlink_to(psycopg.conninfo.conninfo_to_dict(cluster.url())["host"])
        after = replace(one)  # with a connection of its own: the old one knows only that it was cut
        assert one.rows("select revision from reconciler.organizations") == [(before,)]
        until(lambda: after.condition("alfa").applied == head)
        until(lambda: get("/readyz").status_code == 200)
        said = [each for each in lines() if "could not be finished" in each["message"]]
    assert said
    assert all("the database" in each["message"] for each in said)
    assert one.rows("select version from reconciler.applied_revisions order by version") == [(1,), (2,)]


def url_at(cluster: EmbeddedPostgres, address: Path) -> str:
    """The same server by an address that stays, wherever its sockets are after a restart."""
    found = psycopg.conninfo.conninfo_to_dict(cluster.url())
    return f"postgresql://{found['user']}:{found['password']}@/{found['dbname']}?host={address}&port=5432"


@contextmanager
def running(one: Followed) -> Iterator[tuple[subprocess.Popen[str], Callable[[], list[dict]], Callable]]:
    """A controller as a process, the lines that it has written, and its pages."""
    log = one.settings.home / "log"
    variables = {
        "PATH": os.defpath,
        "PYTHONPATH": os.environ.get("PYTHONPATH", ""),
        "RECONCILER_DATABASE_URL": one.settings.database_url,
        "RECONCILER_HOME": str(one.settings.home),
        "RECONCILER_REPOSITORY": str(one.remote.folder),
        "RECONCILER_POLL_S": "1",
        "RECONCILER_OBSERVE": "127.0.0.1:0",
    }
    command = [str(Path(sys.executable).with_name("reconciler")), "controller"]
    with log.open("w") as out, subprocess.Popen(command, env=variables, stderr=out, text=True) as process:

        def lines() -> list[dict]:
            return [json.loads(each) for each in log.read_text().splitlines() if each.startswith("{")]

        try:
            until(lambda: any("observe" in each for each in lines()) or process.poll() is not None)
            where = next(each["observe"] for each in lines() if "observe" in each)
            with httpx.Client(trust_env=False, verify=False, timeout=20) as client:
                yield process, lines, lambda path: client.get(f"{where}{path}")
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=60)
    assert process.returncode == 0, log.read_text()


def until(answer: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not answer():
        assert time.monotonic() < end
        time.sleep(0.1)
