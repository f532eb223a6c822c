"""A ledger that is older than what was sent, brought up to it: the outside system is asked for every reference of ours.

Asking changes nothing and is remembered, so it goes on where it was left. Writing it down needs a person's yes to the
exact number. Where nobody can be asked, every document that may have gone is a question.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import uuid4

from reconciler.engine.asking import Answered, ask
from reconciler.engine.held import Held, Line, hold
from reconciler.engine.pinned import Pinned, PinnedExport, pin
from reconciler.engine.world import World
from reconciler.errors import Blocked, PlanRefused
from reconciler.runs.adoption import FREE, Candidate, Finding, Survey, Tally
from reconciler.runs.export import Open, reference
from reconciler.runs.inventory import Budget, Lister, Window
from reconciler.runs.outcome import Found, LookupFailed
from reconciler.runs.reversal import DOCUMENT, REVERSAL
from reconciler.selections.criteria import Selection

PAGE = 500
LEASE_S = 300
EPOCHS = 20
"""More epochs of one record than this are an endless answer."""
GAP = 2
"""So many epochs in a row that are not there end a record's search."""
QUESTION = Found("held", ())
"""What is written down of a document that nobody can be asked about."""


@dataclass(frozen=True, slots=True)
class Adopting:
    """What somebody asked for; `requests` 0 is what the type declares, without `confirmed` it only looks."""

    organization: str
    integration: str
    requests: int = 0
    confirmed: int | None = None


def adopt(world: World, order: Adopting) -> Survey:
    """Ask on, within the budget; and with a yes to the exact count, once all was asked, write it down.

    Raises Busy while a sync runs, PlanRefused for a yes to another number, Blocked where not all was asked yet.
    """
    pinned = pin(world.applied.applied(order.organization, order.integration), world.clock.now())
    with world.points.around("take"):
        lease = world.leases.take(pinned.lease, f"adopt {uuid4()}", world.clock.now(), LEASE_S)
    try:
        for export in pinned.exports:
            with world.points.around("sweep"):
                world.ledger.sweep(lease, export.stream, world.clock.now())
        survey = _survey(world, pinned, order)
        if order.confirmed is None:
            return survey
        _check(order, survey)
        written = 0
        for export in pinned.exports:
            mark, now = _mark(world, export), world.clock.now()
            with world.points.around("adopt"):
                written += world.adoptions.adopt(lease, export.stream, mark, pinned.revision, now, world.actor)
        return replace(survey, written=written)
    finally:
        with world.points.around("give_back"):
            world.leases.give_back(lease)


def behind(world: World, pinned: Pinned) -> tuple[str, ...]:
    """The targets whose mark lies beyond what the ledger knows."""
    return tuple(
        dict.fromkeys(
            each.stream.target for each in pinned.exports if world.ledger.highest(each.stream) < _mark(world, each)
        )
    )


def since(export: PinnedExport) -> Selection:
    """Everything from the cut-over day on, whatever else the export asks: it may have met that when it went."""
    cut_over = export.category.cut_over
    scope = [each for each in export.selection.scope if getattr(each.test, "field", "") == cut_over]
    return replace(export.selection, scope=tuple(scope[-1:]), readiness=())


def every_candidate(world: World, export: PinnedExport) -> Iterator[list[Candidate]]:
    """The candidates of one category, page by page."""
    after, first = "", True
    while after or first:
        first = False
        page, after = world.adoptions.candidates(export.stream, since(export), export.category, after, PAGE)
        yield page


def first_of(export: PinnedExport, record_id: str) -> Candidate:
    """A record's first document, as if the ledger had never heard of it."""
    stream = export.stream
    return Candidate(stream.category, record_id, 1, reference(stream, record_id, 1), "", None)


def opened(candidate: Candidate, now: datetime) -> Open:
    """A candidate as a lookup takes it: no number and no ids are known, so only its reference can be asked for."""
    same = (candidate.category, candidate.record_id, 1, candidate.reference, 0, "unknown", candidate.amount)
    return Open(0, *same, target_ids=(), sent_before=now, first_absent_at=None, lines=0)


def can_be_adopted(export: PinnedExport) -> bool:
    """Whether each place where a document can live can be asked by our reference alone.

    A file is known by its batch, and some postings by our number: both were in the ledger that is gone.
    """
    create = export.create
    by_reference = create.can_be_asked and all(each.by != "number" for each in create.lookups)
    return by_reference and create.idempotency != "D" and create.drop is None


def _mark(world: World, export: PinnedExport) -> int:
    return world.high_water.read(export.stream.organization_id, export.stream.target)


def _check(order: Adopting, survey: Survey) -> None:
    where = f"{order.organization} {order.integration}"
    if survey.left or survey.problem:
        message = f"{survey.left} records were not asked about yet" + (f": {survey.problem}" if survey.problem else "")
        raise Blocked(message, f"go on asking first: reconciler exports adopt {where}")
    if order.confirmed != survey.count:
        message = f"{survey.count} documents would be written down, and {order.confirmed} were confirmed"
        raise PlanRefused(message, f"if this is meant: reconciler exports adopt {where} --confirm {survey.count}")


