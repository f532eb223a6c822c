"""What every step of the wizard shows around its own: which link it is, the steps, and what is wrong."""

from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field

from reconciler.portal.fields import English
from reconciler.portal.proposing.wizard.desk import Desk
from reconciler.portal.proposing.wizard.ready import done
from reconciler.portal.proposing.wizard.said import STEPS, Step
from reconciler.specs.diagnostic import Diagnostic

MOST = 30


class StepRow(BaseModel):
    """A step, and whether it is done."""

    step: Step
    done: bool
    here: bool


class Frame(BaseModel):
    """Around each step. `path` is where the steps are, below the organisation."""

    draft: UUID
    version: int
    path: str
    title: str = Field(description="What the type is called.")
    type: str
    name: str = Field(description="The new link's; empty where it has none yet.")
    environment: Literal["", "simulator", "sandbox", "production"]
    steps: list[StepRow]
    next: Step
    before: Step | None


class Wrong(BaseModel):
    """A finding, in English, at its place."""

    severity: str
    file: str
    line: int
    message: English
    hint: English


def frame(desk: Desk, here: Step) -> Frame:
    """Around one step."""
    found, at = done(desk), STEPS.index(here)
    known = desk.kind.environments.keys() & {desk.answers.environment}
    return Frame(
        draft=desk.draft.id,
        version=desk.draft.version,
        path=f"/new/{desk.draft.id}",
        title=desk.kind.label.said(desk.visit.language),
        type=desk.answers.type,
        name=desk.answers.name,
        environment=next(iter(known), ""),
        steps=[StepRow(step=each, done=found[each], here=each == here) for each in STEPS],
        next=STEPS[min(at + 1, len(STEPS) - 1)],
        before=STEPS[at - 1] if at else None,
    )


def told(found: list[Diagnostic]) -> list[Wrong]:
    """Findings as they are shown."""
    return [
        Wrong(
            severity=each.severity, file=each.origin.file, line=each.origin.line, message=each.message, hint=each.hint
        )
        for each in found[:MOST]
    ]
