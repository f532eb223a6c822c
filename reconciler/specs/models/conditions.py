"""Conditions on the typed fields of a record: one small closed grammar, the same in exports and in exclusions.

All conditions hold together. A field is asked for its values (`status: [approved]`) or for limits (`amount: {min: 1}`),
and `present` and `absent` name fields that are filled or empty.
"""

from decimal import Decimal
from typing import Annotated, Any, Self

from pydantic import (
    ConfigDict,
    Discriminator,
    Field,
    SerializerFunctionWrapHandler,
    Tag,
    WithJsonSchema,
    model_serializer,
    model_validator,
)

from reconciler.specs.models.shared import Model
from reconciler.specs.scalars import Day, FieldName, Number, Texts

_SCALAR = {"anyOf": [{"type": "string", "minLength": 1, "maxLength": 2000}, {"type": "boolean"}, {"type": "number"}]}


Values = Annotated[Texts, WithJsonSchema({"anyOf": [_SCALAR, {"type": "array", "items": _SCALAR, "minItems": 1}]})]
"""Values of a field, each as its type is written: a word, a number, a day, true or false."""


class Limits(Model):
    """What a field's value must lie between, both ends included, or must not be."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1})

    not_: Values | None = Field(None, alias="not", description="None of these values; an empty field is none of them.")
    from_: Day | None = Field(None, alias="from", description="The first day, in the organisation's zone.")
    to: Day | None = Field(None, description="The last day, in the organisation's zone.")
    min: Number | None = Field(None, description="The smallest number.")
    max: Number | None = Field(None, description="The greatest number.")

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not self.given:
            raise ValueError("write at least one of not, from, to, min, max")
        return self

    @property
    def given(self) -> dict[str, Any]:
        """What is given, by the names that people write."""
        each: dict[str, list[str] | Decimal | object] = {
            "not": self.not_, "from": self.from_, "to": self.to, "min": self.min, "max": self.max
        }  # fmt: skip
        return {name: value for name, value in each.items() if value is not None}

    @property
    def bounded(self) -> bool:
        """Whether an empty field cannot meet it."""
        return set(self.given) != {"not"}


def _shape(value: Any) -> str:
    return "limits" if isinstance(value, dict | Limits) else "values"


Condition = Annotated[Annotated[Values, Tag("values")] | Annotated[Limits, Tag("limits")], Discriminator(_shape)]


class Conditions(Model):
    """Conditions by field, and the fields that are filled or empty."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, Condition]

    present: list[FieldName] = Field(default_factory=list, description="Fields that are filled.")
    absent: list[FieldName] = Field(default_factory=list, description="Fields that are empty.")

    @property
    def fields(self) -> dict[str, list[str] | Limits]:
        """The conditions on values, by field."""
        return dict(self.__pydantic_extra__ or {})

    def promised(self) -> frozenset[str]:
        """The fields that every record which meets the conditions has filled."""
        asked = (name for name, each in self.fields.items() if not isinstance(each, Limits) or each.bounded)
        return frozenset([*self.present, *asked])

    @model_serializer(mode="wrap")
    def _without_empty_lists(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        found: dict[str, Any] = handler(self)
        return {key: value for key, value in found.items() if value or key not in {"present", "absent"}}


class Where(Conditions):
    """Which records belong to an export.

    `present` withholds (the record is waited for, with the missing field named); every other condition leaves out.
    """

    present: list[FieldName] = Field(default_factory=list, description="Withheld until these are filled.")


class Rule(Conditions):
    """Which records an exclusion withholds: at least one condition."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1})

    present: Annotated[list[FieldName], Field(min_length=1)] = Field(
        default_factory=list, description="Only records that have these filled."
    )
    absent: Annotated[list[FieldName], Field(min_length=1)] = Field(
        default_factory=list, description="Only records that have these empty."
    )

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not (self.fields or self.present or self.absent):
            raise ValueError("write at least one condition, such as {status: [rejected]}")
        return self
