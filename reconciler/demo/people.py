"""Who is in the demo, where they go and what they do: four organisations and their invented volunteers.

A person is an opaque id and a number; there are no names here, and none may come in. Free text is harmless Norwegian.
"""

import random
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

BLINDEFORBUNDET = uuid.UUID("5f0c7b52-8d0e-4d5c-9a51-31b4f1d0a007")
# Shares the app's tables. Nothing of it may ever leave with the first organisation's records.
OTHER_ORGANIZATION = uuid.UUID("9c1d2f60-1f4b-4a7e-8f0d-7a2b6c1e4b11")
THIRD_ORGANIZATION = uuid.UUID("c4e81b7a-0f52-4d39-b6e8-1a93d05f7c26")
FOURTH_ORGANIZATION = uuid.UUID("2b7f9c04-6d1e-4f3a-8c52-90e7a4d1b6c3")

# How many records each of these has. Clean ones, all of them: only their organisation keeps them from going along.
FEW = {"expense_claims": 3, "mileage_claims": 3, "driver_honorariums": 2, "activity_logs": 2}

# Department -> cost centre code, as the accounting system of the demo knows them. 100 is the head office.
COST_CENTERS: Mapping[str, str] = MappingProxyType(
    {"Oslo": "310", "Bergen": "320", "Trondheim": "330", "Stavanger": "340", "Tromsø": "350"}
)
HEAD_OFFICE = "100"

# Where trips go from each department.
DESTINATIONS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "Oslo": ("Asker", "Lillestrøm", "Moss", "Ski"),
        "Bergen": ("Askøy", "Knarvik", "Osøyro", "Voss"),
        "Trondheim": ("Malvik", "Melhus", "Orkanger", "Stjørdal"),
        "Stavanger": ("Bryne", "Randaberg", "Sandnes", "Sola"),
        "Tromsø": ("Balsfjord", "Finnsnes", "Kvaløya", "Nordkjosbotn"),
    }
)

# Expense type -> lowest and highest amount in kroner, and what people write about it.
EXPENSES: Mapping[str, tuple[int, int, tuple[str, ...]]] = MappingProxyType(
    {
        "travel": (90, 900, ("Buss til medlemsmøte", "Togbillett til fylkesmøte", "Bompenger og parkering")),
        "materials": (60, 1200, ("Kopipapir og konvolutter", "Batterier til lydspillere", "Frimerker")),
        "meeting": (150, 2500, ("Lokale og kaffe til årsmøtet", "Servering på medlemsmøte", "Leie av møterom")),
        "course": (300, 3500, ("Kursmateriell til likepersonkurs", "Deltakeravgift helgekurs", "Kurshefter")),
    }
)
PURPOSES = ("Likepersonmøte", "Medlemsmøte i lokallaget", "Styremøte i fylkeslaget", "Turgruppe", "Henting av lydbøker")
# Activity type -> shortest and longest duration in minutes, fewest and most participants.
ACTIVITIES: Mapping[str, tuple[int, int, int, int]] = MappingProxyType(
    {
        "conversation": (30, 75, 1, 1),
        "discussion_group": (60, 120, 3, 10),
        "activity_group": (60, 150, 4, 16),
        "course": (90, 300, 6, 20),
        "theme_day": (90, 240, 8, 30),
        "social": (60, 180, 4, 25),
    }
)
NOTES = ("Fast gruppe", "Godt oppmøte", "Avtalt nytt møte", None, None)

_SEED = "people"


@dataclass(frozen=True, slots=True)
class Person:
    """A volunteer: `id` is opaque, `number` is what outside systems know, `department` is a name of `COST_CENTERS`."""

    id: uuid.UUID
    number: str
    department: str


@dataclass(frozen=True, slots=True)
class Membership:
    """The people of one organisation; every driver is a volunteer too."""

    organization: uuid.UUID
    volunteers: tuple[Person, ...]
    drivers: tuple[Person, ...]


def invented_id(rng: random.Random) -> uuid.UUID:
    """A version 4 UUID from `rng`: the same generator always gives the same ids."""
    return uuid.UUID(int=rng.getrandbits(128), version=4)


def blindeforbundet() -> Membership:
    """Forty volunteers V10001 to V10040; the last ten drive."""
    volunteers = _people(BLINDEFORBUNDET, range(10001, 10041))
    return Membership(BLINDEFORBUNDET, volunteers, volunteers[-10:])


def other_organization() -> Membership:
    """Five volunteers V20001 to V20005; the last two drive."""
    volunteers = _people(OTHER_ORGANIZATION, range(20001, 20006))
    return Membership(OTHER_ORGANIZATION, volunteers, volunteers[-2:])


def third_organization() -> Membership:
    """Five volunteers V30001 to V30005; the last one drives."""
    volunteers = _people(THIRD_ORGANIZATION, range(30001, 30006))
    return Membership(THIRD_ORGANIZATION, volunteers, volunteers[-1:])


def fourth_organization() -> Membership:
    """Five volunteers V40001 to V40005; the last one drives."""
    volunteers = _people(FOURTH_ORGANIZATION, range(40001, 40006))
    return Membership(FOURTH_ORGANIZATION, volunteers, volunteers[-1:])


def stranger() -> Person:
    """A driver whose number the accounting system has never heard of: V99999."""
    return _people(BLINDEFORBUNDET, range(99999, 100000))[0]


def _people(organization: uuid.UUID, numbers: range) -> tuple[Person, ...]:
    departments = tuple(COST_CENTERS)
    return tuple(
        Person(
            # One generator a person, so that adding people never changes the ids of the others.
            id=invented_id(random.Random(f"{_SEED}/{organization}/{number}")),  # noqa: S311 - repeatable, not secret
            number=f"V{number}",
            department=departments[number % len(departments)],
        )
        for number in numbers
    )
