"""Removing what is staged in an outside system: the port of an adapter that can."""

from typing import Protocol, runtime_checkable

from reconciler.runs.export import Open
from reconciler.runs.outcome import Answer


@runtime_checkable
class Withdrawer(Protocol):
    """An adapter of a type that declares `create.withdraw`."""

    def withdraw(self, row: Open) -> Answer:
        """Remove what stands there under the row's `target_ids`, all of it or nothing where the protocol can.

        Settled where it is removed, or was not there; nothing is proved by that. Never retries; may be said again.
        """
