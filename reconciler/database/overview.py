"""What people ask about: every integration's state, and one record's story. Read in one snapshot, never written.

Nothing here holds a payload: of the personal data in the ledger only the outside system's message is shown.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from reconciler.database.connection import Connection, Database
from reconciler.database.reconciliations import count_differences, open_differences
from reconciler.database.sent import sent
from reconciler.runs.export import Stream
from reconciler.runs.report import Earlier
from reconciler.runs.views import (
    QUESTIONS,
    SETTLED,
    TROUBLE,
    CredentialRow,
    EndedExclusion,
    ExportRow,
    IntegrationView,
    RunRow,
    ScheduleRow,
    Step,
    Tally,
    WithheldRow,
)
from reconciler.specs.personal import impersonal


class Overview:
    """Read-only questions to the database of one installation."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def integrations(self, organization: str = "", troubled: int = 20) -> list[IntegrationView]:
        """Every applied integration of all organisations or of one, in one snapshot, ordered by name."""
        with self._database.reading() as connection:
            rows = connection.execute(_INTEGRATIONS, {"only": organization, "name": ""}).fetchall()
            return [_view(connection, row, troubled) for row in rows]

    def integration(self, organization: str, name: str, troubled: int = 20) -> IntegrationView | None:
        """One applied integration, without what is settled of its documents: `ledger` tells only of those astray."""
        with self._database.reading() as connection:
            row = connection.execute(_INTEGRATIONS, {"only": organization, "name": name}).fetchone()
            return _view(connection, row, troubled, _NEAR) if row else None

    def schedule_origin(self, organization_id: str, name: str) -> str:
        """Where an applied schedule is written: `file:line:column`; empty where that is not known."""
        query = "select origins ->> '' as origin from reconciler.schedules where organization_id = %s and name = %s"
        with self._database.reading() as connection:
            row = connection.execute(query, [organization_id, name]).fetchone()
        return (row["origin"] if row else None) or ""

    def configured(self, organization: str) -> list[IntegrationView]:
        """Every applied integration of an organisation without anything that it has done: for one record's story, which
        must not take longer with the years.
        """
        with self._database.reading() as connection:
            rows = connection.execute(_INTEGRATIONS, {"only": organization, "name": ""}).fetchall()
            return [_configured(connection, row) for row in rows]

    def organizations(self) -> list[str]:
        """The names of the applied organisations."""
        with self._database.reading() as connection:
            found = connection.execute("select name from reconciler.organizations order by name").fetchall()
        return [row["name"] for row in found]

    def ended_exclusions(self, organization: str, now: datetime) -> list[EndedExclusion]:
        """The applied exclusions of all organisations, or of one, that are over in their own zone."""
        with self._database.reading() as connection:
            found = connection.execute(_EXCLUSIONS, {"only": organization}).fetchall()
        # Days as text: what another hand wrote there must not spoil the whole answer.
        return [
            EndedExclusion(**{name: value for name, value in row.items() if name != "zone"})
            for row in found
            if row["until"] < now.astimezone(ZoneInfo(row["zone"])).date().isoformat()
        ]

    def schedules(self, organization: str) -> list[ScheduleRow]:
        """The applied schedules of an organisation, by name."""
        with self._database.reading() as connection:
            found = connection.execute(_SCHEDULES, {"organization": organization}).fetchall()
        return [ScheduleRow(**row) for row in found]

    def exports(self, organization_id: str, record_id: str) -> list[ExportRow]:
        """The ledger's rows of one record, every target and epoch, oldest first, each with its history."""
        values = {"id": organization_id, "record": record_id}
        with self._database.reading() as connection:
            rows = connection.execute(_EXPORTS_OF_RECORD, values).fetchall()
            return [_export(row, _history(connection, row["id"])) for row in rows]

    def sent(self, stream: Stream, records: Sequence[str], zone: ZoneInfo) -> list[Earlier]:
        """See `ports.Documents`."""
        with self._database.reading() as connection:
            return sent(connection, stream, records, zone)

    def withheld(self, organization_id: str, record_id: str) -> list[WithheldRow]:
        """When and why one record was held back by rule, oldest first."""
        with self._database.reading() as connection:
            rows = connection.execute(_WITHHELD_OF_RECORD, [organization_id, record_id]).fetchall()
        return [WithheldRow(**row) for row in rows]


