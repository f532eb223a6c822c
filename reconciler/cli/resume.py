"""`reconciler resume`: let the runs of an integration go on."""

import click

from reconciler.cli.context import Context, format_option


@click.command("resume")
@click.argument("organization")
@click.argument("integration")
@format_option
@click.pass_obj
def command(context: Context, *, organization: str, integration: str, form: str) -> int:
    """End a suspension, and a pause after a credential was refused. Nothing is sent by this."""
    from reconciler.engine.pause import resume, said
    from reconciler.engine.pinned import pin

    world = context.formatted(form).world
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
