"""Switches in one table that is only added to and ended in. Each change is audited."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from reconciler.database.audit import write_audit
from reconciler.database.connection import Connection, Database
from reconciler.runs.switch import EVERYBODY, Ended, Switch, What

BY_SETTING = Switch(
    EVERYBODY, "detect", "RECONCILER_DETECT_ONLY is set: this installation only looks", "settings", None
)
"""What stands beside the table's switches where the installation may only look."""
COLUMNS = """
    coalesce(s.organization_id::text, '') as organization_id, coalesce(o.name, s.organization) as organization,
    s.what, s.revision, s.reason, s.author, s.since, s.until"""
JOINED = "reconciler.switches s left join reconciler.organizations o on o.id = s.organization_id"


class SwitchTable:
    """The Switches port on PostgreSQL. `detect_only` is an installation's setting: nobody resumes that here."""

    def __init__(self, database: Database, *, detect_only: bool = False) -> None:
        self._database = database
        self._always = (BY_SETTING,) if detect_only else ()

    def switches(self) -> Sequence[Switch]:
        """See the port. An organisation has the name by which it is applied now."""
        query = f"select {COLUMNS} from {JOINED} where s.ended_at is null order by s.id"  # noqa: S608 - constants
        with self._database.reading() as connection:
            rows = connection.execute(query).fetchall()
        return [*self._always, *(Switch(**row) for row in rows)]

    def set_switch(self, switch: Switch) -> Switch | None:
        """See the port."""
        assert switch.since is not None, "only the settings know no moment"
        query = """
            insert into reconciler.switches
                (organization_id, organization, what, revision, reason, author, since, until)
            values (%s, %s, %s, %s, %s, %s, %s, %s)"""
        each = switch
        values = [each.organization_id or None, each.organization, each.what, each.revision]
        detail = {"reason": each.reason, "until": each.until.isoformat() if each.until else None}
        detail |= {"revision": each.revision} if each.revision else {}
        with self._database.transaction() as connection:
            # Two who set one at once take turns: the index would refuse the second.
            connection.execute("lock table reconciler.switches in share row exclusive mode")
            before = _end(connection, each.organization_id, [each.what], each.author, switch.since)
            connection.execute(query, [*values, each.reason, each.author, each.since, each.until])
            _audit(connection, each, each.author, switch.since, "set", detail)
        return before[0] if before else None

    def end_switch(self, organization_id: str, whats: Sequence[What], actor: str, now: datetime) -> list[Switch]:
        """See the port."""
        with self._database.transaction() as connection:
            ended = _end(connection, organization_id, whats, actor, now)
            for each in ended:
                _audit(connection, each, actor, now, "ended", {})
        return ended

    def switched(self, organization_id: str, limit: int) -> Sequence[Ended]:
        """See the port."""
        query = f"""
            select {COLUMNS}, s.ended_at, s.ended_by from {JOINED}
            where s.ended_at is not null and (s.organization_id is null or s.organization_id::text = %s)
            order by s.ended_at desc, s.id desc limit %s"""  # noqa: S608 - constants
        with self._database.reading() as connection:
            rows = connection.execute(query, [organization_id, limit]).fetchall()
        return [Ended(at=row.pop("ended_at"), by=row.pop("ended_by"), switch=Switch(**row)) for row in rows]


def _end(
    connection: Connection, organization_id: str, whats: Sequence[What], actor: str, now: datetime
) -> list[Switch]:
    query = f"""
        with ended as (
            update reconciler.switches set ended_at = %s, ended_by = %s
            where ended_at is null and organization_id is not distinct from %s::uuid and what = any(%s) returning *)
        select {COLUMNS} from ended s left join reconciler.organizations o on o.id = s.organization_id
        order by s.id"""  # noqa: S608 - constants
    rows = connection.execute(query, [now, actor, organization_id or None, list(whats)]).fetchall()
    return [Switch(**row) for row in rows]


def _audit(connection: Connection, switch: Switch, actor: str, at: datetime, what: str, detail: dict[str, Any]) -> None:
    subject = switch.organization or "every organisation"
    identity = switch.organization_id or None
    write_audit(connection, at, actor, identity, f"switch-{switch.what}-{what}", subject, detail)
