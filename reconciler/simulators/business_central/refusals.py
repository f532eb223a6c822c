"""What the company says when it says no (research 3): a status, a code, and a text that ends with an id of its own."""

import uuid

from starlette.responses import JSONResponse, Response

NO_COMPANY, NO_RECORD = "Internal_CompanyNotFound", "Internal_RecordNotFound"
EXISTS, CHANGED = "Internal_EntityWithSameKeyExists", "Request_EntityChanged"
NO_RELATION, TOO_LONG = "Internal_InvalidTableRelation", "Application_StringExceededLength"
DIALOG, FIELD = "Application_DialogException", "Application_FieldValidationException"
BAD_TAG, BAD_REQUEST = "BadRequest_InvalidToken", "BadRequest"
NO_USER = "Authentication_InvalidCredentials"
THROTTLED = "Application_TooManyRequests"
"""Which code a 429 has is not known; this one is ours."""


class Refusal(Exception):
    """A request that was not carried out."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = f"{message}  CorrelationId:  {uuid.uuid4()}."

    @property
    def body(self) -> dict[str, object]:
        """As the API writes errors."""
        return {"error": {"code": self.code, "message": self.message}}

    def response(self) -> Response:
        """The answer. None says how long to stay away: no `Retry-After` is documented."""
        return JSONResponse(self.body, self.status)


def unreadable(message: str) -> Refusal:
    """A request that cannot be read."""
    return Refusal(400, BAD_REQUEST, message)


def nothing_there(message: str) -> Refusal:
    """An address that names something that is not there."""
    return Refusal(404, NO_RECORD, message)
