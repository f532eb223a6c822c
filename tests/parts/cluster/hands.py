"""Another person at the cluster, who works past HTTP, rights, faults and counters."""

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from parts.cluster import patches
from parts.cluster.deletion import Remover
from parts.cluster.kinds import BY_PLURAL
from parts.cluster.storage import Object, Store
from parts.cluster.writes import Options, Writer


@dataclass(frozen=True, slots=True)
class Hand:
    """Objects are copies; kinds go by their plural. `namespace` is where it works."""

    store: Store
    writer: Writer
    remover: Remover
    namespace: str

    def at(self, namespace: str) -> "Hand":
        """The same person in another namespace."""
        return Hand(self.store, self.writer, self.remover, namespace)

    def get(self, plural: str, name: str) -> Object | None:
        found = self.store.get(BY_PLURAL[plural], self._key(plural, name))
        return copy.deepcopy(found)

    def list(self, plural: str, where: Callable[[Object], bool] = lambda one: True) -> list[Object]:
        return [copy.deepcopy(one) for one in self.store.objects(BY_PLURAL[plural], self._place(plural)) if where(one)]

    def create(self, plural: str, one: Object, manager: str = "by-hand") -> Object:
        return self.writer.create(BY_PLURAL[plural], self._place(plural), copy.deepcopy(one), Options(manager))

    def merge(self, plural: str, name: str, patch: Any, *, status: bool = False, manager: str = "by-hand") -> Object:
        """A JSON merge patch."""
        options = Options(manager, subresource="status" if status else "")
        return self.writer.patch(BY_PLURAL[plural], self._key(plural, name), patch, patches.MERGE, options)[0]

    def apply(self, plural: str, one: Object, *, manager: str = "by-hand", force: bool = True) -> Object:
        """A server-side apply of somebody else's."""
        name = one["metadata"]["name"]
        options = Options(manager, force=force)
        given = copy.deepcopy(one)
        return self.writer.patch(BY_PLURAL[plural], self._key(plural, name), given, patches.APPLY, options)[0]

    def corrupt(self, plural: str, name: str, **fields: Any) -> None:
        """Put other fields into an object, past every rule."""
        key = self._key(plural, name)
        found = self.get(plural, name)
        assert found
        self.store.put(BY_PLURAL[plural], key, {**found, **fields})

    def delete(self, plural: str, name: str, policy: str = "Background") -> None:
        self.remover.delete(BY_PLURAL[plural], self._key(plural, name), {"propagationPolicy": policy}, Options())

    def _place(self, plural: str) -> str:
        return self.namespace if BY_PLURAL[plural].namespaced else ""

    def _key(self, plural: str, name: str) -> tuple[str, str]:
        return self._place(plural), name
