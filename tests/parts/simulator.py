"""A simulator, driven over HTTP on loopback; most often as a real process."""

import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import httpx


class Reached:
    """The control paths of a simulator, and a client of it, wherever it runs."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.base = "/".join(self.url.split("/")[:3])
        self.client = httpx.Client(timeout=20, trust_env=False, verify=False)  # plain HTTP: no certificates to load

    def control(self, path: str, order: dict[str, Any] | None = None) -> dict[str, Any]:
        answer = self.client.post(self.base + path, json=order or {})
        assert answer.status_code == 200, answer.text
        return answer.json()

    def arm(self, fault: str, **more: Any) -> dict[str, Any]:
        return self.control("/_faults", {"fault": fault, **more})

    def books(self) -> dict[str, Any]:
        return self.client.get(f"{self.base}/_books").json()


class Simulator(Reached):
    """A process of its own."""

    def __init__(self, name: str, *options: str) -> None:
        command = [sys.executable, "-m", "reconciler.simulators", name, "--die-with-parent", *options]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.ready_line = self.process.stdout.readline().decode()
        self.rest = ""
        super().__init__(self.ready_line.split()[1])

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
