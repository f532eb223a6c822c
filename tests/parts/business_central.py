"""The Business Central simulator seen from outside, and the built-in type for it, with changes of a test's own."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

from parts.declared import plain
from parts.served import Served, served
from reconciler.adapters.edge import at_once
from reconciler.adapters.odata import OdataAdapter
from reconciler.adapters.protocols import Opening, adapter
from reconciler.clock import StagedClock
from reconciler.ports import Outgoing
from reconciler.runs.export import Open
from reconciler.simulators.business_central.company import COMPANY, JOURNAL
from reconciler.specs.models.integration_type import IntegrationType
from reconciler.vaults.secret import Secret

ROOT = Path(__file__).parents[2]
TENANT, CLIENT, SECRET = "6f2a1c58-94d7-4be0-a3f1-7c5d8e902b14", "reconciler-app", "S3cret-of-the-application"
LOGIN = (f"--client={CLIENT}:{SECRET}", f"--tenant={TENANT}", "--rate=100000/300")
API = f"/v2.0/{TENANT}/Production/api/v2.0/"
HERE = f"companies({COMPANY})"
LINES = f"{HERE}/journals({JOURNAL})/journalLines"
POST = f"{HERE}/journals({JOURNAL})/Microsoft.NAV.post"
SETTINGS = {"tenant": TENANT, "environment_name": "Production", "company": COMPANY, "journal": JOURNAL}
NOW = datetime(2026, 3, 2, 7, tzinfo=UTC)


def declared() -> dict[str, Any]:
    """The built-in type as it is read: every scalar is text."""
    path = ROOT / "specs" / "integration-types" / "business_central.yaml"
    found: dict[str, Any] = plain(path.read_text(encoding="utf-8"))["spec"]
    return found


@dataclass
class Company:
    """A running company; `ask` is a client that has a token."""

    served: Served
    client: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=20, trust_env=False, verify=False))

    @property
    def base(self) -> str:
        return self.served.origin

    def control(self, path: str, **order: Any) -> dict[str, Any]:
        return self.served.control(path, **order)

    def arm(self, fault: str, **more: Any) -> None:
        self.control("/_faults", fault=fault, **more)

    def calm(self) -> None:
        self.control("/_faults", clear=True)

    def books(self) -> dict[str, Any]:
        return self.served.books()

    def token(self, secret: str = SECRET, tenant: str = TENANT, **change: str) -> httpx.Response:
        form = {"grant_type": "client_credentials", "client_id": CLIENT, "client_secret": secret}
        form |= {"scope": "https://api.businesscentral.dynamics.com/.default", **change}
        return self.client.post(f"{self.base}/{tenant}/oauth2/v2.0/token", data=form)

    def reset(self) -> None:
        self.control("/_reset")
        self.client.headers["Authorization"] = f"Bearer {self.token().json()['access_token']}"

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
        return self.client.request(method, f"{self.base}{API}{path}", json=body, headers=headers)

    def batch(self, *operations: Mapping[str, Any], **headers: str) -> httpx.Response:
        return self.ask("POST", "$batch", {"requests": list(operations)}, **headers)

    def vouchers(self) -> dict[str, list[float]]:
        """The amounts that stand under each number of ours, waiting or posted."""
        found: dict[str, list[float]] = {}
        for line in self.books()["lines"]:
            found.setdefault(line["values"]["documentNumber"], []).append(line["values"]["amount"])
        for entry in self.books()["entries"]:
            found.setdefault(entry["documentNumber"], []).append(entry["debitAmount"] - entry["creditAmount"])
        return found

    def once(self) -> bool:
        """Whether each voucher stands there once, whole."""
        return all(len(amounts) == 2 and sum(amounts) == 0 for amounts in self.vouchers().values())


@contextmanager
def company() -> Iterator[Company]:
    """A company in this process."""
    with served("business_central", *LOGIN) as simulator:
        found = Company(simulator)
        try:
            yield found
        finally:
            found.client.close()


@contextmanager
def line_to(
    url: str, settings: Mapping[str, str] = SETTINGS, secret: str = SECRET, client: str = CLIENT, **change: Any
) -> Iterator[OdataAdapter]:
    """An adapter for vouchers. `change` replaces parts of the declaration."""
    kind = IntegrationType.model_validate({**declared(), **change})
    opening = Opening(url, at_once, StagedClock(NOW), Secret, simulated=True)
    found = adapter(kind, "voucher", settings, Secret({"client_id": client, "client_secret": secret}), opening)
    assert isinstance(found, OdataAdapter)
    try:
        yield found
    finally:
        found.close()


def entry(
    amount: str = "452.50", number: str = "2026000001", reference: str = "RCN-1", **change: Any
) -> dict[str, Any]:
    """A line's fields as they are frozen."""
    return {
        "documentNumber": number,
        "externalDocumentNumber": reference,
        "postingDate": "2026-03-02",
        "accountNumber": "7140",
        "amount": amount,
        "description": "Utlegg 2026-02-27",
        **change,
    }


def voucher(number: int = 1, amount: str = "452.50", **change: Any) -> Outgoing:
    """A document as the ledger freezes it."""
    reference, own = f"RCN-{number}", str(2026000000 + number)
    lines = [
        {"name": "cost", "fields": entry(amount, own, reference, **change)},
        {"name": "payable", "fields": entry(f"-{amount}", own, reference, accountNumber="2910")},
    ]
    return Outgoing(reference, {"lines": lines})


def open_row(number: int = 1) -> Open:
    """The ledger's row of that voucher."""
    fields = dict.fromkeys(Open.__dataclass_fields__) | {"id": number, "number": 2026000000 + number}
    return Open(**{**fields, "reference": f"RCN-{number}", "state": "unknown", "target_ids": (), "lines": 2})
