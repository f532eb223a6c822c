"""History and trail are read page by page, and no page takes longer with the years."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from parts.installation import START, Installation

from reconciler.database.connection import Connection, Database
from reconciler.database.history import RunChoice, RunHistory
from reconciler.database.requests import RequestTable
from reconciler.database.trail import Trail, TrailChoice

ORGANIZATION = "5f0c7b52-8d0e-4d5c-9a51-31b4f1d0a007"
MANY = """
    insert into reconciler.audit (at, actor, organization_id, action, object, detail)
    select %s::timestamptz - n * interval '1 min', 'per-' || n %% 50,
        case when n %% 3 = 0 then gen_random_uuid() else %s end, 'action-' || n %% 20, 'object-' || n %% 5, '{}'
    from generate_series(1, 12000) n"""
RUNS = """
    insert into reconciler.runs (id, organization_id, integration, trigger, actor, fence, revision, state, started_at)
    select gen_random_uuid(), %s, 'integration-' || n %% 3, 'schedule', '', 1, '',
        case when n %% 100 = 0 then 'failed' else 'succeeded' end, %s::timestamptz - n * interval '1 min'
    from generate_series(1, 9000) n"""
ASKED = """
    insert into reconciler.run_requests (id, organization_id, integration, requested_by, requested_at, state, run_id)
    select gen_random_uuid(), %s, 'integration-' || n %% 3, 'per', %s::timestamptz - n * interval '1 min', 'done',
        gen_random_uuid() from generate_series(1, 6000) n"""
OLD = "select id from reconciler.audit where organization_id = %s and at < %s order by at desc limit 1"
OLD_RUN = """
    select id from reconciler.runs where integration = 'integration-1' and started_at < %s
    order by started_at desc limit 1"""
MOST = 600
"""Rows that a statement may touch for a page of fifty: a page of every state of every day is found among them."""


@dataclass
class Explaining(Database):
    """A database that explains what it is asked."""

    url: str
    touched: list[tuple[float, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(self.url)

    @contextmanager
    def reading(self, role: str | None = None) -> Iterator[Connection]:
        with super().reading(role) as connection:
            yield Line(connection, self.touched)  # type: ignore[misc]  # it is asked one thing only


@dataclass
class Line:
    connection: Connection
    touched: list[tuple[float, str]]

    def execute(self, query: str, values: Any) -> Any:
        row = self.connection.execute(f"explain (analyze, format json) {query}", values).fetchone()
        self.touched.append((sum(rows(row["QUERY PLAN"][0]["Plan"])), query))
        return self.connection.execute(query, values)


def rows(plan: dict[str, Any]) -> Iterator[float]:
    """What the scans of a plan read, whether they gave it or threw it away."""
    if "Relation Name" in plan and plan["Relation Name"] != "organizations":
        yield (plan["Actual Rows"] + plan.get("Rows Removed by Filter", 0)) * plan["Actual Loops"]
    for each in plan.get("Plans", ()):
        yield from rows(each)


def test_a_page_is_found_without_reading_what_is_on_others(installation: Installation) -> None:
    installation.sql(MANY, START, ORGANIZATION)
    installation.sql(RUNS, ORGANIZATION, START)
    installation.sql(ASKED, ORGANIZATION, START)
    for table in ("audit", "runs", "run_requests"):
        installation.sql(f"analyze reconciler.{table}")
    database = Explaining(installation.settings.database_url)
    trail, history, asked = Trail(database), RunHistory(database), RequestTable(database)
    early = START.replace(month=2, day=26)
    [(old,)] = installation.sql(OLD, ORGANIZATION, early)
    for more in ({}, {"action": "action-7"}, {"actor": "per-8"}, {"objects": ("object-1", "object-2")},
                 {"since": early, "until": early.replace(day=27)}, {"beyond": old}, {"until": early}):  # fmt: skip
        assert len(trail.entries(TrailChoice(ORGANIZATION, **more), 51)) == 51, more
    [(run,)] = installation.sql(OLD_RUN, early)
    for other in ({}, {"state": "succeeded"}, {"beyond": UUID(str(run))}, {"until": early}):
        assert len(history.runs(RunChoice(ORGANIZATION, "integration-1", **other), 51)) == 51, other
    assert len(history.runs(RunChoice(ORGANIZATION, "integration-1", "failed"), 51)) == 30
    assert len(asked.asked_of(ORGANIZATION, "integration-2", 5)) == 5
    [(served,)] = installation.sql("select run_id from reconciler.run_requests limit 1")
    assert len(asked.served_by(served, 50)) == 1
    assert [each for each in database.touched if each[0] > MOST] == []
    assert len(database.touched) == 17
    database.close()
