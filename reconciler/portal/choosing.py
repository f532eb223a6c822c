"""Which documents somebody means: what a page's filter says, or the rows that they ticked; as the engine takes it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Annotated, Literal, get_args
from zoneinfo import ZoneInfo

from pydantic import BaseModel, BeforeValidator, Field

from reconciler.database.documents import DocumentPages
from reconciler.engine.operations import Desk
from reconciler.portal.refusals import NotAllowed, NotThere, Refused
from reconciler.portal.rights import Right
from reconciler.portal.visiting import Visit
from reconciler.runs.operations import MOVES, OPERATIONS, Choice, LedgerRow, Operation, ways_out
from reconciler.specs.languages import Language

if TYPE_CHECKING:
    from reconciler.engine.pinned import Pinned

Standing = Literal[
    "sending", "sent", "accepted", "never_posted", "posted", "rejected_late", "rejected", "not_applied", "unknown",
    "held", "drifted", "given_up", "given_up_question", "voided",
]  # fmt: skip
"""Where a document stands; a test holds it equal to `runs.operations.MEANING`."""
STANDINGS: tuple[Standing, ...] = get_args(Standing)
NEEDING: tuple[Standing, ...] = ("held", "unknown", "rejected_late", "never_posted", "rejected", "drifted")
"""Where a document needs somebody."""
AT_ONCE = 5000
"""Documents that one deed moves: whoever means more says it again."""
TICKED = 200
"""Documents that can be ticked on a page."""
NAMED = 200
"""Documents that one text names: epochs of a record."""
LARGEST = 2**63 - 1
EARLIEST, LATEST = date(1900, 1, 1), date(9000, 1, 1)
RIGHTS: dict[Operation, Right] = {each: "resend" if each == "resend" else "decide" for each in OPERATIONS}
PRINTED = r"^[^\u0000-\u001f\u007f]*$"


class Changed(Refused):
    """What was confirmed is not what is there any more."""

    status = 409
    key = "documents.changed"


class TooManyDocuments(Refused):
    """More than one deed moves."""

    status = 409
    key = "documents.too-many"


def _no_text(value: object) -> object:
    return None if value == "" else value


Text = Annotated[str, Field(max_length=200, pattern=PRINTED)]
Day = Annotated[Annotated[date, Field(ge=EARLIEST, le=LATEST)] | None, BeforeValidator(_no_text)]
RowId = Annotated[int, Field(ge=1, le=LARGEST)]


class Filter(BaseModel):
    """Which documents of an integration are shown, or meant."""

    state: list[Standing] = Field([], max_length=len(STANDINGS), description="Only where one stands so; all if none.")
    category: Text = Field("", description="Only of this category of records.")
    since: Day = Field(None, description="Last changed on this local day or later.")
    until: Day = Field(None, description="Last changed on this local day or before.")
    text: Text = Field("", description="Only of this record, reference or number, written as it is.")
    earlier: bool = Field(default=False, description="Earlier epochs of what was sent once more too.")


class Chosen(Filter):
    """Documents that a deed is about: those that are named, or all that the filter shows."""

    row: list[RowId] = Field([], max_length=TICKED, description="The documents, by `id`.")
    every: bool = Field(default=False, description="All that the filter shows and the deed is allowed for, instead.")


def desk_of(visit: Visit, integration: str = "") -> Desk:
    """The organisation's documents, and whoever visits before them. Raises NotThere for an unknown integration."""
    desk = Desk(visit.parts.office(), visit.organization.name, ready=visit.parts.reading().pinned)
    if integration and integration not in desk.office.operations.integrations(visit.organization.id):
        raise NotThere
    return desk


def seen_of(visit: Visit, integration: str) -> tuple[Desk, "Pinned"]:
    """An integration, ready, and its documents to be looked at: of the others nothing is made ready."""
    desk = desk_of(visit, integration)
    pinned = visit.parts.reading().pinned(visit.organization.name, integration)
    return Desk(desk.office, desk.organization, [pinned]), pinned


