"""Who is told of what: a channel names integrations that the organisation has."""

from collections.abc import Collection, Iterator

from reconciler.specs.diagnostic import Diagnostic
from reconciler.specs.documents import Document
from reconciler.specs.models.organization import Organization
from reconciler.specs.references import unknown


def check_notifications(document: Document[Organization], integrations: Collection[str]) -> Iterator[Diagnostic]:
    """A finding for each integration that no file of the organisation declares."""
    for position, each in enumerate(document.spec.notifications or []):
        for place, name in enumerate(each.integrations or []):
            path = ("notifications", position, "integrations", place)
            yield from unknown(document, path, name, integrations, "integration")
