"""What is merged is applied when it is approved, however it came to the branch; else it waits, and says for whom."""

from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from parts.merging import PEOPLE, Merging, exclusion, freeze, organization

from reconciler.cli.main import run
from reconciler.engine.approval import objections

MISSING = ["1 more of admin, reviewer: Organization/laget (default)"]


def test_what_nobody_approved_waits_and_a_yes_lets_it_through(here: Merging) -> None:
    here.commit(organization=freeze("2026-05-01"))
    assert here.apply() == MISSING
    here.say("kari")
    assert here.apply() == []
    assert here.plan().empty


@pytest.mark.parametrize("way", ["merge", "squash", "rebase", "push"])
def test_a_yes_to_a_proposal_holds_however_it_is_merged(here: Merging, way: str) -> None:
    git = here.repository.git
    git("checkout", "--quiet", "-b", "proposal")
    here.commit(first=exclusion("first", "chat"))
    here.commit(organization=freeze("2026-05-01"))
    git("branch", "--force", "main", "proposal")
    here.say("kari")
    here.say("ola")
    git("branch", "--force", "main", "proposal~2")
    git("checkout", "--quiet", "main")
    here.repository.commit({"README.md": "something else came first\n"})
    if way == "merge":
        git("merge", "--quiet", "--no-ff", "--message", "merge", "proposal")
    elif way == "squash":
        git("merge", "--quiet", "--squash", "proposal")
        git("commit", "--quiet", "--message", "squashed")
    elif way == "rebase":
        git("rebase", "--quiet", "main", "proposal")
        git("checkout", "--quiet", "main")
        git("merge", "--quiet", "--ff-only", "proposal")
    else:
        git("cherry-pick", "main..proposal")
    assert here.apply() == []
    assert here.plan().empty


def test_a_base_that_moved_elsewhere_keeps_the_yes_and_one_that_moved_here_does_not(here: Merging) -> None:
    here.commit(organization=freeze("2026-05-01"))
    here.say("kari")
    here.repository.git("reset", "--quiet", "--hard", "HEAD~1")
    here.commit(first=exclusion("first", "chat"))
    here.say("ola")
    assert here.apply() == []
    here.commit(organization=freeze("2026-05-01"))
    assert here.objections() == []
    here.repository.git("reset", "--quiet", "--hard", "HEAD~1")
    here.commit(organization=freeze("2026-06-01"))
    here.say("kari")
    assert here.apply() == []
    here.commit(organization=freeze("2026-05-01"))
    assert here.apply() == MISSING


def test_nobody_approves_what_is_their_own(here: Merging) -> None:
    here.commit(organization=freeze("2026-05-01"))
    here.say("KARI", "author", source="portal")
    here.say("kari")
    assert here.apply() == MISSING
    assert here.review().whole.verdict.own == ("kari",)
    here.say("ola")
    assert here.apply() == []


def test_two_people_are_two_accounts_with_the_role(here: Merging) -> None:
    rules = (Path(__file__).parents[2] / "specs/approvals.yaml").read_text()
    rules = rules.replace("metadata: {name: platform}", "metadata: {name: platform, annotations: {overrides: builtin}}")
    accept(
        here, rules.replace("default: {roles: [admin, reviewer]}", "default: {roles: [admin, reviewer], approvals: 2}")
    )
    here.commit(organization=freeze("2026-05-01"))
    here.say("kari")
    here.say("Kari")
    here.say("stranger")
    here.say("the-operator", platform=True)
    assert here.apply() == MISSING
    here.say("ola")
    assert here.apply() == []


def accept(here: Merging, rules: str) -> None:
    """Put rules in force as an operator does, from a commit."""
    here.repository.commit({"specs/approvals.yaml": rules})
    words = ["approve", "--rules", "--yes", "--reason", "The platform wants it so", "--root"]
    assert run([*words, str(here.repository.folder)], here.settings) == 0


def test_who_may_do_without_another_is_known_to_be_the_author(here: Merging) -> None:
    rules = (Path(__file__).parents[2] / "specs/approvals.yaml").read_text()
    rules = rules.replace("metadata: {name: platform}", "metadata: {name: platform, annotations: {overrides: builtin}}")
    accept(here, rules.replace("default: {roles: [admin, reviewer]}", "default: {roles: [admin], approvals: 0}"))
    here.commit(organization=freeze("2026-05-01"))
    assert here.apply() == ["1 more of admin: Organization/laget (default)"]
    here.say("ola", "author", source="portal")
    assert here.apply() == ["1 more of admin: Organization/laget (default)"]
    here.commit(organization=freeze("2026-06-01"))
    here.say("kari", "author", source="portal")
    assert here.apply() == []


def test_a_hold_lasts_until_the_same_account_approves(here: Merging) -> None:
    here.commit(organization=freeze("2026-05-01"))
    here.say("ola", "refuse")
    here.say("kari")
    assert here.apply() == ["held by ola: It was looked at together"]
    here.say("ola")
    assert here.apply() == []


