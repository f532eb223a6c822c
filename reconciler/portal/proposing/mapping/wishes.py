"""What is asked of the editor: to look, to check and keep as a draft, to save and go on; by a form or as JSON."""

from dataclasses import dataclass
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.datastructures import FormData

from reconciler.portal.drawing import draw
from reconciler.portal.forms import FIELD, own_form
from reconciler.portal.problems import REFUSALS
from reconciler.portal.proposing.mapping.answers import EditorPage, editor
from reconciler.portal.proposing.mapping.desk import Desk, at_version, opened
from reconciler.portal.proposing.mapping.posted import gathered
from reconciler.portal.proposing.mapping.previews import test_of
from reconciler.portal.proposing.mapping.sheet import Sheet, spec_of, whole
from reconciler.portal.refusals import NotThere, Refused
from reconciler.portal.twins import PAGES, TWINS
from reconciler.portal.visiting import Name, Proposes, Visit
from reconciler.specs.yaml import DEEPEST

PATH = "/mappings/{name}/edit"
MOST_FIELDS = 20_000
"""Of one form. How many bytes it may have is said elsewhere; a large lookup has a thousand rows."""
OPENED = "open"
OWN = (FIELD, "draft", "version", "base", "do", OPENED)
MOST_OPENED = 50
"""Rows that show all of their fields at once."""
Do = Literal["look", "check", "save"]


class Wanted(BaseModel):
    """A mapping as it shall be."""

    model_config = ConfigDict(extra="forbid")

    do: Do = Field("check", description="look: keep nothing; check: keep it as a draft; save: the same, and go on.")
    draft: UUID | None = Field(None, description="The draft that is changed; a new one where there is none.")
    version: int = Field(1, description="Its version that was looked at.")
    base: Annotated[str, Field(pattern="^([0-9a-f]{40}|[0-9a-f]{64})?$")] = Field(
        "", description="Without a draft: the commit that was looked at."
    )
    spec: dict[str, Any] = Field(description="The spec; every scalar is text.")


@dataclass(frozen=True, slots=True)
class Form:
    """The fields of a form of the editor's page; `test` is the number of a preview that shall become a test, `opened`
    are the rows that show all of their fields, the one that was asked for last.
    """

    do: Do
    draft: UUID | None
    version: int
    base: str
    sheet: Sheet
    test: int | None = None
    opened: tuple[str, ...] = ()


async def whole_form(request: Request) -> FormData:
    """The form, read before anybody asks for it with the framework's own bound of fields."""
    return await request.form(max_fields=MOST_FIELDS, max_files=0)


def edit_form(
    request: Request, visit: Proposes, name: Name, given: Annotated[FormData, Depends(whole_form)]
) -> Response:
    """The editor's page again, or the draft's where it was saved."""
    form = _read(given)
    desk = opened(visit, name, form.draft, form.base)
    at_version(desk, form.version)
    posted = spec_of(form.sheet, desk.edited.spec)
    if posted.mistakes:
        return draw(request, visit, "mapping.html", editor(desk, whole(form.sheet), posted.mistakes, form.opened))
    found = desk.saying(_with_test(desk, posted.spec, form.test))
    kept = found if form.do == "look" else found.kept()
    if form.do == "save" and kept.saved:
        _say(visit, "mapping.saved", name)
        return RedirectResponse(f"{visit.path}/drafts/{kept.draft.id}", status_code=303)
    return draw(request, visit, "mapping.html", editor(kept, opened=form.opened))


def edit_mapping(visit: Proposes, name: Name, wanted: Wanted) -> EditorPage:
    """Look at, or keep as a draft, what a mapping shall say."""
    desk = opened(visit, name, wanted.draft, wanted.base)
    at_version(desk, wanted.version)
    found = desk.saying(_texts(wanted.spec))
    return editor(found if wanted.do == "look" else found.kept())


def router() -> APIRouter:
    """Both faces."""
    found = APIRouter()
    found.add_api_route(
        PAGES + PATH, edit_form, methods=["POST"], include_in_schema=False, response_model=None,
        dependencies=[Depends(whole_form), Depends(own_form)],
    )  # fmt: skip
    found.add_api_route(
        TWINS + PATH, edit_mapping, methods=["POST"], operation_id="edit_mapping", dependencies=[Depends(own_form)],
        responses=REFUSALS,
    )  # fmt: skip
    return found


def _read(given: FormData) -> Form:
    """Raises Refused for what no page of ours posts."""
    fields = [(key, value) for key, value in given.multi_items() if isinstance(value, str)]
    own = {key: value for key, value in fields if key in OWN}
    do, _, test = own.get("do", "check").partition(":")
    opened = [value for key, value in fields if key == OPENED]
    if do == "open":
        do, opened, test = "look", [*(each for each in opened if each != test), test], ""
    if do not in ("look", "check", "save", "test") or (do == "test") != test.isdigit() or len(test) > 1:
        raise Refused
    try:
        wanted = Wanted.model_validate(
            {"do": "check" if do == "test" else do, "draft": own.get("draft") or None, "spec": {}}
            | {key: own[key] for key in ("version", "base") if own.get(key)}
        )
    except ValidationError as error:
        raise Refused from error
    sheet = gathered((key, value) for key, value in fields if key not in OWN)
    return Form(
        wanted.do, wanted.draft, wanted.version, wanted.base, sheet, int(test) if test else None,
        tuple(opened[-MOST_OPENED:]),
    )  # fmt: skip


def _with_test(desk: Desk, spec: dict[str, Any], number: int | None) -> dict[str, Any]:
    if number is None:
        return spec
    compiled = desk.saying(spec).compiled()
    made = test_of(compiled, number) if compiled is not None else None
    if made is None:
        raise NotThere
    return {**spec, "tests": [*spec.get("tests", []), made]}


def _texts(value: Any, left: int = DEEPEST) -> Any:
    """A tree as specs are read: a number and a truth are the text that YAML has for them. Raises Refused."""
    if left == 0:
        raise Refused
    if isinstance(value, dict):
        return {str(key): _texts(each, left - 1) for key, each in value.items()}
    if isinstance(value, list):
        return [_texts(each, left - 1) for each in value]
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if value is None else str(value)


def _say(visit: Visit, said: str, name: str) -> None:
    if visit.person is not None:
        visit.parts.sessions().tell(visit.person.key, {"said": said, "values": {"name": name}})
