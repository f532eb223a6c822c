"""The mapping editor over HTTP: what is posted as it was shown changes nothing, and what is changed becomes a draft."""

from collections.abc import Iterator
from importlib.resources import files

import psycopg
import pytest
from parts.changing import BETA_ADMIN, READER, Changing, changing
from parts.databases import database, url_of
from parts.followed import id_of
from parts.forms import fields_of
from parts.portal import Visitor
from parts.proposing import ACCOUNTANT, ADMIN

from reconciler.portal.proposing.mapping.answers import STEPS

HOME, TWIN = "/o/alfa", "/api/v1/organizations/alfa"
EXPENSES = "/mappings/members-expense-claims/edit"
FILE = "orgs/alfa/mappings/expense-claims.yaml"
EDITS = (
    (FILE, "Utlegg {incurred_on}", "Refusjon {incurred_on}"),
    ("orgs/beta/mappings/expense-claims.yaml", "Utlegg {incurred_on}", "Beta {incurred_on}"),
)
CLAIM = """insert into app.expense_claims values (gen_random_uuid(), %s, gen_random_uuid(), 'V77777', 'travel',
'Reise til lege', '2026-02-01', null, '2026-02-02 12:00+01', 'approved', 412.50, 'NOK', '310', null, 'receipts/1',
'2026-02-01 12:00+01', '2026-02-02 12:00+01')"""
"""A record that waits, with personal data in it."""
NAUGHTY = "<script>alert(1)</script>\"'{{7*7}}"


@pytest.fixture(scope="module")
def there(
    tmp_path_factory: pytest.TempPathFactory, administration: psycopg.Connection, template: str, server_url: str
) -> Iterator[Changing]:
    """One portal for all tests of this file: each has drafts of its own."""
    with (
        database(administration, "mappings", template) as name,
        changing(tmp_path_factory.mktemp("mappings"), url_of(server_url, name), *EDITS) as found,
    ):
        with psycopg.connect(found.here.one.settings.database_url, autocommit=True) as connection:
            connection.execute(files("reconciler.demo").joinpath("app_schema.sql").read_bytes())
            connection.execute(CLAIM, [id_of("alfa")])
        yield found


def row_of(form: dict[str, str], target: str) -> str:
    return next(name.removesuffix(".to") for name, value in form.items() if name.endswith(".to") and value == target)


def shown(visitor: Visitor, path: str = EXPENSES, query: str = "") -> tuple[str, dict[str, str]]:
    answer = visitor.get(HOME + path + query)
    assert answer.status_code == 200, answer.text
    return answer.text, fields_of(answer.text, "mapping")


def post(visitor: Visitor, form: dict[str, str], do: str, path: str = EXPENSES) -> str:
    answer = visitor.client.post(HOME + path, data={**form, "do": do}, headers={"origin": visitor.address})
    assert answer.status_code in (200, 303), answer.text
    return answer.text or answer.headers["location"]


def said_by(form: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in form.items() if value}


def draft_of(visitor: Visitor, form: dict[str, str]) -> dict:
    """What the twin says of a form's draft."""
    return visitor.get(f"{TWIN}{EXPENSES}", params={"draft": form["draft"]}).json()


def test_a_form_that_is_posted_as_it_was_shown_changes_nothing(there: Changing) -> None:
    lise = there.portal.enter(ADMIN)
    for name in ("members-activity-logs", "members-expense-claims"):
        path = f"/mappings/{name}/edit"
        _, form = shown(lise, path)
        after = fields_of(post(lise, form, "save", path), "mapping")
        assert (after, after["draft"]) == (form, "")


def test_a_row_has_all_of_its_fields_when_somebody_opens_it_and_says_the_same(there: Changing) -> None:
    lise = there.portal.enter(ADMIN)
    page, form = shown(lise)
    row = row_of(form, "text")
    assert (form[f"{row}.truncate"], f'name="{row}.longer"' in page) == ("200", False)
    after = fields_of(post(lise, form, f"open:{row}"), "mapping")
    fields = {name.removeprefix(f"{row}.") for name in after if name.startswith(f"{row}.")}
    assert fields == {"to", "source", "typed", *STEPS}
    assert said_by(after) == said_by(form) | {"open": row}
    assert fields_of(post(lise, after, "check"), "mapping")["draft"] == "", "what is the same is no draft"
    assert "alert(1)" not in post(lise, form, f"open:{NAUGHTY}")


