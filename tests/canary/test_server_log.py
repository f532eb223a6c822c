"""What a PostgreSQL server writes down when it is told to log everything, and what lies in its files."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from parts import lending
from parts.between import Between
from parts.canary import Canary, files, places, typing
from parts.installation import ROOT, WHERE, settings_for, trim
from parts.watch import Watch

from reconciler.cli.main import run
from reconciler.database.connection import Database
from reconciler.database.embedded import EmbeddedPostgres
from reconciler.database.migrate import migrate
from reconciler.demo.filling import fill
from reconciler.runs.credential import SecretPath
from reconciler.vaults.secret import Secret
from reconciler.vaults.supabase import SupabaseStore

LOUD = {
    "log_statement": "all",
    "log_min_duration_statement": "0",
    "log_parameter_max_length": "-1",
    "log_parameter_max_length_on_error": "-1",
}
ADVISED = {"log_parameter_max_length": "0", "log_parameter_max_length_on_error": "0"}
"""What docs/operations/secrets.md tells operators of the supabase store to set."""
STAND_IN = ROOT / "tests" / "parts" / "supabase_vault.sql"
PAGE = ROOT / "docs" / "operations" / "secrets.md"


class Server:
    """A PostgreSQL of this test's own, and its log."""

    def __init__(self, postgres: EmbeddedPostgres) -> None:
        self.postgres, self.url = postgres, postgres.url()

    @property
    def log(self) -> str:
        return (self.postgres.folder / "server.log").read_text(errors="replace")

    def set(self, options: dict[str, str]) -> None:
        """For every session that begins from now on."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            for name, value in options.items():
                connection.execute(f"alter database reconciler set {name} = '{value}'")


@pytest.fixture(scope="module")
def loud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("log") / "server"
    with EmbeddedPostgres(folder, durable=False) as postgres:
        server = Server(postgres)
        migrate(server.url)
        server.set(LOUD)
        yield server
    shutil.rmtree(folder)


def test_neither_log_nor_files_of_the_server_hold_a_value_of_the_local_store(
    loud: Server, config_repository: Path, server: Between, canary: Canary, watch: Watch, tmp_path: Path
) -> None:
    settings = settings_for(loud.url, tmp_path / "home", server.url)
    with psycopg.connect(loud.url) as connection:
        fill(connection)
        trim(connection)
    assert run(["apply", "--root", str(config_repository)], settings) == 0
    for _ in range(2):
        with typing(canary.value.encode()) as descriptor:
            assert watch.verb(("credentials", "set", *WHERE, "--fd", str(descriptor)), settings) == 0
    for verb in (("sync", *WHERE), ("credentials", "rewrap", "--new-key"), ("credentials", "restore", *WHERE)):
        assert watch.verb(verb, settings) in (0, 6), verb
    with psycopg.connect(loud.url, autocommit=True) as connection:
        connection.execute("checkpoint")
    assert "insert into reconciler.secret_values" in loud.log
    assert "arameters: $1 = " in loud.log
    assert places(canary, [("log", loud.log)], files(loud.postgres.folder, tmp_path), watch.seen) == []


def test_the_log_holds_values_of_the_supabase_store_unless_it_is_told_not_to(loud: Server) -> None:
    logged, unlogged, refused = Canary(), Canary(), Canary()
    with psycopg.connect(loud.url, autocommit=True) as connection:
        connection.execute(STAND_IN.read_text())
    path = SecretPath("5f0c7b52-8d0e-4d5c-9a51-31b4f1d0a007", "book-keeping")
    assert write(loud, path, 1, logged)
    assert places(logged, [("log", loud.log)]) != []
    loud.set(ADVISED)
    lending.end()  # what was open before goes on as it was told then
    assert write(loud, path, 2, unlogged)
    assert not write(loud, path, 2, refused)
    assert "select vault.create_secret($1, $2, $3)" in loud.log
    assert "duplicate key" in loud.log
    assert places(unlogged, [("log", loud.log)]) == []
    assert places(refused, [("log", loud.log)]) == []


def write(server: Server, path: SecretPath, version: int, canary: Canary) -> bool:
    """Whether the store took the version."""
    from reconciler.errors import StoreConflict

    database = Database(server.url)
    try:
        SupabaseStore(database).write(path, version, Secret({"token": canary.value}))
    except StoreConflict:
        return False
    finally:
        database.close()
    return True


def test_the_page_for_operators_gives_this_advice() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert [f"{name} = {value}" for name, value in ADVISED.items() if f"{name} = {value}" not in page] == []
    assert [name for name in LOUD if name not in page] == []
