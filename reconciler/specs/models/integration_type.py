"""IntegrationType: an outside system, declared. The engine derives its behaviour from this; no code knows its name."""

import re
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field, model_validator

from reconciler.specs.models.access import (
    AnswerPath,
    Auth,
    Columns,
    ConnectionTest,
    Count,
    CredentialField,
    Endpoint,
    Pace,
    Pattern,
    ResponseRule,
    Settings,
    SshLogin,
    ValueType,
)
from reconciler.specs.models.integration import Environment
from reconciler.specs.models.limits import TURN_WITHIN_S, Frequency, Quota
from reconciler.specs.models.lists import A_MONTH_S, SHARE, ReferenceList
from reconciler.specs.models.mapping import TargetName
from reconciler.specs.models.operations import Create
from reconciler.specs.models.reversal import Reversal
from reconciler.specs.models.shared import Label, Model
from reconciler.specs.scalars import FieldName, Flag, Name, Number, Text, Whole, seconds

_BRACED = re.compile(r"\{([a-z][a-z0-9_]*)\}")
Protocol = Literal["graphql", "rest", "odata", "files"]
ASKS: Mapping[str, str] = {"graphql": "request", "rest": "call", "odata": "call", "files": "drop"}
"""The way of asking that each protocol has."""


class Entry(Model):
    """Where a value stands in a list below its line: an entry of its own, with keys that say what it is about."""

    list: AnswerPath = Field(description="The line's key that holds the list.")
    value: AnswerPath = Field(description="The entry's key that takes the value.")
    keys: dict[AnswerPath, Text] = Field(
        default_factory=dict,
        description="The entry's other keys; settings in braces. A field whose setting is left out cannot be mapped.",
    )

    @property
    def settings(self) -> set[str]:
        """The settings that its keys name."""
        return {name for form in self.keys.values() for name in _BRACED.findall(form)}

    def named(self, settings: Mapping[str, str]) -> dict[str, str]:
        """Its keys, filled."""
        return {key: _BRACED.sub(lambda found: settings.get(found[1], ""), form) for key, form in self.keys.items()}


class TargetField(Model):
    """One field of a document: its type, and what the outside system asks of it.

    money: a number with two decimals, unless `decimals` says otherwise; instant: a point in time with its offset;
    reference: the code of something that the outside system knows.
    """

    type: ValueType
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
    setting: Name | None = Field(None, description="Always what the integration sets there; cannot be mapped.")
    same_as: TargetName | None = Field(None, description="Always equal to that field; cannot be mapped.")

    entry: (
        Annotated[Entry, Field(description="With `odata`: the value is an entry of a list below the line.")] | None
    ) = None
    of: Name | None = Field(None, description="With a reference: the list that must hold the code, before it is sent.")

    @model_validator(mode="after")
    def _demands_fit(self) -> "TargetField":
        if self.of is not None and self.type != "reference":
            raise ValueError("write of with a reference only")
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
        return self.constant is None and self.same_as is None and self.setting is None


class LineCount(Model):
    """How many lines a document has."""

    min: Count = 1
    max: Count = 500


class DocumentType(Model):
    """What is sent: the unit of the ledger."""

    label: Label
    lines: LineCount = Field(default_factory=LineCount)
    balanced: TargetName | None = Field(None, description="The field whose sum over the lines must be zero.")
    account: TargetName | None = Field(None, description="The field by which a statement adds lines up: the account.")
    fields: dict[TargetName, TargetField] = Field(min_length=1)
    create: Create
    reversal: Reversal | None = Field(None, description="How a document is taken back; accounts only.")
    columns: list[Columns] = Field(
        default_factory=list, description="Where the system itself says what it asks of the fields; compared by tests."
    )

    @model_validator(mode="after")
    def _names_exist(self) -> "DocumentType":
        named = [
            self.balanced,
            self.account,
            self.create.reference,
            self.create.number,
            *(field.same_as for field in self.fields.values()),
        ]
        named += [name for place in self.create.reconcile.places for name in place.fields]
        if (drop := self.create.drop) is not None:
            named += [drop.amount, *drop.columns]
        named += self.reversal.fields if self.reversal else []
        if unknown := sorted({name for name in named if name and name not in self.fields}):
            raise ValueError(f"not among `fields`: {', '.join(unknown)}")
        return self

    @model_validator(mode="after")
    def _can_be_taken_back(self) -> "DocumentType":
        """Half a reversal would be worse than none."""
        if (reversal := self.reversal) is None:
            return self
        if self.balanced not in reversal.negate:
            raise ValueError("a reversal negates the field that is `balanced`: only accounts take documents back")
        if wrong := [name for name in reversal.negate if self.fields[name].type not in ("decimal", "money", "integer")]:
            raise ValueError(f"only numbers can be negated: {', '.join(wrong)}")
        if self.fields[reversal.date].type != "date":
            raise ValueError(f"the `date` of a reversal is a date: {reversal.date} is none")
        return self


