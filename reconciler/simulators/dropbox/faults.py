"""The faults of this simulator: what each fires on unless `on` says otherwise.

`drop_*` closes the connection without an answer, `stall_*` answers late, `slow` makes every piece of a file late;
`disk_full` and `forbidden` refuse to write, `refuse_rename` refuses a name.
"""

from reconciler.simulators.faults import FaultTable

TABLE = FaultTable(
    on={
        "drop_before_rename": "rename",
        "drop_after_rename": "rename",
        "stall_before_rename": "rename",
        "stall_after_rename": "rename",
        "refuse_rename": "rename",
        "drop_on_write": "write",
        "disk_full": "write",
        "forbidden": "write",
        "slow": "write",
        "reject_credential": "login",
    },
    kinds=("login", "write", "rename"),
    without_end=frozenset({"reject_credential", "disk_full", "forbidden", "slow"}),
    statuses={},
)
