"""`reconciler simulators`: a child in the foreground that ends when the verb is told to."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator

import httpx
import pytest

from reconciler.cli.main import run
from reconciler.cli.simulators import run as run_child
from reconciler.settings import Settings

NAMES = [
    "xledger",
    "register",
    "rest",
    "cornerstone",
    "consio",
    "dynamics",
    "business_central",
    "grant-portal",
    "dropbox",
    "cornerstone-files",
    "consio-files",
]
CALL = [sys.executable, "-c", "from reconciler.cli.main import main; main()", "simulators", "start"]


@pytest.fixture
def started() -> Iterator[subprocess.Popen]:
    command = [*CALL, "xledger", "--token", "T0ken-one", "--token", "-T0ken-two@31008", "--die-with-parent"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        yield process
        process.stdin.close()  # the child ends with it, whatever became of the test
        process.stdin = None
        process.terminate()
        process.wait(timeout=20)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_serves_until_a_signal_which_reaches_the_child(started: subprocess.Popen, number: signal.Signals):
    word, url = started.stdout.readline().decode().split()
    base = url.rsplit("/", 1)[0]
    with httpx.Client(trust_env=False, verify=False, timeout=20) as client:  # plain HTTP: nothing to load
        assert (word, client.get(f"{base}/_health").json()) == ("ready", {"status": "ok"})
        started.send_signal(number)
        assert started.wait(timeout=20) == 0
        with pytest.raises(httpx.ConnectError):
            client.get(f"{base}/_health")


def test_the_childs_exit_code_is_passed_on():
    assert run_child([sys.executable, "-c", "raise SystemExit(7)"]) == 7
    killed = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"
    assert run_child([sys.executable, "-c", killed]) == 128 + signal.SIGKILL


def test_an_option_that_the_simulator_refuses_is_a_usage_error():
    done = subprocess.run([*CALL, "xledger", "--no-such-option"], capture_output=True, timeout=60, check=False)
    assert done.returncode == 2
    assert b"--no-such-option" in done.stderr


def test_the_names_are_listed(capsys):
    assert run(["simulators", "list"], Settings()) == 0
    assert capsys.readouterr().out.split() == sorted(NAMES)
    assert run(["simulators", "list", "--format", "json"], Settings()) == 0
    assert json.loads(capsys.readouterr().out) == {"simulators": sorted(NAMES)}


def test_a_name_that_is_not_there_is_a_usage_error(capsys):
    assert run(["simulators", "start", "ledger"], Settings()) == 2
    assert f"one of {', '.join(sorted(NAMES))}" in capsys.readouterr().err


def test_the_command_line_never_imports_them():
    asked = "import sys, reconciler.cli.simulators; print('reconciler.simulators' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "False\n"
