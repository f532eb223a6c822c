"""The settings of a type as fields of a form, from its JSON Schema; and what is wrong with what stands there. Pure."""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from reconciler.specs.models.integration_type import IntegrationType
from reconciler.specs.models.schemas import misfit
from reconciler.specs.origin import Origins
from reconciler.specs.scalars import Name
from reconciler.specs.secrets import leaks

Problem = Literal["", "missing", "short", "long", "form"]
_NAME: TypeAdapter[str] = TypeAdapter(Name)
TRUTHS = ("true", "false")


class SettingField(BaseModel):
    """One setting: what it is called, what is asked of it, and what stands there."""

    name: str
    title: str = Field(description="As the type's schema calls it; empty where it does not.")
    about: str = Field(description="What is known of it.")
    english: bool = Field(default=False, description="Whether that is said in English only, by the type's schema.")
    example: str
    required: bool
    identity: bool = Field(description="Whether it says where documents end up.")
    choices: list[str] = Field(description="The closed list of values; empty where anything may stand.")
    number: bool
    value: str
    problem: Problem = Field(description="What is wrong with it, as a key.")


def setting_fields(kind: IntegrationType, environment: str, values: Mapping[str, str]) -> list[SettingField]:
    """Every setting of the type; those that have to be given first."""
    known: Mapping[str, Any] = kind.settings.schema_.get("properties", {})
    wanted = required(kind, environment)
    found = [
        _field(name, schema, (name in wanted, name in kind.settings.identity), values.get(name, ""))
        for name, schema in known.items()
    ]
    return sorted(found, key=lambda each: not each.required)


def required(kind: IntegrationType, environment: str) -> set[str]:
    """The settings that have to be given; where documents go by the address of each customer, that too."""
    there = kind.environments.get(environment)  # type: ignore[call-overload]  # what was typed may be no environment
    return {*kind.settings.schema_.get("required", []), *([there.setting] if there and there.setting else [])}


def problems(kind: IntegrationType, environment: str, values: Mapping[str, str]) -> dict[str, Problem]:
    """What is wrong, by the setting's name."""
    return {each.name: each.problem for each in setting_fields(kind, environment, values) if each.problem}


def misnamed(name: str) -> Literal["", "missing", "name"]:
    """What is wrong with the name of a document, as a key."""
    if not name:
        return "missing"
    try:
        _NAME.validate_python(name)
    except ValidationError:
        return "name"
    return ""


def telling(name: str, value: str) -> bool:
    """Whether a value looks like a secret: then it is kept nowhere."""
    tree = {"spec": {"settings": {name: value}}}
    return any(each.severity == "error" for each in leaks(tree, Origins("")))


def _field(name: str, schema: Mapping[str, Any], asked: tuple[bool, bool], value: str) -> SettingField:
    kind = schema.get("type")
    choices = TRUTHS if kind == "boolean" else tuple(str(each) for each in schema.get("enum", ()))
    return SettingField(
        name=name,
        title=str(schema.get("title", "")),
        about=str(schema.get("description", "")),
        example=str((schema.get("examples") or [""])[0]),
        required=asked[0],
        identity=asked[1],
        choices=list(choices),
        number=kind in ("integer", "number"),
        value=value,
        problem=_problem(schema, value, required=asked[0]),
    )


def _problem(schema: Mapping[str, Any], value: str, *, required: bool) -> Problem:
    if not value:
        return "missing" if required else ""
    found = misfit(value, schema)
    if found.startswith("is shorter"):
        return "short"
    if found.startswith("is longer"):
        return "long"
    return "form" if found else ""
