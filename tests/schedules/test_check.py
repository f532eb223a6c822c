"""What `check` says about expressions that can be read but should not be kept, or are rarely meant."""

import re
from datetime import UTC, datetime

import pytest

from reconciler.schedules import remarks
from reconciler.schedules.expression import check, parse, preset
from reconciler.schedules.zones import ZoneUnknown

NOW = datetime(2026, 2, 1, 12, 0, tzinfo=UTC)


def found(text, zone="Europe/Oslo", now=NOW):
    return [(finding.id, finding.severity) for finding in check(parse(text), zone, now)]


@pytest.mark.parametrize(
    "text", ["30 3 * * *", "0 6 * * 1-5", "*/15 8-16 * * MON", "0 * * * *", "0 6 1 * *", "0 6 15-31 * *"]
)
def test_a_plain_schedule_has_no_findings(text):
    assert found(text) == []


@pytest.mark.parametrize("text", ["0 6 31 2 *", "0 6 30 2 *", "0 6 31 4,6,9,11 *", "0 6 29 2 *"])
def test_what_never_runs_within_400_days_is_refused_and_nothing_else_is_said(text):
    assert found(text) == [("schedule-never-fires", "refused")]


def test_the_29th_of_february_is_kept_when_it_is_near():
    near = datetime(2027, 12, 1, tzinfo=UTC)
    assert found("0 6 29 2 *", now=near) == [("schedule-skips-months", "warning")]


def test_a_day_whose_last_time_has_passed_today_does_not_count():
    leap_day = datetime(2028, 2, 29, tzinfo=UTC)
    assert found("0 6 29 2 *", "UTC", leap_day.replace(hour=5)) == [("schedule-skips-months", "warning")]
    assert found("0 6 29 2 *", "UTC", leap_day.replace(hour=6)) == [("schedule-never-fires", "refused")]


@pytest.mark.parametrize(
    "text", ["30 2 * * *", "0 2 * * *", "59 2 * * SUN", "*/15 1-4 * * *", "30 2 25 10 *", "0 */2 * * *"]
)
def test_a_time_inside_a_clock_change_warns(text):
    assert found(text) == [("schedule-clock-change", "warning")]


@pytest.mark.parametrize("text", ["0 3 * * *", "59 1 * * *", "30 2 * * 1-5", "30 2 1 * *", "30 * * * *"])
def test_a_time_that_no_clock_change_touches_does_not_warn(text):
    assert found(text) == []


def test_the_clock_change_is_that_of_the_zone():
    assert found("30 2 * * *", "UTC") == []
    assert found("30 1 * * *", "Atlantic/Reykjavik") == []
    assert found("30 1 * * *", "Europe/London") == [("schedule-clock-change", "warning")]
    assert "2026-03-29" in check(parse("30 1 * * *"), "Europe/London", NOW)[0].message


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("*/45 * * * *", "minute */45 means minutes 0 and 45, and starts anew each hour"),
        ("7/25 * * * *", "minute 7/25 means minutes 7, 32 and 57"),
        ("0 */9 * * *", "hour */9 means hours 0, 9 and 18, and starts anew each day"),
        ("0 6 */14 * *", "day */14 means days 1, 15 and 29, and starts anew each month"),
        ("0 6 1 */5 *", "month */5 means months 1, 6 and 11, and starts anew each year"),
        ("0 6 * * */2", "weekday */2 means weekdays 0, 2, 4 and 6, and starts anew each week"),
    ],
)
def test_a_step_that_does_not_go_evenly_round_warns_and_says_what_it_means(text, says):
    findings = check(parse(text), "Europe/Oslo", NOW)
    assert [finding.id for finding in findings] == ["schedule-uneven-step"]
    assert findings[0].message.startswith(says)


@pytest.mark.parametrize(
    "text", ["*/15 * * * *", "5/15 * * * *", "0 */6 * * 1", "0,45 * * * *", "0 8-17/4 * * *", "0 6 1 */3 *"]
)
def test_an_even_step_or_a_list_does_not_warn(text):
    assert "schedule-uneven-step" not in [finding for finding, _ in found(text)]


def test_a_day_with_a_weekday_warns_that_either_is_enough():
    assert found("0 6 13 * 5") == [("schedule-day-or-weekday", "warning")]
    assert found("0 6 1-31 * 5") == []


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("0 6 31 * *", "February, April, June, September and November do not always have day 31"),
        ("0 6 1,31 4,5 *", "April does not always have day 31"),
        ("0 6 29-31 * *", "February, April, June, September and November do not always have days 29, 30 and 31"),
        ("0 6 29 * *", "February does not always have day 29"),
    ],
)
def test_late_days_warn_about_the_months_that_go_without(text, says):
    findings = check(parse(text), "Europe/Oslo", NOW)
    assert [(finding.id, finding.message) for finding in findings] == [("schedule-skips-months", says)]


def test_the_last_day_and_a_late_day_that_all_its_months_have_do_not_warn():
    assert check(preset("monthly", "06:00", "last"), "Europe/Oslo", NOW) == []
    assert found("0 6 31 1,3,5 *") == []


def test_every_finding_has_a_kebab_case_id_and_says_what_to_do():
    for text in ("0 6 31 2 *", "30 2 * * *", "*/45 * * * *", "0 6 13 * 5", "0 6 31 * *"):
        for finding in check(parse(text), "Europe/Oslo", NOW):
            assert re.fullmatch(r"schedule(-[a-z]+)+", finding.id)
            assert finding.hint


@pytest.mark.parametrize("name", ["Europe/Olso", "", "../etc/passwd", "Europe", "CEST+1", "/etc/localtime"])
def test_a_zone_that_does_not_exist_is_named(name):
    with pytest.raises(ZoneUnknown, match="IANA"):
        check(parse("30 3 * * *"), name, NOW)


@pytest.mark.parametrize(
    ("text", "says", "write"),
    [
        ("0 6 31 2 *", "tidsplanen kjøres ikke én gang i løpet av de neste 400 dagene", "velg en dag som måneden har"),
        ("30 2 * * *", "29.03.2026 hopper klokka over 02.00–02.59, og tidsplanen har et tidspunkt der", "03.30"),
        ("30 2 25 10 *", "25.10.2026 viser klokka 02.00–02.59 to ganger, og tidsplanen har et tidspunkt der", "03.30"),
        ("*/45 * * * *", "minutt */45 betyr minuttene 0 og 45 og begynner på nytt hver time", "jevnt steg: 2, 3, 4"),
        ("0 6 13 * 5", "både dag og ukedag er oppgitt", "skriv * for en av dem"),
        ("0 6 31 * *", "februar, april, juni, september og november har ikke alltid dag 31", "for siste dag"),
        ("0 6 30,31 2 *", "tidsplanen kjøres ikke", "for siste dag"),
    ],
)
def test_findings_are_said_in_norwegian_too(text, says, write):
    (finding,) = check(parse(text), "Europe/Oslo", NOW, "nb")
    assert says in finding.message
    assert write in finding.hint
    (english,) = check(parse(text), "Europe/Oslo", NOW)
    assert (finding.id, finding.severity) == (english.id, english.severity)


def test_both_languages_have_the_same_remarks():
    assert set(remarks.REMARKS["nb"]) == set(remarks.REMARKS["en"])
    for identifier, english in remarks.ENGLISH.items():
        norwegian = remarks.NORWEGIAN[identifier]
        for one, other in ((english.message, norwegian.message), (english.hint, norwegian.hint)):
            assert set(re.findall(r"{(\w+)}", other)) <= set(re.findall(r"{(\w+)}", one))
