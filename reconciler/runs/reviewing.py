"""What a review may ask of a database: only read, and only numbers of it are told."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from reconciler.plans.resource import Sent
from reconciler.plans.review.effects import Amount, Moved
from reconciler.plans.review.side import Outgoing
from reconciler.runs.columned import Snapshot
from reconciler.runs.listed import Shelf
from reconciler.selections.criteria import Selection
from reconciler.specs.models.approval_policy import ApprovalPolicy

Record = Mapping[str, Any]


class Facts(Protocol):
    """The records and the ledger of one organisation at a time, named by its id in the app."""

    def sent(self, organization_id: str) -> Sequence[Sent]:
        """What went to which target, by integration."""

    def rules(self) -> ApprovalPolicy:
        """The approval rules in force."""

    def waiting(self, organization_id: str, way: Outgoing, now: datetime) -> Amount:
        """What the next sync would take."""

    def moved(
        self, organization_id: str, way: Outgoing, before: Selection | None, after: Selection | None
    ) -> list[Moved]:
        """What goes by one selection and not by the other, by the first criterion that it misses in that one."""

    def exported(self, organization_id: str, way: Outgoing, limit: int) -> Sequence[Record]:
        """Records of the newest documents that went, as the app has them now."""

    def turned_down(self, organization_id: str, way: Outgoing, limit: int) -> Sequence[Record]:
        """Records that the ledger holds as refused, as the app has them now."""

    def known(self, shelf: Shelf, codes: Collection[str]) -> tuple[datetime | None, frozenset[str]]:
        """When a list of the target was read (None: never), and which of `codes` it had."""

    def snapshot(self, shelf: Shelf) -> Snapshot:
        """What the target's table was last read to ask; an empty one where nothing was ever tried."""
