"""Makes the CronJobs like the applied schedules: what is wanted beside what there is, one request for each difference.

Level-triggered: a look rests on what is, and a look that is cut short leaves nothing but less to do for the next. What
bears our mark is changed, and deleted where the rows say that it is not wanted; anything else is told, never touched.
"""

import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from reconciler.cluster import names
from reconciler.cluster.likeness import Difference, differences
from reconciler.cluster.names import Object, annotation, is_marked, is_ours, name_of
from reconciler.cluster.objects import Objects
from reconciler.cluster.refusals import WHOLE
from reconciler.cluster.watching import View, Watched
from reconciler.errors import ClusterRefused

What = Literal["made", "changed", "repaired", "removed", "conflict", "refused", "fighting"]
MOST_REFUSED = 20
"""So many refusals in one look say that it is not about each: the rest is not asked for until the next."""
AGAIN_S = 60.0
"""What was refused is tried again after so long, or as soon as it or what stands there is another."""
REPAIRS, REPAIRS_S = 5, 600.0
"""So many repairs of one object in so many seconds are a fight with somebody; then it is repaired once in AGAIN_S."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A CronJob that should be there; without `made` its schedule cannot be one, `problem` says why, and what is there
    stays.
    """

    name: str
    organization: str
    integration: str
    made: Object | None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Happened:
    """One thing that was done, or could not be. `said` is a sentence without data of records."""

    what: What
    organization: str
    integration: str
    name: str
    said: str
    hint: str = ""


@dataclass(slots=True)
class Kept:
    """What a look came to: CronJobs wanted and as wanted, and what happened."""

    wanted: int = 0
    present: int = 0
    happened: list[Happened] = field(default_factory=list)

    def count(self, what: What) -> int:
        """How often."""
        return sum(each.what == what for each in self.happened)


@dataclass(slots=True)
class _Known:
    """What this process alone knows of a name; forgetting it costs a request."""

    refused: tuple[tuple[str, str], float, Happened] | None = None
    settled: tuple[str, object, str] | None = None
    seen: bool = False
    alike: tuple[str, str] | None = None
    repairs: deque[float] = field(default_factory=lambda: deque(maxlen=REPAIRS))


