"""Every page of the portal, by its route, on an installation where something has happened: who looks has what to see.

A route that `filled` cannot fill fails whoever asks: what of the staged database stands for its parameters is said in
`things`. More than one look at a route stands in `LOOKS`.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace

from parts.installation import Installation
from parts.portal import (
    ACCOUNTANT,
    ADMIN,
    ASKED,
    HOME,
    Opened,
    Visitor,
    a_draft,
    a_link,
    a_new_report,
    a_proposal,
    draft_in,
    name_in,
    opened,
)
from parts.yearly import GIVEN, REPORT, checked, frozen

NO_PAGES = {
    "/healthz", "/readyz", "/login/begin", "/login/callback", "/static/{digest}/{name}", "/o/{organization}/events",
    "/o/{organization}/schedules/words",
    *(f"/o/{{organization}}/reports/{{name}}/{{year}}/{each}" for each in (
        "versions/{version}/package", "versions/{version}/files/{file}", "preview/package", "preview/files/{file}",
    )),
}  # fmt: skip
"""What gives no page, or leads to a provider. What is below /api, and what ends on .csv, is none either."""
OPEN = ("/login", "/logged-out")
"""What is seen by somebody who has not logged in."""
INTEGRATION = "/o/{organization}/integrations/{integration}"
DOCUMENTS = f"{INTEGRATION}/documents"
LOOKS: Mapping[str, Mapping[str, str]] = {
    "/": {"": "", "-nothing": "?q=nobody-is-called-so"},
    f"{INTEGRATION}/runs": {"": "", "-none": "?state=failed&first=2020-01-01&last=2020-01-02"},
    f"{INTEGRATION}/sync": {"": "", "-days": "?first=2026-02-01&last=2026-02-28"},
    DOCUMENTS: {"": "", "-failures": "?state=rejected&state=unknown", "-none": "?text=nothing-has-this-number"},
    f"{DOCUMENTS}/confirm": {
        "-retry": "?deed=retry&row={rejected}",
        "-give-up": "?deed=give-up&row={rejected}",
        "-resend": "?deed=resend&row={posted}",
        "-withdraw": "?deed=withdraw&row={posted}",
        "-received": "?deed=received&row={unknown}",
        "-not-received": "?deed=not-received&row={unknown}",
    },
    "/o/{organization}/schedules/new": {"": ASKED["/schedules/new"]},
    "/o/{organization}/records": {"": "", "-found": "?q={record}", "-nothing": "?q=nothing-is-called-so"},
    "/o/{organization}/records/{record}": {"": "", "-sent": ":sent"},
}
"""Looks at a route, by what their names end on. What is not here has one, as it is."""
STAGED = """
    insert into reconciler.runs (id, organization_id, integration, trigger, actor, fence, revision, state, counts,
        problem, started_at, ended_at)
    select gen_random_uuid(), o.id, 'xledger', 'schedule', 'scheduler', 1, repeat('c0ffee', 7),
        (array['succeeded', 'partial', 'failed', 'succeeded', 'lost'])[1 + n %% 5],
        jsonb_build_object('expense_claims', jsonb_build_object('sent', n * 37 %% 23, 'rejected', n %% 3,
            'amount', '100.50', 'withheld', 2, 'requests', 4)),
        case when n %% 5 = 2 then 'the service is unavailable (HTTP 503): try again later' else '' end,
        '2026-03-01 03:30+01'::timestamptz - n * interval '1 day',
        '2026-03-01 03:30+01'::timestamptz - n * interval '1 day' + interval '90 s'
    from reconciler.organizations o, generate_series(0, 30) n where o.name = 'blindeforbundet'"""
UNSURE = """
    update reconciler.exports set state = 'unknown' where id = (
        select max(id) from reconciler.exports where state = 'sent') returning id"""

TOLD = """
    update reconciler.organizations set body = body || jsonb_build_object('notifications',
        '[{"channel": "okonomi", "by": "mail"}, {"channel": "drift", "by": "webhook"}]'::jsonb)
    where name = 'blindeforbundet';
    insert into reconciler.notifications (organization_id, channel, matter, was, level, since, noticed_at, reason, hint,
        message, counts, environment, stage, attempt, next_attempt_at, ended_at, problem)
    select o.id, told.*
    from reconciler.organizations o, (values
        ('okonomi', 'integration/xledger', 'fine', 'red', '2026-02-27 03:32+01'::timestamptz,
            '2026-02-27 03:32+01'::timestamptz, 'siste kjøring feilet', '', '', '', 'simulator', 'told', 1,
            '2026-02-27 03:32+01'::timestamptz, '2026-02-27 03:32+01'::timestamptz, ''),
        ('okonomi', 'integration/xledger', 'red', 'fine', '2026-02-28 03:40+01', '2026-02-28 03:40+01', 'alt er sendt',
            '', '', '', 'simulator', 'waiting', 2, '2026-03-02 09:00+01', null, 'it answers 500: try later')) told
    where o.name = 'blindeforbundet'"""
COMPARED = """
    insert into reconciler.reconciliations (organization_id, integration, target, first_day, last_day, night, way,
        complete, sent, amount, unread, others, requests, actor, at)
    select organization_id, integration, target, '2026-03-01', '2026-03-01', '2026-03-02', 'listed', true, 12, 9400, 0,
        0, 2, 'scheduler', '2026-03-02 02:14+01' from reconciler.exports limit 1"""


@dataclass(frozen=True, slots=True)
class Look:
    """A page as it is looked at: a name for it, its route and where it is. `who` is None where nobody is logged in."""

    name: str
    route: str
    path: str
    who: str | None

    @property
    def plain(self) -> bool:
        """Whether it is what its route shows by itself."""
        return bool(self.route) and "?" not in self.path


@contextmanager
def lived_in(installation: Installation) -> Iterator[tuple[Opened, list[Look]]]:
    """A portal on an installation that was synced: people have decided, asked and stopped; and every page of it."""
    installation.sql(STAGED)
    installation.sql(UNSURE)
    installation.sql(TOLD)
    installation.sql(COMPARED)
    things = _things(installation)
    strict = replace(installation, settings=replace(installation.settings, second_person=1))
    with opened(strict, operators="drift") as portal:
        _decide(portal, things)
        _reported(portal)
        yield portal, list(looks(portal, things))


def looks(portal: Opened, things: Mapping[str, str]) -> Iterator[Look]:
    """Each page of the application; of those that ask for a login, as the admin sees it."""
    for route in sorted(routes(portal)):
        for end, query in LOOKS.get(route, {"": ""}).items():
            name = (route.removeprefix("/o/{organization}").strip("/").replace("/", "-") or "home") + end
            if not route.startswith("/o/"):
                name = (route.strip("/").replace("/", "-") or "organizations") + end
            other = {"record": things["sent-record"]} if query.startswith(":") else {}
            path = filled(route + query.partition(":")[0], {**things, **other})
            who = None if route in OPEN else "drift" if route in ("/", "/logins") else ADMIN
            yield Look(re.sub(r"[{}]", "", name), route, path, who)
    yield Look("refused", "", f"{HOME}/integrations/no-such", ADMIN)
    yield Look("home-seen-by-accountant", "", HOME, ACCOUNTANT)


def routes(portal: Opened) -> set[str]:
    """Every route that gives a page."""
    found, left = set(), list(portal.server._server.config.app.app.routes)
    while left:
        each = left.pop()
        if inner := getattr(each, "original_router", None):
            left.extend(inner.routes)
        elif "GET" in each.methods and not each.path.startswith("/api/") and not each.path.endswith(".csv"):
            found.add(each.path)
    assert found >= NO_PAGES, "a route that is named here is gone"
    return found - NO_PAGES


def filled(path: str, things: Mapping[str, str]) -> str:
    """A path with what stands for its parameters."""
    things = {**things, "name": name_in(path), "draft": things[draft_in(path)]}
    missing = set(re.findall(r"{([\w-]+)", path)) - things.keys()
    assert not missing, f"say in parts/every_page.py what stands for {missing} in {path}"
    return re.sub(r"{([\w-]+)(:\w+)?}", lambda found: things[found[1]], path)


def _things(installation: Installation) -> dict[str, str]:
    def one(query: str) -> str:
        [(value,)] = installation.sql(f"{query} limit 1")
        return str(value)

    rejected = "from reconciler.exports where state = 'rejected' order by id"
    sent = "from reconciler.exports where state = 'sent' order by id"
    return {
        "organization": "blindeforbundet",
        "integration": "xledger",
        "year": "2025",
        "draft": a_draft(installation),
        "link": a_link(installation),
        "report": a_new_report(installation),
        "number": a_proposal(installation),
        "run": one("select run_id from reconciler.exports order by id"),
        "record": one(f"select record_id {rejected}"),
        "export": one(f"select id {rejected}"),
        "rejected": one(f"select id {rejected}"),
        "sent": one(f"select id {sent}"),
        "posted": one(f"select id {sent} desc"),
        "sent-record": one(f"select record_id {sent}"),
        "unknown": one("select id from reconciler.exports where state = 'unknown'"),
    }


def _decide(portal: Opened, things: Mapping[str, str]) -> None:
    """What people do: each of the lists then has something in it."""
    admin, accountant = portal.enter(ADMIN), portal.enter(ACCOUNTANT)
    here = filled("/o/{organization}/integrations/{integration}", things)
    why = "Kravet er omtvistet, vent på svar fra avdelingen"
    _done(admin, f"{here}/holds", record=things["record"], category="", reason=why, until="2026-03-31")
    _done(
        accountant, f"{here}/documents/resend", row=[things["sent"]], confirmed=1,
        reason="Bilaget ble slettet i Xledger ved en feil",
    )  # fmt: skip
    _done(admin, f"{here}/sync", reason="Februar skal avsluttes i dag")
    _done(admin, f"{HOME}/tokens", name="Rapportering til styret", scopes=["see", "audit"], ends="2026-04-01")


def _reported(portal: Opened) -> None:
    """The yearly report: frozen and handed over, and today's data counted."""
    admin = portal.enter(ADMIN)
    frozen(admin)
    _done(admin, f"{REPORT}/hand-over", version=1, **GIVEN)
    checked(admin)


def _done(visitor: Visitor, path: str, **fields: object) -> None:
    answer = visitor.post(path, **fields)
    assert answer.status_code in (200, 303), f"{path}: {answer.text}"
    told = visitor.get(HOME).text
    assert 'class="note bad">' not in told.partition('id="told"')[2].partition("</div>")[0], f"{path}: {told}"
