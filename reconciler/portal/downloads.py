"""The lists that are given as files."""

import json
from collections.abc import Iterator
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response

from reconciler.database.documents import DocumentPages
from reconciler.database.history import RunLine
from reconciler.database.trail import Entry
from reconciler.engine.changed import changed
from reconciler.engine.operations import Desk
from reconciler.portal.answers import runs, trail
from reconciler.portal.answers.asked import check
from reconciler.portal.choosing import Filter, Names, choice_of, names, seen_of
from reconciler.portal.fields import Day, Wanted
from reconciler.portal.files import MOST, Row, sheet
from reconciler.portal.saying import brief
from reconciler.portal.texts import text
from reconciler.portal.twins import PAGES
from reconciler.portal.visiting import Audits, Name, Sees, Visit
from reconciler.runs.audit_words import action
from reconciler.runs.operations import Choice, LedgerRow

router = APIRouter(include_in_schema=False)
COUNTED = (
    *("sent", "accepted", "posted", "rejected", "rejected_late", "unknown", "held", "not_applied"),
    *("would_send", "would_reject"),
)
RUNS = ("runs.began", "runs.ended", "runs.state", "runs.trigger", "runs.asked", "runs.actor", "runs.first", "runs.last")
RUN_ENDS = ("runs.withheld", "runs.amount", "runs.requests", "runs.revision", "runs.problem", "runs.id")
DOCUMENTS = ("documents.number", "documents.record", "documents.category", "documents.state", "documents.amount")
DOCUMENT_ENDS = (
    *("documents.sent", "documents.when", "documents.said", "documents.code", "documents.field", "documents.origin"),
    *("documents.target", "documents.there", "documents.reference", "documents.purpose", "documents.epochs"),
    *("documents.attempts", "documents.changed"),
)
PAGE = 1000
"""Documents that are read at once."""
TRAIL = ("audit.at", "audit.person", "audit.action", "audit.said", "audit.object", "audit.detail")


@router.get(PAGES + "/integrations/{integration}/runs.csv")
def runs_sheet(
    visit: Sees, integration: Name, state: runs.RunState = "", first: Day = None, last: Day = None
) -> Response:
    """The history of an integration's runs."""
    check(visit, integration)
    pages = visit.parts.history().pages(runs.chosen(visit, integration, state, (first, last)), MOST)
    columns = [*RUNS, *(f"standing.{each}" for each in COUNTED), *RUN_ENDS]
    return sheet(visit, f"runs-{integration}", columns, ([_run(visit, each) for each in page] for page in pages))


@router.get(PAGES + "/audit.csv")
def audit_sheet(
    visit: Audits,
    action: Wanted = "",
    object: Annotated[Wanted, Query()] = "",  # noqa: A002 - its name in the trail
    person: Wanted = "",
    first: Day = None,
    last: Day = None,
) -> Response:
    """The audit trail."""
    choice = trail.chosen(visit, (action, object, person), (first, last))
    pages = visit.parts.trail().pages(choice, MOST)
    return sheet(visit, "audit", TRAIL, ([_entry(visit, each) for each in page] for page in pages))


@router.get(PAGES + "/integrations/{integration}/documents.csv")
def documents_sheet(visit: Sees, integration: Name, wanted: Annotated[Filter, Query()]) -> Response:
    """All documents that the filter shows, the newest first."""
    desk, pinned = seen_of(visit, integration)
    rows = _documents(visit, desk, choice_of(visit, integration, wanted), names([pinned], visit.language))
    return sheet(visit, f"documents-{integration}", (*DOCUMENTS, *DOCUMENT_ENDS), rows)


def _documents(visit: Visit, desk: Desk, choice: Choice, known: Names) -> Iterator[list[Row]]:
    """Page by page."""
    pages, beyond = DocumentPages(visit.parts.tables), 0
    while rows := pages.page(choice, PAGE, beyond):
        others = changed(desk, rows)
        yield [_document(visit, row, known, other=row.id in others) for row in rows]
        beyond = rows[-1].id


def _document(visit: Visit, row: LedgerRow, known: Names, *, other: bool) -> Row:
    yield from (row.number, row.record_id, known.category(row.category))
    yield text(f"standing.{row.standing}", visit.language)
    yield row.amount
    yield from (brief(each, visit.zone, visit.language) if each else None for each in (row.sent_at, row.changed_at))
    yield from (row.message, row.code, row.field, row.origin, known.target(row.target), " ".join(row.target_ids))
    yield from (row.reference, text(f"purpose.{row.purpose}", visit.language), row.epoch, row.attempt)
    yield text("documents.changed-since", visit.language) if other else None


def _run(visit: Visit, line: RunLine) -> Row:
    row = runs.row_of(line)
    yield brief(row.started_at, visit.zone, visit.language)
    yield brief(row.ended_at, visit.zone, visit.language) if row.ended_at else None
    yield text(f"run.{row.state}", visit.language)
    yield text(f"trigger.{row.trigger}", visit.language)
    yield from (", ".join(row.asked_by), row.actor, row.first, row.last)
    yield from (row.counts.get(each, 0) for each in COUNTED)
    yield from (row.withheld, row.amount, row.requests, row.revision, row.problem, str(row.id))


def _entry(visit: Visit, entry: Entry) -> Iterator[object]:
    yield brief(entry.at, visit.zone, visit.language)
    yield from (entry.actor, entry.action, action(entry.action, visit.language), entry.object)
    yield json.dumps(dict(entry.detail), ensure_ascii=False, sort_keys=True)
