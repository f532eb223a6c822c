"""`reconciler approvals`: what waits for a yes and for whose, and what was said."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reconciler.cli.context import Context, format_option, root_option
from reconciler.runs.moments import local

if TYPE_CHECKING:
    from reconciler.engine.approval import Judged, Review
    from reconciler.plans.approval import Voice
    from reconciler.plans.approvers import Needed

ZONE = "Europe/Oslo"
"""Of moments that stand beside each other for several organisations."""
SAID = 20
UNJUDGED = "approval is off here (RECONCILER_APPROVALS): what is merged is applied without it"


@click.command("approvals")
@click.argument("organization", metavar="[ORGANISATION]", default="")
@click.option(
    "--revision", default="", help="A proposal's commit, not merged yet: what covers it, and what it waits for."
)
@root_option
@format_option
@click.pass_obj
def command(context: Context, *, organization: str, revision: str, root: Path, form: str) -> int:
    """List what is merged and not approved yet, who may approve it, and what was said lately."""
    from reconciler.cli.intents import opened, reviews, rules_in_git
    from reconciler.plans.plan import Unusable

    context.formatted(form)
    if revision:
        from reconciler.cli.proposal import tell_proposal

        return tell_proposal(context, root, revision, organization)
    found = opened(context, root, organization)
    waiting = [each for each in reviews(context, found) if not each.approved]
    unusable = [each.organization for each in found.plans if isinstance(each, Unusable)]
    said = context.world.voices.spoken(organization, SAID)
    behind = rules_in_git(found).body != context.world.voices.rules().plain()
    if context.json:
        rules = "wait" if behind else "in force"
        context.data(
            {
                "approval": "required" if context.world.judges else "off",
                "rules_in_git": rules,
                "waiting": [_data(each) for each in waiting],
                "unusable": unusable,
                "said": [{"organization": each.organization} | each.data() for each in said],
            }
        )
        return 0
    _show(context, waiting, organization)
    if unusable:
        context.say(f"not judged, for it cannot be used: {', '.join(unusable)} (reconciler validate)", "yellow")
    if behind:
        context.say("the approval rules in git are not in force: reconciler approve --rules, by the platform", "yellow")
    _said(context, said)
    return 0


def _show(context: Context, waiting: "Sequence[Review]", organization: str) -> None:
    if not context.world.judges:
        context.say(UNJUDGED, "yellow")
    if not waiting:
        context.say(f"nothing{f' of {organization}' if organization else ''} waits for approval.")
        return
    rows = [
        row for each in waiting for one in (each.whole, *_open(each)) for row in _rows(one, whole=one is each.whole)
    ]
    context.table(["organisation", "what", "intent", "waits for", "who may"], rows)
    context.say(
        f"next: reconciler approve {waiting[0].whole.intent.organization} --reason ...; it shows the changes first"
    )


def _open(review: "Review") -> "list[Judged]":
    return [each for each in review.steps if not each.verdict.approved]


def _rows(one: "Judged", *, whole: bool) -> list[list[str]]:
    """A row for each thing that is missing; the step itself is named once."""
    step = one.intent
    what = f"all to {step.revision[:10]}" if whole else f"  {step.revision[:10]}"
    names = [step.organization, what, step.digest[:12]]
    texts = one.verdict.texts or ["nothing of its own"]
    able = [_able(one, text) for text in texts]
    return [
        [*(names if not at else ["", "", ""]), text, who]
        for at, (text, who) in enumerate(zip(texts, able, strict=True))
    ]


def _able(one: "Judged", text: str) -> str:
    from reconciler.plans.judgement import able, settled

    needs: list[Needed] = [each for each in one.asked.needs if text.endswith(f"({each.rule})")]
    return ", ".join(able(one.asked, needs[0], settled(one.voices)) if needs else ())


def _said(context: Context, said: "Sequence[Voice]") -> None:
    if not said:
        return
    context.say()
    words = {"author": "wrote", "approve": "approved", "refuse": "refused", "withdraw": "took it back"}
    rows = [
        [
            local(each.at, ZONE),
            each.organization or "(the rules)",
            f"{each.account}{' (platform)' if each.as_platform else ''}",
            words[each.word] + (", used up" if each.spent else ""),
            each.intent[:12],
            each.reason,
        ]
        for each in said
    ]
    context.table(["when", "organisation", "who", "said", "intent", "why"], rows)


def _data(review: "Review") -> dict[str, Any]:
    steps = [_judged(each) for each in review.steps]
    return {"objections": review.objections, **_judged(review.whole), "steps": steps}


def _judged(one: "Judged") -> dict[str, Any]:
    step = one.intent
    return {
        "organization": step.organization,
        "revision": step.revision,
        "intent": step.digest,
        "new": step.new,
        "needs": [
            {"rule": each.rule, "roles": each.roles, "approvals": each.approvals, "objects": each.objects}
            for each in one.asked.needs
        ],
        "approved": one.verdict.approved,
        "missing": list(one.verdict.missing),
        "held": [each.data() for each in one.verdict.held],
        "said": [each.data() for each in one.voices],
    }
