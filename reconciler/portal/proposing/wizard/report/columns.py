"""A column of a report as fields of a form, and back. What a form cannot show stays as it is written. Pure."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, Field

from reconciler.specs.models.category import FieldType


class Shown(BaseModel):
    """A column in a form: a field, or a value that is the same for all; `yes` are the field's words that mean yes."""

    field: str = ""
    value: str = ""
    yes: str = Field("", description="Of a question that a field of text answers: what means yes, between commas.")


def shown(column: Mapping[str, Any] | None, kind: FieldType) -> Shown:
    """As a form shows it."""
    found = column or {}
    lookup = found.get("lookup") or {}
    yes = [word for word, meant in lookup.items() if str(meant) == "true"] if kind == "boolean" else []
    return Shown(field=found.get("field") or "", value=str(found.get("value") or ""), yes=", ".join(yes))


def said(column: Mapping[str, Any] | None, kind: FieldType, form: Shown) -> dict[str, Any]:
    """What a form says; empty where it says nothing. One that came back as it was shown changes nothing."""
    if form == shown(column, kind):
        return dict(column or {})
    if form.field:
        words = [each.strip() for each in form.yes.split(",") if each.strip()] if kind == "boolean" else []
        lookup = {"lookup": dict.fromkeys(words, "true"), "other": "false"} if words else {}
        return {"field": form.field, **lookup}
    return {"value": form.value} if form.value else {}
