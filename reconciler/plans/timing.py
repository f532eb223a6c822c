"""What a SyncSchedule comes to: one expression, its zone, and what is wrong with it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from reconciler.schedules import spread
from reconciler.schedules.check import check
from reconciler.schedules.expression import Expression, ExpressionInvalid, parse, preset
from reconciler.specs.collection import OrganizationSpecs
from reconciler.specs.diagnostic import Diagnostic, Severity
from reconciler.specs.documents import Document
from reconciler.specs.models.organization import Organization
from reconciler.specs.models.schedule import SyncSchedule
from reconciler.specs.rules import zone_known
from reconciler.specs.scalars import seconds
from reconciler.specs.sentences import say


@dataclass(frozen=True, slots=True)
class Timing:
    """When a schedule runs: the expression as it is handed on, and as it was `written`; they differ by `later` minutes
    where it was given a `window` of minutes (0: none)."""

    expression: Expression
    zone: str
    written: Expression
    window: int = 0
    later: int = 0


def timing(spec: SyncSchedule, organization: Organization) -> Timing | None:
    """When the schedule runs; None for a manual one. Raises ExpressionInvalid."""
    zone = spec.zone or organization.zone
    if (written := _written(spec)) is None:
        return None
    if spec.spread is None:
        return Timing(written, zone, written)
    window = spread.minutes(seconds(spec.spread))
    later = spread.chosen(window, str(organization.id), spec.integration)
    return Timing(spread.shifted(written, window, later), zone, written, window, later)


def _written(spec: SyncSchedule) -> Expression | None:
    """The expression of a cron text or a preset, None for manual. Raises ExpressionInvalid."""
    given = [key for key in ("at", "on", "spread") if getattr(spec, key) is not None]
    if spec.cron is not None:
        if {"at", "on"} & set(given):
            raise ExpressionInvalid(say("`{given}` belongs to `every`: with `cron` the fields say it", given=given[0]))
        return parse(spec.cron)
    if spec.every is None or spec.every == "manual":
        if given:
            raise ExpressionInvalid(
                say("`{given}` with manual: nothing runs by itself, so leave it out", given=given[0])
            )
        return None
    return preset(spec.every, spec.at, spec.on)


def effective(spec: SyncSchedule, organization: Organization) -> dict[str, Any] | None:
    """The body of the resource: canonical cron text, the flag for the last day, and a zone. None for a manual one."""
    found = timing(spec, organization)
    if found is None:
        return None
    return {
        "integration": spec.integration,
        "cron": found.expression.text,
        "last_day": found.expression.last_day,
        "zone": found.zone,
    }


def timings(specs: OrganizationSpecs) -> Iterator[tuple[Document[SyncSchedule], Timing]]:
    """The schedules of an organisation that run by themselves and can be read."""
    if specs.organization is None:
        return
    for document in specs.of(SyncSchedule).values():
        try:
            found = timing(document.spec, specs.organization.spec)
        except ExpressionInvalid:
            continue  # said by `schedule_findings`
        if found is not None and zone_known(found.zone):
            yield document, found


def schedule_findings(specs: OrganizationSpecs, now: datetime) -> Iterator[Diagnostic]:
    """Unreadable expressions, those that never fire, and those that do what people rarely mean."""
    if specs.organization is None:
        return
    for document in specs.of(SyncSchedule).values():
        try:
            timing(document.spec, specs.organization.spec)
        except ExpressionInvalid as error:
            hint = 'try it out with: reconciler schedule explain "30 3 * * 1-5"'
            yield document.diagnostic("cron-invalid", (_key(document.spec, error),), str(error), hint)
    for document, found in timings(specs):
        yield from _findings(document, found, now)


def _key(spec: SyncSchedule, error: ExpressionInvalid | None = None) -> str:
    """The key of the spec that a finding is about."""
    if error is not None and spec.spread is not None and error.message.startswith("spread"):
        return "spread"
    return "cron" if spec.cron is not None else "every"


def _findings(document: Document[SyncSchedule], timing: Timing, now: datetime) -> Iterator[Diagnostic]:
    for found in check(timing.expression, timing.zone, now):
        refused = found.severity == "refused"
        identifier = "cron-never" if refused else "cron-warning"
        severity: Severity = "error" if refused else "warning"
        yield document.diagnostic(identifier, (_key(document.spec),), found.message, found.hint, severity)
