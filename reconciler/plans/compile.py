"""Documents become desired resources: defaults filled in, names resolved, definitions pinned by digest."""

from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from reconciler.mappings.check import check_mapping
from reconciler.mappings.fields import used_tables
from reconciler.mappings.scope import Scope, excluded_fields, promised
from reconciler.plans.load import load_findings
from reconciler.plans.reports import pinned_of
from reconciler.plans.resource import Approved, Definition, Desired, Key, Resource
from reconciler.plans.timing import effective, schedule_findings
from reconciler.selections.check import selection_findings
from reconciler.selections.criteria import Selection, select
from reconciler.specs import rules
from reconciler.specs.collection import Catalog, OrganizationSpecs, Specs
from reconciler.specs.diagnostic import Diagnostic
from reconciler.specs.documents import Document
from reconciler.specs.models.approval import Approval
from reconciler.specs.models.exclusion import Exclusion
from reconciler.specs.models.integration import Integration
from reconciler.specs.models.mapping import FieldMapping
from reconciler.specs.models.organization import Organization
from reconciler.specs.models.report import Report
from reconciler.specs.models.schedule import SyncSchedule
from reconciler.specs.models.shared import Model
from reconciler.specs.origin import dotted
from reconciler.specs.rules_addresses import check_addresses
from reconciler.specs.rules_approvals import check_approvers, check_policies
from reconciler.specs.rules_report import check_report_rules, check_reports
from reconciler.specs.rules_targets import check_targets


def check(specs: Specs, now: datetime, allowed: Collection[str] = ()) -> None:
    """Everything that can be known from the text: rules between documents, mappings and their tests, schedules.

    `now` is the instant from which a schedule must fire within 400 days; `allowed` are the hosts that the installation
    calls, all where none is named.
    """
    check_catalog(specs.catalog)
    check_organizations(specs, now, allowed)


def check_catalog(catalog: Catalog) -> None:
    """What the shared documents get wrong about each other."""
    check_policies(catalog)
    check_report_rules(catalog)


def check_organizations(specs: Specs, now: datetime, allowed: Collection[str] = ()) -> None:
    """What each organisation gets wrong, of itself and against a catalogue that was checked."""
    rules.check(specs)
    check_targets(specs)
    check_reports(specs)
    check_addresses(specs, allowed)
    check_approvers(specs)
    for organization in specs.organizations.values():
        if (day := local_day(organization, now)) is not None:
            organization.diagnostics += _check_mappings(organization, specs.catalog, day)
            organization.diagnostics += selection_findings(organization, specs.catalog, day)
        organization.diagnostics += schedule_findings(organization, now)
        organization.diagnostics += load_findings(organization, specs.catalog, now)


def local_day(specs: OrganizationSpecs, now: datetime) -> date | None:
    """The day in the organisation's zone; None where `rules` has said that nobody knows the zone."""
    if specs.organization is None or not rules.zone_known(specs.organization.spec.zone):
        return None
    return now.astimezone(ZoneInfo(specs.organization.spec.zone)).date()


def desired(specs: OrganizationSpecs, catalog: Catalog, revision: str, day: date) -> Desired:
    """The effective configuration of one usable organisation on `day`, a local one: features come back by it."""
    document = specs.organization
    assert document is not None, specs.name
    assert specs.usable, specs.name
    definitions: dict[str, Definition] = {}
    resources = [_resource(document, document.spec.plain())]
    for integration in specs.of(Integration).values():
        pinned = _pinned(integration, specs, catalog)
        definitions |= {each.digest: each for each in pinned.values()}
        resources.append(_resource(integration, _integration(integration, pinned, catalog)))
    for mapping in specs.of(FieldMapping).values():
        body = {key: value for key, value in mapping.spec.plain().items() if key != "tests"}
        resources.append(_resource(mapping, body))
    resources += _schedules(specs, document.spec)
    resources += [_resource(each, each.spec.plain()) for each in specs.of(Exclusion).values()]
    for report in specs.of(Report).values():
        found = pinned_of(report.spec, catalog)
        definitions |= {each.digest: each for each in found.values()}
        digests = {key: each.digest for key, each in sorted(found.items())}
        resources.append(_resource(report, report.spec.plain() | {"definitions": digests}))
    resources += _features(specs, catalog, day)
    by_key: dict[Key, Resource] = {resource.key: resource for resource in resources}
    return Desired(specs.name, str(document.spec.id), revision, by_key, definitions, _approvals(specs))


def _schedules(specs: OrganizationSpecs, organization: Organization) -> Iterator[Resource]:
    """What runs by itself. A manual schedule is the wish that there be none."""
    for document in specs.of(SyncSchedule).values():
        body = effective(document.spec, organization)
        if body is not None:
            yield _resource(document, body)


