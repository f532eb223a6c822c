"""The JSON twins of status and why: the same facts under stable keys, instants in ISO 8601, amounts as text."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from reconciler.engine.states import State
    from reconciler.runs.allowance import Usage
    from reconciler.runs.views import ExportRow


def status_data(state: "State") -> dict[str, Any]:
    """One integration: keys are only ever added."""
    view, run = state.view, state.view.last_run
    return {
        "organization": view.organization,
        "integration": view.name,
        "type": view.type,
        "environment": view.environment,
        "mode": view.mode,
        "revision": view.revision,
        "health": {"colour": state.health.colour, "reason": state.health.reason},
        "problem": problem(state),
        "last_run": None
        if run is None
        else {
            "state": run.state,
            "trigger": run.trigger,
            "started_at": run.started_at.isoformat(),
            "ended_at": run.ended_at.isoformat() if run.ended_at else None,
            "problem": run.problem,
            "counts": run.counts,
        },
        "last_success": view.last_success.isoformat() if view.last_success else None,
        "next_run": state.next_run.local.isoformat() if state.next_run else None,
        "backlog": {"documents": state.waiting, "amount": str(state.amount), "withheld": view.withheld},
        "ledger": [
            {"category": each.category, "state": each.state, "documents": each.documents, "amount": str(each.amount)}
            for each in view.ledger
        ],
        "credential": None
        if view.credential is None
        else {
            "name": view.credential.name,
            "state": view.credential.state,
            "hint": view.credential.hint,
            "tested_at": view.credential.tested_at.isoformat() if view.credential.tested_at else None,
        },
        "allowance": usage_data(state.usage) if state.usage else None,
        "suspended": [each.data() for each in state.still],
        "needing_somebody": view.needing,
        "records": [record_data(each) for each in view.troubled],
        "differing": view.differing,
        "differences": [
            {**each.difference.data(), "target": each.target, "seen_at": each.at.isoformat()}
            for each in view.differences
        ],
    }


def problem(state: "State") -> str:
    """Why it cannot be read, and what to do; empty where it can."""
    return f"{state.problem} ({state.hint})" if state.problem else ""


def usage_data(usage: "Usage") -> dict[str, Any]:
    """Requests of this month, what a month allows, and what is in the way now."""
    return {
        "reads": usage.reads,
        "writes": usage.writes,
        "quota": usage.quota,
        "reserve": usage.reserve,
        "renews": usage.renews.isoformat(),
        "closed_until": usage.closed_until.isoformat() if usage.closed_until else None,
        "closed_reason": usage.closed_reason,
        "breakers": {
            operation: {"until": until.isoformat(), "reason": reason}
            for operation, (until, reason) in usage.shut.items()
        },
    }


def record_data(row: "ExportRow") -> dict[str, Any]:
    """One row of the ledger, as it stands in every JSON answer."""
    return {
        "category": row.category,
        "record": row.record_id,
        "state": row.state,
        "target": row.target,
        "number": row.number,
        "reference": row.reference,
        "message": row.message,
        "code": row.code,
        "field": row.field,
        "origin": row.origin,
        "changed_at": row.changed_at.isoformat(),
        "removed": row.removed or None,
        "removed_at": row.removed_at.isoformat() if row.removed_at else None,
    }
