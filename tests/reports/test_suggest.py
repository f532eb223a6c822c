"""Where the values of a report are guessed to come from, by the names of fields."""

import pytest

from reconciler.reports.suggest import categories, fitting, kind_of, suggested
from reconciler.specs.collection import collect
from reconciler.specs.models.category import DataCategory
from reconciler.specs.models.report import COLUMNS, Report
from reconciler.specs.models.report_rules import ReportRules
from reconciler.specs.rules_report import misfit
from reconciler.wiring import catalog

CATALOG = collect({}, catalog()).catalog
COUNTED = {name: each.spec for name, each in CATALOG.categories.items() if each.spec.report_only}
EXAMPLE = {
    "title": "Rapport", "rules": "bufdir", "first_year": 2025, "activity_types": {"course": "course"},
    "deadline": {"month": 9, "day": 15}, "contacts": ["kari"],
}  # fmt: skip


def category(**fields: str) -> DataCategory:
    """A category with these fields, by their type; one called personal_ is somebody's."""
    given = {
        name: {
            "type": kind,
            "label": {"en": name, "nb": name},
            "personal": "ordinary" if "personal" in name else "none",
        }
        for name, kind in fields.items()
    }
    body = {"relation": "app.x", "key": "id", "organization": "o", "cut_over": "held", "samples": [{}]}
    spec = {"label": {"en": "x", "nb": "x"}, **body, "fields": {**given, "id": given.get("id", IDENTITY)}}
    return DataCategory.model_validate({**spec, "cut_over": "id"})


IDENTITY = {"type": "uuid", "label": {"en": "id", "nb": "id"}}


def test_the_categories_of_the_catalogue_are_found_and_every_value_has_a_field_that_fits() -> None:
    found = categories(COUNTED)
    assert found == {
        "members": "members", "branches": "local_branches", "activities": "peer_support_activities",
        "participants": "peer_support_participants",
    }  # fmt: skip
    columns = {source: suggested(source, COUNTED[found[source]]) for source in COLUMNS}
    assert columns["activities"]["in_norway"] == {"field": "country", "lookup": {"NO": "true"}, "other": "false"}
    assert columns["activities"]["place"] == {"field": "town"}
    assert columns["members"]["paying"] == {"field": "fee_paid"}, "a yes or no is better than a word"
    report = Report.model_validate({**EXAMPLE, "categories": found, "columns": columns})
    assert [
        (source, name)
        for source in COLUMNS
        for name in COLUMNS[source]
        if misfit(report, source, name, COUNTED[found[source]])
    ] == []


def test_nothing_is_guessed_where_no_field_is_called_alike_or_the_field_names_a_person() -> None:
    found = suggested("activities", category(personal_town="text", fee="boolean", held="date"))
    assert found["place"] is None
    assert found["in_norway"] is None
    assert found["day"] == {"field": "held"}


def test_a_question_may_be_answered_by_text_and_no_value_by_a_field_that_names_a_person() -> None:
    there = category(status="text", paid="boolean", personal_note="text", day="date")
    assert fitting("members", "paying", there) == ["status", "paid"]
    assert fitting("members", "joined_on", there) == ["day"]
    assert fitting("participants", "person", there) == ["status", "id"]


@pytest.mark.parametrize(
    ("name", "kind"), [("discussion_group", "group"), ("Kurs/course", "course"), ("coursework", ""), ("home_visit", "")]
)
def test_an_activity_type_is_guessed_by_the_words_of_its_name(name: str, kind: str) -> None:
    kinds = CATALOG.of(ReportRules)["bufdir"].spec.versions[-1].kinds
    assert kind_of(name, kinds) == kind
