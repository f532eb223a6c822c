"""The real edge of real processes against a register that counts: no window of its own ever holds too many."""

import subprocess
import sys
from collections.abc import Iterator

import pytest
from parts.simulator import Simulator

RATE, EACH = 5, 9
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
_, url, database, rate, times = sys.argv
gate = Gate(AllowanceRow(Database(database), "one", Allowed(int(rate), 1, zone=ZoneInfo("UTC"))), SystemClock())
edge = Edge(url, {"X-API-Key": "k"}, Terms(turn=gate.turn, way=Way().at_home()))
for _ in range(int(times)):
    answer = edge.ask(Question("GET", "/status"))
    assert isinstance(answer, Reply) and answer.status == 200, answer
"""


@pytest.fixture
def register() -> Iterator[Simulator]:
    found = Simulator("rest", "--key-header=X-API-Key", "--token=k", f"--rate={RATE}/1")
    yield found
    found.stop()


def test_three_processes_that_ask_as_fast_as_they_can_are_never_throttled(
    register: Simulator, database_url: str
) -> None:
    command = [sys.executable, "-c", ASK, register.base, database_url, str(RATE), str(EACH)]
    processes = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(3)]
    ended = [(process.communicate(timeout=60)[1], process.returncode) for process in processes]
    assert [code for _, code in ended] == [0, 0, 0], ended
    counted = register.books()["requests"]
    assert (counted["reads"], counted["throttled"], counted["refused"]) == (3 * EACH, 0, 0)
