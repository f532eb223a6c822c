"""HLF's example, applied in an installation of a test's own, with its portal's simulator and a tested secret."""

import shutil
from dataclasses import replace
from pathlib import Path

import psycopg

from parts.dataverse import CLIENT, SECRET
from parts.installation import ROOT, START, Installation, batches_of
from reconciler.demo.filling import fill
from reconciler.demo.people import BLINDEFORBUNDET
from reconciler.engine.credentials import set_credential
from reconciler.settings import Settings
from reconciler.vaults.secret import Secret

HLF = "2b7f9c04-6d1e-4f3a-8c52-90e7a4d1b6c3"
ACTIVITIES = ("hlf", "min-side-activities")
BATCH, DUE = 10, 12
"""Activities of this year: a batch of ten, and two more, HLF's own. Three older ones stay."""
TAKE_OVER = """
    update app.activity_logs set organization_id = %(to)s where started_at < '2026-01-01 00:00+01' or id in (
        select id from app.activity_logs where organization_id = %(from)s and started_at >= '2026-01-01 00:00+01'
        order by started_at limit %(limit)s)"""


def repository(root: Path) -> Path:
    """A config repository with HLF's folder in this checkout, and what all share, with batches of ten."""
    for folder in ("orgs/hlf", "specs"):
        shutil.copytree(ROOT / folder, root / folder)
    batches_of(BATCH, 1, root, "dynamics")
    return root


def installed(portal: str, database_url: str, folder: Path) -> Installation:
    """HLF has the activities of the worked example; its portal is at the address `portal`."""
    with psycopg.connect(database_url) as connection:
        fill(connection)
        connection.execute(TAKE_OVER, {"to": HLF, "from": BLINDEFORBUNDET, "limit": BATCH})
    settings = Settings(database_url=database_url, home=folder / "home", actor="kari", clock_start=START)
    made = Installation(replace(settings, simulators={"dynamics": portal}), repository(folder / "config"))
    assert made.run("apply", "--root", str(made.repository)) == 0
    secret = Secret({"client_id": CLIENT, "client_secret": SECRET})
    assert set_credential(made.world(), *ACTIVITIES, secret).verdict.ok
    return made
