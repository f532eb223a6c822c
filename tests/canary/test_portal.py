"""A planted credential is in no page, no answer, no header, no log and no row, whatever becomes of it in the portal."""

import json
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import httpx
import pytest
from parts.between import Between
from parts.canary import Canary, places
from parts.installation import Installation, ended
from parts.portal import ADMIN, ASKED, HOME, TWIN, Opened, Visitor, a_link, a_new_report, a_proposal, draft_in, opened
from parts.quoting import ANSWERS, quoting
from parts.watch import Watch, louden

from reconciler.database.portal_drafts import DraftTable
from reconciler.database.scoped import Scope
from reconciler.portal.rooms import PAGES
from reconciler.runs.draft import Draft

PATH = "/integrations/xledger/credentials"
REASON = "the canary has sung"
KNOWN = {"organization": "blindeforbundet", "integration": "xledger", "year": "2025"}
"""What stands in the paths of pages; what is not here is found by following links."""
ENDING = (
    "select pg_terminate_backend(pid) from pg_stat_activity"
    " where datname = current_database() and pid <> pg_backend_pid()"
)
MANY = 80
"""Pages that are followed: of those that differ only in a name or a number, three are looked at."""


@dataclass
class Seen:
    """Somebody in the portal, and everything that came back to them."""

    visitor: Visitor
    answers: list[tuple[str, bytes]] = field(default_factory=list, repr=False)
    statuses: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.visitor.client.event_hooks["response"].append(self._keep)

    def _keep(self, answer: httpx.Response) -> None:
        if answer.headers.get("content-type", "").startswith("text/event-stream"):
            answer.close()  # it does not end, and says which part of a page is to be read anew
            return
        name = f"{answer.request.method} {answer.request.url.path} {answer.status_code}"
        head = "\n".join(f"{key}: {value}" for key, value in answer.headers.multi_items())
        self.answers.append((name, head.encode() + b"\n" + answer.read()))
        self.statuses[answer.request.url.path] = answer.status_code

    def form(self, path: str, **fields: str) -> int:
        """Post a form as the page does, and look at the page that comes then."""
        address = self.visitor.address
        headers = {"origin": address, "referer": f"{address}{HOME}{PATH}"}
        answer = self.visitor.client.post(HOME + path, data={"csrf": self.visitor.csrf, **fields}, headers=headers)
        self.visitor.get(HOME + PATH)
        return answer.status_code

    def told(self, path: str, body: object) -> tuple[int, dict]:
        """Send it as a program does."""
        answer = self.visitor.tell(TWIN + path, body)
        return answer.status_code, answer.json()

    def set(self, value: str) -> tuple[int, bool]:
        """Both ways; the status of the form, and whether the API says that it was taken."""
        return self.form(PATH, **{"secret.token": value}), self.told(PATH, {"fields": {"token": value}})[1].get(
            "ok", False
        )


@pytest.fixture
def portal(here: Installation, watch: Watch) -> Iterator[Opened]:
    with opened(here) as found:
        yield found


@pytest.fixture
def seen(portal: Opened) -> Seen:
    found = Seen(portal.enter(ADMIN))
    louden()
    return found


@pytest.fixture
def let_out(seen: Seen, leaked: Callable[[], list[str]], canary: Canary) -> Callable[[], list[str]]:
    """Where it is: in what came back, or where `leaked` looks."""
    return lambda: places(canary, seen.answers) + leaked()


def crawled(seen: Seen, drafts: Mapping[str, str]) -> None:
    """Every page that links lead to, and its twin; and every step of what somebody has begun to set up."""
    steps = [HOME + each.path.format(draft=drafts[draft_in(each.path)]) for each in PAGES if "/new/" in each.path]
    straight = [HOME + each.path.format_map(KNOWN) + ASKED.get(each.path, "") for each in PAGES if named(each.path)]
    waiting, known, kinds = [HOME, *straight, *steps], set(), {}
    while waiting and len(known) < MANY:
        path = waiting.pop(0)
        kind = re.sub(r"/[^/]*\d[^/]*", "/*", path)
        if path in known or kinds.setdefault(kind, 0) == 3:
            continue
        known.add(path)
        kinds[kind] += 1
        text = seen.visitor.get(path).text
        seen.visitor.get(path.replace(HOME, TWIN, 1))
        waiting += [each.partition("?")[0] for each in re.findall(rf'href="({HOME}[^"#]*)', text)]


