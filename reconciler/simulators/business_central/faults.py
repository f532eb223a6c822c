"""The faults of this simulator: what each fires on unless `on` says otherwise. An `operation` is one row of a batch.

`throttle` answers 429 and does not say for how long. `fewer_answers` leaves the last answer of a batch out, and
`other_ids` gives its answers ids that nobody asked for.
"""

from reconciler.simulators.answering import ON, STATUSES, WITHOUT_END
from reconciler.simulators.faults import FaultTable

TABLE = FaultTable(
    on=ON | dict.fromkeys(("fewer_answers", "other_ids"), "write"),
    kinds=("read", "write", "token", "post", "operation"),
    without_end=WITHOUT_END,
    statuses=STATUSES,
)
