"""Whether the database's schema is this program's, asked cheaply and often; `migrate` tells what is missing."""

from functools import cache

from reconciler.database.connection import Database
from reconciler.database.migrate import FOLDER, SCHEMA, VERSION_TABLE

STATEMENT_MS = 5000


def at_this_version(database: Database) -> bool:
    """Whether the last step that was applied is the last one known here. Raises DatabaseDown."""
    with database.reading() as connection:
        connection.execute(f"set local statement_timeout = {STATEMENT_MS}")
        row = connection.execute(f"select version_num from {SCHEMA}.{VERSION_TABLE}").fetchone()  # noqa: S608 - ours
    return row is not None and row["version_num"] == newest()


@cache
def newest() -> str:
    """The last step known here: steps are named by their number."""
    return max(found.stem for found in (FOLDER / "versions").glob("[0-9]*.py"))
