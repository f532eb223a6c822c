"""What keeps an integration's runs from beginning or asking, as `status` says it below its table."""

from reconciler.cli.context import Context
from reconciler.cli.moments import local
from reconciler.cli.twins import State


def standing_still(context: Context, state: State) -> None:
    """Who or what keeps its runs from beginning, since when, and how it ends."""
    view = state.view
    for each in state.still:
        since, what = local(each.since, view.zone), "suspended" if each.cause == "person" else "paused"
        until = f" until {local(each.until, view.zone)}" if each.until else ""
        who = f" by {each.author}" if each.cause == "person" else ", scheduled runs are skipped"
        context.say(f"{view.organization} {view.name}: {what} since {since}{who}{until}: {each.reason}", "bold red")
        mend = "" if each.cause == "person" else f"reconciler credentials set {view.organization} {view.name}, or "
        context.say(f"  next: {mend}reconciler resume {view.organization} {view.name}")


def allowance(context: Context, state: State) -> None:
    """What is used of a month's quota, and what keeps runs from asking now."""
    view, usage = state.view, state.usage
    if usage is None:
        return
    name = f"{view.organization} {view.name}"
    if usage.quota is not None:
        kept = f", of which {usage.reserve} are kept for questions" if usage.reserve else ""
        renewed = f"{usage.renews:%Y-%m-%d}"
        context.say(
            f"{name}: {usage.used} of {usage.quota} requests are used{kept}; it begins anew on {renewed}", "dim"
        )
    if usage.closed_until is not None:
        until = local(usage.closed_until, view.zone)
        context.say(f"{name}: nothing is asked until {until}: {usage.closed_reason}", "bold red")
    for operation, (until_at, reason) in usage.shut.items():
        what = "sent" if operation == "write" else "asked"
        context.say(f"{name}: nothing is {what} until {local(until_at, view.zone)}: {reason}", "bold red")
