"""A mapping becomes one function from a record to a document, or to the refusal that says why not."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from graphlib import CycleError, TopologicalSorter
from typing import TypeVar

from reconciler.mappings.conditions import Holds, compile_condition
from reconciler.mappings.refusal import CannotRenderError, ClashError, Refusal
from reconciler.mappings.rule import CompiledRule, Wire, compile_rule, wire
from reconciler.mappings.scope import Scope
from reconciler.mappings.values import Record, Value
from reconciler.specs.models.mapping import FieldRule, Line
from reconciler.specs.origin import Path

Compiled = TypeVar("Compiled")


@dataclass(frozen=True, slots=True)
class RenderedLine:
    """One line of a document: its name, and its fields by dotted target name."""

    name: str
    fields: Mapping[str, Wire]


@dataclass(frozen=True, slots=True)
class Rendered:
    """A document as it will be sent. `amount` is what its positive lines sum to; None where nothing is summed.

    `warnings` are sentences about what is right and yet worth a look; they stop nothing.
    """

    document: str
    lines: tuple[RenderedLine, ...]
    amount: Decimal | None
    warnings: tuple[str, ...] = ()

    def payload(self) -> dict[str, object]:
        """The JSON form that the ledger freezes."""
        lines = [{"name": line.name, "fields": dict(line.fields)} for line in self.lines]
        return {"document": self.document, "lines": lines}


@dataclass(frozen=True, slots=True)
class Finding:
    """A static clash and the path of its rule within the mapping's spec."""

    path: Path
    clash: ClashError


@dataclass(frozen=True, slots=True)
class _Line:
    name: str
    path: Path
    holds: Holds | None
    rules: tuple[CompiledRule, ...]
    needs: frozenset[str]


@dataclass(frozen=True, slots=True)
class CompiledMapping:
    """`render` makes a document of a record; `paths` leads from a target field back to the rules that write it."""

    scope: Scope
    lines: tuple[_Line, ...]

    def render(self, record: Record) -> Rendered | Refusal:
        """Single pass, in the order that lines need one another; the document keeps the order of the text."""
        amounts: dict[str, Decimal] = {}
        made: dict[str, RenderedLine] = {}
        for line in self.lines:
            amounts[line.name] = Decimal(0)
            if line.holds is None or line.holds(record, amounts):
                outcome = self._line(line, record, amounts)
                if isinstance(outcome, Refusal):
                    return outcome
                made[line.name] = outcome
        return self._document([made[line.name] for line in self.scope.mapping.lines if line.name in made], amounts)

    def rules_for(self, field: str) -> list[Path]:
        """The paths of the rules that write the target `field`."""
        return [rule.path for line in self.lines for rule in line.rules if rule.to == field]

    def _line(self, line: _Line, record: Record, amounts: dict[str, Decimal]) -> RenderedLine | Refusal:
        document = self.scope.document
        fields: dict[str, Wire] = {name: each.constant for name, each in document.fields.items() if each.constant}
        for rule in line.rules:
            try:
                value = rule.evaluate(record, amounts)
                if value is not None:
                    fields[rule.to] = self._write(rule, value)
            except CannotRenderError as error:
                return Refusal(str(error), rule.to, rule.path)
            except (ValueError, ArithmeticError):
                return Refusal(f"the value of '{rule.to}' cannot be calculated", rule.to, rule.path)
            if value is None and document.fields[rule.to].required:
                return Refusal(f"'{rule.to}' is required, and its source is empty", rule.to, rule.path)
            if rule.to == document.balanced and value is not None:
                amounts[line.name] = Decimal(str(fields[rule.to]))
        for name, field in document.fields.items():
            if field.same_as in fields:
                fields[name] = fields[field.same_as]
        return RenderedLine(line.name, fields)

    def _write(self, rule: CompiledRule, value: Value) -> Wire:
        return wire(value, self.scope.document.fields[rule.to], rule.typed.decimals)

    def _document(self, lines: list[RenderedLine], amounts: Mapping[str, Decimal]) -> Rendered | Refusal:
        document, mapping = self.scope.document, self.scope.mapping
        if not document.lines.min <= len(lines) <= document.lines.max:
            message = (
                f"the {mapping.document} has {len(lines)} lines; it takes {document.lines.min} to {document.lines.max}"
            )
            return Refusal(message, "", ("lines",))
        if document.balanced is None:
            return Rendered(mapping.document, tuple(lines), None)
        total = sum(amounts.values(), Decimal(0))
        if total != 0:
            shown = ", ".join(f"{line.name} {amounts[line.name]}" for line in lines)
            return Refusal(f"the lines sum to {total}, not to zero: {shown}", document.balanced, ("lines",))
        positive = sum((amount for amount in amounts.values() if amount > 0), Decimal(0))
        return Rendered(mapping.document, tuple(lines), positive)


