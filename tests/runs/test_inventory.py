"""Amounts as people write them, windows of local days, and budgets that end."""

from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.runs.inventory import Budget, Window, amount_in

OSLO = ZoneInfo("Europe/Oslo")


@pytest.mark.parametrize(("text", "amount"), [
    ("1 234,50", "1234.50"), ("1\u00a0234,50", "1234.50"), ("1\u202f234,5", "1234.5"), ("1.234,50", "1234.50"),
    ("1,234.50", "1234.50"), ("1.234.567,89", "1234567.89"), ("1234.5", "1234.5"), ("-101.00", "-101.00"),
    ("\u2212101,00", "-101.00"), ("1'234.50", "1234.50"), ("0", "0"), ("1.234", "1.234"), ("12,5", "12.5"),
    ("1,234", None), ("", None), ("NOK 5", None), ("1e9", None), ("NaN", None), ("--1", None), ("1.2.3", None),
    ("٣", None), ("9" * 40, None), ("1,2,3", None), ("5 kr", None),
])  # fmt: skip
def test_an_amount_is_read_as_people_write_it_or_not_at_all(text: str, amount: str | None) -> None:
    assert amount_in(text) == (None if amount is None else Decimal(amount))


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=2))
def test_every_amount_is_read_back_from_both_ways_of_writing_it(amount: Decimal) -> None:
    english = f"{amount:,.2f}"
    nordic = english.replace(",", "\u00a0").replace(".", ",")
    assert amount_in(english) == amount_in(nordic) == amount


@given(st.text(max_size=60))
def test_no_text_is_more_than_an_amount_or_nothing(text: str) -> None:
    found = amount_in(text)
    assert found is None or found.is_finite()


def test_a_window_is_whole_local_days_also_where_the_clocks_change() -> None:
    window = Window(date(2026, 3, 29), date(2026, 3, 29), OSLO)
    assert window.texts() == {
        "from": "2026-03-29", "to": "2026-03-29",
        "from_local": "2026-03-29T00:00:00", "to_local": "2026-03-30T00:00:00",
        "from_utc": "2026-03-28T23:00:00Z", "to_utc": "2026-03-29T22:00:00Z",
    }  # fmt: skip


def test_a_budget_gives_as_many_requests_as_it_has() -> None:
    budget = Budget(2)
    assert [budget.take() for _ in range(4)] == [True, True, False, False]
    assert (budget.used, budget.left) == (2, 0)
