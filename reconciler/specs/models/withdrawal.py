"""How a document that is only staged is removed in an outside system, before it goes once more."""

from pydantic import Field

from reconciler.specs.models.access import UrlPath
from reconciler.specs.models.shared import Model
from reconciler.specs.scalars import Text


class Withdraw(Model):
    """A DELETE. What is not there any more counts as removed, so it may be said again; lookups prove that it is gone.

    Declare it only for what is staged: the engine never removes what a lookup proves `posted`.
    """

    path: UrlPath = Field(
        description="What is removed: settings, {reference} or {number} in braces; or each line, by its {target_id}."
    )
    headers: dict[Text, Text] = Field(default_factory=dict, description="Such as `If-Match: '*'`.")
