"""What a person has to know before signing: what blocks a report, and what only has to be looked at."""

from collections.abc import Iterator

from reconciler.reports.counting import Asked, Counted
from reconciler.reports.document import Finding
from reconciler.reports.sentences import WHAT, Language, finding
from reconciler.specs.models.report_rules import RulesVersion


def findings(asked: Asked, found: Counted, suppressed: int) -> tuple[Finding, ...]:
    """All of them, errors first. `suppressed` is how many numbers are not shown."""
    every = [*_activities(asked, found), *_members(asked, found), *_rules(asked, found)]
    if suppressed:
        below = asked.report.suppress_below
        every.append(finding("suppressed", asked.language, count=suppressed, below=below))
    return tuple(sorted(every, key=lambda each: each.severity != "error"))


def _activities(asked: Asked, found: Counted) -> Iterator[Finding]:
    language, noted = asked.language, found.judge.noted
    for value, count in sorted(noted.unmapped.items()):
        yield finding("unmapped-type", language, value=value, count=count)
    for (column, value), count in sorted(found.unknown.items()):
        yield finding("value-unknown", language, column=column, value=value, count=count)
    for day, count in sorted(noted.without_rules.items()):
        yield finding("rules-missing", language, day=day, count=count)
    for column, count in sorted(noted.missing.items()):
        yield finding("value-missing", language, column=column, count=count)
    if noted.unnamed:
        yield finding("participants-unnamed", language, count=noted.unnamed)


def _members(asked: Asked, found: Counted) -> Iterator[Finding]:
    language, day, members = asked.language, asked.period.counted_on, found.totals["members"]
    for (what, code, valid), count in sorted(found.counties.items()):
        yield finding("county-invalid", language, value=code, day=valid, count=count, what=WHAT[what][language])
    yield from _sums(asked, found, members)
    for name in ("missing", "impossible"):
        if found.ages[name]:
            yield finding(f"age-{name}", language, count=found.ages[name], day=day)
    if found.strayed:
        yield finding("branch-unknown", language, count=found.strayed, day=day)
    for what, words in WHAT.items():
        if not found.totals[what]:
            yield finding("nothing-counted", language, what=words[language], year=asked.period.year)


def _sums(asked: Asked, found: Counted, members: int) -> Iterator[Finding]:
    """The parts against the whole, of a figure that counts all members: the counties of that year, and the bands."""
    whole = next(
        (each for each in found.of("members") if each.figure.aggregate == "count" and not each.figure.where), None
    )
    if whole is None:
        return
    codes = [*counties(asked), None]
    if (parts := sum(whole.number(("county", code)) for code in codes)) != members:
        yield finding("county-sum", asked.language, found=parts, count=members)
    if nowhere := whole.number(("county", None)):
        yield finding("county-missing", asked.language, count=nowhere)
    bands = [*(each.key for each in asked.rules.age_bands), None]
    if (parts := sum(whole.number(("age_band", key)) for key in bands)) != members:
        yield finding("age-sum", asked.language, found=parts, count=members)


def _rules(asked: Asked, found: Counted) -> Iterator[Finding]:
    language, noted = asked.language, found.judge.noted
    if asked.rules.members_on.status == "unclear":
        note = asked.rules.members_on.source
        yield finding("day-unclear", language, day=asked.period.counted_on, note=note)
    for name, version in noted.versions.items():
        yield from _version(language, version, noted.unclear[name])


def _version(language: Language, version: RulesVersion, digital: int) -> Iterator[Finding]:
    if version.status == "unclear":
        yield finding("rules-unclear", language, version=version.name, note=version.note or "")
    if digital:
        note = version.digital.note or ""
        yield finding("digital-unclear", language, version=version.name, count=digital, note=note)


def counties(asked: Asked) -> list[str]:
    """The numbers of the counties that there were on the counting day and that the report is about, in order."""
    day, column = asked.period.counted_on, asked.rules.county_table[1]
    there = [code for code in sorted(asked.counties.keyed(column)) if asked.county(code, day) is not None]
    if asked.report.scope != "region":
        return there
    return [code for code in there if code in (asked.report.counties or ())]
