"""What a proposal changes: the files that differ since it left its base, found in the trees without reading them."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from reconciler.errors import UsageError
from reconciler.git.mirror import Mirror
from reconciler.git.plumbing import Plumbing
from reconciler.git.snapshot import Snapshot
from reconciler.git.sources import git_folder
from reconciler.plans.review.report import Step
from reconciler.specs.sentences import say

FOLDERS = ("orgs", "specs")


@dataclass(frozen=True, slots=True)
class Revisions:
    """A config repository, a copy of one or a clone."""

    plumbing: Plumbing
    mirror: Mirror

    def step(self, base: str, head: str) -> Step:
        """From where `head` left `base`, to `head`. Raises UsageError where there is no such commit, or place."""
        git = self.plumbing
        first, last = git.commit(base), git.commit(head)
        fork = self.mirror.fork(first, last)
        if not fork:
            raise UsageError(say("{base} and {head} have no commit in common", base=base, head=head), self._lost())
        ahead = git.line("rev-list", "--count", f"{fork}..{first}", "--", *FOLDERS) if fork != first else "0"
        return Step(
            base=first,
            fork=fork,
            head=last,
            names=(_name(base, first), _name(head, last)),
            files=self._differing(fork, last),
            meanwhile=self._differing(fork, first),
            ahead=int(ahead),
        )

    def snapshot(self, commit: str, folders: Sequence[str]) -> Snapshot:
        """See `engine.reviewing.Trees`."""
        return self.mirror.snapshot(commit, folders)

    def claiming(self, commit: str, organization_id: str) -> list[str]:
        """See `engine.reviewing.Trees`. git searches; nothing is read."""
        asked = ("grep", "-l", "-z", "--ignore-case", "--fixed-strings", "-e", organization_id, commit)
        done = self.plumbing.run(*asked, "--", "orgs/*/organization.yaml")
        paths = [each.decode("utf-8", "replace").partition(":")[2] for each in done.stdout.split(b"\0") if each]
        return sorted({path.split("/")[1] for path in paths if path.count("/") >= 2})

    def _differing(self, first: str, last: str) -> tuple[str, ...]:
        """Paths of specs. Trees that are equal are not walked into, however much is in them."""
        if first == last:
            return ()
        command = ("diff-tree", "-r", "-z", "--no-renames", "--name-only", first, last, "--", *FOLDERS)
        found = self.plumbing.git(*command).split(b"\0")
        return tuple(each.decode("utf-8", "surrogateescape") for each in found if each)

    def _lost(self) -> str:
        shallow = self.plumbing.run("rev-parse", "--is-shallow-repository").stdout.strip() == b"true"
        if shallow:
            return "this clone is shallow: fetch the whole history (fetch-depth: 0, or GIT_DEPTH: 0), and try again"
        return "they are two histories: is this the right repository, and the branch made from it?"


def revisions(root: Path) -> Revisions:
    """The repository at `root`. Raises UsageError where there is none."""
    folder = git_folder(root)
    return Revisions(Plumbing(folder), Mirror(folder, "", "main"))


def _name(asked: str, commit: str) -> str:
    """As it was asked for; of an id the first digits."""
    return commit[:10] if commit.startswith(asked.lower()) else asked
