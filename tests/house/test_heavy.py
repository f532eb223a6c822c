"""What a run of the tests begins with is there."""

from parts.heavy import HEAVY
from parts.installation import ROOT


def test_every_file_that_is_said_to_be_heavy_is_there() -> None:
    assert [each for each in HEAVY if not (ROOT / "tests" / each).is_file()] == []
