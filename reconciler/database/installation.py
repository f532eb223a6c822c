"""Whose database this is, and whether a controller keeps it (design.md 4.19, docs/decisions/0030)."""

from collections.abc import Sequence
from datetime import datetime

from reconciler.database.audit import write_audit
from reconciler.database.connection import Connection, Database
from reconciler.errors import EnvironmentRefused


class InstallationTable:
    """The Control port on PostgreSQL, for one installation."""

    def __init__(self, database: Database, name: str, environments: Sequence[str]) -> None:
        self._database = database
        self._name = name
        self._environments = environments

    def take_control(self, actor: str, now: datetime) -> None:
        """See the port."""
        query = "update reconciler.installation set controlled_since = %s where controlled_since is null returning name"
        with self._database.transaction() as connection:
            claim(connection, self._name, self._environments, now)
            if connection.execute(query, [now]).fetchone() is not None:
                write_audit(connection, now, actor, None, "controller took over", self._name, {})

    def let_go(self, actor: str, now: datetime) -> bool:
        """See the port."""
        query = """
            update reconciler.installation set controlled_since = null
            where controlled_since is not null and name = %s returning name"""
        with self._database.transaction() as connection:
            found = connection.execute(query, [self._name]).fetchone() is not None
            if found:
                write_audit(connection, now, actor, None, "controller let go", self._name, {})
        return found

    def controlled_since(self) -> datetime | None:
        """See the port."""
        with self._database.reading() as connection:
            row = connection.execute("select controlled_since from reconciler.installation").fetchone()
        found: datetime | None = row["controlled_since"] if row else None
        return found


def claim(connection: Connection, name: str, environments: Sequence[str], now: datetime) -> None:
    """The first to write says whose database this is. Raises EnvironmentRefused where it is another installation's."""
    connection.execute(
        "insert into reconciler.installation (name, environments, claimed_at) values (%s, %s, %s)"
        " on conflict (singleton) do update set environments = excluded.environments"
        " where installation.name = excluded.name",
        [name, list(environments), now],
    )
    row = connection.execute("select name from reconciler.installation").fetchone()
    if row is None or row["name"] != name:
        owner = row["name"] if row else "nobody"
        message = f"this database belongs to the installation '{owner}', and this is '{name}'"
        raise EnvironmentRefused(message, "set RECONCILER_INSTALLATION, or use a database of its own")
