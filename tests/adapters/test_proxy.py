"""Through a proxy: the outside system is still proved by TLS, time is still counted, and nobody sees the login."""

import logging
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from parts.authority import Authority
from parts.canary import Canary
from parts.clubhouse import CLIENT, Clubhouse, outgoing
from parts.hostile import hears, peer, read_request
from parts.proxy import proxy
from parts.watch import Watch, louden

from reconciler.adapters import transport
from reconciler.adapters.edge import Edge, Question, Reply, Terms
from reconciler.adapters.proxy import Proxy
from reconciler.adapters.reach import Reach
from reconciler.adapters.transport import Way
from reconciler.errors import UsageError
from reconciler.runs.outcome import Unreachable
from reconciler.settings import Sealed, read_settings
from reconciler.vaults.secret import Secret
from reconciler.wiring import way

NAME = "api.example.org"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
LOGIN = "user:pa ss:wörd"


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


@pytest.fixture
def system(authority: Authority) -> Iterator[str]:
    """An outside system with TLS; nobody but the proxy knows where it is."""
    with peer(hears(OK), authority.server(NAME)) as url:
        yield url


def through(there: Proxy, authority: Authority, url: str = f"https://{NAME}/", **more: object) -> object:
    edge = Edge(url, {"X": "a-credential"}, Terms(way=Way(Reach(), there, authority.file), find=nobody, **more))
    try:
        return edge.ask(Question("GET"))
    finally:
        edge.close()


def nobody(name: str, _port: int) -> list[str]:
    raise OSError(f"{name} is not known here")


def place(url: str) -> Callable[[str, int], tuple[str, int]]:
    return lambda _host, _port: ("127.0.0.1", int(url.rpartition(":")[2]))


def test_the_proxy_connects_by_name_and_the_outside_system_is_proved_end_to_end(
    system: str, authority: Authority, tmp_path: Path
) -> None:
    with proxy(leads=place(system)) as server:
        assert isinstance(through(server.way(), authority), Reply)
        other = Authority(tmp_path, "Another")
        found = through(server.way(), other)
    assert isinstance(found, Unreachable)
    assert found.code == "no-tls"
    assert [each.splitlines()[0] for each in server.asked] == [f"CONNECT {NAME}:443 HTTP/1.1"] * 2
    assert not any("a-credential" in each for each in server.asked)


def test_a_proxy_that_leads_to_somebody_else_gets_nothing(authority: Authority) -> None:
    heard: list[bytes] = []
    with (
        peer(lambda line: heard.append(line.recv(1)), authority.server("evil.example.org")) as url,
        proxy(leads=place(url)) as server,
    ):
        assert through(server.way(), authority).code == "no-tls"
    assert not any(heard)


def test_the_login_is_sent_to_the_proxy_alone(authority: Authority) -> None:
    heard: list[bytes] = []

    def speak(line: socket.socket) -> None:
        heard.append(read_request(line))
        line.sendall(OK)

    with peer(speak, authority.server(NAME)) as url, proxy(login=LOGIN, leads=place(url)) as server:
        assert isinstance(through(server.way(Sealed(LOGIN)), authority), Reply)
        refused = through(server.way(Sealed("user:other")), authority)
        nameless = through(server.way(), authority)
    assert b"proxy-authorization" not in b"".join(heard).lower()
    assert refused == nameless
    assert refused.message.endswith(
        f"does not connect to {NAME}:443, it answers 407: its login is not accepted (RECONCILER_PROXY)"
    )


@pytest.mark.parametrize(
    "url",
    ["https://127.0.0.1/", "https://2130706433/", "https://0x7f.1/", "https://[::1]/", "https://169.254.169.254/",
     "https://[::ffff:10.0.0.1]/", "https://10.0.0.1./"],
)  # fmt: skip
def test_the_proxy_is_not_asked_for_an_address_that_is_not_allowed(system: str, authority: Authority, url: str) -> None:
    with proxy(leads=place(system)) as server:
        assert through(server.way(), authority, url).code == "address-not-allowed"
    assert server.asked == []


