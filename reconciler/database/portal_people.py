"""Who is whose: what the portal asks before it is held to one organisation. Each question is one function of the
database (migration 0023), and gives names and roles only.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reconciler.database.connection import Database
from reconciler.runs.portal import Membership
from reconciler.runs.views import TROUBLE


@dataclass(frozen=True, slots=True)
class Trouble:
    """One organisation in three numbers: its integrations, those whose last run failed, documents for somebody."""

    integrations: int
    failing: int
    needing: int


class PeopleTable:
    """The organisations of people, by their account."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def memberships(self, account: str) -> list[Membership]:
        """Where the account is somebody, by name; roles of several entries are put together."""
        with self._database.reading() as connection:
            rows = connection.execute("select * from reconciler.portal_memberships(%s)", [account]).fetchall()
        found: dict[str, Membership] = {}
        for row in rows:
            roles = frozenset(row["roles"] or ())
            earlier = found.get(row["name"])
            found[row["name"]] = _membership(row, roles | (earlier.roles if earlier else frozenset()))
        return list(found.values())

    def organizations(self, wanted: str = "", beyond: str = "", many: int = 50) -> list[Membership]:
        """Those after a name that have `wanted` in their name or title, for those who keep the platform."""
        with self._database.reading() as connection:
            rows = connection.execute(
                "select * from reconciler.portal_organizations(%s, %s, %s)", [wanted, beyond, many]
            )
            return [_membership(row, frozenset()) for row in rows.fetchall()]

    def troubles(self, organizations: Sequence[str]) -> dict[str, Trouble]:
        """By the ids of organisations that somebody may enter: a line about each."""
        query = "select id::text, integrations, failing, needing from reconciler.portal_troubles(%s::uuid[], %s)"
        with self._database.reading() as connection:
            rows = connection.execute(query, [list(organizations), list(TROUBLE)]).fetchall()
        return {row.pop("id"): Trouble(**row) for row in rows}

    def organization(self, name: str) -> Membership | None:
        """One organisation, for those who keep the platform."""
        with self._database.reading() as connection:
            row = connection.execute("select * from reconciler.portal_organization_named(%s)", [name]).fetchone()
        return _membership(row, frozenset()) if row else None


def _membership(row: Mapping[str, Any], roles: frozenset[str]) -> Membership:
    return Membership(
        id=str(row["id"]),
        name=row["name"],
        title=row["title"] or row["name"],
        zone=row["zone"] or "Europe/Oslo",
        language="en" if row["language"] == "en" else "nb",
        roles=roles,
    )
