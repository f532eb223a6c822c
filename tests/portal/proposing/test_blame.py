"""From a refusal to the line at fault: pure."""

import pytest

from reconciler.portal.proposing.fixing.blame import Blame, Refused, blamed
from reconciler.specs.yaml import read

FILE = "orgs/laget/mappings/m.yaml"
MAPPING = """apiVersion: reconciler/v1
kind: FieldMapping
metadata: {name: m}
spec:
  integration: i
  category: c
  document: d
  shared:
    - {to: unit, from: place, lookup: places}
  lines:
    - name: cost
      fields:
        - {to: account.code, from: kind, lookup: accounts}
        - {to: glObject1.code, from: cost_center, text: trim}
    - name: payable
      fields:
        - {to: account.code, value: "2910"}
  lookups:
    accounts: {travel: "9999", course: "9999", meeting: "6860"}
    places: {Oslo: "310"}
"""
COST, CENTRE = ("spec", "lines", 0, "fields", 0), ("spec", "lines", 0, "fields", 1)


@pytest.mark.parametrize(("message", "field", "line", "found"), [
    ("the lookup 'places' has no entry for 'Gjøvik'", "unit", 9,
     Blame(("spec", "shared", 0), "place", "places", ("Gjøvik",), missing=True)),
    ("the lookup 'places' has no entry for 'it''s <b>'", "unit", 999,
     Blame(("spec", "shared", 0), "place", "places", ("it''s <b>",), missing=True)),
    ("Invalid account code: 9999", "account.code", 13, Blame(COST, "kind", "accounts", ("travel", "course"))),
    ("Invalid account code: 9999.", "account.code", 17, Blame(("spec", "lines", 1, "fields", 0))),
    ("Invalid account code: 99990", "account.code", 13, Blame(COST, "kind")),
    ("Invalid cost center code: 9999", "glObject1.code", 14, Blame(CENTRE, "cost_center")),
    ("Invalid cost center code: 9999", "nothing", 14, Blame(())),
    ("", "", 0, Blame(())),
])  # fmt: skip
def test_the_lookup_s_entry_is_at_fault_or_the_rule_or_nothing_that_is_there_now(
    message: str, field: str, line: int, found: Blame
) -> None:
    reading = read(FILE, MAPPING.encode())
    assert blamed(reading.tree, reading.origins, Refused(message, field, f"{FILE}:{line}:11")) == found


@pytest.mark.parametrize("text", ["", "a: [", "spec: 1", "spec: {lines: 1, shared: {}, lookups: []}"])
def test_what_is_no_mapping_blames_nothing(text: str) -> None:
    reading = read(FILE, text.encode())
    assert blamed(reading.tree, reading.origins, Refused("the lookup 'a' has no entry for 'b'", "a", "")) == Blame(())
