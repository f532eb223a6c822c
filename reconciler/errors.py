"""Every error of the house, sorted by who must act next.

    ReconcilerError                 the root; exit code 70 unless a branch says otherwise
    ├── SpecsInvalid            1   the author of the specs: carries the diagnostics
    ├── UsageError              2   whoever typed the command
    ├── PlanRefused             4   the operator: a guard stands in the way, the recipe is in the message
    │   └── OperationRefused        what a person wants to do about a document is not for where it stands
    ├── Blocked                 5   the operator: something outside must change first
    │   ├── CopyUnreadable          our copy of the config repository is spoiled; it is fetched anew by itself
    │   ├── CredentialRefused       the admin: the outside system does not accept the credential
    │   ├── EnvironmentRefused      the installation does not allow this environment or endpoint
    │   ├── LedgerBehind            the database is older than what was sent
    │   ├── PersonalData            a report would say who somebody is: carries the findings
    │   ├── SecretGone              the store does not hold that version any more
    │   ├── StoreForbidden          the store does not let this installation in, or not there
    │   ├── StoreConflict           somebody else wrote to the store meanwhile
    │   └── ClusterRefused          the Kubernetes API server refuses the login, the right or the object
    ├── TryAgainLater          75   nobody: the same command will work later
    │   ├── DatabaseDown
    │   ├── StoreDown               the secret store is down, sealed or overloaded
    │   ├── ClusterDown             the Kubernetes API server is away, slow or overloaded
    │   └── Busy                    another sync of the same integration is running
    └── Bug                    70   us

Results that are part of a run (rejected, unknown, withheld) are values in `runs.outcome`, never exceptions.
"""


class ReconcilerError(Exception):
    """What went wrong in the user's words, and what to do next.

    `message` is one sentence without a trailing stop of code or trace; `hint` is the next step.
    """

    exit_code = 70

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class SpecsInvalid(ReconcilerError):
    """The specs cannot be used; `diagnostics` (of `specs.diagnostic.Diagnostic`) say where and why."""

    exit_code = 1

    def __init__(self, message: str, diagnostics: tuple[object, ...] = (), hint: str = "") -> None:
        super().__init__(message, hint)
        self.diagnostics = diagnostics


class UsageError(ReconcilerError):
    """The command cannot mean anything: an unknown organisation, a missing file, a bad option."""

    exit_code = 2


class PlanRefused(ReconcilerError):
    """A plan that a guard will not let through; the hint holds the recipe for allowing exactly this plan."""

    exit_code = 4


class OperationRefused(PlanRefused):
    """A person's operation on a document that its state, or the installation's rules, do not allow. Nothing changed."""


class Blocked(ReconcilerError):
    """Work that cannot go on until somebody changes something outside."""

    exit_code = 5


class CopyUnreadable(Blocked):
    """Git cannot read what our copy of the config repository should hold. Nothing is known of what stands there."""


class CredentialRefused(Blocked):
    """The outside system refuses the credential, or there is none."""


class EnvironmentRefused(Blocked):
    """This installation may not talk to that environment or endpoint."""


class LedgerBehind(Blocked):
    """The ledger knows less than was sent, for instance after an old backup was restored: sending would double."""


class PersonalData(Blocked):
    """A report holds what looks like personal data; `findings` (`reports.document.Finding`) say where, never what."""

    def __init__(self, message: str, findings: tuple[object, ...] = (), hint: str = "") -> None:
        super().__init__(message, hint)
        self.findings = findings


class SecretGone(Blocked):
    """A version that the store was said to hold is deleted, destroyed, or was never there."""


class StoreForbidden(Blocked):
    """The secret store refuses the login, or what was asked for."""


class StoreConflict(Blocked):
    """A check-and-set failed: somebody else wrote since we looked. Nothing was written."""


class ClusterRefused(Blocked):
    """The Kubernetes API server will not do it, and changed nothing. `reason` is a word of `cluster.refusals`."""

    def __init__(self, reason: str, message: str, hint: str = "") -> None:
        super().__init__(message, hint)
        self.reason = reason


class TryAgainLater(ReconcilerError):
    """Nothing was lost; the same command will work later."""

    exit_code = 75


class DatabaseDown(TryAgainLater):
    """The runtime database cannot be reached."""


class StoreDown(TryAgainLater):
    """The secret store cannot be reached, is sealed, or is overloaded."""


class ClusterDown(TryAgainLater):
    """The Kubernetes API server cannot be reached, or cannot answer; it may be asked again after `after_s` seconds."""

    def __init__(self, message: str, hint: str = "", after_s: float = 0.0) -> None:
        super().__init__(message, hint)
        self.after_s = after_s


class Busy(TryAgainLater):
    """Another run holds the lease of this integration."""


class Bug(ReconcilerError):
    """An assumption of ours that did not hold."""

    exit_code = 70
