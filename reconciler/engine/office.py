"""What is needed to decide about documents: the parts that read and write our own rows, and none that hold a secret."""

from dataclasses import dataclass

from reconciler.clock import Clock
from reconciler.ports import AppliedStore, CrashPoints, Records
from reconciler.runs.operating import Operations, RecordHolds, Resends
from reconciler.runs.reversal import Reversals


@dataclass(frozen=True, slots=True)
class Office:
    """The ports of one installation, as far as people need them; `actor` is who sits there."""

    clock: Clock
    points: CrashPoints
    applied: AppliedStore
    records: Records
    operations: Operations
    record_holds: RecordHolds
    resends: Resends
    reversals: Reversals
    actor: str
