"""Gitea's REST API, version 1, as far as we and the tests use it, over real git repositories.

Paths, statuses, shapes and words are those of go-gitea/gitea (routers/api/v1, services/pull, modules/structs), which
Forgejo shares. A commit is made on a branch; lists of reviews and comments have no links; errors may have no body.
"""

import base64
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from parts.hosts.api import SHA, Api, Asked, Said, invalid_json
from parts.hosts.repository import BareRepository, GitError
from reconciler.clock import Clock

ADMIN = "the-token-of-the-admin"
ABSENT = "The target couldn't be found."


def refused(status: int, message: str) -> Said:
    return Said(status, {"message": message, "url": "https://gitea.example/api/swagger"})


def absent() -> Said:
    return Said(404, {"errors": [], "message": ABSENT, "url": "https://gitea.example/api/swagger"})


@dataclass
class Project:
    """A repository there, and what belongs to it."""

    id: int
    owner: str
    name: str
    git: BareRepository
    of: "Project | None" = None
    writers: set[str] = field(default_factory=set)
    statuses: list[dict[str, Any]] = field(default_factory=list)
    pulls: list[dict[str, Any]] = field(default_factory=list)
    notes: list[dict[str, Any]] = field(default_factory=list)
    reviews: list[dict[str, Any]] = field(default_factory=list)
    protected: dict[str, int] = field(default_factory=dict)


