"""One commit on another, made in a bare copy: no working tree, no branch moves; the same change is the same commit."""

import tempfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from reconciler.git.plumbing import Plumbing
from reconciler.runs.host import Proposal

MODE = "100644"


def write_commit(folder: Path, proposal: Proposal) -> str:
    """The commit of a proposal on its base, in the repository at `folder`; its id. Raises Blocked where git says no."""
    git = Plumbing(folder)
    with tempfile.TemporaryDirectory(prefix="reconciler-index-") as scratch:
        index = {"GIT_INDEX_FILE": str(Path(scratch) / "index")}
        git.git("read-tree", proposal.base, more=index)
        _put(git, proposal.files, index)
        tree = git.line("write-tree", more=index)
    message = proposal.message
    if proposal.body:
        title, _, trailer = message.partition("\n\n")
        message = f"{title}\n\n{proposal.body}\n\n{trailer}"
    return (
        git.git("commit-tree", tree, "-p", proposal.base, given=message.encode(), more=_who(proposal)).decode().strip()
    )


def _put(git: Plumbing, files: Mapping[str, str | None], index: Mapping[str, str]) -> None:
    lines = []
    for path, text in sorted(files.items()):
        if text is None:
            lines.append(f"0 {'0' * 40}\t{path}")
        else:
            blob = git.git("hash-object", "-w", "--stdin", given=text.encode()).decode().strip()
            lines.append(f"{MODE} {blob}\t{path}")
    git.git("update-index", "-z", "--index-info", given="".join(f"{line}\0" for line in lines).encode(), more=index)


def _who(proposal: Proposal) -> dict[str, str]:
    when = f"{int(proposal.at.timestamp())} +0000"
    person: Mapping[str, str | datetime] = {"NAME": proposal.author.name, "EMAIL": proposal.author.email, "DATE": when}
    return {f"GIT_{role}_{key}": str(value) for role in ("AUTHOR", "COMMITTER") for key, value in person.items()}
