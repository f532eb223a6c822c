"""A window instead of a minute: who runs when inside it is chosen by a hash, the same on every machine and each day.

Outside systems have quotas for all their customers together; a thousand organisations at 03:30 sharp are a burst.
"""

import hashlib
from dataclasses import replace

from reconciler.schedules.cron import Expression
from reconciler.schedules.fields import ExpressionInvalid
from reconciler.specs.sentences import say

HOUR = 60
DAY = 24 * HOUR


def chosen(window: int, *who: str) -> int:
    """Minutes after the begin of a window of that many minutes, from 0 to `window` - 1, for somebody."""
    found = hashlib.sha256("\n".join(who).encode()).digest()
    return int.from_bytes(found[:8]) % window


def minutes(seconds: int) -> int:
    """The length of a window. Raises `ExpressionInvalid` where it is not whole minutes, at least two."""
    if seconds % 60 or seconds < 2 * 60:
        raise ExpressionInvalid(say("spread is counted in whole minutes, at least two: write, for instance, 30m"))
    return seconds // 60


def shifted(expression: Expression, window: int, later: int) -> Expression:
    """The expression `later` minutes into its window. Raises `ExpressionInvalid` where it can have no such window.

    Whether it can does not depend on `later`: a file is right for everybody or for nobody.
    """
    if len(expression.minutes) != 1:
        raise ExpressionInvalid(say("spread goes with one minute per hour: leave it out, or name a single minute"))
    if expression.elapsed:
        if window > HOUR:
            raise ExpressionInvalid(
                say("spread is longer than the hour after which the schedule runs again: at most 60m")
            )
        return replace(expression, minutes=((expression.minutes[0] + later) % HOUR,))
    last = expression.hours[-1] * HOUR + expression.minutes[0] + window - 1
    if last >= DAY:
        raise ExpressionInvalid(
            say("spread reaches past midnight, into another day: begin earlier, or make it shorter")
        )
    hours, minute = divmod(expression.minutes[0] + later, HOUR)
    return replace(expression, minutes=(minute,), hours=tuple(hour + hours for hour in expression.hours))
