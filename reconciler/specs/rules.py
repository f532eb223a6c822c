"""What the documents say of one another: every name refers to something that exists, and fits."""

from collections.abc import Collection, Iterator
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from reconciler.specs.collection import Catalog, OrganizationSpecs, Specs
from reconciler.specs.diagnostic import Diagnostic
from reconciler.specs.documents import Document
from reconciler.specs.models.category import DataCategory
from reconciler.specs.models.exclusion import Exclusion
from reconciler.specs.models.integration import Integration
from reconciler.specs.models.integration_type import IntegrationType
from reconciler.specs.models.mapping import FieldMapping
from reconciler.specs.models.organization import Organization
from reconciler.specs.models.schedule import SyncSchedule
from reconciler.specs.models.shared import Model
from reconciler.specs.origin import Origin, Path
from reconciler.specs.parse import did_you_mean


def check(specs: Specs) -> None:
    """Add to every shelf what its documents get wrong about each other."""
    taken: dict[object, str] = {}
    for organization in specs.organizations.values():
        organization.diagnostics += _organization(organization, taken)
        if organization.organization is not None:
            organization.diagnostics += check_organization(organization, specs.catalog)


def check_organization(specs: OrganizationSpecs, catalog: Catalog) -> Iterator[Diagnostic]:
    """The findings within one organisation against the catalogue."""
    integrations = specs.of(Integration)
    for integration in integrations.values():
        yield from _integration(integration, specs, catalog)
    for mapping in specs.of(FieldMapping).values():
        yield from _mapping(mapping, integrations, catalog)
    yield from _schedules(specs, integrations)
    for exclusion in specs.of(Exclusion).values():
        yield from _exclusion(exclusion, integrations, catalog)


def unknown(
    document: Document[Model], path: Path, name: str, known: Collection[str], what: str
) -> Iterator[Diagnostic]:
    """The finding that `name` is none of `known`, if it is not."""
    if name not in known:
        hint = did_you_mean(name, known) or (
            f"one of {', '.join(sorted(known))}" if known else f"there is no {what} yet"
        )
        yield document.diagnostic("unknown-reference", path, f"there is no {what} '{name}'", hint)