class GiteaApi(Api):
    """The API, and its books: users, their tokens, repositories."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        super().__init__(clock)
        self.folder = folder
        self.users = {"admin": 1}
        self.tokens: dict[str, tuple[str, tuple[str, ...]]] = {ADMIN: ("admin", ("all",))}
        self.projects: dict[str, Project] = {}
        self.page = 50
        self._count = 0

    def now(self) -> str:
        return self.clock.now().isoformat(timespec="seconds").replace("+00:00", "Z")

    def user(self, who: str) -> dict[str, Any]:
        return {"id": self.users[who], "login": who, "username": who, "full_name": ""}

    def carried_out(self, asked: Asked) -> Said:
        path = asked.path.removeprefix("/api/v1")
        if path == asked.path:
            raise Said(404, b"<html>Not found</html>")
        if invalid_json(asked):
            raise refused(422, "json: invalid")
        who = self._who(asked)
        if match := re.fullmatch(r"/repos/([^/]+/[^/]+)(/.*)?", path):
            return self._in_project(asked, who, match[1], match[2] or "")
        routes: list[tuple[str, str, Callable[..., Said]]] = [
            ("GET", "/user", lambda _: Said(200, self.user(who))),
            ("POST", "/admin/users", self._new_user),
            ("DELETE", "/admin/users/([^/]+)", self._no_user),
            ("POST", "/users/([^/]+)/tokens", self._new_token),
            ("POST", "/admin/users/([^/]+)/repos", self._new_project),
        ]
        return self.routed(asked, path, routes)

    def _who(self, asked: Asked) -> str:
        """Whose the token is; of a user's own, the scope that the request needs is looked at."""
        scheme, _, rest = asked.head.get("authorization", "").partition(" ")
        if scheme == "Basic":
            return base64.b64decode(rest).decode().partition(":")[0]
        if rest not in self.tokens:
            raise refused(401, "user does not exist [uid: 0, name: ]")
        who, scopes = self.tokens[rest]
        place = "user" if asked.path.endswith("/user") else "issue" if "/issues/" in asked.path else "repository"
        wanted = [f"write:{place}"] if asked.method != "GET" else [f"read:{place}", f"write:{place}"]
        if "all" not in scopes and not set(wanted) & set(scopes):
            said = f"token does not have at least one of required scope(s), required={wanted}, token scope="
            raise refused(403, said + ",".join(scopes))
        return who

    def _new_user(self, asked: Asked) -> Said:
        self.users[asked.body["username"]] = len(self.users) + 1
        return Said(201, self.user(asked.body["username"]))

    def _no_user(self, _: Asked, who: str) -> Said:
        self.users.pop(who)
        return Said(204, b"")

    def _new_token(self, asked: Asked, who: str) -> Said:
        token = f"{len(self.tokens):040x}"
        self.tokens[token] = (who, tuple(asked.body["scopes"]))
        return Said(201, {"id": len(self.tokens), "name": asked.body["name"], "sha1": token})

    def _new_project(self, asked: Asked, owner: str) -> Said:
        return Said(201, self._repo(self._made(owner, asked.body["name"])))

    def _no_project(self, _: Asked, project: Project, __: str) -> Said:
        self.projects.pop(f"{project.owner}/{project.name}")
        return Said(204, b"")

    def _made(self, owner: str, name: str, of: Project | None = None) -> Project:
        self._count += 1
        number = self._count
        git = BareRepository(self.folder / f"{number}.git", of.git.folder if of else None)
        self.projects[f"{owner}/{name}"] = Project(number, owner, name, git, of)
        return self.projects[f"{owner}/{name}"]

    def _repo(self, project: Project) -> dict[str, Any]:
        return {"id": project.id, "name": project.name, "full_name": f"{project.owner}/{project.name}"}

    def _in_project(self, asked: Asked, who: str, name: str, path: str) -> Said:
        project = self.projects.get(name)
        if project is None:
            raise absent()
        if asked.method != "GET" and not self._may(project, who, path):
            raise refused(403, "user should have a permission to write to a repo branch")
        number = r"(\d+)"
        routes: list[tuple[str, str, Callable[..., Said]]] = [
            ("DELETE", "", self._no_project),
            ("POST", "/forks", self._fork),
            ("PUT", "/collaborators/([^/]+)", self._collaborator),
            ("POST", "/branch_protections", self._protect),
            ("GET", f"/commits/({SHA})/statuses", self._statuses),
            ("POST", "/statuses/([^/]+)", self._new_status),
            ("GET", f"/commits/({SHA})/pull", self._pull_of),
            ("GET", "/compare/(.+)", self._compare),
            ("GET", "/git/commits/([^/]+)", self._commit),
            ("GET", "/git/trees/([^/]+)", self._tree),
            ("GET", "/branches", self._branches),
            ("GET", "/branches/(.+)", self._branch),
            ("DELETE", "/branches/(.+)", self._no_branch),
            ("POST", "/branches", self._new_branch),
            ("GET", "/contents/(.+)", self._content),
            ("POST", "/contents", self._new_commit),
            ("GET", "/pulls", self._pulls),
            ("POST", "/pulls", self._new_pull),
            ("GET", f"/pulls/{number}", self._pull),
            ("GET", r"/pulls/([^/\d][^/]*)/(reconciler/.+|rollback/.+)", self._pull_between),
            ("PATCH", f"/pulls/{number}", self._changed_pull),
            ("GET", f"/pulls/{number}/commits", self._pull_commits),
            ("GET", f"/pulls/{number}/files", self._files),
            ("GET", f"/pulls/{number}/reviews", self._reviews),
            ("POST", f"/pulls/{number}/reviews", self._new_review),
            ("POST", rf"/pulls/{number}/reviews/{number}/dismissals", self._dismissed),
            ("POST", f"/pulls/{number}/merge", self._merge),
            ("GET", f"/issues/{number}/comments", self._notes),
            ("POST", f"/issues/{number}/comments", self._new_note),
            ("PATCH", f"/issues/comments/{number}", self._changed_note),
            ("DELETE", f"/issues/comments/{number}", self._erased_note),
        ]
        bound = [
            (method, pattern, lambda asked, *found, call=call: call(asked, project, who, *found))
            for method, pattern, call in routes
        ]
        return self.routed(asked, path, bound)

    def _may(self, project: Project, who: str, path: str) -> bool:
        reads = ("/forks", "/pulls", "/issues/")
        return who in {project.owner, "admin", *project.writers} or path.startswith(reads)

    def _listed(self, asked: Asked, entries: list[Any], *, links: bool = True) -> Said:
        listed, head = self.paged(asked, entries, "limit", 30)
        return Said(200, listed, {**(head if links else {}), "X-Total-Count": str(len(entries))})

    def _fork(self, asked: Asked, project: Project, who: str) -> Said:
        return Said(202, self._repo(self._made(who, asked.body.get("name") or project.name, project)))

    def _collaborator(self, _: Asked, project: Project, __: str, other: str) -> Said:
        project.writers.add(other)
        return Said(204, b"")

    def _protect(self, asked: Asked, project: Project, _: str) -> Said:
        project.protected[asked.body["rule_name"]] = asked.body["required_approvals"]
        return Said(201, asked.body)

    def _statuses(self, asked: Asked, project: Project, _: str, sha: str) -> Said:
        if not project.git.has(sha):
            raise refused(404, f"object does not exist [id: {sha}, rel_path: ]")
        return self._listed(asked, [each for each in project.statuses if each["sha"] == sha][::-1])

    def _new_status(self, asked: Asked, project: Project, who: str, sha: str) -> Said:
        if asked.body.get("state") not in ("pending", "success", "error", "failure", "warning", "skipped"):
            raise refused(422, "unknown state")
        told = {name: asked.body.get(name) or "" for name in ("context", "description", "target_url")}
        made = {"id": len(project.statuses) + 1, "status": asked.body["state"], **told, "creator": self.user(who)}
        project.statuses.append({**made, "sha": sha})
        return Said(201, project.statuses[-1])

    def _pull_of(self, _: Asked, project: Project, __: str, sha: str) -> Said:
        for each in project.pulls:
            if each["merge_commit_sha"] == sha:
                return Said(200, self._shown(project, each))
        raise absent()

    def _compare(self, _: Asked, project: Project, __: str, span: str) -> Said:
        base, _, head = span.partition("...")
        ids = project.git.between(*(project.git.branch(each) or each for each in (base, head)))
        return Said(200, {"total_commits": len(ids), "commits": [{"sha": each} for each in ids[::-1]]})

    def _id(self, project: Project, ref: str) -> str:
        found = project.git.branch(ref) or ref
        if not project.git.has(found):
            raise absent()
        return found

    def _commit(self, _: Asked, project: Project, __: str, ref: str) -> Said:
        sha = self._id(project, ref)
        name, _, address = project.git.author(sha).rpartition(" <")
        author = {"name": name, "email": address.rstrip(">"), "date": self.now()}
        parents = project.git.git("log", "-1", "--format=%P", sha).split()
        said = {"message": project.git.message(sha), "author": author}
        return Said(200, {"sha": sha, "commit": said, "parents": [{"sha": each} for each in parents]})

    def _tree(self, _: Asked, project: Project, __: str, ref: str) -> Said:
        paths = project.git.files(self._id(project, ref))
        return Said(200, {"tree": [{"path": each, "type": "blob"} for each in paths], "truncated": False})

    def _branches(self, asked: Asked, project: Project, _: str) -> Said:
        return self._listed(asked, [{"name": each} for each in project.git.branches()])

    def _branch(self, _: Asked, project: Project, __: str, name: str) -> Said:
        if not (commit := project.git.branch(name)):
            raise absent()
        return Said(200, {"name": name, "commit": {"id": commit}})

    def _no_branch(self, _: Asked, project: Project, __: str, name: str) -> Said:
        project.git.delete(name)
        return Said(204, b"")

    def _new_branch(self, asked: Asked, project: Project, _: str) -> Said:
        name, old = asked.body["new_branch_name"], asked.body["old_ref_name"]
        sha = project.git.branch(old) or old
        if not project.git.has(sha):
            raise refused(404, "The old branch does not exist")
        if project.git.branch(name):
            raise refused(409, "The branch already exists.")
        project.git.git("update-ref", f"refs/heads/{name}", sha, "0" * 40)
        return Said(201, {"name": name, "commit": {"id": sha}})

    def _content(self, asked: Asked, project: Project, _: str, path: str) -> Said:
        ref = asked.query.get("ref", "main")
        try:
            blob = project.git.git("rev-parse", "--verify", "--quiet", f"{self._id(project, ref)}:{path}")
        except GitError:
            raise absent() from None
        content = base64.b64encode(project.git.content(blob)).decode()
        return Said(200, {"path": path, "sha": blob, "type": "file", "encoding": "base64", "content": content})

    def _new_commit(self, asked: Asked, project: Project, who: str) -> Said:
        """repoChangeFiles: all of it or nothing."""
        body = asked.body
        old, new = body.get("branch") or "main", body.get("new_branch") or body.get("branch") or "main"
        parent = project.git.branch(old)
        if not parent and project.git.branches():
            raise refused(404, f"branch does not exist [repo_id: {project.id} name: {old}]")
        if new != old and project.git.branch(new):
            raise refused(422, f"branch already exists [name: {new}]")
        files = dict(self._change(project, parent, each) for each in body["files"])
        tree = project.git.tree(parent, files)
        person = body.get("author") or {"name": who, "email": f"{who}@example.org"}
        when = (body.get("dates") or {}).get("author") or self.now()
        message = body.get("message", "").strip()
        made = project.git.commit(tree, [parent] if parent else [], message, {**person, "date": when})
        project.git.git("update-ref", f"refs/heads/{new}", made)
        return Said(201, {"files": [], "commit": {"sha": made, "message": message}})

    def _change(self, project: Project, parent: str, change: dict[str, Any]) -> tuple[str, str | None]:
        path, kind = change["path"], change["operation"]
        there = parent and path in project.git.files(parent)
        if kind == "create" and there:
            raise refused(422, f"repository file already exists [path: {path}]")
        if kind != "create" and not there:
            raise refused(404, f"repository file does not exist [path: {path}]")
        if kind != "create":
            blob = project.git.git("rev-parse", f"{parent}:{path}")
            if change.get("sha") != blob:
                raise refused(422, f"sha does not match [given: {change.get('sha')}, expected: {blob}]")
        return path, None if kind == "delete" else base64.b64decode(change["content"]).decode()

    def _shown(self, project: Project, pull: dict[str, Any]) -> dict[str, Any]:
        theirs = pull["from"]
        if pull["state"] == "open":
            pull["sha"] = theirs.git.branch(pull["branch"])
            if theirs is not project:
                project.git.git("fetch", "--quiet", str(theirs.git.folder), pull["sha"])
        head = {"ref": pull["branch"], "sha": pull["sha"], "repo_id": theirs.id, "repo": self._repo(theirs)}
        base = {"ref": pull["into"], "sha": pull["base"], "repo_id": project.id, "repo": self._repo(project)}
        kept = ("number", "html_url", "state", "title", "body", "user", "draft", "labels", "merged", "merge_commit_sha")
        count = len(project.git.changed(pull["base"], pull["sha"]))
        return {**{name: pull[name] for name in kept}, "head": head, "base": base, "changed_files": count}

    def _pulls(self, asked: Asked, project: Project, _: str) -> Said:
        state = asked.query.get("state", "open")
        listed = [each for each in project.pulls if state in ("all", each["state"])]
        ordered = listed if asked.query.get("sort") == "oldest" else listed[::-1]
        return self._listed(asked, [self._shown(project, each) for each in ordered])

    def _new_pull(self, asked: Asked, project: Project, who: str) -> Said:
        body = asked.body
        owner, _, branch = body["head"].rpartition(":")
        theirs = self.projects[f"{owner}/{project.name}"] if owner else project
        if not theirs.git.branch(branch) or not project.git.branch(body["base"]):
            raise absent()
        same = [each for each in project.pulls if each["state"] == "open" and each["from"] is theirs]
        if any((each["branch"], each["into"]) == (branch, body["base"]) for each in same):
            raise refused(409, f"pull request already exists for these targets [head_branch: {branch}]")
        made = {
            "number": len(project.pulls) + 1,
            "html_url": f"https://gitea.example/{project.owner}/{project.name}/pulls/{len(project.pulls) + 1}",
            "state": "open",
            "title": body["title"],
            "body": body.get("body") or "",
            "user": self.user(who),
            "draft": body["title"].lower().startswith(("wip:", "[wip]", "draft:")),
            "labels": [],
            "merged": False,
            "merge_commit_sha": None,
            "from": theirs,
            "branch": branch,
            "into": body["base"],
            "base": project.git.branch(body["base"]),
            "sha": theirs.git.branch(branch),
        }
        project.pulls.append(made)
        return Said(201, self._shown(project, made))

    def _numbered(self, project: Project, number: str) -> dict[str, Any]:
        if not 0 < int(number) <= len(project.pulls):
            raise absent()
        self._shown(project, project.pulls[int(number) - 1])
        return project.pulls[int(number) - 1]

    def _pull(self, _: Asked, project: Project, __: str, number: str) -> Said:
        return Said(200, self._shown(project, self._numbered(project, number)))

    def _pull_between(self, _: Asked, project: Project, __: str, base: str, head: str) -> Said:
        """repoGetPullRequestByBaseHead: one of them, whichever."""
        for each in project.pulls:
            if (each["into"], each["branch"]) == (base, head) and each["from"] is project:
                return Said(200, self._shown(project, each))
        raise absent()

    def _changed_pull(self, asked: Asked, project: Project, _: str, number: str) -> Said:
        pull = self._numbered(project, number)
        pull["state"] = asked.body["state"]
        return Said(201, self._shown(project, pull))

    def _pull_commits(self, asked: Asked, project: Project, _: str, number: str) -> Said:
        pull = self._numbered(project, number)
        ids = project.git.between(pull["base"], pull["sha"])[::-1]
        listed = [{"sha": each, "commit": {"message": project.git.message(each)}} for each in ids]
        return self._listed(asked, listed)

    def _files(self, asked: Asked, project: Project, _: str, number: str) -> Said:
        pull = self._numbered(project, number)
        pairs = project.git.changed(pull["base"], pull["sha"])
        listed = [{"filename": new, **({"previous_filename": old} if old != new else {})} for old, new in pairs]
        return self._listed(asked, listed)

    def _reviews(self, asked: Asked, project: Project, _: str, number: str) -> Said:
        self._numbered(project, number)
        listed = [each for each in project.reviews if each["number"] == int(number)]
        return self._listed(asked, listed, links=False)

    def _new_review(self, asked: Asked, project: Project, who: str, number: str) -> Said:
        pull = self._numbered(project, number)
        if asked.body["event"] in ("APPROVED", "REQUEST_CHANGES") and pull["user"]["login"] == who:
            raise refused(422, "approve your own pull is not allowed")
        if asked.body["event"] == "REQUEST_CHANGES" and not asked.body.get("body"):
            raise refused(422, "review event REQUEST_CHANGES requires a body")
        by = {"user": self.user(who), "commit_id": asked.body.get("commit_id") or pull["sha"]}
        made = {"id": len(project.reviews) + 1, "number": int(number), "state": asked.body["event"], **by}
        project.reviews.append({**made, "dismissed": False, "stale": False, "submitted_at": self.now()})
        return Said(200, project.reviews[-1])

    def _dismissed(self, _: Asked, project: Project, __: str, number: str, review: str) -> Said:
        project.reviews[int(review) - 1]["dismissed"] = True
        return Said(200, project.reviews[int(review) - 1])

    def _merge(self, asked: Asked, project: Project, who: str, number: str) -> Said:
        """repoMergePullRequest: 200 without a body, 404, 405, 409."""
        pull, body = self._numbered(project, number), asked.body
        if pull["state"] != "open":
            raise absent()
        if who not in {project.owner, "admin", *project.writers}:
            raise refused(405, "User not allowed to merge PR")
        if pull["draft"]:
            raise refused(405, "Work in progress PRs cannot be merged")
        if len(self._yes(project, int(number))) < project.protected.get(pull["into"], 0):
            raise refused(405, "Does not have enough approvals")
        if body.get("head_commit_id") and body["head_commit_id"] != pull["sha"]:
            raise refused(409, "head out of date")
        method = {"fast-forward-only": "fast-forward"}.get(body["Do"], body["Do"])
        message = body.get("MergeTitleField") or f"Merge pull request '{pull['title']}'"
        try:
            made = project.git.merge(pull["sha"], pull["into"], method, message)
        except GitError:
            raise Said(409, {"Style": body["Do"], "StdOut": "", "StdErr": "", "Err": {}}) from None
        pull |= {"state": "closed", "merged": True, "merge_commit_sha": made}
        return Said(200, b"")

    def _yes(self, project: Project, number: int) -> list[dict[str, Any]]:
        theirs = [each for each in project.reviews if each["number"] == number and not each["dismissed"]]
        return [each for each in theirs if each["state"] == "APPROVED"]

    def _notes(self, _: Asked, project: Project, __: str, number: str) -> Said:
        """issueGetComments: whole, with a count and no pages."""
        self._numbered(project, number)
        listed = [each for each in project.notes if each["number"] == int(number)]
        return Said(200, listed, {"X-Total-Count": str(len(listed))})

    def _new_note(self, asked: Asked, project: Project, who: str, number: str) -> Said:
        pull = self._numbered(project, number)
        note = 300 + sum(len(each.notes) for each in self.projects.values())
        url = f"{pull['html_url']}#issuecomment-{note}"
        made = {"id": note, "body": asked.body["body"], "user": self.user(who), "html_url": url}
        project.notes.append({**made, "number": int(number), "created_at": self.now()})
        return Said(201, project.notes[-1])

    def _note(self, project: Project, note: str) -> dict[str, Any]:
        found = [each for each in project.notes if each["id"] == int(note)]
        if not found:
            raise absent()
        return found[0]

    def _changed_note(self, asked: Asked, project: Project, who: str, note: str) -> Said:
        found = self._note(project, note)
        if found["user"]["login"] != who:
            raise Said(403, b"")
        found["body"] = asked.body["body"]
        return Said(200, found)

    def _erased_note(self, _: Asked, project: Project, __: str, note: str) -> Said:
        project.notes.remove(self._note(project, note))
        return Said(204, b"")
