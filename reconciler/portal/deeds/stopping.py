"""Stopping the runs of an integration, and letting them go on."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from pydantic import BaseModel, Field

from reconciler.portal.answers.asked import ready
from reconciler.portal.fields import Day, Reason
from reconciler.portal.twins import Done
from reconciler.portal.visiting import Name, Stops


class StopWanted(BaseModel):
    """Why, and until when."""

    reason: Reason = Field(description="Why, in at least ten characters, for whoever asks in a month.")
    last: Day = Field(None, description="The last local day on which nothing runs; until somebody resumes if left out.")


def suspend_runs(visit: Stops, integration: Name, wanted: StopWanted) -> Done:
    """Let no run of an integration begin. One that is under way goes on to its end."""
    from reconciler.engine.pause import suspend
    from reconciler.runs.suspension import Suspension

    pinned = ready(visit, integration)
    until = None
    if wanted.last is not None:
        until = datetime.combine(wanted.last + timedelta(days=1), time(), ZoneInfo(visit.zone))
    suspend(visit.parts.world(), pinned, Suspension("person", wanted.reason, visit.account, visit.now, until))
    return Done(said="stop.done", values={"integration": integration}, back=f"/integrations/{integration}")


def resume_runs(visit: Stops, integration: Name) -> Done:
    """End a suspension, and a pause after a credential was refused. Nothing is sent by this."""
    from reconciler.engine.pause import resume

    pinned = ready(visit, integration)
    ended = resume(visit.parts.world(), pinned)
    said = "stop.ended" if ended else "stop.was-not"
    return Done(said=said, values={"integration": integration}, back=f"/integrations/{integration}")
