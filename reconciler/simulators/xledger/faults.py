"""The faults of this simulator: what each fires on unless `on` says otherwise."""

from reconciler.simulators.faults import FaultTable

TABLE = FaultTable(
    on={
        "lose_response_after_commit": "mutation",
        "stall_after_commit": "mutation",
        "stall_before_commit": "mutation",
        "timeout_after_commit": "mutation",
        "timeout_before_commit": "mutation",
        "garbage": "mutation",
        "maintenance": "any",
        "burst": "any",
        "concurrency": "any",
        "insufficient_credits": "any",
        "reject_token": "any",
        "hide_from_queries": "query",
    },
    kinds=("query", "mutation"),
    without_end=frozenset({"reject_token", "hide_from_queries"}),
    statuses={"maintenance": (503, 502)},
)
