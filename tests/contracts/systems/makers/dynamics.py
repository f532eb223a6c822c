"""Dynamics on Dataverse: rows created under our own key, fifty to a `$batch`, and found again by that key."""

from collections import Counter
from collections.abc import Callable, Mapping
from typing import ClassVar

import pytest
from contracts.systems.register import AT_ONCE, fill_activities
from contracts.systems.system import Poison, Requests, Sql, System
from parts.served import Served

from reconciler.simulators.rates import Rate, Window

TENANT = "6f2a1c58-94d7-4be0-a3f1-7c5d8e902b14"
CLIENT, SECRET, NEWER_SECRET = "reconciler-app", "S3cret-of-the-application", "S3cret-of-the-application-2"
LOGINS = ("--client", f"{CLIENT}:{SECRET}", "--tenant", TENANT, "--rate", "100000/300")
TABLE = "hlf_activities"
FAULTS = {
    "lost": "lose_response_after_commit",
    "late": "stall_before_commit",
    "away": "maintenance",
    "throttled": "throttle",
    "garbled": "garbage",
    "html": "html",
    "revoked": "reject_credential",
    "exhausted": "refuse",
    "hidden": "hide_from_reads",
}
SHORTEST, TOO_LONG = "Oslo", "Drammen"
"""Units that fit into the column once a record is spoilt, and that do not."""
LENGTH = (
    "The length of the 'hlf_unit' attribute of the 'hlf_activity' entity exceeded the maximum allowed length of '4'."
)


class Dynamics(System):
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
    culprit = "client secret"
    known_by = "reference"
    poison = Poison(f"A validation error occurred. {LENGTH}", "hlf_unit", "to: hlf_unit")
    poison_requests = 10
    lacks: ClassVar = {"late rejection": AT_ONCE}

    def __init__(self, simulator: Served) -> None:
        self._simulator = simulator

    @property
    def url(self) -> str:
        return self._simulator.url

    def reset(self) -> None:
        self._simulator.control("/_reset")

    def fill(self, sql: Sql, count: int) -> None:
        fill_activities(sql, self.organization, count)

    def spoil(self, sql: Sql, *positions: int) -> None:
        column = {"name": "hlf_unit", "kind": "String", "max_length": len(SHORTEST)}
        self._simulator.control("/_tables", table=TABLE, column=column)
        chosen = ", ".join(map(str, positions))
        sql(f"update app.activity_logs set department = '{TOO_LONG}' where right(id::text, 12)::int in ({chosen})")

    def mend(self, sql: Sql) -> None:
        sql(f"update app.activity_logs set department = '{SHORTEST}'")

    def arm(self, word: str, *, times: int = 1, on: str = "write", seconds: float = 0.0) -> None:
        more = {"status": 402} if word == "exhausted" else {}
        kind = "any" if word == "revoked" else on
        self._simulator.control("/_faults", fault=FAULTS[word], times=times, on=kind, seconds=seconds, **more)

    def calm(self) -> None:
        self._simulator.control("/_faults", clear=True)

    def admit(self, credential: Mapping[str, str]) -> None:
        self._simulator.control("/_tokens", add=":".join(credential.values()))

    def revoke(self, credential: Mapping[str, str]) -> None:
        """Its time is up: the directory still knows the application."""
        self._simulator.control("/_tokens", end=":".join(credential.values()))

    def booked(self) -> Counter[str]:
        """How often each row was written: one that is overwritten counts twice, as a second one would."""
        rows = [row for row in self._simulator.books()["records"] if row["table"] == TABLE]
        return sum((Counter({row["values"]["hlf_reference"]: row["written"]}) for row in rows), Counter[str]())

    def requests(self) -> Requests:
        found = self._simulator.books()["requests"]
        return Requests(found["writes"], found["reads"], found["refused"], found["throttled"])

    def enforce_pace(self, patch: pytest.MonkeyPatch, monotonic: Callable[[], float]) -> None:
        assert self.kind.pace
        patch.setattr("reconciler.simulators.dataverse.app.monotonic", monotonic)
        rate = Rate(self.kind.pace.requests, float(self.kind.pace.seconds))
        self._simulator.app.state.simulated.window = Window(rate)

    def expire(self) -> None:
        self._simulator.control("/_tokens", expire=True)
