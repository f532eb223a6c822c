"""What an outside system holds of a kind of document, whoever sent it: read with the credential, within the budget.

A run that only observes reads nothing else there. What cannot be read, for whatever reason, is unread: nothing follows.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from reconciler.engine.asking import words_of
from reconciler.engine.held import Line, hold
from reconciler.engine.pinned import Pinned, PinnedExport
from reconciler.engine.world import World
from reconciler.errors import Blocked, StoreDown
from reconciler.runs.export import PREFIX
from reconciler.runs.inventory import BUDGET, Budget, Window
from reconciler.runs.outcome import LookupFailed, Unclear
from reconciler.runs.request import Days
from reconciler.runs.shadow import Holder, Holding, Holdings

FEWER = " (observe fewer days at once: --from, --to)"


def shelf(world: World, pinned: Pinned, export: PinnedExport) -> Holdings | None:
    """The list of an export's documents there; None where the type does not say how to read it."""
    return _Shelf(world, pinned, export) if export.create.reconcile.holdings else None


@dataclass(frozen=True, slots=True)
class _Shelf:
    """See `Holdings`."""

    world: World
    pinned: Pinned
    export: PinnedExport

    def documents(self, window: Days) -> Sequence[Holding] | LookupFailed:
        """See `Holdings`. What went from this ledger is left out: it is no document of somebody else."""
        try:
            found = self._read(Window(window.first, window.last, self.export.mapping.scope.zone))
        except (Blocked, StoreDown) as error:
            return LookupFailed(Unclear(f"{error.message} ({error.hint})" if error.hint else error.message))
        if isinstance(found, LookupFailed):
            spent = getattr(found.answer, "code", "") == BUDGET
            return LookupFailed(Unclear(words_of(found) + (FEWER if spent else "")))
        return self._of_others(found)

    def _read(self, window: Window) -> Sequence[Holding] | LookupFailed:
        line = Line(hold(self.world, self.pinned), self.export)
        adapter = line.adapter
        assert isinstance(adapter, Holder), "only types of such a protocol declare holdings: their model says so"
        try:
            with adapter.within(Budget(self.export.create.reconcile.requests)):
                return adapter.holdings(window)
        finally:
            line.close()

    def _of_others(self, found: Sequence[Holding]) -> list[Holding]:
        stream = self.export.stream
        named = [each.reference for each in found if each.reference.startswith(PREFIX)]
        known = self.world.comparisons.known(stream.organization_id, stream.target, named) if named else {}
        mine = {reference for reference, each in known.items() if each.mine}
        return [each for each in found if each.reference not in mine]
