"""The ledger's greatest numbers, of all organisations at once: what the marks outside the database are raised from."""

from collections.abc import Mapping

from reconciler.database.connection import Database
from reconciler.database.ledger import NUMBERS_A_YEAR


class HighMarks:
    """Read whole or not at all."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def marks(self) -> Mapping[tuple[str, str], Mapping[str, int]]:
        """By every organisation's name and id: `ID TARGET` to the greatest number that was ever reserved."""
        with self._database.reading() as connection:
            rows = connection.execute(_MARKS, {"a_year": NUMBERS_A_YEAR}).fetchall()
        found: dict[tuple[str, str], dict[str, int]] = {(row["name"], str(row["id"])): {} for row in rows}
        for row in rows:
            if row["target"] is not None:
                found[row["name"], str(row["id"])][f"{row['id']} {row['target']}"] = row["highest"]
        return found


_MARKS = """
    select o.name, o.id, n.target, max(n.year::bigint * %(a_year)s + n.last) as highest
    from reconciler.organizations o left join reconciler.export_numbers n on n.organization_id = o.id
    group by o.name, o.id, n.target
    order by o.name, n.target"""
