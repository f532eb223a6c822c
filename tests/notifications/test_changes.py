"""Each change of state is told once: worse at once, better when it has lasted, nothing while it is suspended."""

from datetime import datetime

from parts.installation import START, WHERE

from reconciler.runs.notification import Matter
from reconciler.runs.notification_forms import verify

BAD = "the credential is refused"


def test_red_is_told_once_and_recovery_once_it_has_lasted(house) -> None:
    assert house.notify() == []
    house.ran("failed", BAD)
    assert [each.ok for each in house.notify()] == [True]
    assert house.notify(minutes=1) == []
    house.ran("failed", BAD, minutes=10)
    assert house.notify() == []
    house.ran("succeeded", minutes=1)
    assert house.notify() == []
    assert house.notify(minutes=4) == []
    assert [each.level for each in house.notify(minutes=1)] == ["fine"]
    assert house.notify(minutes=30) == []
    assert house.states() == ["red", "fine"]
    last = house.hook.json()
    assert last["was"] == "red"
    assert datetime.fromisoformat(last["was_since"]) == START


def test_a_message_is_signed_and_says_what_where_since_when_and_what_to_do(house) -> None:
    house.ran("failed", BAD)
    house.notify()
    headers, content = house.hook.got[0]
    assert verify("a-key-that-signs-0123456789", headers["X-Reconciler-Signature"], content, house.now)
    told = house.hook.json()
    assert told["reason"] == "siste kjøring feilet"
    assert told["message"] == BAD
    assert told["next"] == f"reconciler status {WHERE[0]}"
    assert told["environment"] == "simulator"
    assert told["installation"] == "local"
    assert headers["X-Reconciler-Id"] == told["id"]


def test_what_comes_and_goes_is_told_once(house) -> None:
    for _ in range(6):
        house.ran("failed", BAD, minutes=1)
        house.notify()
        house.ran("succeeded", minutes=1)
        house.notify()
    assert house.states() == ["red"]


def test_nothing_is_told_while_somebody_has_suspended_and_what_is_still_red_afterwards(house) -> None:
    house.ran("failed", BAD)
    house.notify()
    assert house.at.run("suspend", *WHERE, "--reason", "the auditor is here") == 0
    house.ran("failed", BAD, minutes=5)
    assert house.notify() == []
    assert house.notify(minutes=30) == []
    assert house.at.run("resume", *WHERE) == 0
    assert [each.level for each in house.notify(minutes=1)] == ["red"]
    assert house.notify(minutes=1) == []
    assert house.states() == ["red", "red"]


def test_what_only_the_caller_knows_is_told_the_same_way(house) -> None:
    stalled = Matter("configuration", "red", house.now, "the plan is refused", "reconciler plan")
    assert [each.matter for each in house.notify(more=[stalled])] == ["configuration"]
    assert house.notify(more=[stalled], minutes=1) == []
    assert house.notify(minutes=1) == []


def test_an_organisation_that_speaks_english_is_told_in_english_on_one_line(house) -> None:
    more = """{"language": "en", "title": "A house\\r\\nBcc: x@y.example"}"""
    house.at.sql("update reconciler.organizations set body = body || %s::jsonb where name = %s", more, WHERE[0])
    house.ran("lost")
    house.notify()
    told = house.hook.json()
    assert told["sentence"] == "xledger of A house Bcc: [taken out] is red: the last run did not finish."
    assert told["subject"] == "[local, simulator] A house Bcc: [taken out]: xledger is red"
