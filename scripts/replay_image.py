"""Replay the steps of the Dockerfile without a container engine: replay_image.py INTO [--prepared FOLDER]

INTO becomes the image's root: what the Dockerfile puts to /opt stands in INTO/opt. Steps are read from the Dockerfile,
so none is written down twice. Left out, and said, are steps that need root or Debian's packages. `FROM` takes this
interpreter as INTO/usr/local, as in the official images. At the end nobody may write but to the user's own folder.
FOLDER is what scripts/wheels.sh prepared; with it nothing is fetched.

Printed is a line of JSON: {"entrypoint": [...], "env": {...}, "user": "65532:65532", "workdir": "...", "left_out": []}.
"""

import argparse
import fnmatch
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[1]
OURS = re.compile(r"(?<![\w./-])/(?=(?:build|opt|var/lib/reconciler|usr/local)\b)")
"""A path of the image in a step's text: these lie below INTO."""
NEEDS_ROOT = ("apt-get", "groupadd", "useradd")
NOT_COPIED = ("__pycache__", "config-*", "ensurepip", "idlelib", "lib2to3", "site-packages", "test", "tkinter")


@dataclass
class Stage:
    """What a stage has said so far; `workdir` and `env` as the Dockerfile has them."""

    name: str
    workdir: str = "/"
    user: str = "0:0"
    env: dict[str, str] = field(default_factory=dict)
    entrypoint: list[str] = field(default_factory=list)


class Replay:
    """One Dockerfile on one root."""

    def __init__(self, into: Path, prepared: Path | None) -> None:
        self.into, self.prepared = into.resolve(), prepared.resolve() if prepared else None
        self.left_out: list[str] = []
        self.stage = Stage("")

    def step(self, word: str, rest: str) -> None:
        """Carry out one instruction; one that is not known stops the replay."""
        known = {
            "ARG": self._nothing, "FROM": self._from, "WORKDIR": self._workdir, "ENV": self._env, "COPY": self._copy,
            "RUN": self._run, "USER": self._user, "ENTRYPOINT": self._entrypoint, "CMD": self._nothing,
        }  # fmt: skip
        known[word](rest)

    def _nothing(self, rest: str) -> None:
        """Says nothing about files."""

    def _from(self, rest: str) -> None:
        if self.stage.name:
            self.into.rename(self._finished(self.stage.name))
            self.into.mkdir()
            linked(self._finished(self.stage.name) / "usr/local", self.into / "usr/local")
        else:
            self.into.mkdir(parents=True)
            copy_interpreter(self.into / "usr/local")
        self.stage = Stage(rest.partition(" AS ")[2] or "final")

    def _finished(self, name: str) -> Path:
        return self.into.with_name(f"{self.into.name}.{name}")

    def _workdir(self, rest: str) -> None:
        self.stage.workdir = rest
        self._path(rest).mkdir(parents=True, exist_ok=True)

    def _env(self, rest: str) -> None:
        self.stage.env |= dict(pair.split("=", 1) for pair in shlex.split(rest))

    def _user(self, rest: str) -> None:
        self.stage.user = rest

    def _entrypoint(self, rest: str) -> None:
        self.stage.entrypoint = json.loads(rest)

    def _copy(self, rest: str) -> None:
        *sources, target = rest.split()
        stage = sources.pop(0).removeprefix("--from=") if sources[0].startswith("--from=") else ""
        for source in sources:
            found = self._finished(stage) / source.strip("/") if stage else ROOT / source
            into = self._path(target)
            if target.endswith("/") or (len(sources) > 1 and not found.is_dir()):
                into /= found.name
            into.parent.mkdir(parents=True, exist_ok=True)
            if stage:
                linked(found, into)
            elif found.is_dir():
                shutil.copytree(found, into, symlinks=True, ignore=ignored, dirs_exist_ok=True)
            elif not is_ignored(source):
                shutil.copy2(found, into)

    def _run(self, rest: str) -> None:
        if any(word in rest for word in NEEDS_ROOT):
            self.left_out.append(rest.partition("&&")[0].strip() + " ...")
            return
        text = OURS.sub(f"{self.into}/", rest)
        subprocess.run(["sh", "-euc", text], cwd=self._path(self.stage.workdir), env=self._environment(), check=True)

    def _environment(self) -> dict[str, str]:
        local = self.into / "usr/local"
        env = {"PATH": f"{local}/bin:/usr/bin:/bin", "HOME": str(self.into), "LD_LIBRARY_PATH": f"{local}/lib"}
        env |= {name: OURS.sub(f"{self.into}/", value) for name, value in self.stage.env.items()}
        if self.prepared:
            del env["UV_NO_CACHE"], env["UV_COMPILE_BYTECODE"]  # compiling takes half a minute, and shows nothing
            env |= {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(self.prepared / "wheels")}
            env |= {
                "UV_OFFLINE": "1",
                "UV_FIND_LINKS": env["PIP_FIND_LINKS"],
                "UV_CACHE_DIR": str(self.prepared / "cache"),
            }
        else:
            env |= {name: value for name, value in os.environ.items() if name.startswith(("PIP_", "UV_", "SSL_"))}
        return env

    def _path(self, path: str) -> Path:
        return self.into / (path.lstrip("/") if path.startswith("/") else f"{self.stage.workdir.lstrip('/')}/{path}")

    def sealed(self) -> dict[str, object]:
        """Take away every right to write but in the user's own folder, and say how the image is started."""
        own = self._path(self.stage.workdir)
        for path in (self.into, *self.into.rglob("*")):
            if not path.is_symlink() and path != own:
                path.chmod(path.stat().st_mode & ~0o222 | 0o444 | (0o111 if path.is_dir() else 0))
        uid, gid = (int(each) for each in self.stage.user.split(":"))
        own.chmod(0o700)
        if os.geteuid() == 0:
            os.chown(own, uid, gid)
        env = {name: OURS.sub(f"{self.into}/", value) for name, value in self.stage.env.items()}
        env["LD_LIBRARY_PATH"] = f"{self.into}/usr/local/lib"
        return {
            "entrypoint": self.stage.entrypoint, "env": env, "user": self.stage.user, "workdir": str(own),
            "left_out": self.left_out,
        }  # fmt: skip


