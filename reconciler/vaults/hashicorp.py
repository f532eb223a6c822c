"""The store `vault`: KV v2 of HashiCorp Vault or OpenBao, one path per credential, one KV version per version.

What lies at a path: `{"version": OURS, "fields": {...}}`. The locator is the number of the KV version, which differs
from ours where numbers were left out. Source: Vault API docs, "KV secrets engine - version 2".
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from reconciler.clock import Clock
from reconciler.errors import Bug, SecretGone, StoreConflict, StoreDown
from reconciler.runs import keeping
from reconciler.runs.credential import SecretPath, numbered
from reconciler.specs.sentences import say
from reconciler.vaults.hashicorp_access import Access
from reconciler.vaults.hashicorp_errors import given
from reconciler.vaults.hashicorp_settings import VaultSettings
from reconciler.vaults.secret import Secret

KEPT = 50
"""KV versions that a path keeps at least. The engine's own 10 would drop one in use after ten failed tests."""
SEGMENT = re.compile(r"[a-z0-9_-]+")
LOCATOR = re.compile(r"[1-9][0-9]{0,8}")
"""Not 0, by which the API means the latest version."""
NO_CONTENT = 204


@dataclass(frozen=True, slots=True)
class _Standing:
    """What the metadata of a path says: the number to check against, and the versions not destroyed, newest first.

    `kept` is how many versions the path keeps by now (0: as the engine does), `shown` its custom metadata.
    """

    current: int = 0
    live: tuple[int, ...] = ()
    kept: int = 0
    shown: Mapping[str, str] = field(default_factory=dict)

    @property
    def room(self) -> int:
        """How many versions must be kept so that one more drops none that can still be read."""
        return max(KEPT, self.kept, self.current + 2 - min(self.live, default=self.current + 1))


class VaultStore:
    """Holds values in a KV v2 engine. Several threads may use one."""

    def __init__(self, settings: VaultSettings, clock: Clock) -> None:
        self._settings = settings
        self._access = Access(settings, clock)

    def write(self, path: SecretPath, version: int, secret: keeping.Secret) -> str:
        """As the port says. Versions rise: one that is not above the newest live one is a StoreConflict as well.

        Where the answer to the write itself is lost, this raises StoreDown and the version may be there: a second try
        is then a StoreConflict, and a next version is free.
        """
        where = self._where(path)
        standing = self._standing(where)
        if self._newest(where, standing) >= version:
            message = say(
                "the secret store holds version {version} of '{name}' already, or a later one",
                version=version,
                name=path.name,
            )
            raise StoreConflict(message, "somebody else wrote to it, or the database is older than the store")
        self._describe(where, standing, version)
        return given(
            self._access.ask(
                lambda client: _locator(
                    client.secrets.kv.v2.create_or_update_secret(
                        secret={"version": version, "fields": secret.reveal()}, cas=standing.current, **where
                    )
                )
            )
        )

    def read(self, path: SecretPath, locator: str) -> Secret:
        """As the port says."""
        where = self._where(path)
        if not LOCATOR.fullmatch(locator):
            raise _gone(path)
        found = self._access.ask(lambda client: _opened(_version(client, where, int(locator))))
        if isinstance(found, SecretGone):
            raise _gone(path)
        return given(found)

    def destroy(self, path: SecretPath, locator: str) -> None:
        """As the port says. A locator that leads nowhere has nothing to destroy."""
        where = self._where(path)
        if (number := numbered(locator)) is not None:
            locator = self._found(where, number)
        if not LOCATOR.fullmatch(locator):
            return
        done = self._access.ask(
            lambda client: _done(client.secrets.kv.v2.destroy_secret_versions(versions=[int(locator)], **where))
        )
        if not isinstance(done, SecretGone):
            given(done)

    def close(self) -> None:
        """As the port says."""
        self._access.close()

    def _where(self, path: SecretPath) -> dict[str, str]:
        # A dot or a slash would lead to another organisation: HTTP clients fold `..` before they send.
        if not SEGMENT.fullmatch(path.organization_id) or not SEGMENT.fullmatch(path.name):
            raise Bug("a credential's path has other letters than it may")
        return {"path": f"{self._settings.root}/{path}", "mount_point": self._settings.mount}

    def _standing(self, where: Mapping[str, str]) -> _Standing:
        found = self._access.ask(lambda client: _standing(client.secrets.kv.v2.read_secret_metadata(**where)))
        return _Standing() if isinstance(found, SecretGone) else given(found)

    def _newest(self, where: Mapping[str, str], standing: _Standing) -> int:
        """Our number of the newest version that can be read, 0 where there is none."""
        for number in standing.live:
            found = self._access.ask(partial(_number_of, where=where, number=number))
            if not isinstance(found, SecretGone):
                return given(found)
        return 0

    def _found(self, where: Mapping[str, str], version: int) -> str:
        """The locator of the version that has our number, empty where none that can be read has."""
        for number in self._standing(where).live:
            found = self._access.ask(partial(_number_of, where=where, number=number))
            if not isinstance(found, SecretGone) and given(found) == version:
                return str(number)
        return ""

    def _describe(self, where: Mapping[str, str], standing: _Standing, version: int) -> None:
        """Let the path keep enough versions, without an end, and show people our number beside what they wrote there.

        The number is never read back: a write that fails after this leaves one that was only tried.
        """
        wanted = {"max_versions": standing.room, "custom_metadata": {**standing.shown, "version": str(version)}}
        given(self._access.ask(lambda client: _done(client.secrets.kv.v2.update_metadata(**wanted, **where))))


def _gone(path: SecretPath) -> SecretGone:
    return SecretGone(
        say("the secret store does not hold that version of '{name}'", name=path.name), "set the credential again"
    )


def _version(client: Any, where: Mapping[str, str], number: int) -> Mapping[str, Any]:
    """One KV version as it lies there. Raises ValueError where the server answers with another."""
    answer = client.secrets.kv.v2.read_secret_version(version=number, raise_on_deleted_version=True, **where)
    if answer["data"]["metadata"]["version"] != number:
        raise ValueError("another version")
    data: Mapping[str, Any] = answer["data"]["data"]
    return data


def _opened(data: Mapping[str, Any]) -> Secret:
    match data:
        case {"version": int(), "fields": dict(fields)} if all(isinstance(value, str) for value in fields.values()):
            return Secret(fields)
    raise SecretGone("what lies there was written by somebody else")


def _number_of(client: Any, where: Mapping[str, str], number: int) -> int:
    match _version(client, where, number):
        case {"version": int(ours), "fields": dict()}:
            return ours
    hint = "move it away, and set the credential again"
    raise StoreConflict("what lies at the credential's path in the secret store was written by somebody else", hint)


def _standing(answer: Mapping[str, Any]) -> _Standing:
    data = answer["data"]
    live = sorted((int(number) for number, state in data["versions"].items() if not state["destroyed"]), reverse=True)
    shown = data.get("custom_metadata") or {}
    return _Standing(int(data["current_version"]), tuple(live), int(data["max_versions"]), shown)


def _locator(answer: Mapping[str, Any]) -> str:
    return str(int(answer["data"]["version"]))


def _done(answer: Any) -> None:
    """Nothing to tell. Raises StoreDown for an answer that is neither empty nor the API's, such as a redirect."""
    if not isinstance(answer, dict) and answer.status_code != NO_CONTENT:
        raise StoreDown("the secret store sends us elsewhere", "name the address of its active node")
