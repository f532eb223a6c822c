"""The `supabase` store: Supabase Vault, an extension that keeps encrypted rows in the schema `vault`.

The extension has no versions and no check-and-set: every version is a row of its own, and the unique index on `name`
is what refuses a second one (supabase/vault, sql/supabase_vault--0.3.0.sql). Its functions do nothing, silently, for
an id that they do not know; so nothing here updates, and every row is found by id and name together.

Values travel as bind parameters. On the server `log_statement` and `log_parameter_max_length` decide whether those are
written to its log: keep both off.
"""

import json
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol
from uuid import UUID

import psycopg
from psycopg.rows import tuple_row

from reconciler.errors import Bug, ReconcilerError, SecretGone, StoreConflict, StoreDown, StoreForbidden
from reconciler.runs import keeping
from reconciler.runs.credential import SecretPath, numbered
from reconciler.specs.sentences import say
from reconciler.vaults.secret import Secret

DESCRIPTION = "written by reconciler; delete it with reconciler"
MISSING = frozenset({"3F000", "42P01", "42883"})
"""No such schema, no such table, no such function: PostgreSQL, appendix A."""
LOGIN = "28"
"""The class of errors about who may log in."""

CREATE = "select vault.create_secret(%s, %s, %s)"
READ = "select decrypted_secret from vault.decrypted_secrets where id = %s and starts_with(name, %s)"
DELETE = "delete from vault.secrets where id = %s and starts_with(name, %s) returning id"
DELETE_NAMED = "delete from vault.secrets where name = %s returning id"


class Transactions(Protocol):
    """What the store needs of the database that has the extension."""

    def transaction(self) -> AbstractContextManager[Any]:
        """A psycopg connection in a transaction; leaving it is the commit."""


class SupabaseStore:
    """The SecretStore port on `vault.secrets`. A locator is the row's id.

    Every failure is raised anew, outside the handler: psycopg's own errors have frames that hold the parameters.
    """

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions

    def write(self, path: SecretPath, version: int, secret: keeping.Secret) -> str:
        """Insert the version; the id of its row. Raises StoreConflict where the name is taken."""
        name = f"{_prefix(path)}{version}"
        rows = self._run(CREATE, lambda: [json.dumps(secret.reveal()), name, DESCRIPTION])
        return str(rows[0][0])

    def read(self, path: SecretPath, locator: str) -> Secret:
        """The fields. Raises SecretGone too for another path's row, and for one that does not open any more."""
        secret = self._opened(path, locator)
        if secret is None:
            raise SecretGone(
                say("Supabase Vault has no version of '{name}' there that opens", name=path.name), "set it again"
            )
        return secret

    def destroy(self, path: SecretPath, locator: str) -> None:
        """Delete the row, if it is this path's. PostgreSQL keeps its ciphertext until the next vacuum."""
        if (number := numbered(locator)) is not None:
            self._run(DELETE_NAMED, lambda: [f"{_prefix(path)}{number}"])
        else:
            self._run(DELETE, lambda: [_id(locator), _prefix(path)])

    def close(self) -> None:
        """Nothing: the connection belongs to who made the transactions."""

    def _opened(self, path: SecretPath, locator: str) -> Secret | None:
        rows = self._run(READ, lambda: [_id(locator), _prefix(path)])
        return _unpacked(rows[0][0]) if rows else None

    def _run(self, statement: str, values: Callable[[], list[str | None]]) -> Sequence[tuple[Any, ...]]:
        """All rows of one statement in a transaction. `values` is called late, so that no frame here holds them."""
        try:
            with self._transactions.transaction() as connection, connection.cursor(row_factory=tuple_row) as cursor:
                rows: Sequence[tuple[Any, ...]] = cursor.execute(statement, values()).fetchall()
        except (psycopg.Error, ReconcilerError) as error:
            failure = mapped(error)
        else:
            return rows
        raise failure


def mapped(error: psycopg.Error | ReconcilerError) -> ReconcilerError:
    """Ours for psycopg's, by SQLSTATE and class; it repeats nothing that the server said.

    An error of the transactions' own stands for the psycopg error that it was raised from.
    """
    foreign = error.__cause__ if isinstance(error, ReconcilerError) else error
    match foreign:
        case psycopg.Error(sqlstate=str(state)):
            return _by_state(state, foreign)
        case psycopg.OperationalError() | psycopg.InterfaceError():
            return StoreDown("Supabase Vault cannot be reached", "check that its database is up, and its address")
        case psycopg.Error():
            return Bug(f"psycopg refuses a statement of ours ({type(foreign).__name__})")
        case _:
            return error if isinstance(error, ReconcilerError) else Bug("psycopg raised what it does not document")


def _by_state(state: str, error: psycopg.Error) -> ReconcilerError:
    if state == "23505":
        return StoreConflict("Supabase Vault has that version already", "nothing was written; try again")
    if state == "42501":
        hint = (
            "grant usage on schema vault, execute on its functions, select on its view, select and delete on its table"
        )
        return StoreForbidden("Supabase Vault does not let this database role in", hint)
    if state in MISSING:
        hint = "enable the extension: create extension supabase_vault cascade"
        return StoreForbidden("this database has no Supabase Vault", hint)
    if state.startswith(LOGIN):
        return StoreForbidden(
            say("the database of Supabase Vault refuses the login ({state})", state=state), "check its address"
        )
    if isinstance(error, psycopg.DataError):
        return SecretGone(
            say("the stored value does not open ({state}): its key or its row was changed", state=state), "set it again"
        )
    if isinstance(error, psycopg.ProgrammingError | psycopg.IntegrityError | psycopg.NotSupportedError):
        return Bug(f"Supabase Vault refuses a statement of ours ({state})")
    return StoreDown(say("Supabase Vault cannot answer now ({state})", state=state), "check its database")


def _prefix(path: SecretPath) -> str:
    """Up to the version; no other path's names begin so, for neither an id nor a name has `/` or `@`."""
    return f"reconciler/{path.organization_id}/{path.name}@v"


def _id(locator: str) -> str | None:
    """The locator where it is an id, else null, which no row has: the server is asked all the same, it may be down."""
    try:
        return str(UUID(locator))
    except ValueError:
        return None


def _unpacked(text: str) -> Secret | None:
    try:
        fields = json.loads(text)
    except ValueError:
        return None
    whole = isinstance(fields, dict) and all(isinstance(value, str) for value in fields.values())
    return Secret(fields) if whole else None
