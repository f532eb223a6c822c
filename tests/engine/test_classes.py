"""Each idempotency class keeps the promise: a document is booked once, whatever becomes of an answer or a process."""

import re
from dataclasses import replace
from uuid import uuid4

import pytest
from parts.classes import CLAIMS, CREATES, KEY, WHERE, Make, lost
from parts.installation import Books
from parts.staging import Points

from reconciler.engine.beforehand import Order
from reconciler.engine.export import sync

LOST = ["lose_response_before_commit", "lose_response_after_commit", "garbage"]
HEADERS = {"Authorization": f"Bearer {KEY}"}
CAN_SETTLE = [each for each in CREATES if each != "D"]


def writes(register: Books) -> int:
    return register.read()["requests"]["writes"]


@pytest.mark.parametrize("fault", LOST)
@pytest.mark.parametrize("kind", CAN_SETTLE)
def test_a_document_whose_answer_is_lost_is_booked_once_in_the_end(
    make: Make, register: Books, kind: str, fault: str
) -> None:
    here = make(kind)
    register.arm(fault)
    assert here.sync() == 5
    assert here.states()["unknown"] > 0
    assert here.sync(minutes=40) == 0
    assert here.judged() == []
    assert set(here.states()) <= {"sent", "posted"}
    assert sum(here.states().values()) == CLAIMS


@pytest.mark.parametrize("fault", LOST)
def test_a_blind_document_whose_answer_is_lost_is_a_question_at_once_and_never_goes_again(
    make: Make, register: Books, capsys: pytest.CaptureFixture[str], fault: str
) -> None:
    here = make("D")
    register.arm(fault)
    assert here.sync() == 5
    said = capsys.readouterr().out
    assert "was it received there?" in said
    assert here.trouble() == [("held", "blind")]
    assert here.judged() == []
    before = writes(register)
    for _ in range(3):
        assert here.sync(minutes=40) == 0
    assert writes(register) == before
    assert here.trouble() == [("held", "blind")]
    assert here.states()["sent"] == CLAIMS - 1


def test_a_repeat_is_the_same_request_to_the_byte_though_record_and_mapping_order_do_not_tell(
    make: Make, register: Books
) -> None:
    here = lost(make, register, "B")
    here.sql("update app.expense_claims set amount = amount + 1, volunteer_number = 'V30009'")
    assert here.sync(minutes=2) == 0  # another body under this key would have been refused
    [(state, attempt)] = here.sql("select state, attempt from reconciler.exports where attempt > 1")
    assert (state, attempt) == ("sent", 2)
    assert len({row["reference"] for row in register.read()["records"]}) == len(register.read()["records"]) == CLAIMS


def test_a_failure_that_stands_under_a_key_is_no_proof_and_becomes_a_question_where_nothing_can_be_asked(
    make: Make, register: Books
) -> None:
    here = lost(make, register, "B", "stored_failure_after_commit")
    for _ in range(2):
        assert here.sync(minutes=10) == 5
        assert here.trouble()[0][0] == "unknown"
    assert here.sync(minutes=10) == 5
    assert here.trouble() == [("held", "key-replays")]
    before = register.read()["requests"]
    assert here.sync(minutes=10) == 0
    assert register.read()["requests"] == before
    assert here.judged() == []


@pytest.mark.parametrize(("fault", "days"), [("stored_failure_after_commit", 0), ("stored_failure_before_commit", 1)])
def test_a_failure_that_stands_under_a_key_is_looked_up_and_sent_anew_when_the_key_is_forgotten(
    make: Make, register: Books, fault: str, days: int
) -> None:
    here = lost(make, register, "B asked", fault)
    for _ in range(3):
        assert here.sync(minutes=10) == 5
    here.sync(minutes=20)
    if days:
        assert here.trouble() == [("not_applied", "proved-absent")]
        requests = register.read()["requests"]
        assert here.sync(minutes=60) == 0  # the same key would only bring the same failure
        assert register.read()["requests"] == requests
        register.control("/_faults", forget_keys=True)
        assert here.sync(minutes=24 * 60) == 0
    assert here.judged() == []
    assert here.trouble() == []


@pytest.mark.parametrize(("minutes", "repeated"), [(23 * 60 + 30, True), (23 * 60 + 42, False), (25 * 60, False)])
def test_a_key_is_relied_on_only_so_long_that_the_repeat_arrives_within_its_life(
    make: Make, register: Books, minutes: int, repeated: bool
) -> None:
    here = lost(make, register, "B")
    here.sync(minutes=minutes)
    assert here.trouble() == ([] if repeated else [("held", "key-over")])
    assert here.judged() == []


