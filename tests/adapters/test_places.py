"""What stands in an outside system is listed to the end or not at all, and nothing in a list is trusted."""

import json
import socket
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from parts.clubhouse import KEY, Clubhouse, declared
from parts.hostile import peer, read_request
from parts.simulator import Simulator
from pydantic import ValidationError

from reconciler.runs.inventory import Inventory, Item, Window
from reconciler.runs.outcome import LookupFailed
from reconciler.specs.models.integration_type import IntegrationType

MARCH = Window(date(2026, 3, 1), date(2026, 3, 31), ZoneInfo("Europe/Oslo"))
PLACE = {
    "name": "all", "path": "/visits?from={from}&until={to_utc}&limit=2", "items": "items", "key": "reference",
    "id": "id",
    "pages": {"by": "cursor", "next": "next", "parameter": "after"},
    "amount": "amount", "number": "number", "fields": {"date": "date"},
}  # fmt: skip


def placed(**change: Any) -> dict[str, Any]:
    """The declaration with a place."""
    documents = declared()["documents"]
    place = {name: value for name, value in {**PLACE, **change}.items() if value is not None}
    documents["visit"]["create"]["reconcile"] = {"places": [place]}
    return {"documents": documents}


def booked(register: Simulator, reference: str, amount: str, **more: str) -> None:
    record = {"reference": reference, "date": "2026-03-02", "amount": amount, **more}
    answer = register.client.post(f"{register.base}/visits", json=record, headers={"X-API-Key": KEY})
    assert answer.status_code == 201


def test_only_references_like_ours_are_taken_from_all_pages_with_what_the_type_names(
    club: Clubhouse, register: Simulator
) -> None:
    for number, name in enumerate(["RCN-A", "XCN-B", "RCN-C", "rcn-d", "RCN-E" + "E" * 60, "RCN-F"]):
        booked(register, name, f"{number}.50", number=str(number))
    found = club.adapter(**placed()).list_window(MARCH)
    assert isinstance(found, Inventory)
    assert [(each.reference, each.amount, each.number) for each in found.items] == [
        ("RCN-A", Decimal("0.50"), 0), ("RCN-C", Decimal("2.50"), 2), ("RCN-F", Decimal("5.50"), 5),
    ]  # fmt: skip
    assert found.items[0].fields == {"date": "2026-03-02"}
    assert found.amounts


class Pages:
    """A peer that answers with these bodies, one per question."""

    def __init__(self, *bodies: Any) -> None:
        self.bodies = list(bodies)
        self.asked: list[str] = []

    def __call__(self, line: socket.socket) -> None:
        self.asked.append(read_request(line).decode().split(" ")[1])
        body = self.bodies[min(len(self.asked), len(self.bodies)) - 1]
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        status = b"500 Oh" if body == b"" else b"200 OK"
        line.sendall(
            b"HTTP/1.1 %s\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s" % (status, len(content), content)
        )


def listed(at: Callable[..., Clubhouse], pages: Pages, **change: Any) -> Inventory | LookupFailed:
    with peer(pages) as url:
        return at(url).adapter(**placed(**change)).list_window(MARCH)


def item(**more: Any) -> dict[str, Any]:
    return {"reference": "RCN-A", "id": "1", "amount": "1.00", **more}


@pytest.mark.parametrize(("amount", "read"), [
    ("1 234,50", "1234.50"), (1234.5, "1234.5"), (7, "7"), ("12,345", None), (None, None), (True, None),
    (["1"], None), ("1" * 50, None), (1e300, None),
])  # fmt: skip
def test_an_amount_in_whatever_form_is_read_or_said_to_be_unreadable(
    at: Callable[..., Clubhouse], amount: Any, read: str | None
) -> None:
    found = listed(at, Pages({"items": [item(amount=amount)]}))
    assert isinstance(found, Inventory)
    assert found.items[0].amount == (None if read is None else Decimal(read))
    assert found.unreadable == (read is None)


@pytest.mark.parametrize("second", [
    b"", b"{", b"<html>", {"items": None}, {"items": {}}, {}, [], {"items": ["RCN-A"]}, {"items": [None]},
    {"items": [item(id=None)]}, {"items": [item(id={"a": 1})]}, {"errors": [{"message": "no"}]},
    {"items": [item()], "next": "1"}, {"items": [item(id="2")], "next": ["x"]},
], ids=repr)  # fmt: skip
def test_half_a_list_is_no_list(at: Callable[..., Clubhouse], second: Any) -> None:
    found = listed(at, Pages({"items": [item()], "next": "1"}, second))
    assert isinstance(found, LookupFailed)


def test_an_address_that_knows_no_list_is_not_an_empty_one(club: Clubhouse) -> None:
    assert isinstance(club.adapter(**placed(path="/visits/nowhere/at/all")).list_window(MARCH), LookupFailed)


def test_hostile_texts_are_bounded_and_a_window_is_asked_for_in_the_systems_own_words(
    at: Callable[..., Clubhouse],
) -> None:
    pages = Pages({"items": [item(date="x" * 5000, number="9" * 40, id="a\x07b")]})
    found = listed(at, pages)
    assert isinstance(found, Inventory)
    [only] = found.items
    assert isinstance(only, Item)
    assert (len(only.fields["date"] or ""), only.number, only.id) == (1000, None, "a b")
    assert pages.asked == ["/visits?from=2026-03-01&until=2026-03-31T22%3A00%3A00Z&limit=2"]


def test_a_place_says_how_its_own_protocol_lists() -> None:
    body = {**declared(), **placed(path=None, pages=None, query="query { a }")}
    with pytest.raises(ValidationError, match="lists what stands there in another way"):
        IntegrationType.model_validate(body)
    body = {**declared(), **placed(fields={"unheard_of": "x"})}
    with pytest.raises(ValidationError, match="not among `fields`: unheard_of"):
        IntegrationType.model_validate(body)
