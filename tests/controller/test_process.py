"""A controller as a process: a push and its hook, what Prometheus then reads, and the end."""

import hashlib
import hmac
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest
from parts.followed import followed
from prometheus_client.parser import text_string_to_metric_families

SECRET = "the-secret-of-the-hooks-of-a-process"


@pytest.fixture
def one(tmp_path: Path, database_url: str):
    return followed(tmp_path, database_url, "alfa")


def test_a_push_and_its_hook_are_applied_told_and_seen(one, tmp_path):
    secrets = tmp_path / "secrets"
    secrets.write_text(SECRET)
    variables = {
        "PATH": os.defpath,
        "PYTHONPATH": os.environ.get("PYTHONPATH", ""),
        "RECONCILER_DATABASE_URL": one.settings.database_url,
        "RECONCILER_HOME": str(one.settings.home),
        "RECONCILER_REPOSITORY": str(one.remote.folder),
        "RECONCILER_POLL_S": "3600",
        "RECONCILER_LISTEN": "127.0.0.1:0",
        "RECONCILER_OBSERVE": "127.0.0.1:0",
        "RECONCILER_HOOK_SECRET_FILE": str(secrets),
    }
    command = [str(Path(sys.executable).with_name("reconciler")), "controller"]
    with subprocess.Popen(command, env=variables, stderr=subprocess.PIPE, text=True) as process:
        try:
            lines = (json.loads(line) for line in process.stderr)
            found = next(each for each in lines if each["message"] == "it can be seen")
            assert (found["level"], found["installation"]) == ("info", "local")
            with httpx.Client(trust_env=False, verify=False, timeout=20) as client:
                until(lambda: client.get(f"{found['observe']}/readyz").status_code == 200)
                until(lambda: "alfa" in one.words() and one.condition("alfa").mark)
                head = one.change("orgs/alfa/organization.yaml", "language: nb", "language: en")
                body = json.dumps({"ref": "refs/heads/main", "after": head}).encode()
                digest = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
                headers = {
                    "content-type": "application/json",
                    "x-github-event": "push",
                    "x-github-delivery": "1",
                    "x-hub-signature-256": f"sha256={digest}",
                }
                assert client.post(f"{found['hooks']}/hooks/github", content=body, headers=headers).status_code == 202
                until(lambda: _samples(client, found)["reconciler_commit_to_applied_seconds_count"] == 1)
                assert one.condition("alfa").applied == head
                assert client.get(f"{found['observe']}/healthz").json() == {"alive": True, "silent": {}}
        finally:
            process.send_signal(signal.SIGTERM)
        rest = process.stderr.read()
    assert process.returncode == 0, rest
    assert all(json.loads(line)["level"] != "error" for line in rest.splitlines())


def _samples(client: httpx.Client, found: dict) -> dict[str, float]:
    text = client.get(f"{found['observe']}/metrics").text
    return {each.name: each.value for family in text_string_to_metric_families(text) for each in family.samples}


def until(answer, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not answer():
        assert time.monotonic() < end
        time.sleep(0.1)