class IntegrationType(Model):
    """The spec of kind IntegrationType."""

    label: Label
    family: Name | None = Field(
        None, description="What the app calls systems of this kind, where it is not the type's own name."
    )
    protocol: Protocol
    environments: dict[Environment, Endpoint] = Field(min_length=1)
    auth: Auth
    credentials: dict[FieldName, CredentialField] = Field(min_length=1, description="The fields of the credential.")
    settings: Settings
    schedule: Frequency | None = None
    quota: Quota | None = None
    test: ConnectionTest
    lists: dict[Name, ReferenceList] = Field(
        default_factory=dict, description="What the system knows by code, for fields of the type `reference`."
    )
    documents: dict[Name, DocumentType] = Field(min_length=1)
    responses: list[ResponseRule] = Field(default_factory=list)
    pace: Pace | None = None

    @model_validator(mode="after")
    def _fits_protocol(self) -> "IntegrationType":
        asks = ASKS[self.protocol]
        if wrong := [name for name, each in self.documents.items() if getattr(each.create, asks) is None]:
            raise ValueError(f"the protocol {self.protocol} creates by `{asks}`, and {', '.join(wrong)} does not")
        places = [listing for each in self.documents.values() for listing in each.create.reconcile.listings]
        if any((place.query is None) == (self.protocol == "graphql") for place in places) or (
            places and self.protocol == "files"
        ):
            raise ValueError(f"the protocol {self.protocol} lists what stands there in another way, or not at all")
        together = {name for name, each in self.documents.items() if each.create.call and each.create.call.together}
        if together and self.protocol != "odata":
            raise ValueError(f"the protocol {self.protocol} has no `together`, and {', '.join(sorted(together))} does")
        if self.protocol != "odata" and any(each.create.post for each in self.documents.values()):
            raise ValueError(f"the protocol {self.protocol} has no `post`")
        many = {name for name, each in self.documents.items() if each.lines.max > 1}
        if self.protocol == "odata" and many - together:
            message = "sends several lines of a document only `together`, or say lines: {max: 1}"
            raise ValueError(f"the protocol odata {message}: {', '.join(sorted(many - together))}")
        if self.test.steps and self.protocol not in ("rest", "odata"):
            raise ValueError(f"the protocol {self.protocol} has no `steps` in its test")
        known = self.settings.schema_.get("properties", {})
        pinned = [self.auth.user, self.auth.host_key] if isinstance(self.auth, SshLogin) else []
        named = [each.setting for each in self.environments.values() if each.setting]
        if missing := [name for name in [*named, *pinned, *self.settings.identity] if name not in known]:
            raise ValueError(f"not among the settings: {', '.join(missing)}")
        return self

    @model_validator(mode="after")
    def _nothing_is_overwritten(self) -> "IntegrationType":
        """PATCH and PUT by OData change what is there, unless the request says otherwise (OData 4.01, 11.4.4)."""
        calls = {name: each.create.call for name, each in self.documents.items() if self.protocol == "odata"}
        for name, call in calls.items():
            conditions = {header.lower(): value for header, value in call.headers.items()} if call else {}
            if call and call.method != "POST" and conditions.get("if-none-match") != "*":
                raise ValueError(f"a {call.method} overwrites what a person corrected: give {name} If-None-Match: '*'")
        return self

    @model_validator(mode="after")
    def _files_go_by_ssh(self) -> "IntegrationType":
        if self.protocol == "files" and self.pace and self.pace.concurrency:
            raise ValueError("files go one by one: leave `concurrency` out of the pace")
        if (self.protocol == "files") != isinstance(self.auth, SshLogin):
            raise ValueError("the protocol files goes with the scheme ssh, and no other protocol does")
        if isinstance(self.auth, SshLogin) and self.auth.secret not in self.credentials:
            raise ValueError(f"the protocol files logs in by the credential's field `{self.auth.secret}`: declare it")
        return self

    @model_validator(mode="after")
    def _fields_lead_somewhere(self) -> "IntegrationType":
        fields = [field for document in self.documents.values() for field in document.fields.values()]
        if unknown := sorted({field.of for field in fields if field.of} - set(self.lists)):
            raise ValueError(f"not among the lists: {', '.join(unknown)}")
        known = self.settings.schema_.get("properties", {})
        entries = [field.entry for field in fields if field.entry]
        if entries and self.protocol != "odata":
            raise ValueError(f"the protocol {self.protocol} has no `entry` in a field")
        named = {field.setting for field in fields if field.setting}.union(*(each.settings for each in entries))
        if unknown := sorted(named - set(known)):
            raise ValueError(f"not among the settings: {', '.join(unknown)}")
        return self

    @model_validator(mode="after")
    def _batches_find_a_turn(self) -> "IntegrationType":
        """Each part of a `$batch` counts as a request: one with more parts than find a turn in time would never go."""
        if self.pace is None or self.protocol != "odata":
            return self
        most = self.pace.requests * (1 + TURN_WITHIN_S // self.pace.seconds)
        large = [name for name, each in self.documents.items() if each.create.batch.nodes > most]
        if large:
            message = f"its pace lets {most} parts begin within {TURN_WITHIN_S} seconds, and one request may hold more"
            raise ValueError(f"{', '.join(large)}: {message}: make `nodes` of its `batch` smaller")
        return self

    @model_validator(mode="after")
    def _lists_are_cheap(self) -> "IntegrationType":
        """Reading lists anew must not eat what sending needs (research/exports.md, trap 16)."""
        if self.lists and self.protocol != "graphql":
            raise ValueError("only the protocol graphql reads lists; leave `lists` out")
        reads = sum(A_MONTH_S // seconds(each.max_age) for each in self.lists.values())
        if self.quota is not None and reads * SHARE > self.quota.requests:
            message = f"reading the lists anew takes {reads} requests a month, and the quota is {self.quota.requests}"
            raise ValueError(f"{message}: at most a tenth of it; write a longer max_age")
        return self
