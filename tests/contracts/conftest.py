"""The stores that the contract suite runs over."""

from collections.abc import Callable

import pytest
from contracts.bench import Bench
from contracts.makers import kubernetes, local, supabase, vault
from parts.cluster.fixtures import anywhere

from reconciler.runs.keeping import SecretStore

__all__ = ["anywhere"]

MAKERS: dict[str, Callable[[pytest.FixtureRequest], Bench]] = {
    # One line per store, in the order of the alphabet; its module stands in `contracts/makers`.
    "kubernetes": kubernetes.make,
    "local": local.make,
    "supabase": supabase.make,
    "vault": vault.make,
}


@pytest.fixture(params=sorted(MAKERS))
def bench(request: pytest.FixtureRequest) -> Bench:
    """One store of each kind, in turn, and the ways in which it fails."""
    return MAKERS[request.param](request)


@pytest.fixture
def store(bench: Bench) -> SecretStore:
    """The one that works."""
    return bench.store
