"""A list that comes in pages: where the next one is, and that it is another one.

Unread is not absent: whatever is strange about the way on is a failure of the whole list, never its end. A next page
is asked for at the endpoint's own origin only: the credential goes with the question.
"""

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import quote

from reconciler.adapters.answers import at
from reconciler.adapters.edge import Reply, joined
from reconciler.specs.models.access import Pages

MOST = 50
"""More pages than this under one question is an endless answer."""
LONGEST = 2000
"""Characters of a cursor."""
ODATA = "@odata.nextLink"
"""OData JSON Format 4.01, 4.6.5."""
_VALUE = r'(?:\s*=\s*("(?:[^"\\]|\\.)*"|[^\s;,<"]*))?'
_LINK = re.compile(rf"<([^>]*)>((?:\s*;\s*[^\s=;,<]+{_VALUE})*)\s*(?:,|$)\s*")
_PARAMETER = re.compile(rf";\s*([^\s=;,<]+){_VALUE}")


class Astray(Exception):
    """The way to the next page cannot be followed; the text says why."""


class Walk:
    """The way through the pages of one list. `path` is what to ask for next; None where the list has ended.

    `origin` is the endpoint's address. Without `pages` the list is one page.
    """

    def __init__(self, pages: Pages | None, origin: str, path: str) -> None:
        self._pages = pages
        self._origin = origin
        self._start = path
        self._read = 0
        self._known: set[str] = set()
        numbered = pages is not None and pages.by == "page"
        self.path: str | None = self._numbered(pages.first) if pages and numbered else path
        self._asked: set[str | None] = {self.path}

    @property
    def begun(self) -> bool:
        """Whether a page was read already."""
        return self._read > 0

    def go_on(self, reply: Reply, listed: Sequence[Any]) -> None:
        """Find the next page behind the one that was read, whose items are `listed`. Raises Astray."""
        self._read += 1
        if self._pages is None:
            self.path = None
            return
        items = {json.dumps(each, sort_keys=True) for each in listed}
        if items & self._known:
            raise Astray("an item is on two pages: the list does not move on, or changed while it was read")
        self._known |= items
        self.path = self._next(reply, listed)
        if self.path in self._asked:
            raise Astray("a page leads to a page that was read before")
        if self.path is not None and self._read >= MOST:
            raise Astray(f"the list does not end after {MOST} pages")
        self._asked.add(self.path)

    def _next(self, reply: Reply, listed: Sequence[Any]) -> str | None:
        assert self._pages
        match self._pages.by:
            case "cursor":
                return self._after(at(reply.body, self._pages.next or ""))
            case "page":
                return self._numbered(self._pages.first + self._read) if self._more(reply, listed) else None
            case "link-header":
                return self._linked(next_link(reply.links))
            case "odata":
                return self._linked(reply.body.get(ODATA) if isinstance(reply.body, dict) else None)

    def _after(self, cursor: Any) -> str | None:
        if cursor is None or cursor == "":
            return None
        if not isinstance(cursor, str | int) or isinstance(cursor, bool) or len(str(cursor)) > LONGEST:
            raise Astray("the next page's cursor is no text")
        return self._with(str(cursor))

    def _more(self, reply: Reply, listed: Sequence[Any]) -> bool:
        if self._pages is None or self._pages.total is None:
            return bool(listed)
        total = at(reply.body, self._pages.total)
        if not isinstance(total, int) or isinstance(total, bool):
            raise Astray("the number of pages is no number")
        return self._read < total

    def _numbered(self, number: int) -> str:
        return self._with(str(number))

    def _with(self, value: str) -> str:
        """The first path with the parameter; one that it has already is replaced."""
        assert self._pages
        assert self._pages.parameter
        name = self._pages.parameter
        path, _, query = self._start.partition("?")
        others = [each for each in query.split("&") if each and each.partition("=")[0] != name]
        return path + "?" + "&".join([*others, f"{name}={quote(value, safe='')}"])

    def _linked(self, link: Any) -> str | None:
        if link is None:
            return None
        if not isinstance(link, str) or not link:
            raise Astray("the next page's address is no text")
        here = self.path or self._start
        found = joined(here if here.startswith("http") else f"{self._origin.rstrip('/')}{here}", link)
        if found is None:
            raise Astray("the next page is at another origin")
        return found


def goes_on(reply: Reply) -> bool:
    """Whether an answer says, in one of the ways that all understand, that it is not the whole list."""
    if isinstance(reply.body, dict) and reply.body.get(ODATA):
        return True
    try:
        return next_link(reply.links) is not None
    except Astray:
        return False  # a header that no declaration asked for


def next_link(header: str) -> str | None:
    """The target of `rel=next` in a `Link` header (RFC 8288, 3); None where there is none. Raises Astray for a header
    that cannot be read to its end: it may hold one.
    """
    found = [link for link, relations in _links(header) if "next" in relations]
    if len(found) > 1:
        raise Astray("the Link header leads to two next pages")
    return found[0] if found else None


def _links(header: str) -> Iterator[tuple[str, list[str]]]:
    place, text = 0, header.strip()
    while place < len(text):
        if (link := _LINK.match(text, place)) is None:
            raise Astray("the Link header cannot be read")
        given = [(name.lower(), value.strip('"').lower()) for name, value in _PARAMETER.findall(link[2])]
        yield link[1], next((value.split() for name, value in given if name == "rel"), [])
        place = link.end()
