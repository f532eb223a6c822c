"""What the outside system allows holds for all runs together; who meets a limit says so before anything is claimed."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
import pytest
import yaml
from parts import forks
from parts.checker import verdict
from parts.fixtures import WHERE_DOCUMENTS_GO
from parts.installation import (
    ROOT,
    START,
    TOKEN,
    WHERE,
    Books,
    Installation,
    asked_before,
    committed,
    copied,
    ended,
    trim,
)
from parts.models import Models
from parts.simulator import running

from reconciler.cli.main import run
from reconciler.demo.filling import fill
from reconciler.engine.credentials import set_credential
from reconciler.settings import Settings
from reconciler.vaults.secret import Secret
from reconciler.wiring import world

PACE = 8
OTHERS = ("blindeforbundet", "others")
"""Requests in a second, declared and really refused above."""


@contextmanager
def changed(path: Path, to: Path | None = None) -> Iterator[dict[str, Any]]:
    """A spec as plain values, written when they were changed; `to` another file."""
    body = yaml.load(path.read_text(), yaml.BaseLoader)
    yield body
    (to or path).write_text(yaml.safe_dump(body))


@pytest.fixture(scope="session")
def narrow_process() -> Iterator[str]:
    """The simulator, with a burst limit that a run meets at once."""
    yield from running("xledger", "--token", TOKEN, "--burst", f"{PACE}/1")


@pytest.fixture
def narrow(narrow_process: str) -> Iterator[Books]:
    found = Books(narrow_process)
    found.control("/_reset")
    yield found
    found.client.close()


def config(root: Path, **quota: str) -> Path:
    """The example, with a request per voucher, and with all but the expenses in an integration of their own."""
    for folder in ("orgs/blindeforbundet", "specs"):
        copied(ROOT / folder, root / folder)
    with changed(root / "specs/integration-types/xledger.yaml") as kind:
        kind["metadata"]["annotations"] = {"overrides": "builtin"}
        kind["spec"]["pace"] = {"requests": str(PACE), "seconds": "1"}
        kind["spec"]["quota"] |= quota
        kind["spec"]["documents"]["voucher"]["create"]["batch"]["documents"] = "1"
        del kind["spec"]["lists"]  # each of them is read, and a test here counts requests
        for each in kind["spec"]["documents"]["voucher"]["fields"].values():
            each.pop("of", None)
    folder = root / "orgs/blindeforbundet"
    first = folder / "integrations/xledger.yaml"
    with changed(first, folder / "integrations/others.yaml") as second:
        second["metadata"]["name"] = "others"
        del second["spec"]["exports"][0]
    with changed(first) as found:
        del found["spec"]["exports"][1:]
    for name in ("mileage-claims", "driver-honorariums"):
        with changed(folder / f"mappings/{name}.yaml") as mapping:
            mapping["spec"]["integration"] = "others"
    shutil.rmtree(folder / "schedules")  # they would use all of the small quota that a test declares
    committed(root)
    return root


def made(
    simulator: Books, more: dict[str, Any], quota: dict[str, str], database_url: str, folder: Path
) -> Installation:
    """Applied, with a tested credential. `more` are settings; a `quota` can be declared."""
    with psycopg.connect(database_url) as connection:
        fill(connection)
        trim(connection)
        asked_before(connection, WHERE_DOCUMENTS_GO)
    settings = Settings(database_url=database_url, home=folder / "home", actor="kari")
    root = config(folder / "config", **quota)
    found = Installation(replace(settings, simulators={"xledger": simulator.url}, **more), root)
    assert run(["apply", "--root", str(root)], found.settings) == 0
    assert set_credential(world(found.settings), *WHERE, Secret({"token": TOKEN})).verdict.ok
    return found


@pytest.fixture
def real(models: Models, url_for: Callable[[str], str], narrow: Books, tmp_path: Path) -> Iterator[Installation]:
    """On the machine's own clock, against the narrow simulator."""
    with models.own("limits real", partial(made, narrow, {}, {}), tmp_path, url_for) as found:
        narrow.control("/_reset")
        found.sql("update reconciler.allowances set reads = 0, writes = 0")
        yield found


@pytest.fixture
def staged(models: Models, url_for: Callable[[str], str], books: Books, tmp_path: Path) -> Iterator[Installation]:
    """On a staged clock, against a simulator that is never too slow."""
    with models.own("limits", partial(made, books, {"clock_start": START}, {}), tmp_path, url_for) as found:
        books.control("/_reset")
        yield found


