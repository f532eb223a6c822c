"""What holds for every expression, zone and instant."""

import re
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from croniter import croniter
from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.schedules import zones
from reconciler.schedules.describe import describe
from reconciler.schedules.expression import Expression, parse
from reconciler.schedules.fields import FIELDS, Field
from reconciler.schedules.occurrences import Run, following, gate
from reconciler.schedules.words import NORWEGIAN

ZONES = ("Europe/Oslo", "America/New_York", "Australia/Lord_Howe", "Africa/Cairo", "America/Nuuk", "UTC")
MINUTE = timedelta(minutes=1)
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)

NORWEGIAN_WORDS = {
    word
    for value in (getattr(NORWEGIAN, name) for name in NORWEGIAN.__slots__)
    for text in ([value] if isinstance(value, str) else value)
    for word in re.findall(r"[a-zæøå]+", re.sub(r"\{[^}]*\}", " ", text.lower()))
}


def items(field: Field) -> st.SearchStrategy[str]:
    value = st.integers(field.low, field.high)
    step = st.integers(1, max(2, len(field.everything) // 2))
    spans = st.tuples(value, value).map(sorted)
    return st.one_of(
        value.map(str),
        spans.map(lambda span: f"{span[0]}-{span[1]}"),
        step.map(lambda n: f"*/{n}"),
        st.sampled_from([*field.names, "*", "?"]),
    )


def field_texts(field: Field) -> st.SearchStrategy[str]:
    return st.one_of(st.just("*"), st.lists(items(field), min_size=1, max_size=3).map(",".join))


CRONS = st.tuples(*(field_texts(field) for field in FIELDS)).map(" ".join)
DAYS = st.sampled_from(["* * *", "* * *", "* * SUN", "25-31 * *", "*/2 * MON", "1-31 * 1"])
NIGHTS = st.tuples(field_texts(FIELDS[0]), st.one_of(st.just("*"), field_texts(Field("hour", 0, 3))), DAYS).map(
    " ".join
)
LAST_DAYS = st.tuples(st.integers(0, 59), field_texts(FIELDS[1])).map(
    lambda times: parse(f"{times[0]} {times[1]} 28-31 * *", last_day=True)
)
EXPRESSIONS = st.one_of(CRONS.map(parse), CRONS.map(parse), LAST_DAYS)
INSTANTS = st.datetimes(datetime(2025, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))


def robfig_matches(text: str, wall: datetime) -> bool:
    """The matching of robfig/cron `spec.go`, told again from the text alone."""
    minute, hour, day, month, weekday = text.split()
    if not (named(minute, wall.minute, 0, 59) and named(hour, wall.hour, 0, 23) and named(month, wall.month, 1, 12)):
        return False
    in_month, in_week = named(day, wall.day, 1, 31), named(weekday, wall.isoweekday() % 7, 0, 6)
    starred = any(re.fullmatch(r"[*?](/1)?", item) for part in (day, weekday) for item in part.split(","))
    return in_month and in_week if starred else in_month or in_week


def named(part: str, value: int, low: int, high: int) -> bool:
    for item in part.split(","):
        head, _, step = item.partition("/")
        first, _, last = (f"{low}-{high}" if head in "*?" else number(head, low)).partition("-")
        end = int(last) if last else (high if step else int(first))
        if int(first) <= value <= end and (value - int(first)) % int(step or 1) == 0:
            return True
    return False


def number(head: str, low: int) -> str:
    names = next((field.names for field in FIELDS if head in field.names), ())
    return str(low + names.index(head)) if names else head


def around(zone: str, change: int) -> datetime:
    """Three hours before the nth change of the zone's clocks from 2026 on; any day where there are none."""
    found = list(zones.changes(ZoneInfo(zone), datetime(2026, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC)))
    at = found[change % len(found)].at if found else datetime(2026, 3, 29, tzinfo=UTC)
    return at - timedelta(hours=3)


@given(CRONS)
def test_the_canonical_text_means_the_same_and_stays_what_it_is(cron):
    expression = parse(cron)
    again = parse(expression.text)
    assert again == expression
    assert again.text == expression.text


@settings(deadline=None)
@given(EXPRESSIONS, st.sampled_from(ZONES), INSTANTS)
def test_occurrences_come_after_the_instant_in_order_and_match_the_fields(expression, zone, after):
    runs = following(expression, zone, after, 8)
    assert all(before.at < later.at for before, later in pairwise(runs))
    for run in runs:
        shown = run.local.replace(tzinfo=None, fold=0)
        assert run.at > after
        assert run.at == run.local.astimezone(UTC)  # of two zones, times in a fold are never equal
        assert expression.matches(run.planned)
        assert run.planned == shown or (run.note and run.planned < shown)


@settings(deadline=None)
@given(EXPRESSIONS, st.sampled_from(ZONES), INSTANTS, st.integers(1, 6))
def test_asking_again_after_an_occurrence_gives_the_rest_of_the_list(expression, zone, after, cut):
    runs = following(expression, zone, after, 8)
    if len(runs) == 8:
        assert following(expression, zone, runs[cut - 1].at, 8 - cut) == runs[cut:]


@settings(deadline=None, max_examples=60)
@given(NIGHTS, st.sampled_from(ZONES), st.integers(0, 3))
def test_previews_show_what_kubernetes_starts_and_the_gate_lets_through_and_what_a_gap_lost(cron, zone, change):
    expression, start = parse(cron), around(zone, change)
    expected = ran_by_kubernetes(expression, cron, zone, start, hours=7)
    runs = following(expression, zone, start, len(expected) + 1)
    assert [run.at for run in runs[: len(expected)]] == expected
    assert all(run.at > start + timedelta(hours=7) for run in runs[len(expected) :])


@settings(deadline=None, max_examples=25)
@given(LAST_DAYS, st.sampled_from(ZONES), st.sampled_from([date(2026, 2, 27), date(2026, 10, 30), date(2024, 3, 29)]))
def test_the_last_day_is_what_the_gate_leaves_of_the_days_from_28_to_31(expression, zone, day):
    start = datetime(day.year, day.month, day.day, 3, tzinfo=UTC)
    expected = ran_by_kubernetes(expression, expression.text, zone, start, hours=72)
    runs = following(expression, zone, start, len(expected) + 1)
    assert [run.at for run in runs[: len(expected)]] == expected


def ran_by_kubernetes(expression: Expression, cron: str, zone: str, start: datetime, *, hours: int) -> list[datetime]:
    place, minutes = ZoneInfo(zone), range(1, hours * 60 + 1)
    started = [at for n in minutes if robfig_matches(cron, zones.wall(at := start + n * MINUTE, place))]
    ran = {at for at in started if gate(expression, zone, at, applied_at=LONG_AGO) == Run()}
    for change in zones.changes(place, start, start + timedelta(hours=hours)):
        if change.forward and not expression.elapsed and lost(expression, cron, change):
            ran.add(change.at)
    return sorted(ran)


def lost(expression: Expression, cron: str, change: zones.Change) -> bool:
    skipped = [change.low + n * MINUTE for n in range((change.high - change.low) // MINUTE)]
    return any(robfig_matches(cron, wall) and expression.matches_day(wall.date()) for wall in skipped)


@settings(deadline=None)
@given(CRONS.map(parse), st.datetimes(datetime(2026, 5, 1), datetime(2026, 6, 1)))
def test_away_from_clock_changes_croniter_says_the_same(expression, shown):
    after = shown.replace(tzinfo=ZoneInfo("Europe/Oslo"))
    told = croniter(expression.text, after, max_years_between_matches=9).all_next(datetime)
    summer = after + timedelta(days=100)
    theirs = [at for at, _ in zip(told, range(20), strict=False) if at < summer]
    ours = [run.local for run in following(expression, "Europe/Oslo", after, 20) if run.local < summer]
    assert ours == theirs


@given(EXPRESSIONS)
def test_every_expression_has_a_norwegian_sentence_without_a_word_of_english(expression):
    sentence = describe(expression, "nb", "Europe/Oslo").removesuffix(" (Europe/Oslo)")
    assert set(re.findall(r"[a-zæøå]+", sentence.lower())) <= NORWEGIAN_WORDS
    assert "  " not in sentence
    assert "{" not in sentence


@given(st.lists(EXPRESSIONS, min_size=2, max_size=2, unique=True), st.sampled_from(["en", "nb"]))
def test_two_expressions_of_different_meaning_have_different_sentences(pair, language):
    one, other = (describe(expression, language, "UTC") for expression in pair)
    assert one != other


@pytest.mark.parametrize("zone", ZONES)
def test_a_change_of_the_clocks_is_found_to_the_second(zone):
    place = ZoneInfo(zone)
    for change in zones.changes(place, datetime(2026, 1, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC)):
        before, after = zones.wall(change.at - timedelta(seconds=1), place), zones.wall(change.at, place)
        assert after - before != timedelta(seconds=1)
        assert (after > before + timedelta(seconds=1)) == change.forward
