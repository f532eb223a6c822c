"""The credential of a run: read once at the start, and what may stand in for it when it is refused in mid-run.

Once it is read again: somebody may have rotated it. Once the previous version is tried, while it has not retired. Each
time the report and the audit trail hold an alarm. No record is charged: nothing happened.
"""

from dataclasses import dataclass, field

from reconciler.engine.pinned import Pinned, PinnedExport
from reconciler.engine.proof import prove
from reconciler.engine.world import World
from reconciler.errors import Blocked, CredentialRefused, StoreDown
from reconciler.ports import Guarded
from reconciler.runs.credential import Version
from reconciler.runs.keeping import Secret
from reconciler.specs.sentences import say


@dataclass(slots=True)
class Held:
    """One run's credential."""

    world: World
    pinned: Pinned
    version: Version
    secret: Secret
    alarms: list[str] = field(default_factory=list)
    refused: bool = False
    """Whether no version would do."""
    _tried: set[int] = field(default_factory=set)

    def other(self) -> bool:
        """Change to another valid version that this run has not tried. False where there is none.

        The one in use comes first: after a restore it is older than the previous one.
        """
        self._tried.add(self.version.version)
        found = self.world.versions.versions(self.pinned.organization_id, self.version.name)
        changed = any(self._change(each) for state in ("current", "previous") for each in found if each.state == state)
        self.refused = not changed
        return changed

    def _change(self, version: Version) -> bool:
        """Go on with `version`, where it is valid and can be read; else this run's rows would be left half done."""
        if version.version in self._tried or not self._valid(version):
            return False
        self._tried.add(version.version)
        try:
            secret = read(self.world, version)
            version = prove(self.world, self.pinned, version, secret)
        except (Blocked, StoreDown):
            return False
        refused, now = self.version, self.world.clock.now()
        alarm = (
            f"version {refused.version} of '{version.name}' was refused in mid-run; version {version.version} took over"
        )
        self.alarms.append(alarm)
        self.version, self.secret = version, secret
        with self.world.points.around("used"):
            self.world.versions.used(refused, self.world.actor, "credential-alarm", now)
        with self.world.points.around("used"):
            self.world.versions.used(version, self.world.actor, "credential-used", now)
        return True

    def _valid(self, version: Version) -> bool:
        retired = version.state == "previous" and (
            version.retire_at is None or version.retire_at <= self.world.clock.now()
        )
        return not retired and version.locator is not None and version.place == self.world.place(self.pinned)


@dataclass(slots=True)
class Line:
    """The line to one outside system: an adapter, opened with what the run holds."""

    held: Held
    export: PinnedExport
    _adapter: Guarded | None = None
    _opened_with: int = 0

    @property
    def adapter(self) -> Guarded:
        """The adapter, opened anew where the run's credential has changed since."""
        if self._adapter is None or self._opened_with != self.held.version.version:
            self.close()
            held = self.held
            self._adapter = held.world.connect(held.pinned, self.export, held.secret, quick=False)
            self._opened_with = held.version.version
        return self._adapter

    def switch(self) -> bool:
        """After a refused credential: whether there is another one to go on with."""
        return self.held.other()

    def close(self) -> None:
        """Hang up."""
        if self._adapter is not None:
            self._adapter.close()
            self._adapter = None


def hold(world: World, pinned: Pinned) -> Held:
    """The current version, for use at this place. Raises CredentialRefused, SecretGone, StoreDown, StoreForbidden."""
    name = pinned.integration.credentials.name
    version = world.versions.current(pinned.organization_id, name, world.place(pinned))
    secret = read(world, version)
    version = prove(world, pinned, version, secret)
    with world.points.around("used"):
        world.versions.used(version, world.actor, "credential-used", world.clock.now())
    return Held(world, pinned, version, secret)


def read(world: World, version: Version) -> Secret:
    """The value of a version, from the store that holds it."""
    if version.locator is None:
        raise CredentialRefused(
            say("version {version} of '{name}' has no value any more", version=version.version, name=version.name),
            "set it again",
        )
    return world.store(version.store).read(version.path, version.locator)
