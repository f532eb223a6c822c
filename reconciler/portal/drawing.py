"""From a model to a page: the templates, and the words and moments that they ask for. Every text is escaped."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined
from pydantic import BaseModel

from reconciler.portal.saying import (
    amount,
    away,
    brief,
    calendar,
    capitalized,
    figure,
    foreign,
    is_day,
    is_time,
    last_day,
    lasting,
    moment,
    number,
    part,
    people,
    placed,
    total,
    unsaid,
    within,
)
from reconciler.portal.texts import text
from reconciler.portal.visiting import Visit, by_itself, house_of
from reconciler.specs.languages import Language, day
from reconciler.specs.sentences import spoken

GRAVITY = ("simulator", "sandbox", "production")
STATIC = Path(__file__).parent / "static"


@cache
def environment() -> Environment:
    """One for the process; a name that a template uses and nobody gave is an error."""
    found = Environment(
        loader=PackageLoader("reconciler.portal"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True, enable_async=False, auto_reload=False,
    )  # fmt: skip
    found.globals |= {"static": static, "is_day": is_day, "is_time": is_time}
    found.filters |= {"moment": moment, "brief": brief, "amount": amount, "total": total, "away": away, "day": day}
    found.filters |= {"gravest": gravest}
    found.filters |= {"number": number, "part": part, "figure": figure}
    found.filters |= {"lasting": lasting, "placed": placed, "last_day": last_day, "within": within}
    found.filters |= {"calendar": calendar, "capitalize_first": capitalized}
    found.filters |= {"spoken": spoken, "foreign": foreign, "unsaid": unsaid, "people": people}
    return found


@cache
def static(name: str) -> str:
    """The path of a file that browsers may keep for ever: another content has another path."""
    return f"/static/{hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:16]}/{name}"


def gravest(environments: Sequence[str]) -> str:
    """The one of an installation's environments in which a mistake is worst."""
    return max(environments, key=GRAVITY.index, default=GRAVITY[0])


def draw(request: Request, visit: Visit, template: str, found: BaseModel, mark: str = "") -> HTMLResponse:
    """A page of an organisation as it stood at `mark`. What waited to be said is said, once, and to a person."""
    told: Sequence[Mapping[str, Any]] = ()
    if visit.person is not None and visit.person.session.told and not by_itself(request):
        told = visit.person.session.told
        visit.parts.sessions().told(visit.person.key)
    return page(
        request, template, visit.language, visit=visit, found=found, told=told, csrf=_csrf(visit), title_key=template,
        mark=mark,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Texts:
    """What templates call `t`: the words of a key, and the language that they are in."""

    language: Language

    def __call__(self, key: str, **values: Any) -> str:
        return text(key, self.language, **values)


def page(request: Request, template: str, language: Language, status: int = 200, **values: Any) -> HTMLResponse:
    """Any page."""
    house = house_of(request)
    given = {
        "t": Texts(language),
        "language": language,
        "house": house,
        "now": house.now,
        "path": request.url.path,
        "visit": None,
        "told": (),
        "csrf": "",
        "mark": "",
        **values,
    }
    return HTMLResponse(environment().get_template(template).render(given), status_code=status)


def _csrf(visit: Visit) -> str:
    return visit.person.session.csrf if visit.person else ""
