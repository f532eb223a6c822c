"""The kinds of hosts, as the environment names them."""

import pytest

from reconciler.errors import UsageError
from reconciler.settings import read_settings
from reconciler.wiring import host

NAMED = {"RECONCILER_HOST_REPOSITORY": "forbund/config", "RECONCILER_HOST_LOGIN": "token:/run/secrets/token"}
OWN = {"RECONCILER_HOST_URL": "https://git.example.org/api/v1"}


@pytest.mark.parametrize(
    "named",
    [
        {"RECONCILER_HOST": "gitlab"},
        {"RECONCILER_HOST": "gitlab", "RECONCILER_HOST_REPOSITORY": "forbund/specs/config"},
        {"RECONCILER_HOST": "gitlab", "RECONCILER_HOST_URL": "https://gitlab.example.org/api/v4"},
        {"RECONCILER_HOST": "gitea", **OWN},
        {"RECONCILER_HOST": "forgejo", **OWN},
    ],
)
def test_every_kind_is_opened_and_asks_nothing(named: dict[str, str]):
    found = host(read_settings({**NAMED, **named}))
    assert found is not None
    found.close()


@pytest.mark.parametrize(
    ("named", "setting"),
    [
        ({"RECONCILER_HOST": "gitea"}, "RECONCILER_HOST_URL"),
        ({"RECONCILER_HOST": "forgejo", "RECONCILER_HOST_URL": "http://git.example.org/api/v1"}, "RECONCILER_HOST_URL"),
        ({"RECONCILER_HOST": "gitlab", "RECONCILER_HOST_LOGIN": "app:1:2:/run/key"}, "RECONCILER_HOST_LOGIN"),
        ({"RECONCILER_HOST": "gitlab", "RECONCILER_HOST_REPOSITORY": "config"}, "RECONCILER_HOST_REPOSITORY"),
        ({"RECONCILER_HOST": "gitlab", "RECONCILER_HOST_REPOSITORY": "a/../config"}, "RECONCILER_HOST_REPOSITORY"),
        ({"RECONCILER_HOST": "gitlab", "RECONCILER_HOST_REPOSITORY": "a//config"}, "RECONCILER_HOST_REPOSITORY"),
        ({"RECONCILER_HOST": "gitlab", "RECONCILER_HOST_REPOSITORY": "a%2fb/config"}, "RECONCILER_HOST_REPOSITORY"),
        ({"RECONCILER_HOST": "github", "RECONCILER_HOST_REPOSITORY": "a/b/config"}, "RECONCILER_HOST_REPOSITORY"),
        ({"RECONCILER_HOST": "gitea", "RECONCILER_HOST_REPOSITORY": "a/b/c", **OWN}, "RECONCILER_HOST_REPOSITORY"),
    ],
)
def test_what_a_kind_cannot_be_is_named(named: dict[str, str], setting: str):
    with pytest.raises(UsageError) as error:
        host(read_settings({**NAMED, **named}))
    assert setting in error.value.message
    assert error.value.hint
