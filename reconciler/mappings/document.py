"""A compiled mapping at work: one record becomes one document, or the refusal that says why not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from reconciler.mappings.conditions import Holds
from reconciler.mappings.demands import Wire, Writer
from reconciler.mappings.refusal import CannotRenderError, Refusal
from reconciler.mappings.rounding import rounded
from reconciler.mappings.rule import CompiledRule
from reconciler.mappings.scope import Scope
from reconciler.mappings.totals import Crosses, Crossing
from reconciler.mappings.values import Record
from reconciler.specs.origin import Path

ZERO = Decimal(0)
Fields = dict[str, Wire]


@dataclass(frozen=True, slots=True)
class RenderedLine:
    """One line of a document: its name, and its fields by dotted target name."""

    name: str
    fields: Mapping[str, Wire]


@dataclass(frozen=True, slots=True)
class Rendered:
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


@dataclass(frozen=True, slots=True)
class Ends:
    """What the document's type adds to every line, and how rounded amounts are written."""

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

    def rules_for(self, field: str) -> list[Path]:
        """The paths of the rules that write the target `field`."""
        return [rule.path for line in self.lines for rule in line.rules if rule.to == field]

    def _line(self, line: CompiledLine, record: Record, amounts: dict[str, Decimal]) -> Fields | Refusal | None:
        fields = self.ends.constants.copy()
        to, path = "", (*line.path, "when")
        try:
            if line.holds is not None and not line.holds(record, amounts):
                return None
            for rule in line.rules:
                to, path = rule.to, rule.path
                value = rule.write(record, amounts)
                if value is not None:
                    fields[to] = value  # type: ignore[assignment] # Decimal only until rounding has written it
                elif rule.required:
                    return Refusal(f"'{to}' is required, and its source is empty", to, path)
        except CannotRenderError as error:
            return Refusal(str(error), to, path)
        except (ValueError, ArithmeticError):
            return Refusal(f"the value of '{to}' cannot be calculated", to, path)
        self._finish(line, fields, amounts)
        return fields

    def _finish(self, line: CompiledLine, fields: Fields, amounts: dict[str, Decimal]) -> None:
        """The line's amount for those that need it, and the twins; where amounts are rounded, these follow then."""
        balanced = self.scope.document.balanced
        if balanced is not None and balanced in fields:
            amounts[line.name] = Decimal(fields[balanced])
        if self.ends.amount is None:
            for name, other in self.ends.same:
                if other in fields:
                    fields[name] = fields[other]

    def _document(self, record: Record, made: dict[str, Fields], amounts: dict[str, Decimal]) -> Rendered | Refusal:
        document, mapping = self.scope.document, self.scope.mapping
        if not document.lines.min <= len(made) <= document.lines.max:
            least, most = document.lines.min, document.lines.max
            message = f"the {mapping.document} has {len(made)} lines; it takes {least} to {most}"
            return Refusal(message, "", ("lines",))
        if self.ends.amount is not None:
            try:
                amounts = self._round(made, amounts, self.ends.amount)
            except (CannotRenderError, ArithmeticError) as error:
                said = str(error) if isinstance(error, CannotRenderError) else "the amounts cannot be rounded"
                return Refusal(said, document.balanced or "", ("rounding",))
        try:
            crossing = self.ends.crosses(record) if self.ends.crosses is not None else None
        except (CannotRenderError, ArithmeticError) as error:
            return Refusal(str(error), "", ("running_total",))
        lines = tuple(RenderedLine(each.name, made[each.name]) for each in mapping.lines if each.name in made)
        amount = None
        if document.balanced is not None:
            total = sum(amounts.values(), ZERO)
            if total != 0:
                shown = ", ".join(f"{line.name} {amounts[line.name]}" for line in lines)
                return Refusal(f"the lines sum to {total}, not to zero: {shown}", document.balanced, ("lines",))
            amount = sum((each for each in amounts.values() if each > 0), ZERO)
        warnings = () if crossing is None else (str(crossing),)
        return Rendered(mapping.document, lines, amount, warnings, crossing)

    def _round(self, made: dict[str, Fields], amounts: dict[str, Decimal], write: Writer) -> dict[str, Decimal]:
        """The exact amounts rounded, the difference where the mapping wants it, and all of them written."""
        rounding, balanced = self.scope.mapping.rounding, self.scope.document.balanced
        assert rounding is not None
        assert balanced is not None
        found = rounded({name: amounts[name] for name in made if balanced in made[name]}, rounding)
        for name, amount in found.items():
            made[name][balanced] = write(amount)
        for fields in made.values():
            fields.update({name: fields[other] for name, other in self.ends.same if other in fields})
        return found
