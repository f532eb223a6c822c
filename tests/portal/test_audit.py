"""The audit trail of an organisation, and words from outside that are only ever words."""

from datetime import timedelta
from html import escape

from parts.installation import START, Installation
from parts.portal import ACCOUNTANT, ADMIN, HOME, STRANGER, TWIN, Opened
from parts.portal_pages import sheet
from parts.synced import Synced

HERE, SAME = f"{HOME}/integrations/xledger", f"{TWIN}/integrations/xledger"
HOSTILE = "=1+1 <script>alert(1)</script>\"'><img src=x onerror=alert(2)> {{7*7}} \u202e"
NOTED = """
    insert into reconciler.audit (at, actor, organization_id, action, object, detail)
    select %s::timestamptz - (n / 3) * interval '1 hour', 'per', o.id, 'export-retry', 'REF-' || n,
        '{"reason": "because"}'
    from reconciler.organizations o, generate_series(0, 119) n where o.name = 'blindeforbundet'"""


def test_the_trail_is_leafed_through_and_narrowed_down_by_deed_object_person_and_day(
    portal: Opened, installation: Installation
) -> None:
    installation.sql(NOTED, START)
    visitor = portal.enter(ACCOUNTANT)
    seen, beyond = [], 0
    for _ in range(3):
        page = visitor.get(f"{TWIN}/audit", params={"person": "per", "beyond": beyond}).json()
        seen += [each["object"] for each in page["entries"]]
        beyond = page["beyond"]
    assert (len(seen), len(set(seen)), beyond) == (120, 120, 0)
    found = visitor.get(f"{TWIN}/audit", params={"object": "REF-7"}).json()["entries"]
    assert [(each["said"], each["actor"], each["detail"]) for each in found] == [
        ("ba om å prøve på nytt", "per", {"reason": "because"})
    ]
    day = (START - timedelta(days=1)).date().isoformat()
    of_day = visitor.get(f"{TWIN}/audit", params={"first": day, "last": day, "limit": 200}).json()["entries"]
    assert len(of_day) == 72
    page = visitor.get(f"{HOME}/audit", params={"action": "export-retry", "person": "per", "first": "", "last": ""})
    for text in ("ba om å prøve på nytt", "REF-0", "begrunnelse: because", "beyond=", "Europe/Oslo"):
        assert text in page.text, text
    assert "Ingen hendelser passer" in visitor.get(f"{HOME}/audit", params={"person": "nobody"}).text
    for wrong in ({"beyond": "-1"}, {"beyond": "x"}, {"first": "2026-02-30"}, {"object": "x" * 201}):
        assert visitor.get(f"{TWIN}/audit", params=wrong).status_code == 422, wrong
    assert len(sheet(visitor, f"{HOME}/audit.csv?person=per")) == 120


def test_nobody_sees_the_trail_of_another_organisation(portal: Opened, installation: Installation) -> None:
    installation.sql(NOTED.replace("'blindeforbundet'", "'hlf'"), START)
    installation.sql(NOTED.replace("o.id", "null").replace("'blindeforbundet'", "'blindeforbundet'"), START)
    visitor = portal.enter(ADMIN)
    assert visitor.get(f"{TWIN}/audit", params={"person": "per"}).json()["entries"] == []
    stranger = portal.enter(STRANGER)
    assert stranger.get(f"{HOME}/audit").status_code == stranger.get(f"{HOME}/audit.csv").status_code == 404


def test_words_from_outside_are_only_ever_words(sent: Synced) -> None:
    portal, installation = sent
    installation.sql("update reconciler.runs set problem = %s, actor = %s", HOSTILE, HOSTILE)
    installation.sql("update reconciler.export_payloads set message = %s", HOSTILE)
    installation.sql("update reconciler.exports set field = %s, origin = %s", HOSTILE, HOSTILE)
    visitor = portal.enter(ADMIN)
    visitor.tell(f"{SAME}/sync", {"reason": HOSTILE})
    visitor.tell(f"{SAME}/suspend", {"reason": HOSTILE})
    run = visitor.get(SAME).json()["runs"][0]["id"]
    for path in (HERE, f"{HERE}/runs", f"{HERE}/sync", f"{HOME}/runs/{run}", f"{HOME}/audit"):
        text = visitor.get(path).text
        assert "<img" not in text, path
        assert "alert(1)</script>" not in text, path
        assert escape("<script>alert(1)</script>") in text, path
        assert "{{7*7}}" in text, path
    searched = visitor.get(f"{HOME}/audit", params={"object": HOSTILE, "person": HOSTILE}).text
    assert "<img" not in searched
    assert "alert(1)</script>" not in searched
    [row] = sheet(visitor, f"{HERE}/runs.csv")
    assert row["Problem"].startswith("'=1+1")
    assert row["Utført av"].startswith("'=1+1")


def test_an_integration_that_another_hand_spoilt_is_shown_with_what_is_wrong(
    portal: Opened, installation: Installation
) -> None:
    visitor = portal.enter(ADMIN)
    installation.sql("update reconciler.schedules set cron = '99 99 * * *'")
    found = visitor.get(SAME).json()
    assert (found["health"]["colour"], found["known"]) == ("red", None)
    assert "the applied schedule" in found["broken"]
    assert "Oppsettet kan ikke leses" in visitor.get(HERE).text
    installation.sql("update public.organization_integrations set exports = '7'")
    assert "is not as it was applied" in visitor.get(SAME).json()["broken"]
    assert visitor.get(HERE).status_code == 200
    assert visitor.get(f"{HERE}/runs").status_code == 200
    assert visitor.get(f"{HERE}/sync").status_code == 409
