"""Reading: reference data, filters, pages, and what deviates from Relay."""

import re

import pytest

from reconciler.simulators.xledger.pages import page
from reconciler.simulators.xledger.reference import Row

PAGE = "{edges{cursor node{code}} pageInfo{hasNextPage hasPreviousPage}}"


def codes(listing):
    return [edge["node"]["code"] for edge in listing["edges"] or []]


def test_accounts_come_oldest_first_with_the_dbid_as_cursor_and_no_end_cursor(xledger):
    data = xledger.ask(
        "{accounts(first:2){edges{cursor node{dbId code description}} pageInfo{hasNextPage hasPreviousPage}}}"
    )
    first, second = data["accounts"]["edges"]
    assert first == {
        "cursor": str(first["node"]["dbId"]),
        "node": {"dbId": first["node"]["dbId"], "code": "2910", "description": "Skyldig frivillige"},
    }
    assert second["node"]["code"] == "5330"
    assert data["accounts"]["pageInfo"] == {"hasNextPage": True, "hasPreviousPage": False}


def test_asking_for_an_end_cursor_is_refused_in_the_servers_words(xledger):
    xledger.control("/_faults", {"status_on_refusal": 200})
    answer = xledger.post("{accounts{pageInfo{endCursor}}}")
    assert answer.status_code == 200
    assert answer.json() == {
        "data": None,
        "errors": [
            {
                "message": "Cannot query field `endCursor` on type `PageInfo`",
                "code": "UNHANDLED_ERROR",
                "extensions": {"code": "ARGUMENTS_OF_CORRECT_TYPE"},
            }
        ],
    }


def test_the_reference_data_of_the_main_entity_is_complete(xledger):
    data = xledger.ask(
        "{accounts{edges{node{code}}} objectValues{edges{node{code glObject}}} projects{edges{node{code}}}"
        " subledgers{edges{node{code}}} taxRules{edges{node{code}}} entities{edges{node{dbId name}}}}"
    )
    assert codes(data["accounts"]) == ["2910", "5330", "5390", "5395", "6800", "6860", "7100", "7140", "7790"]
    assert sorted(codes(data["objectValues"])) == ["100", "310", "320", "330", "340", "350"]
    assert codes(data["projects"]) == ["4100", "4200", "4300"]
    assert codes(data["subledgers"]) == [f"V{number}" for number in range(10001, 10061)]
    assert codes(data["taxRules"]) == ["0", "1", "11", "13"]
    assert data["entities"]["edges"] == [{"node": {"dbId": 31007, "name": "Norges Blindeforbund"}}]


def test_the_other_entity_shares_accounts_but_not_cost_centres(xledger):
    query = "{accounts{edges{node{dbId code}}} objectValues{edges{node{code}}}}"
    ours, theirs = xledger.ask(query), xledger.ask(query, token="T0ken-other")
    assert ours["accounts"] == theirs["accounts"]
    assert codes(theirs["objectValues"]) == ["510"]


def test_an_empty_listing_has_null_edges(xledger):
    data = xledger.ask(
        '{projects(filter:{code:"9999"}){edges{cursor} pageInfo{hasNextPage}} glImportItems{edges{cursor}}}'
    )
    assert data == {
        "projects": {"edges": None, "pageInfo": {"hasNextPage": False}},
        "glImportItems": {"edges": None},
    }


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ('{code:"4200"}', ["4200"]),
        ('{code_in:["4300","4100"]}', ["4100", "4300"]),
        ('{code_in:"4300"}', ["4300"]),
        ('{code_gte:"4200"}', ["4200", "4300"]),
        ('{code_gt:"4200"}', ["4300"]),
        ('{code_lt:"4200"}', ["4100"]),
        ('{code_lte:"4200"}', ["4100", "4200"]),
        ('{extIdentifier_in:["x"]}', []),
        ('{modifiedAt_gte:"2026-01-02T08:00:00"}', ["4100", "4200", "4300"]),
        ('{modifiedAt_gt:"2026-01-02T08:00:00"}', []),
        ('{modifiedAt_gte:"2026-01-02", code_lt:"4200"}', ["4100"]),
    ],
)
def test_filters_know_the_suffix_operators(xledger, condition, expected):
    assert codes(xledger.ask(f"{{projects(filter:{condition}){{edges{{node{{code}}}}}}}}")["projects"]) == expected


def test_a_dbid_in_a_filter_may_be_a_number_or_text(xledger):
    db_id = xledger.ask("{projects(first:1){edges{node{dbId}}}}")["projects"]["edges"][0]["node"]["dbId"]
    query = "query($ids:[Int64String!]){projects(filter:{dbId_in:$ids}){edges{node{code}}}}"
    assert [codes(xledger.ask(query, {"ids": ids})["projects"]) for ids in ([db_id], [str(db_id)])] == [["4100"]] * 2


def test_a_filter_time_with_a_zone_is_refused_since_the_servers_times_have_none(xledger):
    answer = xledger.post('{projects(filter:{modifiedAt_gte:"2026-01-02T08:00:00Z"}){edges{cursor}}}').json()
    assert answer["data"] is None
    assert answer["errors"][0]["extensions"]["code"] == "ARGUMENTS_OF_CORRECT_TYPE"


