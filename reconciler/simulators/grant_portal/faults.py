"""The faults of this portal: those that every simulator by HTTP has, on what is handed in."""

from reconciler.simulators.answering import ON, STATUSES
from reconciler.simulators.faults import FaultTable

_ABSENT = frozenset({"hide_from_reads", "reject_credential", "throttle"})
TABLE = FaultTable(
    on={name: kind for name, kind in ON.items() if name not in _ABSENT},
    kinds=("write",),
    without_end=frozenset(),
    statuses=STATUSES,
)
