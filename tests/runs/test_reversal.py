"""What a reversal is made of: the document that was sent, and nothing else."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from parts.business_central import ROOT, declared
from ruamel.yaml import YAML

from reconciler.runs.export import Claim, Stream, reference
from reconciler.runs.reversal import First, negated, obstacle, proved, reversed_payload
from reconciler.specs.models.integration_type import DocumentType, IntegrationType

VOUCHER = IntegrationType.model_validate(
    YAML(typ="base", pure=True).load(ROOT / "specs/integration-types/xledger.yaml")["spec"]
).documents["voucher"]
FIELDS = {"postedDate": "2026-03-02", "amount": "452.50", "invoiceAmount": "452.50", "trRegNumber": 2026000001}
FIELDS |= {"extIdentifier": "RCN-1", "account.code": "7140", "text": "RCN-1"}
LINES = [
    {"name": "cost", "fields": FIELDS},
    {"name": "payable", "fields": {**FIELDS, "amount": "-452.50", "invoiceAmount": "-452.50", "account.code": "2910"}},
]
FIRST = First(1, "RCN-1", 2026000001, Decimal("452.50"), {"document": "voucher", "lines": LINES})
CLAIM = Claim(2, "r1", 2, "RCN-2", 2026000020, None, purpose="reversal")  # type: ignore[arg-type] # never looked at


def test_a_reversal_has_other_signs_a_reference_and_number_of_its_own_and_names_the_first() -> None:
    made = reversed_payload(FIRST, CLAIM, VOUCHER)
    cost, payable = (line["fields"] for line in made["lines"])
    assert (cost["amount"], cost["invoiceAmount"], payable["amount"]) == ("-452.50", "-452.50", "452.50")
    own = {"amount", "invoiceAmount", "extIdentifier", "trRegNumber", "yourReference"}
    assert {name: value for name, value in cost.items() if name in own - {"amount", "invoiceAmount"}} == {
        "extIdentifier": "RCN-2", "trRegNumber": 2026000020, "yourReference": "RCN-1",
    }  # fmt: skip
    assert {name: value for name, value in cost.items() if name not in own} == {
        name: value for name, value in FIELDS.items() if name not in own
    }
    assert LINES[0]["fields"]["amount"] == "452.50"  # what was sent is not touched


@given(st.decimals(-(10**12), 10**12, places=2) | st.integers(-(10**12), 10**12))
def test_taken_back_twice_is_what_it_was(amount: Decimal | int) -> None:
    value = amount if isinstance(amount, int) else str(amount)
    assert Decimal(negated(value)) == -Decimal(amount)
    assert Decimal(negated(negated(value))) == Decimal(amount)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"postedDate": "2026-02-28"}, "the books are closed through 2026-02-28"),
        ({"postedDate": "28.02.2026"}, "cannot be read as a day"),
        ({"postedDate": None}, "cannot be read as a day"),
        ({"text": {"hash": "x"}}, "sealed away"),
        ({}, ""),
    ],
)
def test_what_stands_in_the_way_is_said(change: dict, words: str) -> None:
    payload = {"document": "voucher", "lines": [LINES[0], {"name": "payable", "fields": {**FIELDS, **change}}]}
    first = First(1, "RCN-1", 1, Decimal(1), payload)
    found = obstacle(first, VOUCHER, date(2026, 2, 28))
    assert words in found
    assert bool(words) == bool(found)


def test_a_document_whose_posting_can_be_proved_is_proved_by_that_alone() -> None:
    assert proved(VOUCHER.create) == {"posted"}
    staged = VOUCHER.create.model_copy(update={"lookups": VOUCHER.create.lookups[1:2]})
    assert proved(staged) == {"sent", "accepted", "posted"}


def test_a_reversal_never_has_the_reference_of_a_document() -> None:
    stream = Stream("o", "i", "t", "c")
    named = {reference(stream, "r1", epoch, purpose) for epoch in (1, 2, 3) for purpose in ("document", "reversal")}
    assert len(named) == 6


@pytest.mark.parametrize(
    ("reversal", "words"),
    [
        ({"negate": ["documentNumber", "amount"], "date": "postingDate"}, "only numbers can be negated"),
        ({"negate": ["amount"], "date": "description"}, "is a date: description is none"),
        ({"negate": ["amount"], "date": "bookedOn"}, "not among `fields`: bookedOn"),
        ({"negate": ["vat"], "date": "postingDate"}, "not among `fields`: vat"),
    ],
)
def test_a_type_that_declares_half_a_reversal_is_refused(reversal: dict, words: str) -> None:
    voucher = declared()["documents"]["voucher"]
    with pytest.raises(ValueError, match=words):
        DocumentType.model_validate({**voucher, "reversal": reversal})


def test_only_a_balanced_document_can_be_taken_back_and_only_what_can_be_asked_for_is_removed() -> None:
    voucher = declared()["documents"]["voucher"]
    alone = {name: value for name, value in voucher.items() if name != "balanced"}
    with pytest.raises(ValueError, match="only accounts take documents back"):
        DocumentType.model_validate(alone)
    blind = {name: value for name, value in voucher["create"].items() if name not in ("lookups", "post", "idempotency")}
    with pytest.raises(ValueError, match="what is removed is proved gone"):
        DocumentType.model_validate({**voucher, "create": blind})
