"""From a click in the portal to a pull request at a host of git, over HTTP, until a controller's process applies it.

The host's hook has been answered before the host says that it opened a pull request: the portal is told last of all.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from importlib import resources
from typing import Any

import httpx
import psycopg
import pytest
from fastapi.concurrency import run_in_threadpool
from parts.databases import database, url_of
from parts.forms import fields_of
from parts.hosts.api import Said
from parts.hosts.github import GitHubApi
from parts.hosts.repository import BareRepository
from parts.hosts.serving import staged
from parts.page_forms import form
from parts.portal import Opened, Visitor, answering
from parts.proposing import ACCOUNTANT, ADMIN, ORGANIZATION, OWN, Proposing, proposing
from starlette.requests import Request
from starlette.responses import Response

from reconciler.clock import SystemClock
from reconciler.hosts.client import PIECE_S
from reconciler.settings import NamedHost
from tests.controller.test_proposals_end_to_end import REVIEW, controller, shown, until

HOME, TWIN = "/o/alfa", "/api/v1/organizations/alfa"
MAPPING = "/mappings/members-expense-claims/edit"
SCHEDULE, FREEZES = "/schedules/members/edit", "/freezes"
AWAY = Said(502, b"<h1>Bad gateway</h1>")
WHY = "Looked at it together"
KEPT = "Utkastet er tatt vare på, men det ble ikke foreslått:"
LATER = "git-verten kan ikke ta imot det nå: foreslå det på nytt om 1 min"


class PromptApi(GitHubApi):
    """Whoever opens a pull request hears of it after everybody else."""

    told: Callable[[], None] = staticmethod(lambda: None)

    async def _answer(self, request: Request) -> Response:
        answer = await super()._answer(request)
        if (request.method, request.url.path.rpartition("/")[2], answer.status_code) == ("POST", "pulls", 201):
            await run_in_threadpool(self.told)
        return answer


@dataclass
class There:
    """A portal, the host that it proposes at, and what sends the host's hooks to the controller."""

    here: Proposing
    portal: Opened
    api: PromptApi
    hook: Callable[[str], None]
    origin: str
    people: dict[str, Visitor] = field(default_factory=dict)

    def person(self, account: str) -> Visitor:
        if account not in self.people:
            self.people[account] = self.portal.enter(account)
        return self.people[account]

    def heard(self) -> None:
        """The hook of a pull request, until the controller has shown there what it thinks of the newest one; the portal
        waits no longer for an answer of the host.
        """
        self.hook("pull_request")
        head, end = self.api.pulls[-1]["head"]["sha"], time.monotonic() + PIECE_S - 5
        while not shown(self.api, head, REVIEW)[0] and time.monotonic() < end:
            time.sleep(0.05)

    def page(self, path: str) -> dict[str, Any]:
        """A page's twin, for the admin."""
        return self.person(ADMIN).get(TWIN + path).json()

    def becomes(self, path: str, word: str) -> dict[str, Any]:
        until(lambda: self.page(path)["word"] == word)
        return self.page(path)

    def proposed(self, path: str) -> httpx.Response:
        """The button of a draft's page."""
        return self.sent(f"{path}/propose", {}, path)

    def sent(self, path: str, fields: dict[str, Any], seen: str) -> httpx.Response:
        """A form, as a browser sends it from the page where it stands."""
        admin = self.person(ADMIN)
        headers = {"origin": admin.address, "referer": admin.address + HOME + seen}
        return admin.client.post(HOME + path, data={"csrf": admin.csrf, **fields}, headers=headers)

    def branches(self, path: str) -> list[str]:
        """Those that were made for a draft."""
        made = self.api.repository.branches()
        return [
            each for each in made if each.startswith(f"proposal/alfa-{path.rpartition('/')[2].replace('-', '')[:12]}")
        ]

    def pulls(self, path: str) -> list[dict[str, Any]]:
        """The pull requests that the host has of a draft."""
        made = self.branches(path)
        return [each for each in self.api.pulls if each["head"]["ref"] in made]


