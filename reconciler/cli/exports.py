"""`reconciler exports`: what a person says about single documents, and does about the ledger as a whole."""

from importlib import import_module

import click

VERBS: dict[str, tuple[str, str, str]] = {
    "list": ("export_list", "list_", "The documents of an organisation, by where they stand."),
    "show": ("export_show", "show", "One document: a sentence, its epochs, attempts and decisions."),
    "retry": ("export_decisions", "retry", "Let what was refused or did not go be tried again."),
    "give-up": ("export_decisions", "give_up", "Do not try again; retry takes it back."),
    "answer": ("export_decisions", "answer", "Answer what only a person can know."),
    "hold": ("export_holds", "hold", "Keep single records from going, with a reason."),
    "release": ("export_holds", "release", "Let records go that were held."),
    "holds": ("export_holds", "holds", "Who holds which records, and why."),
    "resend": ("export_resend", "resend", "Send once more what was sent: a role, a reason, a yes."),
    "approve": ("export_resend", "approve", "The second person's yes to a large resend."),
    "reconcile": ("exports_reconcile", "command", "Hold what was sent against what stands there."),
    "adopt": ("exports_adopt", "command", "Fill a ledger that is behind with what stands there."),
}
"""Name to module, command in it, and sentence."""


class Verbs(click.Group):
    """The verbs, imported one by one when needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in VERBS:
            return None
        module, name, _ = VERBS[cmd_name]
        command: click.Command = getattr(import_module(f"reconciler.cli.{module}"), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Each verb with its sentence, without importing any."""
        with formatter.section("Verbs"):
            formatter.write_dl([(name, sentence) for name, (_, _, sentence) in VERBS.items()])


@click.group("exports", cls=Verbs)
def command() -> None:
    """Look at single documents, and do what only a person may.

    Nothing here sends anything: the next sync does, through the same guards as ever.
    """
