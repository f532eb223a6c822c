"""`reconciler demo`: the whole job on the worked example, on real parts; or only the demo app's records."""

import click

from reconciler.cli.context import Context, listed
from reconciler.errors import UsageError


@click.command("demo")
@click.option(
    "--fill", "only_fill", is_flag=True, help="Only make the demo app's tables and records in the named database."
)
@click.pass_obj
def command(context: Context, *, only_fill: bool) -> int:
    """Everything from git to booked vouchers: an embedded database, a simulator, the worked example, every step shown.

    Needs nothing and leaves nothing behind. Exit code 0 where every step ended as it should.
    """
    if only_fill:
        return _fill(context)
    from reconciler.cli.main import run
    from reconciler.demo.walk import walk

    return walk(run)


def _fill(context: Context) -> int:
    import psycopg

    from reconciler.demo.filling import fill
    from reconciler.demo.membership import fill_reports

    if not context.settings.database_url:
        raise UsageError("no database is named", "set RECONCILER_DATABASE_URL=postgresql://...")
    with psycopg.connect(context.settings.database_url) as connection:
        context.say(f"filled: {listed(fill(connection) | fill_reports(connection)) or 'everything was there already'}")
    return 0
