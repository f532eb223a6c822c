"""What has been answered so far, as a draft keeps it, and which steps there are. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from reconciler.plans.beginning import Told
from reconciler.portal.fields import STORABLE
from reconciler.portal.proposing.editors.schedule_form import ScheduleForm
from reconciler.runs.draft import Draft

Step = Literal[
    "place", "credentials", "data", "mapping", "schedule", "report", "columns", "activities", "count", "summary"
]
Short = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500, pattern=STORABLE)]
FROM, VALUE = "from:", "value:"


@dataclass(frozen=True, slots=True)
class Steps:
    """The steps of what is set up, in their order. `kind` is what drafts of it are called, `path` where its steps are,
    below the organisation.
    """

    kind: str
    path: str
    order: tuple[Step, ...]

    def after(self, step: Step) -> Step:
        """The next one; the last has none but itself."""
        return self.order[min(self.order.index(step) + 1, len(self.order) - 1)]

    def before(self, step: Step) -> Step | None:
        """The one before; None for the first."""
        at = self.order.index(step)
        return self.order[at - 1] if at else None


LINK = Steps("wizard", "/new", ("place", "credentials", "data", "mapping", "schedule", "summary"))
REPORT = Steps("wizard-report", "/new/report", ("report", "columns", "activities", "count", "summary"))
WIZARDS: Mapping[str, Steps] = {each.kind: each for each in (LINK, REPORT)}


class Answered(BaseModel):
    """What is kept of everything that is set up in steps. What is empty was not answered yet."""

    model_config = ConfigDict(extra="ignore")

    name: Short = ""
    said: list[Step] = Field(default_factory=list)
    """The steps whose form was sent: what is missing there is missing, and not only unsaid."""
    made: dict[str, str] = Field(default_factory=dict)
    """Digests of the files as they were composed, by path: what differs by now was changed by hand."""

    def saying(self, **what: Any) -> Self:
        """The same with other answers."""
        return self.model_copy(update=what)


class Export(BaseModel):
    """A category that shall leave. `sources` say what nobody guesses: `from:FIELD` or `value:TEXT`, by `line/field`."""

    category: Short
    since: Short = ""
    document: Short = ""
    sources: dict[str, str] = Field(default_factory=dict)


class Answers(Answered):
    """Everything of a link but the credential."""

    at: Step = "place"
    """The step to go on with."""
    type: Short
    environment: Short = ""
    settings: dict[str, Short] = Field(default_factory=dict)
    mode: Literal["send", "observe"] = "send"
    exports: list[Export] = Field(default_factory=list)
    schedule: ScheduleForm | None = None

    def export(self, category: str) -> Export | None:
        """What is said of a category; None where it stays."""
        return next((each for each in self.exports if each.category == category), None)


def answers_of(draft: Draft) -> Answers:
    """What a draft of the wizard keeps."""
    return Answers.model_validate(draft.answers)


def resume_of(draft: Draft) -> str:
    """The page, below the organisation, to go on with; empty where the draft is none of the wizard's."""
    steps = WIZARDS.get(draft.kind)
    if steps is None or draft.state != "open":
        return ""
    at = draft.answers.get("at")
    return f"{steps.path}/{draft.id}/{at if at in steps.order else steps.order[0]}"


def told(export: Export, rules: Mapping[str, Mapping[str, Any]]) -> Told:
    """The rules that somebody chose, by line and target field; `rules` are those of the record's fields."""
    found: dict[tuple[str, str], Mapping[str, Any]] = {}
    for place, source in export.sources.items():
        line, _, to = place.partition("/")
        if source.startswith(FROM) and source.removeprefix(FROM) in rules:
            found[line, to] = rules[source.removeprefix(FROM)]
        elif source.startswith(VALUE) and source != VALUE:
            found[line, to] = {"value": source.removeprefix(VALUE)}
    return found
