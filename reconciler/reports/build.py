"""From the app's records to a report: count once, then say it sheet by sheet."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from reconciler.reports import document
from reconciler.reports.checks import findings
from reconciler.reports.counting import Asked, Counted, Data, count
from reconciler.reports.rows import Difference
from reconciler.reports.sentences import WHY
from reconciler.reports.sheets import Row, Sheets


@dataclass(frozen=True, slots=True)
class Built:
    """A report, and its rows with what they are known by, made anew with every call. `unmapped` are the app's own
    activity types that the report says nothing of, and how many activities have each.
    """

    report: document.Report
    keyed: Callable[[], Iterator[Row]]
    unmapped: Mapping[str, int] = field(default_factory=dict)

    @property
    def blocked(self) -> list[document.Finding]:
        """The findings that no report may be frozen with."""
        return [each for each in self.report.findings if each.severity == "error"]

    def corrected(self, version: int, corrections: Sequence[str]) -> "Built":
        """The same as another version, with what differs from the version before."""
        return replace(self, report=replace(self.report, version=version, corrections=tuple(corrections)))


def build(asked: Asked, data: Data) -> Built:
    """The report as version 1. Its sheets read `data` again, which must stay open for as long as they are read."""
    found = count(asked, data)
    sheets = Sheets(asked, found, data)
    noted = findings(asked, found, sheets.suppressed())
    texts = {name: text for name, text in asked.report.texts.plain().items() if text}
    made = document.Report(
        name=asked.name,
        title=asked.report.title,
        organization=asked.organization,
        organization_number=asked.organization_number,
        year=asked.period.year,
        first=asked.period.first,
        last=asked.period.last,
        scope=asked.report.scope,
        version=1,
        rules=_rules(asked, found),
        revision=asked.revision,
        figures=sheets.figures(),
        sheets=sheets.all(noted),
        findings=noted,
        texts=texts,
    )
    return Built(made, sheets.keyed, dict(found.judge.noted.unmapped))


def _rules(asked: Asked, found: Counted) -> str:
    """`grant 2021 (3f2a9c41)`: the name, the versions that activities were judged by, and the definition's digest."""
    judged = list(found.judge.noted.versions)
    latest = asked.rules.version(asked.period.last)
    names = judged or ([latest.name] if latest else [])
    return " ".join([asked.report.rules, " + ".join(names), f"({asked.rules_digest[:8]})"])


def corrections(asked: Asked, differences: Sequence[Difference], why: str = "") -> list[str]:
    """What differs, a sentence each; first why, where somebody said so."""
    said = [f"{WHY[asked.language]}: {why}"] if why else []
    return said + [each.sentence(asked.language) for each in differences]
