"""What the resolvers of one request know: who asks, and which books they read or change."""

from dataclasses import dataclass
from functools import cached_property

from reconciler.simulators.xledger.books import Books
from reconciler.simulators.xledger.reference import Row, lineage, reach
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

    @property
    def reach(self) -> frozenset[int]:
        """The entities that this token may write to."""
        return reach(self.grant.entity)

    def resolvable(self, kind: str, owner: int) -> tuple[Row, ...]:
        """The rows that a line of `owner` may name."""
        owners = self.reach if kind == "entity" else lineage(owner)
        return self.state.registry.rows(kind, owners)

    def listed(self, *kinds: str) -> list[Row]:
        """Reference data as a listing shows it: of all entities in reach, and what they inherit."""
        self.state.registry.reads += 1
        if self.state.registry.hidden:
            return []
        inherited = frozenset().union(*(lineage(entity) for entity in self.reach))
        return [
            row
            for kind in kinds
            for row in self.state.registry.rows(kind, self.reach if kind == "entity" else inherited)
        ]

    def own(self, rows: dict[int, Row]) -> list[Row]:
        """The rows that belong to an entity in reach."""
        return [row for row in rows.values() if row.owner in self.reach]
