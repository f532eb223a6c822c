"""Proposals that somebody got wrong, or means ill with: each has a readable outcome."""

from pathlib import Path

import pytest
from parts.proposals import (
    commit,
    edited,
    git,
    mapping_line_changed,
    proposed,
    schedule_moved,
    written,
)

ORGANIZATION = "orgs/nhf/organization.yaml"
EXCLUSION = """\
apiVersion: reconciler/v1
kind: Exclusion
metadata: {{name: e{number}}}
spec:
  integration: min-side
  category: expense_claims
  records: {{expense_type: [course], amount: {{min: {number}}}}}
  reason: One of very many, number {number}
"""
XLEDGER = "orgs/blindeforbundet/integrations/xledger.yaml"


def test_a_head_that_does_not_parse_is_shown_with_its_place_and_blocks_its_organisation_alone(config, reported):
    def edit(root: Path) -> None:
        edited(root, XLEDGER, "mode: send", "mode: [send")
        edited(root, ORGANIZATION, "account: jonas-nhf", "account: jon-nhf")

    proposed(config, edit)
    found = reported("--head", "proposal")
    assert (found["code"], found["valid"]) == (1, False)
    broken, whole = found["organizations"]
    assert (broken["name"], whole["name"]) == ("blindeforbundet", "nhf")
    assert "xledger.yaml:1" in broken["unusable"][0]
    assert broken["summary"]["change"] == "cannot be used: it keeps what it has"
    assert whole["changes"][0]["words"] == ["people[1].account: jonas-nhf → jon-nhf"]
    assert found["diagnostics"][0]["file"] == XLEDGER


def test_findings_come_as_annotations_and_as_sarif(config, review):
    proposed(config, lambda root: edited(root, XLEDGER, "mode: send", "mode: later"))
    code, text = review("--head", "proposal", form="github")
    assert (code, text.partition(" ")[0]) == (1, "::error")
    assert f"file={XLEDGER}" in text
    assert '"ruleId"' in review("--head", "proposal", form="sarif")[1]


def test_a_warning_that_was_there_before_is_not_told_again(config, reported):
    path = "orgs/blindeforbundet/exclusions/courses.yaml"
    edited(config, path, "2029-12-31", "2025-12-31")
    commit(config)
    proposed(config, schedule_moved)
    assert reported("--head", "proposal")["diagnostics"] == []
    git(config, "checkout", "--quiet", "main")
    proposed(
        config,
        lambda root: edited(root, "orgs/nhf/exclusions/social.yaml", "  reason", "  until: 2025-01-01\n  reason"),
        "other",
    )
    assert [each["id"] for each in reported("--head", "other")["diagnostics"]] == ["exclusion-ended"]


def test_a_head_that_deletes_an_organisation_deletes_nothing(config, reported):
    proposed(config, lambda root: git(root, "rm", "--quiet", "-r", "orgs/nhf"))
    found = reported("--head", "proposal")
    assert found["code"] == 1
    (gone,) = found["organizations"]
    assert "its folder is gone; nothing of it is touched" in gone["unusable"][0]


def test_a_head_that_changes_its_own_approval_rules_is_judged_by_those_of_the_base(config, reported, review):
    def edit(root: Path) -> None:
        mapping_line_changed(root)
        edited(
            root,
            "specs/approvals.yaml",
            "metadata: {name: platform}",
            "metadata: {name: platform, annotations: {overrides: builtin}}",
        )
        edited(
            root,
            "specs/approvals.yaml",
            "roles: [accountant, platform]\n      reason: Accounts",
            "roles: [operator]\n      approvals: 0\n      reason: Accounts",
        )

    proposed(config, edit)
    found = reported("--head", "proposal")
    assert (found["code"], found["shared"]) == (0, ["ApprovalPolicy/platform"])
    (organization,) = found["organizations"]
    assert [(each["rule"], each["roles"]) for each in organization["needs"]] == [
        ("how-money-is-posted", ["accountant", "platform"])
    ]
    assert [each["roles"] for each in found["rules"]] == [["platform"]]
    assert (
        "Until the platform puts them in force, those of `main` judge, this proposal too"
        in review("--head", "proposal")[1]
    )


def test_a_head_that_lets_its_author_join_is_judged_by_the_people_of_the_base(config, reported):
    one = "    - {account: jonas-nhf, roles: [operator]}\n"
    more = one + "    - {account: mallory, roles: [admin]}\n"
    proposed(config, lambda root: edited(root, ORGANIZATION, one, more))
    (organization,) = reported("--head", "proposal")["organizations"]
    assert [each["able"] for each in organization["needs"]] == [["siri-nhf"]]


