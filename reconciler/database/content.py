"""Where the database may hold something of a person, column by column; a test holds this against the schema.

A new column of text or JSON is named here before the suite is green again: as content, which goes with its period and
with an erasure; as words that are cleaned and pass; as what people type; or as free of personal data, with the reason.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Content:
    """A table of what was made of records. Its rows have `export_id`, `organization_id`, `subject`, `removed_at` and
    `removed`; `emptied` says how each column that holds content looks when it is gone, in SQL.
    """

    table: str
    emptied: Mapping[str, str]

    @property
    def holds(self) -> str:
        """The SQL condition under which a row `p` holds something."""
        return " or ".join(f"p.{column} is distinct from {empty}" for column, empty in self.emptied.items())

    @property
    def empty(self) -> str:
        """The SQL assignments that take it out."""
        return ", ".join(f"{column} = {empty}" for column, empty in self.emptied.items())


_EMPTY = {"payload": "null", "message": "''"}
CONTENT = (Content("reconciler.export_payloads", _EMPTY),)
"""Emptied by a purge and by an erasure."""
OBSERVED = Content("reconciler.shadow_payloads", _EMPTY)
"""Emptied by both as well, and never counted: no document was made of it. It has `category` and `created_at` instead
of an export and of marks; the next run that observes takes its rows away altogether."""

PASSING: Mapping[str, Mapping[str, str]] = {
    "reconciler.runs": {"problem": "an outside system's words about a request; out with its period, and with an "
                                   "erasure of a document that the run had to do with"},
    "reconciler.reference_lists": {"codes": "a copy of a list over there, which may name people; forgotten by an "
                                            "erasure, and read anew"},
    "reconciler.allowances": {"closed_reason": "words about a request; replaced by the next, out with its period"},
    "reconciler.breakers": {"reason": "words about a request; goes when the breaker closes, or with its period"},
    "reconciler.credentials": {"problem": "words about a login"},
    "reconciler.conditions": {"message hint findings": "about specs, in which what looks like a person is refused"},
    "reconciler.condition_history": {"message hint findings": "as in conditions; two hundred rows are kept"},
    "reconciler.table_columns": {"problem": "words about a request for columns; replaced by the next"},
    "reconciler.chores": {"said": "an outside system's words about a question; replaced every night"},
    "reconciler.run_requests": {"answer hint": "what stopped its run; out as a run's problem is"},
    "reconciler.notifications": {"message problem": "an outside system's words, taken out as soon as they were told; "
                                                    "and what a mail server or a webhook answers"},
    "reconciler.reconciliations": {"problem": "an outside system's words about a list that it did not give; stays, for "
                                              "no comparison is ever changed"},
}  # fmt: skip
"""Words that come from outside, with identity numbers and addresses taken out, and pass."""

TYPED: Mapping[str, Mapping[str, str]] = {
    "reconciler.audit": {"detail": "counts and ids, and the reason of a decision"},
    "reconciler.record_holds": {"reason": "why somebody holds a record back"},
    "reconciler.resend_requests": {"reason": "why something is to go again"},
    "reconciler.run_requests": {"reason": "why somebody wants a sync"},
    "reconciler.voices": {"reason": "why somebody approves a change, or refuses it"},
    "reconciler.portal_comments": {"words": "what somebody remarks on a change"},
    "reconciler.switches": {"reason": "why configuration is not applied, or a commit stays"},
    "reconciler.suspensions": {"reason": "why nothing is to go, or an outside system's refusal of a credential"},
    "reconciler.reports_frozen": {"reason": "why a report is frozen once more"},
    "reconciler.report_handovers": {
        "receipt handed_over_by handed_over_to recorded_by": "what a receiver gave, who handed it over, and to whom"
    },
}
"""Words that people of the organisation type. Where they are read, those that look like a number or an address of a
person are refused; a name is not known to be one, and stays: these words say who answers for what."""

_IDS = "opaque ids, and names that the specs give"
FREE: Mapping[str, Mapping[str, str]] = {
    "public.organization_integrations": {
        "name integration_type environment mode settings identity credentials exports health definitions"
        " field_mappings origins revision": "configuration, in which what looks like a person is refused",
    },
    "public.feature_flags": {"feature reason managed_by origins revision": "configuration"},
    "reconciler.installation": {"name environments": "configuration"},
    "reconciler.organizations": {"name body origins revision": "configuration; people by their account"},
    "reconciler.definitions": {"digest kind name body": "the catalogue; its samples are invented"},
    "reconciler.notification_marks": {"mark": "a hash"},
    "reconciler.notification_states": {"channel matter level": "names that the specs give, and one of our words"},
    "reconciler.notifications": {
        "channel matter was level hint environment stage": "names that the specs give, and words of ours",
        "reason counts": "sentences of ours, without what an outside system said",
    },
    "reconciler.schedules": {"name integration cron zone origins revision": "configuration"},
    "reconciler.exclusions": {"name body origins revision": "configuration; people are refused in it"},
    "reconciler.applied_revisions": {"revision plan intent resources changes actor": "names and digests"},
    "reconciler.audit": {"actor action object": "who did what to which object"},
    "reconciler.credentials": {
        "name state fingerprint hint target created_by store locator origin proof reaches": "about a secret",
    },
    "reconciler.secret_values": {"name ciphertext nonce wrapped_key key_id": "secrets, encrypted"},
    "reconciler.installation_keys": {"purpose wrapped_key key_id": "keys, encrypted"},
    "reconciler.leases": {"name holder": _IDS},
    "reconciler.conditions": {"organization reason attempted applied fingerprint mark claim": "names and digests"},
    "reconciler.condition_history": {"organization reason attempted applied": "names and commits"},
    "reconciler.reconcile_requests": {"organization requested_by": "names; people by their account"},
    "reconciler.chores": {"name state": "words of ours"},
    "reconciler.runs": {"integration trigger actor revision state counts": "names and counts; people by their account"},
    "reconciler.run_requests": {"integration requested_by taken_by state": "names; people by their account"},
    "reconciler.voices": {"organization intent account voice source revision": "names and digests; people by account"},
    "reconciler.switches": {"organization what revision author ended_by": "names; people by their account"},
    "reconciler.suspensions": {"integration cause author": "names; people by their account"},
    "reconciler.shadow_documents": {
        "integration target category record_id verdict": _IDS,
        "record_digest mapping_digest payload_digest": "hashes, made as the ledger makes them",
        "field origin": "the place of a rule",
    },
    "reconciler.shadow_payloads": {"category record_id": _IDS, "subject": "a keyed hash"},
    "reconciler.record_holds": {"target category record_id author released_by": "ids; people by their account"},
    "reconciler.resend_requests": {"exports state asked_by decided_by": "ids; people by their account"},
    "reconciler.reconciliations": {"integration target way actor": "names; people by their account"},
    "reconciler.reconciliation_lines": {
        "kind reference category record_id": _IDS,
        "detail": "names of fields and states, never their values",
    },
    "reconciler.adoption_findings": {"target category record_id reference state target_ids purpose": _IDS},
    "reconciler.targets_asked": {"target": _IDS},
    "reconciler.reports": {"name body origins revision": "configuration"},
    "reconciler.reports_frozen": {
        "report rules head figures corrections digest frozen_by": "counts; people by their account",
    },
    "reconciler.report_files": {
        "name sha256 content": "a report as it is handed over: figures and names of groups; "
        "what looks like a person's number or address is refused in it"
    },
    "reconciler.report_rows": {"sheet key digest": "hashes of what stands in no column here"},
    "reconciler.exports": {
        "target category record_id integration reference state revision batch purpose": _IDS,
        "mapping_digest record_digest payload_digest": "hashes, which stay by design",
        "target_ids": "the outside system's ids, which stay by design",
        "code field origin": "short words about a rule, cleaned when they are stored",
    },
    "reconciler.export_payloads": {"subject": "a keyed hash", "removed": "one of our words"},
    "reconciler.export_history": {"state code": "short words, cleaned when they are stored"},
    "reconciler.export_numbers": {"target": _IDS},
    "reconciler.withheld": {"integration category record_id reason": "the rule that holds back, in its own words"},
    "reconciler.allowances": {"allowance": _IDS},
    "reconciler.breakers": {"allowance operation": _IDS},
    "reconciler.reference_lists": {"place name": _IDS},
    "reconciler.table_columns": {"place document columns": "names of columns"},
    "reconciler.portal_sessions": {
        "digest account shown way csrf language told": "people by their account and the name that "
        "they log in with, for a day at most"
    },
    "reconciler.portal_attempts": {"digest browser nonce verifier back": "random, and a path of ours; for minutes"},
    "reconciler.portal_logins": {"account way what reason": "people by their account, and words of ours"},
    "reconciler.portal_comments": {"branch head account": "names of git, and people by their account"},
    "reconciler.portal_drafts": {
        "account kind title base files answers state branch head url": "configuration that is not proposed yet, in "
        "which what looks like a person is refused; people by their account"
    },
    "reconciler.portal_tokens": {
        "digest name account scopes hint revoked_by": "a name for a program; people by their account"
    },
}
"""Columns without personal data, several that share a reason together."""


def named() -> set[tuple[str, str]]:
    """Every (table, column) that is spoken of here."""
    found = {(each.table, column) for each in CONTENT for column in each.emptied}
    found |= {(OBSERVED.table, column) for column in OBSERVED.emptied}
    for shelf in (PASSING, TYPED, FREE):
        found |= {(table, column) for table, told in shelf.items() for columns in told for column in columns.split()}
    return found
