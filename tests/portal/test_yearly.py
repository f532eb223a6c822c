"""The yearly report, by its pages and their twins: checked, frozen, handed over, compared, corrected."""

import hashlib
import io
import json
import threading
import zipfile
from datetime import timedelta

import pytest
from parts.installation import START, Installation
from parts.portal import ADMIN, HOME, STRANGER, TWIN, Opened, Visitor
from parts.synced import VIEWER
from parts.yearly import GIVEN, LONGER, PLACE, REPORT, SAME, TYPE, WHY, checked, frozen, registered

from reconciler.packages.parcel import zipped
from reconciler.portal.refusals import NotDone
from reconciler.portal.yearly.counts import FRESH, WAITING, WORKERS, Counts
from reconciler.specs.languages import Language

NAUGHTY = "<script>alert(1)</script>{{7*191}}"
HER = """
    update reconciler.organizations set body = jsonb_insert(body, '{people,0}', %s) where name = 'blindeforbundet'"""


def test_a_report_is_checked_frozen_downloaded_and_handed_over_by_its_pages(
    portal: Opened, installation: Installation
) -> None:
    registered(installation)
    visitor = portal.enter(ADMIN)
    assert f'href="{HOME}/reports"' in visitor.get(HOME).text
    listed = visitor.get(f"{TWIN}/reports").json()["reports"]
    assert [(each["year"], each["state"], each["counted"]) for each in listed] == [
        (2026, "not due", None), (2025, "not built", None),
    ]  # fmt: skip
    found = checked(visitor)
    assert found["freezable"], found["findings"]
    assert {each["code"]: each["found"] for each in found["checks"]}["unmapped-type"] == 0
    kept = frozen(visitor)
    [version] = kept["versions"]
    assert (kept["state"], version["version"], version["frozen_by"], version["reason"]) == ("frozen", 1, ADMIN, WHY)
    assert {each["name"]: each["sha256"] for each in version["files"]} == {
        each["name"]: each["sha256"] for each in found["files"]
    }, "what was looked at is what was frozen"
    for each in version["files"]:
        answer = visitor.get(f"{REPORT}/versions/1/files/{each['name']}")
        assert hashlib.sha256(answer.content).hexdigest() == each["sha256"]
        assert answer.headers["content-disposition"] == f'attachment; filename="bufdir-2025-v1-{each["name"]}"'
        assert "sandbox" in answer.headers["content-security-policy"]
    whole = visitor.get(f"{SAME}/versions/1/package")
    with zipfile.ZipFile(io.BytesIO(whole.content)) as parcel:
        inside = {each.rpartition("/")[2]: parcel.read(each) for each in parcel.namelist()}
    assert {name: hashlib.sha256(content).hexdigest() for name, content in inside.items()} == {
        each["name"]: each["sha256"] for each in version["files"]
    }
    assert whole.content == visitor.get(f"{REPORT}/versions/1/package").content
    assert visitor.post(f"{REPORT}/hand-over", version=1, **GIVEN).status_code == 303
    page = visitor.get(REPORT).text
    for text in ("Det er skrevet at versjon 1 er levert til Bufdir", "kvittering 2026-117", version["digest"]):
        assert text in page, text
    [given] = visitor.get(SAME).json()["versions"][0]["handed_over"]
    assert given == {"to": "Bufdir", "receipt": "2026-117", "on": "2026-03-02", "by": ADMIN}
    audited = visitor.get(f"{TWIN}/audit", params={"object": "bufdir 2025"}).json()["entries"]
    assert [(each["action"], each["actor"]) for each in audited] == [
        ("report-handed-over", ADMIN), ("report-freeze", ADMIN),
    ]  # fmt: skip


def test_what_is_in_the_way_stands_on_the_page_with_what_to_do_and_nobody_can_freeze_it(
    portal: Opened, installation: Installation
) -> None:
    registered(installation)
    installation.sql(TYPE, NAUGHTY, "conversation")
    installation.sql(PLACE, "Ring 22 33 44 55", "course")
    visitor = portal.enter(ADMIN)
    found = checked(visitor)
    assert {each["code"]: each["found"] for each in found["checks"] if each["found"]} == {
        "unmapped-type": 1, "personal-data": 1,
    }  # fmt: skip
    assert (found["freezable"], found["files"]) == (False, [])
    page = visitor.get(f"{REPORT}/check").text
    for text in (
        "2 feil må rettes",
        "reports/bufdir.yaml, linje 23",
        "&lt;script&gt;",
        "under activity_types",
    ):
        assert text in page, text
    for text in (NAUGHTY, "22 33 44 55", 'id="freeze"'):
        assert text not in page, text
    refused = visitor.post(f"{REPORT}/freeze", seen=found["seen"], reason=WHY, confirmed="true")
    assert (refused.status_code, "noe hindrer det" in refused.text) == (409, True)
    assert visitor.get(f"{REPORT}/preview/package").status_code == 409
    assert "2 feil hindrer låsing" in visitor.get(f"{HOME}/reports").text
    assert installation.sql("select count(*) from reconciler.reports_frozen") == [(0,)]


