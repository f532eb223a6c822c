"""Writing to the staging table: what is accepted, and that a refusal is of the whole mutation."""

import pytest

INVALID = {"message": "Invalid value.", "code": "UNHANDLED_ERROR", "extensions": {"code": "INVALID_VALUE"}}


def test_a_claim_is_staged_line_by_line_and_answered_by_client_id(xledger, claim):
    answer = xledger.add(*claim())
    assert answer.status_code == 200
    assert answer.json() == {
        "data": {
            "addGLImportItems": {
                "edges": [
                    {
                        "clientId": "0",
                        "node": {"dbId": 77120011, "extIdentifier": "NBF-C-8f31-1", "trRegNumber": 20260417},
                    },
                    {
                        "clientId": "1",
                        "node": {"dbId": 77120012, "extIdentifier": "NBF-C-8f31-2", "trRegNumber": 20260417},
                    },
                ]
            }
        }
    }
    (voucher,) = xledger.books()["vouchers"]
    assert (voucher["state"], voucher["sum"]) == ("staged", "0.00")
    assert [(line["account"], line["amount"], line["glObject1"], line["subledger"]) for line in voucher["lines"]] == [
        ("7100", "452.50", "310", None),
        ("2910", "-452.50", None, "V10031"),
    ]


@pytest.mark.parametrize(
    ("field", "code"),
    [
        ("account", "9999"),
        ("glObject1", "9999"),
        ("glObject2", "310"),
        ("project", "1"),
        ("subledger", "V99999"),
        ("taxRule", "25"),
        ("currency", "SEK"),
        ("transactionSource", "AR"),
    ],
)
def test_an_unknown_code_refuses_the_whole_mutation_in_the_servers_words(xledger, claim, field, code):
    good, bad = claim()
    answer = xledger.add(good, {**bad, field: {"code": code}})
    assert answer.json() == {
        "data": None,
        "errors": [
            {
                "message": f"{field}.code: No value matching owner 31007, code '{code}'.",
                "code": "UNHANDLED_ERROR",
                "extensions": {"code": "INVALID_VALUE"},
            }
        ],
    }
    assert xledger.books()["vouchers"] == []


def test_references_resolve_within_the_tokens_entity_only(xledger, claim):
    answer = xledger.add(*claim(), token="T0ken-other").json()
    assert answer["errors"][0]["message"] == "glObject1.code: No value matching owner 31008, code '310'."


def test_a_closed_project_is_no_value_to_refer_to(xledger, gl_line):
    answer = xledger.add(gl_line(1, "7100", "1.00", "A", project={"code": "5900"}), token="T0ken-other").json()
    assert answer["errors"][0]["message"] == "project.code: No value matching owner 31008, code '5900'."


def test_references_may_be_given_by_dbid_or_description(xledger, gl_line):
    db_id = xledger.ask('{projects(filter:{code:"4200"}){edges{node{dbId}}}}')["projects"]["edges"][0]["node"]["dbId"]
    xledger.add(gl_line(1, "7100", "1.00", "A", project={"dbId": str(db_id)}, glObject1={"description": "Tromsø"}))
    (line,) = xledger.books()["vouchers"][0]["lines"]
    assert (line["project"], line["glObject1"]) == ("4200", "350")


def test_an_unknown_dbid_is_refused_in_the_same_words(xledger, gl_line):
    answer = xledger.add(gl_line(1, "7100", "1.00", "A", jobLevel={"dbSubId": 7})).json()
    assert answer["errors"][0]["message"] == "jobLevel.dbSubId: No value matching owner 31007, dbSubId '7'."


def test_refused_values_come_with_status_200_and_400_in_turn(xledger, gl_line):
    bad = gl_line(1, "9999", "1.00", "A")
    assert [xledger.add(bad).status_code for _ in range(4)] == [200, 400, 200, 400]


@pytest.mark.parametrize("status", [200, 400])
def test_a_switch_fixes_the_status_of_refused_values(xledger, gl_line, status):
    xledger.control("/_faults", {"status_on_refusal": status})
    assert [xledger.add(gl_line(1, "9999", "1.00", "A")).status_code for _ in range(3)] == [status] * 3


@pytest.mark.parametrize(
    "bad",
    [{"amount": "12,50"}, {"amount": "1.005"}, {"amount": ""}, {"invoiceAmount": "NaN"}, {"postedDate": "17.04.2026"}],
)
def test_a_malformed_amount_or_date_is_refused_without_saying_where(xledger, claim, bad):
    good, other = claim()
    answer = xledger.add(good, {**other, **bad}).json()
    assert answer == {"data": None, "errors": [INVALID]}
    assert xledger.books()["vouchers"] == []


def test_numbers_are_accepted_as_numbers_and_as_text(xledger, gl_line):
    xledger.add(
        {**gl_line(1, "7100", "0", "A"), "trRegNumber": "20260418", "amount": 101, "invoiceAmount": 101.5},
        gl_line(20260418, "2910", "-101.00", "B"),
    )
    (voucher,) = xledger.books()["vouchers"]
    assert (voucher["trRegNumber"], voucher["sum"]) == (20260418, "0.00")
    assert [line["amount"] for line in voucher["lines"]] == ["101.00", "-101.00"]


