"""`reconciler why`: one record's story, a sentence for each integration that knows it, and how it came to be so."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from reconciler.cli.context import Context, format_option
from reconciler.cli.reading import Reading, reading
from reconciler.cli.story import data, show
from reconciler.engine.story import stories
from reconciler.errors import UsageError

if TYPE_CHECKING:
    from reconciler.runs.story import Answer
    from reconciler.runs.views import IntegrationView


@click.command("why")
@click.argument("organization", metavar="ORGANISATION")
@click.argument("record")
@click.option("--integration", default="", help="Only what this one knows.")
@format_option
@click.pass_obj
def command(context: Context, organization: str, record: str, integration: str, form: str) -> int:
    """Say in one sentence why a record has or has not gone, with its history.

    RECORD is the record's id in the app. Exit code 2 where the organisation has no such record.
    """
    context.format = "json" if form == "json" else "text"
    with reading(context.settings) as found:
        found.check(organization)
        views = _views(found, organization, integration)
        answers = [answer for view in views for answer in stories(found, view, record)]
        if not answers:
            raise UsageError(f"there is no record {record} of {organization}", _searched(found, views))
        if context.json:
            shown = [data(each, views[0].zone) for each in answers]
            context.data({"organization": organization, "record": record, "answers": shown})
        else:
            for answer in answers:
                show(context, answer, views[0].zone)
    return 0


def answers_of(found: Reading, organization: str, record: str) -> "list[Answer]":
    """What every integration of the organisation knows of a record."""
    return [answer for view in _views(found, organization, "") for answer in stories(found, view, record)]


def _views(found: Reading, organization: str, integration: str) -> list["IntegrationView"]:
    views = found.overview.integrations(organization, 0)
    if integration:
        known = [view.name for view in views]
        if integration not in known:
            hint = f"it has {', '.join(known)}" if known else "it has none"
            raise UsageError(f"{organization} has no applied integration '{integration}'", hint)
    return [view for view in views if integration in ("", view.name)]


def _searched(found: Reading, views: Sequence["IntegrationView"]) -> str:
    names = {each.stream.category for view in views for each in found.pinned(view.organization, view.name).exports}
    return f"what is exported was searched: {', '.join(sorted(names))}" if names else "nothing is exported yet"
