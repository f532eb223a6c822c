"""Every organisation of the worked example in a repository, and what the configuration tables hold of them."""

from dataclasses import replace
from pathlib import Path

from parts.followed import ROOT, Followed, followed
from reconciler.cli.main import run
from reconciler.controller.history import History
from reconciler.controller.threads import mirror
from reconciler.engine.approval import objections
from reconciler.settings import Settings
from reconciler.wiring import catalog

TABLES = {
    "reconciler.organizations": "id",
    "public.organization_integrations": "organization_id, name",
    "public.feature_flags": "organization_id, feature",
    "reconciler.schedules": "organization_id, name",
    "reconciler.exclusions": "organization_id, name",
    "reconciler.reports": "organization_id, name",
}
"""What git says, as rows, and in which order they are compared."""
OURS = "'version', 'revision', 'applied_at', 'updated_at', 'created_at'"
"""Columns that tell when and by which commit a row was written, which a new database cannot know."""


def example(folder: Path, database_url: str, **more: object) -> Followed:
    """A repository with all of orgs/, nothing of it applied yet; `more` are settings."""
    found = followed(folder, database_url)
    found.settings = replace(found.settings, **more)
    files = sorted((ROOT / "orgs").rglob("*.yaml"))
    found.put({str(each.relative_to(ROOT)): each.read_text() for each in files}, "every organisation")
    found.__post_init__()
    return _judging(found)


def again(found: Followed, folder: Path, database_url: str) -> Followed:
    """Another machine, with another database, on the same repository."""
    made = replace(found, settings=replace(found.settings, database_url=database_url, home=folder), replica="rebuilt")
    return _judging(made)


def _judging(found: Followed) -> Followed:
    """With approvals where the settings want them."""
    repository = found.settings.repository
    if repository is not None and found.settings.judges:
        history = History(mirror(found.settings, repository, login=False), catalog(), found.clock.now)
        found.objections = lambda plan: objections(found.world, plan, history.chain)
        found.__post_init__()
    return found


def configuration(found: Followed) -> dict[str, list]:
    """Every row of the configuration tables, but for versions and moments."""
    rows = {
        table: [each for (each,) in found.rows(f"select to_jsonb(t) - array[{OURS}] from {table} t order by {order}")]
        for table, order in TABLES.items()
    }
    return rows | {"definitions": found.rows("select digest, kind, name, body from reconciler.definitions order by 1")}


def verb(found: Followed, *words: str, account: str = "kari") -> int:
    """A verb at the repository's clock."""
    settings: Settings = replace(found.settings, clock_start=found.clock.now(), actor=account)
    return run([*words], settings)
