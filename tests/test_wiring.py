"""Where the real parts lead: addresses that an installation does not allow are not called."""

from dataclasses import dataclass, field
from types import SimpleNamespace

import pytest

from reconciler.errors import EnvironmentRefused
from reconciler.settings import Settings
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
