"""An installation of many organisations: in git, applied, with years of ledger; who works there, and what it costs."""

import json
import os
import resource
import shutil
from dataclasses import replace
from pathlib import Path

import psycopg
from git import Repo
from parts.portal import ANSWERS, REPORTED
from parts.volume import grow

from reconciler.cli.main import run
from reconciler.database.connection import Database
from reconciler.database.migrate import migrate
from reconciler.database.portal_sessions import Entering, SessionTable
from reconciler.demo.filling import fill
from reconciler.demo.records import NOW
from reconciler.demo.stage import commit
from reconciler.git.local_proposals import LocalProposals
from reconciler.git.writing import write_commit
from reconciler.runs.host import Person, Proposal
from reconciler.settings import NamedRepository, Settings

OPERATOR = "platform"
FIRST = "blindeforbundet"
RECORDS, RUNS = 300, 200
TICK_S = 1 / os.sysconf("SC_CLK_TCK")
THINGS = """
    select o.name, e.record_id as record, e.id::text as rejected, d.id::text as draft, l.id::text as link,
        y.id::text as report, r.id::text as run
    from reconciler.organizations o
        join lateral (select id, record_id from reconciler.exports
            where organization_id = o.id and state = 'rejected' limit 1) e on true
        join lateral (select id from reconciler.runs where organization_id = o.id limit 1) r on true
        join reconciler.portal_drafts d on d.organization_id = o.id and d.kind = 'files'
        join reconciler.portal_drafts l on l.organization_id = o.id and l.kind = 'wizard'
        join reconciler.portal_drafts y on y.organization_id = o.id and y.kind = 'wizard-report'
    where o.name like 'o%%'"""
DRAFTS = """
    insert into reconciler.portal_drafts (id, organization_id, account, kind, title, base, begun_at, changed_at)
    select gen_random_uuid(), id, 'somebody', 'files', 'A draft', %s, now(), now() from reconciler.organizations"""
LINKS = """
    insert into reconciler.portal_drafts
        (id, organization_id, account, kind, title, base, answers, begun_at, changed_at)
    select gen_random_uuid(), id, body #>> '{people,0,account}', %s, 'Half done', %s, %s, now(), now()
    from reconciler.organizations"""
PROPOSED = 30
"""Organisations that have an open proposal."""


def installed(folder: Path, url: str, organizations: int, rows: int) -> Settings:
    """The worked example, applied, and as many organisations like it; all of them are in git too."""
    root = folder / "config"
    here = Path(__file__).parents[1]
    shutil.copytree(here / "specs", root / "specs")
    shutil.copytree(here / f"orgs/{FIRST}", root / f"orgs/{FIRST}")
    Repo.init(root, initial_branch="main").close()
    commit(root, "the worked example")
    migrate(url)
    with psycopg.connect(url) as connection:
        fill(connection)
    settings = Settings(database_url=url, home=folder / "home", actor="kari", clock_start=NOW)
    assert run(["apply", "--root", str(root)], settings) == 0
    each = max(1, rows // (organizations + 1))
    with psycopg.connect(url) as connection:
        grow(connection, organizations, each, records=min(RECORDS, each), runs=min(RUNS, each))
    copied(root, organizations)
    with psycopg.connect(url) as connection:
        head = Repo(root).head.commit.hexsha
        connection.execute(DRAFTS, [head])
        for kind, answers in (("wizard", ANSWERS), ("wizard-report", {**REPORTED, "contacts": []})):
            connection.execute(LINKS, [kind, head, json.dumps(answers)])
    listen = {"RECONCILER_PORTAL_LISTEN": "127.0.0.1:0", "RECONCILER_PORTAL_LOGIN": "demo"}
    portal = listen | {"RECONCILER_PORTAL_OPERATORS": OPERATOR}
    return replace(settings, portal=portal, repository=NamedRepository(str(root), "main"))


def copied(root: Path, organizations: int) -> None:
    """The folder of the first, for each of those that `grow` made."""
    files = {
        each.relative_to(root / "orgs" / FIRST): each.read_text() for each in (root / "orgs" / FIRST).rglob("*.yaml")
    }
    for number in range(1, organizations + 1):
        name = f"o{number:05}"
        for path, text in files.items():
            target = root / "orgs" / name / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text.replace(FIRST, name))
    commit(root, "everybody else")


def people(url: str) -> dict[str, str]:
    """The key of a session of each organisation's admin, and of who keeps the platform."""
    sessions = SessionTable(Database(url))
    with psycopg.connect(url) as connection:
        names = [
            name for (name,) in connection.execute("select name from reconciler.organizations where name like 'o%'")
        ]
    accounts = {OPERATOR: OPERATOR} | {name: f"admin-{int(name[1:])}" for name in names}
    return {name: sessions.begin(Entering(account, account, "demo"), NOW) for name, account in accounts.items()}


def things(url: str) -> dict[str, dict[str, str]]:
    """What stands for parameters of paths, by organisation."""
    with psycopg.connect(url, row_factory=psycopg.rows.dict_row) as connection:
        return {row.pop("name"): row for row in connection.execute(THINGS, []).fetchall()}


def proposals(settings: Settings) -> dict[str, str]:
    """The number of an open proposal, by organisation: a run fifteen minutes later than it was."""
    assert settings.repository is not None
    folder = Path(settings.repository.address)
    names = [f"o{number:05}" for number in range(1, PROPOSED + 1)]
    with Repo(folder) as repository:
        head = repository.head.commit
        for name in names:
            path, branch = f"orgs/{name}/schedules/xledger.yaml", f"proposal/{name}"
            text = repository.git.show(f"{head.hexsha}:{path}").replace("30 3", "45 3")
            who = Person("nils", "nils@example.org")
            asked = Proposal(branch, head.hexsha, "main", {path: text + "\n"}, who, head.committed_datetime, "Later")
            repository.git.update_ref(f"refs/heads/{branch}", write_commit(folder, asked))
    pulls = LocalProposals(folder, "main").open_pull_requests()
    return {each.branch.partition("/")[2]: str(each.number) for each in pulls}


def processor_s(*, children: bool = False) -> float:
    """What this process, or those that it started and that ended, took of processors."""
    found = resource.getrusage(resource.RUSAGE_CHILDREN if children else resource.RUSAGE_SELF)
    return found.ru_utime + found.ru_stime


def postgres_s(folder: Path) -> float:
    """The same of a server and its processes, those that have ended included."""
    postmaster = (folder / "data/postmaster.pid").read_text().split()[0]
    found = 0.0
    for each in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = each.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if each.parent.name == postmaster:
            found += sum(map(int, fields[11:15]))
        elif fields[1] == postmaster:
            found += sum(map(int, fields[11:13]))
    return found * TICK_S
