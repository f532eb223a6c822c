"""The demo's app records: a few hundred, invented, the same on every machine and on every day.

Most are clean. The kinds listed below are there to be caught: each is a trap that an export must not fall into, and
the demo and its tests count on the exact numbers. No wall clock: everything happens before `NOW`.
"""

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from reconciler.demo.people import (
    ACTIVITIES,
    COST_CENTERS,
    DESTINATIONS,
    EXPENSES,
    FEW,
    HEAD_OFFICE,
    NOTES,
    PURPOSES,
    Membership,
    Person,
    blindeforbundet,
    fourth_organization,
    invented_id,
    other_organization,
    stranger,
    third_organization,
)
from reconciler.demo.totals import sum_up

ZONE = ZoneInfo("Europe/Oslo")
NOW = datetime(2026, 3, 2, 8, 0, tzinfo=ZONE)

Row = dict[str, object]

_SEED = "2026-03-02"
_MILEAGE_RATE = {2025: Decimal("5.00"), 2026: Decimal("5.30")}  # NOK a km, as in specs/reference/mileage.yaml
_HOURLY_RATE = Decimal("180.00")  # NOK an hour, invented
_ORE = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class _Period:
    """When it happened (days, inclusive), and when it was handed in: within three days if `handed_in` is None.

    Approval follows one to eight days after, in office hours, unless `approved` fixes it.
    """

    happened: tuple[date, date]
    handed_in: tuple[date, date] | None = None
    approved: datetime | None = None


_THIS_YEAR = _Period((date(2026, 1, 2), date(2026, 2, 16)))
# Approved in December 2025: before the cut-over day, so these must never go.
_BEFORE_CUT_OVER = _Period((date(2025, 11, 30), date(2025, 12, 18)))
# Happened in autumn and approved in January: these do go.
_LATE = _Period((date(2025, 9, 20), date(2025, 11, 28)), (date(2026, 1, 2), date(2026, 1, 20)))
# Either side of local midnight. In UTC both are still 2025, and only one of them may go.
_LAST_MINUTE = _Period((date(2025, 12, 15), date(2025, 12, 20)), None, datetime(2025, 12, 31, 23, 40, tzinfo=ZONE))
_FIRST_MINUTE = _Period(
    (date(2025, 11, 1), date(2025, 11, 28)),
    (date(2025, 12, 28), date(2025, 12, 29)),
    datetime(2026, 1, 1, 0, 20, tzinfo=ZONE),
)


@dataclass(frozen=True, slots=True)
class _Kind:
    """`count` records alike: their period, their status, and the fields in which they differ from a clean one."""

    count: int
    period: _Period = _THIS_YEAR
    status: str = "approved"
    change: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Life:
    """The dates of one record, in order; None where it never got so far. `updated` is the last of them."""

    happened: date
    created: datetime
    submitted: datetime | None
    approved: datetime | None
    updated: datetime


def records() -> dict[str, list[Row]]:
    """Rows by table of schema `app`, the column names as keys; equal on every call.

    Blindeforbundet has 340 of them, the three others ten each.
    """
    few = (other_organization(), third_organization(), fourth_organization())
    made = {
        table: [*_rows(table, blindeforbundet(), kinds), *(row for one in few for row in _few(table, one))]
        for table, kinds in _BLINDEFORBUNDET.items()
    }
    sum_up(made["driver_honorariums"])
    return made


def _few(table: str, membership: Membership) -> Iterator[Row]:
    return _rows(table, membership, (_Kind(FEW[table]),))


def _rows(table: str, membership: Membership, kinds: tuple[_Kind, ...]) -> Iterator[Row]:
    # One generator a table and organisation: a change to one of them leaves the ids of the others alone.
    rng = random.Random(f"{_SEED}/{table}/{membership.organization}")  # noqa: S311 - repeatable, not secret
    every = [kind for kind in kinds for _ in range(kind.count)]
    rng.shuffle(every)  # the app does not sort its records by trouble
    for kind in every:
        head: Row = {"id": invented_id(rng), "organization_id": membership.organization}
        yield head | _MAKERS[table](rng, membership, kind) | dict(kind.change)


def _expense_claim(rng: random.Random, membership: Membership, kind: _Kind) -> Row:
    person = rng.choice(membership.volunteers)
    expense_type = rng.choice(tuple(EXPENSES))
    low, high, descriptions = EXPENSES[expense_type]
    life = _life(rng, kind)
    return {
        **_volunteer(person),
        "expense_type": expense_type,
        "description": rng.choice(descriptions),
        "incurred_on": life.happened,
        "submitted_at": life.submitted,
        "amount": Decimal(rng.randrange(low * 100, high * 100, 50)).scaleb(-2),
        "cost_center": rng.choice((COST_CENTERS[person.department],) * 4 + (HEAD_OFFICE,)),
        "project": rng.choice(("4100", "4200", "4300", None)),
        "receipt": f"receipts/{life.created.year}/{rng.getrandbits(32):08x}",
        **_settled(kind, life),
    }


