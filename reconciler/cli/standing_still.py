"""What keeps an integration's runs from beginning or asking, as `status` says it below its table."""

from reconciler.cli.context import Context
from reconciler.engine.states import State
from reconciler.runs import still_words


def standing_still(context: Context, state: State) -> None:
    """Who or what keeps its runs from beginning, since when, and how it ends."""
    view = state.view
    for each in state.still:
        said = still_words.standing_still(each, view.zone)
        context.say(f"{view.organization} {view.name}: {said}", "bold red")
        mend = "" if each.cause == "person" else f"reconciler credentials set {view.organization} {view.name}, or "
        context.say(f"  next: {mend}reconciler resume {view.organization} {view.name}")


def allowance(context: Context, state: State) -> None:
    """What is used of a month's quota, and what keeps runs from asking now."""
    if state.usage is None:
        return
    for said in still_words.allowance(state.usage, state.view.zone):
        style = "dim" if said.tone == "note" else "bold red"
        context.say(f"{state.view.organization} {state.view.name}: {said.text}", style)
