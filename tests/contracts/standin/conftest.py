"""What only the stand-in can do: its clock, its machines and its faults."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from contracts.cluster.peer import Peer
from parts.cluster import StandIn
from parts.cluster.fixtures import Place, standin

__all__ = ["standin"]


@pytest.fixture
def peer(standin: StandIn, tmp_path: Path) -> Iterator[Peer]:
    """The stand-in over HTTP."""
    peer = Peer(Place(standin.kubeconfig(tmp_path), standin.namespace))
    yield peer
    peer.client.rest_client.pool_manager.clear()
