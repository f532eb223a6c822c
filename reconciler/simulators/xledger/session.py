"""What the resolvers of one request know: who asks, and which books they read or change."""

from dataclasses import dataclass
from functools import cached_property

from reconciler.simulators.xledger import reference
from reconciler.simulators.xledger.books import Books
from reconciler.simulators.xledger.reference import Row
from reconciler.simulators.xledger.state import State
from reconciler.simulators.xledger.tokens import Grant


@dataclass
class Session:
    """One request; it never outlives it."""

    state: State
    grant: Grant

    @cached_property
    def visible(self) -> Books:
        """The books as queries see them, which may lag; asked once per request, so that a page is consistent."""
        return self.state.books_for_reading()

    @cached_property
    def draft(self) -> Books:
        """The books that a mutation changes."""
        return self.state.books.copy()

    def commit(self) -> None:
        """Make the changes of this request the books; nothing when it changed nothing."""
        if "draft" in self.__dict__:
            self.state.books = self.draft

    def reference_rows(self, kind: str) -> tuple[Row, ...]:
        """Reference data in the token's scope."""
        return reference.rows(kind, self.grant.entity)

    def own(self, rows: dict[int, Row]) -> list[Row]:
        """The rows that belong to the token's entity."""
        return [row for row in rows.values() if row.owner == self.grant.entity]
