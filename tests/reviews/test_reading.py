"""A review reads what the proposal changes, and nothing else; the controller makes it from its own copy."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from parts.proposals import (
    commit,
    edited,
    filter_widened,
    git,
    mapping_line_changed,
    organization_added,
    proposed,
    schedule_moved,
)

from reconciler.controller.reviewing import Asked, Reviewer
from reconciler.engine.reviewing import Grounds, reviewed
from reconciler.git.differing import Revisions, revisions
from reconciler.git.mirror import Mirror
from reconciler.git.snapshot import Snapshot
from reconciler.plans.review.report import Report
from reconciler.wiring import catalog

NOW = datetime.fromisoformat("2026-03-02T08:00:00+01:00")
SHARED = "specs/integration-types/rest.yaml"


@dataclass
class Watched:
    """Trees that remember what they were asked for."""

    found: Revisions
    asked: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    searched: list[str] = field(default_factory=list)

    def snapshot(self, commit: str, folders: Sequence[str]) -> Snapshot:
        self.asked.append((commit, tuple(folders)))
        return self.found.snapshot(commit, folders)

    def claiming(self, commit: str, organization_id: str) -> Sequence[str]:
        self.searched.append(organization_id)
        return self.found.claiming(commit, organization_id)


def watched(config: Path, branch: str = "proposal") -> tuple[Report, Watched]:
    trees = Watched(revisions(config))
    return reviewed(trees.found.step("main", branch), trees, Grounds(catalog(), NOW)), trees


def test_only_the_organisation_that_changes_is_read_once_at_each_end(config):
    proposed(config, mapping_line_changed)
    report, trees = watched(config)
    folders = [folders for _, folders in trees.asked]
    assert sorted(folders) == [("orgs/blindeforbundet",), ("orgs/blindeforbundet",), ("specs",)]
    assert trees.searched == []
    assert [each.name for each in report.touched] == ["blindeforbundet"]


def test_who_else_claims_an_id_is_asked_only_where_that_document_changes(config):
    proposed(config, organization_added)
    _, trees = watched(config)
    assert trees.searched == ["0b8f3c52-1d0e-4d5c-9a51-31b4f1d0a0ff"]


def test_a_shared_definition_reaches_every_organisation_that_runs_with_it_and_no_other(config):
    def edit(root: Path) -> None:
        edited(root, SHARED, "metadata: {name: rest}", "metadata: {name: rest, annotations: {overrides: builtin}}")
        edited(root, SHARED, "Bearer {key}", "Token {key}")

    proposed(config, edit)
    report, _ = watched(config)
    assert [each.name for each in report.touched] == ["demoforeningen"]
    (organization,) = report.touched
    assert [each.rule for each in organization.refused] == ["definitions"]
    (effect,) = organization.effects
    assert effect.differences == (("auth.format", "Bearer {key}", "Token {key}"),)


def test_a_document_that_all_share_and_nobody_can_read_blocks_everybody_who_is_looked_at(config):
    proposed(config, lambda root: edited(root, SHARED, "protocol: rest", "protocol: telex"))
    report, _ = watched(config)
    assert report.invalid
    assert {each.name for each in report.touched} == {"blindeforbundet", "demoforeningen", "hlf", "nhf"}
    assert all(each.unusable for each in report.touched)


def test_a_link_among_what_all_share_blocks_everybody_and_is_no_missing_document(config):
    def edit(root: Path) -> None:
        (root / "specs/data-categories/expense_claims.yaml").unlink()
        (root / "specs/data-categories/expense_claims.yaml").symlink_to("/etc/passwd")

    proposed(config, edit)
    report, _ = watched(config)
    assert len(report.touched) == 4
    assert all("it is a link: put the file itself here" in each.unusable[0] for each in report.touched)


def test_many_folders_that_go_at_once_are_asked_for_their_new_names_once(config):
    proposed(config, lambda root: git(root, "rm", "--quiet", "-r", "orgs/nhf", "orgs/hlf", "orgs/demoforeningen"))
    report, trees = watched(config)
    assert [each.name for each in report.touched] == ["demoforeningen", "hlf", "nhf"]
    assert len(trees.asked) == 5


@pytest.fixture
def reviewer(config: Path) -> Reviewer:
    """As the controller has it, with a bare copy."""
    return Reviewer(Mirror(config / ".git", "", "main"), catalog(), lambda: NOW)


def asked(config: Path, branch: str, title: str = "") -> Asked:
    head = git(config, "rev-parse", branch)
    return Asked(git(config, "rev-parse", "main"), head, "main", branch, title, f"https://git.example/{branch}")


def test_the_controller_names_other_open_proposals_that_touch_the_same(config, reviewer):
    proposed(config, mapping_line_changed, "one")
    git(config, "checkout", "--quiet", "main")
    proposed(config, lambda root: (mapping_line_changed(root), schedule_moved(root)), "two")
    git(config, "checkout", "--quiet", "main")
    proposed(config, filter_widened, "three")
    others = [asked(config, "two", "Another @account"), asked(config, "three", "Elsewhere")]
    text = reviewer.comment(asked(config, "one"), others, more="### Judged\n\nBy somebody.")
    (line,) = [each for each in text.splitlines() if "touches" in each]
    assert line.endswith("`https://git.example/two` touches `FieldMapping/xledger-mileage-claims`")
    assert "@account" not in text
    assert "Elsewhere" not in text
    assert text.endswith("### Judged\n\nBy somebody.\n")


def test_two_reviews_at_once_say_the_same(config, reviewer):
    proposed(config, mapping_line_changed)
    one = reviewer.comment(asked(config, "proposal"))
    other = Reviewer(reviewer.mirror, catalog(), lambda: NOW).comment(asked(config, "proposal"))
    assert one == other == reviewer.comment(asked(config, "proposal"))


def test_nothing_of_a_database_is_asked_for_somebody_who_is_not_admitted(config, reviewer):
    class Never:
        def __getattr__(self, name: str) -> object:
            raise AssertionError(f"{name} was asked")

    proposed(config, mapping_line_changed)
    careful = Reviewer(reviewer.mirror, catalog(), lambda: NOW, facts=Never())
    assert "no database was read" in careful.comment(asked(config, "proposal"))
    with pytest.raises(AssertionError, match="was asked"):
        careful.report(replace(asked(config, "proposal"), admitted=True))


def test_a_proposal_that_moves_is_looked_at_anew(config, reviewer):
    proposed(config, mapping_line_changed)
    before = reviewer.report(asked(config, "proposal"))
    schedule_moved(config)
    commit(config)
    after = reviewer.report(asked(config, "proposal"))
    assert [len(each.touched[0].said) for each in (before, after)] == [1, 2]


def test_a_comment_stays_as_it_is_while_nothing_is_new_and_ages_within_a_day(config, reviewer):
    proposed(config, mapping_line_changed)
    now = [NOW]
    found = Reviewer(reviewer.mirror, catalog(), lambda: now[0])
    first = found.comment(asked(config, "proposal"))
    now[0] += timedelta(hours=3)
    assert found.comment(asked(config, "proposal")) == first
    now[0] += timedelta(hours=20)
    assert found.comment(asked(config, "proposal")) != first


def test_a_proposal_of_another_history_does_not_take_the_review_of_the_others_away(config, reviewer):
    proposed(config, mapping_line_changed, "one")
    git(config, "checkout", "--quiet", "--orphan", "elsewhere")
    commit(config)
    text = reviewer.comment(asked(config, "one"), [asked(config, "elsewhere")])
    assert "FieldMapping" in text
    assert "1 other open pull request was not compared with this one" in text