def test_after_its_keys_life_a_document_that_can_be_asked_for_is_asked_for(make: Make, register: Books) -> None:
    here = lost(make, register, "B asked", "lose_response_before_commit")
    register.control("/_faults", forget_keys=True)
    assert here.sync(minutes=25 * 60) == 0
    assert here.sql("select count(*) from reconciler.export_history where code = 'proved-absent'") == [(1,)]
    assert here.judged() == []


def test_of_a_request_of_several_that_is_not_open_as_a_whole_nothing_is_repeated(make: Make, register: Books) -> None:
    here = lost(make, register, "B batch")
    assert here.states()["unknown"] == 3
    here.sql("update reconciler.exports set state = 'voided' where id = (select min(id) from reconciler.exports)")
    assert here.sync(minutes=10) == 5
    assert here.trouble() == [("voided", "no-answer"), ("held", "key-parted"), ("held", "key-parted")]


def test_what_was_made_by_another_declaration_is_never_repeated_by_this_one(make: Make, register: Books) -> None:
    here = make("C")
    register.arm("lose_response_after_commit")  # it went without a key
    assert here.sync() == 5
    here.declare("B")
    here.apply()
    before = register.read()["requests"]["writes"]
    here.sync(minutes=2)
    assert here.trouble() == [("held", "key-changed")]
    assert register.read()["requests"]["writes"] == before
    assert here.judged() == []


@pytest.mark.parametrize("kind", ["A", "B asked"])
def test_a_document_that_exists_with_another_amount_is_a_persons_correction_and_stays(
    make: Make, register: Books, kind: str
) -> None:
    here = lost(make, register, kind, "lose_response_before_commit")
    [(reference,)] = here.sql("select reference from reconciler.exports where state = 'unknown'")
    body = {"amount": "1.00", "date": "2026-02-02", "reference": reference}
    answer = register.client.put(  # somebody put it right there meanwhile
        f"{register.url.removesuffix('/graphql')}/expenses/{reference}", json=body, headers=HEADERS
    )
    assert answer.status_code == 201
    if kind == "B asked":
        here.sync(minutes=25 * 60)
    else:
        here.sync(minutes=2)
    assert here.trouble() == [("drifted", "amount-differs")]
    [row] = [row for row in register.read()["records"] if row["reference"] == reference]
    assert (row["body"], row["times"]) == (body, 1)


def test_a_document_that_exists_out_of_sight_is_neither_overwritten_nor_made_twice(make: Make, register: Books) -> None:
    here = lost(make, register, "A", "lose_response_before_commit")
    [(reference,)] = here.sql("select reference from reconciler.exports where state = 'unknown'")
    register.control("/_faults", fault="hide_from_reads")  # readers see it as it is now, without the document
    address, body = f"{register.url.removesuffix('/graphql')}/expenses/{reference}", {"amount": "1.00"}
    assert register.client.put(address, json=body, headers=HEADERS).status_code == 201
    assert here.sync(minutes=2) == 5
    assert ("unknown", "exists") in here.trouble()
    register.control("/_faults", clear=True)
    here.sync(minutes=2)
    assert here.sql("select state, code from reconciler.exports where reference = %s", reference) == [
        ("drifted", "amount-differs")
    ]
    assert [row["body"] for row in register.read()["records"] if row["reference"] == reference] == [body]


def test_a_credit_that_is_found_again_is_no_drift(make: Make, register: Books) -> None:
    here = make("A")
    here.sql("update app.expense_claims set amount = -amount where amount > 0")
    register.arm("lose_response_after_commit", times=2)
    here.sync()
    here.sync(minutes=10)
    assert here.sync(minutes=10) == 0
    assert here.trouble() == []
    assert here.judged() == []


def test_a_repeat_that_is_refused_proves_nothing_of_the_first_request(make: Make, register: Books) -> None:
    here = lost(make, register, "A", "lose_response_before_commit")
    [(member,)] = here.sql(
        "select payload #>> '{lines,0,fields,memberNumber}' from reconciler.export_payloads p join reconciler.exports e"
        " on e.id = p.export_id where e.state = 'unknown'"
    )
    register.control("/_refuse", field="memberNumber", value=member)
    assert here.sync(minutes=2) == 5
    assert {state for state, _ in here.trouble()} == {"unknown"}
    here.sync(minutes=40)
    assert {state for state, _ in here.trouble()} == {"rejected"}  # absent twice, sent anew, and refused
    register.control("/_refuse", clear=True)


