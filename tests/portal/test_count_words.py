"""Whatever a run counts has words: a page that shows a run never meets a state that it cannot say."""

import re
from pathlib import Path
from typing import get_args

import reconciler.engine
from reconciler.portal.texts import TEXTS
from reconciler.runs.shadow import ShadowVerdict

COUNTED = re.compile(r'counts\["(\w+)"\]')
FOUND = ("sent_found", "absent_found", "not_applied_found")
"""What `engine/resolve.py` makes of states that a question settles."""
OUTCOMES = ("sent", "rejected", "unknown", "not_applied", "accepted", "posted", "drifted", "never_posted", "held")


def test_whatever_a_run_counts_has_words() -> None:
    sources = sorted(Path(reconciler.engine.__path__[0]).rglob("*.py"))
    keys = {key for path in sources for key in COUNTED.findall(path.read_text(encoding="utf-8"))}
    assert "still_rejected" in keys
    keys |= {*FOUND, *OUTCOMES, *get_args(ShadowVerdict)}
    assert [key for key in sorted(keys) if f"standing.{key}" not in TEXTS] == []
