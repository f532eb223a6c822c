"""The `kubernetes` store from the pod of a run: its ServiceAccount may read Secrets, and nothing else."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from parts.cluster.standing import StandIn, standing

from reconciler.errors import StoreForbidden
from reconciler.runs.credential import SecretPath
from reconciler.vaults.kubernetes import KubernetesStore
from reconciler.vaults.kubernetes_access import ClusterSettings
from reconciler.vaults.secret import Secret

READS = [{"apiGroups": [""], "resources": ["secrets"], "verbs": ["get"]}]
PATH = SecretPath("5f0c7b52-8d0e-4d5c-9a51-31b4f1d0a007", "xledger")


@pytest.fixture
def cluster() -> Iterator[StandIn]:
    with standing() as found:
        yield found


def store(cluster: StandIn, folder: Path, user: str) -> KubernetesStore:
    return KubernetesStore(ClusterSettings(cluster.namespace, cluster.kubeconfig(folder, user=user)))


def test_a_run_reads_a_credential_with_one_right_and_can_neither_set_nor_destroy_one(
    cluster: StandIn, tmp_path: Path
) -> None:
    cluster.user("runner", READS)
    locator = store(cluster, tmp_path, "admin").write(PATH, 1, Secret({"token": "a-token-of-a-test"}))
    run = store(cluster, tmp_path, "runner")
    assert run.read(PATH, locator).reveal() == {"token": "a-token-of-a-test"}
    with pytest.raises(StoreForbidden, match="refuses the right"):
        run.write(PATH, 2, Secret({"token": "another"}))
    with pytest.raises(StoreForbidden, match="refuses the right"):
        run.destroy(PATH, locator)
    cluster.take("runner", "get", "secrets")
    with pytest.raises(StoreForbidden, match="refuses the right"):
        run.read(PATH, locator)
