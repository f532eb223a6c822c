"""What counts, by the rules of its day, and why not."""

from collections import Counter
from datetime import date

import pytest
from parts.counted import RULES, Rows, activity, asked

from reconciler.reports.counting import judged
from reconciler.reports.judging import Judge


def verdicts(*given, year=2025):
    found = asked(year)
    judge = Judge(found.rules, found.report.activity_types, "nb")
    rows = list(judged(found, Rows(given_activities=given), judge, Counter()))
    return [(row["counts"], row["reason"]) for row in rows], judge.noted, rows


def test_a_group_of_ninety_minutes_with_three_people_counts():
    assert verdicts(activity())[0] == [(True, None)]


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"minutes": 44}, "Kortere enn 45 minutter"),
        ({"participants": 2}, "Færre enn 3 deltakere"),
        ({"in_norway": "SE"}, "Ikke i Norge"),
        ({"approved": False}, "Likepersonen var ikke godkjent i grunnlagsåret"),
        ({"type": "social"}, "Rent sosialt eller rekreasjon"),
        ({"type": "course", "minutes": 179, "days": 2, "participants": 9}, "Under 90 minutter per dag"),
        ({"type": "course", "minutes": 180, "days": 2, "participants": 4}, "Færre enn 5 deltakere"),
        ({"type": "yoga"}, "Aktivitetstypen er ikke knyttet til reglene"),
        ({"minutes": None}, "Opplysninger mangler; Kortere enn 45 minutter"),
        ({"minutes": 10, "participants": 1}, "Kortere enn 45 minutter; Færre enn 3 deltakere"),
    ],
)
def test_what_does_not_count_says_every_reason(values, why):
    assert verdicts(activity(**values))[0] == [(False, why)]


@pytest.mark.parametrize(
    "values",
    [
        {"minutes": 45},
        {"type": "course", "minutes": 180, "days": 2, "participants": 5},
        {"type": "conversation", "minutes": 5, "participants": 1, "people": ["x"]},
    ],
)
def test_the_least_that_is_asked_for_is_enough(values):
    assert verdicts(activity(**values))[0] == [(True, None)]


def test_a_second_activity_of_one_person_on_one_day_counts_only_with_somebody_new():
    again, other = activity(people=["x", "y", "z"]), activity(people=["x", "y", "w"])
    elsewhere, tomorrow = activity(peer="ola"), activity(day=date(2025, 3, 13))
    found, _, _ = verdicts(activity(), again, other, elsewhere, tomorrow)
    assert found == [(True, None), (False, "Ingen nye deltakere samme dag"), (True, None), (True, None), (True, None)]


def test_whoever_did_not_count_is_still_somebody_new_in_the_evening():
    short, _, _ = verdicts(activity(minutes=10), activity())
    assert [counts for counts, _ in short] == [False, True]


def test_new_participants_are_those_whom_the_year_has_not_seen_before():
    _, _, rows = verdicts(activity(), activity(day=date(2025, 3, 13), people=["x", "v", "w"]))
    assert [row["new_participants"] for row in rows] == [3, 2]


def test_the_rules_of_the_day_hold_and_digital_meetings_changed_with_2021():
    before, noted, _ = verdicts(activity(day=date(2020, 12, 31), digital=True), year=2020)
    assert before == [(False, "Digitalt møte")]
    assert noted.unclear == {"2020": 1}
    after, noted, rows = verdicts(activity(day=date(2021, 1, 1), digital=True), year=2021)
    assert after == [(True, None)]
    assert (noted.unclear, rows[0]["remark"]) == ({"2021": 1}, "Digitalt møte: regelen er uklar")


def test_a_digital_meeting_that_is_too_short_anyway_makes_nothing_unclear():
    _, noted, rows = verdicts(activity(digital=True, minutes=10))
    assert (noted.unclear, rows[0]["remark"]) == ({}, None)


def test_before_the_first_version_nothing_counts():
    found, noted, _ = verdicts(activity(day=date(2019, 12, 31)), year=2019)
    assert found == [(False, "Ingen regler gjaldt den dagen")]
    assert noted.without_rules == {date(2019, 12, 31): 1}


def test_every_version_has_its_first_day():
    assert RULES.version(date(2020, 12, 31)).name == "2020"
    assert RULES.version(date(2021, 1, 1)).name == "2021"
    assert RULES.version(date(2019, 12, 31)) is None


def test_a_flood_of_unmapped_types_is_bounded_in_memory():
    _, noted, _ = verdicts(*(activity(type=f"type {n} " + "x" * 5000) for n in range(500)))
    assert len(noted.unmapped) <= 51
    assert sum(noted.unmapped.values()) == 500
    assert max(map(len, noted.unmapped)) <= 60
