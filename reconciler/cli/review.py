"""`reconciler review`: what a proposal does to configuration and to data, before it is merged."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reconciler.cli.context import Context
from reconciler.cli.findings import LINES, sarif

if TYPE_CHECKING:
    from reconciler.plans.review.report import Report
    from reconciler.runs.reviewing import Facts

FORMS = ("text", "markdown", "json", "html", "github", "sarif")
SETTING = "-"
"""Stands for the database of the settings."""


@click.command("review")
@click.option("--base", default="main", show_default=True, help="What it is to be merged into.")
@click.option("--head", default="HEAD", show_default=True, help="The commit, branch or tag that is proposed.")
@click.option(
    "--repository",
    "--root",
    "root",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    default=Path(),
    help="The config repository; the current folder where left out.",
)
@click.option(
    "--database",
    is_flag=False,
    flag_value=SETTING,
    metavar="[URL]",
    help="Count real records too, only reading; without a URL in RECONCILER_DATABASE_URL.",
)
@click.option("--format", "form", type=click.Choice(FORMS), default="text", help="`github`: annotations.")
@click.pass_obj
def command(context: Context, base: str, head: str, root: Path, database: str | None, form: str) -> int:
    """Say what a proposal changes, what that does to records and money, and who must approve. Nothing is changed.

    Exit code 1 where the specs of the head are invalid, 4 where a guard would refuse, 0 otherwise.
    """
    context.format = "json" if form == "json" else "text"
    with _facts(context, database) as facts:
        found = made(context, root, (base, head), facts)
    _show(context, found, form)
    return 1 if found.invalid else 4 if found.refused else 0


def made(context: Context, root: Path, names: tuple[str, str], facts: "Facts | None") -> "Report":
    """The report of a repository on this machine."""
    from reconciler.engine.reviewing import Grounds, reviewed
    from reconciler.git.differing import revisions
    from reconciler.wiring import catalog, clock

    trees = revisions(root)
    now = clock(context.settings).now()
    return reviewed(trees.step(*names), trees, Grounds(catalog(), now, context.settings.endpoints, facts))


@contextmanager
def _facts(context: Context, database: str | None) -> "Iterator[Facts | None]":
    """What the database knows; None where none is named."""
    if database is None:
        yield None
        return
    from reconciler.database.reviewing import ReviewTables
    from reconciler.wiring import database as opened
    from reconciler.wiring import own_rules

    settings = context.settings if database == SETTING else replace(context.settings, database_url=database)
    tables = opened(settings)
    try:
        yield ReviewTables(tables, own_rules)
    finally:
        tables.close()


def _show(context: Context, found: "Report", form: str) -> None:
    from reconciler.plans.review.blocks import blocks
    from reconciler.plans.review.data import data
    from reconciler.plans.review.markdown import markdown
    from reconciler.plans.review.page import page
    from reconciler.plans.review.text import text

    match form:
        case "json":
            context.data(data(found))
        case "sarif":
            context.data(sarif(found.diagnostics))
        case "github":
            for each in found.diagnostics:
                context.say(LINES[form](each))
        case "markdown":
            context.say(markdown(blocks(found)).rstrip("\n"))
        case "html":
            context.say(page(blocks(found), f"Review of {found.step.names[1]}").rstrip("\n"))
        case _:
            context.say(text(blocks(found), min(context.width, 120)).rstrip("\n"))
