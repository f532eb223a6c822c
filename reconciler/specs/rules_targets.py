"""Two integrations and one place: what would be sent there twice.

Never here: the mapping of fields to a target, which is the business of `mappings`.
"""

from collections.abc import Iterator

from reconciler.specs.collection import Catalog, OrganizationSpecs, Specs
from reconciler.specs.diagnostic import Diagnostic
from reconciler.specs.documents import Document
from reconciler.specs.models.integration import Integration
from reconciler.specs.sentences import say

Place = tuple[str, str, tuple[str, ...]]
"""Environment, integration type, and the values of the settings that the type marks as identity."""


def check_targets(specs: Specs) -> None:
    """Add to every organisation the categories that two of its integrations export to the same place."""
    for organization in specs.organizations.values():
        organization.diagnostics += _exported_twice(organization, specs.catalog)


def _exported_twice(specs: OrganizationSpecs, catalog: Catalog) -> Iterator[Diagnostic]:
    seen: dict[tuple[Place, str], Document[Integration]] = {}
    for document in specs.of(Integration).values():
        if (place := _place(document.spec, catalog)) is None:
            continue
        for position, export in enumerate(document.spec.exports):
            first = seen.setdefault((place, export.category), document)
            if first is not document:
                already = say(
                    "'{name}' exports {category} to {named} already",
                    name=first.name,
                    category=export.category,
                    named=_named(place),
                )
                hint = "remove one of the two: every record would arrive there twice"
                path = ("exports", position, "category")
                yield document.diagnostic("export-twice", path, f"{already}, at {first.at('exports')}", hint)


def _place(integration: Integration, catalog: Catalog) -> Place | None:
    """Where an integration sends to; None where its type is unknown, or a setting that says it is missing."""
    kind = catalog.types.get(integration.type)
    if kind is None or any(name not in integration.settings for name in kind.spec.settings.identity):
        return None
    settings = tuple(integration.settings[name] for name in kind.spec.settings.identity)
    return integration.environment, integration.type, settings


def _named(place: Place) -> str:
    environment, kind, settings = place
    return " ".join(("the", environment, "of", kind, *map(repr, settings)))
