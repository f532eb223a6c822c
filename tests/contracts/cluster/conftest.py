"""The cluster that the contract suite runs on: a real one where the environment names it, else one stand-in for all."""

import time
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from contracts.cluster.peer import Peer
from parts.cluster import START, StandIn, standing
from parts.cluster.fixtures import Place, real_place


class QuickClock:
    """The stand-in's day passes quickly: nobody waits a minute for a minute."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    def now(self) -> datetime:
        return START + timedelta(seconds=(time.monotonic() - self._began) * 60)

    def wait(self, seconds: float) -> None:
        time.sleep(seconds / 60)


@pytest.fixture(scope="session")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    if real := real_place():
        yield real
        return
    with standing(StandIn(clock=QuickClock())) as cluster, cluster.living():
        yield Place(cluster.kubeconfig(tmp_path_factory.mktemp("cluster")), cluster.namespace)


@pytest.fixture
def peer(place: Place) -> Iterator[Peer]:
    peer = Peer(place)
    yield peer
    peer.close()
