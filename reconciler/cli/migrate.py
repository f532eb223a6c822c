"""`reconciler migrate`: bring the database to the shape that this version knows."""

import click

from reconciler.cli.context import Context, counted
from reconciler.errors import UsageError


@click.command("migrate")
@click.pass_obj
def command(context: Context) -> int:
    """Apply the migrations that the database lacks, each in its own transaction. Twice is once."""
    from reconciler.database.migrate import migrate

    if not context.settings.database_url:
        raise UsageError("no database is named", "set RECONCILER_DATABASE_URL=postgresql://...")
    applied = migrate(context.settings.database_url)
    context.say(f"{counted(len(applied), 'migration')} applied: {', '.join(applied)}" if applied else "up to date")
    return 0
