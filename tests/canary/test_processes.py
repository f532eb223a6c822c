"""What other processes of the machine and the database server see of a credential while it is used: nothing."""

import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from parts.between import Between
from parts.canary import Canary, places
from parts.installation import WHERE, Installation, ended

SET = ("credentials", "set", *WHERE)


def seen_in_proc(pid: int) -> Iterator[tuple[str, bytes]]:
    """Arguments and environment of a process and of all that it started."""
    folder = Path("/proc") / str(pid)
    for name in ("cmdline", "environ", "comm"):
        yield f"{folder}/{name}", (folder / name).read_bytes()
    for children in folder.glob("task/*/children"):
        for child in children.read_text().split():
            yield from seen_in_proc(int(child))


def typed(here: Installation, text: str) -> subprocess.Popen[str]:
    """A process of `credentials set` that was given the text, and the end of its input."""
    process = here.process(*SET, answer=f"{text}\n")
    process.stdin.close()
    process.stdin = None
    return process


@pytest.mark.parametrize("verb", ["set", "sync"])
def test_arguments_and_environment_hold_nothing_while_it_is_used(
    verb: str, planted: Installation, server: Between, canary: Canary, leaked
) -> None:
    server.arrived.clear()
    server.gate.clear()
    process = typed(planted, canary.value) if verb == "set" else planted.process("sync", *WHERE)
    assert server.arrived.wait(60)
    seen = list(seen_in_proc(process.pid))
    server.gate.set()
    code, output = ended(process)
    assert code in (0, 6)
    assert server.asked[-1] == f"token {canary.value}"
    assert any(b"RECONCILER_DATABASE_URL" in content for _, content in seen)
    assert places(canary, seen, [("output", output)]) == []
    assert leaked() == []


@pytest.mark.parametrize("place", ["after:write", "after:stored", "before:promote"])
def test_a_set_that_is_killed_leaves_nothing(place: str, fork, canary: Canary, leaked) -> None:
    code, output = fork(*SET, answer=f"{canary.value}\n", crash_at=place)
    assert code == -9
    assert canary.found_in(output) == set()
    assert leaked() == []


def test_a_sync_that_is_killed_leaves_nothing(planted: Installation, fork, canary: Canary, leaked) -> None:
    code, output = fork("sync", *WHERE, crash_at="after:send")
    assert code == -9
    assert canary.found_in(output) == set()
    assert leaked() == []


def test_the_server_shows_nothing_of_the_statement_that_stores_it(here: Installation, canary: Canary) -> None:
    url = here.settings.database_url
    waiting = "select query, t::text from pg_stat_activity t where datname = current_database() and pid <> %s"
    with psycopg.connect(url) as holder, psycopg.connect(url, autocommit=True) as looker:
        holder.execute("lock table reconciler.secret_values in access exclusive mode")
        process = typed(here, canary.value)
        seen: list[tuple[str, str]] = []
        while not any(query.startswith("insert into reconciler.secret_values") for query, _ in seen):
            assert process.poll() is None, process.communicate()
            time.sleep(0.01)  # the process has the machine meanwhile
            seen = looker.execute(waiting, [looker.info.backend_pid]).fetchall()
        holder.rollback()
        code, output = ended(process)
    assert code == 0
    assert any("$1" in query or "%s" in query for query, _ in seen)
    assert places(canary, seen, [("output", output)]) == []
