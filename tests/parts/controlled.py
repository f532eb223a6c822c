"""An installation whose repository is bare and followed by a controller's own threads, which merge what has its yes."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from git import Repo

from parts.installation import Installation, committed
from parts.portal import Opened, opened
from parts.running import WITHIN_S
from reconciler.cli.main import run
from reconciler.controller.pulse import Pulse, Wake
from reconciler.controller.threads import Listeners, Thread, threads
from reconciler.demo.front import MERGING
from reconciler.settings import NamedRepository

RULES = "specs/approvals.yaml"


@contextmanager
def controlled(installation: Installation, folder: Path, **portal: str) -> Iterator[tuple[Opened, Installation]]:
    """The portal, and the installation with the repository that it proposes to. Nobody merges by hand here."""
    here, bare = folder / "clone", folder / "config.git"
    Repo.clone_from(str(installation.repository), here).close()
    text = (here / RULES).read_text()
    for before, after in MERGING:
        text = re.sub(before, after, text, flags=re.MULTILINE)
    (here / RULES).write_text(text)
    committed(here, "What is approved merges itself")
    Repo.clone_from(str(here), bare, bare=True).close()
    words = ["approve", "--rules", "--yes", "--reason", "Nobody merges by hand here", "--root"]
    assert run([*words, str(here)], installation._now()) == 0
    with Repo(bare) as repository:
        named = NamedRepository(str(bare), repository.active_branch.name, poll_s=365 * 86_400)
    settings = replace(installation.settings, repository=named, approvals="required", runs="elsewhere")
    found = replace(installation, settings=settings, repository=bare)
    with followed(found), opened(found, **portal) as served:
        yield served, found


@contextmanager
def followed(installation: Installation) -> Iterator[None]:
    """While the body runs, a controller follows the repository."""
    wake, pulse, failed = Wake(), Pulse(), list[BaseException]()
    bodies = threads(installation._now(), Listeners())
    started = [threading.Thread(target=_body, args=(each, wake, pulse, failed), daemon=True) for each in bodies]
    for each in started:
        each.start()
    try:
        yield
    finally:
        wake.stop()
        for each in started:
            each.join(WITHIN_S)
    assert not failed


def _body(thread: Thread, wake: Wake, pulse: Pulse, failed: list[BaseException]) -> None:
    try:
        thread.run(wake, pulse)
    except Exception as error:  # noqa: BLE001 - the outermost frame of a thread: told at the end
        failed.append(error)