def test_what_is_frozen_is_what_was_looked_at_and_what_differs_later_is_a_correction(
    portal: Opened, installation: Installation
) -> None:
    registered(installation)
    visitor = portal.enter(ADMIN)
    seen = checked(visitor)["seen"]
    installation.sql(PLACE, "Et annet sted", "course")
    refused = visitor.tell(f"{SAME}/freeze", {"seen": seen, "reason": WHY, "confirmed": "true"})
    assert (refused.status_code, refused.json()["error"]) == (409, "yearly.changed")
    visitor.post(f"{REPORT}/count")
    assert checked(visitor)["seen"] != seen, "a row that changes no figure is seen as well"
    frozen(visitor)
    again = visitor.tell(f"{SAME}/freeze", {"seen": checked(visitor)["seen"], "reason": WHY, "confirmed": "true"})
    assert (again.status_code, again.json()["error"]) == (409, "yearly.same")
    visitor.post(f"{REPORT}/hand-over", version=1, **GIVEN)
    installation.sql(LONGER, "conversation")
    assert visitor.post(f"{REPORT}/compare").status_code == 303
    found = checked(visitor)
    assert sorted(each["what"] for each in found["differences"]) == ["changed", "figure"]
    page = visitor.get(f"{REPORT}/check").text
    for text in ("Versjon 1 er levert", "rettelse, versjon 2", "Timer", "Hva som var feil"):
        assert text in page, text
    listed = visitor.get(f"{TWIN}/reports").json()["reports"][1]
    assert (listed["state"], listed["differences"], listed["receipts"]) == ("drifted", 2, ["2026-117"])
    second = frozen(visitor, reason="En samtale varte lenger")["versions"][0]
    assert (second["version"], second["reason"]) == (2, "En samtale varte lenger")
    assert second["corrections"][0] == "Årsak til rettelsen: En samtale varte lenger"
    old = visitor.post(f"{REPORT}/hand-over", version=1, **GIVEN | {"receipt": "2026-118"})
    assert (old.status_code, "versjon 2 er nå den siste" in old.text) == (409, True)
    assert json.loads(visitor.get(f"{SAME}/versions/1/files/report.json").content)["version"] == 1


def test_two_who_freeze_at_once_make_one_version_and_both_are_told(portal: Opened, installation: Installation) -> None:
    registered(installation)
    house = portal.server.house
    both = [portal.enter(ADMIN), portal.enter("ola-blindeforbundet")]
    seen = checked(both[0])["seen"]
    house.counts.wait_s = 0.0
    told: list[Visitor] = []

    def froze(visitor: Visitor) -> None:
        visitor.post(f"{REPORT}/freeze", seen=seen, reason=WHY, confirmed="true")
        told.append(visitor)

    threads = [threading.Thread(target=froze, args=[each]) for each in both]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    texts = {each.account: "" for each in told}
    for each in told:
        while "er låst." not in texts[each.account]:
            texts[each.account] += each.get(HOME).text
    assert installation.sql("select version from reconciler.reports_frozen") == [(1,)]
    assert all("blir låst. Det går videre uten deg" in each for each in texts.values())


def test_a_long_count_holds_no_request_and_an_endless_one_ends(portal: Opened, installation: Installation) -> None:
    registered(installation)
    counts = portal.server.house.counts
    visitor = portal.enter(ADMIN)
    counts.wait_s = 0.0
    page = visitor.get(f"{REPORT}/check").text
    assert ("data-under-way" in page, "går videre uten deg" in page) == (True, True)
    assert visitor.get(f"{TWIN}/reports").json()["reports"][1]["counted"]["done"] is False
    assert visitor.get(f"{REPORT}/preview/package").status_code == 409
    assert checked(visitor)["state"] == "counted"
    counts.wait_s, counts.longest_s = 20.0, 0.0
    visitor.post(f"{REPORT}/count")
    ended = visitor.get(f"{SAME}/check")
    assert (ended.status_code, ended.json()["error"]) == (409, "yearly.ended")
    counts.longest_s = 60.0
    assert visitor.get(f"{SAME}/check").json()["state"] == "counted", "what failed is counted anew"


