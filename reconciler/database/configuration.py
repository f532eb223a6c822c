"""The configuration tables: observed whole, changed in one transaction per organisation.

Decisions 3 (unread is not empty), 5 (atomic), 8 (the tables are the contract with the app).
"""

from datetime import datetime
from typing import Any

from psycopg.types.json import Jsonb

from reconciler.database import rows
from reconciler.database.audit import write_audit
from reconciler.database.connection import Connection, Database
from reconciler.database.installation import claim
from reconciler.database.leases import check_fence
from reconciler.database.statements import DROP, PUT, RENAME
from reconciler.errors import EnvironmentRefused, PlanRefused
from reconciler.plans.change import Change, Create, Delete, Retarget, Update, resource_of
from reconciler.plans.plan import Plan, data, make_plan
from reconciler.plans.resource import Actual, Key, Resource, Sent
from reconciler.runs.outcome import Lease

UNRESOLVED = ["sending", "unknown", "held"]


class Configuration:
    """The ConfigStore on PostgreSQL, for one installation."""

    def __init__(self, database: Database, installation: str, environments: tuple[str, ...]) -> None:
        self._database = database
        self._installation = installation
        self._environments = environments

    def organizations(self) -> dict[str, str]:
        """See the port."""
        with self._database.reading() as connection:
            found = connection.execute("select name, id from reconciler.organizations").fetchall()
        return {row["name"]: str(row["id"]) for row in found}

    def observe(self, organization_id: str) -> Actual:
        """Everything of one organisation, from one snapshot."""
        with self._database.reading() as connection:
            return _observe(connection, organization_id)

    def apply(self, plan: Plan, actor: str, now: datetime, lease: Lease | None = None, reason: str = "") -> None:
        """One transaction: lock, fence, base version, rows, revision, audit.

        Raises PlanRefused where the base has moved, Busy where the lease was lost.
        """
        self._check_environments(plan)
        with self._database.transaction() as connection:
            connection.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [plan.desired.organization_id])
            claim(connection, self._installation, self._environments, now)
            check_fence(connection, lease, now)
            _check_base(connection, plan)
            stamp = rows.Stamp(plan.desired.organization_id, plan.desired.revision, now)
            _write_definitions(connection, plan, now)
            _write_organization(connection, plan, now)
            for change in plan.changes:
                _carry_out(connection, change, stamp)
            _write_revision(connection, plan, actor, now)
            detail: dict[str, Any] = {"plan": plan.digest, "revision": plan.desired.revision}
            detail |= {"changes": len(plan.changes)} | ({"break_glass": reason} if reason else {})
            write_audit(connection, now, actor, stamp.organization_id, "apply", plan.organization, detail)

    def _check_environments(self, plan: Plan) -> None:
        for resource in plan.desired.resources.values():
            if resource.kind == "Integration" and resource.body["environment"] not in self._environments:
                environment = resource.body["environment"]
                message = (
                    f"{resource.title} is for {environment}; the installation '{self._installation}' does not allow it"
                )
                hint = f"it allows {', '.join(self._environments)} (RECONCILER_ENVIRONMENTS)"
                raise EnvironmentRefused(message, hint)


def _observe(connection: Connection, organization_id: str) -> Actual:
    head = connection.execute("select * from reconciler.organizations where id = %s", [organization_id]).fetchone()
    found: list[Resource] = [rows.organization(head)] if head else []
    for row in _of(connection, "public.organization_integrations", organization_id):
        found += [rows.integration(row), *rows.mappings(row)]
    found += [rows.schedule(row) for row in _of(connection, "reconciler.schedules", organization_id)]
    found += [rows.exclusion(row) for row in _of(connection, "reconciler.exclusions", organization_id)]
    found += [rows.report(row) for row in _of(connection, "reconciler.reports", organization_id)]
    conflicts: dict[Key, str] = {}
    for row in _of(connection, "public.feature_flags", organization_id):
        if row["managed_by"] == rows.MANAGER:
            found.append(rows.feature(row))
        else:
            conflicts["Feature", row["feature"]] = row["managed_by"]
    return Actual(
        version=head["version"] if head else 0,
        resources={resource.key: resource for resource in found},
        applied=_applied(connection, organization_id),
        revision=head["revision"] if head else "",
        sent=_sent(connection, organization_id),
        conflicts=conflicts,
    )


def _of(connection: Connection, table: str, organization_id: str) -> list[dict[str, Any]]:
    order = "feature" if table == "public.feature_flags" else "name"
    query = f"select * from {table} where organization_id = %s order by {order}"  # noqa: S608 - names are ours
    return connection.execute(query, [organization_id]).fetchall()


def _applied(connection: Connection, organization_id: str) -> dict[Key, str]:
    row = connection.execute(
        "select resources from reconciler.applied_revisions where organization_id = %s order by version desc limit 1",
        [organization_id],
    ).fetchone()
    pairs = (row["resources"] if row else {}).items()
    return {(title.split("/")[0], title.split("/", 1)[1]): found for title, found in pairs}


