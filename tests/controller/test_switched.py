"""What a person has said about applying holds whatever is merged, and the loop says so."""

from datetime import timedelta
from pathlib import Path

import pytest
from parts.followed import Followed, followed

from reconciler.engine.switching import release, turn
from reconciler.runs.switch import Switch, What

REASON = "the auditor counts today"


@pytest.fixture
def two(tmp_path: Path, database_url: str) -> Followed:
    found = followed(tmp_path, database_url, "alfa", "beta")
    found.settle()
    return found


def language(two: Followed) -> list[tuple]:
    return two.rows("select body ->> 'language' from reconciler.organizations order by name")


def said(two: Followed, what: What, organization: str = "alfa", revision: str = "") -> None:
    until = two.clock.now() + timedelta(hours=2)
    turn(two.world, Switch(organization, what, REASON, "", None, until, revision))


@pytest.mark.parametrize(("what", "reason"), [("stop", "Suspended"), ("detect", "DetectOnly")])
def test_what_is_stopped_stays_until_it_is_over_and_then_goes_on_by_itself(
    two: Followed, what: What, reason: str
) -> None:
    said(two, what)
    head = two.change("orgs/alfa/organization.yaml", "language: nb", "language: en")
    two.settle()
    assert two.condition("alfa").reason == reason
    assert "1 to update" in two.condition("alfa").message
    assert REASON in two.condition("alfa").message
    assert language(two) == [("nb",), ("nb",)]
    two.clock.wait(2 * 3600 + 1)
    two.settle()
    assert (two.condition("alfa").reason, two.condition("alfa").applied) == ("Applied", head)


def test_the_stop_of_all_stops_all_and_drift_too(two: Followed) -> None:
    said(two, "stop", "")
    two.write("delete from reconciler.schedules")
    two.clock.wait(31)
    two.settle()
    assert two.words() == {"alfa": "Suspended", "beta": "Suspended"}
    assert two.rows("select count(*) from reconciler.schedules") == [(0,)]
    release(two.world, "")
    two.settle()
    assert two.words() == {"alfa": "Applied", "beta": "Applied"}


def test_an_organisation_is_kept_at_a_commit_while_the_branch_moves_on(two: Followed) -> None:
    first = two.condition("alfa").applied
    later = two.change("orgs/alfa/organization.yaml", "language: nb", "language: en")
    two.settle()
    said(two, "pin", revision=first)
    two.settle()
    assert (two.condition("alfa").reason, two.condition("alfa").applied) == ("Pinned", first)
    assert language(two) == [("nb",), ("nb",)]
    two.change("orgs/beta/organization.yaml", "language: nb", "language: en")
    two.settle()
    assert language(two) == [("nb",), ("en",)]
    release(two.world, "alfa")
    two.settle()
    assert two.condition("alfa").reason == "Applied"
    assert two.condition("alfa").applied != later
    assert language(two) == [("en",), ("en",)]


def test_days_on_which_nothing_may_change_hold_the_commit_that_would_lift_them(two: Followed) -> None:
    always = "  freeze:\n"
    window = f"{always}    - {{from: 2026-03-02, to: 2026-03-03, reason: Closing the books, stops: [changes]}}\n"
    two.change("orgs/alfa/organization.yaml", always, window)
    two.settle()
    assert two.condition("alfa").reason == "Applied"
    two.change("orgs/alfa/organization.yaml", window, always)
    two.settle()
    assert two.condition("alfa").reason == "Frozen"
    assert "Closing the books" in two.condition("alfa").message
    two.clock.wait(48 * 3600)
    two.settle()
    assert two.condition("alfa").reason == "Applied"


def test_a_pin_to_a_commit_that_nobody_knows_is_said_and_changes_nothing(two: Followed) -> None:
    said(two, "pin", revision="0" * 40)
    two.settle()
    assert two.condition("alfa").reason == "SpecsInvalid"
    assert language(two) == [("nb",), ("nb",)]


def test_a_pin_goes_back_by_itself_and_anywhere_else_only_with_approval(two: Followed) -> None:
    two.missing.append("1 more of admin")
    first = two.condition("alfa").applied
    later = two.change("orgs/alfa/organization.yaml", "language: nb", "language: en")
    two.settle()
    assert two.condition("alfa").reason == "NotApproved"
    said(two, "pin", revision=later)
    two.settle()
    assert (two.condition("alfa").reason, language(two)) == ("NotApproved", [("nb",), ("nb",)])
    two.missing.clear()
    release(two.world, "alfa")
    two.settle()
    assert language(two) == [("en",), ("nb",)]
    two.missing.append("1 more of admin")
    said(two, "pin", revision=first)
    two.settle()
    assert (two.condition("alfa").reason, language(two)) == ("Pinned", [("nb",), ("nb",)])
