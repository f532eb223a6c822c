"""A schedule as people read it: its sentence, the next runs in a table, what to beware of; and the JSON twin."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from reconciler.cli.context import Context
from reconciler.runs.moments import ahead
from reconciler.specs.languages import Language

if TYPE_CHECKING:
    from reconciler.plans.timing import Timing
    from reconciler.schedules.cron import Expression
    from reconciler.schedules.expression import Finding
    from reconciler.schedules.occurrences import Occurrence
    from reconciler.specs.models.organization import Freeze

RUNS = 5


@dataclass(frozen=True, slots=True)
class Explained:
    """One expression in one zone: when it runs next, and what is rarely meant in it. That of a SyncSchedule has a
    `timing`, and the days on which its organisation is `frozen`."""

    expression: "Expression"
    zone: str
    language: Language
    coming: "Sequence[Occurrence]" = ()
    findings: "Sequence[Finding]" = ()
    timing: "Timing | None" = None
    frozen: "Sequence[Freeze]" = ()

    def at(self, now: datetime) -> "Explained":
        """The same with the runs after `now`, and the findings. Raises ZoneUnknown."""
        from reconciler.schedules.check import check
        from reconciler.schedules.occurrences import following

        coming = following(self.expression, self.zone, now, RUNS)
        return replace(self, coming=coming, findings=check(self.expression, self.zone, now, self.language))

    @property
    def refused(self) -> bool:
        """Whether a finding stops it."""
        return any(each.severity == "refused" for each in self.findings)

    def freeze(self, occurrence: "Occurrence") -> "Freeze | None":
        """The window of days that the occurrence falls into, where there is one."""
        return next((each for each in self.frozen if each.holds(occurrence.local.date())), None)


def show(context: Context, explained: Explained, now: datetime) -> None:
    """The sentence, the table and the findings."""
    from reconciler.schedules.describe import describe
    from reconciler.schedules.remarks import HEADINGS, SEVERITIES

    language = explained.language
    context.say(describe(explained.expression, language, explained.zone), "bold")
    if explained.timing is not None and explained.timing.window:
        context.say(f"  {_spread(explained.timing, language)}")
    if explained.coming:
        headings = HEADINGS[language]
        rows = [_row(explained, each, now) for each in explained.coming]
        wide = len(headings) if any(row[-1] for row in rows) else len(headings) - 1
        context.table(headings[:wide], [row[:wide] for row in rows])
    for each in explained.findings:
        words = SEVERITIES[language]
        context.say(f"{words[each.severity]}: {each.message}", "red" if each.severity == "refused" else "yellow")
        context.say(f"  {words['next']}: {each.hint}")


def data(found: Explained) -> dict[str, Any]:
    """The JSON twin; `spread` only where there is a window."""
    from reconciler.schedules.describe import describe

    answer: dict[str, Any] = {
        "valid": not found.refused,
        "expression": found.expression.text,
        "zone": found.zone,
        "words": describe(found.expression, found.language, found.zone),
        "next": [_run(found, each) for each in found.coming],
        "findings": [
            {"id": each.id, "severity": each.severity, "message": each.message, "hint": each.hint}
            for each in found.findings
        ],
    }
    if found.timing is not None and found.timing.window:
        timing = found.timing
        answer["spread"] = {"from": timing.written.text, "minutes": timing.window, "later": timing.later}
    return answer


def _spread(timing: "Timing", language: Language) -> str:
    from reconciler.schedules.describe import describe
    from reconciler.schedules.remarks import SPREAD

    said = describe(timing.written, language, timing.zone)
    return SPREAD[language].format(words=said, later=timing.later, window=timing.window)


def _note(explained: Explained, each: "Occurrence") -> str:
    from reconciler.schedules.describe import describe_note
    from reconciler.schedules.remarks import FROZEN

    language, freeze = explained.language, explained.freeze(each)
    if freeze is not None:
        return FROZEN[language].format(first=freeze.from_, last=freeze.to, reason=freeze.reason)
    return describe_note(each, language) or ""


def _row(explained: Explained, each: "Occurrence", now: datetime) -> tuple[str, ...]:
    from reconciler.schedules.words import WORDS

    offset = f"{each.local:%z}"
    zone = f"{each.local:%Z}" if f"{each.local:%Z}".isalpha() else ""
    day = WORDS[explained.language].weekdays[each.local.isoweekday() % 7][:3]
    return (
        f"{day} {each.local:%Y-%m-%d %H:%M}",
        f"{zone} {offset[:3]}:{offset[3:]}".strip(),
        f"{each.at:%Y-%m-%d %H:%M}",
        ahead(each.at, now, explained.language),
        _note(explained, each),
    )


def _run(explained: Explained, each: "Occurrence") -> dict[str, Any]:
    found = {"local": each.local.isoformat(), "utc": each.at.isoformat(), "note": _note(explained, each) or None}
    return found | ({"frozen": True} if explained.freeze(each) else {})