def linked(source: Path, into: Path) -> None:
    """A copy that costs no room: nobody writes to either."""
    shutil.copytree(source, into, symlinks=True, copy_function=os.link)


def copy_interpreter(local: Path) -> None:
    """This interpreter and its standard library, as an installation of its own; pip with it, as in the base image."""
    base = Path(sys.base_prefix)
    library = f"lib/python{sys.version_info.major}.{sys.version_info.minor}"
    shutil.copytree(base / library, local / library, symlinks=True, ignore=shutil.ignore_patterns(*NOT_COPIED))
    shutil.copytree(base / library / "site-packages/pip", local / library / "site-packages/pip")
    for shared in (base / "lib").glob("libpython*.so*"):
        shutil.copy2(shared, local / "lib", follow_symlinks=False)
    (local / "bin").mkdir()
    shutil.copy2(Path(sys.executable).resolve(), local / "bin/python3")
    (local / "bin/python").symlink_to("python3")


def rules() -> list[str]:
    lines = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    return [each.strip() for each in lines if each.strip() and not each.startswith("#")]


def is_ignored(path: str) -> bool:
    """Whether .dockerignore keeps a path, or a folder above it, out: the last rule that matches counts."""
    found = False
    for rule in rules():
        pattern = rule.lstrip("!")
        parts = path.split("/")
        above = ["/".join(parts[: at + 1]) for at in range(len(parts))]
        names = parts if pattern.startswith("**/") else above
        if any(fnmatch.fnmatchcase(name, pattern.removeprefix("**/")) for name in names):
            found = not rule.startswith("!")
    return found


def ignored(folder: str, names: list[str]) -> list[str]:
    inside = Path(folder).relative_to(ROOT)
    return [name for name in names if is_ignored((inside / name).as_posix())]


def instructions(text: str) -> list[tuple[str, str]]:
    """(word, rest) of each instruction; comments are gone, continued lines are one."""
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    whole = re.sub(r"\\\n\s*", " ", "\n".join(lines))
    return [(word, rest.strip()) for word, _, rest in (line.partition(" ") for line in whole.splitlines())]


def main() -> None:
    reader = argparse.ArgumentParser()
    reader.add_argument("into", type=Path)
    reader.add_argument("--prepared", type=Path)
    given = reader.parse_args()
    replay = Replay(given.into, given.prepared)
    for word, rest in instructions((ROOT / "Dockerfile").read_text("utf-8")):
        replay.step(word, rest)
    print(json.dumps(replay.sealed()))


if __name__ == "__main__":
    main()
