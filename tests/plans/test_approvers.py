"""Who has to approve a plan: the rules of the policy that fit what changes."""

from pathlib import Path

import pytest

from reconciler.plans.approvers import needed
from reconciler.plans.guard import guard
from reconciler.plans.plan import make_plan
from reconciler.specs.collection import collect
from reconciler.specs.models.approval_policy import ApprovalPolicy
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
    assert rules({"schedules/xledger.yaml": ("30 3", "30 4")}) == {"default": ("SyncSchedule/xledger",)}


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
