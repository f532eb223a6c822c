"""People who sign: real keys, real git, real OpenSSH and GnuPG, in folders of a test's own."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import mkdtemp

FETCHED = Path(os.environ.get("RECONCILER_TEST_SIGNING") or Path(sys.prefix) / "signing")
PATH = f"{FETCHED / 'bin'}:{os.defpath}" if FETCHED.is_dir() else os.defpath
"""Where programs are looked for: scripts/signing.sh puts there what a machine lacks."""
PLAIN = {"PATH": PATH, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "HOME": "/nonexistent", "TZ": "UTC"}


def told(*command: str, given: bytes = b"", **more: str) -> str:
    """What a program says; it must go well."""
    done = subprocess.run(command, env=PLAIN | more, capture_output=True, input=given, check=False)
    assert done.returncode == 0, f"{command}: {done.stderr.decode()}"
    return done.stdout.decode().strip()


@dataclass(frozen=True)
class SshKey:
    """A key pair in files; `name` is the principal that a signers' file gives it."""

    name: str
    file: Path

    @classmethod
    def made(cls, folder: Path, name: str) -> "SshKey":
        told("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", str(folder / name))
        return cls(name, folder / name)

    @property
    def options(self) -> tuple[str, ...]:
        """How git is told to sign with it."""
        return ("-c", "gpg.format=ssh", "-c", f"user.signingKey={self.file}")

    def allowed(self, options: str = "") -> str:
        """Its line in a file of signers."""
        public = self.file.with_name(f"{self.name}.pub").read_text().strip()
        return f"{self.name}@example.org {options} {public}".replace("  ", " ") + "\n"


@dataclass(frozen=True)
class PgpKey:
    """A key in a GnuPG home of its own, with the agent that git signs through."""

    home: Path
    name: str

    @property
    def options(self) -> tuple[str, ...]:
        return ("-c", "gpg.format=openpgp", "-c", f"user.signingKey={self.name}@example.org")

    def public(self, *, armoured: bool = True) -> bytes:
        command = ["gpg", "--homedir", str(self.home), "--export", *(["--armor"] if armoured else [])]
        return subprocess.run(command, env=PLAIN, check=True, capture_output=True).stdout


@contextmanager
def pgp_key(name: str, expires: str = "never") -> Iterator[PgpKey]:
    """A key of somebody's; the folder's name is short, because the agent's socket lies in it."""
    home = Path(mkdtemp(prefix="gpg-", dir="/tmp"))
    if (agent := FETCHED / "bin/gpg-agent").exists():
        (home / "gpg.conf").write_text(f"agent-program {agent}\n")
    try:
        making = ("--batch", "--passphrase", "", "--quick-gen-key", f"{name} <{name}@example.org>", "ed25519", "sign")
        told("gpg", "--homedir", str(home), "--quiet", *making, expires)
        yield PgpKey(home, name)
    finally:
        # An agent whose home is gone ends by itself; asked for, it does so at once.
        subprocess.run(
            ["gpgconf", "--homedir", str(home), "--kill", "all"], env=PLAIN, check=False, capture_output=True
        )
        shutil.rmtree(home, onerror=gone)


def gone(_remove: object, _path: str, raised: tuple[type[BaseException], BaseException, object]) -> None:
    """An agent that ends takes its own sockets away, in the middle of our doing so."""
    if not isinstance(raised[1], FileNotFoundError):
        raise raised[1]


@dataclass
class Signed:
    """A repository whose commits are signed by whoever a test names; `at` is the commits' time."""

    folder: Path
    names: str = "sha1"
    at: int = field(default=1_772_438_400)  # 2026-03-02 08:00 UTC

    def __post_init__(self) -> None:
        self.folder.mkdir()
        self.git("init", "--quiet", "--initial-branch=main", f"--object-format={self.names}")

    def git(self, *arguments: str, given: bytes = b"", home: Path | None = None) -> str:
        who = ("-c", "user.name=Kari", "-c", "user.email=kari@example.org")
        when = {"GIT_AUTHOR_DATE": f"{self.at} +0000", "GIT_COMMITTER_DATE": f"{self.at} +0000"}
        homes = {"GNUPGHOME": str(home)} if home else {}
        return told("git", "-C", str(self.folder), *who, *arguments, given=given, **when, **homes)

    def commit(self, key: SshKey | PgpKey | None = None, *more: str) -> str:
        """One more commit, signed where a key is given."""
        signing = (*(key.options if key else ()),)
        flag = ("-S",) if key else ()
        home = key.home if isinstance(key, PgpKey) else None
        self.git(*signing, "commit", "--quiet", "--allow-empty", "--message", "a change", *flag, *more, home=home)
        return self.git("rev-parse", "HEAD")

    def raw(self, commit: str) -> str:
        return self.git("cat-file", "commit", commit) + "\n"

    def put(self, raw: str) -> str:
        """A commit of these very words, which becomes the branch's head."""
        made = self.git("hash-object", "-t", "commit", "-w", "--stdin", given=raw.encode())
        self.git("update-ref", "refs/heads/main", made)
        return made


def header(raw: str) -> str:
    """The lines of a commit that hold its signature."""
    start = raw.index("gpgsig ")
    return raw[start : raw.index("\n", raw.index("-----END", start)) + 1]
