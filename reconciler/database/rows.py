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
PINNED_TYPE = "IntegrationType/"
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
    body = _type(row) | {key: row[key] for key in INTEGRATION}
    return Resource("Integration", row["name"], body, row["origins"])


def _type(row: Row) -> dict[str, str]:
    """The type as the pinned definitions name it; and what the app's column says, where that is another word."""
    column: str = row["integration_type"]
    keys = row["definitions"] if isinstance(row["definitions"], dict) else {}
    names = [key.removeprefix(PINNED_TYPE) for key in keys if key.startswith(PINNED_TYPE)]
    return {"type": names[0], "family": column} if names and names[0] != column else {"type": column}


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


def report(row: Row) -> Resource:
    """The row of reconciler.reports."""
    return Resource("Report", row["name"], row["body"], row["origins"])


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
            column = body.get("family", body["type"])
            return common | texts | {"type": column} | {key: Jsonb(body[key]) for key in INTEGRATION[2:]}
        case "FieldMapping":
            held = {"spec": body, "origins": dict(resource.origins)}
            return common | {"integration": body["integration"], "held": Jsonb({resource.name: held})}
        case "SyncSchedule":
            return common | {key: body[key] for key in SCHEDULE}
        case "Feature":
            return common | {"enabled": body["enabled"], "reason": body.get("reason"), "manager": MANAGER}
        case _:
            return common | {"body": Jsonb(body)}
