"""Consio, as far as it is known: tokens by discovery, and one record under our own key per request."""

from typing import ClassVar

from contracts.systems.register import AT_ONCE, CLIENT, NEWER_SECRET, SECRET, Register, fill_honorariums
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
        fill_honorariums(sql, self.organization, count)

    def spoil(self, sql: Sql, *positions: int) -> None:
        self.refuse("actNo", "V99999")
        chosen = ", ".join(map(str, positions))
        sql(f"update app.driver_honorariums set driver_number = 'V99999' where right(id::text, 12)::int in ({chosen})")

    def mend(self, sql: Sql) -> None:
        sql("update app.driver_honorariums set driver_number = 'V10031'")

    def expire(self) -> None:
        self._simulator.control("/_tokens", expire=True)
