"""Whatever happens to the branch or to the way there: the last good state stands, and what happened is told."""

import shutil
from pathlib import Path

import pytest
from parts.followed import Followed, followed, texts


@pytest.fixture
def one(tmp_path: Path, database_url: str) -> Followed:
    found = followed(tmp_path, database_url, "alfa")
    found.settle()
    return found


def test_a_remote_that_is_away_leaves_everything_as_it_is_and_is_seen_when_it_is_back(one: Followed) -> None:
    before = one.condition("alfa")
    one.remote.folder.rename(one.remote.folder.with_name("away"))
    one.settle()
    said = one.condition("")
    assert (said.reason, said.applied) == ("Retrying", "")
    assert said.message.startswith("the branch cannot be fetched: ")
    assert one.condition("alfa") == before
    one.remote.folder.with_name("away").rename(one.remote.folder)
    head = one.change("orgs/alfa/organization.yaml", "language: nb", "language: en")
    one.settle()
    assert (one.condition("").word, one.condition("alfa").applied) == ("Ready", head)


def test_drift_is_repaired_while_the_remote_is_away(one: Followed) -> None:
    shutil.rmtree(one.remote.folder)
    one.write("delete from reconciler.schedules")
    one.clock.wait(31)
    one.settle()
    assert one.rows("select count(*) > 0 from reconciler.schedules") == [(True,)]


def test_a_controller_that_starts_without_its_remote_goes_on_with_the_copy(one: Followed) -> None:
    shutil.rmtree(one.remote.folder)
    one.write("delete from reconciler.schedules")
    one.shards.give_back()
    later = Followed(one.remote, one.settings, one.clock, replica="later")
    later.clock.wait(31)
    later.settle()
    assert later.rows("select count(*) > 0 from reconciler.schedules") == [(True,)]


def test_a_branch_that_is_pushed_over_is_followed_and_said(one: Followed) -> None:
    one.change("orgs/alfa/organization.yaml", "language: nb", "language: en")
    one.settle()
    lost = one.condition("alfa").applied
    one.remote.git("reset", "-q", "--hard", "HEAD~1")
    one.put({"notes.md": "another history"})
    one.settle()
    assert one.condition("").message == f"the branch was rewritten: {lost[:10]} is no part of it any more"
    assert one.rows("select body ->> 'language' from reconciler.organizations") == [("nb",)]


def test_what_is_wrong_with_a_commit_that_was_never_applied_is_told_with_its_line(one: Followed) -> None:
    bad = one.change("orgs/alfa/organization.yaml", "language: nb", "language: xx")
    good = one.change("orgs/alfa/organization.yaml", "language: xx", "language: en")
    one.settle()
    assert one.condition("alfa").applied == good
    told = {each.attempted: each for each in one.world.conditions.history("alfa", 10)}
    assert told[bad].reason == "SpecsInvalid"
    assert told[bad].findings[0].startswith("orgs/alfa/organization.yaml:")
    one.settle()
    assert len(one.world.conditions.history("alfa", 10)) == len(told)


def test_hostile_entries_of_a_tree_hold_up_their_own_organisation(one: Followed) -> None:
    one.put(texts("beta"))
    one.settle()
    one.remote.put("orgs/beta/link.yaml", b"/etc/passwd", "120000")
    one.remote.put("orgs/beta/large.yaml", b"a" * 1_000_001)
    one.remote.commit_index()
    one.settle()
    beta = one.condition("beta")
    assert beta.reason == "SpecsInvalid"
    assert sorted(beta.findings) == [
        "orgs/beta/large.yaml: it is larger than 1000000 bytes",
        "orgs/beta/link.yaml: it is a link: put the file itself here",
    ]
    assert one.condition("alfa").word == "Ready"


def test_a_folder_that_is_renamed_without_saying_so_is_refused_and_with_it_is_the_same_organisation(
    one: Followed,
) -> None:
    one.remote.git("mv", "orgs/alfa", "orgs/gamma")
    renamed = {path.replace("alfa", "gamma"): text.replace("alfa", "gamma") for path, text in texts("alfa").items()}
    one.put(renamed)
    one.settle()
    assert one.condition("gamma").reason == "PlanRefused"
    assert "renamedFrom: alfa" in one.condition("gamma").message
    one.change("orgs/gamma/organization.yaml", "{name: gamma}", "{name: gamma, renamedFrom: alfa}")
    one.settle()
    one.settle()  # what is said of a name that nobody bears any more goes with the next round
    assert one.words() == {"gamma": "Applied"}
    assert one.rows("select name from reconciler.organizations") == [("gamma",)]


def test_a_replica_that_starts_knows_what_came_while_nobody_looked(one: Followed) -> None:
    one.shards.give_back()
    bad = one.change("orgs/alfa/organization.yaml", "language: nb", "language: xx")
    one.change("orgs/alfa/organization.yaml", "language: xx", "language: en")
    later = Followed(one.remote, one.settings, one.clock, replica="later")
    later.settle(fetch=False)  # its first round comes before its first fetch
    assert later.condition("").reason == "Progressing"
    later.settle()
    assert bad in {each.attempted for each in later.world.conditions.history("alfa", 10)}
