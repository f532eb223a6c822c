"""GitHub's REST API of version 2022-11-28 as far as we use it, over a real git repository.

Statuses, messages and headers are those of the published pages (docs.github.com/rest). What it does not know answers
501, and the test that asked for it fails.
"""

import base64
import hashlib
import json
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import unquote

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from parts.hosts.repository import BareRepository, GitError
from reconciler.clock import Clock

HOUR = timedelta(hours=1)
SHA = "[0-9a-f]{40}"


@dataclass
class Said(Exception):
    """An answer that ends a request."""

    status: int
    body: Any
    head: dict[str, str] = field(default_factory=dict)


@dataclass
class Fault:
    """What happens to the next `times` requests that fit. `after` says that the request is carried out all the same."""

    method: str
    path: str
    answer: Said
    after: bool = False
    times: int = 1


@dataclass
class Asked:
    """One request, read."""

    method: str
    path: str
    query: dict[str, str]
    head: dict[str, str]
    body: Any


def refused(status: int, message: str, *errors: dict[str, str], **head: str) -> Said:
    body = {"message": message, "documentation_url": "https://docs.github.com/rest", "status": str(status)}
    return Said(status, {**body, **({"errors": list(errors)} if errors else {})}, {**head})


def invalid(resource: str, name: str, message: str, code: str = "custom") -> Said:
    return refused(422, "Validation Failed", {"resource": resource, "code": code, "field": name, "message": message})


NOT_FOUND = (404, "Not Found")


