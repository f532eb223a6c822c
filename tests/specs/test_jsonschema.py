"""The schemas for editors: fresh, and in agreement with the documents of this repository."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from reconciler.specs.documents import KINDS
from reconciler.specs.hover import HOVER
from reconciler.specs.jsonschema import file_name, schema, text
from reconciler.specs.wording import FORMS

ROOT = Path(__file__).parents[2]
SCHEMAS = ROOT / "schemas"
DOCUMENTS = sorted(path for folder in ("specs", "orgs") for path in (ROOT / folder).rglob("*.yaml"))


def typed(path: Path) -> dict:
    """The document as an editor types it: numbers and yes/no bare, but a day is text, as in YAML's core schema."""
    yaml = YAML(typ="safe", pure=True)
    del yaml.constructor.yaml_constructors["tag:yaml.org,2002:timestamp"]
    yaml.constructor.add_constructor("tag:yaml.org,2002:timestamp", lambda loader, node: node.value)
    return yaml.load(path.read_text(encoding="utf-8"))


def problems(document: dict) -> list[str]:
    validator = Draft202012Validator(schema(document["kind"]))
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(document)]


@pytest.mark.parametrize("kind", KINDS)
def test_the_committed_schema_is_what_the_models_say(kind):
    assert (SCHEMAS / file_name(kind)).read_text(encoding="utf-8") == text(kind)


def test_no_schema_is_left_from_a_kind_that_is_gone():
    assert {path.name for path in SCHEMAS.iterdir()} == {file_name(kind) for kind in KINDS}


@pytest.mark.parametrize("kind", KINDS)
def test_a_schema_is_one(kind):
    Draft202012Validator.check_schema(schema(kind))


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_every_document_of_this_repository_is_valid(path):
    assert problems(typed(path)) == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_every_document_of_this_repository_tells_an_editor_where_its_schema_is(path):
    first = path.read_text(encoding="utf-8").splitlines()[0]
    assert first.startswith("# yaml-language-server: $schema=")
    assert (path.parent / first.partition("=")[2]).resolve() == SCHEMAS / file_name(typed(path)["kind"])


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_an_unknown_key_is_not(path):
    document = typed(path)
    assert problems(document | {"owner": "x"})
    assert problems(document | {"spec": document["spec"] | {"ownr": "x"}})
    assert problems(document | {"metadata": document["metadata"] | {"nmae": "x"}})


def test_a_mapping_rule_with_two_sources_is_not_valid():
    document = typed(ROOT / "orgs/blindeforbundet/mappings/mileage-claims.yaml")
    document["spec"]["shared"][0]["value"] = "7"
    assert problems(document)


def test_every_field_that_is_described_in_a_model_is_described_for_the_editor():
    spec = schema("Exclusion")["properties"]["spec"]["properties"]
    assert spec["fields"]["description"] == "Never mapped."


def properties(node, model: str) -> Iterator[tuple[str, dict]]:
    """Every key of a schema as `Model.key`, with its schema."""
    if isinstance(node, list):
        for item in node:
            yield from properties(item, model)
    elif isinstance(node, dict):
        yield from ((f"{model}.{key}", body) for key, body in node.get("properties", {}).items())
        for key, below in node.items():
            if key not in ("$defs", "properties", "oneOf") or (key == "oneOf" and "discriminator" in node):
                yield from properties(below, model)


def described(kind: str) -> Iterator[tuple[str, dict]]:
    found = schema(kind)
    yield from properties({"properties": found["properties"]}, "Document")
    yield from properties(found["properties"]["metadata"], "Metadata")
    yield from properties(found["properties"]["spec"], kind)
    for name, body in found["$defs"].items():
        yield from properties(body, name)


@pytest.mark.parametrize("kind", KINDS)
def test_every_key_of_every_kind_has_a_description_that_a_person_understands(kind):
    for name, body in described(kind):
        text = body.get("description", "")
        assert len(text) >= 10, f"{name} has no description: add one to its field, or to specs/hover.py"
        assert " " in text, f"{name}: {text}"


def test_no_description_is_left_from_a_key_that_is_gone():
    keys = {name for kind in KINDS for name, _ in described(kind)}
    assert sorted(set(HOVER) - keys) == []


def patterns(node) -> set[str]:
    if isinstance(node, list):
        return {found for item in node for found in patterns(item)}
    if not isinstance(node, dict):
        return set()
    own = {node["pattern"]} if isinstance(node.get("pattern"), str) else set()
    return own.union(*(patterns(value) for value in node.values()))


def test_every_form_that_a_value_may_have_is_explained_in_words():
    found = patterns([schema(kind) for kind in KINDS])
    numbers = {
        each for each in found if each.startswith(("^-?", "^(true", "^[0-9]", "^[0-9A-Fa-f]{8}", "^([1-9]"))
    }  # their sentence is in scalars
    assert found - numbers == set(FORMS)
