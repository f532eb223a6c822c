"""What one visit of a new link works on: a draft, what was answered, and everything as the draft would have it."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from reconciler.errors import Blocked
from reconciler.portal.proposing.checking import Checked
from reconciler.portal.proposing.editing import Editing
from reconciler.portal.proposing.wizard.begun import draft_of
from reconciler.portal.proposing.wizard.said import LINK, Answers, answers_of
from reconciler.portal.visiting import Visit
from reconciler.runs.draft import Draft
from reconciler.specs.models.category import DataCategory
from reconciler.specs.models.integration import Integration
from reconciler.specs.models.integration_type import IntegrationType
from reconciler.specs.sentences import say


@dataclass(frozen=True, slots=True)
class Desk:
    """`found` is everything of the organisation as the draft would have it."""

    editing: Editing
    draft: Draft
    answers: Answers
    found: Checked

    @property
    def visit(self) -> Visit:
        return self.editing.visit

    @property
    def organization(self) -> str:
        return self.visit.organization.name

    @property
    def kind(self) -> IntegrationType:
        """The type. Raises Blocked where the configuration has it no more."""
        found = self.found.specs.catalog.types.get(self.answers.type)
        if found is None:
            raise Blocked(
                say("there is no integration type '{type}'", type=self.answers.type), "begin with another one"
            )
        return found.spec

    @property
    def categories(self) -> Mapping[str, DataCategory]:
        """What may leave, by name."""
        found = sorted(self.found.specs.catalog.categories.items())
        return {name: each.spec for name, each in found if not each.spec.report_only}

    def path(self, kind: str, name: str) -> str:
        """Where a document of the draft is put."""
        return f"orgs/{self.organization}/{kind}/{name}.yaml"

    @property
    def file(self) -> str:
        return self.path("integrations", self.answers.name)

    def others(self) -> Mapping[str, Integration]:
        """The organisation's other integrations."""
        own = self.found.own.of(Integration)
        return {name: each.spec for name, each in own.items() if each.origins.file not in self.answers.made}


def opened(visit: Visit, draft: UUID, *, own: bool = True) -> Desk:
    """A draft of a new link. Raises NotThere, Blocked; `own` says that it has to be the visitor's."""
    return desk_of(*draft_of(LINK, visit, draft, own=own))


def desk_of(editing: Editing, draft: Draft) -> Desk:
    """The same for a draft at hand."""
    return Desk(editing, draft, answers_of(draft), editing.checked(draft))
