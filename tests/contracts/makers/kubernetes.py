"""Secret objects, on the API server of the tests or on a real cluster."""

import dataclasses
from pathlib import Path

import pytest
from contracts.bench import Bench
from parts.cluster import StandIn, standing
from parts.cluster.fixtures import Place

from reconciler.vaults.kubernetes import KubernetesStore
from reconciler.vaults.kubernetes_access import ClusterSettings


def make(request: pytest.FixtureRequest) -> Bench:
    folder: Path = request.getfixturevalue("tmp_path")
    place: Place = request.getfixturevalue("anywhere")
    settings = ClusterSettings(place.namespace, place.kubeconfig)

    def opened(chosen: ClusterSettings) -> KubernetesStore:
        store = KubernetesStore(chosen)
        request.addfinalizer(store.close)
        return store

    def forbidden() -> KubernetesStore:
        server = standing()
        api = server.__enter__()
        request.addfinalizer(lambda: server.__exit__(None, None, None))
        return opened(dataclasses.replace(settings, kubeconfig=api.kubeconfig(folder, token="no-token-of-this-server")))

    # Nobody listens on port 1.
    nowhere = StandIn().kubeconfig(folder, port=1)
    return Bench(
        store=opened(settings),
        down=lambda: opened(dataclasses.replace(settings, kubeconfig=nowhere)),
        forbidden=forbidden,
    )
