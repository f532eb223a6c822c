"""The faults of this simulator: what each fires on unless `on` says otherwise. A `part` is one request of a batch.

`throttle` says which of the three limits was met as `form` asks, and how long to stay away in `seconds`; ignored, it
says more. `first_failure_ends` makes a batch stop at its first failure whatever was preferred; `fewer_parts` leaves the
last part of an answer out, and `other_boundary` writes another boundary than the head says.
"""

from reconciler.simulators.answering import ON, STATUSES, WITHOUT_END
from reconciler.simulators.faults import FaultTable

TABLE = FaultTable(
    on=ON | dict.fromkeys(("first_failure_ends", "fewer_parts", "other_boundary"), "write"),
    kinds=("read", "write", "token", "part"),
    without_end=WITHOUT_END,
    statuses=STATUSES,
    forms=("requests", "time", "concurrent", "seconds"),
)
