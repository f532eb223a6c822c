"""Installations that were synced once, with a portal on each: for tests that look, and copies for those that change."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import psycopg
import pytest

from parts.databases import database, disconnect, url_of
from parts.installation import Books, Installation, settings_for
from parts.portal import Opened, opened

Synced = tuple[Opened, Installation]
VIEWER = "vera-blindeforbundet"
"""Somebody who may look, and nothing else."""


Model = tuple[str, Path]
"""(database, home) that others are copies of."""


@contextmanager
def copied(
    administration: psycopg.Connection, url_for: Callable[[str], str], model: Model, own: Path, books: str, config: Path
) -> Iterator[tuple[str, Installation]]:
    """(database, installation) of somebody's own, which begins as the model is; `own` is the folder that will be its
    home.
    """
    before, home = model
    shutil.copytree(home, own)
    with database(administration, "own", before) as name:
        yield name, Installation(settings_for(url_for(name), own, books), config)


@pytest.fixture(scope="session")
def synced(
    administration: psycopg.Connection,
    server_url: str,
    prepared: Model,
    config_repository: Path,
    simulator_process: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Synced]:
    """(portal, installation): sixteen documents sent, three refused, thirteen records withheld."""
    own = tmp_path_factory.mktemp("synced") / "home"
    url = partial(url_of, server_url)
    emptied(simulator_process)
    with copied(administration, url, prepared, own, simulator_process, config_repository) as (_, found):
        found.sync()
        with_a_viewer(found)
        with opened(found) as portal:
            yield portal, found


@pytest.fixture(scope="session")
def sent_before(
    administration: psycopg.Connection,
    server_url: str,
    prepared: Model,
    config_repository: Path,
    simulator_process: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Model]:
    """An installation after a sync, as a model for each test's own."""
    own = tmp_path_factory.mktemp("sent") / "home"
    url = partial(url_of, server_url)
    emptied(simulator_process)
    with copied(administration, url, prepared, own, simulator_process, config_repository) as (name, found):
        assert found.sync() == 6
        disconnect(administration, name)
        yield name, own


@pytest.fixture
def sent(
    administration: psycopg.Connection,
    url_for: Callable[[str], str],
    sent_before: Model,
    config_repository: Path,
    books: Books,
    tmp_path: Path,
) -> Iterator[Synced]:
    """(portal, installation) of a test's own after a sync, for tests that send nothing more: the books are empty."""
    own = tmp_path / "home"
    with (
        copied(administration, url_for, sent_before, own, books.url, config_repository) as (_, found),
        opened(found) as portal,
    ):
        yield portal, found


def emptied(simulator: str) -> None:
    """Leave nothing in the books, and no fault armed."""
    books = Books(simulator)
    books.control("/_reset")
    books.client.close()


def with_a_viewer(installation: Installation) -> None:
    """Give the organisation somebody who may look, and nothing else."""
    installation.sql(
        "update reconciler.organizations set body = jsonb_set(body, '{people}', body -> 'people' || %s::jsonb)"
        " where name = 'blindeforbundet'",
        f'[{{"account": "{VIEWER}", "roles": ["viewer"]}}]',
    )
