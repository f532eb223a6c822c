"""GitLab's REST API, version 4, as far as we use it, over a real git repository.

Paths, statuses, shapes and words are those of docs.gitlab.com/api and of lib/api in gitlabhq/gitlabhq. Statuses keep
the rules of jobs (Ci::CreateCommitStatusService), approvals name moments and no commits, and a line of a note or of
a description that is a quick action is done, and not shown.
"""

import base64
import hashlib
import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from parts.hosts.api import HOUR, SHA, Api, Asked, Said, invalid_json
from parts.hosts.repository import BareRepository, GitError
from reconciler.clock import Clock

ROBOT = "glpat-of_the_tests"
READER = "glpat-that_reads"


def refused(status: int, message: Any, **head: str) -> Said:
    return Said(status, {"message": message}, {**head})


class GitLabApi(Api):
    """The API, its switches, and its books."""

    def __init__(self, repository: BareRepository, clock: Clock, name: str = "forbund/specs/config") -> None:
        super().__init__(clock)
        self.repository, self.name = repository, name
        self.tokens = {ROBOT: "api", READER: "read_api"}
        self.people = {"robot": 100, "kari": 101, "ola": 102, "eva": 103}
        self.statuses: list[dict[str, Any]] = []
        self.pulls: list[dict[str, Any]] = []
        self.notes: list[dict[str, Any]] = []
        self.approvals: list[dict[str, Any]] = []
        self.reviewers: dict[tuple[int, str], str] = {}
        self.protected: dict[str, int] = {}
        self.way = "merge"
        """The project's merge method."""
        self.tells_moments = True
        """Whether approvals say when: older servers do not."""
        self.posts = 0
        self.remaining = 2000

    def rate(self) -> dict[str, str]:
        reset = str(int(self.reset.timestamp()))
        return {"RateLimit-Limit": "2000", "RateLimit-Remaining": str(self.remaining), "RateLimit-Reset": reset}

    def now(self) -> str:
        return self.clock.now().isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def user(self, who: str) -> dict[str, Any]:
        return {"id": self.people[who], "username": who, "name": who.title(), "state": "active"}

    def carried_out(self, asked: Asked) -> Said:
        if self.clock.now() >= self.reset:
            self.remaining, self.reset = 2000, self.clock.now() + HOUR
        if self.remaining == 0:
            raise Said(429, b"Retry later\n")
        if asked.token not in self.tokens:
            raise refused(401, "401 Unauthorized")
        if asked.method != "GET" and self.tokens[asked.token] != "api":
            said = "The request requires higher privileges than provided by the access token."
            raise Said(403, {"error": "insufficient_scope", "error_description": said, "scope": "api"})
        if invalid_json(asked):
            raise Said(400, {"error": "body is invalid"})
        base = f"/projects/{quote(self.name, safe='')}"
        if asked.path == "/user":
            return Said(200, self.user("robot"))
        if asked.raw != base and not asked.raw.startswith(f"{base}/"):
            raise refused(404, "404 Project Not Found")
        return self._route(asked, asked.path.removeprefix(f"/projects/{self.name}"))

    def _route(self, asked: Asked, path: str) -> Said:
        mr = r"/merge_requests/(\d+)"
        routes: list[tuple[str, str, Callable[..., Said]]] = [
            ("GET", "", lambda _: Said(200, {"id": 3, "path_with_namespace": self.name, "merge_method": self.way})),
            ("GET", f"/repository/commits/({SHA})/statuses", self._statuses),
            ("POST", "/statuses/([^/]+)", self._new_status),
            ("GET", f"/repository/commits/({SHA})", self._commit),
            ("GET", f"/repository/commits/({SHA})/merge_requests", self._pulls_of),
            ("POST", "/repository/commits", self._new_commit),
            ("GET", "/repository/branches/(.+)", self._branch),
            ("POST", "/repository/branches", self._new_branch),
            ("GET", "/repository/files/(.+)", self._file),
            ("GET", "/merge_requests", self._pulls),
            ("POST", "/merge_requests", self._new_pull),
            ("GET", mr, lambda _, number: Said(200, self._shown(self.numbered(number)))),
            ("GET", f"{mr}/commits", self._pull_commits),
            ("GET", f"{mr}/diffs", self._diffs),
            ("GET", f"{mr}/versions", self._versions),
            ("GET", f"{mr}/approvals", self._approvals),
            ("GET", f"{mr}/reviewers", self._reviewers),
            ("GET", f"{mr}/notes", self._notes),
            ("POST", f"{mr}/notes", self._new_note),
            ("PUT", rf"{mr}/notes/(\d+)", self._changed_note),
            ("DELETE", rf"{mr}/notes/(\d+)", self._erased_note),
            ("PUT", f"{mr}/merge", self._merge),
        ]
        return self.routed(asked, path, routes)

    def _listed(self, asked: Asked, entries: list[Any]) -> Said:
        """A page ("REST API", Offset-based pagination): links, and the next page's number."""
        listed, head = self.paged(asked, entries, "per_page", 20)
        return Said(200, listed, {**head, "X-Total": str(len(entries))})

    def _known(self, sha: str) -> None:
        if not self.repository.has(sha):
            raise refused(404, "404 Commit Not Found")

    def _statuses(self, asked: Asked, sha: str) -> Said:
        self._known(sha)
        latest = {each["name"]: each for each in self.statuses if each["sha"] == sha}
        return self._listed(asked, list(latest.values()))

    def _new_status(self, asked: Asked, sha: str) -> Said:
        self._known(sha)
        body = asked.body
        if body.get("state") not in ("pending", "running", "success", "failed", "canceled", "skipped"):
            raise Said(400, {"error": "state does not have a valid value"})
        told = {name: body.get(name) for name in ("name", "description", "target_url")}
        same = [each for each in self.statuses if (each["sha"], each["name"]) == (sha, told["name"])]
        going = [each for each in same if each["status"] in ("pending", "running")]
        if going and (body["state"], going[-1]["status"]) in (("pending", "pending"), ("pending", "running")):
            raise refused(400, f"Cannot transition status via :enqueue from :{going[-1]['status']}")
        if going and body["state"] == going[-1]["status"] == "running":
            raise refused(400, "Cannot transition status via :run from :running")
        made = going[-1] if going else {"id": len(self.statuses) + 1, "sha": sha}
        if not going:
            self.statuses.append(made)
        made |= {**told, "status": body["state"]}
        self.posts += 1
        return Said(201, made)

    def _commit(self, _: Asked, sha: str) -> Said:
        self._known(sha)
        message = self.repository.message(sha)
        return Said(200, {"id": sha, "message": message, "title": message.partition("\n")[0]})

    def _branch(self, _: Asked, name: str) -> Said:
        if not (commit := self.repository.branch(name)):
            raise refused(404, "404 Branch Not Found")
        return Said(200, {"name": name, "commit": {"id": commit}})

    def _new_branch(self, asked: Asked) -> Said:
        name, sha = asked.body["branch"], asked.body["ref"]
        if self.repository.branch(name):
            raise refused(400, "Branch already exists")
        if not self.repository.has(sha):
            raise refused(400, f"Invalid reference name: {sha}")
        self.repository.git("update-ref", f"refs/heads/{name}", sha, "0" * 40)
        return Said(201, {"name": name, "commit": {"id": sha}})

    def _file(self, asked: Asked, path: str) -> Said:
        """docs.gitlab.com/api/repository_files: the content, its digest, and the commit that touched it last."""
        sha = asked.query["ref"]
        try:
            blob = self.repository.git("rev-parse", "--verify", "--quiet", f"{sha}:{path}")
        except GitError:
            raise refused(404, "404 File Not Found") from None
        content = self.repository.content(blob)
        told = {"blob_id": blob, "last_commit_id": self._touched(sha, path), "ref": sha, "file_path": path}
        digest = hashlib.sha256(content).hexdigest()
        return Said(200, {**told, "content_sha256": digest, "content": base64.b64encode(content).decode()})

    def _touched(self, sha: str, path: str) -> str:
        return self.repository.git("log", "-1", "--format=%H", sha, "--", path)

    def _new_commit(self, asked: Asked) -> Said:
        """docs.gitlab.com/api/commits, Create a commit: on a branch, or on a new one from `start_sha`."""
        body = asked.body
        there, start = self.repository.branch(body["branch"]), body.get("start_sha")
        if there and start:
            said = f"A branch called '{body['branch']}' already exists. Switch to that branch in order to make changes"
            raise refused(400, said)
        if not there and not (start and self.repository.has(start)):
            raise refused(400, "You can only create or edit files when you are on a branch")
        parent = there or start
        files = dict(self._action(parent, each) for each in body["actions"])
        tree = self.repository.tree(parent, files)
        when = self.now()
        author = {"name": body["author_name"], "email": body["author_email"], "date": when}
        made = self.repository.commit(tree, [parent], body["commit_message"], author)
        self.repository.git("update-ref", f"refs/heads/{body['branch']}", made, there or "0" * 40)
        self.moved()
        return Said(201, {"id": made, "message": body["commit_message"]})

    def _action(self, parent: str, action: Mapping[str, Any]) -> tuple[str, str | None]:
        path, kind = action["file_path"], action["action"]
        there = path in self.repository.files(parent)
        if kind == "create" and there:
            raise refused(400, "A file with this name already exists")
        if kind != "create" and not there:
            raise refused(400, "A file with this name doesn't exist")
        last = action.get("last_commit_id")
        if kind != "create" and last and last != self._touched(parent, path):
            said = "You are attempting to update a file that has changed since you started editing it."
            raise refused(400, said)
        return path, action.get("content")

    def opened(self, branch: str, into: str, title: str, text: str = "", who: str = "robot") -> dict[str, Any]:
        """Open a merge request. Eva's branches are her fork's, which is another project."""
        number = len(self.pulls) + 1
        text = self._commanded(number, text)
        made = {
            "iid": number,
            "web_url": f"https://gitlab.example/{self.name}/-/merge_requests/{number}",
            "state": "opened",
            "title": title,
            "description": text,
            "author": self.user(who),
            "draft": title.startswith("Draft:"),
            "labels": ["specs"],
            "source_branch": branch,
            "target_branch": into,
            "source_project_id": 9 if who == "eva" else 3,
            "target_project_id": 3,
            "merge_commit_sha": None,
            "squash_commit_sha": None,
            "sha": self.repository.branch(branch) or None,
        }
        versions = [{"id": 1, "head_commit_sha": made["sha"], "created_at": self.now(), "state": "collected"}]
        self.pulls.append({**made, "base": self.repository.branch(into), "versions": versions})
        return self.pulls[-1]

    def moved(self) -> None:
        """Look whether heads have moved: of each there is a version, from the moment of the push on."""
        for pull in self.pulls:
            head = self.repository.branch(pull["source_branch"])
            if pull["state"] == "opened" and head and head != pull["sha"]:
                pull["sha"] = head
                version = {"head_commit_sha": head, "created_at": self.now(), "state": "collected"}
                pull["versions"].append({"id": len(pull["versions"]) + 1, **version})

    def numbered(self, number: str | int) -> dict[str, Any]:
        if not 0 < int(number) <= len(self.pulls):
            raise refused(404, "404 Merge request Not Found")
        self.moved()
        return self.pulls[int(number) - 1]

    def _shown(self, pull: dict[str, Any]) -> dict[str, Any]:
        count = len(self.repository.changed(pull["base"], pull["sha"]))
        shown = {name: value for name, value in pull.items() if name not in ("base", "versions")}
        return {**shown, "changes_count": str(count) if count <= 1000 else "1000+"}

    def _pulls(self, asked: Asked) -> Said:
        """By default "only merge requests created by the current user" are no project's list's: all are."""
        self.moved()
        state, branch = asked.query.get("state", "all"), asked.query.get("source_branch")
        listed = [
            {name: value for name, value in each.items() if name not in ("base", "versions")}
            for each in self.pulls
            if state in ("all", each["state"]) and branch in (None, each["source_branch"])
        ]
        return self._listed(asked, listed if asked.query.get("sort") == "asc" else listed[::-1])

    def _new_pull(self, asked: Asked) -> Said:
        body = asked.body
        if len(body["title"]) > 255:
            raise refused(400, {"title": ["is too long (maximum is 255 characters)"]})
        same = [each for each in self.pulls if each["state"] == "opened"]
        for each in same:
            if (each["source_branch"], each["target_branch"]) == (body["source_branch"], body["target_branch"]):
                said = f"Another open merge request already exists for this source branch: !{each['iid']}"
                raise refused(409, [said])
        for name in ("source_branch", "target_branch"):
            if not self.repository.branch(body[name]):
                raise refused(400, {"base": [f'{name.replace("_", " ").capitalize()} "{body[name]}" does not exist']})
        made = self.opened(body["source_branch"], body["target_branch"], body["title"], body["description"])
        return Said(201, self._shown(made))

    def _pull_commits(self, asked: Asked, number: str) -> Said:
        pull = self.numbered(number)
        ids = self.repository.between(pull["base"], pull["sha"])[::-1]
        return self._listed(asked, [{"id": each, "message": self.repository.message(each)} for each in ids])

    def _diffs(self, asked: Asked, number: str) -> Said:
        pull = self.numbered(number)
        pairs = self.repository.changed(pull["base"], pull["sha"])
        listed = [{"old_path": old, "new_path": new, "diff": "@@ -0,0 +1 @@"} for old, new in pairs][:1000]
        return self._listed(asked, listed)

    def _versions(self, asked: Asked, number: str) -> Said:
        return self._listed(asked, self.numbered(number)["versions"][::-1])

    def judged(self, who: str, number: int, verdict: str) -> None:
        """Approve, ask for changes (which takes an approval away), or take it back."""
        self.numbered(number)
        self.approvals = [each for each in self.approvals if (each["iid"], each["who"]) != (number, who)]
        self.reviewers[number, who] = {"changes-requested": "requested_changes"}.get(verdict, verdict)
        words = {"approved": "approved this merge request", "changes-requested": "requested changes"}
        if verdict == "approved":
            self.approvals.append({"iid": number, "who": who, "at": self.now()})
        self.noted(who, number, words.get(verdict, "unapproved this merge request"), system=True)

    def _approvals(self, _: Asked, number: str) -> Said:
        self.numbered(number)
        told = [
            {"user": self.user(each["who"]), **({"approved_at": each["at"]} if self.tells_moments else {})}
            for each in self.approvals
            if each["iid"] == int(number)
        ]
        return Said(200, {"approved": bool(told), "approved_by": told, "user_has_approved": False})

    def _reviewers(self, asked: Asked, number: str) -> Said:
        listed = [
            {"user": self.user(who), "state": state, "created_at": self.now()}
            for (of, who), state in self.reviewers.items()
            if of == int(number)
        ]
        return self._listed(asked, listed)

    def noted(self, who: str, number: int, text: str, *, system: bool = False) -> dict[str, Any]:
        note = {"id": 500 + len(self.notes), "body": text, "author": self.user(who), "system": system}
        self.notes.append({**note, "created_at": self.now(), "noteable_iid": number})
        return self.notes[-1]

    def _commanded(self, number: int, text: str) -> str:
        """Do the quick actions of a text; the text without them (docs.gitlab.com, "GitLab quick actions")."""
        for command in re.findall(r"(?m)^[ \t]*/(\w+)", text):
            if command == "close":
                self.pulls[number - 1]["state"] = "closed"
            if command == "approve":
                self.judged("robot", number, "approved")
        return re.sub(r"(?m)^[ \t]*/(merge|close|approve)\b.*\n?", "", text)

    def _notes(self, asked: Asked, number: str) -> Said:
        self.numbered(number)
        listed = [each for each in self.notes if each["noteable_iid"] == int(number)]
        return self._listed(asked, listed if asked.query.get("sort") == "asc" else listed[::-1])

    def _new_note(self, asked: Asked, number: str) -> Said:
        self.numbered(number)
        return Said(201, self.noted("robot", int(number), self._text(asked, int(number))))

    def _text(self, asked: Asked, number: int) -> str:
        if len(asked.body["body"]) > 1_000_000:
            raise refused(400, {"note": ["is too long (maximum is 1000000 characters)"]})
        return self._commanded(number, asked.body["body"])

    def _note(self, note: str) -> dict[str, Any]:
        found = [each for each in self.notes if each["id"] == int(note)]
        if not found:
            raise refused(404, "404 Note Not Found")
        return found[0]

    def _changed_note(self, asked: Asked, number: str, note: str) -> Said:
        found = self._note(note)
        found["body"] = self._text(asked, int(number))
        return Said(200, found)

    def _erased_note(self, _: Asked, number: str, note: str) -> Said:
        self.notes.remove(self._note(note))
        return Said(204, b"")

    def _pulls_of(self, asked: Asked, sha: str) -> Said:
        self._known(sha)
        self.moved()
        listed = [
            self._shown(each)
            for each in self.pulls
            if sha in (each["merge_commit_sha"], each["squash_commit_sha"])
            or sha in self.repository.between(each["base"], each["sha"])
        ]
        return self._listed(asked, listed)

    def _merge(self, asked: Asked, number: str) -> Said:
        """docs.gitlab.com/api/merge_requests, Merge: 200, or 401, 405, 409, 422."""
        pull, body = self.numbered(number), asked.body
        yes = [each for each in self.approvals if each["iid"] == int(number)]
        short = len(yes) < self.protected.get(pull["target_branch"], 0)
        if pull["state"] != "opened" or pull["draft"] or short:
            raise refused(405, "405 Method Not Allowed")
        if body.get("sha") and body["sha"] != pull["sha"]:
            raise refused(409, f"SHA does not match HEAD of source branch: {pull['sha']}")
        squash = body.get("squash") is True
        method = "squash" if squash else {"ff": "fast-forward"}.get(self.way, "merge")
        message = body.get("squash_commit_message" if squash else "merge_commit_message") or "Merge branch"
        try:
            made = self.repository.merge(pull["sha"], pull["target_branch"], method, message)
        except GitError:
            raise refused(422, "Branch cannot be merged") from None
        names = {"squash": "squash_commit_sha", "merge": "merge_commit_sha"}
        pull |= {"state": "merged", **({names[method]: made} if method in names else {})}
        return Said(200, self._shown(pull))
