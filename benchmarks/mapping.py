"""What mapping one record of fourteen fields costs, beside a function written by hand, in the same run: ratios.

Nested target names, local days, decimals, a lookup and a template; both make the same document, which is checked first.
"""

import statistics
import time
from collections.abc import Callable
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

from reconciler.mappings.compile import compile_mapping
from reconciler.mappings.document import Rendered
from reconciler.mappings.scope import Scope
from reconciler.specs.models.category import DataCategory
from reconciler.specs.models.integration_type import DocumentType
from reconciler.specs.models.mapping import FieldMapping

ROUNDS = 150
RECORDS = 300
LABEL = {"en": "X", "nb": "X"}
ZONE = ZoneInfo("Europe/Oslo")
CENT = Decimal("0.01")
DEPARTMENTS = {"Oslo": "310", "Bergen": "320", "Trondheim": "330"}
FIELDS = {
    "id": "uuid", "claim_number": "integer", "name": "text", "city": "text", "department": "text", "project": "text",
    "amount": "money", "rate": "decimal", "km": "decimal", "from_place": "text", "to_place": "text",
    "travelled_on": "date", "approved_at": "instant", "digital": "boolean",
}  # fmt: skip
RULES = [
    {"to": "voucher.number", "from": "claim_number"},
    {"to": "voucher.reference", "from": "id"},
    {"to": "voucher.postedDate", "from": "approved_at", "date": "iso"},
    {"to": "voucher.date", "from": "travelled_on"},
    {"to": "voucher.text", "template": "Km {from_place} - {to_place} {travelled_on}"},
    {"to": "customer.name", "from": "name", "text": "trim"},
    {"to": "customer.city", "from": "city", "default": "ukjent"},
    {"to": "account.code", "value": "7100"},
    {"to": "glObject1.code", "from": "department", "lookup": "departments"},
    {"to": "project.code", "from": "project"},
    {"to": "amounts.claimed", "from": "amount", "number": {"decimals": 2}},
    {"to": "amounts.owed", "from": "amount", "negate": True, "number": {"decimals": 2}},
    {"to": "amounts.taxFree", "product": ["km", "rate"], "number": {"decimals": 2}},
    {"to": "flags.digital", "from": "digital"},
]
TYPES = {
    "voucher.number": "integer", "voucher.postedDate": "date", "voucher.date": "date", "flags.digital": "boolean",
    "amounts.claimed": "decimal", "amounts.owed": "decimal", "amounts.taxFree": "decimal",
}  # fmt: skip


def by_hand(record: dict) -> dict:
    """What a careful programmer would write for exactly this record: empty fields left out, half-up, local days."""
    fields = {
        "account.code": "7100",
        "amounts.claimed": str(record["amount"].quantize(CENT, ROUND_HALF_UP)),
        "amounts.owed": str((-record["amount"]).quantize(CENT, ROUND_HALF_UP) + 0),
        "amounts.taxFree": str((record["km"] * record["rate"]).quantize(CENT, ROUND_HALF_UP)),
        "customer.city": record["city"] or "ukjent",
        "flags.digital": record["digital"],
        "glObject1.code": DEPARTMENTS[record["department"]],
        "voucher.date": record["travelled_on"].isoformat(),
        "voucher.number": record["claim_number"],
        "voucher.postedDate": record["approved_at"].astimezone(ZONE).date().isoformat(),
        "voucher.reference": record["id"],
        "voucher.text": f"Km {record['from_place']} - {record['to_place']} {record['travelled_on'].isoformat()}",
    }
    if name := (record["name"] or "").strip():
        fields["customer.name"] = name
    if record["project"]:
        fields["project.code"] = record["project"]
    return fields


def compiled() -> Callable[[dict], Rendered]:
    """The same as a mapping."""
    category = {
        "label": LABEL, "relation": "app.claims", "key": "id", "organization": "o", "cut_over": "approved_at",
        "fields": {name: {"type": kind, "label": LABEL} for name, kind in FIELDS.items()}, "samples": [{}],
    }  # fmt: skip
    document = {
        "label": LABEL,
        "fields": {rule["to"]: {"type": TYPES.get(rule["to"], "text"), "label": LABEL} for rule in RULES},
        "create": {
            "reference": "voucher.reference", "batch": {"documents": 1, "nodes": 10},
            "request": {"query": "x", "variable": "x", "correlate": "x", "node": "x"},
            "reply": {"items": "x", "correlate": "x", "id": "x"},
        },
    }  # fmt: skip
    mapping = {
        "integration": "x", "category": "claims", "document": "voucher", "lines": [{"name": "only", "fields": RULES}],
        "lookups": {"departments": DEPARTMENTS},
    }  # fmt: skip
    scope = Scope(
        FieldMapping.model_validate(mapping),
        DataCategory.model_validate(category),
        DocumentType.model_validate(document),
        {},
        ZONE,
    )
    found, findings = compile_mapping(scope)
    assert found is not None, findings
    return found.for_many().render


def record(number: int) -> dict:
    """One of many records, none like the one before."""
    return {
        "id": str(UUID(int=number)), "claim_number": number, "name": f" Kari {number} ", "city": None, "digital": True,
        "department": list(DEPARTMENTS)[number % 3], "project": "4100", "amount": Decimal(number).scaleb(-2),
        "rate": Decimal("3.50"), "km": Decimal(number % 900).scaleb(-1), "from_place": "Oslo", "to_place": "Hamar",
        "travelled_on": date(2026, 1 + number % 12, 1 + number % 28),
        "approved_at": datetime(2026, 1 + number % 12, 1 + number % 28, 22, 30, tzinfo=ZoneInfo("UTC")),
    }  # fmt: skip


def seconds(function: Callable[[dict], object], records: list[dict]) -> float:
    """Seconds for one record."""
    began = time.perf_counter()
    for each in records:
        function(each)
    return (time.perf_counter() - began) / len(records)


def main() -> None:
    """Interleaved rounds, so that a busy moment hits both alike."""
    records, render = [record(number) for number in range(1, RECORDS + 1)], compiled()
    for each in records:
        assert dict(render(each).lines[0].fields) == by_hand(each), each
    ways = {"written by hand": by_hand, "compiled mapping": render}
    times: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, way in ways.items():
            times[name].append(seconds(way, records))
    base = min(times["written by hand"])
    print(f"{'one record of 14 fields':24}{'median':>10}{'least':>10}{'ratio':>8}")
    for name, found in times.items():
        middle, least = statistics.median(found) * 1e6, min(found) * 1e6
        print(f"{name:24}{middle:>7.1f} us{least:>7.1f} us{least / base / 1e6:>7.2f}x")


if __name__ == "__main__":
    main()
