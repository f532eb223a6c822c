"""What a host says when it does not do what it was asked: a value that says what to do, and no credential."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from contracts.hosts.bench import Bench

from reconciler.runs.host import Host, Later, Person, Proposal, Refused, Status, Trouble

CALLS: dict[str, Callable[[Host, str], object]] = {
    "set_status": lambda host, base: host.set_status(base, Status("reconciler/production", "success")),
    "branch": lambda host, base: host.branch("reconciler/x", base),
    "propose": lambda host, base: host.propose(
        Proposal(
            "reconciler/x", base, "main", {"orgs/x.yaml": "x: 1\n"}, Person("Kari", "kari@hlf.example"),
            datetime(2026, 3, 2, tzinfo=UTC), "Change x",
        )
    ),
    "pull_request": lambda host, _: host.pull_request("reconciler/x"),
}  # fmt: skip


@pytest.fixture(params=sorted(CALLS))
def call(request: pytest.FixtureRequest) -> Callable[[Host, str], object]:
    return CALLS[request.param]


def trouble(found: object) -> Trouble:
    assert isinstance(found, Later | Refused), found
    return found


def test_a_credential_that_is_not_taken_is_said_to_be(bench: Bench, call: Callable[[Host, str], object]):
    said = trouble(call(bench.stranger, bench.base))
    assert isinstance(said, Refused)
    assert said.code == "credential"
    assert "of_somebody" not in repr(said)
    assert bench.repository.branches() == ["main"]


@pytest.mark.parametrize("name", ["set_status", "branch", "propose"])
def test_a_permission_that_is_missing_is_named(bench: Bench, name: str):
    said = trouble(CALLS[name](bench.unfit(), bench.base))
    assert isinstance(said, Refused)
    assert said.code == "forbidden"
    assert "docs/operations/hosts.md" in said.hint


@pytest.mark.parametrize("status", [200, 201, 404, 500, 502, 503])
def test_a_page_instead_of_an_answer_is_no_answer(bench: Bench, call: Callable[[Host, str], object], status: int):
    bench.page(status)
    said = trouble(call(bench.host, bench.base))
    assert isinstance(said, Later)
    assert "Sign in" not in said.message
    assert said.until > bench.clock.now()


def test_a_page_that_asks_to_sign_in_elsewhere_is_not_followed(bench: Bench, call: Callable[[Host, str], object]):
    bench.page(302)
    said = trouble(call(bench.host, bench.base))
    assert isinstance(said, Refused)
    assert said.code == "moved"
