"""`reconciler resume`: let the runs of an integration go on, or let configuration be applied again."""

import click

from reconciler.cli.context import Context, format_option
from reconciler.cli.suspend import check_scope
from reconciler.cli.switches import end_switches


@click.command("resume")
@click.argument("organization", required=False, default="")
@click.argument("integration", required=False, default="")
@click.option("--configuration", is_flag=True, help="End a stop, a detect-only and a pin; what waits is applied then.")
@click.option("--all", "everybody", is_flag=True, help="With --configuration: what was set for every organisation.")
@format_option
@click.pass_obj
def command(
    context: Context, *, organization: str, integration: str, configuration: bool, everybody: bool, form: str
) -> int:
    """End a suspension, and a pause after a credential was refused. Nothing is sent by this.

    With --configuration, end what was set for an organisation, or with --all what was set for every one: a switch of
    an organisation's own then stands on.
    """
    context.formatted(form)
    check_scope(organization, integration, configuration=configuration, everybody=everybody)
    return end_switches(context, organization) if configuration else _resume(context, organization, integration)


def _resume(context: Context, organization: str, integration: str) -> int:
    from reconciler.engine.pause import resume, said
    from reconciler.engine.pinned import pin

    world = context.world
    pinned = pin(world.applied.applied(organization, integration), world.clock.now())
    ended = resume(world, pinned)
    if context.json:
        told = {"organization": organization, "integration": integration, "ended": [each.data() for each in ended]}
        context.data(told)
        return 0
    for each in ended:
        context.say(f"over: {said(pinned, each)}", "green")
    if not ended:
        context.say(f"{organization}/{integration} was neither suspended nor paused; nothing was changed")
    context.say(f"  next: reconciler sync {organization} {integration}")
    return 0
