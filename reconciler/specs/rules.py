"""What the documents say of one another: every name refers to something that exists, and fits."""

from collections.abc import Collection, Iterator
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

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
from reconciler.specs.models.schemas import how_to_write, typed_settings
from reconciler.specs.models.shared import Model
from reconciler.specs.origin import Origin, Path
from reconciler.specs.references import unknown
from reconciler.specs.rules_freeze import check_freeze
from reconciler.specs.rules_notifications import check_notifications
from reconciler.specs.rules_retention import check_retention
from reconciler.specs.rules_selection import check_conditions, check_exclusion
from reconciler.specs.sentences import say
from reconciler.specs.wording import choice, did_you_mean, quoted


def check(specs: Specs) -> None:
    """Add to every shelf what its documents get wrong about each other."""
    claims = _claims(specs)
    for organization in specs.organizations.values():
        organization.diagnostics += _organization(organization, claims)
        if organization.organization is not None:
            organization.diagnostics += check_organization(organization, specs.catalog)


def check_organization(specs: OrganizationSpecs, catalog: Catalog) -> Iterator[Diagnostic]:
    """The findings within one organisation against the catalogue."""
    integrations = specs.of(Integration)
    names = specs.names(Integration)
    for organization in specs.of(Organization).values():
        yield from check_retention(organization, catalog)
        yield from check_freeze(organization)
        yield from check_notifications(organization, names)
    for integration in integrations.values():
        yield from _integration(integration, specs, catalog)
    for mapping in specs.of(FieldMapping).values():
        yield from _mapping(mapping, integrations, names, catalog)
    yield from _schedules(specs, names)
    for exclusion in specs.of(Exclusion).values():
        yield from _exclusion(exclusion, names, catalog)


def _unread(specs: OrganizationSpecs, model: type[Model]) -> bool:
    """Whether a document of the kind may be in a file that could not be read: then none is called missing."""
    read = {document.origins.file for document in specs.documents.values()} | set(specs.broken.values())
    return specs.is_broken(model) or any(found.origin.file not in read for found in specs.diagnostics)


def _shared(
    document: Document[Model], path: Path, name: str, catalog: Catalog, model: type[Model], what: str
) -> Iterator[Diagnostic]:
    """The finding that the catalogue has no usable document of that name."""
    if catalog.is_broken(model, name):
        message, hint = (
            say("the {what} '{name}' has errors of its own", what=what, name=name),
            say("mend {broken}", broken=catalog.broken[model.__name__, name]),
        )
        yield document.diagnostic("unknown-reference", path, message, hint)
    else:
        yield from unknown(document, path, name, catalog.of(model), what)


def _zone(document: Document[Model], zone: str) -> Iterator[Diagnostic]:
    if not zone_known(zone):
        hint = did_you_mean(zone, available_timezones()) or "write one such as Europe/Oslo"
        yield document.diagnostic(
            "zone-unknown", ("zone",), say("there is no time zone {zone}", zone=quoted(zone)), hint
        )


