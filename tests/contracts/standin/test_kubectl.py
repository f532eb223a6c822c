"""The real kubectl works with the stand-in unchanged: what a person at a cluster does, does the same here."""

import json
import subprocess
from pathlib import Path

import pytest
from contracts.cluster.peer import cron_job
from parts.cluster.tools import kubectl


@pytest.fixture
def run(standin, tmp_path):
    """One command; gives what it wrote, and fails where it ended otherwise than with `code`."""
    words = [kubectl(), "--kubeconfig", str(standin.kubeconfig(tmp_path)), "--cache-dir", str(tmp_path / "cache")]

    def run(*more, code=0, given=""):
        done = subprocess.run([*words, *more], input=given, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == code, done.stderr
        return done.stdout + done.stderr

    return run


def test_a_person_applies_changes_looks_and_deletes(standin, run):
    body = cron_job("night")
    assert "serverside-applied" in run("apply", "--server-side", "-f", "-", given=json.dumps(body))
    body["spec"]["schedule"] = "31 3 * * *"
    said = run("apply", "--server-side", "--field-manager=other", "-f", "-", given=json.dumps(body), code=1)
    assert 'Apply failed with 1 conflict: conflict with "kubectl": .spec.schedule' in said
    run("apply", "--server-side", "--field-manager=other", "--force-conflicts", "-f", "-", given=json.dumps(body))
    assert json.loads(run("get", "cronjob", "night", "-o", "json"))["spec"]["schedule"] == "31 3 * * *"
    run("patch", "cj", "night", "-p", '{"spec":{"suspend":false}}')
    run("label", "cj", "night", "by=hand")
    found = standin.hand.get("cronjobs", "night")
    assert (found["spec"]["suspend"], found["metadata"]["labels"]) == (False, {"by": "hand"})
    assert "night" in run("get", "cj", "-l", "by=hand")
    run("delete", "cj", "night")
    assert standin.hand.get("cronjobs", "night") is None


def test_a_word_that_is_none_is_refused(run):
    body = cron_job("night", shedule="31 3 * * *")
    assert 'unknown field "spec.shedule"' in run("apply", "-f", "-", given=json.dumps(body), code=1)


def test_the_program_of_its_own_says_where_it_is(tmp_path):
    import sys

    tests = Path(__file__).parents[2]
    words = [sys.executable, "-m", "parts.cluster", str(tmp_path)]
    environment = {"PYTHONPATH": f"{tests}:{tests.parent}"}
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True, env=environment) as program:
        assert program.stdout
        place = program.stdout.readline().strip()
        command = [kubectl(), "--kubeconfig", place, "get", "--raw", "/readyz"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        program.terminate()
        assert program.wait(timeout=30) == 0
    assert done.stdout.strip() == "ok", done.stderr
