"""Who may ask: API tokens, the entity each is bound to, and the header they come in."""

import re
from dataclasses import dataclass, field
from typing import Self

from reconciler.simulators.xledger.reference import MAIN_ENTITY, entity_ids
from reconciler.simulators.xledger.refusals import Refusal

# The server's own words for anything but this format (research 1.1).
BAD_FORMAT = 'Bad format for API Token. Expected header: "Authorization: token <your-token>"'
_HEADER = re.compile(r"token ([A-Za-z0-9_.=-]+)")


@dataclass(frozen=True, slots=True)
class Grant:
    """A token, the entity where it was made, and whether it lacks write scopes."""

    token: str
    entity: int = MAIN_ENTITY
    read_only: bool = False

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `TOKEN` or `TOKEN@ENTITY`; ValueError for an entity that does not exist."""
        token, _, entity = text.partition("@")
        found = int(entity or MAIN_ENTITY)
        if found not in entity_ids():
            raise ValueError(f"no entity {found}")
        return cls(token, found)


@dataclass
class Tokens:
    """The tokens that are alive; old and new may both be, as during a rotation."""

    grants: dict[str, Grant] = field(default_factory=dict)

    def add(self, grant: Grant) -> None:
        """Accept this token from now on."""
        self.grants[grant.token] = grant

    def revoke(self, token: str) -> bool:
        """Refuse this token from now on; False when it was not alive."""
        return self.grants.pop(token, None) is not None

    def authenticate(self, header: str) -> Grant:
        """The grant behind an `Authorization` header; raises the refusals for a bad format and a dead token."""
        found = _HEADER.fullmatch(header)
        if found is None:
            raise Refusal(BAD_FORMAT)
        grant = self.grants.get(found[1])
        if grant is None:
            raise unknown_token()
        return grant


def unknown_token() -> Refusal:
    """The refusal for a well-formed token that is not alive; its real text and code are unknown (research 1.11)."""
    return Refusal("Invalid API token.", "UNAUTHORIZED")
