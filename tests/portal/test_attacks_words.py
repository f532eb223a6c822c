"""Words that strangers wrote, on every page, in a real browser: they are read, and nothing of them runs."""

import pytest
from parts.browser import Visits, chromium, visit
from parts.installation import Installation
from parts.portal import ADMIN, HOME, Opened, Visitor, a_draft
from parts.synced import Synced
from playwright.sync_api import Page

__all__ = ["chromium", "visit"]

TAIL = "\"'--></title></textarea></style><script>window.ran=1</script><img src=x onerror=window.ran=1>"
HOSTILE = f"{TAIL}<svg/onload=ran=1><a href=javascript:ran=1>{{{{7*7}}}}</a>"
"""Out of attributes, comments, titles, areas and style sheets; by script, by event, by address, by template."""
SEEN = "<script>window.ran=1</script>"
ODD = """script:not([src^='/static/']), iframe, object, embed, base, [onerror], [onload], [onclick], [srcdoc],
    [style], [href^='javascript:' i], img:not([src^='/static/'])"""
RAN = f"[window.ran ?? null, document.querySelectorAll(`{ODD}`).length]"
"""What a page is asked: whether anything ran, and how much there is that could."""
PLANTED = """
update reconciler.export_payloads set message = %(words)s;
update reconciler.exports set field = %(words)s, origin = %(words)s where state = 'rejected';
update reconciler.exports set record_id = %(words)s where id = (select max(id) from reconciler.exports);
update reconciler.withheld set reason = %(words)s;
update reconciler.runs set problem = %(words)s, state = 'failed';
update reconciler.credentials set hint = %(words)s;
update reconciler.organizations set body = jsonb_set(body, '{title}', to_jsonb(%(words)s::text))
    where name = 'blindeforbundet';
insert into reconciler.conditions (organization, reason, message, since)
    values ('blindeforbundet', 'Fault', %(words)s, now());
insert into reconciler.audit (at, actor, organization_id, action, object, detail)
    select now(), %(words)s, id, 'credential-current', %(words)s, jsonb_build_object('reason', %(words)s::text)
    from reconciler.organizations where name = 'blindeforbundet';
update reconciler.portal_sessions set shown = %(words)s"""
XLEDGER = f"{HOME}/integrations/xledger"


def planted(installation: Installation) -> None:
    quoted = "'" + HOSTILE.replace("'", "''") + "'"
    for each in PLANTED.split(";"):
        installation.sql(each.replace("%(words)s", quoted).replace("%", "%%"))


def typed(visitor: Visitor, number: int) -> None:
    """The same words in every text of every form, taken or refused."""
    forms = {
        f"{XLEDGER}/suspend": {"reason": HOSTILE, "last": HOSTILE},
        f"{XLEDGER}/sync": {"reason": HOSTILE},
        f"{XLEDGER}/holds": {"record": HOSTILE[:190], "reason": HOSTILE, "category": HOSTILE[:100]},
        f"{XLEDGER}/holds/release": {"record": HOSTILE[:190], "reason": HOSTILE},
        f"{XLEDGER}/documents/decide": {"deed": "give-up", "row": number, "confirmed": 1, "reason": HOSTILE},
        f"{XLEDGER}/documents/resend": {"row": number, "confirmed": 1, "reason": HOSTILE},
        f"{XLEDGER}/credentials": {"secret.token": HOSTILE, f"secret.{HOSTILE}": HOSTILE},
        f"{XLEDGER}/credentials/versions/1/revoke": {"reason": HOSTILE},
        f"{HOME}/tokens": {"name": HOSTILE[:70], "scopes": "see", "ends": "2026-04-01"},
        f"{HOME}/drafts/{HOSTILE}/say": {"word": HOSTILE},
        f"{HOME}/proposals/{HOSTILE}/say": {"word": HOSTILE, "reason": HOSTILE, "commit": HOSTILE},
        f"{HOME}/documents/{number}/fix": {"key": HOSTILE, "value": HOSTILE},
        "/language": {"language": HOSTILE, "back": HOSTILE},
    }  # fmt: skip
    for path, fields in forms.items():
        answer = visitor.post(path, **fields)
        assert answer.status_code < 500, (path, answer.text[:300])
        assert "<script>window" not in answer.text, path
    visitor.post(f"{XLEDGER}/suspend", reason=HOSTILE)


def entered(visit: Visits, visitor: Visitor) -> Page:
    page = visit()
    cookies = [{"name": name, "value": value, "url": visitor.address} for name, value in visitor.client.cookies.items()]
    page.context.add_cookies(cookies)
    page.on("dialog", lambda dialog: (visit.problems.append(f"dialog: {dialog.message}"), dialog.dismiss()))
    return page


def test_what_strangers_wrote_is_read_on_every_page_and_never_runs(sent: Synced, visit: Visits) -> None:
    portal, installation = sent
    visitor = portal.enter(ADMIN)
    [(number,)] = installation.sql("select min(id) from reconciler.exports where state = 'rejected'")
    [(run,)] = installation.sql("select id from reconciler.runs limit 1")
    draft = a_draft(installation)
    page = entered(visit, visitor)
    page.goto(visitor.address + XLEDGER)
    typed(visitor, number)
    planted(installation)
    installation.sql("update reconciler.portal_drafts set title = %s, account = %s", HOSTILE, HOSTILE)
    page.get_by_text(SEEN).first.wait_for()  # an open page is made anew
    assert page.evaluate(RAN) == [None, 0]
    shown = 0
    quoted = "%3Cscript%3Ewindow.ran=1%3C/script%3E%22'"
    for path in (
        HOME, XLEDGER, f"{XLEDGER}/runs", f"{XLEDGER}/sync", f"{HOME}/runs/{run}", f"{HOME}/audit",
        f"{HOME}/audit?action={quoted}&object={quoted}&person={quoted}", f"{XLEDGER}/documents",
        f"{XLEDGER}/documents?text={quoted}", f"{XLEDGER}/documents/confirm?deed=retry&row={number}",
        f"{XLEDGER}/withheld", f"{XLEDGER}/withheld?reason={quoted}", f"{HOME}/records?q={quoted}", f"{HOME}/resends",
        f"{HOME}/drafts", f"{HOME}/drafts/{draft}", f"{HOME}/proposals", f"{HOME}/documents/{number}/fix",
        f"{HOME}/credentials", f"{XLEDGER}/credentials", f"{HOME}/tokens",
        "/", "/account", f"/{quoted}", f"{HOME}/{quoted}",
    ):  # fmt: skip
        answer = page.goto(visitor.address + path)
        assert answer is not None
        assert answer.status < 500, path
        assert page.evaluate(RAN) == [None, 0], path
        shown += SEEN in page.evaluate("document.body.innerText + document.title")
    assert shown >= 10, "the words are there to be read"
    visit.expects("404|Not Found|status of 4")


@pytest.mark.parametrize("where", ["/login?back=", "/login/callback?error="])
def test_nobody_is_shown_what_an_address_says(portal: Opened, visit: Visits, where: str) -> None:
    page = visit()
    page.goto(f"{portal.address}{where}%22%3E%3Cscript%3Ewindow.ran=1%3C/script%3E")
    assert page.evaluate(RAN) == [None, 0]
    if "callback" in where:
        visit.expects("404|status of 4")
