"""Where connections may go: however a host is written and wherever its name leads, the connected address is judged."""

import json
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ipaddress import ip_network

import pytest
from parts.clubhouse import CLIENT, Clubhouse, opened, outgoing
from parts.hostile import hears, peer, read_request

from reconciler.adapters.edge import Edge, Question, Reply, Terms
from reconciler.adapters.reach import Reach, literal
from reconciler.adapters.transport import Way, resolve
from reconciler.runs.outcome import LookupFailed, Unreachable
from reconciler.vaults.secret import Secret

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
NAME = "api.example.org"
PUBLIC = ["8.8.8.8", "1.1.1.1", "2606:4700:4700::1111", "2a00:1450:400f::1", "::ffff:8.8.8.8", "64:ff9b::808:808"]
PRIVATE = [
    "10.0.0.5", "172.16.0.1", "172.31.255.255", "192.168.1.1", "127.0.0.1", "127.9.9.9", "::1", "100.64.0.1",
    "198.18.0.1", "192.0.2.1", "203.0.113.9", "240.0.0.1", "192.0.0.8", "192.0.0.9", "192.88.99.1",
    "fd12:3456::1", "fc00::1", "fec0::1", "100::1", "5f00::1", "2001:db8::1", "3fff::1", "2001::1", "2001:20::1",
    "::ffff:10.0.0.5", "::ffff:127.0.0.1", "::ffff:a00:5", "::10.0.0.5", "::127.0.0.1", "64:ff9b::10.0.0.5",
    "64:ff9b::7f00:1", "64:ff9b:1::a00:5", "64:ff9b:1::808:808", "2002:7f00:1::1", "2002:a00:5::", "2002:808:808::1",
    "2001:0:7f00:1::1", "::ffff:0:10.0.0.5", "::ffff:0:808:808", "4000::1",
]  # fmt: skip
NEVER = [
    "0.0.0.0", "0.1.2.3", "::", "224.0.0.1", "239.255.255.250", "ff02::1", "ff0e::1", "255.255.255.255",
    "169.254.169.254", "169.254.170.2", "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe", "fe80::1", "fe80::1%eth0",
    "fe80::1%1", "fd00:ec2::254", "fd20:ce::254", "100.100.100.200", "168.63.129.16", "192.0.0.192",
    "::ffff:100.100.100.200", "::ffff:0.0.0.0",
]  # fmt: skip
NONSENSE = ["", "localhost", "10.0.0", "010.0.0.1", "1.2.3.4.5", "fe80::1%", "::1::", "10.0.0.1 ", "x" * 5000]
EVERYTHING = Reach((ip_network("0.0.0.0/0"), ip_network("::/0")))


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_reached_and_not_from_the_environment_of_simulators(address: str) -> None:
    assert Reach().refusal(address) == ""
    assert Reach().at_home().refusal(address) == "an address on a public network"


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses_are_reached_only_where_the_installation_names_their_network(address: str) -> None:
    assert Reach().refusal(address) == "an address on a private network"
    assert EVERYTHING.refusal(address) == ""


@pytest.mark.parametrize("address", NEVER)
def test_addresses_that_tell_a_machine_its_own_secrets_are_never_reached(address: str) -> None:
    assert EVERYTHING.refusal(address) == "an address that is never an outside system's"
    assert Reach().at_home().refusal(address)


@pytest.mark.parametrize("written", NONSENSE)
def test_what_is_no_address_is_not_reached(written: str) -> None:
    assert EVERYTHING.refusal(written) == "what is no address"


def test_a_named_network_is_reached_in_each_form_of_its_addresses_and_no_other_is() -> None:
    reach = Reach((ip_network("10.20.0.0/16"), ip_network("fd12:3456::/32")))
    for address in ("10.20.0.1", "::ffff:10.20.0.1", "64:ff9b::10.20.0.1", "fd12:3456::9", "8.8.8.8"):
        assert reach.refusal(address) == "", address
    for address in ("10.21.0.1", "fd12:3457::9", "127.0.0.1", "2002:a14:1::1"):
        assert reach.refusal(address), address
    home = reach.at_home()
    assert [home.refusal(each) for each in ("127.0.0.1", "::1", "10.20.0.1")] == ["", "", ""]
    assert home.refusal("10.21.0.1")


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "127.0.0.1"), ("2130706433", "127.0.0.1"), ("0x7f000001", "127.0.0.1"), ("127.1", "127.0.0.1"),
        ("0177.0.0.1", "127.0.0.1"), ("0x7f.1", "127.0.0.1"), ("[::1]", "::1"), ("[fe80::1%25lo]", "fe80::1%25lo"),
        ("127.0.0.1.", "127.0.0.1"), ("api.example.org", None), ("localhost", None), ("1.example.org", None),
    ],
)  # fmt: skip
def test_an_address_is_known_in_any_spelling(host: str, address: str | None) -> None:
    assert literal(host) == address


