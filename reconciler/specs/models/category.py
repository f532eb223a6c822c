"""DataCategory: the app's records of one sort: where they are, their typed fields, whose they are, sample records."""

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from reconciler.specs.models.retention import Retention
from reconciler.specs.models.shared import Label, Model
from reconciler.specs.scalars import FieldName, Flag, Text, Whole

FieldType = Literal["text", "integer", "decimal", "money", "boolean", "date", "instant", "uuid"]
Personal = Literal["none", "pseudonym", "ordinary", "sensitive", "national_id"]


class Field_(Model):  # noqa: N801 - pydantic owns the name Field
    """One field of a record. `required` means never empty; `personal` is its class of personal data."""

    type: FieldType
    label: Label
    required: Flag = False
    column: FieldName | None = Field(None, description="The app's column, where it has another name.")
    personal: Personal = "none"
    values: list[Text] | None = Field(None, description="The closed list of values.")
    max_length: Annotated[Whole, Field(ge=1)] | None = None
    decimals: Annotated[Whole, Field(ge=0, le=6)] | None = None


class DataCategory(Model):
    """The spec of kind DataCategory."""

    label: Label
    relation: Annotated[str, Field(pattern=r"^[a-z_][a-z0-9_]*\.[a-z_][a-z0-9_]*$")]
    key: FieldName
    organization: FieldName = Field(description="The column that says whose a record is.")
    subject: FieldName | None = Field(None, description="The field that names the person.")
    cut_over: FieldName = Field(description="The date that an export's `since` is measured on.")
    amount: FieldName | None = Field(None, description="The field that sums are made of.")
    retention: Retention | None = Field(
        None, description="How long payloads and messages are kept once a document is over, such as 400d, the default."
    )
    report_only: Flag = Field(default=False, description="Counted in reports; no integration may export it.")
    fields: dict[FieldName, Field_] = Field(min_length=1)
    samples: Annotated[list[dict[str, Any]], Field(min_length=1)]

    @model_validator(mode="after")
    def _names_exist(self) -> "DataCategory":
        for key in ("key", "subject", "cut_over", "amount"):
            name = getattr(self, key)
            if name is not None and name not in self.fields:
                raise ValueError(f"`{key}` names the field '{name}', which is not among `fields`")
        if self.fields[self.key].personal == "national_id":
            raise ValueError("`key` names a national identity number, and keys stay in the ledger for good")
        for sample in self.samples:
            if unknown := sorted(set(sample) - set(self.fields)):
                raise ValueError(f"a sample has fields that the category does not: {', '.join(unknown)}")
        return self

    def column(self, field: str) -> str:
        """The column that holds `field` in the app's database."""
        return self.fields[field].column or field
