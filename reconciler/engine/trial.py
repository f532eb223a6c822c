"""The credential of an integration that only a draft holds: tested where the draft says, kept for when it is applied.

Nothing here reads a value that is stored: a draft was approved by nobody, so where it leads goes only what somebody has
typed for it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from reconciler.engine.columned import keep
from reconciler.engine.credentials import Slot, Tested, check_fields, take_into_use
from reconciler.engine.pinned import Pinned
from reconciler.engine.proof import ask_for, proved
from reconciler.engine.world import World
from reconciler.runs.credential import Place, Version
from reconciler.runs.keeping import Secret
from reconciler.runs.listed import Shelf
from reconciler.specs.models.integration import Integration
from reconciler.specs.models.integration_type import IntegrationType
from reconciler.specs.models.organization import Organization


@dataclass(frozen=True, slots=True)
class Trial:
    """What a draft says of an integration: enough to reach its outside system. `document` is what it shall send."""

    organization_id: str
    organization_name: str
    organization: Organization
    name: str
    integration: Integration
    kind: IntegrationType
    document: str

    @property
    def pinned(self) -> Pinned:
        """As it would be applied, but for its exports: a test asks for none of them."""
        return Pinned(
            organization_id=self.organization_id,
            organization_name=self.organization_name,
            organization=self.organization,
            name=self.name,
            integration=self.integration,
            kind=self.kind,
            exports=(),
            revision="",
        )


def try_credential(world: World, trial: Trial, secret: Secret, expires_at: datetime | None = None) -> Tested:
    """Validate and save. After a failed test no value is kept, and what was in use under this name still is.

    It is bound to the place that it was tested against: a draft that leads elsewhere by then finds none.
    Raises what `set_credential` does.
    """
    pinned = trial.pinned
    check_fields(pinned, secret)
    slot = Slot(trial.organization_id, pinned.integration.credentials.name, world.place(pinned))
    tested, version = take_into_use(world, slot, secret, lambda: ask_for(world, pinned, trial, secret), expires_at)
    if version is not None:
        proved(world, pinned, version, tested.verdict)
        if trial.kind.documents[trial.document].columns:
            keep(world, Shelf(trial.organization_id, pinned.place, trial.document), tested.verdict)
    return tested


def in_use(versions: Sequence[Version], place: Place) -> Version | None:
    """The version in use that passed its test at this place; None where there is none."""
    found = next((each for each in versions if each.state == "current"), None)
    return found if found is not None and found.place == place and not found.problem else None
