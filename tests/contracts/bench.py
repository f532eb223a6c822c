"""What the contract suite of secret stores needs from every implementation."""

from collections.abc import Callable
from dataclasses import dataclass

from reconciler.runs.keeping import SecretStore


@dataclass(frozen=True, slots=True)
class Bench:
    """One store on its real server, and two that fail as they do in life.

    `store` works. `down()` gives one whose server cannot be reached. `forbidden()` gives one whose server lets it in
    nowhere, or not to the organisations of the suite. Clean up with `request.addfinalizer` in the maker.
    """

    store: SecretStore
    down: Callable[[], SecretStore]
    forbidden: Callable[[], SecretStore]
