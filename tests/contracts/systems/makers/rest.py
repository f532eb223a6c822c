"""The generic REST interface: batches whose records are answered for one by one, found again by our reference."""

from typing import ClassVar

from contracts.systems.register import AT_ONCE, KEY, NEWER_KEY, NO_END, Register, fill_activities, set_minutes
from contracts.systems.system import Poison, Sql

REFUSED = 17


class Rest(Register):
    """Activities of the invented association, in batches of fifty."""

    type, organization, integration = "rest", "demoforeningen", "members"
    category, document, collection = "activity_logs", "activity", "activities"
    mapping = "orgs/demoforeningen/mappings/activity-logs.yaml"
    settings: ClassVar = {"system": "members"}
    credential, newer, wrong = {"key": KEY}, {"key": NEWER_KEY}, {"key": "K3y-that-nobody-knows"}
    poison = Poison("minutes: '17' is not known", "minutes", "to: minutes")
    poison_requests = 10
    lacks: ClassVar = {"late rejection": AT_ONCE, "expiry": NO_END}

    def fill(self, sql: Sql, count: int) -> None:
        fill_activities(sql, self.organization, count)

    def spoil(self, sql: Sql, *positions: int) -> None:
        self.refuse("minutes", str(REFUSED))
        set_minutes(sql, REFUSED, *positions)

    def mend(self, sql: Sql) -> None:
        set_minutes(sql, 60)
