"""Which hosts an installation calls."""

import pytest

from reconciler.errors import UsageError
from reconciler.settings import read_settings
from reconciler.specs.rules_addresses import host_allowed


@pytest.mark.parametrize(
    ("host", "allowed", "answer"),
    [
        ("api.example.org", (), True),
        ("api.example.org", ("api.example.org",), True),
        ("API.example.org.", ("api.example.org",), True),
        ("api.example.org", ("*.example.org",), True),
        ("example.org", ("*.example.org",), False),
        ("evilexample.org", ("*.example.org",), False),
        ("api.example.org.evil.net", ("api.example.org", "*.example.org"), False),
        ("", ("api.example.org",), False),
    ],
)
def test_a_host_is_allowed_by_name_or_below_a_star(host, allowed, answer):
    assert host_allowed(host, allowed) is answer


def test_the_list_is_read_from_the_environment():
    found = read_settings({"RECONCILER_ENDPOINTS": "api.example.org, *.Example.net"})
    assert found.endpoints == ("api.example.org", "*.example.net")


@pytest.mark.parametrize("value", ["https://api.example.org", "api.example.org/x", "*", "a b"])
def test_a_list_that_names_no_hosts_is_a_usage_error(value):
    with pytest.raises(UsageError, match="RECONCILER_ENDPOINTS"):
        read_settings({"RECONCILER_ENDPOINTS": value})
