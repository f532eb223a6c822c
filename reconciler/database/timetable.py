"""The Timetable port on PostgreSQL: one statement about all schedules, whatever their number."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any
from uuid import UUID

from reconciler.database.applied import check_owner
from reconciler.database.connection import Database
from reconciler.runs.request import AppliedSchedule
from reconciler.runs.timetable import PRESENT_S, Job, Starter, Timed
from reconciler.specs.personal import impersonal

STARTER = "scheduler "
"""How the lease of a process that starts runs is called: nobody competes for it, it only says who is there."""

UNSAID = "the process ended without a word"
"""What is said of a run of which nothing else is known."""


class TimetableRows:
    """The Timetable port. Raises EnvironmentRefused where the database is another installation's."""

    def __init__(self, database: Database, installation: str = "") -> None:
        self._database = database
        self._installation = installation

    def timed(self, now: datetime, organization: str = "", integration: str = "") -> Sequence[Timed]:
        """See the port."""
        values = {"now": now, "organization": organization, "integration": integration}
        with self._database.reading() as connection:
            check_owner(connection, self._installation)
            rows = connection.execute(_TIMED, values).fetchall()
        found = groupby(rows, key=lambda row: (row["organization"], row["integration"]))
        return [_timed(list(each)) for _, each in found]

    def waiting(self, now: datetime) -> Sequence[tuple[str, str]]:
        """See the port."""
        with self._database.reading() as connection:
            rows = connection.execute(_WAITING, {"now": now}).fetchall()
        return [(row["name"], row["integration"]) for row in rows]

    def present(self, place: str, now: datetime) -> None:
        """See the port."""
        values = {"name": f"{STARTER}{place}", "until": now + timedelta(seconds=PRESENT_S), "now": now}
        with self._database.transaction() as connection:
            connection.execute("delete from reconciler.leases where name like 'scheduler %%' and expires_at < %(now)s"
                               " - interval '7 days'", values)  # fmt: skip
            connection.execute(_PRESENT, values)

    def absent(self, place: str) -> None:
        """See the port."""
        with self._database.transaction() as connection:
            connection.execute("delete from reconciler.leases where name = %s", [f"{STARTER}{place}"])

    def starters(self) -> list[Starter]:
        """Who starts runs, or did in the last week, the newest first."""
        with self._database.reading() as connection:
            rows = connection.execute(_STARTERS).fetchall()
        ago = timedelta(seconds=PRESENT_S)
        return [Starter(row["name"].removeprefix(STARTER), row["expires_at"] - ago) for row in rows]

    def lose_runs(self, now: datetime) -> int:
        """See the port."""
        with self._database.transaction() as connection:
            return connection.execute(_LOSE, {"now": now, "said": UNSAID}).rowcount

    def fail_run(self, job: Job, problem: str, now: datetime) -> None:
        """See the port. An outcome that the run wrote down itself stands; one that may be tried again is the last.

        Where the run is not named, the newest of its time is meant.
        """
        values = {
            "run": job.run,
            "organization": job.organization,
            "name": job.integration,
            "occurrence": job.occurrence,
            "problem": impersonal(problem),
            "now": now,
        }
        with self._database.transaction() as connection:
            if job.run is None:
                connection.execute(_FAIL_NEWEST, values)
            elif connection.execute(_FAIL, values).rowcount:
                return
            connection.execute(_NEVER_BEGAN, values)

    def lose_run(self, run: UUID, problem: str, now: datetime) -> None:
        """See the port."""
        with self._database.transaction() as connection:
            connection.execute(_LOSE_ONE, {"run": run, "problem": impersonal(problem), "now": now, "said": UNSAID})


def _timed(rows: Sequence[Mapping[str, Any]]) -> Timed:
    head = rows[0]
    names = ("name", "cron", "last_day", "zone", "applied_at")
    schedules = tuple(AppliedSchedule(**{name: row[name] for name in names}) for row in rows)
    first = {name: head[name] for name in ("organization", "integration", "handled", "busy")}
    return Timed(organization_id=str(head["organization_id"]), schedules=schedules, **first)


