"""What the dashboard asks: every integration of one organisation, in one snapshot, by a handful of statements.

None reads what is settled: the ledger's rows that went astray have an index of their own, and so have runs.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from reconciler.database.connection import Connection, Database
from reconciler.database.reconciliations import count_open
from reconciler.runs.suspension import Suspension
from reconciler.runs.views import TROUBLE, RunRow, ScheduleRow

NEWEST = 20
"""Runs among which the newest one is looked for: machines' clocks differ a little."""


@dataclass(frozen=True, slots=True)
class Held:
    """The version of a credential that is in use, or else the one that waits to be; never its value."""

    name: str
    version: int
    state: str
    hint: str
    tested_at: datetime | None
    expires_at: datetime | None
    problem: str


@dataclass(frozen=True, slots=True)
class Board:
    """One integration as the dashboard needs it. `counts` are of what went astray, by state; `mark` changes with the
    configuration that it is pinned to.
    """

    organization: str
    name: str
    type: str
    environment: str
    mode: str
    stale_after: str
    credential_name: str
    mark: str
    last_run: RunRow | None
    last_success: datetime | None
    credential: Held | None = None
    schedule: ScheduleRow | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    oldest_question: datetime | None = None
    withheld: int = 0
    differing: int = 0
    suspensions: tuple[Suspension, ...] = ()

    @property
    def needing(self) -> int:
        """Documents that need somebody."""
        return sum(self.counts.get(state, 0) for state in TROUBLE)

    @property
    def still(self) -> tuple[Suspension, ...]:
        """What was written down, that of a person first."""
        return tuple(sorted(self.suspensions, key=lambda each: each.cause != "person"))


@dataclass(frozen=True, slots=True)
class Marked:
    """What an integration is pinned to, in short: `mark` is that of its board, `zone` its organisation's."""

    organization_id: str
    mark: str
    zone: str


class Boards:
    """Read-only questions about one organisation."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def mark(self, organization: str, integration: str) -> Marked | None:
        """The mark of one applied integration."""
        with self._database.reading() as connection:
            row = connection.execute(_MARK, [integration, organization]).fetchone()
        return Marked(**row) if row else None

    def boards(self, organization_id: str) -> list[Board]:
        """Every applied integration, by name."""
        values = {"id": organization_id, "newest": NEWEST}
        with self._database.reading() as connection:
            rows = connection.execute(_INTEGRATIONS, values).fetchall()
            if not rows:
                return []
            astray, withheld = _astray(connection, values), _by_name(connection, _WITHHELD, values)
            held = {row["name"]: Held(**row) for row in connection.execute(_CREDENTIALS, values).fetchall()}
            schedules = {row["integration"]: ScheduleRow(**row) for row in connection.execute(_SCHEDULES, values)}
            stopped = _suspensions(connection, values)
            differing = count_open(connection, organization_id)
        return [
            Board(
                **{name: row[name] for name in _SAME},
                last_run=RunRow(**row["last_run"]) if row["last_run"] else None,
                credential=held.get(row["credential_name"]),
                schedule=schedules.get(row["name"]),
                withheld=withheld.get(row["name"], 0),
                differing=differing.get(row["name"], 0),
                suspensions=tuple(stopped.get(row["name"], ())),
                **astray.get(row["name"], {}),
            )
            for row in map(_with_run, rows)
        ]


_SAME = (
    "organization", "name", "type", "environment", "mode", "stale_after", "credential_name", "mark", "last_success",
)  # fmt: skip


def _with_run(row: Mapping[str, Any]) -> dict[str, Any]:
    names = ("state", "trigger", "started_at", "ended_at", "counts", "problem")
    run = {name: row[f"run_{name}"] for name in names} if row["run_state"] else None
    return {**row, "last_run": run}


def _astray(connection: Connection, values: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for row in connection.execute(_ASTRAY, values).fetchall():
        each = found.setdefault(row["integration"], {"counts": {}, "oldest_question": None})
        each["counts"][row["state"]] = row["documents"]
        if row["state"] in ("unknown", "held"):
            each["oldest_question"] = min(filter(None, (each["oldest_question"], row["oldest"])))
    return found


def _by_name(connection: Connection, query: str, values: Mapping[str, Any]) -> dict[str, int]:
    return {row["integration"]: row["records"] for row in connection.execute(query, values).fetchall()}


def _suspensions(connection: Connection, values: Mapping[str, Any]) -> dict[str, list[Suspension]]:
    found: dict[str, list[Suspension]] = {}
    for row in connection.execute(_SUSPENSIONS, values).fetchall():
        found.setdefault(row.pop("integration"), []).append(Suspension(**row))
    return found


_INTEGRATIONS = """
    select o.name as organization, i.name, coalesce((select substr(key, 17) from jsonb_object_keys(i.definitions) as key
            where key like 'IntegrationType/%%' limit 1), i.integration_type) as type,
        i.environment, i.mode, i.health ->> 'stale_after' as stale_after, i.credentials ->> 'name' as credential_name,
        md5(concat(i::text, o::text, x.whole)) as mark,
        r.state as run_state, r.trigger as run_trigger, r.started_at as run_started_at, r.ended_at as run_ended_at,
        r.counts as run_counts, r.problem as run_problem, s.ended_at as last_success
    from public.organization_integrations i join reconciler.organizations o on o.id = i.organization_id
        cross join (select string_agg(e::text, '' order by e.name) as whole from reconciler.exclusions e
            where e.organization_id = %(id)s) x
        left join lateral (
            select * from (select * from reconciler.runs where organization_id = i.organization_id
                and integration = i.name and state <> 'skipped' order by started_at desc limit %(newest)s) newest
            order by date_trunc('hour', started_at) desc, fence desc limit 1) r on true
        left join lateral (
            select ended_at from reconciler.runs where organization_id = i.organization_id and integration = i.name
                and state = 'succeeded' and ended_at is not null order by ended_at desc limit 1) s on true
    where i.organization_id = %(id)s order by i.name"""
_MARK = """
    select o.id::text as organization_id, o.body ->> 'zone' as zone, md5(concat(i::text, o::text, (
            select string_agg(e::text, '' order by e.name) from reconciler.exclusions e where e.organization_id = o.id
        ))) as mark
    from reconciler.organizations o join public.organization_integrations i on i.organization_id = o.id and i.name = %s
    where o.name = %s"""
_ASTRAY = """
    select integration, case when code = 'never-posted' then 'never_posted' else state end as state,
        count(*) as documents, min(changed_at) as oldest
    from reconciler.exports where organization_id = %(id)s and astray group by 1, 2"""
_WITHHELD = """
    select integration, count(*) as records from reconciler.withheld
    where organization_id = %(id)s and until is null group by 1"""
_CREDENTIALS = """
    select distinct on (name) name, version, state, hint, tested_at, expires_at, problem from reconciler.credentials
    where organization_id = %(id)s and state in ('current', 'pending') order by name, state = 'current' desc, version"""
_SCHEDULES = """
    select distinct on (integration) name, integration, cron, last_day, zone, applied_at from reconciler.schedules
    where organization_id = %(id)s order by integration, name"""
_SUSPENSIONS = """
    select integration, cause, reason, author, since, until, version from reconciler.suspensions
    where organization_id = %(id)s"""
