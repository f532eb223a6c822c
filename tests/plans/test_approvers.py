"""Who has to approve a plan: the rules of the policy that fit what changes."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.plans.approvers import covered, fragments, needed
from reconciler.plans.guard import guard
from reconciler.plans.plan import make_plan
from reconciler.plans.resource import Approved
from reconciler.specs.collection import collect
from reconciler.specs.models.approval_policy import ApprovalPolicy, ApprovalRule
from tests.plans.test_guard import BODY, KEPT, TODAY, plan, resources

ROOT = Path(__file__).parents[2]
XLEDGER = "integrations/xledger.yaml"


@pytest.fixture(scope="module")
def policy() -> ApprovalPolicy:
    content = {"specs/approvals.yaml": (ROOT / "specs/approvals.yaml").read_bytes()}
    return collect({}, content).catalog.of(ApprovalPolicy)["platform"].spec


@pytest.fixture
def rules(policy, wanted, applied):
    """The names of the rules that an edit of the example has to satisfy."""

    def told(edits) -> dict[str, tuple[str, ...]]:
        changed = make_plan(wanted(edits), applied(wanted({})))
        return {each.rule: each.objects for each in needed(changed, policy)}

    return told


def test_a_new_target_needs_two(rules, policy, wanted, applied):
    edit = {XLEDGER: ('entity: "31007"', 'entity: "31008"')}
    assert rules(edit) == {"where-documents-go": ("Integration/xledger",)}
    (found,) = needed(make_plan(wanted(edit), applied(wanted({}))), policy)
    assert (found.roles, found.approvals) == (("admin", "accountant", "platform"), 2)
    assert found.text == "2 of admin, accountant, platform: Integration/xledger (where-documents-go)"


def test_a_field_inside_a_list_belongs_to_the_rule_about_the_list(rules):
    assert rules({XLEDGER: ("since: 2026-01-01", "since: 2026-02-01")}) == {
        "what-is-exported": ("Integration/xledger",)
    }


def test_what_no_rule_names_needs_the_default(rules):
    assert rules({XLEDGER: ("stale_after: 48h", "stale_after: 24h")}) == {"default": ("Integration/xledger",)}


SCHEDULE = "schedules/xledger.yaml"


@pytest.mark.parametrize("edit", [
    ("30 3", "30 4"),
    ("integration: xledger", "integration: xledger\n  zone: Europe/London"),
    ('cron: "30 3 * * 1-5"', "every: monthly\n  at: 03:30\n  on: last"),
    ('cron: "30 3 * * 1-5"', "every: manual"),
    None,
])  # fmt: skip
def test_a_schedule_is_self_service_as_it_comes_changes_and_goes(policy, wanted, applied, edit):
    changed = make_plan(wanted({SCHEDULE: edit}), applied(wanted({})))
    (found,) = needed(changed, policy)
    assert (found.rule, found.objects) == ("when-it-runs", ("SyncSchedule/xledger",))
    assert (found.roles, found.approvals, found.automatic) == (("admin", "operator", "platform"), 0, True)
    assert [each.rule for each in needed(make_plan(wanted({}), applied(wanted({SCHEDULE: edit}))), policy)] == [
        "when-it-runs"
    ]


@pytest.mark.parametrize(("path", "old", "new", "rule"), [
    (XLEDGER, 'entity: "31007"', 'entity: "31008"', "where-documents-go"),
    (XLEDGER, "environment: simulator", "environment: sandbox", "where-documents-go"),
    (XLEDGER, "since: 2026-01-01", "since: 2025-01-01", "what-is-exported"),
    (XLEDGER, "stale_after: 48h", "stale_after: 24h", "default"),
    ("mappings/expense-claims.yaml", 'travel: "7140"', 'travel: "7150"', "how-money-is-posted"),
    ("exclusions/courses.yaml", "reason: ", "reason: As we said, ", "default"),
    ("organization.yaml", "from: 2027-01-11", "from: 2027-01-12", "default"),
    ("organization.yaml", "roles: [accountant]", "roles: [accountant, operator]", "who-decides"),
])  # fmt: skip
def test_nothing_goes_by_itself_beside_a_schedule(policy, wanted, applied, path, old, new, rule):
    changed = make_plan(wanted({SCHEDULE: ("30 3", "30 4"), path: (old, new)}), applied(wanted({})))
    found = {each.rule: each.automatic for each in needed(changed, policy)}
    assert found == {"when-it-runs": True, rule: False}


def test_a_rule_about_a_kind_holds_for_making_and_removing_too(rules):
    assert list(rules({"exclusions/courses.yaml": None})) == ["what-is-withheld"]


def test_nothing_to_change_needs_nobody(rules):
    assert rules({}) == {}


def test_another_definition_needs_the_platform(policy):
    before = resources(Integration__xledger=BODY | {"definitions": {"IntegrationType/xledger": "old"}})
    after = resources(Integration__xledger=BODY | {"definitions": {"IntegrationType/xledger": "new"}})
    moved = plan(after, before)
    assert [(each.rule, each.roles) for each in needed(moved, policy)] == [("what-all-share", ("platform",))]


def test_a_definition_that_is_new_to_an_integration_is_no_change_of_what_all_share():
    more = resources(Integration__xledger=BODY | {"definitions": {"DataCategory/mileage_claims": "new"}})
    assert guard(plan(more, KEPT), TODAY) == []


def test_repairing_what_another_hand_changed_needs_nobody(policy):
    wanted = resources(Integration__xledger=BODY)
    drifted = resources(Integration__xledger=BODY | {"mode": "observe"})
    asked = {key: resource.digest for key, resource in wanted.items()}
    assert needed(plan(wanted, drifted, applied=asked), policy) == []


def rule(kind: str, *fields: str, approvals: int = 0, **more: object) -> ApprovalRule:
    said = {"name": "ours", "kind": kind, "fields": list(fields), "roles": ["operator"], "approvals": approvals}
    return ApprovalRule.model_validate({**said, "reason": "It is a matter of the office", **more})


def test_a_field_beside_one_that_a_rule_covers_needs_the_default(rules, policy):
    edit = ("since: 2026-01-01", "since: 2026-02-01")
    assert list(rules({XLEDGER: edit})) == ["what-is-exported"]
    before = resources(Integration__xledger=BODY)
    after = resources(Integration__xledger=BODY | {"mode": "observe", "health": {"stale_after": "48h"}})
    found = [(each.field, each.rules) for each in covered(plan(after, before).changes, policy)]
    assert found == [("health.stale_after", ("default",)), ("mode", ("what-is-exported",))]


def test_an_organisations_own_rule_stands_for_the_default_and_beside_the_platforms(policy, wanted, applied):
    edit = {"organization.yaml": ("from: 2027-01-11", "from: 2027-01-12"), XLEDGER: ('"31007"', '"31008"')}
    changed = make_plan(wanted(edit), applied(wanted({})))
    own = [rule("Organization", "freeze"), rule("Integration", "settings")]
    own[1] = own[1].model_copy(update={"name": "theirs"})
    assert {each.rule: each.roles for each in needed(changed, policy, own)} == {
        "where-documents-go": ("admin", "accountant", "platform"),
        "own/ours": ("operator",),
        "own/theirs": ("operator",),
    }


@pytest.mark.parametrize(("before", "after", "names"), [
    ({"health": {"stale_after": "48h"}}, {"health": {"stale_after": "24h"}}, ["own/ours"]),
    ({"health": {"stale_after": "48h", "late": "1h"}}, {}, ["own/ours", "default"]),
    ({"health": {"stale_after": "48h"}}, {"health": "none"}, ["own/ours", "default"]),
    ({"health": {"late": "1h"}}, {"health": {}}, ["default"]),
    ({}, {"healthy": {"stale_after": "1h"}}, ["default"]),
    ({}, {"health.stale_after": "1h"}, ["default"]),
])  # fmt: skip
def test_whose_rule_is_about_a_part_lets_through_no_more_than_it(policy, before, after, names):
    own = [rule("Integration", "health.stale_after")]
    moved = plan(resources(Integration__x=BODY | after), resources(Integration__x=BODY | before))
    assert [each.rule for each in needed(moved, policy, own)] == names


@pytest.mark.parametrize(("approvals", "names"), [(0, ["own/ours", "default"]), (1, ["own/ours"])])
def test_who_may_change_a_part_alone_makes_and_removes_nothing_alone(policy, approvals, names):
    own, keep = [rule("Report", "title", approvals=approvals)], resources(Integration__x=BODY)
    more = {**keep, **resources(Report__x={"title": "Members"})}
    applied = {key: each.digest for key, each in more.items()}
    for moved in (plan(more, keep), plan(keep, more, applied=applied)):
        assert [each.rule for each in needed(moved, policy, own)] == names


def test_who_may_change_a_part_alone_gives_nothing_another_name_along_with_it(policy):
    own = [rule("Report", "title")]
    before, after = resources(Report__x={"title": "Members"}), resources(Report__y={"title": "People"})
    after = {key: replace(each, renamed_from="x") for key, each in after.items()}
    assert [each.rule for each in needed(plan(after, before), policy, own)] == ["own/ours", "default"]


def test_an_approval_document_that_comes_along_needs_its_own_yes(policy):
    found = list(covered([], policy, [], [Approved("deletes", "Integration", "2026-12-31")]))
    title = "Approval/deletes of Integration until 2026-12-31"
    assert [(each.object, each.rules) for each in found] == [(title, ("what-a-guard-allows",))]


VALUES = st.recursive(
    st.none() | st.integers(0, 2) | st.text("ab", max_size=2),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab.", max_size=2), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from("xyz"), VALUES), st.dictionaries(st.sampled_from("xyz"), VALUES))
def test_every_field_that_differs_is_found_and_nothing_else(before, after):
    found = {field[0] for field in fragments(before, after)}
    assert found == {key for key in "xyz" if before.get(key, ...) != after.get(key, ...)}
    assert set(fragments(before, after)) == set(fragments(after, before))
    assert list(fragments(before, before)) == []