def zone_known(name: str) -> bool:
    """Whether `name` is an IANA time zone."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _organization(specs: OrganizationSpecs, taken: dict[object, str]) -> Iterator[Diagnostic]:
    folder = f"orgs/{specs.name}"
    found = list(specs.of(Organization).values())
    broken = any(item.origin.file.endswith("organization.yaml") for item in specs.diagnostics)
    if len(found) != 1:
        if not broken:
            message = f"{folder} holds {len(found)} Organization documents; it needs exactly one"
            hint = f"add {folder}/organization.yaml"
            yield Diagnostic("organization-missing", Origin(folder), message, hint, "error", specs.name)
        return
    document = found[0]
    if document.name != specs.name:
        place = document.origins.at(("metadata", "name"))
        message = f"the Organization is named '{document.name}', its folder '{specs.name}'"
        hint = "make them equal; a folder is renamed together with renamedFrom"
        yield Diagnostic("organization-folder", place, message, hint, "error", specs.name)
    if (other := taken.setdefault(document.spec.id, specs.name)) != specs.name:
        yield document.diagnostic("organization-id-taken", ("id",), f"orgs/{other} has the same id", "check the app")
    if not zone_known(document.spec.zone):
        yield document.diagnostic(
            "zone-unknown", ("zone",), f"there is no time zone '{document.spec.zone}'", "Europe/Oslo"
        )


def _integration(document: Document[Integration], specs: OrganizationSpecs, catalog: Catalog) -> Iterator[Diagnostic]:
    spec = document.spec
    kind = catalog.types.get(spec.type)
    if kind is None:
        yield from unknown(document, ("type",), spec.type, catalog.types, "integration type")
    else:
        yield from _against_type(document, kind.spec)
    seen: set[str] = set()
    for position, export in enumerate(spec.exports):
        path: Path = ("exports", position)
        if export.category in seen:
            message = f"the category '{export.category}' is exported twice"
            yield document.diagnostic("invalid-value", (*path, "category"), message, "merge the two")
        seen.add(export.category)
        if (category := catalog.categories.get(export.category)) is None:
            yield from unknown(document, (*path, "category"), export.category, catalog.categories, "data category")
        else:
            yield from conditions(document, (*path, "where"), export.where.accepted(), category.spec)
            for index, name in enumerate(export.where.present):
                yield from unknown(document, (*path, "where", "present", index), name, category.spec.fields, "field")
        yield from _one_mapping(document, path, export.category, specs)


def _one_mapping(
    document: Document[Integration], path: Path, category: str, specs: OrganizationSpecs
) -> Iterator[Diagnostic]:
    mappings = [
        mapping
        for mapping in specs.of(FieldMapping).values()
        if mapping.spec.integration == document.name and mapping.spec.category == category
    ]
    if not mappings and not any("/mappings/" in found.origin.file for found in specs.diagnostics):
        message = f"'{category}' is exported, but no FieldMapping of '{document.name}' says how"
        hint = "add one under mappings/, or remove the export"
        yield document.diagnostic("mapping-missing", (*path, "category"), message, hint)
    for second in mappings[1:]:
        message = f"'{mappings[0].name}' maps {category} for {document.name} already"
        yield second.diagnostic("mapping-duplicate", ("category",), message, "merge the two")


def _against_type(document: Document[Integration], kind: IntegrationType) -> Iterator[Diagnostic]:
    from jsonschema import Draft202012Validator

    spec = document.spec
    if spec.environment not in kind.environments:
        message = f"'{spec.type}' has no environment '{spec.environment}'"
        hint = f"one of {', '.join(kind.environments)}"
        yield document.diagnostic("environment-unknown", ("environment",), message, hint)
    for error in Draft202012Validator(kind.settings.schema_).iter_errors(spec.settings):
        path = ("settings", *error.absolute_path)
        yield document.diagnostic("settings-invalid", path, f"settings: {error.message}", f"see the type '{spec.type}'")


def conditions(
    document: Document[Model], path: Path, accepted: dict[str, list[str]], category: DataCategory
) -> Iterator[Diagnostic]:
    """The findings about conditions on fields: the fields exist, and so do the values of a closed list."""
    for name, values in accepted.items():
        if name not in category.fields:
            yield from unknown(document, (*path, name), name, category.fields, "field")
            continue
        closed = category.fields[name].values
        for position, value in enumerate(values):
            if closed is not None:
                yield from unknown(document, (*path, name, position), value, closed, f"value of {name}")


def _mapping(
    document: Document[FieldMapping], integrations: dict[str, Document[Integration]], catalog: Catalog
) -> Iterator[Diagnostic]:
    spec = document.spec
    yield from unknown(document, ("integration",), spec.integration, integrations, "integration")
    yield from unknown(document, ("category",), spec.category, catalog.categories, "data category")
    integration = integrations.get(spec.integration)
    if integration is not None and (kind := catalog.types.get(integration.spec.type)) is not None:
        yield from unknown(document, ("document",), spec.document, kind.spec.documents, "document")


def _schedules(specs: OrganizationSpecs, integrations: dict[str, Document[Integration]]) -> Iterator[Diagnostic]:
    scheduled: dict[str, str] = {}
    for document in specs.of(SyncSchedule).values():
        name = document.spec.integration
        yield from unknown(document, ("integration",), name, integrations, "integration")
        if name in scheduled:
            message = f"'{scheduled[name]}' schedules '{name}' already"
            yield document.diagnostic("schedule-duplicate", ("integration",), message, "one schedule per integration")
        scheduled.setdefault(name, document.name)
        if document.spec.zone is not None and not zone_known(document.spec.zone):
            yield document.diagnostic("zone-unknown", ("zone",), f"there is no time zone '{document.spec.zone}'")


def _exclusion(
    document: Document[Exclusion], integrations: dict[str, Document[Integration]], catalog: Catalog
) -> Iterator[Diagnostic]:
    spec = document.spec
    if spec.integration is not None:
        yield from unknown(document, ("integration",), spec.integration, integrations, "integration")
    if spec.features is not None:
        known = {name for features in catalog.features.values() for name in features.spec.features}
        for position, name in enumerate(spec.features):
            yield from unknown(document, ("features", position), name, known, "feature")
        return
    if spec.category is None:
        yield document.diagnostic("missing-key", (), "'category' is missing here", "say whose records or fields")
        return
    if (category := catalog.categories.get(spec.category)) is None:
        yield from unknown(document, ("category",), spec.category, catalog.categories, "data category")
        return
    yield from conditions(document, ("records",), spec.records or {}, category.spec)
    for position, name in enumerate(spec.fields or []):
        yield from unknown(document, ("fields", position), name, category.spec.fields, "field")
