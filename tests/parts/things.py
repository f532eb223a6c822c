"""A category with a field of every type, and a closed list."""

from typing import Any

from reconciler.specs.models.category import DataCategory

FIELDS = {
    "id": "uuid",
    "word": "text",
    "status": "text",
    "count": "integer",
    "hours": "decimal",
    "amount": "money",
    "digital": "boolean",
    "held_on": "date",
    "approved_at": "instant",
    "owner": "uuid",
}
_LABEL = {"en": "x", "nb": "x"}
_MORE: dict[str, dict[str, Any]] = {
    "id": {"required": "true"},
    "status": {"values": ["draft", "approved", "rejected"], "required": "true"},
}
THINGS = DataCategory.model_validate(
    {
        "label": _LABEL,
        "relation": "public.things",
        "key": "id",
        "organization": "organization_id",
        "cut_over": "approved_at",
        "amount": "amount",
        "fields": {name: {"type": kind, "label": _LABEL, **_MORE.get(name, {})} for name, kind in FIELDS.items()},
        "samples": [{}],
    }
)
