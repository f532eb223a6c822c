"""The real edge of real processes against a register that counts: no window of its own ever holds too many."""

import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from parts.hostile import peer, read_request
from parts.simulator import Simulator

RATE, WINDOW_S, EACH = 5, 0.4, 4
"""What all three ask takes three windows."""
ASK = """
import sys
from zoneinfo import ZoneInfo
from reconciler.adapters.edge import Edge, Question, Reply, Terms
from reconciler.adapters.pace import Gate
from reconciler.adapters.transport import Way
from reconciler.clock import SystemClock
from reconciler.database.allowances import AllowanceRow
from reconciler.database.connection import Database
from reconciler.runs.allowance import Allowed
for order in sys.stdin:
    url, database, rate, window_s, times, together = order.split()
    allowed = Allowed(int(rate), float(window_s), zone=ZoneInfo("UTC"), concurrency=int(together))
    gate = Gate(AllowanceRow(Database(database), "one", allowed), SystemClock())
    edge = Edge(url, {"X-API-Key": "k"}, Terms(turn=gate.turn, done=gate.done, way=Way().at_home()))
    print("ready", flush=True)
    sys.stdin.readline()
    for _ in range(int(times)):
        answer = edge.ask(Question("GET", "/status"))
        assert isinstance(answer, Reply) and answer.status == 200, answer
    print("done", flush=True)
"""


@pytest.fixture(scope="module")
def three() -> Iterator[Callable[..., None]]:
    """Three processes that ask at once, as often as they are told."""
    command, pipes = [sys.executable, "-c", ASK], {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    processes = [subprocess.Popen(command, **pipes, text=True) for _ in range(3)]

    def ask(*order: str) -> None:
        for words, answer in ((" ".join(order), "ready\n"), ("go", "done\n")):
            for process in processes:
                process.stdin.write(f"{words}\n")
                process.stdin.flush()
            assert [process.stdout.readline() for process in processes] == [answer] * 3

    yield ask
    for process in processes:
        process.communicate(timeout=60)
    assert [process.returncode for process in processes] == [0, 0, 0]


@pytest.fixture
def register() -> Iterator[Simulator]:
    found = Simulator("rest", "--key-header=X-API-Key", "--token=k", f"--rate={RATE}/{WINDOW_S}")
    yield found
    found.stop()


def test_three_processes_that_ask_as_fast_as_they_can_are_never_throttled(
    three: Callable[..., None], register: Simulator, database_url: str
) -> None:
    three(register.base, database_url, str(RATE), str(WINDOW_S), str(EACH), "0")
    counted = register.books()["requests"]
    assert (counted["reads"], counted["throttled"], counted["refused"]) == (3 * EACH, 0, 0)


@dataclass(slots=True)
class Counter:
    """A peer that takes its time, and counts how many it serves at once."""

    inside: int = 0
    most: int = 0
    served: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, line: socket.socket) -> None:
        with self.lock:
            self.inside += 1
            self.most = max(self.most, self.inside)
        read_request(line)
        threading.Event().wait(0.02)
        with self.lock:
            self.inside -= 1
            self.served += 1
        line.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}")


def test_three_processes_never_have_more_under_way_than_may_be(three: Callable[..., None], database_url: str) -> None:
    counter = Counter()
    with peer(counter) as url:
        three(url, database_url, "1000", "1", "6", "2")
    assert counter.served == 18
    assert counter.most == 2  # all three have begun together
