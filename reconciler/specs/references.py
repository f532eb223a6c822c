"""The finding that a name leads nowhere, with the name that was probably meant."""

from collections.abc import Collection, Iterator

from reconciler.specs.diagnostic import Diagnostic
from reconciler.specs.documents import Document
from reconciler.specs.models.shared import Model
from reconciler.specs.origin import Path
from reconciler.specs.sentences import say
from reconciler.specs.wording import choice, quoted


def unknown(
    document: Document[Model], path: Path, name: str, known: Collection[str], what: str
) -> Iterator[Diagnostic]:
    """The finding that `name` is none of `known`, if it is not."""
    if name not in known:
        hint = choice(name, sorted(known)) or "add it first"
        yield document.diagnostic(
            "unknown-reference", path, say("there is no {what} {name}", what=what, name=quoted(name)), hint
        )
