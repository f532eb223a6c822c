"""What one visit of a new report works on: a draft, what was answered, and everything as the draft would have it."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from reconciler.errors import Blocked
from reconciler.portal.proposing.checking import Checked
from reconciler.portal.proposing.editing import FOLDERS, Editing
from reconciler.portal.proposing.wizard.begun import draft_of
from reconciler.portal.proposing.wizard.report.said import ReportAnswers
from reconciler.portal.proposing.wizard.said import REPORT
from reconciler.portal.visiting import Visit
from reconciler.reports.suggest import Column, categories, suggested
from reconciler.runs.draft import Draft
from reconciler.specs.collection import Catalog
from reconciler.specs.documents import Document
from reconciler.specs.models.category import DataCategory
from reconciler.specs.models.report import COLUMNS, Report, Source
from reconciler.specs.models.report_rules import ReportRules
from reconciler.specs.sentences import say


@dataclass(frozen=True, slots=True)
class ReportDesk:
    """`found` is everything of the organisation as the draft would have it, `likely` are suggested categories."""

    editing: Editing
    draft: Draft
    answers: ReportAnswers
    found: Checked
    likely: Mapping[Source, str]

    @property
    def visit(self) -> Visit:
        return self.editing.visit

    @property
    def catalog(self) -> Catalog:
        return self.found.specs.catalog

    @property
    def rules(self) -> ReportRules:
        """Raises Blocked where the configuration has them no more."""
        found = self.catalog.of(ReportRules).get(self.answers.rules)
        if found is None:
            raise Blocked(say("there are no report rules '{rules}'", rules=self.answers.rules), "begin with others")
        return found.spec

    @property
    def kinds(self) -> Mapping[str, str]:
        """The kinds of activity that every version of the rules knows, as the latest calls them."""
        versions = self.rules.versions
        every = set.intersection(*(set(each.kinds) for each in versions))
        return {key: each.label for key, each in versions[-1].kinds.items() if key in every}

    @property
    def people(self) -> list[str]:
        """Who may be reminded."""
        own = self.found.own.organization
        return [each.account for each in own.spec.people] if own is not None else []

    @property
    def file(self) -> str:
        """Where the report is put."""
        return f"orgs/{self.visit.organization.name}/{FOLDERS['Report']}/{self.answers.name}.yaml"

    def others(self) -> Mapping[str, Document[Report]]:
        """The organisation's other reports."""
        own = self.found.own.of(Report)
        return {name: each for name, each in own.items() if each.origins.file not in self.answers.made}

    def categories(self) -> Mapping[Source, str]:
        """The data category of each source. Raises Blocked where nothing is there that could be counted."""
        found = {**self.likely, **self.answers.categories}
        for source in COLUMNS:
            if found.get(source) not in self.catalog.categories:
                raise Blocked(say("no data category holds {source}", source=source), "ask whoever keeps the platform")
        return {source: found[source] for source in COLUMNS}

    def category(self, source: Source) -> DataCategory:
        """The category that is counted."""
        return self.catalog.categories[self.categories()[source]].spec

    def columns(self) -> Mapping[Source, Mapping[str, Column | None]]:
        """Where each value comes from: as somebody said, else as suggested; None where nobody knows."""
        return {source: self._columns(source) for source in COLUMNS}

    def _columns(self, source: Source) -> Mapping[str, Column | None]:
        said = self.answers.columns
        guessed = suggested(source, self.category(source))
        return {name: said.get(f"{source}/{name}", each) or None for name, each in guessed.items()}


def opened(visit: Visit, draft: UUID) -> ReportDesk:
    """A draft of a new report, of the visitor's own. Raises NotThere, Blocked."""
    return desk_of(*draft_of(REPORT, visit, draft))


def desk_of(editing: Editing, draft: Draft) -> ReportDesk:
    """The same for a draft at hand."""
    found = editing.checked(draft)
    counted = {name: each.spec for name, each in found.specs.catalog.categories.items() if each.spec.report_only}
    return ReportDesk(editing, draft, ReportAnswers.model_validate(draft.answers), found, categories(counted))
