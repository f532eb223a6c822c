"""`reconciler status`: where each organisation's configuration stands between git and the database."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from reconciler.cli.condition_words import READY_SHOWN, lines, told
from reconciler.cli.main import run
from reconciler.database.conditions import ConditionTable
from reconciler.database.connection import Database
from reconciler.database.installation import InstallationTable
from reconciler.runs.condition import Condition

NOW = datetime(2026, 3, 2, 7, tzinfo=UTC)
READY = Condition(
    "hlf", "Applied", "applied: 3 created", NOW - timedelta(hours=3), attempted="7e296ce0" * 5, applied="7e296ce0" * 5,
    verified_at=NOW - timedelta(minutes=2),
)  # fmt: skip
STALLED = Condition(
    "nbf", "SpecsInvalid", "orgs/nbf/organization.yaml:3:1: unknown key 'zon'", NOW - timedelta(minutes=90),
    hint="mend it in a commit of its own", attempted="81e98120" * 5, applied="7e296ce0" * 5,
    findings=("orgs/nbf/organization.yaml:3:1: unknown key 'zon'", "orgs/nbf/organization.yaml:9:1: no 'id'"),
)  # fmt: skip
RETRYING = Condition(
    "cp", "Retrying", "the secret store cannot be reached", NOW, failures=3, not_before=NOW + timedelta(minutes=4)
)


@pytest.fixture
def kept(settings):
    """Conditions that a controller wrote, of a database to which nothing was ever applied."""
    database = Database(settings.database_url)
    table = ConditionTable(database)
    for each in (READY, STALLED, RETRYING, replace(READY, organization="")):
        table.keep_condition(each, None, NOW)
    InstallationTable(database, settings.installation, ["simulator"]).take_control("kari", NOW - timedelta(days=3))
    return settings


def show(settings, capsys, *more: str) -> str:
    capsys.readouterr()
    assert run(["status", *more], settings) == 0
    return capsys.readouterr().out


def test_each_organisation_has_its_word_reason_commits_and_next_step(kept, capsys):
    out = show(kept, capsys)
    assert "A controller has kept this database since 2026-02-27 07:00 UTC (3 days ago)." in out
    for word in ("Ready", "Applied", "Stalled", "SpecsInvalid", "81e98120", "7e296ce0", "2 min ago", "the repository"):
        assert word in out
    assert "7e296ce07" not in out
    assert out.index("Stalled") < out.index("Reconciling") < out.index("Ready")
    assert "nbf: orgs/nbf/organization.yaml:3:1: unknown key 'zon'" in out
    assert out.count("unknown key 'zon'") == 1
    assert "  orgs/nbf/organization.yaml:9:1: no 'id'" in out
    assert "  next: mend it in a commit of its own" in out
    assert re.search(r"  tried again 2026-03-02 07:04 UTC \(in \d min\), after 3 in vain", out)
    assert "Nothing is applied to this database yet." not in out
    assert max(len(line) for line in out.splitlines()) <= 120


def test_one_that_was_never_applied_can_be_asked_for_and_an_unknown_one_not(kept, capsys):
    out = show(kept, capsys, "nbf")
    assert "SpecsInvalid" in out
    assert "hlf" not in out
    assert run(["status", "nobody"], kept) == 2


def test_the_json_twin_has_them_all_in_full(kept, capsys):
    found = json.loads(show(kept, capsys, "--format", "json"))["conditions"]
    assert {each["organization"] for each in found} == {"", "hlf", "nbf", "cp"}
    stalled = next(each for each in found if each["organization"] == "nbf")
    assert (stalled["condition"], stalled["reason"]) == ("Stalled", "SpecsInvalid")
    assert stalled["attempted"] == STALLED.attempted
    assert stalled["findings"] == list(STALLED.findings)
    assert "fingerprint" not in stalled
    assert len(json.loads(show(kept, capsys, "hlf", "--format", "json"))["conditions"]) == 1


def test_without_a_controller_nothing_is_said_of_one(settings, capsys):
    assert "ontroller" not in show(settings, capsys)
    assert json.loads(show(settings, capsys, "--format", "json"))["conditions"] == []


def test_a_controller_that_has_just_taken_over_says_so(settings, capsys):
    table = InstallationTable(Database(settings.database_url), settings.installation, ["simulator"])
    table.take_control("kari", NOW)
    out = show(settings, capsys)
    assert "A controller has kept this database since 2026-03-02 07:00 UTC (just now); it has not looked" in out
    table.let_go("kari", NOW)


def test_of_many_that_are_ready_only_the_number_is_told_unless_one_is_asked_for():
    many = {f"org-{each}": replace(READY, organization=f"org-{each}") for each in range(READY_SHOWN + 1)}
    found = told({**many, "nbf": STALLED})
    assert ([each.organization for each in found.shown], found.ready) == (["nbf"], READY_SHOWN + 1)
    assert [each.organization for each in told(many, "org-3").shown] == ["org-3"]


def test_what_is_wrong_with_the_repository_is_told_with_every_organisation():
    broken = replace(STALLED, organization="", reason="Empty")
    assert [each.organization for each in told({"": broken, "hlf": READY}, "hlf").shown] == ["", "hlf"]
    assert [each.organization for each in told({"": replace(READY, organization=""), "hlf": READY}, "hlf").shown] == [
        "hlf"
    ]


def test_of_many_findings_the_first_are_shown_and_the_rest_counted():
    found = lines(replace(STALLED, findings=tuple(f"finding {each}" for each in range(9))), NOW)
    assert "  and 4 more: reconciler status nbf --format json" in found
