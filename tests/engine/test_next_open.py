"""The next run on a day that is not closed, however the closed days lie."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from reconciler.engine.timetable import next_open

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)


@dataclass(frozen=True)
class Daily:
    name: str = "daily"
    cron: str = "30 3 * * *"
    last_day: bool = False
    zone: str = "Europe/Oslo"
    applied_at: datetime = NOW


def opens(*windows: tuple[date, date]) -> date:
    found = next_open(Daily(), NOW, windows)
    assert found is not None
    return found.local.date()


def test_the_first_day_after_all_closed_ones_is_found_whatever_their_order() -> None:
    assert opens() == date(2026, 3, 3)
    assert opens((date(2026, 3, 4), date(2026, 3, 9))) == date(2026, 3, 3)
    assert opens((date(2026, 3, 3), date(2026, 3, 9))) == date(2026, 3, 10)
    assert opens((date(2026, 3, 10), date(2026, 3, 12)), (date(2026, 3, 1), date(2026, 3, 9))) == date(2026, 3, 13)
    assert next_open(None, NOW, []) is None
