"""Reports on real parts: the worked example applied to a database that holds the demo's members and activities."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from parts.installation import example

from reconciler.cli.main import run
from reconciler.demo.filling import fill
from reconciler.demo.membership import fill_reports
from reconciler.settings import Settings

START = datetime.fromisoformat("2026-03-02T08:00:00+01:00")


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return Settings(database_url=database_url, home=tmp_path / "home", actor="kari", clock_start=START)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    return example(tmp_path / "config")


@pytest.fixture
def applied(repository: Path, settings: Settings, capsys: pytest.CaptureFixture[str]) -> Settings:
    """An installation to which the worked example is applied, with the app's records."""
    with psycopg.connect(settings.database_url) as connection:
        fill(connection)
        fill_reports(connection)
    assert run(["apply", "--root", str(repository)], settings) == 0
    capsys.readouterr()
    return settings


Verb = Callable[..., tuple[int, str]]


@pytest.fixture
def verb(applied: Settings, capsys: pytest.CaptureFixture[str]) -> Verb:
    """Runs `reconciler report VERB ORGANISATION bufdir ...`; its exit code and all that it says."""

    def called(name: str, organization: str = "blindeforbundet", *more: str, days: int = 0) -> tuple[int, str]:
        then = replace(applied, clock_start=START + timedelta(days=days))
        code = run(["report", name, organization, "bufdir", *more], then)
        out = capsys.readouterr()
        return code, out.out + out.err

    return called


@pytest.fixture
def twin(verb: Verb) -> Callable[..., dict[str, Any]]:
    """The same, as JSON."""

    def called(name: str, organization: str = "blindeforbundet", *more: str, days: int = 0) -> dict[str, Any]:
        code, said = verb(name, organization, *more, "--format", "json", days=days)
        assert code in (0, 3, 5), said
        return json.loads(said)

    return called


@pytest.fixture
def sql(applied: Settings) -> Callable[..., Any]:
    """One statement on the app's database, as its owner."""

    def asked(statement: str, *values: object) -> list[tuple]:
        with psycopg.connect(applied.database_url) as connection:
            found = connection.execute(statement, values or None)
            return found.fetchall() if found.description else []

    return asked
