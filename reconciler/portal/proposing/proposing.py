"""From a draft to a proposal: one commit on the head, a branch, a pull request where a host is, and whose it is."""

from dataclasses import dataclass, replace
from math import ceil

from reconciler.controller.proposed import Reader
from reconciler.engine.world import World
from reconciler.errors import Blocked, SpecsInvalid, TryAgainLater
from reconciler.git.plumbing import Plumbing
from reconciler.git.writing import write_commit
from reconciler.plans.approval import Voice
from reconciler.portal.proposing.checking import checked
from reconciler.portal.proposing.copy import Copy
from reconciler.runs.draft import Draft, Proposed, check_files
from reconciler.runs.host import Later, Person, Proposal, PullRequest, Refused, Trouble
from reconciler.runs.pull_requests import ReviewingHost
from reconciler.specs.sentences import say

NOWHERE = "invalid"
"""The domain of the authors' addresses: people are known by their account, and nobody's address is written down."""


class Conflict(Blocked):
    """Somebody else changed the same files since the draft was begun."""

    def __init__(self, paths: list[str]) -> None:
        super().__init__(f"changed meanwhile: {', '.join(paths)}", "look at what is there now, and change that")
        self.paths = paths


@dataclass(frozen=True, slots=True)
class Proposer:
    """What a draft is proposed with. `organization` is the name of its folder; `host` is None where there is none."""

    copy: Copy
    world: World
    organization: str
    host: ReviewingHost | None


def conflicts(copy: Copy, draft: Draft, head: str) -> list[str]:
    """The draft's files that somebody else has changed between its base and the head."""
    if head == draft.base:
        return []
    return sorted(copy.changed(draft.base, head) & set(draft.files))


def check(proposer: Proposer, draft: Draft, head: str) -> None:
    """Raises UsageError for a file that is not the organisation's, Conflict where somebody else changed one since."""
    check_files(proposer.organization, draft.files)
    if there := conflicts(proposer.copy, draft, head):
        raise Conflict(there)


def proposal_of(proposer: Proposer, draft: Draft, head: str) -> Proposal:
    """The commit and the pull request as they would be, on the head. Raises Blocked for what no host takes."""
    found = Proposal(
        branch=f"proposal/{proposer.organization}-{draft.id.hex[:12]}",
        base=head,
        into=proposer.copy.mirror().branch,
        files=draft.files,
        author=Person(draft.account, f"{draft.account}@{NOWHERE}"),
        at=draft.changed_at,
        title=f"{proposer.organization}: {draft.title}",
        body=f"Proposed in the portal by {draft.account}.",
    )
    if refused := found.objection():
        raise Blocked(refused.message, refused.hint)
    return found


def committed(proposer: Proposer, proposal: Proposal) -> str:
    """The proposal's commit in our own copy: what it would do can be looked at before anybody else sees it."""
    with proposer.copy.writing() as folder:
        return write_commit(folder, proposal)


def propose(proposer: Proposer, draft: Draft) -> Proposed:
    """Raises what `check` and `proposal_of` do, SpecsInvalid, and TryAgainLater or Blocked where the host or the
    repository says no.
    """
    head = proposer.copy.head(fresh=True)
    now = proposer.world.clock.now()
    check(proposer, draft, head)
    read = checked(proposer.copy, proposer.organization, _on(draft, head), now)
    if read.wrong:
        raise SpecsInvalid("the draft cannot be used as it is", tuple(read.wrong), "mend what is marked")
    proposal = proposal_of(proposer, draft, head)
    commit = committed(proposer, proposal)
    if proposer.host is None:
        found = _pushed(proposer, draft, proposal, commit)
    else:
        found = _at_host(proposer, proposer.host, draft, proposal)
    # A controller looks now: who proposes sits before the page, and what they may decide alone needs nobody else.
    with proposer.world.points.around("ask_reconcile"):
        proposer.world.conditions.ask_reconcile(proposer.organization, draft.account, now)
    return found


def _pushed(proposer: Proposer, draft: Draft, proposal: Proposal, commit: str) -> Proposed:
    """The branch in the repository itself: made now, or as an earlier try of the same has left it."""
    mirror = proposer.copy.mirror()
    _claim(proposer, draft, proposal.base, commit)
    try:
        with proposer.world.points.around("propose"):
            mirror.push(commit, proposal.branch)
    except Blocked as refused:
        try:
            there = mirror.bring(proposal.branch, str(int(commit[:8], 16)))
        except Blocked:
            raise refused from None  # there is no such branch: what the repository said to a new one is what is wrong
        if not proposal.is_in(Plumbing(mirror.folder).line("log", "-1", "--format=%B", there)):
            other = _another(proposal)
            mirror.push(commit, other.branch)
            return Proposed(other.branch, commit)
        _claim(proposer, draft, proposal.base, there)
        return Proposed(proposal.branch, there)
    return Proposed(proposal.branch, commit)


def _another(proposal: Proposal) -> Proposal:
    """The same on another branch: an earlier try came as far as the first one, and what is proposed, or what it goes
    into, is another since.
    """
    return replace(proposal, branch=f"{proposal.branch}-{proposal.digest[:8]}")


def _at_host(proposer: Proposer, host: ReviewingHost, draft: Draft, proposal: Proposal) -> Proposed:
    answer = _asked(proposer, host, draft, proposal)
    if isinstance(answer, Refused) and answer.code == "taken":
        proposal = _another(proposal)
        answer = _asked(proposer, host, draft, proposal)
    match answer:
        case Later(until, message):
            minutes = max(1, ceil((until - proposer.world.clock.now()).total_seconds() / 60))
            raise TryAgainLater(
                say("the host of git cannot take it now: propose it again in {minutes} min", minutes=minutes),
                f"{message}; nothing is done twice",
            )
        case Refused(message, _, hint):
            raise Blocked(
                say("the host of git says no: '{said}'", said=message),
                hint or "whoever keeps the installation can help",
            )
    proposer.copy.mirror().bring(proposal.branch, str(answer.number))
    _claim(proposer, draft, proposal.base, answer.head)
    return Proposed(proposal.branch, answer.head, answer.number, answer.url)


def _asked(proposer: Proposer, host: ReviewingHost, draft: Draft, proposal: Proposal) -> PullRequest | Trouble:
    """Whose it is stands written before the host shows it: a controller that its hook has woken by then would take the
    account that opened it for its author, and that one may decide nothing.
    """

    def claim(head: str) -> None:
        proposer.copy.mirror().bring(proposal.branch, str(int(head[:8], 16)))
        _claim(proposer, draft, proposal.base, head)

    with proposer.world.points.around("propose"):
        return host.propose(proposal, claim)


def _claim(proposer: Proposer, draft: Draft, base: str, head: str) -> None:
    """Say whose it is, for every step of it that rules are about; again is the same as once."""
    world, now = proposer.world, proposer.world.clock.now()
    found = Reader(proposer.copy.history(), proposer.copy.rules()).read(base, head, now)
    for step in found.steps:
        known = world.voices.voices([step.intent.digest])[step.intent.digest]
        if any((each.word, each.source, each.revision) == ("author", "portal", head) for each in known):
            continue
        voice = Voice(
            organization=step.intent.organization,
            organization_id=step.intent.organization_id,
            intent=step.intent.digest,
            account=draft.account,
            word="author",
            source="portal",
            revision=head,
            reason=f"proposed in the portal: {draft.title}",
            at=now,
        )
        with world.points.around("speak"):
            world.voices.speak(voice)


def _on(draft: Draft, head: str) -> Draft:
    return replace(draft, base=head)
