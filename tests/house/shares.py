"""What each part of the product costs in a whole run of the tests: shares.py JUNIT_FILE

`python -m pytest -n 2 --junitxml FILE` writes such a file. A share is half of what its tests take,
as two workers share them; a machine that does other things besides makes all of them longer.
"""

import re
import sys
import xml.etree.ElementTree as ET
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

WORKERS = 2
SHOWN = 8
"""Files of a share that are told, the costliest first."""
REST = "everything else"


@dataclass(frozen=True, slots=True)
class Share:
    """`most_s` is what a share may cost on two cores; `files` match the beginning of `folder/file::test[case]`."""

    name: str
    most_s: int
    files: tuple[str, ...]


SHARES = (
    # The first that matches counts.
    Share(
        "Dynamics",
        75,
        (
            r"adapters/test_(columns|json_batch|multipart|odata|steps)::",
            r"cli/test_screens::",
            r"contracts/systems/test_outcomes_of_parts::",
            r"contracts/systems/test_\w+::.*\[(business_central|dynamics)\b",
            r"engine/test_(business_central|dataverse_compared|dynamics|table_columns)::",
            r"mappings/test_columns::",
            r"simulators/test_(business_central|dataverse_\w+)::",
            r"specs/test_posting::",
        ),
    ),
    Share(
        "the cluster",
        120,
        (
            r"charts/",
            r"cluster/test_(?!high_water|local)",
            r"contracts/(cluster|standin)/",
            r"controller/test_(cluster_\w+|keeping|turmoil_in_cluster)::",
            r"engine/test_runner_role::",
            r"schedules/test_jobs::",
            r"scheduling/test_in_cluster::",
            r"test_cluster_settings::",
            r"vaults/test_kubernetes_runner::",
        ),
    ),
    Share(
        "the pull request",
        75,
        (
            r"contracts/hosts/test_(comments|merging|pull_requests)::",
            r"controller/test_proposals\w*::",
            r"hosts/test_(comments|gitea|gitlab|kinds|relay)::",
            r"reviews/",
            r"runs/test_fitting::",
        ),
    ),
    Share(
        "the yearly report", 45, (r"packages/", r"reports/", r"simulators/test_grant_portal::", r"specs/test_reports::")
    ),
    Share(
        "outside systems",
        120,
        (
            r"adapters/test_(?!holdings|places|totals)",
            r"cli/test_simulators::",
            r"contracts/systems/",
            r"database/test_(allowances|lists|usage)::",
            r"engine/test_(added_system|barred|classes|entity|files|following|limits|packing)::",
            r"engine/test_(references|register|rejections|resolution)::",
            r"runs/test_(breaker|following|idempotency)::",
            r"simulators/",
            r"specs/test_(addresses|files_types|lists|schemas)::",
        ),
    ),
    Share(
        "the portal, second half",
        120,
        (r"portal/proposing/", r"portal/test_(rows_setting_up|rows_yearly|yearly)::", r"portal/.*\[proposing\]"),
    ),
    Share("the portal, first half", 120, (r"house/test_browser::", r"portal/")),
)


def counted(junit: Path) -> dict[str, Counter[str]]:
    """Seconds by share and file."""
    found = {name: Counter[str]() for name in (*(each.name for each in SHARES), REST)}
    for case in ET.parse(junit).iter("testcase"):  # our own file
        file = case.attrib["classname"].removeprefix("tests.").replace(".", "/")
        found[share_of(f"{file}::{case.attrib['name']}")][file] += float(case.attrib["time"])
    return found


def share_of(test: str) -> str:
    """The name of the share that a test counts for."""
    return next((each.name for each in SHARES if any(re.match(file, test) for file in each.files)), REST)


def main(junit: Path) -> None:
    found = counted(junit)
    allowed = {each.name: f" of at most {each.most_s} s" for each in SHARES}
    for name, files in found.items():
        sys.stdout.write(f"{name}: {files.total() / WORKERS:.0f} s{allowed.get(name, '')}\n")
        for file, seconds in files.most_common(SHOWN):
            sys.stdout.write(f"  {seconds / WORKERS:6.1f}  {file}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
