"""The export loop: due -> select what the ledger has not settled -> map -> freeze -> send -> record -> report.

One send path for every trigger (design.md 4.10). No HTTP inside a transaction, no commit outside a crash point.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from reconciler.engine.beforehand import Order, check_first, check_ledger
from reconciler.engine.columned import refresh as refresh_columns
from reconciler.engine.concealed import concealed
from reconciler.engine.deliver import Delivery, pack
from reconciler.engine.held import Line, hold
from reconciler.engine.notices import Asked
from reconciler.engine.pinned import Pinned, PinnedExport, pin, record_digest
from reconciler.engine.posting import post_sent
from reconciler.engine.resolve import Resolution
from reconciler.engine.standing import standing
from reconciler.engine.vocabulary import Vocabulary
from reconciler.engine.world import World
from reconciler.errors import Blocked
from reconciler.mappings.check import SAMPLE_EXPORT
from reconciler.mappings.document import Rendered
from reconciler.mappings.refusal import Refusal
from reconciler.mappings.values import Value
from reconciler.runs.export import Claim, Frozen, Turned, Wanted
from reconciler.runs.idempotency import freezes_each_request
from reconciler.runs.listed import UNKNOWN_CODE
from reconciler.runs.outcome import Lease
from reconciler.runs.report import Failure, RunReport, StreamReport
from reconciler.specs.personal import impersonal

BATCH = 500
ROUNDS = 10_000
LEASE_S = 300


def sync(world: World, order: Order) -> RunReport:
    """Send what is due of one integration, and say what became of it.

    Raises Busy where another run holds the lease, PlanRefused for an unconfirmed first sync, LedgerBehind, and
    CredentialRefused where there is no tested credential; then nothing was sent.
    """
    applied = world.applied.applied(order.organization, order.integration)
    pinned = pin(applied, world.clock.now())
    report = RunReport(
        run=str(order.run),
        organization=order.organization,
        integration=order.integration,
        place=pinned.place,
        mode=pinned.integration.mode,
        revision=pinned.revision,
        started_at=world.clock.now(),
        zone=pinned.zone.key,
    )
    if pinned.integration.mode == "send":
        check_ledger(world, pinned)
        check_first(world, pinned, order)
    with world.points.around("take"):
        lease = world.leases.take(pinned.lease, str(order.run), world.clock.now(), LEASE_S)
    try:
        with world.points.around("begin"):
            world.runs.begin(lease, order.run, applied, order.trigger, world.clock.now())
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
            _observe(world, pinned, report)
    except Blocked as error:
        report.problem, report.hint = error.message, error.hint
    report.ended_at = world.clock.now()
    with world.points.around("end"):
        world.runs.end(lease, order.run, report.state, report.counts(), report.problem, report.ended_at)


def _nothing_yet(export: PinnedExport) -> StreamReport:
    """The report of a category before anything of it was looked at."""
    amount = None if export.category.amount is None else Decimal(0)
    return StreamReport(export.stream.category, export.stream.target, amount=amount)


def _send_each(world: World, pinned: Pinned, lease: Lease, order: Order, report: RunReport) -> None:
    held = hold(world, pinned)
    report.reaches = held.version.reaches
    report.alarms = held.alarms  # the same list: an alarm outlives whatever ends the run
    for export in pinned.exports:
        stream = _nothing_yet(export)
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
        for _ in range(ROUNDS):
            # Due when the run began: what it tried in vain, it does not try again.
            found = self.world.records.waiting(
                self.export.stream, self.export.selection, self.export.category, self.report.started_at, BATCH
            )
            if delivery.stopped or not found:
                break
            self._batch(delivery, found)
        if delivery.stopped:
            self._stop(delivery)
        asked = Asked(self.world.records, self.world.ledger)
        for record, made in self.noticed:
            self.stream.notices += asked.notices(self.export, record, made)

    def _stop(self, part: Resolution | Delivery) -> None:
        self.report.problem, self.report.hint = part.stopped, part.hint
        self.report.again_later = part.again_later

    def _withhold(self) -> None:
        export = self.export
        reasons = self.world.records.withheld(export.stream, export.selection, export.category)
        with self.world.points.around("withhold"):
            self.world.ledger.withhold(self.lease, export.stream, reasons, self.world.clock.now())
        self.stream.withheld.update(reasons.values())

    def _changed(self) -> list[tuple[Wanted, Mapping[str, Value | None]]]:
        """Records refused before that are worth another try: they, their mapping, or what exists there changed."""
        export = self.export
        found = self.world.records.rejected(export.stream, export.selection, export.category)
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

    def _batch(self, delivery: Delivery, found: Sequence[tuple[Wanted, Mapping[str, Value | None]]]) -> None:
        if not delivery.may_begin():
            return  # no list is read for what cannot be sent
        self.vocabulary.refresh()
        if not delivery.may_begin():
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
        reserved: dict[str, Value | None] = {"export.number": claim.number, "export.reference": claim.reference}
        rendered = export.mapping.render({**record, **reserved})
        digest, subject = self._digest(record), self._subject(record)
        if isinstance(rendered, Refusal):
            said = impersonal(rendered.message)  # our own refusals repeat values of the record
            return Turned(claim, said, rendered.field, export.origin(rendered.path), subject, digest)
        if rendered.warnings:
            self.noticed.append((record, rendered))
        amount = self._amount(rendered, record)
        return Frozen(claim, rendered.payload(), amount, subject, digest, sealed=export.sealed)

    def _amount(self, rendered: Rendered, record: Mapping[str, Value | None]) -> Decimal | None:
        """What the document is about: what its lines sum to, else the amount of its record, where it has one."""
        field = self.export.category.amount
        found = rendered.amount if rendered.amount is not None or field is None else record.get(field)
        return found if isinstance(found, Decimal) else None

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


def _observe(world: World, pinned: Pinned, report: RunReport) -> None:
    """Everything but sending: nothing is claimed, reserved or written but the run itself."""
    for export in pinned.exports:
        stream = _nothing_yet(export)
        now = world.clock.now()
        count, amount = world.records.total(export.stream, export.selection, export.category, now)
        stream.counts["would_send"] = count
        stream.amount = None if stream.amount is None else Decimal(amount)
        stream.withheld.update(world.records.withheld(export.stream, export.selection, export.category).values())
        report.streams.append(stream)
