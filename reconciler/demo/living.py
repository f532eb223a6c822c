"""What people do in the demo's app, day by day: claims are handed in, approved and changed, activities written down."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import psycopg

from reconciler.demo.people import BLINDEFORBUNDET, FOURTH_ORGANIZATION, OTHER_ORGANIZATION
from reconciler.demo.records import ZONE

HLF, NHF = FOURTH_ORGANIZATION, OTHER_ORGANIZATION

_APPROVED = """
    update app.{table} set status = 'approved', approved_at = %(at)s, updated_at = %(at)s
    where id in (select id from app.{table} where organization_id = %(organization)s and status = 'submitted'
        and {wanted} order by id limit %(many)s)"""
_HANDED_IN = """
    insert into app.expense_claims (id, organization_id, volunteer_id, volunteer_number, expense_type, description,
        incurred_on, submitted_at, approved_at, status, amount, currency, cost_center, project, receipt, created_at,
        updated_at)
    select md5(id::text || %(at)s || %(kind)s)::uuid, organization_id, volunteer_id, volunteer_number, %(kind)s,
        %(what)s, %(day)s, %(at)s, %(at)s, 'approved', %(amount)s, currency, cost_center, project, receipt, %(at)s,
        %(at)s
    from app.expense_claims where organization_id = %(organization)s and status = 'approved' and receipt is not null
    order by id limit 1"""
_LOGGED = """
    insert into app.activity_logs (id, organization_id, volunteer_id, activity_type, started_at, minutes, participants,
        digital, department, notes, created_at, updated_at)
    select md5(id::text || %(at)s)::uuid, organization_id, volunteer_id, activity_type, %(at)s, minutes, participants,
        digital, department, notes, %(written)s, %(written)s
    from app.activity_logs where organization_id = %(organization)s order by id limit %(many)s"""
_CHANGED = """
    update app.expense_claims set amount = amount + 200, updated_at = %(at)s where id = (
        select c.id from app.expense_claims c join reconciler.exports e on e.record_id = c.id::text
        where c.organization_id = %(organization)s and c.expense_type = 'meeting' order by c.id limit 1)"""


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """A moment of a day in Oslo."""
    return datetime.combine(day, time(hour, minute), ZONE)


@dataclass(frozen=True, slots=True)
class App:
    """The app's tables, written to as the app would."""

    database_url: str

    def approve(self, day: date, expenses: int, trips: int) -> None:
        """Blindeforbundet's approver goes through what was handed in."""
        asked = {"at": at(day, 13), "organization": BLINDEFORBUNDET}
        whole = "receipt is not null and cost_center is not null"
        self._do(_APPROVED.format(table="expense_claims", wanted=whole), asked | {"many": expenses})
        self._do(_APPROVED.format(table="mileage_claims", wanted="true"), asked | {"many": trips})

    def hand_in(self, day: date, kind: str, what: str, amount: int) -> None:
        """A claim of HLF's, approved on the same day."""
        asked = {"at": at(day, 14), "day": day - timedelta(days=1), "organization": HLF}
        self._do(_HANDED_IN, asked | {"kind": kind, "what": what, "amount": amount})

    def log(self, day: date, organization: UUID, many: int) -> None:
        """Activities of an evening are written down."""
        asked = {"at": at(day, 18), "written": at(day, 20), "organization": organization}
        self._do(_LOGGED, asked | {"many": many})

    def change(self, day: date) -> None:
        """A claim of Blindeforbundet's is mended after it was sent."""
        self._do(_CHANGED, {"at": at(day, 15), "organization": BLINDEFORBUNDET})

    def _do(self, query: str, asked: dict[str, Any]) -> None:
        with psycopg.connect(self.database_url) as connection:
            connection.execute(query, asked)
