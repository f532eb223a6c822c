"""Real simulator processes, driven over HTTP on loopback."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

TOKEN, OTHER_TOKEN, READER = "T0ken-main", "T0ken-other", "T0ken-reader"
ADD = (
    "mutation($in:[AddGLImportItemsInput!]!)"
    "{addGLImportItems(inputs:$in){edges{clientId node{dbId extIdentifier trRegNumber}}}}"
)


class Xledger:
    """A running simulator and a client of it."""

    def __init__(self, *options: str) -> None:
        tokens = ("--token", TOKEN, "--token", f"{OTHER_TOKEN}@31008", "--read-only-token", READER)
        command = [sys.executable, "-m", "reconciler.simulators", "xledger", "--die-with-parent", *tokens, *options]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.ready_line = self.process.stdout.readline().decode()
        self.url = self.ready_line.split()[1]
        self.base = self.url.removesuffix("/graphql")
        self.rest = ""
        self.client = httpx.Client(timeout=20, trust_env=False, verify=False)  # plain HTTP: no certificates to load

    def post(
        self, query: str, variables: dict[str, Any] | None = None, *, token: str = TOKEN, timeout: float = 20
    ) -> httpx.Response:
        body = {"query": query, "variables": variables or {}}
        return self.client.post(self.url, json=body, headers={"Authorization": f"token {token}"}, timeout=timeout)

    def ask(self, query: str, variables: dict[str, Any] | None = None, *, token: str = TOKEN) -> dict[str, Any]:
        answer = self.post(query, variables, token=token).json()
        assert "errors" not in answer, answer
        return answer["data"]

    def add(self, *nodes: dict[str, Any], token: str = TOKEN, timeout: float = 20) -> httpx.Response:
        return self.post(ADD, {"in": inputs(*nodes)}, token=token, timeout=timeout)

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


def inputs(*nodes: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"clientId": str(index), "node": node} for index, node in enumerate(nodes)]


def line(number: int, account: str, amount: str, identifier: str, **more: Any) -> dict[str, Any]:
    return {
        "trRegNumber": number,
        "transactionSource": {"code": "GL"},
        "jobLevel": {"dbSubId": 1},
        "postedDate": "2026-04-17",
        "account": {"code": account},
        "amount": amount,
        "invoiceAmount": amount,
        "text": "Km 2026-04-02",
        "extIdentifier": identifier,
        **more,
    }


def car_claim(number: int = 20260417, claim: str = "NBF-C-8f31") -> list[dict[str, Any]]:
    """The example of the research, 1.4: NOK 452.50 of car mileage, owed to a volunteer."""
    cost = {"glObject1": {"code": "310"}, "project": {"code": "4100"}, "taxRule": {"code": "0"}}
    return [
        line(number, "7100", "452.50", f"{claim}-1", **cost, currency={"code": "NOK"}),
        line(number, "2910", "-452.50", f"{claim}-2", subledger={"code": "V10031"}),
    ]


@pytest.fixture
def claim() -> Callable[..., list[dict[str, Any]]]:
    return car_claim


@pytest.fixture
def gl_line() -> Callable[..., dict[str, Any]]:
    return line


@pytest.fixture
def start() -> Iterator[Callable[..., Xledger]]:
    """Starts simulators with options of the test's own; stops them afterwards."""
    running: list[Xledger] = []

    def one(*options: str) -> Xledger:
        running.append(Xledger(*options))
        return running[-1]

    yield one
    for simulator in running:
        simulator.stop()


@pytest.fixture(scope="module")
def _shared() -> Iterator[Xledger]:
    simulator = Xledger("--burst", "10000/1")
    yield simulator
    assert simulator.stop() == (0, "")


@pytest.fixture
def xledger(_shared: Xledger) -> Xledger:
    """A simulator as fresh as after its start, with a burst limit that tests do not meet."""
    _shared.control("/_reset")
    return _shared
