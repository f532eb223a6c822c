"""One repository at GitHub, or at a GitHub Enterprise Server: its REST API of version 2022-11-28
(docs.github.com/rest), and what every answer of it may mean.
"""

from collections.abc import Mapping
from typing import Any

from reconciler.clock import Clock
from reconciler.hosts.client import Answer, Ask, Client, Where
from reconciler.hosts.logins import App, AppLogin, Login, TokenFile
from reconciler.runs.host import COMMIT, Code, Refused, Trouble

API = "https://api.github.com"
"""An Enterprise Server's is `https://HOSTNAME/api/v3` ("Getting started with the REST API", for GHES)."""
UNREAD = "the host's list cannot be read"
HEADERS = {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"}


class Repository:
    """One repository, asked with one login: what every request has in common."""

    def __init__(self, where: Where, login: TokenFile | App, clock: Clock) -> None:
        self.owner, _, self.name = where.repository.partition("/")
        self.client = Client(where, HEADERS, clock)
        self._login: Login = AppLogin(login, self.client, clock) if isinstance(login, App) else login

    def get(self, path: str, etag: str = "") -> Answer | Trouble:
        """Read something of the repository."""
        return self._asked(Ask("GET", self._path(path), etag=etag))

    def write(self, method: str, path: str, body: Mapping[str, Any]) -> Answer | Trouble:
        """Change something of it, once."""
        return self._asked(Ask(method, self._path(path), body))

    def pages(self, path: str) -> list[Any] | Answer | Trouble:
        """Read a list of it, whole, or else the answer that is no list."""
        found = self.client.pages(self._path(path), self._login.authorization)
        if isinstance(found, Answer) and found.status == 401 and self._login.forget():
            found = self.client.pages(self._path(path), self._login.authorization)
        return found if isinstance(found, list) else self._judged(found)

    def listed(self, path: str) -> list[dict[str, Any]] | Trouble:
        """The objects of a list, whole."""
        pages = self.pages(path)
        if not isinstance(pages, list):
            return self.trouble(pages)
        found = objects(pages)
        return self.client.later(f"{UNREAD}: {path.partition('?')[0]}") if found is None else found

    def close(self) -> None:
        """Let go of connections."""
        self.client.close()

    def _asked(self, ask: Ask) -> Answer | Trouble:
        """A token that is refused is fetched anew, once: a 401 changed nothing."""
        answer = self.client.ask(ask, self._login.authorization)
        if isinstance(answer, Answer) and answer.status == 401 and self._login.forget():
            answer = self.client.ask(ask, self._login.authorization)
        return self._judged(answer)

    def _judged(self, answer: Answer | Trouble) -> Answer | Trouble:
        """What it means where nobody here has a better word for it: 404, 409 and 422 depend on what was asked."""
        if not isinstance(answer, Answer):
            return answer
        if answer.status == 401:
            hint = "the token has expired, was revoked, or is not one of this host's: make another one"
            return Refused(f"the host refuses the credential: {answer.message}", "credential", hint)
        if answer.status == 403:
            return Refused(f"the host does not allow it: {answer.message}", "forbidden", _permissions(answer))
        if 300 <= answer.status < 400 and answer.status != 304:
            hint = "was it renamed? then name it as it is called now; or does something stand before the host?"
            return Refused(f"the host sends us elsewhere for {self.owner}/{self.name}", "moved", hint)
        return answer

    def id_in(self, body: Any, *names: str) -> str | Trouble:
        """The id of a commit or a tree, somewhere in a body."""
        found = text_at(body, *names)
        return found if COMMIT.fullmatch(found) else self.client.later("the host's answer holds no id")

    def trouble(self, answer: Answer | Trouble) -> Trouble:
        """What is in the way. A 404 is most often a repository that the credential does not see ("Troubleshooting the
        REST API": 404 instead of 403, so as not to say that it is there).
        """
        if not isinstance(answer, Answer):
            return answer
        if answer.status < 400:
            return self.client.later(f"the host's answer is not the one that its API has for this: {answer.message}")
        if answer.status == 404:
            hint = "look at its name, and at which repositories the credential was given"
            return Refused(f"the host shows no repository {self.owner}/{self.name}", "not-found", hint)
        code: Code = "conflict" if answer.status == 409 else "invalid"
        return Refused(f"the host refuses it: {answer.message}", code, "nothing was changed by this request")

    def _path(self, path: str) -> str:
        return f"/repos/{self.owner}/{self.name}{path}"


def text_at(body: Any, *names: str) -> str:
    """A text within objects; empty where there is none."""
    for name in names:
        body = body.get(name) if isinstance(body, dict) else None
    return body if isinstance(body, str) else ""


def objects(pages: list[Any], name: str = "") -> list[dict[str, Any]] | None:
    """The objects of a list's pages, or of the list that each page has under `name`. None where anything else is among
    them: unread is not empty.
    """
    lists = [(page.get(name) if isinstance(page, dict) else None) if name else page for page in pages]
    if not all(isinstance(each, list) for each in lists):
        return None
    found = [each for several in lists for each in several or ()]
    return found if all(isinstance(each, dict) for each in found) else None


def _permissions(answer: Answer) -> str:
    """The permissions that would do, as the host says ("Troubleshooting the REST API", Resource not accessible)."""
    wanted = answer.head.get("x-accepted-github-permissions", "")
    asked = f"it asks for {wanted[:100]}; " if wanted.isascii() and wanted.isprintable() and wanted else ""
    return f"{asked}docs/operations/hosts.md lists the permissions that are needed"
