"""A sync that stands still in the middle, for as long as a test wants."""

import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from uuid import uuid4

from parts.installation import WHERE, Installation
from parts.staging import Points
from reconciler.engine.beforehand import Order
from reconciler.engine.export import sync
from reconciler.runs.report import RunReport

PATIENCE_S = 120
"""Longer than any machine needs to get there."""


@contextmanager
def midway(installation: Installation, place: str = "after:send:1") -> Iterator[Future[RunReport]]:
    """Its first documents are sent, and nothing is written down of it yet; it goes on at the end of the block."""
    reached, going_on = threading.Event(), threading.Event()

    def wait() -> None:
        reached.set()
        assert going_on.wait(PATIENCE_S)

    with ThreadPoolExecutor(1) as pool:
        world = replace(installation.world(), points=Points(place, wait))
        future = pool.submit(sync, world, Order(*WHERE, "manual", uuid4()))
        try:
            assert reached.wait(PATIENCE_S)
            yield future
        finally:
            going_on.set()
