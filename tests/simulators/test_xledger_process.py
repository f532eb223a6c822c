"""How the program starts and ends."""

import re
import subprocess
import sys
import threading

import httpx
import pytest
from parts.served import served


def test_it_prints_exactly_one_ready_line_and_then_answers(start):
    simulator = start()
    assert re.fullmatch(r"ready http://127\.0\.0\.1:\d+/graphql\n", simulator.ready_line)
    assert simulator.client.get(f"{simulator.base}/_health").json() == {"status": "ok"}
    assert simulator.stop() == (0, "")


def test_the_end_of_standard_input_ends_it_with_exit_code_zero(start):
    simulator = start()
    simulator.process.stdin.close()
    simulator.wait()
    assert simulator.stop() == (0, "")


def test_sigterm_ends_it_with_exit_code_zero_even_while_a_request_is_stalled(start, claim):
    simulator = start()
    simulator.arm("stall_after_commit", seconds=120)
    raised: list[Exception] = []

    def send() -> None:
        try:
            httpx.post(
                simulator.url,
                json={"query": "mutation{removeGLImportItems(dbIds:[1]){numAffected}}"},
                headers={"Authorization": "token T0ken-main"},
                timeout=60,
                trust_env=False,
            )
        except httpx.TransportError as error:
            raised.append(error)

    sender = threading.Thread(target=send)
    sender.start()
    while simulator.books()["requests"]["mutations"] == 0:
        pass
    ended = simulator.stop()
    sender.join(timeout=20)
    assert ended == (0, "")
    assert len(raised) == 1


def test_get_on_the_graphql_path_is_not_allowed(xledger):
    assert xledger.client.get(xledger.url).status_code == 405


def test_an_option_that_makes_no_sense_ends_the_process_with_exit_code_two():
    command = [sys.executable, "-m", "reconciler.simulators", "xledger", "--token", "T@99999"]
    assert subprocess.run(command, check=False, capture_output=True, timeout=20).returncode == 2


@pytest.mark.parametrize("option", [("--token", "T@99999"), ("--burst", "many"), ("--concurrency", "few")])
def test_an_option_that_makes_no_sense_ends_with_exit_code_two(option):
    with pytest.raises(SystemExit) as ended, served("xledger", *option):
        pass
    assert ended.value.code == 2
