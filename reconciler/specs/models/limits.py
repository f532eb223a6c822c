"""What an outside system allows over time, as its integration type declares it. Judged against schedules in `plans`."""

from typing import Annotated, Literal

from pydantic import Field

from reconciler.specs.models.shared import Model
from reconciler.specs.scalars import Duration, Whole

Count = Annotated[Whole, Field(ge=1)]


class Frequency(Model):
    """How often the system wants to be called by a schedule."""

    floor: Duration = Field(description="No schedule runs again sooner than this.")


class Quota(Model):
    """What the system allows in a month. A run asks at least `each_run` times, whatever it has to send."""

    requests: Count
    per: Literal["month"]
    each_run: Count = 1