def test_who_may_only_see_reads_and_freezes_nothing_and_others_find_nothing(
    portal: Opened, installation: Installation
) -> None:
    installation.sql(HER, json.dumps({"account": VIEWER, "roles": ["viewer"]}))
    viewer, admin, stranger = portal.enter(VIEWER), portal.enter(ADMIN), portal.enter(STRANGER)
    deeds = {
        "freeze": {"seen": "0" * 64, "reason": WHY, "confirmed": "true"},
        "hand-over": {"version": 1, **GIVEN},
        "compare": {},
    }
    for deed, fields in deeds.items():
        path = f"{REPORT}/{deed}"
        assert viewer.post(path, **fields).status_code == 403, deed
        assert stranger.post(path, **fields).status_code == 404, deed
        assert admin.client.post(path, data=fields, headers={"origin": admin.address}).status_code == 403, deed
    assert viewer.get(REPORT).status_code == viewer.get(f"{REPORT}/check").status_code == 200
    assert 'id="freeze"' not in viewer.get(f"{REPORT}/check").text
    for path in ("", "/check", "/versions/1/package", "/preview/package"):
        assert stranger.get(REPORT + path).status_code == 404, path
    for path in (f"{HOME}/reports/other/2025", f"{HOME}/reports/bufdir/2024", f"{HOME}/reports/bufdir/2027",
                 f"{REPORT}/versions/1/package", f"{REPORT}/preview/files/..%2F..%2Fetc%2Fpasswd",
                 f"{REPORT}/preview/files/other.csv", f"{HOME}/reports/bufdir/1"):  # fmt: skip
        assert admin.get(path).status_code == 404, path
    for deed in ("compare", "hand-over"):
        assert "Ingenting er låst for dette året" in admin.post(f"{REPORT}/{deed}", **deeds[deed]).text
    for fields in ({"confirmed": ""}, {"reason": "kort"}, {"seen": "no"}, {"reason": "Ring kari@example.org nå"}):
        assert admin.post(f"{REPORT}/freeze", **deeds["freeze"] | fields).status_code == 422, fields
    frozen(admin)
    for fields in (
        {"to": ""},
        {"receipt": "x" * 101},
        {"on": "2026-03-03"},
        {"to": "kari@example.org"},
        {"to": "a\x07"},
    ):
        answer = admin.post(f"{REPORT}/hand-over", **{"version": 1, **GIVEN, **fields})
        assert answer.status_code == 422, fields
        assert "example.org" not in answer.text
    admin.post(f"{REPORT}/hand-over", version=1, to=NAUGHTY, receipt=NAUGHTY, on="")
    again = admin.post(f"{REPORT}/hand-over", version=1, to=NAUGHTY, receipt=NAUGHTY, on="")
    assert (again.status_code, "er skrevet alt" in again.text) == (409, True)
    for page in (REPORT, f"{HOME}/reports"):
        text = admin.get(page).text
        assert ("&lt;script&gt;" in text, NAUGHTY in text, "1337" in text) == (True, False, False), page


def test_the_same_files_make_the_same_zip() -> None:
    files = {"b.csv": b"2", "a.csv": b"1"}
    packed = zipped(files, "report")
    assert packed == zipped(dict(reversed(files.items())), "report")
    with zipfile.ZipFile(io.BytesIO(packed)) as parcel:
        assert parcel.namelist() == ["report/a.csv", "report/b.csv"]


def test_a_process_counts_few_at_once_and_forgets_what_is_old() -> None:
    stopping, go = threading.Event(), threading.Event()
    counts = Counts("postgresql://127.0.0.1:1/none", stopping)

    def key(name: str) -> tuple[str, str, int, str]:
        return ("id", name, 2025, "count")

    made = [
        counts.begin(key(f"report-{n}"), "", START, lambda _lines, _going: go.wait(30))
        for n in range(WORKERS + WAITING)
    ]
    with pytest.raises(NotDone, match="busy"):
        counts.begin(key("one-more"), "", START, lambda _lines, _going: None)
    assert counts.begin(key("report-0"), "", START, lambda _lines, _going: None) is made[0], "who asks meanwhile joins"
    go.set()
    assert all(each.done(10) for each in made)
    assert counts.last(key("report-0"), "", START) is made[0]
    assert counts.last(key("report-0"), "another", START) is None
    assert counts.last(key("report-0"), "", START + FRESH + timedelta(seconds=1)) is None
    counts.close()


@pytest.mark.parametrize("language", ["nb", "en"])
def test_figures_are_written_as_people_write_them(language: Language) -> None:
    from reconciler.portal.saying import figure

    shown = [figure(each, language).replace("\N{NO-BREAK SPACE}", " ") for each in ("0", "1234.5", "-12", "1e5", "")]
    assert shown == (["0", "1 234,5", "-12", "1e5", ""] if language == "nb" else ["0", "1,234.5", "-12", "1e5", ""])
