"""What must hold in every history, judged from outside: by the tables, and by what the system over there has booked.

Knows SQL and the witness's own books, and nothing of the program under test.
"""

from dataclasses import dataclass, field
from typing import Any

import psycopg
from psycopg.rows import dict_row

from parts.counterpart import Counterpart

ORGANIZATION = "c4e81b7a-0f52-4d39-b6e8-1a93d05f7c26"
THERE = frozenset({"sent", "accepted", "posted"})
NOT_THERE = frozenset({"rejected", "not_applied"})
OURS = "organization_id = %(organization)s and status = 'approved' and receipt is not null and approved_at >= %(since)s"
Rows = dict[str, dict[str, Any]]


@dataclass
class Witness:
    """One history's judge. `doubted` says that something went so wrong that somebody may have to be asked."""

    connection: psycopg.Connection
    there: Counterpart
    asks: bool
    doubted: bool = False
    frozen: dict[tuple[int, int], str] = field(default_factory=dict)

    def rows(self) -> Rows:
        """The ledger, by record."""
        query = "select * from reconciler.exports where organization_id = %s and category = 'expense_claims'"
        with self.connection.cursor(row_factory=dict_row) as cursor:
            found = cursor.execute(query, [ORGANIZATION]).fetchall()
        by_record = {row["record_id"]: row for row in found}
        assert len(by_record) == len(found), "a record has several rows"
        return by_record

    def wanted(self, since: str, condition: str = "expense_type <> 'course'") -> set[str]:
        """Records that should be booked; with another condition those that are held back."""
        query = f"select id::text from app.expense_claims where {OURS} and {condition}"
        values = {"organization": ORGANIZATION, "since": f"{since} 00:00 Europe/Oslo"}
        return {row[0] for row in self.connection.execute(query, values)}

    def always(self) -> list[str]:
        """What is wrong now, whatever happened before."""
        rows = self.rows()
        numbers = [(row["target"], row["number"]) for row in rows.values()]
        known = {row["reference"] for row in rows.values()}
        found = [*self.there.complaints, *self._thawed()]
        found += [f"numbers were given out twice: {numbers}"] if len(set(numbers)) < len(numbers) else []
        found += [f"{each.reference} is booked and nobody knows it" for each in self.there.booked
                  if each.reference not in known]  # fmt: skip
        for row in rows.values():
            found += self._wrong_with(row)
        return found

    def quiet(self, since: str) -> list[str]:
        """What is wrong when nothing goes wrong any more and nothing changes."""
        rows, found = self.rows(), []
        for record in self.wanted(since):
            row = rows.get(record, {"state": "no row"})
            settled = row["state"] in THERE or (row["state"] == "held" and not self.asks and self.doubted)
            found += [] if settled else [f"{record} should be booked, and is {row['state']} ({row.get('code')})"]
        for record, row in rows.items():
            if row["state"] in ("sending", "unknown"):
                found.append(f"{record} is still {row['state']} ({row['code']})")
        return found

    def run(self, before: Rows, counts: dict[str, int], withheld: int, since: str, problem: str) -> list[str]:
        """Whether a run's report adds up: every candidate is told of exactly once, in the state that it is in."""
        after, found = self.rows(), []
        new = {record for record, row in after.items() if self._moved(before.get(record), row)}
        told = {
            "sent": counts.get("sent", 0) + counts.get("confirmed", 0) + counts.get("sent_found", 0),
            "posted": counts.get("posted", 0),
            "rejected": counts.get("rejected", 0),
            "held": counts.get("held", 0),
        }
        for state, count in told.items():
            there = sum(after[record]["state"] == state for record in new)
            found += [] if there == count else [f"{there} records became {state}, the run told of {count}"]
        unknown = sum(row["state"] == "unknown" for row in after.values())
        if not problem and unknown != counts.get("unknown", 0):
            found.append(f"{unknown} records are unknown, the run told of {counts.get('unknown', 0)}")
        sending = [record for record, row in after.items() if row["state"] == "sending"]
        found += [f"{record} is left in sending by a run that ended" for record in sending]
        kept = {record for record in self.wanted(since, "expense_type = 'course'") if not self._settled(after, record)}
        # A run that is stopped before it sends leaves those too: they are told of by the next one.
        found += [] if problem or withheld == len(kept) else [f"{len(kept)} are held back, the run told of {withheld}"]
        left = {record for record in self.wanted(since) if record not in after}
        found += [f"{record} was left, and no problem told" for record in left if not problem]
        return found

    def _settled(self, rows: Rows, record: str) -> bool:
        return record in rows and rows[record]["state"] not in NOT_THERE

    def _moved(self, before: dict[str, Any] | None, after: dict[str, Any]) -> bool:
        return before is None or (before["state"], before["attempt"]) != (after["state"], after["attempt"])

    def _wrong_with(self, row: dict[str, Any]) -> list[str]:
        reference, state, name = row["reference"], row["state"], f"{row['record_id']} ({row['state']} {row['code']})"
        booked = self.there.documents(reference)
        late = [each for each in self.there.on_the_way if reference.encode() in each.body]
        found = [f"{name} is booked {len(booked)} times"] if len(booked) > 1 else []
        if state in THERE and len(booked) != 1:
            found.append(f"{name} is booked {len(booked)} times")
        if state in NOT_THERE and (booked or late):
            found.append(f"{name} is there, or on its way")
        if state == "drifted":
            found.append(f"{name}, and nobody there has changed anything")
        if state == "held" and (self.asks or not self.doubted):
            found.append(f"{name}, though nobody has to be asked")
        amounts = {self._amount(row["id"], each) for each in booked}
        return found + ([f"{name} is booked with what was never frozen"] if False in amounts else [])

    def _amount(self, export: int, booked: Any) -> bool:
        query = "select payload #>> '{lines,0,fields,amount}' from reconciler.export_payloads where export_id = %s"
        return booked.body["amount"] in {row[0] for row in self.connection.execute(query, [export])}

    def _thawed(self) -> list[str]:
        query = (
            "select export_id, attempt, md5(payload::text) from reconciler.export_payloads where payload is not null"
        )
        now = {(row[0], row[1]): row[2] for row in self.connection.execute(query)}
        changed = [key for key, was in self.frozen.items() if now.get(key) != was]
        self.frozen = now
        return [f"the frozen document of export and attempt {key} has changed" for key in changed]
