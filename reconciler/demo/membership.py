"""The demo's members, local branches and peer support of 2025, for the yearly reports: invented, the same everywhere.

A person is an opaque id. Each organisation has the cases that do not count: too short, too few, abroad, not approved,
purely social, on a screen, nobody new on the same day; and some of 2024 and 2026, which belong to no report of 2025.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

import psycopg
from psycopg import sql

from reconciler.demo.people import BLINDEFORBUNDET, FOURTH_ORGANIZATION, OTHER_ORGANIZATION, invented_id

Row = dict[str, object]
HLF, NHF = FOURTH_ORGANIZATION, OTHER_ORGANIZATION
_SEED = "reports/2025"
PLACES = (
    ("03", "0301", "Oslo", "OSL"), ("46", "4601", "Bergen", "BRG"), ("50", "5001", "Trondheim", "TRD"),
    ("11", "1103", "Stavanger", "SVG"), ("55", "5501", "Tromsø", "TRS"), ("32", "3205", "Lillestrøm", "LIL"),
    ("39", "3907", "Sandefjord", "SAN"),
)  # fmt: skip
"""County, municipality, town and the branch there."""
TABLES = ("local_branches", "members", "peer_support_activities", "peer_support_participants")


@dataclass(frozen=True, slots=True)
class Society:
    """One organisation of the demo: how many members, its words for a talk and for a group, where it has branches."""

    organization: UUID
    members: int
    talk: str
    group: str
    venue: str
    places: Sequence[tuple[str, str, str, str]]


SOCIETIES = (
    Society(BLINDEFORBUNDET, 260, "conversation", "discussion_group", "Synshuset", PLACES),
    Society(HLF, 220, "hearing_talk", "discussion_group", "Hørselshuset", PLACES[:5]),
    Society(NHF, 180, "home_visit", "self_help_group", "Kontoret", PLACES[1:6]),
)


def fill_reports(connection: psycopg.Connection) -> dict[str, int]:
    """Put in what the reports count, in one transaction; how many rows each table gained. The tables must be there.

    Safe to repeat: rows that are there stay as they are.
    """
    gained = dict.fromkeys(TABLES, 0)
    with connection.transaction():
        for society in SOCIETIES:
            for table, rows in membership(society).items():
                gained[table] += _insert(connection, table, rows)
    return gained


def membership(society: Society) -> dict[str, list[Row]]:
    """Rows by table of schema `app`; equal on every call."""
    rng = random.Random(f"{_SEED}/{society.organization}")  # noqa: S311 - repeatable, not secret
    branches = list(_branches(rng, society))
    members = list(_members(rng, society))
    activities = [
        each | {"id": invented_id(rng), "organization_id": society.organization} for each in _held(rng, society)
    ]
    people = [invented_id(rng) for _ in range(90)]
    met = [row for each in activities for row in _met(rng, each, people)]
    kept = [{name: value for name, value in each.items() if name != "same"} for each in activities]
    return dict(zip(TABLES, (branches, members, kept, met), strict=True))


def _branches(rng: random.Random, society: Society) -> Iterator[Row]:
    for county, municipality, town, number in society.places:
        yield {
            "id": invented_id(rng), "organization_id": society.organization, "number": number,
            "name": f"{town} lokallag", "organization_number": None, "county": county, "municipality": municipality,
            "opened_on": date(1980 + rng.randint(0, 30), 3, 1),
            # The last one closed in the middle of the year, so that it is no branch of 31 December.
            "closed_on": date(2025, 6, 30) if number == society.places[-1][3] else None,
        }  # fmt: skip


def _members(rng: random.Random, society: Society) -> Iterator[Row]:
    for number in range(society.members):
        county, _, _, branch = rng.choice(society.places[:-1])
        status = rng.choices(("paid", "unpaid", "waived"), (80, 12, 8))[0]
        yield {
            "id": invented_id(rng), "organization_id": society.organization,
            "born_on": date(rng.choices((2012, 2004, 1980, 1955), (4, 6, 40, 50))[0] + rng.randint(0, 9), 1, 1)
            + timedelta(days=rng.randint(0, 364)),
            # A few live abroad, and belong to no county.
            "county": None if number % 90 == 7 else county,
            "branch": None if number % 10 == 3 else branch,
            "fee_status": status, "fee_paid": status == "paid",
            # Some joined after the year, and some left in it.
            "joined_on": date(2026, 1, 10) if number % 40 == 5 else date(2000 + number % 25, 5, 17),
            "left_on": date(2025, 11, 30) if number % 30 == 9 else None,
        }  # fmt: skip


def _held(rng: random.Random, society: Society) -> Iterator[Row]:
    """Sixty activities. `same` marks two that one peer holds on one day for the same people."""
    peers = [invented_id(rng) for _ in range(8)]
    plain = [_talk] * 14 + [_group] * 16 + [_course] * 6
    for number, make in enumerate(plain):
        yield _where(rng, society, number) | {"peer_id": peers[number % 8]} | make(society)
    for number, change in enumerate(_not_counting()):
        yield _where(rng, society, number) | {"peer_id": peers[number % 8]} | _group(society) | dict(change)
    again = _where(rng, society, 0) | {"peer_id": peers[0]} | _group(society) | {"same": True}
    yield from [again, again]


def _not_counting() -> Iterator[Mapping[str, object]]:
    """Each for a reason of its own; and those of other years."""
    course: Row = {"activity_type": "course"}
    yield from [{"minutes": 30}] * 3
    yield from [{"participants": 2}] * 3
    yield from [course | {"minutes": 100, "days": 2, "participants": 8}] * 2
    yield from [course | {"minutes": 200, "days": 1, "participants": 4}] * 2
    yield from [{"country": "SE", "county": None, "municipality": None, "town": "Strømstad"}] * 2
    yield from [{"peer_approved": False}] * 2
    yield from [{"activity_type": "social"}] * 3
    yield from [{"digital": True, "meeting_form": "screen"}] * 3
    yield {"held_on": date(2024, 12, 31)}
    yield {"held_on": date(2026, 1, 1)}


def _where(rng: random.Random, society: Society, number: int) -> Row:
    county, municipality, town, branch = society.places[number % (len(society.places) - 1)]
    return {
        "held_on": date(2025, 1, 7) + timedelta(days=rng.randint(0, 350)), "country": "NO", "county": county,
        "municipality": municipality, "town": town, "venue": f"{society.venue}, {town}", "branch": branch,
        "digital": False, "meeting_form": "in_person", "peer_approved": True, "days": 1,
    }  # fmt: skip


def _talk(society: Society) -> Row:
    return {"activity_type": society.talk, "minutes": 50, "participants": 1}


def _group(society: Society) -> Row:
    return {"activity_type": society.group, "minutes": 90, "participants": 6}


def _course(_society: Society) -> Row:
    return {"activity_type": "course", "minutes": 480, "days": 2, "participants": 9}


def _met(rng: random.Random, activity: Row, people: Sequence[UUID]) -> Iterator[Row]:
    """Who took part; in activities marked `same` the first of the list."""
    count = int(str(activity["participants"]))
    for person in people[:count] if activity.get("same") else rng.sample(people, count):
        yield {
            "id": invented_id(rng), "organization_id": activity["organization_id"], "activity_id": activity["id"],
            "participant_id": person, "registered_on": activity["held_on"],
        }  # fmt: skip


def _insert(connection: psycopg.Connection, table: str, rows: list[Row]) -> int:
    columns = list(rows[0])
    statement = sql.SQL("insert into {} ({}) values ({}) on conflict do nothing").format(
        sql.Identifier("app", table),
        sql.SQL(", ").join(map(sql.Identifier, columns)),
        sql.SQL(", ").join(map(sql.Placeholder, columns)),
    )
    with connection.cursor() as cursor:
        cursor.executemany(statement, rows)
        return cursor.rowcount
