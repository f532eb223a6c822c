"""One declaration, two faces: the page of an answer and its JSON twin, the form of a deed and its route of the API.

Decision 0042. Both faces get what they ask for from the same function, so that neither can show what the other hides.
"""

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BaseModel, ConfigDict, Field

from reconciler.portal.drawing import draw
from reconciler.portal.forms import own_form
from reconciler.portal.live import mark_of
from reconciler.portal.problems import REFUSALS
from reconciler.portal.visiting import Visit, visit

PAGES = "/o/{organization}"
TWINS = "/api/v1/organizations/{organization}"


class Done(BaseModel):
    """What a deed did: a key of `texts` with what stands in its words, and the organisation's page that shows it."""

    model_config = ConfigDict(extra="forbid")

    ok: bool = Field(default=True, description="Whether what was tried succeeded; where not, nothing changed.")
    said: str = Field(description="What was done, as a key; keys are only ever added.")
    values: Mapping[str, Any] = Field(default_factory=dict, description="What stands in its words.")
    back: str = Field("", description="The path below the organisation of the page that shows it.")


@dataclass(frozen=True, slots=True)
class Page:
    """An answer, the template that draws it, and where: `path` begins below the organisation.

    `answer` is a plain function; its first parameter is a visit, the others come from the path and the query.
    """

    path: str
    answer: Callable[..., BaseModel]
    template: str


@dataclass(frozen=True, slots=True)
class Deed:
    """A deed: its parameters are a visit, what comes from the path, and `wanted`, a model, where it needs one.

    What it tells once and nobody may keep, a model of its own instead of Done, is drawn by `template` in the answer to
    the form itself: nothing of it is written down, and no other page shows it.
    """

    path: str
    act: Callable[..., BaseModel]
    tags: Sequence[str] = field(default_factory=tuple)
    template: str = ""


def routes(pages: Sequence[Page], deeds: Sequence[Deed] = ()) -> APIRouter:
    """Both faces of each."""
    router = APIRouter()
    for page in pages:
        name = page.answer.__name__
        router.add_api_route(
            PAGES + page.path, _drawn(page), methods=["GET"], response_class=HTMLResponse, include_in_schema=False,
            name=name,
        )  # fmt: skip
        router.add_api_route(
            TWINS + page.path, page.answer, methods=["GET"], name=f"{name}-twin", operation_id=name, responses=REFUSALS,
        )  # fmt: skip
    for deed in deeds:
        name = deed.act.__name__
        router.add_api_route(
            PAGES + deed.path, _posted(deed), methods=["POST"], include_in_schema=False, name=f"{name}-form",
            dependencies=[Depends(own_form)],
        )  # fmt: skip
        router.add_api_route(
            TWINS + deed.path, _told(deed.act, Body()), methods=["POST"], name=f"{name}-twin", operation_id=name,
            dependencies=[Depends(own_form)], responses=REFUSALS,
        )  # fmt: skip
    return router


def _drawn(page: Page) -> Callable[..., Response]:
    """A function that is asked what the answer is asked, and a whole page in one thread: each change costs time."""
    signature = inspect.signature(page.answer)
    whose = next(iter(signature.parameters))

    def drawn(http: Request, **given: Any) -> Response:
        # The mark is asked for first: what changes while the page is made is then found by its script.
        mark = mark_of(given[whose])
        return draw(http, given[whose], page.template, page.answer(**given), mark)

    parameters = [
        inspect.Parameter("http", inspect.Parameter.KEYWORD_ONLY, annotation=Request),
        *(each.replace(kind=inspect.Parameter.KEYWORD_ONLY) for each in signature.parameters.values()),
    ]
    drawn.__signature__ = signature.replace(  # type: ignore[attr-defined]  # FastAPI reads it
        parameters=parameters, return_annotation=Response
    )
    return drawn


def _posted(deed: Deed) -> Callable[..., Response]:
    act = _told(deed.act, Form())

    def shown(request: Request, seen: Annotated[Visit, Depends(visit)], told: Annotated[Any, Depends(act)]) -> Response:
        return draw(request, seen, deed.template, told)

    def posted(seen: Annotated[Visit, Depends(visit)], done: Annotated[Done, Depends(act)]) -> Response:
        if seen.person is not None:
            said = "said" if done.ok else "problem"
            seen.parts.sessions().tell(seen.person.key, {said: done.said, "values": dict(done.values)})
        return RedirectResponse(seen.path + done.back, status_code=303)

    return shown if deed.template else posted


def _told(act: Callable[..., BaseModel], where: Any) -> Callable[..., BaseModel]:
    """The same function with `wanted` coming out of a form, or out of a body of JSON."""
    signature = inspect.signature(act)
    if "wanted" not in signature.parameters:
        return act

    def told(**given: Any) -> BaseModel:
        return act(**given)

    found = [
        each.replace(annotation=Annotated[each.annotation, where]) if name == "wanted" else each
        for name, each in signature.parameters.items()
    ]
    told.__signature__ = signature.replace(parameters=found)  # type: ignore[attr-defined]  # FastAPI reads it
    told.__doc__, told.__name__ = act.__doc__, act.__name__
    return told
