"""What people decided about a record, as the sentences of `why`; and what holds it back now."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reconciler.cli.moments import local
from reconciler.runs.operations import standing_of

if TYPE_CHECKING:
    from reconciler.database.views import ExportRow
    from reconciler.plans.resource import Resource
    from reconciler.runs.operating import ResendRequest
    from reconciler.runs.operations import Decided

EXCLUDED = "excluded: "
ACTIONS = {
    "retried": "export-retry",
    "answered": "export-answer",
    "resent": "export-resend",
    "withdrawn": "export-withdraw",
    "fixed-there": "export-fixed-there",
    "given_up": "export-give-up",
}
SAID, WANTED, BY = ", as {who} said on {at}", ", as {who} wanted on {at}", " by {who} on {at}"
ANSWERS = ("export-received", "export-not-received")


@dataclass(frozen=True, slots=True)
class Decisions:
    """What the audit trail holds about one record's documents, in the organisation's zone, and what waits."""

    found: Sequence["Decided"]
    requests: Sequence["ResendRequest"]
    zone: str

    def words(self, row: "ExportRow", next_sync: str) -> str:
        """What became of a document by a person's word; empty where it stands where it does by itself."""
        number, goes = f"number {row.number}", f"it goes with {next_sync}"
        standing = standing_of(row.state, row.code)
        key = (standing if row.state == "voided" else row.state, row.code if row.state != "voided" else "")
        if row.purpose == "reversal" and key == ("not_applied", "resent"):
            return f"is {number}{self._by('resent', WANTED)}, and {goes}"
        found = {
            ("not_applied", "retried"): f"is due again{self._by('retried', WANTED)}; {goes}",
            ("not_applied", "answered"): f"was not received{self._said()}; it goes again with {next_sync}",
            ("not_applied", "resent"): (
                f"was sent, and is to be sent once more as {number}{self._by('resent', WANTED)}; {goes}"
            ),
            (
                "not_applied",
                "reversed",
            ): f"was reversed, and goes once more as {number}{self._by('resent', WANTED)}; {goes}",
            ("not_applied", "withdrawn"): (
                f"was removed there{self._by('withdrawn', SAID)}, and is proved gone;"
                f" it goes again as {number}, with {next_sync}"
            ),
            ("sent", "answered"): f"was received by {row.target} {self._as(row)}{self._said()}",
            ("posted", "answered"): f"is in {row.target} {self._as(row)} as it should be{self._said()}",
            ("drifted", "answered"): f"was sent to {row.target} {self._as(row)}, and is not there{self._said()}",
            ("sent", "fixed-there"): (
                f"was refused there late, and corrected there{self._by('fixed-there', SAID)}; it is asked for"
                " until it is posted"
            ),
            ("given_up", ""): f"is not sent: it was given up{self._by('given_up', BY)}",
            ("given_up_question", ""): (
                f"was given up{self._by('given_up', BY)}, and nobody knows whether {number} was received there"
            ),
        }
        return found.get(key, "")

    def waits(self, row_ids: Sequence[int]) -> str:
        """A forced re-export of it that waits for a second person."""
        for each in self.requests:
            if set(row_ids) & set(each.rows):
                at = local(each.asked_at, self.zone)
                return (
                    f"; sending it once more waits for approval: {each.asked_by} asked for it on {at}"
                    f" (request {each.id}: {each.reason})"
                )
        return ""

    def _as(self, row: "ExportRow") -> str:
        return f"as number {row.number}"

    def _said(self) -> str:
        return self._newest(ANSWERS, SAID)

    def _by(self, code: str, words: str) -> str:
        return self._newest((ACTIONS[code],), words)

    def _newest(self, actions: Sequence[str], words: str) -> str:
        for each in reversed(self.found):
            if each.action in actions or (each.action == "export-approve" and "export-resend" in actions):
                reason = f" because {each.reason}" if each.reason else ""
                return words.format(who=each.actor, at=local(each.at, self.zone)) + reason
        return ""


def held_back(missed: Sequence[str], exclusions: Sequence["Resource"]) -> str:
    """Why a record does not go now, with who says so and until when, as words that follow `is `."""
    found = [_by_exclusion(each, exclusions) for each in missed]
    if found[0].startswith("held by "):
        return "; ".join(found)
    return found[0] if found[0].startswith("withheld ") else f"withheld: {'; '.join(found)}"


def _by_exclusion(reason: str, exclusions: Sequence["Resource"]) -> str:
    """`withheld until 2026-03-01 by the exclusion 'x' because ...`, where it is one."""
    for each in exclusions:
        until = f" (until {each.body['until']})" if each.body.get("until") else ""
        if reason == f"{EXCLUDED}{each.body['reason']}{until}":
            when = f" until {each.body['until']}" if until else ""
            return f"withheld{when} by the exclusion '{each.name}' because {each.body['reason']}"
    return reason
