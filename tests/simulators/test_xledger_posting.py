"""The import job, stepped by hand."""

JOURNAL = (
    "{journalEntries{edges{node{extIdentifier amount postedDate transactionNumber fiscalYear fiscalPeriod account{code}"
    " transactionHeader{transactionNumber postedDate importedAt transactionSource{code} jobLevel{name}}}}}}"
)
ERRORS = "{glImportItemErrors{edges{node{dbId message transactionDbId createdAt errorLevel{code name} owner{dbId}}}}}"


def test_a_balanced_voucher_becomes_journal_entries_and_leaves_the_staging_table(xledger, claim):
    xledger.add(*claim())
    assert xledger.control("/_import") == {"posted": 1, "failed": 0, "entries": 2}
    assert xledger.ask("{glImportItems{edges{cursor}}}") == {"glImportItems": {"edges": None}}
    nodes = [edge["node"] for edge in xledger.ask(JOURNAL)["journalEntries"]["edges"]]
    assert [(node["extIdentifier"], node["amount"], node["account"]["code"]) for node in nodes] == [
        ("NBF-C-8f31-1", "452.50", "7100"),
        ("NBF-C-8f31-2", "-452.50", "2910"),
    ]
    header = nodes[0]["transactionHeader"]
    assert header["importedAt"]
    assert {**header, "importedAt": ""} == {
        "transactionNumber": 500001,
        "postedDate": "2026-04-17",
        "importedAt": "",
        "transactionSource": {"code": "GL"},
        "jobLevel": {"name": "Import"},
    }
    assert {(node["transactionNumber"], node["fiscalYear"], node["fiscalPeriod"]) for node in nodes} == {
        (500001, 2026, 4)
    }


def test_journal_entries_are_found_by_our_identifier(xledger, claim):
    xledger.add(*claim(1, "A"), *claim(2, "B"))
    xledger.control("/_import")
    query = '{journalEntries(filter:{extIdentifier_in:["B-2","X"]}){edges{node{extIdentifier transactionNumber}}}}'
    assert xledger.ask(query)["journalEntries"]["edges"] == [
        {"node": {"extIdentifier": "B-2", "transactionNumber": 500002}}
    ]


def test_an_unbalanced_voucher_stays_staged_with_an_error_per_line_and_does_not_hold_up_others(xledger, claim, gl_line):
    xledger.add(gl_line(1, "7100", "10.00", "A-1"), *claim(2, "B"))
    assert xledger.control("/_import") == {"posted": 1, "failed": 1, "entries": 2}
    (edge,) = xledger.ask(ERRORS)["glImportItemErrors"]["edges"]
    assert edge["node"]["message"] == "Voucher 1 does not balance: the sum is 10.00."
    assert edge["node"]["transactionDbId"] == 77120011
    assert edge["node"]["errorLevel"] == {"code": "ERROR", "name": "Error"}
    assert edge["node"]["owner"] == {"dbId": 31007}
    assert [(voucher["trRegNumber"], voucher["state"]) for voucher in xledger.books()["vouchers"]] == [
        (2, "posted"),
        (1, "failed"),
    ]


def test_a_failed_voucher_is_posted_once_it_balances_and_its_error_goes(xledger, gl_line):
    xledger.add(gl_line(1, "7100", "10.00", "A-1"))
    xledger.control("/_import")
    first = xledger.books()["errors"]
    xledger.control("/_import")
    assert xledger.books()["errors"] == first
    xledger.add(gl_line(1, "2910", "-10.00", "A-2"))
    assert xledger.control("/_import") == {"posted": 1, "failed": 0, "entries": 2}
    assert xledger.books()["errors"] == []


def test_vouchers_of_two_entities_with_one_number_are_two_vouchers(xledger, gl_line):
    xledger.add(gl_line(1, "7100", "10.00", "A-1"))
    xledger.add(gl_line(1, "2910", "-10.00", "B-1"), token="T0ken-other")
    assert xledger.control("/_import")["failed"] == 2


def test_a_line_without_account_fails_and_an_invoice_amount_alone_counts_as_the_amount(xledger):
    xledger.ask(
        'mutation{addGLImportItems(inputs:[{node:{trRegNumber:1 amount:"0.00"}}'
        '{node:{trRegNumber:2 account:{code:"7100"} invoiceAmount:"5.00"}}'
        '{node:{trRegNumber:2 account:{code:"2910"} invoiceAmount:"-5.00"}}]){edges{clientId}}}'
    )
    assert xledger.control("/_import") == {"posted": 1, "failed": 1, "entries": 2}
    assert xledger.books()["errors"][0]["message"] == "Voucher 1: account is missing."


def test_a_voucher_can_be_made_to_fail_late_by_one_of_its_identifiers(xledger, claim):
    xledger.control("/_fail_late", {"extIdentifier": "B-2"})
    xledger.add(*claim(1, "A"), *claim(2, "B"))
    assert xledger.control("/_import") == {"posted": 1, "failed": 1, "entries": 2}
    errors = xledger.books()["errors"]
    assert [(error["extIdentifier"], error["message"]) for error in errors] == [
        ("B-1", "The period is closed for posting."),
        ("B-2", "The period is closed for posting."),
    ]
    xledger.control("/_fail_late", {"clear": True})
    assert xledger.control("/_import") == {"posted": 1, "failed": 0, "entries": 2}


def test_a_voucher_sent_again_after_posting_shows_as_two_posted_vouchers(xledger, claim):
    for _ in range(2):
        xledger.add(*claim())
        xledger.control("/_import")
    posted = xledger.books()["vouchers"]
    assert [(one["state"], one["extIdentifiers"], one["transactionNumber"]) for one in posted] == [
        ("posted", ["NBF-C-8f31-1", "NBF-C-8f31-2"], 500001),
        ("posted", ["NBF-C-8f31-1", "NBF-C-8f31-2"], 500002),
    ]