def zone_known(name: str) -> bool:
    """Whether `name` is an IANA time zone."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _claims(specs: Specs) -> dict[str, list[str]]:
    """Ids in the app, and the organisations that claim them."""
    claims = {identifier: list(names) for identifier, names in specs.claimed.items()}
    for organization in specs.organizations.values():
        if organization.organization is not None:
            claims.setdefault(str(organization.organization.spec.id), []).append(organization.name)
    return claims


def _organization(specs: OrganizationSpecs, claims: dict[str, list[str]]) -> Iterator[Diagnostic]:
    folder = f"orgs/{specs.name}"
    found = list(specs.of(Organization).values())
    if len(found) != 1:
        if not _unread(specs, Organization):
            message = say(
                "{folder} holds {value} Organization documents; it needs exactly one",
                folder=folder,
                value=len(found) or "no",
            )
            hint = "remove all but one" if found else say("add {folder}/organization.yaml", folder=folder)
            yield Diagnostic("organization-missing", Origin(folder), message, hint, "error", specs.name)
        return
    document = found[0]
    if document.name != specs.name:
        place = document.origins.at(("metadata", "name"))
        message = say("the Organization is named '{name}', its folder '{name2}'", name=document.name, name2=specs.name)
        hint = "give both the same name"
        yield Diagnostic("organization-folder", place, message, hint, "error", specs.name)
    # Every claimant is refused: whoever is wrong would otherwise send somebody else's records.
    if others := [f"orgs/{name}" for name in sorted(claims[str(document.spec.id)]) if name != specs.name]:
        message = say("{names} has the same id", names=" and ".join(others))
        yield document.diagnostic("organization-id-taken", ("id",), message, "copy each organisation's id from the app")
    yield from _zone(document, document.spec.zone)


def _integration(document: Document[Integration], specs: OrganizationSpecs, catalog: Catalog) -> Iterator[Diagnostic]:
    spec = document.spec
    kind = catalog.types.get(spec.type)
    if kind is None:
        yield from _shared(document, ("type",), spec.type, catalog, IntegrationType, "integration type")
    else:
        yield from _against_type(document, kind.spec)
    seen: set[str] = set()
    for position, export in enumerate(spec.exports):
        path: Path = ("exports", position)
        if export.category in seen:
            message = say("the category '{category}' is exported twice", category=export.category)
            yield document.diagnostic("invalid-value", (*path, "category"), message, "merge the two")
        seen.add(export.category)
        if (category := catalog.categories.get(export.category)) is None:
            yield from _shared(document, (*path, "category"), export.category, catalog, DataCategory, "data category")
        else:
            yield from check_conditions(document, (*path, "where"), export.where, category.spec)
            yield from _one_mapping(document, path, export.category, specs)


def _one_mapping(
    document: Document[Integration], path: Path, category: str, specs: OrganizationSpecs
) -> Iterator[Diagnostic]:
    mappings = [
        mapping
        for mapping in specs.of(FieldMapping).values()
        if mapping.spec.integration == document.name and mapping.spec.category == category
    ]
    if not mappings and not _unread(specs, FieldMapping):
        message = say(
            "'{category}' is exported, but no FieldMapping of '{name}' says how", category=category, name=document.name
        )
        hint = "add one under mappings/, or remove the export"
        yield document.diagnostic("mapping-missing", (*path, "category"), message, hint)
    for second in mappings[1:]:
        message = say(
            "'{name}' maps {category} for {name2} already",
            name=mappings[0].name,
            category=category,
            name2=document.name,
        )
        yield second.diagnostic("mapping-duplicate", ("category",), message, "merge the two")


def _against_type(document: Document[Integration], kind: IntegrationType) -> Iterator[Diagnostic]:
    from jsonschema import Draft202012Validator

    spec = document.spec
    if spec.environment not in kind.environments:
        message: str = say("'{type}' has no environment '{environment}'", type=spec.type, environment=spec.environment)
        hint: str = say("one of {names}", names=", ".join(kind.environments))
        yield document.diagnostic("environment-unknown", ("environment",), message, hint)
    elif (setting := kind.environments[spec.environment].setting) and setting not in spec.settings:
        message = say(
            "the environment {environment} has its address in the setting '{setting}', which is missing",
            environment=spec.environment,
            setting=setting,
        )
        yield document.diagnostic(
            "settings-invalid", ("settings",), message, say("add {setting}: https://...", setting=setting)
        )
    settings = typed_settings(spec.settings, kind.settings.schema_)
    for error in Draft202012Validator(kind.settings.schema_).iter_errors(settings):
        path = ("settings", *error.absolute_path)
        message, hint = _setting(error, kind)
        yield document.diagnostic(
            "settings-invalid", path, message, hint or say("see the integration type '{type}'", type=spec.type)
        )


def _setting(error: Any, kind: IntegrationType) -> tuple[str, str]:
    """What is wrong with a setting, in words; the value itself may be secret and is not repeated."""
    known: dict[str, Any] = kind.settings.schema_.get("properties", {})
    name = str(error.absolute_path[-1]) if error.absolute_path else ""
    match error.validator:
        case "required":
            missing = [key for key in error.validator_value if key not in error.instance]
            return say("the setting '{missing}' is missing", missing=missing[0]), say(
                "add {missing}: ...", missing=missing[0]
            )
        case "additionalProperties":
            extra = [key for key in error.instance if key not in known]
            return say(
                "'{en}' has no setting {names}", en=kind.label.en, names=" or ".join(map(quoted, extra))
            ), choice(extra[0], known)
        case "enum":
            return (
                say("the setting '{name}' has no such value", name=name),
                say("one of {names}", names=", ".join(map(_as_written, error.validator_value))),
            )
        case "type" if words := how_to_write(error.schema):
            return say("the setting '{name}' is not in the form that is asked for", name=name), words
        case "minimum" | "maximum":
            least = "at least" if error.validator == "minimum" else "at most"
            return say(
                "the setting '{name}' is not in the range that is asked for", name=name
            ), f"{least} {error.validator_value}"
    return say("the setting '{name}' is not in the form that is asked for", name=name), str(
        known.get(name, {}).get("description", "")
    )


def _as_written(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _mapping(
    document: Document[FieldMapping],
    integrations: dict[str, Document[Integration]],
    names: Collection[str],
    catalog: Catalog,
) -> Iterator[Diagnostic]:
    spec = document.spec
    yield from unknown(document, ("integration",), spec.integration, names, "integration")
    yield from _shared(document, ("category",), spec.category, catalog, DataCategory, "data category")
    integration = integrations.get(spec.integration)
    if integration is not None and (kind := catalog.types.get(integration.spec.type)) is not None:
        yield from unknown(document, ("document",), spec.document, kind.spec.documents, "document")


def _schedules(specs: OrganizationSpecs, names: Collection[str]) -> Iterator[Diagnostic]:
    scheduled: dict[str, str] = {}
    for document in specs.of(SyncSchedule).values():
        name = document.spec.integration
        yield from unknown(document, ("integration",), name, names, "integration")
        if name in scheduled:
            message = say("'{scheduled}' schedules '{name}' already", scheduled=scheduled[name], name=name)
            yield document.diagnostic("schedule-duplicate", ("integration",), message, "one schedule per integration")
        scheduled.setdefault(name, document.name)
        if document.spec.zone is not None:
            yield from _zone(document, document.spec.zone)


def _exclusion(document: Document[Exclusion], names: Collection[str], catalog: Catalog) -> Iterator[Diagnostic]:
    spec = document.spec
    if spec.integration is not None:
        yield from unknown(document, ("integration",), spec.integration, names, "integration")
    if spec.features is None and spec.category is None:
        yield document.diagnostic("missing-key", (), "'category' is missing here", "say whose records or fields")
    elif spec.features is None and spec.category not in catalog.categories:
        yield from _shared(document, ("category",), spec.category or "", catalog, DataCategory, "data category")
    else:
        yield from check_exclusion(document, catalog)
