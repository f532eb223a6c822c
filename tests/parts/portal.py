"""A real portal of a test's own, listened on in a thread, on the installation's database; and people logged in."""

import asyncio
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from unittest.mock import patch

import httpx
import uvicorn.server
from git import Repo

from parts.installation import Installation
from reconciler.git.local_proposals import LocalProposals
from reconciler.git.writing import write_commit
from reconciler.portal.limits import RATES, Limits, Rate
from reconciler.portal.serving import Server, served
from reconciler.runs.host import Person, Proposal
from reconciler.settings import NamedRepository, Settings

ADMIN, ACCOUNTANT = "kari-blindeforbundet", "ola-blindeforbundet"
STRANGER = "ingrid-hlf"
"""Somebody of another organisation."""
HOME = "/o/blindeforbundet"
TWIN = "/api/v1/organizations/blindeforbundet"
EVERYTHING = Rate(10**6, 10**6)
TICK_S = 0.01
"""As often it is looked whether a portal is to end: uvicorn does so in tenths of a second, twice."""


@dataclass(slots=True)
class Visitor:
    """A browser without a screen: it keeps cookies, follows nothing by itself, and knows the word for its forms."""

    client: httpx.Client
    address: str
    account: str
    csrf: str = ""

    def get(self, path: str, **more: object) -> httpx.Response:
        return self.client.get(path, **more)

    def post(self, path: str, **fields: object) -> httpx.Response:
        """A form, as the page of that path would post it."""
        return self.client.post(path, data={"csrf": self.csrf, **fields}, headers={"origin": self.address})

    def tell(self, path: str, body: object = None) -> httpx.Response:
        """JSON, as a script of our own page would send it."""
        return self.client.post(path, json=body, headers={"origin": self.address, "x-csrf": self.csrf})


@dataclass(slots=True)
class Opened:
    """A portal that answers, and who has entered it."""

    server: Server
    entered: list[httpx.Client] = field(default_factory=list)

    @property
    def address(self) -> str:
        return self.server.address

    def client(self) -> httpx.Client:
        """Nobody yet."""
        found = httpx.Client(
            base_url=self.address, trust_env=False, verify=False, timeout=60
        )  # no certificates to load
        self.entered.append(found)
        return found

    def logged_in(self, account: str = ADMIN) -> httpx.Client:
        """Somebody who is logged in, by the demo's login, and has seen no page yet."""
        client = self.client()
        answer = client.post("/login/demo", data={"account": account}, headers={"origin": self.address})
        assert answer.status_code == 303, answer.text
        return client

    def enter(self, account: str = ADMIN) -> Visitor:
        """Somebody who is logged in, and knows the word for forms."""
        client = self.logged_in(account)
        page = client.get("/")
        if page.is_redirect:
            page = client.get(page.headers["location"])
        csrf = page.text.partition('name="csrf" value="')[2].partition('"')[0]
        assert csrf, page.text
        return Visitor(client, self.address, account, csrf)


@contextmanager
def opened(installation: Installation, **portal: str) -> Iterator[Opened]:
    """A portal on a free port; `portal` are its settings without their prefix, in small letters."""
    named = {f"RECONCILER_PORTAL_{name.upper()}": value for name, value in portal.items()}
    folder = installation.repository
    settings = replace(
        installation._now(),
        repository=NamedRepository(str(folder), Repo(folder).active_branch.name),
        portal={"RECONCILER_PORTAL_LISTEN": "127.0.0.1:0", "RECONCILER_PORTAL_LOGIN": "demo"} | named,
    )
    with answering(settings) as found:
        yield found


@contextmanager
def answering(settings: Settings) -> Iterator[Opened]:
    """A portal that makes nobody wait who is let in: what tests share is asked more in a second than people would.

    Nor does anybody wait for its end.
    """
    ticking = SimpleNamespace(**vars(asyncio) | {"sleep": lambda _: asyncio.sleep(TICK_S)})
    with patch.object(uvicorn.server, "asyncio", ticking), served(settings) as server:
        server.house.limits = Limits({kind: RATES[kind] if kind == "refused" else EVERYTHING for kind in RATES})
        found = Opened(server)
        try:
            yield found
        finally:
            for each in found.entered:
                each.close()


