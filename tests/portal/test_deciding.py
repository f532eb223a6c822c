"""What people decide about documents: by whom, how it is asked, and that the next sync does it."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import httpx
import pytest
from parts.decisions import audited, only
from parts.installation import TOKEN, Books, Installation
from parts.portal import ADMIN, HOME, STRANGER, TWIN, Opened, Visitor, opened
from parts.synced import VIEWER, Synced

XLEDGER = f"{HOME}/integrations/xledger"
LIST = f"{XLEDGER}/documents"
WHY = "The voucher was deleted there by mistake"
ACCOUNTANT = "ola-blindeforbundet"


def say(visitor: Visitor, deed: str, *rows: object, **more: object) -> httpx.Response:
    return visitor.post(f"{LIST}/decide", deed=deed, row=rows, confirmed=len(rows), **more)


def told(visitor: Visitor, path: str = LIST) -> str:
    """What the next page says first."""
    return visitor.get(path).text.partition('id="told"')[2].partition("</div>")[0]


def rows(installation: Installation, state: str) -> list[int]:
    return [row[0] for row in installation.sql("select id from reconciler.exports where state = %s order by id", state)]


def test_what_was_refused_is_asked_for_again_on_a_page_and_goes_with_the_next_sync(
    portal: Opened, installation: Installation, books: Books
) -> None:
    books.control("/_reference", kind="account", code="2910", gone=True)
    installation.sync()
    failed = rows(installation, "rejected")
    books.control("/_reference", kind="account", code="2910", gone=False)
    visitor = portal.enter(ADMIN)
    question = visitor.get(f"{LIST}/confirm", params={"deed": "retry", "every": "true", "state": "rejected"})
    assert f'id="count">{len(failed)} bilag' in question.text
    answer = visitor.post(f"{LIST}/decide", deed="retry", every="true", state="rejected", confirmed=len(failed))
    assert (answer.status_code, answer.headers["location"]) == (303, LIST)
    assert f"{len(failed)} bilag sendes på nytt ved neste kjøring." in told(visitor)
    assert audited(installation) == [(ADMIN, "export-retry", "rejected", "not_applied")] * len(failed)
    [first, *_] = rows(installation, "not_applied")
    assert say(visitor, "give-up", first, reason="It was paid in cash on the day").status_code == 303
    assert visitor.get(f"{TWIN}/integrations/xledger/documents?state=given_up").json()["documents"][0]["id"] == first
    failed.remove(first)
    installation.sync(minutes=60)
    left = set(rows(installation, "rejected"))
    assert len(left) < len(failed)
    assert set(rows(installation, "sent")) >= set(failed) - left


def test_a_deed_takes_its_right_its_organisation_and_a_form_of_ours(synced: Synced) -> None:
    portal, installation = synced
    [number, *_] = rows(installation, "rejected")
    deeds = (
        ("/integrations/xledger/documents/decide", {"deed": "retry", "row": [number], "confirmed": 1}),
        ("/integrations/xledger/documents/withdraw", {"row": number}),
        ("/integrations/xledger/documents/resend", {"row": [number], "confirmed": 1, "reason": WHY}),
        ("/integrations/xledger/holds", {"record": ["a"], "reason": WHY}),
        ("/integrations/xledger/holds/release", {"record": ["a"]}),
        ("/resends/1/approve", None),
        ("/resends/1/refuse", None),
    )
    viewer, stranger, admin = portal.enter(VIEWER), portal.enter(STRANGER), portal.enter(ADMIN)
    for path, body in deeds:
        assert viewer.tell(f"{TWIN}{path}", body).status_code == 403, path
        assert stranger.tell(f"{TWIN}{path}", body).status_code == 404, path
        assert admin.client.post(f"{TWIN}{path}", json=body).status_code == 403, path
        assert admin.client.post(f"{HOME}{path}", data=body, headers={"origin": portal.address}).status_code == 403, (
            path
        )
    assert viewer.get(f"{TWIN}/integrations/xledger/documents").json()["offered"] == []
    assert viewer.get(f"{LIST}/confirm", params={"deed": "retry", "row": number}).status_code == 403
    assert audited(installation) == []


def test_what_was_seen_is_what_is_done_or_nothing_is(synced: Synced) -> None:
    portal, installation = synced
    visitor, [first, second, _] = portal.enter(ADMIN), rows(installation, "rejected")
    [sent, *_] = rows(installation, "sent")
    assert visitor.post(f"{LIST}/decide", deed="retry", row=[first, second], confirmed=1).status_code == 409
    assert visitor.post(f"{LIST}/decide", deed="retry", every="true", confirmed=99).status_code == 409
    assert say(visitor, "retry", sent).status_code == 409  # it is there, and cannot be tried again
    assert say(visitor, "retry").status_code == 409  # nothing was ticked
    assert "Du har ikke valgt noe bilag" in visitor.get(f"{LIST}/confirm", params={"deed": "retry"}).text
    both = visitor.get(f"{LIST}/confirm", params={"deed": "retry", "row": first, "every": "true"})
    assert both.status_code == 400
    left_out = visitor.get(f"{LIST}/confirm", params={"deed": "retry", "row": [first, sent]}).text
    assert "1 valgt bilag er utelatt" in left_out
    assert f'name="row" value="{sent}"' not in left_out
    assert say(visitor, "received", first).status_code == 409
    assert say(visitor, "give-up", first).status_code == 422
    for body in ({"deed": "eat", "row": [first], "confirmed": 1}, {"deed": "retry", "row": ["x"], "confirmed": 1},
                 {"deed": "retry", "row": [first]}):  # fmt: skip
        answer = visitor.tell(f"{TWIN}/integrations/xledger/documents/decide", body)
        assert answer.status_code == 422
        assert answer.json()["fields"], body
    assert audited(installation) == []


def test_a_reason_that_names_somebody_is_refused_and_said_so(synced: Synced) -> None:
    portal, installation = synced
    visitor, [first, *_] = portal.enter(ADMIN), rows(installation, "rejected")
    headers = {"origin": portal.address, "referer": f"{portal.address}{LIST}"}
    form = {"csrf": visitor.csrf, "deed": "give-up", "row": [first], "confirmed": 1, "reason": "Mail kari@example.org"}
    assert visitor.client.post(f"{LIST}/decide", data=form, headers=headers).status_code == 303
    assert "begrunnelsen nevner en person eller påloggingsdetaljer" in told(visitor)
    assert audited(installation) == []


def test_what_was_lost_is_answered_with_the_id_that_it_has_there(
    portal: Opened, installation: Installation, books: Books
) -> None:
    books.arm("lose_response_after_commit")
    installation.sync()
    [lost, *_] = rows(installation, "unknown")
    visitor = portal.enter(ADMIN)
    assert 'name="target_id"' in visitor.get(f"{LIST}/confirm", params={"deed": "received", "row": lost}).text
    assert say(visitor, "received", lost, target_id="4711", reason="Found there by its reference").status_code == 303
    assert installation.sql("select state, code, target_ids from reconciler.exports where id = %s", lost) == [
        ("sent", "answered", ["4711"])
    ]


def test_a_single_record_is_held_back_until_somebody_releases_it(portal: Opened, installation: Installation) -> None:
    installation.sync()
    record = only(installation, "rejected", "record_id")
    visitor = portal.enter(ADMIN)
    assert f"{XLEDGER}/holds" in visitor.get(f"{HOME}/records/{record}").text
    held = visitor.post(
        f"{XLEDGER}/holds", record=record, category="", reason="<b>It is disputed</b>", until="2026-03-31"
    )
    assert (held.status_code, held.headers["location"]) == (303, f"{XLEDGER}/withheld")
    found = visitor.get(f"{TWIN}/integrations/xledger/withheld").json()
    assert [(each["record"], each["by"], each["until"][:13]) for each in found["holds"]] == [
        (record, ADMIN, "2026-03-31T22")
    ]
    page = visitor.get(f"{XLEDGER}/withheld").text
    assert "&lt;b&gt;It is disputed&lt;/b&gt;" in page
    again = {"record": [record], "reason": "It is disputed still"}
    assert visitor.tell(f"{TWIN}/integrations/xledger/holds", again).status_code == 409
    past = {"record": [record], "reason": "It is disputed still", "until": "2020-01-01"}
    assert visitor.tell(f"{TWIN}/integrations/xledger/holds", past).status_code == 409
    assert visitor.post(f"{XLEDGER}/holds/release", record=record).status_code == 303
    assert visitor.get(f"{TWIN}/integrations/xledger/withheld").json()["holds"] == []
    assert [row[1] for row in audited(installation)] == ["export-hold", "export-release"]
    operations = [each["operation"] for each in visitor.get(f"{TWIN}/records/{record}").json()["decisions"]]
    assert operations == ["hold", "release"]


@pytest.mark.parametrize("alone", [1, 20])
def test_many_documents_go_once_more_when_a_second_person_agrees(
    installation: Installation, books: Books, alone: int
) -> None:
    installation.sync()
    [first, second, *_] = rows(installation, "sent")
    with opened(replace(installation, settings=replace(installation.settings, second_person=alone))) as portal:
        admin, accountant = portal.enter(ADMIN), portal.enter(ACCOUNTANT)
        question = accountant.get(f"{LIST}/confirm", params={"deed": "resend", "row": [first, second]}).text
        assert "to ganger" in question
        assert 'name="confirmed" type="number"' in question
        form = {"row": [first, second], "reason": WHY}
        assert accountant.post(f"{LIST}/resend", confirmed=1, **form).status_code == 409
        if alone == 1:
            answer = accountant.post(f"{LIST}/resend", confirmed=2, **form)
            assert (answer.status_code, answer.headers["location"]) == (303, f"{HOME}/resends")
            _approved(admin, accountant, installation)
        else:
            with ThreadPoolExecutor(2) as pool:  # a button that is pressed twice
                both = [pool.submit(accountant.post, f"{LIST}/resend", confirmed=2, **form) for _ in range(2)]
            assert sorted(each.result().status_code for each in both) == [303, 409]
        assert accountant.post(f"{LIST}/resend", confirmed=2, **form).status_code == 409  # they have moved
    before = len(books.read()["vouchers"])
    installation.sync(minutes=60)
    assert installation.sql("select count(*) from reconciler.exports where epoch = 2 and state = 'sent'") == [(2,)]
    assert len(books.read()["vouchers"]) > before


def _approved(admin: Visitor, accountant: Visitor, installation: Installation) -> None:
    [request] = admin.get(f"{TWIN}/resends").json()["requests"]
    assert (request["documents"], request["asked_by"], request["own"]) == (2, ACCOUNTANT, False)
    approve = f"/resends/{request['number']}/approve"
    assert f'action="{HOME}{approve}"' not in accountant.get(f"{HOME}/resends").text
    assert accountant.tell(f"{TWIN}{approve}").status_code == 409  # whoever asked is no second person
    assert f'action="{HOME}{approve}"' in admin.get(f"{HOME}/resends").text
    assert not rows(installation, "not_applied")
    assert admin.post(f"{HOME}{approve}").status_code == 303
    assert "Godkjent: 2 bilag" in told(admin, f"{HOME}/resends")
    assert admin.post(f"{HOME}{approve}").status_code == 409
    assert admin.get(f"{TWIN}/resends").json()["count"] == 0


def test_a_late_refusal_is_withdrawn_once_it_is_proved_gone(
    portal: Opened, installation: Installation, books: Books
) -> None:
    installation.sync()
    reference = only(installation, "sent")
    books.control("/_fail_late", extIdentifier=reference, message="The period is closed for posting.")
    books.control("/_import")
    installation.sync(minutes=10)
    [late] = rows(installation, "rejected_late")
    visitor = portal.enter(ADMIN)
    [shown] = visitor.get(f"{TWIN}/integrations/xledger/documents?state=rejected_late").json()["documents"]
    assert (shown["message"], shown["ways"]) == ("The period is closed for posting.", ["fixed-there", "withdraw"])
    refused = visitor.tell(f"{TWIN}/integrations/xledger/documents/withdraw", {"row": late})
    assert refused.status_code == 409
    assert "is still there as " in refused.json()["message"]
    books.control("/_remove", extIdentifier=reference)
    assert visitor.post(f"{LIST}/withdraw", row=late, reason="It was removed by hand").status_code == 303
    [again] = visitor.get(f"{TWIN}/records/{shown['record']}").json()["documents"][:1]
    assert (again["document"]["epoch"], again["document"]["state"]) == (2, "not_applied")
    assert visitor.post(f"{LIST}/withdraw", row=late).status_code == 409


def test_what_differs_there_is_shown_and_taken_as_it_should_be(
    portal: Opened, installation: Installation, books: Books
) -> None:
    installation.sync()
    [line, *_] = [each for each in books.read()["vouchers"][0]["lines"] if not each["amount"].startswith("-")]
    changed = {"in": [{"node": {"dbId": str(line["dbId"]), "amount": "1.00"}}]}
    query = "mutation($in:[UpdateGLImportItemsInput!]!){updateGLImportItems(inputs:$in){edges{clientId}}}"
    headers = {"Authorization": f"token {TOKEN}"}
    books.client.post(books.url, json={"query": query, "variables": changed}, headers=headers).raise_for_status()
    installation.sync(minutes=10)
    [drifted] = rows(installation, "drifted")
    visitor = portal.enter(ADMIN)
    [shown] = visitor.get(f"{TWIN}/integrations/xledger/documents?state=drifted").json()["documents"]
    assert shown["ways"] == ["received", "resend"]
    assert say(visitor, "received", drifted, reason="The amount was corrected by hand").status_code == 303
    assert installation.sql("select state, code from reconciler.exports where id = %s", drifted) == [
        ("posted", "answered")
    ]
