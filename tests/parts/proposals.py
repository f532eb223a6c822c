"""Proposals as git knows them: the worked example on `main`, and a branch `proposal` with somebody's change."""

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from parts.installation import ROOT

EXAMPLE = ("blindeforbundet", "demoforeningen", "hlf", "nhf")
WHEN = "2026-03-02T07:00:00+01:00"
Edit = Callable[[Path], None]


def git(root: Path, *arguments: str) -> str:
    """git as a stranger's machine has it, with one author and one moment: the same change is the same commit."""
    person = {f"GIT_{who}_{key}": value for who in ("AUTHOR", "COMMITTER") for key, value in _PERSON.items()}
    plain = {"PATH": os.environ["PATH"], "HOME": str(root), "GIT_CONFIG_NOSYSTEM": "1"}
    command = ["git", "-C", str(root), "-c", "init.defaultBranch=main", *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True, env=plain | person).stdout.strip()


_PERSON = {"NAME": "Kari", "EMAIL": "kari@example.org", "DATE": WHEN}


def commit(root: Path, message: str = "a change") -> str:
    """Everything as it stands there; the commit's id."""
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--allow-empty", "-m", message)
    return git(root, "rev-parse", "HEAD")


def worked_example(root: Path) -> Path:
    """The worked example, on `main`."""
    for folder in (*(f"orgs/{each}" for each in EXAMPLE), "specs"):
        shutil.copytree(ROOT / folder, root / folder)
    git(root, "init", "--quiet")
    commit(root, "the worked example")
    return root


def proposed(root: Path, edit: Edit, branch: str = "proposal") -> str:
    """A branch from where `root` stands, with one commit; it stays checked out."""
    git(root, "checkout", "--quiet", "-b", branch)
    edit(root)
    return commit(root)


def edited(root: Path, path: str, old: str, new: str) -> None:
    """A file with one passage replaced, which must be there."""
    file = root / path
    text = file.read_text(encoding="utf-8")
    assert old in text, (path, old)
    file.write_text(text.replace(old, new), encoding="utf-8")


def written(root: Path, path: str, text: str) -> None:
    """A file, with its folders."""
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text, encoding="utf-8")


def many_exclusions(root: Path) -> None:
    """Two dozen exclusions, each of one month: what somebody will want to change all at once."""
    for month in range(24):
        year, name = 2024 + month // 12, f"closed-{month + 1:02}"
        first = f"{year}-{month % 12 + 1:02}-01"
        written(root, f"orgs/hlf/exclusions/{name}.yaml", _EXCLUSION.format(name=name, day=first))


def schedule_moved(root: Path) -> None:
    edited(root, "orgs/blindeforbundet/schedules/xledger.yaml", "30 3 * * 1-5", "0 6 * * *")


def mapping_line_changed(root: Path) -> None:
    edited(root, "orgs/blindeforbundet/mappings/mileage-claims.yaml", 'value: "5330"', 'value: "5331"')


def date_format_changed(root: Path) -> None:
    path = "orgs/nhf/mappings/activity-logs.yaml"
    edited(root, path, "date: dd.mm.yyyy", "date: yyyymmdd")
    edited(root, path, "startedAt: 01.04.2026", 'startedAt: "20260401"')


def filter_widened(root: Path) -> None:
    edited(root, "orgs/hlf/integrations/min-side.yaml", "since: 2026-07-01", "since: 2026-01-01")


def category_added(root: Path) -> None:
    path = "orgs/demoforeningen/integrations/members.yaml"
    with (root / path).open("a", encoding="utf-8") as file:
        file.write("    - category: mileage_claims\n      since: 2026-01-01\n      where: {status: [approved]}\n")
    written(root, "orgs/demoforeningen/mappings/mileage-claims.yaml", _MILEAGE)


def credential_renamed(root: Path) -> None:
    edited(root, "orgs/hlf/integrations/accounts.yaml", "{name: accounts}       #", "{name: ledger-2026}    #")
    written(root, "orgs/hlf/approvals/ledger-2026.yaml", _APPROVAL)


