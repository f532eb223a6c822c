"""The page of closed days, and what people do with them."""

from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import BaseModel, Field

from reconciler.portal.proposing.editing import Edited
from reconciler.portal.proposing.editors.freeze_form import FreezeRow, Stands, applied, shown
from reconciler.portal.proposing.editors.sheet import Ground, Posted, Sheet, Told, finish, opened, posted, text_of
from reconciler.portal.proposing.editors.sheet import unchanged as as_seen
from reconciler.portal.refusals import NotThere
from reconciler.portal.twins import Done
from reconciler.portal.visiting import Proposes
from reconciler.specs.origin import Path

MOST = 200


class FreezePage(BaseModel):
    """The windows of closed days, as rows of a form; an empty row for a new one is the page's."""

    rows: list[FreezeRow]
    over: list[bool] = Field(description="Of each row, whether its last day has passed.")
    ground: Ground
    told: list[Told]
    today: date


class FreezesWanted(Posted):
    """The windows as they shall be: a row each, those that are there first, in their order."""

    first: list[str] = Field(default_factory=list, max_length=MOST)
    last: list[str] = Field(default_factory=list, max_length=MOST)
    reason: list[str] = Field(default_factory=list, max_length=MOST)
    stops: list[Stands] = Field(default_factory=list, max_length=MOST)
    gone: list[int] = Field(default_factory=list, max_length=MOST, description="Numbers of rows that go, from 0.")


def freezes(visit: Proposes, draft: UUID | None = None) -> FreezePage:
    """Days on which nothing is sent, or nothing is changed."""
    sheet = opened(visit, draft)
    document = _organization(sheet)
    rows, today = shown(document.spec), visit.now.astimezone(ZoneInfo(visit.zone)).date()
    return FreezePage(
        rows=rows,
        over=[bool(each.last) and each.last < today.isoformat() for each in rows],
        ground=sheet.ground(document.content),
        told=sheet.told(document.file, _place),
        today=today,
    )


def change_freezes(visit: Proposes, wanted: FreezesWanted) -> Done:
    """Change the closed days in a draft."""
    nb = visit.language == "nb"
    sheet = posted(visit, wanted, "freeze", "Stengte dager" if nb else "Closed days")
    document = _organization(sheet)
    as_seen(wanted, document.content)
    rows = [
        FreezeRow(first=first[:20], last=last[:20], reason=reason[:500], stops=stops)
        for first, last, reason, stops in zip(wanted.first, wanted.last, wanted.reason, wanted.stops, strict=False)
    ]
    spec = applied(document.spec, rows, set(wanted.gone))
    return finish(sheet, {document.file: text_of(document, spec)}, wanted, "/freezes")


def _organization(sheet: Sheet) -> Edited:
    own = sheet.found.own
    name = next((name for kind, name in (*own.documents, *own.broken) if kind == "Organization"), None)
    if name is None:
        raise NotThere
    return sheet.document("Organization", name)


def _place(path: Path) -> str:
    return f"freeze/{path[1]}" if path[:1] == ("freeze",) and len(path) > 1 else ""
