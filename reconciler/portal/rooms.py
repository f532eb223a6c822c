"""Every page and every deed of an organisation, by where it is."""

from fastapi import APIRouter

from reconciler.portal import downloads
from reconciler.portal.answers.asked import asked_sync
from reconciler.portal.answers.confirming import confirm_documents
from reconciler.portal.answers.credentials import credential, credentials
from reconciler.portal.answers.dashboard import dashboard
from reconciler.portal.answers.documents import documents
from reconciler.portal.answers.notices import notices
from reconciler.portal.answers.one_integration import integration
from reconciler.portal.answers.record import find_records, record_story
from reconciler.portal.answers.resends import resend_requests
from reconciler.portal.answers.runs import run, runs
from reconciler.portal.answers.tokens import tokens
from reconciler.portal.answers.trail import audit
from reconciler.portal.answers.withheld import withheld_records
from reconciler.portal.deeds.asking import ask_for_sync, take_back_sync
from reconciler.portal.deeds.credentials import (
    restore_credential,
    revoke_credential,
    set_credential,
    test_credential,
)
from reconciler.portal.deeds.documents import decide_documents, resend_documents, withdraw_document
from reconciler.portal.deeds.holds import hold_records, release_records
from reconciler.portal.deeds.resends import approve_resend, refuse_resend
from reconciler.portal.deeds.stopping import resume_runs, suspend_runs
from reconciler.portal.deeds.tokens import make_token, revoke_token
from reconciler.portal.proposing.again import begin_again
from reconciler.portal.proposing.answers import draft, drafts
from reconciler.portal.proposing.deeds import drop_draft, propose_draft, say
from reconciler.portal.proposing.editors.rooms import DEEDS as EDITORS_DEEDS
from reconciler.portal.proposing.editors.rooms import PAGES as EDITORS
from reconciler.portal.proposing.mapping.answers import mapping_editor
from reconciler.portal.proposing.mapping.listing import mappings
from reconciler.portal.proposing.mapping.wishes import router as mapping_wishes
from reconciler.portal.proposing.proposals.rooms import DEEDS as PROPOSALS_DEEDS
from reconciler.portal.proposing.proposals.rooms import PAGES as PROPOSALS
from reconciler.portal.proposing.wizard.rooms import DEEDS as WIZARD_DEEDS
from reconciler.portal.proposing.wizard.rooms import PAGES as WIZARD
from reconciler.portal.twins import Deed, Page, routes
from reconciler.portal.yearly.files import router as yearly_files
from reconciler.portal.yearly.rooms import DEEDS as YEARLY_DEEDS
from reconciler.portal.yearly.rooms import PAGES as YEARLY

INTEGRATION = "/integrations/{integration}"
CREDENTIALS = f"{INTEGRATION}/credentials"
PAGES = (
    Page("", dashboard, "dashboard.html"),
    Page("/drafts", drafts, "drafts.html"),
    Page("/drafts/{draft}", draft, "draft.html"),
    Page("/credentials", credentials, "credentials.html"),
    Page(CREDENTIALS, credential, "credential.html"),
    Page("/tokens", tokens, "tokens.html"),
    Page(INTEGRATION, integration, "integration.html"),
    Page(f"{INTEGRATION}/runs", runs, "runs.html"),
    Page(f"{INTEGRATION}/sync", asked_sync, "sync.html"),
    Page("/runs/{run}", run, "run.html"),
    Page("/audit", audit, "audit.html"),
    Page("/notifications", notices, "notices.html"),
    Page(f"{INTEGRATION}/documents", documents, "documents.html"),
    Page(f"{INTEGRATION}/documents/confirm", confirm_documents, "confirm_documents.html"),
    Page(f"{INTEGRATION}/withheld", withheld_records, "withheld.html"),
    Page("/records", find_records, "records.html"),
    Page("/records/{record}", record_story, "record.html"),
    Page("/resends", resend_requests, "resends.html"),
    Page("/mappings", mappings, "mappings.html"),
    Page("/mappings/{name}/edit", mapping_editor, "mapping.html"),
    *EDITORS,
    *YEARLY,
    *WIZARD,
    *PROPOSALS,
)

DEEDS: tuple[Deed, ...] = (
    Deed("/drafts/{draft}/propose", propose_draft),
    Deed("/drafts/{draft}/again", begin_again),
    Deed("/drafts/{draft}/drop", drop_draft),
    Deed("/drafts/{draft}/say", say),
    Deed(CREDENTIALS, set_credential),
    Deed(f"{CREDENTIALS}/test", test_credential),
    Deed(f"{CREDENTIALS}/restore", restore_credential),
    Deed(f"{CREDENTIALS}/versions/{{version}}/revoke", revoke_credential),
    Deed("/tokens", make_token, template="token_made.html"),
    Deed("/tokens/{token}/revoke", revoke_token),
    Deed(f"{INTEGRATION}/sync", ask_for_sync),
    Deed("/requests/{request}/take-back", take_back_sync),
    Deed(f"{INTEGRATION}/suspend", suspend_runs),
    Deed(f"{INTEGRATION}/resume", resume_runs),
    Deed(f"{INTEGRATION}/documents/decide", decide_documents),
    Deed(f"{INTEGRATION}/documents/withdraw", withdraw_document),
    Deed(f"{INTEGRATION}/documents/resend", resend_documents),
    Deed(f"{INTEGRATION}/holds", hold_records),
    Deed(f"{INTEGRATION}/holds/release", release_records),
    Deed("/resends/{number}/approve", approve_resend),
    Deed("/resends/{number}/refuse", refuse_resend),
    *EDITORS_DEEDS,
    *YEARLY_DEEDS,
    *WIZARD_DEEDS,
    *PROPOSALS_DEEDS,
)


def router() -> APIRouter:
    """All of them, with their twins."""
    found = routes(PAGES, DEEDS)
    found.include_router(downloads.router)
    found.include_router(mapping_wishes())
    found.include_router(yearly_files())
    return found
