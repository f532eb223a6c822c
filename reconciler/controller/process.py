"""The controller as a process: its threads, how they begin, and how they end when somebody says so."""

import base64
import logging
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from reconciler import __version__
from reconciler.controller.declared import rules_of
from reconciler.controller.history import History
from reconciler.controller.loop import READER, Loop, Parts, Reported
from reconciler.controller.pulse import Pulse, Wake
from reconciler.controller.shards import Shards
from reconciler.controller.source import READER as SOURCE
from reconciler.controller.source import Source
from reconciler.controller.statuses import READER as HOST
from reconciler.controller.statuses import Statuses
from reconciler.engine.approval import objections
from reconciler.errors import Blocked, UsageError
from reconciler.git.mirror import FETCH_S, Mirror
from reconciler.settings import NamedRepository, Settings
from reconciler.wiring import catalog, host, world

SILENT_S = 120
"""A loop that did not get round for so long hangs: a round ends within seconds, and its database answers or is away."""
HOST_SILENT_S = 900
"""A host may make us wait for a quarter of an hour; whoever waits longer hangs."""
log = logging.getLogger(__name__)
Body = Callable[[Wake, Pulse], None]


@dataclass(frozen=True, slots=True)
class Thread:
    """One of the process's threads: `run` returns soon after `wake` says stop."""

    name: str
    run: Body
    silent_after_s: float


def serve(settings: Settings, wake: Wake, pulse: Pulse, reported: Sequence[Reported] = ()) -> int:
    """Run until SIGTERM or SIGINT. Raises what ended one of the threads: then nothing here is whole, and all end."""
    failed: list[BaseException] = []
    threads = [_started(each, wake, pulse, failed) for each in _threads(settings, reported)]
    with _stopping(wake):
        while not wake.stopping and all(each.is_alive() for each in threads):
            wake.wait(1.0, "main")
        wake.stop()
        for each in threads:
            each.join(FETCH_S)
    if failed:
        raise failed[0]
    return 0


def _threads(settings: Settings, reported: Sequence[Reported]) -> list[Thread]:
    repository = settings.repository
    if repository is None:
        hint = "set RECONCILER_REPOSITORY to the address of the config repository, or to its folder"
        raise UsageError("no repository is named that could be followed", hint)
    made = world(settings)
    source = Source(lambda: mirror(settings, repository), made.clock, repository.poll_s)
    rules = rules_of(catalog(), __version__, settings.endpoints, f"{settings.installation} {settings.environments}")
    shards = Shards(made.shards, replica(), repository.shards)
    found = [Thread(SOURCE, source.run, repository.poll_s * 2 + FETCH_S * 2)]
    told = list(reported)
    if (there := host(settings)) is not None:
        statuses = Statuses(there, source, rules, settings.installation, made.clock)
        told.append(statuses)
        found.append(Thread(HOST, statuses.run, HOST_SILENT_S))
    history = History(mirror(settings, repository, login=False), rules.builtin, made.clock.now, settings.endpoints)
    parts = Parts(
        made, source, shards, rules, lambda plan: objections(made, plan, history.chain), told, repository.verify_s
    )
    return [*found, Thread(READER, Loop(parts).run, SILENT_S)]


def mirror(settings: Settings, repository: NamedRepository, *, login: bool = True) -> Mirror:
    """The copy of the followed branch, with the token as its file holds it now; without it for whoever only reads the
    copy. Raises Blocked where the file is not there.

    A folder is followed by its own branch, and what is not committed there is not seen.
    """
    address = repository.address
    header = _header(repository.token_file) if repository.token_file and login else ""
    return Mirror(
        settings.mirror, str(Path(address).resolve()) if "://" not in address else address, repository.branch, header
    )


def replica() -> str:
    """A name that no other process has."""
    return f"{socket.gethostname()}-{os.getpid()}-{os.urandom(3).hex()}"


def _header(file: Path) -> str:
    try:
        token = file.read_text().strip()
    except OSError as error:
        hint = "put a token with read access there, for this program alone"
        raise Blocked(f"the token of the repository cannot be read: {error.strerror}", hint) from error
    return f"Authorization: Basic {base64.b64encode(f'x-access-token:{token}'.encode()).decode()}"


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
