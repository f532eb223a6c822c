"""`reconciler plan`: the difference between a commit and the database."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from reconciler.cli import compared_columns
from reconciler.cli.compared_columns import comparisons, lines
from reconciler.cli.context import Context, format_option, root_option
from reconciler.cli.screens import screens
from reconciler.errors import UsageError

if TYPE_CHECKING:
    from reconciler.plans.approvers import Needed
    from reconciler.plans.guard import Refused
    from reconciler.plans.plan import Plan, Unusable
    from reconciler.plans.text import Line
    from reconciler.ports import SpecSource
    from reconciler.specs.collection import Specs

STYLES = {
    "title": "bold", "create": "green", "update": "yellow", "delete": "red", "retarget": "bold magenta", "faint": "dim",
    "plain": "",
}  # fmt: skip


@click.command("plan")
@root_option
@click.option("--revision", default="HEAD", show_default=True, help="The commit whose specs are wanted.")
@click.option("--organization", default="", help="Only this one.")
@click.option("--exit-code", "exit_code", is_flag=True, help="Exit 3 where changes are pending.")
@format_option
@click.pass_obj
def command(context: Context, *, root: Path, revision: str, organization: str, exit_code: bool, form: str) -> int:
    """Show what apply would change, and what stands in its way. Nothing is changed by looking.

    Exit code 1 where an organisation's specs are invalid, 4 where a guard would refuse, 0 otherwise.
    """
    context.format = "json" if form == "json" else "text"
    specs, plans = make_plans(context, root, revision, organization)
    if context.json:
        context.data(
            {
                "plans": [plan_data(context, each) | beside(context, specs, each) for each in plans],
                "screens": [each.data() for each in screens(specs, plans)],
            }
        )
    else:
        for position, each in enumerate(plans):
            if position:
                context.say()
            tell(context, specs, each)
        for turned in screens(specs, plans):
            context.say()
            context.say(turned.text, "bold yellow")
    return _code(context, plans, exit_code=exit_code)


def make_plans(context: Context, root: Path, revision: str, organization: str) -> "tuple[Specs, list[Plan | Unusable]]":
    """The plans of a commit. Raises UsageError where a named organisation is not there."""
    from reconciler.git.sources import CommitTree

    return plans_of(context, CommitTree(root, revision), organization)


def plans_of(context: Context, source: "SpecSource", organization: str) -> "tuple[Specs, list[Plan | Unusable]]":
    """The plans of any source. Raises UsageError where a named organisation is not there."""
    from reconciler.engine.reconcile import plan_all, read_specs
    from reconciler.wiring import catalog

    specs = read_specs(source, catalog(), context.world.clock.now(), context.settings.endpoints)
    if organization and organization not in {*specs.organizations, *context.world.config.organizations()}:
        raise UsageError(
            f"there is no organisation '{organization}'", f"one of {', '.join(sorted(specs.organizations))}"
        )
    return specs, list(plan_all(context.world, specs, source.revision, organization))


def tell(context: Context, specs: "Specs", plan: "Plan | Unusable") -> None:
    """One organisation's plan, with whose approval it needs, what is remarked, and what the target's columns say."""
    show(context, plan)
    if held := _held_off(context, plan):
        context.say(f"  held off: {held}", "bold yellow")
    for one in _needs(context, plan):
        context.say(f"  needs {one.text}", "dim")
    for warning in warnings(specs, plan):
        context.say(f"  {warning}", "yellow")
    for found in comparisons(context, specs, plan):
        for text, style in lines(plan.organization, found, context.world.clock.now()):
            context.say(f"  {text}", style)


def show(context: Context, plan: "Plan | Unusable") -> None:
    """One organisation's plan as people read it."""
    from reconciler.plans import text
    from reconciler.plans.plan import Unusable

    if isinstance(plan, Unusable):
        context.say(f"{plan.organization}  cannot be planned; it keeps what it has", "bold red")
        for reason in plan.reasons:
            context.say(f"  {reason}", "red")
        return
    for line in text.lines(plan):
        say(context, line)
    for refused in refusals(context, plan):
        context.say(f"  refused: {refused.message} [{refused.rule}]", "red")


def beside(context: Context, specs: "Specs", plan: "Plan | Unusable") -> dict[str, object]:
    """What is said beside a plan, and changes nothing of it."""
    found = [compared_columns.data(each) for each in comparisons(context, specs, plan)]
    needs, held = _needs_data(context, plan), _held_off(context, plan)
    return {"needs": needs, "held_off": held or None, "warnings": warnings(specs, plan), "columns": found}


def _held_off(context: Context, plan: "Plan | Unusable") -> str:
    """The switch, or the closed days, that keep a plan with changes from being carried out now."""
    from reconciler.engine.switching import held_off
    from reconciler.plans.plan import Unusable

    found = None if isinstance(plan, Unusable) or plan.empty else held_off(context.world, plan)
    return found[0] if found else ""


def warnings(specs: "Specs", plan: "Plan | Unusable") -> list[str]:
    """What `validate` remarks on the organisation's specs, with the place: an exclusion that is over, for instance."""
    organization = specs.organizations.get(plan.organization)
    found = organization.diagnostics if organization is not None else []
    return [str(each) for each in sorted(found, key=lambda each: each.origin) if each.severity == "warning"]


def say(context: Context, line: "Line") -> None:
    """One line of a plan in its colour."""
    context.say(line.text, STYLES[line.style])


def refusals(context: Context, plan: "Plan") -> "list[Refused]":
    """What a guard would say to this plan today."""
    from reconciler.engine.reconcile import today
    from reconciler.plans.guard import guard

    return guard(plan, today(context.world, plan))


def plan_data(context: Context, plan: "Plan | Unusable") -> dict[str, object]:
    """The JSON form, with what would be refused."""
    from reconciler.plans.plan import Unusable, data

    if isinstance(plan, Unusable):
        return {"organization": plan.organization, "unusable": list(plan.reasons)}
    refused = [
        {"rule": each.rule, "object": each.object, "message": each.message, "approvable": each.approvable}
        for each in refusals(context, plan)
    ]
    return {**data(plan), "refused": refused}


def _needs(context: Context, plan: "Plan | Unusable") -> "list[Needed]":
    """Whose approval a plan needs, by the rules in force; nothing where it cannot be planned."""
    from reconciler.plans.approvers import needed
    from reconciler.plans.intent import own_rules
    from reconciler.plans.plan import Unusable

    if isinstance(plan, Unusable):
        return []
    return needed(plan, context.world.voices.rules(), own_rules(plan.actual))


def _needs_data(context: Context, plan: "Plan | Unusable") -> list[dict[str, object]]:
    return [
        {"rule": each.rule, "roles": each.roles, "approvals": each.approvals, "objects": each.objects}
        for each in _needs(context, plan)
    ]


def _code(context: Context, plans: "list[Plan | Unusable]", *, exit_code: bool) -> int:
    from reconciler.plans.plan import Unusable

    if any(isinstance(each, Unusable) for each in plans):
        return 1
    usable = [each for each in plans if not isinstance(each, Unusable)]
    if any(refusals(context, each) for each in usable):
        return 4
    return 3 if exit_code and any(not each.empty for each in usable) else 0
