"""`reconciler credentials`: set, rotate, test, restore, revoke, status, audit, rewrap. A value is never shown.

Values come from a prompt, standard input or a file descriptor; never from an argument or the environment, where other
processes could read them.
"""

from datetime import date, datetime, time, tzinfo
from typing import TYPE_CHECKING, Any

import click

from reconciler.cli.context import Context, counted, format_option
from reconciler.cli.credential_channels import no_channel, set_channel
from reconciler.cli.credential_words import amiss, at_minute, data, done, row, show, waiting
from reconciler.cli.typing import read_fields
from reconciler.errors import UsageError

if TYPE_CHECKING:
    from reconciler.runs.credential import Version

UNCHANGED = "nothing was saved or changed; what was in use stays in use"


@click.group("credentials")
def command() -> None:
    """Credentials are tested against the live endpoint before they replace one, and never seen."""


def _where(verb: Any) -> Any:
    """ORGANIZATION INTEGRATION and --format."""
    return click.argument("organization")(click.argument("integration")(format_option(verb)))


def _value_options(verb: Any) -> Any:
    expires = click.option("--expires", metavar="DAY", help="The last day on which it is valid, YYYY-MM-DD.")
    descriptor = click.option(
        "--fd", type=click.IntRange(0), metavar="N", help="Read the value from this open file descriptor."
    )
    return expires(descriptor(verb))


@command.command("set")
@_where
@_value_options
@click.pass_obj
def set_(
    context: Context, *, organization: str, integration: str, expires: str | None, fd: int | None, form: str
) -> int:
    """Read a credential, test it, and use it if the test passes. channel/NAME instead of an integration sets the
    address behind a channel of notifications: a test message has to arrive there.

    A failed test leaves everything as it was, and exits with 5.
    """
    return _set(context.formatted(form), organization, integration, expires, fd)


@command.command("rotate")
@_where
@_value_options
@click.pass_obj
def rotate(
    context: Context, *, organization: str, integration: str, expires: str | None, fd: int | None, form: str
) -> int:
    """Replace the credential in use by a new one that is tested first. Running syncs finish with the one they have.

    The old one stays as the previous version: `restore` puts it back, `revoke` ends it. Revoke it at the outside
    system last.
    """
    context.formatted(form)
    from reconciler.runs.credential import in_state

    old = in_state(_versions(context, organization, _name(context, organization, integration)), "current")
    code = _set(context, organization, integration, expires, fd)
    if code == 0 and not context.json and not integration.startswith("channel/"):
        where = f"{organization} {integration}"
        context.say(f"version {old.version} is the previous one now, and a sync that began with it may finish with it")
        context.say(f"  back to it: reconciler credentials restore {where}")
        context.say(f"  end it: reconciler credentials revoke {where} {old.version} --reason WHY; then revoke it there")
    return code


@command.command("test")
@_where
@click.pass_obj
def test(context: Context, *, organization: str, integration: str, form: str) -> int:
    """Test the credential in use, where it would be used now; the verdict comes within ten seconds."""
    from reconciler.engine.credentials import test_credential

    no_channel(organization, integration)
    tested = test_credential(context.formatted(form).world, organization, integration)
    return show(context, tested, "works", "nothing was changed: it stays in use until another is set or restored")


@command.command("restore")
@_where
@click.pass_obj
def restore(context: Context, *, organization: str, integration: str, form: str) -> int:
    """Put the previous version back in use, if it still works."""
    from reconciler.engine.credentials import restore_credential

    no_channel(organization, integration)
    tested = restore_credential(context.formatted(form).world, organization, integration)
    return show(context, tested, f"is in use again as version {tested.version}", UNCHANGED)


@command.command("revoke")
@_where
@click.argument("version", type=int)
@click.option("--reason", required=True, help="Why, in at least ten characters; it is kept in the audit trail.")
@click.pass_obj
def revoke(context: Context, *, organization: str, integration: str, version: int, reason: str, form: str) -> int:
    """Destroy the value of one version. Revoke it at the outside system too: only that ends it there."""
    from reconciler.engine.credentials import revoke_credential

    context.formatted(form)
    if len(reason.strip()) < 10:
        raise UsageError("the reason has fewer than ten characters", "say why, for whoever reads the audit trail")
    found = revoke_credential(context.world, organization, integration, version, reason.strip())
    if context.json:
        context.data({"name": found.name, "version": found.version, "was": found.state, "state": "revoked"})
    elif found.state == "revoked" and not found.left_behind:
        context.say(f"version {found.version} of '{found.name}' was revoked before; nothing was changed")
    else:
        context.say(f"version {found.version} of '{found.name}' is revoked and its value destroyed", "green")
        if found.state == "current":
            context.say("it was the one in use: nothing is sent until another is set or restored", "bold yellow")
            context.say(f"  next: reconciler credentials set {organization} {integration}")
        context.say("  it still works at the outside system: revoke it there too")
    return 0


