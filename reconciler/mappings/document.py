"""A compiled mapping at work: one record becomes one document, or the refusal that says why not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import NamedTuple

from reconciler.mappings.conditions import Holds
from reconciler.mappings.demands import Wire, Writer
from reconciler.mappings.generate import Fill, Written, generated
from reconciler.mappings.refusal import CannotRenderError, Refusal
from reconciler.mappings.rounding import rounded
from reconciler.mappings.rule import CompiledRule, Write
from reconciler.mappings.scope import Scope
from reconciler.mappings.totals import Crosses, Crossing
from reconciler.mappings.values import Record
from reconciler.specs.origin import Path
from reconciler.specs.sentences import say

ZERO = Decimal(0)
Fields = dict[str, Wire]


class RenderedLine(NamedTuple):
    """One line of a document: its name, and its fields by dotted target name."""

    name: str
    fields: Mapping[str, Wire]


class Rendered(NamedTuple):
    """A document as it will be sent. `amount` is what its positive lines sum to; None where nothing is summed.

    `warnings` are sentences about what is right and yet worth a look; they stop nothing. `crossing` is the yearly limit
    that the document passes, where it does.
    """

    document: str
    lines: tuple[RenderedLine, ...]
    amount: Decimal | None
    warnings: tuple[str, ...] = ()
    crossing: Crossing | None = None

    def payload(self) -> dict[str, object]:
        """The JSON form that the ledger freezes."""
        lines = [{"name": line.name, "fields": dict(line.fields)} for line in self.lines]
        return {"document": self.document, "lines": lines}


@dataclass(frozen=True, slots=True)
class CompiledLine:
    """A line ready to be made; `holds` says whether it is part of the document."""

    name: str
    path: Path
    holds: Holds | None
    rules: tuple[CompiledRule, ...]
    needs: frozenset[str]
    plan: tuple[tuple[str, Path, bool, Write], ...]
    """The rules as bare tuples, which cost nothing to take apart."""
    fill: Fill | None = None
    """All rules as one generated function, for many records; where it fails, the rules say what and where."""


@dataclass(frozen=True, slots=True)
class Ends:
    """What belongs to the document and not to a line: worked out once, for it is asked for every record."""

    document: str
    order: Sequence[str]
    """The names of all lines, as the text has them."""
    least: int
    most: int
    balanced: str | None
    constants: Fields
    same: Sequence[tuple[str, str]]
    """Target fields that are always equal to another."""
    amount: Writer | None
    crosses: Crosses | None


@dataclass(frozen=True, slots=True)
class CompiledMapping:
    """`render` makes a document of a record; `rules_for` leads from a target field back to the rules that write it."""

    scope: Scope
    lines: tuple[CompiledLine, ...]
    ends: Ends

    def render(self, record: Record) -> Rendered | Refusal:
        """Single pass, in the order that lines need one another; the document keeps the order of the text."""
        amounts: dict[str, Decimal] = {}
        made: dict[str, Fields] = {}
        for line in self.lines:
            amounts[line.name] = ZERO
            outcome = self._line(line, record, amounts)
            if isinstance(outcome, Refusal):
                return outcome
            if outcome is not None:
                made[line.name] = outcome
        return self._document(record, made, amounts)

    def for_many(self) -> "CompiledMapping":
        """The same for many records: lines become generated functions, which are worth their making from a few on."""
        lines = [
            replace(line, fill=generated([Written(rule.to, rule.recipe, rule.required) for rule in line.rules]))
            for line in self.lines
        ]
        return replace(self, lines=tuple(lines))

    def rules_for(self, field: str) -> list[Path]:
        """The paths of the rules that write the target `field`."""
        return [rule.path for line in self.lines for rule in line.rules if rule.to == field]

    def _line(self, line: CompiledLine, record: Record, amounts: dict[str, Decimal]) -> Fields | Refusal | None:
        fields = self.ends.constants.copy()
        to, path = "", (*line.path, "when")
        try:
            if line.holds is not None and not line.holds(record, amounts):
                return None
            if line.fill is not None and self._filled(line.fill, record, amounts, fields):
                return self._ended(line, fields, amounts)
            for to, path, required, write in line.plan:
                value = write(record, amounts)
                if value is not None:
                    fields[to] = value  # type: ignore[assignment] # Decimal only until rounding has written it
                elif required:
                    return Refusal(say("'{to}' is required, and its source is empty", to=to), to, path)
        except CannotRenderError as error:
            return Refusal(str(error), to, path)
        except (ValueError, ArithmeticError):
            return Refusal(say("the value of '{to}' cannot be calculated", to=to), to, path)
        return self._ended(line, fields, amounts)

    def _filled(self, fill: Fill, record: Record, amounts: dict[str, Decimal], fields: Fields) -> bool:
        try:
            fill(record, amounts, fields)
        except (CannotRenderError, ValueError, ArithmeticError):
            fields.clear()
            fields.update(self.ends.constants)
            return False
        return True

    def _ended(self, line: CompiledLine, fields: Fields, amounts: dict[str, Decimal]) -> Fields:
        balanced = self.ends.balanced
        if balanced is not None and balanced in fields:
            amounts[line.name] = Decimal(fields[balanced])
        # Where amounts are rounded, what equals them is written after that.
        return fields if self.ends.amount is not None else self._same(fields)

    def _same(self, fields: Fields) -> Fields:
        for name, other in self.ends.same:
            if other in fields:
                fields[name] = fields[other]
        return fields

    def _document(self, record: Record, made: dict[str, Fields], amounts: dict[str, Decimal]) -> Rendered | Refusal:
        ends = self.ends
        if not ends.least <= len(made) <= ends.most:
            message = say(
                "the {document} has {count} lines; it takes {least} to {most}",
                document=ends.document,
                count=len(made),
                least=ends.least,
                most=ends.most,
            )
            return Refusal(message, "", ("lines",))
        path: Path = ("rounding",)
        try:
            if ends.amount is not None:
                amounts = self._round(made, amounts, ends.amount)
            path = ("running_total",)
            crossing = ends.crosses(record) if ends.crosses is not None else None
        except CannotRenderError as error:
            return Refusal(str(error), "", path)
        except ArithmeticError:
            return Refusal("the amounts cannot be calculated", "", path)
        lines = tuple([RenderedLine(name, made[name]) for name in ends.order if name in made])
        warnings = () if crossing is None else (str(crossing),)
        if ends.balanced is None:
            return Rendered(ends.document, lines, None, warnings, crossing)
        if total := sum(amounts.values(), ZERO):
            shown = ", ".join(f"{line.name} {amounts[line.name]}" for line in lines)
            return Refusal(
                say("the lines sum to {total}, not to zero: {shown}", total=total, shown=shown),
                ends.balanced,
                ("lines",),
            )
        positive = sum((each for each in amounts.values() if each > 0), ZERO)
        return Rendered(ends.document, lines, positive, warnings, crossing)

    def _round(self, made: dict[str, Fields], amounts: dict[str, Decimal], write: Writer) -> dict[str, Decimal]:
        """The exact amounts rounded, the difference where the mapping wants it, and all of them written."""
        rounding, balanced = self.scope.mapping.rounding, self.ends.balanced
        assert rounding is not None
        assert balanced is not None
        found = rounded({name: amounts[name] for name in made if balanced in made[name]}, rounding)
        for name, amount in found.items():
            made[name][balanced] = write(amount)
        for fields in made.values():
            self._same(fields)
        return found
