"""What the history says of times that were left out is read again, and said in the reader's language."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from reconciler.controller.endings import missed_words, words
from reconciler.runs.left_words import LEFT, left
from reconciler.runs.timetable import Ended, Job
from reconciler.schedules.due import Passed
from reconciler.schedules.expression import parse
from reconciler.schedules.occurrences import Skip, gate

OSLO = ZoneInfo("Europe/Oslo")
AT = datetime(2026, 3, 3, 3, 30, tzinfo=OSLO)
DAY = timedelta(days=1)
JOB = Job("sync", ())


def skipped(cron: str, at: datetime, *, last_day: bool = False, frozen: tuple[date, date] | None = None) -> str:
    applied = datetime(2026, 1, 1, tzinfo=OSLO)
    expression = parse(cron, last_day=last_day)
    found = gate(expression, "Europe/Oslo", at, applied_at=applied, frozen=[frozen] if frozen else [])
    assert isinstance(found, Skip)
    return found.message


SAID = {
    "missed": missed_words(Passed(2, AT, AT + DAY), AT + 2 * DAY, "Europe/Oslo", timedelta(hours=6)),
    "one": missed_words(Passed(1, AT, AT), AT + DAY, "Europe/Oslo", timedelta(hours=6)),
    "late": missed_words(Passed(1000, AT, AT, more=True), None, "Europe/Oslo", timedelta(hours=6)),
    "one late": missed_words(Passed(1, AT, AT), None, "Europe/Oslo", timedelta(minutes=90)),
    "frozen": skipped("30 3 * * *", AT, frozen=(date(2026, 3, 3), date(2026, 3, 9))),
    "early": skipped("30 3 * * *", datetime(2025, 12, 24, 3, 30, tzinfo=OSLO)),
    "last day": skipped("30 3 28-31 * *", datetime(2026, 1, 28, 3, 30, tzinfo=OSLO), last_day=True),
    "fold": skipped("30 2 * * *", datetime(2026, 10, 25, 2, 30, fold=1, tzinfo=OSLO)),
    "signal": words(Ended(JOB, -9)),
    "time up": words(Ended(JOB, 1, seconds=61.2, late=True)),
}  # fmt: skip


@pytest.mark.parametrize("sentence", SAID.values(), ids=SAID)
def test_what_the_engine_writes_down_is_said_in_norwegian(sentence: str) -> None:
    assert left(sentence, "en") == sentence
    said = left(sentence, "nb")
    assert said not in ("", sentence)
    assert "{" not in said


def test_days_and_moments_stand_in_it_as_norwegian_ones() -> None:
    assert left(SAID["missed"], "nb") == (
        "2 planlagte kjøringer, fra 3. mars 2026 kl. 03.30 til 4. mars 2026 kl. 03.30, ble ikke startet."
        " Kjøringen 5. mars 2026 kl. 03.30 tok også det som skulle ha gått da."
    )
    assert left(SAID["late"], "nb").startswith("minst 1000 planlagte kjøringer")


@pytest.mark.parametrize(
    "other", ["", "HTTP 503: try later", SAID["signal"] + " <b>", "2026-99-99 is not the last day"]
)
def test_what_somebody_else_said_is_left_to_them(other: str) -> None:
    assert left(other, "nb") == ""


def test_every_sentence_has_the_same_places_in_both_languages() -> None:
    for forms in LEFT.values():
        places = [{each.partition("}")[0] for each in text.split("{")[1:]} for text in forms.values()]
        assert places[0] == places[1]
