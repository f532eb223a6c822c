"""The port of every secret store, for the modules of this room."""

from reconciler.ports import SecretStore
from reconciler.runs.credential import SecretPath

__all__ = ["SecretPath", "SecretStore"]
