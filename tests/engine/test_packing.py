"""Requests are filled with whole documents, up to the limits of documents and of lines, in their order."""

from datetime import UTC, datetime
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from reconciler.engine.deliver import pack
from reconciler.runs.export import Claim, Frozen, batch_of
from reconciler.specs.models.operations import Batch

MOST = Batch(documents=250, nodes=500)
UNTIL = datetime(2026, 3, 2, tzinfo=UTC)


def documents(sizes: list[int]) -> list[Frozen]:
    return [
        Frozen(Claim(n, str(n), 1, f"RCN-{n}", n, UNTIL), {"lines": [{"fields": {}}] * size}, None, "", "")
        for n, size in enumerate(sizes)
    ]


def lines(batch: list[Frozen]) -> int:
    return sum(len(each.payload["lines"]) for each in batch)


@given(st.lists(st.integers(1, 100), max_size=400), st.integers(1, 250), st.integers(100, 500))
def test_no_request_exceeds_a_limit_and_every_document_goes_whole_once_and_in_order(
    sizes: list[int], most: int, nodes: int
) -> None:
    frozen = documents(sizes)
    batches = list(pack(frozen, Batch(documents=most, nodes=nodes)))
    assert [each.claim for batch in batches for each in batch] == [each.claim for each in frozen]
    assert all(
        {each.batch for each in batch} == {batch_of([each.claim.reference for each in batch])} for batch in batches
    )
    assert all(1 <= len(batch) <= most and lines(batch) <= nodes for batch in batches)


@given(st.lists(st.integers(1, 100), max_size=400))
def test_no_two_neighbouring_requests_would_fit_into_one(sizes: list[int]) -> None:
    batches = list(pack(documents(sizes), MOST))
    for one, other in pairwise(batches):
        assert len(one) == 250 or lines(one) + len(other[0].payload["lines"]) > 500


def test_documents_of_two_lines_fill_a_request_by_both_limits_at_once() -> None:
    assert [len(batch) for batch in pack(documents([2] * 501), MOST)] == [250, 250, 1]
    assert [len(batch) for batch in pack(documents([100] * 11), MOST)] == [5, 5, 1]
    assert [len(batch) for batch in pack(documents([1] * 260), MOST)] == [250, 10]
