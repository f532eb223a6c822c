"""Organization: who it is in the app and in the public register, its zone and language, its people, its closed days."""

from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, WithJsonSchema, model_validator

from reconciler.specs.models.shared import Model
from reconciler.specs.scalars import Day, Id, Name, Reason, Text

_WEIGHTS = (3, 2, 7, 6, 5, 4, 3, 2)


def organization_number(value: str) -> str:
    """A Norwegian organisasjonsnummer: nine digits, the last a modulus-11 check (research: external-systems.md 10.1).

    Raises ValueError where the digits do not add up.
    """
    if len(value) != 9 or not value.isascii() or not value.isdigit():
        raise ValueError("an organisation number has nine digits, such as 974760673")
    remainder = sum(int(digit) * weight for digit, weight in zip(value, _WEIGHTS, strict=False)) % 11
    if str((11 - remainder) % 11) != value[8]:
        raise ValueError("the check digit of the organisation number is wrong")
    return value


class Person(Model):
    """Someone of the organisation, known by the account at the git host; no e-mail address, no telephone number."""

    account: Text
    roles: Annotated[list[Literal["admin", "reviewer", "accountant", "operator"]], Field(min_length=1)]


class Freeze(Model):
    """Days on which nothing is sent, both inclusive: the closing of accounts, for instance."""

    from_: Day = Field(alias="from")
    to: Day
    reason: Reason

    @model_validator(mode="after")
    def _in_order(self) -> "Freeze":
        if self.to < self.from_:
            raise ValueError("the window ends before it begins")
        return self

    def holds(self, day: date) -> bool:
        """Whether `day`, a local day of the organisation, lies in the window."""
        return self.from_ <= day <= self.to


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
