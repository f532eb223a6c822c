"""A credential on its way: it becomes a header as a request leaves, and is taken out of whatever comes back.

No frame that can fail holds its value, and no answer brings it to a person, a log or the database: outside systems do
quote what they refuse.
"""

import base64
import html
import json
import logging
import re
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import quote

import httpx

from reconciler.runs.keeping import Secret

DOTS = "••••••••"
_ESCAPE = re.compile("%[0-9A-F]{2}")
SHORTEST = 8
"""Characters. What is shorter is no credential, and would stand in answers by chance."""


class CredentialHeaders(Mapping[str, str]):
    """The header that carries a credential: made anew whenever it is asked for. Prints as dots."""

    _known: tuple[tuple[str, ...], list[str]] = (), []
    """What was hidden when its forms were last found, and they: an answer of many parts asks for them with each."""

    def __init__(self, name: str, form: str, secret: Secret) -> None:
        self._name = name
        self._form = form
        self._secret = secret

    def __getitem__(self, name: str) -> str:
        if name != self._name:
            raise KeyError(name)
        return self._form.format_map(self._secret.reveal())

    def __iter__(self) -> Iterator[str]:
        return iter((self._name,))

    def __len__(self) -> int:
        return 1

    def hidden(self) -> Iterator[str]:
        """Everything of the credential that must not come back."""
        yield from self.values()
        yield from self._secret.reveal().values()

    def forms(self) -> list[str]:
        """Everything that must not come back, in every form; the longest first."""
        hidden = tuple(self.hidden())
        if self._known[0] != hidden:
            self._known = hidden, _every_form(hidden)
        return self._known[1]

    def __repr__(self) -> str:
        return f"CredentialHeaders({self._name}: {DOTS})"


class NoHeaders(CredentialHeaders):
    """A credential that no header carries, and that must not come back all the same."""

    def __init__(self, secret: Secret) -> None:
        super().__init__("", "", secret)

    def __getitem__(self, name: str) -> str:
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return iter(())


class BasicHeaders(CredentialHeaders):
    """HTTP basic authentication (RFC 7617); `username` and `password` name fields of the credential."""

    def __init__(self, username: str, password: str, secret: Secret) -> None:
        super().__init__("Authorization", "", secret)
        self._fields = (username, password)

    def __getitem__(self, name: str) -> str:
        if name != self._name:
            raise KeyError(name)
        return (
            "Basic "
            + base64.b64encode(":".join(self._secret.reveal()[each] for each in self._fields).encode()).decode()
        )


class AsItLeaves(httpx.Auth):
    """Puts headers, and a form, on a request at the last moment: what prepares a request never has them."""

    def __init__(self, headers: Mapping[str, str], form: Callable[[], Mapping[str, str]] | None = None) -> None:
        self._headers = headers
        self._form = form

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """See httpx."""
        request.headers.update(self._headers)
        if self._form is None:
            yield request
        else:
            kept = {name: value for name, value in request.headers.items() if name != "content-length"}
            yield httpx.Request(
                request.method, request.url, headers=kept, data=self._form(), extensions=request.extensions
            )


def cleaned(value: Any, headers: Mapping[str, str]) -> Any:
    """Text, or a tree of JSON, with dots for what the headers carry, in the forms that answers quote it in.

    Raises RecursionError for a tree that is nested too deeply.
    """
    return _cleaned(value, _forms(headers)) if value else value  # finding the forms is what costs


def holds_nothing(content: bytes, headers: Mapping[str, str]) -> bool:
    """Whether it is plain to see that JSON quotes nothing of what the headers carry: then no value has to be looked at.

    Only where nothing is escaped does the text hold what the values hold, letter by letter.
    """
    if b"\\" in content or json.detect_encoding(content) != "utf-8":
        return False
    text = content.decode("utf-8", "replace")
    return not any(form in text for form in _forms(headers))


def hush() -> None:
    """Keep the words of an answer's head out of the libraries' logs: a peer may quote there what it was sent."""
    logging.getLogger("httpx").addFilter(_without_words)
    logging.getLogger("httpcore.http11").addFilter(_without_heads)


def _without_words(record: logging.LogRecord) -> bool:
    """`HTTP Request: POST URL "HTTP/1.1 200 OK"`, its last argument being the peer's own words."""
    if isinstance(record.args, tuple) and len(record.args) == 5:
        record.args = (*record.args[:4], "")
    return True


def _without_heads(record: logging.LogRecord) -> bool:
    """No heads, and no failures, which repeat the line that could not be read."""
    message = record.getMessage()
    return not message.startswith("receive_response_headers.") and ".failed " not in message


def _cleaned(value: Any, forms: list[str]) -> Any:
    if isinstance(value, str):
        for form in forms:
            value = value.replace(form, DOTS)
        return value
    if isinstance(value, list):
        return [_cleaned(item, forms) for item in value]
    if isinstance(value, dict):
        return {_cleaned(key, forms): _cleaned(item, forms) for key, item in value.items()}
    return value


def _forms(headers: Mapping[str, str]) -> list[str]:
    return headers.forms() if isinstance(headers, CredentialHeaders) else _every_form(headers.values())


def _every_form(hidden: Iterable[str]) -> list[str]:
    """Each value, and each part of it that follows a blank, in every form; the longest first."""
    parts = {part for value in hidden for part in _parts(value) if len(part) >= SHORTEST}
    return sorted({form for part in parts for form in _written(part)}, key=len, reverse=True)


def _parts(value: str) -> Iterator[str]:
    while value:
        yield value
        value = value.partition(" ")[2]


def _written(part: str) -> Iterator[str]:
    """As it is; as JSON, JSON within JSON, an address, a page, a message of Python and a dump of bytes write it."""
    yield part
    once = json.dumps(part)[1:-1]
    yield once
    yield json.dumps(once)[1:-1]
    for quoted in (quote(part, safe=""), quote(part)):
        yield quoted
        yield _ESCAPE.sub(lambda escape: escape[0].lower(), quoted)
    yield html.escape(part)
    yield html.escape(part, quote=False)
    content = part.encode()
    yield repr(content)[2:-1]
    yield base64.b64encode(content).decode().rstrip("=")
    yield base64.urlsafe_b64encode(content).decode().rstrip("=")
    yield content.hex()
    yield content.hex().upper()
