"""Reports on real parts: the worked example applied to a database that holds the demo's members and activities."""

import io
import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from parts.databases import database, disconnect, url_of
from parts.installation import ROOT, example

from reconciler.cli.main import run
from reconciler.demo.filling import fill
from reconciler.demo.membership import fill_reports
from reconciler.settings import Settings

START = datetime.fromisoformat("2026-03-02T08:00:00+01:00")


@pytest.fixture(scope="session")
def prepared(
    server_url: str, administration: psycopg.Connection, template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, Path]]:
    """The name of a database, and the home, of an installation to which the worked example is applied, with records."""
    folder = tmp_path_factory.mktemp("reports")
    for name in ("hlf", "nhf"):
        shutil.copytree(ROOT / "orgs" / name, folder / "config" / "orgs" / name)
    repository = example(folder / "config")
    with database(administration, "reports", template) as name:
        url = url_of(server_url, name)
        with psycopg.connect(url) as connection:
            fill(connection)
            fill_reports(connection)
        settings = Settings(database_url=url, home=folder / "home", actor="kari", clock_start=START)
        out = io.StringIO()
        with redirect_stdout(out):
            code = run(["apply", "--root", str(repository)], settings)
        assert code == 0, out.getvalue()
        disconnect(administration, name)
        yield name, folder / "home"


@pytest.fixture
def applied(
    server_url: str, administration: psycopg.Connection, prepared: tuple[str, Path], tmp_path: Path
) -> Iterator[Settings]:
    """An installation of the test's own, as `prepared` left it."""
    model, home = prepared
    shutil.copytree(home, tmp_path / "home")
    with database(administration, "report", model) as name:
        url = url_of(server_url, name)
        yield Settings(database_url=url, home=tmp_path / "home", actor="kari", clock_start=START)


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
        return {"exit": code, **json.loads(said)}

    return called


@pytest.fixture
def sql(applied: Settings) -> Callable[..., Any]:
    """One statement on the app's database, as its owner."""

    def asked(statement: str, *values: object) -> list[tuple]:
        with psycopg.connect(applied.database_url) as connection:
            found = connection.execute(statement, values or None)
            return found.fetchall() if found.description else []

    return asked
