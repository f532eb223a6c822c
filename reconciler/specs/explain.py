"""What a value of a document means: where it was written, what its key is for, and what else may stand there."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from reconciler.specs.collection import Catalog, OrganizationSpecs
from reconciler.specs.documents import Document
from reconciler.specs.jsonschema import schema
from reconciler.specs.models.integration import Integration
from reconciler.specs.models.mapping import FieldMapping
from reconciler.specs.models.shared import Model
from reconciler.specs.origin import Origin, Path, dotted
from reconciler.specs.wording import FORMS

Source = Literal["written", "default", "inherited", "unset"]
Node = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Explained:
    """One value. `origin` is where it was written, or from where it is inherited; None for a default."""

    path: str
    value: Any
    source: Source
    origin: Origin | None
    meaning: str
    allowed: str
    required: bool


class NothingThere(ValueError):
    """The document has no such key, and its kind knows none; the message says what there is."""


def explain(document: Document[Model], path: Path, specs: OrganizationSpecs | None, catalog: Catalog) -> Explained:
    """The value at `path` of a document (`("spec", "exports", 0, "since")`). Raises NothingThere."""
    nodes, required = _schema(document.kind, path)
    value, source, origin = _effective(document, path, specs)
    if not nodes and source != "written":
        raise NothingThere(f"{document.kind} has no {dotted(path)}")
    names = sorted(_names(document, path, specs, catalog))
    allowed = _either(names) or _allowed(nodes)
    return Explained(dotted(path), value, source, origin, _meaning(document.kind, path, nodes), allowed, required)


def _meaning(kind: str, path: Path, nodes: list[Node]) -> str:
    """The description of the key; of a value that has none of its own, that of what it is part of."""
    for length in range(len(path), 0, -1):
        here = nodes if length == len(path) else _schema(kind, path[:length])[0]
        if (found := next((str(node["description"]) for node in here if node.get("description")), "")) != "":
            return found if length == len(path) else f"Part of {dotted(path[:length])}: {found}"
    return ""


def leaves(document: Document[Model]) -> Iterator[Path]:
    """The paths of all values that are in force: those that were written, and the defaults beside them."""
    yield from _leaves(document.spec.plain(), ("spec",))


def on_line(document: Document[Model], line: int, column: int = 0) -> list[Path]:
    """The paths of what is written on a line: with a column, of the last key or value that begins before it.

    Without one, of all values that have nothing below them; of the first key, where the line holds only keys.
    """
    origins = document.origins
    found = [(origin, path) for path, origin in (*origins.values.items(), *origins.keys.items()) if origin.line == line]
    if not found:
        return []
    if column:
        before = [each for each in found if each[0].column <= column] or [min(found)]
        return [max(before, key=lambda each: (each[0], len(each[1])))[1]]
    inner = {path[:-1] for path in origins.values if path}
    ends = [path for path, origin in origins.values.items() if origin.line == line and path not in inner]
    return ends or [min(found, key=lambda each: (each[0], -len(each[1])))[1]]


def keys(kind: str, path: Path) -> list[str]:
    """The keys that may stand below `path`."""
    nodes, _ = _schema(kind, path)
    return sorted({key for node in nodes for key in node.get("properties", {})})


def _leaves(value: Any, path: Path) -> Iterator[Path]:
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else None
    if not inside:
        yield path
    else:
        for step, below in inside:
            yield from _leaves(below, (*path, step))


def _effective(
    document: Document[Model], path: Path, specs: OrganizationSpecs | None
) -> tuple[Any, Source, Origin | None]:
    plain: Any = {"apiVersion": "reconciler/v1", "kind": document.kind}
    plain |= {"metadata": document.metadata.plain(), "spec": document.spec.plain()}
    here = plain
    for step in path:
        try:
            here = here[step]
        except (KeyError, IndexError, TypeError):
            here = None
            break
    if path in document.origins.values:
        return here, "written", document.origins.at(path)
    organization = specs.organization if specs else None
    if document.kind == "SyncSchedule" and path == ("spec", "zone") and organization is not None:
        return organization.spec.zone, "inherited", organization.at("zone")
    return (here, "unset", None) if here in (None, [], {}) else (here, "default", None)


def _schema(kind: str, path: Path) -> tuple[list[Node], bool]:
    """The nodes of the kind's schema that describe the value at `path`, nearest first; whether its key is required."""
    whole = _whole(kind)
    nodes, required = [whole], True
    for step in path:
        wider = _branches(nodes, whole["$defs"])
        required = any(step in node.get("required", []) for node in wider)
        nodes = [below for node in wider for below in _below(node, step)]
    return _branches(nodes, whole["$defs"]), required


