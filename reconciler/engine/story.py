"""What became of a record, and why: gathered from the applied rows, the app and the ledger, as a value.

Nothing is written, and no outside system is asked.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, Protocol

from reconciler.engine.beforehand import FIRST_WITHOUT_ASKING
from reconciler.engine.decided import Decisions, by_exclusion
from reconciler.engine.fates import Asked, Found, ledgered, told_of
from reconciler.engine.pinned import Pinned, PinnedExport
from reconciler.engine.timetable import next_run
from reconciler.ports import Applied, Records
from reconciler.runs.export import Stream
from reconciler.runs.operating import Operations, Resends
from reconciler.runs.story import Answer, Clause, NextSync, Reasons, Withheld
from reconciler.runs.views import ExportRow, IntegrationView, WithheldRow
from reconciler.selections.reasons import Why, why_of
from reconciler.selections.reasons import say as said


class Ledgered(Protocol):
    """What the overview knows of one record."""

    def exports(self, organization_id: str, record_id: str) -> list[ExportRow]:
        """Its rows of the ledger, oldest first."""

    def withheld(self, organization_id: str, record_id: str) -> list[WithheldRow]:
        """When it was held back by rule, oldest first."""


class Configured(Protocol):
    """The applied rows."""

    def applied(self, organization: str, integration: str) -> Applied:
        """What is applied of one integration."""


class Sources(Protocol):
    """Where a story comes from: the reading half of an installation."""

    @property
    def now(self) -> datetime: ...
    @property
    def applied(self) -> Configured: ...
    @property
    def records(self) -> Records: ...
    @property
    def overview(self) -> Ledgered: ...
    @property
    def operations(self) -> Operations: ...
    @property
    def resends(self) -> Resends: ...
    @property
    def highest(self) -> Callable[[Stream], int]: ...
    def pinned(self, organization: str, integration: str) -> Pinned: ...


def stories(sources: Sources, view: IntegrationView, record: str) -> Iterator[Answer]:
    """One answer per category of the integration that has the record, and per target that once got it."""
    asked = _gathered(sources, view, record)
    told: set[tuple[str, str]] = set()
    for export in asked.pinned.exports:
        if (answer := _answer(sources, asked, export)) is not None:
            told.add((export.stream.category, export.stream.target))
            yield answer
    for category, target in sorted({(row.category, row.target) for row in asked.rows} - told):
        older = [row for row in asked.rows if (row.category, row.target) == (category, target)]
        clauses = tuple(told_of(asked, older[-1]))
        yield Answer(view.name, asked.category(category), record, older[-1].state, clauses, older)


def _gathered(sources: Sources, view: IntegrationView, record: str) -> Asked:
    rows = [row for row in sources.overview.exports(view.organization_id, record) if row.integration == view.name]
    held = [row for row in sources.overview.withheld(view.organization_id, record) if row.integration == view.name]
    due = next_run(view.schedule, sources.now)
    sync = NextSync(view.organization, view.name)
    if due is not None and view.schedule is not None:
        sync = NextSync(view.organization, view.name, due.at, view.schedule.zone)
    decided = sources.operations.decided(view.organization_id, [row.reference for row in rows]) if rows else []
    decisions = Decisions(decided, sources.resends.waiting(view.organization_id) if rows else [])
    pinned = sources.pinned(view.organization, view.name)
    return Asked(view, pinned, record, rows, held, sync, decisions)


def _answer(sources: Sources, asked: Asked, export: PinnedExport) -> Answer | None:
    stream = export.stream
    rows = [row for row in asked.rows if (row.category, row.target) == (stream.category, stream.target)]
    explained = sources.records.explain(stream, export.selection, export.category, asked.record_id)
    if explained is None and not rows:
        return None
    known = export.selection.reasons()
    record: Mapping[str, Any] = explained[0] if explained else {}
    missed = tuple(why_of(each, known) for each in explained[1]) if explained else (Why("gone"),)
    found = Found(export, record, missed, explained is not None, _reasons(sources, asked, missed))
    state, clauses = (rows[-1].state, ledgered(asked, found, rows)) if rows else _unsent(sources, asked, found)
    held = [Withheld(each, why_of(each.reason, known)) for each in asked.withheld if each.category == stream.category]
    return Answer(asked.view.name, asked.category(stream.category), asked.record_id, state, tuple(clauses), rows, held)


def _reasons(sources: Sources, asked: Asked, missed: Reasons) -> Reasons:
    """What keeps the record from going now, an exclusion by its name; nothing where nothing does."""
    if not missed:
        return ()
    exclusions = sources.applied.applied(asked.view.organization, asked.view.name).exclusions
    return tuple(by_exclusion(each, exclusions) for each in missed)


def _unsent(sources: Sources, asked: Asked, found: Found) -> tuple[str, Iterator[Clause]]:
    """State and words for a record that the ledger does not know."""
    scope = {criterion.reason for criterion in found.export.selection.scope}
    outside = tuple(each for each in found.missed if said(each) in scope)
    if outside:
        return "out-of-scope", iter([Clause("out-of-scope", {"outside": outside})])
    if found.missed:
        return "withheld", iter([Clause("withheld", {"reasons": found.reasons})])
    if asked.view.mode == "observe":
        return "waiting", iter([Clause("observed", {"integration": asked.view.name})])
    if count := _first_sync(sources, found.export):
        values = {"organization": asked.view.organization, "integration": asked.view.name, "count": count}
        return "waiting", iter([Clause("first-sync", values | {"target": asked.target(found.export.stream.target)})])
    return "waiting", iter([Clause("waiting", {"next": asked.next})])


def _first_sync(sources: Sources, export: PinnedExport) -> int:
    """How many documents a first sync would send that nobody has agreed to yet."""
    if sources.highest(export.stream):
        return 0
    count, _ = sources.records.total(export.stream, export.selection, export.category, sources.now)
    return count if count > FIRST_WITHOUT_ASKING else 0
