"""What a comparison with the outside system has found and nobody has done away with yet, as questions to a person."""

from typing import TYPE_CHECKING

from reconciler.cli.context import Context, counted
from reconciler.cli.moments import local
from reconciler.cli.twins import State
from reconciler.specs.money import money

if TYPE_CHECKING:
    from reconciler.runs.comparison import Difference


def differing(context: Context, state: State) -> None:
    """The first documents that stand otherwise there; nothing where all agrees."""
    view = state.view
    if not view.differing:
        return
    context.say()
    verb = "differs" if view.differing == 1 else "differ"
    title = f"{counted(view.differing, 'document')} of {view.organization} {view.name} {verb} from what stands there:"
    context.say(title, "bold")
    for each in view.differences:
        style = "bold red" if each.difference.kind == "twice" else "yellow"
        context.say(f"  {asked(each.difference)}", style)
        found = each.difference
        record = f"{found.category} {found.record_id}, " if found.record_id else ""
        context.say(f"    {record}{found.reference} at {each.target}, seen {local(each.at, view.zone)}", "dim")
    if view.differing > len(view.differences):
        context.say(f"  and {view.differing - len(view.differences)} more")
    context.say(
        f"  look again once they are mended: reconciler exports reconcile {view.organization} {view.name}", "dim"
    )


def asked(found: "Difference") -> str:
    """One difference as the question that a person can answer by looking there."""
    number = f"number {found.number}" if found.number else "a document"
    ours = f", {money(found.ours)}" if found.ours is not None else ""
    theirs = money(found.theirs) if found.theirs is not None else "an amount that cannot be read"
    match found.kind:
        case "missing":
            return f"{number}{ours}, sent on {found.first}, is not there: was it deleted there?"
        case "twice":
            return (
                f"{number}{ours}, sent on {found.first}, stands there twice ({found.detail}): delete one of them there"
            )
        case "unknown_here":
            if found.detail in ("held", "unknown"):
                return f"{number}{ours} stands there, and the ledger asks whether it was received: it was"
            if found.detail:
                said = f"the ledger says {found.detail.replace('_', ' ')}"
                return f"{number}{ours} stands there, and {said}: let it know (exports adopt) before it goes again"
            return f"{number} stands there under a reference of ours that the ledger has never heard of: who made it?"
        case "amount":
            return f"{number}{ours}, sent on {found.first}, stands there with {theirs}: is that a correction?"
        case "content":
            return f"{number}{ours}, sent on {found.first}, was changed there ({found.detail}): is that a correction?"
