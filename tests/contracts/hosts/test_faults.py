"""What a host says when it does not do what it was asked: a value that says what to do, and no credential."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from contracts.hosts.bench import Bench

from reconciler.runs.host import Later, Person, Proposal, Refused, Status, Trouble
from reconciler.runs.pull_requests import Comment, Merge, ReviewingHost

CALLS: dict[str, Callable[[ReviewingHost, str], object]] = {
    "set_status": lambda host, base: host.set_status(base, Status("reconciler/production", "success")),
    "branch": lambda host, base: host.branch("reconciler/x", base),
    "propose": lambda host, base: host.propose(
        Proposal(
            "reconciler/x", base, "main", {"orgs/x.yaml": "x: 1\n"}, Person("Kari", "kari@hlf.example"),
            datetime(2026, 3, 2, tzinfo=UTC), "Change x",
        )
    ),
    "pull_request": lambda host, _: host.pull_request("reconciler/x"),
    "open_pull_requests": lambda host, _: host.open_pull_requests(),
    "changed_files": lambda host, _: host.changed_files(1),
    "reviews": lambda host, _: host.reviews(1),
    "checks": lambda host, base: host.checks(base),
    "of_commit": lambda host, base: host.of_commit(base),
    "comment": lambda host, _: host.comment(1, Comment("production", "said")),
    "merge": lambda host, base: host.merge(1, Merge(base)),
}  # fmt: skip


def trouble(found: object) -> Trouble:
    assert isinstance(found, Later | Refused), found
    return found


def test_a_credential_that_is_not_taken_is_said_to_be(bench: Bench):
    for name, call in CALLS.items():
        said = trouble(call(bench.stranger, bench.base))
        assert isinstance(said, Refused), name
        assert said.code == "credential"
        assert "of_somebody" not in repr(said)
    assert bench.repository.branches() == ["main"]


@pytest.mark.parametrize("name", ["set_status", "branch", "propose"])
def test_a_permission_that_is_missing_is_named(bench: Bench, name: str):
    said = trouble(CALLS[name](bench.unfit(), bench.base))
    assert isinstance(said, Refused)
    assert said.code == "forbidden"
    assert "docs/operations/hosts.md" in said.hint


def test_a_page_instead_of_an_answer_is_no_answer(bench: Bench):
    for status in (200, 201, 403, 404, 405, 409, 500, 502, 503):
        bench.page(status)
        for name, call in CALLS.items():
            said = trouble(call(bench.host, bench.base))
            assert isinstance(said, Later) or status == 403, f"{name}: {status}"
            assert "Sign in" not in said.message
            assert isinstance(said, Refused) or said.until > bench.clock.now()


def test_a_page_that_asks_to_sign_in_elsewhere_is_not_followed(bench: Bench):
    bench.page(302)
    for name, call in CALLS.items():
        said = trouble(call(bench.host, bench.base))
        assert isinstance(said, Refused), name
        assert said.code == "moved"
