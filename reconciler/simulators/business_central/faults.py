"""The faults of this simulator: what each fires on unless `on` says otherwise. An `operation` is one row of a batch.

`throttle` answers 429 and does not say for how long. `fewer_answers` leaves the last answer of a batch out, and
`other_ids` gives its answers ids that nobody asked for.
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
        "fewer_answers": "write",
        "other_ids": "write",
        "maintenance": "any",
        "throttle": "any",
        "reject_credential": "any",
        "hide_from_reads": "read",
    },
    kinds=("read", "write", "token", "post", "operation"),
    without_end=frozenset({"reject_credential", "hide_from_reads"}),
    statuses={
        "maintenance": (503, 502),
        "timeout_before_commit": (504, 500, 502, 503, 408),
        "timeout_after_commit": (504, 500, 502, 503, 408),
        "refuse": (*range(400, 600), 300, 301, 302, 303, 307, 308),
    },
)
