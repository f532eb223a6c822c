"""Records as documents on the screen: every line with its target fields, and the JSON twin of that."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from reconciler.cli.context import Context
from reconciler.cli.moments import money

if TYPE_CHECKING:
    from reconciler.mappings.document import CompiledMapping, Rendered
    from reconciler.mappings.refusal import Refusal
    from reconciler.runs.report import Notice
    from reconciler.specs.models.integration_type import TargetField

RESERVED = "(reserved when it is sent)"
ALL_LINES = "all lines"
HEADINGS = ("Line", "Field", "Target field", "Value")


@dataclass(frozen=True, slots=True)
class Shown:
    """One record and its document with what is worth a look, or the refusal with the mapping line `origin`."""

    record_id: str
    made: "Rendered | Refusal"
    currency: str
    origin: str = ""
    notices: "tuple[Notice, ...]" = ()

    @property
    def refusal(self) -> str:
        """The message of a refusal; empty where there is a document."""
        from reconciler.mappings.refusal import Refusal

        return self.made.message if isinstance(self.made, Refusal) else ""


@dataclass(frozen=True, slots=True)
class Part:
    """One category. `withheld` is by reason; `refused` by message, among the first of those waiting.

    These and `waiting` and `amount` are None for samples: a sample waits for nothing.
    """

    category: str
    label: str
    mapping: "CompiledMapping"
    target: str
    shown: tuple[Shown, ...]
    waiting: int | None = None
    amount: Decimal | None = None
    withheld: Mapping[str, int] | None = None
    refused: Mapping[str, int] | None = None

    @property
    def fields(self) -> "Mapping[str, TargetField]":
        """What the outside system calls its fields."""
        return self.mapping.scope.document.fields


def show(context: Context, part: Part) -> None:
    """One category as people read it."""
    document = part.mapping.scope.document.label.en.lower()
    context.say(f"{part.label} ({part.category}), each as a {document} to {part.target}", "bold")
    if part.waiting is None:
        context.say("  samples of the category, whether or not the export's conditions would let them go")
    else:
        context.say(f"  {part.waiting} would go, {money(part.amount)}" if part.waiting else "  nothing would go")
        _reasons(context, part.refused or {}, "of them would be refused by the mapping:")
        _reasons(context, part.withheld or {}, "withheld:")
    for position, shown in enumerate(part.shown, 1):
        context.say()
        of = f" of {part.waiting}" if part.waiting is not None else ""
        context.say(f"  {position}{of}: {shown.record_id}", "bold")
        _document(context, part, shown)
    context.say()


def _reasons(context: Context, reasons: Mapping[str, int], title: str) -> None:
    if reasons:
        context.say(f"  {sum(reasons.values())} {title}")
        for reason, count in sorted(reasons.items(), key=lambda item: (-item[1], item[0])):
            context.say(f"    {count:>4}  {reason}")


def _document(context: Context, part: Part, shown: Shown) -> None:
    from reconciler.mappings.refusal import Refusal

    if isinstance(shown.made, Refusal):
        context.say(f"    would be refused: {shown.made.message}", "red")
        place = f"field {shown.made.field}, " if shown.made.field else ""
        context.say(f"    {place}{shown.origin}", "dim")
        return
    context.table(HEADINGS, list(_rows(part, shown.made, shown.currency)))
    for line in (line for notice in shown.notices for line in noticed(notice)):
        context.say(f"    {line}", "yellow")


def noticed(notice: "Notice") -> Iterator[str]:
    """A notice in lines: what it says, and each document that went before."""
    yield notice.message
    for each in notice.earlier:
        yield f"  {each.reference}  sent {each.day}  {money(each.amount)}"


def _rows(part: Part, made: "Rendered", currency: str) -> Iterator[tuple[str, str, str, str]]:
    """What all lines share, once; then the rest of each line."""
    first, order = made.lines[0].fields, _order(part)
    shared = [
        name for name in order if name in first and all(each.fields.get(name) == first[name] for each in made.lines)
    ]
    own = [(line, [name for name in order if name in line.fields and name not in shared]) for line in made.lines]
    for title, fields, names in [(ALL_LINES, first, shared), *((line.name, line.fields, names) for line, names in own)]:
        for position, name in enumerate(names):
            shown = _value(part, name, fields[name], currency)
            yield "" if position else title, part.fields[name].label.en, name, shown


def _order(part: Part) -> list[str]:
    """Target fields as the mapping lists them, each with those that are always equal to it; then what the type fills.

    The order in the type is lost on its way through the database.
    """
    mapping = part.mapping.scope.mapping
    order: list[str] = []
    for rule in [*mapping.shared, *(rule for line in mapping.lines for rule in line.fields)]:
        equal = [name for name, field in part.fields.items() if field.same_as == rule.to]
        order += [name for name in (rule.to, *equal) if name not in order]
    return order + [name for name in sorted(part.fields) if name not in order]


def _value(part: Part, name: str, value: object, currency: str) -> str:
    """A value as people read it: what the ledger reserves as a placeholder, money with its currency."""
    from reconciler.mappings.check import SAMPLE_EXPORT

    balanced = part.mapping.scope.document.balanced
    if balanced and balanced in (name, part.fields[name].same_as):
        return money(Decimal(str(value))).replace("NOK", currency, 1)
    text = str(value)
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
        "records": [_record(part, shown) for shown in part.shown],
    }


def _record(part: Part, shown: Shown) -> dict[str, Any]:
    from reconciler.mappings.refusal import Refusal

    made = shown.made
    if isinstance(made, Refusal):
        refused = {"message": made.message, "field": made.field, "origin": shown.origin}
        return {"record": shown.record_id, "refused": refused, "lines": [], "warnings": []}
    lines = [
        {
            "name": line.name,
            "fields": [
                {"field": name, "label": part.fields[name].label.en, "value": _value(part, name, value, "").strip()}
                for name, value in line.fields.items()
            ],
        }
        for line in made.lines
    ]
    amount = None if made.amount is None else str(made.amount)
    return {
        "record": shown.record_id,
        "amount": amount,
        "currency": shown.currency,
        "refused": None,
        "lines": lines,
        "warnings": [each.data() for each in shown.notices],
    }
