"""One integration as `status` and the pages show it: its colour, what waits, what is used up, and what stands still."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from reconciler.engine.assessing import oldest_waiting, verdict
from reconciler.engine.pinned import Pinned
from reconciler.engine.timetable import next_run
from reconciler.errors import DatabaseDown, ReconcilerError
from reconciler.ports import Records
from reconciler.runs.allowance import Allowed, Usage
from reconciler.runs.health import Cause, Health, because
from reconciler.runs.suspension import Suspension
from reconciler.runs.views import IntegrationView
from reconciler.schedules.occurrences import Occurrence


@dataclass(frozen=True, slots=True)
class State:
    """One integration as it is shown. `waiting` and `amount` are the records that a sync would take now.

    `problem` says in English why it cannot be read, `hint` how a command line mends it; `still` are the reasons for
    which its runs stand still.
    """

    view: IntegrationView
    health: Health
    next_run: Occurrence | None
    waiting: int
    amount: Decimal
    problem: str = ""
    hint: str = ""
    usage: Usage | None = None
    still: tuple[Suspension, ...] = ()


class Allowances(Protocol):
    """What is used of the allowances."""

    def of(self, organization_id: str, credential: str, allowed: Allowed, now: datetime) -> Usage:
        """That of a credential."""


class Looks(Protocol):
    """What a look at an integration needs: the reading half of an installation."""

    @property
    def now(self) -> datetime: ...
    @property
    def records(self) -> Records: ...
    @property
    def usages(self) -> Allowances: ...
    def pinned(self, organization: str, integration: str) -> Pinned: ...
    def in_the_way(self, pinned: Pinned) -> list[Suspension]: ...


def state_of(looks: Looks, view: IntegrationView) -> State:
    """A broken integration is shown with its problem, and hides none of the others. Raises DatabaseDown."""
    try:
        return _state(looks, view)
    except DatabaseDown:
        raise
    except ReconcilerError as error:
        broken = because("red", Cause("unreadable"))
        return State(view, broken, None, 0, Decimal(0), error.message, error.hint)


def _state(looks: Looks, view: IntegrationView) -> State:
    due = next_run(view.schedule, looks.now)
    pinned = looks.pinned(view.organization, view.name)
    totals = [looks.records.total(each.stream, each.selection, each.category, looks.now) for each in pinned.exports]
    waiting = oldest_waiting(looks.records, pinned, looks.now) if view.schedule is None else None
    credential = pinned.integration.credentials.name
    usage = looks.usages.of(pinned.organization_id, credential, pinned.allowed, looks.now)
    still = tuple(looks.in_the_way(pinned))
    health = verdict(view, still, waiting, usage.left, looks.now)
    count, amount = sum(each for each, _ in totals), sum((Decimal(each) for _, each in totals), Decimal(0))
    return State(view, health, due, count, amount, usage=usage, still=still)
