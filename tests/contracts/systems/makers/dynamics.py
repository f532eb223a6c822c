"""Dynamics on Dataverse: rows created under our own key, fifty to a `$batch`, and found again by that key."""

from collections import Counter
from typing import ClassVar

from contracts.systems.register import AT_ONCE, fill_activities
from contracts.systems.simulated import OfEntra
from contracts.systems.system import Poison, Requests, Sql

TENANT = "6f2a1c58-94d7-4be0-a3f1-7c5d8e902b14"
CLIENT, SECRET, NEWER_SECRET = "reconciler-app", "S3cret-of-the-application", "S3cret-of-the-application-2"
LOGINS = ("--client", f"{CLIENT}:{SECRET}", "--tenant", TENANT, "--rate", "100000/300")
TABLE = "hlf_activities"
SHORTEST, TOO_LONG = "Oslo", "Drammen"
"""Units that fit into the column once a record is spoilt, and that do not."""
LENGTH = (
    "The length of the 'hlf_unit' attribute of the 'hlf_activity' entity exceeded the maximum allowed length of '4'."
)


class Dynamics(OfEntra):
    """Activities on the member portal, one row each. A spent budget is told as HTTP has it: no code of one is known."""

    type, organization, integration = "dynamics", "hlf", "min-side-activities"
    category, document = "activity_logs", "activity"
    mapping = "orgs/hlf/mappings/activity-logs.yaml"
    settings: ClassVar = {
        "address": "https://hlf-test.crm19.dynamics.com",
        "tenant": TENANT,
        "table": TABLE,
        "key": "hlf_reference",
    }
    credential: ClassVar = {"client_id": CLIENT, "client_secret": SECRET}
    newer: ClassVar = {"client_id": CLIENT, "client_secret": NEWER_SECRET}
    wrong: ClassVar = {"client_id": CLIENT, "client_secret": "S3cret-that-nobody-knows"}
    paced_in = "dataverse.app"
    known_by = "reference"
    poison = Poison(f"A validation error occurred. {LENGTH}", "hlf_unit", "to: hlf_unit")
    poison_requests = 10
    lacks: ClassVar = {"late rejection": AT_ONCE}

    def fill(self, sql: Sql, count: int) -> None:
        fill_activities(sql, self.organization, count)

    def spoil(self, sql: Sql, *positions: int) -> None:
        column = {"name": "hlf_unit", "kind": "String", "max_length": len(SHORTEST)}
        self._simulator.control("/_tables", table=TABLE, column=column)
        chosen = ", ".join(map(str, positions))
        sql(f"update app.activity_logs set department = '{TOO_LONG}' where right(id::text, 12)::int in ({chosen})")

    def mend(self, sql: Sql) -> None:
        sql(f"update app.activity_logs set department = '{SHORTEST}'")

    def booked(self) -> Counter[str]:
        """How often each row was written: one that is overwritten counts twice, as a second one would."""
        rows = [row for row in self._simulator.books()["records"] if row["table"] == TABLE]
        return sum((Counter({row["values"]["hlf_reference"]: row["written"]}) for row in rows), Counter[str]())

    def requests(self) -> Requests:
        found = self._simulator.books()["requests"]
        return Requests(found["writes"], found["reads"], found["refused"], found["throttled"])