@pytest.fixture(scope="module")
def there(
    tmp_path_factory: pytest.TempPathFactory, administration: psycopg.Connection, template: str, server_url: str
) -> Iterator[There]:
    folder = tmp_path_factory.mktemp("host")
    with database(administration, "through_a_host", template) as name, staged() as stage:
        here = proposing(folder, url_of(server_url, name), OWN.replace("approvals: 0", "approvals: 1"))
        here.one.write(resources.files("reconciler.demo").joinpath("app_schema.sql").read_text())
        api = PromptApi(BareRepository(here.bare.folder), SystemClock())
        api.people |= {ADMIN: 201, ACCOUNTANT: 202}
        stage.app, api.url = api.application(), stage.origin
        token = folder / "token"
        token.write_text("github_pat_of_the_tests")
        at = NamedHost("github", api.name, f"token:{token}", stage.origin)
        named = {
            "RECONCILER_HOST": at.kind,
            "RECONCILER_HOST_REPOSITORY": at.repository,
            "RECONCILER_HOST_LOGIN": at.login,
            "RECONCILER_HOST_URL": at.address,
        }
        way = {"RECONCILER_PORTAL_LISTEN": "127.0.0.1:0", "RECONCILER_PORTAL_LOGIN": "demo"}
        with (
            controller(here, folder, **named) as hook,
            answering(replace(here.one.settings, portal=way, host=at)) as portal,
        ):
            found = There(here, portal, api, hook, stage.origin)
            api.told = found.heard
            yield found


def reworded(there: There, text: str, draft: str = "") -> str:
    """A draft of the mapping in which the text of a document is another one; its path."""
    admin, query = there.person(ADMIN), f"?draft={draft.rpartition('/')[2]}" if draft else ""
    fields = fields_of(admin.get(HOME + MAPPING + query).text, "mapping")
    row = next(name.removesuffix(".to") for name, said in fields.items() if name.endswith(".to") and said == "text")
    done = there.sent(MAPPING, {**fields, f"{row}.typed": f"{text} {{incurred_on}}", "do": "save"}, MAPPING)
    assert done.status_code == 303, done.text
    return done.headers["location"].removeprefix(HOME)


def refused(there: There, path: str) -> None:
    """It was not proposed: in words, on the draft's page, which keeps what it changes."""
    before = there.page(path)
    answer = there.proposed(path)
    assert (answer.status_code, answer.headers["location"]) == (303, HOME + path)
    text = there.person(ADMIN).get(HOME + path).text
    assert (KEPT in text, LATER in text) == (True, True), text
    after = there.page(path)
    assert (after["word"], after["files"], after["url"]) == ("open", before["files"], "")


def test_a_mapping_is_proposed_once_however_often_the_host_is_away_and_is_live_when_it_was_approved_and_merged_there(
    there: There,
) -> None:
    path, api = reworded(there, "Refunded"), there.api
    api.answer_all(AWAY)
    refused(there, path)
    listed = there.page("/proposals")
    assert (listed["problem"], path in [each["page"] for each in listed["drafts"]]) == (
        "the host of git does not answer now", True,
    )  # fmt: skip
    assert "git-verten svarer ikke nå" in there.person(ADMIN).get(f"{HOME}/proposals").text
    assert (there.branches(path), api.pulls) == ([], [])
    api.faults = []
    api.fail("POST", "/pulls$", AWAY)
    refused(there, path)
    assert (len(there.branches(path)), api.pulls) == (1, [])
    reworded(there, "Refusjon", path)
    api.fail("POST", "/pulls$", AWAY, after=True)
    refused(there, path)
    assert there.proposed(path).status_code == 303
    page = there.becomes(path, "waiting")
    [pull] = api.pulls
    assert len(there.branches(path)) == 2, "what was changed since is another commit"
    assert page["url"] == f"https://github.example/{api.name}/pull/1" == pull["html_url"]
    assert (page["branch"], page["commit"]) == (pull["head"]["ref"], pull["head"]["sha"])
    assert (pull["title"], pull["body"]) == (f"alfa: {page['title']}", f"Proposed in the portal by {ADMIN}.")
    assert api.repository.author(pull["head"]["sha"]) == f"{ADMIN} <{ADMIN}@invalid>"
    there.hook("pull_request")
    until(lambda: shown(api, page["commit"], REVIEW)[0])
    wanted = "alfa: 1 more of accountant, platform: FieldMapping/members-expense-claims (how-money-is-posted)"
    assert shown(api, page["commit"], REVIEW) == ("pending", wanted)
    assert f"Proposed by `{ADMIN}`." in next(iter(api.notes.values()))["body"]
    api.judged(ACCOUNTANT, pull["number"], "APPROVED")
    there.hook("pull_request_review")
    page = there.becomes(path, "approved")
    assert [(each["account"], each["word"], each["source"]) for each in page["said"]] == [
        (ADMIN, "author", "portal"), (ACCOUNTANT, "approve", "host"),
    ]  # fmt: skip
    assert page["by_hand"]
    merging = {"authorization": "Bearer github_pat_of_the_tests", "x-github-api-version": "2022-11-28"}
    answer = httpx.put(
        f"{there.origin}/repos/{api.name}/pulls/{pull['number']}/merge",
        json={"merge_method": "squash", "sha": page["commit"]}, headers=merging, trust_env=False,
    )  # fmt: skip
    assert answer.json()["merged"]
    there.hook("push")
    page = there.becomes(path, "live")
    assert page["url"] == pull["html_url"]
    text = there.person(ADMIN).get(HOME + path).text
    assert ("I bruk siden" in text, f'href="{pull["html_url"]}"' in text) == (True, True)
    [(rules,)] = there.here.one.rows(
        "select field_mappings::text from public.organization_integrations where name = 'members'"
    )
    assert "Refusjon {incurred_on}" in rules
    newest = there.page(MAPPING)["history"][0]
    assert (newest["author"], newest["reviewers"]) == (ADMIN, [ACCOUNTANT]), "though the host made another commit of it"


