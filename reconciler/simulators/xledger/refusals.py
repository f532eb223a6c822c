"""What the server says when it says no: `errors[]` with `message`, `code` and `extensions` (research 1.5)."""

from typing import Any

UNHANDLED = "UNHANDLED_ERROR"
INVALID_VALUE = "INVALID_VALUE"


class Refusal(Exception):
    """A request that was not carried out; `status_varies` when the real server answers such with 200 or 400."""

    def __init__(
        self,
        message: str,
        code: str = UNHANDLED,
        extensions: dict[str, Any] | None = None,
        *,
        status_varies: bool = False,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.extensions = extensions
        self.status_varies = status_varies

    def body(self) -> dict[str, Any]:
        """The JSON answer."""
        error: dict[str, Any] = {"message": self.message, "code": self.code}
        if self.extensions is not None:
            error["extensions"] = self.extensions
        return {"data": None, "errors": [error]}


def invalid_value(message: str = "Invalid value.", **extensions: Any) -> Refusal:
    """A bad mutation argument; the default text names neither the field nor the line, so that clients must bisect."""
    return Refusal(message, UNHANDLED, {"code": INVALID_VALUE, **extensions}, status_varies=True)


def wrong_query(message: str) -> Refusal:
    """Query text or variables that do not fit the schema."""
    return Refusal(message, UNHANDLED, {"code": "ARGUMENTS_OF_CORRECT_TYPE"}, status_varies=True)


def timed_out() -> Refusal:
    """The server-side timeout; it says nothing about whether the mutation was committed."""
    return Refusal("Your query timed out.")
