"""Simulators, driven over HTTP on loopback: real processes, and in this one where a test wants options of its own."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import httpx
import pytest
from parts.dataverse import dataverse, environment
from parts.served import served
from parts.simulator import Reached, Simulator

__all__ = ["dataverse", "environment"]
TOKEN, OTHER_TOKEN, READER = "T0ken-main", "T0ken-other", "T0ken-reader"
LOGINS = ("--token", TOKEN, "--token", f"{OTHER_TOKEN}@31008", "--read-only-token", READER)
ADD = (
    "mutation($in:[AddGLImportItemsInput!]!)"
    "{addGLImportItems(inputs:$in){edges{clientId node{dbId extIdentifier trRegNumber}}}}"
)


class Ledger(Reached):
    """A running simulator and a client of it."""

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


class Xledger(Ledger, Simulator):
    """The same as a process."""

    def __init__(self, *options: str) -> None:
        super().__init__("xledger", *LOGINS, *options)


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
    """Starts processes of the test's own; stops them afterwards."""
    running: list[Xledger] = []

    def one(*options: str) -> Xledger:
        running.append(Xledger(*options))
        return running[-1]

    yield one
    for simulator in running:
        simulator.stop()


@pytest.fixture
def ledger_with() -> Iterator[Callable[..., Ledger]]:
    """Makes simulators with options of the test's own."""
    with ExitStack() as running:

        def one(*options: str) -> Ledger:
            found = Ledger(running.enter_context(served("xledger", *LOGINS, *options)).url)
            running.callback(found.client.close)
            return found

        yield one


@pytest.fixture(scope="session")
def _shared() -> Iterator[Xledger]:
    simulator = Xledger("--burst", "10000/1")
    yield simulator
    assert simulator.stop() == (0, "")


@pytest.fixture
def xledger(_shared: Xledger) -> Xledger:
    """A simulator as fresh as after its start, with a burst limit that tests do not meet."""
    _shared.control("/_reset")
    return _shared


KEY = "K3y-of-the-register"
REGISTER = ("--token", KEY, "--user", "app:Pa55word-one", "--client", "reconciler:S3cret-one", "--rate", "10000/1")


class Members(Reached):
    """A running register; its client has the API key."""

    def __init__(self, *address: str) -> None:
        super().__init__(*address)
        self.client.headers["X-API-Key"] = KEY

    def batch(self, *records: dict[str, Any], reference: str = "B-1", **more: Any) -> httpx.Response:
        body = {"batchReference": reference, "records": list(records)}
        return self.client.post(f"{self.base}/activities/batch", json=body, **more)

    def put(self, reference: str, record: dict[str, Any], **headers: str) -> httpx.Response:
        return self.client.put(f"{self.base}/activities/{reference}", json=record, headers=headers)

    def post(self, record: dict[str, Any], **more: Any) -> httpx.Response:
        return self.client.post(f"{self.base}/activities", json=record, **more)

    def get(self, path: str, **headers: str) -> httpx.Response:
        return self.client.get(self.base + path, headers=headers)

    def booked(self) -> list[tuple[str, int]]:
        """Reference and how often it was sent, of every record."""
        return [(row["reference"], row["times"]) for row in self.books()["records"]]


class Register(Members, Simulator):
    """The same as a process."""

    def __init__(self) -> None:
        super().__init__("register", *REGISTER)


@pytest.fixture(scope="session")
def _register() -> Iterator[Register]:
    simulator = Register()
    yield simulator
    assert simulator.stop() == (0, "")


@pytest.fixture
def register(_register: Register) -> Register:
    """A register as fresh as after its start."""
    _register.control("/_reset")
    return _register


@pytest.fixture
def open_register() -> Iterator[Callable[..., Members]]:
    """Makes registers with options of the test's own."""
    with ExitStack() as running:

        def one(*options: str) -> Members:
            found = Members(running.enter_context(served("register", *REGISTER, *options)).url)
            running.callback(found.client.close)
            return found

        yield one
