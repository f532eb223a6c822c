"""What the API answers where it does not do what was asked: one shape, described once for every route."""

from typing import Any

from pydantic import BaseModel, Field


class FieldProblem(BaseModel):
    """What is wrong with one field; never what was typed, for it may be a secret."""

    field: str
    problem: str = Field(description="A key of `texts`, or what the check is called.")


class Problem(BaseModel):
    """Why a request was not answered."""

    error: str = Field(description="A key; keys are only ever added.")
    message: str = Field(description="The same in English.")
    type: str = Field("", description="Where the engine refused: the name of its error.")
    hint: str = Field("", description="Where the engine refused: what can be done.")
    fields: list[FieldProblem] = Field([], description="Which fields of the request cannot be taken as they are.")


REFUSALS: dict[int | str, dict[str, Any]] = {
    400: {"model": Problem, "description": "What was sent cannot be read."},
    401: {"model": Problem, "description": "Nobody is logged in, or the token does not count."},
    403: {"model": Problem, "description": "Its right is missing, or it did not come from a page of ours."},
    404: {"model": Problem, "description": "There is nothing of that name, or nothing that may be known."},
    409: {"model": Problem, "description": "Not done: as things stand it is refused."},
    413: {"model": Problem, "description": "The request is too large."},
    422: {"model": Problem, "description": "A field cannot be taken as it is."},
    429: {"model": Problem, "description": "Too many requests; `Retry-After` says when the next may come."},
    500: {"model": Problem, "description": "An error of ours; it was written down."},
    503: {"model": Problem, "description": "The database, or what else is needed, does not answer just now."},
}
