"""Starting what is due: each look asks the database anew, and has carried out what it finds.

What is due is a pure question (`schedules/due.py`). Whether a time was carried out, stands in the history of runs;
whether one is being carried out, in the integration's lease. So a scheduler that is killed, doubled or late starts
nothing twice and forgets nothing; only how long it waits after a failure is known by the process alone.

On one machine its runner starts children. In a cluster the runner makes Jobs, and the question is another one: what is
left over beside CronJobs, which start runs themselves. Nothing else differs.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import uuid4

from reconciler.controller.endings import Patience, counted, ending_of, missed_words, waits_after, words
from reconciler.controller.timing import Question, timing
from reconciler.engine.chores import NAMES
from reconciler.engine.world import World
from reconciler.errors import Blocked, Busy, ReconcilerError
from reconciler.runs.chores import ChoreBook, Nights
from reconciler.runs.outcome import Lease
from reconciler.runs.request import Began, Noted
from reconciler.runs.timetable import Ended, Ending, Job, Runner, Timed, Timetable, Told
from reconciler.schedules.due import Due, Passed, due, next_due
from reconciler.schedules.fields import ExpressionInvalid
from reconciler.schedules.nights import night
from reconciler.schedules.zones import ZoneUnknown, load

STARTING_S = 60
"""Between the start of a child and the begin of its run nobody else starts one; from then on its own lease says so."""
EVERY = timedelta(minutes=1)
LOOK = timedelta(seconds=15)
"""So long after it was applied a schedule is seen at the latest, and one of an organisation that has become ours."""
MOST_CHORES = 2
"""So many organisations' chores at once, and never in the last place that a run may need."""


def everybody(_organization: str) -> bool:
    """Where one scheduler starts the runs of all organisations."""
    return True


