"""A small world to compile mappings in: one category, one document, one reference table."""

from typing import Any
from zoneinfo import ZoneInfo

from reconciler.mappings.check import SAMPLE_EXPORT
from reconciler.mappings.compile import Finding, compile_mapping
from reconciler.mappings.document import CompiledMapping, Rendered
from reconciler.mappings.refusal import Refusal
from reconciler.mappings.scope import Scope
from reconciler.mappings.values import read_record
from reconciler.specs.models.category import DataCategory
from reconciler.specs.models.integration_type import DocumentType
from reconciler.specs.models.mapping import FieldMapping
from reconciler.specs.models.reference import ReferenceTable

LABEL = {"en": "X", "nb": "X"}


def field(kind: str, **more: Any) -> dict[str, Any]:
    return {"type": kind, "label": LABEL, **more}


CATEGORY = DataCategory.model_validate(
    {
        "label": LABEL,
        "relation": "app.claims",
        "key": "id",
        "organization": "organization_id",
        "cut_over": "approved_at",
        "subject": "id",
        "amount": "amount",
        "fields": {
            "id": field("uuid", required=True),
            "amount": field("money", required=True),
            "extra": field("money"),
            "km": field("decimal"),
            "count": field("integer"),
            "name": field("text", max_length=20),
            "note": field("text"),
            "health": field("text", max_length=10, personal="sensitive"),
            "digital": field("boolean"),
            "day": field("date"),
            "sort": field("text", values=["trip", "course", "other"]),
            "approved_at": field("instant"),
        },
        "samples": [
            {
                "id": "5f0c7b52-8d0e-4d5c-9a51-31b4f1d0a007",
                "amount": "100.00",
                "approved_at": "2026-02-10T12:00:00+01:00",
            }
        ],
    }
)
OPERATION = {
    "reference": "reference",
    "idempotency": "D",
    "batch": {"documents": 1, "nodes": 10},
    "request": {"query": "x", "variable": "x", "correlate": "x", "node": "x"},
    "reply": {"items": "x", "correlate": "x", "id": "x"},
}
TARGETS = {
    "reference": field("text", max_length=30),
    "amount": field("decimal"),
    "text": field("text", max_length=10),
    "free": field("text"),
    "must": field("text"),
    "number": field("integer"),
    "day": field("date"),
    "flag": field("boolean"),
    "fixed": field("text", constant="GL"),
    "twin": field("decimal", same_as="amount"),
    "code": field("text", pattern="[A-Z]{2}[0-9]"),
    "kind": field("text", values=["cost", "income"]),
    "level": field("integer", minimum="0", maximum="10"),
    "price": field("money", minimum="0.01"),
    "at": field("instant"),
    "whose": field("reference", min_length=3, max_length=8),
    "weight": field("decimal", decimals=3),
    "center": field("text", entry={"list": "below", "value": "of", "keys": {"code": "{center_code}"}}),
    "project": field("text", entry={"list": "below", "value": "of", "keys": {"code": "{project_code}"}}),
}


def document(*, balanced: bool, required: tuple[str, ...]) -> DocumentType:
    fields = {name: body | ({"required": True} if name in required else {}) for name, body in TARGETS.items()}
    balance = {"balanced": "amount"} if balanced else {}
    return DocumentType.model_validate({"label": LABEL, "fields": fields, "create": OPERATION, **balance})


TABLE = ReferenceTable.model_validate(
    {
        "label": LABEL,
        "columns": {"rate": {"type": "money", "label": LABEL}},
        "rows": [
            {"from": "2022-01-01", "values": {"rate": "3.50"}},
            {"from": "2023-01-01", "gap": "no public figure"},
            {"from": "2024-01-01", "values": {"rate": "4.00"}},
        ],
    }
)


VAT = ReferenceTable.model_validate(
    {
        "label": LABEL,
        "key": {"label": LABEL},
        "columns": {"code": {"type": "text", "label": LABEL}, "rate": {"type": "decimal", "label": LABEL}},
        "rows": [
            {"key": "food", "from": "2020-01-01", "values": {"code": "11", "rate": "0.12"}},
            {"key": "food", "from": "2024-01-01", "values": {"code": "11", "rate": "0.15"}},
            {"key": "all", "from": "2005-01-01", "values": {"code": "1", "rate": "0.25"}},
        ],
    }
)
TABLES = {"rates": TABLE, "vat": VAT}
SCOPED = ("present", "excluded", "closed_through", "settings")


class World:
    """Compiles mappings, and renders records with them."""

    def compile(
        self, lines: list[dict[str, Any]], *, balanced: bool = False, required: tuple[str, ...] = (), **more: Any
    ) -> tuple[CompiledMapping | None, list[Finding]]:
        scope = {key: more.pop(key) for key in SCOPED if key in more}
        body = {"integration": "x", "category": "claims", "document": "voucher", "lines": lines, **more}
        made = document(balanced=balanced, required=required)
        mapping = FieldMapping.model_validate(body)
        return compile_mapping(Scope(mapping, CATEGORY, made, TABLES, ZoneInfo("Europe/Oslo"), **scope))

    def render(self, record: dict[str, Any], lines: list[dict[str, Any]], **more: Any) -> Rendered | Refusal:
        compiled, findings = self.compile(lines, **more)
        assert compiled is not None, findings
        full = {**read_record(CATEGORY, {"amount": "100.00", **record}), **SAMPLE_EXPORT}
        outcome = compiled.render(full)
        assert compiled.for_many().render(full) == outcome
        return outcome

    def field(self, rule: dict[str, Any], record: dict[str, Any], **more: Any) -> Any:
        """What one rule writes into the document; the refusal's message where there is none."""
        outcome = self.render(record, [{"name": "only", "fields": [rule]}], **more)
        return outcome.message if isinstance(outcome, Refusal) else outcome.lines[0].fields.get(rule["to"])

    def clashes(self, *rules: dict[str, Any], **more: Any) -> list[tuple[str, str]]:
        """The findings about one line of these rules: id and message."""
        _, findings = self.compile([{"name": "only", "fields": list(rules)}], **more)
        return [(each.clash.diagnostic, each.clash.message) for each in findings]
