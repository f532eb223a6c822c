"""The pages and deeds of proposals, and of the line that a refusal asks for, by where they are."""

from reconciler.portal.proposing.fixing.answers import fix
from reconciler.portal.proposing.fixing.deeds import fix_entry
from reconciler.portal.proposing.proposals.answers import proposal, proposals
from reconciler.portal.proposing.proposals.deeds import say_to_proposal
from reconciler.portal.twins import Deed, Page

PAGES = (
    Page("/proposals", proposals, "proposals.html"),
    Page("/proposals/{number}", proposal, "proposal.html"),
    Page("/documents/{export}/fix", fix, "fix.html"),
)
DEEDS = (Deed("/proposals/{number}/say", say_to_proposal), Deed("/documents/{export}/fix", fix_entry))
