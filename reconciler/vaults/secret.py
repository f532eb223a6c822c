"""A secret in memory: prints as dots, compares by fingerprint, and gives its value only to who says `reveal`."""

from collections.abc import Mapping

SHORTEST_HINT = 16
"""Below this length even four characters are too much to show (design.md 4.18)."""


class Secret:
    """The fields of one credential."""

    __slots__ = ("_fields",)

    def __init__(self, fields: Mapping[str, str]) -> None:
        self._fields = dict(fields)

    def reveal(self) -> dict[str, str]:
        """The values. Only an adapter that opens a connection, and a store that encrypts, may ask."""
        return dict(self._fields)

    @property
    def hint(self) -> str:
        """`••••••••abcd`, from the last field that is long enough; dots alone where none is."""
        longest = max(self._fields.values(), key=len, default="")
        return f"••••••••{longest[-4:]}" if len(longest) >= SHORTEST_HINT else "••••••••"

    def __repr__(self) -> str:
        return "Secret(••••••••)"

    def __reduce__(self) -> str:
        raise TypeError("a Secret is never serialised")
