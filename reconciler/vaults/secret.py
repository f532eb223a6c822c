"""A secret in memory. Prints as dots; gives its value only to who says `reveal`; cannot be printed, compared, copied,
pickled or serialised by accident."""

from collections.abc import Mapping
from typing import NoReturn

SHORTEST_HINT = 16
"""Below this length even four characters are too much to show (design.md 4.18)."""
DOTS = "••••••••"


class Secret:
    """The fields of one credential."""

    __slots__ = ("_fields",)

    def __init__(self, fields: Mapping[str, str]) -> None:
        self._fields = dict(fields)

    def reveal(self) -> dict[str, str]:
        """The values. Only an adapter that opens a connection, and a store, may ask."""
        return dict(self._fields)

    @property
    def names(self) -> frozenset[str]:
        """The names of the fields, which are no secret."""
        return frozenset(self._fields)

    @property
    def hint(self) -> str:
        """`••••••••abcd`, from the longest field where it is long enough; dots alone where none is."""
        longest = max(self._fields.values(), key=len, default="")
        return f"{DOTS}{longest[-4:]}" if len(longest) >= SHORTEST_HINT and longest[-4:].isalnum() else DOTS

    def __repr__(self) -> str:
        return f"Secret({DOTS})"

    def __format__(self, _spec: str) -> str:
        return repr(self)

    def __eq__(self, _other: object) -> NoReturn:
        raise TypeError("secrets are compared by their keyed fingerprints")

    __hash__ = None  # type: ignore[assignment] # a set of secrets would compare them

    def __reduce_ex__(self, _protocol: object) -> NoReturn:
        raise TypeError("a Secret is never pickled or copied")

    def __getstate__(self) -> NoReturn:
        raise TypeError("a Secret shows its state to nobody")

    def __dir__(self) -> list[str]:
        return ["hint", "names", "reveal"]
