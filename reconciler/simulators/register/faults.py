"""The faults of this simulator: what each fires on unless `on` says otherwise.

`refuse` answers with any status and does nothing; `error_in_200` says no in the body of a success; `throttle` says how
long to stay away as `form` asks: in seconds, as a date, or not at all; `stuck_page` shows a list's first page whatever
page is asked for. A stored failure is what some systems remember under an idempotency key: the same key gets it again
as long as keys live, whether the record was made or not.
"""

from reconciler.simulators.faults import FaultTable

TABLE = FaultTable(
    on={
        "lose_response_before_commit": "write",
        "lose_response_after_commit": "write",
        "stall_before_commit": "write",
        "stall_after_commit": "write",
        "timeout_before_commit": "write",
        "timeout_after_commit": "write",
        "stored_failure_before_commit": "write",
        "stored_failure_after_commit": "write",
        "garbage": "write",
        "html": "write",
        "slow_body": "write",
        "error_in_200": "write",
        "refuse": "write",
        "maintenance": "any",
        "throttle": "any",
        "reject_credential": "any",
        "hide_from_reads": "read",
        "stuck_page": "read",
    },
    kinds=("read", "write", "token"),
    without_end=frozenset({"reject_credential", "hide_from_reads", "stuck_page"}),
    statuses={
        "maintenance": (503, 502),
        "timeout_before_commit": (504, 500, 502, 503, 408),
        "timeout_after_commit": (504, 500, 502, 503, 408),
        "stored_failure_before_commit": (500, 502, 503, 504),
        "stored_failure_after_commit": (500, 502, 503, 504),
        "refuse": (*range(400, 600), 300, 301, 302, 303, 307, 308),
    },
    forms=("seconds", "date", "none"),
)
