"""Reports in the database: applied ones, and those that were frozen, with their bytes. Append-only by trigger."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import islice
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from reconciler.database import rows
from reconciler.database.applied import check_owner, definitions
from reconciler.database.audit import write_audit
from reconciler.database.connection import Connection, Database
from reconciler.errors import PlanRefused, UsageError
from reconciler.reports.document import Figure
from reconciler.runs.reported import AppliedReport, HandOver, Kept, ToKeep
from reconciler.specs.sentences import say

AT_ONCE = 5000
"""Rows of a statement."""
_FROZEN = """
    select f.id, f.report, f.rules, f.year, f.version, f.head, f.figures, f.corrections, f.digest, f.reason,
        f.frozen_by, f.frozen_at, c.differences, c.compared_at,
        (select jsonb_object_agg(name, sha256) from reconciler.report_files where frozen_id = f.id) as files
    from reconciler.reports_frozen f
    left join lateral (select differences, compared_at from reconciler.report_comparisons
        where frozen_id = f.id order by id desc limit 1) c on true
    where f.organization_id = %(organization)s and f.rules = %(rules)s"""

_GIVEN = """
    select receipt, handed_over_on, handed_over_by, handed_over_to
    from reconciler.report_handovers where frozen_id = %s order by id"""


@dataclass(frozen=True, slots=True)
class ReportRow:
    """An applied report as its row says, unread."""

    organization_id: str
    organization: str
    zone: str
    name: str
    body: Mapping[str, Any]


class ReportTable:
    """The ReportStore of the engine on PostgreSQL."""

    def __init__(self, database: Database, installation: str = "") -> None:
        self._database = database
        self._installation = installation

    def rows(self, organization: str = "") -> list[ReportRow]:
        """The applied reports of all organisations or of one, by name; nothing of what is frozen."""
        query = """
            select o.id::text as organization_id, o.name as organization, o.body ->> 'zone' as zone, r.name, r.body
            from reconciler.reports r join reconciler.organizations o on o.id = r.organization_id
            where %(only)s in ('', o.name) order by o.name, r.name"""
        with self._database.reading() as connection:
            return [ReportRow(**row) for row in connection.execute(query, {"only": organization}).fetchall()]

    def applied_report(self, organization: str, name: str) -> AppliedReport:
        """See the port."""
        found = self.applied_reports(organization)
        if name not in found:
            hint = f"it has {', '.join(found)}" if found else f"add orgs/{organization}/reports/{name}.yaml, and apply"
            raise UsageError(
                say("{organization} has no applied report '{name}'", organization=organization, name=name), hint
            )
        return found[name]

    def applied_reports(self, organization: str) -> dict[str, AppliedReport]:
        """See the port."""
        with self._database.reading() as connection:
            check_owner(connection, self._installation)
            query = "select * from reconciler.organizations where name = %s"
            head = connection.execute(query, [organization]).fetchone()
            if head is None:
                raise UsageError(
                    say("the organisation '{organization}' is not applied", organization=organization),
                    "reconciler apply, then try again",
                )
            query = "select * from reconciler.reports where organization_id = %s order by name"
            found = connection.execute(query, [head["id"]]).fetchall()
            return {row["name"]: _applied(connection, head, row) for row in found}

    def frozen(self, organization_id: str, rules: str, year: int) -> list[Kept]:
        """See the port."""
        values = {"organization": organization_id, "rules": rules, "year": year}
        with self._database.reading() as connection:
            found = connection.execute(f"{_FROZEN} and f.year = %(year)s order by f.version", values).fetchall()
            return [_kept(connection, row) for row in found]

    def frozen_rows(self, kept: Kept) -> dict[str, dict[bytes, bytes]]:
        """See the port."""
        found: dict[str, dict[bytes, bytes]] = {}
        query = "select sheet, key, digest from reconciler.report_rows where frozen_id = %s order by sheet, key"
        with self._database.reading() as connection:
            for row in connection.execute(query, [kept.id]):
                found.setdefault(row["sheet"], {})[bytes(row["key"])] = bytes(row["digest"])
        return found

    def files(self, kept: Kept) -> dict[str, bytes]:
        """See the port."""
        query = "select name, content from reconciler.report_files where frozen_id = %s order by name"
        with self._database.reading() as connection:
            return {row["name"]: bytes(row["content"]) for row in connection.execute(query, [kept.id])}

    def keep_report(self, kept: ToKeep, actor: str, now: datetime) -> None:
        """See the port."""
        with self._database.transaction() as connection:
            frozen_id = _insert(connection, kept, actor, now)
            for name, (checksum, read) in sorted(kept.files.items()):
                connection.execute(
                    "insert into reconciler.report_files (frozen_id, organization_id, name, sha256, content)"
                    " values (%s, %s, %s, %s, %b)",
                    [frozen_id, kept.organization_id, name, checksum, read()],
                )
            _insert_rows(connection, frozen_id, kept)
            detail = {"version": kept.version, "digest": kept.digest, "reason": kept.reason}
            subject = f"{kept.name} {kept.year}"
            write_audit(connection, now, actor, kept.organization_id, "report-freeze", subject, detail)

    def hand_over(self, organization_id: str, kept: Kept, given: HandOver, actor: str, now: datetime) -> None:
        """See the port."""
        with self._database.transaction() as connection:
            try:
                connection.execute(
                    "insert into reconciler.report_handovers (frozen_id, organization_id, receipt, handed_over_on,"
                    " handed_over_by, handed_over_to, recorded_by, recorded_at)"
                    " values (%s, %s, %s, %s, %s, %s, %s, %s)",
                    [kept.id, organization_id, given.receipt, given.on, given.by, given.to, actor, now],
                )
            except psycopg.errors.UniqueViolation as error:
                message = say(
                    "the receipt {receipt} is recorded for version {version} already",
                    receipt=given.receipt,
                    version=kept.version,
                )
                raise UsageError(message, "nothing has to be done") from error
            detail = {"version": kept.version, "receipt": given.receipt, "on": given.on.isoformat(), "by": given.by}
            detail |= {"to": given.to} if given.to else {}
            subject = f"{kept.name} {kept.year}"
            write_audit(connection, now, actor, organization_id, "report-handed-over", subject, detail)

    def note_comparison(self, organization_id: str, kept: Kept, differences: int, now: datetime) -> None:
        """See the port."""
        with self._database.transaction() as connection:
            connection.execute(
                "insert into reconciler.report_comparisons (frozen_id, organization_id, differences, compared_at)"
                " values (%s, %s, %s, %s)",
                [kept.id, organization_id, differences, now],
            )


def _applied(connection: Connection, head: Mapping[str, Any], row: Mapping[str, Any]) -> AppliedReport:
    report = rows.report(row)
    pinned = definitions(connection, report.body["definitions"])
    return AppliedReport(str(head["id"]), rows.organization(head), report, pinned, row["revision"])


def _kept(connection: Connection, row: Mapping[str, Any]) -> Kept:
    given = connection.execute(_GIVEN, [row["id"]]).fetchall()
    names = ("id", "rules", "year", "version", "head", "digest", "reason", "frozen_by", "frozen_at")
    more = {name: row[name] for name in names}
    return Kept(
        **more,
        name=row["report"],
        figures=[_figure(each) for each in row["figures"]],
        corrections=row["corrections"],
        files=row["files"] or {},
        handed_over=[
            HandOver(each["receipt"], each["handed_over_on"], each["handed_over_by"], each["handed_over_to"])
            for each in given
        ],
        differences=row["differences"],
        compared_at=row["compared_at"],
    )


def figure_data(figure: Figure) -> dict[str, Any]:
    """A figure as it is kept; a decimal as text, so that it comes back as it went."""
    value = {"decimal": f"{figure.value:f}"} if isinstance(figure.value, Decimal) else figure.value
    return {"key": figure.key, "label": figure.label, "value": value, "unit": figure.unit, "note": figure.note}


def _figure(data: Mapping[str, Any]) -> Figure:
    value = data["value"]
    read = Decimal(value["decimal"]) if isinstance(value, dict) else value
    return Figure(data["key"], data["label"], read, data["unit"], data["note"])


def _insert(connection: Connection, kept: ToKeep, actor: str, now: datetime) -> int:
    """Raises PlanRefused where somebody froze that version meanwhile."""
    try:
        row = connection.execute(
            "insert into reconciler.reports_frozen (organization_id, report, rules, year, version, head, figures,"
            " corrections, reason, digest, frozen_by, frozen_at)"
            " values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) returning id",
            [
                *(kept.organization_id, kept.name, kept.rules, kept.year, kept.version, Jsonb(dict(kept.head))),
                *(Jsonb([figure_data(each) for each in kept.figures]), Jsonb(_listed(kept.corrections))),
                *(kept.reason, kept.digest, actor, now),
            ],
        ).fetchone()
    except psycopg.errors.UniqueViolation as error:
        message = say(
            "version {version} of the report on {year} was frozen meanwhile by somebody else",
            version=kept.version,
            year=kept.year,
        )
        raise PlanRefused(message, "look at it with report compare, then freeze again") from error
    assert row is not None
    return int(row["id"])


def _listed(sentences: Sequence[str]) -> list[str]:
    return list(sentences)


def _insert_rows(connection: Connection, frozen_id: int, kept: ToKeep) -> None:
    """Many with each statement: a portal's role may not copy into a table with row level security."""
    for sheet, found in kept.rows.items():
        rows_left = iter(found.items())
        while part := list(islice(rows_left, AT_ONCE)):
            connection.execute(
                "insert into reconciler.report_rows (frozen_id, organization_id, sheet, key, digest)"
                " select %s, %s, %s, * from unnest(%s::bytea[], %s::bytea[])",
                [frozen_id, kept.organization_id, sheet, [key for key, _ in part], [row for _, row in part]],
            )
