"""One file becomes one document, or the diagnostics that say why not."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import islice
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from reconciler.specs.diagnostic import Diagnostic
from reconciler.specs.documents import API_VERSION, KINDS, Document
from reconciler.specs.models.shared import Metadata, Model
from reconciler.specs.origin import Origin, Origins, Path
from reconciler.specs.paths import organization_of
from reconciler.specs.secrets import MASK, is_secret, leaks
from reconciler.specs.sentences import say
from reconciler.specs.wording import choice, did_you_mean, problem, quoted, shown
from reconciler.specs.yaml import Reading, Tree, read

ENVELOPE = ("apiVersion", "kind", "metadata", "spec")
MOST = 50
"""Findings of one file; a page of them is enough, and a hostile file has no more power than that."""
TYPES = {"dict_type", "model_type", "model_attributes_type", "list_type", "sequence_type", "string_type"}
"""Of the errors of pydantic, those of a value that is of another shape altogether."""
PRIVATE = {"plaintext-secret", "personal-identifier"}
"""Findings about values that no message may repeat."""

__all__ = ["Parsed", "did_you_mean", "known_keys", "parse", "part_of"]


@dataclass(slots=True)
class Parsed:
    """What one file gave: a document where it could be typed, and everything that was wrong."""

    document: Document[Model] | None = None
    broken: tuple[str, str] | None = None
    """(kind, name) of a document that is there but could not be typed, where that much could be read."""
    diagnostics: list[Diagnostic] = field(default_factory=list)


def parse(file: str, content: bytes) -> Parsed:
    """Type one file. `file` is its path in the repository (`orgs/<organisation>/...` or `specs/...`)."""
    reading = read(file, content)
    parsed = Parsed(diagnostics=list(reading.diagnostics))
    if isinstance(reading.tree, dict):
        _envelope(file, reading, parsed)
    elif not parsed.diagnostics:
        message = (
            "the file is empty" if reading.tree is None else say("{tree} is not a document", tree=shown(reading.tree))
        )
        hint = say("begin with: apiVersion: {api_version}", api_version=API_VERSION)
        place = reading.origins.at(())
        place = place if place.line else Origin(file, 1, 1)
        parsed.diagnostics.append(Diagnostic("wrong-type", place, message, hint))
    organization = organization_of(file)
    # Whatever else is wrong with a credential or an identifier of a person would repeat it.
    private = {found.origin for found in parsed.diagnostics if found.id in PRIVATE}
    kept = [found for found in parsed.diagnostics if found.origin not in private or found.id in PRIVATE]
    parsed.diagnostics = [_of(organization, found) for found in _bounded(kept)]
    return parsed


def _bounded(found: list[Diagnostic]) -> list[Diagnostic]:
    """At most so many findings as somebody would read of one file."""
    if len(found) <= MOST:
        return found
    message, hint = say("more is wrong in this file than the {most} findings before", most=MOST), "mend these first"
    return [*found[:MOST], Diagnostic("too-many-findings", found[MOST].origin, message, hint)]


def _of(organization: str | None, found: Diagnostic) -> Diagnostic:
    """The finding with its organisation, and without a credential that its words would repeat."""
    message = say("here is {mask}", mask=MASK) if is_secret(found.message) else found.message
    return Diagnostic(found.id, found.origin, message, found.hint, found.severity, organization)


def _envelope(file: str, reading: Reading, parsed: Parsed) -> None:
    tree, origins = reading.tree, reading.origins
    parsed.diagnostics += _unknown_keys(tree, origins)
    parsed.diagnostics += leaks(tree, origins)
    if tree.get("apiVersion") != API_VERSION:
        place = origins.at(("apiVersion",))
        given = say("apiVersion {get} is not one that this program reads", get=shown(tree.get("apiVersion")))
        message = given if "apiVersion" in tree else "apiVersion is missing"
        parsed.diagnostics.append(
            Diagnostic(
                "wrong-api-version", place, message, say("write apiVersion: {api_version}", api_version=API_VERSION)
            )
        )
    name = tree.get("kind")
    kind = KINDS.get(name) if isinstance(name, str) else None
    if kind is None:
        message = say("there is no kind {name}", name=shown(name)) if name else "kind is missing"
        hint = choice(name, KINDS)
        parsed.diagnostics.append(Diagnostic("unknown-kind", origins.at(("kind",)), message, hint))
        return
    if kind.place != file.split("/", maxsplit=1)[0] or (kind.place == "orgs" and organization_of(file) is None):
        hint = "orgs/<organisation>/" if kind.place == "orgs" else "specs/"
        place = origins.at(("kind",))
        parsed.diagnostics.append(
            Diagnostic(
                "wrong-place",
                place,
                say("a document of kind {name} does not belong here", name=name),
                say("move it to {hint}", hint=hint),
            )
        )
    if isinstance(given := tree.get("metadata"), dict) and isinstance(given.get("name"), str):
        parsed.broken = (str(name), given["name"])
    if any(found.id == "plaintext-secret" for found in parsed.diagnostics):
        return  # other messages would repeat it
    metadata = _typed(Metadata, tree, "metadata", reading, parsed)
    spec = _typed(kind.model, tree, "spec", reading, parsed)
    if isinstance(metadata, Metadata) and spec is not None:
        parsed.broken = None
        parsed.document = Document(str(name), organization_of(file), metadata, spec, origins)


def _unknown_keys(tree: Mapping[str, Tree], origins: Origins) -> Iterable[Diagnostic]:
    for key in islice((key for key in tree if key not in ENVELOPE), MOST + 1):
        hint = did_you_mean(key, ENVELOPE) or "a document has apiVersion, kind, metadata and spec; move it under spec"
        yield Diagnostic("unknown-key", origins.key((key,)), say("a document has no key {key}", key=quoted(key)), hint)


def _typed(model: type[Model], tree: Mapping[str, Tree], part: str, reading: Reading, parsed: Parsed) -> Model | None:
    if not isinstance(tree.get(part), dict):
        given = say("{part} is a mapping, and this is {get}", part=part, get=shown(tree.get(part)))
        message = given if part in tree else say("{part} is missing", part=part)
        identifier = "wrong-type" if part in tree else "missing-key"
        hint = "write metadata: {name: ...}" if part == "metadata" else "write spec: and its keys below"
        parsed.diagnostics.append(Diagnostic(identifier, reading.origins.at((part,)), message, hint))
        return None
    try:
        return model.model_validate(tree[part])
    except ValidationError as error:
        found: dict[object, Diagnostic] = {}
        for details in error.errors(include_url=False)[: MOST + 1]:
            each = _diagnostic(details, part, tree, reading.origins, model)
            # Two branches of a union say two things about one value; the first is enough.
            about = each.message if each.id in {"missing-key", "unknown-key"} else ""
            if details["type"] != "literal_error" or isinstance(details["input"], str):
                found.setdefault((each.origin, about), each)
        parsed.diagnostics += sorted(found.values(), key=lambda each: each.origin)
        return None


def _diagnostic(
    details: ErrorDetails, part: str, tree: Mapping[str, Tree], origins: Origins, model: type[Model]
) -> Diagnostic:
    path = _real_path((part, *details["loc"]), tree)
    if details["type"] == "extra_forbidden":
        key = str(path[-1])
        known = known_keys(model, path[1:-1])
        message: str = say("{part_of} has no key {key}", part_of=part_of(path), key=quoted(key))
        return Diagnostic("unknown-key", origins.key(path), message, choice(key, known, 8))
    if details["type"] == "missing":
        key = str(details["loc"][-1])
        return Diagnostic(
            "missing-key", origins.at(path), say("'{key}' is missing here", key=key), say("add {key}", key=key)
        )
    message, hint = problem(details)
    if details["loc"] and details["loc"][-1] == "[key]":
        return Diagnostic("invalid-value", origins.key(path), say("the key {message}", message=message), hint)
    identifier = "wrong-type" if details["type"] in TYPES or details["input"] is None else "invalid-value"
    name = next((step for step in reversed(path[1:]) if isinstance(step, str)), "")
    said = f"{name}: {message}" if name and not is_secret(name) else message
    return Diagnostic(identifier, origins.at(path), said, hint)


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


def part_of(path: Path) -> str:
    """The mapping that holds the last key of `path`, for a message."""
    names = [str(step) for step in path[:-1] if isinstance(step, str)]
    return f"'{names[-1]}'" if names else "a document"


def known_keys(model: type[Model], path: Path) -> list[str]:
    """The keys of the model at `path` below `model`, as people write them; all of its models' keys where unsure."""
    schema = _schema(model)
    definitions = schema.get("$defs", {})
    here: list[Any] = [schema]
    for step in path:
        here = [following for node in here for following in _below(_resolved(node, definitions), step, definitions)]
    ends = [end for node in here for end in _options(_resolved(node, definitions), definitions)]
    return sorted({key for end in ends for key in end.get("properties", {})})


@cache
def _schema(model: type[Model]) -> dict[str, Any]:
    return model.model_json_schema(by_alias=True)


def _resolved(node: Any, definitions: Mapping[str, Any]) -> Any:
    while isinstance(node, dict) and "$ref" in node:
        node = definitions[node["$ref"].rsplit("/", 1)[1]]
    return node


def _options(node: Any, definitions: Mapping[str, Any]) -> list[Any]:
    """A node of a schema, and the branches of its unions."""
    return [node, *(_resolved(option, definitions) for key in ("anyOf", "oneOf") for option in node.get(key, []))]


def _below(node: Any, step: str | int, definitions: Mapping[str, Any]) -> list[Any]:
    options = _options(node, definitions)
    if isinstance(step, int):
        return [_resolved(option["items"], definitions) for option in options if "items" in option]
    found = []
    for option in options:
        if step in option.get("properties", {}):
            found.append(option["properties"][step])
        elif isinstance(option.get("additionalProperties"), dict):
            found.append(option["additionalProperties"])
    return [option for node in found for option in [node, *node.get("anyOf", []), *node.get("oneOf", [])]]
