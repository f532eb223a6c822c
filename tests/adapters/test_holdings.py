"""All documents of a window, whoever sent them: lines made into documents, and nothing in a list is trusted."""

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from adapters.test_places import MARCH, Pages, booked
from parts.clubhouse import Clubhouse, declared
from parts.hostile import peer
from parts.simulator import Simulator
from pydantic import ValidationError

from reconciler.runs.outcome import LookupFailed
from reconciler.runs.shadow import Holding
from reconciler.specs.models.integration_type import IntegrationType

LISTING = {
    "path": "/visits?from={from}&limit=2", "items": "items", "document": "voucher", "id": "id",
    "reference": "reference", "day": "date", "amount": "amount", "account": "account",
    "pages": {"by": "cursor", "next": "next", "parameter": "after"},
}  # fmt: skip


def declaring(**change: Any) -> dict[str, Any]:
    documents = declared()["documents"]
    listing = {name: value for name, value in {**LISTING, **change}.items() if value is not None}
    documents["visit"]["create"]["reconcile"] = {"holdings": listing}
    return {"documents": documents}


def listed(at: Callable[..., Clubhouse], *bodies: Any, **change: Any) -> Sequence[Holding] | LookupFailed:
    with peer(Pages(*bodies)) as url:
        return at(url).adapter(**declaring(**change)).holdings(MARCH)


def line(**more: Any) -> dict[str, Any]:
    return {"id": "1", "voucher": 7, "date": "2026-03-02", "amount": "1.00", "account": "7140", **more}


def test_lines_of_one_number_are_one_document_across_pages_whoever_sent_it(
    club: Clubhouse, register: Simulator
) -> None:
    for reference, amount, voucher in [("A", "10.00", "7"), ("RCN-B", "5.00", "8"), ("C", "2.50", "7")]:
        booked(register, reference, amount, voucher=voucher, account="7140")
    found = club.adapter(**declaring()).holdings(MARCH)
    day = date(2026, 3, 2)
    assert found == [
        Holding("7", day, Decimal("12.50"), "7140", "A"),
        Holding("8", day, Decimal("5.00"), "7140", "RCN-B"),
    ]


def test_each_line_is_a_document_where_nothing_says_which_belong_together(at: Callable[..., Clubhouse]) -> None:
    found = listed(at, {"items": [line(), line(id="2")]}, document=None)
    assert isinstance(found, list)
    assert [each.id for each in found] == ["1", "2"]


def test_the_account_is_that_of_the_line_that_is_charged(at: Callable[..., Clubhouse]) -> None:
    found = listed(at, {"items": [line(amount="-9.00", account="2910"), line(amount="9.00")]})
    assert isinstance(found, list)
    assert [each.account for each in found] == ["7140"]


def test_a_document_with_one_line_that_cannot_be_read_has_no_amount(at: Callable[..., Clubhouse]) -> None:
    found = listed(at, {"items": [line(), line(amount="12,345"), line(voucher=8)]})
    assert isinstance(found, list)
    assert [(each.id, each.amount) for each in found] == [("7", None), ("8", Decimal("1.00"))]


@pytest.mark.parametrize(("written", "read"), [
    ("2026-03-31T22:30:00Z", "beyond"), ("2026-02-28T23:30:00Z", date(2026, 3, 1)), ("2026-04-01", "beyond"),
    ("31.03.2026", None), (20260301, None), ("0001-01-01T00:00:00+14:00", None), (["2026-03-01"], None),
    ("9" * 99, None), (None, None),
])  # fmt: skip
def test_a_day_is_local_and_what_is_dated_beyond_the_window_is_left_out(
    at: Callable[..., Clubhouse], written: Any, read: Any
) -> None:
    found = listed(at, {"items": [line(date=written)]})
    assert isinstance(found, list)
    assert [each.day for each in found] == ([] if read == "beyond" else [read])


@pytest.mark.parametrize("second", [
    b"", b"{", b"<html>", {"items": None}, {}, [], {"items": ["7"]}, {"items": [{}]}, {"errors": [{"message": "no"}]},
    {"items": [line(id=None, voucher=None)]}, {"items": [line(id={"a": 1}, voucher=[])]},
    {"items": [line()], "next": "1"},
], ids=repr)  # fmt: skip
def test_half_a_list_is_no_list(at: Callable[..., Clubhouse], second: Any) -> None:
    assert isinstance(listed(at, {"items": [line()], "next": "1"}, second), LookupFailed)


def test_hostile_texts_are_bounded(at: Callable[..., Clubhouse]) -> None:
    found = listed(at, {"items": [line(voucher="x" * 5000, account="a\x07" + "b" * 5000, reference=True)]})
    assert isinstance(found, list)
    [only] = found
    assert (len(only.id), len(only.account), only.reference) == (60, 60, "")
    assert only.account.startswith("a b")


def test_holdings_are_listed_as_the_protocol_asks() -> None:
    body = {**declared(), **declaring(path=None, pages=None, query="query { a }")}
    with pytest.raises(ValidationError, match="lists what stands there in another way"):
        IntegrationType.model_validate(body)
