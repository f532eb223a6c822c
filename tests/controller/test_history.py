"""The way from the applied commit to the head, whatever was done to the branch: renamed, broken, rewritten, merged."""

import shutil
from dataclasses import replace

from parts.merging import Merging, exclusion, freeze, organization

from reconciler.engine.approval import objections

MISSING = ["1 more of admin, reviewer: Organization/laget (default)"]


def test_a_folder_that_was_renamed_is_judged_by_its_own_people(here: Merging) -> None:
    here.repository.commit(
        {
            "orgs/laget/organization.yaml": None,
            "orgs/klubben/organization.yaml": organization(name="klubben", metadata=", renamedFrom: laget"),
        }
    )
    assert here.objections("klubben") == ["1 more of admin, reviewer: Organization/klubben (default)"]
    plan = here.plan("klubben")
    chain = here.chain(plan)
    assert chain.before is not None
    assert chain.before.organization == "laget"


def test_a_commit_that_cannot_be_used_is_judged_with_the_one_that_mends_it(here: Merging) -> None:
    here.commit(first=exclusion("first", "chat"))
    here.say("ola")
    here.commit(organization=freeze("2026-05-01").replace("to: 2026-05-01", "to: yesterday"))
    here.commit(organization=freeze("2026-05-01"))
    review = here.review()
    assert len(review.steps) == 2
    assert len(here.apply()) == 1
    here.say("kari", intent=review.steps[1].intent.digest)
    assert here.apply() == []


def test_three_hundred_commits_elsewhere_are_no_way_and_three_hundred_here_count_as_a_whole(here: Merging) -> None:
    quick(here, [f"commit {number}" for number in range(300)], "README.md")
    here.commit(organization=freeze("2026-05-01"))
    here.say("kari")
    assert here.objections() == []
    quick(here, [freeze(f"2026-{6 + number % 3:02}-01") for number in range(300)], "orgs/laget/organization.yaml")
    review = here.review()
    assert review.steps == ()
    assert here.apply() == MISSING
    here.say("ola")
    assert here.apply() == []


def quick(here: Merging, texts: list[str], path: str) -> None:
    """Many commits of one file, in one process of git."""
    parts = [f"reset refs/heads/main\nfrom {here.repository.head}\n\n"]
    for text in texts:
        size = len(text.encode())
        parts.append(
            "commit refs/heads/main\ncommitter Kari <kari@example.org> 1772434800 +0100\ndata 1\nx\n"
            f"M 100644 inline {path}\ndata {size}\n{text}\n"
        )
    here.repository.git("fast-import", "--quiet", given="".join(parts).encode())
    here.repository.git("reset", "--quiet", "--hard", "main")


def test_a_merge_that_drops_what_is_applied_is_seen(here: Merging) -> None:
    git = here.repository.git
    git("branch", "other")
    here.commit(organization=freeze("2026-05-01"))
    here.say("kari")
    assert here.apply() == []
    git("checkout", "--quiet", "other")
    here.commit(first=exclusion("first", "chat"))
    git("merge", "--quiet", "--strategy", "ours", "--message", "ours", "main")
    git("branch", "--force", "main", "other")
    git("checkout", "--quiet", "main")
    assert ("Organization", "laget") in here.review().whole.intent.moved
    assert "Organization/laget" in " ".join(here.apply())


def test_a_rewritten_history_is_judged_as_a_whole(here: Merging) -> None:
    here.commit(organization=freeze("2026-05-01"))
    here.say("kari")
    assert here.apply() == []
    here.repository.git("reset", "--quiet", "--hard", "HEAD~1")
    here.commit(first=exclusion("first", "chat"))
    assert here.review().steps == ()
    assert len(here.apply()) == 2
    here.say("kari")
    here.say("ola")
    assert here.apply() == []


def test_a_commit_that_the_copy_never_saw_is_judged_by_the_rows(here: Merging) -> None:
    here.repository.git("checkout", "--quiet", "--orphan", "anew")
    here.commit(organization=freeze("2026-05-01"))
    here.repository.git("branch", "--force", "main", "anew")
    shutil.rmtree(here.folder / "mirror")
    plan = here.plan()
    assert here.chain(plan).before is None
    assert here.apply() == MISSING
    here.say("eve", platform=True)
    assert here.apply() == MISSING
    here.say("kari")
    assert here.apply() == []


def test_what_is_no_commit_is_judged_as_a_whole(here: Merging) -> None:
    here.commit(organization=freeze("2026-05-01"))
    plan = here.plan()
    tree = replace(plan, desired=replace(plan.desired, revision="working tree"))
    assert objections(here.parts[0], tree, here.chain) == MISSING
