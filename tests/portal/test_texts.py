"""What the portal says: every key in one place, in both languages, with the same places for values."""

import re
from collections import Counter

from reconciler.portal.texts import PARTS, TEXTS

PLACE = re.compile(r"\{(\w+)")


def test_no_key_stands_in_two_places() -> None:
    found = Counter(key for each in PARTS for key in each.TEXTS)
    assert [key for key, times in found.items() if times > 1] == []


def test_both_languages_have_the_same_places_for_values() -> None:
    assert all(set(each) == {"nb", "en"} for each in TEXTS.values())
    differing = {key for key, each in TEXTS.items() if {*PLACE.findall(each["nb"])} != {*PLACE.findall(each["en"])}}
    assert differing == set()