def test_one_input_without_a_list_and_inline_arguments_work(xledger):
    data = xledger.ask(
        'mutation{one:addGLImportItems(inputs:{clientId:"x" node:{trRegNumber:7 account:{code:"7100"} amount:"1.00"}})'
        "{edges{clientId node{trRegNumber account{description}}}}}"
    )
    assert data["one"]["edges"] == [
        {"clientId": "x", "node": {"trRegNumber": 7, "account": {"description": "Bilgodtgjørelse"}}}
    ]


def test_an_unknown_input_field_is_refused_and_changes_nothing(xledger, gl_line):
    answer = xledger.add(gl_line(1, "7100", "1.00", "A", idempotencyKey="A")).json()
    assert answer["data"] is None
    assert answer["errors"][0]["extensions"] == {"code": "ARGUMENTS_OF_CORRECT_TYPE"}
    assert xledger.books()["vouchers"] == []


def test_duplicates_are_accepted_without_a_word(xledger, claim):
    assert [xledger.add(*claim()).status_code for _ in range(2)] == [200, 200]
    (voucher,) = xledger.books()["vouchers"]
    assert voucher["extIdentifiers"] == ["NBF-C-8f31-1", "NBF-C-8f31-2"] * 2


def test_five_hundred_nodes_are_accepted_and_one_more_is_refused(xledger, gl_line):
    nodes = [gl_line(index, "7100", "0.00", f"A-{index}") for index in range(501)]
    assert xledger.add(*nodes).json()["data"] is None
    assert xledger.books()["vouchers"] == []
    assert len(xledger.add(*nodes[:500]).json()["data"]["addGLImportItems"]["edges"]) == 500


def test_two_mutations_in_one_request_stand_or_fall_together(xledger):
    good = 'addGLImportItems(inputs:{node:{trRegNumber:1 account:{code:"7100"}}}){edges{clientId}}'
    answer = xledger.post(f"mutation{{a:{good} b:{good.replace('7100', '9999')}}}").json()
    assert answer["errors"][0]["message"] == "account.code: No value matching owner 31007, code '9999'."
    assert xledger.books()["vouchers"] == []


def test_removing_takes_staged_lines_and_skips_the_rest(xledger, claim):
    xledger.add(*claim(1, "A"))
    xledger.control("/_import")
    edges = xledger.add(*claim(2, "B")).json()["data"]["addGLImportItems"]["edges"]
    ids = [edge["node"]["dbId"] for edge in edges]
    query = "mutation($ids:[Int64String!]!){removeGLImportItems(dbIds:$ids){numAffected skippedDbIds}}"
    data = xledger.ask(query, {"ids": [*ids, 77120011]})
    assert data == {"removeGLImportItems": {"numAffected": 2, "skippedDbIds": [77120011]}}
    assert [voucher["state"] for voucher in xledger.books()["vouchers"]] == ["posted"]


def test_another_entity_cannot_see_change_or_remove_our_lines(xledger, claim):
    xledger.add(*claim())
    update = 'mutation{updateGLImportItems(inputs:{node:{dbId:77120011 text:"x"}}){edges{clientId}}}'
    remove = "mutation{removeGLImportItems(dbIds:[77120011]){numAffected}}"
    assert xledger.ask("{glImportItems{edges{cursor}}}", token="T0ken-other") == {"glImportItems": {"edges": None}}
    assert xledger.post(update, token="T0ken-other").json()["data"] is None
    assert xledger.ask(remove, token="T0ken-other") == {"removeGLImportItems": {"numAffected": 0}}


def test_updating_a_staged_line_changes_what_is_given_and_makes_it_the_newest(xledger, claim):
    xledger.add(*claim())
    changes = '{dbId:"77120011" glObject1:{code:"320"}}'
    update = f"mutation{{updateGLImportItems(inputs:{{node:{changes}}}){{edges{{node{{text glObject1{{code}}}}}}}}}}"
    (edge,) = xledger.ask(update)["updateGLImportItems"]["edges"]
    assert edge["node"] == {"text": "Km 2026-04-02", "glObject1": {"code": "320"}}
    assert xledger.ask("{glImportItems(last:1){edges{cursor}}}")["glImportItems"]["edges"] == [{"cursor": "77120011"}]


def test_showing_alternatives_refuses_and_lists_the_valid_inputs(xledger, gl_line):
    answer = xledger.add(gl_line(1, "7100", "1.00", "A", taxRule={"showAlternatives": "YES"})).json()
    shown = answer["errors"][0]["extensions"]["exampleValidInputs"]
    assert [one["code"] for one in shown] == ["0", "1", "11", "13"]
    assert set(shown[0]) == {"code", "dbId", "ownerDbId", "text"}


def test_every_request_counts_once_as_query_mutation_or_refused(xledger, claim, gl_line):
    xledger.add(*claim())
    xledger.ask("{__typename}")
    xledger.ask("{__typename}")
    xledger.add(gl_line(1, "9999", "1.00", "A"))
    xledger.post("{nonsense}")
    xledger.client.post(xledger.url, content=b"not json", headers={"Authorization": "token T0ken-main"})
    assert xledger.books()["requests"] == {"queries": 2, "mutations": 1, "refused": 3}
