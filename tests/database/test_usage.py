"""What people are shown of an allowance: this month's count, when it begins anew, and what is in the way now."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import psycopg
import pytest

from reconciler.database.allowances import AllowanceRow, allowance_name
from reconciler.database.connection import Database
from reconciler.database.usage import Usages
from reconciler.runs.allowance import Allowed
from reconciler.runs.breaker import LEAST

OSLO = ZoneInfo("Europe/Oslo")
ORG = "aaaaaaaa-0000-4000-8000-000000000001"
ALLOWED = Allowed(quota=10, reserve=2, zone=OSLO)


@pytest.fixture
def database(database_url: str) -> Database:
    """With one credential in use."""
    with psycopg.connect(database_url) as connection:
        connection.execute(
            "insert into reconciler.credentials (organization_id, name, version, state, fingerprint, origin,"
            " created_by, created_at, tested_at) values (%s, 'books', 1, 'current', 'f', 'https://a.example', 'kari',"
            " now(), now())",
            [ORG],
        )
    return Database(database_url)


def asked(database: Database, now: datetime) -> AllowanceRow:
    """Three requests at a moment: two that send, and a question."""
    row = AllowanceRow(database, allowance_name(database, "https://a.example", "f"), ALLOWED, lambda: now)
    assert [row.turn(each, 0).standing for each in ("write", "write", "read")] == ["granted"] * 3
    return row


@pytest.mark.parametrize(("now", "renews"), [
    (datetime(2026, 1, 31, 22, 59, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=OSLO)),
    (datetime(2026, 2, 28, 12, tzinfo=UTC), datetime(2026, 3, 1, tzinfo=OSLO)),
    (datetime(2026, 3, 29, 1, 30, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=OSLO)),
    (datetime(2026, 12, 31, 22, 59, 59, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=OSLO)),
])  # fmt: skip
def test_the_count_is_this_months_and_begins_anew_with_the_next(
    database: Database, now: datetime, renews: datetime
) -> None:
    asked(database, now)
    found = Usages(database).of(ORG, "books", ALLOWED, now)
    assert (found.writes, found.reads, found.renews, found.left) == (2, 1, renews, 1 - 3 / 8)
    later = Usages(database).of(ORG, "books", ALLOWED, renews)
    assert (later.used, later.left) == (0, 1.0)


def test_what_is_in_the_way_is_shown_until_it_is_over(database: Database) -> None:
    now = datetime(2026, 3, 2, 8, tzinfo=UTC)
    row = asked(database, now)
    row.close(now + timedelta(hours=2), 60, "no credits")
    for _ in range(LEAST):
        row.count("read", 0, "no answer")
    found = Usages(database).of(ORG, "books", ALLOWED, now)
    assert (found.closed_until, found.closed_reason) == (now + timedelta(hours=2), "no credits")
    assert found.shut == {"read": (now + timedelta(minutes=1), "no answer")}
    over = Usages(database).of(ORG, "books", ALLOWED, now + timedelta(hours=2))
    assert (over.closed_until, over.closed_reason, over.shut) == (None, "", {})


def test_who_never_asked_and_who_has_no_credential_has_used_nothing(database: Database) -> None:
    now = datetime(2026, 3, 2, 8, tzinfo=UTC)
    for name in ("books", "others"):
        found = Usages(database).of(ORG, name, ALLOWED, now)
        assert (found.used, found.closed_until, found.shut) == (0, None, {})
    with database.reading() as connection:
        assert connection.execute("select count(*) as rows from reconciler.allowances").fetchone() == {"rows": 0}