def process(here: Installation, forking: str, *arguments: str) -> subprocess.Popen[str]:
    """A verb as a process that had nothing to load, on the machine's own clock."""
    environment = {
        **{key: value for key, value in os.environ.items() if not key.startswith("RECONCILER_")},
        "RECONCILER_DATABASE_URL": here.settings.database_url,
        "RECONCILER_HOME": str(here.settings.home),
        "RECONCILER_SIMULATORS": f"xledger={here.settings.simulators['xledger']}",
    }
    command = [sys.executable, "-I", "-S", forks.__file__, "run", forking, *arguments]
    return subprocess.Popen(command, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def test_two_processes_that_sync_at_once_never_ask_faster_than_one_may(
    real: Installation, narrow: Books, forking: str
) -> None:
    names = [("blindeforbundet", name) for name in ("xledger", "others")]
    results = [ended(each) for each in [process(real, forking, "sync", *where) for where in names]]
    assert [code for code, _ in results] == [6, 6], results
    asked = narrow.read()["requests"]
    rejected = "select count(*) from reconciler.export_history where state = 'rejected' and code = 'UNHANDLED_ERROR'"
    assert asked["mutations"] + asked["refused"] > 2 * PACE
    assert asked["refused"] == real.sql(rejected)[0][0]  # values that are not known there; nobody was too hasty
    counted = real.sql("select reads + writes, paused_until from reconciler.allowances")
    assert counted == [(asked["queries"] + asked["mutations"] + asked["refused"], None)]
    assert verdict(real.settings.database_url, narrow.url) == []


def test_a_quota_stops_the_run_before_it_is_passed_and_keeps_its_reserve_for_questions(
    database_url: str, books: Books, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    staged = made(books, {"clock_start": START}, {"requests": "8", "reserve": "3"}, database_url, tmp_path)
    assert staged.sync() == 5
    said = capsys.readouterr().out
    assert "stopped: the month's quota is used up: 5 of 8 requests, and 3 are kept for questions" in said
    assert "next: nothing is sent until 2026-04-01 00:00 CEST" in said
    asked = books.read()["requests"]
    assert sum(asked.values()) == 5  # with the test of the credential
    claimed = staged.sql("select count(*) from reconciler.export_history")
    assert staged.run("sync", *OTHERS, minutes=60) == 75  # its allowance is the same
    assert books.read()["requests"] == asked
    assert staged.sql("select count(*) from reconciler.export_history") == claimed
    books.control("/_import")
    capsys.readouterr()
    assert staged.sync(minutes=60) == 75
    assert staged.states()["posted"] > 0  # what became of the others was asked for, with the reserve
    capsys.readouterr()
    assert staged.run("status") == 0
    shown = "6 of 8 requests are used, of which 3 are kept for questions; it begins anew on 2026-04-01"
    assert f"blindeforbundet xledger: {shown}" in " ".join(capsys.readouterr().out.split())
    sent = books.read()["requests"]["mutations"]
    assert staged.run("sync", *OTHERS, minutes=60 * 24 * 31) == 5
    assert books.read()["requests"]["mutations"] > sent


def test_a_breaker_opens_for_all_probes_with_a_read_and_closes_by_itself(
    staged: Installation, books: Books, capsys: pytest.CaptureFixture[str]
) -> None:
    books.arm("maintenance", times=1000)
    assert [staged.sync(), staged.sync(minutes=1)] == [5, 5]  # two unclear answers each
    refused = books.read()["requests"]["refused"]
    assert refused == 4
    claimed = staged.sql("select count(*) from reconciler.export_history")
    capsys.readouterr()
    assert staged.run("sync", *OTHERS) == 75
    said = capsys.readouterr().out
    assert "stopped: the outside system fails too often; the last time: HTTP 503" in said
    assert "next: nothing is sent until 2026-03-02 08:02 CET" in said
    assert books.read()["requests"]["refused"] == refused
    assert staged.run("status") == 0
    assert "others: nothing is sent until 2026-03-02 08:02 CET: HTTP 503" in capsys.readouterr().out
    assert staged.run("sync", *OTHERS, minutes=2) == 75  # the probe, which fails too
    assert books.read()["requests"]["refused"] == refused + 1
    assert staged.sql("select count(*) from reconciler.export_history") == claimed
    books.control("/_faults", clear=True)
    assert staged.run("sync", *OTHERS, minutes=1) == 75  # not yet: two minutes this time
    assert books.read()["requests"]["queries"] == 0
    assert staged.run("sync", *OTHERS, minutes=2) == 6
    assert books.read()["requests"]["queries"] == 1  # the probe
    assert staged.sql("select count(*) from reconciler.breakers where opened > 0") == [(0,)]
    assert staged.sync(minutes=40) in {0, 6}
    assert verdict(staged.settings.database_url, books.url) == []


def test_a_test_by_hand_opens_what_was_closed(
    staged: Installation, books: Books, capsys: pytest.CaptureFixture[str]
) -> None:
    books.arm("insufficient_credits", resetAt="2026-03-20T00:00:00")
    assert staged.sync() == 75
    assert staged.sync(minutes=5) == 75
    assert staged.run("status") == 0
    closed = "blindeforbundet xledger: nothing is asked until 2026-03-20 00:00 CET: Insufficient credits"
    assert closed in capsys.readouterr().out
    assert staged.run("credentials", "test", *WHERE) == 0  # somebody has bought credits
    assert staged.sync() == 6


def test_a_pause_that_one_run_is_told_holds_for_the_runs_of_other_integrations(
    staged: Installation, books: Books
) -> None:
    books.arm("burst", times=50)
    assert staged.sync() == 75
    paused = staged.sql("select paused_until from reconciler.allowances")[0][0]
    assert paused > START
    books.control("/_faults", clear=True)
    assert staged.run("sync", *OTHERS) == 6
    begun = staged.sql("select begun[1] from reconciler.allowances")[0][0]
    assert begun >= paused
