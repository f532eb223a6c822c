"""`reconciler exports`: what a person does about single exports, and about the ledger as a whole."""

from importlib import import_module

import click

VERBS: dict[str, tuple[str, str]] = {
    "reconcile": ("exports_reconcile", "Hold what was sent against what stands there."),
    "adopt": ("exports_adopt", "Fill a ledger that is behind with what stands there."),
}


class Verbs(click.Group):
    """The verbs, imported one by one when needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in VERBS:
            return None
        command: click.Command = import_module(f"reconciler.cli.{VERBS[cmd_name][0]}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Each verb with its sentence, without importing any."""
        with formatter.section("Verbs"):
            formatter.write_dl([(name, sentence) for name, (_, sentence) in VERBS.items()])


@click.group("exports", cls=Verbs)
def command() -> None:
    """Look at exports, and do what only a person may."""
