"""Documents that were accepted and are not final yet: which are looked for now, which later, which no more."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from reconciler.engine.pinned import PinnedExport
from reconciler.engine.world import World
from reconciler.runs.export import Open
from reconciler.runs.following import Rhythm
from reconciler.runs.outcome import Found, Lease
from reconciler.runs.report import StreamReport
from reconciler.specs.scalars import seconds


@dataclass(slots=True)
class Following:
    """One export's sent documents within one run. Each question is billed: a run asks for few, and old ones seldom."""

    world: World
    export: PinnedExport
    lease: Lease
    report: StreamReport

    def due(self) -> list[Open]:
        """The documents whose time has come."""
        limit, now = self.export.create.follow.documents, self.world.clock.now()
        return self.world.ledger.to_look_for(self.export.stream, now, self._rhythm.first, limit)

    def later(self, asked: Sequence[Open], found: Mapping[str, Found]) -> None:
        """Say when each is looked for again. What was not found is looked for soon: once is no proof of absence."""
        now, rhythm = self.world.clock.now(), self._rhythm
        due = {
            each.id: rhythm.next_look(each.sent_before, now) if each.reference in found else now + rhythm.first
            for each in asked
        }
        with self.world.points.around("look_again"):
            given_up = self.world.ledger.look_again(self.lease, self.export.stream, due, now)
        if given_up:
            self.report.remarks.append(self._sentence(given_up))

    @property
    def _rhythm(self) -> Rhythm:
        follow = self.export.create.follow
        return Rhythm(*(timedelta(seconds=seconds(each)) for each in (follow.first, follow.longest, follow.until)))

    def _sentence(self, given_up: Sequence[Open]) -> str:
        first = min(given_up, key=lambda each: each.sent_before)
        day = first.sent_before.astimezone(self.export.mapping.scope.zone)
        who = "1 document was" if len(given_up) == 1 else f"{len(given_up)} documents were"
        return f"{who} sent and never posted since {day:%d.%m.%Y} (number {first.number}): somebody has to look there"
