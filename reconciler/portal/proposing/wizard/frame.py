"""What every step of the wizard shows around its own: what is set up, the steps, and what is wrong."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field

from reconciler.portal.fields import English
from reconciler.portal.proposing.wizard.begun import D, Way
from reconciler.portal.proposing.wizard.desk import Desk
from reconciler.portal.proposing.wizard.ready import WAY
from reconciler.portal.proposing.wizard.said import Step
from reconciler.specs.diagnostic import Diagnostic

MOST = 30
Environment = Literal["", "simulator", "sandbox", "production"]


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
    title: str = Field(description="What the type, or the set of rules, is called.")
    type: str = Field(description="The type of a link; the rules of a report.")
    name: str = Field(description="What it is called; empty where it has no name yet.")
    environment: Environment
    steps: list[StepRow]
    next: Step
    before: Step | None


@dataclass(frozen=True, slots=True)
class Head:
    """What stands above each step of one sort of thing."""

    title: str
    type: str
    environment: Environment = ""


class Wrong(BaseModel):
    """A finding, in English, at its place."""

    severity: str
    file: str
    line: int
    message: English
    hint: English


def frame(desk: Desk, here: Step) -> Frame:
    """Around one step of a new link."""
    known = desk.kind.environments.keys() & {desk.answers.environment}
    head = Head(desk.kind.label.said(desk.visit.language), desk.answers.type, next(iter(known), ""))
    return framed(WAY, desk, here, head)


def framed(way: Way[D], desk: D, here: Step, head: Head) -> Frame:
    """Around one step of whatever is set up."""
    found, steps = way.done(desk), way.steps
    return Frame(
        draft=desk.draft.id,
        version=desk.draft.version,
        path=f"{steps.path}/{desk.draft.id}",
        title=head.title,
        type=head.type,
        name=desk.answers.name,
        environment=head.environment,
        steps=[StepRow(step=each, done=found[each], here=each == here) for each in steps.order],
        next=steps.after(here),
        before=steps.before(here),
    )


def told(found: list[Diagnostic]) -> list[Wrong]:
    """Findings as they are shown."""
    return [
        Wrong(
            severity=each.severity, file=each.origin.file, line=each.origin.line, message=each.message, hint=each.hint
        )
        for each in found[:MOST]
    ]
