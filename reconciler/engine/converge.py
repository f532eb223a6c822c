"""One organisation towards one commit: what is seen becomes a plan, what may be done is done, and a condition says so.

Everything that can be known beforehand is asked first, and nothing is half done: an attempt ends in one transaction, or
in a condition that says why there was none (docs/decisions/0030-the-resident-loop.md).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from reconciler.engine.approval import advice
from reconciler.engine.reconcile import apply_plan, plan_one
from reconciler.engine.switching import ending, words
from reconciler.errors import Blocked, Busy, CopyUnreadable, DatabaseDown, PlanRefused, TryAgainLater
from reconciler.plans.frozen import frozen_now
from reconciler.plans.plan import Plan, Unusable, make_plan
from reconciler.plans.text import summary
from reconciler.runs.backoff import retry
from reconciler.runs.condition import Condition, Reason
from reconciler.runs.outcome import Lease
from reconciler.runs.switch import Switch
from reconciler.specs.collection import Specs

if TYPE_CHECKING:
    from reconciler.engine.world import World

FIGHT, FIGHT_WITHIN, PEACE_AFTER = 5, timedelta(minutes=10), timedelta(hours=1)
"""So many repairs of drift within so long are a fight; after an hour of standing still it is tried again."""
REFUSED_AGAIN = timedelta(minutes=5)
"""A refusal may rest on the ledger: documents get settled without a word from git."""
FIRST_S, MOST_S = 1, 300
MORE = "what was wrong is repaired in a new commit; the last good configuration stays"


@dataclass(frozen=True, slots=True)
class Goal:
    """What git wants of one organisation: its specs alone, beside what all share; None where its folder is gone.

    `unread` are files that could not be taken for specs, and why. `fingerprint`, `mark` and `claim` are those of
    `Condition`. `known` leads from the applied organisations to their ids in the app. `switch` is what a person has
    said about it. `unreadable` is why git could not be read this time.
    """

    organization: str
    revision: str
    specs: Specs | None
    known: Mapping[str, str]
    unread: tuple[str, ...] = ()
    fingerprint: str = ""
    mark: str = ""
    claim: str = ""
    switch: Switch | None = None
    unreadable: Blocked | None = None


Objections = Callable[[Plan], Sequence[str]]
"""What is still missing before a plan's intent is approved, in words; nothing where it is."""


def converge(
    world: "World", goal: Goal, lease: Lease | None, before: Condition | None, objections: Objections
) -> Condition:
    """The condition after one attempt. Raises DatabaseDown and Busy: then nothing was done, and nothing can be said."""
    now = world.clock.now()
    attempt = _Attempt(world, goal, lease, before, now)
    try:
        return attempt.made(objections)
    except (Busy, DatabaseDown):
        raise
    except (TryAgainLater, CopyUnreadable) as error:
        return attempt.ended("Retrying", error.message, error.hint, again=_later(goal, before, now))
    except PlanRefused as error:
        return attempt.ended("PlanRefused", error.message, error.hint, again=now + REFUSED_AGAIN)
    except Blocked as error:
        # It may rest on this machine (git, a file) as well as on the settings: nothing says when that is over.
        return attempt.ended("EnvironmentRefused", error.message, error.hint, again=now + REFUSED_AGAIN)


