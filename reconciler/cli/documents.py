"""Records and the documents that they become, as values: what of them is shown, and the JSON twin."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any

from reconciler.mappings.masking import MASK, NOTHING, Mask
from reconciler.runs.moments import local

if TYPE_CHECKING:
    from reconciler.cli.known_codes import Known
    from reconciler.mappings.document import CompiledMapping, Rendered, RenderedLine
    from reconciler.mappings.lineage import Lineage
    from reconciler.mappings.refusal import Refusal
    from reconciler.mappings.values import Record, Value
    from reconciler.runs.report import Notice
    from reconciler.specs.models.integration_type import TargetField

RESERVED = "(reserved when it is sent)"


@dataclass(frozen=True, slots=True)
class Shown:
    """One record and its document, or the refusal with the mapping line `origin`.

    `record` has typed values. `remarks` are what the export's conditions say of a sample.
    """

    record_id: str
    made: "Rendered | Refusal"
    record: "Record"
    origin: str = ""
    remarks: tuple[str, ...] = ()
    notices: "tuple[Notice, ...]" = ()

    @property
    def refusal(self) -> str:
        """The message of a refusal; empty where there is a document."""
        from reconciler.mappings.refusal import Refusal

        return self.made.message if isinstance(self.made, Refusal) else ""

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the mapping remarks on a document that it makes."""
        return tuple(each.message for each in self.notices)

    @property
    def currency(self) -> str:
        """Of the record's money."""
        return str(self.record.get("currency") or "NOK")


@dataclass(frozen=True)
class Part:
    """One category. `withheld` is by reason; `refused` and `warned` by message, among the first of those waiting.

    These and `waiting` and `amount` are None for samples: a sample waits for nothing.
    """

    category: str
    label: str
    mapping: "CompiledMapping"
    target: str
    shown: tuple[Shown, ...]
    mask: Mask = NOTHING
    waiting: int | None = None
    amount: Decimal | None = None
    withheld: Mapping[str, int] | None = None
    refused: Mapping[str, int] | None = None
    warned: Mapping[str, int] = field(default_factory=dict)
    known: "tuple[Known, ...]" = ()
    """The outside system's lists behind the documents, as they were last read."""

    @property
    def fields(self) -> "Mapping[str, TargetField]":
        """What the outside system calls its fields."""
        return self.mapping.scope.document.fields

    @cached_property
    def lineage(self) -> "Lineage":
        """Where each target field comes from."""
        from reconciler.mappings.lineage import Lineage

        return Lineage(self.mapping.scope.mapping, self.mapping.scope.document)

    def without_personal(self, message: str, shown: Shown) -> str:
        """A message about a record, without the personal data of the fields that its rule reads."""
        from reconciler.mappings.refusal import Refusal

        path = shown.made.path if isinstance(shown.made, Refusal) else ()
        read = {name: shown.record.get(name) for name in self.lineage.behind(path)}
        return self.mask.sentence(message, read, self.lineage.names)


def app_value(part: Part, shown: Shown, name: str) -> str:
    """A value of the app as people read it."""
    from reconciler.mappings.values import empty, written

    value: Value | None = shown.record.get(name)
    if value is None or empty(value):
        return "(empty)"
    if part.mask.hides(name):
        return MASK
    return local(value, part.mapping.scope.zone.key) if isinstance(value, datetime) else written(value)


def target_value(part: Part, shown: Shown, line: "RenderedLine", name: str) -> str:
    """A value of the document as it is sent, masked; what the ledger reserves as a placeholder."""
    from reconciler.mappings.check import SAMPLE_EXPORT

    if part.mask.hides(*part.lineage.reach(line.name, name)):
        return MASK
    text = str(line.fields[name])
    for reserved in SAMPLE_EXPORT.values():
        text = text.replace(str(reserved), RESERVED)
    return text


def part_data(part: Part) -> dict[str, Any]:
    """The JSON twin: keys are only ever added."""
    would_send = {"documents": part.waiting, "amount": str(part.amount)} if part.waiting is not None else None
    return {
        "category": part.category,
        "document": part.mapping.scope.mapping.document,
        "target": part.target,
        "would_send": would_send,
        "withheld": dict(part.withheld) if part.withheld is not None else None,
        "would_be_refused": dict(part.refused) if part.refused is not None else None,
        "warnings": dict(part.warned),
        "lists": [each.data() for each in part.known],
        "masked": sorted(part.mask.classes),
        "records": [_record(part, shown) for shown in part.shown],
    }


def _record(part: Part, shown: Shown) -> dict[str, Any]:
    from reconciler.mappings.refusal import Refusal

    made = shown.made
    found: dict[str, Any] = {"record": shown.record_id, "remarks": list(shown.remarks)}
    if isinstance(made, Refusal):
        refused = {"message": part.without_personal(made.message, shown), "field": made.field, "origin": shown.origin}
        return found | {"refused": refused, "warnings": [], "lines": []}
    return found | {
        "amount": None if made.amount is None else str(made.amount),
        "currency": shown.currency,
        "refused": None,
        "warnings": [{**each.data(), "message": part.without_personal(each.message, shown)} for each in shown.notices],
        "lines": [{"name": line.name, "fields": list(_fields(part, shown, line))} for line in made.lines],
    }


def _fields(part: Part, shown: Shown, line: "RenderedLine") -> Iterator[dict[str, Any]]:
    for name in line.fields:
        source = part.lineage.source(line.name, name)
        yield {
            "field": name,
            "label": part.fields[name].label.en,
            "value": target_value(part, shown, line, name),
            "source": source.kind,
            "from": {each: app_value(part, shown, each) for each in source.fields},
            "from_lines": list(source.lines),
        }
