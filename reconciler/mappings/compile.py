"""A mapping is compiled against both ends: every finding at once, and no mapping where there is any."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from graphlib import CycleError, TopologicalSorter
from typing import TypeVar

from reconciler.mappings import demands
from reconciler.mappings.conditions import compile_condition
from reconciler.mappings.document import CompiledLine, CompiledMapping, Ends
from reconciler.mappings.refusal import ClashError
from reconciler.mappings.rule import CompiledRule, compile_rule
from reconciler.mappings.scope import Scope
from reconciler.mappings.totals import Crosses, compile_total
from reconciler.mappings.values import Typed
from reconciler.specs.models.mapping import FieldRule, Line
from reconciler.specs.origin import Path
from reconciler.specs.sentences import named, say

Compiled = TypeVar("Compiled")


@dataclass(frozen=True, slots=True)
class Finding:
    """A static clash and the path of its rule within the mapping's spec."""

    path: Path
    clash: ClashError


def compile_mapping(scope: Scope) -> tuple[CompiledMapping | None, list[Finding]]:
    """Compile against both ends. Every finding at once; no mapping where there is any."""
    compiler = _Compiler(scope)
    lines = [compiler.line(line, position) for position, line in enumerate(scope.mapping.lines)]
    compiler.findings += [*_doubled_lines(scope), *_other_numbers(scope), *_doubled_entries(scope)]
    ends = compiler.ends()
    if compiler.findings:
        return None, compiler.findings
    by_name = {line.name: line for line in lines}
    try:
        order = list(TopologicalSorter({line.name: sorted(line.needs) for line in lines}).static_order())
    except CycleError as error:
        clash = ClashError(
            "mapping-cycle",
            say("lines refer to each other in a circle: {names}", names=" -> ".join(error.args[1])),
            "break it",
        )
        return None, [Finding(("lines",), clash)]
    return CompiledMapping(scope, tuple(by_name[name] for name in order), ends), []


def _doubled_lines(scope: Scope) -> Iterator[Finding]:
    seen: set[str] = set()
    for position, line in enumerate(scope.mapping.lines):
        if line.name in seen:
            clash = ClashError("invalid-value", say("there are two lines '{name}'", name=line.name), "names are unique")
            yield Finding(("lines", position, "name"), clash)
        seen.add(line.name)


def _other_numbers(scope: Scope) -> Iterator[Finding]:
    """Where documents are looked up by our number, whatever else stands in its field would never be found again."""
    name, mapping = scope.document.create.number, scope.mapping
    shared: Path = ("shared",)
    places = [(shared, mapping.shared)]
    places += [(("lines", position, "fields"), line.fields) for position, line in enumerate(mapping.lines)]
    for path, rules in places:
        for position, rule in enumerate(rules):
            own = FieldRule.model_validate({"to": rule.to, "from": "export.number"})
            if rule.to == name and rule != own:
                message = say(
                    "a {document} is looked up by {name}, which is our number and nothing else",
                    document=mapping.document,
                    name=name,
                )
                clash = ClashError("mapping-type", message, say("write {{to: {name}, from: export.number}}", name=name))
                yield Finding((*path, position), clash)


def _doubled_entries(scope: Scope) -> Iterator[Finding]:
    """Two fields of a line that are one entry of a list below it, because the integration sets both alike."""
    for position, line in enumerate(scope.mapping.lines):
        seen: dict[object, str] = {}
        for rule in [*scope.mapping.shared, *line.fields]:
            field = scope.document.fields.get(rule.to)
            if field is None or field.entry is None:
                continue
            entry = field.entry.list, tuple(sorted(field.entry.named(scope.settings).items()))
            if seen.setdefault(entry, rule.to) != rule.to:
                message = say(
                    "'{to}' and '{seen}' are the same {list} by the integration's settings",
                    to=rule.to,
                    seen=seen[entry],
                    list=field.entry.list,
                )
                clash = ClashError("mapping-type", message, "map one of them, or set them to different ones")
                yield Finding(("lines", position), clash)