def test_the_list_says_who_changed_each_mapping_and_what_is_being_changed(there: Changing) -> None:
    lise = there.portal.enter(ADMIN)
    _, form = shown(lise)
    form = fields_of(post(lise, form | {f"{row_of(form, 'kind')}.source": "from:status"}, "check"), "mapping")
    rows = lise.get(f"{TWIN}/mappings").json()["mappings"]
    assert [(each["name"], each["usable"], bool(each["changed"]["author"])) for each in rows] == [
        ("members-activity-logs", True, True),
        ("members-expense-claims", True, True),
    ]
    assert form["draft"] in [each["id"] for each in rows[1]["drafts"]]
    page = there.portal.enter(READER).get(f"{HOME}/mappings").text
    assert f"{HOME}/drafts/{form['draft']}" in page
    assert "/edit" not in page


def test_another_source_is_one_line_of_the_file_and_seen_in_the_preview(there: Changing) -> None:
    lise = there.portal.enter(ADMIN)
    _, form = shown(lise)
    row = row_of(form, "text")
    changed = form | {f"{row}.source": "template", f"{row}.typed": "Krav {incurred_on}"}
    looked = post(lise, changed, "look")
    assert "Krav 2026-01-13" in looked
    assert fields_of(looked, "mapping")["draft"] == "", "looking keeps nothing"
    kept = fields_of(post(lise, changed, "check"), "mapping")
    found = draft_of(lise, kept)
    assert [each for each in found["lines"] if each[0] in "+-"] == [
        ["-", '        - {to: text, template: "Refusjon {incurred_on}", truncate: {length: 200}}'],
        ["+", '        - {to: text, template: "Krav {incurred_on}", truncate: {length: 200}}'],
    ]
    assert (found["wrong"], found["tests"]) == (0, [[]])
    where = lise.client.post(HOME + EXPENSES, data={**kept, "do": "save"}, headers={"origin": lise.address})
    assert where.headers["location"] == f"{HOME}/drafts/{kept['draft']}"


def test_rows_lines_tables_and_tests_come_and_go(there: Changing) -> None:
    lise = there.portal.enter(ADMIN)
    _, form = shown(lise)
    text = row_of(form, "text")
    form |= {f"{text}.source": "", "newline.name": "twin", "newline.like": "expense", "newlookup": "kinds"}
    form = fields_of(post(lise, form, "check"), "mapping")
    spec = draft_of(lise, form)["spec"]
    assert [each["name"] for each in spec["lines"]] == ["expense", "twin"]
    assert "text" not in [each["to"] for each in spec["lines"][0]["fields"]]
    assert spec["lookups"] == {"kinds": {}}
    form |= {"lookups.0.rows.0.key": "travel", "lookups.0.rows.0.value": "T", "lines.1.remove": "on"}
    form |= {f"{row_of(form, 'kind')}.lookup": "kinds", "lines.0.new.to": "text", "lines.0.new.source": "value"}
    form |= {"lines.0.new.typed": "Et utlegg", "tests.0.yaml": ""}
    spec = draft_of(lise, fields_of(post(lise, form, "check"), "mapping"))["spec"]
    assert spec["lookups"] == {"kinds": {"travel": "T"}}
    assert [each["name"] for each in spec["lines"]] == ["expense"]
    assert {"to": "text", "value": "Et utlegg"} in spec["lines"][0]["fields"]
    assert {"to": "kind", "from": "expense_type", "lookup": "kinds"} in spec["lines"][0]["fields"]
    assert "tests" not in spec


def test_a_table_may_be_long(there: Changing) -> None:
    lise = there.portal.enter(ADMIN)
    _, form = shown(lise)
    form |= {"lookups.0.name": "many", "lookups.0.rest": ""}
    form |= {f"lookups.0.rows.{at}.{part}": f"v{at}" for at in range(1200) for part in ("key", "value")}
    page = post(lise, form, "look")
    assert fields_of(page, "mapping")["lookups.0.rows.1199.key"] == "v1199"


def test_a_preview_becomes_a_test_that_passes_until_the_mapping_says_something_else(there: Changing) -> None:
    lise = there.portal.enter(ADMIN)
    _, form = shown(lise)
    form = fields_of(post(lise, form, "test:2"), "mapping")
    found = draft_of(lise, form)
    assert found["tests"] == [[], []]
    assert found["spec"]["tests"][1]["given"]["expense_type"] == "meeting"
    row = row_of(form, "amount")
    page = post(lise, form | {f"{row}.negate": "true"}, "look")
    assert "expense.amount er -1874.50, og 1874.50 var ventet" in page


