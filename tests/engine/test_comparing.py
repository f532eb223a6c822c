"""What was sent is held against what stands there: every difference is told, record by record, and nothing is changed."""

import json

import pytest
from parts.installation import WHERE, Books, Installation

RECONCILE = ("exports", "reconcile", *WHERE)


def compared(installation: Installation, capsys: pytest.CaptureFixture[str], *more: str, minutes: int = 10) -> dict:
    """The comparison, as JSON."""
    capsys.readouterr()
    installation.run(*RECONCILE, *more, "--format", "json", minutes=minutes)
    [found] = json.loads(capsys.readouterr().out)["comparisons"]
    return found


def kinds(found: dict) -> list[str]:
    return [each["kind"] for each in found["differences"]]


def test_what_was_sent_and_stands_there_agrees(
    installation: Installation, books: Books, capsys: pytest.CaptureFixture[str]
) -> None:
    assert installation.sync() == 6
    assert installation.run(*RECONCILE, minutes=10) == 0, capsys.readouterr()
    said = capsys.readouterr().out
    assert "everything agrees" in said
    found = compared(installation, capsys)
    assert (found["way"], found["complete"], found["differences"]) == ("listed", True, [])
    assert found["sent"] == found["compared"] == installation.states()["sent"]
