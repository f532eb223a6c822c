"""Reference data: two entities below a common parent and one that stands alone; their accounts, dimensions and rules.

A token reaches the entity where it was made and those below it (research 1.1); a line is resolved within its owner and
what that inherits from. Invented values.

The parent owns what is shared (accounts, tax rules, currency, sources); each entity owns the rest.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

MAIN_ENTITY = 31007
OTHER_ENTITY = 31008
PARENT = 31000
SINGLE_ENTITY = 41003
"""Another customer: nothing of the others is theirs."""

# entity -> its parent; the uppermost is its own.
_PARENTS: Mapping[int, int] = {MAIN_ENTITY: PARENT, OTHER_ENTITY: PARENT, PARENT: PARENT, SINGLE_ENTITY: SINGLE_ENTITY}
_MODIFIED = "2026-01-02T08:00:00"


@dataclass(frozen=True, slots=True)
class Row:
    """One stored thing. `values` holds what GraphQL shows, by field name; a higher `sequence` was modified later."""

    db_id: int
    owner: int
    sequence: int
    values: Mapping[str, Any] = field(repr=False)


# (owner, {code: description}) per kind; a glObject without a line here has no values at all.
_DATA: Mapping[str, tuple[tuple[int, Mapping[str, str]], ...]] = {
    "account": (
        (
            PARENT,
            {
                "2910": "Skyldig frivillige",
                "5330": "Godtgjørelse, oppgavepliktig",
                "5390": "Honorar, oppgavepliktig",
                "5395": "Honorar, ikke oppgavepliktig",
                "6800": "Kontorrekvisita",
                "6860": "Møter, kurs og oppdatering",
                "7100": "Bilgodtgjørelse",
                "7140": "Reisekostnader, ikke oppgavepliktige",
                "7790": "Andre kostnader",
            },
        ),
        (
            SINGLE_ENTITY,
            {
                "2910": "Skyldig frivillige",
                "7100": "Bilgodtgjørelse",
                "7140": "Reisekostnader",
                "7790": "Andre kostnader",
            },
        ),
    ),
    "glObject1": (
        (
            MAIN_ENTITY,
            {
                "100": "Sekretariatet",
                "310": "Oslo",
                "320": "Bergen",
                "330": "Trondheim",
                "340": "Stavanger",
                "350": "Tromsø",
            },
        ),
        (OTHER_ENTITY, {"510": "Ungdomssekretariatet"}),
        (SINGLE_ENTITY, {"10": "Kontoret"}),
    ),
    "project": (
        (MAIN_ENTITY, {"4100": "Likepersonarbeid", "4200": "Rehabilitering", "4300": "Ungdom"}),
        (OTHER_ENTITY, {"5100": "Sommerleir", "5900": "Høstleir 2019"}),
    ),
    "subledger": ((MAIN_ENTITY, {f"V{number}": f"Frivillig {number}" for number in range(10001, 10061)}),),
    "taxRule": (
        (PARENT, {"0": "Ingen avgift", "1": "Inngående 25 %", "11": "Inngående 15 %", "13": "Inngående 12 %"}),
        (SINGLE_ENTITY, {"0": "Ingen avgift", "1": "Inngående 25 %", "11": "Inngående 15 %", "13": "Inngående 12 %"}),
    ),
    "currency": (
        (PARENT, {"NOK": "Norske kroner"}),
        (SINGLE_ENTITY, {"NOK": "Norske kroner"}),
    ),
    "transactionSource": (
        (PARENT, {"GL": "General ledger"}),
        (SINGLE_ENTITY, {"GL": "General ledger"}),
    ),
    "jobLevel": (
        (PARENT, {"IMPORT": "Import"}),
        (SINGLE_ENTITY, {"IMPORT": "Import"}),
    ),
    "entity": (
        (PARENT, {"31000": "Norges Blindeforbund konsern"}),
        (MAIN_ENTITY, {"31007": "Norges Blindeforbund"}),
        (OTHER_ENTITY, {"31008": "Norges Blindeforbunds Ungdom"}),
        (SINGLE_ENTITY, {"41003": "Demoforeningen"}),
    ),
}
_CLOSED = frozenset({("project", "5900")})


def entity_ids() -> tuple[int, ...]:
    """The entities a token can be bound to."""
    return tuple(_PARENTS)


def lineage(entity: int) -> frozenset[int]:
    """The entity and what it inherits from."""
    return frozenset({entity, _PARENTS[entity]})


def reach(entity: int) -> frozenset[int]:
    """The entities that a token of `entity` may write to: its own and those below it."""
    return frozenset({entity, *(each for each, parent in _PARENTS.items() if parent == entity)})


@dataclass
class Registry:
    """The reference rows as they stand now: what was made, and what went, since the start.

    `hidden`: listings answer empty, as a token without the right to read them may see it (undocumented; ours).
    """

    gone: set[tuple[str, str]] = field(default_factory=set)
    made: list[tuple[str, Row]] = field(default_factory=list)
    hidden: bool = False
    reads: int = 0
    """How often a listing was asked for."""

    def rows(self, kind: str, owners: frozenset[int]) -> tuple[Row, ...]:
        """The rows of a kind that one of `owners` has; empty for kinds without data."""
        everything = (*_ROWS.get(kind, ()), *(row for name, row in self.made if name == kind))
        return tuple(row for row in everything if row.owner in owners and (kind, row.values["code"]) not in self.gone)

    def make(self, kind: str, code: str, owner: int) -> None:
        """Add a row, or bring back one that went."""
        self.gone.discard((kind, code))
        if code not in {row.values["code"] for row in self.rows(kind, frozenset({owner}))}:
            number = 900_000 + len(self.made)
            values = {**_values(kind, number, code, code), "ownerDbId": owner}
            self.made.append((kind, Row(number, owner, number, MappingProxyType(values))))


def _values(kind: str, number: int, code: str, description: str) -> dict[str, Any]:
    shown: dict[str, Any] = {"dbId": number, "code": code, "description": description, "name": description}
    if kind == "jobLevel":
        shown["dbSubId"] = 1
    if kind.startswith("glObject"):
        shown["glObject"] = int(kind.removeprefix("glObject"))
    return {
        **shown,
        "objectStatus": "CLOSED" if (kind, code) in _CLOSED else "OPEN",
        "createdAt": _MODIFIED,
        "modifiedAt": _MODIFIED,
    }


def _numbered() -> Iterator[tuple[str, Row]]:
    for block, (kind, groups) in enumerate(_DATA.items(), start=1):
        number = block * 10_000
        for owner, codes in groups:
            for code, description in codes.items():
                number += 1
                # An entity is its own owner, and its dbId is the number that everything else names as owner.
                db_id = int(code) if kind == "entity" else number
                values = {**_values(kind, db_id, code, description), "ownerDbId": owner}
                yield kind, Row(db_id, owner, number, MappingProxyType(values))


def _by_kind() -> dict[str, tuple[Row, ...]]:
    found: dict[str, list[Row]] = {}
    for kind, row in _numbered():
        found.setdefault(kind, []).append(row)
    return {kind: tuple(items) for kind, items in found.items()}


_ROWS = _by_kind()
