"""Everything but sending: records are selected, mapped, validated and kept apart from the ledger, then compared.

Nothing is claimed or reserved: the number in a document is a placeholder, the reference is the one that it would have.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from reconciler.engine.concealed import concealed, unsent
from reconciler.engine.pinned import Pinned, PinnedExport, record_digest
from reconciler.engine.world import World
from reconciler.mappings.check import SAMPLE_EXPORT
from reconciler.mappings.refusal import Refusal
from reconciler.mappings.values import Record
from reconciler.runs.export import Wanted, reference
from reconciler.runs.outcome import Lease, LookupFailed
from reconciler.runs.report import Failure, RunReport, StreamReport
from reconciler.runs.request import Days
from reconciler.runs.shadow import Holdings, Likeness, ShadowDocument, compare
from reconciler.selections.criteria import AtLeast, Criterion, NoneOf, Selection
from reconciler.specs.personal import impersonal

BATCH = 500
FAR = timedelta(days=3653)
"""Days so far from today are slips of a pen: nobody is asked for what lies between."""
CANNOT = "cannot be compared: the outside system's type does not say how to list what it holds"


def nothing_yet(export: PinnedExport) -> StreamReport:
    """The report of a category before anything of it was looked at."""
    amount = None if export.category.amount is None else Decimal(0)
    return StreamReport(export.stream.category, export.stream.target, amount=amount)


def observe(world: World, pinned: Pinned, lease: Lease, run: UUID, report: RunReport) -> None:
    """Keep what would be sent, and what would be refused, of every category; in place of what earlier runs kept."""
    with world.points.around("forget_shadows"):
        world.shadows.forget_shadows(lease, pinned.organization_id, pinned.name, world.clock.now())
    shadows: list[_Shadow] = []
    for export in pinned.exports:
        stream = nothing_yet(export)
        report.streams.append(stream)
        shadows.append(_Shadow(world, pinned, export, lease, run, stream, world.holdings(world, pinned, export)))
        shadows[-1].observe(report.started_at)
    places: dict[tuple[str, str], list[_Shadow]] = {}
    for shadow in shadows:
        places.setdefault(shadow.place, []).append(shadow)
    for some in places.values():
        _compare(some, report)


def _window(shadows: Sequence["_Shadow"], report: RunReport) -> Days | None:
    """The days that were asked for, and those of all documents; None where there are none of either."""
    today = report.started_at.date()
    days = [report.days.first, report.days.last] if report.days else []
    days += [day for shadow in shadows for each in shadow.likenesses for day in each.days]
    near = [day for day in days if abs(day - today) < FAR]
    return Days(min(near), max(near)) if near else None


def _compare(shadows: Sequence["_Shadow"], report: RunReport) -> None:
    """Hold all categories whose documents stand in one list there against it, which is read once.

    What is only there is in none of them: each tells the same of it.
    """
    holdings = shadows[0].holdings
    if holdings is None:
        for shadow in shadows:
            shadow.stream.remarks.append(CANNOT)
        return
    window = _window(shadows, report)
    if window is None:
        return
    theirs = holdings.documents(window)
    if isinstance(theirs, LookupFailed):
        message = getattr(theirs.answer, "message", "")
        for shadow in shadows:
            shadow.stream.remarks.append(f"could not be compared with what is there: {message}")
        return
    for shadow in shadows:
        shadow.stream.comparison = compare(window, shadow.likenesses, theirs)
        theirs = shadow.stream.comparison.theirs
    for shadow in shadows:
        if (found := shadow.stream.comparison) is not None:
            shadow.stream.comparison = replace(found, theirs=tuple(theirs))


@dataclass(slots=True)
class _Shadow:
    """One category within one run."""

    world: World
    pinned: Pinned
    export: PinnedExport
    lease: Lease
    run: UUID
    stream: StreamReport
    holdings: Holdings | None
    likenesses: list[Likeness] = field(default_factory=list)

    @property
    def place(self) -> tuple[str, str]:
        """What stands in one list there: the target, and the kind of document."""
        return self.export.stream.target, self.export.mapping.scope.mapping.document

    def observe(self, now: datetime) -> None:
        export = self.export
        self.stream.withheld.update(
            self.world.records.withheld(export.stream, export.selection, export.category).values()
        )
        for found in self._pages(now):
            made = [self._made(wanted, record) for wanted, record in found]
            with self.world.points.around("keep_shadows"):
                self.world.shadows.keep_shadows(
                    self.lease, export.stream, self.run, made, export.mapping_digest, self.world.clock.now()
                )
            self._count(made)
            if self.holdings is not None:
                self.likenesses += self._likenesses(made, [record for _, record in found])

    def _pages(self, now: datetime) -> Iterator[Sequence[tuple[Wanted, Record]]]:
        """All that waits, in its order. Nothing of it is settled meanwhile, so each page begins where one ended: at
        the same moment, without those of that moment that were told already.
        """
        export, selection, told = self.export, self.export.selection, list[Record]()
        while found := self.world.records.waiting(export.stream, selection, export.category, now, BATCH):
            yield found
            told += [record for _, record in found]
            told = [each for each in told if each[export.category.cut_over] == told[-1][export.category.cut_over]]
            selection = _after(export, told)

    def _made(self, wanted: Wanted, record: Record) -> ShadowDocument:
        export = self.export
        ours = {**SAMPLE_EXPORT, "export.reference": reference(export.stream, wanted.record_id, 1)}
        rendered = export.mapping.render({**record, **ours})
        subject, digest = self._subject(record), record_digest(concealed(self.world, export, record), export.used)
        if isinstance(rendered, Refusal):
            told = (impersonal(rendered.message), rendered.field, export.origin(rendered.path))
            return ShadowDocument(wanted.record_id, "would_reject", None, subject, digest, None, *told)
        amount = export.amount(rendered, record)
        kept = unsent(self.world, export, rendered.payload())
        return ShadowDocument(wanted.record_id, "would_send", amount, subject, digest, kept)

    def _subject(self, record: Record) -> str:
        name = self.export.category.subject
        return self.world.pseudonym(self.export.stream.organization_id, str(record.get(name))) if name else ""

    def _count(self, made: Sequence[ShadowDocument]) -> None:
        category = self.export.stream.category
        for each in made:
            self.stream.counts[each.verdict] += 1
            if each.amount is not None and each.verdict == "would_send":
                self.stream.amount = (self.stream.amount or Decimal(0)) + each.amount
            if each.verdict == "would_reject":
                told = (each.message, each.field)
                self.stream.failures.append(
                    Failure(category, each.record_id, 0, each.verdict, *told, origin=each.origin)
                )

    def _likenesses(self, made: Sequence[ShadowDocument], records: Sequence[Record]) -> Iterator[Likeness]:
        for each, record in zip(made, records, strict=True):
            if each.verdict == "would_send":
                yield likeness(self.export, each, record)


def likeness(export: PinnedExport, document: ShadowDocument, record: Record) -> Likeness:
    """By what somebody else's document would be known as this one: the fields that the type declares as dates and
    codes, and the local day of the record.
    """
    fields = export.mapping.scope.document.fields
    written = [(name, value) for line in document.payload["lines"] for name, value in line["fields"].items()]
    kinds = {name: each.type for name, each in fields.items() if name not in export.sealed}
    days = {day for name, value in written if kinds.get(name) in ("date", "instant") and (day := _day(value))}
    codes = {str(value) for name, value in written if kinds.get(name) == "reference"}
    own = record.get(export.category.cut_over)
    if not days and isinstance(own, date):
        days = {own.astimezone(export.mapping.scope.zone).date() if isinstance(own, datetime) else own}
    return Likeness(document.record_id, frozenset(days), document.amount, frozenset(codes))


def _day(value: Any) -> date | None:
    """The day of a date as it was written for the outside system; None where it is written in no order that says."""
    try:
        return datetime.fromisoformat(str(value)).date()
    except ValueError:
        return None


def _after(export: PinnedExport, told: Sequence[Record]) -> Selection:
    field, key = export.category.cut_over, export.category.key
    last = told[-1][field]
    # A day without end is read as none. It is the last of all, and what is left has no end either.
    since = AtLeast(field, last) if isinstance(last, date) else AtLeast(field, date.max)
    tests = (since, NoneOf(key, tuple(str(each[key]) for each in told)))
    more = tuple(Criterion(test, "it was told already") for test in tests)
    return replace(export.selection, scope=(*export.selection.scope, *more))
