"""Whose lines they are, what a token reaches, and how the import job and the reference data move under our hands."""

from typing import Any

import pytest

CODES = "{accounts{edges{node{code}}}}"
ENTITIES = "{entities{edges{node{code}}}}"


def codes(data: dict[str, Any], name: str) -> list[str]:
    return [edge["node"]["code"] for edge in data[name]["edges"] or []]


@pytest.fixture
def parent(xledger) -> str:
    """A token that was made at the parent of both entities."""
    xledger.control("/_tokens", {"add": "T0ken-parent@31000"})
    return "T0ken-parent"


def owners(xledger) -> list[int]:
    return [voucher["entity"] for voucher in xledger.books()["vouchers"]]


def test_a_token_of_the_parent_reaches_the_entities_below_it_and_a_token_of_one_reaches_that_alone(xledger, parent):
    assert codes(xledger.ask(ENTITIES, token=parent), "entities") == ["31000", "31007", "31008"]
    assert codes(xledger.ask(ENTITIES), "entities") == ["31007"]


def test_a_line_lands_in_the_tokens_entity_unless_its_owner_says_otherwise(xledger, parent, gl_line):
    assert "errors" not in xledger.add(gl_line(1, "7100", "1.00", "A"), token=parent).json()
    pinned = gl_line(2, "7100", "1.00", "B", owner={"code": "31007"}, glObject1={"code": "310"})
    assert "errors" not in xledger.add(pinned, token=parent).json()
    assert owners(xledger) == [31000, 31007]


def test_a_line_of_an_entity_out_of_reach_is_refused(xledger, gl_line):
    refused = xledger.add(gl_line(1, "7100", "1.00", "A", owner={"code": "31008"})).json()["errors"][0]
    assert refused["message"] == "owner.code: No value matching owner 31007, code '31008'."
    assert owners(xledger) == []


def test_references_resolve_within_the_owner_and_not_within_the_tokens_entity(xledger, parent, gl_line):
    line = gl_line(1, "7100", "1.00", "A", owner={"code": "31008"}, glObject1={"code": "310"})
    refused = xledger.add(line, token=parent).json()["errors"][0]
    assert refused["message"] == "glObject1.code: No value matching owner 31008, code '310'."


def test_aliases_and_fragments_are_understood(xledger):
    query = "{mine: entities{...e} other: entities(first: 0){...e}} fragment e on EntityConnection {edges{node{code}}}"
    data = xledger.ask(query)
    assert (codes(data, "mine"), codes(data, "other")) == (["31007"], [])


def test_reference_data_comes_goes_and_hides_by_order(xledger, gl_line):
    xledger.control("/_reference", {"kind": "account", "code": "7100", "gone": True})
    xledger.control("/_reference", {"kind": "account", "code": "7101"})
    listed = codes(xledger.ask(CODES), "accounts")
    assert ("7100" in listed, "7101" in listed) == (False, True)
    assert "errors" in xledger.add(gl_line(1, "7100", "1.00", "A")).json()
    assert "errors" not in xledger.add(gl_line(1, "7101", "1.00", "A")).json()
    xledger.control("/_reference", {"hidden": True})
    assert xledger.ask(CODES)["accounts"]["edges"] is None
    assert "errors" not in xledger.add(gl_line(2, "7101", "1.00", "B")).json()


@pytest.mark.parametrize("paths", [True, False])
def test_a_refusal_names_the_item_by_its_place_where_it_is_told_to(xledger, gl_line, paths):
    xledger.control("/_faults", {"array_paths": paths})
    lines = [gl_line(1, "7100", "1.00", "A"), gl_line(1, "9999", "-1.00", "B")]
    words = "account.code: No value matching owner 31007, code '9999'."
    message = xledger.add(*lines).json()["errors"][0]["message"]
    assert message == (f"inputs[1].node.{words}" if paths else words)


def test_the_import_job_can_be_stepped_voucher_by_voucher(xledger, gl_line):
    for number in (1, 2, 3):
        xledger.add(gl_line(number, "7100", "1.00", f"A{number}"), gl_line(number, "2910", "-1.00", f"A{number}"))
    assert xledger.control("/_import", {"vouchers": 1}) == {"posted": 1, "failed": 0, "entries": 2}
    assert sorted(voucher["state"] for voucher in xledger.books()["vouchers"]) == ["posted", "staged", "staged"]


def test_a_voucher_that_the_import_job_has_taken_is_in_no_table_until_the_next_step(xledger, gl_line):
    xledger.add(gl_line(1, "7100", "1.00", "A"), gl_line(1, "2910", "-1.00", "A"))
    assert xledger.control("/_import", {"take": True}) == {"taken": 1}
    query = '{glImportItems(filter:{extIdentifier:"A"}){edges{node{dbId}}} journalEntries{edges{node{dbId}}}}'
    assert [each["edges"] for each in xledger.ask(query).values()] == [None, None]
    assert xledger.control("/_import") == {"posted": 1, "failed": 0, "entries": 2}
    assert len(xledger.ask(query)["journalEntries"]["edges"]) == 2
