"""What today's data come to: counted in a thread, waited for a moment, and shown with what is in the way."""

from collections import Counter
from functools import partial

from reconciler.portal.visiting import Name, Sees, Visit
from reconciler.portal.yearly.answers import Year, figures, found_of
from reconciler.portal.yearly.counting import Counted, Of, count
from reconciler.portal.yearly.counts import Count, Key, Kind
from reconciler.portal.yearly.models import CheckLine, CountPage, DifferenceLine, FileLine, FindingLine
from reconciler.portal.yearly.standing import Yearly

CHECKS = (
    "unmapped-type", "value-unknown", "rules-missing", "county-invalid", "county-sum", "age-sum", "age-impossible",
    "year-unfinished", "personal-data",
)  # fmt: skip
"""What keeps a report from being frozen, in the order in which it is looked at."""


def report_check(visit: Sees, name: Name, year: Year) -> CountPage:
    """Count a report of today's data, or say that it is being counted. What was counted lately is not counted again."""
    found = found_of(visit, name, year)
    begun = counting(visit, found)
    counted: Counted | None = begun.future.result() if begun.done(visit.parts.house.counts.wait_s) else None
    return _page(visit, found, begun, counted)


def counting(visit: Visit, found: Yearly) -> Count:
    """A count of this report, begun or joined. The page's own connection is given back meanwhile."""
    visit.parts.tables.close()
    house = visit.parts.house
    work = partial(count, house)
    of = of_visit(visit, found)
    return house.counts.begin(key_of(of, "count"), found.mark, house.now, lambda lines, going: work(lines, going, of))


def of_visit(visit: Visit, found: Yearly) -> Of:
    """The report, as it is counted for whoever visits."""
    return Of(visit.organization.id, visit.organization.name, found.name, found.stands.year, visit.account)


def key_of(of: Of, kind: Kind) -> Key:
    """What a count of it is known by."""
    return of.whose, of.name, of.year, kind


def _page(visit: Visit, found: Yearly, begun: Count, counted: Counted | None) -> CountPage:
    latest = found.latest
    page = CountPage(
        name=found.name,
        title=found.report.title,
        year=found.stands.year,
        state="counted" if counted else "counting",
        begun_at=begun.begun_at,
        counted_at=None,
        language=visit.organization.language,
        version=0,
        frozen=latest.version if latest else 0,
        handed_over=bool(latest and latest.handed_over),
        revision="",
        rules="",
        checks=[],
        figures=[],
        findings=[],
        differences=[],
        differing=0,
        files=[],
        seen="",
        freezable=False,
    )
    return page.model_copy(update=_told(visit, page.frozen, counted)) if counted else page


def _told(visit: Visit, frozen: int, counted: Counted) -> dict[str, object]:
    errors = Counter(each.code for each in counted.findings if each.severity == "error")
    others = [code for code in errors if code not in CHECKS]
    package = counted.package
    return {
        "counted_at": counted.at,
        "language": counted.language,
        "version": counted.version,
        "revision": counted.revision,
        "rules": counted.rules,
        "checks": [CheckLine(code=code, found=errors[code]) for code in (*CHECKS, *others)],
        "figures": figures(counted.figures),
        "findings": [
            FindingLine(
                severity=each.severity, code=each.code, message=each.message, hint=each.hint,
                place=counted.places.get(each.code, ""),
            )
            for each in counted.findings
        ],
        "differences": [
            DifferenceLine(
                what=each.what, said=each.sentence(visit.language), place=each.place, key=each.key, before=each.before,
                after=each.after,
            )
            for each in counted.differences
        ],
        "differing": counted.differing,
        "files": [
            FileLine(name=name, sha256=checksum, bytes=package.sizes[name])
            for name, checksum in sorted(package.files.items())
        ]
        if package
        else [],
        "seen": counted.seen,
        "freezable": not counted.blocking and (not frozen or counted.differing > 0),
    }  # fmt: skip