@cache
def _whole(kind: str) -> dict[str, Any]:
    return schema(kind)


def _branches(nodes: list[Any], definitions: Mapping[str, Any]) -> list[Node]:
    """The nodes themselves, what they refer to, and the branches of their unions, in this order."""
    found: list[Node] = []
    for node in nodes:
        found.append(node)
        below = [definitions[node["$ref"].rsplit("/", 1)[1]]] if "$ref" in node else []
        options = [
            each for key in ("anyOf", "oneOf", "allOf") for each in node.get(key, []) if set(each) != {"required"}
        ]
        found += _branches([*below, *options], definitions)
    return found


def _below(node: Node, step: str | int) -> list[Any]:
    if isinstance(step, int):
        return [node["items"]] if isinstance(node.get("items"), dict) else []
    if step in node.get("properties", {}):
        return [node["properties"][step]]
    more = [*node.get("patternProperties", {}).values(), node.get("additionalProperties")]
    return [each for each in more if isinstance(each, dict) and each]


def _allowed(nodes: list[Node]) -> str:
    """What may stand there, in words, as far as the schema says."""
    for node in nodes:
        if "enum" in node or "const" in node:
            return _either([str(each) for each in node.get("enum", [node.get("const")])])
    for node in nodes:
        if (hint := FORMS.get(str(node.get("pattern")))) is not None:
            return hint.removeprefix("use ").removeprefix("write ")
    words = [_WORDS[name] for node in nodes for name in _types(node) if name in _WORDS]
    formats = [_FORMATS[node["format"]] for node in nodes if node.get("format") in _FORMATS]
    bare = [word for word in words if word in ("a whole number", "true or false")]  # these may also stand in quotes
    return _either(list(dict.fromkeys(formats or bare or words)))


_WORDS = {
    "string": "text",
    "integer": "a whole number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a mapping",
}
_FORMATS = {"date": "a day as YYYY-MM-DD", "uuid": "a uuid"}


def _types(node: Node) -> list[str]:
    found = node.get("type")
    # Text may stand bare, so that the schema lets numbers in: they are text all the same.
    return ["string"] if isinstance(found, list) else [str(found)]


def _names(document: Document[Model], path: Path, specs: OrganizationSpecs | None, catalog: Catalog) -> Iterator[str]:
    """The names that exist and may stand there."""
    here = document.spec
    match (document.kind, *(step for step in path if isinstance(step, str))):
        case ("Integration", "spec", "type"):
            yield from catalog.types
        case ("Integration", "spec", "exports", "category") | (_, "spec", "category"):
            yield from catalog.categories
        case (_, "spec", "features"):
            yield from (name for each in catalog.features.values() for name in each.spec.features)
        case (_, "spec", "integration") if specs is not None:
            yield from specs.of(Integration)
        case ("FieldMapping", "spec", "lines", "fields", "to") | ("FieldMapping", "spec", "shared", "to"):
            yield from _targets(here, specs, catalog)
        case ("FieldMapping", "spec", "lines", "fields", "from") | ("FieldMapping", "spec", "shared", "from"):
            if isinstance(here, FieldMapping) and here.category in catalog.categories:
                yield from catalog.categories[here.category].spec.fields
                yield from ("export.number", "export.reference")


def _targets(mapping: Model, specs: OrganizationSpecs | None, catalog: Catalog) -> Iterator[str]:
    if isinstance(mapping, FieldMapping) and specs is not None:
        integration = specs.of(Integration).get(mapping.integration)
        kind = catalog.types.get(integration.spec.type) if integration else None
        if kind is not None and mapping.document in kind.spec.documents:
            fields = kind.spec.documents[mapping.document].fields
            yield from (name for name, field in fields.items() if field.mapped)


def _either(words: list[str]) -> str:
    return " or ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
