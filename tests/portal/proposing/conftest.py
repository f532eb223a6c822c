"""A database for all tests of a file, each of which changes something of its own."""

from collections.abc import Iterator

import psycopg
import pytest
from parts.databases import database, url_of


@pytest.fixture(scope="module")
def shared_url(server_url: str, administration: psycopg.Connection, template: str) -> Iterator[str]:
    """The URL of a database of this file's own, migrated and empty."""
    with database(administration, "shared", template) as name:
        yield url_of(server_url, name)