_TIMED = """
    select o.name as organization, s.organization_id, s.integration, s.name, s.cron, s.last_day, s.zone, s.applied_at,
        h.occurrence as handled, coalesce(l.expires_at > %(now)s, false) as busy
    from reconciler.schedules s
        join reconciler.organizations o on o.id = s.organization_id
        left join lateral (
            select r.occurrence from reconciler.runs r
            where r.organization_id = s.organization_id and r.integration = s.integration
                and r.occurrence is not null and r.occurrence <= %(now)s
                and r.state in ('succeeded', 'partial', 'failed', 'skipped') and not r.again
            order by r.occurrence desc limit 1) h on true
        left join reconciler.leases l on l.name = o.name || '/' || s.integration
    where %(organization)s in ('', o.name) and %(integration)s in ('', s.integration)
    order by o.name, s.integration, s.name"""
_WAITING = """
    select distinct o.name, q.integration
    from reconciler.run_requests q join reconciler.organizations o on o.id = q.organization_id
    where not exists (select from reconciler.leases l
            where l.name = o.name || '/' || q.integration and l.expires_at > %(now)s)
        and (q.state = 'waiting' and coalesce(q.not_before, %(now)s) <= %(now)s
                and not exists (select from reconciler.run_requests t where t.state = 'taken'
                    and t.lease_until > %(now)s
                    and (t.organization_id, t.integration) = (q.organization_id, q.integration))
            or q.state = 'taken' and q.lease_until <= %(now)s)
    order by o.name, q.integration"""
"""As `requests` takes them, and those whose executor is gone: taking is what finds them."""
_PRESENT = """
    insert into reconciler.leases (name, holder, fence, expires_at) values (%(name)s, '', 1, %(until)s)
    on conflict (name) do update set expires_at = excluded.expires_at"""
_STARTERS = (
    "select name, expires_at from reconciler.leases where name like 'scheduler %' order by expires_at desc, name"
)
_LOSE = """
    update reconciler.runs r
    set state = 'lost', ended_at = %(now)s, problem = %(said)s
    where r.state = 'running'
        and not exists (select from reconciler.leases l where l.holder = r.id::text and l.expires_at > %(now)s)"""
"""A run begins under the lease of its own id, and renews it with whatever it writes."""
_LOSE_ONE = """
    update reconciler.runs
    set state = 'lost', ended_at = coalesce(ended_at, %(now)s), problem = %(problem)s
    where id = %(run)s and (state = 'running' or state = 'lost' and problem = %(said)s)"""
_FAIL = """
    update reconciler.runs
    set state = case when state = 'running' then 'failed' else state end,
        problem = case when state = 'running' or again then %(problem)s else problem end,
        ended_at = coalesce(ended_at, %(now)s), again = false
    where id = %(run)s"""
_FAIL_NEWEST = """
    update reconciler.runs
    set state = case when state in ('running', 'lost') then 'failed' else state end,
        problem = case when state in ('running', 'lost') or problem = '' then %(problem)s
            when again then problem || '; ' || %(problem)s else problem end,
        ended_at = coalesce(ended_at, %(now)s), again = false
    where (state in ('running', 'lost') or again) and id = (
        select r.id from reconciler.runs r join reconciler.organizations o on o.id = r.organization_id
        where o.name = %(organization)s and r.integration = %(name)s and r.occurrence = %(occurrence)s
        order by r.started_at desc, r.fence desc limit 1)"""
"""Whoever found out about it knows more than the lease; and what a run said itself is kept, with what came of it."""
_NEVER_BEGAN = """
    insert into reconciler.runs (id, organization_id, integration, trigger, occurrence, actor, fence, revision, state,
        problem, started_at, ended_at, sends)
    select coalesce(%(run)s, gen_random_uuid()), o.id, %(name)s, 'schedule', %(occurrence)s, '',
        coalesce((select fence from reconciler.leases where name = o.name || '/' || %(name)s), 0), '', 'failed',
        %(problem)s, %(now)s, %(now)s, false
    from reconciler.organizations o
    where o.name = %(organization)s and not exists (select from reconciler.runs r
        where r.organization_id = o.id and r.integration = %(name)s and r.occurrence = %(occurrence)s
            and %(run)s::uuid is null)"""
