"""Resources become specs again: the way back from what is applied to what somebody could have written."""

from collections.abc import Mapping
from typing import Any

from reconciler.plans.resource import Definition, Resource

FOLDERS = {
    "Integration": "integrations",
    "FieldMapping": "mappings",
    "SyncSchedule": "schedules",
    "Exclusion": "exclusions",
    "Report": "reports",
}
SHARED = {
    "IntegrationType": "integration-types",
    "DataCategory": "data-categories",
    "ReferenceTable": "reference",
    "ReportRules": "reports",
}
PINNED = ("definitions", "identity", "family")
"""What applying adds to an integration or a report; it comes from the catalogue and is written nowhere."""


def path_of(organization: str, resource: Resource) -> str | None:
    """The file that a resource becomes; None where it comes from another document, as feature flags do."""
    if resource.kind == "Organization":
        return f"orgs/{organization}/organization.yaml"
    folder = FOLDERS.get(resource.kind)
    return f"orgs/{organization}/{folder}/{resource.name}.yaml" if folder else None


def definition_path(definition: Definition) -> str:
    """The file of a shared document."""
    return f"specs/{SHARED[definition.kind]}/{definition.name}.yaml"


def spec_of(resource: Resource) -> Mapping[str, Any]:
    """The spec that gives this resource when it is applied. Defaults are written out: they are what holds."""
    body = {key: value for key, value in resource.body.items() if value not in (None, {}, [])}
    match resource.kind:
        case "Integration" | "Report":
            return {key: value for key, value in body.items() if key not in PINNED}
        case "SyncSchedule":
            return _schedule(body)
        case _:
            return body


def _schedule(body: Mapping[str, Any]) -> dict[str, Any]:
    """`last_day` has no cron text of its own: it is the preset that gave it."""
    if not body["last_day"]:
        return {key: value for key, value in body.items() if key != "last_day"}
    minute, hour = body["cron"].split()[:2]
    at = f"{int(hour):02}:{int(minute):02}"
    return {"integration": body["integration"], "every": "monthly", "on": "last", "at": at, "zone": body["zone"]}
