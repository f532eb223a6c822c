"""The cluster that the contract suite runs on: a real one where the environment names it, else one stand-in for all."""

from collections.abc import Iterator

import pytest
from contracts.cluster.peer import Peer
from parts.cluster import standing
from parts.cluster.fixtures import Place, real_place


@pytest.fixture(scope="session")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    if real := real_place():
        yield real
        return
    with standing() as cluster:
        yield Place(cluster.kubeconfig(tmp_path_factory.mktemp("cluster")), cluster.namespace)


@pytest.fixture
def peer(place: Place) -> Iterator[Peer]:
    peer = Peer(place)
    yield peer
    peer.close()
