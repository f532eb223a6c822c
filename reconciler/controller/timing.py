"""Applied schedules as the questions of `schedules/due.py` take them."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import lru_cache

from reconciler.runs.request import AppliedSchedule
from reconciler.schedules.due import Due, Timing
from reconciler.schedules.expression import parse

Question = Callable[[Sequence[Timing], datetime | None, datetime, timedelta], Due | None]
"""What is due of an integration: its schedules, what was handled, now, and so long a time may be carried out."""


@lru_cache(maxsize=1 << 16)
def timing(schedule: AppliedSchedule) -> Timing:
    """Raises ExpressionInvalid."""
    return Timing(parse(schedule.cron, last_day=schedule.last_day), schedule.zone, schedule.applied_at)
