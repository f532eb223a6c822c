"""The connection test over SFTP: a verdict within ten seconds, the right culprit, and no password for a stranger."""

import errno
import inspect
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import asyncssh
import pytest
from parts.dropbox import PASSWORD, USER, Dropbox, Post, opened, visits
from parts.hostile import HOME, peer

from reconciler.adapters import sftp
from reconciler.adapters.sftp import meaning
from reconciler.errors import Blocked
from reconciler.runs.outcome import CredentialRefused, LookupFailed, Settled, Stop, Unclear, Unreachable, Verdict
from reconciler.vaults.secret import Secret


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("key") / "id"
    made = asyncssh.generate_private_key("ssh-ed25519")
    made.write_private_key(path)
    made.write_public_key(f"{path}.pub")
    return path


@pytest.fixture(scope="module")
def _dropbox(key: Path) -> Iterator[Dropbox]:
    simulator = Dropbox("--key", f"robot:{key}.pub")
    yield simulator
    assert simulator.stop() == (0, "")


@pytest.fixture
def dropbox(_dropbox: Dropbox) -> Dropbox:
    _dropbox.control("/_reset")
    return _dropbox


@pytest.fixture
def at() -> Iterator[Callable[..., Post]]:
    made: list[Post] = []

    def one(url: str, **more: object) -> Post:
        made.append(Post(url, **more))
        return made[-1]

    yield one
    for each in made:
        each.close()


def verdict_of(post: Post) -> Verdict:
    began = time.monotonic()
    verdict = post.adapter().test()
    assert time.monotonic() - began < 10
    return verdict


def secret(value: str) -> Secret:
    return Secret({"secret": value})


def settings(user: str = USER, **more: str) -> dict[str, str]:
    return {"club": "kk", "user": user, **more}


def test_what_is_really_there_is_shown_and_nothing_is_left(at: Callable[..., Post], dropbox: Dropbox) -> None:
    assert verdict_of(at(dropbox.url)) == Verdict(
        ok=True, fault="", message="", found={"Folder": (f"{dropbox.url}/in",)}
    )
    assert dropbox.books()["files"] == []


def test_a_private_key_is_a_credential_too(at: Callable[..., Post], dropbox: Dropbox, key: Path) -> None:
    assert verdict_of(at(dropbox.url, secret=secret(key.read_text()), settings=settings("robot"))).ok
    other = asyncssh.generate_private_key("ssh-ed25519").export_private_key().decode()
    verdict = verdict_of(at(dropbox.url, secret=secret(other), settings=settings("robot")))
    assert (verdict.ok, verdict.fault) == (False, "credential")
    verdict = verdict_of(at(dropbox.url, secret=secret("-----BEGIN OPENSSH PRIVATE KEY-----\nS3cret-of-mine\n")))
    assert verdict.fault == "credential"
    assert verdict.message == sftp.UNREADABLE_KEY


@pytest.mark.parametrize(("word", "user"), [("Pa55word-of-another", USER), (PASSWORD, "somebody")])
def test_a_login_that_is_refused_is_the_credentials_fault(
    at: Callable[..., Post], dropbox: Dropbox, word: str, user: str
) -> None:
    verdict = verdict_of(at(dropbox.url, secret=secret(word), settings=settings(user)))
    assert (verdict.ok, verdict.fault) == (False, "credential")
    assert word not in verdict.message


def test_a_pinned_key_lets_in_and_another_one_never_hears_the_password(
    at: Callable[..., Post], dropbox: Dropbox
) -> None:
    pinned = settings(host_key=dropbox.server()["fingerprint"])
    assert verdict_of(at(dropbox.url, settings=pinned, more={"simulated": False, "way": HOME})).ok
    logins = dropbox.books()["logins"]
    dropbox.control("/_users", {"add": f"{USER}:{PASSWORD}"})
    wrong = settings(host_key=f"SHA256:{'A' * 43}")
    post = at(dropbox.url, settings=wrong)
    verdict = verdict_of(post)
    assert (verdict.ok, verdict.fault) == (False, "endpoint")
    assert pinned["host_key"] in verdict.message
    assert isinstance(post.adapter().send(visits("RCN-1")), Stop)
    assert dropbox.books()["logins"] == logins


