"""The envelope of every document, and the kinds by name: which model, and where it may stand."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

from reconciler.specs.diagnostic import Diagnostic, Severity
from reconciler.specs.models.approval import Approval
from reconciler.specs.models.approval_policy import ApprovalPolicy
from reconciler.specs.models.category import DataCategory
from reconciler.specs.models.exclusion import Exclusion
from reconciler.specs.models.features import FeatureCatalog
from reconciler.specs.models.integration import Integration
from reconciler.specs.models.integration_type import IntegrationType
from reconciler.specs.models.mapping import FieldMapping
from reconciler.specs.models.organization import Organization
from reconciler.specs.models.reference import ReferenceTable
from reconciler.specs.models.report import Report
from reconciler.specs.models.report_rules import ReportRules
from reconciler.specs.models.schedule import SyncSchedule
from reconciler.specs.models.shared import Metadata, Model
from reconciler.specs.origin import Origin, Origins

API_VERSION = "reconciler/v1"

SpecT = TypeVar("SpecT", bound=Model, covariant=True)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of document: its model, the folder it belongs in, and one sentence on what it is for."""

    model: type[Model]
    place: Literal["orgs", "specs"]
    purpose: str


KINDS: Mapping[str, Kind] = {
    "Organization": Kind(Organization, "orgs", "Who the organisation is: id in the app, zone, language, people."),
    "Integration": Kind(Integration, "orgs", "Which outside system, where, with which credentials, what it exports."),
    "FieldMapping": Kind(FieldMapping, "orgs", "How one category of records becomes documents there."),
    "SyncSchedule": Kind(SyncSchedule, "orgs", "When an integration's records are sent."),
    "Exclusion": Kind(Exclusion, "orgs", "Records, fields and app features withheld, each with a reason."),
    "Report": Kind(Report, "orgs", "What is reported every year, by which rules, and until when."),
    "Approval": Kind(Approval, "orgs", "A dated, expiring yes to what a guard would refuse."),
    "IntegrationType": Kind(IntegrationType, "specs", "An outside system, declared."),
    "DataCategory": Kind(DataCategory, "specs", "The app's records of one sort."),
    "FeatureCatalog": Kind(FeatureCatalog, "specs", "The app's features that a portal may own instead."),
    "ReferenceTable": Kind(ReferenceTable, "specs", "Dated values, such as mileage rates."),
    "ReportRules": Kind(ReportRules, "specs", "What a report counts, in dated versions; its figures and sheets."),
    "ApprovalPolicy": Kind(ApprovalPolicy, "specs", "Who may approve a change to which field."),
}


@dataclass(frozen=True, slots=True)
class Document(Generic[SpecT]):
    """One document: identity (`organization`, `kind`, `name`), the typed spec, and where each value was written.

    `organization` is None for what all share.
    """

    kind: str
    organization: str | None
    metadata: Metadata
    spec: SpecT
    origins: Origins

    @property
    def name(self) -> str:
        return self.metadata.name

    def at(self, *path: str | int) -> Origin:
        """The origin of a value of the spec."""
        return self.origins.at(("spec", *path))

    def diagnostic(
        self, identifier: str, path: tuple[str | int, ...], message: str, hint: str = "", severity: Severity = "error"
    ) -> Diagnostic:
        """A finding about the value at `path` of the spec."""
        return Diagnostic(identifier, self.at(*path), message, hint, severity, self.organization)
