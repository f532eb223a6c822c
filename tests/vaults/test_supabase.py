"""Supabase Vault beyond the contract of all stores: rows of others, roles, failures, and the stand-in itself."""

import uuid
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

import psycopg
import pytest
from contracts.makers.supabase import STAND_IN, AsRole

from reconciler.database.connection import Database
from reconciler.errors import Bug, SecretGone, StoreConflict, StoreDown, StoreForbidden
from reconciler.runs.credential import SecretPath
from reconciler.vaults.secret import Secret
from reconciler.vaults.supabase import SupabaseStore, mapped

VALUE = "sentinel-77aa-never-to-be-seen"
SECRET = Secret({"token": VALUE})
PATH = SecretPath("6a0c2a0e-8b7e-4f57-9b54-0d1f0f6a1f11", "book-keeping_2")
NAME = f"reconciler/{PATH}@v1"
WORST = {"23505": StoreConflict, "42501": StoreForbidden, "28P01": StoreForbidden, "3F000": StoreForbidden,
         "42883": StoreForbidden, "42P01": StoreForbidden, "42601": Bug, "57P01": StoreDown, "53300": StoreDown,
         "40001": StoreDown, "25006": StoreDown, "22000": SecretGone}  # fmt: skip


@pytest.fixture
def admin(database_url: str) -> Iterator[psycopg.Connection]:
    """A connection of the owner to a database that has the stand-in."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(STAND_IN.read_text())
        yield connection


@pytest.fixture
def database(admin: psycopg.Connection, database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    yield database
    database.close()


@pytest.fixture
def store(database: Database) -> SupabaseStore:
    return SupabaseStore(database)


def test_the_row_is_named_by_path_and_version_and_hides_its_value(store, admin):
    locator = store.write(PATH, 1, SECRET)
    row = admin.execute("select id::text, name, secret from vault.secrets").fetchone()
    assert row[:2] == (locator, NAME)
    assert VALUE not in row[2]


def test_the_value_is_no_part_of_the_statement(store, admin):
    admin.execute(
        "create table public.seen (statement text); create function public.see() returns trigger language plpgsql as"
        " $$ begin insert into public.seen values (current_query()); return new; end $$;"
        " create trigger see after insert on vault.secrets for each row execute function public.see()"
    )
    store.write(PATH, 1, SECRET)
    assert admin.execute("select statement from public.seen").fetchall() == [
        ("select vault.create_secret($1, $2, $3)",)
    ]


def test_secrets_of_other_programs_are_neither_read_nor_deleted(store, admin):
    for name in ("stripe", None, f"x{NAME}"):
        (foreign,) = admin.execute('select vault.create_secret(\'{"key": "k"}\', %s)', [name]).fetchone()
        with pytest.raises(SecretGone):
            store.read(PATH, str(foreign))
        store.destroy(PATH, str(foreign))
    assert admin.execute("select count(*) from vault.secrets").fetchone() == (3,)


def test_a_name_that_begins_with_another_is_another_path(store):
    longer = SecretPath(PATH.organization_id, PATH.name + "0")
    locator = store.write(longer, 1, SECRET)
    with pytest.raises(SecretGone):
        store.read(PATH, locator)


@pytest.mark.parametrize("value", ["not json", "[]", '{"a": 1}', "null"])
def test_a_row_that_holds_something_else_is_gone_and_its_value_not_shown(store, admin, value):
    (locator,) = admin.execute("select vault.create_secret(%s, %s)", [value, NAME]).fetchone()
    with pytest.raises(SecretGone, match="has no version of 'book-keeping_2' there that opens"):
        store.read(PATH, str(locator))


def test_ciphertext_that_was_moved_from_another_row_does_not_open(store, admin):
    first, second = store.write(PATH, 1, SECRET), store.write(PATH, 2, Secret({"token": "other"}))
    admin.execute(
        "update vault.secrets a set secret = b.secret, nonce = b.nonce from vault.secrets b"
        " where a.id = %s and b.id = %s",
        [first, second],
    )
    with pytest.raises(SecretGone, match="does not open"):
        store.read(PATH, first)
    assert store.read(PATH, second).reveal() == {"token": "other"}


def test_a_role_with_the_rights_of_the_hint_is_enough_and_with_less_it_is_told(admin, database):
    with role(admin) as name:
        limited = SupabaseStore(AsRole(database, name))
        admin.execute(f"grant usage on schema vault to {name}")
        with pytest.raises(StoreForbidden) as refused:
            limited.write(PATH, 1, SECRET)
        assert "execute on its functions" in refused.value.hint
        admin.execute(f"grant execute on all functions in schema vault to {name}")
        admin.execute(f"grant select on vault.decrypted_secrets to {name}")
        admin.execute(f"grant select, delete on vault.secrets to {name}")
        locator = limited.write(PATH, 1, SECRET)
        assert limited.read(PATH, locator).reveal() == {"token": VALUE}
        limited.destroy(PATH, locator)
        with pytest.raises(SecretGone):
            limited.read(PATH, locator)


def test_a_database_without_the_extension_is_told_how_to_get_it(database_url):
    database = Database(database_url)
    store = SupabaseStore(database)
    for ask in (lambda: store.write(PATH, 1, SECRET), lambda: store.read(PATH, str(uuid.uuid4()))):
        with pytest.raises(StoreForbidden, match="has no Supabase Vault") as refused:
            ask()
        assert "create extension supabase_vault" in refused.value.hint
    database.close()


def test_a_connection_that_breaks_is_down_and_the_next_question_has_a_new_one(store, admin):
    locator = store.write(PATH, 1, SECRET)
    admin.execute(
        "select pg_terminate_backend(pid, 5000) from pg_stat_activity"
        " where datname = current_database() and pid <> pg_backend_pid()"
    )
    with pytest.raises(StoreDown):
        store.read(PATH, locator)
    assert store.read(PATH, locator).reveal() == {"token": VALUE}


def test_plain_transactions_of_psycopg_do_as_well(admin, database_url):
    class Plain:
        def transaction(self) -> AbstractContextManager[psycopg.Connection]:
            return psycopg.connect(database_url)

    store = SupabaseStore(Plain())
    locator = store.write(PATH, 1, SECRET)
    assert store.read(PATH, locator).reveal() == {"token": VALUE}
    with pytest.raises(StoreConflict):
        store.write(PATH, 1, SECRET)
    admin.execute("drop schema vault cascade")
    with pytest.raises(StoreForbidden):
        store.read(PATH, locator)


@pytest.mark.parametrize(("state", "expected"), WORST.items())
def test_an_error_is_sorted_by_its_state(state, expected):
    assert type(mapped(psycopg.errors.lookup(state)(VALUE))) is expected


def test_every_error_of_psycopg_has_its_place():
    named = vars(psycopg.errors).values()
    kinds = [kind for kind in named if isinstance(kind, type) and issubclass(kind, psycopg.Error)]
    ours = {kind: mapped(kind(VALUE)) for kind in kinds}
    assert len(ours) > 200
    assert {type(error) for error in ours.values()} == {StoreDown, StoreForbidden, StoreConflict, SecretGone, Bug}
    assert [error for error in ours.values() if VALUE in f"{error}{error.hint}"] == []
    down = {kind for kind, error in ours.items() if isinstance(error, StoreDown)}
    wrong = (psycopg.ProgrammingError, psycopg.IntegrityError, psycopg.NotSupportedError, psycopg.DataError)
    assert {kind for kind in down if issubclass(kind, wrong)} == set()


def test_the_stand_in_does_as_the_extension_does(admin):
    nobody = str(uuid.uuid4())
    assert admin.execute("select vault.update_secret(%s, 'new')", [nobody]).fetchone() == ("",)
    (known,) = admin.execute("select vault.create_secret('one', 'n')").fetchone()
    admin.execute("select vault.update_secret(%s, new_description => 'why')", [known])
    assert opened(admin, known) == ("n", "why", "one")
    admin.execute("select vault.update_secret(%s, 'two')", [known])
    assert opened(admin, known) == ("n", "why", "two")
    with pytest.raises(psycopg.errors.UniqueViolation):
        admin.execute("select vault.create_secret('three', 'n')")
    rights = (
        "select count(*) from information_schema.routine_privileges"
        " where grantee = 'PUBLIC' and routine_schema = 'vault'"
    )
    assert admin.execute(rights).fetchone() == (0,)
    columns = (
        "select string_agg(column_name, ' ' order by ordinal_position) from information_schema.columns"
        " where table_name = 'decrypted_secrets'"
    )
    names = "id name description secret decrypted_secret key_id nonce created_at updated_at"
    assert admin.execute(columns).fetchone() == (names,)


@contextmanager
def role(admin: psycopg.Connection) -> Iterator[str]:
    """A role that owns nothing; gone afterwards, with its rights."""
    name = f"service_{uuid.uuid4().hex}"
    admin.execute(f"create role {name}")
    try:
        yield name
    finally:
        admin.execute(f"drop owned by {name}")
        admin.execute(f"drop role {name}")


def opened(admin, known):
    return admin.execute(
        "select name, description, decrypted_secret from vault.decrypted_secrets where id = %s", [known]
    ).fetchone()
