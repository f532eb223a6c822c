"""One repository at a host's API, asked with one login: what every request has in common, and what every answer may
mean.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from reconciler.clock import Clock
from reconciler.hosts.client import Answer, Ask, Client, Where
from reconciler.hosts.limits import Writes
from reconciler.hosts.logins import App, AppLogin, Login, TokenFile
from reconciler.hosts.reading import objects, text_at
from reconciler.runs.host import COMMIT, Code, Refused, Trouble

Found = TypeVar("Found")
UNREAD = "the host's list cannot be read"
DOCS = "docs/operations/hosts.md lists the permissions that are needed"


@dataclass(frozen=True, slots=True)
class Api:
    """What is a host's own in every request: `below` is where the repository stands in its API."""

    below: str
    writes: Writes
    headers: Mapping[str, str] = field(default_factory=dict)


class Repository:
    """One repository."""

    def __init__(self, where: Where, api: Api, login: TokenFile | App, clock: Clock) -> None:
        self.name = where.repository
        self.client = Client(where, api.headers, clock, api.writes)
        self.login = login
        self._below = api.below
        self._login: Login = AppLogin(login, self.client, clock) if isinstance(login, App) else login

    def get(self, path: str, etag: str = "") -> Answer | Trouble:
        """Read something of the repository."""
        return self.ask(Ask("GET", path, etag=etag))

    def write(self, method: str, path: str, body: Mapping[str, Any]) -> Answer | Trouble:
        """Change something of it, once."""
        return self.ask(Ask(method, path, body))

    def ask(self, ask: Ask) -> Answer | Trouble:
        """One request below the repository. A token that is refused is fetched anew, once: a 401 changed nothing."""
        return self.judged(self.plain(ask))

    def plain(self, ask: Ask) -> Answer | Trouble:
        """The same, and what 401 and 403 mean is the caller's to say."""
        return self.asked(Ask(ask.method, f"{self._below}{ask.path}", ask.body, ask.etag))

    def asked(self, ask: Ask) -> Answer | Trouble:
        """The same, of anything at the host."""
        answer = self.client.ask(ask, self._login.authorization)
        if isinstance(answer, Answer) and answer.status == 401 and self._login.forget():
            return self.client.ask(ask, self._login.authorization)
        return answer

    def pages(self, path: str) -> list[Any] | Answer | Trouble:
        """Read a list of it, whole, or else the answer that is no list."""
        found = self.client.pages(f"{self._below}{path}", self._login.authorization)
        if isinstance(found, Answer) and found.status == 401 and self._login.forget():
            found = self.client.pages(f"{self._below}{path}", self._login.authorization)
        return found if isinstance(found, list) else self.judged(found)

    def listed(self, path: str, name: str = "") -> list[dict[str, Any]] | Trouble:
        """The objects of a list, whole; of the list under `name` where its pages are objects."""
        pages = self.pages(path)
        if not isinstance(pages, list):
            return self.trouble(pages)
        found = objects(pages, name)
        return self.unread(path) if found is None else found

    def entries(self, path: str) -> list[dict[str, Any]] | Answer | Trouble:
        """The same, or else the answer that is no list, which the caller understands."""
        pages = self.pages(path)
        if not isinstance(pages, list):
            return pages
        found = objects(pages)
        return self.unread(path) if found is None else found

    def unread(self, path: str) -> Trouble:
        """What is said of a list whose entries are not what they should be."""
        return self.client.later(f"{UNREAD}: {path.partition('?')[0]}")

    def whole(self, path: str, found: Sequence[Found | None]) -> list[Found] | Trouble:
        """What was read of a list, where all of it was."""
        known = [each for each in found if each is not None]
        return known if len(known) == len(found) else self.unread(path)

    def fingerprint(self) -> bytes:
        """What tells one credential from another, and nothing of it; empty where there is none."""
        header = self._login.authorization()
        return hashlib.sha256(header.encode()).digest() if isinstance(header, str) else b""

    def close(self) -> None:
        """Let go of connections."""
        self.client.close()

    def judged(self, answer: Answer | Trouble) -> Answer | Trouble:
        """What it means where nobody here has a better word for it: 404, 409 and 422 depend on what was asked."""
        if not isinstance(answer, Answer):
            return answer
        if answer.status == 401:
            hint = "the token has expired, was revoked, or is not one of this host's: make another one"
            return Refused(f"the host refuses the credential: {answer.message}", "credential", hint)
        if answer.status == 403:
            return Refused(f"the host does not allow it: {answer.message}", "forbidden", permissions(answer))
        if 300 <= answer.status < 400 and answer.status != 304:
            hint = "was it renamed? then name it as it is called now; or does something stand before the host?"
            return Refused(f"the host sends us elsewhere for {self.name}", "moved", hint)
        return answer

    def id_in(self, body: Any, *names: str) -> str | Trouble:
        """The id of a commit or a tree, somewhere in a body."""
        found = text_at(body, *names)
        return found if COMMIT.fullmatch(found) else self.client.later("the host's answer holds no id")

    def trouble(self, answer: Answer | Trouble) -> Trouble:
        """What is in the way. A 404 is most often a repository that the credential does not see: all three hosts say so
        instead of 403, so as not to say that it is there (GitHub, "Troubleshooting the REST API").
        """
        if not isinstance(answer, Answer):
            return answer
        if answer.status < 400:
            return self.client.later(f"the host's answer is not the one that its API has for this: {answer.message}")
        if answer.status == 404:
            hint = "look at its name, and at which repositories the credential was given"
            return Refused(f"the host shows no repository {self.name}", "not-found", hint)
        code: Code = "conflict" if answer.status == 409 else "invalid"
        return Refused(f"the host refuses it: {answer.message}", code, "nothing was changed by this request")

    def missing(self, number: int, answer: Answer | Trouble) -> Trouble:
        """The same, of something that belongs to a pull request."""
        if isinstance(answer, Answer) and answer.status == 404:
            hint = "look at its number, and at which repositories the credential was given"
            return Refused(f"the host shows no pull request {number} in {self.name}", "not-found", hint)
        return self.trouble(answer)


def permissions(answer: Answer) -> str:
    """The permissions that would do, as the host says (GitHub, "Troubleshooting the REST API")."""
    wanted = answer.head.get("x-accepted-github-permissions", "")
    asked = f"it asks for {wanted[:100]}; " if wanted.isascii() and wanted.isprintable() and wanted else ""
    return f"{asked}{DOCS}"
