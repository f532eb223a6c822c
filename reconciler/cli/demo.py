"""`reconciler demo`: the whole job on the worked example, on real parts; or only the demo app's records."""

import signal

import click

from reconciler.cli.context import Context, listed
from reconciler.cli.stopping import told_to_stop
from reconciler.errors import UsageError


@click.command("demo")
@click.option(
    "--fill", "only_fill", is_flag=True, help="Only make the demo app's tables and records in the named database."
)
@click.option("--portal", "front", is_flag=True, help="The web pages on the worked example, until Ctrl-C.")
@click.pass_obj
def command(context: Context, *, only_fill: bool, front: bool) -> int:
    """Everything from git to booked vouchers: an embedded database, a simulator, the worked example, every step shown.

    Needs nothing and leaves nothing behind. Exit code 0 where every step ended as it should. With --portal no step is
    shown: a week goes by in a minute, and the portal opens on what it left, with something red and something yellow.
    """
    if only_fill and front:
        raise UsageError("--fill and --portal do not go together", "--portal fills a database of its own")
    if only_fill:
        return _fill(context)
    if front:
        return _front(context)
    from reconciler.cli.main import run
    from reconciler.demo.walk import walk

    return walk(run)


def _front(context: Context) -> int:
    from reconciler.cli.main import run
    from reconciler.demo.front import shown

    with told_to_stop(context.stopping, (signal.SIGINT, signal.SIGTERM)):
        return shown(run, context.settings, context.stopping)


def _fill(context: Context) -> int:
    import psycopg

    from reconciler.demo.filling import fill
    from reconciler.demo.membership import fill_reports

    if not context.settings.database_url:
        raise UsageError("no database is named", "set RECONCILER_DATABASE_URL=postgresql://...")
    with psycopg.connect(context.settings.database_url) as connection:
        context.say(f"filled: {listed(fill(connection) | fill_reports(connection)) or 'everything was there already'}")
    return 0
