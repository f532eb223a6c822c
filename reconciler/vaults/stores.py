"""The secret stores by name: a new one is a module and a line here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from reconciler.clock import Clock
from reconciler.errors import UsageError
from reconciler.runs.keeping import SecretStore
from reconciler.specs.sentences import say
from reconciler.vaults.envelope import Envelopes
from reconciler.vaults.hashicorp_settings import VaultSettings
from reconciler.vaults.local import LocalStore, Transactions


@dataclass(frozen=True, slots=True)
class Parts:
    """What stores are made of. `vault` and `namespace` (of Kubernetes) are None where the installation names none."""

    database: Transactions
    envelopes: Envelopes
    clock: Clock
    vault: VaultSettings | None
    namespace: str


def _local(parts: Parts) -> SecretStore:
    return LocalStore(parts.database, parts.envelopes)


def _vault(parts: Parts) -> SecretStore:
    from reconciler.vaults.hashicorp import VaultStore

    if parts.vault is None:
        raise UsageError("the store is vault, and no Vault is named", "set RECONCILER_VAULT_ADDRESS and _LOGIN")
    return VaultStore(parts.vault, parts.clock)


def _supabase(parts: Parts) -> SecretStore:
    from reconciler.vaults.supabase import SupabaseStore

    return SupabaseStore(parts.database)


def _kubernetes(parts: Parts) -> SecretStore:
    from reconciler.vaults.kubernetes import KubernetesStore
    from reconciler.vaults.kubernetes_access import ClusterSettings

    if not parts.namespace:
        raise UsageError("the store is kubernetes, and no namespace is named", "set RECONCILER_KUBERNETES_NAMESPACE")
    return KubernetesStore(ClusterSettings(parts.namespace))


STORES: Mapping[str, Callable[[Parts], SecretStore]] = {
    "kubernetes": _kubernetes,
    "local": _local,
    "supabase": _supabase,
    "vault": _vault,
}


class Stores:
    """Opens each store when it is first needed, and keeps it."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._open: dict[str, SecretStore] = {}

    def __call__(self, name: str) -> SecretStore:
        """Raises UsageError for a store that there is not, or that the installation does not describe."""
        if name not in STORES:
            raise UsageError(
                say("there is no secret store '{name}'", name=name), f"RECONCILER_STORE is one of {', '.join(STORES)}"
            )
        if name not in self._open:
            self._open[name] = STORES[name](self._parts)
        return self._open[name]
