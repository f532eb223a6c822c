"""One file becomes one document, or the diagnostics that say why not."""

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from reconciler.specs.diagnostic import Diagnostic
from reconciler.specs.documents import API_VERSION, KINDS, Document
from reconciler.specs.models.shared import Metadata, Model
from reconciler.specs.origin import Origins, Path
from reconciler.specs.secrets import leaks
from reconciler.specs.yaml import Reading, Tree, read

ENVELOPE = ("apiVersion", "kind", "metadata", "spec")


@dataclass(slots=True)
class Parsed:
    """What one file gave: a document where it could be typed, and everything that was wrong."""

    document: Document[Model] | None = None
    diagnostics: list[Diagnostic] = field(default_factory=list)


def parse(file: str, content: bytes) -> Parsed:
    """Type one file. `file` is its path in the repository (`orgs/<organisation>/...` or `specs/...`)."""
    reading = read(file, content)
    parsed = Parsed(diagnostics=list(reading.diagnostics))
    if isinstance(reading.tree, dict):
        _envelope(file, reading, parsed)
    elif not parsed.diagnostics:
        message = "the file is empty" if reading.tree is None else "a document is a mapping"
        hint = f"begin with: apiVersion: {API_VERSION}"
        parsed.diagnostics.append(Diagnostic("wrong-type", reading.origins.at(()), message, hint))
    organization = organization_of(file)
    parsed.diagnostics = [_of(organization, found) for found in parsed.diagnostics]
    return parsed


def organization_of(file: str) -> str | None:
    """The organisation whose folder holds `file`; None for what all share."""
    parts = file.split("/")
    return parts[1] if parts[0] == "orgs" and len(parts) > 2 else None


def _of(organization: str | None, found: Diagnostic) -> Diagnostic:
    return Diagnostic(found.id, found.origin, found.message, found.hint, found.severity, organization)


def _envelope(file: str, reading: Reading, parsed: Parsed) -> None:
    tree, origins = reading.tree, reading.origins
    parsed.diagnostics += _unknown_keys(tree, origins)
    parsed.diagnostics += leaks(tree, origins)
    if tree.get("apiVersion") != API_VERSION:
        place = origins.at(("apiVersion",))
        message = f"apiVersion is {tree.get('apiVersion')!r}" if "apiVersion" in tree else "apiVersion is missing"
        parsed.diagnostics.append(Diagnostic("wrong-api-version", place, message, f"write apiVersion: {API_VERSION}"))
    name = tree.get("kind")
    kind = KINDS.get(name) if isinstance(name, str) else None
    if kind is None:
        message = f"there is no kind {name!r}" if name else "kind is missing"
        hint = did_you_mean(str(name), KINDS) or f"one of {', '.join(KINDS)}"
        parsed.diagnostics.append(Diagnostic("unknown-kind", origins.at(("kind",)), message, hint))
        return
    if kind.place != file.split("/", maxsplit=1)[0] or (kind.place == "orgs" and organization_of(file) is None):
        hint = "orgs/<organisation>/" if kind.place == "orgs" else "specs/"
        place = origins.at(("kind",))
        parsed.diagnostics.append(
            Diagnostic("wrong-place", place, f"{name} does not belong here", f"move it to {hint}")
        )
    metadata = _typed(Metadata, tree, "metadata", reading, parsed)
    spec = _typed(kind.model, tree, "spec", reading, parsed)
    if isinstance(metadata, Metadata) and spec is not None:
        parsed.document = Document(str(name), organization_of(file), metadata, spec, origins)


def _unknown_keys(tree: Mapping[str, Tree], origins: Origins) -> Iterable[Diagnostic]:
    for key in tree:
        if key not in ENVELOPE:
            hint = did_you_mean(key, ENVELOPE) or "move it under spec"
            yield Diagnostic("unknown-key", origins.key((key,)), f"a document has no key '{key}'", hint)


