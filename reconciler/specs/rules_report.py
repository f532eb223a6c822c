"""What reports and their rules say of each other: every name leads somewhere, every value has a field that fits it."""

from collections.abc import Iterator
from itertools import pairwise

from reconciler.specs.collection import Catalog, OrganizationSpecs, Specs
from reconciler.specs.diagnostic import Diagnostic
from reconciler.specs.documents import Document
from reconciler.specs.models.category import DataCategory
from reconciler.specs.models.integration import Integration
from reconciler.specs.models.report import COLUMNS, SHOWN, Report, Source
from reconciler.specs.models.report_rules import KeyFigure, ReportRules
from reconciler.specs.origin import Path
from reconciler.specs.references import unknown
from reconciler.specs.scalars import read_value
from reconciler.specs.sentences import say
from reconciler.specs.wording import choice, quoted

GROUPED = {"counties": "members", "age_bands": "members", "branches": "members"}
"""Sheets whose rows are groups, and what is grouped."""
HEAD = ("organization_number", "organization", "year")
"""Values that every sheet may show."""
VALUES = {
    "figures": ("label", "value", "unit", "note"),
    "findings": ("severity", "code", "message", "hint"),
    "counties": ("county", "county_name"),
    "age_bands": ("age_band",),
    "branches": ("county", "county_name", "municipality", "name", "number", "branch_number"),
    "activities": (
        "id", "day", "county", "county_name", "municipality", "place", "branch", "kind", "peer", "participants",
        "new_participants", "minutes", "days", "counts", "reason", "remark",
    ),
}  # fmt: skip
"""What the rows of a sheet hold."""
COUNTABLE = {
    "members": ("county", "age_band", "branch", "paying"),
    "branches": ("county", "municipality", "number"),
    "activities": (
        "county", "municipality", "branch", "kind", "counts", "digital", "approved", "peer", "participant",
        "participants", "new_participants", "minutes", "days",
    ),
}  # fmt: skip
"""What a key figure may count, add up and ask for."""
ADDED = ("participants", "new_participants", "minutes", "days")
"""Values that can be added up."""
FITS = {
    "text": {"text", "integer", "uuid"},
    "integer": {"integer"},
    "date": {"date", "instant"},
    "boolean": {"boolean"},
    "uuid": {"uuid", "text"},
}
"""The types of fields that give a value of a type."""


def check_report_rules(catalog: Catalog) -> None:
    """Add to the catalogue what its ReportRules get wrong."""
    for document in catalog.of(ReportRules).values():
        catalog.diagnostics += _rules(document, catalog)


def check_reports(specs: Specs) -> None:
    """Add to every organisation what its reports get wrong, and the exports that may not be."""
    for organization in specs.organizations.values():
        organization.diagnostics += _reports(organization, specs.catalog)
        organization.diagnostics += _exported(organization, specs.catalog)


def _rules(document: Document[ReportRules], catalog: Catalog) -> Iterator[Diagnostic]:
    rules = document.spec
    table, column = rules.county_table
    if table not in catalog.tables or column not in catalog.tables[table].spec.columns:
        message: str = say(
            "there is no reference table {table} with a column {column}", table=quoted(table), column=quoted(column)
        )
        yield document.diagnostic(
            "unknown-reference", ("counties",), message, choice(table, catalog.tables) or "add it"
        )
    for position, (sooner, later) in enumerate(pairwise(rules.versions), 1):
        if later.from_ <= sooner.from_:
            message = "versions stand in the order of their days"
            yield document.diagnostic(
                "invalid-value", ("versions", position, "from"), message, "sort them, oldest first"
            )
    for position, figure in enumerate(rules.figures):
        yield from _figure(document, ("figures", position), figure)
    figures = {each.key: each for each in rules.figures}
    for position, sheet in enumerate(rules.sheets):
        grouped = GROUPED.get(sheet.rows)
        known = (*HEAD, *VALUES[sheet.rows], *(key for key, each in figures.items() if grouped and each.of == grouped))
        for number, shown in enumerate(sheet.columns):
            path = ("sheets", position, "columns", number, "value")
            yield from unknown(document, path, shown.value, known, "value of these rows called")


def _figure(document: Document[ReportRules], path: Path, figure: KeyFigure) -> Iterator[Diagnostic]:
    if figure.aggregate != "count" and figure.value is None:
        message = say("what '{key}' counts or adds up is not said", key=figure.key)
        yield document.diagnostic("missing-key", path, message, "add value: and the name of a value")
    known = ADDED if figure.aggregate == "sum" else COUNTABLE[figure.of]
    if figure.value is not None:
        yield from unknown(document, (*path, "value"), figure.value, known, "value to count or add up called")
    for name in figure.where:
        yield from unknown(document, (*path, "where", name), name, COUNTABLE[figure.of], "value of these rows called")


