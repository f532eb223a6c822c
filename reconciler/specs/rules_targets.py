"""Two integrations and one place: what would be sent twice there, or beside somebody else's documents.

Never here: the mapping of fields to a target, which is the business of `mappings`.
"""

from collections.abc import Iterator

from reconciler.specs.collection import Catalog, OrganizationSpecs, Specs
from reconciler.specs.diagnostic import Diagnostic
from reconciler.specs.documents import Document
from reconciler.specs.models.integration import Integration

Place = tuple[str, str, tuple[str, ...]]
"""Environment, integration type, and the values of the settings that the type marks as identity."""


def check_targets(specs: Specs) -> None:
    """Add to every organisation what its integrations get wrong about the places that they send to."""
    owners = _owners(specs)
    for organization in specs.organizations.values():
        organization.diagnostics += _exported_twice(organization, specs.catalog)
        organization.diagnostics += _shared_with_others(organization, specs.catalog, owners)


def place_of(integration: Integration, catalog: Catalog) -> Place | None:
    """Where an integration sends to; None where its type is unknown, or a setting that says it is missing."""
    kind = catalog.types.get(integration.type)
    if kind is None or any(name not in integration.settings for name in kind.spec.settings.identity):
        return None
    settings = tuple(integration.settings[name] for name in kind.spec.settings.identity)
    return integration.environment, integration.type, settings


def _exported_twice(specs: OrganizationSpecs, catalog: Catalog) -> Iterator[Diagnostic]:
    seen: dict[tuple[Place, str], Document[Integration]] = {}
    for document in specs.of(Integration).values():
        place = place_of(document.spec, catalog)
        for position, export in enumerate(document.spec.exports):
            if place is None:
                continue
            first = seen.setdefault((place, export.category), document)
            if first is not document:
                message = (
                    f"'{first.name}' exports {export.category} to {_named(place)} already, at {first.at('exports')}"
                )
                hint = "remove one of the two: every record would arrive there twice"
                yield document.diagnostic("export-twice", ("exports", position, "category"), message, hint)


def _shared_with_others(
    specs: OrganizationSpecs, catalog: Catalog, owners: dict[Place, list[str]]
) -> Iterator[Diagnostic]:
    for document in specs.of(Integration).values():
        place = place_of(document.spec, catalog)
        others = [name for name in owners.get(place, []) if name != specs.name] if place else []
        if place and others:
            message = f"{' and '.join(f'orgs/{name}' for name in others)} sends to {_named(place)} too"
            hint = "make sure that it is meant: the documents of both would stand in the same place"
            yield document.diagnostic("target-shared", ("settings",), message, hint, "warning")


def _owners(specs: Specs) -> dict[Place, list[str]]:
    """The organisations that send to each real place that has an identity. Simulators are no place of anybody's."""
    owners: dict[Place, list[str]] = {}
    for organization in specs.organizations.values():
        for document in organization.of(Integration).values():
            place = place_of(document.spec, specs.catalog)
            if place and place[0] != "simulator" and place[2] and organization.name not in owners.get(place, []):
                owners.setdefault(place, []).append(organization.name)
    return owners


def _named(place: Place) -> str:
    environment, kind, settings = place
    return " ".join(("the", environment, "of", kind, *map(repr, settings)))
