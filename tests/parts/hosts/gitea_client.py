"""A repository of the tests' own at a Gitea, theirs or a real one, through nothing but its API.

It makes users, tokens and a repository with the credential of an administrator, and takes all of them away again.
"""

import base64
import functools
import secrets
import ssl
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import httpx

from parts.hosts.api import BACKSTAGE

PEOPLE = ("robot", "kari", "ola", "eva")
WRITES = ("write:repository", "write:issue", "read:user")
READS = ("read:repository", "read:issue", "read:user")
PASSWORD = "Tests-have-1-of-these"
PATIENCE = 400
"""Looks at a pull request until the host has found out whether it can be merged."""


@functools.cache
def authorities() -> ssl.SSLContext:
    """The system's, read once: it takes longer than a test."""
    return ssl.create_default_context()


class Person:
    """One of them, with a token."""

    def __init__(self, http: httpx.Client, admin: str, name: str) -> None:
        self._http, self.login = http, f"t{secrets.token_hex(5)}-{name}"
        address = f"{self.login}@example.org"
        account = {"username": self.login, "email": address, "password": PASSWORD, "must_change_password": False}
        self.id: int = _good(http.post("/admin/users", json=account, headers=_bearer(admin)))["id"]
        self.token = self.another(WRITES)

    def another(self, scopes: tuple[str, ...]) -> str:
        """A token of theirs."""
        body = {"name": secrets.token_hex(4), "scopes": list(scopes)}
        login = base64.b64encode(f"{self.login}:{PASSWORD}".encode()).decode()
        made = self._http.post(f"/users/{self.login}/tokens", json=body, headers={"Authorization": f"Basic {login}"})
        return _good(made)["sha1"]


class Place:
    """A Gitea with people of ours, for many repositories."""

    def __init__(self, address: str, admin: str) -> None:
        self.http = httpx.Client(
            base_url=f"{address}/api/v1", headers={BACKSTAGE: "yes"}, timeout=60, verify=authorities()
        )
        self.admin = admin
        self.people = {name: Person(self.http, admin, name) for name in PEOPLE}

    def remove(self) -> None:
        """Take the people away, with all that is theirs."""
        for person in self.people.values():
            self.http.delete(f"/admin/users/{person.login}?purge=true", headers=_bearer(self.admin))
        self.http.close()


