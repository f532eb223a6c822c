"""`reconciler rollback`: an organisation back to an earlier commit, as a proposal to the branch, or pinned there."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reconciler.cli.context import Context, counted, format_option, root_option
from reconciler.cli.plan import beside, make_plans, plan_data, plans_of, tell
from reconciler.cli.switches import UNTIL, Wanted, set_switch
from reconciler.errors import Blocked, TryAgainLater, UsageError

if TYPE_CHECKING:
    from reconciler.git.proposals import Back, Clone
    from reconciler.plans.plan import Plan, Unusable
    from reconciler.runs.host import Proposal
    from reconciler.specs.collection import Specs

LEDGER = "a rollback takes no document back and sends none again"


@dataclass(frozen=True, slots=True)
class _Source:
    """The specs as they would be."""

    revision: str
    found: Mapping[str, bytes]

    def files(self) -> Mapping[str, bytes]:
        return self.found


@dataclass(frozen=True, slots=True)
class _Asked:
    """What was asked for: the organisation, and where to."""

    organization: str
    to: str
    reason: str
    until: str


@click.command("rollback")
@click.argument("organization")
@click.option("--to", required=True, metavar="REV", help="The commit whose specs are wanted back.")
@click.option("--propose", is_flag=True, help="A proposal to the branch: the way that lasts, and the default.")
@click.option("--pin", "pinned", is_flag=True, help="Apply that commit at once, and keep to it until it is over.")
@click.option("--into", default="", metavar="BRANCH", help="The branch that is proposed to; the one checked out here.")
@click.option("--reason", default="", help="Why; a pin needs one of at least ten characters.")
@click.option("--until", default="", help=UNTIL)
@root_option
@format_option
@click.pass_obj
def command(
    context: Context,
    *,
    organization: str,
    to: str,
    propose: bool,
    pinned: bool,
    into: str,
    reason: str,
    until: str,
    root: Path,
    form: str,
) -> int:
    """Show what going back would change, then propose it, or pin it.

    A proposal makes orgs/ORGANIZATION what it was, and leaves specs/ and every other organisation alone: a pull request
    where a host of git is named, else a branch with one commit. A pin is quicker, and over at a moment that you name.
    Documents stay as they are either way. Exit code 1 where the specs would be invalid; then nothing is proposed.
    """
    context.formatted(form)
    wanted = _Asked(organization, to, reason, until)
    if propose and pinned:
        raise UsageError("--propose and --pin are two ways", "choose one")
    if pinned and not (reason and until):
        raise UsageError("a pin needs a reason and an end", '--reason "..." --until 2d')
    return _pin(context, root, wanted) if pinned else _propose(context, root, wanted, into)


def _pin(context: Context, root: Path, wanted: _Asked) -> int:
    from reconciler.git.sources import CommitTree

    revision = CommitTree(root, wanted.to).revision
    specs, plans = make_plans(context, root, revision, wanted.organization)
    if not _shown(context, specs, plans):
        return 1
    found = Wanted(wanted.organization, "pin", wanted.reason, wanted.until, revision)
    return set_switch(context, found, {"plans": _data(context, specs, plans)})


def _propose(context: Context, root: Path, wanted: _Asked, into: str) -> int:
    from reconciler.git.proposals import Clone

    clone = Clone(root)
    back = clone.back(wanted.organization, wanted.to, into)
    specs, plans = plans_of(context, _Source(back.to, clone.files(back)), wanted.organization)
    if not _shown(context, specs, plans):
        return 1
    if clone.specs_differ(back):
        _say(context, "  specs/ is another by now than at that commit, and stays as it is", "yellow")
    proposal = _proposal(context, clone, back, wanted.reason)
    told = _opened(context, proposal) if context.settings.host else _branched(clone, proposal, back)
    if context.json:
        plan = _data(context, specs, plans)
        context.data({"organization": back.organization, "to": back.to, "plans": plan, **told})
        return 0
    _say(context, str(told["said"]), "bold")
    _say(context, f"  next: {told['next']}", "")
    return 0


def _data(context: Context, specs: "Specs", plans: "list[Plan | Unusable]") -> list[dict[str, object]]:
    return [plan_data(context, each) | beside(context, specs, each) for each in plans]


def _shown(context: Context, specs: "Specs", plans: "list[Plan | Unusable]") -> bool:
    """Say what going back would change; whether it can be planned at all."""
    from reconciler.plans.plan import Unusable

    for plan in plans:
        if not context.json:
            tell(context, specs, plan)
        if isinstance(plan, Unusable):
            _say(context, "nothing is proposed and nothing is pinned: those specs cannot be applied today", "bold red")
            return False
        _say(context, f"  {_sent(plan)}", "dim")
    return True


def _sent(plan: "Plan") -> str:
    sent = [each for each in plan.actual.sent if each.documents]
    told = [f"{counted(each.documents, 'document')}, NOK {each.amount}, to {each.target}" for each in sent]
    return f"what was sent stays sent ({'; '.join(told) or 'nothing so far'}): {LEDGER}"


def _proposal(context: Context, clone: "Clone", back: "Back", reason: str) -> "Proposal":
    """Raises Blocked for what no host would take."""
    from reconciler.runs.host import Proposal

    why = f"{reason.strip()}\n\n" if reason.strip() else ""
    body = f"{why}Makes orgs/{back.organization} what it was at {back.to}. What was sent meanwhile stays sent."
    found = Proposal(
        branch=back.branch,
        base=back.base,
        into=back.into,
        files=clone.changes(back),
        author=clone.person(),
        at=context.world.clock.now(),
        title=back.title,
        body=body,
    )
    if refused := found.objection():
        raise Blocked(refused.message, refused.hint)
    return found


def _opened(context: Context, proposal: "Proposal") -> dict[str, Any]:
    """Ask the host. Raises TryAgainLater, or Blocked where it says no."""
    from reconciler.runs.host import Later, Refused
    from reconciler.wiring import host

    there = host(context.settings)
    assert there is not None, "one is named"
    try:
        answer = there.propose(proposal)
    finally:
        there.close()
    match answer:
        case Later(until, message):
            raise TryAgainLater(message, f"ask again after {until:%Y-%m-%d %H:%M %Z}; nothing is done twice")
        case Refused(message, _, hint):
            raise Blocked(message, hint or "or make a branch by hand")
    state = "" if answer.state == "open" else f", which was {answer.state} already"
    step = "have it reviewed and merged" if answer.state == "open" else "look at why; it is not proposed twice"
    said = f"proposed as pull request {answer.number}{state}: {answer.url}"
    return {"branch": proposal.branch, "url": answer.url, "said": said, "next": step}


def _branched(clone: "Clone", proposal: "Proposal", back: "Back") -> dict[str, Any]:
    made = clone.make(proposal, back)
    said = (
        f"the branch {made.branch} {'has' if made.new else 'had already'} one commit that goes back: {made.commit[:10]}"
    )
    step = f"git push origin {made.branch}, and have it reviewed; or git merge {made.branch}"
    return {"branch": made.branch, "commit": made.commit, "new": made.new, "said": said, "next": step}


def _say(context: Context, text: str, style: str) -> None:
    if not context.json:
        context.say(text, style)
