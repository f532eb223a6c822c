"""Rows and resources: how each kind of configuration stands in its table, in both directions.

A body is read back from the columns that the app and the runs really read, never from a copy beside them, so that a
change by another hand is seen.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from psycopg.types.json import Jsonb

from reconciler.plans.resource import Resource

MANAGER = "reconciler"
Row = Mapping[str, Any]

INTEGRATION = ("environment", "mode", "settings", "identity", "credentials", "exports", "health", "definitions")
SCHEDULE = ("integration", "cron", "last_day", "zone")


@dataclass(frozen=True, slots=True)
class Stamp:
    """What every written row carries: whose it is, the commit it comes from, and when."""

    organization_id: str
    revision: str
    at: Any


def organization(row: Row) -> Resource:
    """The row of reconciler.organizations."""
    return Resource("Organization", row["name"], row["body"], row["origins"])


def integration(row: Row) -> Resource:
    """The row of public.organization_integrations, without its mappings."""
    body = {"type": row["integration_type"]} | {key: row[key] for key in INTEGRATION}
    return Resource("Integration", row["name"], body, row["origins"])


def mappings(row: Row) -> Iterator[Resource]:
    """The mappings inside a row of public.organization_integrations.

    Whatever another hand put there is shown too, as far as it can be named.
    """
    found = row["field_mappings"]
    for name, held in (found if isinstance(found, dict) else {}).items():
        whole = isinstance(held, dict) and isinstance(held.get("spec"), dict)
        body = held["spec"] if whole else {"integration": row["name"], "foreign": held}
        yield Resource("FieldMapping", name, body, held.get("origins", {}) if whole else {})


def schedule(row: Row) -> Resource:
    """The row of reconciler.schedules."""
    return Resource("SyncSchedule", row["name"], {key: row[key] for key in SCHEDULE}, row["origins"])


def exclusion(row: Row) -> Resource:
    """The row of reconciler.exclusions."""
    return Resource("Exclusion", row["name"], row["body"], row["origins"])


def feature(row: Row) -> Resource:
    """The row of public.feature_flags."""
    reason = {"reason": row["reason"]} if row["reason"] is not None else {}
    return Resource("Feature", row["feature"], {"enabled": row["enabled"]} | reason, row["origins"])


def write_values(resource: Resource, stamp: Stamp) -> dict[str, Any]:
    """The column values of a resource, for the statement of its kind."""
    body, origins = resource.body, Jsonb(dict(resource.origins))
    common = {
        "organization_id": stamp.organization_id,
        "name": resource.name,
        "origins": origins,
        "revision": stamp.revision,
        "at": stamp.at,
    }
    match resource.kind:
        case "Integration":
            texts = {key: body[key] for key in ("environment", "mode")}
            return common | texts | {"type": body["type"]} | {key: Jsonb(body[key]) for key in INTEGRATION[2:]}
        case "FieldMapping":
            held = {"spec": body, "origins": dict(resource.origins)}
            return common | {"integration": body["integration"], "held": Jsonb({resource.name: held})}
        case "SyncSchedule":
            return common | {key: body[key] for key in SCHEDULE}
        case "Feature":
            return common | {"enabled": body["enabled"], "reason": body.get("reason"), "manager": MANAGER}
        case _:
            return common | {"body": Jsonb(body)}
