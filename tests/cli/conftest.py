"""The verbs on real parts: this repository's own specs in a git repository, a filled database, a real simulator."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from parts.installation import example
from parts.simulator import Simulator

from reconciler.cli.main import run
from reconciler.demo.filling import fill
from reconciler.engine.beforehand import Order
from reconciler.engine.credentials import set_credential
from reconciler.engine.export import sync
from reconciler.runs.report import RunReport
from reconciler.settings import Settings
from reconciler.vaults.secret import Secret
from reconciler.wiring import world

START = datetime.fromisoformat("2026-03-02T08:00:00+01:00")
ORGANIZATION, INTEGRATION = "blindeforbundet", "xledger"
TOKEN = "T0ken-demo-for-tests"
DUE = 186
"""Records of the worked example that a first sync sends."""


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A config repository with one commit: the worked example as it stands in this checkout."""
    return example(tmp_path / "config")


@pytest.fixture(scope="session")
def _process() -> Iterator[Simulator]:
    simulator = Simulator("xledger", "--burst", "10000/1", "--token", TOKEN)
    yield simulator
    simulator.stop()


@pytest.fixture
def simulator(_process: Simulator) -> Simulator:
    """The simulator as fresh as after its start."""
    _process.control("/_reset")
    return _process


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """An installation of the test's own, whose clock starts on a Monday morning. No simulator is named."""
    return Settings(database_url=database_url, home=tmp_path / "home", actor="kari", clock_start=START)


@pytest.fixture
def applied(repository: Path, settings: Settings, capsys: pytest.CaptureFixture[str]) -> Settings:
    """The settings of an installation that has records, and to which the worked example is applied."""
    with psycopg.connect(settings.database_url) as connection:
        fill(connection)
    assert run(["apply", "--root", str(repository)], settings) == 0
    capsys.readouterr()
    return settings


@pytest.fixture
def connected(applied: Settings, simulator: Simulator) -> Settings:
    """The same with a tested credential for the simulator."""
    settings = Settings(
        database_url=applied.database_url,
        home=applied.home,
        actor=applied.actor,
        clock_start=applied.clock_start,
        simulators={INTEGRATION: simulator.url},
    )
    assert set_credential(world(settings), ORGANIZATION, INTEGRATION, Secret({"token": TOKEN})).verdict.ok
    return settings


@pytest.fixture
def send(connected: Settings) -> Callable[..., RunReport]:
    """Carries out one sync of everything that is due, so many minutes later, and gives its report."""

    def once(minutes: int = 0) -> RunReport:
        later = replace(connected, clock_start=START + timedelta(minutes=minutes))
        return sync(world(later), Order(ORGANIZATION, INTEGRATION, "manual", uuid4(), confirmed=DUE))

    return once
