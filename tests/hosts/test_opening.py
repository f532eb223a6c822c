"""The host that an installation names, from its environment."""

from pathlib import Path

import pytest
from parts.hosts.github import GitHubApi

from reconciler.errors import UsageError
from reconciler.runs.host import Refused, Status
from reconciler.settings import read_settings
from reconciler.wiring import host

NAMED = {
    "RECONCILER_HOST": "github",
    "RECONCILER_HOST_REPOSITORY": "forbund/config",
    "RECONCILER_HOST_LOGIN": "token:/run/secrets/token",
}


def test_an_installation_without_a_host_has_none():
    assert host(read_settings({})) is None


def test_a_host_is_opened_as_the_environment_names_it(api: GitHubApi, tmp_path: Path):
    token = tmp_path / "token"
    token.write_text(f"{next(iter(api.tokens))}\n")
    found = host(read_settings({**NAMED, "RECONCILER_HOST_URL": api.url, "RECONCILER_HOST_LOGIN": f"token:{token}"}))
    assert found is not None
    base = api.repository.branch("main")
    assert found.set_status(base, Status("reconciler/local", "success")) is None
    assert [each["context"] for each in api.statuses[base]] == ["reconciler/local"]
    found.close()


def test_a_token_that_was_replaced_is_used_without_a_restart(api: GitHubApi, tmp_path: Path):
    token = tmp_path / "token"
    found = host(read_settings({**NAMED, "RECONCILER_HOST_URL": api.url, "RECONCILER_HOST_LOGIN": f"token:{token}"}))
    assert found is not None
    for content in (None, "", "two words", "\x1b[2J", "x" * 30_000, "nøkkel-til-alt"):
        if content is not None:
            token.write_text(content)
        said = found.pull_request("x")
        assert isinstance(said, Refused)
        assert said.code == "credential"
        assert str(token) in said.hint
        assert not content or content not in repr(said)
    token.write_text(next(iter(api.tokens)))
    assert found.pull_request("x") is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("RECONCILER_HOST", "sourceforge"),
        ("RECONCILER_HOST_REPOSITORY", ""),
        ("RECONCILER_HOST_REPOSITORY", "config"),
        ("RECONCILER_HOST_REPOSITORY", "https://github.com/forbund/config"),
        ("RECONCILER_HOST_REPOSITORY", "forbund/.."),
        ("RECONCILER_HOST_REPOSITORY", "forbund/config?x=1"),
        ("RECONCILER_HOST_URL", "http://github.example.org"),
        ("RECONCILER_HOST_URL", "github.example.org"),
        ("RECONCILER_HOST_LOGIN", ""),
        ("RECONCILER_HOST_LOGIN", "ghp_0123456789abcdef"),
        ("RECONCILER_HOST_LOGIN", "token:ghp_0123456789abcdef"),
        ("RECONCILER_HOST_LOGIN", "app:4711:99"),
        ("RECONCILER_HOST_LOGIN", "app:4711:../../user:/run/key"),
        ("RECONCILER_HOST_LOGIN", "app:47 11:99:/run/key"),
        ("RECONCILER_CA_FILE", "/nowhere/authorities.pem"),
    ],
)
def test_what_cannot_be_a_host_is_named_and_no_value_is_repeated(name: str, value: str):
    with pytest.raises(UsageError) as error:
        host(read_settings({**NAMED, name: value}))
    assert name in error.value.message
    assert error.value.hint
    assert "ghp_" not in f"{error.value.message} {error.value.hint}"


@pytest.mark.parametrize("login", ["app:Iv23abc:99:/run/key.pem", "app:4711:99:~/key.pem", "token:~/token"])
def test_logins_of_both_kinds_are_taken(login: str):
    found = host(read_settings({**NAMED, "RECONCILER_HOST_LOGIN": login}))
    assert found is not None
    found.close()
