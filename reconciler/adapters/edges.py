"""The edges that a process has open: exports to one address with one credential share one, and so its token."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from reconciler.adapters.edge import Edge
from reconciler.runs.keeping import Secret

MOST = 8
"""Edges that are kept: those that nobody uses any more fall out, and hang up."""


@dataclass(slots=True)
class Edges:
    """The last edges that were opened. A secret is known by being the same object, never by its value."""

    _kept: deque[tuple[object, Secret, Edge]] = field(default_factory=lambda: deque(maxlen=MOST))

    def shared(self, place: object, secret: Secret, make: Callable[[], Edge]) -> Edge:
        """The edge to `place` (anything that can be compared) with this credential, made where there is none."""
        for there, known, edge in self._kept:
            if known is secret and there == place:
                return edge
        self._kept.append((place, secret, made := make()))
        return made
