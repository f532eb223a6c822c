"""Being told to stop: the first signal lets what is under way end in good order, a second one ends the process."""

import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any


@contextmanager
def told_to_stop(stopping: threading.Event, numbers: Sequence[signal.Signals] = (signal.SIGTERM,)) -> Iterator[None]:
    """Sets `stopping` at the first signal of these; the next one does what it did before.

    Only the main thread of a process can listen; elsewhere nothing is listened to.
    """
    before: dict[int, Any] = {}

    def stop(number: int, _frame: object) -> None:
        stopping.set()
        signal.signal(number, before[number])

    if threading.current_thread() is threading.main_thread():
        before = {number: signal.signal(number, stop) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
