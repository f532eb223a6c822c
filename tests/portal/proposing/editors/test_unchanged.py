"""A form that comes back as it was changes nothing, byte by byte: every document of the worked examples."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from parts.followed import ROOT, followed
from parts.page_forms import form
from parts.portal import Opened

from reconciler.portal.proposing.editors import conditions, schedule_form
from reconciler.portal.serving import served
from reconciler.specs.become import become
from reconciler.specs.edit import tree_of
from reconciler.specs.models.category import DataCategory

EDITORS = {
    "schedules": "schedules/{}/edit",
    "integrations": "integrations/{}/selection",
    "exclusions": "exclusions/{}/edit",
}


@pytest.fixture
def portal(tmp_path: Path, database_url: str) -> Iterator[Opened]:
    """A portal that follows the worked examples."""
    one = followed(tmp_path, database_url)
    one.put({str(each.relative_to(ROOT)): each.read_text() for each in sorted((ROOT / "orgs").rglob("*.yaml"))})
    one.settle()
    way = {"RECONCILER_PORTAL_LISTEN": "127.0.0.1:0", "RECONCILER_PORTAL_LOGIN": "demo"}
    with served(replace(one.settings, portal=way)) as server:
        found = Opened(server)
        try:
            yield found
        finally:
            for each in found.entered:
                each.close()


def pages(organization: str) -> list[str]:
    """The editors of all its documents."""
    folder = ROOT / "orgs" / organization
    found = [
        pattern.format(each.stem)
        for kind, pattern in EDITORS.items()
        for each in sorted((folder / kind).glob("*.yaml"))
    ]
    return [f"/o/{organization}/{each}" for each in (*found, "freezes")]


def test_every_document_of_the_worked_examples_survives_its_form_byte_by_byte(portal: Opened) -> None:
    seen = 0
    for organization in sorted(each.name for each in (ROOT / "orgs").iterdir()):
        text = (ROOT / "orgs" / organization / "organization.yaml").read_bytes()
        admin = portal.enter(tree_of(text)["spec"]["people"][0]["account"])
        for path in pages(organization):
            sent = form(admin.get(path).text, path)
            answer = admin.client.post(path, data=sent.fields() | {"do": "check"}, headers={"origin": admin.address})
            assert answer.headers["location"] == path, answer.text
            seen += 1
        assert admin.get(f"/api/v1/organizations/{organization}/drafts").json()["drafts"] == []
    assert seen > 20


TYPES = ("text", "uuid", "integer", "money", "boolean", "date", "instant")
LISTED = ("a", "b", "c")
FIELDS = {
    **{each: {"type": each, "label": {"en": each, "nb": each}} for each in TYPES},
    "listed": {"type": "text", "values": LISTED, "label": {"en": "Listed", "nb": "Liste"}},
}
CATEGORY = DataCategory.model_validate(
    {
        "label": {"en": "Things", "nb": "Ting"}, "relation": "app.things", "key": "uuid", "organization": "owner",
        "cut_over": "date", "fields": FIELDS, "samples": [{}],
    }
)  # fmt: skip
WORD = some.text(some.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=6)
WORDS = some.lists(WORD, min_size=1, max_size=3, unique=True)
DAY = some.dates().map(str)
NUMBER = some.integers(-1000, 1000).map(str)


def limits(low: str, high: str, value: some.SearchStrategy[str]) -> some.SearchStrategy[dict[str, str]]:
    return some.dictionaries(some.sampled_from((low, high)), value, min_size=1)


def listed(values: some.SearchStrategy[list[str]]) -> some.SearchStrategy[object]:
    return some.one_of(values, values.map(lambda each: each[0]), values.map(lambda each: {"not": each}))


CHOSEN = some.lists(some.sampled_from(LISTED), min_size=1, unique=True).map(sorted)
CONDITIONS = {
    "text": listed(WORDS), "uuid": listed(WORDS), "listed": listed(CHOSEN), "date": limits("from", "to", DAY),
    "boolean": some.sampled_from(["true", "false", ["true"]]), "instant": limits("from", "to", DAY),
    "integer": some.one_of(limits("min", "max", NUMBER), some.just({"not": ["1"], "min": "0"})),
    "money": limits("min", "max", NUMBER),
}  # fmt: skip
NAMES = some.lists(some.sampled_from([*FIELDS]), unique=True, min_size=1, max_size=3)
RULES = some.fixed_dictionaries({}, optional={**CONDITIONS, "present": NAMES, "absent": NAMES})


def state(rule: dict) -> dict[str, str]:
    return conditions.shown("things", CATEGORY, rule)


@settings(max_examples=30)
@given(RULES)
def test_conditions_that_come_back_as_they_were_shown_are_the_same(rule: dict) -> None:
    assert conditions.applied("things", CATEGORY, rule, state(rule), state(rule)) == rule


@settings(max_examples=30)
@given(RULES, RULES)
def test_what_somebody_writes_into_the_form_of_conditions_is_what_they_see_afterwards(old: dict, new: dict) -> None:
    before, after = state(old), state(new)
    wanted = {place: after.get(place, value) for place, value in before.items()}
    made = conditions.applied("things", CATEGORY, old, before, wanted)
    shown = state(made)
    assert {place: shown.get(place) for place in wanted if not place.endswith("/known")} == {
        place: value for place, value in wanted.items() if not place.endswith("/known")
    }
    text = b"kind: X\nspec:\n  # a word\n  rule: {}\n"
    assert tree_of(become(text, {"kind": "X", "spec": {"rule": made}}))["spec"]["rule"] == made


PRESETS = some.one_of(
    some.builds(lambda cron: {"cron": cron}, some.sampled_from(["15 5 * * 1,4", "0 4 1 * *"])),
    some.just({"every": "manual"}),
    some.sampled_from([{"every": "hourly"}, {"every": "hourly", "at": "00:07"}, {"every": "hourly", "at": "00:30"}]),
    some.sampled_from([{"every": "daily"}, {"every": "daily", "at": "04:10"}]),
    some.sampled_from([{"every": "weekly", "on": each} for each in ("mon", "friday", "0")]),
    some.sampled_from([{"every": "monthly", "on": each, "at": "18:00"} for each in ("1", "28", "last")]),
)
MORE = some.fixed_dictionaries({}, optional={"zone": some.just("Europe/London")})


@given(PRESETS, MORE, PRESETS, MORE)
def test_a_schedule_becomes_what_the_form_says_and_stays_what_it_was_where_it_says_nothing(
    one: dict, more: dict, other: dict, else_: dict
) -> None:
    old, new = {"integration": "x", **one, **more}, {"integration": "x", **other, **else_}
    before, after = schedule_form.shown(old), schedule_form.shown(new)
    assert schedule_form.applied(old, before, before) == old
    assert schedule_form.shown(schedule_form.applied(old, before, after)).model_dump() == after.model_dump()
