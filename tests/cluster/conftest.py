"""The clusters that tests of this folder run on."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from parts.cluster.fixtures import Place, anywhere, standin
from parts.cluster.standing import StandIn
from parts.keepers import Kitchen, kitchen

__all__ = ["anywhere", "standin"]


@pytest.fixture
def kept(anywhere: Place) -> Iterator[Kitchen]:
    """A keeper on the real cluster that the environment names, else on a stand-in."""
    with kitchen(anywhere.kubeconfig, anywhere.namespace) as found:
        yield found


@pytest.fixture
def staged(standin: StandIn, tmp_path: Path) -> Iterator[Kitchen]:
    """A keeper on a stand-in whose faults a test can stage."""
    with kitchen(standin.kubeconfig(tmp_path), standin.namespace) as found:
        yield found
