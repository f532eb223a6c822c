"""The organisation's audit trail: who did what, when and to what."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Annotated, Any

from fastapi import Query
from pydantic import BaseModel, Field

from reconciler.database.trail import Entry, TrailChoice
from reconciler.portal.answers.runs import span
from reconciler.portal.fields import Day, Wanted
from reconciler.portal.visiting import Audits, Visit
from reconciler.runs import audit_details, audit_words

PAGE = 50


class Fact(BaseModel):
    """One thing of an entry's detail."""

    label: str
    said: str


class Noted(BaseModel):
    """One entry of the trail."""

    id: int
    at: datetime
    actor: str = Field(description="An account; `engine` where nobody did it by hand.")
    action: str = Field(description="A key; keys are only ever added.")
    said: str = Field(description="What was done, in words that follow who did it.")
    object: str = Field(description="What it was done to: an integration, a credential, a document's reference.")
    detail: Mapping[str, Any]
    told: list[Fact] = Field(description="The detail in words, in the language that was asked for.")


class Choice(BaseModel):
    """An action that can be looked for."""

    action: str
    said: str


class TrailPage(BaseModel):
    """Entries of the trail, the newest first."""

    entries: list[Noted]
    beyond: int = Field(description="What the next page begins behind; 0 where this is the last one.")
    actions: list[Choice]
    action: str
    object: str
    person: str
    first: date | None
    last: date | None


def audit(
    visit: Audits,
    action: Annotated[Wanted, Query(description="Only this action.")] = "",
    object: Annotated[Wanted, Query(description="Only about this object.")] = "",  # noqa: A002 - its name in the trail
    person: Annotated[Wanted, Query(description="Only what this account did.")] = "",
    first: Annotated[Day, Query(description="On this local day or later.")] = None,
    last: Annotated[Day, Query(description="On this local day or before.")] = None,
    beyond: Annotated[int, Query(ge=0, lt=2**63, description="The last entry of the page before.")] = 0,
    limit: Annotated[int, Query(ge=1, le=200)] = PAGE,
) -> TrailPage:
    """The organisation's audit trail. What an outside system said and what people are called is not in it."""
    choice = chosen(visit, (action, object, person), (first, last), beyond)
    found = visit.parts.trail().entries(choice, limit + 1)
    return TrailPage(
        entries=[noted(visit, each) for each in found[:limit]],
        beyond=found[limit - 1].id if len(found) > limit else 0,
        actions=sorted(
            (Choice(action=each, said=audit_words.action(each, visit.language)) for each in audit_words.ACTIONS),
            key=lambda each: each.said,
        ),
        action=action,
        object=object,
        person=person,
        first=first,
        last=last,
    )


def chosen(
    visit: Visit, wanted: tuple[str, str, str], days: tuple[date | None, date | None], beyond: int = 0
) -> TrailChoice:
    """The entries of an action, an object, a person and of local days; empty is whatever it is."""
    since, until = span(visit.zone, *days)
    action, subject, person = wanted
    return TrailChoice(visit.organization.id, action, person, (subject,) if subject else (), since, until, beyond)


def noted_of(visit: Visit, objects: Sequence[str], limit: int) -> list[Noted]:
    """The newest entries about some objects."""
    found = visit.parts.trail().entries(TrailChoice(visit.organization.id, objects=objects), limit)
    return [noted(visit, each) for each in found]


def noted(visit: Visit, entry: Entry) -> Noted:
    """An entry as pages show it."""
    return Noted(
        id=entry.id,
        at=entry.at,
        actor=entry.actor,
        action=entry.action,
        said=audit_words.action(entry.action, visit.language),
        object=entry.object,
        detail=entry.detail,
        told=[
            Fact(label=label, said=said) for label, said in audit_details.told(entry.detail, visit.zone, visit.language)
        ],
    )
