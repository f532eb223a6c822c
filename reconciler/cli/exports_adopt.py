"""`reconciler exports adopt`: a ledger that is behind is filled with what the outside system holds, after a yes."""

from typing import TYPE_CHECKING

import click

from reconciler.cli.context import Context, counted, format_option
from reconciler.specs.money import grouped

if TYPE_CHECKING:
    from reconciler.runs.adoption import Survey


@click.command("adopt")
@click.argument("organization", metavar="ORGANISATION")
@click.argument("integration")
@click.option("--requests", type=click.IntRange(1, 100_000), default=None, help="The most requests; else as declared.")
@click.option("--confirm", type=click.IntRange(0), default=None, metavar="COUNT", help="A yes to so many documents.")
@format_option
@click.pass_obj
def command(
    context: Context, organization: str, integration: str, requests: int | None, confirm: int | None, form: str
) -> int:
    """Ask the outside system for every record since the cut-over day, and fill the ledger with what is there.

    For a database that is older than what was sent. Without --confirm it only asks and shows, and the next call goes on
    where this one stopped. Where nobody can be asked, every record that may have gone becomes a question.
    """
    from reconciler.engine.adopting import Adopting, adopt

    context.formatted(form)
    survey = adopt(context.world, Adopting(organization, integration, requests or 0, confirm))
    if context.json:
        context.data(survey.data())
    else:
        show(context, survey)
    return 5 if survey.problem else 0


def show(context: Context, survey: "Survey") -> None:
    """What was asked and found by category, and the next step."""
    where = f"{survey.organization} {survey.integration}"
    context.say(f"{survey.organization}/{survey.integration}: what may have gone without this ledger", "bold")
    headings = ["category", "records", "to be asked", "found there", "NOK", "questions"]
    rows = [
        [each.category, each.records, each.left, each.found, grouped(each.amount), each.questions]
        for each in survey.tallies
    ]
    context.table(headings, rows, right=headings[1:])
    if not survey.behind and survey.count and survey.written is None:
        context.say(
            "the marks do not say that anything is missing here: go on only for a database that is older", "yellow"
        )
    if survey.problem:
        context.say(f"stopped: {survey.problem}", "yellow")
    if survey.written is not None:
        context.say(f"written down: {counted(survey.written, 'document')}; nothing was sent", "green")
        context.say(f"next: reconciler sync {where}; questions stand in reconciler status {survey.organization}")
    elif survey.left:
        context.say(f"{counted(survey.left, 'record')} still to be asked about; {counted(survey.requests, 'request')}")
        context.say(f"next: the same command goes on: reconciler exports adopt {where}")
    elif survey.count:
        context.say("nothing is written yet; this says that these documents are there, and sends nothing")
        context.say(f"next: reconciler exports adopt {where} --confirm {survey.count}")
    elif survey.behind:
        context.say("nothing of ours is there; the numbers that were given out are skipped with a yes to none")
        context.say(f"next: reconciler exports adopt {where} --confirm 0")
    else:
        context.say("nothing of ours is there that this ledger does not know", "green")
