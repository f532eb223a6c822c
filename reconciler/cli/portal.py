"""`reconciler portal`: the web window, for people who do not write YAML."""

import click

from reconciler.cli.context import Context
from reconciler.cli.stopping import told_to_stop
from reconciler.errors import UsageError

LOG = ("RECONCILER_LOG", "RECONCILER_LOG_FORMAT")


@click.command("portal")
@click.pass_obj
def command(context: Context) -> int:
    """Serve the pages and the JSON API to browsers, until told to stop (SIGTERM).

    RECONCILER_PORTAL_LISTEN, RECONCILER_PORTAL_ADDRESS and RECONCILER_PORTAL_LOGIN say where, and how people log in.
    """
    from reconciler.controller.logs import set_up
    from reconciler.controller.surfaces import surfaces

    try:
        from reconciler.portal.serving import Server, steady
    except ModuleNotFoundError as error:
        hint = "install it with the extra 'portal': pip install 'reconciler[portal]'"
        raise UsageError(f"the portal needs a package that is not here: {error.name}", hint) from error
    # Of what a controller shows, a portal has the log only.
    seen = surfaces({name: text for name, text in context.settings.surfaces.items() if name in LOG})
    server = Server(context.settings)
    set_up(seen.form, seen.level, context.settings.installation)
    context.say(f"the portal is at {server.address}")
    steady()
    with told_to_stop(context.stopping):
        server.serve(context.stopping)
    return 0
