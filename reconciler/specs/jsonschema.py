"""The JSON Schema of each kind, for an editor: made from the models, committed as `schemas/<kind>.schema.json`.

A spec's scalars are text until a field types them, and people write `cost_center: 310` without quotes; so wherever the
models ask for text, the schema also takes a bare number or yes/no. What an editor accepts here `parse` may still
refuse: rules between documents are no business of a schema.
"""

import json
import re
from functools import cache
from typing import Any

from reconciler.specs.documents import API_VERSION, KINDS
from reconciler.specs.hover import HOVER
from reconciler.specs.models.shared import Metadata

DRAFT = "https://json-schema.org/draft/2020-12/schema"
_NOISE = ("title", "default")
_BARE = ["string", "number", "boolean"]


def file_name(kind: str) -> str:
    """`field-mapping.schema.json`"""
    return f"{_kebab(kind)}.schema.json"


def schema(kind: str) -> dict[str, Any]:
    """The schema (draft 2020-12) of a whole document: the envelope and the spec. Raises KeyError for no such kind."""
    spec = KINDS[kind].model.model_json_schema(by_alias=True)
    metadata = Metadata.model_json_schema(by_alias=True)
    definitions = spec.pop("$defs", {}) | metadata.pop("$defs", {})
    return {
        "$schema": DRAFT,
        "$id": f"urn:reconciler:v1:{_kebab(kind)}",
        "title": kind,
        "description": KINDS[kind].purpose,
        "type": "object",
        "properties": {
            "apiVersion": {"const": API_VERSION, "description": HOVER["Document.apiVersion"]},
            "kind": {"const": kind, "description": HOVER["Document.kind"]},
            "metadata": _for_people(_described("Metadata", metadata)) | {"description": HOVER["Document.metadata"]},
            "spec": {"description": HOVER["Document.spec"]} | _for_people(_described(kind, spec)),
        },
        "required": ["apiVersion", "kind", "metadata", "spec"],
        "additionalProperties": False,
        "$defs": {name: _for_people(_described(name, body)) for name, body in sorted(definitions.items())},
    }


@cache
def text(kind: str) -> str:
    """The exact content of the kind's file."""
    return json.dumps(schema(kind), indent=2, ensure_ascii=False) + "\n"


def _described(model: str, node: dict[str, Any]) -> dict[str, Any]:
    """A model's schema in which every key has a description: its own, or the one that hover has for it."""
    known = {
        key: {"description": HOVER[f"{model}.{key}"]} | body if f"{model}.{key}" in HOVER else body
        for key, body in node.get("properties", {}).items()
    }
    return node | {"properties": known} if known else node


def _kebab(kind: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "-", kind).lower()


def _for_people(node: Any, *, names: bool = False) -> Any:
    """A node without generated noise, and text as people write it. `names`: the keys are names, not keywords."""
    if isinstance(node, list):
        return [_for_people(item) for item in node]
    if not isinstance(node, dict):
        return node
    kept = {key: value for key, value in node.items() if names or key not in _NOISE}
    found = {key: _for_people(value, names=key == "properties" and not names) for key, value in kept.items()}
    if not names and "description" in found and isinstance(found["description"], str):
        found["description"] = " ".join(found["description"].split())
    if not names and "patternProperties" in found:
        found["additionalProperties"] = False  # pydantic leaves open what keys of no known form mean; the models do not
    if not names and found.get("type") == "string" and "enum" not in found and not found.get("format"):
        found["type"] = _BARE
    return found
