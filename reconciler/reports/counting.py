"""One pass over everything that a report counts: figures, groups, and what was noticed on the way."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol
from zoneinfo import ZoneInfo

from reconciler.reports.columns import LONGEST, MOST, Raw, Reader, Values
from reconciler.reports.judging import Judge
from reconciler.reports.period import OLDEST, Period, age, there
from reconciler.reports.sentences import Language
from reconciler.reports.tally import ALL, Tally
from reconciler.specs.models.reference import ReferenceTable
from reconciler.specs.models.report import Report
from reconciler.specs.models.report_rules import ReportRules

MOST_KNOWN = 10_000
GROUPS = ("county", "age_band", "branch")
"""What members are grouped by."""


class Data(Protocol):
    """The app's records of one organisation and year, from one snapshot; each call reads them anew, row by row.

    Rows hold the raw values by the names of `COLUMNS`, and `id`; those of activities also `people`, a list.
    """

    def members(self) -> Iterator[Raw]:
        """Everybody who was a member in the year."""

    def branches(self) -> Iterator[Raw]:
        """The local branches, by number."""

    def activities(self) -> Iterator[Raw]:
        """The activities of the year, in the order of day, peer and id."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is reported of whom, and by what."""

    name: str
    report: Report
    rules: ReportRules
    rules_digest: str
    counties: ReferenceTable
    organization: str
    organization_number: str
    language: Language
    zone: ZoneInfo
    revision: str
    period: Period
    pseudonym: Callable[[str], str]
    """What stands for a person in the report."""

    def county(self, code: str | None, day: date) -> str | None:
        """The name of a county on `day`; None where it has no such number on it."""
        found = self.counties.value(self.rules.county_table[1], day, code or "")
        return str(found) if found is not None else None

    def in_scope(self, values: Values, branch: str) -> bool:
        """Whether a row belongs to what the report is about."""
        match self.report.scope:
            case "region":
                return values.get("county") in (self.report.counties or ())
            case "local":
                return values.get(branch) in (self.report.branches or ())
            case _:
                return True


@dataclass(slots=True)
class Counted:
    """What one pass found."""

    tallies: Mapping[str, Tally]
    judge: Judge
    branches: list[Values] = field(default_factory=list)
    totals: Counter[str] = field(default_factory=Counter)
    ages: Counter[str] = field(default_factory=Counter)
    """Members of unknown and of impossible age."""
    strayed: int = 0
    """Members of a branch that is not there."""
    counties: Counter[tuple[str, str, date]] = field(default_factory=Counter)
    """Invalid county numbers: of what, which, on which day."""
    known_counties: dict[tuple[str, date], bool] = field(default_factory=dict)
    """Which numbers were valid on which day, as far as they came up."""
    unknown: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Values that no lookup knows: the column and the value."""

    def of(self, source: str) -> list[Tally]:
        """The figures over one source."""
        return [each for each in self.tallies.values() if each.figure.of == source]


def count(asked: Asked, data: Data) -> Counted:
    """Count everything once."""
    tallies = {each.key: Tally(each, GROUPS if each.of == "members" else ()) for each in asked.rules.figures}
    found = Counted(tallies, Judge(asked.rules, asked.report.activity_types, asked.language))
    _branches(asked, data, found)
    _members(asked, data, found)
    activities = found.of("activities")
    for row in judged(asked, data, found.judge, found.unknown):
        found.totals["activities"] += 1
        _county(asked, found, "activities", row.get("county"), row["day"])
        for tally in activities:
            tally.take(row)
    return found


def judged(asked: Asked, data: Data, judge: Judge, unknown: Counter[tuple[str, str]]) -> Iterator[Values]:
    """The activities in scope, each judged; with `id`."""
    reader = Reader(asked.report, "activities", asked.zone)
    for raw in data.activities():
        values = reader.read(raw)
        if asked.in_scope(values, "branch"):
            values["id"] = str(raw["id"])
            yield judge.judge(values, _people(raw["people"]))
    unknown.update({(f"activities.{name}", value): times for (name, value), times in reader.unknown.items()})


def _people(given: Sequence[object] | None) -> frozenset[object]:
    return frozenset(each for each in given or () if each is not None)


def _branches(asked: Asked, data: Data, found: Counted) -> None:
    reader, day = Reader(asked.report, "branches", asked.zone), asked.period.counted_on
    for raw in data.branches():
        values = reader.read(raw)
        if there(day, values["opened_on"], values["closed_on"]) and asked.in_scope(values, "number"):
            found.branches.append({**values, "id": str(raw["id"])})
            found.totals["branches"] += 1
            _county(asked, found, "branches", values["county"], day)
            for tally in found.of("branches"):
                tally.take(values)
    _unknown(found, "branches", reader)


def _members(asked: Asked, data: Data, found: Counted) -> None:
    reader, day = Reader(asked.report, "members", asked.zone), asked.period.counted_on
    known, tallies = {each["number"] for each in found.branches}, found.of("members")
    for raw in data.members():
        values = reader.read(raw)
        if there(day, values["joined_on"], values["left_on"]) and asked.in_scope(values, "branch"):
            values["age_band"] = _band(asked, found, values["born_on"])
            found.totals["members"] += 1
            found.strayed += values["branch"] is not None and values["branch"] not in known
            _county(asked, found, "members", values["county"], day)
            for tally in tallies:
                tally.take(values)
    _unknown(found, "members", reader)


def _band(asked: Asked, found: Counted, born: date | None) -> str | None:
    """The key of an age band on the counting day; None where the age is unknown or cannot be."""
    years = age(born, asked.period.counted_on)
    if years is None or not 0 <= years <= OLDEST:
        found.ages["missing" if years is None else "impossible"] += 1
        return None
    band = next((each.key for each in asked.rules.age_bands if each.holds(years)), None)
    found.ages["missing"] += band is None
    return band


def _county(asked: Asked, found: Counted, what: str, code: str | None, day: date | None) -> None:
    """Note a county number that was not valid on a day."""
    if day is None or code is None:
        return
    known = found.known_counties
    if (code, day) not in known:
        if len(known) >= MOST_KNOWN:
            known.clear()
        known[code, day] = asked.county(code, day) is not None
    if not known[code, day]:
        key = (what, code[:LONGEST], date(day.year, 12, 31))
        found.counties[key if key in found.counties or len(found.counties) < MOST else (what, "…", key[2])] += 1


def _unknown(found: Counted, source: str, reader: Reader) -> None:
    found.unknown.update({(f"{source}.{name}", value): times for (name, value), times in reader.unknown.items()})


def total(found: Counted, key: str = "") -> int:
    """The number of members that a figure counts; of all where it is not named."""
    return found.tallies[key].number(ALL) if key else found.totals["members"]
