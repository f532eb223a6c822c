"""Approval: a dated, expiring yes to exactly what a guard would refuse."""

from pydantic import Field

from reconciler.specs.models.shared import Model
from reconciler.specs.scalars import Day, Name, Reason, Text


class Approval(Model):
    """The spec of kind Approval. It names a rule and an object, switches off nothing else, and ends by itself."""

    rule: Name = Field(description="The guard's rule, as the refusal names it.")
    object: Text = Field(description="The object, as the refusal names it: `Integration/accounts`.")
    reason: Reason
    expires: Day