def test_a_stranger_holds_nothing_up_and_an_author_may(here: Merging) -> None:
    here.commit(organization=freeze("2026-05-01"))
    here.say("stranger", "refuse")
    here.say("kari")
    assert here.objections() == []
    here.say("visitor", "author", source="portal")
    here.say("visitor", "refuse")
    assert here.objections() == ["held by visitor: It was looked at together"]
    here.say("visitor")
    assert here.objections() == []


def test_a_hold_is_not_got_round_by_another_commit(here: Merging) -> None:
    here.commit(organization=freeze("2026-05-01"))
    here.say("ola", "refuse")
    here.commit(first=exclusion("first", "chat"))
    here.say("kari")
    here.say("ola")
    assert "held by ola: It was looked at together" in here.apply()[0]
    here.commit(organization=organization())
    here.say("ola")
    here.say("kari")
    assert here.apply() == []


def test_rules_that_a_commit_changes_do_not_judge_it_nor_what_follows(here: Merging) -> None:
    rules = (Path(__file__).parents[2] / "specs/approvals.yaml").read_text()
    lax = rules.replace("metadata: {name: platform}", "metadata: {name: platform, annotations: {overrides: builtin}}")
    lax = lax.replace(
        "default: {roles: [admin, reviewer]}", "default: {roles: [operator], approvals: 0}\n  platform: [eve]"
    )
    changed = {"specs/approvals.yaml": lax, "orgs/laget/organization.yaml": freeze("2026-05-01")}
    here.repository.commit(changed)
    here.say("eve", "author", source="portal")
    here.say("eve", platform=True)
    assert here.apply() == MISSING
    here.repository.git("reset", "--quiet", "--hard", "HEAD~1")
    here.repository.commit({"specs/approvals.yaml": lax})
    assert here.apply() == []
    here.commit(organization=freeze("2026-06-01"))
    here.say("eve", platform=True)
    assert here.apply() == MISSING


def test_who_adds_themselves_to_the_people_has_no_say_yet(here: Merging) -> None:
    eve = PEOPLE + ", {account: eve, roles: [admin, reviewer, accountant]}"
    here.commit(organization=organization(eve))
    here.say("eve")
    assert here.apply() == ["1 more of admin, platform: Organization/laget (who-decides)"]
    step = here.review().whole.intent.digest
    here.commit(organization=organization(eve), first=exclusion("first", "chat"))
    here.say("eve")
    for judged in here.review().steps:
        here.say("eve", intent=judged.intent.digest)
    assert any("who-decides" in text for text in here.apply())
    here.say("kari", intent=step)
    assert here.apply() == []


def test_a_new_organization_is_let_in_by_the_platform_alone(here: Merging) -> None:
    text = organization("{account: eve, roles: [admin, reviewer]}", name="nye").replace("a0ff", "a0fe")
    here.repository.commit({"orgs/nye/organization.yaml": text.replace("974760673", "971272643")})
    assert here.objections() == []
    found = here.objections("nye")
    assert found
    assert all(each.startswith("1 more of platform: ") for each in found)


def test_what_lets_a_guard_through_needs_a_yes_of_its_own_wherever_it_is_merged(here: Merging) -> None:
    text = """apiVersion: reconciler/v1
kind: Approval
metadata: {name: gone}
spec: {rule: deletes, object: Exclusion, reason: We mean it this time, expires: 2026-12-31}
"""
    here.commit(gone=text)
    assert here.objections() == []
    here.commit(organization=freeze("2026-05-01"))
    approval = "1 more of admin, platform: Approval/deletes of Exclusion until 2026-12-31 (what-a-guard-allows)"
    assert any(approval in each for each in here.apply())
    for judged in here.review().steps:
        here.say("ola", intent=judged.intent.digest)
    assert [each.partition(": ")[2] for each in here.apply()] == [approval]
    here.say("kari", intent=here.review().steps[0].intent.digest)
    assert here.apply() == []


def test_a_revert_of_what_nobody_approved_needs_nobody(here: Merging) -> None:
    here.commit(organization=freeze("2026-05-01"))
    assert here.apply() == MISSING
    here.repository.git("revert", "--no-edit", "HEAD")
    assert here.apply() == []


def test_a_revert_of_what_is_applied_needs_a_yes_and_so_does_the_same_again(here: Merging) -> None:
    here.commit(organization=freeze("2026-05-01"))
    here.say("kari")
    assert here.apply() == []
    here.repository.git("revert", "--no-edit", "HEAD")
    assert here.apply() == MISSING
    here.say("kari")
    assert here.apply() == []
    here.commit(organization=freeze("2026-05-01"))
    assert here.apply() == MISSING


def test_what_another_hand_changed_is_repaired_without_a_yes(here: Merging) -> None:
    with psycopg.connect(here.settings.database_url) as connection:
        connection.execute("update public.feature_flags set enabled = false where feature = 'news'")
    assert not here.plan().empty
    assert here.apply() == []
    assert here.plan().empty


def test_where_approval_is_off_git_is_not_asked(here: Merging) -> None:
    here.settings = replace(here.settings, approvals="off")
    here.commit(organization=freeze("2026-05-01"))
    plan = here.plan()
    assert objections(here.parts[0], plan, lambda _: pytest.fail("asked")) == []