def test_another_organisation_that_claims_the_same_id_is_found_though_it_is_not_read(config, reported):
    def edit(root: Path) -> None:
        id_ = "5f0c7b52-8d0e-4d5c-9a51-31b4f1d0a007"
        edited(root, ORGANIZATION, "9c1d2f60-1f4b-4a7e-8f0d-7a2b6c1e4b11", id_)

    proposed(config, edit)
    found = reported("--head", "proposal")
    assert found["code"] == 1
    assert [each["id"] for each in found["diagnostics"]] == ["organization-id-taken"]


def test_two_thousand_changed_files_make_a_report_that_fits_a_comment(config, review):
    def edit(root: Path) -> None:
        for number in range(2000):
            text = EXCLUSION.format(number=number)
            written(root, f"orgs/hlf/exclusions/e{number}.yaml", text)

    proposed(config, edit)
    code, text = review("--head", "proposal")
    assert code in (0, 4), text[:2000]
    assert len(text) < 60_000
    assert "2000 files since" in text
    assert len(text.splitlines()) < 250


def test_histories_that_have_nothing_in_common_are_told_apart(config, review):
    git(config, "checkout", "--quiet", "--orphan", "elsewhere")
    commit(config)
    code, text = review("--head", "elsewhere")
    assert code == 2
    assert "main and elsewhere have no commit in common" in text
    assert "two histories: is this the right repository" in text


def test_a_shallow_clone_is_told_what_it_lacks(config, tmp_path, review):
    proposed(config, schedule_moved)
    edited(config, ORGANIZATION, "language: nb", "language: en")
    commit(config)
    git(config, "checkout", "--quiet", "main")
    edited(config, ORGANIZATION, "siri-nhf", "sara-nhf")
    commit(config)
    shallow = tmp_path / "shallow"
    git(config, "clone", "--quiet", "--depth=1", "--no-single-branch", f"file://{config}", str(shallow))
    code, text = review("--repository", str(shallow), "--base", "origin/main", "--head", "origin/proposal")
    assert (code, "fetch-depth: 0" in text) == (2, True)


def test_a_base_that_moved_does_not_show_as_the_proposals_own_change(config, reported, review):
    proposed(config, schedule_moved)
    git(config, "checkout", "--quiet", "main")
    edited(config, ORGANIZATION, "language: nb", "language: en")
    commit(config)
    found = reported("--head", "proposal")
    assert [each["name"] for each in found["organizations"]] == ["blindeforbundet"]
    assert (found["base"]["ahead"], found["changed_twice"]) == (1, [])
    assert "none of them changes a file that this one does" in review("--head", "proposal")[1]


def test_a_file_that_both_sides_changed_is_named(config, review):
    proposed(config, schedule_moved)
    git(config, "checkout", "--quiet", "main")
    edited(config, "orgs/blindeforbundet/schedules/xledger.yaml", "30 3", "30 4")
    commit(config)
    text = review("--head", "proposal")[1]
    assert "both change `orgs/blindeforbundet/schedules/xledger.yaml`. Update the branch, and look again." in text


@pytest.mark.parametrize("way", ["squash", "rebase"])
def test_the_intent_is_the_same_however_it_is_merged(config, reported, way):
    proposed(config, schedule_moved)
    mapping_line_changed(config)
    commit(config)
    (before,) = reported("--head", "proposal")["organizations"]
    git(config, "checkout", "--quiet", "main")
    edited(config, ORGANIZATION, "language: nb", "language: en")
    start = commit(config)
    if way == "squash":
        git(config, "merge", "--quiet", "--squash", "proposal")
        commit(config)
    else:
        git(config, "rebase", "--quiet", "main", "proposal")
        git(config, "checkout", "--quiet", "main")
        git(config, "merge", "--quiet", "--ff-only", "proposal")
    (after,) = reported("--base", start, "--head", "main")["organizations"]
    assert after["intent"] == before["intent"]
    assert after["summary"] == before["summary"]


def test_what_is_merged_already_changes_nothing_any_more(config, review):
    proposed(config, schedule_moved)
    git(config, "checkout", "--quiet", "main")
    git(config, "merge", "--quiet", "--ff-only", "proposal")
    code, text = review("--head", "proposal")
    assert (code, "**No organisation changes.**" in text) == (0, True)


def test_a_file_that_moves_changes_nothing(config, review):
    proposed(config, lambda root: git(root, "mv", "orgs/nhf/integrations/consio.yaml", "orgs/nhf/consio.yaml"))
    code, text = review("--head", "proposal")
    assert (code, "0 objects of it change" in text or "No organisation changes" in text) == (0, True)


