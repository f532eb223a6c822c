"""The ChoreBook port on PostgreSQL: one row for each organisation and chore, of the newest night."""

from collections.abc import Sequence
from itertools import groupby

from reconciler.database.applied import check_owner
from reconciler.database.connection import Database
from reconciler.runs.chores import Chored, Nights
from reconciler.specs.personal import impersonal


class ChoreTable:
    """The ChoreBook port. Raises EnvironmentRefused where the database is another installation's."""

    def __init__(self, database: Database, installation: str = "") -> None:
        self._database = database
        self._installation = installation

    def nights(self, organization: str = "") -> Sequence[Nights]:
        """See the port."""
        with self._database.reading() as connection:
            check_owner(connection, self._installation)
            rows = connection.execute(_NIGHTS, {"organization": organization}).fetchall()
        found = [list(each) for _, each in groupby(rows, key=lambda row: row["organization"])]
        names = ("chore", "night", "state", "said", "at")
        return [
            Nights(
                each[0]["organization"],
                str(each[0]["organization_id"]),
                each[0]["zone"],
                {row["chore"]: Chored(**{name: row[name] for name in names}) for row in each if row["chore"]},
            )
            for each in found
        ]

    def keep_chore(self, organization_id: str, chored: Chored) -> None:
        """See the port."""
        each = chored
        values = [organization_id, each.chore, each.night, each.state, impersonal(each.said), each.at]
        with self._database.transaction() as connection:
            connection.execute(_KEEP, values)


_NIGHTS = """
    select o.name as organization, o.id as organization_id, o.body ->> 'zone' as zone,
        c.name as chore, c.night, c.state, c.said, c.at
    from reconciler.organizations o left join reconciler.chores c on c.organization_id = o.id
    where %(organization)s in ('', o.name) order by o.name, c.name"""
_KEEP = """
    insert into reconciler.chores (organization_id, name, night, state, said, at) values (%s, %s, %s, %s, %s, %s)
    on conflict (organization_id, name) do update set night = excluded.night, state = excluded.state,
        said = excluded.said, at = excluded.at"""
