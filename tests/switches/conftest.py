"""An installation to which the worked example is applied, and somebody's clone: made once, copied for each test."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from git import Repo
from parts.databases import database, disconnect, url_of
from parts.installation import START, committed, example

from reconciler.cli.main import run
from reconciler.demo.filling import fill
from reconciler.settings import Settings

NAME = "blindeforbundet"
Change = Callable[..., str]


@pytest.fixture(scope="session")
def made(administration, server_url: str, template: str, tmp_path_factory) -> Iterator[tuple[str, Path]]:
    """(database, repository): the first commit is applied."""
    root = example(tmp_path_factory.mktemp("made") / "config")
    with Repo(root) as found, found.config_writer() as config:
        config.set_value("user", "name", "Kari Nordmann")
        config.set_value("user", "email", "kari@example.org")
    with database(administration, "switches", template) as name:
        url = url_of(server_url, name)
        with psycopg.connect(url) as connection:
            fill(connection)
        settings = Settings(database_url=url, home=root.parent / "home", actor="kari", clock_start=START)
        assert run(["apply", "--root", str(root)], settings) == 0
        disconnect(administration, name)
        yield name, root


@pytest.fixture
def repository(made: tuple[str, Path], tmp_path: Path) -> Path:
    """A clone with the commit that is applied."""
    shutil.copytree(made[1], tmp_path / "config")
    return tmp_path / "config"


@pytest.fixture
def applied(
    administration, url_for: Callable[[str], str], made: tuple[str, Path], tmp_path: Path
) -> Iterator[Settings]:
    """The settings of the installation, on a Monday morning."""
    home = tmp_path / "home"
    shutil.copytree(made[1].parent / "home", home)
    with database(administration, "switched", made[0]) as name:
        yield Settings(database_url=url_for(name), home=home, actor="kari", clock_start=START)


@pytest.fixture
def change(repository: Path) -> Change:
    """Makes one more commit, which gives the organisation another title: the commit."""

    def commit(title: str = "Forbundet") -> str:
        file = repository / f"orgs/{NAME}/organization.yaml"
        lines = [f"  title: {title}" if "title:" in line else line for line in file.read_text().splitlines()]
        file.write_text("\n".join(lines) + "\n")
        committed(repository, title)
        with Repo(repository) as found:
            return found.head.commit.hexsha

    return commit
