"""A GitHub App: what it signs, the tokens that it gets, and what it says when it gets none."""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from parts.hosts.api import Said
from parts.hosts.github import GitHubApi, refused

from reconciler.clock import StagedClock
from reconciler.hosts import github
from reconciler.hosts.client import Where
from reconciler.hosts.forge import Forge
from reconciler.hosts.logins import App
from reconciler.runs.host import Later, Refused, Status, Trouble

TOKENS = "/access_tokens$"
Post = Callable[[], Trouble | None]


@pytest.fixture
def host(api: GitHubApi, key: rsa.RSAPrivateKey, key_file: Path, clock: StagedClock) -> Forge:
    api.app = ("4711", "99", key.public_key())
    api.tokens.clear()
    return github.host(Where(api.name, api.url), App("4711", "99", key_file), clock)


@pytest.fixture
def post(host: Forge, api: GitHubApi) -> Post:
    """Set a status that is another one each time."""
    words = iter(range(1000))
    base = api.repository.branch("main")
    return lambda: host.set_status(base, Status("reconciler/production", "success", str(next(words))))


def test_an_app_gets_a_token_and_uses_it_for_its_hour(api: GitHubApi, clock: StagedClock, post: Post):
    for _ in range(3):
        assert post() is None
        clock.wait(15 * 60)
    assert api.count("POST", TOKENS) == 1


def test_a_token_is_renewed_before_its_end(api: GitHubApi, clock: StagedClock, post: Post):
    assert post() is None
    clock.wait(56 * 60)
    assert post() is None
    assert api.count("POST", TOKENS) == 2


def test_a_token_that_ends_in_mid_flight_is_fetched_anew(api: GitHubApi, post: Post):
    assert post() is None
    api.tokens.clear()
    assert post() is None
    assert api.count("POST", TOKENS) == 2


def test_a_token_that_ends_between_two_requests_of_one_call_is_fetched_anew(api: GitHubApi, post: Post):
    api.fail("POST", "/statuses/", refused(401, "Bad credentials"))
    assert post() is None
    assert api.count("POST", TOKENS) == 2
    assert sum(map(len, api.statuses.values())) == 1


def test_a_new_token_that_is_refused_too_is_not_fetched_for_ever(api: GitHubApi, post: Post):
    api.fail("POST", "/statuses/", refused(401, "Bad credentials"), times=-1)
    said = post()
    assert isinstance(said, Refused)
    assert said.code == "credential"
    assert api.count("POST", TOKENS) == 2


def test_several_at_once_fetch_one_token(api: GitHubApi, post: Post):
    with ThreadPoolExecutor(4) as pool:
        assert [each.result() for each in [pool.submit(post) for _ in range(4)]] == [None] * 4
    assert api.count("POST", TOKENS) == 1


@pytest.mark.usefixtures("host")
def test_a_clock_that_is_half_a_minute_ahead_does_no_harm(api: GitHubApi, key_file: Path):
    ahead = StagedClock(api.clock.now() + timedelta(seconds=30))
    fast = github.host(Where(api.name, api.url), App("4711", "99", key_file), ahead)
    assert fast.set_status(api.repository.branch("main"), Status("x", "success")) is None


def test_a_key_of_another_app_is_said_to_be_wrong(api: GitHubApi, key_file: Path, post: Post):
    other = rsa.generate_private_key(65_537, 2048)
    key_file.write_bytes(other.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    said = post()
    assert isinstance(said, Refused)
    assert said.code == "credential"
    assert "could not be decoded" in said.message
    assert "key" in said.hint


def test_a_key_that_was_replaced_is_used_without_a_restart(
    api: GitHubApi, key_file: Path, clock: StagedClock, post: Post
):
    assert post() is None
    other = rsa.generate_private_key(65_537, 2048)
    key_file.write_bytes(other.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    api.app = ("4711", "99", other.public_key())
    clock.wait(3600)
    assert post() is None


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no key",
        b"-----BEGIN RSA PRIVATE KEY-----\nQUJD\n-----END RSA PRIVATE KEY-----\n",
        b"\xff\xfe",
        ec.generate_private_key(ec.SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
    ],
)
def test_a_file_without_an_rsa_key_is_named(api: GitHubApi, key_file: Path, post: Post, content: bytes):
    key_file.write_bytes(content)
    said = post()
    assert isinstance(said, Refused)
    assert said.code == "credential"
    assert str(key_file) in said.hint
    assert api.asked == []


def test_a_key_file_that_is_missing_is_named(key_file: Path, post: Post):
    key_file.unlink()
    said = post()
    assert isinstance(said, Refused)
    assert str(key_file) in said.hint


def test_an_app_that_is_not_installed_is_said_to_be(api: GitHubApi, key: rsa.RSAPrivateKey, post: Post):
    api.app = ("4711", "100", key.public_key())
    said = post()
    assert isinstance(said, Refused)
    assert "not installed" in said.message


def test_an_app_that_nobody_knows_is_refused(api: GitHubApi, key: rsa.RSAPrivateKey, post: Post):
    api.app = ("1", "99", key.public_key())
    said = post()
    assert isinstance(said, Refused)
    assert "Integration not found" in said.message


@pytest.mark.parametrize(
    "body",
    [{}, {"token": 7}, {"token": "with a blank"}, {"token": "x" * 5000}, {"token": "a\nb" * 5}, [], b"<html>"],
)
def test_an_answer_without_a_token_is_asked_for_again_later(api: GitHubApi, post: Post, body: object):
    api.fail("POST", TOKENS, Said(201, body))
    assert isinstance(post(), Later)
    assert post() is None


@pytest.mark.parametrize("until", [None, "soon", 7, "2026-03-02T09:00:00", "9" * 40])
def test_a_token_without_a_readable_end_is_used_for_a_while(
    api: GitHubApi, clock: StagedClock, post: Post, until: object
):
    api.tokens["ghs_with_an_odd_end"] = None
    api.fail("POST", TOKENS, Said(201, {"token": "ghs_with_an_odd_end", "expires_at": until}))
    assert post() is None
    assert post() is None
    assert api.count("POST", TOKENS) == 1
    clock.wait(26 * 60)
    assert post() is None
    assert api.count("POST", TOKENS) == 2


def test_a_limit_of_tokens_is_a_pause(api: GitHubApi, post: Post):
    api.fail("POST", TOKENS, refused(403, "You have exceeded a secondary rate limit.", **{"Retry-After": "30"}))
    assert isinstance(post(), Later)
    asked = len(api.asked)
    assert isinstance(post(), Later)
    assert len(api.asked) == asked


def test_no_token_and_no_key_is_in_a_log_or_an_error(
    api: GitHubApi, key_file: Path, post: Post, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.DEBUG)
    assert post() is None
    (token,) = api.tokens
    echo = f"the token {token} has no such right"
    api.fail("POST", "/statuses/", refused(403, echo))
    said = post()
    assert isinstance(said, Refused)
    assert "has no such right" in said.message
    key = key_file.read_text().splitlines()[1]
    for place in (caplog.text, repr(said)):
        assert token not in place
        assert key not in place
        assert "eyJ" not in place
    assert caplog.records, "the libraries below do log"