def begun(portal: Opened, here: Installation) -> dict[str, str]:
    """A draft and a proposal, which the list of them leads to; and the ids of a new link and report, half answered."""
    a_proposal(here)
    house = portal.server.house
    owner = here.world().applied.organization_id(KNOWN["organization"])
    scope, now = Scope(house.lines, owner), house.now
    draft = Draft(UUID(int=0), owner, ADMIN, "files", "A draft", house.copy.head(), {}, {}, now, now)
    DraftTable(scope).begin(draft)
    scope.close()
    return {"link": a_link(here), "report": a_new_report(here)}


def named(path: str) -> bool:
    """Whether all that stands in a path is known."""
    return set(re.findall(r"{(\w+)}", path)) <= KNOWN.keys()


def test_the_canary_is_on_no_page_once_it_is_in_use_and_every_page_was_looked_at(
    seen: Seen, portal: Opened, here, canary, let_out
):
    assert seen.set(canary.value) == (303, True)
    here.sync()
    crawled(seen, begun(portal, here))
    shapes = {each.path: re.sub(r"{\w+}", "[^/]+", HOME + each.path) for each in PAGES}
    good = [path for path, status in seen.statuses.items() if status == 200]
    assert [path for path, shape in shapes.items() if not any(re.fullmatch(shape, each) for each in good)] == []
    seen.visitor.get("/api/v1/openapi.json")
    assert let_out() == []


def test_it_is_tested_put_back_and_revoked_and_nowhere(seen: Seen, let_out, canary: Canary, here: Installation):
    assert seen.set(canary.value) == (303, True)
    assert seen.form(f"{PATH}/test") == seen.form(f"{PATH}/restore") == 303
    version = here.sql("select version from reconciler.credentials where state = 'current'")[0][0]
    yes = {"reason": REASON, "confirmed": "true"}
    assert seen.form(f"{PATH}/versions/{version}/revoke", **yes) == 303  # and is told that it is the one in use
    assert seen.form(f"{PATH}/versions/{version}/revoke", in_use="true", **yes) == 303
    assert seen.told(f"{PATH}/test", {})[0] == 422
    assert here.sql("select state from reconciler.credentials where version = %s", version) == [("revoked",)]
    assert let_out() == []


def test_what_an_outside_system_quotes_goes_no_further_than_the_engine(
    seen: Seen, server: Between, let_out, canary: Canary
):
    assert seen.set(canary.value) == (303, True)
    for name, answer in ANSWERS.items():
        server.says = answer
        assert seen.told(PATH, {"fields": {"token": canary.value}})[1]["ok"] is False, name
    server.says = ANSWERS["a page that quotes it"]
    assert seen.set(canary.value) == (303, False)
    assert seen.form(f"{PATH}/test") == 303
    seen.visitor.get(f"{HOME}/credentials")
    assert any("••••••••".encode() in content for name, content in seen.answers if name.startswith("POST"))
    assert let_out() == []


