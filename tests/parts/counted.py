"""Reports without a database: the worked example's specs, and rows that are given."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from reconciler.reports.counting import Asked
from reconciler.reports.period import period
from reconciler.specs.models.report import COLUMNS
from reconciler.specs.parse import parse

ROOT = Path(__file__).parents[2]


def spec(path: str) -> Any:
    document = parse(path, (ROOT / path).read_bytes()).document
    assert document is not None
    return document.spec


RULES = spec("specs/reports/bufdir.yaml")
COUNTIES = spec("specs/reference/counties.yaml")
REPORT = spec("orgs/blindeforbundet/reports/bufdir.yaml")


def asked(year: int = 2025, **report: Any) -> Asked:
    """The example's report on a year, with keys of its spec changed."""
    made = REPORT.model_copy(update={"suppress_below": None, "first_year": 2020} | report)
    whose = {"organization": "Norges Blindeforbund", "organization_number": "971272643"}
    return Asked(
        name="bufdir", report=made, rules=RULES, rules_digest="0" * 64, counties=COUNTIES, **whose, language="nb",
        zone=ZoneInfo("Europe/Oslo"), revision="0123456789", period=period(year, RULES),
        pseudonym=lambda each: f"p-{each}",
    )  # fmt: skip


def member(**values: Any) -> dict[str, Any]:
    given = {
        "county": "03",
        "born_on": date(1970, 5, 1),
        "paying": True,
        "branch": "OSL",
        "joined_on": date(2010, 1, 1),
    }
    return dict.fromkeys(COLUMNS["members"]) | {"id": "m"} | given | values


def branch(**values: Any) -> dict[str, Any]:
    given = {
        "name": "Oslo lokallag",
        "number": "OSL",
        "county": "03",
        "municipality": "0301",
        "opened_on": date(1980, 1, 1),
    }
    return dict.fromkeys(COLUMNS["branches"]) | {"id": "b"} | given | values


def activity(**values: Any) -> dict[str, Any]:
    """A group that counts: ninety minutes, three people, in Norway, led by somebody who is approved."""
    given = {
        "id": "a", "type": "discussion_group", "day": date(2025, 3, 12), "county": "03", "municipality": "0301",
        "place": "Oslo", "branch": "OSL", "peer": "kari", "approved": True, "participants": 3, "minutes": 90, "days": 1,
        "digital": False, "in_norway": "NO", "people": ["x", "y", "z"],
    }  # fmt: skip
    return given | values


@dataclass
class Rows:
    """Data that is given."""

    given_members: Sequence[dict[str, Any]] = ()
    given_branches: Sequence[dict[str, Any]] = field(default_factory=lambda: [branch()])
    given_activities: Sequence[dict[str, Any]] = ()

    def members(self) -> Iterator[dict[str, Any]]:
        return iter(self.given_members)

    def branches(self) -> Iterator[dict[str, Any]]:
        return iter(self.given_branches)

    def activities(self) -> Iterator[dict[str, Any]]:
        return iter(self.given_activities)


def with_rules(found: Asked, **changes: Any) -> Asked:
    """The same by other rules."""
    return replace(found, rules=found.rules.model_copy(update=changes))