class Gitea:
    """A repository, and what people do there."""

    def __init__(self, place: Place) -> None:
        self._http, self._admin, self.people = place.http, place.admin, place.people
        self._short, owner = f"config-{secrets.token_hex(4)}", self.people["robot"].login
        self.name = f"{owner}/{self._short}"
        self._forks: list[str] = []
        self._asked("POST", f"/admin/users/{owner}/repos", {"name": self._short, "default_branch": "main"}, self._admin)
        self._writers = {"robot"}
        first = {"operation": "create", "path": "orgs/a.yaml", "content": base64.b64encode(b"a: 1\n").decode()}
        made = self.ask("POST", "/contents", {"branch": "main", "message": "The first", "files": [first]})
        self.base: str = made["commit"]["sha"]

    def remove(self) -> None:
        """Take it away, and its forks."""
        for name in (*self._forks, self.name):
            self._http.delete(f"/repos/{name}", headers=_bearer(self._admin))

    def ask(self, method: str, path: str, body: Any = None, who: str = "robot") -> Any:
        """One request about the repository, which works."""
        return self._asked(method, f"/repos/{self.name}{path}", body, self.people[who].token)

    def _asked(self, method: str, path: str, body: Any, token: str) -> Any:
        return _good(self._http.request(method, path, json=body, headers=_bearer(token)))

    def _found(self, path: str) -> Any:
        """What is there; None where nothing is."""
        answer = self._http.get(f"/repos/{self.name}{path}", headers=_bearer(self.people["robot"].token))
        return None if answer.status_code == 404 else _good(answer)

    def branch(self, name: str) -> str:
        found = self._found(f"/branches/{quote(name)}")
        return found["commit"]["id"] if found else ""

    def branches(self) -> list[str]:
        return sorted(each["name"] for each in self.ask("GET", "/branches?limit=50"))

    def push(self, branch: str, files: Mapping[str, str | None], message: str = "Something else") -> str:
        if branch != "main" and not self.branch(branch):
            self.ask("POST", "/branches", {"new_branch_name": branch, "old_ref_name": "main"})
        changes = [self._change(branch, *each) for each in files.items()]
        return self.ask("POST", "/contents", {"branch": branch, "message": message, "files": changes})["commit"]["sha"]

    def _change(self, branch: str, path: str, text: str | None) -> dict[str, Any]:
        there = self._found(f"/contents/{quote(path)}?ref={quote(branch, safe='')}") if self.branch(branch) else None
        sha = {"sha": there["sha"]} if there else {}
        if text is None:
            return {"operation": "delete", "path": path, **sha}
        content = base64.b64encode(text.encode()).decode()
        return {"operation": "update" if there else "create", "path": path, "content": content, **sha}

    def file(self, commit: str, path: str) -> str:
        found = self.ask("GET", f"/contents/{quote(path)}?ref={quote(commit, safe='')}")
        return base64.b64decode(found["content"]).decode().rstrip("\n")

    def files(self, of: str) -> list[str]:
        tree = self.ask("GET", f"/git/trees/{self._id(of)}?recursive=true")["tree"]
        return sorted(each["path"] for each in tree if each["type"] == "blob")

    def _id(self, of: str) -> str:
        return self.branch(of) or of

    def between(self, base: str, head: str) -> list[str]:
        found = self.ask("GET", f"/compare/{self._id(base)}...{self._id(head)}")
        return [each["sha"] for each in found["commits"][::-1]]

    def _commit(self, of: str) -> Any:
        return self.ask("GET", f"/git/commits/{self._id(of)}")

    def parent(self, of: str) -> str:
        return self._commit(of)["parents"][0]["sha"]

    def author(self, of: str) -> str:
        found = self._commit(of)["commit"]["author"]
        return f"{found['name']} <{found['email']}>"

    def message(self, of: str) -> str:
        return self._commit(of)["commit"]["message"]

    def delete(self, branch: str) -> None:
        self.ask("DELETE", f"/branches/{quote(branch)}")

    def open(self, who: str, branch: str, into: str, title: str) -> int:
        """A pull request; the host is asked until it has found out whether it can be merged."""
        title = title.replace("Draft:", "WIP:")
        head = self._forked(branch) if who == "eva" else branch
        number = self.ask("POST", "/pulls", {"head": head, "base": into, "title": title}, who)["number"]
        for _ in range(PATIENCE):
            if self.ask("GET", f"/pulls/{number}").get("mergeable", True):
                break
        return number

    def _forked(self, branch: str) -> str:
        eva = self.people["eva"]
        self.ask("POST", "/forks", {}, "eva")
        self._forks.append(f"{eva.login}/{self._short}")
        file = {"operation": "create", "path": "orgs/theirs.yaml", "content": base64.b64encode(b"b: 1\n").decode()}
        body = {"branch": "main", "new_branch": branch, "message": "Theirs", "files": [file]}
        self._asked("POST", f"/repos/{eva.login}/{self._short}/contents", body, eva.token)
        return f"{eva.login}:{branch}"

    def judge(self, who: str, number: int, verdict: str) -> None:
        path = f"/pulls/{number}/reviews"
        if verdict == "withdrawn":
            listed = self.ask("GET", f"{path}?limit=50")
            last = [each["id"] for each in listed if each["user"]["login"] == self.people[who].login][-1]
            self.ask("POST", f"{path}/{last}/dismissals", {"message": "taken back"})
            return
        self._lets_write(who)
        event = {"approved": "APPROVED", "changes-requested": "REQUEST_CHANGES"}[verdict]
        self.ask("POST", path, {"event": event, "body": "because"}, who)

    def _lets_write(self, who: str) -> None:
        """Who may write to the repository: their yes counts for a branch's rules."""
        if who not in self._writers:
            self.ask("PUT", f"/collaborators/{self.people[who].login}", {"permission": "write"})
            self._writers.add(who)

    def pulls(self) -> list[dict[str, Any]]:
        """The oldest first."""
        return sorted(self.ask("GET", "/pulls?state=all&limit=50"), key=lambda each: each["number"])

    def close(self, number: int, merged: bool) -> None:
        if merged:
            self.ask("POST", f"/pulls/{number}/merge", {"Do": "merge"})
        else:
            self.ask("PATCH", f"/pulls/{number}", {"state": "closed"})

    def statuses(self, commit: str) -> list[dict[str, Any]]:
        """The oldest first."""
        return sorted(self.ask("GET", f"/commits/{commit}/statuses?limit=50"), key=lambda each: each["id"])


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"token {token}"}


def _good(answer: httpx.Response) -> Any:
    assert answer.is_success, f"{answer.request.method} {answer.request.url}: {answer.status_code} {answer.text}"
    return answer.json() if answer.content else None
