"""What a plan must not do without a yes: each rule, its words, and what switches it off."""

from dataclasses import replace
from datetime import date

import pytest

from reconciler.plans.guard import RULES, guard, recipe
from reconciler.plans.plan import Plan, make_plan
from reconciler.plans.resource import Actual, Approved, Desired, Resource, Sent

TODAY = date(2026, 3, 1)
INTEGRATION = ("Integration", "xledger")
BODY = {
    "environment": "sandbox",
    "type": "xledger",
    "identity": ["entity"],
    "settings": {"entity": "1"},
    "credentials": {"name": "xledger"},
    "exports": [],
    "mode": "send",
}
ORGANIZATION = {"id": "1", "state": "active", "title": "Demo"}


def resources(**bodies) -> dict:
    """`resources(Integration__xledger=BODY)`: resources by key."""
    found = {tuple(name.split("__")): body for name, body in bodies.items()}
    return {key: Resource(*key, body) for key, body in found.items()}


def many(kind: str, count: int, body: dict | None = None) -> dict:
    found = [Resource(kind, f"n{number:02}", body or {}) for number in range(count)]
    return {each.key: each for each in found}


def plan(wanted: dict, actual: dict, version: int = 1, **more) -> Plan:
    return make_plan(Desired("demo", "1", "r", wanted), Actual(version, actual, **more))


KEPT = resources(Integration__xledger=BODY)
SENT = (Sent("xledger", "sandbox:xledger:1:voucher", 12, "4500.00", 0), Sent("other", "elsewhere", 5, "1.00", 0))
ALREADY = "12 documents, NOK 4500.00, already sent to sandbox:xledger:1:voucher"
UNRESOLVED = (replace(SENT[0], unresolved=3),)


def moved(**settings) -> dict:
    return resources(Integration__xledger=BODY | settings)


REFUSED = {
    "every integration goes": (
        plan({}, KEPT),
        ("empty-source", "Organization/demo", "every integration of demo would go (1)"),
    ),
    "three of a few go": (
        plan(KEPT, KEPT | many("Exclusion", 3)),
        ("deletes", "Exclusion", "3 of 3 Exclusion objects would go (the limit is 2)"),
    ),
    "four of ten go": (
        plan(KEPT | many("Exclusion", 6), KEPT | many("Exclusion", 10)),
        ("deletes", "Exclusion", "4 of 10 Exclusion objects would go (40%; the limit is 30%)"),
    ),
    "four of ten change": (
        plan(KEPT | many("Exclusion", 10) | many("Exclusion", 4, {"a": 1}), KEPT | many("Exclusion", 10)),
        ("updates", "Exclusion", "4 of 10 Exclusion objects would change (40%; the limit is 30%)"),
    ),
    "twenty-one change": (
        plan(KEPT | many("Exclusion", 70) | many("Exclusion", 21, {"a": 1}), KEPT | many("Exclusion", 70)),
        ("updates", "demo", "21 objects would change (the limit is 20)"),
    ),
    "an integration that has sent goes": (
        plan(
            moved() | resources(Integration__second=BODY),
            KEPT | resources(Integration__other=BODY, Integration__second=BODY),
            sent=SENT,
        ),
        ("delete-integration", "Integration/other", "Integration/other has sent 5 documents to elsewhere"),
    ),
    "documents would end up elsewhere": (
        plan(moved(environment="production", mode="observe"), KEPT, sent=SENT),
        (
            "retarget",
            "Integration/xledger",
            f"Integration/xledger would send elsewhere (environment sandbox -> production); {ALREADY}",
        ),
    ),
    "a setting that identifies is taken away": (
        plan(moved(settings={}), KEPT),
        (
            "retarget",
            "Integration/xledger",
            "Integration/xledger would send elsewhere (settings.entity 1 -> (not set)); nothing was sent so far",
        ),
    ),
    "another credential": (
        plan(moved(credentials={"name": "new"}), KEPT),
        (
            "credential",
            "Integration/xledger",
            "Integration/xledger would use the credential 'new' instead of 'xledger'",
        ),
    ),
    "another definition": (
        plan(moved(definitions={"IntegrationType/xledger": "b"}), moved(definitions={"IntegrationType/xledger": "a"})),
        (
            "definitions",
            "Integration/xledger",
            "Integration/xledger would run with another IntegrationType/xledger than it was applied with",
        ),
    ),
    "an organisation retires": (
        plan(
            KEPT | resources(Organization__demo=ORGANIZATION | {"state": "retired"}),
            KEPT | resources(Organization__demo=ORGANIZATION),
        ),
        ("retire", "Organization/demo", "Organization/demo would be retired"),
    ),
}
FACTS = {
    "unresolved documents": (
        plan(moved(environment="production"), KEPT, sent=UNRESOLVED),
        ("unresolved", "Integration/xledger", "3 documents of Integration/xledger are sending, unknown or held"),
    ),
    "another organisation's id": (
        plan(
            KEPT | resources(Organization__demo=ORGANIZATION | {"id": "2"}),
            KEPT | resources(Organization__demo=ORGANIZATION),
        ),
        (
            "organization-id",
            "Organization/demo",
            "the organisation's id in the app would change: its records would be somebody else's",
        ),
    ),
    "a folder is renamed without a word": (
        plan(KEPT | resources(Organization__demo=ORGANIZATION), KEPT | resources(Organization__old=ORGANIZATION)),
        (
            "organization-renamed",
            "Organization/old",
            "the folder orgs/old was renamed to demo; add renamedFrom: old to its metadata",
        ),
    ),
    "an object of somebody else": (
        plan(KEPT | resources(Feature__chat={"enabled": True}), KEPT, conflicts={("Feature", "chat"): "terraform"}),
        (
            "conflict",
            "Feature/chat",
            (
                "Feature/chat exists and is managed by 'terraform', not by us; it stays as it is until 'terraform'"
                " removes its row in public.feature_flags, or gives it to managed_by 'reconciler'"
            ),
        ),
    ),
}