NAMES = {"mappings": "xledger-mileage-claims", "exclusions": "courses", "schedules": "xledger", "reports": "bufdir"}
"""What `{name}` is of Blindeforbundet, by the room that its path is in."""


HALVES = ("operating", "proposing")
"""What people do on the portal's pages: see and operate, or say how it shall be. Tests of all pages are one of each."""
_PROPOSING = re.compile(r"/(drafts|exclusions|freezes|mappings|new|proposals|reports|schedules|setup|selection|fix)\b")


def half_of(path: str) -> str:
    """Which half of the portal a path belongs to."""
    return HALVES[_PROPOSING.search(path) is not None]


def name_in(path: str) -> str:
    """The name of something that is there, for a path like `/mappings/{name}/edit`."""
    return next((name for room, name in NAMES.items() if f"/{room}/" in path), "xledger")


ASKED = {"/schedules/new": "?integration=xledger"}
"""What a page is asked for beside its path."""
DRAFT = """
    insert into reconciler.portal_drafts (id, organization_id, account, kind, title, base, begun_at, changed_at)
    select gen_random_uuid(), id, 'somebody', 'files', 'A draft', %s, now(), now()
    from reconciler.organizations where name = 'blindeforbundet' returning id"""


def a_draft(installation: Installation) -> str:
    """The id of a draft of Blindeforbundet, on what its repository holds now."""
    [(draft,)] = installation.sql(DRAFT, Repo(installation.repository).head.commit.hexsha)
    return str(draft)


ANSWERS = {
    "at": "mapping", "type": "xledger", "name": "books", "environment": "simulator", "settings": {"entity": "31008"},
    "exports": [{"category": "activity_logs", "since": "2026-03-01", "document": "voucher"}],
}  # fmt: skip
LINK = """
    insert into reconciler.portal_drafts
        (id, organization_id, account, kind, title, base, answers, begun_at, changed_at)
    select gen_random_uuid(), id, %s, 'wizard', 'A link', %s, %s, now(), now()
    from reconciler.organizations where name = 'blindeforbundet' returning id"""


def a_link(installation: Installation) -> str:
    """The id of a draft of the admin's, in which somebody has answered half of what a new link takes."""
    head = Repo(installation.repository).head.commit.hexsha
    [(draft,)] = installation.sql(LINK, ADMIN, head, json.dumps(ANSWERS))
    return str(draft)


REPORT = """
    insert into reconciler.portal_drafts
        (id, organization_id, account, kind, title, base, answers, begun_at, changed_at)
    select gen_random_uuid(), id, %s, 'wizard-report', 'A report', %s, %s, now(), now()
    from reconciler.organizations where name = 'blindeforbundet' returning id"""
REPORTED = {
    "at": "count", "rules": "bufdir", "name": "tilskudd", "title": "Rapport", "first_year": "2025", "month": "9",
    "day": "15", "contacts": [ADMIN], "types": {"course": "course"}, "said": ["report", "columns"],
}  # fmt: skip


def a_new_report(installation: Installation) -> str:
    """The id of a draft of the admin's, in which somebody has answered most of what a new report takes."""
    head = Repo(installation.repository).head.commit.hexsha
    [(draft,)] = installation.sql(REPORT, ADMIN, head, json.dumps(REPORTED))
    return str(draft)


def draft_in(path: str) -> str:
    """Which of the drafts a path is about: `report`, `link` or any `draft`."""
    return "report" if "/new/report/" in path else "link" if "/new/" in path else "draft"


def a_proposal(installation: Installation) -> str:
    """The number of an open proposal about Blindeforbundet in its repository, which nobody here began."""
    path, branch = "orgs/blindeforbundet/schedules/xledger.yaml", "proposal/from-elsewhere"
    with Repo(installation.repository) as repository:
        head = repository.head.commit
        text = repository.git.show(f"{head.hexsha}:{path}").replace("30 3", "45 3")
        who, at = Person("nils", "nils@example.org"), head.committed_datetime
        asked = Proposal(branch, head.hexsha, "main", {path: text + "\n"}, who, at, "Fifteen minutes later")
        repository.git.update_ref(f"refs/heads/{branch}", write_commit(installation.repository, asked))
    pulls = LocalProposals(installation.repository, repository.active_branch.name).open_pull_requests()
    return str(next(each.number for each in pulls if each.branch == branch))
