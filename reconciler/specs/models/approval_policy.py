"""ApprovalPolicy: the platform's rules about who may approve a change to which field. Data only; judged in `plans`."""

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field, model_validator

from reconciler.specs.models.shared import Model
from reconciler.specs.scalars import Flag, Name, Reason, Text, Whole

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
    merge: Literal["automatic", "by-hand"] | None = Field(
        None,
        description="`automatic`: a proposal that only such rules are about is merged by the controller as soon as "
        "nothing is missing and all checks are green. A person merges where left out.",
    )


class ApprovalRule(Voices):
    """One rule. Every rule that fits a change has to be satisfied; one person's yes counts for all of them."""

    name: Name
    kind: Literal["Organization", "Integration", "FieldMapping", "SyncSchedule", "Exclusion", "Report", "Approval"]
    fields: list[FieldPath] = Field(default_factory=list, description="Of an update; every field where left out.")
    actions: Annotated[list[Action], Field(min_length=1)] = Field(
        default_factory=lambda: list[Action](("create", "update", "delete"))
    )
    restrictive: Flag | None = Field(
        None,
        description="Who proposes such a change has one of the roles, or somebody who has one said yes; before that "
        "nothing is looked up for the proposal.",
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
        named_once(self.rules)
        return self


def named_once(rules: Sequence[ApprovalRule]) -> None:
    """Raises ValueError for two rules of one name: a refusal names the rule."""
    names = [rule.name for rule in rules]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ValueError(f"two rules are named '{twice[0]}'; give each a name of its own")
