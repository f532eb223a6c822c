"""Business Central: whole vouchers in one transaction, waiting in a journal until they are posted."""

from collections import Counter
from typing import ClassVar

from contracts.systems.register import AT_ONCE, fill_claims
from contracts.systems.simulated import OfEntra
from contracts.systems.system import Lack, Poison, Requests, Sql

from reconciler.simulators.business_central.company import COMPANY, JOURNAL

TENANT, CLIENT = "6f2a1c58-94d7-4be0-a3f1-7c5d8e902b14", "reconciler"
SECRET, NEWER_SECRET = "S3cret-of-the-contracts", "S3cret-of-the-contracts-2"
LOGINS = ("--client", f"{CLIENT}:{SECRET}", "--tenant", TENANT, "--rate", "100000/1")


class BusinessCentral(OfEntra):
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
    paced_in = "business_central.app"
    known_by = "other id"  # a posted entry is no journal line
    lacks: ClassVar = {
        "repeats": Lack("it takes a repeat for another voucher", lambda _, create: create.idempotency == "C"),
        "late rejection": AT_ONCE,
        "expiry": Lack("one request carries all three documents", lambda _, create: create.batch.documents > 2),
    }

    @property
    def poison(self) -> Poison:  # type: ignore[override]  # its words end with an id that is new each time
        """In the words that were said last."""
        return Poison(self._simulator.books()["said"], "accountNumber", "to: accountNumber")

    def fill(self, sql: Sql, count: int) -> None:
        fill_claims(sql, self.organization, count)

    def spoil(self, sql: Sql, *positions: int) -> None:
        self._simulator.control("/_company", drop_account="7140")
        chosen = ", ".join(map(str, positions))
        sql(f"update app.expense_claims set expense_type = 'travel' where right(id::text, 12)::int in ({chosen})")

    def mend(self, sql: Sql) -> None:
        sql("update app.expense_claims set expense_type = 'materials'")

    def booked(self) -> Counter[str]:
        """Each voucher has one line that owes the volunteer; its reference is in the journal, and by its number."""
        return Counter(self._simulator.books()["references"])

    def requests(self) -> Requests:
        found = self._simulator.books()["requests"]
        return Requests(found["batches"], found["reads"], found["refused"], found["throttled"])
