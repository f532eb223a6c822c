"""One installation that was synced once, and a portal on it, for tests that look and change nothing."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from parts.databases import database, url_of
from parts.installation import Books, Installation, settings_for
from parts.portal import Opened, opened

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
) -> Iterator[tuple[Opened, Installation]]:
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


def with_a_viewer(installation: Installation) -> None:
    """Give the organisation somebody who may look, and nothing else."""
    installation.sql(
        "update reconciler.organizations set body = jsonb_set(body, '{people}', body -> 'people' || %s::jsonb)"
        " where name = 'blindeforbundet'",
        f'[{{"account": "{VIEWER}", "roles": ["viewer"]}}]',
    )
