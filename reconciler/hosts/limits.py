"""When a host may be asked again: what its answers say, and our own count of what we write there.

The hosts say it alike: a 429 or a 403, `retry-after` in seconds, and headers with what is left and when it begins anew.

GitHub: "Rate limits for the REST API" (docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api) and "Best
practices": who goes on asking while limited may be banned, so that nothing leaves before the moment that was said.
"""

import re
from collections import deque
from collections.abc import Mapping
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

from reconciler.clock import Clock
from reconciler.runs.host import Later

PAUSE_S, LONGEST_S = 60, 3900
"""Seconds: "wait for at least one minute", doubled each time; and no window is longer than an hour, plus a margin."""
Writes = tuple[tuple[int, timedelta], ...]
"""How many requests that make content a window takes."""
GITHUB_WRITES: Writes = ((80, timedelta(minutes=1)), (500, timedelta(hours=1)))
""""no more than 80 content-generating requests per minute and no more than 500 content-generating requests per hour"
(the same page)."""
MINUTELY: Writes = ((60, timedelta(minutes=1)),)
"""GitLab.com takes 60 notes a minute of one person, other GitLabs 300 where nobody says otherwise (docs.gitlab.com:
"GitLab.com rate limits", "Rate limits on note creation"). Gitea and Forgejo publish none: the same is kept there."""
_DIGITS = re.compile(r"[0-9]{1,12}")
_WORDS = re.compile(r"rate limit|abuse detection", re.IGNORECASE)
"""In the message of a 403 that is a limit and no refusal: "an error message that indicates that you exceeded a
secondary rate limit"; older servers say "You have triggered an abuse detection mechanism"."""
_QUICK = "submitted too quickly"
"""In the message of a 422: the limit of how much content is made (github.com/cli/cli/issues/4801)."""


class Limits:
    """The limits of one credential at one host, as this process knows them."""

    def __init__(self, clock: Clock, writes: Writes = GITHUB_WRITES) -> None:
        self._clock = clock
        self._writes = writes
        self._until: datetime | None = None
        self._message = ""
        self._strikes = 0
        self._written: deque[datetime] = deque(maxlen=max(most for most, _ in writes))

    def barred(self, *, write: bool) -> Later | None:
        """What stands in the way of a request. A write that may leave is counted here, whatever becomes of it."""
        now = self._clock.now()
        if self._until is not None and now < self._until:
            return Later(self._until, self._message)
        if write and (later := self._written_out(now)) is not None:
            return later
        if write:
            self._written.append(now)
        return None

    def told(self, status: int, head: Mapping[str, str], message: str) -> Later | None:
        """What an answer says of limits: it was not carried out, and is to be asked again later; None where it was not
        for a limit. An allowance that an answer has used up bars the next request.
        """
        spent = _told(head, "remaining").strip() == "0"
        retry = _seconds(head.get("retry-after", ""))
        said = retry is not None or spent or _WORDS.search(message) is not None
        limited = {403: said, 422: _QUICK in message, 429: True, 503: retry is not None}
        if limited.get(status, False):
            return self._close(self._pause(head, retry, spent=spent), "the host limits how often it is asked")
        if status < 400:
            self._strikes = 0
        if spent:
            self._close(self._pause(head, None, spent=True), "what the host allows for now is used up")
        return None

    def _pause(self, head: Mapping[str, str], retry: int | None, *, spent: bool) -> int:
        """Seconds to wait, in the order of the documentation: `retry-after`, then the reset, then a minute and more."""
        if retry is not None:
            return retry
        if spent and (reset := _reset(head, self._clock.now())) is not None:
            return reset
        self._strikes += 1
        return PAUSE_S << min(self._strikes - 1, 6)

    def _close(self, seconds: int, message: str) -> Later:
        self._until = self._clock.now() + timedelta(seconds=min(max(seconds, 1), LONGEST_S))
        self._message = message
        return Later(self._until, message)

    def _written_out(self, now: datetime) -> Later | None:
        for most, window in self._writes:
            if len(self._written) >= most and (oldest := self._written[-most]) + window > now:
                return Later(oldest + window, f"{most} writes were made lately, and the host takes no more")
        return None


def _told(head: Mapping[str, str], name: str) -> str:
    """GitHub's `x-ratelimit-...`, or GitLab's `ratelimit-...` (docs.gitlab.com, "Rate limits", Response headers)."""
    return head.get(f"x-ratelimit-{name}", "") or head.get(f"ratelimit-{name}", "")


def _reset(head: Mapping[str, str], now: datetime) -> int | None:
    """Seconds to `x-ratelimit-reset`, in UTC epoch seconds, by the answer's own `Date`: the clocks need not agree."""
    reset = _seconds(_told(head, "reset"))
    if reset is None:
        return None
    try:
        then = parsedate_to_datetime(head.get("date", "")).timestamp()
    except (ValueError, TypeError, OverflowError, OSError):  # none, or one that no calendar has
        then = now.timestamp()
    return reset - int(then)


def _seconds(text: str) -> int | None:
    return int(text) if _DIGITS.fullmatch(text.strip()) else None
