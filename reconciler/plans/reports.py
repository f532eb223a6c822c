"""What a report is counted with: the shared documents behind it, pinned when it is applied."""

from collections.abc import Mapping
from typing import Any

from reconciler.plans.resource import Definition
from reconciler.specs.collection import Catalog
from reconciler.specs.documents import Document
from reconciler.specs.models.report import COLUMNS, Report
from reconciler.specs.models.report_rules import ReportRules


def pinned_of(report: Report, catalog: Catalog) -> Mapping[str, Definition]:
    """The rules, the categories and the table of counties, by `Kind/name`. The specs are usable: every name leads."""
    rules = catalog.of(ReportRules)[report.rules]
    documents: list[Document[Any]] = [rules, catalog.tables[rules.spec.county_table[0]]]
    documents += [catalog.categories[name] for name in sorted({report.category(source) for source in COLUMNS})]
    found = (Definition(each.kind, each.name, each.spec.plain()) for each in documents)
    return {f"{each.kind}/{each.name}": each for each in found}
