"""What the app may hold and nobody expects: rubbish is bounded, cleaned and told, and no person is named."""

import json

import pytest

from reconciler.demo.people import BLINDEFORBUNDET

ONE = """
    (select id from app.peer_support_activities where organization_id = %s and activity_type = 'social'
    order by id limit 1)"""


@pytest.mark.parametrize(
    "word",
    ["<script>\\n", "=1+1", "{count} {0}", "%(organization)s", "'; drop table app.members; --", "\u202eabc", "x" * 50],
)
def test_a_strange_activity_type_is_told_in_one_clean_line(word, verb, twin, sql):
    sql(f"update app.peer_support_activities set activity_type = %s where id = {ONE}", word, BLINDEFORBUNDET)
    found = twin("check")
    (said,) = [each for each in found["findings"] if each["code"] == "unmapped-type"]
    assert said["message"].isprintable()
    assert len(said["message"]) < 200
    assert "1 aktivitet" in said["message"]
    assert sql("select count(*) > 100 from app.members") == [(True,)]


@pytest.mark.parametrize("day", ["infinity", "-infinity", "4000-01-01 BC"])
def test_a_day_that_no_calendar_has_is_read_as_none(day, twin, sql):
    before = {each["key"]: each["value"] for each in twin("check")["figures"]}
    sql("update app.members set born_on = %s where organization_id = %s", day, BLINDEFORBUNDET)
    found = twin("check")
    after = {each["key"]: each["value"] for each in found["figures"]}
    assert after == before | {"young_members": 0}
    assert "age-missing" in [each["code"] for each in found["findings"]]


def test_days_without_end_mean_what_they_say(twin, sql):
    change = "update app.members set left_on = %s, joined_on = %s where organization_id = %s"
    ((count,),) = sql("select count(*) from app.members where organization_id = %s", BLINDEFORBUNDET)
    for left, joined, expected in (
        ("infinity", "-infinity", count),
        ("-infinity", "-infinity", 0),
        ("infinity", "infinity", 0),
    ):
        sql(change, left, joined, BLINDEFORBUNDET)
        assert twin("check")["figures"][0]["value"] == expected


def test_huge_numbers_are_added_up_without_a_fault(twin, sql):
    sql("update app.peer_support_activities set minutes = 2147483647 where organization_id = %s", BLINDEFORBUNDET)
    hours = next(each["value"] for each in twin("check")["figures"] if each["key"] == "hours")
    assert float(hours) > 1e9


def test_a_value_that_no_lookup_knows_is_an_error_with_a_count(twin, sql):
    sql("alter table app.peer_support_activities drop constraint peer_support_activities_meeting_form_check")
    sql("update app.peer_support_activities set meeting_form = 'hologram' where organization_id = "
        "'2b7f9c04-6d1e-4f3a-8c52-90e7a4d1b6c3' and activity_type = 'social'")  # fmt: skip
    found = twin("check", "hlf")
    said = {each["code"]: each["message"] for each in found["findings"]}
    assert said["value-unknown"] == "activities.digital har verdien «hologram», som rapporten ikke kjenner: 3 ganger"
    assert said["value-missing"] == "3 aktiviteter mangler digital og teller ikke"
    assert found["exit"] == 5


def test_no_id_of_a_person_is_in_anything_that_is_kept_or_shown(verb, sql, tmp_path):
    assert verb("build", "blindeforbundet", "--into", str(tmp_path / "out"))[0] == 0
    assert verb("freeze")[0] == 0
    assert verb("handed-over", "blindeforbundet", "--receipt", "R-1")[0] == 0
    people = sql(
        "select id::text from app.members union select peer_id::text from app.peer_support_activities"
        " union select participant_id::text from app.peer_support_participants"
    )
    written = b"".join(each.read_bytes() for each in (tmp_path / "out").iterdir())
    kept = json.dumps(sql("select f::text from reconciler.reports_frozen f")) + json.dumps(
        sql("select a::text from reconciler.audit a where action like 'report-%%'")
    )
    assert len(people) > 700
    for (person,) in people:
        assert person.encode() not in written
        assert person not in kept
        assert person.replace("-", "") not in kept


def test_a_reader_who_may_not_read_the_members_stops_the_report_and_nothing_is_taken_for_none(verb, sql):
    sql("revoke select on app.members from reconciler_reader")
    code, said = verb("check")
    assert code == 5, "it is the operator's to mend, and no bug of ours"
    assert "permission denied for table members" in said
    assert "may the role reconciler_reader read it?" in said