@dataclass(slots=True)
class Scheduling:
    """Starts what is due of the organisations that are `mine`; `within` so long after its time a run is started."""

    world: World
    timetable: Timetable
    runner: Runner
    told: Told
    within: timedelta
    mine: Callable[[str], bool] = everybody
    place: str = ""
    """What this process is called where somebody asks who starts runs; without it nothing is said."""
    book: ChoreBook | None = None
    """Where it stands which nightly chores were done; without it none are started."""
    crowded: bool = False
    """Whether the newest look found more than may run at once."""
    question: Question = due
    """What is due of an integration: `left_over` where CronJobs start runs."""
    _held: dict[str, Lease] = field(default_factory=dict)
    _patience: dict[str, Patience] = field(default_factory=dict)
    _over: list[Ended] = field(default_factory=list)
    _looked_at: datetime | None = None
    _chored_at: datetime | None = None
    _calm: tuple[datetime, datetime] | None = None

    def tick(self, now: datetime) -> None:
        """One look. Raises nothing that passes by itself: a database that is away is told, and asked the next time."""
        try:
            self.settle(now)
            self._look_after(now)
            self._start_runs(now)
            self._start_requests(now)
            self._start_all_chores(now)
        except ReconcilerError as error:
            self.told.trouble("", "", error.message)

    def settle(self, now: datetime) -> None:
        """Write down how children ended, and start none. Raises DatabaseDown; the next call then goes on with it."""
        self._over += self.runner.ended()
        for each in self.runner.noticed(now):
            if each.problem:
                self.told.trouble(each.job.organization, each.job.integration, each.problem)
            else:
                self.told.started(each.job, each.late_s)
        while self._over:
            self._ended(self._over[0], now)
            del self._over[0]

    def stop(self, grace_s: float) -> None:
        """Start nothing more, and let children end: so long by themselves, and so long after they were told to stop.

        Those that are still under way then go on alone: their runs end as they would have, and are not started twice.
        """
        if not self.runner.wait(grace_s):
            self.runner.tell_all()
            self.runner.wait(grace_s)
        try:
            self._let_go()
        except ReconcilerError as error:
            self.told.trouble("", "", error.message)  # whoever starts runs next finds out by itself

    def _let_go(self) -> None:
        self.settle(self.world.clock.now())
        if self.place:
            self.timetable.absent(self.place)
        for job in self.runner.running():  # the right to start it ends by itself: it may not have begun yet
            self.told.ended(Ended(job, 0), "left", "it is still under way, and goes on to its end")

    # Scheduled times -------------------------------------------------------------------------------------------------

    def _start_runs(self, now: datetime) -> None:
        if self._calm is not None and self._calm[0] <= now < self._calm[1]:
            return
        self.crowded = False
        began, waiting, coming = time.monotonic(), False, now + LOOK
        under_way = {each.key for each in self.runner.running()}
        for timed in self.timetable.timed(now):
            if not self.mine(timed.organization) or (upcoming := self._upcoming(timed)) is None:
                continue
            if upcoming > now:
                coming = min(coming, upcoming)
            elif timed.busy or _key(timed) in under_way or self._waits(_key(timed), now) or not self._alone(timed, now):
                waiting = True
        # Thousands of schedules are asked for when there is news, and then no more than a sixth of the time.
        rest = timedelta(seconds=5 * (time.monotonic() - began))
        self._calm = (now, now + rest if waiting else coming)

    def _upcoming(self, timed: Timed) -> datetime | None:
        try:
            return next_due([timing(each) for each in timed.schedules], timed.handled)
        except (ExpressionInvalid, ZoneUnknown) as error:
            problem = f"an applied schedule cannot be read: {error}; reconciler plan, then apply, mends it"
            self.told.trouble(timed.organization, timed.integration, problem)
            return None

    def _due(self, timed: Timed, now: datetime) -> Due | None:
        return self.question([timing(each) for each in timed.schedules], timed.handled, now, self.within)

    def _alone(self, timed: Timed, now: datetime) -> bool:
        """Carry out what is due, where nobody else starts it: it may have been carried out since we looked.

        False where it has to wait: for a place, or for whoever else is at it.
        """
        if self._due(timed, now) is None:
            return False
        if self.runner.free() <= 0:
            self.crowded = True
            return False
        name = f"{timed.organization}/{timed.integration}"
        try:
            with self.world.points.around("take"):
                lease = self.world.leases.take(f"start {name}", str(uuid4()), now, STARTING_S)
        except Busy:
            return False
        started = False
        try:
            for again in self.timetable.timed(now, timed.organization, timed.integration):
                found = None if again.busy else self._due(again, now)
                started = found is not None and self._carry_out(again, found, lease, now)
        finally:
            if not started:
                self._give_back(lease)
        return True

    def _carry_out(self, timed: Timed, found: Due, lease: Lease, now: datetime) -> bool:
        if found.missed is not None:
            self._note_missed(timed, found, found.missed, now)
        if found.at is None:
            return False
        run = uuid4()
        where = (timed.organization, timed.integration)
        at = found.at.astimezone(load(timed.schedules[0].zone))
        arguments = ("sync", *where, "--occurrence", at.isoformat(), "--run", str(run))
        job = Job("sync", arguments, *where, at, run)
        if not self._start(job, now, late_s=(now - found.at).total_seconds()):
            return False
        self._held[job.key] = lease
        return True

    def _note_missed(self, timed: Timed, found: Due, missed: Passed, now: datetime) -> None:
        zone = timed.schedules[0].zone
        began = Began(uuid4(), "schedule", self.world.actor, missed.last)
        problem = missed_words(missed, found.at, zone, self.within)
        lease = f"{timed.organization}/{timed.integration}"
        noted = Noted(timed.organization_id, timed.integration, lease, began, "skipped", problem)
        with self.world.points.around("note"):
            self.world.runs.note(noted, now)
        self.told.missed(timed.organization, timed.integration, missed.count)

    # Requests --------------------------------------------------------------------------------------------------------

    def _start_requests(self, now: datetime) -> None:
        """One for each integration: what one organisation asks for does not wait for what another does."""
        under_way = {each.key for each in self.runner.running()}
        for organization, integration in self.timetable.waiting(now):
            if self.runner.free() <= 0:
                return
            arguments = ("requests", "run", organization, integration, "--once")
            job = Job("requests", arguments, organization, integration)
            if self.mine(organization) and job.key not in under_way and not self._waits(job.key, now):
                self._start(job, now)

    # What is looked after every minute --------------------------------------------------------------------------------

    def _look_after(self, now: datetime) -> None:
        if self._looked_at is None or abs(now - self._looked_at) >= EVERY:
            self._looked_at = now
            if self.place:
                self.timetable.present(self.place, now)
            self.timetable.lose_runs(now)

    def _start_all_chores(self, now: datetime) -> None:
        if self._chored_at is not None and abs(now - self._chored_at) < EVERY:
            return
        self._chored_at = now
        for nights in self.book.nights() if self.book is not None else ():
            if not self._start_chores(nights, now):
                return

    def _start_chores(self, nights: Nights, now: datetime) -> bool:
        """Whether more of them may be started; runs come first."""
        running = self.runner.running()
        if running and (self.runner.free() < 2 or sum(each.kind == "chores" for each in running) >= MOST_CHORES):
            self._chored_at = None  # the next look goes on
            return False
        job = Job("chores", ("chores", "run", nights.organization), nights.organization)
        under_way = any(each.key == job.key for each in running)
        if not self.mine(nights.organization) or under_way or self._waits(job.key, now):
            return True
        try:
            tonight = night(nights.organization, nights.zone, now)
        except ZoneUnknown as error:
            self.told.trouble(nights.organization, "", str(error))
            return True
        if tonight is not None and nights.missing(NAMES, tonight):
            self._start(job, now)
        return True

    # Children --------------------------------------------------------------------------------------------------------

    def _start(self, job: Job, now: datetime, late_s: float = 0.0) -> bool:
        try:
            self.runner.start(job, now)
        except Blocked as error:
            self._patience.setdefault(job.key, Patience()).failed(job.key, now)
            self.told.trouble(job.organization, job.integration, error.message)
            return False
        self.told.started(job, late_s)
        return True

    def _ended(self, ended: Ended, now: datetime) -> None:
        key, ending = ended.job.key, ending_of(ended)
        outcome = self._outcome(ended, ending, now)
        if (lease := self._held.get(key)) is not None:
            self._give_back(lease)
        self._held.pop(key, None)
        if waits_after(ended.job.kind, ending):
            self._patience.setdefault(key, Patience()).failed(key, now)
        else:
            self._patience.pop(key, None)
        self.told.ended(ended, ending, outcome)

    def _outcome(self, ended: Ended, ending: Ending, now: datetime) -> str:
        job, problem = ended.job, words(ended) if ending == "failed" else ended.problem
        if job.occurrence is not None and ending == "failed":
            self.timetable.fail_run(job, problem, now)
        elif job.run is not None and problem:
            self.timetable.lose_run(job.run, problem, now)
        if problem or job.run is None:
            return problem or self._chored(job)
        ran = self.world.requests.ran(job.run)
        if ran is None:
            return ended.words.removeprefix("error: ").split("\n")[0]
        said = ran.problem or counted(ran.counts)
        return f"{ran.state}: {said}" if said else ran.state

    def _chored(self, job: Job) -> str:
        if self.book is None or job.kind != "chores":
            return ""
        chores = [each for nights in self.book.nights(job.organization) for each in nights.chores.values()]
        return "; ".join(f"{each.chore}: {each.said}" for each in chores)

    def _waits(self, key: str, now: datetime) -> bool:
        return (found := self._patience.get(key)) is not None and found.holds(now)

    def _give_back(self, lease: Lease) -> None:
        with self.world.points.around("give_back"):
            self.world.leases.give_back(lease)


def _key(timed: Timed) -> str:
    return Job("sync", (), timed.organization, timed.integration).key