def said(made: Plan, today: date = TODAY, approve: str = "") -> list[tuple[str, str, str]]:
    return [(each.rule, each.object, each.message) for each in guard(made, today, approve)]


def approved(made: Plan, rule: str, name: str, expires: str) -> Plan:
    return replace(made, desired=replace(made.desired, approvals=(Approved(rule, name, expires),)))


@pytest.mark.parametrize(("made", "refusal"), [*REFUSED.values(), *FACTS.values()], ids=[*REFUSED, *FACTS])
def test_it_is_refused_with_the_rule_the_object_and_the_reason(made, refusal):
    assert refusal in said(made)


@pytest.mark.parametrize(("made", "refusal"), REFUSED.values(), ids=REFUSED)
def test_the_digest_of_exactly_this_plan_allows_it(made, refusal):
    assert said(made, approve=made.digest) == []
    assert said(made, approve=made.digest[:8]) == []
    assert refusal in said(made, approve=made.digest[:7])
    assert refusal in said(made, approve="0" * 12)


@pytest.mark.parametrize(("made", "refusal"), REFUSED.values(), ids=REFUSED)
def test_an_approval_of_this_rule_and_object_allows_it_until_its_day_is_over(made, refusal):
    rule, name, _ = refusal
    assert refusal not in said(approved(made, rule, name, "2026-03-01"))
    assert refusal in said(approved(made, rule, name, "2026-02-28"))
    assert refusal in said(approved(made, rule, "Integration/another", "2026-12-31"))
    assert refusal in said(approved(made, "another", name, "2026-12-31"))


def test_an_approval_switches_off_nothing_else():
    made = plan(moved(environment="production", credentials={"name": "new"}), KEPT)
    assert [each[0] for each in said(made)] == ["retarget", "credential"]
    assert [each[0] for each in said(approved(made, "retarget", "Integration/xledger", "2026-12-31"))] == ["credential"]


@pytest.mark.parametrize(("made", "refusal"), FACTS.values(), ids=FACTS)
def test_no_yes_switches_off_a_fact(made, refusal):
    rule, name, _ = refusal
    assert refusal in said(approved(made, rule, name, "2026-12-31"), approve=made.digest)
    assert "no approval switches this off" in recipe(made, guard(made, TODAY))


def test_every_rule_is_tried_here():
    tried = {
        name for made, _ in [*REFUSED.values(), *FACTS.values()] for name in (each.rule for each in guard(made, TODAY))
    }
    assert len(tried) == len(RULES) + 2  # one rule speaks of an organisation's id, its name and its retirement


QUIET = {
    "nothing changes": plan(KEPT, KEPT),
    "two of a few go": plan(KEPT, KEPT | many("Exclusion", 2)),
    "three of ten go": plan(KEPT | many("Exclusion", 7), KEPT | many("Exclusion", 10)),
    "an integration that never sent goes": plan(KEPT, KEPT | resources(Integration__other=BODY)),
    "a first adoption of much": plan(KEPT | many("Exclusion", 70, {"a": 1}), many("Exclusion", 70), version=0),
    "many objects are new": plan(KEPT | many("Exclusion", 70), KEPT),
}


@pytest.mark.parametrize("made", QUIET.values(), ids=QUIET)
def test_what_is_harmless_is_not_refused(made):
    assert said(made) == []


def test_the_recipe_names_the_digest_and_the_approval():
    made = plan(moved(environment="production"), KEPT)
    text = recipe(made, guard(made, TODAY))
    assert f"--approve {made.digest[:12]}" in text
    assert "rule: retarget, object: Integration/xledger" in text
