"""A plan as a value: its digests, its JSON form, and its text as people read it."""

import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from reconciler.plans.plan import data, make_plan
from reconciler.plans.resource import Actual
from reconciler.plans.text import lines

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "tests" / "golden" / "plans"
MAPPING = {"mappings/mileage-claims.yaml": ('value: "7100"', 'value: "7150"')}
EDITS = {
    "a-constant-of-a-mapping-changes": MAPPING,
    "an-exclusion-is-removed": {"exclusions/course-signup.yaml": None},
    "nothing-changes": {},
    "an-integration-moves-to-the-sandbox": {
        "integrations/xledger.yaml": ("environment: simulator", "environment: sandbox")
    },
}


@pytest.mark.parametrize("name", ["the-example-is-adopted", *EDITS])
def test_a_plan_reads_exactly_so(wanted, applied, name):
    actual = applied(wanted({})) if name in EDITS else Actual()
    plan = make_plan(wanted(EDITS.get(name, {})), actual)
    text = "".join(f"{line.text}\n" for line in lines(plan))
    assert text.replace(plan.digest[:12], "DIGEST") == (GOLDEN / f"{name}.txt").read_text(encoding="utf-8")


def test_after_an_apply_the_plan_is_empty(wanted, applied):
    assert make_plan(wanted({}), applied(wanted({}))).empty


def test_the_digest_binds_to_the_changes_and_to_the_version_they_were_computed_from(wanted, applied):
    actual = applied(wanted({}))
    plan = make_plan(wanted(MAPPING), actual)
    assert plan.digest == make_plan(wanted(MAPPING), actual).digest
    assert plan.digest != make_plan(wanted(MAPPING), replace(actual, version=2)).digest
    assert plan.digest != make_plan(wanted({}), actual).digest


def test_the_digest_does_not_depend_on_the_revision_or_on_where_a_value_was_written(wanted, applied):
    actual, made = applied(wanted({})), wanted(MAPPING)
    moved = {key: replace(resource, origins={}) for key, resource in made.resources.items()}
    other = replace(made, revision="another", resources=moved)
    assert make_plan(made, actual).digest == make_plan(other, actual).digest


def test_the_intent_does_not_depend_on_drift_and_the_digest_does(wanted, applied):
    actual, key = applied(wanted({})), ("Feature", "chat")
    drifted = replace(
        actual, resources=dict(actual.resources) | {key: replace(actual.resources[key], body={"enabled": False})}
    )
    plain, other = make_plan(wanted(MAPPING), actual), make_plan(wanted(MAPPING), drifted)
    assert (plain.intent == other.intent, plain.digest == other.digest) == (True, False)
    assert make_plan(wanted({}), actual).intent != plain.intent


def test_the_json_form_counts_names_and_places_every_change(wanted, applied):
    plan = make_plan(wanted(MAPPING), applied(wanted({})))
    found = json.loads(json.dumps(data(plan)))
    (change,) = found["changes"]
    assert found["summary"] == {"create": 0, "update": 1, "retarget": 0, "delete": 0, "unchanged": 18}
    assert (change["action"], change["kind"], change["name"]) == ("update", "FieldMapping", "xledger-mileage-claims")
    (difference,) = change["differences"]
    assert (difference["path"], difference["before"], difference["after"]) == (
        "lines[0].fields[0].value",
        "7100",
        "7150",
    )
    assert difference["origin"].startswith("orgs/blindeforbundet/mappings/mileage-claims.yaml:")


def test_a_lookup_named_like_a_reference_pins_no_table(wanted):
    edit = ("lookup: departments}\n        - {to: taxRule", "lookup: reference}\n        - {to: taxRule")
    path = "mappings/mileage-claims.yaml"
    old = (ROOT / "orgs/blindeforbundet" / path).read_text(encoding="utf-8")
    assert edit[0] in old
    new = old.replace(*edit).replace("  lookups:\n", '  lookups:\n    reference: {Oslo: "310", reference: nothing}\n')
    pinned = wanted({path: (old, new)}).resources["Integration", "xledger"].body["definitions"]
    assert [name for name in pinned if name.startswith("ReferenceTable/")] == [
        "ReferenceTable/honorarium",
        "ReferenceTable/mileage",
    ]


def test_a_feature_comes_back_the_day_after_its_exclusion_ends(wanted, applied):
    edit = {"exclusions/course-signup.yaml": ("spec:", "spec:\n  until: 2026-03-31")}
    last, after = (datetime.fromisoformat(f"{day}T00:30:00+02:00") for day in ("2026-03-31", "2026-04-01"))
    off, on = wanted(edit, now=last), wanted(edit, now=after)
    assert off.resources["Feature", "course_signup"].body["enabled"] is False
    (change,) = make_plan(on, applied(off)).changes
    assert (change.after.key, change.after.body, change.drift) == (
        ("Feature", "course_signup"),
        {"enabled": True},
        False,
    )


def test_an_integration_pins_what_it_runs_with(wanted):
    pinned = wanted({}).resources["Integration", "xledger"].body["definitions"]
    kinds = [name.split("/")[0] for name in pinned]
    assert kinds.count("DataCategory") == 3
    assert "ReferenceTable/mileage" in pinned
    assert "IntegrationType/xledger" in pinned