def test_what_is_typed_into_the_wrong_place_is_not_said_back(seen: Seen, let_out, canary: Canary):
    value, told = canary.value, seen.told
    bodies: list[object] = [
        {"fields": {value: value}}, {"fields": {value: 5}}, {"fields": value}, {"fields": [value]}, value, [value],
        {value: value}, {"fields": {"token": value, "more": value}}, {"fields": {"token": value * 1500}},
        {"fields": {"token": f"{value}\x00"}}, {"fields": {"token": value}, "expires_on": value},
        {"fields": {"token": value}, "expires_on": "2020-01-01"}, {"expires_on": {value: value}},
    ]  # fmt: skip
    assert {told(PATH, each)[0] for each in bodies} == {422}
    for spoilt in (
        json.dumps({"fields": {"token": value}})[:-2],
        f"{{{value}",
        "\ud800".encode("utf-8", "surrogatepass"),
    ):
        headers = {"origin": seen.visitor.address, "x-csrf": seen.visitor.csrf, "content-type": "application/json"}
        assert seen.visitor.client.post(TWIN + PATH, content=spoilt, headers=headers).status_code == 422
    assert seen.form(PATH, **{f"secret.{value}": value}) == 303
    assert seen.form(PATH, **{"secret.token": value, "expires_on": value}) == 303
    assert seen.form(PATH, **{value: value, "csrf": value}) == 403
    assert seen.form(PATH, **{"secret.token": value * 20_000}) == 413
    files = {"secret.token": (value, value.encode(), "text/plain")}
    headers = {"origin": seen.visitor.address, "x-csrf": seen.visitor.csrf}
    assert seen.visitor.client.post(HOME + PATH, files=files, headers=headers).status_code == 422
    seen.visitor.get(f"{HOME}/credentials", params={"beyond": "integration/x"})
    assert let_out() == []


def test_it_is_nowhere_when_the_system_never_answers_and_the_database_goes_away_meanwhile(
    seen: Seen, server: Between, let_out, canary: Canary, here: Installation
):
    server.says = lambda _: here.sql(ENDING) and quoting(200, "{}")("")
    assert seen.told(PATH, {"fields": {"token": canary.value}})[0] == 503
    here.sql("delete from reconciler.credentials where state = 'pending'")
    here.sql("alter table reconciler.secret_values rename to elsewhere")
    assert seen.set(canary.value) == (303, False)
    assert seen.told(f"{PATH}/test", {})[1]["error"] == "refused.store"
    here.sql("alter table reconciler.elsewhere rename to secret_values")
    server.gate.clear()
    assert seen.told(PATH, {"fields": {"token": canary.value}})[1]["ok"] is False  # after four seconds of silence
    server.says = None
    server.gate.set()
    assert let_out() == []


def test_a_process_of_the_portal_prints_nothing_of_it(
    here: Installation, server: Between, canary: Canary, leaked: Callable[[], list[str]]
):
    named = {"RECONCILER_PORTAL_LISTEN": "127.0.0.1:0", "RECONCILER_PORTAL_LOGIN": "demo"}
    command = [str(Path(sys.executable).with_name("reconciler")), "portal"]
    process = subprocess.Popen(
        command, env=here.environment() | named, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    try:
        line = process.stdout.readline()
        address = line.strip().removeprefix("the portal is at ")
        assert address.startswith("http://"), line
        with httpx.Client(base_url=address, trust_env=False, timeout=20) as client:
            seen = Seen(entered(client, address))
            assert seen.set(canary.value) == (303, True)
            server.says = ANSWERS["an error that quotes it"]
            assert seen.set(canary.value) == (303, False)
            assert seen.told(PATH, {"fields": {canary.value: 5}})[0] == 422
            here.sql("alter table reconciler.credentials rename reaches to elsewhere")
            form, last = {"csrf": seen.visitor.csrf, "secret.token": canary.value}, {"connection": "close"}
            assert client.post(HOME + PATH, data=form, headers=last).status_code == 500
            here.sql("alter table reconciler.portal_sessions rename to elsewhere")
            assert seen.form(PATH, **{"secret.token": canary.value}) == 503
            folder = Path("/proc") / str(process.pid)
            asked = [(name, (folder / name).read_bytes()) for name in ("cmdline", "environ")]
    finally:
        process.send_signal(signal.SIGTERM)
        code, output = ended(process)
    assert code == 0, output
    assert "an error of ours: POST" in output
    assert places(canary, seen.answers, asked, [("output", output)]) == []
    assert leaked() == []


def entered(client: httpx.Client, address: str) -> Visitor:
    client.post("/login/demo", data={"account": ADMIN}, headers={"origin": address})
    page = client.get(HOME).text
    return Visitor(client, address, ADMIN, page.partition('name="csrf" value="')[2].partition('"')[0])
