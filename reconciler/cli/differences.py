"""What a comparison with the outside system has found and nobody has done away with yet, as questions to a person."""

from reconciler.cli.context import Context, counted
from reconciler.engine.states import State
from reconciler.runs.comparison_words import asked
from reconciler.runs.moments import local

ADOPT = " (exports adopt)"
"""How the ledger is told of what stands there."""


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
        context.say(f"  {asked(each.difference, order=ADOPT)}", style)
        found = each.difference
        record = f"{found.category} {found.record_id}, " if found.record_id else ""
        context.say(f"    {record}{found.reference} at {each.target}, seen {local(each.at, view.zone)}", "dim")
    if view.differing > len(view.differences):
        context.say(f"  and {view.differing - len(view.differences)} more")
    context.say(
        f"  look again once they are mended: reconciler exports reconcile {view.organization} {view.name}", "dim"
    )
