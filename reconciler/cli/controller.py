"""`reconciler controller`: the resident loop, which makes the database equal to the branch and keeps it so."""

from dataclasses import replace

import click

from reconciler.cli.context import Context


@click.command("controller")
@click.option("--let-go", is_flag=True, help="Do not run: say that no controller keeps this database any more.")
@click.pass_obj
def command(context: Context, *, let_go: bool) -> int:
    """Follow the config repository, apply what was merged, and keep it so. Runs until it is told to stop (SIGTERM).

    Several may run; they divide the organisations among themselves. What it does is in `reconciler status`.
    """
    if let_go:
        world = context.world
        with world.points.around("let_go"):
            found = world.control.let_go(world.actor, world.clock.now())
        context.say("it is kept by hand now: reconciler apply" if found else "no controller kept it")
        return 0
    from reconciler.controller.observed import observed
    from reconciler.controller.process import serve
    from reconciler.controller.pulse import Pulse, Wake
    from reconciler.controller.threads import Listeners

    wake, pulse = Wake(), Pulse()
    with observed(context.settings, wake, pulse) as seen:
        listeners = Listeners(seen.reported, span=seen.traces.span)
        if seen.metrics is not None:
            counts = seen.metrics
            listeners = replace(listeners, began_late=counts.began_late, shown=counts.integrations, kept=counts.kept)
        return serve(context.settings, wake, pulse, listeners)