def test_an_organisation_that_was_broken_at_the_base_is_said_to_be_judged_later(config, reported):
    edited(config, XLEDGER, "mode: send", "mode: later")
    commit(config)
    proposed(config, lambda root: edited(root, XLEDGER, "mode: later", "mode: send"))
    (found,) = reported("--head", "proposal")["organizations"]
    assert "at the base it could not be used" in found["judged_later"]


@pytest.mark.parametrize("name", ["nowhere", "-q", "--upload-pack=x", "HEAD^{tree}"])
def test_what_is_no_commit_is_said_so(review, name):
    code, text = review(f"--head={name}")
    assert (code, "there is no revision" in text) == (2, True)


def test_a_folder_that_is_no_repository_is_said_so(review, tmp_path):
    code, text = review("--repository", str(tmp_path))
    assert (code, "is not a git repository" in text) == (2, True)


def test_a_working_tree_with_a_link_is_refused_and_not_followed(config, reported):
    def edit(root: Path) -> None:
        (root / "orgs/nhf/integrations/evil.yaml").symlink_to("/etc/passwd")

    proposed(config, edit)
    found = reported("--head", "proposal")
    (organization,) = found["organizations"]
    assert organization["unusable"] == ["orgs/nhf/integrations/evil.yaml: it is a link: put the file itself here"]


def test_words_of_a_spec_are_not_read_as_markup_and_call_nobody(config, review):
    text = "![x](http://evil.example/a.png) <img src=x> | @everyone `code` **bold**"

    def edit(root: Path) -> None:
        edited(
            root,
            "orgs/nhf/exclusions/social.yaml",
            "Purely social gatherings are no peer support and are not counted there",
            f"'{text}'",
        )

    proposed(config, edit)
    shown = review("--head", "proposal")[1]
    page = review("--head", "proposal", form="html")[1]
    values = [part for line in shown.splitlines() for part in line.split("`")[::2]]
    assert not [each for each in values if "evil" in each or "<img" in each or "@everyone" in each]
    assert "<img" not in page


ALLOWANCE = """\
apiVersion: reconciler/v1
kind: Approval
metadata: {name: elsewhere}
spec:
  rule: retarget
  object: Integration/xledger
  expires: 2026-03-31
  reason: The accounts have moved to another entity
"""


def test_an_approval_that_comes_alone_is_a_change_that_somebody_must_see(config, reported, review):
    """What it lets through was merged before: the next apply does it."""
    edited(config, XLEDGER, 'entity: "31007"', 'entity: "31008"')
    commit(config)
    proposed(config, lambda root: written(root, "orgs/blindeforbundet/approvals/elsewhere.yaml", ALLOWANCE))
    (found,) = reported("--head", "proposal")["organizations"]
    assert [(each["kind"], each["action"]) for each in found["changes"]] == [("Approval", "new")]
    assert found["summary"]["affected"] == "records not counted: what a guard has refused so far may go through"
    assert [each["rule"] for each in found["needs"]] == ["what-a-guard-allows"]
    head = "\n".join(review("--head", "proposal")[1].splitlines()[:15])
    assert "lets through what the guard `retarget` refuses of `Integration/xledger` until 2026-03-31" in head


def test_somebody_whom_the_base_has_let_go_meanwhile_is_not_asked_for_a_yes(config, reported):
    """A branch from before keeps the people of before: it does not choose who judges it."""
    proposed(config, schedule_moved)
    git(config, "checkout", "--quiet", "main")
    path = "orgs/blindeforbundet/organization.yaml"
    edited(config, path, "kari-blindeforbundet, roles: [admin, reviewer]", "kari-blindeforbundet, roles: [viewer]")
    edited(config, path, "roles: [accountant]", "roles: [accountant, admin]")
    commit(config)
    (found,) = reported("--head", "proposal")["organizations"]
    assert [each["able"] for each in found["needs"]] == [["ola-blindeforbundet"]]


def test_what_mends_a_broken_base_is_no_invalid_head(config, reported, review):
    edited(config, XLEDGER, "mode: send", "mode: later")
    commit(config)
    proposed(config, lambda root: edited(root, XLEDGER, "mode: later", "mode: send"))
    found = reported("--head", "proposal")
    assert (found["code"], found["valid"]) == (0, True)
    assert found["organizations"][0]["summary"]["approval"] == "judged after the merge"
    assert "Cannot be applied" not in review("--head", "proposal")[1]


def test_one_broken_organisation_is_not_told_as_if_it_held_up_the_others(config, review):
    def edit(root: Path) -> None:
        edited(root, XLEDGER, "mode: send", "mode: [send")
        edited(root, ORGANIZATION, "account: jonas-nhf", "account: jon-nhf")

    proposed(config, edit)
    verdict = review("--head", "proposal")[1].splitlines()[2]
    assert verdict.startswith("**Cannot be applied: ")
    assert verdict.endswith("1 other organisation would change all the same.")