def _exported(specs: OrganizationSpecs, catalog: Catalog) -> Iterator[Diagnostic]:
    for document in specs.of(Integration).values():
        for position, export in enumerate(document.spec.exports):
            category = catalog.categories.get(export.category)
            if category is not None and category.spec.report_only:
                message = say(
                    "'{category}' is counted in reports only, and leaves by no integration", category=export.category
                )
                path = ("exports", position, "category")
                yield document.diagnostic("report-only", path, message, "remove the export; write a Report instead")


def _reports(specs: OrganizationSpecs, catalog: Catalog) -> Iterator[Diagnostic]:
    first: dict[str, Document[Report]] = {}
    for document in specs.of(Report).values():
        already = first.setdefault(document.spec.rules, document)
        if already is not document:
            message = say(
                "'{name}' reports by the rules '{rules}' already, at {at}",
                name=already.name,
                rules=document.spec.rules,
                at=already.at("rules"),
            )
            yield document.diagnostic("report-twice", ("rules",), message, "merge the two: a year is handed over once")
        yield from _report(document, specs, catalog)


def _report(document: Document[Report], specs: OrganizationSpecs, catalog: Catalog) -> Iterator[Diagnostic]:
    report = document.spec
    rules = catalog.of(ReportRules)
    yield from unknown(document, ("rules",), report.rules, rules, "set of report rules")
    if report.rules in rules:
        kinds = set.intersection(*(set(each.kinds) for each in rules[report.rules].spec.versions))
        for name, kind in report.activity_types.items():
            yield from unknown(document, ("activity_types", name), kind, kinds, "kind of activity in the rules called")
    people = [each.account for each in specs.organization.spec.people] if specs.organization else []
    for position, account in enumerate(report.contacts if specs.organization else []):
        yield from unknown(
            document, ("contacts", position), account, people, "person of the organisation with the account"
        )
    yield from _scope(document)
    yield from _deadline(document)
    for source in COLUMNS:
        name = report.category(source)
        if name not in catalog.categories:
            yield from unknown(document, ("categories", source), name, catalog.categories, "data category")
        else:
            yield from _columns(document, source, catalog.categories[name].spec)


def _scope(document: Document[Report]) -> Iterator[Diagnostic]:
    report = document.spec
    wanted = {"region": "counties", "local": "branches"}.get(report.scope)
    for name in ("counties", "branches"):
        given = getattr(report, name) is not None
        if name == wanted and not given:
            yield document.diagnostic(
                "missing-key",
                ("scope",),
                say("'{name}' is missing here", name=name),
                say("say of which {name}", name=name),
            )
        elif given and name != wanted:
            message = say("'{name}' means nothing with scope: {scope}", name=name, scope=report.scope)
            yield document.diagnostic(
                "invalid-value", (name,), message, say("remove {name}, or change the scope", name=name)
            )


def _deadline(document: Document[Report]) -> Iterator[Diagnostic]:
    try:
        document.spec.deadline.of(2001)
    except ValueError:
        message = "there is no such day in every year"
        yield document.diagnostic("invalid-value", ("deadline", "day"), message, "write a day that every year has")


def _columns(document: Document[Report], source: Source, category: DataCategory) -> Iterator[Diagnostic]:
    given = getattr(document.spec.columns, source)
    for name in given:
        yield from unknown(
            document, ("columns", source, name), name, COLUMNS[source], say("value of {source} called", source=source)
        )
    for name, kind in COLUMNS[source].items():
        path: Path = ("columns", source, name) if name in given else ("categories", source)
        if message := misfit(document.spec, source, name, category):
            hint = say(
                "under columns.{source}.{name} name a field that gives {kind}, or say with lookup what its values mean",
                source=source,
                name=name,
                kind=kind,
            )
            yield document.diagnostic("report-column", path, message, hint)


def misfit(report: Report, source: Source, name: str, category: DataCategory) -> str:
    """Why the value `name` cannot come from where the report says; empty where it can."""
    column, kind = report.column(source, name), COLUMNS[source][name]
    if source == "participants" and (column.field is None or column.lookup is not None):
        return say(
            "{source}.{name} is what joins two records, and comes from a field as it is", source=source, name=name
        )
    constants = [each for each in (column.value, column.other, *(column.lookup or {}).values()) if each is not None]
    for text in constants:
        try:
            read_value(kind, text)
        except ValueError:
            return say(
                "{source}.{name} is {kind}, and {text} is not", source=source, name=name, kind=kind, text=quoted(text)
            )
    if column.field is None:
        return ""
    field = category.fields.get(column.field)
    if field is None:
        return say(
            "{source}.{name} has no field: '{category}' has none called '{field}'",
            source=source,
            name=name,
            category=report.category(source),
            field=column.field,
        )
    if column.lookup is None and field.type not in FITS[kind]:
        return say(
            "{source}.{name} is {kind}, and the field '{field}' is {type}",
            source=source,
            name=name,
            kind=kind,
            field=column.field,
            type=field.type,
        )
    if name in SHOWN and source != "members" and field.personal != "none":
        return say(
            "{source}.{name} stands in the report, and the field '{field}' is personal data",
            source=source,
            name=name,
            field=column.field,
        )
    return ""
