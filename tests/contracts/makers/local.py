"""Values sealed in a migrated PostgreSQL database, under a key-encryption key of the test's own."""

import secrets

import psycopg
import pytest
from contracts.bench import Bench
from contracts.makers.supabase import NOWHERE, AsRole

from reconciler.database.connection import Database
from reconciler.vaults.envelope import Envelopes, LocalKey
from reconciler.vaults.local import LocalStore


def make(request: pytest.FixtureRequest) -> Bench:
    url = request.getfixturevalue("database_url")
    envelopes = Envelopes([LocalKey(secrets.token_bytes(32))])
    database, role = Database(url), f"nobody_{secrets.token_hex(6)}"
    request.addfinalizer(database.close)

    def forbidden() -> LocalStore:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(f"create role {role}")
        request.addfinalizer(lambda: _drop(url, role))
        return LocalStore(AsRole(database, role), envelopes)

    return Bench(
        store=LocalStore(database, envelopes),
        down=lambda: LocalStore(Database(NOWHERE), envelopes),
        forbidden=forbidden,
    )


def _drop(url: str, role: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"drop role {role}")
