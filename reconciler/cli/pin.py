"""`reconciler pin`: an organisation stays at one commit while the branch moves on."""

from pathlib import Path

import click

from reconciler.cli.context import Context, format_option, root_option
from reconciler.cli.switches import UNTIL, Wanted, set_switch


@click.command("pin")
@click.argument("organization")
@click.argument("revision")
@click.option("--reason", required=True, help="Why, in at least ten characters; `status` and the audit trail show it.")
@click.option("--until", required=True, help=UNTIL)
@root_option
@format_option
@click.pass_obj
def command(
    context: Context, *, organization: str, revision: str, reason: str, until: str, root: Path, form: str
) -> int:
    """Apply the specs of one commit to an organisation, whatever is merged, until it is over or resumed.

    The commit's own specs and catalogue are applied, by the same guards as any others. What would change is shown by
    `reconciler rollback ORGANIZATION --to REVISION --pin`, which does the same after showing it.
    """
    from reconciler.git.sources import CommitTree

    commit = CommitTree(root, revision).revision
    return set_switch(context.formatted(form), Wanted(organization, "pin", reason, until, commit))
