"""One edge per address and credential: the exports of a run share connections and token, and nobody else does."""

import gc
import socket
from collections.abc import Callable
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from parts.clubhouse import CLIENT, declared, opened, outgoing
from parts.hostile import peer, read_request
from parts.simulator import Simulator

from reconciler.adapters.edges import MOST, Edges
from reconciler.clock import StagedClock
from reconciler.database.connection import Database
from reconciler.ports import Adapter
from reconciler.runs.allowance import Allowed
from reconciler.runs.outcome import CredentialRefused, Findings, Settled
from reconciler.settings import Settings
from reconciler.specs.models.integration_type import IntegrationType
from reconciler.vaults.secret import Secret
from reconciler.wiring import connector, key_encryption, keyring

OAUTH = {
    "auth": {"scheme": "oauth2", "token_url": "https://idp.example/oauth2/token", "client_id": "id",
             "client_secret": "secret", "scope": "{club}"},
    "credentials": {name: {"en": name, "nb": name} for name in ("id", "secret")},
}  # fmt: skip
FOUND = b'{"items": [{"reference": "R-1", "id": "1", "amount": "1"}]}'


class Run:
    """What `wiring` connects for a run, with the one secret that the run holds."""

    def __init__(self, url: str, database_url: str, **change: object) -> None:
        settings = Settings(database_url=database_url, simulators={"clubhouse": url}, key=Secret({"key": "ab" * 32}))
        tables, clock = Database(database_url), StagedClock(datetime(2026, 3, 2, 7, tzinfo=UTC))
        self.secret = Secret({"id": "app", "secret": CLIENT, "key": "K3y-of-somebody"})
        self.kind = IntegrationType.model_validate({**declared(), **change})
        self.connect = connector(settings, tables, clock, keyring(tables, key_encryption(settings)))

    def adapter(self, document: str = "visit", club: str = "970906513", *, quick: bool = False) -> Adapter:
        integration = SimpleNamespace(environment="simulator", type="clubhouse", settings={"club": club})
        pinned = SimpleNamespace(integration=integration, kind=self.kind, place=f"club {club}", allowed=Allowed())
        return self.connect(pinned, SimpleNamespace(document=document), self.secret, quick=quick)


@pytest.fixture
def run(register: Simulator, database_url: str) -> Run:
    return Run(register.base, database_url, **OAUTH)


def made(register: Simulator) -> int:
    return register.control("/_tokens")["made"]


def test_a_token_is_fetched_once_for_all_exports_of_a_run(run: Run, register: Simulator) -> None:
    for document in ("visit", "key", "post"):
        one = run.adapter(document)
        assert isinstance(one.send([outgoing(f"R-{document}")]), Settled)
        one.close()
    assert made(register) == 1


def test_a_token_that_is_refused_in_one_export_is_fetched_anew_for_the_next_too(run: Run, register: Simulator) -> None:
    first, second = run.adapter("visit"), run.adapter("key")
    first.send([outgoing("R-1")])
    register.control("/_tokens", {"expire": True})
    assert isinstance(second.send([outgoing("R-2")]), Settled)
    assert isinstance(first.send([outgoing("R-3")]), Settled)
    assert made(register) == 2


def test_another_credential_another_scope_and_a_test_have_a_token_of_their_own(run: Run, register: Simulator) -> None:
    run.adapter().send([outgoing("R-1")])
    run.adapter(club="111111111").send([outgoing("R-2")])
    run.adapter(quick=True).test()
    assert made(register) == 3
    run.secret = Secret({"id": "app", "secret": CLIENT, "key": "-"})  # the same value, from another reading
    run.adapter().send([outgoing("R-3")])
    assert made(register) == 4
    run.secret = Secret({"id": "app", "secret": "S3cret-that-is-wrong", "key": "-"})
    assert isinstance(run.adapter().send([outgoing("R-4")]), CredentialRefused)


def keeps(connections: list[socket.socket], asked: list[str]) -> Callable[[socket.socket], None]:
    """Answers one request after the other on each connection."""

    def speak(line: socket.socket) -> None:
        connections.append(line)
        while request := read_request(line):
            asked.append(request.decode().partition(" HTTP")[0])
            line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(FOUND), FOUND))

    return speak


def test_the_exports_of_a_run_share_connections_which_end_with_it(database_url: str) -> None:
    connections: list[socket.socket] = []
    asked: list[str] = []
    with peer(keeps(connections, asked)) as url:
        run = Run(url, database_url)
        for _ in range(3):
            one = run.adapter()
            assert isinstance(one.look_up([opened("R-1")]), Findings)
            one.close()
        assert (len(connections), len(asked)) == (1, 3)
        del one, run
        gc.collect()  # a socket that nobody closed would be a warning, and so a failure
    assert len(connections) == 1


def test_edges_that_fall_out_hang_up_only_when_nobody_uses_them(database_url: str) -> None:
    connections: list[socket.socket] = []
    with peer(keeps(connections, [])) as url:
        run = Run(url, database_url)
        first = run.adapter(club="0")
        first.look_up([opened("R-1")])
        for number in range(1, MOST + 2):
            run.adapter(club=str(number)).look_up([opened("R-1")])
        assert isinstance(first.look_up([opened("R-1")]), Findings)
        assert len(connections) == MOST + 2
        run.adapter(club="0").look_up([opened("R-1")])
        assert len(connections) == MOST + 3


def test_a_secret_is_never_compared() -> None:
    edges, secret = Edges(), Secret({"key": "K3y-of-somebody"})
    first = edges.shared("there", secret, lambda: "first")
    assert edges.shared("there", secret, lambda: "second") == first
    assert edges.shared("there", Secret({"key": "K3y-of-somebody"}), lambda: "third") == "third"
    assert edges.shared("elsewhere", secret, lambda: "fourth") == "fourth"
