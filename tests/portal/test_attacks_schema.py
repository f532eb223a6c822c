"""The API keeps what its description promises, whatever it is asked: every route, as a person and as a program."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from itertools import count, product
from typing import Any

import hypothesis
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from parts.installation import Installation
from parts.portal import ADMIN, HALVES, TWIN, Opened, Visitor, a_draft, a_link, a_proposal, half_of, name_in
from schemathesis.checks import CheckFunction
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from reconciler.portal.rights import RIGHTS

EXAMPLES = 3
CHECKS: list[CheckFunction] = [
    schemathesis.checks.not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
AFEW = settings(
    max_examples=EXAMPLES, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
)  # fmt: skip
OWN = {"organization": "blindeforbundet", "integration": "xledger"}
"""Names that exist: behind them is more to break."""
THERE = {
    "run": "select run_id from reconciler.exports order by id",
    "record": "select record_id from reconciler.exports where state = 'rejected' order by id",
    "export": "select id from reconciler.exports where state = 'rejected' order by id",
}
"""Where things are found that paths call by a number. Each is asked for, and what comes to mind in its place."""


@pytest.fixture
def attacked(portal: Opened, installation: Installation) -> Visitor:
    """An administrator of an installation that has documents."""
    installation.sync()
    return portal.enter(ADMIN)


def names(installation: Installation) -> Callable[[str], dict[str, str]]:
    """What the numbers in a path are of things that Blindeforbundet has."""
    found = {key: str(installation.sql(f"{query} limit 1")[0][0]) for key, query in THERE.items()}
    found |= {"year": "2025", "number": a_proposal(installation)}
    draft, link = a_draft(installation), a_link(installation)
    return lambda path: {**found, "draft": link if "/new/" in path else draft}


def headers(visitor: Visitor, way: str) -> dict[str, str]:
    if way == "session":
        cookies = "; ".join(f"{name}={value}" for name, value in visitor.client.cookies.items())
        return {"cookie": cookies, "origin": visitor.address, "x-csrf": visitor.csrf}
    wanted = {
        "name": "attack",
        "ends": "2026-04-01",
        "scopes": [each for each in RIGHTS if each not in ("tokens", "propose", "approve", "reports")],
    }
    made = visitor.tell(f"{TWIN}/tokens", wanted)
    assert made.status_code == 200, made.text
    return {"authorization": f"Bearer {made.json()['value']}"}


def turn(names: Sequence[Any], ways: Sequence[Any], number: int) -> Iterator[tuple[Any, Any]]:
    """What one example is asked with: the first of a route with all names in all ways, others with each name in one."""
    if number == 0:
        yield from product(names, ways)
    else:
        yield from ((each, ways[(number + at) % len(ways)]) for at, each in enumerate(names))


@pytest.mark.parametrize("half", HALVES)
def test_every_route_keeps_its_promises_whatever_it_is_asked(
    attacked: Visitor, installation: Installation, half: str
) -> None:
    called = names(installation)
    described = attacked.get("/api/v1/openapi.json").json()
    described["paths"] = {path: each for path, each in described["paths"].items() if half_of(path) == half}
    ways = [headers(attacked, way) for way in ("session", "token")]
    schema = schemathesis.openapi.from_dict(described)
    asked: dict[str, set[int]] = {}
    numbers: defaultdict[str, Iterator[int]] = defaultdict(count)
    lines = [requests.Session() for _ in ways]
    asking = list(zip(ways, lines, strict=True))
    for each in schema.get_all_operations():
        operation = each.ok()

        @AFEW
        @hypothesis.given(case=operation.as_strategy())
        def holds(case: Any) -> None:
            path, parts = case.operation.path, case.path_parameters or {}
            own = {name: value for name, value in {**OWN, "name": name_in(path)}.items() if name in parts}
            there = {name: value for name, value in called(path).items() if name in parts}
            number = next(numbers[case.operation.label])
            for known, (said, line) in turn([own, there] if there else [own], asking, number):
                parts.update(known)
                line.cookies.clear()
                answer = case.call(base_url=attacked.address, headers=said, session=line, timeout=20)
                asked.setdefault(case.operation.label, set()).add(answer.status_code)
                case.validate_response(answer, checks=CHECKS)

        holds()
    for line in lines:
        line.close()
    assert len(asked) == sum(len(each) for each in described["paths"].values())
    assert sum(200 in found for found in asked.values()) > len(asked) / 2, asked
