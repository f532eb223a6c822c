"""What people do with drafts: propose them, drop them, and say yes or no to what others proposed."""

from uuid import UUID

from reconciler.errors import Blocked, DatabaseDown, TryAgainLater
from reconciler.portal.proposing.editing import Editing
from reconciler.portal.proposing.proposing import Proposer, propose
from reconciler.portal.proposing.speaking import At, Word, elsewhere, nothing, spoken
from reconciler.portal.proposing.standing import standing
from reconciler.portal.proposing.wizard.ready import objection
from reconciler.portal.refusals import Kept
from reconciler.portal.twins import Done
from reconciler.portal.visiting import Approves, Proposes
from reconciler.wiring import host


def propose_draft(visit: Proposes, draft: UUID) -> Done:
    """Propose a draft of one's own. Raises Kept where it has to wait, or cannot be proposed as things stand."""
    editing = Editing(visit, visit.parts.house.copy)
    found = editing.own(draft)
    if not found.files:
        raise Blocked("the draft changes nothing yet", "change something first")
    objection(visit, found)
    there = host(visit.parts.house.settings)
    try:
        proposer = Proposer(editing.copy, visit.parts.world(), visit.organization.name, there)
        became = propose(proposer, found)
    except DatabaseDown:
        raise
    except (Blocked, TryAgainLater) as error:
        raise Kept(error, f"/drafts/{draft}") from error
    finally:
        if there is not None:
            there.close()
    editing.drafts.proposed(found, became, visit.now)
    return Done(said="proposing.proposed", values={"title": found.title}, back=f"/drafts/{draft}")


def drop_draft(visit: Proposes, draft: UUID) -> Done:
    """Drop a draft of one's own; what was proposed is closed where it was proposed."""
    editing = Editing(visit, visit.parts.house.copy)
    found = editing.own(draft)
    editing.drafts.drop(found, visit.now)
    return Done(said="proposing.dropped", values={"title": found.title}, back="/drafts")


def say(visit: Approves, draft: UUID, wanted: Word) -> Done:
    """Say something to a proposal at the commit that was looked at. Rules decide what it counts for."""
    editing = Editing(visit, visit.parts.house.copy)
    found = editing.draft(draft)
    stands = standing(visit, editing.copy, found)
    if found.proposed is None:
        raise nothing()
    visit.parts.house.pulls.listed(fresh=True)
    if visit.parts.house.pulls.moved(found.proposed) is not None:
        raise elsewhere()
    spoken(visit, stands.judgements, At(found.proposed.branch, found.proposed.head), wanted)
    return Done(said=f"proposing.said-{wanted.word}", values={"title": found.title}, back=f"/drafts/{draft}")
