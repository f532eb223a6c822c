"""Whether what is posted comes from a page of ours: the session's own word in it, and where the browser has it from."""

import secrets
from typing import Annotated

from fastapi import Depends, Request

from reconciler.portal.refusals import Elsewhere
from reconciler.portal.visiting import SAFE, Person, house_of, person_if_any, token_of

FIELD, HEADER = "csrf", "x-csrf"


async def own_form(request: Request, person: Annotated[Person | None, Depends(person_if_any)]) -> None:
    """Raises Elsewhere. Of a program with a token no cookie counts, so that nobody else's page can use one. Another
    `Authorization` than a token is what a browser sends by itself, to a proxy that asks for a password.
    """
    if request.method in SAFE or token_of(request) is not None:
        return
    origin = request.headers.get("origin", "")
    if origin and origin != house_of(request).portal.address:
        raise Elsewhere
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise Elsewhere
    given = request.headers.get(HEADER, "")
    if not given and request.headers.get("content-type", "").startswith(
        ("application/x-www-form-urlencoded", "multipart/form-data")
    ):
        form = await request.form()
        given = str(form.get(FIELD, ""))
    if person is None or not secrets.compare_digest(given.encode(), person.session.csrf.encode()):
        raise Elsewhere
