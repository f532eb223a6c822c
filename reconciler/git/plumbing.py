"""One short git process in somebody's repository: plumbing only, no hook, no question, no replaced objects."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from reconciler.errors import Blocked, UsageError
from reconciler.specs.sentences import say

WITHIN_S = 60
"""Seconds that git may take."""


@dataclass(frozen=True, slots=True)
class Plumbing:
    """`folder` is a clone or a bare repository. `environment` stands beside what every process gets."""

    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict)

    def git(self, *arguments: str, given: bytes = b"", more: Mapping[str, str] | None = None) -> bytes:
        """What git says. Raises Blocked with git's own last words where it says no."""
        done = self.run(*arguments, given=given, more=more)
        if done.returncode != 0:
            said = done.stderr.decode("utf-8", "replace").strip().splitlines()
            words = "".join(each for each in "".join(said[-1:]) if each.isprintable())[:300]
            raise Blocked(
                say("git {command}: {words}", command=arguments[0], words=words or "failed"),
                "is the repository whole, and may we write it?",
            )
        return done.stdout

    def line(self, *arguments: str, more: Mapping[str, str] | None = None) -> str:
        """The same, for an answer of one line."""
        return self.git(*arguments, more=more).decode("utf-8", "replace").strip()

    def run(
        self, *arguments: str, given: bytes = b"", more: Mapping[str, str] | None = None
    ) -> "subprocess.CompletedProcess[bytes]":
        """The process when it has ended, whatever it says. Raises Blocked where it does not end, or cannot begin."""
        command = ["git", "-C", str(self.folder), "-c", f"core.hooksPath={os.devnull}", *arguments]
        plain = {"PATH": os.defpath, "LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0", "GIT_NO_REPLACE_OBJECTS": "1"}
        try:
            return subprocess.run(  # noqa: S603 - arguments are ours, and ids that were checked
                command,
                input=given,
                capture_output=True,
                timeout=WITHIN_S,
                check=False,
                env={**plain, "HOME": str(Path.home()), **self.environment, **(more or {})},
            )
        except subprocess.TimeoutExpired as error:
            raise Blocked(
                say("git {command} took longer than {within_s} seconds", command=arguments[0], within_s=WITHIN_S),
                "try it again",
            ) from error
        except OSError as error:
            raise Blocked(say("git cannot be run: {strerror}", strerror=error.strerror), "install git") from error

    def blobs(self, ids: Sequence[str]) -> list[bytes]:
        """The contents of blobs, in this order."""
        whole = self.git("cat-file", "--batch", given="".join(f"{each}\n" for each in ids).encode())
        found, at = [], 0
        for _ in ids:
            end = whole.index(b"\n", at)
            size = int(whole[at:end].rsplit(b" ", 1)[1])
            found.append(whole[end + 1 : end + 1 + size])
            at = end + 2 + size
        return found

    def commit(self, revision: str) -> str:
        """The full id of a commit. Raises UsageError where there is none."""
        wanted = "" if revision.startswith("-") else f"{revision}^{{commit}}"
        found = self.run("rev-parse", "--verify", "--quiet", "--end-of-options", wanted)
        if found.returncode != 0:
            raise UsageError(
                say("there is no revision '{revision}'", revision=revision[:60]), "a branch, a tag or a commit"
            )
        return found.stdout.decode().strip()

    def tree(self, commit: str, folder: str) -> str:
        """The id of a folder's tree in a commit; empty where it has no such folder."""
        found = self.run("rev-parse", "--verify", "--quiet", "--end-of-options", f"{commit}:{folder}")
        return found.stdout.decode().strip() if found.returncode == 0 else ""
