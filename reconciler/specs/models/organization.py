"""Organization: who it is in the app and in the public register, its zone and language, its people, its closed days."""

from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, WithJsonSchema, model_validator

from reconciler.specs.identifiers import organization_number
from reconciler.specs.models.approval_policy import ApprovalRule, named_once
from reconciler.specs.models.notification import Notification
from reconciler.specs.models.retention import Retention
from reconciler.specs.models.shared import Model
from reconciler.specs.scalars import Day, Id, Name, Reason, Text


class Person(Model):
    """Someone of the organisation, known by the account at the git host; no e-mail address, no telephone number."""

    account: Text
    roles: Annotated[list[Literal["admin", "reviewer", "accountant", "operator", "viewer"]], Field(min_length=1)]


PLATFORMS_OWN = frozenset({"*", "id", "organization_number", "state", "people", "approvals"})
"""Fields that no organisation makes rules about: who it is, and who decides for it."""
Stopped = Literal["syncs", "changes"]


class Freeze(Model):
    """Days on which nothing is sent, or nothing is changed, both inclusive: the closing of accounts, for instance."""

    from_: Day = Field(alias="from")
    to: Day
    reason: Reason
    stops: Annotated[list[Stopped], Field(min_length=1)] | None = Field(
        None, description="What stands still: `syncs` (where left out), `changes` of the configuration, or both."
    )

    @model_validator(mode="after")
    def _in_order(self) -> "Freeze":
        if self.to < self.from_:
            raise ValueError("the window ends before it begins")
        return self

    def holds(self, day: date) -> bool:
        """Whether `day`, a local day of the organisation, lies in the window."""
        return self.from_ <= day <= self.to

    def stands(self, what: Stopped) -> bool:
        """Whether `what` stands still in the window."""
        return what in (self.stops or ("syncs",))


class Accounting(Model):
    """What is closed in the books: nothing may be dated on or before this day."""

    closed_through: Day = Field(description="The last closed day. What a date does then: `when_closed`.")


class Organization(Model):
    """The spec of kind Organization."""

    id: Id
    title: Text
    organization_number: Annotated[
        str,
        AfterValidator(organization_number),
        WithJsonSchema({"type": "string", "pattern": "^[0-9]{9}$"}),
    ]
    zone: Text = "Europe/Oslo"
    language: Literal["nb", "en"] = "nb"
    state: Literal["active", "retired"] = "active"
    people: list[Person] = Field(default_factory=list)
    contacts: dict[Name, Text] = Field(default_factory=dict, description="Where to reach a role: an address or a URL.")
    freeze: list[Freeze] = Field(default_factory=list)
    accounting: Accounting | None = None
    retention: dict[Name, Retention] | None = Field(
        None, description="By category, a shorter time to keep payloads and messages than the category's own."
    )
    notifications: list[Notification] | None = Field(
        None, description="Who is told when the health of an integration changes, by channel."
    )
    approvals: list[ApprovalRule] | None = Field(
        None,
        description="Rules of its own about who may approve what, beside the platform's; in place of the default they "
        "may ask for less than it does.",
    )

    @model_validator(mode="after")
    def _own_rules(self) -> "Organization":
        named_once(self.approvals or ())
        for rule in self.approvals or ():
            fields = {field.partition(".")[0] for field in rule.fields}
            if rule.kind == "Organization" and (not fields or fields & PLATFORMS_OWN):
                said = f"the rule '{rule.name}' names the fields of Organization that it is about, and none of"
                raise ValueError(f"{said} {', '.join(sorted(PLATFORMS_OWN - {'*'}))}: who decides is the platform's")
            if rule.kind == "Approval":
                raise ValueError(
                    f"the rule '{rule.name}' is about Approval: what lets through a guard is the platform's"
                )
        return self

    @model_validator(mode="after")
    def _channels_once(self) -> "Organization":
        names = [each.channel for each in self.notifications or []]
        if twice := next((name for name in names if names.count(name) > 1), None):
            raise ValueError(f"the channel '{twice}' stands there twice")
        return self

    @property
    def days_without_syncs(self) -> list[Freeze]:
        """The windows in which nothing is sent."""
        return [each for each in self.freeze if each.stands("syncs")]

    @property
    def closed_through(self) -> date | None:
        """The last day that is closed in the accounts."""
        return self.accounting.closed_through if self.accounting else None
