"""`reconciler exports`: look at single documents, and say what only a person can say about them."""

import click

from reconciler.cli.export_decisions import answer, give_up, retry
from reconciler.cli.export_holds import hold, holds, release
from reconciler.cli.export_list import list_
from reconciler.cli.export_resend import approve, resend
from reconciler.cli.export_show import show


@click.group("exports")
def command() -> None:
    """Single documents: list and show them, retry, give up, answer, hold back, send once more.

    Nothing here sends anything: the next sync does, through the same guards as ever.
    """


for verb in (list_, show, retry, give_up, answer, hold, release, holds, resend, approve):
    command.add_command(verb)
