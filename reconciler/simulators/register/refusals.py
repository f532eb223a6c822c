"""What the register says when it says no, in the shape that it was told to use (research 7)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.responses import JSONResponse, Response

PROBLEMS = "https://register.example/problems/"


@dataclass(frozen=True, slots=True)
class Complaint:
    """What is wrong with one record: the field, as a dotted path, and what is said of it."""

    field: str
    message: str
    code: str = "INVALID_VALUE"


class Refusal(Exception):
    """A request that was not carried out."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        complaints: tuple[Complaint, ...] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.complaints = complaints
        self.headers = dict(headers or {})

    def response(self, shape: str, status: int | None = None) -> Response:
        """The answer; `status` where the head says another than the body."""
        body, media = written(self, shape)
        return JSONResponse(body, status or self.status, self.headers, media)


def invalid(shape: str, complaints: tuple[Complaint, ...]) -> Refusal:
    """A record with something wrong: 422 with a problem, 400 in the older shapes."""
    first = complaints[0]
    status = 422 if shape == "problem" else 400
    return Refusal(status, first.code, f"{first.field}: {first.message}", complaints=complaints)


def written(refusal: Refusal, shape: str) -> tuple[dict[str, Any], str]:
    """The body and its media type. Only RFC 9457 and `errors` name fields apart from the message."""
    match shape:
        case "problem":
            return _problem(refusal), "application/problem+json"
        case "error":
            return {"error": {"code": refusal.code, "message": refusal.message}}, "application/json"
        case _:
            named = [{"field": each.field, "message": each.message} for each in refusal.complaints]
            return {"errors": named or [{"code": refusal.code, "message": refusal.message}]}, "application/json"


def _problem(refusal: Refusal) -> dict[str, Any]:
    """As the RFC's own example of several mistakes has it (3.): pointers into the body."""
    problem: dict[str, Any] = {
        "type": PROBLEMS + refusal.code.lower().replace("_", "-"),
        "title": refusal.code.replace("_", " ").capitalize(),
        "status": refusal.status,
        "detail": refusal.message,
    }
    if refusal.complaints:
        problem["errors"] = [
            {"detail": each.message, "pointer": "#/" + each.field.replace(".", "/"), "code": each.code}
            for each in refusal.complaints
        ]
    return problem
