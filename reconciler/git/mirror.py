"""A bare copy of one branch of a remote: fetched, then read through git's own plumbing, one short process at a time.

What is read comes from one tree, whole or not at all. A remote is a stranger: only plain protocols are spoken, none of
its configuration or hooks is run, a fetch ends when its time is over, and nothing large is ever held in memory.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from reconciler.clock import SystemClock
from reconciler.errors import Blocked, CopyUnreadable, UsageError
from reconciler.git.log import FORMAT, Logged, logged
from reconciler.git.processes import ended
from reconciler.git.snapshot import UNREADABLE, Snapshot, entries
from reconciler.specs.sentences import say

FETCH_S, READ_S = 120, 60
"""Seconds that git may take to fetch, and to read."""
PROTOCOLS = ("https", "ssh", "file")
FETCH = ("fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules", "--")
PROPOSALS = "refs/proposals/"
"""Where commits that are not merged are kept: no branch, so that nobody follows them."""
_NAME = re.compile(r"[0-9]{1,20}")
_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_BRANCH = re.compile(r"(?!.*(\.\.|//|@\{|\.lock(/|$)|/$|\.$))[A-Za-z0-9_][A-Za-z0-9_./@+-]{0,199}")
SIGNS = "letters, digits and ./@+-"


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a fetch found: the branch's commit, and the one that it had before (empty at the first time).

    `rewritten` says that the earlier commit is no ancestor of it: somebody has pushed over it.
    """

    head: str
    before: str = ""
    rewritten: bool = False


