"""The Dataverse simulator as a process, and the built-in type for it, with changes of a test's own.

A conftest that wants the fixtures imports them by name.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from parts.declared import plain
from parts.simulator import Simulator
from reconciler.adapters.protocols import Opening, adapter
from reconciler.clock import StagedClock
from reconciler.ports import Adapter, Outgoing
from reconciler.specs.models.integration_type import IntegrationType
from reconciler.vaults.secret import Secret

ROOT = Path(__file__).parents[2]
TENANT, CLIENT, SECRET = "6f2a1c58-94d7-4be0-a3f1-7c5d8e902b14", "reconciler-app", "S3cret-of-the-application"
TABLE = "hlf_activities"
LOGIN = (f"--client={CLIENT}:{SECRET}", f"--tenant={TENANT}")
ROOT_PATH = "/api/data/v9.2/"


def declared() -> dict[str, Any]:
    """The built-in type as it is read: every scalar is text."""
    path = ROOT / "specs" / "integration-types" / "dynamics.yaml"
    found: dict[str, Any] = plain(path.read_text(encoding="utf-8"))["spec"]
    return found


class Dataverse(Simulator):
    """A running environment; `ask` is a client that has a token."""

    def __init__(self, *options: str) -> None:
        super().__init__("dynamics", *LOGIN, *options)

    def token(self, secret: str = SECRET, **change: str) -> Any:
        form = {"grant_type": "client_credentials", "client_id": CLIENT, "client_secret": secret}
        form |= {"scope": "https://hlf-test.crm19.dynamics.com/.default", **change}
        tenant = form.pop("tenant", TENANT)
        return self.client.post(f"{self.base}/{tenant}/oauth2/v2.0/token", data=form)

    def reset(self) -> None:
        self.control("/_reset")
        self.client.headers["Authorization"] = f"Bearer {self.token().json()['access_token']}"

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        return self.client.request(method, f"{self.base}{ROOT_PATH}{path}", json=body, headers=headers)

    def rows(self, table: str = TABLE) -> dict[str, int]:
        """How often each row was written, by our reference."""
        rows = [row for row in self.books()["records"] if row["table"] == table]
        assert len({row["values"]["hlf_reference"] for row in rows}) == len(rows), "a reference stands twice"
        return {row["values"]["hlf_reference"]: row["written"] for row in rows}


@pytest.fixture(scope="session")
def environment() -> Iterator[Dataverse]:
    """An environment with the limits that it has unless told otherwise: no test comes near them."""
    simulator = Dataverse()
    yield simulator
    assert simulator.stop() == (0, "")


@pytest.fixture
def dataverse(environment: Dataverse) -> Dataverse:
    """An environment as fresh as after its start, with empty tables; its client has a token."""
    environment.reset()
    return environment


@dataclass
class Minside:
    """Adapters for HLF's table at an address. `change` replaces parts of the declaration; `turns` counts requests as
    the pace does.
    """

    url: str
    settings: dict[str, str] = field(
        default_factory=lambda: {
            "address": "https://hlf-test.crm19.dynamics.com",
            "tenant": TENANT,
            "table": TABLE,
            "key": "hlf_reference",
        }
    )
    secret: Secret = field(default_factory=lambda: Secret({"client_id": CLIENT, "client_secret": SECRET}))
    more: dict[str, Any] = field(default_factory=dict)
    opened: list[Adapter] = field(default_factory=list)
    turns: list[None] = field(default_factory=list)
    clock: StagedClock = field(default_factory=lambda: StagedClock(datetime(2026, 3, 2, 7, tzinfo=UTC)))

    def adapter(self, document: str = "activity", **change: Any) -> Adapter:
        kind = IntegrationType.model_validate({**declared(), **change})
        opening = Opening(self.url, self._turn, self.clock, Secret, **{"simulated": True, **self.more})
        self.opened.append(adapter(kind, document, self.settings, self.secret, opening))
        return self.opened[-1]

    def _turn(self, weight: int = 1) -> None:
        self.turns += [None] * weight

    def close(self) -> None:
        for each in self.opened:
            each.close()


def activity(reference: str, *lines: dict[str, Any], **change: Any) -> Outgoing:
    """A document as the ledger freezes it."""
    fields = {
        "hlf_reference": reference,
        "hlf_kind": "Samtale",
        "hlf_date": "2026-03-02",
        "hlf_minutes": 45,
        "hlf_participants": 7,
        "hlf_digital": False,
        **change,
    }
    rows = [{**fields, **line} for line in lines or ({},)]
    return Outgoing(reference, {"lines": [{"name": "row", "fields": row} for row in rows]})
