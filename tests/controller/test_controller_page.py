"""The operators' page tells every reason that a condition may have, with its word."""

import re
from pathlib import Path

from reconciler.runs.condition import Ready, Reconciling, Stalled, word

PAGE = Path(__file__).parents[2] / "docs" / "operations" / "controller.md"


def test_the_page_tells_every_reason_under_its_word_and_no_other() -> None:
    rows = re.findall(r"^\| (\w+) \| `(\w+)` \| [^|]+ \| [^|]+ \|$", PAGE.read_text(), re.MULTILINE)
    reasons = [each for kind in (Ready, Reconciling, Stalled) for each in kind.__args__]
    assert rows == [(word(each), each) for each in reasons]
