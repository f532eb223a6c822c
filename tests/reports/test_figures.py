"""Key figures, groups, ages and small numbers."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from parts.counted import Rows, activity, asked, branch, member

from reconciler.reports.build import build
from reconciler.reports.period import age
from reconciler.reports.tally import hidden


def figures(built):
    return {each.key: each.value for each in built.report.figures}


def sheet(built, name):
    (found,) = [each for each in built.report.sheets if each.name == name]
    headings = [each.heading for each in found.columns]
    return [dict(zip(headings, row, strict=True)) for row in found.rows()]


def codes(built):
    return [each.code for each in built.report.findings]


@pytest.mark.parametrize(
    ("born", "day", "years"),
    [
        (date(2000, 12, 31), date(2025, 12, 31), 25),
        (date(2000, 1, 1), date(2025, 12, 31), 25),
        (date(1999, 12, 31), date(2025, 12, 31), 26),
        (date(2004, 2, 29), date(2025, 2, 28), 20),
        (date(2004, 2, 29), date(2025, 3, 1), 21),
        (None, date(2025, 12, 31), None),
        (date(2026, 1, 1), date(2025, 12, 31), -1),
    ],
)
def test_an_age_is_that_of_the_counting_day(born, day, years):
    assert age(born, day) == years


def test_under_26_is_whoever_is_not_26_on_the_last_day_of_the_year():
    built = build(asked(), Rows([member(born_on=date(2000, 1, 1)), member(born_on=date(1999, 12, 31))]))
    assert figures(built)["young_members"] == 1
    bands = {row["Aldersgruppe"]: row["Antall medlemmer"] for row in sheet(built, "Medlemmer per alder")}
    assert bands == {"0–12 år": 0, "13–19 år": 0, "20–25 år": 1, "26–66 år": 1, "67 år og eldre": 0}


def test_members_are_those_of_31_december():
    rows = Rows([
        member(joined_on=date(2025, 12, 31)), member(joined_on=date(2026, 1, 1)), member(left_on=date(2025, 12, 31)),
        member(left_on=date(2026, 1, 1)),
    ])  # fmt: skip
    assert figures(build(asked(), rows))["members"] == 2


@pytest.mark.parametrize(("year", "count", "codes_"), [(2023, 11, {"30", "38", "54"}), (2025, 15, {"31", "40", "56"})])
def test_the_counties_are_those_of_the_year_and_stand_there_with_nobody_in_them(year, count, codes_):
    rows = sheet(build(asked(year), Rows([member()])), "Medlemmer per fylke")
    assert len(rows) == count
    assert codes_ < {row["Fylkesnr"] for row in rows}
    assert {row["Fylke"]: row["Antall medlemmer"] for row in rows if row["Antall medlemmer"]} == {"Oslo": 1}


def test_a_county_that_is_gone_is_an_error_and_the_sums_say_so():
    built = build(asked(), Rows([member(), member(county="30")]))
    assert "county-invalid" in codes(built)
    assert "county-sum" in codes(built)
    (said,) = [each.message for each in built.report.findings if each.code == "county-invalid"]
    assert said == "Fylkesnummer «30» er ikke gyldig 2025-12-31: 1 medlemmer"
    assert codes(
        build(asked(2023), Rows([member(county="30")], given_activities=[activity(day=date(2023, 1, 2))]))
    ) == ["day-unclear"]


def test_members_without_a_county_or_an_age_have_lines_of_their_own():
    built = build(asked(), Rows([member(county=None), member(born_on=None)], given_activities=[activity()]))
    assert codes(built) == ["county-missing", "age-missing", "day-unclear"]
    assert sheet(built, "Medlemmer per fylke")[-1]["Fylke"] == "Uten fylke"
    assert sheet(built, "Medlemmer per alder")[-1] == {
        "Aldersgruppe": "Ukjent alder", "Antall medlemmer": 1, "Betalende medlemmer": 1,
    }  # fmt: skip


def test_an_impossible_age_is_an_error():
    built = build(asked(), Rows([member(born_on=date(2026, 1, 1)), member(born_on=date(1800, 1, 1))]))
    (said,) = [each for each in built.report.findings if each.code == "age-impossible"]
    assert (said.severity, "2 medlemmer" in said.message) == ("error", True)


def test_an_unmapped_type_is_an_error_that_names_it_with_a_count_and_stands_on_the_first_sheet():
    built = build(asked(), Rows(given_activities=[activity(type="yoga"), activity(type="yoga", id="b")]))
    (said,) = [each for each in built.report.findings if each.code == "unmapped-type"]
    assert said.message == "Aktivitetstypen «yoga» er ikke knyttet til reglene: 2 aktiviteter"
    assert [each.code for each in built.blocked] == ["unmapped-type"]
    assert [row["Aktivitetstype"] for row in sheet(built, "Likepersonsaktiviteter")] == ["yoga", "yoga"]
    assert sheet(built, "Kurs") == []


def test_nothing_at_all_is_shown_as_zeros_and_said():
    built = build(asked(), Rows(given_branches=[]))
    assert set(figures(built).values()) == {0}
    assert codes(built).count("nothing-counted") == 3
    assert len(sheet(built, "Medlemmer per fylke")) == 15


def test_a_person_is_counted_once_however_often_it_takes_part():
    days = [date(2025, 1, day) for day in (2, 3, 4)]
    built = build(asked(), Rows(given_activities=[activity(id=str(day), day=day) for day in days]))
    found = figures(built)
    assert (found["participants"], found["attendances"], str(found["hours"])) == (3, 9, "4.5")


def test_people_of_what_does_not_count_are_no_participants():
    built = build(asked(), Rows(given_activities=[activity(minutes=10)]))
    assert (figures(built)["participants"], figures(built)["activities"], figures(built)["counting"]) == (0, 1, 0)


def test_a_person_stands_in_no_sheet_but_by_a_pseudonym():
    built = build(asked(), Rows([member()], given_activities=[activity(peer="kari", people=["per", "pål", "espen"])]))
    text = str([list(each.rows()) for each in built.report.sheets])
    assert "p-kari" in text
    for name in ("'kari'", "'per'", "'pål'", "'espen'"):
        assert name not in text


@pytest.mark.parametrize(
    ("changes", "members", "activities"),
    [
        ({"scope": "national"}, 3, 2),
        ({"scope": "region", "counties": ["03"]}, 2, 1),
        ({"scope": "local", "branches": ["BRG"]}, 1, 1),
    ],
)
def test_a_scope_leaves_out_everybody_else(changes, members, activities):
    rows = Rows(
        [member(), member(branch=None), member(county="46", branch="BRG")],
        [branch(), branch(id="c", number="BRG", county="46")],
        [activity(), activity(id="c", county="46", branch="BRG", peer="ola")],
    )
    found = figures(build(asked(**changes), rows))
    assert (found["members"], found["activities"]) == (members, activities)


def test_small_numbers_are_hidden_with_a_second_one_and_the_total_is_no_sum_any_more():
    people = [member(county="03")] * 9 + [member(county="46")] * 2 + [member(county="50")] * 6
    built = build(asked(suppress_below=5), Rows(people))
    shown = {row["Fylkesnr"]: row["Antall medlemmer"] for row in sheet(built, "Medlemmer per fylke")}
    assert (shown["03"], shown["46"], shown["50"], shown["11"]) == (9, "vises ikke", "vises ikke", 0)
    (found,) = [each for each in built.report.sheets if each.name == "Medlemmer per fylke"]
    assert {each.heading: each.summed for each in found.columns}["Antall medlemmer"] is False
    assert "suppressed" in codes(built)


def test_a_small_figure_of_people_is_hidden_and_says_so():
    built = build(asked(suppress_below=5), Rows([member(paying=False)] * 9 + [member()]))
    (found,) = [each for each in built.report.figures if each.key == "paying_members"]
    assert (found.value, found.note) == (None, "Vises ikke: færre enn 5")


@given(st.dictionaries(st.text(max_size=3), st.integers(0, 20), max_size=8), st.integers(2, 10))
def test_no_small_number_is_left_and_never_exactly_one_is_hidden_where_another_could_be(numbers, below):
    found = hidden(numbers, below)
    assert all(number == 0 or number >= below for group, number in numbers.items() if group not in found)
    others = [group for group, number in numbers.items() if number and group not in found]
    assert len(found) != 1 or not others
    assert all(numbers[group] for group in found)


@given(st.lists(st.tuples(st.sampled_from(["03", "46", "30", None, "xx"]), st.integers(1900, 2026)), max_size=30))
def test_groups_never_lose_anybody_without_a_word(people):
    built = build(asked(), Rows([member(county=county, born_on=date(year, 6, 1)) for county, year in people]))
    for name, key in (("Medlemmer per fylke", "county-sum"), ("Medlemmer per alder", "age-sum")):
        total = sum(row["Antall medlemmer"] for row in sheet(built, name))
        assert (total != figures(built)["members"]) == (key in codes(built))
