"""What people decided about a record, as clauses of its story; and which exclusion holds it back."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reconciler.plans.resource import Resource
from reconciler.runs.operating import ResendRequest
from reconciler.runs.operations import Decided, standing_of
from reconciler.runs.story import Clause, Named, NextSync, decision
from reconciler.runs.views import ExportRow
from reconciler.selections.reasons import Why, say

ANSWERED = ("export-received", "export-not-received")
RESENT = ("export-resend", "export-approve")
CLAUSES = {
    ("not_applied", "retried"): ("redue", "wanted", ("export-retry",)),
    ("not_applied", "answered"): ("not-received", "said", ANSWERED),
    ("not_applied", "resent"): ("resent", "wanted", RESENT),
    ("not_applied", "reversed"): ("reversed", "wanted", RESENT),
    ("not_applied", "withdrawn"): ("withdrawn", "said", ("export-withdraw",)),
    ("sent", "answered"): ("received", "said", ANSWERED),
    ("posted", "answered"): ("right-there", "said", ANSWERED),
    ("drifted", "answered"): ("not-there", "said", ANSWERED),
    ("sent", "fixed-there"): ("fixed-there", "said", ("export-fixed-there",)),
    ("given_up", ""): ("given-up", "by", ("export-give-up",)),
    ("given_up_question", ""): ("given-up-question", "by", ("export-give-up",)),
}
"""By state and code: the clause, where in it the decision stands, and the actions that may be that decision."""


@dataclass(frozen=True, slots=True)
class Decisions:
    """What the audit trail holds about one record's documents, and what waits for a second person."""

    found: Sequence[Decided]
    requests: Sequence[ResendRequest]

    def clause(self, row: ExportRow, sync: NextSync, target: Named) -> Clause | None:
        """What became of a document by a person's word; None where it stands where it does by itself."""
        standing = standing_of(row.state, row.code)
        place = (standing, "") if row.state == "voided" else (row.state, row.code)
        if place not in CLAUSES:
            return None
        key, slot, actions = CLAUSES[place]
        if row.purpose == "reversal" and key == "resent":
            key = "reversal-due"
        values = {"number": row.number, "target": target, "next": sync}
        return Clause(key, values | {slot: decision(self.found, actions)})

    def waits(self, row_ids: Sequence[int]) -> Iterator[Clause]:
        """A forced re-export of it that waits for a second person."""
        for each in self.requests:
            if set(row_ids) & set(each.rows):
                values = {"who": each.asked_by, "at": each.asked_at, "request": each.id, "reason": each.reason}
                yield Clause("waits-second", values)
                return


def by_exclusion(why: Why, exclusions: Sequence[Resource]) -> Why:
    """The same, with the name of the exclusion that says so, where it is one."""
    for each in exclusions:
        until = each.body.get("until")
        if say(why) == say(Why("excluded", {"reason": each.body["reason"], "until": until})):
            values = {"while": why.values.get("until", until), "name": each.name, "reason": each.body["reason"]}
            return Why("by-exclusion", values)
    return why