def _survey(world: World, pinned: Pinned, order: Adopting) -> Survey:
    held = hold(world, pinned) if any(map(can_be_adopted, pinned.exports)) else None
    tallies, requests, problem, left = [], 0, "", behind(world, pinned)
    for export in pinned.exports:
        budget = Budget(max(0, (order.requests or export.create.reconcile.requests) - requests))
        part = _Part(world, held, export, budget)
        tallies.append(part.tally())
        requests, problem = requests + budget.used, problem or part.problem
    return Survey(order.organization, order.integration, tuple(tallies), requests, left, problem)


@dataclass(slots=True)
class _Part:
    """One category's candidates."""

    world: World
    held: Held | None
    export: PinnedExport
    budget: Budget
    problem: str = ""
    left: int = 0
    _numbers: Mapping[str, int] | None = None

    def tally(self) -> Tally:
        """Ask for what was not asked yet, and count."""
        line = Line(self.held, self.export) if self.held and can_be_adopted(self.export) else None
        records = 0
        try:
            for page in every_candidate(self.world, self.export):
                records += len(page)
                self._page(line, page)
        finally:
            if line is not None:
                line.close()
        stream = self.export.stream
        found, amount, questions = self.world.adoptions.tally(stream)
        return Tally(stream.category, stream.target, records, self.left, found, amount, questions)

    def _page(self, line: Line | None, page: Sequence[Candidate]) -> None:
        waiting = self._unasked(page)
        if line is None:
            self._keep([Finding(each, QUESTION if self._may_have_gone(each) else None) for each in waiting])
            return
        for _ in range(EPOCHS):
            if not waiting or self.problem or self.budget.left <= 0:
                break
            answered = self._asked(line, waiting)
            told = [each for each in waiting if each.reference not in answered.unread]
            self._keep([self._finding(line, each, answered) for each in told])
            waiting = self._unasked(page)
        self.left += len(waiting)

    def _unasked(self, page: Sequence[Candidate]) -> list[Candidate]:
        """What is to be asked next of each: the first epoch that was not asked about.

        Epochs follow each other without a gap, but for one: a document that was withdrawn there went again as the next.
        """
        known = self.world.adoptions.findings(self.export.stream, [each.record_id for each in page])
        return [found for each in page for found in self._unasked_of(each, known)]

    def _unasked_of(self, candidate: Candidate, known: Mapping[tuple[str, int, str], bool]) -> Iterator[Candidate]:
        """Of one record; the reversal of what is there beside the next epoch."""
        missing = 0
        while missing < GAP:
            there = known.get(candidate.key)
            if candidate.purpose == REVERSAL:
                if there is None and self.export.mapping.scope.document.reversal is not None:
                    yield candidate
                candidate = self._step(candidate, candidate.epoch + 1)
                continue
            if there is None:
                yield candidate
                return
            missing = 0 if there else missing + 1
            candidate = self._step(candidate, candidate.epoch + (not there), REVERSAL if there else DOCUMENT)

    def _may_have_gone(self, candidate: Candidate) -> bool:
        """A forced re-export in the lost days is a person's own deed: only first documents are questions."""
        if candidate.purpose == REVERSAL:
            return candidate.state in FREE
        return candidate.epoch == 1 or bool(candidate.state)

    def _step(self, candidate: Candidate, epoch: int, purpose: str = DOCUMENT) -> Candidate:
        named = reference(self.export.stream, candidate.record_id, epoch, purpose)
        return replace(candidate, epoch=epoch, purpose=purpose, reference=named)

    def _asked(self, line: Line, waiting: Sequence[Candidate]) -> Answered:
        now = self.world.clock.now()
        answered = ask(line, self.export, [opened(each, now) for each in waiting], self.budget)
        self.problem = "" if answered.spent else answered.problem
        if answered.spent:
            self.budget.left = 0  # what is left is too little for one more question
        return answered

    def _finding(self, line: Line, candidate: Candidate, answered: Answered) -> Finding:
        found = answered.found.get(candidate.reference)
        number = self._shown(line).get(candidate.reference) if found else None
        return Finding(candidate, found, number)

    def _shown(self, line: Line) -> Mapping[str, int]:
        """Our numbers as the lists there show them; none where no list does, or it cannot be read."""
        if self._numbers is None:
            shows = any(each.number for each in self.export.create.reconcile.places)
            self._numbers = self._listed(line) if shows else {}
        return self._numbers

    def _listed(self, line: Line) -> Mapping[str, int]:
        adapter, zone = line.adapter, self.export.mapping.scope.zone
        assert isinstance(adapter, Lister), "only types of such a protocol declare places: their model says so"
        today = self.world.clock.now().astimezone(zone).date()
        with adapter.within(self.budget):
            found = adapter.list_window(Window(self.export.since, today, zone))
        if isinstance(found, LookupFailed):
            return {}
        return {each.reference: each.number for each in found.items if each.number is not None}

    def _keep(self, findings: Sequence[Finding]) -> None:
        with self.world.points.around("keep_findings"):
            self.world.adoptions.keep_findings(self.export.stream, findings, self.world.clock.now())
