"""Target fields are never named without their labels: sentences of others get them put in."""

import re
from collections.abc import Iterable

from reconciler.specs.models.integration_type import DocumentType
from reconciler.specs.sentences import both, norwegian

_TOLD = re.compile(
    r"(?P<quote>['`])(?P<name>[A-Za-z_][\w.]*)(?P=quote)"
    r"|(?<![\w.'(/])(?P<bare>[A-Za-z_]\w*(?:\.\w+)+)(?![\w.])"
)


def labelled(text: str, documents: Iterable[DocumentType]) -> str:
    """`'account.code' is required` becomes `Account (account.code) is required`.

    Names that are plain words are put right only where they stand in quotes: the others are words.
    """
    known = {name: field.label.en for each in documents for name, field in each.fields.items()}

    def told(found: re.Match[str]) -> str:
        name = found["name"] or found["bare"]
        return f"{known[name]} ({name})" if name in known else found[0]

    own = norwegian(text)
    return both(_TOLD.sub(told, text), own and _TOLD.sub(told, own))
