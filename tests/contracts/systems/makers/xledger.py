"""Xledger: vouchers staged in batches, found again in three places, and refused late by an import job."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import ClassVar

import pytest
from contracts.systems.register import NO_END, fill_claims
from contracts.systems.system import Lack, Poison, Requests, Sql, System
from parts.served import Served

from reconciler.simulators.rates import Rate
from reconciler.simulators.xledger.limits import Limits

TOKEN, NEWER = "T0ken-of-the-contracts", "T0ken-of-the-contracts-2"
LOGINS = ("--token", TOKEN, "--burst", "10000/1", "--concurrency", "50")
FAULTS = {
    "lost": "lose_response_after_commit",
    "late": "stall_before_commit",
    "away": "maintenance",
    "throttled": "burst",
    "garbled": "garbage",
    "html": "maintenance",
    "revoked": "reject_token",
    "exhausted": "insufficient_credits",
    "hidden": "hide_from_queries",
}
KINDS = {"write": "mutation", "read": "query", "any": "any"}


class Xledger(System):
    """Expense claims of the worked example: each a voucher of two lines."""

    type, organization, integration = "xledger", "blindeforbundet", "xledger"
    category, document = "expense_claims", "voucher"
    mapping = "orgs/blindeforbundet/mappings/expense-claims.yaml"
    settings: ClassVar = {"entity": "31007"}
    credential, newer, wrong = {"token": TOKEN}, {"token": NEWER}, {"token": "T0ken-that-nobody-knows"}
    poison = Poison(
        "glObject1.code: No value matching owner 31007, code '9999'.", "glObject1.code", "to: glObject1.code"
    )
    poison_requests = 3
    until = "2026-03-03"
    lacks: ClassVar = {
        "repeats": Lack("it takes a repeat for another voucher", lambda _, create: create.idempotency == "C"),
        "expiry": NO_END,
    }

    def __init__(self, simulator: Served) -> None:
        self._simulator = simulator

    @property
    def url(self) -> str:
        return self._simulator.url

    def reset(self) -> None:
        self._simulator.control("/_reset")

    def fill(self, sql: Sql, count: int) -> None:
        fill_claims(sql, self.organization, count)

    def spoil(self, sql: Sql, *positions: int) -> None:
        """By a dimension of another slot: the lists know it, so that it leaves, and this slot does not."""
        self._simulator.control("/_reference", kind="glObject2", code="9999")
        chosen = ", ".join(map(str, positions))
        sql(f"update app.expense_claims set cost_center = '9999' where right(id::text, 12)::int in ({chosen})")

    def mend(self, sql: Sql) -> None:
        sql("update app.expense_claims set cost_center = '310'")

    def arm(self, word: str, *, times: int = 1, on: str = "write", seconds: float = 0.0) -> None:
        more = {"resetAt": f"{self.until}T00:00:00"} if word == "exhausted" else {}
        kind = "any" if word == "revoked" else KINDS[on]
        self._simulator.control("/_faults", fault=FAULTS[word], times=times, on=kind, seconds=seconds, **more)

    def calm(self) -> None:
        self._simulator.control("/_faults", clear=True)

    def admit(self, credential: Mapping[str, str]) -> None:
        self._simulator.control("/_tokens", add=credential["token"])

    def revoke(self, credential: Mapping[str, str]) -> None:
        self._simulator.control("/_tokens", revoke=credential["token"])

    def booked(self) -> Counter[str]:
        """Each voucher has one line that owes the volunteer; a repeat has another under the same reference."""
        lines = [line for voucher in self._simulator.books()["vouchers"] for line in voucher["lines"]]
        return Counter(line["extIdentifier"] for line in lines if line["account"] == "2910")

    def requests(self) -> Requests:
        found = self._simulator.books()["requests"]
        return Requests(found["mutations"], found["queries"], found["refused"])

    def enforce_pace(self, patch: pytest.MonkeyPatch, monotonic: Callable[[], float]) -> None:
        assert self.kind.pace
        patch.setattr("reconciler.simulators.xledger.limits.monotonic", monotonic)
        rate = Rate(self.kind.pace.requests, float(self.kind.pace.seconds))
        state = self._simulator.app.state
        state.simulated.limits = Limits(replace(state.options, burst=rate))

    def refuse_late(self, *references: str) -> str:
        """Let the import job refuse these vouchers, and post the others; gives its words."""
        message = "The period is closed for posting."
        for each in references:
            self._simulator.control("/_fail_late", extIdentifier=each, message=message)
        self._simulator.control("/_import")
        return message
