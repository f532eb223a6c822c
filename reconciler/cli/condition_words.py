"""What a controller made of each organisation, in words for people. Pure: conditions and a moment in, text out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from reconciler.runs.condition import REPOSITORY, Condition
from reconciler.runs.moments import ago, ahead, local

HEADINGS = ("Configuration of", "Condition", "Since", "Attempted", "Applied", "Seen as applied")
STYLES = {"Ready": "green", "Reconciling": "yellow", "Stalled": "bold red"}
READY_SHOWN = 20
"""Organisations in order that are shown one by one; of more only the number, unless one is asked for."""
FINDINGS = 5
SHORT = 8
"""Characters of a commit."""


@dataclass(frozen=True, slots=True)
class Told:
    """The conditions that are shown one by one, and how many more are Ready."""

    shown: Sequence[Condition]
    ready: int


def told(conditions: Mapping[str, Condition], organization: str = "") -> Told:
    """Of all organisations, or of one with the repository's own where that is not in order.

    What waits for a person comes first, then what gets there by itself.
    """
    chosen = [each for each in conditions.values() if not organization or each.organization == organization]
    repository = conditions.get(REPOSITORY)
    if organization and repository is not None and repository.word != "Ready":
        chosen.append(repository)
    chosen.sort(key=lambda each: (list(STYLES).index(each.word) * -1, each.organization))
    ready = [each for each in chosen if each.word == "Ready" and each.organization != REPOSITORY]
    if len(ready) <= READY_SHOWN:
        return Told(chosen, 0)
    return Told([each for each in chosen if each not in ready], len(ready))


def row(condition: Condition, now: datetime) -> list[str]:
    """A condition as a line of the table under HEADINGS."""
    seen = ago(condition.verified_at, now) if condition.verified_at else "never"
    return [
        name(condition),
        f"{condition.word}\n{condition.reason}",
        _two_lines(condition.since, now),
        condition.attempted[:SHORT] or "none",
        condition.applied[:SHORT] or "none",
        seen,
    ]


def name(condition: Condition) -> str:
    """The organisation; the repository's own condition has no name."""
    return condition.organization or "the repository"


def lines(condition: Condition, now: datetime) -> list[str]:
    """What is to be said below the table: why it is not Ready, where, when it is tried again, and what to do."""
    if condition.word == "Ready":
        return []
    said = [f"{name(condition)}: {condition.message}"]
    # The message often is the first finding.
    findings = [each for each in condition.findings if each != condition.message]
    said += [f"  {each}" for each in findings[:FINDINGS]]
    if len(findings) > FINDINGS:
        said.append(f"  and {len(findings) - FINDINGS} more: reconciler status {condition.organization} --format json")
    if condition.not_before is not None and condition.not_before > now:
        when = f"{local(condition.not_before, 'UTC')} ({ahead(condition.not_before, now)})"
        said.append(f"  tried again {when}, after {condition.failures} in vain")
    if condition.hint:
        said.append(f"  next: {condition.hint}")
    return said


def heading(conditions: Mapping[str, Condition], since: datetime | None, now: datetime) -> str:
    """Who keeps this database; empty where nobody does and nobody did."""
    if since is not None:
        kept = f"A controller has kept this database since {local(since, 'UTC')} ({ago(since, now)})"
        return kept + ("." if conditions else "; it has not looked at anything yet.")
    return "No controller keeps this database; what one last said of it:" if conditions else ""


def _two_lines(at: datetime, now: datetime) -> str:
    return f"{local(at, 'UTC')}\n{ago(at, now)}"
