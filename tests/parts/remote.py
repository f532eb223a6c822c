"""A repository with a working tree, as people have it on their machines: who pushes there is followed."""

import os
import subprocess
from pathlib import Path

HOME = {"PATH": os.defpath, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "HOME": "/nonexistent"}
WHO = ("-c", "user.name=Kari Nordmann", "-c", "user.email=kari@example.org")


class Remote:
    """A repository with a working tree, which somebody pushes over, breaks and takes away."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        self.git("init", "--quiet", "--initial-branch=main")

    def git(self, *arguments: str, given: bytes = b"") -> str:
        command = ["git", "-C", str(self.folder), *WHO, *arguments]
        return subprocess.run(command, env=HOME, check=True, capture_output=True, input=given).stdout.decode().strip()

    def commit(self, **files: str) -> str:
        for name, text in files.items():
            path = self.folder / name.replace("__", "/").replace("_yaml", ".yaml")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", "a change")
        return self.git("rev-parse", "HEAD")

    def put(self, name: str, content: bytes, mode: str = "100644") -> None:
        """An entry that no working tree need be able to hold."""
        identity = self.git("hash-object", "-w", "--stdin", given=content)
        self.git("update-index", "--add", "--cacheinfo", f"{mode},{identity},{name}")

    def commit_index(self) -> str:
        self.git("commit", "--quiet", "--message", "by the index")
        return self.git("rev-parse", "HEAD")