@dataclass(frozen=True, slots=True)
class _Asking:
    """The statements behind a view."""

    last_run: str
    times: str
    ledger: str
    troubled: str


def _view(
    connection: Connection, row: Mapping[str, Any], troubled: int, asking: _Asking | None = None
) -> IntegrationView:
    asking = asking or _WHOLE
    key = {
        "id": row["organization_id"],
        "name": row["name"],
        "credential": row["credential_name"],
        "settled": list(SETTLED),
        "questions": list(QUESTIONS),
    }
    more: dict[str, Any] = _one(connection, asking.times, key) or {}
    return IntegrationView(
        organization_id=str(row["organization_id"]),
        **{name: row[name] for name in ("organization", "zone", "name", "type", "environment", "mode", "revision")},
        stale_after=row["stale_after"],
        last_run=RunRow(**found) if (found := _one(connection, asking.last_run, key)) else None,
        ledger=tuple(Tally(**each) for each in connection.execute(asking.ledger, key).fetchall()),
        credential=CredentialRow(**found) if (found := _one(connection, _CREDENTIAL, key)) else None,
        schedule=ScheduleRow(**found) if (found := _one(connection, _SCHEDULE, key)) else None,
        troubled=tuple(
            _export(each)
            for each in connection.execute(asking.troubled, {**key, "states": list(TROUBLE), "limit": troubled})
        ),
        differing=count_differences(connection, str(row["organization_id"]), row["name"]),
        differences=tuple(open_differences(connection, str(row["organization_id"]), row["name"], troubled)),
        **more,
    )


def _configured(connection: Connection, row: Mapping[str, Any]) -> IntegrationView:
    key = {"id": row["organization_id"], "name": row["name"]}
    return IntegrationView(
        organization_id=str(row["organization_id"]),
        **{name: row[name] for name in ("organization", "zone", "name", "type", "environment", "mode", "revision")},
        stale_after=row["stale_after"], last_run=None, last_success=None, ledger=(), oldest_unsettled=None,
        oldest_question=None, withheld=0, credential=None,
        schedule=ScheduleRow(**found) if (found := _one(connection, _SCHEDULE, key)) else None, troubled=(),
    )  # fmt: skip


def _one(connection: Connection, query: str, values: Mapping[str, Any]) -> dict[str, Any] | None:
    return connection.execute(query, values).fetchone()


def _export(row: Mapping[str, Any], history: Sequence[Step] = ()) -> ExportRow:
    # Messages are cleaned when they are stored; those of older versions were not.
    return ExportRow(**{**row, "message": impersonal(row["message"])}, history=tuple(history))


def _history(connection: Connection, export: int) -> list[Step]:
    query = "select state, attempt, code, at from reconciler.export_history where export_id = %s order by id"
    return [Step(**row) for row in connection.execute(query, [export]).fetchall()]


_INTEGRATIONS = """
    select o.id as organization_id, o.name as organization, o.body ->> 'zone' as zone, i.name,
        coalesce((select substr(key, 17) from jsonb_object_keys(i.definitions) as key
            where key like 'IntegrationType/%%' limit 1), i.integration_type) as type,
        i.environment, i.mode, i.revision, i.health ->> 'stale_after' as stale_after,
        i.credentials ->> 'name' as credential_name
    from public.organization_integrations i join reconciler.organizations o on o.id = i.organization_id
    where %(only)s in ('', o.name) and %(name)s in ('', i.name) order by o.name, i.name"""
_LAST_RUN = """
    select state, trigger, started_at, ended_at, counts, problem from reconciler.runs
    where organization_id = %(id)s and integration = %(name)s and state <> 'skipped'
    order by date_trunc('hour', started_at) desc, fence desc limit 1"""