class GitHubApi:
    """The API, its switches, and its books."""

    def __init__(self, repository: BareRepository, clock: Clock, name: str = "forbund/config") -> None:
        self.repository, self.clock, self.name = repository, clock, name
        self.tokens: dict[str, datetime | None] = {"github_pat_of_the_tests": None}
        """Tokens, and when each ends."""
        self.app: tuple[str, str, RSAPublicKey] | None = None
        """Id, installation and public key of the App that is installed."""
        self.forbidden: set[str] = set()
        """Permissions that no token has."""
        self.statuses: dict[str, list[dict[str, Any]]] = {}
        self.pulls: list[dict[str, Any]] = []
        self.asked: list[tuple[str, str]] = []
        self.faults: list[Fault] = []
        self.remaining = 5000
        self.reset = clock.now() + HOUR
        self.page = 100
        """Entries of a page at most."""
        self.url = ""
        """Its own address, for links."""
        self._lock = threading.Lock()

    def application(self) -> Starlette:
        return Starlette(
            routes=[Route("/{path:path}", self._answer, methods=["GET", "POST", "PATCH", "PUT", "DELETE"])]
        )

    def fail(self, method: str, path: str, answer: Said, *, after: bool = False, times: int = 1) -> None:
        self.faults.append(Fault(method, path, answer, after, times))

    def count(self, method: str, path: str) -> int:
        """How many requests fit."""
        return sum(1 for how, where in self.asked if how == method and re.search(path, where))

    async def _answer(self, request: Request) -> Response:
        content = await request.body()
        path = unquote(request.scope["raw_path"].decode())
        asked = Asked(request.method, path, dict(request.query_params), dict(request.headers), content)
        return await run_in_threadpool(self._said, asked)

    def _said(self, asked: Asked) -> Response:
        with self._lock:
            self.asked.append((asked.method, asked.path))
            head = {"Date": self.clock.now().strftime("%a, %d %b %Y %H:%M:%S GMT")}
            try:
                said = self._faulty(asked)
            except Said as refusal:
                said = refusal
            return self._response(asked, said, head)

    def _response(self, asked: Asked, said: Said, head: dict[str, str]) -> Response:
        plain = isinstance(said.body, bytes)
        content = said.body if plain else json.dumps(said.body).encode()
        head |= {"Content-Type": "text/html" if plain else "application/json; charset=utf-8"}
        if asked.method == "GET" and said.status == 200:
            head["ETag"] = f'W/"{hashlib.sha256(content).hexdigest()}"'
            if asked.head.get("if-none-match") == head["ETag"]:
                return Response(b"", 304, {**head, **self._rate()})
        self.remaining = max(self.remaining - 1, 0)
        return Response(content, said.status, {**head, **self._rate(), **said.head})

    def _rate(self) -> dict[str, str]:
        reset = str(int(self.reset.timestamp()))
        return {"X-RateLimit-Limit": "5000", "X-RateLimit-Remaining": str(self.remaining), "X-RateLimit-Reset": reset}

    def _faulty(self, asked: Asked) -> Said:
        for fault in self.faults:
            if fault.times and re.fullmatch(fault.method, asked.method) and re.search(fault.path, asked.path):
                fault.times -= 1
                if fault.after:
                    self._carried_out(asked)
                return fault.answer
        return self._carried_out(asked)

    def _carried_out(self, asked: Asked) -> Said:
        if self.clock.now() >= self.reset:
            self.remaining, self.reset = 5000, self.clock.now() + HOUR
        if self.remaining == 0:
            raise refused(403, "API rate limit exceeded for installation ID 7.")
        if not asked.head.get("user-agent"):
            raise refused(403, "Request forbidden by administrative rules.")
        if asked.head.get("x-github-api-version") != "2022-11-28":
            raise refused(400, "The version is not supported.")
        if asked.body:
            try:
                asked.body = json.loads(asked.body)
            except ValueError:
                raise refused(400, "Problems parsing JSON") from None
        if asked.path.startswith("/app/"):
            return self._token(asked)
        self._authorize(asked)
        base = f"/repos/{self.name}"
        if not asked.path.lower().startswith(f"{base}/".lower()):
            raise refused(*NOT_FOUND)
        return self._route(asked, asked.path[len(base) :])

    def _authorize(self, asked: Asked) -> None:
        scheme, _, token = asked.head.get("authorization", "").partition(" ")
        if scheme not in ("Bearer", "token") or token not in self.tokens:
            raise refused(401, "Bad credentials")
        if (until := self.tokens[token]) is not None and self.clock.now() >= until:
            raise refused(401, "Bad credentials")

    def _needs(self, permission: str) -> None:
        if permission in self.forbidden:
            head = {"X-Accepted-GitHub-Permissions": permission}
            raise refused(403, "Resource not accessible by integration", **head)

    def _token(self, asked: Asked) -> Said:
        match = re.fullmatch("/app/installations/([^/]+)/access_tokens", asked.path)
        if match is None or asked.method != "POST":
            raise Said(501, {"message": f"the tests' GitHub has no {asked.method} {asked.path}"})
        self._verify(asked.head.get("authorization", ""))
        assert self.app is not None
        if match[1] != self.app[1]:
            raise refused(404, "Not Found")
        token = f"ghs_{hashlib.sha256(str(len(self.tokens)).encode()).hexdigest()[:36]}"
        self.tokens[token] = self.clock.now() + HOUR
        return Said(201, {"token": token, "expires_at": self.tokens[token].strftime("%Y-%m-%dT%H:%M:%SZ")})

    def _verify(self, header: str) -> None:
        """The JWT: its signature, its issuer, its times."""
        unreadable = refused(401, "A JSON web token could not be decoded")
        try:
            head, claims, signature = header.removeprefix("Bearer ").split(".")
            said, claimed = (json.loads(_unpacked(each)) for each in (head, claims))
        except ValueError:
            raise unreadable from None
        if self.app is None or said.get("alg") != "RS256" or claimed.get("iss") != self.app[0]:
            raise refused(401, "Integration not found") if said.get("alg") == "RS256" else unreadable
        try:
            self.app[2].verify(_unpacked(signature), f"{head}.{claims}".encode(), PKCS1v15(), hashes.SHA256())
        except InvalidSignature:
            raise unreadable from None
        now = self.clock.now().timestamp()
        if claimed["exp"] > now + 600:
            raise refused(401, "'Expiration time' claim ('exp') is too far in the future")
        if claimed["exp"] < now or claimed["iat"] > now:
            raise refused(
                401, "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued"
            )

    def _route(self, asked: Asked, path: str) -> Said:
        routes: list[tuple[str, str, Callable[..., Said]]] = [
            ("GET", f"/commits/({SHA})/status", self._combined),
            ("POST", "/statuses/([^/]+)", self._status),
            ("GET", "/git/ref/heads/(.+)", self._ref),
            ("POST", "/git/refs", self._new_ref),
            ("PATCH", "/git/refs/heads/(.+)", self._moved_ref),
            ("GET", f"/git/commits/({SHA})", self._commit),
            ("POST", "/git/commits", self._new_commit),
            ("POST", "/git/trees", self._new_tree),
            ("GET", "/pulls", self._pulls),
            ("POST", "/pulls", self._new_pull),
            ("GET", r"/pulls/(\d+)/commits", self._pull_commits),
        ]
        for method, pattern, carry_out in routes:
            if method == asked.method and (match := re.fullmatch(pattern, path)):
                return carry_out(asked, *match.groups())
        raise Said(501, {"message": f"the tests' GitHub has no {asked.method} {path}"})

    def _combined(self, asked: Asked, sha: str) -> Said:
        self._needs("statuses=read")
        if not self.repository.has(sha):
            raise refused(422, f"No commit found for SHA: {sha}")
        latest = {each["context"].lower(): each for each in self.statuses.get(sha, [])}
        listed, head = self._paged(asked, list(latest.values()))
        return Said(200, {"state": "pending", "sha": sha, "total_count": len(latest), "statuses": listed}, head)

    def _status(self, asked: Asked, sha: str) -> Said:
        self._needs("statuses=write")
        body = asked.body
        if body.get("state") not in ("error", "failure", "pending", "success"):
            raise invalid("Status", "state", "state is not included in the list")
        if len(body.get("description") or "") > 140:
            raise invalid("Status", "description", "description is too long (maximum is 140 characters)")
        if not self.repository.has(sha):
            raise refused(422, f"No commit found for SHA: {sha}")
        made = {name: body.get(name) for name in ("state", "description", "target_url")}
        self.statuses.setdefault(sha, []).append({**made, "context": body.get("context", "default")})
        return Said(201, self.statuses[sha][-1])

    def _ref(self, _: Asked, name: str) -> Said:
        self._needs("contents=read")
        if not (commit := self.repository.branch(name)):
            raise refused(*NOT_FOUND)
        return Said(200, {"ref": f"refs/heads/{name}", "object": {"type": "commit", "sha": commit}})

    def _new_ref(self, asked: Asked) -> Said:
        self._needs("contents=write")
        name, sha = asked.body["ref"].removeprefix("refs/heads/"), asked.body["sha"]
        if self.repository.branch(name):
            raise refused(422, "Reference already exists")
        if not self.repository.has(sha):
            raise refused(422, "Object does not exist")
        try:
            self.repository.git("update-ref", f"refs/heads/{name}", sha, "0" * 40)
        except GitError:
            raise refused(422, "Reference update failed") from None
        return Said(201, {"ref": asked.body["ref"], "object": {"type": "commit", "sha": sha}})

    def _moved_ref(self, asked: Asked, name: str) -> Said:
        self._needs("contents=write")
        before = self.repository.branch(name)
        if not before:
            raise refused(422, "Reference does not exist")
        if not asked.body.get("force"):
            try:
                self.repository.git("merge-base", "--is-ancestor", before, asked.body["sha"])
            except GitError:
                raise refused(422, "Update is not a fast forward") from None
        self.repository.git("update-ref", f"refs/heads/{name}", asked.body["sha"], before)
        return Said(200, {"ref": f"refs/heads/{name}", "object": {"type": "commit", "sha": asked.body["sha"]}})

    def _commit(self, _: Asked, sha: str) -> Said:
        self._needs("contents=read")
        if not self.repository.has(sha):
            raise refused(*NOT_FOUND)
        return Said(200, self._shown(sha))

    def _shown(self, sha: str) -> dict[str, Any]:
        tree, _, message = self.repository.git("log", "-1", "--format=%T%n%B", sha).partition("\n")
        return {"sha": sha, "tree": {"sha": tree}, "message": message}

    def _new_tree(self, asked: Asked) -> Said:
        self._needs("contents=write")
        files = {each["path"]: each["content"] if "content" in each else each["sha"] for each in asked.body["tree"]}
        try:
            return Said(201, {"sha": self.repository.tree(asked.body["base_tree"], files), "truncated": False})
        except GitError as error:
            raise refused(422, str(error).splitlines()[0]) from None

    def _new_commit(self, asked: Asked) -> Said:
        self._needs("contents=write")
        body = asked.body
        sha = self.repository.commit(body["tree"], body["parents"], body["message"], body["author"])
        return Said(201, {"sha": sha, "tree": {"sha": body["tree"]}, "message": body["message"]})

    def _pulls(self, asked: Asked) -> Said:
        self._needs("pull_requests=read")
        owner, colon, branch = asked.query.get("head", "").partition(":")
        state = asked.query.get("state", "open")
        listed = [
            self._current(each)
            for each in reversed(self.pulls)
            if state in ("all", each["state"])
            and (not colon or (each["head"]["ref"] == branch and each["head"]["user"]["login"] == owner))
        ]
        listed, head = self._paged(asked, listed)
        return Said(200, listed, head)

    def _new_pull(self, asked: Asked) -> Said:
        self._needs("pull_requests=write")
        body, owner = asked.body, self.name.partition("/")[0]
        for side in ("head", "base"):
            if not self.repository.branch(body[side]):
                raise invalid("PullRequest", side, "", "invalid")
        if len(body["title"]) > 256 or len(body.get("body") or "") > 65_536:
            raise invalid("PullRequest", "title", "title is too long (maximum is 256 characters)")
        if any(each["state"] == "open" and each["head"]["ref"] == body["head"] for each in self.pulls):
            message = f"A pull request already exists for {owner}:{body['head']}."
            raise refused(422, "Validation Failed", {"resource": "PullRequest", "code": "custom", "message": message})
        if self.repository.branch(body["head"]) == self.repository.branch(body["base"]):
            raise invalid("PullRequest", "", f"No commits between {body['base']} and {body['head']}")
        return Said(201, self.opened(body["head"], body["base"], body["title"], body.get("body") or ""))

    def opened(self, head: str, base: str, title: str, text: str = "") -> dict[str, Any]:
        """Open a pull request, as the API or as somebody else."""
        number, owner = len(self.pulls) + 1, self.name.partition("/")[0]
        repo = {"full_name": self.name}
        made = {
            "number": number,
            "html_url": f"https://github.example/{self.name}/pull/{number}",
            "state": "open",
            "merged_at": None,
            "title": title,
            "body": text,
            "head": {"ref": head, "user": {"login": owner}, "repo": repo, "sha": self.repository.branch(head)},
            "base": {"ref": base, "repo": repo, "sha": self.repository.branch(base)},
        }
        self.pulls.append(made)
        return made

    def _current(self, pull: dict[str, Any]) -> dict[str, Any]:
        if pull["state"] == "open":
            pull["head"]["sha"] = self.repository.branch(pull["head"]["ref"])
        return pull

    def _pull_commits(self, asked: Asked, number: str) -> Said:
        pull = self._current(self.pulls[int(number) - 1])
        span = f"{pull['base']['sha']}..{pull['head']['sha']}"
        ids = self.repository.git("rev-list", "--reverse", span).splitlines()
        listed, head = self._paged(asked, ids)
        return Said(200, [{"sha": each, "commit": {"message": self._shown(each)["message"]}} for each in listed], head)

    def _paged(self, asked: Asked, entries: list[Any]) -> tuple[list[Any], dict[str, str]]:
        """A page, and the links to others ("Using pagination in the REST API")."""
        size = min(int(asked.query.get("per_page", "30")), self.page)
        at = int(asked.query.get("page", "1"))
        kept = "&".join(f"{name}={value}" for name, value in asked.query.items() if name != "page")
        last = max(1, -(-len(entries) // size))
        links = [("next", at + 1), ("last", last)] if at < last else [("prev", at - 1), ("first", 1)] if at > 1 else []
        written = [f'<{self.url}{asked.path}?{kept}&page={page}>; rel="{name}"' for name, page in links]
        return entries[(at - 1) * size : at * size], {"Link": ", ".join(written)} if written else {}


def _unpacked(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
