"""Whether a commit was signed by somebody who may: git's own verification, with the keys that the installation names.

Nobody's keyring, configuration or trust is asked but what stands here. What cannot be verified is not verified.
"""

import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from os import defpath, devnull
from pathlib import Path
from typing import Literal

from reconciler.errors import Blocked
from reconciler.git.plumbing import WITHIN_S, Plumbing
from reconciler.runs.host import one_line
from reconciler.specs.sentences import say

Kind = Literal["ssh", "openpgp"]
SKEW = timedelta(hours=1)
"""How far the clocks of people's machines may be apart."""
MOST = 1000
"""Commits that are looked at one by one."""
TOOLS: dict[Kind, tuple[str, str]] = {"ssh": ("ssh-keygen", "openssh-client"), "openpgp": ("gpg", "gnupg")}
SETTINGS: dict[Kind, str] = {"ssh": "RECONCILER_SIGNERS", "openpgp": "RECONCILER_KEYRING"}
ARMOURS: dict[bytes, Kind] = {b"-----BEGIN SSH SIGNATURE": "ssh", b"-----BEGIN PGP ": "openpgp"}
"""How a signature in a commit begins (git, gpg-interface.c)."""
GPG = "trust-model always\nno-auto-key-retrieve\ndisable-dirmngr\nno-autostart\nweak-digest SHA1\nbatch\nno-tty\n"
"""Every key of the file counts, none is fetched, and no signature over a SHA-1 digest."""
TRUST: dict[Kind, str] = {"ssh": "%GT", "openpgp": "fully"}
"""Where git finds out how far a key is trusted. Of OpenPGP keys all that are there count: gpg says nothing of trust
then, and git 2.39 dies of the question."""
_HEADER = re.compile(rb"^gpgsig(?:-sha256)? (.*)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Verified:
    """Signed by `by` (a principal of the signers' file, or a user id of the keyring) with the key `key`."""

    commit: str
    by: str
    key: str


@dataclass(frozen=True, slots=True)
class Unverified:
    """Not signed, or not by anybody who may: `message` says why, `hint` what to do."""

    commit: str
    message: str
    hint: str


@dataclass(frozen=True, slots=True)
class Signers:
    """Who may sign: a file of SSH keys (ssh-keygen(1), ALLOWED SIGNERS), and one of OpenPGP public keys. `each` asks it
    of every commit by first parents, not of the head alone. Programs are looked for in `path`.
    """

    ssh: Path | None = None
    openpgp: Path | None = None
    each: bool = False
    path: str = field(default=defpath, repr=False)


class Signatures:
    """The signatures of the commits in `folder`, a clone or a mirror."""

    def __init__(self, folder: Path, signers: Signers) -> None:
        self._plumbing = Plumbing(folder)
        self._signers = signers

    def verify(self, head: str, now: datetime, verified: str = "") -> Verified | Unverified:
        """Whether a commit, named by its full id, may be applied. `verified` is the last one of which that was said.

        With `each`, every commit by first parents after `verified` must be signed; the oldest that is not is given. A
        history that does not hold `verified` is looked at whole, or as far as `MOST` commits. Raises Blocked where git
        cannot read the commits.
        """
        commits = self._commits(head, verified) if self._signers.each else [head]
        if len(commits) > MOST:
            message = say("more than {most} commits would have to be signed", most=MOST)
            return Unverified(head, message, "sign the head, and ask for `head` (RECONCILER_SIGNED) once")
        with self._home() as home:
            if isinstance(home, str):
                return Unverified(head, home, f"{SETTINGS['openpgp']} names a file of public keys (gpg --export)")
            found: Verified | Unverified = Unverified(head, "there is nothing to verify", "push a commit")
            for commit in commits:
                found = self._one(commit, now, home)
                if isinstance(found, Unverified):
                    return found
            return found

    def _commits(self, head: str, verified: str) -> list[str]:
        """Oldest first, the head at least."""
        known = verified and self._plumbing.run("merge-base", "--is-ancestor", verified, head).returncode == 0
        span = [f"^{verified}"] if known else []
        listed = self._plumbing.git("rev-list", "--first-parent", f"--max-count={MOST + 1}", head, *span)
        return listed.decode().split()[::-1] or [head]

    def _one(self, commit: str, now: datetime, home: Path) -> Verified | Unverified:
        kind = self._kind(commit)
        if not isinstance(kind, str):
            return kind
        if lacking := self._lacking(kind):
            return Unverified(commit, *lacking)
        if wrong := self._wrong_time(commit, now):
            return Unverified(commit, *wrong)
        return self._asked(commit, kind, home)

    def _kind(self, commit: str) -> Kind | Unverified:
        """How it is signed, as its first signature says."""
        head = self._plumbing.git("cat-file", "commit", commit).partition(b"\n\n")[0]
        found = _HEADER.search(head)
        if found is None:
            return Unverified(commit, "it is not signed", "sign it: git commit --amend --no-edit -S, and push it anew")
        kind = next((each for armour, each in ARMOURS.items() if found[1].startswith(armour)), None)
        return kind or Unverified(commit, "it is signed in a way that is not known here", "sign with SSH or OpenPGP")

    def _lacking(self, kind: Kind) -> tuple[str, str] | None:
        """What is missing here to verify this kind."""
        named = {"ssh": self._signers.ssh, "openpgp": self._signers.openpgp}[kind]
        program, package = TOOLS[kind]
        word = "an SSH key" if kind == "ssh" else "an OpenPGP key"
        if named is None:
            return f"it is signed with {word}, and {SETTINGS[kind]} names none that may", f"set {SETTINGS[kind]}"
        if not named.is_file():
            return f"the file of {SETTINGS[kind]} is not there: nothing can be verified", f"put it at {named}"
        if shutil.which(program, path=self._signers.path) is None:
            return f"it is signed with {word}, and there is no {program} to verify it", f"apt-get install {package}"
        return None

    def _wrong_time(self, commit: str, now: datetime) -> tuple[str, str] | None:
        """A commit's time decides whether its key was valid, and whoever signs writes it: it must fit what is known."""
        moments = self._plumbing.line("log", "--max-count=2", "--first-parent", "--format=%ct", commit).split()
        hint = "set the clock, and commit it anew"
        try:
            made, *before = (datetime.fromtimestamp(int(each), UTC) for each in moments)
        except (ValueError, OverflowError, OSError):
            return "its time, or its parent's, is none", hint
        if made > now + SKEW:
            return f"its time lies ahead: {made:%Y-%m-%d %H:%M} UTC", hint
        if before and made < before[0] - SKEW:
            return f"its time, {made:%Y-%m-%d %H:%M} UTC, lies before its parent's", hint
        return None

    def _asked(self, commit: str, kind: Kind, home: Path) -> Verified | Unverified:
        git = replace(self._plumbing, environment=self._environment(kind, home))
        yes = git.run("verify-commit", "--raw", commit).returncode == 0
        told = git.run("log", "--max-count=1", f"--format=%G?%x00{TRUST[kind]}%x00%GS%x00%GF%x00%GK", commit)
        parts = told.stdout.decode("utf-8", "replace").strip().split("\0")
        if told.returncode != 0 or len(parts) != 5:
            return Unverified(commit, "git does not say whether it is signed", "is the repository whole?")
        state, trust, by, *keys = (one_line(each, 200) for each in parts)
        key = next((each for each in keys if each), "unknown")
        if yes and (state, trust) == ("G", "fully") and by:
            return Verified(commit, by, key)
        return Unverified(commit, *_refused(state, kind, key))

    def _environment(self, kind: Kind, home: Path) -> dict[str, str]:
        """Nobody's configuration but ours, which is stronger than the repository's own."""
        program = shutil.which(TOOLS[kind][0], path=self._signers.path) or devnull
        wanted = {"log.showSignature": "false", "gpg.ssh.revocationFile": ""}
        wanted |= {"gpg.minTrustLevel": "fully" if kind == "ssh" else "undefined"}
        wanted |= {"gpg.ssh.program": program, "gpg.ssh.allowedSignersFile": str(self._signers.ssh or devnull)}
        wanted |= {"gpg.program": program, "gpg.openpgp.program": program}
        pairs = {f"GIT_CONFIG_KEY_{at}": key for at, key in enumerate(wanted)}
        pairs |= {f"GIT_CONFIG_VALUE_{at}": value for at, value in enumerate(wanted.values())}
        alone = {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": devnull, "GIT_CONFIG_COUNT": str(len(wanted))}
        places = {"PATH": self._signers.path, "HOME": str(home), "GNUPGHOME": str(home), "TZ": "UTC"}
        return {**alone, **pairs, **places}

    @contextmanager
    def _home(self) -> Iterator[Path | str]:
        """A home for gpg that holds the keyring's keys and nothing else; or what is wrong with the keyring."""
        with tempfile.TemporaryDirectory(prefix="reconciler-keys-") as folder:
            home = Path(folder)
            (home / "gpg.conf").write_text(GPG, encoding="ascii")
            keyring, program = self._signers.openpgp, shutil.which("gpg", path=self._signers.path)
            if keyring is None or program is None or not keyring.is_file():
                yield home
            else:
                command = [program, "--homedir", folder, "--quiet", "--import", str(keyring)]
                yield home if _runs(command, self._signers.path) else "the keyring cannot be read"


def _runs(command: Sequence[str], path: str) -> bool:
    try:
        done = subprocess.run(  # noqa: S603 - a program of this machine and files that the installation names
            command, capture_output=True, timeout=WITHIN_S, check=False, env={"PATH": path, "LC_ALL": "C"}
        )
    except subprocess.TimeoutExpired as error:
        raise Blocked(say("gpg took longer than {within_s} seconds", within_s=WITHIN_S), "it is tried again") from error
    return done.returncode == 0


def _refused(state: str, kind: Kind, key: str) -> tuple[str, str]:
    """Why, by git's letter (git-log(1), %G?)."""
    where = SETTINGS[kind]
    stranger = f"it is signed with the key {key}, which {where} does not allow at that time"
    add = (
        f"have it signed by somebody who may, or add the key to {where}: a merge made on the host's page has the host's"
    )
    said = {
        "N": ("it is not signed", "sign it"),
        "B": ("its signature is not of this commit", "sign the commit as it is: git commit --amend --no-edit -S"),
        "X": (f"its signature with the key {key} is over", "sign it anew"),
        "Y": (f"it is signed with the key {key}, which has expired", f"put the renewed key into {where}, or sign anew"),
        "R": (f"it is signed with the key {key}, which was revoked", "sign it anew, with another key"),
    }
    return said.get(state, (stranger, add))