def test_a_schedule_is_live_without_anybody_though_its_first_try_ended_half_way(there: There) -> None:
    page = there.person(ADMIN).get(HOME + SCHEDULE).text
    fields = {**form(page, HOME + SCHEDULE).put("cron", "45 5 * * 1,4").fields(), "do": "propose"}
    there.api.fail("POST", "/pulls$", AWAY)
    answer = there.sent(SCHEDULE, fields, SCHEDULE)
    path = answer.headers["location"].removeprefix(HOME)
    assert path.startswith("/drafts/"), "who presses it once more makes no second draft"
    assert LATER in there.person(ADMIN).get(HOME + path).text
    assert (len(there.branches(path)), there.pulls(path)) == (1, [])
    there.proposed(path)
    page = there.becomes(path, "live")
    [pull] = there.pulls(path)
    assert (len(there.branches(path)), pull["state"], page["url"]) == (1, "closed", pull["html_url"])
    said = "select account, voice, source from reconciler.voices where revision = %s"
    assert there.here.one.rows(said, page["commit"]) == [(ADMIN, "author", "portal")]
    assert there.here.one.rows("select cron from reconciler.schedules where name = 'members'") == [("45 5 * * 1,4",)]


def test_what_a_colleague_put_on_the_branch_there_is_looked_at_anew_and_a_yes_here_has_the_host_merge_it(
    there: There,
) -> None:
    page = there.person(ADMIN).get(HOME + FREEZES).text
    fields = form(page, HOME + FREEZES).put_row(0, "first", "2026-12-23").fields()
    path = there.sent(FREEZES, {**fields, "do": "propose"}, FREEZES).headers["location"].removeprefix(HOME)
    first, other = there.becomes(path, "waiting"), there.person(ACCOUNTANT)
    [pull] = there.pulls(path)
    text = there.api.repository.file(first["branch"], ORGANIZATION)
    assert "to: 2027-01-03" in text
    longer = text.replace("to: 2027-01-03", "to: 2027-01-04")
    head = there.api.repository.push(first["branch"], {ORGANIZATION: f"{longer}\n"}, "A day longer")
    asked = {"word": "approve", "reason": WHY, "commit": first["commit"]}
    assert other.tell(f"{TWIN}{path}/say", asked).status_code == 409, "it is not what was looked at any more"
    now = f"/proposals/{pull['number']}"
    assert (there.page(path)["moved"], f'href="{HOME}{now}"' in other.get(HOME + path).text) == (now, True)
    assert [each["page"] for each in there.page("/proposals")["open"]] == [now]
    assert there.page(now)["commit"] == head
    other.post(f"{HOME}{now}/say", word="approve", reason=WHY, commit=head)
    there.becomes(now, "live")
    assert (pull["state"], there.page(path)["word"], there.here.main) == ("closed", "live", pull["merge_commit_sha"])
    said = there.here.one.rows(
        "select body->'freeze'->0->>'from', body->'freeze'->0->>'to' from reconciler.organizations"
    )
    assert said == [("2026-12-23", "2027-01-04")]