def _typed(model: type[Model], tree: Mapping[str, Tree], part: str, reading: Reading, parsed: Parsed) -> Model | None:
    if not isinstance(tree.get(part), dict):
        message = f"{part} must be a mapping" if part in tree else f"{part} is missing"
        identifier = "wrong-type" if part in tree else "missing-key"
        parsed.diagnostics.append(Diagnostic(identifier, reading.origins.at((part,)), message))
        return None
    try:
        return model.model_validate(tree[part])
    except ValidationError as error:
        found = [_diagnostic(details, part, tree, reading.origins, model) for details in error.errors()]
        parsed.diagnostics += found
        return None


def _diagnostic(
    details: ErrorDetails, part: str, tree: Mapping[str, Tree], origins: Origins, model: type[Model]
) -> Diagnostic:
    path = _real_path((part, *details["loc"]), tree)
    match details["type"]:
        case "extra_forbidden":
            key = str(path[-1])
            hint = did_you_mean(key, known_keys(model, path[1:-1]))
            return Diagnostic("unknown-key", origins.key(path), f"{part_of(path)} has no key '{key}'", hint)
        case "missing":
            key = str(details["loc"][-1])
            return Diagnostic("missing-key", origins.at(path), f"'{key}' is missing here", f"add {key}")
        case "value_error":
            return Diagnostic("invalid-value", origins.at(path), _sentence(details))
        case kind if kind.startswith(("string_", "too_", "greater_", "less_", "literal_")) and kind != "string_type":
            return Diagnostic("invalid-value", origins.at(path), _sentence(details))
    return Diagnostic("wrong-type", origins.at(path), _sentence(details))


def _real_path(loc: Path, tree: Tree) -> Path:
    """The path without the parts that only name a branch of a union, as far as the text goes."""
    path: list[str | int] = []
    here = tree
    for position, step in enumerate(loc):
        if _leads(here, step):
            here = here[step]
        elif position == len(loc) - 1:
            break
        else:
            continue
        path.append(step)
    return tuple(path)


def _leads(here: Tree, step: str | int) -> bool:
    if isinstance(here, list):
        return isinstance(step, int) and step < len(here)
    return isinstance(here, dict) and step in here


def _sentence(details: ErrorDetails) -> str:
    message = details["msg"].removeprefix("Value error, ").removeprefix("Input ").removeprefix("String ")
    given = details["input"]
    shown = f": '{given}'" if isinstance(given, str) and details["type"] != "value_error" else ""
    if details["type"] == "string_pattern_mismatch":
        message = f"does not match {details['ctx']['pattern']}"
    if given is None:
        message = 'a value is missing here; quote it ("null") if the word is meant'
    elif details["type"] == "value_error" and isinstance(given, str):
        shown = f"; found '{given}'"
    return f"{message}{shown}"


def part_of(path: Path) -> str:
    """The mapping that holds the last key of `path`, for a message."""
    names = [str(step) for step in path[:-1] if isinstance(step, str)]
    return f"'{names[-1]}'" if names else "a document"


def known_keys(model: type[Model], path: Path) -> list[str]:
    """The keys of the model at `path` below `model`, as people write them; all of its models' keys where unsure."""
    schema = model.model_json_schema(by_alias=True)
    definitions = schema.get("$defs", {})
    here: list[Any] = [schema]
    for step in path:
        here = [following for node in here for following in _below(_resolved(node, definitions), step, definitions)]
    return sorted({key for node in here for key in _resolved(node, definitions).get("properties", {})})


def _resolved(node: Any, definitions: Mapping[str, Any]) -> Any:
    while isinstance(node, dict) and "$ref" in node:
        node = definitions[node["$ref"].rsplit("/", 1)[1]]
    return node


def _below(node: Any, step: str | int, definitions: Mapping[str, Any]) -> list[Any]:
    options = [node, *(_resolved(option, definitions) for key in ("anyOf", "oneOf") for option in node.get(key, []))]
    if isinstance(step, int):
        return [_resolved(option["items"], definitions) for option in options if "items" in option]
    found = []
    for option in options:
        if step in option.get("properties", {}):
            found.append(option["properties"][step])
        elif isinstance(option.get("additionalProperties"), dict):
            found.append(option["additionalProperties"])
    return [option for node in found for option in [node, *node.get("anyOf", []), *node.get("oneOf", [])]]


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`did you mean 'settings'?`, or nothing where no known word is near."""
    near = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"did you mean '{near[0]}'?" if near else ""
