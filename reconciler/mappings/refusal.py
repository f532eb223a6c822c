"""Why a record does not become a document, as a value that names the target field and the rule."""

from dataclasses import dataclass

from reconciler.specs.origin import Path


@dataclass(frozen=True, slots=True)
class Refusal:
    """No document: `message` for a person, the target `field`, and `path`, the rule within the mapping's spec."""

    message: str
    field: str
    path: Path


class CannotRenderError(Exception):
    """Raised by a compiled rule; `render` turns it into a Refusal."""


class ClashError(Exception):
    """A static type clash; `diagnostic` is the id of the finding."""

    def __init__(self, diagnostic: str, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.diagnostic = diagnostic
        self.message = message
        self.hint = hint
