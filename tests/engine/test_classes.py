"""Each idempotency class keeps the promise: a document is booked once, whatever becomes of an answer or a process."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from parts.classes import CLAIMS, CREATES, OPTIONS, Classed, classed
from parts.installation import Books

Make = Callable[[str], Classed]
LOST = ["lose_response_before_commit", "lose_response_after_commit", "timeout_after_commit", "garbage", "html"]


@pytest.fixture(scope="module")
def register_process() -> Iterator[str]:
    command = [sys.executable, "-m", "reconciler.simulators", "rest", "--die-with-parent", *OPTIONS]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        yield process.stdout.readline().split()[1]
        process.terminate()
        process.wait(timeout=20)


@pytest.fixture
def register(register_process: str) -> Iterator[Books]:
    """An empty register, no faults armed; addresses that a test controls end in /graphql for no other reason."""
    found = Books(f"{register_process}/graphql")
    found.control("/_reset")
    yield found
    found.client.close()


@pytest.fixture
def make(database_url: str, register: Books, tmp_path: Path) -> Make:
    return lambda kind: classed(database_url, register, tmp_path, kind)


def writes(register: Books) -> int:
    return register.read()["requests"]["writes"]


@pytest.mark.parametrize("fault", LOST)
@pytest.mark.parametrize("kind", [each for each in CREATES if each != "D"])
def test_a_document_whose_answer_is_lost_is_booked_once_in_the_end(
    make: Make, register: Books, kind: str, fault: str
) -> None:
    here = make(kind)
    register.arm(fault)
    assert here.sync() == 5
    assert here.states()["unknown"] > 0
    assert here.sync(minutes=40) == 0
    assert here.judged() == []
    assert set(here.states()) <= {"sent", "posted"}
    assert sum(here.states().values()) == CLAIMS


@pytest.mark.parametrize("fault", LOST)
def test_a_blind_document_whose_answer_is_lost_is_a_question_at_once_and_never_goes_again(
    make: Make, register: Books, capsys: pytest.CaptureFixture[str], fault: str
) -> None:
    here = make("D")
    register.arm(fault)
    assert here.sync() == 5
    said = capsys.readouterr().out
    assert "was it received there?" in said
    assert here.trouble() == [("held", "blind")]
    assert here.judged() == []
    before = writes(register)
    for _ in range(3):
        assert here.sync(minutes=40) == 0
    assert writes(register) == before
    assert here.trouble() == [("held", "blind")]
    assert here.states()["sent"] == CLAIMS - 1
