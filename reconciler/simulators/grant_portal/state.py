"""Everything that one running portal remembers."""

from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from reconciler.simulators.faults import Faults
from reconciler.simulators.grant_portal.books import Books
from reconciler.simulators.grant_portal.options import Options

ZONE = ZoneInfo("Europe/Oslo")


@dataclass
class State:
    """`today` is what the portal takes for today; None follows the clock."""

    options: Options
    today: date | None
    books: Books = field(default_factory=Books)
    faults: Faults = field(default_factory=Faults)

    @classmethod
    def fresh(cls, options: Options) -> "State":
        """The state at the start: nothing was received."""
        return cls(options, options.today)

    def now(self) -> datetime:
        """The moment in Norway, on the day that the portal takes for today."""
        now = datetime.now(ZONE)
        return now if self.today is None else datetime.combine(self.today, now.timetz())
