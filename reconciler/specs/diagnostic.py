"""What is wrong with a spec, where, and what to do about it. The ids are stable: people search for them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from reconciler.specs.origin import Origin
from reconciler.specs.sentences import say

Severity = Literal["error", "warning", "info"]

CATALOG: dict[str, str] = {
    "yaml-syntax": "The file is not valid YAML.",
    "yaml-not-utf8": "The file is not UTF-8 text.",
    "yaml-anchor": "Anchors, aliases and merge keys are not part of the language: every value stands where it is used.",
    "yaml-tag": "Tags such as !!int or !custom are not part of the language.",
    "yaml-documents": "A file holds exactly one document.",
    "yaml-key": "A key is plain text.",
    "duplicate-key": "A key stands twice in the same mapping.",
    "too-many-findings": "One file has more wrong than is worth listing at once.",
    "unknown-key": "The kind has no such key.",
    "missing-key": "A required key is missing.",
    "wrong-type": "The value is not of the type that the schema names.",
    "invalid-value": "The value has the right type, but breaks a rule of its field.",
    "unknown-kind": "No such kind.",
    "wrong-api-version": "This program reads apiVersion reconciler/v1.",
    "wrong-place": "This kind does not belong in this folder.",
    "duplicate-document": "Two documents have the same organisation, kind and name.",
    "organization-missing": "An organisation's folder holds no Organization document.",
    "organization-folder": "The folder and the Organization document inside it have different names.",
    "organization-id-taken": "Two organisations claim the same id in the app.",
    "unknown-reference": "A name refers to a document, field or value that does not exist.",
    "plaintext-secret": "A value looks like a credential. Specs hold names of credentials, never values.",
    "not-a-secret": "A value looks like a credential, and the document says why it is none.",
    "mark-unused": "A mark says that something is no secret, and silences nothing.",
    "personal-identifier": "A value looks like a national identity number, e-mail address or telephone number.",
    "condition-type": "A condition asks a field for something that its type cannot answer.",
    "selection-empty": "Conditions or an exclusion can match no record.",
    "exclusion-ended": "The last day of an exclusion has passed.",
    "settings-invalid": "The settings do not fit what the integration type asks for.",
    "environment-unknown": "The integration type has no such environment.",
    "mapping-missing": "An export has no mapping for its category.",
    "mapping-duplicate": "Two mappings serve the same integration and category.",
    "mapping-unknown-target": "The document has no such target field.",
    "mapping-target-twice": "Two rules write the same target field.",
    "mapping-required": "A required target field is not mapped.",
    "mapping-type": "A transform cannot take or give a value of this type.",
    "mapping-cycle": "Lines refer to each other in a circle.",
    "mapping-sensitive": "A sensitive field leaves without a written reason.",
    "mapping-nullable": "A field may be empty, the target requires a value, and no default is given.",
    "mapping-test-failed": "A test inside the mapping gives another result.",
    "lookup-value": "A lookup has no entry for a value that is sure to come.",
    "lookup-unused": "A lookup is there, and no rule uses it.",
    "cron-invalid": "The cron expression cannot be read.",
    "cron-never": "The schedule never fires within 400 days.",
    "cron-warning": "The schedule is valid, but does something that people rarely mean.",
    "zone-unknown": "No such time zone.",
    "schedule-duplicate": "An integration has two schedules.",
    "schedule-floor": "A schedule runs more often than the integration type allows.",
    "quota-forecast": "The schedules alone use up the requests that the outside system allows in a month.",
    "freeze-long": "A window stops changes of the configuration for a long time, mending included.",
    "retention-longer": "An organisation keeps the content of documents longer than the category allows.",
    "export-twice": "Two integrations export one category to the same target.",
    "endpoint-insecure": "An address is not https.",
    "endpoint-not-allowed": "An address is of a host that the installation does not allow.",
    "report-only": "An integration exports a category that is counted in reports only.",
    "report-column": "A value of a report cannot come from the field that is named.",
    "report-twice": "Two reports of one organisation follow the same rules.",
    "approval-policy-twice": "There are two approval policies, and only one can rule.",
    "approval-field": "An approval rule is about a field that its kind does not have.",
    "approvers-missing": "An approval rule asks for more people than the organisation has.",
    "override-builtin": "A document of the built-in catalogue is replaced without saying so.",
}
"""Every diagnostic id with its meaning; docs/reference/diagnostics.md is made from it."""


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding: `id` from the catalogue, the place, what is wrong in the user's words, and the next step."""

    id: str
    origin: Origin
    message: str
    hint: str = ""
    severity: Severity = "error"
    organization: str | None = field(default=None)

    def __post_init__(self) -> None:
        assert self.id in CATALOG, self.id

    def __str__(self) -> str:
        hint = say(" ({hint})", hint=self.hint) if self.hint else ""
        form = "{origin}: {severity}: {message}{hint} [{id}]"
        where = str(self.origin)
        return say(form, origin=where, severity=self.severity, message=self.message, hint=hint, id=self.id)


def errors(found: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """The findings that make a spec unusable, in the order of the files."""
    return tuple(sorted((item for item in found if item.severity == "error"), key=lambda item: item.origin))
