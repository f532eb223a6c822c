"""`reconciler credentials`: set, rotate, test, restore, revoke, status, audit, rewrap. A value is never shown.

Values come from a prompt, standard input or a file descriptor; never from an argument or the environment, where other
processes could read them.
"""

from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, Any

import click

from reconciler.cli.context import Context, counted, format_option
from reconciler.cli.typing import read_fields
from reconciler.errors import UsageError

if TYPE_CHECKING:
    from reconciler.engine.credentials import Tested
    from reconciler.runs.credential import Version

FAILED = 5


@click.group("credentials")
def command() -> None:
    """Credentials are tested against the live endpoint before they replace one, and never seen."""


def _where(verb: Any) -> Any:
    """ORGANIZATION INTEGRATION and --format."""
    return click.argument("organization")(click.argument("integration")(format_option(verb)))


def _value_options(verb: Any) -> Any:
    expires = click.option("--expires", metavar="DAY", help="The last day on which it is valid, YYYY-MM-DD.")
    descriptor = click.option("--fd", type=int, metavar="N", help="Read the value from this open file descriptor.")
    return expires(descriptor(verb))


@command.command("set")
@_where
@_value_options
@click.pass_obj
def set_(
    context: Context, *, organization: str, integration: str, expires: str | None, fd: int | None, form: str
) -> int:
    """Read a credential, test it, and use it if the test passes.

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

    in_state(_versions(context, organization, _name(context, organization, integration)), "current")
    code = _set(context, organization, integration, expires, fd)
    if code == 0 and not context.json:
        context.say(
            "the old one is the previous version now; when no sync needs it: credentials revoke, and revoke it there"
        )
    return code


@command.command("test")
@_where
@click.pass_obj
def test(context: Context, *, organization: str, integration: str, form: str) -> int:
    """Test the credential in use, where it would be used now; the verdict comes within ten seconds."""
    from reconciler.engine.credentials import test_credential

    return _show(context.formatted(form), test_credential(context.world, organization, integration), "works")


@command.command("restore")
@_where
@click.pass_obj
def restore(context: Context, *, organization: str, integration: str, form: str) -> int:
    """Put the previous version back in use, if it still works."""
    from reconciler.engine.credentials import restore_credential

    tested = restore_credential(context.formatted(form).world, organization, integration)
    return _show(context, tested, f"is in use again as version {tested.version}")


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
        context.data({"name": found.name, "version": found.version, "state": "revoked"})
    else:
        context.say(f"version {found.version} of '{found.name}' is revoked and its value destroyed", "green")
        if found.state == "current":
            context.say("it was the one in use: nothing is sent until another is set", "bold yellow")
    return 0


@command.command("status")
@click.argument("organization")
@format_option
@click.pass_obj
def status(context: Context, *, organization: str, form: str) -> int:
    """Every version: its state, who set it, when it was tested and used, when it ends. Everything but the value."""
    from reconciler.runs.credential import warnings

    context.formatted(form)
    now = context.world.clock.now()
    versions = [each for each in _versions(context, organization) if each.state != "revoked" or context.json]
    if context.json:
        context.data({"credentials": [_data(each) | {"warnings": warnings(each, now)} for each in versions]})
    elif not versions:
        context.say(f"{organization} has no credentials yet: reconciler credentials set {organization} INTEGRATION")
    else:
        columns = ["name", "version", "state", "value", "tested against", "set", "tested", "last used", "ends"]
        context.table(columns, [_row(each) for each in versions], right=["version"])
        for each in versions:
            for warning in warnings(each, now):
                context.say(f"{each.name} version {each.version} {warning}", "yellow")
    return 0


@command.command("audit")
@click.argument("organization")
@format_option
@click.pass_obj
def audit(context: Context, *, organization: str, form: str) -> int:
    """Every use and change of the organisation's credentials, newest first."""
    from reconciler.database.credentials import trail
    from reconciler.wiring import database

    context.formatted(form)
    found = trail(database(context.settings), context.world.applied.organization_id(organization))
    if context.json:
        context.data({"audit": found})
    else:
        rows = [[_when(each["at"]), each["actor"], each["action"], each["name"], each["version"]] for each in found]
        context.table(["when", "who", "what", "credential", "version"], rows, right=["version"])
    return 0


