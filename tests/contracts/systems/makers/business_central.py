"""Business Central: whole vouchers in one transaction, waiting in a journal until they are posted."""

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import pytest
from contracts.systems.register import AT_ONCE
from contracts.systems.system import Lack, Poison, Requests, Sql, System
from parts.served import Served

from reconciler.simulators.business_central.company import COMPANY, JOURNAL
from reconciler.simulators.rates import Rate, Window

TENANT, CLIENT = "6f2a1c58-94d7-4be0-a3f1-7c5d8e902b14", "reconciler"
SECRET, NEWER_SECRET = "S3cret-of-the-contracts", "S3cret-of-the-contracts-2"
LOGINS = ("--client", f"{CLIENT}:{SECRET}", "--tenant", TENANT, "--rate", "100000/1")
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


class BusinessCentral(System):
    """Expense claims of HLF: each a voucher of two lines."""

    type, organization, integration = "business_central", "hlf", "accounts"
    category, document = "expense_claims", "voucher"
    mapping = "orgs/hlf/mappings/accounts-expense-claims.yaml"
    settings: ClassVar = {
        "tenant": TENANT,
        "environment_name": "Production",
        "company": COMPANY,
        "journal": JOURNAL,
    }
    credential: ClassVar = {"client_id": CLIENT, "client_secret": SECRET}
    newer: ClassVar = {"client_id": CLIENT, "client_secret": NEWER_SECRET}
    wrong: ClassVar = {"client_id": CLIENT, "client_secret": "S3cret-that-nobody-knows"}
    poison_requests = 12
    culprit = "client secret"
    known_by = "other id"  # a posted entry is no journal line
    lacks: ClassVar = {
        "repeats": Lack("it takes a repeat for another voucher", lambda _, create: create.idempotency == "C"),
        "late rejection": AT_ONCE,
        "expiry": Lack("one request carries all three documents", lambda _, create: create.batch.documents > 2),
    }

    def __init__(self, simulator: Served) -> None:
        self._simulator = simulator

    @property
    def poison(self) -> Poison:  # type: ignore[override]  # its words end with an id that is new each time
        """In the words that were said last."""
        return Poison(self._simulator.books()["said"], "accountNumber", "to: accountNumber")

    @property
    def url(self) -> str:
        return self._simulator.url

    def reset(self) -> None:
        self._simulator.control("/_reset")

    def fill(self, sql: Sql, count: int) -> None:
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
            self.organization,
        )

    def spoil(self, sql: Sql, *positions: int) -> None:
        self._simulator.control("/_company", drop_account="7140")
        chosen = ", ".join(map(str, positions))
        sql(f"update app.expense_claims set expense_type = 'travel' where right(id::text, 12)::int in ({chosen})")

    def mend(self, sql: Sql) -> None:
        sql("update app.expense_claims set expense_type = 'materials'")

    def arm(self, word: str, *, times: int = 1, on: str = "write", seconds: float = 0.0) -> None:
        more: dict[str, Any] = {"status": 402} if word == "exhausted" else {}
        kind = "any" if word == "revoked" else on
        self._simulator.control("/_faults", fault=FAULTS[word], times=times, on=kind, seconds=seconds, **more)

    def calm(self) -> None:
        self._simulator.control("/_faults", clear=True)

    def admit(self, credential: Mapping[str, str]) -> None:
        self._simulator.control("/_tokens", add=":".join(credential.values()))

    def revoke(self, credential: Mapping[str, str]) -> None:
        """Its time is up: the directory still knows the application."""
        self._simulator.control("/_tokens", end=":".join(credential.values()))

    def expire(self) -> None:
        self._simulator.control("/_tokens", expire=True)

    def booked(self) -> Counter[str]:
        """Each voucher has one line that owes the volunteer; its reference is in the journal, and by its number."""
        return Counter(self._simulator.books()["references"])

    def requests(self) -> Requests:
        found = self._simulator.books()["requests"]
        return Requests(found["batches"], found["reads"], found["refused"], found["throttled"])

    def enforce_pace(self, patch: pytest.MonkeyPatch, monotonic: Callable[[], float]) -> None:
        assert self.kind.pace
        patch.setattr("reconciler.simulators.business_central.app.monotonic", monotonic)
        rate = Rate(self.kind.pace.requests, float(self.kind.pace.seconds))
        self._simulator.app.state.simulated.window = Window(rate)
