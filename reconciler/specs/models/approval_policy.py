"""ApprovalPolicy: the platform's rules about who may approve a change to which field. Data only; judged in `plans`."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from reconciler.specs.models.shared import Model
from reconciler.specs.scalars import Name, Reason, Text, Whole

Role = Literal["admin", "reviewer", "accountant", "operator", "platform"]
"""The roles of an organisation's people, and `platform`: those who keep the platform for all organisations."""
Roles = Annotated[list[Role], Field(min_length=1)]
Action = Literal["create", "update", "delete"]
FieldPath = Annotated[str, Field(pattern=r"^(\*|[A-Za-z_][A-Za-z0-9_]*)(\.(\*|[A-Za-z_][A-Za-z0-9_]*))*$")]
"""A field of a spec and all below it, `*` for any name: `settings`, `lookups.*`; places in lists are not counted."""


class Voices(Model):
    """Who may say yes, and how many different people have to."""

    roles: Roles = Field(description="Anybody with one of these roles may approve.")
    approvals: Annotated[Whole, Field(ge=0, le=5)] = 1


class ApprovalRule(Voices):
    """One rule. Every rule that fits a change has to be satisfied; one person's yes counts for all of them."""

    name: Name
    kind: Literal["Organization", "Integration", "FieldMapping", "SyncSchedule", "Exclusion"]
    fields: list[FieldPath] = Field(default_factory=list, description="Of an update; every field where left out.")
    actions: Annotated[list[Action], Field(min_length=1)] = Field(
        default_factory=lambda: list[Action](("create", "update", "delete"))
    )
    reason: Reason


class ApprovalPolicy(Model):
    """The spec of kind ApprovalPolicy. What no rule fits needs what `default` says."""

    default: Voices
    platform: list[Text] = Field(
        default_factory=list,
        description="Accounts at the git host of those who keep the platform; the owners of the repository if empty.",
    )
    rules: list[ApprovalRule] = Field(default_factory=list)

    @model_validator(mode="after")
    def _names_are_unique(self) -> "ApprovalPolicy":
        names = [rule.name for rule in self.rules]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"two rules are named '{twice[0]}'; give each a name of its own")
        return self