def test_records_that_wait_are_shown_without_personal_data(there: Changing) -> None:
    lise = there.portal.enter(ADMIN)
    page, form = shown(lise)
    found = lise.get(TWIN + EXPENSES).json()["previews"][-1]
    values = {each["name"]: each["value"] for each in found["lines"][0]["fields"]}
    assert (found["real"], values["amount"], values["memberNumber"]) == (True, "412.50", "••••")
    row = row_of(form, "text")
    other = post(
        lise, form | {f"{row}.typed": "{volunteer_number}, {description}", f"{row}.reason": "A test of it"}, "look"
    )
    refused = post(lise, form | {f"{row_of(form, 'memberNumber')}.check": "kontonummer"}, "look")
    assert "412.50" in other
    assert "V10001" in refused, "of a sample everything is shown"
    for each in (page, other, refused):
        assert "V77777" not in each
        assert "Reise til lege" not in each


def test_what_must_be_written_is_marked_and_a_mistake_stands_in_its_row(there: Changing) -> None:
    lise = there.portal.enter(ADMIN)
    _, form = shown(lise)
    amount, date = row_of(form, "amount"), row_of(form, "date")
    page = post(lise, form | {f"{amount}.source": "", f"{date}.source": "from:expense_type"}, "check")
    after = fields_of(page, "mapping")
    found = draft_of(lise, after)
    assert after[f"{row_of(after, 'amount')}.source"] == ""
    assert found["groups"][1]["unmapped"] == ["amount"]
    assert found["previews"] is None
    assert set(found["told"]) == {"lines.0", row_of(after, "date")}
    assert 'class="target must"' in page


@pytest.mark.parametrize(
    ("field", "typed"),
    [("rest", "{a: b"), ("rest", "- a"), ("typed", "min(amount"), ("typed", NAUGHTY)],
)
def test_what_cannot_be_read_is_said_in_its_row_and_nothing_typed_is_lost(
    there: Changing, field: str, typed: str
) -> None:
    lise = there.portal.enter(ADMIN)
    _, form = shown(lise)
    row = row_of(form, "amount")
    changed = form | {f"{row}.source": "calculation", f"{row}.{field}": typed}
    page = post(lise, changed, "save")
    after = fields_of(page, "mapping")
    assert after[f"{row}.{field}"] == typed
    assert after["draft"] == ""
    assert NAUGHTY not in page


def test_hostile_words_in_every_field_are_text(there: Changing) -> None:
    lise = there.portal.enter(ADMIN)
    _, form = shown(lise)
    own = ("csrf", "draft", "version", "base")
    forms = [form | {name: NAUGHTY for name in form if name not in own and not name.endswith(ends)}
             for ends in ((".rest", ".yaml"), (".to", ".source", ".rest", ".yaml"), ("name",))]  # fmt: skip
    for each in forms:
        page = post(lise, each, "check")
        assert NAUGHTY not in page
        assert "<script>alert" not in page


@pytest.mark.parametrize(
    "fields",
    [
        {"do": "drop"},
        {"do": "test:x"},
        {"do": "test:99"},
        {"do": "test:9"},
        {"lines": "x"},
        {"shared.0": "x", "shared.0.to": "y"},
        {"version": "x"},
        {"draft": "x"},
        {"base": "0" * 40},
        {"base": "HEAD"},
        {"draft": "00000000-0000-0000-0000-000000000001"},
    ],
)
def test_garbage_is_refused_and_kept_nowhere(there: Changing, fields: dict[str, str]) -> None:
    lise = there.portal.enter(ADMIN)
    _, form = shown(lise)
    answer = lise.client.post(HOME + EXPENSES, data={**form, **fields}, headers={"origin": lise.address})
    assert answer.status_code in (303, 400, 404, 422), answer.text
    assert "/drafts/" not in answer.headers.get("location", "")


def test_rights_isolation_and_forms_from_elsewhere(there: Changing) -> None:
    lise, stranger = there.portal.enter(ADMIN), there.portal.enter(BETA_ADMIN)
    _, form = shown(lise)
    for account, status in ((READER, 403), (ACCOUNTANT, 403), (BETA_ADMIN, 404)):
        visitor = there.portal.enter(account)
        own = {**form, "csrf": visitor.csrf, "do": "check"}
        assert visitor.get(HOME + EXPENSES).status_code == status
        assert visitor.client.post(HOME + EXPENSES, data=own, headers={"origin": visitor.address}).status_code == status
        assert visitor.tell(TWIN + EXPENSES, {"spec": {}}).status_code == status
    assert stranger.get(f"{HOME}/mappings").status_code == 404
    assert lise.client.post(HOME + EXPENSES, data={**form, "csrf": "", "do": "check"}).status_code == 403
    assert lise.get("/o/alfa/mappings/nothing/edit").status_code == 404