def test_hosts_that_do_without_it_are_judged_as_ever(system: str, authority: Authority) -> None:
    with proxy(leads=place(system)) as server:
        there = server.way(None, "*.example.org")
        assert through(there, authority).message.startswith(f"ConnectError: the name '{NAME}' is not known")
        assert isinstance(through(server.way(None, "*.example.net"), authority), Reply)
    assert len(server.asked) == 1


def test_the_token_is_fetched_through_it_too(at: Callable[..., Clubhouse], authority: Authority) -> None:
    names = {name: {"en": name, "nb": name} for name in ("id", "secret")}
    auth = {"scheme": "oauth2", "token_url": "https://idp.example.org/t", "client_id": "id", "client_secret": "secret"}

    def speak(line: socket.socket) -> None:
        read_request(line)
        body = b'{"access_token": "a-token-of-somebody", "id": "7"}'
        line.sendall(b"HTTP/1.1 201 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))

    context = authority.server("idp.example.org")
    with peer(speak, context) as url, proxy(leads=place(url)) as server:
        more = {"simulated": False, "find": nobody, "way": Way(Reach(), server.way(), authority.file)}
        club = at(f"https://{NAME}", secret=Secret({"id": "app", "secret": CLIENT}), more=more)
        club.adapter("key", auth=auth, credentials=names).send([outgoing("R-1")])
    assert [each.split(" ")[1] for each in server.asked] == ["idp.example.org:443"]


def test_simulators_and_plain_http_do_without_it(authority: Authority) -> None:
    with peer(hears(OK)) as url, proxy() as server:
        there = Way(Reach(), server.way(), authority.file).at_home()
        edge = Edge(url, {}, Terms(way=there))
        assert isinstance(edge.ask(Question("GET")), Reply)
        edge.close()
        with peer(hears(OK), authority.server("localhost")) as encrypted:
            edge = Edge(encrypted.replace("127.0.0.1", "localhost"), {}, Terms(way=there))
            assert isinstance(edge.ask(Question("GET")), Reply)
            edge.close()
    assert server.asked == []


ODD = {
    "refuses": b"HTTP/1.1 403 Forbidden by policy of S3cret\r\nContent-Length: 0\r\n\r\n",
    "fails": b"HTTP/1.1 502 Bad\r\nContent-Length: 0\r\n\r\n",
    "redirects": b"HTTP/1.1 302 Found\r\nLocation: http://login/\r\nContent-Length: 0\r\n\r\n",
    "no http": b"220 mail.example S3cret\r\n",
    "nothing": b"",
    "half": b"HTTP/1.1 200 OK\r\n",
    "speaks first": b"HTTP/1.1 200 OK\r\n\r\nS3cret",
}


@pytest.mark.parametrize("name", ODD)
def test_whatever_a_proxy_answers_nothing_has_left(authority: Authority, name: str) -> None:
    with peer(hears(ODD[name])) as url:
        found = through(Proxy("127.0.0.1", int(url.rpartition(":")[2])), authority)
    assert isinstance(found, Unreachable), found
    assert "S3cret" not in found.message


def test_a_proxy_that_is_not_there_or_not_known_is_the_networks_fault(authority: Authority) -> None:
    assert "refused" in through(Proxy("127.0.0.1", 9), authority).message
    assert "the name 'proxy.example.org' is not known" in through(Proxy("proxy.example.org", 9), authority).message


@pytest.mark.parametrize("drips", [False, True])
def test_a_slow_proxy_does_not_hold_us_longer_than_it_may(
    authority: Authority, drips: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def speak(line: socket.socket) -> None:
        line.recv(65536)
        for each in b"HTTP/1.1 200 Connection established and quite a few words more\r\n\r\n" * drips:
            line.sendall(bytes([each]))
            time.sleep(0.05)
        line.recv(1)

    monkeypatch.setattr(transport, "TUNNEL_S", 0.3)
    began = time.monotonic()
    with peer(speak) as url:
        found = through(Proxy("127.0.0.1", int(url.rpartition(":")[2])), authority)
    assert isinstance(found, Unreachable), found
    assert f"does not connect to {NAME}:443 in time" in found.message
    assert time.monotonic() - began < 10


# Nobody sees the login.


@pytest.mark.parametrize("name", ["quotes", "reason", "no http", "refused"])
def test_the_login_is_in_no_message_nor_log(authority: Authority, capfd: pytest.CaptureFixture[str], name: str) -> None:
    canary = Canary()
    said: list[bytes] = []

    def speak(line: socket.socket) -> None:
        head = read_request(line)
        login = next(row for row in head.split(b"\r\n") if row.lower().startswith(b"proxy-authorization"))
        said.append(login)
        line.sendall({
            "quotes": b"HTTP/1.1 407 No\r\nX: " + login + b"\r\nContent-Length: 9\r\n\r\n" + login,
            "reason": b"HTTP/1.1 407 " + login + b"\r\n\r\n",
            "no http": login + b"\r\n\r\n",
            "refused": b"",
        }[name])  # fmt: skip

    watch, before = Watch(capfd), logging.root.level
    logging.root.addHandler(watch)
    logging.root.setLevel(logging.DEBUG)
    louden()
    try:
        with peer(speak) as url:
            there = Proxy("127.0.0.1", int(url.rpartition(":")[2]), Sealed(f"user:{canary.value}"))
            found = through(there, authority)
    finally:
        logging.root.setLevel(before)
        logging.root.removeHandler(watch)
    out, err = capfd.readouterr()
    assert said
    let_out = [out, err, repr(found), repr(there), *(text for _, text in watch.seen)]
    assert [each for text in let_out for each in canary.found_in(text)] == []


SETTING = {"RECONCILER_PROXY": "http://us%65r:pa%20ss@proxy.example.org:3128/", "RECONCILER_NO_PROXY": "a.no,*.b.no"}


def test_the_setting_names_host_port_login_and_the_hosts_that_do_without() -> None:
    found = way(read_settings(SETTING)).proxy
    assert (found.host, found.port, found.direct) == ("proxy.example.org", 3128, ("a.no", "*.b.no"))
    assert found.login.reveal() == {"key": "user:pa ss"}
    assert "pa ss" not in repr(read_settings(SETTING)) + repr(found)
    assert [found.serves(each) for each in ("a.no", "x.b.no", "b.no", "A.NO", "c.no")] == [
        False, False, True, False, True,
    ]  # fmt: skip
    assert way(read_settings({})).proxy is None


@pytest.mark.parametrize(
    "value",
    ["proxy:3128", "https://user:S3cret@p:1", "socks5://user:S3cret@p:1", "http://user:S3cret@p", "http://:1",
     "http://user:S3cret@p:x", "http://user:S3cret@p:99999", "http://user:S3cret@p:1/path", "http://[S3cret"],
)  # fmt: skip
def test_a_proxy_that_cannot_be_read_is_refused_without_showing_it(value: str) -> None:
    with pytest.raises(UsageError, match="RECONCILER_PROXY cannot be read") as refused:
        read_settings({"RECONCILER_PROXY": value})
    assert "S3cret" not in f"{refused.value!r} {vars(refused.value)} {refused.value.__context__!r}"


@pytest.mark.parametrize("value", ["10.0.0.5/8", "ten", "10.0.0.0/33", "10.0.0.0/8;11.0.0.0/8"])
def test_networks_that_cannot_be_read_are_refused(value: str) -> None:
    with pytest.raises(UsageError, match="RECONCILER_PRIVATE_NETWORKS cannot be read"):
        read_settings({"RECONCILER_PRIVATE_NETWORKS": value})


def test_the_networks_that_the_installation_names_are_reached() -> None:
    found = way(read_settings({"RECONCILER_PRIVATE_NETWORKS": "10.20.0.0/16, fd12::/16,192.168.1.9"})).reach
    assert [found.refusal(each) for each in ("10.20.1.1", "fd12::1", "192.168.1.9", "8.8.8.8")] == [""] * 4
    assert found.refusal("10.21.1.1")
