"""How a document is taken back in an outside system that keeps accounts: by another one, with the amounts negated."""

from typing import Literal

from pydantic import Field

from reconciler.specs.models.mapping import TargetName
from reconciler.specs.models.shared import Model


class Reversal(Model):
    """The reversal of a document: the document as it was sent, with a reference and a number of its own, and with the
    amounts negated. What is named nowhere here stays as it was.
    """

    negate: list[TargetName] = Field(min_length=1, description="The fields that change their sign, in every line.")
    date: TargetName = Field(description="The posting date: nothing is taken back in books that are closed.")
    number: TargetName | None = Field(
        None, description="The field that carries our number, where `create` does not name it."
    )
    names: dict[TargetName, Literal["reference", "number"]] = Field(
        default_factory=dict, description="Fields that take the reference or the number of the document taken back."
    )

    @property
    def fields(self) -> list[str]:
        """Every field that is named here."""
        return [*self.negate, self.date, *([self.number] if self.number else []), *self.names]
