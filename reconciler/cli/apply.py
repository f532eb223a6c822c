"""`reconciler apply`: make the database equal to a commit, organisation by organisation."""

from pathlib import Path

import click

from reconciler.cli.context import Context, format_option, root_option
from reconciler.cli.plan import make_plans, show
from reconciler.errors import PlanRefused


@click.command("apply")
@root_option
@click.option("--revision", default="HEAD", show_default=True, help="The commit whose specs are applied.")
@click.option("--organization", default="", help="Only this one.")
@click.option("--approve", default="", metavar="DIGEST", help="A yes to exactly the plan with this digest.")
@click.option("--whole", is_flag=True, help="Print the whole plan too, as `plan` does.")
@format_option
@click.pass_obj
def command(
    context: Context, *, root: Path, revision: str, organization: str, approve: str, whole: bool, form: str
) -> int:
    """Plan, and carry out what no guard refuses: one transaction per organisation, all of it or nothing.

    One bad organisation never blocks the others. Exit code 1 where specs are invalid, 4 where a plan was refused.
    """
    from reconciler.engine.reconcile import apply_plan
    from reconciler.plans.plan import Unusable
    from reconciler.plans.text import summary

    context.format = "json" if form == "json" else "text"
    _, plans = make_plans(context, root, revision, organization)
    results: list[dict[str, object]] = []
    for plan in plans:
        if not context.json and (whole or isinstance(plan, Unusable)):
            show(context, plan)
        if isinstance(plan, Unusable):
            results.append({"organization": plan.organization, "state": "unusable", "reasons": list(plan.reasons)})
            continue
        result: dict[str, object] = {"organization": plan.organization, "plan": plan.digest, "state": "unchanged"}
        if not plan.empty:
            try:
                apply_plan(context.world, plan, approve)
                result["state"] = "applied"
                _say(
                    context, f"applied to {plan.organization} at {plan.desired.revision[:10]}: {summary(plan)}", "green"
                )
            except PlanRefused as refused:
                result |= {"state": "refused", "message": refused.message, "hint": refused.hint}
                _say(context, f"refused: {refused.message}", "bold red")
                _say(context, f"  next: {refused.hint}", "")
        else:
            _say(context, f"{plan.organization}: no changes", "")
        results.append(result)
    if context.json:
        context.data({"revision": revision, "organizations": results})
    states = {str(result["state"]) for result in results}
    return 4 if "refused" in states else 1 if "unusable" in states else 0


def _say(context: Context, text: str, style: str) -> None:
    if not context.json:
        context.say(text, style)
