"""The `kubernetes` store: one immutable Secret object per version, in the installation's namespace.

Objects are made by a plain create, which the API server refuses where the name is taken (409 AlreadyExists); a
server-side apply would take over what is there. `immutable: true` keeps everybody from changing a value afterwards.
Only objects that carry our mark and this path are read or deleted.
Sources: Kubernetes docs, "Secrets" (Immutable Secrets, 1 MiB) and "API conventions" (Status, reasons, preconditions).
"""

from typing import Any

from reconciler.errors import SecretGone
from reconciler.runs import keeping
from reconciler.runs.credential import SecretPath, numbered
from reconciler.specs.sentences import say
from reconciler.vaults.kubernetes_access import Cluster, ClusterSettings
from reconciler.vaults.kubernetes_objects import body, is_ours, name_of, opened, sought
from reconciler.vaults.secret import Secret

FIELD_MANAGER = "reconciler-credentials"


class KubernetesStore:
    """The SecretStore port on Secret objects. A locator is the object's name."""

    def __init__(self, settings: ClusterSettings) -> None:
        self._namespace = settings.namespace
        self._cluster = Cluster(settings)

    def write(self, path: SecretPath, version: int, secret: keeping.Secret) -> str:
        """Create the version's object; its name. Raises StoreConflict where the name is taken."""
        options: dict[str, Any] = {"field_manager": FIELD_MANAGER, "field_validation": "Strict"}
        self._cluster.ask(
            lambda api, limits: api.create_namespaced_secret(
                self._namespace, body(path, version, secret), **options, **limits
            )
        )
        return name_of(path, version)

    def read(self, path: SecretPath, locator: str) -> Secret:
        """The fields. Raises SecretGone too for another path's object, one without our mark, and one being deleted."""
        secret = opened(self._found(path, locator))
        if secret is None:
            raise SecretGone(
                say("the cluster has no version of '{name}' there that opens", name=path.name), "set it again"
            )
        return secret

    def destroy(self, path: SecretPath, locator: str) -> None:
        """Delete the object that was looked at, and no other that got its name meanwhile (precondition on its uid)."""
        if (number := numbered(locator)) is not None:
            locator = name_of(path, number)
        uid = self._uid(path, locator)
        if uid is not None:
            precondition: Any = {"preconditions": {"uid": uid}}
            self._cluster.ask(
                lambda api, limits: api.delete_namespaced_secret(locator, self._namespace, body=precondition, **limits),
                absent=True,
            )

    def close(self) -> None:
        """Close the connections; the next question opens new ones."""
        self._cluster.close()

    def _uid(self, path: SecretPath, locator: str) -> str | None:
        found = self._found(path, locator)
        return str(found["metadata"]["uid"]) if found else None

    def _found(self, path: SecretPath, locator: str) -> dict[str, Any] | None:
        """The object, if it is there and ours."""
        name = sought(path, locator)
        found: dict[str, Any] | None = self._cluster.ask(
            lambda api, limits: api.read_namespaced_secret(name, self._namespace, **limits), absent=True
        )
        return found if found and is_ours(found, path) else None
