"""The controller as a process: its threads, how they begin, and how they end when somebody says so."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from reconciler.controller.loop import READER
from reconciler.controller.pulse import Pulse, Wake
from reconciler.controller.threads import Listeners, Thread, threads
from reconciler.settings import Settings

STOP_S = 180
"""So long a thread may take to end: a fetch, or children that finish what is under way."""


def serve(settings: Settings, wake: Wake, pulse: Pulse, listeners: Listeners) -> int:
    """Run until SIGTERM or SIGINT. Raises what ended one of the threads: then nothing here is whole, and all end."""
    failed: list[BaseException] = []
    started = [_started(each, wake, pulse, failed) for each in threads(settings, listeners)]
    with _stopping(wake):
        while not wake.stopping and all(each.is_alive() for each in started):
            wake.wait(1.0, "main")
        wake.stop()
        for each in started:
            each.join(STOP_S)
    if failed:
        raise failed[0]
    return 0


def _started(thread: Thread, wake: Wake, pulse: Pulse, failed: list[BaseException]) -> threading.Thread:
    pulse.expect(thread.name, thread.silent_after_s, "the first round" if thread.name == READER else "")

    def body() -> None:
        try:
            thread.run(wake, pulse)
        except Exception as error:  # noqa: BLE001 - the outermost frame of a thread: raised again by the main one
            failed.append(error)
        finally:
            wake.stop()

    started = threading.Thread(target=body, name=thread.name)
    started.start()
    return started


@contextmanager
def _stopping(wake: Wake) -> Iterator[None]:
    """While the body runs, SIGTERM and SIGINT say stop."""
    before = {each: signal.signal(each, lambda *_: wake.stop()) for each in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
