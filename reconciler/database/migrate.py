"""Bring a database to the shape that this version of the product knows, step by step, each step once.

Steps are plain SQL, see `migrations`. Alembic keeps their order and the table of what was applied; no tables are
described in Python, and nothing here knows what a step contains.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from reconciler.errors import Blocked, Bug, DatabaseDown, ReconcilerError

if TYPE_CHECKING:
    from alembic.config import Config
    from sqlalchemy import Connection, Engine

SCHEMA = "reconciler"
VERSION_TABLE = "alembic_version"
FOLDER = Path(__file__).parent / "migrations"
OWNER = "migrate as the schema's owner"
ROLES = "an administrator makes it first: docs/operations/cluster.md, the database"

# Any fixed number: whoever holds this lock, until the end of the transaction, is the only one who migrates.
_LOCK = 7_263_154_901


def migrate(url: str, folder: Path = FOLDER) -> list[str]:
    """Apply what is pending in the database at `url` (a libpq URL) and return the names of the steps, in order.

    `folder` holds alembic's `env.py` and `versions`; only tests have one of their own.

    Each step is one transaction, with its note in the version table. Two of these at once take turns, step by step:
    the lock and the transaction end together, so a transaction-mode pooler may stand between.
    Raises `DatabaseDown`; `Blocked` when the database is newer than this program or refuses the right to a step; and
    `Bug` for a step that does not run.
    """
    known = _known(folder)
    applied: list[str] = []
    with _engine(url) as engine:
        while step := _apply_next(engine, folder, known):
            applied.append(step)
    return applied


def pending(url: str, folder: Path = FOLDER) -> list[str]:
    """The names of the steps that `migrate` would apply, in order. Reads only; errors as of `migrate`."""
    with _mapped(""), _engine(url) as engine, engine.connect() as connection:
        return _missing(connection, _known(folder))


def execute_beside(step: str) -> None:
    """Execute the .sql beside the file `step` as it is written, on the connection of the running migration.

    The driver's own cursor and no parameters: neither `%` nor `:name` mean anything, and one file may hold several
    statements and dollar-quoted bodies (psycopg sends a text without parameters whole).
    """
    from alembic import op

    cursor = op.get_bind().connection.cursor()
    try:
        cursor.execute(Path(step).with_suffix(".sql").read_text(encoding="utf-8"))
    finally:
        cursor.close()


def _apply_next(engine: "Engine", folder: Path, known: list[str]) -> str | None:
    """Apply the first missing step and name it; None when there is none. What is missing is asked under the lock."""
    from alembic import command
    from sqlalchemy import text

    with _mapped(""), engine.connect() as reader:
        if not (missing := _missing(reader, known)):
            return None
    with _mapped(missing[0]), engine.begin() as connection:
        connection.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        if not (missing := _missing(connection, known)):
            return None
        _make_schema(connection)
        command.upgrade(_config(folder, connection), missing[0])
    return missing[0]


def _known(folder: Path) -> list[str]:
    """The names of all steps, in order."""
    from alembic.script import ScriptDirectory

    return [step.revision for step in ScriptDirectory.from_config(_config(folder)).walk_revisions()][::-1]


def _missing(connection: "Connection", known: list[str]) -> list[str]:
    from alembic.runtime.migration import MigrationContext

    options = {"version_table": VERSION_TABLE, "version_table_schema": SCHEMA}
    done = MigrationContext.configure(connection, opts=options).get_current_revision()
    if done is None:
        return known
    if done not in known:
        raise Blocked(
            f"the database is newer than this program: it holds the step {done}, the last known here is {known[-1]}",
            hint="use the version of reconciler that migrated it, or a later one",
        )
    return known[known.index(done) + 1 :]


def _make_schema(connection: "Connection") -> None:
    """Alembic makes its table but not the schema. Asked first: `if not exists` wants the right to create anyway."""
    from sqlalchemy import text

    if connection.execute(text("select to_regnamespace(:schema)"), {"schema": SCHEMA}).scalar() is None:
        connection.execute(text(f"create schema {SCHEMA}"))


def _config(folder: Path, connection: "Connection | None" = None) -> "Config":
    from alembic.config import Config

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(folder).replace("%", "%%"))  # the value is a template
    return config


@contextmanager
def _engine(url: str) -> "Iterator[Engine]":
    """One connection for all steps, opened by psycopg itself: it understands every libpq URL, SQLAlchemy only some."""
    import psycopg
    from sqlalchemy import create_engine

    def connect() -> "psycopg.Connection[tuple[object, ...]]":
        return psycopg.connect(url, prepare_threshold=None)  # poolers in transaction mode know no prepared statements

    engine = create_engine("postgresql+psycopg://", creator=connect, pool_size=1, max_overflow=0)
    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def _mapped(step: str) -> Iterator[None]:
    """The errors of psycopg and SQLAlchemy as ours; `step` is the migration at work, if any."""
    import psycopg
    from sqlalchemy.exc import DBAPIError

    try:
        yield
    except psycopg.Error as error:
        raise _ours(error, step) from error
    except DBAPIError as error:
        raise _ours(error.orig, step) from error


def _ours(error: BaseException | None, step: str) -> ReconcilerError:
    import psycopg

    match error:
        case psycopg.errors.InsufficientPrivilege():
            hint = ROLES if "to create role" in str(error) else OWNER
            return Blocked(f"the database refuses {step or 'to be read'}: {error}", hint=hint)
        case psycopg.OperationalError():
            return DatabaseDown(f"the database cannot be reached: {error}", hint="look at its address and its log")
        case _:
            return Bug(f"migration {step or 'state'} failed: {error}")
