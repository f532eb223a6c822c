"""Laws of diff: nothing to do where all is as it should be, and applying the changes makes it so."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.plans.change import Create, Delete, Retarget, Update, differences
from reconciler.plans.diff import diff
from reconciler.plans.plan import make_plan
from reconciler.plans.resource import KINDS, Actual, Desired, Resource

ROOT = Path(__file__).parents[2]
INTEGRATION = "integrations/xledger.yaml"
names = st.sampled_from(["a", "b", "c", "d"])
leaves = st.booleans() | st.sampled_from(["x", "y", "2"])
filled = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(names, inner, max_size=2), max_leaves=4
)
values = st.none() | filled


@st.composite
def resources(draw):
    kinds = st.sampled_from([kind for kind in KINDS if kind != "Integration"])
    found = draw(st.dictionaries(st.tuples(kinds, names), st.dictionaries(names, values, max_size=2), max_size=8))
    moved = draw(st.dictionaries(names, st.sampled_from(["simulator", "sandbox"]), max_size=3))
    integrations = {("Integration", name): {"environment": each, "type": "x"} for name, each in moved.items()}
    heirs = {key: draw(st.none() | names) for key in found}
    return {key: Resource(*key, body, {}, heirs.get(key)) for key, body in (found | integrations).items()}


def applied(actual: dict, changes) -> dict:
    """A tiny interpreter of changes."""
    there = dict(actual)
    for change in changes:
        match change:
            case Create(after):
                assert after.key not in there
                there[after.key] = after
            case Update(before, after) | Retarget(before, after):
                del there[before.key]
                there[after.key] = after
            case Delete(before):
                del there[before.key]
    return there


def to(wanted: dict) -> Desired:
    return Desired("x", "id", "r", wanted)


@given(resources())
def test_there_is_nothing_to_do_where_all_is_as_it_should_be(found):
    assert diff(to(found), Actual(resources=found)) == ()


@given(resources(), resources())
def test_applying_the_changes_makes_actual_equal_to_desired(wanted, actual):
    changes = diff(to(wanted), Actual(resources=actual))
    after = applied(actual, changes)
    assert after == wanted
    assert diff(to(wanted), Actual(resources=after)) == ()


@given(resources(), resources(), st.randoms())
def test_the_order_of_the_changes_is_stable_and_that_of_the_kinds(wanted, actual, random):
    shuffled = list(wanted.items())
    random.shuffle(shuffled)
    changes = diff(to(wanted), Actual(resources=actual))
    assert diff(to(dict(shuffled)), Actual(resources=dict(reversed(actual.items())))) == changes
    deletes = [isinstance(change, Delete) for change in changes]
    assert deletes == sorted(deletes)
    created = [KINDS.index(change.after.kind) for change in changes if not isinstance(change, Delete)]
    deleted = [KINDS.index(change.before.kind) for change in changes if isinstance(change, Delete)]
    assert created == sorted(created)
    assert deleted == sorted(deleted, reverse=True)


@given(filled, filled)
def test_values_differ_in_some_leaf_exactly_where_they_differ(before, after):
    found = list(differences({"v": before}, {"v": after}))
    assert (not found) == (before == after)
    assert all(each.before != each.after for each in found)


def test_a_leaf_is_named_by_its_path():
    before, after = {"a": [{"b": 1}], "c": "x"}, {"a": [{"b": 2}, "new"], "d": "y"}
    named = [(each.path, each.before, each.after) for each in differences(before, after)]
    assert named == [("a[0].b", 1, 2), ("a[1]", None, "new"), ("c", "x", None), ("d", None, "y")]


def test_a_document_with_a_former_name_is_an_update_and_not_a_delete(wanted, applied):
    old = (ROOT / "orgs/blindeforbundet/exclusions/courses.yaml").read_text(encoding="utf-8")
    new = old.replace("{name: courses}", "{name: grant, renamedFrom: courses}")
    renamed = wanted({"exclusions/courses.yaml": None, "exclusions/grant.yaml": ("", new)})
    (change,) = make_plan(renamed, applied(wanted({}))).changes
    assert isinstance(change, Update)
    assert (change.before.name, change.after.name, change.differences) == ("courses", "grant", ())


def test_a_former_name_is_inherited_once():
    old = Resource("Exclusion", "old", {"a": 1})
    heirs = {("Exclusion", name): Resource("Exclusion", name, {"a": 1}, {}, "old") for name in "ab"}
    changes = diff(to(heirs), Actual(resources={old.key: old}))
    assert [(type(change), change.after.name) for change in changes] == [(Update, "a"), (Create, "b")]


MOVES = {
    "another environment": (("environment: simulator", "environment: sandbox"), Retarget),
    "another identifying setting": (('{entity: "31007"}', '{entity: "31008"}'), Retarget),
    "another mode": (("mode: send", "mode: observe"), Update),
    "another credential": (("credentials: {name: xledger}", "credentials: {name: other}"), Update),
    "another day to begin": (("since: 2026-01-01", "since: 2026-02-01"), Update),
}


@pytest.mark.parametrize(("edit", "sort"), MOVES.values(), ids=MOVES)
def test_an_integration_is_retargeted_only_where_its_documents_would_end_up_elsewhere(wanted, applied, edit, sort):
    (change,) = make_plan(wanted({INTEGRATION: edit}), applied(wanted({}))).changes
    assert type(change) is sort


def test_an_integration_of_another_type_is_retargeted(wanted, applied):
    made, actual = wanted({}), applied(wanted({}))
    key = ("Integration", "xledger")
    other = replace(actual.resources[key], body=dict(actual.resources[key].body) | {"type": "other"})
    (change,) = make_plan(made, replace(actual, resources=dict(actual.resources) | {key: other})).changes
    assert isinstance(change, Retarget)


def test_a_setting_that_does_not_identify_the_target_is_an_update():
    bodies = [
        {"environment": "sandbox", "type": "x", "identity": ["entity"], "settings": {"entity": "1", "page": page}}
        for page in ("1", "2")
    ]
    before, after = (Resource("Integration", "x", body) for body in bodies)
    (change,) = diff(to({after.key: after}), Actual(resources={before.key: before}))
    assert isinstance(change, Update)


def test_drift_is_what_another_hand_did_since_the_last_apply(wanted, applied):
    made = wanted({})
    actual = applied(made)
    feature, schedule = ("Feature", "chat"), ("SyncSchedule", "xledger")
    changed = replace(actual.resources[feature], body={"enabled": False, "reason": "by hand"})
    drifted = {key: each for key, each in actual.resources.items() if key != schedule} | {feature: changed}
    plan = make_plan(made, replace(actual, resources=drifted))
    assert {(type(each).__name__, each.after.key, each.drift) for each in plan.changes} == {
        ("Update", feature, True),
        ("Create", schedule, True),
    }


def test_a_change_in_git_is_not_drift(wanted, applied):
    (change,) = make_plan(wanted({INTEGRATION: ("mode: send", "mode: observe")}), applied(wanted({}))).changes
    assert change.drift is False
