"""Consio, as far as it is known: tokens by discovery, and one record under our own key per request."""

from typing import ClassVar

from contracts.systems.register import AT_ONCE, CLIENT, NEWER_SECRET, SECRET, Register
from contracts.systems.system import Lack, Poison, Sql


class Consio(Register):
    """Driver honorariums, created under our reference and never overwritten."""

    type, organization, integration = "consio", "nhf", "consio"
    category, document, collection = "driver_honorariums", "honorarium", "honorariums"
    mapping = "orgs/nhf/mappings/driver-honorariums.yaml"
    settings: ClassVar = {"customer": "nhf", "address": "https://nhf.consio.no"}
    login = "client"
    credential: ClassVar = {"client_id": CLIENT, "client_secret": SECRET}
    newer: ClassVar = {"client_id": CLIENT, "client_secret": NEWER_SECRET}
    wrong: ClassVar = {"client_id": CLIENT, "client_secret": "S3cret-that-nobody-knows"}
    poison = Poison("'V99999' is not known", "actNo", "to: actNo")
    poison_requests = 500
    lacks: ClassVar = {
        "late rejection": AT_ONCE,
        "batch": Lack("a request carries one record", lambda _, create: create.batch.documents == 1),
    }

    def fill(self, sql: Sql, count: int) -> None:
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
            self.organization,
        )

    def spoil(self, sql: Sql, *positions: int) -> None:
        self.refuse("actNo", "V99999")
        chosen = ", ".join(map(str, positions))
        sql(f"update app.driver_honorariums set driver_number = 'V99999' where right(id::text, 12)::int in ({chosen})")

    def mend(self, sql: Sql) -> None:
        sql("update app.driver_honorariums set driver_number = 'V10031'")

    def expire(self) -> None:
        self._simulator.control("/_tokens", expire=True)
