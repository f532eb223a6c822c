"""The example of this repository as desired configuration, and what the database holds after it was applied."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from reconciler.plans.compile import check, desired, local_day
from reconciler.plans.resource import Actual, Desired
from reconciler.specs.collection import collect
from reconciler.specs.diagnostic import errors

ROOT = Path(__file__).parents[2]
Edits = Mapping[str, tuple[str, str] | None]


def files(folder: str) -> dict[str, bytes]:
    found = sorted((ROOT / folder).rglob("*.yaml"))
    return {path.relative_to(ROOT).as_posix(): path.read_bytes() for path in found}


NOW = datetime(2026, 3, 1, tzinfo=UTC)


def build(edits: Edits, revision: str = "0123456789abcdef", now: datetime = NOW) -> Desired:
    repository = files("orgs/blindeforbundet")
    for path, edit in edits.items():
        name = f"orgs/blindeforbundet/{path}"
        content = repository.pop(name, b"")
        if edit is not None:
            assert not content or edit[0].encode() in content
            repository[name] = content.replace(edit[0].encode(), edit[1].encode()) if content else edit[1].encode()
    specs = collect(repository, files("specs"))
    check(specs, now)
    assert [str(each) for each in errors(specs.diagnostics)] == []
    day = local_day(specs.organizations["blindeforbundet"], now)
    assert day is not None
    return desired(specs.organizations["blindeforbundet"], specs.catalog, revision, day)


@pytest.fixture(scope="session")
def wanted() -> Callable[[Edits], Desired]:
    """`wanted({path: (old, new)})`: the example with edits; a new file is written, None removes one."""
    return build


@pytest.fixture(scope="session")
def applied() -> Callable[[Desired], Actual]:
    """The database as an apply of this leaves it."""
    return lambda made: Actual(
        version=1,
        resources=dict(made.resources),
        applied={key: resource.digest for key, resource in made.resources.items()},
        revision=made.revision,
    )
