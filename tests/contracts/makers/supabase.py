"""Supabase Vault: the stand-in for its extension, in a database of the run's own."""

import secrets
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
URL = pytest.StashKey[str]()


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
    url = vault_of(request)
    database = Database(url)
    request.addfinalizer(database.close)
    role = f"nobody_{secrets.token_hex(6)}"
    return Bench(
        store=SupabaseStore(database),
        down=lambda: SupabaseStore(Database(NOWHERE)),
        forbidden=lambda: SupabaseStore(AsRole(database, _made(request, url, role))),
    )


def vault_of(request: pytest.FixtureRequest) -> str:
    """The URL of a database with the stand-in; one for the whole run, for its users know each other by their paths."""
    stash = request.session.stash
    if URL not in stash:
        server, name = request.getfixturevalue("server_url"), f"supabase_{secrets.token_hex(6)}"
        _execute(server, f"create database {name} template template0 strategy file_copy")
        request.session.addfinalizer(lambda: _execute(server, f"drop database {name} with (force)"))
        url = urlsplit(server)._replace(path=f"/{name}").geturl()
        _execute(url, STAND_IN.read_text())
        stash[URL] = url
    return stash[URL]


def _made(request: pytest.FixtureRequest, url: str, role: str) -> str:
    _execute(url, f"create role {role}")
    request.addfinalizer(lambda: _execute(url, f"drop role {role}"))
    return role


def _execute(url: str, statements: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statements)