class Keeper:
    """Of one installation's CronJobs. Not for several threads.

    `mine` says whose CronJobs this replica keeps, at the moment of each request; `stopping` cuts a look short.
    """

    def __init__(
        self,
        installation: str,
        objects: Objects,
        watched: Watched,
        mine: Callable[[str], bool],
        stopping: Callable[[], bool] = lambda: False,
    ) -> None:
        self._installation, self._objects, self._watched = installation, objects, watched
        self._mine, self._stopping = mine, stopping
        self._known: dict[str, _Known] = {}
        self._refusals = 0

    def look(self, wanted: Sequence[Wanted], organizations: Mapping[str, str], view: View) -> Kept:
        """`wanted` and `organizations` (name to id, of all that the database knows) were read whole, and after `view`,
        which has to be complete. Raises ClusterDown, and ClusterRefused for what stands in the way of everything.
        """
        kept, self._refusals = Kept(), 0
        names_wanted = {each.name for each in wanted}
        for each in wanted:
            if self._stopping() or not self._mine(each.organization):
                continue
            kept.wanted += 1
            happened = list(self._keep(each, view.objects.get(each.name)))
            kept.happened += happened
            kept.present += not any(one.what in ("conflict", "refused", "fighting") for one in happened)
        for name, found in view.objects.items():
            if name not in names_wanted and is_marked(found, self._installation):
                kept.happened += self._remove(found, organizations)
        self._known = {name: each for name, each in self._known.items() if name in names_wanted}
        return kept

    def _keep(self, wanted: Wanted, found: Object | None) -> Iterator[Happened]:
        known = self._known.setdefault(wanted.name, _Known())
        if wanted.made is None:
            yield _of(wanted, "refused", wanted.problem, "correct the schedule's text or zone")
            return
        if found is not None and not is_marked(found, self._installation):
            yield self._conflict(wanted)
            return
        if found is not None and (found["metadata"].get("deletionTimestamp") or self._is_settled(wanted, found, known)):
            return
        if found is not None and known.alike == (state := _pair(wanted, found)):
            return  # these two were compared before
        differs = differences(wanted.made, found) if found is not None else [Difference("")]
        if not differs:
            known.seen, known.refused, known.alike = True, None, state
            return
        if (before := self._refused_before(wanted, found, known)) is not None:
            yield before
            return
        yield from self._write(wanted, wanted.made, found, differs, known)

    def _write(
        self, wanted: Wanted, made: Object, found: Object | None, differs: Sequence[Difference], known: _Known
    ) -> Iterator[Happened]:
        what, said = _why(made, found, differs, known)
        if what == "repaired" and self._fights(known):
            hint = f"find out who changes it: kubectl get cronjob {wanted.name} -o yaml --show-managed-fields"
            yield self._remembered(
                wanted, found, known, _of(wanted, "fighting", f"it is changed again and again: {said}", hint)
            )
            return
        if self._refusals >= MOST_REFUSED:
            said = f"it was not asked for: {self._refusals} others were refused"
            yield _of(wanted, "refused", said, "see what was said of them; the next look goes on")
            return
        try:
            answer = self._objects.introduce(made) if found is None else self._objects.enforce(made, found)
            left = differences(made, answer)
            if surplus := [each.place for each in left if each.surplus]:
                answer = self._objects.take_out(answer, surplus)
                left = differences(made, answer)
        except ClusterRefused as error:
            yield from self._refused(wanted, found, known, error)
            return
        self._watched.put(answer)
        known.seen, known.refused = True, None
        known.settled = _state(answer) if left else None
        if what == "repaired":
            known.repairs.append(time.monotonic())
        yield _of(wanted, what, said)

    def _refused(
        self, wanted: Wanted, found: Object | None, known: _Known, error: ClusterRefused
    ) -> Iterator[Happened]:
        if error.reason in WHOLE:
            raise error
        if error.reason in ("gone", "conflict") and found is not None:
            return  # another object, or none, by now: the watch tells
        if error.reason == "conflict":  # what it is, the watch tells
            yield self._remembered(wanted, found, known, self._conflict(wanted))
            return
        self._refusals += 1
        yield self._remembered(wanted, found, known, _of(wanted, "refused", error.message, error.hint))

    def _remove(self, found: Object, organizations: Mapping[str, str]) -> Iterator[Happened]:
        organization, integration = annotation(found, names.ORGANIZATION), annotation(found, names.INTEGRATION)
        gone = Wanted(name_of(found), organization, integration, None)
        if self._stopping() or not self._mine(organization) or found["metadata"].get("deletionTimestamp"):
            return
        if not is_ours(found, self._installation):
            said = "it bears our mark, and is not called what we call it"
            yield _of(gone, "conflict", said, f"delete it if nobody needs it: kubectl delete cronjob {gone.name}")
        elif (
            organization not in organizations and annotation(found, names.ORGANIZATION_ID) not in organizations.values()
        ):
            # A database that was made anew knows nobody yet: what it does not know is not what it has removed.
            said = "the database knows no such organisation, so it is not known whether it is wanted"
            yield _of(gone, "conflict", said, f"delete it if it is not: kubectl delete cronjob {gone.name}")
        else:
            try:
                self._objects.delete(found)
            except ClusterRefused as error:
                if error.reason in WHOLE:
                    raise
                if error.reason not in ("gone", "conflict"):
                    yield _of(gone, "refused", f"it cannot be deleted: {error.message}", error.hint)
                return
            self._watched.drop(found)
            yield _of(gone, "removed", "its schedule is not applied any more")

    def _conflict(self, wanted: Wanted) -> Happened:
        said = "a CronJob of this name does not bear our mark; it was not touched, and the schedule has none"
        hint = f"delete it if nobody needs it: kubectl delete cronjob {wanted.name}"
        return _of(wanted, "conflict", said, hint)

    def _is_settled(self, wanted: Wanted, found: Object, known: _Known) -> bool:
        """Whether it is as the API server made it of what we sent last: it may write a value in its own way."""
        digest = annotation(wanted.made, names.DIGEST) if wanted.made is not None else ""
        return known.settled == _state(found) and annotation(found, names.DIGEST) == digest

    def _refused_before(self, wanted: Wanted, found: Object | None, known: _Known) -> Happened | None:
        if known.refused is None or known.refused[0] != _pair(wanted, found) or time.monotonic() > known.refused[1]:
            return None
        return known.refused[2]

    def _remembered(self, wanted: Wanted, found: Object | None, known: _Known, happened: Happened) -> Happened:
        known.refused = (_pair(wanted, found), time.monotonic() + AGAIN_S, happened)
        return happened

    def _fights(self, known: _Known) -> bool:
        return (
            len(known.repairs) == REPAIRS
            and time.monotonic() - known.repairs[0] < REPAIRS_S
            and (time.monotonic() - known.repairs[-1] < AGAIN_S)
        )


def slim(found: Object) -> Object:
    """An object as it is held in memory: without what nobody asks for, and what changes with each run."""
    metadata = {name: value for name, value in found["metadata"].items() if name != "managedFields"}
    return {**{name: value for name, value in found.items() if name != "status"}, "metadata": metadata}


def _why(made: Object, found: Object | None, differs: Sequence[Difference], known: _Known) -> tuple[What, str]:
    if found is None:
        return ("repaired", "it was deleted by another hand") if known.seen else ("made", "its schedule was applied")
    if annotation(made, names.DIGEST) != annotation(found, names.DIGEST):
        return "changed", "its schedule, or the template of a run, was changed"
    places = ", ".join(each.place.removeprefix("/spec/") for each in differs[:3])
    return "repaired", f"another hand changed {places}{' and more' if len(differs) > 3 else ''}"


def _of(wanted: Wanted, what: What, said: str, hint: str = "") -> Happened:
    return Happened(what, wanted.organization, wanted.integration, wanted.name, said, hint)


def _pair(wanted: Wanted, found: Object | None) -> tuple[str, str]:
    digest = annotation(wanted.made, names.DIGEST) if wanted.made is not None else ""
    return digest, str(found["metadata"].get("resourceVersion")) if found is not None else ""


def _state(found: Object) -> tuple[str, object, str]:
    """Which object it is, and how often its spec was changed."""
    metadata = found["metadata"]
    return str(metadata.get("uid")), metadata.get("generation"), annotation(found, names.DIGEST)
