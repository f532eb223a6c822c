"""The integration types that the contract suite runs over, each on its real simulator."""

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from contracts.systems import register
from contracts.systems.bench import Bench
from contracts.systems.makers import MAKERS, business_central, dynamics, xledger
from contracts.systems.system import System
from parts.databases import database, disconnect, url_of
from parts.dropbox import Dropbox
from parts.installation import ROOT, Installation, committed, known_empty, settings_for
from parts.served import Served, served
from ruamel.yaml import YAML

from reconciler.cli.main import run
from reconciler.engine.credentials import set_credential
from reconciler.settings import Settings
from reconciler.vaults.secret import Secret
from reconciler.wiring import world


def pytest_configure(config: pytest.Config) -> None:
    words = "row(name, lacking): a row of the contract that some types say they cannot have; only types lacking another"
    config.addinivalue_line("markers", words)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Every test that wants a system runs once for each type, but for those that say why they cannot have its row."""
    if "system" in metafunc.fixturenames:
        markers = list(metafunc.definition.iter_markers("row"))
        rows = {marker.args[0] for marker in markers}
        lacking = {marker.kwargs["lacking"] for marker in markers if "lacking" in marker.kwargs}
        names = [
            name for name, maker in MAKERS.items() if rows.isdisjoint(maker.lacks) and lacking <= maker.lacks.keys()
        ]
        if "unclear" in metafunc.fixturenames:
            words = [(name, word) for name in names for word in MAKERS[name].unclear]
            metafunc.parametrize(("system", "unclear"), words, indirect=["system"])
        else:
            metafunc.parametrize("system", names, indirect=True)


@pytest.fixture(scope="session")
def simulators() -> Iterator[Mapping[str, Served | Dropbox]]:
    """The simulator of each type; the register stands for three, and each kind of file has a folder."""
    with ExitStack() as running:
        members = running.enter_context(served("register", *register.LOGINS))
        others = {"business_central": business_central.LOGINS, "dynamics": dynamics.LOGINS, "xledger": xledger.LOGINS}
        folders = {name: Dropbox(name=name) for name in ("consio-files", "cornerstone-files")}
        for folder in folders.values():
            running.callback(folder.stop)
        found: dict[str, Served | Dropbox] = {
            name: running.enter_context(served(name, *options)) for name, options in others.items()
        }
        found |= folders
        yield {name: found.get(name, members) for name in MAKERS}


@pytest.fixture
def system(request: pytest.FixtureRequest, simulators: Mapping[str, Served | Dropbox]) -> System:
    """One type, as fresh as after its start."""
    found = MAKERS[request.param](simulators[request.param])
    found.reset()
    return found


@pytest.fixture(scope="session")
def example(
    administration: psycopg.Connection,
    server_url: str,
    template: str,
    simulators: Mapping[str, Served | Dropbox],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Settings, Path]]:
    """A model database: the organisations of all types applied, each with a tested credential, and no record."""
    root = tmp_path_factory.mktemp("config")
    for folder in ["specs", *sorted({f"orgs/{maker.organization}" for maker in MAKERS.values()})]:
        shutil.copytree(ROOT / folder, root / folder)
    for maker in MAKERS.values():
        maker.prepare(root)
        only(maker, root / "orgs" / maker.organization)
    committed(root)
    with database(administration, "contract", template) as name:
        settings = settings_for(url_of(server_url, name), tmp_path_factory.mktemp("home"), "")
        settings = replace(settings, simulators={each: found.url for each, found in simulators.items()})
        with psycopg.connect(settings.database_url) as connection:
            connection.execute(files("reconciler.demo").joinpath("app_schema.sql").read_bytes())
        assert run(["apply", "--root", str(root)], settings) == 0
        for maker in MAKERS.values():
            secret = Secret(dict(maker.credential))
            assert set_credential(world(settings), maker.organization, maker.integration, secret).verdict.ok
            known_empty(Installation(settings, root), maker.organization, maker.integration)
        disconnect(administration, name)
        yield settings, root


def only(maker: type[System], organization: Path) -> None:
    """The integration exports nothing but the maker's category: a sync has no other to look through."""
    path = organization / f"integrations/{maker.integration}.yaml"
    integration = YAML(typ="safe").load(path)
    exports = integration["spec"]["exports"]
    integration["spec"]["exports"] = [each for each in exports if each["category"] == maker.category]
    YAML().dump(integration, path)
    for other in organization.glob("mappings/*.yaml"):
        spec = YAML(typ="safe").load(other)["spec"]
        if spec["integration"] == maker.integration and spec["category"] != maker.category:
            other.unlink()


@pytest.fixture(scope="module")
def make_bench(
    administration: psycopg.Connection,
    example: tuple[Settings, Path],
    simulators: Mapping[str, Served | Dropbox],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Callable[[str], Bench]]:
    """Makes a copy of the model for a type, as long as the module needs it."""
    with ExitStack() as kept:

        def one(name: str) -> Bench:
            own = kept.enter_context(database(administration, "contract", name_of(example[0])))
            return bench_on(own, example, MAKERS[name](simulators[name]), tmp_path_factory.mktemp(name))

        yield one


@pytest.fixture
def bench(
    administration: psycopg.Connection, example: tuple[Settings, Path], system: System, tmp_path: Path
) -> Iterator[Bench]:
    """The type on a copy of the model."""
    with database(administration, "contract", name_of(example[0])) as own:
        yield bench_on(own, example, system, tmp_path)


def bench_on(own: str, example: tuple[Settings, Path], system: System, folder: Path) -> Bench:
    model, root = example
    shutil.copytree(model.home, folder / "home")
    url = urlsplit(model.database_url)._replace(path=f"/{own}").geturl()
    installation = Installation(replace(model, database_url=url, home=folder / "home"), root)
    return Bench(system, installation, installation.world())


def name_of(settings: Settings) -> str:
    return urlsplit(settings.database_url).path.lstrip("/")
