"""Whether an activity counts, by the rules of its day, and why not. One pass, in the order of days.

The counts of a year need everybody who took part in it; memory grows with the people, never with the activities.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from reconciler.reports.columns import LONGEST, MOST, Values
from reconciler.reports.sentences import UNCLEAR, Language, reason
from reconciler.specs.models.report_rules import CountedKind, ReportRules, RulesVersion

NEEDED = ("type", "day", "peer", "minutes", "days", "participants", "digital", "in_norway", "approved")
"""Values without which nobody can say whether an activity counts."""
Why = tuple[str, int]
"""A reason and the least that it asks for."""


@dataclass(slots=True)
class Noted:
    """What is found on the way, for the checks."""

    unmapped: Counter[str] = field(default_factory=Counter)
    missing: Counter[str] = field(default_factory=Counter)
    unclear: Counter[str] = field(default_factory=Counter)
    without_rules: Counter[date] = field(default_factory=Counter)
    unnamed: int = 0
    versions: dict[str, RulesVersion] = field(default_factory=dict)


class Judge:
    """Judges the activities of one year. Give them in the order of day, peer and id: who is new depends on it."""

    def __init__(self, rules: ReportRules, types: dict[str, str], language: Language) -> None:
        self._rules = rules
        self._types = types
        self._language: Language = language
        self._seen: set[object] = set()
        self._day: date | None = None
        self._met: dict[object, set[object]] = {}
        self.noted = Noted()

    def judge(self, values: Values, people: Collection[object]) -> Values:
        """The values with `kind`, `counts`, `reason`, `remark`, `new_participants` and `participant` beside them."""
        day, kind = values.get("day"), self._kind(values.get("type"))
        version = self._version(day)
        whys = list(self._whys(values, kind, version))
        if not whys and version is not None and version.new_participants and not self._somebody_new(values, people):
            whys.append(("no-new", 0))
        counts = not whys
        new = self._new(people)
        if counts:
            self._met.setdefault(values["peer"], set()).update(people)
            self.noted.unnamed += len(people) < values["participants"]
        remark = self._remark(values, version, whys)
        said = "; ".join(self._said(why, kind, version) for why in whys) or None
        return {
            **values, "kind": kind, "counts": counts, "reason": said, "remark": remark, "new_participants": new,
            "participant": people,
        }  # fmt: skip

    def _kind(self, written: str | None) -> str | None:
        kind = self._types.get(written or "")
        if kind is None and written:
            key = written[:LONGEST]
            self.noted.unmapped[key if key in self.noted.unmapped or len(self.noted.unmapped) < MOST else "…"] += 1
        return kind

    def _version(self, day: date | None) -> RulesVersion | None:
        if day is None:
            return None
        if day != self._day:
            self._day, self._met = day, {}
        version = self._rules.version(day)
        if version is None:
            self.noted.without_rules[day] += 1
        else:
            self.noted.versions.setdefault(version.name, version)
        return version

    def _whys(self, values: Values, kind: str | None, version: RulesVersion | None) -> Iterator[Why]:
        """Every reason why it does not count, those of the single activity."""
        for name in NEEDED:
            if values.get(name) is None:
                self.noted.missing[name] += 1
                yield "missing", 0
        if version is None:
            yield "no-rules", 0
        elif kind is None:
            yield "unmapped", 0
        elif not version.kinds[kind].counts:
            yield "kind", 0
        else:
            yield from _in_general(values, version)
            yield from _enough(values, version.kinds[kind])

    def _somebody_new(self, values: Values, people: Iterable[object]) -> bool:
        """Whether it is the peer's first of the day, or somebody takes part whom the peer had not met on it."""
        met = self._met.get(values["peer"])
        return met is None or any(each not in met for each in people)

    def _new(self, people: Collection[object]) -> int:
        """How many take part for the first time in the year; counting or not."""
        before = len(self._seen)
        self._seen.update(people)
        return len(self._seen) - before

    def _remark(self, values: Values, version: RulesVersion | None, whys: list[Why]) -> str | None:
        """A note where the rule on screens decides, and is unclear: it was counted, or is left out for this alone."""
        alone = not whys or whys == [("digital", 0)]
        if version is None or not values.get("digital") or version.digital.status == "clear" or not alone:
            return None
        self.noted.unclear[version.name] += 1
        return UNCLEAR[self._language]

    def _said(self, why: Why, kind: str | None, version: RulesVersion | None) -> str:
        code, least = why
        if code == "kind" and version is not None and kind is not None and (own := version.kinds[kind].reason):
            return own
        return reason(code, self._language, least)


def _in_general(values: Values, version: RulesVersion) -> Iterator[Why]:
    if version.in_norway and values.get("in_norway") is False:
        yield "abroad", 0
    if version.approved and values.get("approved") is False:
        yield "not-approved", 0
    if not version.digital.counts and values.get("digital"):
        yield "digital", 0


def _enough(values: Values, kind: CountedKind) -> Iterator[Why]:
    minutes, days = values.get("minutes") or 0, max(values.get("days") or 1, 1)
    if kind.minutes is not None and minutes < kind.minutes:
        yield "minutes", kind.minutes
    if kind.minutes_per_day is not None and minutes < kind.minutes_per_day * days:
        yield "minutes-per-day", kind.minutes_per_day
    if kind.participants is not None and (values.get("participants") or 0) < kind.participants:
        yield "participants", kind.participants
