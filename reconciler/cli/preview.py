"""`reconciler preview`: records as the documents that they would become. Nothing is sent, written or reserved."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reconciler.cli.context import Context, format_option, root_option
from reconciler.cli.document_tables import show
from reconciler.cli.documents import Part, Shown, part_data
from reconciler.cli.known_codes import known_codes
from reconciler.cli.masking import note_unmasked
from reconciler.cli.reading import Reading, reading
from reconciler.cli.selection import selection
from reconciler.errors import SpecsInvalid, UsageError
from reconciler.mappings.masking import NOTHING, mask_of

if TYPE_CHECKING:
    from reconciler.engine.pinned import PinnedExport
    from reconciler.mappings.values import Record
    from reconciler.specs.collection import OrganizationSpecs
    from reconciler.specs.documents import Document
    from reconciler.specs.models.mapping import FieldMapping

TRIED = 500
"""Waiting records that are tried on the mapping, to count those that it would refuse."""


@click.command("preview")
@click.argument("organization", metavar="ORGANISATION")
@click.argument("integration")
@click.option("--category", default="", help="Only this one.")
@click.option("--records", type=click.IntRange(1, 5), default=3, show_default=True, help="How many of each to show.")
@click.option("--samples", is_flag=True, help="The category's samples by the working tree; needs no database.")
@click.option("--live", is_flag=True, help="Real records by the applied configuration; so it is unless told otherwise.")
@click.option("--selection", "counts", is_flag=True, help="Only count: what would go, what is held back, and why.")
@click.option("--unmasked", metavar="REASON", help="Show personal data too; who and why goes into the audit trail.")
@root_option
@format_option
@click.pass_obj
def command(context: Context, /, **asked: Any) -> int:
    """Show what a sync would send by the applied configuration, what is withheld, and the first records as documents.

    Nothing is sent, written or reserved: numbers and references stand as placeholders. Personal data is masked.
    """
    context.format = "json" if asked["form"] == "json" else "text"
    _check(asked)
    if asked["counts"]:
        return selection(context, asked)
    parts = list(_samples(context, asked) if asked["samples"] else _applied(context, asked))
    if asked["category"] and not any(part.category == asked["category"] for part in parts):
        names = ", ".join(part.category for part in parts)
        raise UsageError(f"{asked['integration']} does not export '{asked['category']}'", f"it exports {names}")
    wanted = [part for part in parts if asked["category"] in ("", part.category)]
    if context.json:
        where = {"organization": asked["organization"], "integration": asked["integration"]}
        context.data(where | {"categories": [part_data(part) for part in wanted]})
    else:
        for part in wanted:
            show(context, part)
    return 0


def _check(asked: Mapping[str, Any]) -> None:
    """Raises UsageError where options do not go together."""
    if asked["samples"] and (asked["live"] or asked["counts"]):
        raise UsageError("samples are no real records: nothing of them is counted", "leave out --samples")
    if asked["unmasked"] is not None and (asked["samples"] or asked["counts"]):
        raise UsageError("there is nothing to unmask: samples are invented, and counts name nobody")


def _applied(context: Context, asked: Mapping[str, Any]) -> Iterator[Part]:
    """The parts of an applied integration, from the app's records."""
    with reading(context.settings) as found:
        pinned = found.pinned(asked["organization"], asked["integration"])
        if asked["unmasked"] is not None:
            note_unmasked(context.settings, pinned, asked["unmasked"], found.now)
        for export in pinned.exports:
            whole = _applied_part(found, export, masked=asked["unmasked"] is None)
            known = known_codes(found, pinned, export, whole)
            yield replace(whole, shown=whole.shown[: asked["records"]], known=known)


def _applied_part(found: Reading, export: "PinnedExport", *, masked: bool) -> Part:
    """With every record that was tried."""
    where = (export.stream, export.selection, export.category)
    count, amount = found.records.total(*where, found.now)
    waiting = found.records.waiting(*where, found.now, TRIED)
    shown = tuple(_shown(found, export, wanted.record_id, record) for wanted, record in waiting)
    part = Part(
        category=export.stream.category,
        label=export.category.label.en,
        mapping=export.mapping,
        target=export.stream.target,
        shown=shown,
        mask=mask_of(export.category) if masked else NOTHING,
        waiting=count,
        amount=Decimal(amount),
        withheld=Counter(found.records.withheld(*where).values()),
    )
    return replace(
        part,
        refused=Counter(part.without_personal(each.refusal, each) for each in shown if each.refusal),
        warned=Counter(part.without_personal(warning, each) for each in shown for warning in each.warnings),
    )


def _shown(found: Reading, export: "PinnedExport", record_id: str, record: "Record") -> Shown:
    from reconciler.engine.notices import Asked
    from reconciler.mappings.check import SAMPLE_EXPORT
    from reconciler.mappings.refusal import Refusal

    made = export.mapping.render({**record, **SAMPLE_EXPORT})
    if isinstance(made, Refusal):
        return Shown(record_id, made, record, export.origin(made.path))
    seen = Asked(found.records, found.overview).notices(export, record, made)
    return Shown(record_id, made, record, notices=tuple(seen))


def _samples(context: Context, asked: Mapping[str, Any]) -> Iterator[Part]:
    """The parts of an integration of the working tree, from the samples of its categories."""
    from reconciler.cli.validate import read
    from reconciler.plans.compile import local_day
    from reconciler.specs.diagnostic import errors
    from reconciler.specs.models.mapping import FieldMapping
    from reconciler.wiring import clock

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
    day = local_day(organization, clock(context.settings).now())
    assert day is not None, "checked before"
    for mapping in mappings:
        yield _sample_part(mapping, organization, specs.catalog, day, asked["records"])


def _sample_part(
    document: "Document[FieldMapping]", specs: "OrganizationSpecs", catalog: Any, day: date, records: int
) -> Part:
    from reconciler.mappings.check import SAMPLE_EXPORT
    from reconciler.mappings.compile import compile_mapping
    from reconciler.mappings.refusal import Refusal
    from reconciler.mappings.values import read_record
    from reconciler.plans.compile import scope, selected
    from reconciler.runs.report import Notice
    from reconciler.selections.holds import missed
    from reconciler.specs.models.integration import Integration

    integration = specs.of(Integration)[document.spec.integration].spec
    world = scope(document.spec, integration, specs, catalog, day)
    assert world is not None, "checked before"
    mapping, _ = compile_mapping(world)
    assert mapping is not None, "checked before"
    selection = selected(document.spec, integration, specs, catalog, day)
    shown = []
    for sample in world.category.samples[:records]:
        record = read_record(world.category, sample)
        made = mapping.render({**record, **SAMPLE_EXPORT})
        origin = str(document.at(*made.path)) if isinstance(made, Refusal) else ""
        left_out, waited_for = missed(selection, record) if selection else ([], [])
        remarks = [f"would not be selected: {each.reason}" for each in left_out]
        remarks += [f"would be withheld: {each.reason}" for each in waited_for]
        key = str(record[world.category.key])
        warned = () if isinstance(made, Refusal) else made.warnings
        seen = tuple(Notice(document.spec.category, key, each) for each in warned)
        shown.append(Shown(key, made, record, origin, tuple(remarks), seen))
    where = f"{integration.environment}:{integration.type}"
    return Part(document.spec.category, world.category.label.en, mapping, where, tuple(shown))
