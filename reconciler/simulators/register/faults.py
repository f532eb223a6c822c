"""The faults of this simulator: what each fires on unless `on` says otherwise.

`refuse` answers with any status and does nothing; `error_in_200` says no in the body of a success; `throttle` says how
long to stay away as `form` asks: in seconds, as a date, or not at all; `stuck_page` shows a list's first page whatever
page is asked for. A stored failure is what some systems remember under an idempotency key: the same key gets it again
as long as keys live, whether the record was made or not.
"""

from reconciler.simulators.answering import ON, STATUSES, WITHOUT_END
from reconciler.simulators.faults import FaultTable

STORED = ("stored_failure_before_commit", "stored_failure_after_commit")
TABLE = FaultTable(
    on=ON | dict.fromkeys((*STORED, "error_in_200"), "write") | {"stuck_page": "read"},
    kinds=("read", "write", "token"),
    without_end=WITHOUT_END | {"stuck_page"},
    statuses=STATUSES | dict.fromkeys(STORED, (500, 502, 503, 504)),
    forms=("seconds", "date", "none"),
)
