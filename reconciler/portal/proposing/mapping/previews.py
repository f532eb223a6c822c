"""What a draft's mapping makes of records: of samples, which are invented and shown as they are, and of the first real
ones that wait, without their personal data.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, Field

from reconciler.errors import Blocked, UsageError
from reconciler.mappings.check import SAMPLE_EXPORT
from reconciler.mappings.document import CompiledMapping, Rendered, RenderedLine
from reconciler.mappings.lineage import Lineage
from reconciler.mappings.masking import MASK, NOTHING, Mask, mask_of
from reconciler.mappings.refusal import Refusal
from reconciler.mappings.values import Record, Value, empty, read_record, written
from reconciler.portal.fields import English
from reconciler.runs.moments import local
from reconciler.specs.languages import Language
from reconciler.specs.origin import Path
from reconciler.specs.yaml import Tree

if TYPE_CHECKING:
    from reconciler.wiring.reading import Reading

MOST, MOST_REAL = 5, 2


class PreviewField(BaseModel):
    """A field of a line as it is sent."""

    name: str
    label: str
    value: str


class PreviewLine(BaseModel):
    """One line of the document."""

    name: str
    fields: list[PreviewField]


class Preview(BaseModel):
    """One record and its document, or why it becomes none."""

    number: int = Field(description="Its place among the samples, or among the real ones, from 1.")
    real: bool = Field(description="Whether it waits in the app: then personal data is hidden.")
    record: list[tuple[str, str]] = Field(description="The record's own values, by label.")
    lines: list[PreviewLine]
    refused: English = Field(description="Why no document is made, in English; empty where one is.")
    at: list[str | int] = Field(description="The path of the rule that refuses.")
    field: str = Field(description="The target field that it is about.")
    warnings: list[English]


def previews(compiled: CompiledMapping, language: Language) -> list[Preview]:
    """The first samples as documents."""
    category = compiled.scope.category
    shown = _Shown(compiled, language, NOTHING, _lineage(compiled))
    records = [read_record(category, each) for each in category.samples[:MOST]]
    return [shown.preview(number, each) for number, each in enumerate(records, 1)]


def real_previews(
    compiled: CompiledMapping, language: Language, reading: "Reading", organization: str
) -> list[Preview]:
    """The first records that wait for an applied integration, as the draft would send them; none where it is not
    applied, or exports nothing of the category. Raises DatabaseDown where the app's records cannot be read.
    """
    mapping = compiled.scope.mapping
    try:
        pinned = reading.pinned(organization, mapping.integration)
    except (UsageError, Blocked):
        return []
    export = next((each for each in pinned.exports if each.stream.category == mapping.category), None)
    if export is None:
        return []
    # By both: a draft may be begun on a commit that knew less of what is personal than what is applied.
    classes = {**mask_of(compiled.scope.category).classes, **mask_of(export.category).classes}
    shown = _Shown(compiled, language, Mask(classes), _lineage(compiled))
    waiting = reading.records.waiting(export.stream, export.selection, export.category, reading.now, MOST_REAL)
    return [shown.preview(number, record) for number, (_, record) in enumerate(waiting, 1)]


@dataclass(frozen=True, slots=True)
class _Shown:
    """How records are shown: in a language, without what is hidden."""

    compiled: CompiledMapping
    language: Language
    mask: Mask
    lineage: Lineage

    def preview(self, number: int, own: Record) -> Preview:
        made = self.compiled.render({**own, **SAMPLE_EXPORT})
        refused = made if isinstance(made, Refusal) else None
        return Preview(
            number=number,
            real=self.mask is not NOTHING,
            record=list(self._record(own)),
            lines=[] if isinstance(made, Refusal) else self._lines(made),
            refused=self._said(refused.message, refused.path, own) if refused else "",
            at=list(refused.path) if refused else [],
            field=refused.field if refused else "",
            warnings=[] if isinstance(made, Refusal) else [self._said(each, (), own) for each in made.warnings],
        )

    def _record(self, record: Record) -> Iterator[tuple[str, str]]:
        for name, field in self.compiled.scope.category.fields.items():
            value = record.get(name)
            if value is not None and not empty(value) and field.type != "uuid":
                yield field.label.said(self.language), MASK if self.mask.hides(name) else self._written(value)

    def _written(self, value: Value) -> str:
        if isinstance(value, datetime):
            return local(value, self.compiled.scope.zone.key, self.language)
        return written(value)

    def _lines(self, made: Rendered) -> list[PreviewLine]:
        return [
            PreviewLine(name=line.name, fields=[self._field(line, name) for name in line.fields]) for line in made.lines
        ]

    def _field(self, line: RenderedLine, name: str) -> PreviewField:
        scope = self.compiled.scope
        hidden = self.mask.hides(*self.lineage.reach(line.name, name))
        label = scope.document.fields[name].label.said(self.language)
        return PreviewField(name=name, label=label, value=MASK if hidden else str(line.fields[name]))

    def _said(self, message: str, path: Path, record: Record) -> str:
        """A message without the personal data of the fields that its rule reads."""
        behind = {name: record.get(name) for name in self.lineage.behind(path)}
        return self.mask.sentence(message, behind, self.lineage.names)


def _lineage(compiled: CompiledMapping) -> Lineage:
    return Lineage(compiled.scope.mapping, compiled.scope.document)


def test_of(compiled: CompiledMapping, number: int) -> dict[str, Tree] | None:
    """A test that holds what becomes of a sample today; None where there is no such sample.

    It says only in what the sample is unlike the first one, over which a test's record is laid.
    """
    samples = compiled.scope.category.samples
    if not 1 <= number <= min(MOST, len(samples)):
        return None
    first, own = samples[0], samples[number - 1]
    names = [*own, *(name for name in first if name not in own)]
    given = {name: _said(own.get(name)) for name in names if own.get(name) != first.get(name)}
    made = compiled.render({**read_record(compiled.scope.category, own), **SAMPLE_EXPORT})
    if isinstance(made, Refusal):
        return {"given": given, "refused": made.message}
    expect: dict[str, Tree] = {
        line.name: {name: written(value) for name, value in line.fields.items() if _known(value)} for line in made.lines
    }
    missing = [line.name for line in compiled.scope.mapping.lines if line.name not in expect]
    return {"given": given, "expect": {**expect, **dict.fromkeys(missing, "absent")}}


def _said(value: Any) -> Tree:
    return None if value is None else str(value)


def _known(value: Any) -> bool:
    """What the ledger reserves is another one each time."""
    return str(value) not in {str(each) for each in SAMPLE_EXPORT.values()}