def _waiting_lines(line: Line, path: Path) -> Iterator[Finding]:
    """A record waits as a whole, whatever its lines are; so it cannot wait for a line that may be left out."""
    for position, rule in enumerate(line.fields):
        if rule.when_closed == "hold":
            hint = "write it among `shared`, or when_closed: reject"
            clash = ClashError(
                "mapping-type", say("the line '{name}' may be left out, and cannot hold a record", name=line.name), hint
            )
            yield Finding((*path, "fields", position), clash)


def _rounding(scope: Scope) -> demands.Writer:
    """How a rounded amount is written. Raises ClashError where there is nothing to round."""
    rounding, balanced = scope.mapping.rounding, scope.document.balanced
    assert rounding is not None
    if balanced is None:
        raise ClashError(
            "mapping-type",
            say("a {document} has no line amounts", document=scope.mapping.document),
            "leave out rounding",
        )
    known = [line.name for line in scope.mapping.lines]
    if rounding.difference_on not in known:
        message, hint = (
            say("there is no line '{difference_on}'", difference_on=rounding.difference_on),
            say("one of {names}", names=", ".join(known)),
        )
        raise ClashError("unknown-reference", message, hint)
    found = Typed("decimal", decimals=rounding.decimals)
    demands.check(balanced, found, scope.document.fields[balanced])
    return demands.writer(scope.document.fields[balanced], found)


class _Compiler:
    """Collects findings while it compiles; one per mapping."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.findings: list[Finding] = []

    def line(self, line: Line, position: int) -> CompiledLine:
        path: Path = ("lines", position)
        rules = [*self._rules(self.scope.mapping.shared, ("shared",)), *self._rules(line.fields, (*path, "fields"))]
        self._complete(line, rules, path)
        held = None
        if (condition := line.when) is not None:
            held = self._try((*path, "when"), partial(compile_condition, condition, self.scope))
            self.findings += _waiting_lines(line, path)
        plan = tuple((rule.to, rule.path, rule.required, rule.write) for rule in rules)
        needs = frozenset[str]().union(*(rule.lines for rule in rules), held.lines if held else ())
        return CompiledLine(line.name, path, held.holds if held else None, tuple(rules), needs, plan)

    def ends(self) -> Ends:
        """What does not belong to a line."""
        scope, document = self.scope, self.scope.document
        constants = {name: each.constant for name, each in document.fields.items() if each.constant}
        set_there = {name: scope.settings.get(each.setting) for name, each in document.fields.items() if each.setting}
        constants |= {name: value for name, value in set_there.items() if value is not None}
        same = [(name, each.same_as) for name, each in document.fields.items() if each.same_as is not None]
        crosses: Crosses | None = None
        if scope.mapping.running_total is not None:
            crosses = self._try(("running_total",), partial(compile_total, scope))
        amount = self._try(("rounding",), partial(_rounding, scope)) if scope.mapping.rounding is not None else None
        return Ends(
            document=scope.mapping.document,
            order=[line.name for line in scope.mapping.lines],
            least=document.lines.min,
            # A document is never split over requests: what no request carries cannot be sent.
            most=min(document.lines.max, document.create.batch.nodes),
            balanced=document.balanced,
            constants=dict(constants),
            same=same,
            amount=amount,
            crosses=crosses,
        )

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
                message = say(
                    "the line '{name}' does not map '{name2}' ({en}), which is required",
                    name=line.name,
                    name2=name,
                    en=named(field.label),
                )
                clash = ClashError("mapping-required", message, say("add - {{to: {name}, ...}}", name=name))
                self.findings.append(Finding(path, clash))
        for rule in rules:
            inside = rule.path[0] == "lines" or written_shared.count(rule.to) > 1
            if written.count(rule.to) > 1 and inside and not any(each.path == rule.path for each in self.findings):
                message = say("'{to}' is written twice in '{name}'", to=rule.to, name=line.name)
                self.findings.append(Finding(rule.path, ClashError("mapping-target-twice", message, "remove one")))

    def _try(self, path: Path, compile_part: Callable[[], Compiled]) -> Compiled | None:
        try:
            return compile_part()
        except ClashError as clash:
            if not any(found.path == path for found in self.findings):
                self.findings.append(Finding(path, clash))
            return None