def test_closed_things_are_listed_unless_only_open_ones_are_asked_for(xledger):
    query = "{all:projects{edges{node{code}}} open:projects(objectStatus:OPEN){edges{node{code}}}}"
    data = xledger.ask(query, token="T0ken-other")
    assert (codes(data["all"]), codes(data["open"])) == (["5100", "5900"], ["5100"])


def test_paging_forward_by_the_last_cursor_sees_everything_once(xledger):
    query = f"query($after:String){{subledgers(first:25,after:$after){PAGE}}}"
    seen, after, flags = [], None, []
    while True:
        listing = xledger.ask(query, {"after": after})["subledgers"]
        seen += codes(listing)
        after = listing["edges"][-1]["cursor"]
        flags.append((listing["pageInfo"]["hasNextPage"], listing["pageInfo"]["hasPreviousPage"]))
        if not listing["pageInfo"]["hasNextPage"]:
            break
    assert seen == [f"V{number}" for number in range(10001, 10061)]
    assert flags == [(True, False), (True, True), (False, True)]


def test_last_lists_newest_first_and_pages_backwards(xledger):
    query = f"query($before:String){{taxRules(last:3,before:$before){PAGE}}}"
    newest = xledger.ask(query)["taxRules"]
    assert codes(newest) == ["13", "11", "1"]
    assert newest["pageInfo"] == {"hasNextPage": False, "hasPreviousPage": True}
    older = xledger.ask(query, {"before": newest["edges"][-1]["cursor"]})["taxRules"]
    assert codes(older) == ["0"]
    assert older["pageInfo"] == {"hasNextPage": True, "hasPreviousPage": False}


def test_introspection_works_with_a_normal_token(xledger):
    data = xledger.ask('{__type(name:"AddGLImportItemsInput"){inputFields{name}} __schema{queryType{name}}}')
    assert data == {
        "__type": {"inputFields": [{"name": "clientId"}, {"name": "node"}]},
        "__schema": {"queryType": {"name": "Query"}},
    }


def test_times_are_naive_and_money_is_text(xledger, claim):
    xledger.add(*claim())
    node = xledger.ask("{glImportItems(first:1){edges{node{createdAt modifiedAt amount invoiceAmount jobLevelDbId}}}}")
    node = node["glImportItems"]["edges"][0]["node"]
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", node[name]) for name in ("createdAt", "modifiedAt"))
    assert (node["amount"], node["invoiceAmount"]) == ("452.50", "452.50")
    assert isinstance(node["jobLevelDbId"], int)


def test_staged_lines_are_found_by_our_identifier_and_by_register_number(xledger, claim):
    xledger.add(*claim(1, "A"), *claim(2, "B"))
    data = xledger.ask(
        '{ours:glImportItems(filter:{extIdentifier_in:["B-1","B-2","C-1"]}){edges{node{extIdentifier trRegNumber}}}'
        ' number:glImportItems(filter:{trRegNumber_in:[1,"7"]}){edges{node{extIdentifier}}}}'
    )
    assert [edge["node"] for edge in data["ours"]["edges"]] == [
        {"extIdentifier": "B-1", "trRegNumber": 2},
        {"extIdentifier": "B-2", "trRegNumber": 2},
    ]
    assert [edge["node"]["extIdentifier"] for edge in data["number"]["edges"]] == ["A-1", "A-2"]


def test_a_switch_takes_our_identifier_out_of_the_filters(ledger_with, claim):
    simulator = ledger_with("--no-ext-identifier-filter", "--status-on-refusal", "400")
    assert simulator.add(*claim(1, "A")).status_code == 200
    answer = simulator.post('{glImportItems(filter:{extIdentifier_in:["A-1"]}){edges{cursor}}}')
    assert answer.status_code == 400
    found = simulator.ask("{glImportItems(filter:{trRegNumber:1}){edges{node{extIdentifier}}}}")["glImportItems"][
        "edges"
    ]
    assert [edge["node"]["extIdentifier"] for edge in found] == ["A-1", "A-2"]


def test_a_cursor_whose_row_was_posted_meanwhile_still_leads_on(xledger, claim, gl_line):
    xledger.add(*claim(1, "A"), gl_line(2, "7100", "1.00", "B-1"))
    cursor = xledger.ask("{glImportItems(first:1){edges{cursor}}}")["glImportItems"]["edges"][0]["cursor"]
    xledger.control("/_import")
    data = xledger.ask("query($a:String){glImportItems(after:$a){edges{node{extIdentifier}}}}", {"a": cursor})
    assert data["glImportItems"]["edges"] == [{"node": {"extIdentifier": "B-1"}}]


@pytest.mark.parametrize("asked", [{}, {"first": 20_000}, {"last": 20_000}])
def test_a_page_never_has_more_than_ten_thousand_rows(asked):
    rows = [Row(number, 31007, number, {"dbId": number}) for number in range(10_001)]
    listing = page(rows, asked)
    assert len(listing["edges"]) == 10_000
    assert listing["pageInfo"]["hasPreviousPage" if "last" in asked else "hasNextPage"] is True