@dataclass(frozen=True, slots=True)
class _Attempt:
    world: "World"
    goal: Goal
    lease: Lease | None
    before: Condition | None
    now: datetime

    def made(self, objections: Objections) -> Condition:
        """Plan, and carry out what nothing speaks against."""
        plan = self._plan()
        if isinstance(plan, Condition):
            return plan
        if plan.empty:
            return self.ended(self._ready, self._standing(plan), applied=True)
        if (held := self._held(plan)) is not None:
            return held
        drift = all(change.drift for change in plan.changes)
        repairs = self._repairs() if drift else ()
        if len(repairs) >= FIGHT:
            return self._fighting(plan, repairs)
        if missing := [] if drift or self._goes_back(plan) else list(objections(plan)):
            return self.ended("NotApproved", "; ".join(missing), advice(plan), again=self.now + REFUSED_AGAIN)
        apply_plan(self.world, plan, lease=self.lease)
        said = f"{'repaired' if drift else 'applied'}: {summary(plan)}"
        done = self.ended(self._ready, said, applied=True)
        return replace(done, mark=self._seen_again(plan), repairs=(*repairs, self.now) if drift else ())

    @property
    def _ready(self) -> Reason:
        return "Pinned" if self.goal.switch is not None and self.goal.switch.what == "pin" else "Applied"

    def _goes_back(self, plan: Plan) -> bool:
        """Whether an operator's pin leads to what was in force before: that was approved once. A pin to anything else
        waits for approval like a merge.
        """
        digests = {each.title: each.digest for each in plan.desired.resources.values()}
        known = self.world.conditions.was_applied
        return self._ready == "Pinned" and known(plan.desired.organization_id, digests)

    def _held(self, plan: Plan) -> Condition | None:
        """What a switch, or closed days of the applied organisation, let wait; None where nothing does."""
        switch, differs = self.goal.switch, summary(plan)
        if switch is not None and switch.what != "pin":
            reason: Reason = "Suspended" if switch.what == "stop" else "DetectOnly"
            message = f"{'; '.join(words(switch))} What differs: {differs}"
            return self.ended(reason, message, ending(switch), again=switch.until)
        if closed := frozen_now(plan.actual, self.now):
            hint = "wait, or ask whoever closed these days"
            return self.ended("Frozen", f"{closed}. What differs: {differs}", hint, again=self.now + REFUSED_AGAIN)
        return None

    def _seen_again(self, plan: Plan) -> str:
        """The mark of what was written, if what stands there now is what was wanted; else nothing, and it is looked at
        anew: only an empty plan is taken for the truth.
        """
        found = plan.desired.organization_id
        mark = self.world.conditions.marks(found).get(found, "")
        return mark if make_plan(plan.desired, self.world.config.observe(found)).empty else ""

    def _plan(self) -> Plan | Condition:
        goal = self.goal
        if (error := goal.unreadable) is not None:
            # What could be read a moment ago is not wrong because git cannot be run now; what is pinned may be unknown.
            unknown = self._ready == "Pinned" and not isinstance(error, CopyUnreadable)
            reason: Reason = "SpecsInvalid" if unknown else "Retrying"
            return self.ended(reason, error.message, error.hint, again=_later(goal, self.before, self.now))
        if goal.unread:
            return self.ended("SpecsInvalid", goal.unread[0], MORE, findings=goal.unread)
        if goal.specs is None:
            message = f"it was applied, and orgs/{goal.organization} is gone; nothing of it is touched"
            return self.ended("FolderGone", message, "put it back; an organisation goes by state: retired")
        specs = goal.specs.organizations[goal.organization]
        found = plan_one(self.world, specs, goal.specs, goal.revision, goal.known)
        if isinstance(found, Unusable):
            return self.ended("SpecsInvalid", found.reasons[0], MORE, findings=found.reasons)
        return found

    def _fighting(self, plan: Plan, repairs: tuple[datetime, ...]) -> Condition:
        """Stand still: somebody else writes what we write. An hour later, or when asked, it is tried once more."""
        message = f"somebody changes it back: {len(repairs)} repairs within ten minutes; left as it is: {summary(plan)}"
        hint = f"find who writes there, then: reconciler reconcile {plan.organization}"
        found = self.ended("Fighting", message, hint, again=self.now + PEACE_AFTER)
        return replace(found, repairs=())

    def _standing(self, plan: Plan) -> str:
        """What is said of an organisation that is as declared: what was done last, if this commit did it."""
        before = self.before
        if before is not None and (before.reason, before.applied) == (self._ready, self.goal.revision):
            return before.message
        return f"{_counted(plan)} as declared"

    def _repairs(self) -> tuple[datetime, ...]:
        earlier = self.before.repairs if self.before else ()
        # A clock that was ahead must not leave repairs behind that count for as long as it was ahead.
        return tuple(each for each in earlier if abs(self.now - each) < FIGHT_WITHIN)

    def ended(
        self,
        reason: Reason,
        message: str,
        hint: str = "",
        *,
        findings: Sequence[str] = (),
        applied: bool = False,
        again: datetime | None = None,
    ) -> Condition:
        """The condition that the attempt leaves."""
        goal, before, now = self.goal, self.before, self.now
        verified = now if applied else before.verified_at if before else None
        newly = applied and (before is None or before.applied != goal.revision)
        return Condition(
            organization=goal.organization,
            reason=reason,
            message=message,
            hint=hint,
            since=now,
            attempted=goal.revision,
            attempted_at=now,
            applied=goal.revision if applied else before.applied if before else "",
            applied_at=now if newly else before.applied_at if before else None,
            verified_at=verified,
            findings=tuple(findings),
            fingerprint=goal.fingerprint,
            mark=goal.mark,
            claim=goal.claim,
            repairs=self._repairs(),
            failures=0 if applied else (before.failures if before else 0) + 1,
            not_before=again,
            handled_at=before.handled_at if before else None,
        ).after(before)


def _later(goal: Goal, before: Condition | None, now: datetime) -> datetime:
    return now + retry(goal.organization, before.failures if before else 0, FIRST_S, MOST_S)


def _counted(plan: Plan) -> str:
    count = plan.unchanged
    return f"{count} object{'' if count == 1 else 's'}"


def fault(goal: Goal, error: Exception, before: Condition | None, now: datetime) -> Condition:
    """An error of ours. Its words may hold anything, so only its name is told; the log has the trace."""
    failures = (before.failures if before else 0) + 1
    base = before or Condition(goal.organization, "Fault", "", now)
    return replace(
        base,
        reason="Fault",
        message=f"an error of ours: {type(error).__name__}",
        hint="the controller's log has the trace; please report it",
        since=now,
        attempted=goal.revision,
        attempted_at=now,
        fingerprint=goal.fingerprint,
        mark=goal.mark,
        claim=goal.claim,
        failures=failures,
        not_before=now + retry(goal.organization, failures, 60, 3600),
    ).after(before)