@pytest.mark.parametrize(("url", "more"), [("sftp://127.0.0.1:1", {"simulated": False}), ("sftp://10.1.2.3", {})])
def test_a_server_whose_key_nobody_names_is_not_asked(at: Callable[..., Post], url: str, more: dict) -> None:
    with pytest.raises(Blocked) as caught:
        at(url, more=more).adapter()
    assert "host_key: SHA256:..." in caught.value.hint


def test_this_machines_own_ssh_settings_count_for_nothing(
    at: Callable[..., Post], dropbox: Dropbox, key: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".ssh").mkdir()
    (tmp_path / ".ssh" / "id_ed25519").write_bytes(key.read_bytes())
    (tmp_path / ".ssh" / "known_hosts").write_text("127.0.0.1 ssh-ed25519 AAAA\n")
    (tmp_path / ".ssh" / "config").write_text("Host *\n  Port 1\n  User nobody\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert verdict_of(at(dropbox.url)).ok
    assert (
        verdict_of(at(dropbox.url, secret=secret("Pa55word-of-another"), settings=settings("robot"))).fault
        == "credential"
    )


@pytest.mark.parametrize(("fault", "words"), [("forbidden", "not permitted"), ("disk_full", "No space left")])
def test_a_folder_that_takes_no_file_is_the_endpoints_fault(
    at: Callable[..., Post], dropbox: Dropbox, fault: str, words: str
) -> None:
    dropbox.arm(fault)
    verdict = verdict_of(at(dropbox.url))
    assert (verdict.ok, verdict.fault) == (False, "endpoint")
    assert words in verdict.message


@pytest.mark.parametrize("name", ["in", "ack", "err"])
def test_a_folder_that_is_missing_is_the_endpoints_fault(at: Callable[..., Post], dropbox: Dropbox, name: str) -> None:
    (dropbox.folder / name).rmdir()
    verdict = verdict_of(at(dropbox.url))
    assert (verdict.ok, verdict.fault) == (False, "endpoint")
    assert f"/{name}: there is no such folder" in verdict.message


def test_a_port_where_nobody_listens_and_a_name_that_nobody_knows_are_the_networks_fault(
    at: Callable[..., Post],
) -> None:
    verdict = verdict_of(at("sftp://127.0.0.1:9"))
    assert verdict.fault == "network"
    assert "refused" in verdict.message

    def unknown(_name: str, _port: int) -> list[str]:
        raise socket.gaierror(-2, "Name or service not known")

    named = settings(host_key="SHA256:x")
    verdict = verdict_of(at("sftp://files.example", settings=named, more={"find": unknown}))
    assert verdict.fault == "network"
    assert "the name 'files.example' is not known" in verdict.message


def test_a_name_server_that_never_answers_is_the_networks_fault(
    at: Callable[..., Post], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reconciler.adapters.transport.NAME_S", 0.3)
    ended = threading.Event()
    named = settings(host_key="SHA256:x")
    find = {"find": lambda _name, _port: ended.wait(60)}
    verdict = verdict_of(at("sftp://files.example", settings=named, more=find))
    ended.set()
    assert verdict == Verdict(
        ok=False, fault="network", message="files.example:22: no name server answers who 'files.example' is"
    )


@pytest.mark.parametrize(
    "speak",
    [
        lambda line: line.recv(65536) and line.recv(1),
        lambda line: line.sendall(b"220 mail.example\r\n"),
        lambda line: line.sendall(b"SSH-2.0-x\r\n" + b"\x00" * 4096),
        lambda line: line.close(),
    ],
    ids=["silent", "another-protocol", "garbage", "hangs-up"],
)
def test_whoever_speaks_no_ssh_is_the_endpoints_fault(
    at: Callable[..., Post], speak: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reconciler.adapters.files.TEST_WHOLE_S", 0.5)
    with peer(speak) as url:
        verdict = verdict_of(at(url.replace("http:", "sftp:")))
    assert (verdict.ok, verdict.fault) == (False, "endpoint"), verdict


def test_a_server_that_is_slow_at_its_files_ends_in_time(
    at: Callable[..., Post], dropbox: Dropbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    post = at(dropbox.url)
    adapter = post.adapter()
    assert isinstance(adapter.send(visits("RCN-0")), Settled)
    monkeypatch.setattr("reconciler.adapters.files.WHOLE_S", 1.0)
    dropbox.arm("stall_before_rename", seconds=1.5)
    assert isinstance(adapter.send(visits("RCN-1")), Unclear)
    dropbox.arm("slow", seconds=120)
    began = time.monotonic()
    answer = adapter.send(visits("RCN-2"))
    assert time.monotonic() - began < 60, "nobody waits for the end of what came too late"
    assert isinstance(answer, Unreachable)
    assert "did not answer in time" in answer.message
    dropbox.control("/_faults", {"clear": True})
    monkeypatch.undo()
    deadline = time.monotonic() + 10
    while len([name for name in dropbox.files() if name.endswith(".csv")]) < 2 and time.monotonic() < deadline:
        time.sleep(0.05)
    found = post.adapter().look_up([*opened("RCN-1"), *opened("RCN-2")])
    assert not isinstance(found, LookupFailed)
    assert list(found.found) == ["RCN-1"], "it arrived after we gave up; the other never did"


def test_every_exception_of_the_library_has_a_meaning() -> None:
    """What the server answers is definitive, what ends the connection is not; nothing else may come out."""
    foreign = {
        each
        for module in (asyncssh, asyncssh.sftp, asyncssh.misc, asyncssh.public_key, asyncssh.packet)
        for _, each in inspect.getmembers(module, inspect.isclass)
        if issubclass(each, Exception) and each.__module__.startswith("asyncssh")
    }
    not_ours = {"PasswordChangeRequired", "BreakReceived", "SignalReceived", "SoftEOFReceived", "TerminalSizeChanged"}
    not_ours |= {"ChannelListenError"}
    for each in sorted(foreign, key=lambda found: found.__name__):
        if each.__name__ in not_ours:
            continue  # sessions with a terminal, forwarded ports and changed passwords: none of them is asked for
        assert issubclass(each, sftp.FAILURES), each
        error = each.__new__(each)
        answer = meaning(error, "in", "said")
        definitive = issubclass(each, asyncssh.SFTPError | asyncssh.ChannelOpenError) and "Connection" not in (
            each.__name__
        )
        if each is not asyncssh.SFTPBadMessage:
            assert isinstance(answer, Stop if definitive else Unclear), each
    assert isinstance(meaning(OSError(errno.ECONNRESET, "reset"), "in", "said"), Unclear)
    assert len(foreign) > 40


def test_what_a_server_says_cannot_bring_the_password_back(at: Callable[..., Post], dropbox: Dropbox) -> None:
    post = at(dropbox.url)
    post.adapter().send(visits("RCN-1"))
    (reference,) = dropbox.take(refuse=["RCN-1"], message=f"\x1b[2Jwho are you, {PASSWORD}?")
    assert reference
    found = post.adapter().look_up(opened("RCN-1"))
    assert not isinstance(found, LookupFailed)
    assert found.found["RCN-1"].message == "REFUSED: [2Jwho are you, ••••••••?"


def test_a_revoked_login_is_told_apart_from_a_folder_that_is_down(at: Callable[..., Post], dropbox: Dropbox) -> None:
    post = at(dropbox.url)
    dropbox.control("/_users", {"revoke": f"{USER}:{PASSWORD}"})
    assert isinstance(post.adapter().send(visits("RCN-1")), CredentialRefused)
    found = post.adapter().look_up(opened("RCN-1"))
    assert isinstance(found, LookupFailed)
    assert isinstance(found.answer, CredentialRefused)
    assert isinstance(at("sftp://127.0.0.1:9").adapter().send(visits("RCN-1")), Unreachable)
