"""The front door: which verbs there are, and how errors become messages and exit codes. Nothing else exits.

Verbs are imported when they are called, so that `--help` and `validate` start fast.
"""

import gc
import json
import sys
import traceback
from collections.abc import Sequence
from importlib import import_module
from typing import Any

import click

from reconciler.cli.context import Context
from reconciler.cli.traced import traced
from reconciler.errors import Bug, ReconcilerError, SpecsInvalid
from reconciler.settings import Settings, read_settings

VERBS: dict[str, tuple[str, str]] = {
    "validate": ("validate", "Check the specs: every error at file:line:column."),
    "plan": ("plan", "Show what apply would change."),
    "apply": ("apply", "Make the database equal to a commit."),
    "review": ("review", "What a proposal does to configuration and data, and who must approve it."),
    "approve": ("approve", "Say yes, or no, to a change of an organisation's configuration."),
    "approvals": ("approvals", "What waits for approval, for whose, and what was said."),
    "rollback": ("rollback", "Go back to an earlier commit, by a proposal or a pin."),
    "preview": ("preview", "Show records as the documents they would become, and what is held back."),
    "controller": ("controller", "Follow the branch: apply what was merged, and keep it so."),
    "portal": ("portal", "Serve the web pages for people who do not write YAML."),
    "reconcile": ("reconcile", "Have the controller look now, and say what it found."),
    "sync": ("sync", "Send what is due, exactly once."),
    "requests": ("requests", "Syncs that were asked for: see them, and carry them out."),
    "scheduler": ("scheduler", "Start the runs that are due, on this machine."),
    "chores": ("chores", "What is done every night: see it, and do it."),
    "suspend": ("suspend", "Let no run of an integration begin, or let no configuration be applied."),
    "resume": ("resume", "Let runs go on, or let configuration be applied again."),
    "pin": ("pin", "Keep an organisation at one commit while the branch moves on."),
    "notify": ("notify", "Tell what has changed, send a test, or show what was told."),
    "status": ("status", "Health, last and next run, and backlog of every integration."),
    "statement": ("statement", "A month by account and record by record, to look at or to file."),
    "why": ("why", "Why a record has or has not gone, in one sentence."),
    "exports": ("exports", "Single documents: list, show, retry, answer, hold, resend; compare and adopt."),
    "report": ("report", "A yearly report: check, build, freeze, hand over, compare."),
    "credentials": ("credentials", "Set, test and look at credentials; values are never shown."),
    "schedule": ("schedule", "Explain a cron expression: words, next runs, traps."),
    "erase": ("erase", "Take what the ledger holds of a person out of it, or what is old enough."),
    "explain": ("explain", "What a line means, where its value comes from, and what else it may be."),
    "init": ("init", "Make an empty folder a config repository."),
    "new": ("new", "Write the first version of a spec, and say what is next."),
    "import": ("import_", "Write specs from what the database holds."),
    "schema": ("schema", "The JSON Schema of every kind, for editors."),
    "migrate": ("migrate", "Bring the database to this version."),
    "simulators": ("simulators", "Start an outside system's simulator on this machine."),
    "demo": ("demo", "Fill a database with the demo app and its records."),
}


class Verbs(click.Group):
    """The verbs, imported one by one when needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in VERBS:
            return None
        module = import_module(f"reconciler.cli.{VERBS[cmd_name][0]}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Each verb with its sentence, without importing any."""
        with formatter.section("Verbs"):
            formatter.write_dl([(name, sentence) for name, (_, sentence) in VERBS.items()])


@click.group(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="reconciler", message="%(prog)s %(version)s")
def cli() -> None:
    """Reviewed YAML in git becomes running exports, exactly once.

    Exit codes: 0 as declared, 1 specs invalid, 2 usage, 3 changes pending, 4 plan refused, 5 part failed or blocked,
    6 records rejected, 75 try again later, 70 our bug.
    """


def run(arguments: Sequence[str], settings: Settings) -> int:
    """Carry out one command line, and give its exit code. Never raises for anything that a user can cause."""
    context = Context(settings)
    try:
        with traced(settings, arguments):
            code: Any = cli.main(list(arguments), prog_name="reconciler", standalone_mode=False, obj=context)
    except click.exceptions.Abort:
        click.echo("interrupted", err=True)
        return 130
    except click.ClickException as error:
        error.show()
        return 2
    except ReconcilerError as error:
        _show(error, context)
        return error.exit_code
    except Exception as error:  # noqa: BLE001 - the outermost loop: our bug, said so, with its trace
        traceback.print_exc()
        bug = Bug(f"an error of ours: {type(error).__name__}", "please report it, with the lines above")
        _show(bug, context)
        return bug.exit_code
    return code if isinstance(code, int) else 0


def _show(error: ReconcilerError, context: Context) -> None:
    if isinstance(error, SpecsInvalid):
        for found in error.diagnostics:
            click.echo(str(found), err=True)
    if context.json:
        found = {"type": type(error).__name__, "message": error.message, "hint": error.hint, "exit": error.exit_code}
        click.echo(json.dumps({"error": found}, ensure_ascii=False))
    click.echo(f"error: {error.message}", err=True)
    if error.hint:
        click.echo(f"  next: {error.hint}", err=True)


def main() -> None:
    """The console script."""
    # Starting makes a hundred thousand objects that all stay; the default looks through them after every 700.
    gc.set_threshold(50_000)
    try:
        settings = read_settings()
    except ReconcilerError as error:
        _show(error, Context(Settings()))
        raise SystemExit(error.exit_code) from None
    raise SystemExit(run(sys.argv[1:], settings))
