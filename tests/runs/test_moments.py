"""Moments, spans and money as Norwegians write them; English is tested where the command line is."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from reconciler.runs.moments import ago, ahead, local, short, weekday
from reconciler.specs.languages import day
from reconciler.specs.money import grouped, money

AT = datetime(2026, 3, 2, 7, tzinfo=UTC)
OSLO = "Europe/Oslo"


def test_a_moment_is_local_and_without_a_zone_in_norwegian():
    assert local(AT, OSLO, "nb") == "2. mars 2026 kl. 08.00"
    assert short(AT, OSLO, "nb") == "02.03.2026 08.00"
    assert weekday(AT, OSLO, "nb") == "mandag 2. mars 2026 kl. 08.00"
    assert short(AT, OSLO) == local(AT, OSLO) == "2026-03-02 08:00 CET"


def test_a_moment_near_midnight_is_of_the_local_day():
    late = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
    assert local(late, OSLO, "nb") == "1. januar 2027 kl. 00.30"
    assert day(late.date(), "nb") == "31. desember 2026"


@pytest.mark.parametrize(
    ("span", "past", "future"),
    [
        (timedelta(seconds=20), "nå nettopp", "nå"),
        (timedelta(minutes=3), "for 3 min siden", "om 3 min"),
        (timedelta(hours=47), "for 47 t siden", "om 47 t"),
        (timedelta(days=2), "for 2 dager siden", "om 2 dager"),
    ],
)
def test_distances_are_norwegian(span: timedelta, past: str, future: str):
    assert (ago(AT - span, AT, "nb"), ahead(AT + span, AT, "nb")) == (past, future)


def test_money_has_a_comma_and_thousands_apart():
    assert money(Decimal("1234.5"), "nb") == "kr 1 234,50"
    assert money(Decimal(-84000), "nb") == "kr -84 000,00"
    assert (grouped(Decimal("1234.5"), "nb"), money(Decimal("1234.5"))) == ("1 234,50", "NOK 1 234.50")
