"""IntegrationType: an outside system, declared. The engine derives its behaviour from this; no code knows its name."""

import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from reconciler.specs.models.integration import Environment
from reconciler.specs.models.mapping import TargetName
from reconciler.specs.models.shared import Label, Model, OneOf
from reconciler.specs.scalars import Duration, FieldName, Flag, Name, Number, Text, Whole


def _compiles(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"not a regular expression: {error}") from error
    return pattern


_NUMBERS = {"minLength", "maxLength", "minimum", "maximum", "minItems", "maxItems", "minProperties", "maxProperties"}


def _typed_schema(schema: Any, key: str = "") -> Any:
    """A JSON Schema whose scalars are text, as they come from a spec, with the types that its keywords ask for."""
    if isinstance(schema, dict):
        return {name: _typed_schema(value, "" if key == "properties" else name) for name, value in schema.items()}
    if isinstance(schema, list):
        return [_typed_schema(item) for item in schema]
    if key == "additionalProperties" and schema in ("true", "false"):
        return bool(schema == "true")
    return int(schema) if key in _NUMBERS and isinstance(schema, str) and schema.isdecimal() else schema


def _is_schema(schema: dict[str, Any]) -> dict[str, Any]:
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import SchemaError

    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as error:
        place = ".".join(map(str, error.absolute_path)) or "the whole"
        raise ValueError(f"not a JSON Schema: {place} is not as the 2020-12 draft asks") from error
    return schema


AnswerPath = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*$")]
"""A way into an answer: `addThings.edges`."""
Pattern = Annotated[str, AfterValidator(_compiles)]
Count = Annotated[Whole, Field(ge=1)]


class Endpoint(Model):
    """Where an environment is; the simulator's address is the installation's business and left out here."""

    url: Annotated[str, Field(pattern=r"^https://")] | None = None


class Auth(Model):
    """How a request carries the credential: a header whose text holds fields of the credential in braces."""

    scheme: Literal["header"]
    header: Text
    format: Text


class Settings(Model):
    """What an Integration sets: a JSON Schema, and which settings say *where* the documents end up."""

    schema_: Annotated[dict[str, Any], BeforeValidator(_typed_schema), AfterValidator(_is_schema)] = Field(
        alias="schema"
    )
    identity: list[Name] = Field(default_factory=list)


class Finding(Model):
    """Something real that a connection test shows: the items of an answer, each as a text with fields in braces."""

    label: Label
    items: AnswerPath
    text: Text


class Confirmation(Model):
    """A setting that must be among what the credential reaches; else it would post to the wrong place."""

    setting: Name
    items: AnswerPath
    path: AnswerPath


class ConnectionTest(Model):
    """One read that proves a credential."""

    query: Text
    finds: list[Finding] = Field(default_factory=list)
    confirms: list[Confirmation] = Field(default_factory=list)


class ResponseRule(OneOf):
    """What an answer means. `message` is a pattern whose groups `field` and `value` say which value was refused.

    wait: nothing happened, try again after a pause; stop: nothing happened and the integration stops; credential:
    the credential is refused; rejected: a definitive refusal of the request; unknown: it may have happened.
    """

    code: Text | None = None
    message: Pattern | None = None
    status: list[Whole] | None = None
    means: Literal["wait", "stop", "credential", "rejected", "unknown"]
    pause: Duration | None = Field(None, description="With `wait`: how long.")
    until: AnswerPath | None = Field(None, description="With `stop`: where the error says until when.")

    @classmethod
    def alternatives(cls) -> tuple[str, ...]:
        return ("code", "message", "status")