def test_a_held_document_is_told_with_its_amount_and_its_question(
    make: Make, register: Books, capsys: pytest.CaptureFixture[str]
) -> None:
    here = lost(make, register, "D")
    capsys.readouterr()
    here.sync(minutes=5)
    said = " ".join(capsys.readouterr().out.split())
    assert re.search(r"waiting for an answer: 1 document, NOK [-\d ]+\.\d\d: was it received there", said)
    here.run("status", WHERE[0])
    shown = " ".join(capsys.readouterr().out.split())
    assert re.search(r"held until somebody answers: 1 document, NOK [-\d ]+\.\d\d", shown)
    assert re.search(r"was number 2026\d+, NOK [-\d ]+\.\d\d, received in \S+\?", shown)
    [(record,)] = here.sql("select record_id from reconciler.exports where state = 'held'")
    here.run("why", WHERE[0], record)
    assert "takes a repeat for another document" in " ".join(capsys.readouterr().out.split())


def test_a_lost_answer_under_a_key_is_said_to_be_repeated(
    make: Make, register: Books, capsys: pytest.CaptureFixture[str]
) -> None:
    here = lost(make, register, "B")
    [(record,)] = here.sql("select record_id from reconciler.exports where state = 'unknown'")
    capsys.readouterr()
    here.run("why", WHERE[0], record)
    said = " ".join(capsys.readouterr().out.split())
    assert "the same request goes once more under the same key, which makes no second document" in said
    here.sync(minutes=2)
    assert "of earlier runs: 1 confirmed by a repeat under the same key" in " ".join(capsys.readouterr().out.split())


def test_a_repeated_request_that_tells_of_each_document_settles_the_refused_ones_too(
    make: Make, register: Books
) -> None:
    here = lost(make, register, "B batch", "lose_response_before_commit")
    [(member,)] = here.sql(
        "select payload #>> '{lines,0,fields,memberNumber}' from reconciler.export_payloads p join reconciler.exports e"
        " on e.id = p.export_id where e.state = 'unknown' order by e.id limit 1"
    )
    register.control("/_refuse", field="memberNumber", value=member)
    assert here.sync(minutes=2) == 6
    refused = here.trouble()
    assert refused
    assert {state for state, _ in refused} == {"rejected"}
    register.control("/_refuse", clear=True)


def test_what_a_repeat_is_told_no_about_goes_again_with_the_next_run_and_is_told_of_once(
    make: Make, register: Books
) -> None:
    here = lost(make, register, "B batch", "lose_response_before_commit")
    query = "select distinct volunteer_number from app.expense_claims where id::text in"
    [(member,)] = here.sql(f"{query} (select record_id from reconciler.exports where state = 'unknown')")
    register.control("/_refuse", field="memberNumber", value=member)
    here.sql("update app.expense_claims set volunteer_number = 'V30009'")  # put right before anybody knew
    assert here.sync(minutes=2) == 6
    assert {state for state, _ in here.trouble()} == {"rejected"}
    register.control("/_refuse", clear=True)
    assert here.sync(minutes=2) == 0
    assert here.trouble() == []
    assert here.judged() == []


def test_a_run_that_stands_still_after_it_froze_sends_nothing_that_may_be_swept_before_it_arrives(
    make: Make, register: Books
) -> None:
    here = make("D")
    world = here.world()
    points = Points("after:freeze:1", lambda: world.clock.wait(200))  # more than half of the lease
    report = sync(replace(world, points=points), Order(*WHERE, "manual", uuid4()))
    assert report.count("sent") == writes(register) == CLAIMS
    assert here.sql("select distinct attempt, state from reconciler.exports") == [(2, "sent")]
    assert here.judged() == []


def test_maintenance_for_hours_makes_no_questions_of_what_a_key_protects(make: Make, register: Books) -> None:
    here = lost(make, register, "B")
    register.arm("maintenance", times=100)
    for _ in range(8):
        assert here.sync(minutes=61) == 5
    assert [state for state, _ in here.trouble()] == ["unknown"]
    register.control("/_faults", clear=True)
    assert here.sync(minutes=61) == 0
    assert here.judged() == []


def test_when_a_blind_systems_answers_are_lost_what_was_not_begun_goes_later(make: Make, register: Books) -> None:
    here = make("D")
    register.arm("lose_response_after_commit", times=2)
    assert here.sync() == 5
    assert here.states() == {"held": 2, "not_applied": CLAIMS - 2}
    assert here.sync(minutes=5) == 0
    assert here.states() == {"held": 2, "sent": CLAIMS - 2}
    assert here.judged() == []


def test_asking_early_proves_nothing_by_not_finding_it(make: Make, register: Books) -> None:
    here = lost(make, register, "C", "lose_response_before_commit")
    here.sql("update reconciler.exports set code = 'exists' where state = 'unknown'")  # it says that it is there
    before = writes(register)
    for _ in range(3):
        assert here.sync(minutes=3) == 5
    assert here.trouble() == [("unknown", "exists")]
    assert writes(register) == before
    assert here.sql("select first_absent_at from reconciler.exports where state = 'unknown'") == [(None,)]
