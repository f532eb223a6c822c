"""Where the real parts lead: addresses that an installation does not allow are not called."""

from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

import pytest

from reconciler.errors import EnvironmentRefused, UsageError
from reconciler.settings import Settings, read_settings
from reconciler.specs.models.integration_type import Endpoint
from reconciler.wiring import endpoint

PRODUCTION = "https://api.example.org/graphql"


@dataclass
class Pinned:
    """As much of an applied integration as says where it is."""

    integration: SimpleNamespace = field(
        default_factory=lambda: SimpleNamespace(environment="production", type="accounts", settings={})
    )
    kind: SimpleNamespace = field(
        default_factory=lambda: SimpleNamespace(environments={"production": Endpoint(url=PRODUCTION)})
    )


def installed(*hosts: str) -> Settings:
    return Settings(environments=("production",), endpoints=hosts)


@pytest.mark.parametrize("hosts", [(), ("api.example.org",), ("*.example.org",)])
def test_an_allowed_host_is_called(hosts):
    assert endpoint(installed(*hosts), Pinned()) == PRODUCTION


def test_a_host_that_is_not_on_the_list_is_refused_by_a_run_too():
    with pytest.raises(EnvironmentRefused, match="does not allow the host of accounts production") as refused:
        endpoint(installed("other.example.org"), Pinned())
    assert "RECONCILER_ENDPOINTS" in refused.value.hint


def dropping(address: str) -> Pinned:
    """An integration that drops files where its own setting says."""
    pinned = Pinned()
    pinned.integration.settings = {"address": address}
    pinned.kind.environments["production"] = Endpoint(setting="address")
    return pinned


def test_files_go_to_a_folder_of_this_machine_only_where_the_installation_says_so():
    allowed = Settings(environments=("production",), folders=(Path("/srv/out"),), endpoints=("api.example.org",))
    for address in ("file:///srv/out", "file:///srv/out/nhf"):
        assert endpoint(allowed, dropping(address)) == address
    for address in ("file:///srv", "file:///srv/outer", "file:///srv/out/../etc", "file:///srv/out/%2e%2e/etc"):
        with pytest.raises(EnvironmentRefused, match="does not let files be dropped into") as refused:
            endpoint(allowed, dropping(address))
        assert refused.value.hint == "it allows /srv/out (RECONCILER_FOLDERS)"
    with pytest.raises(EnvironmentRefused, match="does not let files be dropped into"):
        endpoint(installed(), dropping("file:///srv/out"))


def test_the_host_of_an_sftp_server_is_one_that_the_installation_allows():
    address = "sftp://files.example.org:2022/nhf"
    assert endpoint(installed("files.example.org"), dropping(address)) == address
    with pytest.raises(EnvironmentRefused, match="does not allow the host"):
        endpoint(installed("api.example.org"), dropping(address))


@pytest.mark.parametrize("text", ["srv/out", "/srv/../etc", "~/out"])
def test_a_folder_is_named_whole(text):
    with pytest.raises(UsageError, match="RECONCILER_FOLDERS cannot be read"):
        read_settings({"RECONCILER_FOLDERS": text})
    assert read_settings({"RECONCILER_FOLDERS": "/srv/out, /mnt/a"}).folders == (Path("/srv/out"), Path("/mnt/a"))
