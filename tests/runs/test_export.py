"""References are what documents are known by over there: the same for ever, however they are worked out."""

import base64
import hashlib
import json

from hypothesis import given
from hypothesis import strategies as st

from reconciler.runs.export import Stream, reference

STREAM = Stream("c4e81b7a-0f52-4d39-b6e8-1a93d05f7c26", "members", "sandbox:rest:members:expense", "expense_claims")


def test_the_reference_of_a_record_never_changes() -> None:
    assert reference(STREAM, "7c1e9a54-3b2f-4d06-8e5a-c90f41d7ab12", 1) == "RCN-7WNZHIOEUNYZERDUSKJ5"


@given(st.text(st.characters(codec="utf-8")), st.integers(1, 50))
def test_a_reference_is_the_digest_of_its_key_as_a_json_list(record: str, epoch: int) -> None:
    key = json.dumps([STREAM.organization_id, STREAM.target, STREAM.category, record, epoch])
    assert reference(STREAM, record, epoch)[4:] == base64.b32encode(hashlib.sha256(key.encode()).digest()).decode()[:20]
