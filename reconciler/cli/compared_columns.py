"""What a plan says of the tables that its mappings write to, as they were last read."""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from reconciler.cli.context import counted
from reconciler.runs.moments import ago

if TYPE_CHECKING:
    from reconciler.cli.context import Context
    from reconciler.engine.compared import Compared
    from reconciler.plans.plan import Plan, Unusable
    from reconciler.specs.collection import Specs


def comparisons(context: "Context", specs: "Specs", plan: "Plan | Unusable") -> "list[Compared]":
    """Every mapping of a plan whose table can be read, held against what is known of it; nothing of broken specs."""
    from reconciler.engine.compared import compared
    from reconciler.plans.compile import local_day
    from reconciler.plans.plan import Unusable

    organization = specs.organizations.get(plan.organization)
    if isinstance(plan, Unusable) or organization is None:
        return []
    day = local_day(organization, context.world.clock.now())
    assert day is not None, "the zone was checked"
    return list(compared(context.world.columns, organization, specs.catalog, day))


def lines(organization: str, found: "Compared", now: datetime) -> Iterator[tuple[str, str]]:
    """Text and style: first one line about what was compared, then each remark at its place."""
    again = f"reconciler credentials test {organization} {found.integration} reads it"
    snapshot = found.snapshot
    if snapshot.read_at is None:
        why = f"could not be read ({snapshot.problem})" if snapshot.problem else "was never read"
        yield f"{found.mapping}: the table of {found.integration} {why}, and nothing is compared; {again}", "dim"
        return
    since = f"; it could not be read since ({snapshot.problem}): {again} anew" if snapshot.problem else ""
    fields = counted(found.fields, "field")
    said = f"{fields} held against the table of {found.integration}, read {ago(snapshot.read_at, now)}"
    differ = f"{counted(len(found.remarks), 'remark')}" if found.remarks else "nothing differs"
    yield f"{found.mapping}: {said}: {differ}{since}", "dim"
    for each in found.remarks:
        hint = f" ({each.hint})" if each.hint else ""
        yield f"{each.origin}: warning: {each.message}{hint}", "yellow"


def data(found: "Compared") -> dict[str, Any]:
    """The JSON twin."""
    read_at = found.snapshot.read_at
    return {
        "integration": found.integration,
        "mapping": found.mapping,
        "document": found.document,
        "read_at": read_at.isoformat() if read_at else None,
        "problem": found.snapshot.problem,
        "remarks": [{"origin": str(each.origin), "message": each.message, "hint": each.hint} for each in found.remarks],
    }
