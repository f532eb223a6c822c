"""What the types that a member register stands for have in common: its fault switches, its books, its counters."""

from collections import Counter
from collections.abc import Mapping
from typing import ClassVar

from contracts.systems.simulated import Simulated
from contracts.systems.system import Lack, Requests, Sql

from reconciler.specs.models.access import ClientCredentials

KEY, NEWER_KEY = "K3y-of-the-contracts", "K3y-of-the-contracts-2"
CLIENT, SECRET, NEWER_SECRET = "reconciler", "S3cret-of-the-contracts", "S3cret-of-the-contracts-2"
LOGINS = ("--token", KEY, "--client", f"{CLIENT}:{SECRET}", "--rate", "10000/1")

AT_ONCE = Lack(
    "it answers at once, and says nothing later",
    lambda _, create: all(each.proves != "rejected_late" for each in create.lookups),
)
NO_END = Lack("its key has no end", lambda kind, _: not isinstance(kind.auth, ClientCredentials))


class Register(Simulated):
    """A type whose simulator is the register. `collection` is where its documents are booked."""

    collection: ClassVar[str]
    login: ClassVar[str] = "key"
    paced_in = "register.app"

    def admit(self, credential: Mapping[str, str]) -> None:
        self._simulator.control("/_tokens", kind=self.login, add=self._login(credential))

    def revoke(self, credential: Mapping[str, str]) -> None:
        self._simulator.control("/_tokens", kind=self.login, revoke=self._login(credential))

    def booked(self) -> Counter[str]:
        rows = self._simulator.books()["records"]
        return Counter(row["reference"] for row in rows if row["collection"] == self.collection)

    def requests(self) -> Requests:
        found = self._simulator.books()["requests"]
        return Requests(found["writes"], found["reads"], found["refused"], found["throttled"])

    def refuse(self, field: str, value: str) -> None:
        """Refuse records with this value from now on."""
        self._simulator.control("/_refuse", field=field, value=value)

    def _login(self, credential: Mapping[str, str]) -> str:
        return ":".join(credential.values())


def fill_activities(sql: Sql, organization: str, count: int) -> None:
    sql("delete from app.activity_logs")
    sql(
        """
        insert into app.activity_logs (id, organization_id, volunteer_id, activity_type, started_at, minutes,
            participants, digital, department, created_at, updated_at)
        select ('00000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, o.id, gen_random_uuid(), 'conversation',
            timestamptz '2026-01-10 08:00+01' + n * interval '1 minute', 60, 4, false, 'Oslo', now(), now()
        from reconciler.organizations o, generate_series(1, %s) as n where o.name = %s""",
        count,
        organization,
    )


def fill_claims(sql: Sql, organization: str, count: int) -> None:
    sql("delete from app.expense_claims")
    sql(
        """
        insert into app.expense_claims (id, organization_id, volunteer_id, volunteer_number, expense_type,
            incurred_on, submitted_at, approved_at, status, amount, currency, cost_center, receipt, created_at,
            updated_at)
        select ('00000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, o.id, gen_random_uuid(), 'V10001',
            'materials', date '2026-01-05', at, at, 'approved', 100 + n, 'NOK', '310', 'receipts/2026/x', at, at
        from reconciler.organizations o, (
            select n, timestamptz '2026-01-10 08:00+01' + n * interval '1 minute' as at
            from generate_series(1, %s) as n) as claims where o.name = %s""",
        count,
        organization,
    )


def fill_honorariums(sql: Sql, organization: str, count: int) -> None:
    sql("delete from app.driver_honorariums")
    sql(
        """
        insert into app.driver_honorariums (id, organization_id, driver_id, driver_number, driven_on, hours, amount,
            currency, department, status, approved_at, created_at, updated_at)
        select ('00000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, o.id, gen_random_uuid(), 'V10031',
            date '2026-01-05', 2.5, 100 + n, 'NOK', 'Oslo', 'approved',
            timestamptz '2026-01-10 08:00+01' + n * interval '1 minute', now(), now()
        from reconciler.organizations o, generate_series(1, %s) as n where o.name = %s""",
        count,
        organization,
    )


def set_minutes(sql: Sql, minutes: int, *positions: int) -> None:
    """The duration of these activities; of all where none is named."""
    chosen = "" if not positions else f" where right(id::text, 12)::int in ({', '.join(map(str, positions))})"
    sql(f"update app.activity_logs set minutes = %s{chosen}", minutes)
