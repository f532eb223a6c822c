"""What a document that was found again is about: by the same rule whatever the protocol."""

from decimal import Decimal
from typing import Any

import pytest
from parts.clubhouse import Clubhouse, opened, outgoing
from parts.simulator import Simulator

from reconciler.adapters.answers import total
from reconciler.runs.outcome import Findings


@pytest.mark.parametrize(
    ("amounts", "balanced", "expected"),
    [
        (["297.50", "153.00", "-450.50"], True, "450.50"),
        (["297.50", "153.00", "-450.50"] * 2, True, "901.00"),  # doubled: it is not taken for ours
        (["-120.00"], False, "-120.00"),  # a credit
        (["-120.00"] * 2, False, "-240.00"),
        (["349.90"], False, "349.90"),
        (["349.90"], True, "349.90"),  # one thing that stands for the whole voucher
        (["10.00", "-2.50"], False, "7.50"),
        (["0.00"], False, "0"),
        ([], True, "0"),
        ([12.5, 7, None, "many"], False, "19.5"),
    ],
)
def test_an_amount_is_counted_as_the_ledger_counts_it(amounts: list[Any], balanced: bool, expected: str) -> None:
    assert Decimal(total(amounts, balanced=balanced)) == Decimal(expected)


def test_a_credit_is_found_with_its_own_amount(club: Clubhouse, register: Simulator) -> None:
    line = club.adapter("key")
    line.send([outgoing("R-1", {"date": "2026-03-02", "amount": "-12.50"})])
    findings = line.look_up([opened("R-1")])
    assert isinstance(findings, Findings)
    assert findings.found["R-1"].amount == "-12.50"
