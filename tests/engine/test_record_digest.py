"""What of a record matters to its document, as one digest: written faster than JSON is, and never otherwise."""

from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from reconciler.engine.pinned import record_digest
from reconciler.plans.resource import digest

NAMES = st.text(min_size=1, max_size=12)
VALUES = st.none() | st.text(max_size=40) | st.integers() | st.booleans() | st.dates() | st.decimals(allow_nan=False)


@given(st.dictionaries(NAMES, VALUES, max_size=8), st.frozensets(NAMES, max_size=4))
def test_it_is_the_digest_of_the_canonical_json_of_all_fields_that_are_used(
    record: dict[str, object], others: frozenset[str]
) -> None:
    used = frozenset(record) | others
    plain = {name: None if record.get(name) is None else str(record[name]) for name in used}
    assert record_digest(record, used) == digest(plain)


def test_fields_that_are_not_used_do_not_matter() -> None:
    record: dict[str, object] = {"amount": Decimal("349.00"), "day": date(2026, 1, 13), "note": 'a "quoted"\nnote'}
    assert record_digest(record, frozenset({"amount", "note"})) == digest({"amount": "349.00", "note": record["note"]})
