"""Supabase Vault: the stand-in for its extension, in a database of the test's own."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from contracts.bench import Bench

from reconciler.database.connection import Connection, Database
from reconciler.vaults.supabase import SupabaseStore

STAND_IN = Path(__file__).parents[2] / "parts" / "supabase_vault.sql"
NOWHERE = "postgresql://nobody@127.0.0.1:1/nothing"
"""Nobody listens on port 1."""


class AsRole:
    """Transactions of a role that owns nothing."""

    def __init__(self, database: Database, role: str) -> None:
        self._database = database
        self._role = role

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        with self._database.transaction() as connection:
            connection.execute(f"set local role {self._role}")
            yield connection


def make(request: pytest.FixtureRequest) -> Bench:
    url: str = request.getfixturevalue("database_url")
    with psycopg.connect(url) as connection:
        connection.execute(STAND_IN.read_text())
    database = Database(url)
    request.addfinalizer(database.close)
    role = f"nobody_{urlsplit(url).path.removeprefix('/')}"
    return Bench(
        store=SupabaseStore(database),
        down=lambda: SupabaseStore(Database(NOWHERE)),
        forbidden=lambda: SupabaseStore(AsRole(database, _made(request, url, role))),
    )


def _made(request: pytest.FixtureRequest, url: str, role: str) -> str:
    def execute(statement: str) -> None:
        with psycopg.connect(url) as connection:
            connection.execute(statement)

    execute(f"create role {role}")
    request.addfinalizer(lambda: execute(f"drop role {role}"))
    return role
