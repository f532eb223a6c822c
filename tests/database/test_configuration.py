"""The configuration tables: what was applied is what is observed, other hands are seen and healed, all or nothing."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from parts.databases import database, url_of
from parts.installation import committed, example

from reconciler.cli.context import Context
from reconciler.cli.main import run
from reconciler.cli.plan import make_plans
from reconciler.plans.plan import Plan
from reconciler.settings import Settings

FLAGS = "public.feature_flags"
ORG = "public.organization_integrations"


@dataclass(frozen=True, slots=True)
class Applied:
    """A database to which the worked example was applied."""

    settings: Settings
    root: Path

    def run(self, *arguments: str) -> int:
        return run([*arguments, "--root", str(self.root)], self.settings)

    def plan(self) -> Plan:
        context = Context(self.settings)
        _, [plan] = make_plans(context, self.root, "HEAD", "")
        assert isinstance(plan, Plan)
        return plan

    def sql(self, query: str, *values: object) -> list[tuple]:
        with psycopg.connect(self.settings.database_url, autocommit=True) as connection:
            done = connection.execute(query, values)
            return done.fetchall() if done.description else []

    def rewrite(self, change: Callable[[str], str]) -> None:
        for path in (self.root / "orgs").rglob("*.yaml"):
            path.write_text(change(path.read_text()))
        committed(self.root)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The worked example, committed."""
    return example(tmp_path_factory.mktemp("config"))


@pytest.fixture(scope="module")
def shared(
    administration: psycopg.Connection, server_url: str, template: str, folder: Path, tmp_path_factory
) -> Iterator[Applied]:
    """One database for all tests that leave it as they found it: applied, with an empty plan."""
    with database(administration, "configuration", template) as name:
        yield _applied(url_of(server_url, name), folder, tmp_path_factory.mktemp("home"))


@pytest.fixture
def applied(database_url: str, folder: Path, tmp_path: Path) -> Applied:
    """A database and a config repository of the test's own."""
    shutil.copytree(folder, tmp_path / "config")
    return _applied(database_url, tmp_path / "config", tmp_path / "home")


def _applied(url: str, root: Path, home: Path) -> Applied:
    found = Applied(Settings(database_url=url, home=home, actor="kari"), root)
    assert found.run("apply") == 0
    return found


def test_after_an_apply_the_next_plan_is_empty_for_every_kind(shared: Applied) -> None:
    plan = shared.plan()
    assert plan.empty
    assert {kind for kind, _ in plan.actual.resources} == {
        "Organization", "Integration", "FieldMapping", "SyncSchedule", "Exclusion", "Report", "Feature",
    }  # fmt: skip


def test_after_a_rename_of_everything_the_next_plan_is_empty_and_nothing_is_left_behind(applied: Applied) -> None:
    def renamed(text: str) -> str:
        text = text.replace("integration: xledger", "integration: books")
        for old in ("xledger-expense-claims", "xledger-mileage-claims", "xledger-driver-honorariums", "xledger",
                    "course-signup", "courses"):  # fmt: skip
            new = old.replace("xledger", "books").replace("course", "kurs")
            text = text.replace(f"metadata: {{name: {old}}}", f"metadata: {{name: {new}, renamedFrom: {old}}}")
        return text

    applied.rewrite(renamed)
    assert applied.run("apply") == 0
    assert applied.plan().empty
    assert applied.sql(f"select name from {ORG}") == [("books",)]
    assert applied.sql("select name from reconciler.schedules") == [("books",)]
    assert sorted(applied.sql("select name from reconciler.exclusions")) == [("kurs-signup",), ("kurss",)]
    [(names,)] = applied.sql(f"select array_agg(k order by k) from {ORG}, jsonb_object_keys(field_mappings) k")
    assert names == ["books-driver-honorariums", "books-expense-claims", "books-mileage-claims"]


