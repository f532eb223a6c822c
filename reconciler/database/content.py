"""Where the database may hold something of a person, column by column; a test holds this against the schema.

A new column of text or JSON is named here before the suite is green again: as content, which goes with its period and
with an erasure; as words that are cleaned and pass; or as free of personal data, with the reason.
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


CONTENT = (Content("reconciler.export_payloads", {"payload": "null", "message": "''"}),)
"""Emptied by a purge and by an erasure."""

PASSING: Mapping[str, Mapping[str, str]] = {
    "reconciler.runs": {"problem": "an outside system's words about a request; out with its period, and with an "
                                   "erasure of a document that the run had to do with"},
    "reconciler.reference_lists": {"codes": "a copy of a list over there, which may name people; forgotten by an "
                                            "erasure, and read anew"},
    "reconciler.allowances": {"closed_reason": "words about a request; replaced by the next, out with its period"},
    "reconciler.breakers": {"reason": "words about a request; goes when the breaker closes, or with its period"},
    "reconciler.credentials": {"problem": "words about a login"},
    "reconciler.table_columns": {"problem": "words about a request for columns; replaced by the next"},
}  # fmt: skip
"""Words that come from outside, with identity numbers and addresses taken out, and pass."""

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
    "reconciler.schedules": {"name integration cron zone origins revision": "configuration"},
    "reconciler.exclusions": {"name body origins revision": "configuration; people are refused in it"},
    "reconciler.applied_revisions": {"revision plan intent resources changes actor": "names and digests"},
    "reconciler.audit": {"actor action object detail": "who did what to which object, in counts"},
    "reconciler.credentials": {
        "name state fingerprint hint target created_by store locator origin proof reaches": "about a secret",
    },
    "reconciler.secret_values": {"name ciphertext nonce wrapped_key key_id": "secrets, encrypted"},
    "reconciler.installation_keys": {"purpose wrapped_key key_id": "keys, encrypted"},
    "reconciler.leases": {"name holder": _IDS},
    "reconciler.runs": {"integration trigger revision state counts": "names and counts"},
    "reconciler.run_requests": {"integration requested_by state": "names"},
    "reconciler.exports": {
        "target category record_id integration reference state revision batch": _IDS,
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
}
"""Columns without personal data, several that share a reason together."""


def named() -> set[tuple[str, str]]:
    """Every (table, column) that is spoken of here."""
    found = {(each.table, column) for each in CONTENT for column in each.emptied}
    for shelf in (PASSING, FREE):
        found |= {(table, column) for table, told in shelf.items() for columns in told for column in columns.split()}
    return found
