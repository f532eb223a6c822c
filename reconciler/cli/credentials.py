"""`reconciler credentials`: set, test, status. A value comes from a prompt or standard input, and is never shown."""

import sys
from typing import TYPE_CHECKING

import click

from reconciler.cli.context import Context, format_option
from reconciler.errors import UsageError

if TYPE_CHECKING:
    from reconciler.engine.credentials import Tested


@click.group("credentials")
def command() -> None:
    """Credentials are tested against the live endpoint before they replace one, and never seen."""


@command.command("set")
@click.argument("organization")
@click.argument("integration")
@format_option
@click.pass_obj
def set_(context: Context, organization: str, integration: str, form: str) -> int:
    """Read the credential (asked for, or from standard input), test it, and use it if the test passes.

    A failed test leaves everything as it was, and exits with 5. Nothing is taken from the command line, where other
    users of the machine could read it.
    """
    from reconciler.engine.credentials import set_credential
    from reconciler.vaults.secret import Secret

    context.format = "json" if form == "json" else "text"
    fields = credential_fields(context, organization, integration)
    secret = Secret({name: _ask(name, label) for name, label in fields.items()})
    return _show(context, set_credential(context.world, organization, integration, secret), saved=True)


@command.command("test")
@click.argument("organization")
@click.argument("integration")
@format_option
@click.pass_obj
def test(context: Context, organization: str, integration: str, form: str) -> int:
    """Test the credential in use; the verdict comes within ten seconds."""
    from reconciler.engine.credentials import test_credential

    context.format = "json" if form == "json" else "text"
    return _show(context, test_credential(context.world, organization, integration), saved=False)


@command.command("status")
@click.argument("organization")
@format_option
@click.pass_obj
def status(context: Context, organization: str, form: str) -> int:
    """Every version: its state, who set it, when it was tested and used. Everything but the value."""
    from reconciler.database.applied import organization_id
    from reconciler.vaults.local import LocalStore
    from reconciler.wiring import database, keyring

    context.format = "json" if form == "json" else "text"
    tables = database(context.settings)
    store = LocalStore(tables, keyring(context.settings))
    versions = store.versions(organization_id(tables, organization))
    if context.json:
        keys = ("name", "version", "state", "hint", "target", "created_by", "created_at", "tested_at", "last_used_at")
        context.data({"credentials": [{key: getattr(each, key) for key in keys} for each in versions]})
    elif not versions:
        context.say(f"{organization} has no credentials yet; store one: reconciler credentials set {organization} NAME")
    else:
        columns = ["name", "version", "state", "value", "tested against", "set by", "tested", "last used"]
        rows = [
            [each.name, each.version, each.state, each.hint, each.target or "", each.created_by,
             _when(each.tested_at), _when(each.last_used_at)]
            for each in versions
        ]  # fmt: skip
        context.table(columns, rows, right=["version"])
    return 0


def credential_fields(context: Context, organization: str, integration: str) -> dict[str, str]:
    """The fields that the integration's type asks for, with their labels."""
    from reconciler.engine.pinned import pin

    applied = context.world.applied.applied(organization, integration)
    kind = pin(applied, context.world.clock.now()).kind
    return {name: label.en for name, label in kind.credentials.items()}


def _ask(name: str, label: str) -> str:
    if sys.stdin.isatty():
        return str(click.prompt(label, hide_input=True)).strip()
    value = sys.stdin.readline().strip()
    if not value:
        raise UsageError(f"standard input holds no {name}", f"one line per field: {name}")
    return value


def _show(context: Context, tested: "Tested", *, saved: bool) -> int:
    verdict = tested.verdict
    if context.json:
        found = {"name": tested.name, "place": tested.place, "ok": verdict.ok, "fault": verdict.fault}
        context.data({**found, "message": verdict.message, "found": verdict.found, "version": tested.version})
        return 0 if verdict.ok else 5
    if verdict.ok:
        done = f"saved as version {tested.version}, in use from now on" if saved else "works"
        context.say(f"the credential '{tested.name}' for {tested.place} {done}", "green")
    else:
        kept = "; nothing was saved, what was in use stays" if saved else ""
        context.say(f"the credential '{tested.name}' for {tested.place} failed ({verdict.fault}){kept}", "bold red")
        context.say(f"  {verdict.message}")
    for label, values in verdict.found.items():
        context.say(f"  {label}: {', '.join(values[:5])}{' ...' if len(values) > 5 else ''}")
    return 0 if verdict.ok else 5


def _when(at: object) -> str:
    return f"{at:%Y-%m-%d %H:%M %Z}" if at else "never"
