"""The history of runs, asking for one, and stopping them."""

import re
from datetime import timedelta

from parts.installation import ROOT, START, Installation
from parts.portal import ADMIN, HOME, STRANGER, TWIN, Opened
from parts.portal_pages import followed, sheet

from reconciler.database.history import STATES
from reconciler.portal.texts import TEXTS
from reconciler.runs.views import SETTLED, TROUBLE

HERE, SAME = f"{HOME}/integrations/xledger", f"{TWIN}/integrations/xledger"
WHY = "Regnskapsføreren venter på bilagene"
VIEWER = """
    update reconciler.organizations set body = jsonb_set(body, '{people}', body -> 'people' ||
        '[{"account": "vera", "roles": ["viewer"]}]') where name = 'blindeforbundet'"""
MORE = """
    insert into app.driver_honorariums
    select (jsonb_populate_record(null::app.driver_honorariums, to_jsonb(d) || more.id)).*
    from (select * from app.driver_honorariums where driver_number <> 'V99999' and status = 'approved'
            and approved_at >= '2026-01-02' and organization_id = '5f0c7b52-8d0e-4d5c-9a51-31b4f1d0a007' limit 1) d,
        (select jsonb_build_object('id', gen_random_uuid()) as id from generate_series(1, 101)) more"""
OLD = """
    insert into reconciler.runs (id, organization_id, integration, trigger, actor, fence, revision, state, counts,
        problem, started_at, ended_at)
    select gen_random_uuid(), o.id, 'xledger', 'schedule', '', 1, repeat('c0ffee', 7), (%s::text[])[1 + n %% 6],
        '{"expense_claims": {"sent": 3, "rejected": 1, "amount": "100.50", "withheld": 2, "requests": 4}}', '',
        %s::timestamptz - (n / 2) * interval '1 hour', %s::timestamptz - (n / 2) * interval '1 hour' + interval '90 s'
    from reconciler.organizations o, generate_series(0, 119) n where o.name = 'blindeforbundet'"""
DEEDS = ((f"{HERE}/sync", {"reason": WHY}), (f"{HERE}/suspend", {"reason": WHY}), (f"{HERE}/resume", {}))


def test_a_sync_that_is_asked_for_is_carried_out_by_whoever_does_and_the_page_shows_its_run(
    portal: Opened, installation: Installation
) -> None:
    visitor = portal.enter(ADMIN)
    before = visitor.get(f"{SAME}/sync").json()
    assert (before["records"] > 0, before["confirm"], before["credential"]) == (True, 0, True)
    page = followed(visitor, f"{HERE}/sync", reason=WHY)
    for text in ("Du har bedt om en kjøring", "venter", WHY):
        assert text in page, text
    assert installation.sql("select count(*) from reconciler.exports") == [(0,)], "the portal runs nothing"
    assert visitor.get(f"{SAME}/sync").json()["waiting"] == 1
    assert installation.run("requests", "run") == 0
    [request] = visitor.get(SAME).json()["asked"]
    assert (request["state"], request["by"]) == ("done", ADMIN)
    found = visitor.get(f"{TWIN}/runs/{request['run']}").json()
    assert found["run"]["trigger"] == "request"
    assert found["run"]["counts"]["sent"] > 0
    assert [each["id"] for each in found["asked"]] == [request["id"]]
    shown = visitor.get(f"{HOME}/runs/{request['run']}").text
    for text in ("på forespørsel", WHY, "Utleggskrav", "avvist"):
        assert text in shown, text
    assert visitor.get(f"{SAME}/runs").json()["runs"][0]["id"] == request["run"]
    audited = visitor.get(f"{TWIN}/audit", params={"action": "sync-requested"}).json()["entries"]
    assert [(each["actor"], each["object"], each["said"]) for each in audited] == [
        (ADMIN, "xledger", "ba om en kjøring")
    ]


def test_a_first_sync_of_many_documents_goes_only_with_their_exact_number(
    portal: Opened, installation: Installation
) -> None:
    installation.sql(MORE)
    visitor = portal.enter(ADMIN)
    found = visitor.get(f"{SAME}/sync").json()
    number = found["confirm"]
    assert number > 100
    assert f"Antall bilag ({number})" in visitor.get(f"{HERE}/sync").text
    for wrong in ({}, {"confirmed": number - 1}):
        answer = visitor.tell(f"{SAME}/sync", wrong)
        assert (answer.status_code, answer.json()["type"]) == (409, "PlanRefused")
    assert f"ville sendt {number} bilag" in followed(visitor, f"{HERE}/sync", confirmed="1")
    assert visitor.tell(f"{SAME}/sync", {"confirmed": number}).json()["said"] == "sync.asked"
    assert installation.sql("select confirmed, state from reconciler.run_requests") == [(number, "waiting")]


