"""`reconciler preview`: records as the documents that they would become. Nothing is sent, written or reserved."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reconciler.cli.context import Context, format_option, root_option
from reconciler.cli.moments import money
from reconciler.cli.reading import reading
from reconciler.errors import SpecsInvalid, UsageError

if TYPE_CHECKING:
    from reconciler.engine.pinned import PinnedExport
    from reconciler.mappings.compile import CompiledMapping, Rendered
    from reconciler.mappings.refusal import Refusal
    from reconciler.mappings.values import Record
    from reconciler.specs.collection import OrganizationSpecs
    from reconciler.specs.documents import Document
    from reconciler.specs.models.integration_type import TargetField
    from reconciler.specs.models.mapping import FieldMapping

RESERVED = "(reserved when it is sent)"
TRIED = 500
"""Waiting records that are tried on the mapping, to count those that it would refuse."""
ALL_LINES = "all lines"
HEADINGS = ("Line", "Field", "Target field", "Value")


@dataclass(frozen=True, slots=True)
class Shown:
    """One record and its document, or the refusal with the mapping line `origin`."""

    record_id: str
    made: "Rendered | Refusal"
    currency: str
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """One category. `withheld` is by reason; `refused` by message, among the first `TRIED` of those waiting.

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


@click.command("preview")
@click.argument("organization", metavar="ORGANISATION")
@click.argument("integration")
@click.option("--category", default="", help="Only this one.")
@click.option("--records", type=click.IntRange(1, 5), default=3, show_default=True, help="How many of each to show.")
@click.option("--samples", is_flag=True, help="The category's samples by the working tree; needs no database.")
@root_option
@format_option
@click.pass_obj
def command(context: Context, /, **asked: Any) -> int:
    """Show what a sync would send by the applied configuration, what is withheld, and the first records as documents.

    Nothing is sent, written or reserved: numbers and references stand as placeholders.
    """
    context.format = "json" if asked["form"] == "json" else "text"
    parts = list(_samples(context, asked) if asked["samples"] else _applied(context, asked))
    if asked["category"] and not any(part.category == asked["category"] for part in parts):
        names = ", ".join(part.category for part in parts)
        raise UsageError(f"{asked['integration']} does not export '{asked['category']}'", f"it exports {names}")
    wanted = [part for part in parts if asked["category"] in ("", part.category)]
    if context.json:
        where = {"organization": asked["organization"], "integration": asked["integration"]}
        context.data(where | {"categories": [_data(part) for part in wanted]})
    else:
        for part in wanted:
            _show(context, part)
    return 0


def _applied(context: Context, asked: Mapping[str, Any]) -> Iterator[Part]:
    """The parts of an applied integration, from the app's records."""
    with reading(context.settings) as found:
        for export in found.pinned(asked["organization"], asked["integration"]).exports:
            where = (export.stream, export.selection, export.category)
            count, amount = found.records.total(*where, found.now)
            waiting = found.records.waiting(*where, found.now, TRIED)
            shown = [_shown(export, wanted.record_id, record) for wanted, record in waiting]
            yield Part(
                category=export.stream.category,
                label=export.category.label.en,
                mapping=export.mapping,
                target=export.stream.target,
                shown=tuple(shown[: asked["records"]]),
                waiting=count,
                amount=Decimal(amount),
                withheld=Counter(found.records.withheld(*where).values()),
                refused=Counter(message for each in shown if (message := _refusal(each))),
            )


def _shown(export: "PinnedExport", record_id: str, record: "Record") -> Shown:
    from reconciler.mappings.check import SAMPLE_EXPORT
    from reconciler.mappings.refusal import Refusal

    made = export.mapping.render({**record, **SAMPLE_EXPORT})
    origin = export.origin(made.path) if isinstance(made, Refusal) else ""
    return Shown(record_id, made, _currency(record), origin)


def _refusal(shown: Shown) -> str:
    """The message of a refusal; empty where there is a document."""
    from reconciler.mappings.refusal import Refusal

    return shown.made.message if isinstance(shown.made, Refusal) else ""


def _samples(context: Context, asked: Mapping[str, Any]) -> Iterator[Part]:
    """The parts of an integration of the working tree, from the samples of its categories."""
    from reconciler.cli.validate import read
    from reconciler.specs.diagnostic import errors
    from reconciler.specs.models.mapping import FieldMapping

    specs = read(context, asked["root"] or Path(), None)
    organization = specs.organizations.get(asked["organization"])
    if organization is None:
        hint = f"one of {', '.join(sorted(specs.organizations))}"
        raise UsageError(f"there is no organisation '{asked['organization']}'", hint)
    if found := [*errors(specs.catalog.diagnostics), *errors(organization.diagnostics)]:
        raise SpecsInvalid(f"the specs of {organization.name} have errors", tuple(found), "mend them first")
    mappings = [
        each for each in organization.of(FieldMapping).values() if each.spec.integration == asked["integration"]
    ]
    if not mappings:
        raise UsageError(f"{organization.name} has no integration '{asked['integration']}' with a mapping")
    for mapping in mappings:
        yield _sample_part(mapping, organization, specs.catalog, asked["records"])


def _sample_part(document: "Document[FieldMapping]", specs: "OrganizationSpecs", catalog: Any, records: int) -> Part:
    from reconciler.mappings.check import SAMPLE_EXPORT
    from reconciler.mappings.compile import compile_mapping
    from reconciler.mappings.refusal import Refusal
    from reconciler.mappings.values import read_record
    from reconciler.plans.compile import scope
    from reconciler.specs.models.integration import Integration

    integration = specs.of(Integration)[document.spec.integration].spec
    world = scope(document.spec, integration, specs, catalog)
    assert world is not None, "checked before"
    mapping, _ = compile_mapping(world)
    assert mapping is not None, "checked before"
    shown = []
    for sample in world.category.samples[:records]:
        record = read_record(world.category, sample)
        made = mapping.render({**record, **SAMPLE_EXPORT})
        origin = str(document.at(*made.path)) if isinstance(made, Refusal) else ""
        shown.append(Shown(str(record[world.category.key]), made, _currency(record), origin))
    where = f"{integration.environment}:{integration.type}"
    return Part(document.spec.category, world.category.label.en, mapping, where, tuple(shown))


def _currency(record: "Record") -> str:
    return str(record.get("currency") or "NOK")


def _show(context: Context, part: Part) -> None:
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


def _data(part: Part) -> dict[str, Any]:
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
        return {"record": shown.record_id, "refused": refused, "lines": []}
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
    return {"record": shown.record_id, "amount": amount, "currency": shown.currency, "refused": None, "lines": lines}
