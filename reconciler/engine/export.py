"""The export loop: due -> select what the ledger has not settled -> map -> freeze -> send -> record -> report.

One send path for every trigger (design.md 4.10). No HTTP inside a transaction, no commit outside a crash point.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from reconciler.engine.beforehand import Order, check_confirmed, check_ledger
from reconciler.engine.columned import refresh as refresh_columns
from reconciler.engine.concealed import concealed
from reconciler.engine.deliver import Delivery, pack
from reconciler.engine.held import Line, hold
from reconciler.engine.notices import Asked
from reconciler.engine.pause import check_standing, keep_pause, pause_unusable
from reconciler.engine.pinned import Pinned, PinnedExport, pin, record_digest
from reconciler.engine.posting import post_sent
from reconciler.engine.ranges import within
from reconciler.engine.resolve import Resolution
from reconciler.engine.reversing import reversal_of
from reconciler.engine.shadow import nothing_yet, observe
from reconciler.engine.standing import standing
from reconciler.engine.strangers import check_strangers
from reconciler.engine.vocabulary import Vocabulary
from reconciler.engine.world import World
from reconciler.errors import Blocked
from reconciler.mappings.check import SAMPLE_EXPORT
from reconciler.mappings.document import Rendered
from reconciler.mappings.refusal import Refusal
from reconciler.mappings.values import Value
from reconciler.runs.export import Claim, Frozen, Page, Turned, Wanted
from reconciler.runs.idempotency import freezes_each_request
from reconciler.runs.listed import UNKNOWN_CODE
from reconciler.runs.outcome import Lease
from reconciler.runs.report import Failure, RunReport, StreamReport
from reconciler.specs.personal import impersonal

BATCH = 500
ROUNDS = 10_000
LEASE_S = 300
Candidate = tuple[Wanted, Mapping[str, Value | None]]
"""A record, and whether the ledger knows it."""


def sync(world: World, order: Order) -> RunReport:
    """Send what is due of one integration, and say what became of it.

    Raises Busy where another run holds the lease, PlanRefused for an unconfirmed first sync, LedgerBehind, and
    CredentialRefused where there is no tested credential; then nothing was sent.
    """
    applied = world.applied.applied(order.organization, order.integration)
    pinned = pin(applied, world.clock.now())
    check_standing(world, pinned)
    if order.days is not None:
        pinned = within(pinned, order.days)
    report = RunReport(
        run=str(order.run),
        organization=order.organization,
        integration=order.integration,
        place=pinned.place,
        mode=pinned.integration.mode,
        revision=pinned.revision,
        started_at=world.clock.now(),
        zone=pinned.zone.key,
        days=order.days,
    )
    if pinned.integration.mode == "send":
        check_ledger(world, pinned)
    check_confirmed(world, pinned, order)
    with world.points.around("take"):
        lease = world.leases.take(pinned.lease, str(order.run), world.clock.now(), LEASE_S)
    try:
        with world.points.around("begin"):
            world.runs.begin(lease, order.began(world.actor), applied, world.clock.now())
        _carry_out(world, pinned, lease, order, report)
    finally:
        with world.points.around("give_back"):
            world.leases.give_back(lease)
    return report


def _carry_out(world: World, pinned: Pinned, lease: Lease, order: Order, report: RunReport) -> None:
    try:
        if pinned.integration.mode == "send":
            _send_each(world, pinned, lease, order, report)
        else:
            observe(world, pinned, lease, order.run, report)
    except Blocked as error:
        report.problem, report.hint = error.message, error.hint
        pause_unusable(world, pinned, error)
    report.ended_at = world.clock.now()
    with world.points.around("end"):
        world.runs.end(lease, order.run, report.state, report.counts(), report.problem, report.ended_at)


def _send_each(world: World, pinned: Pinned, lease: Lease, order: Order, report: RunReport) -> None:
    held = hold(world, pinned)
    report.reaches = held.version.reaches
    report.alarms = held.alarms  # the same list: an alarm outlives whatever ends the run
    if problem := check_strangers(world, pinned, held):
        report.problem, report.hint, report.again_later = problem, "nothing is sent before it can be asked", True
        return
    for export in pinned.exports:
        stream = nothing_yet(export)
        report.streams.append(stream)
        if not report.problem:
            line = Line(held, export)
            try:
                refresh_columns(world, pinned, export, line)
                vocabulary = Vocabulary(world, pinned, export, line, stream)
                _Sync(world, pinned, export, line, lease, order, stream, report, vocabulary).run()
            finally:
                line.close()
    if not report.problem:
        post_sent(world, pinned, held, report)
    keep_pause(world, pinned, held, report)


@dataclass(slots=True)
class _Sync:
    """One category within one run."""

    world: World
    pinned: Pinned
    export: PinnedExport
    line: Line
    lease: Lease
    order: Order
    stream: StreamReport
    report: RunReport
    vocabulary: Vocabulary
    noticed: list[tuple[Mapping[str, Value | None], Rendered]] = field(default_factory=list)

    def run(self) -> None:
        """Settle what is open, say what is withheld, then send until nothing is left or something stops it."""
        self._send_all()
        self.stream.standing = standing(self.world, self.export.stream)

    def _send_all(self) -> None:
        resolution = Resolution(self.world, self.export, self.line, self.lease, self.order.run, self.stream)
        resolution.resolve()
        if resolution.stopped:
            self._stop(resolution)
            return
        self._withhold()
        delivery = Delivery(self.world, self.export, self.line, self.lease, self.stream)
        if changed := self._changed():
            self._batch(delivery, changed)
        page: Page | None = None
        for _ in range(ROUNDS):
            whole = page is None
            found, page = self._waiting(page)
            if delivery.stopped or (whole and not found):
                break
            if found:
                self._batch(delivery, found)
        if delivery.stopped:
            self._stop(delivery)
        asked = Asked(self.world.records, self.world.ledger)
        for record, made in self.noticed:
            self.stream.notices += asked.notices(self.export, record, made)

    def _waiting(self, page: Page | None) -> tuple[list[Candidate], Page | None]:
        """Due when the run began: what it tried in vain, it does not try again. And where to go on.

        After the last page all are asked once more: some may have become free to be claimed anew.
        """
        where, began = (self.export.stream, self.export.selection, self.export.category), self.report.started_at
        if page is not None:
            return self.world.records.waiting_after(*where, began, page)
        found = self.world.records.waiting(*where, began, BATCH)
        return found, self._after(found)

    def _after(self, found: Sequence[Candidate]) -> Page | None:
        if len(found) < BATCH:
            return None
        wanted, record = found[-1]
        at = record.get(self.export.category.cut_over)
        return Page(BATCH, at, wanted.record_id) if isinstance(at, date) else None

    def _stop(self, part: Resolution | Delivery) -> None:
        self.report.problem, self.report.hint = part.stopped, part.hint
        self.report.again_later = part.again_later

    def _withhold(self) -> None:
        export = self.export
        reasons = self.world.records.withheld(export.stream, export.whole or export.selection, export.category)
        with self.world.points.around("withhold"):
            self.world.ledger.withhold(self.lease, export.stream, reasons, self.world.clock.now())
        if export.whole is not None:  # written down of all, told of the days that were asked for
            reasons = self.world.records.withheld(export.stream, export.selection, export.category)
        self.stream.withheld.update(reasons.values())

    def _changed(self) -> list[Candidate]:
        """Records refused before that are worth another try: they, their mapping, or what exists there changed."""
        export = self.export
        # A run tries each document once: what a repeat has just been told no about is left to the next one.
        now = {each.record_id for each in self.stream.failures if each.state == "rejected"}
        rejected = self.world.records.rejected(export.stream, export.selection, export.category)
        found = [each for each in rejected if each[0].record_id not in now]
        waiting = {
            wanted.record_id: made.payload()
            for wanted, record, (digest, mapping, code) in found
            if code == UNKNOWN_CODE
            and (mapping, digest) == (export.mapping_digest, self._digest(record))
            and isinstance(made := export.mapping.render({**record, **SAMPLE_EXPORT}), Rendered)
        }
        known = self.vocabulary.known_by_now(waiting)
        changed = [
            (wanted, record)
            for wanted, record, (digest, mapping, _) in found
            if (mapping, digest) != (export.mapping_digest, self._digest(record)) or wanted.record_id in known
        ]
        self.stream.counts["still_rejected"] = len(found) - len(changed)
        return changed

    def _batch(self, delivery: Delivery, found: Sequence[Candidate]) -> None:
        if not delivery.may_begin():
            return  # no list is read for what cannot be sent
        if self.vocabulary.refresh() and not delivery.may_begin():
            return  # reading the lists has found out that nothing more is allowed
        claims = self._claim([wanted for wanted, _ in found])
        records = {wanted.record_id: record for wanted, record in found}
        frozen: list[Frozen] = []
        turned: list[Turned] = []
        for claim in claims:
            made = self._render(claim, records[claim.record_id])
            if isinstance(made, Frozen):
                frozen.append(made)
            else:
                turned.append(made)
        frozen, unknown = self.vocabulary.sift(frozen)
        turned += unknown
        requests = list(pack(frozen, self.export.create.batch))
        if not freezes_each_request(self.export.create):
            requests = [[each for request in requests for each in request]]
        for request in requests or [[]]:
            # What is not frozen was never sent; after something has stopped the run, that is said of the rest.
            ours = request if delivery.stopped else self._freeze(request, turned)
            turned = []
            delivery.deliver(ours)

    def _freeze(self, frozen: Sequence[Frozen], turned: Sequence[Turned]) -> list[Frozen]:
        """Those that were still ours: nothing else may be sent."""
        with self.world.points.around("freeze"):
            ours = self.world.ledger.freeze(
                self.lease, self.export.stream, frozen, turned, self.export.mapping_digest, self.world.clock.now()
            )
        self._report_turned([each for each in turned if each.claim.id in ours])
        return [each for each in frozen if each.claim.id in ours]

    def _claim(self, wanted: Sequence[Wanted]) -> list[Claim]:
        stream, now = self.export.stream, self.world.clock.now()
        year = now.astimezone(self.pinned.zone).year
        with self.world.points.around("claim"):
            claims = self.world.ledger.claim(
                self.lease, stream, self.order.run, wanted, self.pinned.revision, now, year
            )
        if claims:
            with self.world.points.around("mark"):
                self.world.high_water.mark(stream.organization_id, stream.target, self.world.ledger.highest(stream))
        return claims

    def _render(self, claim: Claim, record: Mapping[str, Value | None]) -> Frozen | Turned:
        export = self.export
        digest, subject = self._digest(record), self._subject(record)
        if claim.purpose != "document":
            return reversal_of(self.world, self.pinned, export, claim, (subject, digest))
        reserved: dict[str, Value | None] = {"export.number": claim.number, "export.reference": claim.reference}
        rendered = export.mapping.render({**record, **reserved})
        if isinstance(rendered, Refusal):
            said = impersonal(rendered.message)  # our own refusals repeat values of the record
            return Turned(claim, said, rendered.field, export.origin(rendered.path), subject, digest)
        if rendered.warnings:
            self.noticed.append((record, rendered))
        return Frozen(claim, rendered.payload(), export.amount(rendered, record), subject, digest, sealed=export.sealed)

    def _digest(self, record: Mapping[str, Value | None]) -> str:
        return record_digest(concealed(self.world, self.export, record), self.export.used)

    def _subject(self, record: Mapping[str, Value | None]) -> str:
        field = self.export.category.subject
        return self.world.pseudonym(self.export.stream.organization_id, str(record.get(field))) if field else ""

    def _report_turned(self, turned: Sequence[Turned]) -> None:
        for each in turned:
            self.stream.counts["rejected"] += 1
            self.stream.failures.append(
                Failure(
                    category=self.export.stream.category,
                    record_id=each.claim.record_id,
                    number=each.claim.number,
                    state="rejected",
                    message=each.message,
                    field=each.field,
                    origin=each.origin,
                )
            )
