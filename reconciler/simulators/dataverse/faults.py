"""The faults of this simulator: what each fires on unless `on` says otherwise. A `part` is one request of a batch.

`throttle` says which of the three limits was met as `form` asks, and how long to stay away in `seconds`; ignored, it
says more. `first_failure_ends` makes a batch stop at its first failure whatever was preferred; `fewer_parts` leaves the
last part of an answer out, and `other_boundary` writes another boundary than the head says.
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
        "garbage": "write",
        "html": "write",
        "slow_body": "write",
        "refuse": "write",
        "first_failure_ends": "write",
        "fewer_parts": "write",
        "other_boundary": "write",
        "maintenance": "any",
        "throttle": "any",
        "reject_credential": "any",
        "hide_from_reads": "read",
    },
    kinds=("read", "write", "token", "part"),
    without_end=frozenset({"reject_credential", "hide_from_reads"}),
    statuses={
        "maintenance": (503, 502),
        "timeout_before_commit": (504, 500, 502, 503, 408),
        "timeout_after_commit": (504, 500, 502, 503, 408),
        "refuse": (*range(400, 600), 300, 301, 302, 303, 307, 308),
    },
    forms=("requests", "time", "concurrent", "seconds"),
)
