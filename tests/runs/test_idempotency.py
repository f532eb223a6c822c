"""What each idempotency class allows about a document whose fate is unknown (design.md 5, research/exports.md 2.6)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from reconciler.adapters.edge import NO_ANSWER
from reconciler.runs.export import Open, batch_of
from reconciler.runs.idempotency import ANSWERS, HELD_FOR, SILENT, Licence, of_first_try, of_repeat, whole_requests
from reconciler.runs.outcome import EXISTS, Held, NotApplied, Outcome, Rejected, Sent, Unknown
from reconciler.specs.models.operations import Create

BEGAN = datetime(2026, 3, 2, 8, tzinfo=UTC)
LOOKUP = {"name": "there", "path": "/{reference}", "key": "reference", "id": "id", "proves": "sent"}
ROW = Open(
    1, "c", "r", 1, "RCN-1", 7, "unknown", Decimal(1), (), BEGAN, None, 1, batch_of(["RCN-1"]), mapping="m",
    began_at=BEGAN, code="no-answer",
)  # fmt: skip


def create(kind: str, *, asked: bool) -> Create:
    body: dict[str, Any] = {
        "idempotency": kind,
        "reference": "reference",
        "batch": {"documents": "1", "nodes": "1"},
        "call": {"method": "POST", "path": "/"},
        "lookups": [LOOKUP] if asked else [],
    }
    return Create.model_validate(body | ({"key_life": "24h"} if kind == "B" else {}))


def allowed(kind: str, row: Open = ROW, *, asked: bool, minutes: int = 0, mapping: str = "m") -> str:
    """What may be done, in letters: (a)sk at once, (r)epeat, (c)onclude from absence, (h)old."""
    licence = Licence(create(kind, asked=asked), mapping, BEGAN + timedelta(minutes=minutes), frozenset({1}))
    found = {"a": licence.asks_at_once(row), "r": licence.repeats(row), "c": licence.concludes(row)}
    return "".join(letter for letter, yes in found.items() if yes) + ("h" if licence.holds(row) else "")


@pytest.mark.parametrize(
    ("kind", "asked", "at_once", "after_its_life", "after_its_keys_life"),
    [
        ("A", True, "ar", "arc", "arc"),
        ("B", True, "r", "r", "c"),
        ("B", False, "r", "r", "h"),
        ("C", True, "", "c", "c"),
        ("D", False, "h", "h", "h"),
        ("D", True, "h", "h", "h"),
    ],
)
def test_a_class_decides_what_is_done_and_when(
    kind: str, asked: bool, at_once: str, after_its_life: str, after_its_keys_life: str
) -> None:
    assert allowed(kind, asked=asked) == at_once
    assert allowed(kind, asked=asked, minutes=20) == after_its_life
    assert allowed(kind, asked=asked, minutes=24 * 60) == after_its_keys_life


@pytest.mark.parametrize(("minutes", "expected"), [(24 * 60 - 21, "r"), (24 * 60 - 20, "h")])
def test_a_key_is_relied_on_until_a_repeat_could_outlive_it(minutes: int, expected: str) -> None:
    assert allowed("B", asked=False, minutes=minutes) == expected


@pytest.mark.parametrize("kind", ["A", "B", "C"])
def test_what_exists_may_be_asked_for_at_once(kind: str) -> None:
    assert allowed(kind, replace(ROW, code=EXISTS), asked=True).startswith("a")


@pytest.mark.parametrize(("kind", "asked", "expected"), [("A", True, "a"), ("B", True, ""), ("B", False, "h")])
def test_what_another_declaration_made_or_enough_answers_met_is_not_repeated(
    kind: str, asked: bool, expected: str
) -> None:
    assert allowed(kind, asked=asked, mapping="another") == expected
    assert allowed(kind, replace(ROW, answered=ANSWERS), asked=asked) == expected


def test_a_repeat_waits_for_its_time() -> None:
    row = replace(ROW, next_attempt_at=BEGAN + timedelta(minutes=5))
    assert allowed("B", row, asked=False, minutes=4) == ""
    assert allowed("B", row, asked=False, minutes=5) == "r"


def test_a_row_from_before_batches_were_kept_is_not_taken_for_a_whole_request() -> None:
    assert whole_requests([replace(ROW, batch="")]) == {}
    licence = Licence(create("B", asked=False), "m", BEGAN)
    assert licence.holds(replace(ROW, batch="")) == "key-parted"


def test_a_request_is_whole_only_with_each_of_its_documents_in_their_order() -> None:
    rows = [replace(ROW, id=number, number=number, reference=f"RCN-{number}") for number in (1, 2, 3)]
    name = batch_of([each.reference for each in rows])
    rows = [replace(each, batch=name) for each in rows]
    assert whole_requests(reversed(rows)) == {name: rows}
    assert whole_requests(rows[:2]) == {}
    assert whole_requests([*rows, replace(rows[0], id=4, number=4, reference="RCN-4")]) == {}


@pytest.mark.parametrize("outcome", [Sent(("1",)), Rejected("no"), NotApplied("busy"), Unknown("?")])
@pytest.mark.parametrize("kind", ["A", "B", "C", "D"])
def test_the_answer_to_a_first_request_is_what_it_is_but_for_the_blind(kind: str, outcome: Outcome) -> None:
    found = of_first_try(create(kind, asked=kind in "AC"), outcome)
    blind = kind == "D" and isinstance(outcome, Unknown)
    assert found == (Held("?", "blind") if blind else outcome)


@pytest.mark.parametrize("outcome", [Rejected("no", "E1"), Rejected("no"), NotApplied("busy", "E1"), Unknown("?")])
@pytest.mark.parametrize(("kind", "told"), [("A", True), ("A", False), ("B", False)])
def test_a_repeat_settles_a_document_only_where_it_was_taken(kind: str, told: bool, outcome: Outcome) -> None:
    how = create(kind, asked=True)
    found = of_repeat(how, outcome, told_of_each=told)
    assert isinstance(found, Unknown)
    assert (found.code in SILENT) == isinstance(outcome, NotApplied)
    assert of_repeat(how, Sent(("1",)), told_of_each=told) == Sent(("1",))


@pytest.mark.parametrize("outcome", [Rejected("no"), NotApplied("busy"), Unknown("?"), Sent()])
def test_an_answer_under_a_key_that_tells_of_each_document_is_that_of_the_one_request(outcome: Outcome) -> None:
    assert of_repeat(create("B", asked=False), outcome, told_of_each=True) == outcome


def test_nobodys_answer_is_the_edges_word_for_it() -> None:
    assert NO_ANSWER in SILENT


def test_each_reason_to_hold_has_its_words() -> None:
    for kind, row, minutes in [("D", ROW, 0), ("B", ROW, 24 * 60), ("B", replace(ROW, answered=9), 0)]:
        licence = Licence(create(kind, asked=False), "m", BEGAN + timedelta(minutes=minutes), frozenset({1}))
        assert licence.holds(row) in HELD_FOR
