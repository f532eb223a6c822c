"""What reports and their rules get wrong is said where it stands, before anything is applied."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from reconciler.plans.compile import check
from reconciler.specs.collection import collect

ROOT = Path(__file__).parents[2]
REPORT = "orgs/blindeforbundet/reports/bufdir.yaml"
RULES = "specs/reports/bufdir.yaml"
PERSON = "9c1d2f60-1f4b-4a7e-8f0d-7a2b6c1e4b11"


def files(folder: str) -> dict[str, bytes]:
    return {path.relative_to(ROOT).as_posix(): path.read_bytes() for path in (ROOT / folder).rglob("*.yaml")}


def found(path: str, old: str, new: str) -> list[tuple[str, str]]:
    everything = files("orgs/blindeforbundet") | files("specs")
    content = everything[path].decode()
    assert old in content
    everything[path] = content.replace(old, new, 1).encode()
    specs = collect(everything, {})
    check(specs, datetime(2026, 3, 1, tzinfo=UTC))
    return [(each.id, each.message) for each in specs.diagnostics]


def test_the_example_is_without_fault() -> None:
    assert found(REPORT, "scope: national", "scope: national") == []


@pytest.mark.parametrize(
    ("path", "old", "new", "identifier", "words"),
    [
        (REPORT, "rules: bufdir", "rules: bufdri", "unknown-reference", "no set of report rules 'bufdri'"),
        (REPORT, "social: social", "social: party", "unknown-reference", "'party'"),
        (REPORT, "members: members", "members: memebrs", "unknown-reference", "no data category 'memebrs'"),
        (REPORT, "ola-blindeforbundet", "nobody", "unknown-reference", "'nobody'"),
        (REPORT, "day: 15", "day: 31", "invalid-value", "no such day in every year"),
        (REPORT, "scope: national", "scope: region", "missing-key", "'counties' is missing"),
        (REPORT, "scope: national", 'scope: national\n  counties: ["03"]', "invalid-value", "means nothing"),
        (REPORT, "{field: venue}", "{field: venu}", "report-column", "none called 'venu'"),
        (REPORT, "{field: venue}", "{field: peer_id}", "report-column", "personal data"),
        (REPORT, 'other: "false"', "other: maybe", "report-column", "'maybe' is not"),
        (REPORT, "{field: participant_id}", f"{{value: {PERSON}}}", "report-column", "joins two records"),
        (REPORT, "{field: activity_id}", "{field: activity_id, lookup: {a: b}}", "report-column", "joins two records"),
        (REPORT, "      place:", "      palce:", "unknown-reference", "'palce'"),
        (RULES, "counties: counties.name", "counties: counties.nmae", "unknown-reference", "'nmae'"),
        (RULES, "value: peer,", "value: per,", "unknown-reference", "'per'"),
        (RULES, "aggregate: distinct, value: county,", "aggregate: distinct,", "missing-key", "is not said"),
        (RULES, "{heading: Sted, value: place}", "{heading: Sted, value: palce}", "unknown-reference", "'palce'"),
        (RULES, "from: 2021-01-01", "from: 2019-01-01", "invalid-value", "order of their days"),
        (RULES, 'where: {paying: "true"}', 'where: {payed: "true"}', "unknown-reference", "'payed'"),
    ],
)
def test_a_name_that_leads_nowhere_is_told(path: str, old: str, new: str, identifier: str, words: str) -> None:
    said = found(path, old, new)
    assert any(each == identifier and words in message for each, message in said), said
