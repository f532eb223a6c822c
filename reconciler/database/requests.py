"""Syncs that are asked for. Requests for the same are served by one run; one that its executor lost is found again."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from psycopg.types.range import DateRange

from reconciler.database.audit import write_audit
from reconciler.database.connection import Database
from reconciler.runs.request import Answered, Asked, Days, Ran, Request, Taken
from reconciler.specs.personal import impersonal

LEASE = timedelta(minutes=5)
"""Between the taking of a request and the begin of its run. From then on the integration's lease tells who is alive."""
ATTEMPTS = 3
"""A request whose executors died so often is refused: it may be what kills them."""
TAKING = 7_263_154_902
"""The lock under which requests are taken, one at a time: else two executors would share equal ones between them."""


class RequestTable:
    """The Requests port on PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def request(self, asked: Asked, now: datetime) -> UUID:
        """See the port."""
        made, days = uuid4(), range_of(asked.days)
        with self._database.transaction() as connection:
            connection.execute(
                "insert into reconciler.run_requests"
                " (id, organization_id, integration, requested_by, requested_at, range, reason, confirmed)"
                " values (%s, %s, %s, %s, %s, %s, %s, %s)",
                [made, asked.organization_id, asked.integration, asked.by, now, days, asked.reason, asked.confirmed],
            )
            detail = {"request": str(made), "days": str(asked.days) if asked.days else None}
            write_audit(connection, now, asked.by, asked.organization_id, "sync-requested", asked.integration, detail)
        return made

    def take_request(
        self, executor: str, run: UUID, now: datetime, organization: str = "", integration: str = ""
    ) -> Taken | None:
        """See the port."""
        only = {"organization": organization, "integration": integration}
        values = {"run": run, "by": executor, "now": now, "until": now + LEASE, "attempts": ATTEMPTS, **only}
        with self._database.transaction() as connection:
            connection.execute("select pg_advisory_xact_lock(%s)", [TAKING])
            connection.execute(_LOST, values)
            head = connection.execute(_HEAD, values).fetchone()
            if head is None:
                return None
            rows = connection.execute(_TAKE, values | head).fetchall()
            found = sorted((_request(row | head) for row in rows), key=lambda each: (each.at, each.id))
        return Taken(run, tuple(found))

    def answer_request(self, taken: Taken, answered: Answered, now: datetime) -> None:
        """See the port."""
        values = {
            "run": taken.run,
            "now": None if answered.state == "waiting" else now,
            "kept": None if answered.state == "waiting" else taken.run,
            **{name: getattr(answered, name) for name in ("state", "exit_code", "hint", "not_before")},
            "answer": impersonal(answered.answer),
        }
        with self._database.transaction() as connection:
            connection.execute(_ANSWER, values)

    def take_back(self, organization_id: str, request: UUID, by: str, now: datetime) -> bool:
        """See the port. Whoever takes the request at the same time has it, or finds it refused."""
        answer, hint = f"taken back by {by} before anybody carried it out", "ask again, where it is wanted after all"
        with self._database.transaction() as connection:
            row = connection.execute(
                "update reconciler.run_requests set state = 'refused', exit_code = 5, answer = %s, hint = %s,"
                " ended_at = %s where id = %s and organization_id = %s and state = 'waiting' returning integration",
                [answer, hint, now, request, organization_id],
            ).fetchone()
            if row is not None:
                detail = {"request": str(request)}
                write_audit(connection, now, by, organization_id, "sync-taken-back", row["integration"], detail)
        return row is not None

    def find(self, request: UUID) -> Request | None:
        """See the port."""
        with self._database.reading() as connection:
            row = connection.execute(f"{_SELECT} where q.id = %s", [request]).fetchone()
        return _request(row) if row else None

    def requests(self, organization: str, limit: int) -> list[Request]:
        """See the port."""
        query = f"{_SELECT} where %(only)s in ('', o.name) order by q.requested_at desc, q.id limit %(limit)s"
        with self._database.reading() as connection:
            rows = connection.execute(query, {"only": organization, "limit": limit}).fetchall()
        return [_request(row) for row in rows]

    def asked_of(self, organization_id: str, integration: str, limit: int) -> list[Request]:
        """The newest requests about one integration."""
        query = f"""{_SELECT} where q.organization_id = %s and q.integration = %s
            order by q.requested_at desc, q.id limit %s"""
        with self._database.reading() as connection:
            rows = connection.execute(query, [organization_id, integration, limit]).fetchall()
        return [_request(row) for row in rows]

    def served_by(self, run: UUID, limit: int) -> list[Request]:
        """The requests that one run serves, the oldest first."""
        query = f"{_SELECT} where q.run_id = %s order by q.requested_at, q.id limit %s"
        with self._database.reading() as connection:
            rows = connection.execute(query, [run, limit]).fetchall()
        return [_request(row) for row in rows]

    def ran(self, run: UUID) -> Ran | None:
        """See the port."""
        query = "select state, started_at, ended_at, counts, problem from reconciler.runs where id = %s"
        with self._database.reading() as connection:
            row = connection.execute(query, [run]).fetchone()
        return Ran(**row) if row else None


def range_of(days: Days | None) -> DateRange | None:
    """Days as PostgreSQL keeps them. The last day of all has none after it: that range is without an end."""
    if days is None:
        return None
    after = days.last + timedelta(days=1) if days.last < days.last.max else None
    return DateRange(days.first, after, "[)")


def days_of(found: Any) -> Days | None:
    """The way back."""
    if found is None:
        return None
    lower, upper = found.lower, found.upper
    return Days(lower, lower.max if upper is None else upper - timedelta(days=1))


def _request(row: Mapping[str, Any]) -> Request:
    asked = Asked(
        str(row["organization_id"]),
        row["integration"],
        row["requested_by"],
        row["reason"],
        days_of(row["range"]),
        row["confirmed"],
    )
    names = ("id", "organization", "state", "taken_by", "ended_at", "exit_code", "answer", "hint", "zone")
    return Request(asked=asked, at=row["requested_at"], run=row["run_id"], **{name: row[name] for name in names})


_SELECT = """
    select q.*, o.name as organization, o.body ->> 'zone' as zone
    from reconciler.run_requests q join reconciler.organizations o on o.id = q.organization_id"""
_LOST = """
    update reconciler.run_requests q
    set state = case when r.state in ('succeeded', 'partial', 'failed') then 'done'
            when q.attempts >= %(attempts)s then 'refused' else 'waiting' end,
        run_id = case when r.state in ('succeeded', 'partial', 'failed') then q.run_id end,
        exit_code = case when r.state = 'succeeded' then 0 when r.state in ('partial', 'failed')
            or q.attempts >= %(attempts)s then 5 end,
        ended_at = case when r.state in ('succeeded', 'partial', 'failed') then r.ended_at
            when q.attempts >= %(attempts)s then %(now)s end,
        answer = case when r.state in ('succeeded', 'partial', 'failed') then r.problem
            when q.attempts >= %(attempts)s
            then 'whoever carried it out ended without a word, ' || q.attempts || ' times' else '' end,
        hint = case when r.state is distinct from 'succeeded' and q.attempts >= %(attempts)s
            then 'reconciler sync, where you can see what happens' else '' end
    from reconciler.run_requests t left join reconciler.runs r on r.id = t.run_id
    where q.id = t.id and t.state = 'taken' and t.lease_until <= %(now)s
        and not exists (select from reconciler.leases l where l.holder = t.run_id::text and l.expires_at > %(now)s)"""
"""Taken long ago, and its run does not hold the lease: where the run ended, that is the answer; else it waits again."""
_HEAD = """
    select q.organization_id, q.integration, q.range, o.name as organization, o.body ->> 'zone' as zone
    from reconciler.run_requests q join reconciler.organizations o on o.id = q.organization_id
    where q.state = 'waiting' and coalesce(q.not_before, %(now)s) <= %(now)s
        and %(organization)s in ('', o.name) and %(integration)s in ('', q.integration)
        and not exists (select from reconciler.leases l
            where l.name = o.name || '/' || q.integration and l.expires_at > %(now)s)
        and not exists (select from reconciler.run_requests t where t.state = 'taken'
            and (t.organization_id, t.integration) = (q.organization_id, q.integration))
    order by q.requested_at, q.id limit 1 for update of q skip locked"""
"""The oldest one whose integration is free."""
_TAKE = """
    update reconciler.run_requests
    set state = 'taken', run_id = %(run)s, taken_by = %(by)s, lease_until = %(until)s, not_before = null,
        attempts = attempts + 1
    where state = 'waiting' and organization_id = %(organization_id)s and integration = %(integration)s
        and range is not distinct from %(range)s::daterange
    returning *"""
_ANSWER = """
    update reconciler.run_requests
    set state = %(state)s, run_id = %(kept)s, exit_code = %(exit_code)s, answer = %(answer)s, hint = %(hint)s,
        not_before = %(not_before)s, ended_at = %(now)s
    where run_id = %(run)s and state = 'taken'"""