DRIFTS = {
    "organization": 'update reconciler.organizations set body = body || \'{"title": "X"}\'',
    "integration": f"update {ORG} set mode = 'observe'",
    "exports": f"update {ORG} set exports = '[]'",
    "schedule": "update reconciler.schedules set cron = '0 4 * * *'",
    "schedule-gone": "delete from reconciler.schedules",
    "schedule-foreign": "insert into reconciler.schedules select organization_id, 'other', integration, cron, last_day,"
    " zone, origins, revision, applied_at from reconciler.schedules",
    "exclusion": 'update reconciler.exclusions set body = body || \'{"reason": "another reason"}\'',
    "exclusion-gone": "delete from reconciler.exclusions where name = 'courses'",
    "feature": f"update {FLAGS} set enabled = not enabled where feature = 'chat'",
    "feature-gone": f"delete from {FLAGS} where feature = 'chat'",
    "feature-unknown": f"insert into {FLAGS} select organization_id, 'old', true, null, managed_by, origins, revision,"
    f" updated_at from {FLAGS} limit 1",
    "mapping": f"update {ORG} set field_mappings = jsonb_set(field_mappings,"
    " '{xledger-mileage-claims,spec,lookups,departments,Oslo}', '\"999\"')",
    "mapping-gone": f"update {ORG} set field_mappings = field_mappings - 'xledger-mileage-claims'",
    "mapping-foreign": f'update {ORG} set field_mappings = field_mappings || \'{{"by-hand": {{"amount": 1}}}}\'',
    "mapping-foreign-word": f'update {ORG} set field_mappings = field_mappings || \'{{"by-hand": "word"}}\'',
    "mappings-a-list": f"update {ORG} set field_mappings = '[1]'",
    "mappings-null": f"update {ORG} set field_mappings = 'null'",
}


@pytest.mark.parametrize("name", DRIFTS)
def test_a_change_by_another_hand_shows_as_drift_and_is_healed(shared: Applied, name: str) -> None:
    shared.sql(DRIFTS[name])
    plan = shared.plan()
    assert not plan.empty
    assert all(change.drift for change in plan.changes)
    assert shared.run("apply", "--approve", plan.digest) == 0
    assert shared.plan().empty


def test_a_feature_flag_of_another_manager_is_a_conflict_and_stays_as_it_is(applied: Applied) -> None:
    applied.sql(f"update {FLAGS} set managed_by = 'portal', enabled = false where feature = 'chat'")
    assert applied.run("apply", "--approve", applied.plan().digest) == 4
    assert applied.sql(f"select managed_by, enabled from {FLAGS} where feature = 'chat'") == [("portal", False)]


def everything(applied: Applied) -> list[object]:
    tables = (ORG, FLAGS, "reconciler.organizations", "reconciler.schedules", "reconciler.exclusions",
              "reconciler.applied_revisions", "reconciler.audit", "reconciler.definitions")  # fmt: skip
    return [applied.sql(f"select t::text from {table} t order by 1") for table in tables]


@pytest.mark.parametrize("table", ["reconciler.schedules", FLAGS, "reconciler.applied_revisions", "reconciler.audit"])
def test_an_apply_that_fails_half_way_changes_nothing(shared: Applied, table: str) -> None:
    shared.sql("delete from reconciler.schedules")
    shared.sql(f"update {FLAGS} set enabled = not enabled")
    shared.sql(f"update {ORG} set mode = 'observe'")
    shared.sql(
        "create or replace function fail() returns trigger language plpgsql as $$ begin raise 'out of order'; end $$"
    )
    shared.sql(f"create trigger fails before insert or update on {table} for each row execute function fail()")
    before = everything(shared)
    assert shared.run("apply", "--approve", shared.plan().digest) != 0
    assert everything(shared) == before
    shared.sql(f"drop trigger fails on {table}")
    assert shared.run("apply", "--approve", shared.plan().digest) == 0
    assert shared.plan().empty
