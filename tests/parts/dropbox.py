"""A folder by SFTP as a process, and a system of the protocol files whose whole declaration stands here."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from parts.declared import plain
from parts.simulator import Simulator
from reconciler.adapters.edge import at_once
from reconciler.adapters.protocols import Opening, adapter
from reconciler.clock import StagedClock
from reconciler.ports import Adapter, Outgoing
from reconciler.runs.export import Open, batch_of
from reconciler.runs.outcome import Settled, Unknown
from reconciler.specs.models.integration_type import IntegrationType
from reconciler.vaults.secret import Secret

USER, PASSWORD = "klubben", "Pa55word-of-the-dropbox"
CLAIMED = datetime(2026, 3, 2, 8, tzinfo=UTC)
TYPE = """
label: {en: Post, nb: Post}
protocol: files
environments: {simulator: {}, production: {setting: address}}
auth: {scheme: ssh}
credentials: {secret: {en: Password, nb: Passord}}
settings:
  identity: [club]
  schema:
    type: object
    properties: {club: {type: string}, address: {type: string}, user: {type: string}, host_key: {type: string}}
    required: [club]
test: {folder: in, finds: [{label: {en: Folder, nb: Mappe}, text: "{folder}"}]}
documents:
  visit:
    label: {en: Visit, nb: Besøk}
    fields:
      reference: {type: text, required: true, label: {en: Ours, nb: Vår}}
      text: {type: text, label: {en: Text, nb: Tekst}}
      date: {type: date, label: {en: Day, nb: Dag}}
      amount: {type: money, label: {en: Amount, nb: Beløp}}
    create:
      idempotency: A
      reference: reference
      batch: {documents: 3, nodes: 9}
      drop:
        format: csv
        folder: in
        name: "{club}-{batch}.csv"
        amount: amount
        acknowledgement: "ack/{club}-{batch}.json"
        results:
          items: results
          correlate: ref
          status: status
          means: {created: sent, duplicate: exists, error: rejected, later: unknown}
        refusals: {file: "err/{club}-{batch}.csv", reference: reference, message: message, field: field}
"""


class Dropbox(Simulator):
    """A running folder. `url` is its SFTP side, `base` its control side."""

    def __init__(self, *options: str, name: str = "dropbox") -> None:
        super().__init__(name, "--user", f"{USER}:{PASSWORD}", *options)
        self.base = self.ready_line.split()[2]

    def server(self) -> dict[str, str]:
        return self.client.get(f"{self.base}/_server").json()

    @property
    def folder(self) -> Path:
        return Path(self.server()["folder"])

    def files(self, under: str = "in") -> list[str]:
        return [each for each in self.books()["files"] if each.startswith(f"{under}/")]

    def take(self, **order: Any) -> list[str]:
        return self.control("/_take", order)["taken"]

    def booked(self) -> dict[str, int]:
        """Reference to how many batches brought it."""
        return {row["reference"]: len(row["batches"]) for row in self.books()["records"]}


@dataclass
class Post:
    """Adapters for the system, and what they need. `change` replaces keys of the drop."""

    url: str
    settings: dict[str, str] = field(default_factory=lambda: {"club": "kk", "user": USER})
    secret: Secret = field(default_factory=lambda: Secret({"secret": PASSWORD}))
    more: dict[str, Any] = field(default_factory=dict)
    opened: list[Adapter] = field(default_factory=list)

    def adapter(self, **change: Any) -> Adapter:
        declared = plain(TYPE)
        drop = declared["documents"]["visit"]["create"]["drop"]
        drop.update(change)
        declared["documents"]["visit"]["create"]["drop"] = {k: v for k, v in drop.items() if v is not None}
        kind = IntegrationType.model_validate(declared)
        clock = StagedClock(CLAIMED)
        opening = Opening(self.url, at_once, clock, Secret, **{"simulated": True, **self.more})
        self.opened.append(adapter(kind, "visit", self.settings, self.secret, opening))
        return self.opened[-1]

    def close(self) -> None:
        for each in self.opened:
            each.close()


def visits(*references: str, **fields: str) -> list[Outgoing]:
    """Documents of one line each."""
    given = {"text": "Besøk", "date": "2026-03-01", "amount": "12.50", **fields}
    return [
        Outgoing(each, {"lines": [{"name": "line", "fields": {"reference": each, **given}}]}, CLAIMED)
        for each in references
    ]


def opened(*references: str, state: str = "unknown", batch: str | None = None) -> list[Open]:
    """Rows of one batch."""
    name = batch_of(references) if batch is None else batch
    return [
        Open(place, "c", each, 1, each, place, state, Decimal("12.50"), (), CLAIMED, None, 1, name)
        for place, each in enumerate(references)
    ]


def codes(answer: object) -> set[str]:
    """The codes of what an answer left unknown."""
    assert isinstance(answer, Settled)
    return {each.code if isinstance(each, Unknown) else "" for each in answer.outcomes.values()}
