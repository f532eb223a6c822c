"""Where a document's fields come from: the record's fields behind each, for the eye of a reviewer and for masking."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from reconciler.mappings.fields import used_fields
from reconciler.specs.models.integration_type import DocumentType
from reconciler.specs.models.mapping import FieldMapping, FieldRule
from reconciler.specs.origin import Path


@dataclass(frozen=True, slots=True)
class Source:
    """What one target field of one line is made of. `lines` are other lines, whose amounts it takes."""

    fields: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    kind: Literal["rule", "constant", "ledger", "type"] = "rule"


class Lineage:
    """The sources of every field that a mapping writes."""

    def __init__(self, mapping: FieldMapping, document: DocumentType) -> None:
        self._mapping, self._document = mapping, document
        self._sources: dict[tuple[str, str], Source] = {}
        for line in mapping.lines:
            for rule in (*mapping.shared, *line.fields):
                self._sources[line.name, rule.to] = _source(mapping, rule)

    @property
    def names(self) -> frozenset[str]:
        """What messages may name without telling anything of a record: target fields, lines, lookups."""
        return frozenset([*self._document.fields, *self._mapping.lookups, *(line.name for line in self._mapping.lines)])

    def source(self, line: str, target: str) -> Source:
        """What `target` is made of in `line`; of kind `type` where the system's type fills it by itself."""
        named = self._document.fields[target].same_as or target
        return self._sources.get((line, named), Source(kind="type"))

    def writes(self, line: str, target: str) -> bool:
        """Whether a rule of the mapping writes `target` in `line`."""
        return (line, target) in self._sources

    def behind(self, path: Path) -> frozenset[str]:
        """The record's fields that the rule at `path` of the spec reads; of all rules where it leads to none."""
        match path:
            case ("shared", int(position), *_):
                rules = [self._mapping.shared[position]]
            case ("lines", int(line), "fields", int(position), *_):
                rules = [self._mapping.lines[line].fields[position]]
            case _:
                return used_fields(self._mapping)
        return used_fields(self._mapping.model_copy(update={"shared": rules, "lines": [], "running_total": None}))

    def reach(self, line: str, target: str) -> frozenset[str]:
        """All of the record's fields that can show in `target`, those behind other lines' amounts included."""
        found: set[str] = set()
        seen: set[str] = set()
        waiting = [self.source(line, target)]
        while waiting:
            source = waiting.pop()
            found |= set(source.fields)
            for name in set(source.lines) - seen:
                seen.add(name)
                waiting.append(self.source(name, self._document.balanced or target))
        return frozenset(found)


def _source(mapping: FieldMapping, rule: FieldRule) -> Source:
    alone = mapping.model_copy(update={"shared": [rule], "lines": [], "running_total": None})
    fields, lines = tuple(sorted(used_fields(alone))), tuple(sorted(set(_lines(rule.plain()))))
    if fields or lines:
        return Source(fields, lines)
    return Source(kind="constant" if rule.value is not None else "ledger")


def _lines(part: Any) -> Iterator[str]:
    """The names of other lines anywhere in a rule."""
    if isinstance(part, Mapping):
        if isinstance(name := part.get("line"), str):
            yield name
        part = list(part.values())
    if isinstance(part, list):
        for each in part:
            yield from _lines(each)