# Over real connections.


class Line:
    """An edge to a place, which counts what arrives at a peer on this machine."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.asked: list[str] = []

    def ask(self, host: str, find: Callable | None = None, way: Way | None = None) -> object:
        more = {"find": find} if find else {}
        edge = Edge(f"http://{host}:{self.port}/", {"X": "a-credential"}, Terms(way=way or Way(), **more))
        try:
            return edge.ask(Question("GET"))
        finally:
            edge.close()


@pytest.fixture
def line() -> Iterator[Line]:
    made = Line(0)

    def speak(connection: socket.socket) -> None:
        made.asked.append(read_request(connection).decode())
        connection.sendall(OK)

    with peer(speak) as url:
        made.port = int(url.rpartition(":")[2])
        yield made


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "2130706433", "0x7f000001", "0x7f.0.0.1", "0177.0.0.1", "127.1", "127.0.0.1.",
     "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[0:0:0:0:0:0:0:1]", "[fe80::1%25lo]", "[::1%25lo]", "0",
     "0.0.0.0", "[::]", "①②⑦.0.0.1", "127。0。0。1", "user@127.0.0.1", "169.254.169.254", "[64:ff9b::7f00:1]"],
)  # fmt: skip
def test_no_spelling_of_a_host_leads_to_this_machine(line: Line, host: str) -> None:
    found = line.ask(host)
    assert isinstance(found, Unreachable), found
    assert line.asked == []


def test_the_installation_can_allow_a_network_and_a_simulator_is_on_this_machine(line: Line) -> None:
    assert isinstance(line.ask("127.0.0.1", way=Way(Reach((ip_network("127.0.0.0/8"),), public=False))), Reply)
    assert isinstance(line.ask("localhost", way=Way().at_home()), Reply)
    assert len(line.asked) == 2


def test_nobody_but_a_simulator_is_spoken_with_in_the_clear(line: Line) -> None:
    found = line.ask("127.0.0.1", way=Way(Reach((ip_network("127.0.0.0/8"),))))
    assert found.code == "address-not-allowed"
    assert "without encryption" in found.message
    assert line.asked == []


def test_what_was_judged_is_what_is_connected_to_however_often_the_name_changes(line: Line) -> None:
    answers = [["8.8.8.8"], ["127.0.0.1"], ["127.0.0.1"]]
    asked: list[str] = []

    def find(name: str, _port: int) -> list[str]:
        asked.append(name)
        return answers[len(asked) - 1]

    home = Way().at_home()
    found = line.ask(NAME, find, home)  # judged as public: whoever asked again would get to the peer
    assert found == Unreachable(
        f"ConnectError: '{NAME}' leads to an address on a public network (RECONCILER_PRIVATE_NETWORKS)",
        "address-not-allowed",
    )
    assert (asked, line.asked) == ([NAME], [])
    assert isinstance(line.ask(NAME, find, home), Reply)
    assert asked == [NAME, NAME]  # one question a connection: nothing is asked between the judgement and the connection
    assert isinstance(line.ask(NAME, find), Unreachable)
    assert len(line.asked) == 1


@pytest.mark.parametrize("addresses", [["8.8.8.8", "127.0.0.1"], ["127.0.0.1", "8.8.8.8"], ["8.8.8.8"] * 20 + ["::1"]])
def test_one_address_that_is_not_allowed_refuses_the_name(line: Line, addresses: list[str]) -> None:
    assert line.ask(NAME, lambda _name, _port: addresses).code == "address-not-allowed"
    assert line.asked == []


def test_the_message_shows_no_address_that_a_name_leads_to(line: Line) -> None:
    found = line.ask("inside.example.org", lambda _name, _port: ["10.77.1.2"])
    assert "10.77" not in found.message
    assert "inside.example.org" in found.message


def test_a_new_connection_is_judged_anew_after_the_name_has_moved() -> None:
    asked: list[str] = []

    def find(name: str, _port: int) -> list[str]:
        asked.append(name)
        return ["127.0.0.1"] if len(asked) == 1 else ["169.254.169.254"]

    with peer(hears(OK.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))) as url:  # says that it hangs up
        edge = Edge(url.replace("127.0.0.1", NAME), {}, Terms(find=find, way=Way().at_home()))
        assert isinstance(edge.ask(Question("GET")), Reply)
        assert edge.ask(Question("GET")).code == "address-not-allowed"
        edge.close()


@contextmanager
def sends_on(place: str) -> Iterator[tuple[str, list[str]]]:
    """A peer whose every answer leads to `place`."""
    asked: list[str] = []

    def speak(connection: socket.socket) -> None:
        asked.append(read_request(connection).decode().partition(" HTTP")[0])
        head = f"HTTP/1.1 307 Moved\r\nLocation: {place}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        connection.sendall(head.encode())

    with peer(speak) as url:
        yield url, asked


@pytest.mark.parametrize("place", ["http://169.254.169.254/latest/meta-data", "http://127.0.0.1:{port}/elsewhere"])
def test_no_redirect_is_followed_on_writes_nor_on_reads(at: Callable[..., Clubhouse], line: Line, place: str) -> None:
    with sends_on(place.format(port=line.port)) as (url, asked):
        club = at(url)
        one = club.adapter("key")
        one.send([outgoing("R-1")])
        assert isinstance(one.look_up([opened("R-1")]), LookupFailed)
        assert not one.test().ok
    assert asked == ["PUT /visits/R-1", "GET /visits/R-1", "GET /status"]
    assert line.asked == []


# The token endpoint and its discovery go the same way.

CLIENTS = {
    "token_url": {"token_url": "https://{host}:{port}/oauth2/token"},
    "discovery": {"discovery": "https://{host}:{port}/.well-known/openid-configuration"},
}


@pytest.mark.parametrize("by", CLIENTS)
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "idp.example.org"])
def test_no_token_is_asked_for_at_an_address_that_is_not_allowed(
    at: Callable[..., Clubhouse], line: Line, by: str, host: str
) -> None:
    named = {key: text.format(host=host, port=line.port) for key, text in CLIENTS[by].items()}
    auth = {"scheme": "oauth2", "client_id": "id", "client_secret": "secret", **named}
    names = {name: {"en": name, "nb": name} for name in ("id", "secret")}

    def find(name: str, port: int) -> list[str]:
        return ["127.0.0.1"] if name == "idp.example.org" else list(resolve(name, port))

    secret = Secret({"id": "app", "secret": CLIENT})
    club = at("https://api.example.org", secret=secret, more={"simulated": False, "find": find})
    one = club.adapter("key", auth=auth, credentials=names)
    found = one.send([outgoing("R-1")])
    assert isinstance(found, Unreachable)
    assert (found.code, found.message.startswith("the token endpoint")) == ("address-not-allowed", True)
    verdict = one.test()
    assert (verdict.ok, verdict.fault) == (False, "endpoint")
    assert line.asked == []


def test_a_simulators_secret_stays_on_this_machine(at: Callable[..., Clubhouse]) -> None:
    club = at("http://sim.example.org", more={"find": lambda _name, _port: ["93.184.216.34"]})
    assert club.adapter("key").send([outgoing("R-1")]).code == "address-not-allowed"


def test_a_discovery_document_cannot_lead_the_secret_to_another_address(at: Callable[..., Clubhouse]) -> None:
    """The name answers the discovery, then moves: the token is not asked for there."""
    asked: list[bytes] = []
    addresses = [["127.0.0.1"], ["10.0.0.1"]]

    def speak(connection: socket.socket) -> None:
        asked.append(read_request(connection))
        body = json.dumps({"token_endpoint": f"http://idp.example.org:{connection.getsockname()[1]}/token"}).encode()
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))

    with peer(speak) as url:
        port = url.rpartition(":")[2]
        auth = {"scheme": "oauth2", "discovery": "https://idp/.well-known/openid-configuration"}
        names = {name: {"en": name, "nb": name} for name in ("client_id", "client_secret")}
        club = at(
            f"http://idp.example.org:{port}",
            secret=Secret({"client_id": "app", "client_secret": CLIENT}),
            more={"find": lambda _name, _port: addresses.pop(0)},
        )
        found = club.adapter("key", auth=auth, credentials=names).send([outgoing("R-1")])
    assert found.code == "address-not-allowed"
    assert len(asked) == 1
    assert CLIENT.encode() not in asked[0]