def test_two_windows_on_one_draft_do_not_write_over_each_other(there: Changing) -> None:
    lise = there.portal.enter(ADMIN)
    _, form = shown(lise)
    row = row_of(form, "text")
    first = fields_of(post(lise, form | {f"{row}.typed": "En"}, "check"), "mapping")
    post(lise, first | {f"{row}.typed": "To"}, "check")
    answer = lise.client.post(
        HOME + EXPENSES, data={**first, f"{row}.typed": "Tre", "do": "check"}, headers={"origin": lise.address}
    )
    assert answer.status_code == 409
    assert "i mellomtiden" in answer.text
    rule = next(each for each in draft_of(lise, first)["spec"]["lines"][0]["fields"] if each["to"] == "text")
    assert rule["template"] == "To"


def test_the_twin_takes_the_spec_itself(there: Changing) -> None:
    lise = there.portal.enter(ADMIN)
    found = lise.get(TWIN + EXPENSES).json()
    spec = found["spec"]
    spec["lines"][0]["fields"][4]["number"] = {"decimals": 2, "minor_units": False}
    answer = lise.tell(TWIN + EXPENSES, {"do": "check", "base": found["base"], "spec": spec}).json()
    assert answer["draft"]
    assert answer["spec"]["lines"][0]["fields"][4]["number"] == {"decimals": "2", "minor_units": "false"}
    assert answer["wrong"] == 0


@pytest.mark.parametrize(
    "change",
    [
        {"integration": ["x"], "category": {"a": None}},
        {"lines": "x"},
        {"lines": [None, [], {"name": "a", "fields": [None, "", {"": ""}, {"to": "kind", "from": {"a": []}}]}]},
        {
            "shared": {"a": {"b": "c"}},
            "lookups": {"": {"": ""}, "a": None, "b": ["x"]},
            "tests": [None, "x", {"given": 1}],
        },
        {"lines": [{"name": NAUGHTY, "when": {"field": NAUGHTY, "equals": NAUGHTY}, "fields": [{"to": NAUGHTY}]}]},
        {"odd\nkey": "line\r\nbreaks\x85\u2028 \t", "rounding": {"decimals": -1}},
    ],
)
def test_whatever_a_mapping_says_can_be_shown_and_posted_back(there: Changing, change: dict) -> None:
    lise = there.portal.enter(ADMIN)
    found = lise.get(TWIN + EXPENSES).json()
    made = lise.tell(TWIN + EXPENSES, {"do": "check", "base": found["base"], "spec": found["spec"] | change}).json()
    assert made["wrong"] > 0
    page, form = shown(lise, EXPENSES, f"?draft={made['draft']}")
    assert NAUGHTY not in page
    after = post(lise, form, "check")
    assert lise.get(TWIN + EXPENSES, params={"draft": made["draft"]}).json()["spec"] == made["spec"]
    assert fields_of(after, "mapping") == form | {"version": "2"}


def test_a_spec_without_end_is_refused(there: Changing) -> None:
    lise = there.portal.enter(ADMIN)
    spec: dict = {}
    for _ in range(200):
        spec = {"a": spec}
    assert lise.tell(TWIN + EXPENSES, {"spec": spec}).status_code == 400


def test_a_mapping_begins_from_a_suggestion_an_earlier_version_or_another_organisation(there: Changing) -> None:
    lise = there.portal.enter(ADMIN)
    found = lise.get(TWIN + EXPENSES).json()
    before = found["history"][1]["commit"]
    _, old = shown(lise, EXPENSES, f"?commit={before}")
    assert old[f"{row_of(old, 'text')}.typed"] == "Utlegg {incurred_on}"
    assert [each["key"] for each in found["starts"]] == ["beta/members-expense-claims"]
    _, other = shown(lise, EXPENSES, "?begin=beta/members-expense-claims")
    assert other[f"{row_of(other, 'text')}.typed"] == "Beta {incurred_on}"
    _, suggested = shown(lise, EXPENSES, "?begin=suggestion")
    assert suggested[f"{row_of(suggested, 'reference')}.source"] == "from:export.reference"
    assert suggested["draft"] == ""
    for query in ("?begin=beta/nothing", "?begin=gamma/x", f"?commit={'0' * 40}"):
        assert lise.get(HOME + EXPENSES + query).status_code == 404
    stranger = there.portal.enter(BETA_ADMIN)
    own = stranger.get("/api/v1/organizations/beta" + EXPENSES).json()
    assert own["starts"] == []
    assert stranger.get("/o/beta" + EXPENSES + "?begin=alfa/members-expense-claims").status_code == 404
