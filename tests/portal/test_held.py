"""A document of which only a person can know whether it was received: it is asked, answered, and goes again or not."""

from parts.classes import Make, lost
from parts.installation import Books
from parts.portal import opened

LISE = "lise-demoforeningen"
HELD = "/integrations/members/documents"
HOME, TWIN = "/o/demoforeningen", "/api/v1/organizations/demoforeningen"


def test_what_is_held_goes_again_when_a_person_has_looked_and_says_that_it_is_not_there(
    make: Make, register: Books
) -> None:
    here = lost(make, register, "D", "lose_response_before_commit")
    here.sync(minutes=1)
    [(held,)] = here.sql("select id from reconciler.exports where state = 'held'")
    with opened(here) as portal:
        visitor = portal.enter(LISE)
        [shown] = visitor.get(f"{TWIN}{HELD}?state=held").json()["documents"]
        assert shown["ways"] == ["give-up", "received", "not-received"]
        body = {"deed": "not-received", "row": [held], "confirmed": 1, "reason": "Nothing there has its reference"}
        early = visitor.tell(f"{TWIN}{HELD}/decide", body)
        assert early.status_code == 409
        assert "too early" in early.json()["message"]
    here.at += 60
    with opened(here) as portal:
        visitor = portal.enter(LISE)
        question = visitor.get(f"{HOME}{HELD}/confirm", params={"deed": "not-received", "row": held}).text
        assert shown["reference"] in question
        assert 'type="checkbox" required' in question
        assert visitor.post(f"{HOME}{HELD}/decide", **body).status_code == 303
    here.sync(minutes=1)
    assert here.sql("select state from reconciler.exports where id = %s", held) == [("sent",)]
    assert here.judged() == []