@command.command("status")
@click.argument("organization")
@format_option
@click.pass_obj
def status(context: Context, *, organization: str, form: str) -> int:
    """Every version: its state, who set it, when it was tested and used, when it ends. Everything but the value."""
    context.formatted(form)
    now, versions = context.world.clock.now(), _versions(context, organization)
    if context.json:
        context.data({"credentials": [data(each) | {"warnings": amiss(each, now)} for each in versions]})
        return 0
    shown = [each for each in versions if each.state != "revoked"]
    if shown:
        columns = ["name", "version", "state", "value", "set", "tested", "last used", "ends"]
        context.table(columns, [row(each, now) for each in shown], right=["version"])
    for each in shown:
        context.say(f"{each.name} version {each.version} is for {each.place}" if each.place else waiting(each))
    for each in versions:
        for warning in amiss(each, now):
            context.say(f"{each.name} version {each.version} {warning}", "yellow")
    for name in sorted({each.name for each in versions} - {each.name for each in shown if each.state == "current"}):
        context.say(f"{name}: no version is in use, and nothing is sent", "bold yellow")
    if not versions:
        context.say(f"{organization} has no credentials yet: reconciler credentials set {organization} INTEGRATION")
    return 0


@command.command("audit")
@click.argument("organization")
@format_option
@click.pass_obj
def audit(context: Context, *, organization: str, form: str) -> int:
    """Every use and change of the organisation's credentials, newest first."""
    from reconciler.database.credentials import TRAIL, trail
    from reconciler.wiring import database

    context.formatted(form)
    found = trail(database(context.settings), context.world.applied.organization_id(organization))
    if context.json:
        context.data({"audit": found})
    elif not found:
        context.say(f"no credential of {organization} was ever set or used")
    else:
        rows = [[at_minute(each["at"]), each["actor"], each["name"], each["version"], done(each)] for each in found]
        context.table(["when", "who", "credential", "version", "what"], rows, right=["version"])
        if len(found) == TRAIL:
            context.say(f"the newest {TRAIL}; the table reconciler.audit has all")
    return 0


@command.command("rewrap")
@click.option("--new-key", is_flag=True, help="First put a fresh key before the others in the key file.")
@format_option
@click.pass_obj
def rewrap(context: Context, *, new_key: bool, form: str) -> int:
    """Wrap every stored key under the newest key-encryption key. Nothing stops meanwhile, and no value is touched."""
    from reconciler.wiring import rewrap_all

    context.formatted(form)
    _ = context.world  # opens the installation's own keys: a wrong key is found out before anything is changed
    if new_key and context.settings.key is None:
        rewrap_all(context.settings, new_key=False)  # and so for the values, before the file has a new key
    values, keys = rewrap_all(context.settings, new_key=new_key)
    if context.json:
        context.data({"values": values, "keys": keys})
        return 0
    context.say(f"{counted(values, 'value')} and {counted(keys, 'key')} of the installation are wrapped anew")
    if values or keys:
        context.say("  next: once more, until it says 0 and 0: a process that began earlier may still use the old key")
        context.say("  then remove every key but the first, and keep a backup of that one")
    return 0


def _set(context: Context, organization: str, integration: str, expires: str | None, fd: int | None) -> int:
    from reconciler.engine.credentials import set_credential
    from reconciler.engine.pinned import pin
    from reconciler.vaults.secret import Secret

    if integration.startswith("channel/"):
        return set_channel(context, organization, integration, expires, fd)
    now = context.world.clock.now()
    pinned = pin(context.world.applied.applied(organization, integration), now)
    until = _until(expires, pinned.zone, now)
    fields = {name: label.en for name, label in pinned.kind.credentials.items()}
    secret = Secret(read_fields(fields, fd))
    tested = set_credential(context.world, organization, integration, secret, until)
    return show(context, tested, f"is saved as version {tested.version}, and in use from now on", UNCHANGED)


def _until(expires: str | None, zone: tzinfo, now: datetime) -> datetime | None:
    """The end of the last day, a local one of the organisation."""
    if expires is None:
        return None
    try:
        until = datetime.combine(date.fromisoformat(expires), time.max, zone)
    except ValueError as error:
        raise UsageError(f"--expires {expires} is not a day", "YYYY-MM-DD") from error
    if until <= now:
        raise UsageError(f"--expires {expires} has passed", "the last day on which it is valid")
    return until


def _name(context: Context, organization: str, integration: str) -> str:
    from reconciler.engine.credentials import whose

    return whose(context.world, organization, integration)[1]


def _versions(context: Context, organization: str, name: str = "") -> "list[Version]":
    return list(context.world.versions.versions(context.world.applied.organization_id(organization), name))
