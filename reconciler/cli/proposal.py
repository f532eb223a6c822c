"""What stands in the way of a proposal that is not merged, for `reconciler approvals --revision`."""

from pathlib import Path
from typing import TYPE_CHECKING

from reconciler.cli.context import Context
from reconciler.errors import UsageError

if TYPE_CHECKING:
    from reconciler.controller.proposed import Proposed
    from reconciler.plans.judgement import Judgement


def tell_proposal(context: Context, root: Path, revision: str, organization: str = "") -> int:
    """Tell of every organisation that it touches, or of one: what covers each field, who is missing, who holds it."""
    from reconciler.cli.intents import proposed

    found, judgements = proposed(context, root, revision)
    wanted = [each for each in judgements if organization in ("", each.intent.organization)]
    if organization and not wanted and organization not in found.unusable:
        raise UsageError(f"{found.head[:10]} changes nothing of {organization}", "leave the organisation out")
    if context.json:
        broken = {name: list(told) for name, told in found.unusable.items()}
        parts = [each.data() for each in wanted]
        heads = {"head": found.head, "base": found.base, "fork": found.fork, "beside": list(found.more)}
        context.data(heads | {"unusable": broken, "organizations": parts})
        return 0
    _show(context, found, wanted)
    return 0


def _show(context: Context, found: "Proposed", wanted: "list[Judgement]") -> None:
    from reconciler.plans.judgement_words import headline, lines, table

    if not found.fork:
        context.say(f"{found.head[:10]}: {found.more[0]}", "red")
        return
    context.say(f"{found.head[:10]}, made on {found.fork[:10]}", "bold")
    for name, told in found.unusable.items():
        context.say(f"{name} cannot be used as it is: {told[0]}", "red")
    for each in wanted:
        context.say()
        context.say(headline(each), "bold")
        for line in lines(each):
            context.say(f"  {line.replace('`', '')}")
        if rows := [list(row) for row in table(each)]:
            context.table(["object", "field", "rules"], rows)
    if not wanted and not found.unusable:
        context.say("it changes nothing of any organisation; nobody has to approve it")
