"""What somebody typed for a credential: taken out of a form or a body at once into a value that prints as dots.

Nothing here repeats any of it: problems are keys, and names of fields are shown only where the type has them.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel, Field, PlainValidator, WithJsonSchema, model_validator

from reconciler.engine.credentials import LONGEST
from reconciler.portal.refusals import Unfit
from reconciler.runs.keeping import Secret as Value
from reconciler.specs.models.access import CredentialField
from reconciler.specs.models.schemas import misfit
from reconciler.vaults.secret import Secret

FIELD = "secret."
"""Fields of a form that are fields of a credential begin so."""
MOST = 20
"""Fields of one credential."""
AROUND = "\u200b\u2060\ufeff"
"""What looks like nothing and is no blank for Python; it comes along from web pages."""
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
YEARS = 20


def _taken(given: Any) -> Value:
    """The fields as they are meant: without what a clipboard puts around them, with plain line ends."""
    if not isinstance(given, dict) or not 1 <= len(given) <= MOST:
        raise ValueError("the fields of the credential, each with its value")
    if not all(isinstance(name, str) and isinstance(value, str) for name, value in given.items()):
        raise ValueError("each field is a text")
    return Secret({name: _trimmed(value) for name, value in given.items()})


def _trimmed(value: str) -> str:
    """Without blanks around it. Browsers end the lines of a form as HTTP does; a key's end as on a disk."""
    return value.replace("\r\n", "\n").replace("\r", "\n").strip().strip(AROUND).strip()


Typed = Annotated[
    Value,
    PlainValidator(_taken),
    WithJsonSchema(
        {"type": "object", "additionalProperties": {"type": "string", "writeOnly": True, "format": "password"},
         "minProperties": 1, "maxProperties": MOST}
    ),
]  # fmt: skip


class Setting(BaseModel):
    """A new value, by the names of the type's fields, and the last day on which it is valid, where it ends."""

    fields_: Typed = Field(alias="fields", repr=False, description="Each field of the credential; never given back.")
    expires_on: date | None = Field(None, description="The last day on which it is valid, in the organisation's zone.")

    @model_validator(mode="before")
    @classmethod
    def _out_of_a_form(cls, given: Any) -> Any:
        """A form has no objects: its fields are gathered; an empty day is none."""
        if not isinstance(given, dict):
            return given
        found = {name.removeprefix(FIELD): value for name, value in given.items() if name.startswith(FIELD)}
        rest = {name: value for name, value in given.items() if not name.startswith(FIELD)}
        return (
            rest | ({"fields": found} if found else {}) | ({"expires_on": None} if not rest.get("expires_on") else {})
        )


def fitting(secret: Value, wanted: Mapping[str, CredentialField], language: str) -> None:
    """Raises Unfit, which names the field and what is asked for."""
    if secret.reveal().keys() != wanted.keys():
        raise Unfit("fields", "credentials.unfit.fields", {"names": ", ".join(wanted)})
    for name, field in wanted.items():
        if problem := _problem(secret, name, field):
            raise Unfit(name, f"credentials.unfit.{problem}", {"field": field.nb if language == "nb" else field.en})


def _problem(secret: Value, name: str, field: CredentialField) -> str:
    """The end of a key. The value is asked for in the call alone: no frame that raises holds it."""
    if not secret.reveal()[name]:
        return "empty"
    if _unwritable(secret.reveal()[name]):
        return "characters"
    if len(secret.reveal()[name].encode()) > LONGEST:
        return "long"
    found = misfit(secret.reveal()[name], field.schema_ or {})
    if found.startswith("is shorter"):
        return "short"
    return "form" if found else ""


def _unwritable(value: str) -> bool:
    """Whether there are characters that no credential has, or halves of characters."""
    return bool(_CONTROL.search(value)) or any("\ud800" <= each <= "\udfff" for each in value)


def until(day: date | None, zone: str, now: datetime) -> datetime | None:
    """The end of the last day, a local one. Raises Unfit for one that has passed, or is beyond all reason."""
    if day is None:
        return None
    if day.year > now.year + YEARS:
        raise Unfit("expires_on", "credentials.unfit.far", {"years": str(YEARS)})
    found = datetime.combine(day, time.max, ZoneInfo(zone))
    if found <= now:
        raise Unfit("expires_on", "credentials.unfit.passed")
    return found
