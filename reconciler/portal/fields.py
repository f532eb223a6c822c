"""What stands in a question or a form, as types: a field that was left empty says nothing."""

from datetime import date
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, PlainValidator, StringConstraints, WithJsonSchema

STORABLE = r"^[^\x00]*$"
"""No text of the database has this character."""
FIRST, LAST = date(2000, 1, 1), date(2199, 12, 31)


def _unless_empty(value: Any) -> Any:
    return None if value == "" else value


Day = Annotated[Annotated[date, Field(ge=FIRST, le=LAST)] | None, BeforeValidator(_unless_empty)]
"""A local day of the organisation, or none."""
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=10, max_length=500, pattern=STORABLE)]
"""Why, for whoever asks in a month."""
Note = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500, pattern=STORABLE)]
"""Why, where somebody wants to say it."""
Wanted = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200, pattern=STORABLE)]
"""What is looked for; empty for everything."""
English = Annotated[str, PlainValidator(lambda text: text), WithJsonSchema({"type": "string"})]
"""A sentence of the engine: English for programs; a page says it in its own language (`specs.sentences`)."""
