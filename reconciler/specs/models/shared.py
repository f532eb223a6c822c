"""What every kind shares: the strict model, the envelope's metadata, labels in two languages."""

from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, GetJsonSchemaHandler, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from reconciler.specs.languages import Language
from reconciler.specs.scalars import Name, Text


class Model(BaseModel):
    """A strict, frozen mapping of a document. Unknown keys are errors."""

    model_config = ConfigDict(
        extra="forbid", defer_build=True, frozen=True, validate_by_alias=True, validate_by_name=True
    )

    def plain(self) -> dict[str, Any]:
        """The JSON form, by the names that people write, without what was left out."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)


class Metadata(Model):
    """Identity is (organisation, kind, name); the path of the file means nothing."""

    name: Name
    labels: dict[str, str] = Field(default_factory=dict)
    annotations: dict[str, str] = Field(default_factory=dict)
    renamed_from: Name | None = Field(None, alias="renamedFrom", description="The name this document had before.")


class Label(Model):
    """A name for people, in English and Norwegian."""

    en: Text
    nb: Text

    def said(self, language: Language) -> str:
        """The name in one of them."""
        return self.nb if language == "nb" else self.en


class OneOf(Model):
    """A mapping of which exactly one of the keys in `ALTERNATIVES` is given."""

    @classmethod
    def alternatives(cls) -> tuple[str, ...]:
        """The keys, as people write them, of which exactly one is given."""
        raise AssertionError(cls)

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        found = handler.resolve_ref_schema(handler(core_schema))
        given = {"not": {"type": "null"}}  # a key without a value gives nothing
        found["oneOf"] = [{"required": [key], "properties": {key: given}} for key in cls.alternatives()]
        return found

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        fields = type(self).model_fields
        given = [key for key in self.alternatives() if getattr(self, key if key in fields else f"{key}_") is not None]
        if len(given) != 1:
            choices = ", ".join(self.alternatives())
            found = f"found {' and '.join(given)}" if given else "found none of them"
            raise ValueError(f"give exactly one of {choices}; {found}")
        return self
