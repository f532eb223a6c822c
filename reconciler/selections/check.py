"""Conditions and exclusions that can match nothing, and exclusions that are over: warnings, for nothing is broken."""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import chain
from zoneinfo import ZoneInfo

from reconciler.selections.contradictions import contradicted
from reconciler.selections.criteria import FieldTest, NotAll, excluded, select
from reconciler.specs.collection import Catalog, OrganizationSpecs
from reconciler.specs.diagnostic import Diagnostic
from reconciler.specs.documents import Document
from reconciler.specs.models.category import DataCategory
from reconciler.specs.models.exclusion import Exclusion
from reconciler.specs.models.integration import Export, Integration
from reconciler.specs.models.shared import Model
from reconciler.specs.origin import Path
from reconciler.specs.sentences import say

Exports = Sequence[tuple[str, Export]]
"""Exports of one category, each with the name of its integration."""


def selection_findings(specs: OrganizationSpecs, catalog: Catalog, day: date) -> Iterator[Diagnostic]:
    """What can be said of selections on `day`, a local one. Documents with errors are left to those."""
    assert specs.organization is not None
    zone = ZoneInfo(specs.organization.spec.zone)
    wrong = {found.origin.file for found in specs.diagnostics if found.severity == "error"}
    sound = [each for each in specs.of(Integration).values() if each.origins.file not in wrong]
    for document in sound:
        for position, export in enumerate(document.spec.exports):
            yield from _export(document, ("exports", position), export, catalog.categories[export.category].spec, zone)
    # Where an integration cannot be read, nobody knows what it exports.
    whole = len(sound) == len(specs.names(Integration))
    for exclusion in specs.of(Exclusion).values():
        if not exclusion.spec.holds(day):
            yield _ended(exclusion)
        elif exclusion.spec.features is None and exclusion.origins.file not in wrong and whole:
            exports = _concerned(exclusion.spec, sound)
            yield from _exclusion(exclusion, exports, catalog.categories[exclusion.spec.category or ""].spec, zone)


def _ended(document: Document[Exclusion]) -> Diagnostic:
    what = "the features are back" if document.spec.features else "it withholds nothing any more"
    message = say("the exclusion held until {until}; {what}", until=document.spec.until, what=what)
    return document.diagnostic("exclusion-ended", ("until",), message, "remove it, or write a later day", "warning")


def _concerned(exclusion: Exclusion, integrations: Sequence[Document[Integration]]) -> Exports:
    mine = [each for each in integrations if exclusion.concerns(each.name)]
    return [
        (each.name, export) for each in mine for export in each.spec.exports if export.category == exclusion.category
    ]


def _export(
    document: Document[Integration], path: Path, export: Export, category: DataCategory, zone: ZoneInfo
) -> Iterator[Diagnostic]:
    if (field := contradicted(_selected(export, category, zone), category)) is not None:
        place: Path = (*path, "where", field) if field in export.where.fields else (*path, "where")
        message = say("no record can be selected: what is asked of '{field}' contradicts itself", field=field)
        if field == category.cut_over:
            message = say(
                "no record can be selected: what is asked of '{field}' leaves no day from {since} on",
                field=field,
                since=export.since,
            )
        yield _empty(document, place, message, "widen one of the conditions")


def _selected(export: Export, category: DataCategory, zone: ZoneInfo) -> list[FieldTest]:
    """The tests of a record that goes, exclusions aside."""
    found = select(export, category, (), zone, export.since)
    every = chain(found.scope, found.readiness)
    return [each.test for each in every if not isinstance(each.test, NotAll)]


def _exclusion(
    document: Document[Exclusion], exports: Exports, category: DataCategory, zone: ZoneInfo
) -> Iterator[Diagnostic]:
    spec = document.spec
    if not exports:
        who = (
            say("'{integration}' does not export", integration=spec.integration)
            if spec.integration
            else "no integration exports"
        )
        hint = "remove the exclusion, or export the category"
        yield _empty(
            document,
            ("category",),
            say("{who} {category}, so nothing is withheld", who=who, category=spec.category),
            hint,
        )
        return
    tests = excluded(spec, category, zone)
    if (field := contradicted(tests, category)) is not None:
        message = say("no record can be withheld: what is asked of '{field}' contradicts itself", field=field)
        yield _empty(document, ("records", field), message, "widen one of the conditions")
        return
    clashes = [contradicted([*tests, *_selected(export, category, zone)], category) for _, export in exports]
    if tests and all(clashes):
        names = " and ".join(sorted({f"'{name}'" for name, _ in exports}))
        message = say("{names} would not select such records anyway, by '{clashes}'", names=names, clashes=clashes[0])
        yield _empty(document, ("records",), message, "remove the exclusion, or widen it")


def _empty(document: Document[Model], path: Path, message: str, hint: str) -> Diagnostic:
    return document.diagnostic("selection-empty", path, message, hint, "warning")
