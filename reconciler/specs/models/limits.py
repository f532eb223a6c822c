"""What an outside system allows over time, as its integration type declares it. Judged against schedules in `plans`."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from reconciler.specs.models.shared import Model
from reconciler.specs.scalars import Duration, Whole

TURN_WITHIN_S = 20
"""So long a request waits for its turn: a claim outlives this and the request itself (engine/deliver.py, DEADLINE)."""
Count = Annotated[Whole, Field(ge=1)]


class Frequency(Model):
    """How often the system wants to be called by a schedule."""

    floor: Duration = Field(description="No schedule runs again sooner than this.")


class Quota(Model):
    """What the system allows in a month. A run asks at least `each_run` times, whatever it has to send."""

    requests: Count
    per: Literal["month"]
    each_run: Count = 1
    reserve: Annotated[Whole, Field(ge=0)] | None = Field(
        None, description="Requests of it that are kept for questions; a tenth where left out."
    )

    @property
    def kept(self) -> int:
        """Requests that are never used for sending: what became of a document can always be asked."""
        return self.requests // 10 if self.reserve is None else self.reserve

    @model_validator(mode="after")
    def _something_to_send(self) -> "Quota":
        if self.kept >= self.requests:
            raise ValueError("`reserve` leaves nothing to send with: it is less than `requests`")
        return self
