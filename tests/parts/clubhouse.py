"""A system that is added by one YAML file: its whole declaration stands here, and no code knows of it."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from parts.declared import plain
from reconciler.adapters.edge import at_once
from reconciler.adapters.protocols import Opening, adapter
from reconciler.clock import StagedClock
from reconciler.ports import Adapter, Outgoing
from reconciler.runs.export import Open
from reconciler.specs.models.integration_type import IntegrationType
from reconciler.vaults.secret import Secret

KEY, CLIENT, PASSWORD = "K3y-of-the-register", "S3cret-of-the-client", "Pa55word-of-the-user"
TYPE = """
label: {en: Clubhouse, nb: Klubbhus}
protocol: rest
environments: {simulator: {}, production: {setting: address}}
auth: {scheme: header, header: X-API-Key, format: "{key}"}
credentials: {key: {en: Key, nb: Nøkkel}}
settings:
  identity: [club]
  schema: {type: object, properties: {club: {type: string}, address: {type: string}}, required: [club]}
test:
  path: /status
  finds: [{label: {en: Members, nb: Medlemmer}, text: "{organization.name}: {members}"}]
  confirms: [{setting: club, path: organization.number}]
documents:
  visit:
    label: {en: Visit, nb: Besøk}
    fields: &fields
      reference: {type: text, required: true, label: {en: Ours, nb: Vår}}
      date: {type: date, label: {en: Day, nb: Dag}}
      amount: {type: decimal, label: {en: Amount, nb: Beløp}}
    create:
      idempotency: C
      reference: reference
      batch: {documents: 3, nodes: 3}
      call:
        method: POST
        path: /visits/batch
        body: {batchReference: "{batch}"}
        documents: records
        key: reference
        id: id
        results:
          items: results
          correlate: ref
          status: status
          means: {created: sent, updated: sent, duplicate: exists, error: rejected}
      lookups:
        - &found
          name: there
          path: "/visits?reference={reference}"
          items: items
          key: reference
          id: id
          amount: amount
          proves: sent
  key:
    label: {en: Key, nb: Nøkkel}
    fields: *fields
    create:
      idempotency: A
      reference: reference
      batch: &one {documents: 1, nodes: 9}
      call: {method: PUT, path: "/visits/{reference}", id: id}
      lookups: [{name: there, path: "/visits/{reference}", key: reference, id: id, amount: amount, proves: posted}]
  post:
    label: {en: Post, nb: Post}
    fields: *fields
    create:
      idempotency: B
      key_life: 24h
      reference: reference
      batch: *one
      call:
        method: POST
        path: /visits
        headers: {Idempotency-Key: "{reference}"}
        key: reference
        lines: lines
        id: id
      lookups: [*found]
"""


def declared() -> dict[str, Any]:
    """The declaration as it is read: every scalar is text."""
    found: dict[str, Any] = plain(TYPE)
    return found


@dataclass
class Clubhouse:
    """Adapters for the system, and what they need. `change` replaces parts of the declaration."""

    url: str
    settings: dict[str, str] = field(default_factory=lambda: {"club": "970906513"})
    secret: Secret = field(default_factory=lambda: Secret({"key": KEY}))
    more: dict[str, Any] = field(default_factory=dict)
    opened: list[Adapter] = field(default_factory=list)
    clock: StagedClock = field(default_factory=lambda: StagedClock(datetime(2026, 3, 2, 7, tzinfo=UTC)))

    def adapter(self, document: str = "visit", **change: Any) -> Adapter:
        kind = IntegrationType.model_validate({**declared(), **change})
        opening = Opening(self.url, at_once, self.clock, Secret, **{"simulated": True, **self.more})
        self.opened.append(adapter(kind, document, self.settings, self.secret, opening))
        return self.opened[-1]

    def close(self) -> None:
        for each in self.opened:
            each.close()


def outgoing(reference: str, *lines: dict[str, str]) -> Outgoing:
    given = lines or ({"date": "2026-03-02", "amount": "12.50"},)
    return Outgoing(reference, {"lines": [{"name": "line", "fields": each} for each in given]})


def opened(reference: str, *target_ids: str) -> Open:
    return Open(
        1, "c", "r", 1, reference, 7, "unknown", Decimal(1), target_ids, datetime(2026, 3, 2, tzinfo=UTC), None, 2
    )