def compile_mapping(scope: Scope) -> tuple[CompiledMapping | None, list[Finding]]:
    """Compile against both ends. Every finding at once; no mapping where there is any."""
    compiler = _Compiler(scope)
    lines = [compiler.line(line, position) for position, line in enumerate(scope.mapping.lines)]
    compiler.findings += _doubled_lines(scope)
    if compiler.findings:
        return None, compiler.findings
    by_name = {line.name: line for line in lines}
    try:
        order = list(TopologicalSorter({line.name: sorted(line.needs) for line in lines}).static_order())
    except CycleError as error:
        clash = ClashError(
            "mapping-cycle", f"lines refer to each other in a circle: {' -> '.join(error.args[1])}", "break it"
        )
        return None, [Finding(("lines",), clash)]
    return CompiledMapping(scope, tuple(by_name[name] for name in order)), []


def _doubled_lines(scope: Scope) -> Iterator[Finding]:
    seen: set[str] = set()
    for position, line in enumerate(scope.mapping.lines):
        if line.name in seen:
            clash = ClashError("invalid-value", f"there are two lines '{line.name}'", "names are unique")
            yield Finding(("lines", position, "name"), clash)
        seen.add(line.name)


class _Compiler:
    """Collects findings while it compiles; one per mapping."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.findings: list[Finding] = []

    def line(self, line: Line, position: int) -> _Line:
        path: Path = ("lines", position)
        rules = [*self._rules(self.scope.mapping.shared, ("shared",)), *self._rules(line.fields, (*path, "fields"))]
        self._complete(line, rules, path)
        holds, needs = None, frozenset[str]()
        if (condition := line.when) is not None:
            compiled = self._try((*path, "when"), partial(compile_condition, condition, self.scope))
            holds, needs = compiled or (None, needs)
        needs = needs.union(*(rule.lines for rule in rules))
        return _Line(line.name, path, holds, tuple(rules), needs)

    def _rules(self, rules: list[FieldRule], path: Path) -> list[CompiledRule]:
        found = []
        for position, rule in enumerate(rules):
            at = (*path, position)
            compiled = self._try(at, partial(compile_rule, rule, at, self.scope))
            if compiled is not None:
                found.append(compiled)
        return found

    def _complete(self, line: Line, rules: list[CompiledRule], path: Path) -> None:
        """Every required target field is written, and none twice."""
        written_shared = [rule.to for rule in self.scope.mapping.shared]
        written = [rule.to for rule in [*self.scope.mapping.shared, *line.fields]]
        for name, field in self.scope.document.fields.items():
            if field.required and field.mapped and name not in written:
                message = f"the line '{line.name}' does not map '{name}' ({field.label.en}), which is required"
                clash = ClashError("mapping-required", message, f"add - {{to: {name}, ...}}")
                self.findings.append(Finding(path, clash))
        for rule in rules:
            inside = rule.path[0] == "lines" or written_shared.count(rule.to) > 1
            if written.count(rule.to) > 1 and inside and not any(each.path == rule.path for each in self.findings):
                message = f"'{rule.to}' is written twice in '{line.name}'"
                self.findings.append(Finding(rule.path, ClashError("mapping-target-twice", message, "remove one")))

    def _try(self, path: Path, compile_part: Callable[[], Compiled]) -> Compiled | None:
        try:
            return compile_part()
        except ClashError as clash:
            if not any(found.path == path for found in self.findings):
                self.findings.append(Finding(path, clash))
            return None
