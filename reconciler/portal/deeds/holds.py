"""Single records that a person holds back from going, and lets go again."""

from typing import Annotated

from pydantic import BaseModel, Field

from reconciler.engine.holding import MOST, Place, hold_back, release
from reconciler.portal.choosing import PRINTED, Day, Text, desk_of
from reconciler.portal.deeds.documents import Reason, Why
from reconciler.portal.twins import Done
from reconciler.portal.visiting import Decides, Name

RecordId = Annotated[str, Field(min_length=1, max_length=200, pattern=PRINTED)]


class Holding(BaseModel):
    """Which records do not go, why, and until when."""

    record: list[RecordId] = Field(min_length=1, max_length=MOST, description="Their ids in the app.")
    category: Text = Field("", description="Of this category, where a record goes to several places.")
    reason: Why = Field(description="Why, in a sentence: it is shown wherever the record is.")
    until: Day = Field(None, description="The last local day on which they do not go; for good where there is none.")


class Releasing(BaseModel):
    """Which record goes again."""

    record: list[RecordId] = Field(min_length=1, max_length=MOST, description="Their ids in the app.")
    category: Text = ""
    reason: Reason = Field("", description="Why, 10 to 500 characters; may be left out.")


def hold_records(visit: Decides, integration: Name, wanted: Holding) -> Done:
    """Keep single records from going, until a day or until somebody releases them."""
    desk = desk_of(visit, integration)
    made = hold_back(desk, wanted.record, Place(integration, wanted.category), wanted.reason, wanted.until)
    back = f"/integrations/{integration}/withheld"
    return Done(said="documents.done.hold", values={"count": len(made)}, back=back)


def release_records(visit: Decides, integration: Name, wanted: Releasing) -> Done:
    """Let records that somebody holds back go again, with the next sync."""
    desk = desk_of(visit, integration)
    made = release(desk, wanted.record, Place(integration, wanted.category), wanted.reason)
    back = f"/integrations/{integration}/withheld"
    return Done(said="documents.done.release", values={"count": len(made)}, back=back)