"""Machines' clocks differ a little: within an hour the fence says which run is the newer one."""
_TIMES = """
    select
        (select max(ended_at) from reconciler.runs
         where organization_id = %(id)s and integration = %(name)s and state = 'succeeded') as last_success,
        (select min(changed_at) from reconciler.exports where organization_id = %(id)s and integration = %(name)s
         and state <> all(%(settled)s)) as oldest_unsettled,
        (select min(changed_at) from reconciler.exports where organization_id = %(id)s and integration = %(name)s
         and state = any(%(questions)s)) as oldest_question,
        (select count(*) from reconciler.withheld where organization_id = %(id)s and integration = %(name)s
         and until is null) as withheld"""
_LEDGER = """
    select category, case when code = 'never-posted' then 'never_posted' else state end as state,
        count(*) as documents, coalesce(sum(amount), 0) as amount from reconciler.exports
    where organization_id = %(id)s and integration = %(name)s group by 1, 2 order by 1, 2"""
_CREDENTIAL = """
    select name, state, hint, tested_at from reconciler.credentials
    where organization_id = %(id)s and name = %(credential)s and state in ('current', 'pending')
    order by state = 'current' desc, version desc limit 1"""
_EXCLUSIONS = """
    select o.name as organization, o.body ->> 'zone' as zone, e.name, e.body ->> 'until' as until,
        e.body ? 'features' as features, coalesce(e.origins ->> 'until', '') as origin
    from reconciler.exclusions e join reconciler.organizations o on o.id = e.organization_id
    where e.body ->> 'until' is not null and %(only)s in ('', o.name) order by o.name, e.name"""
_SCHEDULE = """
    select name, integration, cron, last_day, zone, applied_at from reconciler.schedules
    where organization_id = %(id)s and integration = %(name)s order by name limit 1"""
_SCHEDULES = """
    select s.name, s.integration, s.cron, s.last_day, s.zone, s.applied_at
    from reconciler.schedules s join reconciler.organizations o on o.id = s.organization_id
    where o.name = %(organization)s order by s.name"""
_EXPORT = """
    select e.id, e.integration, e.target, e.category, e.record_id, e.epoch, e.reference, e.number, e.attempt,
        case when e.code = 'never-posted' then 'never_posted' else e.state end as state,
        e.amount, e.code, e.field, e.origin, e.purpose, coalesce(p.message, '') as message, e.record_digest,
        e.mapping_digest,
        e.next_attempt_at, e.sent_at, e.changed_at, coalesce(p.removed, '') as removed, p.removed_at
    from reconciler.exports e
    left join reconciler.export_payloads p on p.export_id = e.id and p.attempt = e.attempt"""
_TROUBLED = f"""{_EXPORT}
    where e.organization_id = %(id)s and e.integration = %(name)s
        and (e.state = any(%(states)s) or e.code = 'never-posted')
    order by array_position(%(states)s, state), e.category, e.number limit %(limit)s"""
_WHOLE = _Asking(_LAST_RUN, _TIMES, _LEDGER, _TROUBLED)
_NEAR = _Asking(
    last_run="""
    select state, trigger, started_at, ended_at, counts, problem from (
        select * from reconciler.runs
        where organization_id = %(id)s and integration = %(name)s and state <> 'skipped'
        order by started_at desc limit 20) newest
    order by date_trunc('hour', started_at) desc, fence desc limit 1""",
    times="""
    select
        (select ended_at from reconciler.runs where organization_id = %(id)s and integration = %(name)s
         and state = 'succeeded' and ended_at is not null order by ended_at desc limit 1) as last_success,
        null::timestamptz as oldest_unsettled,
        (select min(changed_at) from reconciler.exports where organization_id = %(id)s and integration = %(name)s
         and astray and state = any(%(questions)s)) as oldest_question,
        (select count(*) from reconciler.withheld where organization_id = %(id)s and integration = %(name)s
         and until is null) as withheld""",
    ledger=_LEDGER.replace("group by", "and astray group by"),
    troubled=_TROUBLED.replace("order by", "and e.astray order by", 1),
)
"""The same by what went astray, which has an index of its own: nothing here grows with what is settled."""
_EXPORTS_OF_RECORD = f"""{_EXPORT}
    where e.organization_id = %(id)s and e.record_id = %(record)s order by e.category, e.target, e.epoch, e.purpose"""
_WITHHELD_OF_RECORD = """
    select integration, category, reason, since, until from reconciler.withheld
    where organization_id = %s and record_id = %s order by since"""
