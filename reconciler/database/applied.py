"""What a run reads: applied rows and pinned definitions, in one snapshot."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from reconciler.database import rows
from reconciler.database.connection import Connection, Database
from reconciler.database.holds import record_holds
from reconciler.errors import Bug, EnvironmentRefused, UsageError
from reconciler.plans.resource import Definition, Resource
from reconciler.ports import Applied
from reconciler.specs.sentences import say


class AppliedConfiguration:
    """The AppliedStore port on PostgreSQL."""

    def __init__(self, database: Database, installation: str = "") -> None:
        self._database = database
        self._installation = installation

    def organization_id(self, name: str) -> str:
        """See the port."""
        with self._database.reading() as connection:
            check_owner(connection, self._installation)
            row = connection.execute("select id from reconciler.organizations where name = %s", [name]).fetchone()
        if row is None:
            raise UsageError(
                say("the organisation '{name}' is not applied", name=name), "reconciler apply, then try again"
            )
        return str(row["id"])

    def applied(self, organization: str, integration: str) -> Applied:
        """See the port."""
        with self._database.reading() as connection:
            check_owner(connection, self._installation)
            head = connection.execute(
                "select * from reconciler.organizations where name = %s", [organization]
            ).fetchone()
            if head is None:
                raise UsageError(
                    say("the organisation '{organization}' is not applied", organization=organization),
                    "reconciler apply, then try again",
                )
            row = _integration(connection, head["id"], organization, integration)
            exclusions = connection.execute(
                "select * from reconciler.exclusions where organization_id = %s", [head["id"]]
            )
            return Applied(
                organization_id=str(head["id"]),
                organization=rows.organization(head),
                integration=rows.integration(row),
                mappings={each.body["category"]: each for each in rows.mappings(row)},
                exclusions=[rows.exclusion(each) for each in exclusions.fetchall()],
                definitions=definitions(connection, row["definitions"]),
                revision=row["revision"],
                record_holds=record_holds(connection, str(head["id"])),
            )

    def documents(self, organization_id: str, integration: str) -> tuple[Resource, list[Resource]]:
        """The integration and the exclusions of its organisation as they are applied, without what they are pinned to.
        Raises UsageError where there is none.
        """
        values = [UUID(organization_id)]
        with self._database.reading() as connection:
            row = _integration(connection, values[0], organization_id, integration)
            found = connection.execute("select * from reconciler.exclusions where organization_id = %s", values)
            return rows.integration(row), [rows.exclusion(each) for each in found.fetchall()]


def check_owner(connection: Connection, installation: str) -> None:
    """Raises EnvironmentRefused where the database is another installation's (design.md 4.19).

    Whoever only looks gives no installation, and may look at any.
    """
    row = connection.execute("select name from reconciler.installation").fetchone()
    if installation and row is not None and row["name"] != installation:
        message = say(
            "this database belongs to the installation '{owner}', and this is '{installation}'",
            owner=row["name"],
            installation=installation,
        )
        raise EnvironmentRefused(message, "set RECONCILER_INSTALLATION, or use a database of its own")


def _integration(connection: Connection, organization_id: UUID, organization: str, name: str) -> dict[str, Any]:
    query = "select * from public.organization_integrations where organization_id = %s order by name"
    found = {row["name"]: row for row in connection.execute(query, [organization_id]).fetchall()}
    if name not in found:
        hint = f"it has {', '.join(found)}" if found else "it has none"
        raise UsageError(
            say("{organization} has no applied integration '{name}'", organization=organization, name=name), hint
        )
    return found[name]


def definitions(connection: Connection, pinned: Mapping[str, str]) -> dict[str, Definition]:
    query = "select digest, kind, name, body from reconciler.definitions where digest = any(%s)"
    stored = {row["digest"]: row for row in connection.execute(query, [list(pinned.values())]).fetchall()}
    if missing := sorted(key for key, digest in pinned.items() if digest not in stored):
        raise Bug(f"pinned definitions are not in the database: {', '.join(missing)}")
    found = {key: stored[digest] for key, digest in pinned.items()}
    return {key: Definition(row["kind"], row["name"], row["body"]) for key, row in found.items()}