class TargetField(Model):
    """One field of a document: its type, and what the outside system asks of it.

    money: a number with two decimals, unless `decimals` says otherwise; instant: a point in time with its offset;
    reference: the code of something that the outside system knows.
    """

    type: Literal["text", "integer", "decimal", "money", "date", "instant", "boolean", "reference"]
    label: Label
    required: Flag = False
    min_length: Count | None = None
    max_length: Count | None = None
    pattern: Pattern | None = Field(None, description="A regular expression that the whole text matches.")
    values: Annotated[list[Text], Field(min_length=1)] | None = Field(None, description="The closed list of values.")
    minimum: Number | None = None
    maximum: Number | None = None
    decimals: Annotated[Whole, Field(ge=0, le=6)] | None = Field(None, description="The most decimals of a number.")
    constant: Text | None = Field(None, description="Always this; cannot be mapped.")
    same_as: TargetName | None = Field(None, description="Always equal to that field; cannot be mapped.")

    @model_validator(mode="after")
    def _demands_fit(self) -> "TargetField":
        texts = [self.min_length, self.max_length, self.pattern, self.values]
        if self.type not in {"text", "reference"} and any(each is not None for each in texts):
            raise ValueError("write min_length, max_length, pattern and values with a text or a reference only")
        if self.type not in {"integer", "decimal", "money"} and (self.minimum, self.maximum) != (None, None):
            raise ValueError("write minimum and maximum with a number only")
        if self.type not in {"decimal", "money"} and self.decimals is not None:
            raise ValueError("write decimals with a decimal number only")
        return self

    @property
    def mapped(self) -> bool:
        """Whether a mapping may write it."""
        return self.constant is None and self.same_as is None


class Batch(Model):
    """The most that one request carries."""

    documents: Count
    nodes: Count = Field(description="Lines of all documents together.")


class Request(Model):
    """A mutation whose variable takes one item per line, each with a correlation id."""

    query: Text
    variable: Name
    correlate: AnswerPath = Field(description="The item's key for the correlation id.")
    node: AnswerPath = Field(description="The item's key for the line.")


class Reply(Model):
    """Where the answer says what became of each item."""

    items: AnswerPath
    correlate: AnswerPath
    id: AnswerPath


class Lookup(Model):
    """A place where a document can be found again, and what finding it there proves."""

    name: Name
    query: Text
    variable: Name
    by: Literal["reference", "target_id"] = "reference"
    items: AnswerPath
    key: AnswerPath
    id: AnswerPath
    amount: AnswerPath | None = None
    message: AnswerPath | None = None
    proves: Literal["sent", "posted", "rejected_late"]


class Create(Model):
    """How a document is created, and what may be done when nobody knows whether it was.

    A: create-only under our key; B: idempotency key with a life; C: can be asked for our reference; D: blind.
    """

    idempotency: Literal["A", "B", "C", "D"] = "D"
    reference: TargetName = Field(description="The field that carries our reference.")
    request_life: Duration = "15m"
    visibility_delay: Duration = "60s"
    batch: Batch
    request: Request
    reply: Reply
    lookups: list[Lookup] = Field(default_factory=list)

    @model_validator(mode="after")
    def _can_ask(self) -> "Create":
        if self.idempotency == "C" and not any(lookup.by == "reference" for lookup in self.lookups):
            raise ValueError("class C needs a lookup by reference: without one nobody can be asked, and the class is D")
        return self


class LineCount(Model):
    """How many lines a document has."""

    min: Count = 1
    max: Count = 500


class DocumentType(Model):
    """What is sent: the unit of the ledger."""

    label: Label
    lines: LineCount = Field(default_factory=LineCount)
    balanced: TargetName | None = Field(None, description="The field whose sum over the lines must be zero.")
    fields: dict[TargetName, TargetField] = Field(min_length=1)
    create: Create

    @model_validator(mode="after")
    def _names_exist(self) -> "DocumentType":
        named = [self.balanced, self.create.reference, *(field.same_as for field in self.fields.values())]
        if unknown := sorted({name for name in named if name and name not in self.fields}):
            raise ValueError(f"not among `fields`: {', '.join(unknown)}")
        return self


class Pace(Model):
    """At most `requests` begin within any `seconds`. A run asks one by one."""

    requests: Count
    seconds: Count


class IntegrationType(Model):
    """The spec of kind IntegrationType."""

    label: Label
    protocol: Literal["graphql"]
    environments: dict[Environment, Endpoint] = Field(min_length=1)
    auth: Auth
    credentials: dict[FieldName, Label] = Field(min_length=1, description="The fields of the credential.")
    settings: Settings
    test: ConnectionTest
    documents: dict[Name, DocumentType] = Field(min_length=1)
    responses: list[ResponseRule] = Field(default_factory=list)
    pace: Pace | None = None
