"""How an outside system shows what it holds under references of ours, for those who compare it with the ledger."""

from typing import Annotated

from pydantic import Field, model_validator

from reconciler.specs.models.access import AnswerPath, Count, Pages, UrlPath
from reconciler.specs.models.mapping import TargetName
from reconciler.specs.models.shared import Model, OneOf
from reconciler.specs.scalars import Name, Text


class Listing(OneOf):
    """How a list there is read, one item per line of a document.

    A query or path may ask for the window: `from` and `to` are local days, `from_local` and `to_local` local midnights
    without a zone, `from_utc` and `to_utc` the same moments of UTC; `to_*` is the first moment after the window.
    """

    query: Text | None = Field(None, description="With `graphql`: takes the window as variables, and `after`.")
    path: UrlPath | None = Field(None, description="Settings and the window in braces.")
    items: AnswerPath = Field(description="The list in the answer.")
    pages: Pages | None = Field(None, description="With `path`: how the list goes on, where it has pages.")
    id: AnswerPath = Field(description="Where in each item the system's id stands.")
    amount: AnswerPath | None = Field(None, description="Where the amount stands, to be compared.")

    @classmethod
    def alternatives(cls) -> tuple[str, ...]:
        return ("query", "path")

    @model_validator(mode="after")
    def _paged(self) -> "Listing":
        if self.pages is not None and self.path is None:
            raise ValueError("`pages` of a list go with `path`")
        return self


class Place(Listing):
    """A list of documents there, as `Listing` has it. What has no reference of ours is left out by us."""

    name: Name = Field(description="A name for this place.")
    key: AnswerPath = Field(description="Where in each item our reference stands.")
    number: AnswerPath | None = Field(
        None, description="Where our number stands, so that an adopted document keeps it."
    )
    fields: dict[TargetName, AnswerPath] = Field(
        default_factory=dict, description="Fields of the document that can be read there, to be compared."
    )


class HeldDocuments(Listing):
    """The list of all documents of a window, whoever sent them: what a run that only observes is compared with."""

    document: AnswerPath | None = Field(
        None, description="By what lines are one document, such as its number there; left out: each is one by itself."
    )
    reference: AnswerPath | None = Field(None, description="Where our reference would stand.")
    day: AnswerPath | None = Field(None, description="Where the document's date stands.")
    account: AnswerPath | None = Field(None, description="Where the account or kind stands, to be compared.")


class Reconcile(Model):
    """How sent documents are compared with what stands there. Without places each reference is asked for by itself."""

    requests: Annotated[Count, Field(description="The most requests that one comparison makes.")] = 20
    places: list[Place] = Field(
        default_factory=list,
        description="Lists of what stands there, a final place before one that documents leave for it.",
    )
    holdings: Annotated[
        HeldDocuments | None,
        Field(description="The list of all documents there, with which a run that only observes is compared."),
    ] = None

    @property
    def listings(self) -> list[Listing]:
        """Every list that is declared."""
        return [*self.places, *([self.holdings] if self.holdings else [])]