def _integration(document: Document[Integration], pinned: Mapping[str, Definition], catalog: Catalog) -> dict[str, Any]:
    """The spec, with the digests of what it runs with and the settings that say where its documents end up; and what
    the app calls its type, where that is another word.
    """
    kind = catalog.types[document.spec.type].spec
    digests = {key: each.digest for key, each in sorted(pinned.items())}
    family = {"family": kind.family} if kind.family not in (None, document.spec.type) else {}
    return document.spec.plain() | {"definitions": digests, "identity": kind.settings.identity} | family


def scope(
    mapping: FieldMapping, integration: Integration, specs: OrganizationSpecs, catalog: Catalog, day: date
) -> Scope | None:
    """The world of a mapping on a local day, where its names lead somewhere; None where `rules` has said so already."""
    kind, category = catalog.types.get(integration.type), catalog.categories.get(mapping.category)
    if kind is None or category is None or mapping.document not in kind.spec.documents or specs.organization is None:
        return None
    if not rules.zone_known(specs.organization.spec.zone):
        return None
    return Scope(
        mapping=mapping,
        category=category.spec,
        document=kind.spec.documents[mapping.document],
        tables={name: table.spec for name, table in catalog.tables.items()},
        zone=ZoneInfo(specs.organization.spec.zone),
        present=promised(integration, mapping.category),
        excluded=excluded_fields(
            (each.spec for each in specs.of(Exclusion).values() if each.spec.holds(day)),
            mapping.integration,
            mapping.category,
        ),
        closed_through=specs.organization.spec.closed_through,
        settings=integration.settings,
    )


def selected(
    mapping: FieldMapping, integration: Integration, specs: OrganizationSpecs, catalog: Catalog, day: date
) -> Selection | None:
    """The selection of the export that a mapping serves, on a local day; None where the integration has none such.

    The specs are usable: every name leads somewhere, and every condition fits its field.
    """
    export = integration.export(mapping.category)
    if export is None or specs.organization is None:
        return None
    mine = [each.spec for each in specs.of(Exclusion).values() if each.spec.concerns(mapping.integration)]
    category, zone = catalog.categories[mapping.category].spec, ZoneInfo(specs.organization.spec.zone)
    return select(export, category, mine, zone, day)


def _check_mappings(specs: OrganizationSpecs, catalog: Catalog, day: date) -> Iterator[Diagnostic]:
    integrations = specs.of(Integration)
    for document in specs.of(FieldMapping).values():
        integration = integrations.get(document.spec.integration)
        if integration is not None:
            found = scope(document.spec, integration.spec, specs, catalog, day)
            if found is not None:
                yield from check_mapping(document, found)


def _pinned(integration: Document[Integration], specs: OrganizationSpecs, catalog: Catalog) -> Mapping[str, Definition]:
    """The shared documents that a run of this integration reads, by `Kind/name`."""
    documents: list[Document[Any]] = [catalog.types[integration.spec.type]]
    documents += [catalog.categories[export.category] for export in integration.spec.exports]
    tables: set[str] = set()
    for mapping in specs.of(FieldMapping).values():
        if mapping.spec.integration == integration.name:
            tables |= used_tables(mapping.spec)
    documents += [catalog.tables[name] for name in sorted(tables)]
    found = (Definition(each.kind, each.name, each.spec.plain()) for each in documents)
    return {f"{each.kind}/{each.name}": each for each in found}


def _features(specs: OrganizationSpecs, catalog: Catalog, day: date) -> Iterator[Resource]:
    """One flag per feature of the catalogue, off where an Exclusion that still holds says so."""
    holding = [each for each in specs.of(Exclusion).values() if each.spec.holds(day)]
    off = {name: found for found in holding for name in found.spec.features or []}
    names = {name for features in catalog.features.values() for name in features.spec.features}
    for name in sorted(names):
        if (exclusion := off.get(name)) is not None:
            origins = {"": str(exclusion.at("features"))}
            yield Resource("Feature", name, {"enabled": False, "reason": exclusion.spec.reason}, origins)
        else:
            yield Resource("Feature", name, {"enabled": True})


def _approvals(specs: OrganizationSpecs) -> tuple[Approved, ...]:
    found = (document.spec for document in specs.of(Approval).values())
    return tuple(Approved(each.rule, each.object, each.expires.isoformat()) for each in found)


def _resource(document: Document[Any], body: Mapping[str, Any]) -> Resource:
    prefix = ("spec",)
    origins = {dotted(path[1:]): str(origin) for path, origin in document.origins.values.items() if path[:1] == prefix}
    origins[""] = str(document.origins.at(()))
    assert isinstance(document.spec, Model)
    return Resource(document.kind, document.name, dict(body), origins, document.metadata.renamed_from)
