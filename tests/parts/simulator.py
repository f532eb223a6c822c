"""A simulator as a real process, driven over HTTP on loopback."""

import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import httpx


class Simulator:
    """A running simulator, its control paths, and a client of it."""

    def __init__(self, name: str, *options: str) -> None:
        command = [sys.executable, "-m", "reconciler.simulators", name, "--die-with-parent", *options]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.ready_line = self.process.stdout.readline().decode()
        self.url = self.ready_line.split()[1]
        self.base = "/".join(self.url.split("/")[:3])
        self.rest = ""
        self.client = httpx.Client(timeout=20, trust_env=False, verify=False)  # plain HTTP: no certificates to load

    def control(self, path: str, order: dict[str, Any] | None = None) -> dict[str, Any]:
        answer = self.client.post(self.base + path, json=order or {})
        assert answer.status_code == 200, answer.text
        return answer.json()

    def arm(self, fault: str, **more: Any) -> dict[str, Any]:
        return self.control("/_faults", {"fault": fault, **more})

    def books(self) -> dict[str, Any]:
        return self.client.get(f"{self.base}/_books").json()

    def stop(self) -> tuple[int, str]:
        """Stop by pid; the exit code and what was written after the ready line, on either stream. Can be repeated."""
        if not self.process.stdout.closed:
            self.client.close()
            self.process.terminate()
            self.wait()
        return self.process.returncode, self.rest

    def wait(self) -> None:
        """Wait for the end, whoever caused it."""
        with self.process:
            self.process.wait(timeout=20)
            self.rest = (self.process.stdout.read() + self.process.stderr.read()).decode()


def running(name: str, *options: str) -> Iterator[str]:
    """The address of a simulator, for a fixture that needs nothing else of it; it ends with the fixture."""
    simulator = Simulator(name, *options)
    yield simulator.url
    simulator.stop()