def choice_of(visit: Visit, integration: str, wanted: Filter) -> Choice:
    """A filter as the ledger is asked."""
    zone = ZoneInfo(visit.zone)
    text = wanted.text.strip()
    return Choice(
        visit.organization.id,
        ids=named(visit, text) if text else (),
        integration=integration,
        category=wanted.category,
        states=tuple(wanted.state),
        since=_first(wanted.since, zone),
        until=_first(wanted.until + timedelta(days=1), zone) if wanted.until else None,
        newest=not wanted.earlier,
        reversing=True,
    )


def named(visit: Visit, text: str) -> tuple[int, ...]:
    """The ids of all documents that a text names."""
    found = DocumentPages(visit.parts.tables).named(visit.organization.id, text, NAMED)
    return tuple(found) or (0,)  # no document's: to the ledger no id is any id


def meant(desk: Desk, visit: Visit, integration: str, wanted: Chosen, operation: Operation) -> list[LedgerRow]:
    """The documents that a deed would move, by id, and no others that were named with them.

    Raises NotAllowed without its right, Refused where too much is meant.
    """
    if not visit.may(RIGHTS[operation]):
        raise NotAllowed(RIGHTS[operation])
    if wanted.every and wanted.row:
        raise Refused
    if not wanted.every and not wanted.row:
        return []  # to the ledger no id is any id
    if wanted.every:
        # Deeds move newest epochs only.
        rows = _all(desk, choice_of(visit, integration, wanted.model_copy(update={"earlier": False})), operation)
    else:
        rows = desk.office.operations.rows(
            Choice(visit.organization.id, ids=tuple(wanted.row), integration=integration, newest=False)
        )
    return [row for row in rows if operation in ways(desk, visit, row)]


def _all(desk: Desk, choice: Choice, operation: Operation) -> Sequence[LedgerRow]:
    states = [each for each in MOVES[operation] if not choice.states or each in choice.states]
    if not states:
        return []
    asked = replace(choice, states=tuple(states), reversing=False)
    if sum(count for _, count, _ in desk.office.operations.tally(asked)) > AT_ONCE:
        raise TooManyDocuments
    return desk.office.operations.rows(asked)


def ways(desk: Desk, visit: Visit, row: LedgerRow) -> list[Operation]:
    """What whoever visits may do about a document, as it stands."""
    if row.superseded:
        return []
    found = [each for each in ways_out(row.standing) if visit.may(RIGHTS[each])]
    if row.purpose != "document":
        return [each for each in found if each not in ("withdraw", "resend")]
    if "withdraw" in found and row.standing != "rejected_late" and not _removable(desk, row):
        found.remove("withdraw")
    return found


def _removable(desk: Desk, row: LedgerRow) -> bool:
    """Whether the type says how what is staged is removed."""
    sends = desk.export_of(row)
    return sends is not None and sends[1].create.withdraw is not None


def _first(day: date | None, zone: ZoneInfo) -> datetime | None:
    """The first moment of a local day."""
    return datetime.combine(day, time(), zone) if day else None


@dataclass(frozen=True, slots=True)
class Names:
    """What people call categories and targets; those of another time have their names only."""

    categories: Mapping[str, str]
    targets: Mapping[str, str]

    def category(self, name: str) -> str:
        """`Mileage claims`."""
        return self.categories.get(name, name)

    def target(self, name: str) -> str:
        """`Accounts (entity 31007)`."""
        return self.targets.get(name, name)


def names(found: Iterable["Pinned"], language: Language) -> Names:
    """What people call what these integrations send, and where."""
    exports = [(pinned, export) for pinned in found for export in pinned.exports]
    return Names(
        {export.stream.category: getattr(export.category.label, language) for _, export in exports},
        {
            export.stream.target: f"{getattr(pinned.kind.label, language)} ({pinned.whereabouts})"
            for pinned, export in exports
        },
    )
