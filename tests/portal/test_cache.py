"""What a process remembers: once made, as long as there is room, and nothing that failed."""

import threading
from collections.abc import Callable
from itertools import count

import pytest

from reconciler.errors import Blocked
from reconciler.portal.cache import Cache


def making(numbers: "count[int]") -> Callable[[], int]:
    return lambda: next(numbers)


def test_what_is_kept_is_not_made_again_until_what_was_used_longest_ago_is_forgotten() -> None:
    cache, made = Cache[str, int](2), making(count())
    assert [cache.of(key, made) for key in "abab"] == [0, 1, 0, 1]
    assert cache.of("a", made) == 0
    assert cache.of("c", made) == 2
    assert ("a" in cache, "b" in cache, "c" in cache) == (True, False, True)
    assert [cache.of(key, made) for key in "cab"] == [2, 0, 3]


def test_what_could_not_be_made_is_asked_for_again_and_nothing_counts_as_something() -> None:
    cache = Cache[str, int | None](2)

    def away() -> int:
        raise Blocked("git is away", "try again")

    with pytest.raises(Blocked):
        cache.of("a", away)
    assert "a" not in cache
    assert cache.of("a", lambda: None) is None
    assert cache.of("a", away) is None


def test_who_makes_one_keeps_nobody_waiting_who_asks_for_another() -> None:
    cache, going, made = Cache[str, int](2), threading.Event(), threading.Event()

    def slow() -> int:
        going.set()
        assert made.wait(20)
        return 1

    with_it = threading.Thread(target=cache.of, args=("slow", slow))
    with_it.start()
    assert going.wait(20)
    assert cache.of("quick", lambda: 2) == 2
    made.set()
    with_it.join(20)
    assert cache.of("slow", lambda: 3) == 1
