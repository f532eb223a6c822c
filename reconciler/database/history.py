"""The history of an integration's runs as people leaf through it: page by page, each by an index, however long it is.

Nothing here holds a payload or a message about a document; a run's problem is the outside system's own words.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from reconciler.database.connection import Database
from reconciler.database.requests import days_of
from reconciler.runs.request import Days
from reconciler.specs.personal import impersonal

STATES = ("running", "succeeded", "partial", "failed", "skipped", "lost")
"""Every state of a run."""


@dataclass(frozen=True, slots=True)
class RunLine:
    """One run. `counts` are by category and then by state, with `amount`, `withheld` and `requests` beside them."""

    id: UUID
    integration: str
    trigger: str
    actor: str
    occurrence: datetime | None
    state: str
    counts: Mapping[str, Mapping[str, Any]]
    problem: str
    revision: str
    days: Days | None
    started_at: datetime
    ended_at: datetime | None
    asked_by: list[str]
    """Whose requests it serves."""

    def count(self, *states: str) -> int:
        """Documents of all categories in these states."""
        return sum(int(found.get(state, 0)) for found in self.counts.values() for state in states)


@dataclass(frozen=True, slots=True)
class RunChoice:
    """Which runs are meant: of one integration, in one state where it is named, begun from `since` and before `until`,
    older than the run `beyond`.
    """

    organization_id: str
    integration: str
    state: str = ""
    since: datetime | None = None
    until: datetime | None = None
    beyond: UUID | None = None


class RunHistory:
    """Read-only questions about runs."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def runs(self, choice: RunChoice, limit: int) -> list[RunLine]:
        """So many at most, the newest first."""
        values = {**asdict(choice), "limit": limit}
        with self._database.reading() as connection:
            if choice.beyond is not None:
                row = connection.execute(_BEYOND, values).fetchone()
                if row is None:
                    return []
                values["beyond_at"] = row["started_at"]
            return [_line(row) for row in connection.execute(_query(choice), values).fetchall()]

    def pages(self, choice: RunChoice, most: int, size: int = 1000) -> Iterator[list[RunLine]]:
        """The same one page after another, `most` runs in all."""
        while most > 0 and (found := self.runs(choice, min(size, most))):
            yield found
            most -= len(found)
            choice = replace(choice, beyond=found[-1].id)

    def run(self, organization_id: str, run: UUID) -> RunLine | None:
        """One run of an organisation."""
        with self._database.reading() as connection:
            row = connection.execute(f"{_SELECT} where id = %s and organization_id = %s", [run, organization_id])
            found = row.fetchone()
        return _line(found) if found else None


def _line(row: Mapping[str, Any]) -> RunLine:
    # Problems are cleaned when they are stored; those of older versions were not.
    found = {name: value for name, value in row.items() if name != "range"}
    return RunLine(**found | {"days": days_of(row["range"]), "problem": impersonal(row["problem"])})


_SELECT = """
    select id, integration, trigger, actor, occurrence, state, counts, problem, revision, range, started_at, ended_at,
        array(select distinct requested_by from reconciler.run_requests q where q.run_id = runs.id order by 1)
        as asked_by
    from reconciler.runs"""
_BEYOND = "select started_at from reconciler.runs where id = %(beyond)s and organization_id = %(organization_id)s"
_RUNS = """{select}
    where organization_id = %(organization_id)s and integration = %(integration)s {narrowed}
    order by started_at desc, id desc limit %(limit)s"""


def _query(choice: RunChoice) -> str:
    """Only what is asked for: what does not narrow anything down would hide which index is the right one."""
    asked = {
        "and state = %(state)s": choice.state,
        "and started_at >= %(since)s": choice.since,
        "and started_at < %(until)s": choice.until,
        "and (started_at, id) < (%(beyond_at)s, %(beyond)s)": choice.beyond,
    }
    return _RUNS.format(select=_SELECT, narrowed=" ".join(words for words, wanted in asked.items() if wanted))
