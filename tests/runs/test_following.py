"""The rhythm of looking for sent documents: sparser with age, never rarer than the longest, over at the end."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from reconciler.runs.following import Rhythm

SENT = datetime(2026, 3, 2, 8, tzinfo=UTC)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
RHYTHM = Rhythm(5 * MINUTE, DAY, 30 * DAY)


def looks(rhythm: Rhythm) -> list[timedelta]:
    """The ages of all looks at a document that never becomes final, each look on time."""
    found, due = [], SENT + rhythm.first
    while due is not None:
        found.append(due - SENT)
        due = rhythm.next_look(SENT, due)
    return found


def test_a_document_that_is_never_posted_is_looked_for_at_doubling_ages_then_daily_then_no_more() -> None:
    ages = looks(RHYTHM)
    assert ages[:5] == [5 * MINUTE, 10 * MINUTE, 20 * MINUTE, 40 * MINUTE, 80 * MINUTE]
    assert ages[-1] >= 30 * DAY
    assert len(ages) < 42  # in a month: one request for two hundred documents each
    assert max(later - earlier for earlier, later in pairwise(ages)) <= DAY


@given(st.integers(60, 86_400), st.integers(60, 864_000), st.integers(60, 8_640_000), st.integers(0, 10_000_000))
def test_a_later_look_is_in_the_future_and_within_the_longest_time(
    first: int, longest: int, until: int, age: int
) -> None:
    rhythm = Rhythm(*(timedelta(seconds=each) for each in (first, longest, until)))
    now = SENT + timedelta(seconds=age)
    due = rhythm.next_look(SENT, now)
    assert (due is None) == (age >= until)
    assert due is None or now < due <= now + rhythm.longest
