"""The thread `cluster`: keeps the CronJobs and the marks of our organisations as the rows say, within seconds.

It is there where runs are pods. A look rests on what the watches hold and, read after that, on the rows; what a killed
process did not come to, the next look does.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from reconciler.cluster.access import Cluster
from reconciler.cluster.events import Events, Said, Word
from reconciler.cluster.keeping import Happened, Keeper, Kept, Wanted, slim
from reconciler.cluster.kinds import CONFIG_MAPS, CRONJOBS, EVENTS
from reconciler.cluster.manifests import Frame, Owner, ScheduleRefused, cronjob
from reconciler.cluster.marks import MarksKeeper, Numbers
from reconciler.cluster.names import cronjob_name, selector
from reconciler.cluster.objects import Objects
from reconciler.cluster.watching import Patience, Watched
from reconciler.controller.loop import Round
from reconciler.controller.pulse import Pulse, Wake
from reconciler.controller.superseded import Superseded
from reconciler.engine.world import World
from reconciler.errors import ClusterDown, ClusterRefused, ReconcilerError, TryAgainLater
from reconciler.runs.backoff import retry
from reconciler.runs.condition import Condition
from reconciler.runs.request import AppliedSchedule
from reconciler.runs.timetable import Timed, Timetable

READER = "cluster"
ROUND_S = 1.0
"""A change in the cluster, or by the loop of this process, is answered within so long."""
LOOK_S = 15.0
"""So often the rows are read where nothing tells of a change: other replicas and `reconciler apply` change them too."""
FIRST_S, MOST_S = 1.0, 30.0
FIRST = "the first look at the cluster"
WAITS = {
    "login": "a login to the cluster",
    "rights": "rights in the cluster",
    "terminating": "its namespace",
    "namespace": "its namespace",
}
"""What `/readyz` shows: words of ours, without a name."""
LEVELS = {"made": logging.INFO, "changed": logging.INFO, "removed": logging.INFO, "repaired": logging.WARNING}
WORDS: Mapping[str, Word] = {"repaired": "Drifted", "fighting": "Drifted", "conflict": "Refused", "refused": "Refused"}
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Looked:
    """What the newest look came to, for those who count: what was kept, requests by verb, and the age in seconds of
    each kind's newest complete list (None before the first).
    """

    kept: Kept
    requests: Mapping[str, int]
    list_ages: Mapping[str, float | None]


@dataclass(frozen=True, slots=True)
class Ground:
    """What the thread stands on. `frame` and `marks` read anew each time: the template's file, the ledger's rows."""

    world: World
    timetable: Timetable
    marks: Callable[[], Mapping[tuple[str, str], Numbers]]
    frame: Callable[[], Frame]
    cluster: Cluster
    mine: Callable[[str], bool]
    counted: Callable[[Looked], None] = lambda _looked: None
    patience: Patience = field(default_factory=Patience)


class Keeping:
    """Of one replica; also one of those whom the loop tells what it does (`Reported`)."""

    def __init__(self, ground: Ground, installation: str) -> None:
        self._ground, self._news = ground, threading.Event()
        self._frame: Frame | None = None
        self._drawn = Drawn()
        self._wake: Wake | None = None
        self._pulse: Pulse | None = None
        cluster, patience = ground.cluster, ground.patience
        self._cronjobs = Watched(cluster, CRONJOBS, "", self._news.set, slim, patience)
        self._maps = Watched(cluster, CONFIG_MAPS, selector(installation), self._news.set, slim, patience)
        self._keeper = Keeper(installation, Objects(cluster, CRONJOBS), self._cronjobs, ground.mine, self._stops)
        self._marks = MarksKeeper(installation, Objects(cluster, CONFIG_MAPS), self._maps, ground.mine)
        self._events = Events(installation, Objects(cluster, EVENTS), ground.world.clock.now)
        self._said: dict[str, Happened] = {}
        self._kept = Kept()

    # What the loop tells ----------------------------------------------------------------------------------------------

    def attempted(self, condition: Condition, before: Condition | None, seconds: float) -> None:
        """See `Reported`."""
        self._news.set()
        if said := _event(condition, before):
            self._events.say(said)

    def superseded(self, found: Superseded) -> None:
        """See `Reported`."""

    def round(self, told: Round) -> None:
        """See `Reported`."""

    def failed(self, organization: str, said: str) -> None:
        """A run failed: by any thread, and told with the next look."""
        self._events.say(Said("Failed", organization, said))
        self._news.set()

    # The thread -------------------------------------------------------------------------------------------------------

    def run(self, wake: Wake, pulse: Pulse) -> None:
        """Look whenever something changed, until somebody says stop."""
        self._wake, self._pulse = wake, pulse
        pulse.unready(READER, FIRST)
        watches = (self._cronjobs, self._maps)
        for each in watches:
            each.start()
        failures, due = 0, 0.0
        try:
            while not wake.stopping:
                if self._news.is_set() or time.monotonic() >= due:
                    self._news.clear()
                    rest_s = self._guarded(pulse, failures)
                    failures = failures + 1 if rest_s else 0
                    due = time.monotonic() + (rest_s or LOOK_S)
                    if rest_s:
                        wake.wait(rest_s, READER)
                pulse.beat(READER)
                wake.wait(ROUND_S, READER)
        finally:
            for each in watches:
                each.stop()
            self._ground.cluster.close()

    def _guarded(self, pulse: Pulse, failures: int) -> float:
        """One look, and how long to rest where it could not be finished; none where it could."""
        try:
            complete = self.look()
        except ReconcilerError as error:
            if not isinstance(error, TryAgainLater | ClusterRefused):
                raise  # another installation's database: somebody has to act before any controller may run here
            log.warning("the cluster could not be kept: %s", error.message, extra={"next": error.hint})
            pulse.unready(READER, _word(error))
            after_s = error.after_s if isinstance(error, ClusterDown) else 0.0
            return max(retry(READER, failures, FIRST_S, MOST_S).total_seconds(), after_s)
        except Exception:
            log.exception("an error of ours ended a look at the cluster; the next one begins anew")
            pulse.unready(READER, "an error of ours")
            return retry(READER, failures, FIRST_S, MOST_S).total_seconds()
        pulse.unready(READER, "" if complete else self._waits_for())
        return 0.0

    def _stops(self) -> bool:
        """Asked before each object: thousands of them at a slow API server take long, and are no silence."""
        if self._pulse is not None:
            self._pulse.beat(READER)
        return self._wake is not None and self._wake.stopping

    def look(self) -> bool:
        """Make the cluster as the rows say; False where what is there is not completely seen yet.

        Raises DatabaseDown, ClusterDown, ClusterRefused.
        """
        # The rows after the cluster: what is seen there and is not in them was taken out, and not just put in.
        cronjobs, maps = self._cronjobs.view(), self._maps.view()
        if not cronjobs.complete:
            self._count()
            return False
        timed = self._ground.timetable.timed(self._ground.world.clock.now())
        organizations = self._ground.world.config.organizations()
        happened = list(self._read_template())
        if maps.complete:
            numbers = {Owner(*each): found for each, found in self._ground.marks().items()}
            happened += self._marks.look(numbers, maps)
        if (frame := self._frame) is not None:
            # Also what is another replica's: it may become ours during the look, and is wanted then.
            self._kept = self._keeper.look(self._drawn.wanted(frame, timed), organizations, cronjobs)
            happened += self._kept.happened
        self._tell(happened)
        self._events.tell()
        self._count()
        return maps.complete and frame is not None

    def _read_template(self) -> Iterator[Happened]:
        """As its file says now; the last good one where it cannot be used."""
        try:
            self._frame = self._ground.frame()
        except ReconcilerError as error:
            yield Happened("refused", "", "", "the pod template of a run", error.message, error.hint)

    def _waits_for(self) -> str:
        troubles = [found for each in (self._cronjobs, self._maps) if (found := each.view().trouble) is not None]
        return _word(troubles[0]) if troubles else FIRST

    def _tell(self, happened: Sequence[Happened]) -> None:
        """What stays as it is, is said once in the log, and again by an event after a while."""
        for each in happened:
            if self._said.get(each.name) != each:
                extra = {"organization": each.organization, "integration": each.integration, "next": each.hint}
                level = LEVELS.get(each.what, logging.ERROR)
                log.log(level, "%s %s: %s", each.name, each.what, each.said, extra=extra)
            if each.organization and (word := WORDS.get(each.what)):
                self._events.say(Said(word, each.organization, f"{each.name}: {each.said}"))
        self._said = {each.name: each for each in happened}

    def _count(self) -> None:
        now = time.monotonic()
        views = {each.kind.plural: each.view() for each in (self._cronjobs, self._maps)}
        ages = {name: None if view.listed_at is None else now - view.listed_at for name, view in views.items()}
        self._ground.counted(Looked(self._kept, self._ground.cluster.pace.counts(), ages))


def _word(error: ReconcilerError) -> str:
    """What the thread waits for."""
    if isinstance(error, ClusterRefused):
        return WAITS.get(error.reason, "the API server")
    return "the API server" if isinstance(error, ClusterDown) else "the database"


@dataclass(slots=True)
class Drawn:
    """The CronJobs that should be there, drawn once for each row and template: thousands are asked for at each look."""

    _frame: Frame | None = None
    _known: dict[tuple[Owner, str, AppliedSchedule], Wanted] = field(default_factory=dict)

    def wanted(self, frame: Frame, timed: Sequence[Timed]) -> list[Wanted]:
        """One for each schedule, also where Kubernetes would not take it."""
        before = self._known if frame == self._frame else {}
        keys = [
            (Owner(each.organization, each.organization_id), each.integration, schedule)
            for each in timed
            for schedule in each.schedules
        ]
        self._frame, self._known = frame, {key: before.get(key) or _wanted(frame, *key) for key in keys}
        return list(self._known.values())


def _wanted(frame: Frame, owner: Owner, integration: str, schedule: AppliedSchedule) -> Wanted:
    name = cronjob_name(frame.installation, owner.name, schedule.name)
    try:
        return Wanted(name, owner.name, integration, cronjob(frame, owner, integration, schedule))
    except ScheduleRefused as error:
        return Wanted(name, owner.name, integration, None, str(error))


def _event(condition: Condition, before: Condition | None) -> Said | None:
    """What an attempt is worth saying. `before` is what stood there: the same is not said again."""
    if not condition.organization:
        return None
    if set(condition.repairs) - set(before.repairs if before else ()):
        return Said("Drifted", condition.organization, f"{condition.reason}: {condition.message}")
    if before is not None and (before.reason, before.message) == (condition.reason, condition.message):
        return None
    if condition.word == "Stalled":
        word: Word = "Failed" if condition.reason == "Fault" else "Refused"
        return Said(word, condition.organization, f"{condition.reason}: {condition.message}")
    if condition.reason == "Applied" and (before is None or before.applied != condition.applied):
        return Said("Applied", condition.organization, f"{condition.message} ({condition.applied[:10]})")
    return None