def exclusion_expiring(root: Path) -> None:
    edited(root, "orgs/blindeforbundet/exclusions/courses.yaml", "until: 2029-12-31", "until: 2026-03-31")


def integration_deleted(root: Path) -> None:
    for folder in ("integrations", "mappings", "schedules"):
        shutil.rmtree(root / "orgs/blindeforbundet" / folder)
    (root / "orgs/blindeforbundet/exclusions/courses.yaml").unlink()


def organization_added(root: Path) -> None:
    folder = root / "orgs/laget"
    shutil.copytree(root / "orgs/demoforeningen", folder)
    path = "orgs/laget/organization.yaml"
    text = (root / path).read_text(encoding="utf-8")
    text = re.sub(r"\bid: [0-9a-f-]{36}", "id: 0b8f3c52-1d0e-4d5c-9a51-31b4f1d0a0ff", text)
    text = re.sub(r"title: .*", "title: Laget", text)
    text = re.sub(r'organization_number: "\d+"', 'organization_number: "974760673"', text)
    (root / path).write_text(text.replace("demoforeningen", "laget"), encoding="utf-8")
    edited(root, "orgs/laget/integrations/members.yaml", "system: members ", "system: laget   ")


def endpoint_changed(root: Path) -> None:
    path = "orgs/demoforeningen/integrations/members.yaml"
    edited(root, path, "https://api.demoforeningen.example/v1", "https://api2.demoforeningen.example/v2")


def mass_edit(root: Path) -> None:
    for file in sorted((root / "orgs/hlf/exclusions").glob("closed-*.yaml")):
        edited(root, str(file.relative_to(root)), "Closed month", "Closed month, by the auditor")


def rename(root: Path) -> None:
    path = "orgs/nhf/integrations/cornerstone.yaml"
    edited(root, path, "metadata: {name: cornerstone}", "metadata: {name: activities, renamedFrom: cornerstone}")
    for other in ("mappings/activity-logs", "schedules/cornerstone", "exclusions/social"):
        edited(root, f"orgs/nhf/{other}.yaml", "integration: cornerstone", "integration: activities")


TYPICAL: dict[str, Edit] = {
    "schedule-moved": schedule_moved,
    "mapping-line-changed": mapping_line_changed,
    "date-format-changed": date_format_changed,
    "filter-widened": filter_widened,
    "category-added": category_added,
    "credential-renamed": credential_renamed,
    "exclusion-expiring": exclusion_expiring,
    "integration-deleted": integration_deleted,
    "organization-added": organization_added,
    "endpoint-changed": endpoint_changed,
    "mass-edit": mass_edit,
    "rename": rename,
}
"""Twelve pull requests of every day."""
DESTRUCTIVE = ("integration-deleted", "mass-edit")


_EXCLUSION = """\
# yaml-language-server: $schema=../../../schemas/exclusion.schema.json
apiVersion: reconciler/v1
kind: Exclusion
metadata: {{name: {name}}}
spec:
  integration: accounts
  category: expense_claims
  records: {{incurred_on: {{from: {day}, to: {day}}}}}
  reason: Closed month
"""
_MILEAGE = """\
# yaml-language-server: $schema=../../../schemas/field-mapping.schema.json
apiVersion: reconciler/v1
kind: FieldMapping
metadata: {name: members-mileage-claims}
spec:
  integration: members
  category: mileage_claims
  document: expense
  lines:
    - name: expense
      fields:
        - {to: reference, from: export.reference}
        - {to: memberNumber, from: volunteer_number}
        - {to: date, from: travelled_on, date: iso}
        - {to: kind, value: travel}
        - {to: amount, from: amount, number: {decimals: 2}}
        - {to: text, template: "Km {travelled_on}", truncate: {length: 200}}
"""
_APPROVAL = """\
# yaml-language-server: $schema=../../../schemas/approval.schema.json
apiVersion: reconciler/v1
kind: Approval
metadata: {name: ledger-2026}
spec:
  rule: credential
  object: Integration/accounts
  expires: 2026-03-31
  reason: The old credential is withdrawn at the end of the month
"""