def _mileage_claim(rng: random.Random, membership: Membership, kind: _Kind) -> Row:
    person = rng.choice(membership.volunteers)
    life = _life(rng, kind)
    distance_km = Decimal(rng.randint(40, 1600)).scaleb(-1)
    return {
        **_volunteer(person),
        "travelled_on": life.happened,
        "from_place": person.department,
        "to_place": rng.choice(DESTINATIONS[person.department]),
        "purpose": rng.choice(PURPOSES),
        "distance_km": distance_km,
        "passengers": rng.choice((0, 0, 0, 1, 2, 3)),
        # The rate follows the day of the trip. With one decimal in each factor the product is exact.
        "amount": (distance_km * _MILEAGE_RATE[life.happened.year]).quantize(_ORE),
        "department": person.department,
        **_settled(kind, life),
    }


def _driver_honorarium(rng: random.Random, membership: Membership, kind: _Kind) -> Row:
    person = rng.choice(membership.drivers)
    life = _life(rng, kind)
    hours = Decimal(rng.randrange(10, 85, 5)).scaleb(-1)
    return {
        "driver_id": person.id,
        "driver_number": person.number,
        "driven_on": life.happened,
        "hours": hours,
        "amount": (hours * _HOURLY_RATE).quantize(_ORE),
        "department": person.department,
        **_settled(kind, life),
    }


def _activity_log(rng: random.Random, membership: Membership, kind: _Kind) -> Row:
    person = rng.choice(membership.volunteers)
    activity_type = rng.choice(tuple(ACTIVITIES))
    shortest, longest, fewest, most = ACTIVITIES[activity_type]
    started = _at(rng, rng.choice(_days(*kind.period.happened)), 10, 19)
    minutes = rng.randrange(shortest, longest + 1, 15)
    written = started + timedelta(minutes=minutes + rng.randint(5, 180))
    return {
        "volunteer_id": person.id,
        "activity_type": activity_type,
        "started_at": started,
        "minutes": minutes,
        "participants": rng.randint(fewest, most),
        "digital": rng.random() < 0.25,
        "department": person.department,
        "notes": rng.choice(NOTES),
        "created_at": written,
        "updated_at": written,
    }


def _volunteer(person: Person) -> Row:
    return {"volunteer_id": person.id, "volunteer_number": person.number}


def _settled(kind: _Kind, life: _Life) -> Row:
    """The columns that every claim for money shares."""
    return {
        "currency": "NOK",
        "status": kind.status,
        "approved_at": life.approved,
        "created_at": life.created,
        "updated_at": life.updated,
    }


def _life(rng: random.Random, kind: _Kind) -> _Life:
    happened = rng.choice(_days(*kind.period.happened))
    handed_in = kind.period.handed_in or (happened, happened + timedelta(days=3))
    created = _at(rng, rng.choice(_days(*handed_in)), 17, 21)
    if kind.status == "draft":
        return _Life(happened, created, None, None, created)
    submitted = created + timedelta(minutes=rng.randint(2, 45))
    if kind.status == "submitted":
        return _Life(happened, created, submitted, None, submitted)
    decided = kind.period.approved or _at(rng, submitted.date() + timedelta(days=rng.randint(1, 8)), 8, 15)
    return _Life(happened, created, submitted, decided if kind.status == "approved" else None, decided)


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def _at(rng: random.Random, day: date, first_hour: int, last_hour: int) -> datetime:
    return datetime.combine(day, time(rng.randint(first_hour, last_hour), rng.randint(0, 59)), ZONE)


_MAKERS: Mapping[str, Callable[[random.Random, Membership, _Kind], Row]] = {
    "expense_claims": _expense_claim,
    "mileage_claims": _mileage_claim,
    "driver_honorariums": _driver_honorarium,
    "activity_logs": _activity_log,
}

_STRANGER = stranger()

_BLINDEFORBUNDET: Mapping[str, tuple[_Kind, ...]] = {
    "expense_claims": (
        _Kind(75),
        _Kind(8, status="draft", change={"receipt": None}),
        _Kind(10, status="submitted"),
        _Kind(6, status="rejected"),
        _Kind(6, change={"receipt": None}),
        _Kind(4, change={"cost_center": None}),
        _Kind(2, change={"cost_center": "9999"}),  # the accounting system refuses it
        _Kind(4, _BEFORE_CUT_OVER),
        _Kind(1, _LAST_MINUTE),
        _Kind(3, _LATE),
        _Kind(1, _FIRST_MINUTE),
    ),
    "mileage_claims": (
        _Kind(81),
        _Kind(6, status="draft"),
        _Kind(8, status="submitted"),
        _Kind(4, status="rejected"),
        _Kind(1, change={"department": "Hamar", "from_place": "Hamar", "to_place": "Elverum"}),  # no cost centre
        # Below the tax-free 3.50 a km: nothing is taxable, and that line must not become negative.
        _Kind(1, change={"distance_km": Decimal("48.0"), "amount": Decimal("150.00")}),
        # 0.05 above the rate: the lines of its voucher must still add up.
        _Kind(1, change={"distance_km": Decimal("62.0"), "amount": Decimal("328.65")}),
        _Kind(4, _BEFORE_CUT_OVER),
        _Kind(4, _LATE),
    ),
    "driver_honorariums": (
        _Kind(35),
        _Kind(3, status="draft"),
        _Kind(4, status="submitted"),
        _Kind(2, status="rejected"),
        _Kind(1, change={"driver_id": _STRANGER.id, "driver_number": _STRANGER.number}),
        _Kind(3, _BEFORE_CUT_OVER),
        _Kind(2, _LATE),
    ),
    "activity_logs": (_Kind(57), _Kind(3, _BEFORE_CUT_OVER)),
}
