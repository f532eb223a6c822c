"""`reconciler suspend`: no run of an integration begins, or no configuration is applied, until it is resumed."""

import click

from reconciler.cli.context import Context, format_option
from reconciler.cli.switches import UNTIL, Wanted, moment_of, set_switch
from reconciler.errors import UsageError

WAYS = (
    "name an integration to stop its syncs, or --configuration to stop what is applied:"
    " reconciler suspend ORGANIZATION INTEGRATION | ORGANIZATION --configuration | --all --configuration"
)


@click.command("suspend")
@click.argument("organization", required=False, default="")
@click.argument("integration", required=False, default="")
@click.option("--configuration", is_flag=True, help="Stop what is applied from git; syncs go on.")
@click.option("--all", "everybody", is_flag=True, help="With --configuration: every organisation of the installation.")
@click.option(
    "--detect-only", "detect", is_flag=True, help="With --configuration: look, say what differs, write nothing."
)
@click.option("--reason", default="", help="Why, in at least ten characters; `status` and the audit trail show it.")
@click.option("--until", default="", help=UNTIL)
@format_option
@click.pass_obj
def command(
    context: Context,
    *,
    organization: str,
    integration: str,
    configuration: bool,
    everybody: bool,
    detect: bool,
    reason: str,
    until: str,
    form: str,
) -> int:
    """Let no run of an integration begin, or let no configuration be applied.

    A run that is under way goes on to its end. With --configuration, an organisation keeps the configuration that it
    has, whatever is merged, and its syncs go on: to stop those, name the integration.
    """
    context.formatted(form)
    check_scope(organization, integration, configuration=configuration, everybody=everybody)
    if detect and not configuration:
        raise UsageError("--detect-only says how configuration is treated", "add --configuration")
    if not reason:
        raise UsageError("nobody will know why", 'add --reason "...", in at least ten characters')
    if configuration:
        return set_switch(context, Wanted(organization, "detect" if detect else "stop", reason, until))
    return _suspend(context, (organization, integration), reason, until)


def check_scope(organization: str, integration: str, *, configuration: bool, everybody: bool) -> None:
    """Raises UsageError where it is not clear what is meant: what is typed at night must not do something else."""
    if everybody and (organization or not configuration):
        raise UsageError("--all goes with --configuration, and with no name", WAYS)
    if configuration and integration:
        raise UsageError("--configuration is an organisation's, and no integration's", WAYS)
    if not everybody and not organization:
        raise UsageError("nobody is named", WAYS)
    if not configuration and not integration:
        raise UsageError(f"what of '{organization}'?", WAYS)


def _suspend(context: Context, where: tuple[str, str], reason: str, until: str) -> int:
    from reconciler.engine.pause import said, suspend
    from reconciler.engine.pinned import pin
    from reconciler.runs.suspension import Suspension

    organization, integration = where
    world, now = context.world, context.world.clock.now()
    pinned = pin(world.applied.applied(organization, integration), now)
    found = Suspension(
        "person", reason.strip(), world.actor, now, moment_of(until, now, pinned.zone) if until else None
    )
    suspend(world, pinned, found)
    if context.json:
        context.data({"organization": organization, "integration": integration, "suspended": found.data()})
    else:
        context.say(said(pinned, found), "yellow")
        context.say(f"  next: reconciler resume {organization} {integration}")
    return 0
