"""`reconciler apply`: make the database equal to a commit, organisation by organisation."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reconciler.cli.context import Context, format_option, root_option
from reconciler.cli.plan import make_plans, show
from reconciler.errors import Blocked, PlanRefused

if TYPE_CHECKING:
    from reconciler.plans.plan import Plan, Unusable


@click.command("apply")
@root_option
@click.option("--revision", default="HEAD", show_default=True, help="The commit whose specs are applied.")
@click.option("--organization", default="", help="Only this one.")
@click.option("--approve", default="", metavar="DIGEST", help="A yes to exactly the plan with this digest.")
@click.option("--break-glass", default="", metavar="REASON", help="Why by hand, where a controller keeps the database.")
@click.option("--whole", is_flag=True, help="Print the whole plan too, as `plan` does.")
@format_option
@click.pass_obj
def command(context: Context, /, **asked: Any) -> int:
    """Plan, and carry out what no guard refuses: one transaction per organisation, all of it or nothing.

    One bad organisation never blocks the others. Exit code 1 where specs are invalid, 4 where a plan was refused, 5
    where this installation may not carry it out, or a controller keeps the database and no reason is given.
    """
    context.formatted(asked["form"])
    reason = _by_hand(context, asked["break_glass"])
    check_signed(context, asked["root"], asked["revision"])
    _, plans = make_plans(context, asked["root"], asked["revision"], asked["organization"])
    results = [_carry_out(context, plan, asked["approve"], reason, whole=asked["whole"]) for plan in plans]
    if context.json:
        context.data({"revision": asked["revision"], "organizations": results})
    states = {str(result["state"]) for result in results}
    return next((code for state, code in CODES.items() if state in states), 0)


REASON = 10
"""Characters of a reason, at least."""
CODES = {"refused": 4, "blocked": 5, "unusable": 1}
"""Exit codes by the state of an organisation, the gravest first."""


def _by_hand(context: Context, reason: str) -> str:
    """Why it is done by hand, for the audit trail. Raises Blocked where a controller does it, and nothing was said."""
    since = context.world.control.controlled_since()
    if since is None or len(reason.strip()) >= REASON:
        return reason
    message = f"a controller keeps this database since {since:%Y-%m-%d %H:%M %Z}: it applies what is merged"
    hint = f"merge it (reconciler reconcile asks for it now); or --break-glass REASON, {REASON} characters at least"
    raise Blocked(message, hint)


def check_signed(context: Context, root: Path, revision: str) -> None:
    """Raises Blocked where commits have to be signed and this one is not by anybody who may."""
    from reconciler.git.signatures import Unverified
    from reconciler.git.sources import CommitTree
    from reconciler.wiring import signatures

    # Of the commits before it nothing is known here: which were verified already is the controller's to remember.
    alone = replace(context.settings, signed="head")
    if (signed := signatures(alone, root)) is not None:
        commit = CommitTree(root, revision).revision
        found = signed.verify(commit, context.world.clock.now())
        if isinstance(found, Unverified):
            raise Blocked(f"the commit {commit[:10]} is not applied: {found.message}", found.hint)


def _carry_out(
    context: Context, plan: "Plan | Unusable", approve: str, reason: str, *, whole: bool
) -> dict[str, object]:
    """What became of one organisation; whatever stops it stops no other."""
    from reconciler.engine.reconcile import apply_plan
    from reconciler.engine.switching import check_change
    from reconciler.plans.plan import Unusable
    from reconciler.plans.text import summary

    if not context.json and (whole or isinstance(plan, Unusable)):
        show(context, plan)
    if isinstance(plan, Unusable):
        return {"organization": plan.organization, "state": "unusable", "reasons": list(plan.reasons)}
    result: dict[str, object] = {"organization": plan.organization, "plan": plan.digest, "state": "unchanged"}
    if plan.empty:
        _say(context, f"{plan.organization}: no changes", "")
        return result
    try:
        if not reason:
            check_change(context.world, plan)
        apply_plan(context.world, plan, approve, reason=reason)
    except (PlanRefused, Blocked) as stopped:
        state = "refused" if isinstance(stopped, PlanRefused) else "blocked"
        _say(context, f"{state}: {stopped.message}", "bold red")
        _say(context, f"  next: {stopped.hint}", "")
        return result | {"state": state, "message": stopped.message, "hint": stopped.hint}
    _say(context, f"applied to {plan.organization} at {plan.desired.revision[:10]}: {summary(plan)}", "green")
    return result | {"state": "applied"}


def _say(context: Context, text: str, style: str) -> None:
    if not context.json:
        context.say(text, style)