def test_days_are_checked_before_anything_is_asked_for(portal: Opened, installation: Installation) -> None:
    visitor = portal.enter(ADMIN)
    page = visitor.get(f"{HERE}/sync", params={"first": "2026-02-01", "last": "2026-02-28"})
    assert "fra dagene 1. februar 2026 til 28. februar 2026" in page.text
    some = visitor.get(f"{SAME}/sync", params={"first": "2026-02-01", "last": "2026-02-28"}).json()
    assert 0 < some["records"] < visitor.get(f"{SAME}/sync", params={"first": "", "last": ""}).json()["records"]
    for first, last in (("2026-02-28", "2026-02-01"), ("2025-01-01", "2025-12-31")):
        told = visitor.get(f"{SAME}/sync", params={"first": first, "last": last}).json()
        assert told["problem"]
        assert told["categories"] == []
        assert "Disse dagene går ikke" in visitor.get(f"{HERE}/sync", params={"first": first, "last": last}).text
        assert visitor.tell(f"{SAME}/sync", {"first": first, "last": last}).status_code == 409
    refused = visitor.tell(f"{SAME}/sync", {"first": "soon"})
    assert (refused.status_code, [each["field"] for each in refused.json()["fields"]]) == (422, ["first"])
    assert "mangler eller er feil: first" in followed(visitor, f"{HERE}/sync", first="2026-02-30")
    assert installation.sql("select count(*) from reconciler.run_requests") == [(0,)]
    followed(visitor, f"{HERE}/sync", first="2026-02-01", last="2026-02-28", reason="")
    [request] = visitor.get(SAME).json()["asked"]
    assert (request["first"], request["last"]) == ("2026-02-01", "2026-02-28")


def test_a_request_is_taken_back_as_long_as_nobody_carries_it_out(portal: Opened, installation: Installation) -> None:
    visitor, stranger = portal.enter(ADMIN), portal.enter(STRANGER)
    for _ in range(2):
        visitor.tell(f"{SAME}/sync", {"reason": WHY})
    first = visitor.get(SAME).json()["asked"][0]["id"]
    theirs = f"/o/hlf/requests/{first}/take-back"
    assert stranger.post(theirs).status_code == 404, "it is another organisation's"
    assert visitor.post(f"{HOME}/requests/00000000-0000-4000-8000-000000000000/take-back").status_code == 404
    assert "Trekk tilbake" in visitor.get(HERE).text
    assert "er trukket tilbake" in followed(visitor, HERE, to=f"{HOME}/requests/{first}/take-back")
    assert installation.run("requests", "run") == 0
    states = {each["id"]: each["state"] for each in visitor.get(SAME).json()["asked"]}
    assert (states.pop(first), list(states.values())) == ("refused", ["done"])
    for each in (first, *states):
        assert visitor.tell(f"{TWIN}/requests/{each}/take-back").status_code == 409
    said = visitor.get(f"{TWIN}/audit", params={"action": "sync-taken-back"}).json()["entries"]
    assert [(each["actor"], each["detail"]) for each in said] == [(ADMIN, {"request": first})]


def test_runs_stand_still_until_somebody_lets_them_go_on(portal: Opened, installation: Installation) -> None:
    visitor = portal.enter(ADMIN)
    assert "mangler eller er feil: reason" in followed(visitor, HERE, to=f"{HERE}/suspend", reason="   kort   ")
    assert visitor.tell(f"{SAME}/suspend", {"reason": WHY, "last": "2026-03-01"}).status_code == 409, "it has passed"
    page = followed(visitor, HERE, to=f"{HERE}/suspend", reason=WHY, last="2026-03-05")
    for text in (f"Satt på pause av {ADMIN}", WHY, "6. mars 2026 kl. 00.00", "La kjøringene gå videre"):
        assert text in page, text
    assert visitor.get(SAME).json()["health"]["colour"] == "grey"
    assert '<form method="post"' not in visitor.get(f"{HERE}/sync").text.split("<main")[1]
    assert visitor.tell(f"{SAME}/sync", {}).json()["type"] == "Blocked"
    assert installation.sync() == 5
    assert "går videre" in followed(visitor, HERE, to=f"{HERE}/resume")
    assert "var ikke stoppet" in followed(visitor, HERE, to=f"{HERE}/resume")
    done = visitor.get(f"{TWIN}/audit", params={"object": "xledger", "person": ADMIN}).json()["entries"]
    assert [each["action"] for each in done] == ["resumed", "suspended"]
    assert done[1]["detail"]["reason"] == WHY


