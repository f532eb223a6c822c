"""The integration types that the contract suite runs over, each on its real simulator."""

import secrets
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from contracts.systems import register
from contracts.systems.bench import Bench
from contracts.systems.makers import MAKERS, xledger
from contracts.systems.system import System
from parts.installation import ROOT, Installation, committed, disconnect, settings_for
from parts.served import Served, served

from reconciler.cli.main import run
from reconciler.engine.credentials import set_credential
from reconciler.settings import Settings
from reconciler.vaults.secret import Secret
from reconciler.wiring import world


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "row(name): a row of the contract that some types say they cannot have")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Every test that wants a system runs once for each type, but for those that say why they cannot have its row."""
    if "system" in metafunc.fixturenames:
        marker = metafunc.definition.get_closest_marker("row")
        row = marker.args[0] if marker else ""
        metafunc.parametrize(
            "system", [name for name, maker in MAKERS.items() if row not in maker.lacks], indirect=True
        )


@pytest.fixture(scope="session")
def simulators() -> Iterator[Mapping[str, Served]]:
    """The simulator of each type; the register stands for three."""
    with served("xledger", *xledger.LOGINS) as accounts, served("register", *register.LOGINS) as members:
        yield {name: accounts if name == "xledger" else members for name in MAKERS}


@pytest.fixture
def system(request: pytest.FixtureRequest, simulators: Mapping[str, Served]) -> System:
    """One type, as fresh as after its start."""
    found = MAKERS[request.param](simulators[request.param])
    found.reset()
    return found


@pytest.fixture(scope="session")
def example(
    administration: psycopg.Connection,
    server_url: str,
    template: str,
    simulators: Mapping[str, Served],
    tmp_path_factory,
) -> Iterator[tuple[Settings, Path]]:
    """A model database: the organisations of all types applied, each with a tested credential, and no record."""
    name, root = f"contracts_{secrets.token_hex(6)}", tmp_path_factory.mktemp("config")
    administration.execute(f"create database {name} template {template} strategy file_copy")
    settings = settings_for(server_url, name, tmp_path_factory.mktemp("home"), "")
    settings = replace(settings, simulators={each: found.url for each, found in simulators.items()})
    with psycopg.connect(settings.database_url) as connection:
        connection.execute(files("reconciler.demo").joinpath("app_schema.sql").read_bytes())
    for folder in ["specs", *sorted({f"orgs/{maker.organization}" for maker in MAKERS.values()})]:
        shutil.copytree(ROOT / folder, root / folder)
    committed(root)
    assert run(["apply", "--root", str(root)], settings) == 0
    for maker in MAKERS.values():
        secret = Secret(dict(maker.credential))
        assert set_credential(world(settings), maker.organization, maker.integration, secret).verdict.ok
    disconnect(administration, name)
    yield settings, root
    administration.execute(f"drop database {name} with (force)")


@pytest.fixture(scope="module")
def make_bench(
    administration: psycopg.Connection,
    example: tuple[Settings, Path],
    simulators: Mapping[str, Served],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Callable[[str], Bench]]:
    """Makes a copy of the model for a type, as long as the module needs it."""
    names: list[str] = []

    def one(name: str) -> Bench:
        names.append(f"contract_{secrets.token_hex(6)}")
        return copied(administration, names[-1], example, MAKERS[name](simulators[name]), tmp_path_factory.mktemp(name))

    yield one
    for each in names:
        administration.execute(f"drop database {each} with (force)")


@pytest.fixture
def bench(
    administration: psycopg.Connection, example: tuple[Settings, Path], system: System, tmp_path: Path
) -> Iterator[Bench]:
    """The type on a copy of the model."""
    name = f"contract_{secrets.token_hex(6)}"
    yield copied(administration, name, example, system, tmp_path)
    administration.execute(f"drop database {name} with (force)")


def copied(
    administration: psycopg.Connection, name: str, example: tuple[Settings, Path], system: System, folder: Path
) -> Bench:
    model, root = example
    url = urlsplit(model.database_url)
    administration.execute(f"create database {name} template {url.path.lstrip('/')} strategy file_copy")
    shutil.copytree(model.home, folder / "home")
    here = replace(model, database_url=url._replace(path=f"/{name}").geturl(), home=folder / "home")
    installation = Installation(here, root)
    return Bench(system, installation, installation.world())
