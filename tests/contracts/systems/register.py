"""What the types that a member register stands for have in common: its fault switches, its books, its counters."""

from collections import Counter
from collections.abc import Callable, Mapping
from typing import ClassVar

import pytest
from contracts.systems.system import Lack, Requests, Sql, System
from parts.served import Served

from reconciler.simulators.rates import Rate, Window
from reconciler.specs.models.access import ClientCredentials

KEY, NEWER_KEY = "K3y-of-the-contracts", "K3y-of-the-contracts-2"
CLIENT, SECRET, NEWER_SECRET = "reconciler", "S3cret-of-the-contracts", "S3cret-of-the-contracts-2"
LOGINS = ("--token", KEY, "--client", f"{CLIENT}:{SECRET}", "--rate", "10000/1")

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
AT_ONCE = Lack(
    "it answers at once, and says nothing later",
    lambda _, create: all(each.proves != "rejected_late" for each in create.lookups),
)
NO_END = Lack("its key has no end", lambda kind, _: not isinstance(kind.auth, ClientCredentials))


class Register(System):
    """A type whose simulator is the register. `collection` is where its documents are booked."""

    collection: ClassVar[str]
    login: ClassVar[str] = "key"

    def __init__(self, simulator: Served) -> None:
        self._simulator = simulator

    @property
    def url(self) -> str:
        return self._simulator.url

    def reset(self) -> None:
        self._simulator.control("/_reset")

    def arm(self, word: str, *, times: int = 1, on: str = "write", seconds: float = 0.0) -> None:
        more = {"status": 402} if word == "exhausted" else {}
        kind = "any" if word == "revoked" else on
        self._simulator.control("/_faults", fault=FAULTS[word], times=times, on=kind, seconds=seconds, **more)

    def calm(self) -> None:
        self._simulator.control("/_faults", clear=True)

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

    def enforce_pace(self, patch: pytest.MonkeyPatch, monotonic: Callable[[], float]) -> None:
        assert self.kind.pace
        patch.setattr("reconciler.simulators.register.app.monotonic", monotonic)
        rate = Rate(self.kind.pace.requests, float(self.kind.pace.seconds))
        self._simulator.app.state.simulated.window = Window(rate)

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


def set_minutes(sql: Sql, minutes: int, *positions: int) -> None:
    """The duration of these activities; of all where none is named."""
    chosen = "" if not positions else f" where right(id::text, 12)::int in ({', '.join(map(str, positions))})"
    sql(f"update app.activity_logs set minutes = %s{chosen}", minutes)
