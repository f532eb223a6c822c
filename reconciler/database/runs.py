"""The history of runs, of those that never began too."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from reconciler.database.connection import Database
from reconciler.database.leases import renew
from reconciler.database.requests import range_of
from reconciler.ports import Applied
from reconciler.runs.outcome import Lease
from reconciler.runs.request import AppliedSchedule, Began, Noted
from reconciler.specs.personal import impersonal


class RunTable:
    """The Runs port on PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, lease: Lease, began: Began, integration: Applied, now: datetime) -> None:
        """See the port."""
        name = integration.integration.name
        with self._database.transaction() as connection:
            renew(connection, lease, now)
            connection.execute(
                "update reconciler.runs set state = 'lost', ended_at = %s, problem = 'the process ended without a word'"
                " where organization_id = %s and integration = %s and state = 'running'",
                [now, integration.organization_id, name],
            )
            row = _row(began) | {"organization_id": integration.organization_id, "integration": name}
            row |= {"fence": lease.fence, "revision": integration.revision, "state": "running", "now": now}
            row["sends"] = integration.integration.body["mode"] == "send"
            connection.execute(_BEGIN, row)

    def end(self, lease: Lease, run: UUID, state: str, counts: Mapping[str, Any], problem: str, now: datetime) -> None:
        """See the port."""
        with self._database.transaction() as connection:
            renew(connection, lease, now)
            connection.execute(
                "update reconciler.runs set state = %s, counts = %s, problem = %s, ended_at = %s where id = %s",
                [state, Jsonb(dict(counts)), impersonal(problem), now, run],
            )

    def note(self, noted: Noted, now: datetime) -> None:
        """See the port."""
        row = _row(noted.began) | {"organization_id": noted.organization_id, "integration": noted.integration}
        row |= {"state": noted.state, "problem": impersonal(noted.problem), "lease": noted.lease, "now": now}
        with self._database.transaction() as connection:
            connection.execute(_NOTE, row)

    def reopen(self, run: UUID) -> None:
        """See the port."""
        with self._database.transaction() as connection:
            connection.execute("update reconciler.runs set again = true where id = %s", [run])

    def settled(self, organization_id: str, integration: str, occurrence: datetime) -> UUID | None:
        """See the port."""
        with self._database.reading() as connection:
            row = connection.execute(_SETTLED, [organization_id, integration, occurrence]).fetchone()
        return row["id"] if row else None

    def only_ranges(self, organization_id: str, integration: str) -> bool:
        """See the port."""
        with self._database.reading() as connection:
            row = connection.execute(_RANGES, {"id": organization_id, "name": integration}).fetchone()
        return bool(row and row["ranges"])

    def schedules(self, organization_id: str, integration: str) -> list[AppliedSchedule]:
        """See the port."""
        query = """
            select name, cron, last_day, zone, applied_at from reconciler.schedules
            where organization_id = %s and integration = %s order by name"""
        with self._database.reading() as connection:
            rows = connection.execute(query, [organization_id, integration]).fetchall()
        return [AppliedSchedule(**row) for row in rows]


def _row(began: Began) -> dict[str, Any]:
    """What a row of the history holds from its begin."""
    values = {"actor": began.actor, "occurrence": began.occurrence, "range": range_of(began.days)}
    return {"run": began.run, "trigger": began.trigger, **values}


_BEGIN = """
    insert into reconciler.runs
        (id, organization_id, integration, trigger, occurrence, actor, range, fence, revision, state, started_at,
        sends)
    values (%(run)s, %(organization_id)s, %(integration)s, %(trigger)s, %(occurrence)s, %(actor)s,
        %(range)s::daterange, %(fence)s, %(revision)s, %(state)s, %(now)s, %(sends)s)"""
_NOTE = """
    insert into reconciler.runs (id, organization_id, integration, trigger, occurrence, actor, range, fence, revision,
        state, problem, started_at, ended_at, sends)
    values (%(run)s, %(organization_id)s, %(integration)s, %(trigger)s, %(occurrence)s, %(actor)s,
        %(range)s::daterange, coalesce((select fence from reconciler.leases where name = %(lease)s), 0), '',
        %(state)s, %(problem)s, %(now)s, %(now)s, false)"""
_SETTLED = """
    select id from reconciler.runs
    where organization_id = %s and integration = %s and occurrence = %s
        and state in ('succeeded', 'partial', 'failed') and not again
    order by started_at limit 1"""
_RANGES = """
    select not exists (select from reconciler.runs where organization_id = %(id)s and integration = %(name)s
            and sends and range is null)
        and exists (select from reconciler.runs where organization_id = %(id)s and integration = %(name)s
            and sends and range is not null) as ranges"""