@command.command("rewrap")
@click.option("--new-key", is_flag=True, help="First put a fresh key before the others in the key file.")
@click.pass_obj
def rewrap(context: Context, *, new_key: bool) -> int:
    """Wrap every stored key under the newest key-encryption key. Nothing stops meanwhile, and no value is touched."""
    from reconciler.wiring import rewrap_all

    values, keys = rewrap_all(context.settings, new_key=new_key)
    context.say(f"{counted(values, 'value')} and {counted(keys, 'key')} of the installation are wrapped anew")
    return 0


def _set(context: Context, organization: str, integration: str, expires: str | None, fd: int | None) -> int:
    from reconciler.engine.credentials import set_credential
    from reconciler.engine.pinned import pin
    from reconciler.vaults.secret import Secret

    until = _until(expires)
    kind = pin(context.world.applied.applied(organization, integration), context.world.clock.now()).kind
    fields = {name: label.en for name, label in kind.credentials.items()}
    secret = Secret(read_fields(fields, fd))
    tested = set_credential(context.world, organization, integration, secret, until)
    return _show(context, tested, f"is saved as version {tested.version}, and in use from now on")


def _show(context: Context, tested: "Tested", done: str) -> int:
    verdict = tested.verdict
    if context.json:
        found = {"name": tested.name, "place": tested.place, "ok": verdict.ok, "fault": verdict.fault}
        context.data({**found, "message": verdict.message, "found": verdict.found, "version": tested.version})
        return 0 if verdict.ok else FAILED
    if verdict.ok:
        context.say(f"the credential '{tested.name}' for {tested.place} {done}", "green")
    else:
        context.say(f"the credential '{tested.name}' for {tested.place} failed ({verdict.fault})", "bold red")
        context.say(f"  {verdict.message}")
        context.say("  nothing was saved or changed; what was in use stays in use")
    for label, values in verdict.found.items():
        context.say(f"  {label}: {', '.join(values[:5])}{' ...' if len(values) > 5 else ''}")
    return 0 if verdict.ok else FAILED


def _until(expires: str | None) -> datetime | None:
    if expires is None:
        return None
    try:
        return datetime.combine(datetime.fromisoformat(expires).date(), time.max, UTC)
    except ValueError as error:
        raise UsageError(f"--expires {expires} is not a day", "YYYY-MM-DD") from error


def _name(context: Context, organization: str, integration: str) -> str:
    applied = context.world.applied.applied(organization, integration)
    return str(applied.integration.body["credentials"]["name"])


def _versions(context: Context, organization: str, name: str = "") -> "list[Version]":
    return list(context.world.versions.versions(context.world.applied.organization_id(organization), name))


def _row(version: "Version") -> list[object]:
    tested_against = version.place.target if version.place else ""
    made = f"{_when(version.created_at)} by {version.created_by}"
    used, ends = _when(version.last_used_at), f"{version.expires_at:%Y-%m-%d}" if version.expires_at else ""
    tested = _when(version.tested_at)
    return [version.name, version.version, version.state, version.hint, tested_against, made, tested, used, ends]


def _data(version: "Version") -> dict[str, object]:
    keys = ("name", "version", "state", "store", "hint", "created_by", "created_at", "tested_at", "last_used_at")
    more = {key: getattr(version, key) for key in ("expires_at", "retire_at", "problem")}
    place = {"target": version.place.target, "origin": version.place.origin} if version.place else None
    return {key: getattr(version, key) for key in keys} | more | {"place": place}


def _when(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M %Z}" if at else "never"
