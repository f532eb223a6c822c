"""`reconciler import` on real PostgreSQL: what was applied comes back as specs that change nothing."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from parts.installation import committed

from reconciler.cli.main import run

LAST_DAY = """apiVersion: reconciler/v1
kind: SyncSchedule
metadata: {name: xledger}
spec: {integration: xledger, every: monthly, on: last, at: "04:15"}
"""


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    folder = tmp_path / "imported"
    folder.mkdir()
    return folder


def planned(root: Path, settings, capsys) -> str:
    committed(root, "imported")
    assert run(["plan", "--root", str(root), "--exit-code"], settings) == 0, capsys.readouterr()
    return capsys.readouterr().out


def test_what_is_imported_changes_nothing_when_it_is_planned(applied, empty: Path, capsys):
    assert run(["import", "--root", str(empty)], applied) == 0
    out = capsys.readouterr().out
    assert "wrote orgs/blindeforbundet/mappings/xledger-mileage-claims.yaml" in out
    assert not (empty / "specs").exists()
    assert run(["validate", "--root", str(empty)], applied) == 0
    capsys.readouterr()
    assert "no changes; 19 objects are as git says" in planned(empty, applied, capsys)


def test_a_schedule_on_the_last_day_of_the_month_comes_back_as_that(applied, repository: Path, empty: Path, capsys):
    (repository / "orgs/blindeforbundet/schedules/xledger.yaml").write_text(LAST_DAY)
    committed(repository, "the last day")
    assert run(["apply", "--root", str(repository)], applied) == 0
    assert run(["import", "blindeforbundet", "--root", str(empty)], applied) == 0
    assert "on: last" in (empty / "orgs/blindeforbundet/schedules/xledger.yaml").read_text()
    capsys.readouterr()
    assert "no changes" in planned(empty, applied, capsys)


def test_a_catalogue_of_its_own_is_imported_too(repository: Path, settings, empty: Path, capsys):
    place = repository / "specs/integration-types/xledger.yaml"
    text = place.read_text()
    assert "metadata: {name: xledger}" in text
    text = text.replace("metadata: {name: xledger}", "metadata: {name: xledger, annotations: {overrides: builtin}}")
    place.write_text(text.replace("lines: {min: 2, max: 100}", "lines: {min: 2, max: 90}"))
    committed(repository, "fewer lines")
    assert run(["apply", "--root", str(repository)], settings) == 0
    assert run(["import", "--root", str(empty)], settings) == 0
    assert sorted(path.name for path in (empty / "specs").rglob("*.yaml")) == ["xledger.yaml"]
    capsys.readouterr()
    assert "no changes" in planned(empty, settings, capsys)


def test_nothing_is_overwritten(applied, repository: Path, empty: Path, capsys):
    before = {path: path.read_bytes() for path in repository.rglob("*.yaml")}
    assert run(["import", "--root", str(repository)], applied) == 2
    assert "is there already" in capsys.readouterr().err
    (empty / "orgs/blindeforbundet/schedules").mkdir(parents=True)
    (empty / "orgs/blindeforbundet/schedules/xledger.yaml").write_text("mine")
    assert run(["import", "--root", str(empty)], applied) == 2
    assert [path.name for path in empty.rglob("*") if path.is_file()] == ["xledger.yaml"]
    assert {path: path.read_bytes() for path in repository.rglob("*.yaml")} == before


@pytest.mark.parametrize(
    "spoilt",
    [
        "update public.organization_integrations set settings = '{}'",
        "update reconciler.schedules set name = '../../../outside'",
        'update reconciler.exclusions set body = body || \'{"reason": "a\\nspec: x"}\'',
    ],
)
def test_rows_that_another_hand_spoilt_are_refused_whole(applied, empty: Path, spoilt: str, capsys):
    with psycopg.connect(applied.database_url) as connection:
        connection.execute(spoilt)
    assert run(["import", "--root", str(empty)], applied) == 5
    assert "cannot be written as specs" in capsys.readouterr().err
    assert list(empty.iterdir()) == []


def test_an_organisation_that_is_not_applied_is_a_usage_error(applied, empty: Path, capsys):
    assert run(["import", "blindeforbunde", "--root", str(empty)], applied) == 2
    assert "next: one of blindeforbundet" in capsys.readouterr().err
    assert run(["import", "--root", str(empty)], replace(applied, database_url="")) == 2


def test_the_json_twin_names_what_was_written(applied, empty: Path, capsys):
    assert run(["import", "--root", str(empty), "--format", "json"], applied) == 0
    written = json.loads(capsys.readouterr().out)["written"]
    assert sorted(path.relative_to(empty).as_posix() for path in empty.rglob("*.yaml")) == written
    shutil.rmtree(empty / "orgs")
