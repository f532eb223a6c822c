"""How long an organisation keeps content: of categories that exist, and never longer than the category says."""

from collections.abc import Iterator

from reconciler.specs.collection import Catalog
from reconciler.specs.diagnostic import Diagnostic
from reconciler.specs.documents import Document
from reconciler.specs.models.category import DataCategory
from reconciler.specs.models.organization import Organization
from reconciler.specs.models.retention import DEFAULT
from reconciler.specs.references import unknown
from reconciler.specs.scalars import seconds
from reconciler.specs.sentences import say


def check_retention(document: Document[Organization], catalog: Catalog) -> Iterator[Diagnostic]:
    """The findings about `retention` of one organisation. A category that is broken is told of elsewhere."""
    categories = catalog.of(DataCategory)
    for name, wanted in (document.spec.retention or {}).items():
        path = ("retention", name)
        if name in categories:
            allowed = categories[name].spec.retention or DEFAULT
            if seconds(wanted) > seconds(allowed):
                message = say(
                    "{name} is kept for {allowed} at most, and this is {wanted}",
                    name=name,
                    allowed=allowed,
                    wanted=wanted,
                )
                hint = "write less, or leave it out; longer is for the category to say, and for all"
                yield document.diagnostic("retention-longer", path, message, hint)
        elif not catalog.is_broken(DataCategory, name):
            yield from unknown(document, path, name, categories, "data category")
