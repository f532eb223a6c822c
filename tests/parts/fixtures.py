"""Fixtures of whole installations: a prepared database per test, the simulator as a process, an installation to run.

A conftest that wants them imports them by name.
"""

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import psycopg
import pytest

from parts import forks
from parts.databases import database, disconnect, url_of
from parts.installation import TOKEN, WHERE, Books, Installation, asked_before, example, settings_for, trim
from parts.simulator import running
from reconciler.cli.main import run
from reconciler.demo.filling import fill
from reconciler.engine.credentials import set_credential
from reconciler.vaults.secret import Secret
from reconciler.wiring import world

WHERE_DOCUMENTS_GO = ("5f0c7b52-8d0e-4d5c-9a51-31b4f1d0a007", "simulator:xledger:31007:voucher")
Fork = Callable[..., tuple[int, str]]


@pytest.fixture(scope="session")
def simulator_process() -> Iterator[str]:
    yield from running("xledger", "--token", TOKEN, "--burst", "10000/1", "--concurrency", "50")


@pytest.fixture
def books(simulator_process: str) -> Iterator[Books]:
    """Empty books, no faults armed."""
    found = Books(simulator_process)
    found.control("/_reset")
    yield found
    found.client.close()


@pytest.fixture(scope="session")
def config_repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return example(tmp_path_factory.mktemp("config"))


@pytest.fixture(scope="session")
def prepared(
    administration, server_url: str, template: str, config_repository: Path, simulator_process: str, tmp_path_factory
) -> Iterator[tuple[str, Path]]:
    """(database, home): applied, with a tested credential and a handful of records; a model for each test's own."""
    home = tmp_path_factory.mktemp("home")
    with database(administration, "prepared", template) as name:
        settings = settings_for(url_of(server_url, name), home, simulator_process)
        with psycopg.connect(settings.database_url) as connection:
            fill(connection)
            trim(connection)
            asked_before(connection, WHERE_DOCUMENTS_GO)
        assert run(["apply", "--root", str(config_repository)], settings) == 0
        assert set_credential(world(settings), *WHERE, Secret({"token": TOKEN})).verdict.ok
        disconnect(administration, name)
        yield name, home


@pytest.fixture(scope="session")
def forking(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a process that has loaded the program, and forks."""
    address = str(tmp_path_factory.mktemp("forks") / "socket")
    command = [sys.executable, forks.__file__, "serve", address]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        yield address


@pytest.fixture
def installation(
    administration,
    url_for: Callable[[str], str],
    prepared: tuple[str, Path],
    config_repository: Path,
    books: Books,
    tmp_path: Path,
) -> Iterator[Installation]:
    """A copy of the prepared database with everything that a sync needs, and empty books."""
    model, home = prepared
    shutil.copytree(home, tmp_path / "home")
    with database(administration, "engine", model) as name:
        yield Installation(settings_for(url_for(name), tmp_path / "home", books.url), config_repository)


@pytest.fixture
def fork(installation: Installation, forking: str) -> Fork:
    """`Installation.fork`, for the test's own."""
    return partial(installation.fork, forking)
