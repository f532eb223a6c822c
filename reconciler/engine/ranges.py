"""A sync of some days only: the same exports, with fewer records selected. The ledger knows nothing of ranges."""

from dataclasses import replace

from reconciler.engine.pinned import Pinned, PinnedExport
from reconciler.errors import UsageError
from reconciler.runs.request import Days
from reconciler.selections.criteria import between
from reconciler.specs.sentences import joined, say


def within(pinned: Pinned, days: Days) -> Pinned:
    """The same, limited to records whose cut-over date is one of `days`: local days, both inclusive.

    The cut-over day still holds. Raises UsageError where the days run backwards or all lie before it.
    """
    if days.last < days.first:
        hint = f"--from {days.last} --to {days.first}; both days are included"
        raise UsageError(
            say("the range ends on {last}, before it begins on {first}", last=days.last, first=days.first), hint
        )
    since = {each.category: each.since for each in pinned.integration.exports}
    if all(days.last < day for day in since.values()):
        told = joined(
            (say("{category} from {day} on", category=category, day=day) for category, day in since.items()), ", "
        )
        hint = "nothing from before the cut-over day is ever sent; moving it is a change of the specs"
        raise UsageError(say("{name} sends {told}: nothing of {days}", name=pinned.name, told=told, days=days), hint)
    return replace(pinned, exports=tuple(_limited(pinned, each, days) for each in pinned.exports))


def _limited(pinned: Pinned, export: PinnedExport, days: Days) -> PinnedExport:
    selection = between(export.selection, export.category, days.first, days.last, pinned.zone)
    return replace(export, selection=selection, whole=export.selection)
