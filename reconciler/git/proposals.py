"""Going back, as a commit: one organisation's folder as it was, on top of what the branch holds now.

Made by plumbing: no working tree, no index, no checked-out branch and no file of anybody is touched.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from reconciler.errors import Blocked, UsageError
from reconciler.git.plumbing import Plumbing
from reconciler.runs.host import MESSAGE, Person, Proposal, one_line
from reconciler.specs.paths import read_yaml
from reconciler.specs.sentences import say

FOLDERS = ("orgs", "specs")
_PLAIN = ("100644", "100755")
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")


@dataclass(frozen=True, slots=True)
class Back:
    """A way back for one organisation: `base` is the head of the branch `into`, `to` the commit gone back to, both full
    ids; `changed` is the commit that touched the folder last; `tree` is the whole tree as it would be.
    """

    organization: str
    base: str
    into: str
    to: str
    changed: str
    tree: str

    @property
    def branch(self) -> str:
        """The same way back has the same name, as long as nobody changes the folder: asked twice, it is made once."""
        return f"rollback/{self.organization}-{self.to[:10]}-from-{self.changed[:10]}"

    @property
    def title(self) -> str:
        return one_line(f"{self.organization}: back to {self.to[:10]}", MESSAGE)


@dataclass(frozen=True, slots=True)
class Made:
    """A branch with one commit on the base; `new` is False where it was there already."""

    branch: str
    commit: str
    new: bool


class Clone:
    """Somebody's clone of the config repository."""

    def __init__(self, root: Path) -> None:
        self._plumbing = Plumbing(root)
        if self._plumbing.run("rev-parse", "--git-dir").returncode != 0:
            raise UsageError(
                say("{resolve} is not a git repository", resolve=root.resolve()), "name a clone with --root"
            )

    def back(self, organization: str, to: str, into: str = "") -> Back:
        """The way back. Raises UsageError where there is nothing to go back to, or nothing to change."""
        if not _NAME.fullmatch(organization):
            raise UsageError(
                say("'{organization}' names no folder of an organisation", organization=organization[:60]),
                "as it stands below orgs/",
            )
        git, folder = self._plumbing, f"orgs/{organization}"
        branch = into or self._branch()
        base, wanted = git.commit(f"refs/heads/{branch}"), git.commit(to)
        there, now = git.tree(wanted, folder), git.tree(base, folder)
        if not there:
            hint = "an organisation goes by `state: retired`, never by a missing folder"
            raise UsageError(say("{to} holds no {folder}", to=to, folder=folder), hint)
        if there == now:
            raise UsageError(
                say("{folder} is at {branch} as it was at {wanted}", folder=folder, branch=branch, wanted=wanted[:10]),
                "there is nothing to go back to",
            )
        changed = git.line("rev-list", "--max-count=1", base, "--", folder)
        orgs = self._with(git.tree(base, "orgs"), organization, there)
        tree = self._with(git.tree(base, ""), "orgs", orgs)
        return Back(organization, base, branch, wanted, changed or base, tree)

    def files(self, back: Back) -> Mapping[str, bytes]:
        """Every YAML file of the repository as it would be, by path."""
        git = self._plumbing
        found = _entries(git.git("ls-tree", "-r", "-z", "--full-tree", back.tree, "--", *FOLDERS))
        yaml = {path: found[path][1] for path in read_yaml(found) if found[path][0] in _PLAIN}
        return dict(zip(yaml, git.blobs(list(yaml.values())), strict=True))

    def changes(self, back: Back) -> Mapping[str, str | None]:
        """The files that differ, as texts; None for those that go. Raises Blocked for what is no plain text."""
        git, scope = self._plumbing, ("--", f"orgs/{back.organization}")
        before, after = (
            _entries(git.git("ls-tree", "-r", "-z", "--full-tree", each, *scope)) for each in (back.base, back.tree)
        )
        found: dict[str, str | None] = dict.fromkeys(before.keys() - after.keys())
        for path, (mode, identity) in after.items():
            if before.get(path) != (mode, identity):
                found[path] = self._text(path, mode, identity)
        return found

    def specs_differ(self, back: Back) -> bool:
        """Whether what all organisations share is another by now; it stays as it is now."""
        return self._plumbing.tree(back.to, "specs") != self._plumbing.tree(back.base, "specs")

    def person(self) -> Person:
        """Whoever this clone commits as. Raises UsageError where git does not know."""
        name, email = (self._plumbing.run("config", "--get", f"user.{key}") for key in ("name", "email"))
        if name.returncode != 0 or email.returncode != 0:
            raise UsageError(
                "git does not know who you are", "git config user.name NAME; git config user.email ADDRESS"
            )
        return Person(name.stdout.decode("utf-8", "replace").strip(), email.stdout.decode("utf-8", "replace").strip())

    def make(self, proposal: Proposal, back: Back) -> Made:
        """The branch with its commit. Raises Blocked where the branch is there and holds something else."""
        git, reference = self._plumbing, f"refs/heads/{proposal.branch}"
        there = git.run("rev-parse", "--verify", "--quiet", f"{reference}^{{commit}}")
        if there.returncode == 0:
            return self._ours(proposal, back, there.stdout.decode().strip())
        when = f"{int(proposal.at.timestamp())} +0000"
        who = {
            f"GIT_{role}_{key}": value
            for role in ("AUTHOR", "COMMITTER")
            for key, value in (("NAME", proposal.author.name), ("EMAIL", proposal.author.email), ("DATE", when))
        }
        made = git.git("commit-tree", back.tree, "-p", back.base, given=_message(proposal), more=who).decode().strip()
        # Made only where there is none: of two who ask at once, one makes it and the other finds it.
        if git.run("update-ref", reference, made, "0" * len(made)).returncode != 0:
            return self._ours(proposal, back, git.commit(reference))
        return Made(proposal.branch, made, new=True)

    def _ours(self, proposal: Proposal, back: Back, commit: str) -> Made:
        folder = f"orgs/{back.organization}"
        message = self._plumbing.git("log", "-1", "--format=%B", commit).decode("utf-8", "replace")
        if not proposal.is_in(message) or self._plumbing.tree(commit, folder) != self._plumbing.tree(back.tree, folder):
            hint = f"look at it, and delete it if it is not needed: git branch -D {proposal.branch}"
            raise Blocked(say("there is a branch {branch}, and it holds something else", branch=proposal.branch), hint)
        return Made(proposal.branch, commit, new=False)

    def _branch(self) -> str:
        found = self._plumbing.run("symbolic-ref", "--quiet", "--short", "HEAD")
        if found.returncode != 0:
            raise UsageError("no branch is checked out here", "name the one that is applied: --into main")
        return found.stdout.decode("utf-8", "replace").strip()

    def _with(self, tree: str, name: str, inner: str) -> str:
        """A tree like this one, with another folder in the place of `name`; one that is missing has no entries."""
        listed = self._plumbing.git("ls-tree", "-z", tree) if tree else b""
        others = [each for each in listed.split(b"\0")[:-1] if each.partition(b"\t")[2] != name.encode()]
        entries = [*others, f"040000 tree {inner}\t{name}".encode()]
        made = self._plumbing.git("mktree", "-z", given=b"".join(each + b"\0" for each in entries))
        return made.decode().strip()

    def _text(self, path: str, mode: str, identity: str) -> str:
        if mode not in _PLAIN:
            raise Blocked(
                say("{path} is no plain file, and cannot be proposed", path=path),
                "go back by hand: git checkout REV -- orgs/",
            )
        try:
            return self._plumbing.git("cat-file", "blob", identity).decode()
        except UnicodeDecodeError as error:
            raise Blocked(
                say("{path} is no text, and cannot be proposed", path=path), "go back by hand: git checkout REV"
            ) from error


def _message(proposal: Proposal) -> bytes:
    title, _, trailer = proposal.message.partition("\n\n")
    return f"{title}\n\n{proposal.body}\n\n{trailer}".encode() if proposal.body else proposal.message.encode()


def _entries(listed: bytes) -> dict[str, tuple[str, str]]:
    """(mode, id) by path, of `git ls-tree -r -z`."""
    found = {}
    for line in listed.split(b"\0")[:-1]:
        head, _, path = line.partition(b"\t")
        mode, _, identity = head.decode("ascii").split()
        found[path.decode("utf-8", "surrogateescape")] = (mode, identity)
    return found
