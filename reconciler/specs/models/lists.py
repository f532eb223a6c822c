"""Reference lists: what an outside system knows by code, so that a code is checked before anything is sent."""

from typing import Annotated

from pydantic import AfterValidator, Field

from reconciler.specs.models.access import AnswerPath
from reconciler.specs.models.shared import Label, Model
from reconciler.specs.scalars import Duration, Text, seconds

A_MONTH_S = 30 * 86_400
SHARE = 10
"""Reading lists anew may take a tenth of a quota."""
SHORTEST_S = 3600


def _an_hour(age: str) -> str:
    if seconds(age) < SHORTEST_S:
        raise ValueError("a list is read anew once an hour at most: write 1h or more")
    return age


class ReferenceList(Model):
    """One list. Where it cannot be read, or is older than `max_age`, nothing is refused because of it."""

    label: Label = Field(description="What one item is called in the middle of a sentence: `account`, `konto`.")
    query: Text = Field(description="Asks for all items, page by page: `$after` is the last item's cursor.")
    one: Text = Field(description="Asks for the codes in the variable `$codes` only, for those that the list lacks.")
    items: AnswerPath
    code: AnswerPath
    text: AnswerPath | None = Field(None, description="What people call the item.")
    max_age: Annotated[Duration, AfterValidator(_an_hour)] = "24h"
