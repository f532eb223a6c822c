"""Which page of a list is next, in the ways in which hosts say it: by links (GitHub, "Using pagination in the REST
API"; GitLab, "REST API", Offset-based pagination), or by how many entries there are (Gitea's `x-total-count`).
"""

from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode, urlsplit


def following(head: Mapping[str, str], path: str, page: int, seen: int) -> str | None:
    """The query of the next page; empty where there is none, None where a link cannot be followed."""
    link = _next(head.get("link", ""))
    if link:
        try:
            query = urlsplit(link).query
        except ValueError:
            return None
        plain = link.isascii() and link.isprintable() and " " not in query
        return query if query and plain else None
    total = head.get("x-total-count", "").strip()
    if not (total.isascii() and total.isdigit() and len(total) < 10 and int(total) > seen):
        return ""
    kept = [each for each in parse_qsl(path.partition("?")[2]) if each[0] != "page"]
    return urlencode([*kept, ("page", page + 1)])


def _next(links: str) -> str:
    """The link to the next page (RFC 8288), as the hosts write it: `<address>; rel="next", <address>; rel="last"`."""
    for part in links.split(","):
        address, _, rest = part.strip().partition(">")
        if address.startswith("<") and 'rel="next"' in rest.replace(" ", ""):
            return address[1:]
    return ""
