"""What the environment says when it says no (research 2.4): a status, a code, and a text that nobody may rely on."""

from collections.abc import Mapping

from starlette.responses import JSONResponse, Response

NOT_FOUND_BY_KEY, NOT_FOUND_BY_ID = "0x80060891", "0x80040217"
EXISTS, KEY_VIOLATED, STALE = "0x80040237", "0x80060892", "0x80060882"
PAYLOAD, TOO_LONG, OUT_OF_RANGE = "0x80048d19", "0x80044331", "0x8004432f"
ADDRESS = "0x80060888"
NO_MEMBER, NO_PRIVILEGE = "0x80072560", "0x80040220"
THROTTLED = {"requests": "0x80072322", "time": "0x80072321", "concurrent": "0x80072326"}
"""The three ways of service protection (research 2.5)."""


class Refusal(Exception):
    """A request that was not carried out."""

    def __init__(self, status: int, code: str, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.headers = dict(headers or {})

    @property
    def body(self) -> dict[str, object]:
        """As the Web API writes errors."""
        return {"error": {"code": self.code, "message": self.message}}

    def response(self) -> Response:
        """The answer."""
        return JSONResponse(self.body, self.status, {"OData-Version": "4.0", **self.headers})


def malformed(message: str) -> Refusal:
    """A payload that cannot be read."""
    return Refusal(400, PAYLOAD, f"Error identified in Payload provided by the user: {message}")


def wrong_address(message: str, status: int = 400) -> Refusal:
    """An address that names something that is not there."""
    return Refusal(status, ADDRESS, message)
