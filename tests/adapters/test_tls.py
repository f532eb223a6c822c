"""Who is there is always proved: by the system's authorities, and by the installation's own beside them."""

import datetime as dt
import os
import ssl
from collections.abc import Callable
from pathlib import Path

import pytest
from parts.authority import DAY, Authority
from parts.clubhouse import Clubhouse, outgoing
from parts.hostile import certificate, hears, peer

from reconciler.adapters.edge import Edge, Question, Reply, Terms
from reconciler.adapters.transport import Way
from reconciler.errors import EnvironmentRefused
from reconciler.runs.outcome import Unreachable
from reconciler.settings import read_settings
from reconciler.wiring import way

NAME = "register.example.org"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


def asked(url: str, ca_file: Path | None = None) -> object:
    edge = Edge(
        url.replace("127.0.0.1", NAME),
        {},
        Terms(way=Way(ca_file=ca_file).at_home(), find=lambda _name, _port: ["127.0.0.1"]),
    )
    try:
        return edge.ask(Question("GET"))
    finally:
        edge.close()


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


def test_an_own_authority_is_believed_where_the_installation_names_it(authority: Authority) -> None:
    with peer(hears(OK), authority.server(NAME)) as url:
        assert isinstance(asked(url, authority.file), Reply)
        assert isinstance(asked(url.replace("https:", "HTTPS:"), authority.file), Reply)


@pytest.mark.parametrize(
    ("trusted", "served", "life", "why"),
    [
        (None, NAME, DAY, "unable to get local issuer certificate"),
        ("Another", NAME, DAY, "unable to get local issuer certificate"),
        ("An authority", "other.example.org", DAY, "Hostname mismatch"),
        ("An authority", f"www.{NAME}", DAY, "Hostname mismatch"),
        ("An authority", NAME, -dt.timedelta(minutes=1), "certificate has expired"),
    ],
    ids=["nobody-knows-it", "another-authority", "another-name", "a-name-below", "expired"],
)
def test_whoever_cannot_prove_to_be_there_is_not_spoken_with(
    tmp_path: Path, trusted: str | None, served: str, life: dt.timedelta, why: str
) -> None:
    authority, another = Authority(tmp_path), Authority(tmp_path, "Another")
    files = {None: None, "Another": another.file, "An authority": authority.file}
    heard: list[bytes] = []
    with peer(lambda line: heard.append(line.recv(1)), authority.server(served, life)) as url:
        found = asked(url, files[trusted])
    assert isinstance(found, Unreachable), found
    assert found.code == "no-tls"
    assert why in found.message
    assert not any(heard)


def test_the_systems_authorities_count_beside_ones_own(
    tmp_path: Path, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    system = Authority(tmp_path, "The system's")
    monkeypatch.setenv("SSL_CERT_FILE", str(system.file))
    for one in (system, authority):
        with peer(hears(OK), one.server(NAME)) as url:
            assert isinstance(asked(url, authority.file), Reply)


@pytest.mark.parametrize("oldest", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1])
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_old_versions_of_tls_are_not_spoken(authority: Authority, oldest: ssl.TLSVersion) -> None:
    context = authority.server(NAME)
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = context.maximum_version = oldest
    with peer(hears(OK), context) as url:
        assert asked(url, authority.file).code == "no-tls"


@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "HTTP_PROXY"])
def test_proxies_of_the_environment_are_nobody_that_we_ask(
    authority: Authority, variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[bytes] = []
    with peer(lambda line: heard.append(line.recv(9))) as elsewhere:
        monkeypatch.setitem(os.environ, variable, elsewhere)
        with peer(hears(OK), authority.server(NAME)) as url:
            assert isinstance(asked(url, authority.file), Reply)
    assert heard == []


def test_a_document_for_somebody_else_never_leaves(at: Callable[..., Clubhouse], tmp_path: Path) -> None:
    with peer(hears(OK), certificate(tmp_path, "other.example")) as url:
        assert isinstance(at(url).adapter("key").send([outgoing("R-1")]), Unreachable)


@pytest.mark.parametrize("content", [None, b"", b"no certificates", b"-----BEGIN CERTIFICATE-----\nAAAA\n"])
def test_a_file_of_authorities_that_cannot_be_read_stops_before_anything_is_asked(
    tmp_path: Path, content: bytes | None
) -> None:
    file = tmp_path / "ca.pem"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(EnvironmentRefused, match="RECONCILER_CA_FILE"):
        way(read_settings({"RECONCILER_CA_FILE": str(file)}))


def test_the_file_that_the_installation_names_is_used(authority: Authority) -> None:
    assert way(read_settings({"RECONCILER_CA_FILE": str(authority.file)})).ca_file == authority.file
