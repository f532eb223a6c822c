"""`reconciler explain`: where a value comes from, what it means, and what else may stand there."""

import json
import shutil
from pathlib import Path

import pytest

from reconciler.cli.main import run
from reconciler.settings import Settings
from reconciler.specs.collection import collect
from reconciler.specs.explain import explain, leaves

ROOT = Path(__file__).parents[2]
NONE = Settings()
INTEGRATION = "orgs/blindeforbundet/integrations/xledger.yaml"
MILEAGE = "orgs/blindeforbundet/mappings/mileage-claims.yaml"


@pytest.fixture
def told(capsys):
    def call(*arguments: str, root: Path = ROOT, code: int = 0) -> str:
        capsys.readouterr()
        assert run(["explain", *arguments, "--root", str(root)], NONE) == code
        said = capsys.readouterr()
        return said.err if code else said.out

    return call


def place(file: str, words: str) -> str:
    """FILE:LINE of the first line that holds some words."""
    lines = (ROOT / file).read_text(encoding="utf-8").splitlines()
    return f"{file}:{next(number for number, line in enumerate(lines, 1) if words in line)}"


def test_a_line_says_what_it_sets_where_and_what_it_means(told):
    where = place(INTEGRATION, "since: 2026-01-01")
    out = told(where)
    assert "Integration/xledger of blindeforbundet: spec.exports[0].since" in out
    assert f"set at    {where}:14" in out
    assert "The cut-over day" in out
    assert "a day as YYYY-MM-DD" in out


def test_a_path_gives_the_same_answer_as_its_line(told):
    assert told("Integration/xledger", "spec.exports[0].since") == told(place(INTEGRATION, "since: 2026-01-01"))
    assert told("blindeforbundet/Integration/xledger", "exports[0].since") == told(place(INTEGRATION, "since: 2026"))


def test_a_column_chooses_between_several_values_of_a_line(told):
    where = place(MILEAGE, "when: {field: amount")
    several = told(where)
    assert "spec.lines[1].when.field" in several
    assert "spec.lines[1].when.greater_than_line" in several
    assert "spec.lines[1].when.greater_than_line" in told(f"{where}:50").splitlines()[0]


def test_a_value_that_nobody_wrote_is_said_to_be_a_default_or_inherited(told, tmp_path: Path):
    shutil.copytree(ROOT / "orgs", tmp_path / "orgs")
    text = (tmp_path / INTEGRATION).read_text().replace("  health: {stale_after: 48h}\n", "")
    (tmp_path / INTEGRATION).write_text(text)
    out = told("Integration/xledger", "health.stale_after", root=tmp_path)
    assert "value     48h" in out
    assert "nowhere: the default of this kind" in out
    assert f"{place('orgs/blindeforbundet/organization.yaml', 'zone:')}:9, from where" in told(
        "SyncSchedule/xledger", "zone"
    )
    assert "nowhere: it is left out" in told("SyncSchedule/xledger", "every")


def test_what_may_stand_there_comes_from_the_catalogue_where_it_can(told):
    words = " ".join(told("Integration/xledger", "type").split())
    assert (
        "may be business_central, consio, consio-files, cornerstone, cornerstone-files, dynamics, rest or"
        in words
        in words
    )
    assert "activity_logs, driver_honorariums" in told("Integration/xledger", "exports[0].category")
    assert "postedDate" in told(f"{place(MILEAGE, 'to: account.code')}:12", code=0)
    assert "send or observe" in told("Integration/xledger", "mode")


def test_without_a_field_every_value_in_force_is_listed_with_its_source(told):
    out = told("SyncSchedule/xledger")
    assert "spec.integration" in out
    data = json.loads(told("Integration/xledger", "--format", "json"))
    paths = {each["path"]: each for each in data["values"]}
    assert paths["spec.mode"]["source"] == "written"
    assert all(each["line"] for each in data["values"] if each["source"] == "written")


def test_the_json_twin_has_the_place_in_parts(told):
    found = json.loads(told("Integration/xledger", "mode", "--format", "json"))
    assert (found["value"], found["source"], found["file"]) == ("send", "written", INTEGRATION)
    assert f"{found['file']}:{found['line']}" == place(INTEGRATION, "mode: send")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["Integration/xledger", "spec.typ"], "did you mean 'type'?"),
        (["Integration/xledgr"], "did you mean 'Integration/xledger'?"),
        (["orgs/blindeforbundet/integrations/xledgr.yaml:3"], INTEGRATION),
        ([f"{INTEGRATION}:1"], "nothing is written on line 1"),
        ([f"{INTEGRATION}:9999999"], "nothing is written on line 9999999"),
        (["nonsense"], "names no place"),
        (["Integration/xledger", "exports[x"], "is not a field"),
        (["Integration/xledger", "..."], "is not a field"),
    ],
)
def test_a_place_that_is_not_there_is_a_usage_error_with_a_near_one(told, arguments, said):
    assert said in told(*arguments, code=2)


def test_every_value_of_every_document_here_can_be_explained():
    files = {path.relative_to(ROOT).as_posix(): path.read_bytes() for path in (ROOT / "orgs").rglob("*.yaml")}
    shared = {path.relative_to(ROOT).as_posix(): path.read_bytes() for path in (ROOT / "specs").rglob("*.yaml")}
    specs = collect(files, shared)
    found = [(each, None) for each in specs.catalog.documents.values() if each.name != "xledger"]
    found += [(each, org) for org in specs.organizations.values() for each in org.documents.values()]
    for document, organization in found:
        for path in leaves(document):
            told = explain(document, path, organization, specs.catalog)
            assert told.source != "written" or told.origin is not None, (document.name, path)
