"""GitHub's REST API of version 2022-11-28 as far as we use it, over a real git repository.

Statuses, messages and headers are those of the published pages (docs.github.com/rest). What it does not know answers
501, and the test that asked for it fails.
"""

import base64
import hashlib
import json
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from parts.hosts.api import HOUR, SHA, Api, Asked, Said, invalid_json
from parts.hosts.repository import BareRepository, GitError
from reconciler.clock import Clock


def refused(status: int, message: str, *errors: dict[str, str], **head: str) -> Said:
    body = {"message": message, "documentation_url": "https://docs.github.com/rest", "status": str(status)}
    return Said(status, {**body, **({"errors": list(errors)} if errors else {})}, {**head})


def invalid(resource: str, name: str, message: str, code: str = "custom") -> Said:
    return refused(422, "Validation Failed", {"resource": resource, "code": code, "field": name, "message": message})


NOT_FOUND = (404, "Not Found")


class GitHubApi(Api):
    """The API, its switches, and its books."""

    def __init__(self, repository: BareRepository, clock: Clock, name: str = "forbund/config") -> None:
        super().__init__(clock)
        self.repository, self.name = repository, name
        self.tokens: dict[str, datetime | None] = {"github_pat_of_the_tests": None}
        """Tokens, and when each ends."""
        self.app: tuple[str, str, RSAPublicKey] | None = None
        """Id, installation and public key of the App that is installed."""
        self.forbidden: set[str] = set()
        """Permissions that no token has."""
        self.statuses: dict[str, list[dict[str, Any]]] = {}
        self.pulls: list[dict[str, Any]] = []
        self.people = {"robot": 100, "kari": 101, "ola": 102, "eva": 103}
        """Accounts; a token is the robot's, and a comment by an App its robot's, too."""
        self.notes: dict[int, dict[str, Any]] = {}
        self.reviews: list[dict[str, Any]] = []
        self.runs: dict[str, list[dict[str, Any]]] = {}
        """Check runs, by commit."""
        self.protected: dict[str, int] = {}
        """Branches, and how many approvals they ask for."""

    def rate(self) -> dict[str, str]:
        reset = str(int(self.reset.timestamp()))
        return {"X-RateLimit-Limit": "5000", "X-RateLimit-Remaining": str(self.remaining), "X-RateLimit-Reset": reset}

    def carried_out(self, asked: Asked) -> Said:
        if self.clock.now() >= self.reset:
            self.remaining, self.reset = 5000, self.clock.now() + HOUR
        if self.remaining == 0:
            raise refused(403, "API rate limit exceeded for installation ID 7.")
        if not asked.head.get("user-agent"):
            raise refused(403, "Request forbidden by administrative rules.")
        if asked.head.get("x-github-api-version") != "2022-11-28":
            raise refused(400, "The version is not supported.")
        if invalid_json(asked):
            raise refused(400, "Problems parsing JSON")
        if asked.path.startswith("/app/"):
            return self._token(asked)
        self._authorize(asked)
        if asked.path == "/user":
            if asked.token.startswith("ghs_"):
                raise refused(403, "Resource not accessible by integration")
            return Said(200, self.user("robot"))
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
            ("GET", r"/pulls/(\d+)", self._pull),
            ("GET", r"/pulls/(\d+)/files", self._files),
            ("GET", r"/pulls/(\d+)/reviews", self._reviews),
            ("PUT", r"/pulls/(\d+)/merge", self._merge),
            ("GET", r"/issues/(\d+)/comments", self._notes),
            ("POST", r"/issues/(\d+)/comments", self._new_note),
            ("PATCH", r"/issues/comments/(\d+)", self._changed_note),
            ("DELETE", r"/issues/comments/(\d+)", self._erased_note),
            ("GET", f"/commits/({SHA})/check-runs", self._runs),
            ("GET", f"/commits/({SHA})/pulls", self._pulls_of),
        ]
        return self.routed(asked, path, routes)

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
        if name in self.protected and not asked.body.get("force"):
            raise refused(422, "Changes must be made through a pull request.")
        self.repository.git("update-ref", f"refs/heads/{name}", asked.body["sha"], before)
        for pull in self.pulls:
            if pull["state"] == "open" and (pull["base"]["ref"], pull["head"]["sha"]) == (name, asked.body["sha"]):
                pull |= {"state": "closed", "merged_at": self._now(), "merge_commit_sha": asked.body["sha"]}
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

    def opened(self, head: str, base: str, title: str, text: str = "", who: str = "robot") -> dict[str, Any]:
        """Open a pull request, as the API or as somebody else. Eva's branches are her fork's."""
        number, owner = len(self.pulls) + 1, self.name.partition("/")[0]
        repo = {"full_name": self.name}
        theirs = {"full_name": "eva/config"} if who == "eva" else repo
        side = {"ref": head, "user": {"login": "eva" if who == "eva" else owner}, "repo": theirs}
        made = {
            "number": number,
            "html_url": f"https://github.example/{self.name}/pull/{number}",
            "state": "open",
            "merged_at": None,
            "merge_commit_sha": None,
            "title": title,
            "body": text,
            "draft": title.startswith("Draft"),
            "labels": [{"name": "specs"}],
            "user": self.user(who),
            "head": {**side, "sha": self.repository.branch(head)},
            "base": {"ref": base, "repo": repo, "sha": self.repository.branch(base)},
        }
        self.pulls.append(made)
        return made

    def user(self, who: str) -> dict[str, Any]:
        return {"login": who, "id": self.people[who], "type": "User"}

    def _now(self) -> str:
        return self.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")

    def _numbered(self, number: str) -> dict[str, Any]:
        if not 0 < int(number) <= len(self.pulls):
            raise refused(*NOT_FOUND)
        return self._current(self.pulls[int(number) - 1])

    def _pull(self, _: Asked, number: str) -> Said:
        self._needs("pull_requests=read")
        pull = self._numbered(number)
        return Said(200, {**pull, "changed_files": len(self._changed(pull)), "mergeable": None})

    def _changed(self, pull: dict[str, Any]) -> list[dict[str, Any]]:
        pairs = self.repository.changed(pull["base"]["sha"], pull["head"]["sha"])
        moved = [{"previous_filename": old} if old != new else {} for old, new in pairs]
        return [{"filename": new, "status": "modified", **more} for (_, new), more in zip(pairs, moved, strict=True)]

    def _files(self, asked: Asked, number: str) -> Said:
        self._needs("pull_requests=read")
        listed, head = self._paged(asked, self._changed(self._numbered(number))[:3000])
        return Said(200, listed, head)

    def judged(self, who: str, number: int, state: str) -> None:
        """A review by somebody, of the head now. A dismissal changes the one that was there."""
        pull = self._numbered(str(number))
        if state == "DISMISSED":
            last = [each for each in self.reviews if each["number"] == number and each["user"]["login"] == who][-1]
            last["state"] = state
            return
        by = {"user": self.user(who), "commit_id": pull["head"]["sha"], "submitted_at": self._now()}
        self.reviews.append({"id": len(self.reviews) + 1, "number": number, "state": state, "body": "", **by})

    def _reviews(self, asked: Asked, number: str) -> Said:
        self._needs("pull_requests=read")
        self._numbered(number)
        listed, head = self._paged(asked, [each for each in self.reviews if each["number"] == int(number)])
        return Said(200, listed, head)

    def _merge(self, asked: Asked, number: str) -> Said:
        """rest/pulls/pulls#merge-a-pull-request: 200, 403, 404, 405, 409, 422."""
        self._needs("contents=write")
        pull, body = self._numbered(number), asked.body
        if pull["state"] != "open" or pull["draft"]:
            raise refused(405, "Pull Request is not mergeable")
        if body.get("sha") and body["sha"] != pull["head"]["sha"]:
            raise refused(409, "Head branch was modified. Review and try the merge again.")
        yes = [each for each in self.reviews if each["number"] == int(number) and each["state"] == "APPROVED"]
        if len(yes) < self.protected.get(pull["base"]["ref"], 0):
            raise refused(405, "At least 1 approving review is required by reviewers with write access.")
        message = body.get("commit_title") or f"Merge pull request #{number}"
        try:
            made = self.repository.merge(pull["head"]["sha"], pull["base"]["ref"], body["merge_method"], message)
        except GitError:
            raise refused(405, "Pull Request has merge conflicts") from None
        pull |= {"state": "closed", "merged_at": self._now(), "merge_commit_sha": made}
        return Said(200, {"sha": made, "merged": True, "message": "Pull Request successfully merged"})

    def noted(self, who: str, number: int, text: str, app: dict[str, Any] | None = None) -> dict[str, Any]:
        """A comment by somebody."""
        note = 1000 + len(self.notes)
        url = f"https://github.example/{self.name}/pull/{number}#issuecomment-{note}"
        said = {"id": note, "body": text, "user": self.user(who), "html_url": url, "number": number}
        self.notes[note] = {**said, "performed_via_github_app": app}
        return self.notes[note]

    def _notes(self, asked: Asked, number: str) -> Said:
        self._needs("pull_requests=read")
        self._numbered(number)
        listed, head = self._paged(
            asked, [each for each in self.notes.values() if each and each["number"] == int(number)]
        )
        return Said(200, listed, head)

    def _new_note(self, asked: Asked, number: str) -> Said:
        self._needs("pull_requests=write")
        self._numbered(number)
        app = {"id": int(self.app[0])} if self.app and asked.token.startswith("ghs_") else None
        return Said(201, self.noted("robot", int(number), self._text(asked), app))

    def _text(self, asked: Asked) -> str:
        if len(asked.body["body"]) > 65_536:
            raise invalid("IssueComment", "data", "Body is too long (maximum is 65536 characters)", "unprocessable")
        return asked.body["body"]

    def _changed_note(self, asked: Asked, note: str) -> Said:
        self._needs("pull_requests=write")
        if not self.notes.get(int(note)):
            raise refused(*NOT_FOUND)
        self.notes[int(note)]["body"] = self._text(asked)
        return Said(200, self.notes[int(note)])

    def _erased_note(self, _: Asked, note: str) -> Said:
        self._needs("pull_requests=write")
        if not self.notes.get(int(note)):
            raise refused(*NOT_FOUND)
        self.notes[int(note)] = {}
        return Said(204, b"")

    def _runs(self, asked: Asked, sha: str) -> Said:
        self._needs("checks=read")
        listed, head = self._paged(asked, self.runs.get(sha, []))
        return Said(200, {"total_count": len(self.runs.get(sha, [])), "check_runs": listed}, head)

    def _pulls_of(self, asked: Asked, sha: str) -> Said:
        self._needs("pull_requests=read")
        if not self.repository.has(sha):
            raise refused(422, f"No commit found for SHA: {sha}")
        listed = [
            each
            for each in map(self._current, self.pulls)
            if sha == each["merge_commit_sha"]
            or sha in self.repository.between(each["base"]["sha"], each["head"]["sha"])
        ]
        listed, head = self._paged(asked, listed)
        return Said(200, listed, head)

    def _current(self, pull: dict[str, Any]) -> dict[str, Any]:
        if pull["state"] == "open":
            pull["head"]["sha"] = self.repository.branch(pull["head"]["ref"])
        return pull

    def _pull_commits(self, asked: Asked, number: str) -> Said:
        pull = self._numbered(number)
        span = f"{pull['base']['sha']}..{pull['head']['sha']}"
        ids = self.repository.git("rev-list", "--reverse", span).splitlines()
        listed, head = self._paged(asked, ids)
        return Said(200, [{"sha": each, "commit": {"message": self._shown(each)["message"]}} for each in listed], head)

    def _paged(self, asked: Asked, entries: list[Any]) -> tuple[list[Any], dict[str, str]]:
        """A page, and the links to others ("Using pagination in the REST API")."""
        return self.paged(asked, entries, "per_page", 30)


def _unpacked(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
