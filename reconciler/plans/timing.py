"""What a SyncSchedule comes to: one expression, its zone, and what is wrong with it."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from reconciler.schedules.check import check
from reconciler.schedules.expression import Expression, ExpressionInvalid, parse, preset
from reconciler.specs.collection import OrganizationSpecs
from reconciler.specs.diagnostic import Diagnostic
from reconciler.specs.documents import Document
from reconciler.specs.models.schedule import SyncSchedule
from reconciler.specs.rules import zone_known


def expression_of(spec: SyncSchedule) -> Expression:
    """The expression of a cron text or a preset. Raises ExpressionInvalid."""
    if spec.cron is not None:
        return parse(spec.cron)
    assert spec.every is not None
    return preset(spec.every, spec.at, spec.on)


def effective(spec: SyncSchedule, zone: str) -> dict[str, Any]:
    """The body of the resource: canonical cron text, the flag for the last day, and a zone."""
    expression = expression_of(spec)
    return {
        "integration": spec.integration,
        "cron": expression.text,
        "last_day": expression.last_day,
        "zone": spec.zone or zone,
    }


def schedule_findings(specs: OrganizationSpecs, now: datetime) -> Iterator[Diagnostic]:
    """Unreadable expressions, those that never fire, and those that do what people rarely mean."""
    if specs.organization is None:
        return
    for document in specs.of(SyncSchedule).values():
        zone = document.spec.zone or specs.organization.spec.zone
        key = "cron" if document.spec.cron is not None else "every"
        try:
            expression = expression_of(document.spec)
        except ExpressionInvalid as error:
            yield document.diagnostic(
                "cron-invalid", (key,), str(error), "reconciler schedule explain shows what it means"
            )
            continue
        if zone_known(zone):
            yield from _findings(document, key, expression, zone, now)


def _findings(
    document: Document[SyncSchedule], key: str, expression: Expression, zone: str, now: datetime
) -> Iterator[Diagnostic]:
    for found in check(expression, zone, now):
        refused = found.severity == "refused"
        identifier = "cron-never" if refused else "cron-warning"
        yield document.diagnostic(identifier, (key,), found.message, found.hint, "error" if refused else "warning")
