"""Installations that were synced once, with a portal on each: for tests that look, and copies for those that change."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from parts.databases import database, disconnect, url_of
from parts.installation import Books, Installation, settings_for
from parts.portal import Opened, opened

Synced = tuple[Opened, Installation]
VIEWER = "vera-blindeforbundet"
"""Somebody who may look, and nothing else."""


@pytest.fixture(scope="session")
def synced(
    administration: psycopg.Connection,
    server_url: str,
    prepared: tuple[str, Path],
    config_repository: Path,
    simulator_process: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Synced]:
    """(portal, installation): sixteen documents sent, three refused, thirteen records withheld."""
    model, home = prepared
    own = tmp_path_factory.mktemp("synced") / "home"
    shutil.copytree(home, own)
    books = Books(simulator_process)
    books.control("/_reset")
    with database(administration, "synced", model) as name:
        found = Installation(settings_for(url_of(server_url, name), own, books.url), config_repository)
        found.sync()
        with_a_viewer(found)
        with opened(found) as portal:
            yield portal, found
    books.client.close()


@pytest.fixture(scope="session")
def sent_before(
    administration: psycopg.Connection,
    server_url: str,
    prepared: tuple[str, Path],
    config_repository: Path,
    simulator_process: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[str, Path]]:
    """(database, home) after a sync: a model for each test's own."""
    model, home = prepared
    own = tmp_path_factory.mktemp("sent") / "home"
    shutil.copytree(home, own)
    books = Books(simulator_process)
    books.control("/_reset")
    with database(administration, "sent", model) as name:
        found = Installation(settings_for(url_of(server_url, name), own, books.url), config_repository)
        assert found.sync() == 6
        disconnect(administration, name)
        yield name, own
    books.client.close()


@pytest.fixture
def sent(
    administration: psycopg.Connection,
    url_for: Callable[[str], str],
    sent_before: tuple[str, Path],
    config_repository: Path,
    books: Books,
    tmp_path: Path,
) -> Iterator[Synced]:
    """(portal, installation) of a test's own after a sync, for tests that send nothing more: the books are empty."""
    model, home = sent_before
    shutil.copytree(home, tmp_path / "home")
    with database(administration, "own", model) as name:
        found = Installation(settings_for(url_for(name), tmp_path / "home", books.url), config_repository)
        with opened(found) as portal:
            yield portal, found


def with_a_viewer(installation: Installation) -> None:
    """Give the organisation somebody who may look, and nothing else."""
    installation.sql(
        "update reconciler.organizations set body = jsonb_set(body, '{people}', body -> 'people' || %s::jsonb)"
        " where name = 'blindeforbundet'",
        f'[{{"account": "{VIEWER}", "roles": ["viewer"]}}]',
    )