def _sent(connection: Connection, organization_id: str) -> tuple[Sent, ...]:
    query = """
        select integration, target, count(*) filter (where sent_at is not null) as documents,
               coalesce(sum(amount) filter (where sent_at is not null), 0) as amount,
               count(*) filter (where state = any(%s)) as unresolved
        from reconciler.exports where organization_id = %s group by integration, target order by integration, target"""
    found = connection.execute(query, [UNRESOLVED, organization_id]).fetchall()
    return tuple(
        Sent(row["integration"], row["target"], row["documents"], f"{row['amount']:.2f}", row["unresolved"])
        for row in found
    )


def _check_base(connection: Connection, plan: Plan) -> None:
    query = "select version from reconciler.organizations where id = %s for update"
    row = connection.execute(query, [plan.desired.organization_id]).fetchone()
    version = row["version"] if row else 0
    if version != plan.actual.version:
        message = (
            f"{plan.organization} was changed meanwhile (version {version}, the plan was made at {plan.actual.version})"
        )
        raise PlanRefused(message, "make a new plan and look at it again")
    # Only what changes the plan counts: a run that sent a document meanwhile does not.
    found = _observe(connection, plan.desired.organization_id)
    # A flag that somebody else has made meanwhile changes no change of the plan, and must not be passed over.
    if make_plan(plan.desired, found).digest != plan.digest or found.conflicts != plan.actual.conflicts:
        message = f"the rows of {plan.organization} changed since the plan was made"
        raise PlanRefused(message, "make a new plan and look at it again")


def _write_definitions(connection: Connection, plan: Plan, now: datetime) -> None:
    for found, each in plan.definitions.items():
        connection.execute(
            "insert into reconciler.definitions (digest, kind, name, body, created_at) values (%s, %s, %s, %s, %s)"
            " on conflict (digest) do nothing",
            [found, each.kind, each.name, Jsonb(each.body), now],
        )


def _write_organization(connection: Connection, plan: Plan, now: datetime) -> None:
    resource = plan.desired.resources["Organization", plan.organization]
    connection.execute(
        """
        insert into reconciler.organizations (id, name, body, origins, version, revision, applied_at)
        values (%(id)s, %(name)s, %(body)s, %(origins)s, 1, %(revision)s, %(at)s)
        on conflict (id) do update set name = excluded.name, body = excluded.body, origins = excluded.origins,
            version = organizations.version + 1, revision = excluded.revision, applied_at = excluded.applied_at""",
        {
            "id": plan.desired.organization_id,
            "name": plan.organization,
            "body": Jsonb(resource.body),
            "origins": Jsonb(dict(resource.origins)),
            "revision": plan.desired.revision,
            "at": now,
        },
    )


def _carry_out(connection: Connection, change: Change, stamp: rows.Stamp) -> None:
    resource = resource_of(change)
    if resource.kind == "Organization":
        return  # written with every apply, because it carries the version
    match change:
        case Delete(before):
            connection.execute(DROP[before.kind], _names(before, before, stamp))
        case Create(after):
            connection.execute(PUT[after.kind], rows.write_values(after, stamp))
        case Update(before, after) | Retarget(before, after):
            _move(connection, before, after, stamp)
            connection.execute(PUT[after.kind], rows.write_values(after, stamp))


def _move(connection: Connection, before: Resource, after: Resource, stamp: rows.Stamp) -> None:
    """Take a renamed object's history along; a mapping that changed its integration leaves the old row."""
    moved = before.kind == "FieldMapping" and before.body.get("integration") != after.body["integration"]
    if before.name == after.name and not moved:
        return
    names = _names(before, after, stamp)
    connection.execute(RENAME.get(before.kind, DROP.get(before.kind, "")), names)
    if before.kind == "Integration":
        for table in ("exports", "runs", "withheld", "run_requests"):
            where = "organization_id = %(id)s and integration = %(old)s"
            connection.execute(f"update reconciler.{table} set integration = %(new)s where {where}", names)  # noqa: S608


def _names(before: Resource, after: Resource, stamp: rows.Stamp) -> dict[str, str]:
    return {
        "id": stamp.organization_id,
        "name": before.name,
        "old": before.name,
        "new": after.name,
        "manager": rows.MANAGER,
    }


def _write_revision(connection: Connection, plan: Plan, actor: str, now: datetime) -> None:
    digests = {resource.title: resource.digest for resource in plan.desired.resources.values()}
    connection.execute(
        """
        insert into reconciler.applied_revisions
            (organization_id, version, revision, plan, intent, resources, changes, actor, applied_at)
        values (%s, %s, %s, %s, %s, %s, %s, %s, %s)""",
        [
            plan.desired.organization_id,
            plan.actual.version + 1,
            plan.desired.revision,
            plan.digest,
            plan.intent,
            Jsonb(digests),
            Jsonb(data(plan)["changes"]),
            actor,
            now,
        ],
    )