@dataclass(frozen=True, slots=True)
class Mirror:
    """`folder` is the bare repository, made where it is missing. `header` is an HTTP header with a credential, which
    git gets by its environment: command lines are visible to everybody.
    """

    folder: Path
    remote: str
    branch: str
    header: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        """Raises UsageError for what could be taken for something else than a branch or an address."""
        if not _BRANCH.fullmatch(self.branch):
            message = say("'{branch}' cannot be a branch", branch=self.branch[:60])
            raise UsageError(message, "name the branch that is followed, such as main")
        if self.remote.startswith("-") or "::" in self.remote:
            message = say("'{remote}' cannot be the address of a repository", remote=self.remote[:60])
            raise UsageError(message, "https://, ssh:// or a folder")

    def fetch(self) -> Fetched:
        """Bring the copy up to date. Raises Blocked where the remote cannot be reached or has no such branch; then the
        copy is as it was. One that git could not read is replaced by another, as soon as that is whole.
        """
        if self._spoiled.exists() or (self._tip() and not self.head()):
            return self._anew()
        return self._fetched()

    def bring(self, branch: str, name: str) -> str:
        """Fetch another branch beside the followed one, and keep it as the proposal `name`: its commit. Raises Blocked
        where it cannot be fetched, or is larger than git takes within its time.
        """
        if not _BRANCH.fullmatch(branch) or not _NAME.fullmatch(name):
            raise UsageError(say("'{branch}' cannot be a branch", branch=branch[:60]), SIGNS)
        self._make()
        kept = f"{PROPOSALS}{name}"
        self._git(*FETCH, self.remote, f"+refs/heads/{branch}:{kept}", within_s=FETCH_S)
        return self._git("rev-parse", "--verify", f"{kept}^{{commit}}").decode().strip()

    def push(self, commit: str, branch: str) -> None:
        """Put a commit that the copy holds at the remote, as a branch that is not there yet, or is there already at
        this commit. Raises Blocked where the remote says no.
        """
        if not _BRANCH.fullmatch(branch) or branch == self.branch:
            raise UsageError(say("'{branch}' cannot be a branch of a proposal", branch=branch[:60]), SIGNS)
        self._git(
            "push", "--quiet", "--no-verify", "--", self.remote, f"{_id(commit)}:refs/heads/{branch}", within_s=FETCH_S
        )

    def let_go(self, names: Collection[str]) -> None:
        """Forget the proposals that are none of `names`."""
        listed = self._git("for-each-ref", "--format=%(refname)", PROPOSALS).decode().split()
        for each in listed:
            if each.removeprefix(PROPOSALS) not in names:
                self._git("update-ref", "-d", each)

    def changed(self, earlier: str, later: str) -> frozenset[str]:
        """The paths whose contents, modes or existence differ between two commits; a rename is both its names."""
        options = ("diff-tree", "-r", "-z", "--name-only", "--no-renames", "--no-commit-id")
        listed = self._git(*options, _id(earlier), _id(later)).split(b"\0")
        return frozenset(each.decode("utf-8", "surrogateescape") for each in listed if each)

    def _fetched(self) -> Fetched:
        self._make()
        self._unlock()
        before = self.head()
        reference = f"refs/heads/{self.branch}"
        self._git(*FETCH, self.remote, f"+{reference}:{reference}", within_s=FETCH_S)
        head = self.head()
        if not head:
            message = say("the repository has no branch {branch}", branch=self.branch)
            raise Blocked(message, "push one, or name another branch")
        if head != before:
            self._pack()
        return Fetched(head, before, bool(before) and before != head and not self.is_ancestor(before, head))

    def _pack(self) -> None:
        """Put what years of fetches left into one file, where git finds that it pays. Nothing is thrown away: rows may
        name commits that a rewritten history has left. A copy that could not be packed is only larger.
        """
        settings = ("gc.auto=2000", "gc.autoPackLimit=20", "gc.autoDetach=false", "gc.pruneExpire=never")
        with suppress(Blocked):
            self._run((*(part for each in settings for part in ("-c", each)), "gc", "--auto", "--quiet"), FETCH_S)

    def _anew(self) -> Fetched:
        """Fetch into another folder, and put that in the place of ours; who reads meanwhile reads again."""
        fresh, old = (self.folder.with_name(f"{self.folder.name}.{each}") for each in ("fresh", "old"))
        for each in (fresh, old):
            shutil.rmtree(each, ignore_errors=True)
        before, other = self._tip(), replace(self, folder=fresh)
        head = other.fetch().head
        self.folder.rename(old)
        fresh.rename(self.folder)
        shutil.rmtree(old, ignore_errors=True)
        return Fetched(head, before, bool(before) and before != head and not self.is_ancestor(before, head))

    @property
    def _spoiled(self) -> Path:
        return self.folder / "spoiled"

    def _tip(self) -> str:
        """What the branch names, whether or not that can be read."""
        found = self._run(("rev-parse", "--verify", "--quiet", f"refs/heads/{self.branch}"), READ_S)
        return found.stdout.decode().strip() if found.returncode == 0 else ""

    def head(self) -> str:
        """The commit that was fetched last; empty where none was."""
        found = self._run(("rev-parse", "--verify", "--quiet", f"refs/heads/{self.branch}^{{commit}}"), READ_S)
        return found.stdout.decode().strip() if found.returncode == 0 else ""

    def is_ancestor(self, earlier: str, later: str) -> bool:
        """Whether `later` was made on top of `earlier`. False too where the copy does not know one of them."""
        found = self._run(("merge-base", "--is-ancestor", _id(earlier), _id(later)), READ_S)
        return found.returncode == 0

    def commits(self, earlier: str, later: str, most: int = 1000) -> list[str]:
        """What came to the branch after `earlier`, oldest first, by first parents: a merge is one step."""
        span = [f"^{_id(earlier)}"] if earlier else []
        listed = self._git("rev-list", "--first-parent", f"--max-count={most}", _id(later), *span)
        return listed.decode().split()[::-1]

    def parent(self, commit: str) -> str:
        """The first parent: what the branch was before this commit. Empty for the first of all."""
        return self._git("log", "-1", "--format=%P", _id(commit)).decode().partition(" ")[0].strip()

    def holds(self, commit: str) -> bool:
        """Whether the copy knows a commit. What is no commit's id, it does not."""
        known = _COMMIT.fullmatch(commit) is not None
        return known and self._run(("cat-file", "-e", f"{commit}^{{commit}}"), READ_S).returncode == 0

    def touching(self, earlier: str, later: str, folders: Sequence[str], most: int) -> list[str]:
        """The commits after `earlier` (all where it is empty), by first parents and oldest first, whose trees at one of
        `folders` differ from those before them; the newest `most`.
        """
        span = [f"^{_id(earlier)}"] if earlier else []
        asked = ("rev-list", "--first-parent", f"--max-count={most}", _id(later), *span, "--", *folders)
        return self._git(*asked).decode().split()[::-1]

    def log(self, commit: str, paths: Sequence[str], most: int) -> list[Logged]:
        """The newest commits that changed one of these files, newest first."""
        asked = ("log", f"--max-count={most}", *FORMAT, _id(commit), "--", *paths)
        return logged(self._git(*asked), paths)

    def fork(self, one: str, other: str) -> str:
        """The commit that both were made on top of; empty where there is none."""
        found = self._run(("merge-base", _id(one), _id(other)), READ_S)
        return found.stdout.decode().strip() if found.returncode == 0 else ""

    def snapshot(self, commit: str, folders: Sequence[str] = ("orgs", "specs")) -> Snapshot:
        """The specs of a commit, in these folders. Raises Blocked where the copy does not hold it, CopyUnreadable
        where it should and cannot be read.
        """
        try:
            listed = self._git("ls-tree", "-r", "-t", "-z", "-l", "--full-tree", _id(commit), "--", *folders)
        except Blocked as error:
            if commit != self._tip() and not self.holds(commit):
                raise
            raise self._unreadable(error.message) from error
        found = entries(listed)
        if any(each.size == UNREADABLE for each in found):
            raise self._unreadable("git ls-tree: an object cannot be opened")
        return Snapshot(commit, found, self._contents)

    def _contents(self, ids: Sequence[str]) -> list[bytes]:
        """The contents of blobs, in this order."""
        asked = "".join(f"{_id(each)}\n" for each in ids).encode()
        try:
            whole = self._git("cat-file", "--batch", given=asked)
        except Blocked as error:
            raise self._unreadable(error.message) from error
        found, at = [], 0
        for _ in ids:
            end = whole.index(b"\n", at)
            size = whole[at:end].rsplit(b" ", 1)[1]
            if not size.isdigit():
                raise self._unreadable("git cat-file: an object is missing")
            found.append(whole[end + 1 : end + 1 + int(size)])
            at = end + 2 + int(size)
        return found

    def _unreadable(self, words: str) -> CopyUnreadable:
        """Have the next fetch make another copy. A repository that is not fetched into is somebody's own."""
        if not self.remote:
            message = say("the repository cannot be read ({words})", words=words)
            return CopyUnreadable(message, "git fsck says what is wrong with it")
        if self.folder.is_dir():
            self._spoiled.touch()
        message = say("our copy of the repository cannot be read ({words})", words=words)
        return CopyUnreadable(message, "it is thrown away and fetched anew")

    def _make(self) -> None:
        if not (self.folder / "HEAD").is_file():
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._git("init", "--quiet", "--bare", "--template=", "--initial-branch", self.branch)

    def _unlock(self) -> None:
        """Take away what a git that was killed has left, older than any of ours can be: it would stay."""
        oldest = SystemClock().now().timestamp() - 2 * FETCH_S
        for lock in (*self.folder.glob("*.lock"), *(self.folder / "refs").rglob("*.lock")):
            with suppress(FileNotFoundError):
                if lock.stat().st_mtime < oldest:
                    lock.unlink()

    def _git(self, *arguments: str, within_s: int = READ_S, given: bytes = b"") -> bytes:
        done = self._run(arguments, within_s, given)
        if done.returncode != 0:
            said = done.stderr.decode("utf-8", "replace").strip().splitlines()
            # Where git names what it found, that comes first; its last line says only that it gave up.
            telling = [each for each in said if each.startswith("error: ")][:1] or said[-1:]
            words = " ".join(each for each in telling if each.isprintable())[:300]
            message = say("git {command}: {words}", command=arguments[0], words=words or "failed")
            raise Blocked(message, "is the repository there, and may we read it?")
        return done.stdout

    def _run(self, arguments: Sequence[str], within_s: int, given: bytes = b"") -> "subprocess.CompletedProcess[bytes]":
        command = ("git", "--git-dir", str(self.folder), *arguments)
        try:
            return ended(command, given, within_s, self._environment())
        except subprocess.TimeoutExpired as error:
            message = say("git {command} took longer than {within_s} seconds", command=arguments[0], within_s=within_s)
            raise CopyUnreadable(message, "it is tried again") from error
        except OSError as error:
            raise Blocked(say("git cannot be run: {strerror}", strerror=error.strerror), "install git") from error

    def _environment(self) -> Mapping[str, str]:
        """Nobody's configuration but what stands here; no question is ever asked on a terminal."""
        wanted = {"protocol.allow": "never", **{f"protocol.{each}.allow": "always" for each in PROTOCOLS}}
        wanted |= {"transfer.fsckObjects": "true", "core.hooksPath": os.devnull, "gc.auto": "0"}
        wanted |= {"core.bigFileThreshold": "1m"}  # what is larger is streamed, not held while it is unpacked
        wanted |= {"http.extraHeader": self.header} if self.header else {}
        pairs = {f"GIT_CONFIG_KEY_{at}": key for at, key in enumerate(wanted)}
        pairs |= {f"GIT_CONFIG_VALUE_{at}": value for at, value in enumerate(wanted.values())}
        return {
            "PATH": os.defpath,
            "HOME": str(self.folder),
            "LC_ALL": "C",
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_LITERAL_PATHSPECS": "1",
            "GIT_SSH_COMMAND": "ssh -o BatchMode=yes",
            "GIT_CONFIG_COUNT": str(len(wanted)),
            **pairs,
        }


def _id(commit: str) -> str:
    """A full id; anything else could be read as an option or an expression."""
    if not _COMMIT.fullmatch(commit):
        message = say("'{commit}' is not the full id of a commit", commit=commit[:60])
        raise UsageError(message, "forty or sixty-four hexadecimal digits")
    return commit
