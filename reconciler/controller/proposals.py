"""Watches open pull requests: hears who opened and reviewed them, says what is missing, and merges what may be merged.

Nothing of a proposal is run: it is parsed, compared and judged by the rules in force. What a host does stops nothing
here; what it cannot say now is asked later. Only the replica that keeps the repository's condition speaks.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from reconciler.controller.asking import Asking
from reconciler.controller.outcomes import Looked, comment, outcome, review_context, unlooked
from reconciler.controller.proposed import Proposed, Reader, judged
from reconciler.controller.pulse import Pulse, Wake
from reconciler.controller.shards import Shards
from reconciler.controller.source import Source
from reconciler.engine.hearing import Heard, hear
from reconciler.engine.world import World
from reconciler.errors import ReconcilerError, TryAgainLater
from reconciler.plans.judgement import Judgement
from reconciler.runs.backoff import retry
from reconciler.runs.condition import REPOSITORY
from reconciler.runs.host import Host, Later, Refused, Status
from reconciler.runs.pull_requests import Comment, Merge, Merged, Method, OpenPullRequest, PullRequests

READER = "proposals"
REST_S, SHORT_S, GAP_S = 60.0, 2.0, 1.0
"""Seconds between two rounds that nobody asks for, while another replica leads, and at least."""
FIRST_S, MOST_S = 2, 120
AT_ONCE = 30
"""Proposals of one round: each costs the host a question or two."""
AGAIN = timedelta(minutes=10)
"""So much later a host is told again what it should show, and a merge that it refused is tried again."""
log = logging.getLogger(__name__)
Report = Callable[[Looked, Sequence[OpenPullRequest]], str]
"""The comment at a pull request, in Markdown; beside it, the others that are open."""
Told = tuple[Status, tuple[Judgement, ...], tuple[tuple[int, str], ...]]
"""What the host was told last: the status, what it rests on, and the numbers and heads of the others."""


def plainly(looked: Looked, _others: Sequence[OpenPullRequest]) -> str:
    """The comment without a review: who must say yes, and to what."""
    return comment(looked)


@dataclass(frozen=True, slots=True)
class Desk:
    """What the thread works with. `host` takes statuses, where there is one; `report` writes the comment, and `method`
    says how the host merges. `merges` is off where an installation only looks.
    """

    world: World
    source: Source
    reader: Reader
    pulls: PullRequests
    host: Host | None
    shards: Shards
    installation: str
    report: Report = plainly
    method: Method = "fast-forward"
    merges: bool = True

    @property
    def leads(self) -> bool:
        """Whether this replica speaks for the repository."""
        return self.shards.mine(REPOSITORY)


@dataclass(slots=True)
class _Known:
    """What is remembered of a proposal; a restart that forgets it loses nothing."""

    pull: OpenPullRequest
    looked_at: datetime | None = None
    found: tuple[tuple[str, str, date], Proposed] | None = None
    told: Told | None = None
    body: str = ""
    told_at: datetime | None = None
    shown: bool = False
    refused: tuple[tuple[str, str], datetime, str] | None = None


class Proposals:
    """One replica's. Not for several threads."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._known: dict[int, _Known] = {}
        self._asking = Asking(desk.world.conditions)

    def run(self, wake: Wake, pulse: Pulse) -> None:
        """Round after round until somebody says stop."""
        failures = 0
        while not wake.stopping:
            rest = REST_S if self._desk.leads else SHORT_S
            try:
                until = self.round(wake, pulse)
                failures = 0
                rest = min(rest, (until - self._desk.world.clock.now()).total_seconds()) if until else rest
            except ReconcilerError as error:
                failures, rest = failures + 1, retry(READER, failures, FIRST_S, MOST_S).total_seconds()
                log.warning("proposals could not be looked at: %s", error.message)
            except Exception:
                failures, rest = failures + 1, retry(READER, failures, FIRST_S, MOST_S).total_seconds()
                log.exception("an error of ours ended this round; the next one begins anew")
            pulse.beat(READER)
            self._asking.rest(wake, max(GAP_S, rest), READER)

    def round(self, wake: Wake, pulse: Pulse) -> datetime | None:
        """Look at what is open; the moment from which the host can be asked again, where it said one. Raises
        DatabaseDown.
        """
        desk = self._desk
        if not desk.leads or not desk.source.seen.head:
            return None
        listed = desk.pulls.open_pull_requests()
        if isinstance(listed, Later | Refused):
            return self._trouble("open pull requests cannot be listed", listed)
        self._remember([each for each in listed if each.into == desk.source.mirror().branch])
        for known in sorted(self._known.values(), key=_turn)[:AT_ONCE]:
            if wake.stopping:
                return None
            until = self._guarded(known, wake)
            pulse.beat(READER)
            if until is not None:
                return until
        return None

    def _remember(self, pulls: Sequence[OpenPullRequest]) -> None:
        """What is not open any more is looked at once more, for what was said last, and forgotten."""
        numbers = {each.number for each in pulls}
        for number in [each for each in self._known if each not in numbers]:
            gone = self._known.pop(number)
            if gone.found is not None:
                self._hear(gone.pull, gone.found[1], self._judged(gone.pull, gone.found[1]), is_open=False)
        for pull in pulls:
            known = self._known.setdefault(pull.number, _Known(pull))
            if known.pull.head != pull.head:
                self._known[pull.number] = known = _Known(pull)
            known.pull = pull
        self._desk.source.mirror().let_go({str(each) for each in numbers})

    def _guarded(self, known: _Known, wake: Wake) -> datetime | None:
        """One proposal, which stops no other whatever is in it."""
        known.looked_at = self._desk.world.clock.now()
        try:
            return self._one(known, wake)
        except TryAgainLater:
            raise
        except ReconcilerError as error:
            problem = error.message
            log.warning("the proposal %s cannot be looked at: %s", known.pull.number, problem)
        except Exception:
            problem = "an error of ours"
            log.exception("an error of ours, at the proposal %s", known.pull.number)
        # What was green for it before is not known to be so now.
        known.told, host, pull = None, self._desk.host, known.pull
        said = host and host.set_status(pull.head, unlooked(self._desk.installation, pull, problem))
        return self._trouble(f"the proposal {pull.number} is not told", said) if said else None

    def _one(self, known: _Known, wake: Wake) -> datetime | None:
        pull, desk = known.pull, self._desk
        if pull.fork:
            if any(each.pull.head == pull.head and not each.pull.fork for each in self._known.values()):
                return None  # a status is its commit's, and that is a branch's of ours too
            return self._tell(known, Looked(pull, None, (), desk.world.judges))
        found = self._read(known)
        if found is None:
            return None  # it moved since it was listed, and is listed anew
        if isinstance(looked := self._look(pull, found), Later):
            return looked.until
        if (until := self._tell(known, looked)) is not None:
            return until
        return self._merge(known, looked, wake)

    def _read(self, known: _Known) -> Proposed | None:
        """What git says of it; read again when it, the branch or the day is another."""
        pull, mirror, now = known.pull, self._desk.source.mirror(), self._desk.world.clock.now()
        base = self._desk.source.seen.head
        key = (pull.head, base, now.date())
        if known.found is None or known.found[0] != key:
            if not mirror.holds(pull.head) and mirror.bring(pull.branch, str(pull.number)) != pull.head:
                return None
            known.found = key, self._desk.reader.read(base, pull.head, now)
        return known.found[1]

    def _look(self, pull: OpenPullRequest, found: Proposed) -> Looked | Later:
        """Hear what is new about it, and judge it. Reviews that are not read are not taken for none."""
        judgements = self._judged(pull, found)
        heard = self._hear(pull, found, judgements)
        if isinstance(heard, Later):
            return heard
        if heard:
            judgements = self._judged(pull, found)
        unread = heard.message if isinstance(heard, Refused) else ""
        return Looked(pull, found, tuple(judgements), self._desk.world.judges, unread, self._desk.merges)

    def _hear(
        self, pull: OpenPullRequest, found: Proposed, judgements: Sequence[Judgement], *, is_open: bool = True
    ) -> int | Later | Refused:
        if not judgements:
            return 0
        reviews = self._desk.pulls.reviews(pull.number)
        if isinstance(reviews, Later | Refused):
            self._trouble(f"reviews of the proposal {pull.number} cannot be read", reviews)
            return reviews
        heard = Heard(pull.number, found.head, pull.author, reviews, is_open)
        return sum(hear(self._desk.world, each, heard) for each in judgements)

    def _judged(self, pull: OpenPullRequest, found: Proposed) -> list[Judgement]:
        return judged(found, self._desk.world.voices, self._desk.world.config.observe, fork=pull.fork)

    def _tell(self, known: _Known, looked: Looked) -> datetime | None:
        """Have the host show what came of it. The report is made where something moved: it may count many records."""
        state, said = outcome(looked, known.refused[2] if known.refused else "")
        status = Status(review_context(self._desk.installation), state, said, known.pull.url)
        others = [each.pull for each in self._known.values() if each is not known]
        wanted: Told = (status, looked.judgements, tuple((each.number, each.head) for each in others))
        now = self._desk.world.clock.now()
        fresh = known.told_at is not None and timedelta(0) <= now - known.told_at < AGAIN
        if fresh and known.told == wanted:
            return None
        known.shown = False
        if known.told != wanted:
            known.told, known.body = wanted, self._report(looked, others)
        troubles = list(self._show(known.pull, status, known.body))
        for each in troubles:
            if (until := self._trouble(f"the proposal {known.pull.number} is not told", each)) is not None:
                known.told_at = None
                return until
        known.told_at, known.shown = now, not troubles
        return None

    def _report(self, looked: Looked, others: Sequence[OpenPullRequest]) -> str:
        """The comment; without the review where that cannot be made: who has to say yes is told all the same."""
        if looked.found is None:
            return ""
        try:
            return self._desk.report(looked, others)
        except TryAgainLater:
            raise
        except ReconcilerError as error:
            log.warning("the proposal %s is told without a review: %s", looked.pull.number, error.message)
            return comment(looked)

    def _show(self, pull: OpenPullRequest, status: Status, body: str) -> Iterator[Later | Refused]:
        """What stood in the way."""
        told = self._desk.pulls.comment(pull.number, Comment(self._desk.installation, body)) if body else ""
        if isinstance(told, Later | Refused):
            yield told
        elif told:
            status = replace(status, url=told)
        if self._desk.host is not None and (trouble := self._desk.host.set_status(pull.head, status)) is not None:
            yield trouble

    def _merge(self, known: _Known, looked: Looked, wake: Wake) -> datetime | None:
        """Merge what nothing speaks against, after a last look at what was said. What nobody could be told stays."""
        found, now = looked.found, self._desk.world.clock.now()
        if found is None or not looked.automatic or not known.shown:
            return None
        if known.refused is not None and known.refused[0] == (found.head, found.base) and now < known.refused[1]:
            return None
        checks = self._desk.pulls.checks(found.head)
        if isinstance(checks, Later | Refused):
            return self._trouble("checks cannot be read", checks)
        ours = review_context(self._desk.installation)
        if any(each.state != "success" for each in checks if each.name != ours):
            return None
        if isinstance(last := self._look(known.pull, found), Later):
            return last.until
        if not last.automatic or self._desk.source.seen.head != found.base or not self._desk.leads:
            return None
        return self._merged(known, found, wake)

    def _merged(self, known: _Known, found: Proposed, wake: Wake) -> datetime | None:
        desk = self._desk
        merge = Merge(found.head, self._desk.method, known.pull.title, into=known.pull.into)
        done = desk.pulls.merge(known.pull.number, merge)
        if isinstance(done, Merged):
            log.info("merged the proposal %s by itself, at %s", known.pull.number, done.commit[:10])
            wake.wake("push")
            return None
        if isinstance(done, Later):
            return self._trouble("a proposal cannot be merged", done)
        log.warning("the proposal %s is not merged: %s", known.pull.number, done.message)
        until = self._desk.world.clock.now() + AGAIN
        known.refused, known.told = ((found.head, found.base), until, done.message), None
        return self._tell(known, Looked(known.pull, found, tuple(self._judged(known.pull, found)), desk.world.judges))

    def _trouble(self, what: str, trouble: Later | Refused) -> datetime | None:
        """What is refused now is refused in a minute too; what is only late waits."""
        log.warning("%s: %s", what, trouble.message)
        return trouble.until if isinstance(trouble, Later) else None


def _turn(known: _Known) -> tuple[bool, float, int]:
    """Whose turn it is: what was never looked at, then what was looked at longest ago."""
    at = known.looked_at
    return at is not None, at.timestamp() if at else 0.0, known.pull.number
