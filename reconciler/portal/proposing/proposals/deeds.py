"""What people say to proposals that were not begun in the portal."""

from reconciler.portal.proposing.proposals.answers import Number
from reconciler.portal.proposing.proposals.looking import looked_at
from reconciler.portal.proposing.speaking import At, Word, nothing, spoken
from reconciler.portal.twins import Done
from reconciler.portal.visiting import Approves


def say_to_proposal(visit: Approves, number: Number, wanted: Word) -> Done:
    """Say something to a proposal at the commit that was looked at. Rules decide what it counts for."""
    visit.parts.house.pulls.listed(fresh=True)
    found = looked_at(visit, number)
    if found.pull is None:
        raise nothing()
    spoken(visit, found.judgements, At(found.pull.branch, found.pull.head), wanted)
    title = found.pull.title or found.pull.branch
    return Done(said=f"proposing.said-{wanted.word}", values={"title": title}, back=f"/proposals/{number}")