def test_a_deed_needs_the_right_the_organisation_and_a_form_of_ours(portal: Opened, installation: Installation) -> None:
    installation.sql(VIEWER)
    viewer, stranger, admin = portal.enter("vera"), portal.enter(STRANGER), portal.enter(ADMIN)
    admin.csrf = "guessed"
    for path, fields in DEEDS:
        twin = path.replace(HOME, TWIN)
        for who, status in ((viewer, 403), (stranger, 404), (admin, 403)):
            assert who.post(path, **fields).status_code == who.tell(twin, fields).status_code == status, (path, status)
    assert installation.sql("select count(*) from reconciler.run_requests") == [(0,)]
    assert installation.sql("select count(*) from reconciler.suspensions") == [(0,)]


def test_whoever_may_only_look_is_offered_nothing_to_do(portal: Opened, installation: Installation) -> None:
    installation.sql(VIEWER)
    viewer = portal.enter("vera")
    page = viewer.get(HERE).text.split("<main")[1]
    for text in ("/sync", "/suspend", "/resume", "/audit"):
        assert text not in page, text
    assert viewer.get(SAME).json()["trail"] is None
    for path in (f"{HERE}/sync", f"{HOME}/audit", f"{HOME}/audit.csv", f"{TWIN}/audit"):
        assert viewer.get(path).status_code == 403, path
    assert viewer.get(f"{HERE}/runs").status_code == 200


def test_the_history_is_leafed_through_without_losing_a_run_or_showing_one_twice(
    portal: Opened, installation: Installation
) -> None:
    installation.sql(OLD, list(STATES), START, START)
    visitor = portal.enter(ADMIN)
    seen, beyond = [], ""
    for _ in range(3):
        page = visitor.get(f"{SAME}/runs", params={"beyond": beyond} if beyond else {}).json()
        seen += [each["id"] for each in page["runs"]]
        beyond = page["beyond"]
    assert (len(seen), len(set(seen)), beyond) == (120, 120, None)
    shown = visitor.get(f"{HERE}/runs").text
    assert "Søylediagram over de 30 siste kjøringene: 90 bilag sendt og 30 avvist" in shown
    assert "1 min 30 s" in shown
    assert "beyond=" in shown
    failed = visitor.get(f"{SAME}/runs", params={"state": "failed", "first": "", "last": ""}).json()
    assert (len(failed["runs"]), {each["state"] for each in failed["runs"]}) == (20, {"failed"})
    day = (START - timedelta(days=1)).date().isoformat()
    of_day = visitor.get(f"{SAME}/runs", params={"first": day, "last": day, "limit": 200}).json()["runs"]
    assert (len(of_day), {each["started_at"][:10] for each in of_day} <= {day, "2026-02-28"}) == (48, True)
    assert "Ingen kjøring passer" in visitor.get(f"{HERE}/runs", params={"last": "2020-01-01"}).text
    for wrong in ({"state": "odd"}, {"first": "x"}, {"limit": "0"}, {"beyond": "1"}):
        assert visitor.get(f"{SAME}/runs", params=wrong).status_code == 422, wrong
    rows = sheet(visitor, f"{HERE}/runs.csv")
    assert (len(rows), rows[0]["Beløp"], rows[0]["sendt"], rows[0]["Startet"]) == (120, "100,50", "3", "etter tidsplan")
    assert len(sheet(visitor, f"{HERE}/runs.csv?state=failed&first=&last=")) == 20
    visitor.post("/language", language="en")
    assert sheet(visitor, f"{HERE}/runs.csv", ",")[0]["Amount"] == "100.50"


def test_what_is_not_there_is_not_there(portal: Opened) -> None:
    visitor = portal.enter(ADMIN)
    nowhere = f"{HOME}/integrations/nothing"
    run = f"{HOME}/runs/00000000-0000-4000-8000-000000000000"
    for path in (nowhere, f"{nowhere}/runs", f"{nowhere}/runs.csv", f"{nowhere}/sync", run, f"{HOME}/runs/odd"):
        assert visitor.get(path).status_code == 404, path
        assert visitor.get(path.replace(HOME, TWIN)).status_code == 404, path
    for deed in ("sync", "suspend", "resume"):
        assert visitor.tell(f"{TWIN}/integrations/nothing/{deed}", {"reason": WHY}).status_code == 404, deed


def test_every_count_that_a_run_writes_down_has_its_words() -> None:
    source = "".join(path.read_text() for path in (ROOT / "reconciler/engine").glob("*.py"))
    written = set(re.findall(r'counts\["(\w+)"\]', source)) | {"sent_found", "absent_found", "not_applied_found"}
    assert {"still_rejected", "confirmed", "reposted"} <= written
    assert {key for key in written | {*TROUBLE, *SETTLED} if f"standing.{key}" not in TEXTS} == set()
