"""The form for the line that refused a document: who sees it, what it says, and what it refuses."""

from parts.installation import Installation
from parts.portal import ACCOUNTANT, ADMIN, HOME, TWIN, Opened
from parts.synced import VIEWER

REFUSED = "select id from reconciler.exports where state = 'rejected' and category = %s"
HOSTILE = '"><script>alert(1)</script>'


def test_where_no_lookup_is_at_fault_the_editor_is_a_step_away_and_only_who_may_propose_gets_there(
    synced: tuple[Opened, Installation],
) -> None:
    portal, here = synced
    [(claim,)], [(trip,)] = here.sql(REFUSED, "expense_claims"), here.sql(REFUSED, "mileage_claims")
    admin = portal.enter(ADMIN)
    found = admin.get(f"{TWIN}/documents/{claim}/fix").json()
    assert (found["at"], found["source"], found["field"]) == ("rule", "cost_center", "glObject1.code")
    assert found["editor"] == "/mappings/xledger-expense-claims/edit#row-lines.0.fields.2"
    page = admin.get(f"{HOME}/documents/{claim}/fix").text
    assert f'href="{HOME}{found["editor"]}"' in page
    assert 'id="row-lines.0.fields.2"' in admin.get(HOME + found["editor"].partition("#")[0]).text
    found = admin.get(f"{TWIN}/documents/{trip}/fix").json()
    assert (found["at"], found["table"], found["keys"]) == ("lookup", "departments", ["Hamar"])
    assert (found["count"], found["freed"], found["whole"]) == (1, [], True)
    for who in (ACCOUNTANT, VIEWER):
        assert portal.enter(who).get(f"{HOME}/documents/{trip}/fix").status_code == 403
        assert "Rett i feltoppsettet" not in portal.enter(who).get(f"{HOME}/integrations/xledger/documents").text
    assert "Rett i feltoppsettet" in admin.get(f"{HOME}/integrations/xledger/documents").text
    sent = here.sql("select min(id) from reconciler.exports where state = 'sent'")[0][0]
    assert admin.get(f"{HOME}/documents/{sent}/fix").status_code == 404
    assert admin.get(f"{HOME}/documents/{2**40}/fix").status_code == 404
    for wanted in ({"key": "", "value": "1"}, {"key": "a", "value": "x" * 201}, {"key": "a\n", "value": "b\nc"}):
        assert admin.tell(f"{TWIN}/documents/{trip}/fix", wanted).status_code == 422
    assert admin.tell(f"{TWIN}/documents/{claim}/fix", {"key": "a", "value": "b"}).status_code == 404


def test_what_is_written_into_the_line_is_text_and_nothing_but_the_line_changes(
    portal: Opened, installation: Installation
) -> None:
    installation.sync()
    [(trip,)] = installation.sql(REFUSED, "mileage_claims")
    admin = portal.enter(ADMIN)
    done = admin.post(f"{HOME}/documents/{trip}/fix", key=HOSTILE, value=f"{{7*7}}: {HOSTILE}")
    path = done.headers["location"]
    assert path.startswith(f"{HOME}/drafts/")
    page = admin.get(path).text
    assert "<script>alert" not in page
    twin = admin.get(path.replace(HOME, TWIN)).json()
    lines = [(mark, line) for each in twin["files"] for mark, line in each["lines"] if mark in "+-"]
    assert [mark for mark, _ in lines] == ["-", "+"]
    assert all(line.startswith("    departments: {") for _, line in lines)
